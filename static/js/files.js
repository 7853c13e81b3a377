// Pictures and files of a draft: sent in the background, chosen, dropped, pasted into the text or taken with the camera.
// The same forms work without this; the answer is then a page instead of the list anew.
import { toast } from "./toast.js";

const part = document.querySelector("[data-files]");
const list = part.querySelector("[data-files-list]");
const drop = part.querySelector("[data-drop]");
const going = drop.querySelector("[data-drop-going]");
const said = part.querySelector("[data-files-said]");
const text = document.getElementById("body"); // only in the editor

function say(words) {
  said.textContent = words;
  toast(words);
}

// XMLHttpRequest: fetch tells nothing of how far a body is on its way.
function send(address, body, onWay = () => {}) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", ({ loaded, total }) => onWay((100 * loaded) / total));
    request.addEventListener("error", () => failed(new Error(part.dataset.failed)));
    request.addEventListener("load", () => {
      try {
        done(JSON.parse(request.responseText));
      } catch {
        if ([401, 403].includes(request.status)) document.dispatchEvent(new Event("stuk:uitgelogd"));
        failed(new Error(part.dataset.failed)); // a page: signed out, too large, away
      }
    });
    request.send(body);
  });
}

function show(answer) {
  list.innerHTML = answer.html;
  offerText();
  document.dispatchEvent(new Event("stuk:bestanden"));
  list.querySelector("[data-focus]")?.focus();
}

function insert(markdown) {
  const { selectionStart: start, selectionEnd: end, value } = text;
  const isPicture = markdown.startsWith("!");
  const before = isPicture && start && !value.slice(0, start).endsWith("\n\n") ? "\n\n" : "";
  const after = isPicture && !value.slice(end).startsWith("\n") ? "\n\n" : "";
  text.setRangeText(before + markdown + after, start, end, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function offerText() {
  if (text) for (const button of list.querySelectorAll("[data-insert]")) button.hidden = false;
}

async function add(files, { intoText = false } = {}) {
  if (!files.length) return;
  const body = new FormData();
  body.append("token", drop.querySelector("[name=token]").value);
  for (const file of files) body.append("bestand", file, file.name);
  going.hidden = false;
  going.querySelector("[data-drop-name]").textContent = [...files].map(({ name }) => name).join(", ");
  const bar = going.querySelector("progress");
  try {
    const answer = await send(drop.action, body, (percent) => {
      bar.value = percent;
    });
    if (!answer.html) throw new Error(answer.detail ?? part.dataset.failed);
    show(answer);
    if (intoText) for (const markdown of answer.added) insert(markdown);
    if (answer.added.length) say(part.dataset.added);
  } catch (problem) {
    say(problem.message);
  } finally {
    going.hidden = true;
    bar.value = 0;
    drop.reset();
  }
}

drop.addEventListener("submit", (event) => {
  event.preventDefault();
  add(drop.querySelector("#bestand").files);
});
drop.querySelector("#bestand").addEventListener("change", ({ target }) => add(target.files));
drop.querySelector("[data-drop-send]").hidden = true; // a choice is sent at once
drop.querySelector("[data-drop-hint]").hidden = !matchMedia("(pointer: fine)").matches;

const camera = drop.querySelector("[data-drop-camera]");
camera.hidden = false;
camera.querySelector("input").addEventListener("change", ({ target }) => add(target.files));

list.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-file-form]");
  if (!form) return;
  event.preventDefault();
  const body = new FormData(form);
  if (event.submitter) body.append(event.submitter.name, event.submitter.value);
  const id = form.closest(".draft-file")?.id;
  try {
    const answer = await send(form.action, body);
    if (!answer.html) throw new Error(answer.detail ?? part.dataset.failed);
    show(answer);
    if (!answer.problem) say(part.dataset.saved);
    const after = id && document.getElementById(id);
    (after?.querySelector("button[value=bewaar]") ?? list.querySelector("button"))?.focus();
  } catch (problem) {
    say(problem.message);
  }
});

list.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  insert(button.dataset.insert);
  text.focus();
});

for (const place of [drop, text].filter(Boolean)) {
  place.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    drop.toggleAttribute("data-over", true);
  });
  for (const end of ["dragleave", "drop"]) place.addEventListener(end, () => drop.removeAttribute("data-over"));
  place.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    add(event.dataTransfer.files, { intoText: place === text });
  });
}

text?.addEventListener("paste", (event) => {
  // Word and Excel put a picture of the text beside the text: then the text is meant.
  const files = [...event.clipboardData.files];
  if (!files.length || event.clipboardData.types.includes("text/html")) return;
  event.preventDefault();
  add(files, { intoText: true });
});

offerText();
