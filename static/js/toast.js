// The result of a click, with undo. One at a time; stays while hovered or focused.
const STAYS = 8000; // ms: long enough to read two lines and reach the button
const AFTER_A_LOOK = 3000; // ms, once pointer or focus has left

const host = document.getElementById("meldingen");

function leaveInTime(element) {
  let timer = setTimeout(() => element.remove(), STAYS);
  const hold = () => clearTimeout(timer);
  const release = () => {
    clearTimeout(timer);
    timer = setTimeout(() => element.remove(), AFTER_A_LOOK);
  };
  element.addEventListener("pointerenter", hold);
  element.addEventListener("focusin", hold);
  element.addEventListener("pointerleave", release);
  element.addEventListener("focusout", release);
}

function undoButton(undo, element) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--s";
  button.textContent = host.dataset.undo;
  button.addEventListener("click", () => {
    undo();
    element.remove();
  });
  return button;
}

/** Say what happened. `undo`, when given, takes it back. */
export function toast(text, undo) {
  const element = document.createElement("div");
  const words = document.createElement("span");
  element.className = "toast";
  words.textContent = text;
  element.append(words);
  if (undo) element.append(undoButton(undo, element));
  host.replaceChildren(element);
  leaveInTime(element);
}

// What the server said on this page, after a form without script.
for (const element of host.querySelectorAll(".toast")) leaveInTime(element);
