// Remembers what our own company is like: size, sector and province, in this browser alone.
const KEY = "bedrijf";

function known() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // closed to us, or written by somebody else
  }
}

for (const form of document.querySelectorAll("[data-company]")) {
  const selects = [...form.querySelectorAll("select")];
  const said = form.querySelector("[data-company-known]");

  // What the address says goes before what is remembered.
  if (selects.every((select) => !select.value)) {
    const company = known();
    for (const select of selects) {
      const offered = [...select.options].some(({ value }) => value && value === company[select.name]);
      if (offered) select.value = company[select.name];
    }
    said.hidden = selects.every((select) => !select.value);
  }

  form.addEventListener("submit", () => {
    try {
      localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(selects.map(({ name, value }) => [name, value]))));
    } catch {} // full or closed: the search works all the same
  });

  form.querySelector("[data-company-forget]").addEventListener("click", () => {
    localStorage.removeItem(KEY);
    for (const select of selects) select.value = "";
    said.hidden = true;
    selects[0].focus();
  });
}
