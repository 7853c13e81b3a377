// A reviewer's desk: "Place" says so when something was not gone through; chosen words go into the remark.

const desk = document.querySelector("[data-review]");
if (desk) {
  const boxes = [...desk.querySelectorAll("[data-check]")];
  const buttons = [...desk.querySelectorAll("[data-place]")];
  const look = () => {
    const isReady = boxes.every((box) => box.checked);
    for (const button of buttons) {
      if (isReady) button.removeAttribute("aria-disabled");
      else button.setAttribute("aria-disabled", "true");
    }
    const why = document.getElementById("waarom-niet");
    if (why) why.hidden = isReady;
  };
  desk.addEventListener("change", look);
  desk.addEventListener("submit", (event) => {
    const pressed = event.submitter;
    if (pressed?.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      boxes.find((box) => !box.checked)?.focus();
    }
  });
  look();
}

const passage = document.getElementById("o-passage");
const text = document.querySelector(".diff");
if (passage && text) {
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    const words = chosen?.toString().trim() ?? "";
    if (words && words.length <= 2000 && text.contains(chosen.anchorNode) && text.contains(chosen.focusNode)) {
      passage.value = words;
    }
  });
}
