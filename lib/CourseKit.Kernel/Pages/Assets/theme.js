// Sets the theme before the first paint: the reader's choice, else the system's. Outputs may read data-theme and listen for "themechange".
(() => {
  const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("coursekit-theme"); } catch { return null; } };
  const set = theme => {
    root.dataset.theme = theme;
    document.dispatchEvent(new CustomEvent("themechange", { detail: theme }));
  };
  set(stored() ?? (dark.matches ? "dark" : "light"));
  dark.addEventListener("change", () => stored() ?? set(dark.matches ? "dark" : "light"));
  document.addEventListener("click", event => {
    if (!event.target.closest("#theme")) return;
    const theme = root.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem("coursekit-theme", theme); } catch { /* a page opened from a file may have no storage */ }
    set(theme);
  });
})();
