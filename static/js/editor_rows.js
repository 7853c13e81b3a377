// One more row for a figure or an organisation, in place. Without script, saving gives an empty one each time.
const groups = [...document.querySelectorAll("[data-rows]")];

const rowsOf = (group) => [...group.querySelectorAll("[data-row]")];

function add(group) {
  const at = rowsOf(group).length;
  const template = group.querySelector("template");
  const html = template.innerHTML.replaceAll("__at__", at).replaceAll("__n__", at + 1);
  template.insertAdjacentHTML("beforebegin", html);
  group.querySelector("[data-row-add]").hidden = at + 1 >= Number(group.dataset.most);
  return rowsOf(group).at(-1);
}

const pairsOf = (row) => [...row.querySelectorAll("[name]")].map(({ name, value }) => [name, value]);

/** Let the buttons add rows. `added` hears of the fields that came in, as they are while nobody typed in them. */
export function rows(added) {
  for (const group of groups) {
    group.querySelector("[data-row-add]").addEventListener("click", () => {
      const row = add(group);
      added(pairsOf(row));
      row.querySelector("select, input").focus();
    });
  }
}

/** See to it that there is a row for each of these fields. */
export function rowsFor(fields, added) {
  for (const group of groups) {
    const places = fields.map(([name]) => name.match(`^${group.dataset.rows}-(\\d+)(-|$)`)?.[1] ?? -1);
    const needed = Math.min(Math.max(...places.map(Number)) + 1, Number(group.dataset.most));
    while (rowsOf(group).length < needed) added(pairsOf(add(group)));
  }
}
