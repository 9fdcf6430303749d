/*
 * Imports the module of each widget of a page as it comes near the view, or at once where the
 * address names a state of it. Runs again with every page that navigation.instant brings.
 */
(() => {
  const here = document.currentScript.src;
  const widgets = [...document.querySelectorAll(".widget")];

  // From a folder no module loads, and none is asked for: the figure stays, and takes back the
  // room for controls.
  const rest = (widget) => widget.classList.add("still");
  const wake = (widget) =>
    here.startsWith("f")
      ? rest(widget)
      : import(new URL(`${widget.localName}.js`, here)).catch(() => rest(widget));

  const near = new IntersectionObserver(
    (entries) => entries.forEach((entry) => entry.isIntersecting && wake(entry.target)),
    { rootMargin: "300px" },
  );
  const asked = (hash) =>
    widgets.forEach((widget) => hash?.startsWith(`#${widget.id}?`) && wake(widget));

  widgets.forEach((widget) => near.observe(widget));
  asked(location.hash);
  document.addEventListener("click", (event) => asked(event.target.closest?.("a")?.hash));
})();
