// What JupyterLab does with a cell's outputs, without the rest of it: its output area, its renderers, its sanitizer and its themes.
import '@jupyterlab/outputarea/style/index.js';
import '@jupyterlab/rendermime/style/index.js';
import { OutputArea, OutputAreaModel } from '@jupyterlab/outputarea';
import { RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';

const rendermime = new RenderMimeRegistry({ initialFactories: standardRendererFactories });

// Shows a cell's outputs as part of an element, and returns the model, through which a running cell would change them.
window.show = (outputs, trusted, element) => {
  const model = new OutputAreaModel({ values: outputs, trusted });
  Widget.attach(new OutputArea({ model, rendermime, contentFactory: OutputArea.defaultContentFactory }), element);
  return model;
};

// The colours first, then the mark that tells the page.
window.theme = async name => {
  const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: `${name}.css` });
  const loaded = new Promise((done, failed) => [sheet.onload, sheet.onerror] = [done, failed]);
  document.head.append(sheet);
  await loaded;
  document.querySelectorAll('link[data-theme]').forEach(old => old.remove());
  sheet.dataset.theme = name;
  document.body.dataset.jpThemeLight = String(name === 'light');
};
