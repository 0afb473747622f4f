// Gives a Plotly chart the text colour of the page around it, each time the page turns dark or light. Returns a function that recolours it at once.
chart => {
  const faint = "rgba(128,133,144,0.25)", clear = "rgba(0,0,0,0)";
  const paint = () => {
    if (!chart.isConnected) return;
    const change = { "font.color": getComputedStyle(chart.parentElement).color, paper_bgcolor: clear, plot_bgcolor: clear };
    for (const axis of Object.keys(chart._fullLayout ?? {}).filter(key => /^[xy]axis\d*$/.test(key)))
      Object.assign(change, { [`${axis}.gridcolor`]: faint, [`${axis}.zerolinecolor`]: faint, [`${axis}.linecolor`]: "#808590" });
    (chart.plotly ?? Plotly).relayout(chart, change);
  };
  const later = () => setTimeout(paint, 50);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", later);
  for (const root of [document.documentElement, document.body])
    new MutationObserver(later).observe(root, { attributes: true, attributeFilter: ["class", "data-theme", "data-jp-theme-light"] });
  return paint;
}
