// Draws a Plotly figure into each element of a class, as soon as the element and plotly.js are on the page. When a notebook is opened again,
// this script may run before either, so it tries again for about five minutes. `name` is the window's variable that holds plotly.js; the chart
// keeps it as `plotly`. `ink` gives the chart the colours of the page (ink.js); null for none.
(figure, key, name, ink) => {
  let tries = 0;
  const draw = () => {
    const divs = document.querySelectorAll('.' + key + ':not([data-drawn])');
    // What follows must not move when the chart comes. Where no script runs there is no chart, and no place for one.
    for (const div of divs) div.style.minHeight = `${figure.layout?.height ?? 450}px`;
    if (!window[name] || !divs.length) {
      if (tries++ < 1000) setTimeout(draw, tries < 20 ? 50 : 300);
      return;
    }
    for (const div of divs) {
      div.dataset.drawn = '';
      div.textContent = '';
      const layout = structuredClone(figure.layout);
      if (ink) layout.font = Object.assign({}, layout.font, { color: getComputedStyle(div.parentElement).color });
      // On a touch screen, dragging must scroll the page.
      if (matchMedia('(pointer: coarse)').matches) layout.dragmode = false;
      // Without a mouse, the tool bar would cover the chart all the time.
      const config = Object.assign({}, figure.config, matchMedia('(hover: none)').matches ? { displayModeBar: false } : {});
      div.plotly = window[name];
      div.plotly.newPlot(div, structuredClone(figure.data), layout, config);
      ink?.(div);
    }
  };
  draw();
}
