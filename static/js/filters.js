// Around the filters of a search: htmx fetches and swaps, this keeps eye and ear informed.

// Wide views always show the filters. Browsers with ::details-content do that by style alone.
if (!CSS.supports("selector(::details-content)")) {
  const wide = matchMedia("(min-width: 60rem)");
  const follow = () => {
    for (const sheet of document.querySelectorAll(".search-side .sheet")) sheet.open = wide.matches;
  };
  follow();
  wide.addEventListener("change", follow);
}

// The order stands beside the results but belongs to the form of the filters, which hears of it here.
document.addEventListener("change", ({ target }) => {
  if (target.id === "sorteer") target.form.dispatchEvent(new Event("change"));
});

// What nobody chose is in no address.
document.addEventListener("htmx:config:request", ({ detail }) => {
  const asked = detail.ctx.request.body;
  for (const [name, value] of [...asked]) if (!value) asked.delete(name);
});

// After a swap the boxes stand as the address says, also when a link or the back button changed it, and the new count is
// read out. Focus stays where it is; a link that was followed is gone, and leaves it to the heading.
document.addEventListener("htmx:after:swap", ({ detail }) => {
  document.getElementById("filters").reset();
  const count = document.getElementById("aantal");
  document.getElementById("zoek-stand").textContent = count.textContent.trim();
  if (detail.ctx.sourceEvent?.type === "click") count.focus({ preventScroll: true });
});
