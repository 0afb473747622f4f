function (root, model, element, say) {
  const { width, height, rows, captions, film } = model, last = captions.length - 1;
  const canvas = element('canvas', { width, height, role: 'img', style: `width:${Math.round(width * 1.4)}px;aspect-ratio:${width}/${height}` });
  const context = canvas.getContext('2d'), caption = element('output', { class: 'ck-number', 'aria-live': 'off' });
  const frames = Object.assign(new Image(), { onload: show, src: film });
  const slider = element('input', { type: 'range', min: 0, max: last, value: last, 'aria-label': 'moment of the training', oninput: () => { stop(); show(); } });
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const button = element('button', { type: 'button', onclick: play }, 'play');

  function show() {
    const i = slider.valueAsNumber;
    if (!frames.complete) return;
    context.clearRect(0, 0, width, height);
    context.drawImage(frames, Math.floor(i / rows) * width, i % rows * height, width, height, 0, 0, width, height);
    caption.textContent = captions[i];
    slider.setAttribute('aria-valuetext', captions[i]);
    canvas.setAttribute('aria-label', `what the generator made at ${captions[i]}`);
  }

  // A user who wants no motion gets one frame per press.
  let timer = 0;
  function step() {
    if (slider.valueAsNumber === last || !root.isConnected) return stop();
    slider.valueAsNumber++;
    show();
    say(() => caption.textContent);   // the slider itself tells where a user moves it
  }
  function play() {
    if (timer) return stop();
    if (slider.valueAsNumber === last) {
      slider.valueAsNumber = 0;
      show();
    } else if (still.matches) return step();
    if (still.matches) return;
    timer = setInterval(step, 150);
    button.setAttribute('aria-pressed', true);
  }
  function stop() {
    clearInterval(timer);
    timer = 0;
    button.setAttribute('aria-pressed', false);
  }

  root.append(element('div', { class: 'ck-stage' }, canvas),
    element('div', { class: 'ck-controls' }, element('div', { class: 'ck-buttons' }, button, caption), slider));
  stop();
  show();
}
