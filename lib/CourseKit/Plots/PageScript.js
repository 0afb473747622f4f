function (draw, model, key) {
  // Makes elements with text, attributes and listeners: element('button', { type: 'button', onclick }, 'go').
  const element = (tag, properties = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties))
      if (name.startsWith('on')) made[name] = value; else made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  // Tells who listens what has changed, once nothing has changed for a moment: a slider that moves would be heard a hundred times.
  function teller(root) {
    const line = element('p', { class: 'ck-said', role: 'status' });
    let timer = 0;
    root.append(line);
    return text => {
      clearTimeout(timer);
      timer = setTimeout(() => line.textContent = typeof text === 'function' ? text() : text, 600);
    };
  }
  // A front end may run the script before its element is on the page.
  let tries = 0;
  (function mount() {
    const roots = document.querySelectorAll('.' + key + ':not([data-drawn])');
    if (!roots.length && tries++ < 600) setTimeout(mount, tries < 20 ? 50 : 300);
    for (const root of roots) {
      root.dataset.drawn = '';
      root.replaceChildren();
      draw(root, model, element, teller(root));
    }
  })();
}
