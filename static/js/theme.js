// Light or dark as the visitor chose, set before the first paint. Classic and in the head: a module comes too late.
// The mark on the root shows what needs script (.script-only) and hides its plain twin (.no-script).
(() => {
  const root = document.documentElement;
  root.dataset.script = "";

  const apply = () => {
    const chosen = document.cookie.match(/(?:^|; )thema=(light|dark)(?:;|$)/)?.[1];
    if (chosen) root.dataset.theme = chosen;
  };

  const isDark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  const toggle = () => {
    const secure = location.protocol === "https:" ? ";secure" : "";
    document.cookie = `thema=${isDark() ? "light" : "dark"};path=/;max-age=31536000;samesite=lax${secure}`;
    apply();
  };

  apply();
  addEventListener("pageshow", apply); // a page that comes back from memory may hold the old choice
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-toggle]")) toggle();
  });
})();
