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

// An order is taken over at once; without script the form has a button.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// After a swap the new count is read out; focus and scroll stay where they are.
document.addEventListener("htmx:after:swap", () => {
  const status = document.getElementById("zoek-stand");
  const count = document.getElementById("aantal");
  if (status && count) status.textContent = count.textContent.trim();
});
