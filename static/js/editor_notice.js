// What the editor has to tell that stays true until something is done about it: one at a time, the latest.
const host = document.getElementById("let-op");

/** Show these words, with something to do about it. `name` says what it is about, so that it can be hushed. */
export function announce(name, words, action) {
  host.dataset.about = name;
  document.getElementById("let-op-tekst").textContent = words;
  document.getElementById("let-op-doe").replaceChildren(...(action ? [action] : []));
  host.hidden = false;
}

/** Take it away, if it is still about that. */
export function hush(name) {
  if (host.dataset.about === name) host.hidden = true;
}
