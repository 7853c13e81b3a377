// The editor while somebody types: what is typed is kept and saved (editor_saving.js), what is needed and how it looks
// follows, and others are seen. Without script the buttons of the form do the same.
import { announce, hush } from "./editor_notice.js";
import { rows, rowsFor } from "./editor_rows.js";
import * as saving from "./editor_saving.js";
import { post } from "./editor_sending.js";
import { fill, forgetOld } from "./keeping.js";
import { toolbar } from "./toolbar.js";

const LOOK = 500; // ms after the last key
const HERE = 20000; // ms between two signs that somebody is here
const OVER = ["bewaard", "samengevoegd", "ander"]; // what a form told of its text: saved, made one, given up

const { form, kept } = saving;
const says = form.dataset;
let look; // timer

function typed() {
  saving.typed();
  clearTimeout(look);
  look = setTimeout(lookAgain, LOOK);
}

async function lookAgain() {
  const asked = new URLSearchParams(new FormData(form)).toString();
  const answer = await post(form, "meelezen").catch(() => null);
  const told = answer?.ok && (await answer.json().catch(() => null));
  if (!told || asked !== new URLSearchParams(new FormData(form)).toString()) return;
  show(document.getElementById("nodig"), told.needs, document.getElementById("nog"));
  const view = document.getElementById("voorbeeld");
  if (view) show(view, told.page, view);
}

/** Put this there anew. Whoever stands on a link in it stays on that link, or goes to `rest` when it is gone. */
function show(place, html, rest) {
  const href = document.activeElement !== place && place.contains(document.activeElement) && document.activeElement.hash;
  place.innerHTML = html;
  if (href !== false) ([...place.querySelectorAll("a")].find(({ hash }) => hash && hash === href) ?? rest).focus();
}

async function sayHere() {
  if (document.hidden || saving.isStopped()) return;
  const answer = await post(form, "aanwezig").catch(() => null);
  const told = answer?.ok && (await answer.json().catch(() => null));
  if (told) document.getElementById("aanwezig").textContent = told.others;
}

/** The text of an earlier page that is not on the server stands here again. */
async function bringBack() {
  forgetOld();
  const refusedHere = says.refusedHere !== undefined; // what was sent stands in this page, and nowhere else
  if (refusedHere) saving.keepHere();
  const done = new URLSearchParams(location.search).get("klaar");
  kept.answered(refusedHere || OVER.includes(done));
  if (done) history.replaceState(null, "", location.pathname + location.hash); // loaded again, it is no answer any more
  if (refusedHere) return;
  const copy = await kept.leftBehind(saving.isSaved);
  if (!copy && !saving.isSaved()) return typed(); // somebody was quicker: the copy waits for another time
  if (!copy) return;
  rowsFor(copy.fields, saving.cameIn);
  fill(form, copy.fields);
  if (saving.isSaved()) return saving.keepHere();
  announce("restored", says.restored, dropButton());
  saving.goOnWith(copy);
  typed();
}

function dropButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--line button--s";
  button.textContent = says.drop;
  button.addEventListener("click", () => {
    saving.takeOpened();
    hush("restored");
    document.getElementById("inhoud").focus();
    typed();
  });
  return button;
}

form.addEventListener("input", typed);
form.addEventListener("change", typed);
form.addEventListener("submit", (event) => {
  const { submitter } = event;
  if (submitter?.hasAttribute("formaction")) return; // a preview keeps nothing
  if (saving.isStopped()) {
    saving.keepHere();
    return kept.sent(); // the page that answers shows both texts
  }
  event.preventDefault();
  saving.saveNow().then(() => {
    if (submitter?.value === "insturen" && saving.isSaved()) location.assign(`${form.action}/insturen`);
  });
});
addEventListener("online", saving.save);
addEventListener("pagehide", saving.keepHere);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) return sayHere();
  saving.keepHere();
  saving.save();
});
// Files have forms of their own; what is needed, and how it looks, may be another thing with them.
document.addEventListener("stuk:bestanden", lookAgain);
document.addEventListener("stuk:uitgelogd", saving.signOut);

const marks = document.querySelector(".toolbar");
if (marks) toolbar(marks, form.elements.body ? [form.elements.body] : [...form.querySelectorAll('textarea[name^="deel-"]')]);
rows(saving.cameIn);
bringBack();
sayHere();
setInterval(sayHere, HERE);
