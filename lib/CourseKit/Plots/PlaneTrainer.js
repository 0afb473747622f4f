// A generator, a discriminator and the lecture's two steps, in double precision. All matrices lie row by row: a row is a point, a column a neuron.
function (model) {
  const batch = model.batch, most = Math.max(2 * batch, 1024);

  // Fills c, (m, n), with bias + a b, where a is (m, k) and b (k, n). In a the next row lies across numbers on, the next column along; so it may also be read
  // as its transpose. Eight sums at a time stay in the processor's registers. The `| 0` says that an index is a small whole number: no check of it is needed.
  function multiply(a, b, c, m, n, k, bias, across = k, along = 1) {
    const full = n - n % 4, end = k * n;
    for (let i = 0; i < m; i += 2) {
      const even = i + 1 < m, r = i * n, R = even ? r + n : r, step = even ? across : 0;
      for (let j = 0; j < full; j += 4) {
        let s = bias[j], t = bias[j + 1], u = bias[j + 2], v = bias[j + 3], S = s, T = t, U = u, V = v;
        for (let w = j, p = i * across; w < end; w = w + n | 0, p = p + along | 0) {
          const f = a[p], F = a[p + step | 0], w0 = b[w], w1 = b[w + 1 | 0], w2 = b[w + 2 | 0], w3 = b[w + 3 | 0];
          s += f * w0; t += f * w1; u += f * w2; v += f * w3;
          S += F * w0; T += F * w1; U += F * w2; V += F * w3;
        }
        c[r + j] = s; c[r + j + 1] = t; c[r + j + 2] = u; c[r + j + 3] = v;
        c[R + j] = S; c[R + j + 1] = T; c[R + j + 2] = U; c[R + j + 3] = V;
      }
      for (let j = full; j < n; j++) {
        let s = bias[j], S = s;
        for (let w = j, p = i * across; w < end; w = w + n | 0, p = p + along | 0) {
          s += a[p] * b[w];
          S += a[p + step | 0] * b[w];
        }
        c[r + j] = s;
        c[R + j] = S;
      }
    }
  }

  function transpose(from, to, rows, columns) {
    for (let row = 0, i = 0; row < rows; row++)
      for (let at = row; i < (row + 1) * columns; at += rows) to[at] = from[i++];
  }

  // Of each number: the activation, its first and its second derivative.
  const leaks = { none: 1, relu: 0, leakyRelu: 0.2 };
  function activate({ activation, a, h, slope, bend }, count) {
    const leak = leaks[activation], rest = 1 - leak;
    if (leak !== undefined) {
      // No processor foresees a sign, so a branch would cost more than this sum.
      for (let i = 0; i < count; i++) {
        const x = a[i], s = leak + rest * +(x > 0);
        slope[i] = s;
        h[i] = s * x;
      }
      return;
    }
    const tanh = activation === 'tanh', silu = activation === 'silu';
    for (let i = 0; i < count; i++) {
      const x = a[i], s = tanh ? Math.tanh(x) : 1 / (1 + Math.exp(-x)), d = tanh ? 1 - s * s : s * (1 - s);
      h[i] = silu ? x * s : s;
      slope[i] = silu ? s + x * d : d;
      bend[i] = silu ? d * (2 + x * (1 - 2 * s)) : tanh ? -2 * s * d : d * (1 - 2 * s);
    }
  }

  const numbers = count => new Float64Array(count);
  const widest = Math.max(...[...model.generator, ...model.discriminator].flatMap(layer => [layer.inputs, layer.outputs]));
  const zeros = numbers(widest), right = numbers(most * widest);

  // Parameters lie in one array, each layer's weights (out, in) before its biases.
  function network(shape, start) {
    const theta = Float64Array.from(start), gradient = numbers(theta.length), mean = numbers(theta.length), square = numbers(theta.length);
    let at = 0, steps = 0;
    const layers = shape.map(({ inputs, outputs, activation }) => {
      const [from, middle, to] = [at, at + inputs * outputs, at += (inputs + 1) * outputs];
      const layer = {
        inputs, outputs, activation, weight: theta.subarray(from, middle), bias: theta.subarray(middle, to),
        byWeight: gradient.subarray(from, middle), byBias: gradient.subarray(middle, to), turned: numbers(inputs * outputs), below: numbers(most * inputs),
      };
      for (const name of ['a', 'h', 'slope', 'bend', 'back', 'extra', 'tangent']) layer[name] = numbers(most * outputs);
      return layer;
    });
    const top = layers.at(-1), curved = layers.some(layer => !(layer.activation in leaks));

    // What the weights make of rows of inputs.
    function through({ weight, turned, inputs, outputs }, x, y, rows, bias = zeros) {
      transpose(weight, turned, outputs, inputs);
      multiply(x, turned, y, rows, outputs, inputs, bias);
    }

    function forward(x, rows) {
      for (const layer of layers) {
        layer.x = x;
        through(layer, x, layer.a, rows, layer.bias);
        activate(layer, rows * layer.outputs);
        x = layer.h;
      }
      return x;
    }

    // From the derivative of something by the last layer's sums, in top[name], to its derivative by each layer's sums, and by the input of the first rows.
    function backward(name, rows, added, toInput = rows) {
      for (let l = layers.length - 1; l >= 0; l--) {
        const layer = layers[l], under = layers[l - 1];
        multiply(layer[name], layer.weight, layer.below, under ? rows : toInput, layer.inputs, layer.outputs, zeros);
        if (!under) return layer.below;
        const { slope } = under, { below } = layer, to = under[name], count = rows * under.outputs;
        if (added) for (let i = 0; i < count; i++) to[i] = below[i] * slope[i] + to[i];
        else for (let i = 0; i < count; i++) to[i] = below[i] * slope[i];
      }
    }

    // Derivatives by weights and biases, from those by the layer's sums: a sum over the rows, each times its scale. To the scaled inputs of the first rows
    // the penalty adds its own.
    function gather({ x, inputs, outputs, byWeight, byBias }, bySums, rows, scale, added, addedRows) {
      for (let row = 0, i = 0; row < rows; row++) {
        const factor = scale[row], end = i + inputs;
        if (row < addedRows) for (; i < end; i++) right[i] = factor * x[i] + added[i];
        else for (; i < end; i++) right[i] = factor * x[i];
      }
      multiply(bySums, right, byWeight, outputs, inputs, rows, zeros, 1, outputs);
      multiply(scale, bySums, byBias, 1, outputs, rows, zeros);
    }

    // Adam (Kingma and Ba, 2015) with betas .5 and .99. A gradient that is no number changes nothing.
    function learn(rate) {
      for (let i = 0; i < gradient.length; i++) if (!Number.isFinite(gradient[i])) return false;
      steps++;
      const size = rate / (1 - 0.5 ** steps), root = Math.sqrt(1 - 0.99 ** steps);
      for (let i = 0; i < theta.length; i++) {
        const g = gradient[i];
        mean[i] = 0.5 * mean[i] + 0.5 * g;
        square[i] = 0.99 * square[i] + 0.01 * g * g;
        theta[i] -= size * mean[i] / (Math.sqrt(square[i]) / root + 1e-8);
      }
      return true;
    }

    function restart() {
      theta.set(start);
      mean.fill(0);
      square.fill(0);
      steps = 0;
    }

    return { theta, gradient, layers, top, curved, through, forward, backward, gather, learn, restart, get steps() { return steps; } };
  }

  const bytes = Uint8Array.from(atob(model.weights), c => c.charCodeAt(0));
  const all = new Float32Array(bytes.buffer), size = shape => shape.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0);
  const G = network(model.generator, all.subarray(0, size(model.generator))), D = network(model.discriminator, all.subarray(size(model.generator)));
  const both = numbers(4 * batch), scale = numbers(2 * batch), rise = numbers(2 * batch), ones = numbers(batch).fill(1);
  const probability = y => 1 / (1 + Math.exp(-y));

  // Step (a): G is fixed, and D learns to score real points high and made ones low. The penalty R1 is r1 / 2 times the mean squared length of D's gradient
  // at the real points.
  function stepA(real, latent, rate, r1) {
    both.set(real);
    both.set(G.forward(latent, batch).subarray(0, 2 * batch), 2 * batch);
    const y = D.forward(both, 2 * batch);
    for (let i = 0; i < 2 * batch; i++) scale[i] = (i < batch ? -probability(-y[i]) : probability(y[i])) / batch;
    D.top.back.fill(1, 0, 2 * batch);
    const uphill = D.backward('back', 2 * batch, false, r1 > 0 ? batch : 0);
    if (r1 > 0) bendPenalty(uphill, r1);
    D.layers.forEach((layer, l) => D.gather(layer, layer.back, 2 * batch, scale, l ? D.layers[l - 1].tangent : rise, r1 > 0 ? batch : 0));
    if (r1 > 0 && D.curved) {
      const flat = D.gradient.slice();
      D.top.extra.fill(0, 0, batch);
      D.backward('extra', batch, true, 0);
      for (const layer of D.layers) D.gather(layer, layer.extra, batch, ones);
      for (let i = 0; i < flat.length; i++) D.gradient[i] += flat[i];
    }
    return D.learn(rate);
  }

  // The penalty's derivative needs D's derivative a second time. It goes up through the layers again, from the input: by each layer's slope to the next
  // layer, and by the bend of the activation to this layer's own sums.
  function bendPenalty(uphill, r1) {
    for (let i = 0; i < rise.length; i++) rise[i] = r1 / batch * uphill[i];
    let from = rise;
    for (let l = 0; l + 1 < D.layers.length; l++) {
      const layer = D.layers[l], { slope, bend, tangent, extra } = layer, above = D.layers[l + 1].below, count = batch * layer.outputs;
      D.through(layer, from, tangent, batch);
      if (D.curved) for (let i = 0; i < count; i++) extra[i] = bend[i] * above[i] * tangent[i];
      for (let i = 0; i < count; i++) tangent[i] *= slope[i];
      from = tangent;
    }
  }

  // Step (b): D is fixed, and G learns to make points that score high. The loss is the non-saturating one.
  function stepB(latent, rate) {
    const downhill = loss(G.forward(latent, batch), batch, -1 / batch), { back, slope } = G.top;
    for (let i = 0; i < 2 * batch; i++) back[i] = downhill[i] * slope[i];
    G.backward('back', batch, false, 0);
    for (const layer of G.layers) G.gather(layer, layer.back, batch, ones);
    return G.learn(rate);
  }

  // The derivative of G's loss by each of its points, times a factor. Times -1 it is 1 - D's probability, uphill on D's score.
  function loss(points, rows, factor) {
    const y = D.forward(points, rows);
    D.top.back.fill(1, 0, rows);
    const uphill = D.backward('back', rows);
    for (let i = 0; i < 2 * rows; i++) uphill[i] *= factor * probability(-y[i >> 1]);
    return uphill;
  }

  // Random numbers of the page's own (mulberry32), so that a seed gives the same run on every machine.
  let state = model.seed;
  function random() {
    state = state + 0x6D2B79F5 | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  }
  // Latent vectors (rows, 2) from the normal distribution (Box and Muller, 1958).
  function latent(rows) {
    const drawn = numbers(2 * rows);
    for (let i = 0; i < drawn.length; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(1 - random())), angle = 2 * Math.PI * random();
      drawn[i] = radius * Math.cos(angle);
      drawn[i + 1] = radius * Math.sin(angle);
    }
    return drawn;
  }
  function minibatch(points) {
    const drawn = numbers(2 * batch);
    for (let i = 0; i < drawn.length; i += 2) {
      const one = 2 * Math.floor(random() * points.length / 2);
      drawn[i] = points[one];
      drawn[i + 1] = points[one + 1];
    }
    return drawn;
  }

  function restart(seed = model.seed) {
    state = seed;
    G.restart();
    D.restart();
  }
  return { G, D, stepA, stepB, loss, latent, minibatch, restart, batch };
}
