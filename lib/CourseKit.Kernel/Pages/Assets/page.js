(() => {
  // Converts LaTeX to MathML if the page has any.
  if (window.temml)
    for (const element of document.querySelectorAll(".math")) {
      const latex = element.textContent;
      try { temml.render(latex, element, { displayMode: element.classList.contains("display"), throwOnError: true }); }
      catch { element.textContent = latex; }
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

  // Charts take the width of their box. Charts that do not follow the page's text colour by themselves are recoloured here.
  const charts = () => window.Plotly ? [...document.querySelectorAll(".js-plotly-plot")] : [];
  addEventListener("load", () => charts().filter(chart => chart.dataset.drawn === undefined).forEach(chart => ink(chart)()));
  addEventListener("resize", () => charts().forEach(chart => Plotly.Plots.resize(chart)));
})();
