(() => {
  // LaTeX to MathML, where the page has any.
  if (window.temml)
    for (const element of document.querySelectorAll(".math")) {
      const latex = element.textContent;
      try { temml.render(latex, element, { displayMode: element.classList.contains("display"), throwOnError: true }); }
      catch { element.textContent = latex; }
    }

  // The sidebar is open, the phone's list folded; the section being read is marked.
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

  // Charts take the page's ink and the width of their box.
  const charts = () => window.Plotly ? document.querySelectorAll(".js-plotly-plot") : [];
  const ink = () => {
    const style = getComputedStyle(document.body), probe = document.createElement("i");
    probe.style.color = "var(--line)";
    document.body.append(probe);
    const line = getComputedStyle(probe).color;
    probe.remove();
    for (const chart of charts()) {
      const change = { "font.color": style.color, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)" };
      for (const axis of Object.keys(chart._fullLayout ?? {}).filter(key => /^[xy]axis\d*$/.test(key)))
        for (const part of ["gridcolor", "zerolinecolor", "linecolor"]) change[`${axis}.${part}`] = line;
      Plotly.relayout(chart, change);
    }
  };
  document.addEventListener("themechange", ink);
  addEventListener("load", ink);
  addEventListener("resize", () => charts().forEach(chart => Plotly.Plots.resize(chart)));
})();
