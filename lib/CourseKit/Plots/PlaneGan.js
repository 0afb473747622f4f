function (root, model, element, say, gan) {
  const { G, D } = gan, { colours } = model, still = matchMedia('(prefers-reduced-motion: reduce)');
  const shown = 256, hinted = 40, side = 28, mesh = 25;
  const size = 400 * Math.min(2, Math.max(1, devicePixelRatio || 1)), unit = size / 400;
  const canvas = element('canvas', { width: size, height: size, role: 'img', style: 'width:400px;aspect-ratio:1;image-rendering:auto' });
  const context = canvas.getContext('2d');
  const field = element('canvas', { width: side, height: side }), fieldContext = field.getContext('2d'), image = fieldContext.createImageData(side, side);
  const sets = model.real.map(({ name, points, centres, near }) => {
    const all = Float64Array.from(new Float32Array(Uint8Array.from(atob(points), c => c.charCodeAt(0)).buffer));
    const bound = 1.45 * all.reduce((most, x) => Math.max(most, Math.abs(x)), 0.1);
    const step = 2 * bound / side, lattice = new Float64Array(2 * side * side);
    for (let i = 0; i < side * side; i++) lattice.set([(i % side + 0.5) * step - bound, bound - (Math.floor(i / side) + 0.5) * step], 2 * i);
    return { name, all, centres, near, bound, lattice, few: all.subarray(0, 2 * shown) };
  });
  let real = sets[0];

  // The same latent vectors all the time, so that each point's way can be seen; and squared paper, which G bends.
  const latent = gan.latent(shown), paper = new Float64Array(2 * mesh * mesh).map((_, i) => (i % 2 ? Math.floor(i / 2 / mesh) : (i >> 1) % mesh) / (mesh - 1) * 4.8 - 2.4);

  const believes = points => D.forward(points, points.length / 2).slice(0, points.length / 2).map(y => 1 / (1 + Math.exp(-y)));

  // What the plane shows of the two networks at this moment.
  function look() {
    const made = G.forward(latent, shown).slice(0, 2 * shown), grid = G.forward(paper, mesh * mesh).slice(0, 2 * mesh * mesh);
    const hints = gan.loss(made, hinted, -1).slice(0, 2 * hinted);
    return { made, grid, hints, opinion: believes(real.lattice) };
  }

  function draw({ made, grid, hints, opinion }) {
    const scale = size / 2 / real.bound, X = x => size / 2 + x * scale, Y = y => size / 2 - y * scale;
    for (let i = 0; i < opinion.length; i++) {
      const p = opinion[i];
      image.data.set(p > 0.5 ? colours.high : colours.low, 4 * i);
      image.data[4 * i + 3] = 180 * Math.sqrt(Math.abs(2 * p - 1));   // the root lets small differences be seen
    }
    fieldContext.putImageData(image, 0, 0);
    context.clearRect(0, 0, size, size);
    context.imageSmoothingQuality = 'high';
    context.drawImage(field, 0, 0, size, size);

    context.globalAlpha = lit === 'a' ? 0.3 : 0.7;
    context.lineWidth = unit;
    context.strokeStyle = colours.made;
    context.beginPath();
    for (let line = 0; line < mesh; line += 2) {
      for (const [first, next] of [[line * mesh, 1], [line, mesh]]) {
        for (let i = 0, at = 2 * first; i < mesh; i++, at += 2 * next) context[i ? 'lineTo' : 'moveTo'](X(grid[at]), Y(grid[at + 1]));
      }
    }
    context.stroke();
    context.globalAlpha = 1;
    dots(real.few, colours.real, 2);
    context.globalAlpha = lit === 'a' ? 0.5 : 1;
    dots(made, colours.made, 2.4);
    context.fillStyle = context.strokeStyle = getComputedStyle(root).color;
    context.lineWidth = 1.3 * unit;
    for (let i = 0; i < hints.length; i += 2) arrow(made[i], made[i + 1], hints[i], hints[i + 1]);
    context.globalAlpha = 1;

    function dots(points, colour, radius) {
      context.fillStyle = colour;
      context.beginPath();
      for (let i = 0; i < points.length; i += 2) {
        const x = X(points[i]), y = Y(points[i + 1]);
        context.moveTo(x, y);
        context.arc(x, y, radius * unit, 0, 7);
      }
      context.fill();
    }

    // From a made point to where it would score higher. The root lets gentle slopes be seen beside steep ones.
    function arrow(x, y, dx, dy) {
      const slope = Math.hypot(dx, dy), length = unit * Math.min(44, 28 * Math.sqrt(slope));
      if (!(length > 3 * unit)) return;
      const [u, v] = [dx / slope, -dy / slope], head = Math.min(6 * unit, length / 2), fromX = X(x), fromY = Y(y), toX = fromX + u * length, toY = fromY + v * length;
      context.beginPath();
      context.moveTo(fromX, fromY);
      context.lineTo(toX - u * head, toY - v * head);
      context.stroke();
      context.beginPath();
      context.moveTo(toX, toY);
      context.lineTo(toX - u * head - v * head / 2, toY - v * head + u * head / 2);
      context.lineTo(toX - u * head + v * head / 2, toY - v * head - u * head / 2);
      context.fill();
    }
  }

  const words = { a: 'Step (a): G fixed, D learns', b: 'Step (b): D fixed, G learns' };
  const more = {
    a: 'D scores the real points higher and the made ones lower: the colour moves, the points rest.',
    b: 'Each made point follows the arrow that D hands it: the points and the grid move, the colour rests.',
  };
  const caption = element('strong', {}), story = element('span', {}), counts = element('p', { class: 'ck-number ck-counts' }, ...[1, 2, 3].map(() => element('span')));
  // Only what is new, since a screen reader says it again.
  const tell = (first, second) => [[caption, first], [story, second]].forEach(([part, text]) => part.textContent === text || (part.textContent = text));
  let lit = '', turn = 0, before = null, scene = null, moved = 0, timer = 0, at = 0, reported = 0, heard = 0, diverged = false;
  const taken = { a: 0, b: 0 };

  // Sets what is to be seen next; a single step is seen on its way.
  function show(milliseconds = 0) {
    before = scene;
    scene = look();
    moved = performance.now() - (milliseconds && !still.matches && before ? 0 : 1e6);
    report();
    requestAnimationFrame(function glide(now) {
      const share = Math.min(1, Math.max(0, (now - moved) / (milliseconds || 1))), eased = share * share * (3 - 2 * share);
      const mix = name => scene[name].map((value, i) => before[name][i] + eased * (value - before[name][i]));
      draw(share < 1 ? { made: mix('made'), grid: mix('grid'), hints: mix('hints'), opinion: mix('opinion') } : scene);
      if (share < 1 && root.isConnected) requestAnimationFrame(glide);
    });
  }

  function report() {
    const { made } = scene, percent = points => `${Math.round(100 * believes(points).reduce((sum, p) => sum + p, 0) / points.length * 2)} %`;
    const hit = real.centres.filter(([x, y]) => {
      let near = 0;
      for (let i = 0; i < made.length; i += 2) near += Math.hypot(made[i] - x, made[i + 1] - y) < real.near;
      return near >= shown / 64;
    }).length;
    const lines = [`Steps so far: ${taken.a} of D, ${taken.b} of G.`, `D calls real points real with ${percent(real.few)}, made ones with ${percent(made)}.`];
    if (real.centres.length) lines.push(`Made points are in ${hit} of ${real.centres.length} modes.`);
    [...counts.children].forEach((line, i) => line.textContent = lines[i] ?? '');
    canvas.setAttribute('aria-label', `the plane: ${real.name}. ${lines.join(' ')}`);
    // While it runs, no oftener than a user can listen; nothing at the start, because a page can hold many planes.
    const now = performance.now();
    if (timer && now - heard < 5000) return;
    heard = now;
    say(taken.a + taken.b ? lines.slice(1).join(' ') : '');
  }

  function step(which) {
    if (diverged) return false;
    const fine = which === 'a' ? gan.stepA(gan.minibatch(real.all), gan.latent(gan.batch), rateD.value(), penalty.value()) : gan.stepB(gan.latent(gan.batch), rateG.value());
    if (fine) taken[which]++;
    return fine || diverge();
  }
  function diverge() {
    diverged = true;
    stop();
    tell('The training has diverged.', 'The numbers have become too large. Start again, with a lower learning rate.');
    return false;
  }
  // Whether there is anything to draw. One look a picture is enough: what is no number stays so in all further steps.
  const sound = () => G.forward(latent, shown).every(Number.isFinite) || diverge();
  function one(which, milliseconds) {
    if (!step(which) || !sound()) return;
    lit = which;
    tell(words[which], more[which]);
    light();
    show(milliseconds);
  }
  const speeds = [['a step a second', 1000, 1], ['5 steps a second', 200, 1], ['1 step a picture', 0, 1], ['4 steps a picture', 0, 4], ['20 steps a picture', 0, 20]];
  let speed = 3;

  // The steps in turn: as many of D as the slider says, then as many of G.
  function next() {
    const [ofD, ofG] = ratio.value();
    return turn++ % (ofD + ofG) < ofD ? 'a' : 'b';
  }
  function frame(now) {
    if (!timer || !root.isConnected) return;
    timer = requestAnimationFrame(frame);
    const [, wait, steps] = speeds[speed];
    if (now - at < wait) return;
    at = now;
    if (wait) return one(next(), 0.6 * wait);
    lit = '';
    light();
    // On a slow machine fewer steps, so that the page stays quick.
    const begin = performance.now();
    for (let i = 0; i < steps && performance.now() - begin < 12; i++) if (!step(next())) return;
    if (!sound()) return;
    scene = look();
    if (now - reported > 150) {
      reported = now;
      report();
    }
    draw(scene);
  }
  function run() {
    if (timer) return stop();
    if (diverged) return;
    if (still.matches) {
      for (let i = 0; i < 40; i++) if (!step(next())) return;
      if (!sound()) return;
      tell('Forty steps', 'D and G in turn.');
      lit = '';
      return show();
    }
    timer = requestAnimationFrame(frame);
    running.setAttribute('aria-pressed', true);
    pace();
  }
  function stop() {
    const ran = timer;
    cancelAnimationFrame(timer);
    timer = 0;
    if (ran && !diverged) {
      report();
      tell('Paused', 'Go on with a step, or run.');
    }
    running.setAttribute('aria-pressed', false);
  }
  function pace(change = 0) {
    speed = Math.min(speeds.length - 1, Math.max(0, speed + change));
    slower.disabled = speed === 0;
    faster.disabled = speed === speeds.length - 1;
    if (timer && !speeds[speed][1]) tell('(a) and (b) in turn', `${speeds[speed][0]}.`);
    running.title = speeds[speed][0];
  }
  function again() {
    stop();
    gan.restart();
    [lit, turn, diverged, taken.a, taken.b] = ['', 0, false, 0, 0];
    tell('Before the first step', 'Both networks are as they came from the notebook.');
    light();
    show();
  }
  function light() {
    stepA.toggleAttribute('data-lit', lit === 'a');
    stepB.toggleAttribute('data-lit', lit === 'b');
  }

  const button = (text, onclick) => element('button', { type: 'button', onclick }, text);
  const stepA = button('step (a)', () => { stop(); one('a', 450); }), stepB = button('step (b)', () => { stop(); one('b', 450); });
  const running = button('run', run), slower = button('slower', () => pace(-1)), faster = button('faster', () => pace(1));
  const choice = element('select', { 'aria-label': 'real points', onchange: () => { real = sets[choice.selectedIndex]; again(); } }, ...sets.map(set => element('option', {}, set.name)));

  // A slider over a few values.
  const settings = [];
  function slider(label, values, start, text = value => `${value}`, changed = () => {}) {
    const said = element('output', { class: 'ck-number', 'aria-live': 'off' }), value = () => values[input.valueAsNumber];
    const input = element('input', { type: 'range', min: 0, max: values.length - 1, value: start, 'aria-label': label, oninput: () => { write(); changed(); } });
    const write = () => { said.textContent = text(value()); input.setAttribute('aria-valuetext', said.textContent); };
    write();
    settings.push(element('label', {}, element('span', {}, label), said, input));
    return { value };
  }
  const rates = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1];
  const rateD = slider('D’s learning rate', rates, 4), rateG = slider('G’s learning rate', rates, 4);
  const ratio = slider('steps of D per step of G', [[1, 5], [1, 4], [1, 3], [1, 2], [1, 1], [2, 1], [3, 1], [4, 1], [5, 1]], 4, ([ofD, ofG]) => `${ofD} : ${ofG}`, () => turn = 0);
  const penalty = slider('penalty on D’s steepness (R1)', [0, 0.01, 0.03, 0.1, 0.3, 1], 3);

  const key = (style, text) => element('span', {}, element('i', { style, 'aria-hidden': 'true' }), text);
  const rgb = colour => `rgba(${colour.slice(0, 3)},.65)`;
  root.append(
    element('div', { class: 'ck-stage' }, canvas, element('p', { class: 'ck-note ck-key' },
      key(`background:${colours.real}`, 'real points'), key(`background:${colours.made}`, 'points that G made, and its bent grid'),
      key(`background:linear-gradient(90deg,${rgb(colours.high)},transparent,${rgb(colours.low)})`, 'D: real, cannot tell, made'), element('span', {}, '→ what D tells a made point'))),
    element('div', { class: 'ck-controls' },
      element('p', { class: 'ck-caption', role: 'status' }, caption, ' ', story),
      element('div', { class: 'ck-buttons' }, stepA, stepB, running, slower, faster, button('start again', again), ...(sets.length > 1 ? [choice] : [])),
      element('div', { class: 'ck-settings', role: 'group', 'aria-label': 'settings' }, ...settings),
      counts));
  // The theme's ink is in the arrows only.
  for (const part of [document.documentElement, document.body])
    new MutationObserver(() => scene && draw(scene)).observe(part, { attributes: true, attributeFilter: ['class', 'data-theme', 'data-jp-theme-light'] });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => scene && setTimeout(() => draw(scene), 50));
  Object.assign(root, { gan, real });   // for the console, and for tests
  pace();
  again();
}
