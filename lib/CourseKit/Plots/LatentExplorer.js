function (root, model, element, say) {
  const activations = {
    none: x => x,
    relu: x => x > 0 ? x : 0,
    leakyRelu: x => x > 0 ? x : 0.2 * x,
    silu: x => x / (1 + Math.exp(-x)),
    tanh: Math.tanh,
    sigmoid: x => 1 / (1 + Math.exp(-x)),
  };
  const bytes = Uint8Array.from(atob(model.weights), c => c.charCodeAt(0)).buffer;
  let at = 0;
  const layers = model.layers.map(({ inputs, outputs, activation }) => {
    const scale = new Float32Array(bytes, at, outputs), bias = new Float32Array(bytes, at + 4 * outputs, outputs);
    const codes = new Int8Array(bytes, at + 8 * outputs, inputs * outputs);
    at += 8 * outputs + 4 * Math.ceil(inputs * outputs / 4);
    return { weight: Float32Array.from(codes, (code, i) => code * scale[Math.floor(i / inputs)]), bias, inputs, activate: activations[activation], y: new Float32Array(outputs) };
  });

  function forward(z) {
    let x = z;
    for (const { weight, bias, inputs, activate, y } of layers) {
      for (let row = 0, w = 0; row < y.length; row++) {
        let sum = bias[row];
        for (let i = 0; i < inputs; i++) sum += weight[w++] * x[i];
        y[row] = activate(sum);
      }
      x = y;
    }
    return x;
  }

  // Makes a canvas with one pixel for each pixel of the image, or a line for a sentence with the most probable entry of each row.
  function target(size, label) {
    if (model.alphabet) {
      const line = element('output', { class: size > 100 ? 'ck-sentence' : '', 'aria-label': label, 'aria-live': 'off' });
      return [line, y => {
        const words = model.alphabet, said = [];
        for (let row = 0; row < y.length; row += words.length) {
          let best = 0;
          for (let i = 1; i < words.length; i++) if (y[row + i] > y[row + best]) best = i;
          said.push(words[best]);
        }
        line.textContent = said.join(model.separator);
      }];
    }
    const [channels, height, width] = model.shape;
    const enlarged = size / Math.max(width, height);
    const canvas = element('canvas', { width, height, role: 'img', 'aria-label': label, style: `width:${width * enlarged}px;aspect-ratio:${width}/${height}` });
    const context = canvas.getContext('2d'), image = context.createImageData(width, height), area = width * height;
    return [canvas, y => {
      for (let p = 0; p < area; p++) {
        for (let c = 0; c < 3; c++)
          image.data[4 * p + c] = Math.round(255 * (y[channels === 3 ? c * area + p : p] - model.black) / (1 - model.black));
        image.data[4 * p + 3] = 255;
      }
      context.putImageData(image, 0, 0);
    }];
  }

  const size = model.first.length, still = matchMedia('(prefers-reduced-motion: reduce)');
  const z = new Float32Array(size), ends = [Float32Array.from(model.first), Float32Array.from(model.second)];
  const [stage, paint] = target(224, model.label);
  const cost = element('p', { class: 'ck-note' }, model.note + '.');
  let asked = false, spent = 0, drawn = 0;

  // The sliders hold the state. The page draws the vector that they show.
  const sliders = Array.from(z, (_, i) => element('input', { type: 'range', min: -3, max: 3, step: 0.01, 'aria-label': `latent number ${i + 1}`, oninput: () => { stop(); ask(); tell(`latent number ${i + 1}`); } }));
  const set = values => { sliders.forEach((slider, i) => slider.value = values[i]); ask(); };
  const mix = (from, to, share) => from.map((value, i) => value + share * (to[i] - value));
  const random = () => Float32Array.from(z, () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random()));
  const here = () => Float32Array.from(sliders, slider => slider.valueAsNumber);

  function ask() {
    if (!asked) requestAnimationFrame(draw);
    asked = true;
  }
  function draw() {
    asked = false;
    const begin = performance.now();
    z.set(here());
    paint(forward(z));
    spent += performance.now() - begin;
    if (++drawn === 30) {
      cost.textContent = `${model.note}, in ${(spent / drawn).toFixed(2)} ms a time.`;
      [spent, drawn] = [0, 0];
    }
  }

  // What a user who does not see the picture hears: how much of it is another than when it was last told, or the new sentence.
  let told = null;
  function tell(what) {
    say(() => {
      const y = forward(here()).slice(), before = told;
      told = y;
      if (model.alphabet) return `${what}: ${stage.textContent}`;
      const range = 1 - model.black, brighter = y.reduce((sum, value, i) => sum + value - before[i], 0) / y.length / range;
      const share = Math.round(100 * y.filter((value, i) => Math.abs(value - before[i]) > 0.1 * range).length / y.length);
      return `${what}: ${share} % of the picture has changed${Math.abs(brighter) < 0.01 ? '' : brighter > 0 ? ', it is brighter' : ', it is darker'}`;
    });
  }

  // A walk goes from the present vector to one random vector after another. A user who wants no motion gets one step per press.
  let leg = null;
  function walk(time) {
    if (!leg || !root.isConnected) return;
    leg.begin ??= time;
    const share = Math.min(1, (time - leg.begin) / 2500);
    set(mix(leg.from, leg.to, share * share * (3 - 2 * share)));
    if (share === 1) leg = { from: leg.to, to: random() };
    requestAnimationFrame(walk);
  }
  function stop() {
    leg = null;
    walking.setAttribute('aria-pressed', false);
  }
  const button = (text, onclick) => element('button', { type: 'button', onclick }, text);
  const walking = button('walk', () => {
    if (leg) {
      stop();
      return tell('the walk has stopped');
    }
    if (still.matches) {
      set(mix(here(), random(), 0.25));
      return tell('a step');
    }
    leg = { from: here(), to: random() };
    walking.setAttribute('aria-pressed', true);
    requestAnimationFrame(walk);
  });
  stop();

  const between = element('input', { type: 'range', min: 0, max: 1, step: 0.01, value: 0, 'aria-label': 'between A and B', oninput: () => { go(); tell('between A and B'); } });
  function go() {
    stop();
    set(mix(ends[0], ends[1], between.valueAsNumber));
  }
  const points = ['A', 'B'].map((name, i) => {
    const [small, show] = target(56, `point ${name}`);
    show(forward(ends[i]));
    const keep = button(`keep as ${name}`, () => {
      stop();
      ends[i] = here();
      show(forward(ends[i]));
      between.value = i;
      say(`kept as ${name}`);
    });
    return element('figure', {}, small, keep);
  });

  root.append(
    element('div', { class: 'ck-stage' }, stage),
    element('div', { class: 'ck-controls' },
      element('div', { class: 'ck-buttons' }, button('random', () => { stop(); set(random()); tell('a random vector'); }), walking),
      element('div', { class: 'ck-sliders', role: 'group', 'aria-label': 'latent vector' },
        ...sliders.map((slider, i) => element('label', {}, element('span', { class: 'ck-number' }, `${i + 1}`), slider))),
      element('div', { class: 'ck-between', role: 'group', 'aria-label': 'two points and between' }, points[0], between, points[1]),
      cost));
  go();
  told = forward(here()).slice();
}
