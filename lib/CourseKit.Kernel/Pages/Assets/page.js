(() => {
  // Converts LaTeX to MathML if the page has any. As in Jupyter, a formula may define commands for the formulas that follow. What the converter
  // does not know stays LaTeX.
  if (window.temml) {
    const macros = { "\\mbox": "\\text" };
    // As in JupyterLab, equations have no numbers but those that \tag gives; so the environments are those without. Two have other names here.
    const known = latex => latex.replace(/\\require\{\w+\}/g, "")
      .replace(/\\begin\{eqnarray\*?\}/g, "\\begin{array}{rcl}").replace(/\\end\{eqnarray\*?\}/g, "\\end{array}")
      .replace(/\\(begin|end)\{(?:fl)?(align|alignat|equation|gather|multline)\}/g, "\\$1{$2*}").replace(/\{flalign\*\}/g, "{align*}");
    // Browsers would begin a line with the full stop, or the "'s", behind a formula.
    const keepTogether = formula => {
      const next = formula.nextSibling, end = next?.nodeType === Node.TEXT_NODE ? next.data.match(/^(?:['’]s\b)?[.,;:!?)'’"”]*/)[0] : "";
      if (!end) return;
      next.splitText(end.length);
      const together = document.createElement("span");
      together.className = "together";
      formula.before(together);
      together.append(formula, next);
    };
    for (const element of document.querySelectorAll(".math")) {
      const latex = element.textContent;
      try {
        temml.render(known(latex), element, { displayMode: element.classList.contains("display"), throwOnError: true, macros });
        // A number of an equation on another page or in another notebook is not known.
        if (element.querySelector(".tml-ref")) throw new Error("reference");
        if (/\\((re)?newcommand|def|DeclareMathOperator)\b/.test(latex))
          Object.assign(macros, temml.definePreamble(latex.replaceAll("\\renewcommand", "\\newcommand")));
        if (!element.classList.contains("display")) keepTogether(element);
      } catch { element.textContent = latex; }
    }
  }

  // The sidebar is open, and the list on a phone is folded. The section that is being read is marked.
  const contents = document.querySelector(".contents");
  if (contents) {
    const wide = matchMedia("(min-width: 70rem)"), list = contents.querySelector("details");
    const fold = () => list.open = wide.matches;
    fold();
    wide.addEventListener("change", fold);
    const entries = [...contents.querySelectorAll("a")].map(a => [a.parentElement, document.getElementById(a.getAttribute("href").slice(1))]);
    const mark = () => {
      const here = entries.findLastIndex(([, heading]) => heading.getBoundingClientRect().top < innerHeight * .3);
      entries.forEach(([item], i) => item.classList.toggle("here", i === here));
      const item = entries[here]?.[0];
      if (item && wide.matches) {
        const top = item.offsetTop - contents.clientHeight / 2;
        if (Math.abs(contents.scrollTop - top) > contents.clientHeight / 3) contents.scrollTop = top;
      }
    };
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; mark(); });
    }, { passive: true });
    mark();
  }

  // For a projector, the key P shows one section at a time, large. The arrows to the right and left turn the page, and so do the buttons of a
  // presenter's remote control. P or Escape ends it. Keys that a slider or a field understands stay theirs.
  const slides = [];
  for (const part of document.querySelectorAll("main > *"))
    if (slides.length && !part.querySelector("h1, h2")) slides.at(-1).push(part);
    else slides.push([part]);
  let shown = -1;
  const show = next => {
    const last = shown;
    shown = next;
    document.documentElement.classList.toggle("projector", shown >= 0);
    document.documentElement.dataset.slide = `${shown + 1} / ${slides.length}`;
    slides.forEach((parts, i) => parts.forEach(part => part.classList.toggle("away", shown >= 0 && i !== shown)));
    dispatchEvent(new Event("resize"));
    scrollTo({ top: 0, behavior: "instant" });
    if (shown < 0) slides[last][0].scrollIntoView({ behavior: "instant" });
  };
  addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, textarea, select, canvas, [role=slider], [contenteditable]")) return;
    const turn = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (event.key.toLowerCase() === "p" && shown < 0) show(Math.max(0, slides.findLastIndex(([first]) => first.getBoundingClientRect().top < innerHeight * .3)));
    else if (shown >= 0 && ["p", "escape"].includes(event.key.toLowerCase())) show(-1);
    else if (shown >= 0 && turn) show(Math.min(Math.max(shown + turn, 0), slides.length - 1));
    else return;
    event.preventDefault();
  });

  // Charts take the width of their box. Charts that do not follow the page's text colour by themselves are recoloured here.
  const charts = () => [...document.querySelectorAll(".js-plotly-plot")].filter(chart => chart.plotly ?? window.Plotly);
  addEventListener("load", () => charts().filter(chart => chart.dataset.drawn === undefined).forEach(chart => ink(chart)()));
  addEventListener("resize", () => charts().filter(chart => chart.offsetParent).forEach(chart => (chart.plotly ?? Plotly).Plots.resize(chart)));
})();
