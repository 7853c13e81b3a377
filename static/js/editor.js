// The editor while somebody types: keeps the text in this browser at once, on the server soon after, and says "saved"
// only when the server confirmed a version. Without script the buttons of the form do the same.
import { announce, hush } from "./editor_notice.js";
import { Kept, fieldsOf, fill, forgetOld } from "./keeping.js";
import { toolbar } from "./toolbar.js";

const IN_BROWSER = 400; // ms after a key
const ON_SERVER = 1200; // ms after the last key
const AT_LATEST = 2500; // ms after the first unsaved key: with a slow answer still no more than 5 s of typing
const LOOK = 500; // ms after the last key
const HERE = 20000; // ms between two signs that somebody is here
const RETRY = [2000, 5000, 10000, 30000]; // ms after saving failed once, twice, ...

const form = document.querySelector("[data-editor]");
const says = form.dataset;
const saved = document.getElementById("bewaard");
const kept = new Kept(says.id, says.who);

let confirmed = JSON.stringify(fieldsOf(form));
let firstUnsaved = 0;
let saving = null;
let failures = 0;
let stopped = false; // until somebody decides: both texts are kept
const timers = {};

const now = () => JSON.stringify(fieldsOf(form).filter(([name]) => name !== "versie"));
const confirmedText = () => JSON.stringify(JSON.parse(confirmed).filter(([name]) => name !== "versie"));
const isSaved = () => now() === confirmedText();

function later(name, wait, what) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(what, wait);
}

const post = (what) =>
  fetch(`${form.action}/${what}`, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "error" });

function keepHere() {
  if (isSaved()) kept.drop();
  else kept.put(form.elements.versie.value, fieldsOf(form));
}

function typed() {
  firstUnsaved ||= Date.now();
  if (!stopped) saved.textContent = says.unsaved;
  later("browser", IN_BROWSER, keepHere);
  later("look", LOOK, lookAgain);
  if (!stopped) later("server", Math.min(ON_SERVER, Math.max(0, firstUnsaved + AT_LATEST - Date.now())), save);
}

async function save() {
  clearTimeout(timers.server);
  if (stopped) return;
  if (saving) return void later("server", 200, save);
  if (isSaved()) return confirm_();
  const sent = JSON.stringify(fieldsOf(form));
  firstUnsaved = 0;
  saved.textContent = says.saving;
  saving = post("bewaren");
  try {
    const answer = await saving;
    if (answer.ok) took(await answer.json(), sent);
    else await refused(answer);
  } catch {
    failed(navigator.onLine === false ? says.offline : says.unsaved);
  } finally {
    saving = null;
  }
}

async function saveNow() {
  while (saving) await new Promise((done) => setTimeout(done, 50));
  await save();
}

function took(told, sent) {
  failures = 0;
  form.elements.versie.value = told.version;
  confirmed = sent;
  document.getElementById("stuktitel").textContent = told.title;
  hush("refused");
  keepHere();
  if (isSaved()) saved.textContent = told.said;
  else typed();
}

function confirm_() {
  firstUnsaved = 0;
  kept.drop();
}

async function refused(answer) {
  keepHere();
  if (answer.status === 412) return stop(says.stale, compareButton());
  if (answer.status === 403 || answer.status === 401) return stop(says.expired, signInLink());
  if (answer.status === 404) return stop(says.gone);
  if (answer.status === 422) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    saved.textContent = says.unsaved;
    return announce("refused", `${says.refused} ${page.querySelector("h1 + p, .lead")?.textContent ?? ""}`);
  }
  failed(answer.status === 507 ? says.full : says.unsaved);
}

function failed(words) {
  saved.textContent = words;
  keepHere();
  later("server", RETRY[Math.min(failures++, RETRY.length - 1)], save);
}

function stop(words, action) {
  stopped = true;
  saved.textContent = says.unsaved;
  announce("stopped", words, action);
}

function compareButton() {
  const button = document.createElement("button");
  button.type = "submit";
  button.className = "button button--s";
  button.setAttribute("form", form.id);
  button.textContent = says.compare;
  return button;
}

function signInLink() {
  const link = document.createElement("a");
  link.href = says.signIn;
  link.target = "_blank";
  link.className = "button button--s";
  link.textContent = says.again;
  addEventListener("focus", comeBack);
  return link;
}

// Signed in again in another window: go on with the token of the new session, on the version that was read.
async function comeBack() {
  const answer = await fetch(`${form.action}/stand`, { redirect: "error" }).catch(() => null);
  if (!answer?.ok) return;
  const told = await answer.json();
  removeEventListener("focus", comeBack);
  form.elements.token.value = told.token;
  stopped = false;
  hush("stopped");
  save();
}

async function lookAgain() {
  const asked = now();
  const answer = await post("meelezen").catch(() => null);
  if (!answer?.ok || asked !== now()) return;
  const told = await answer.json();
  document.getElementById("nodig").innerHTML = told.needs;
  const view = document.getElementById("voorbeeld");
  if (view) view.innerHTML = told.page;
}

async function sayHere() {
  if (document.hidden || stopped) return;
  const answer = await post("aanwezig").catch(() => null);
  if (answer?.ok) document.getElementById("aanwezig").textContent = (await answer.json()).others;
}

function bringBack() {
  forgetOld();
  // An answer to a form: what was typed was saved, or given up for another text.
  if (new URLSearchParams(location.search).has("klaar")) {
    kept.drop();
    history.replaceState(null, "", location.pathname); // loaded again, it is no answer any more
  }
  const found = kept.get();
  if (!found || JSON.stringify(found.fields.filter(([name]) => name !== "versie")) === confirmedText()) return kept.drop();
  fill(form, found.fields); // with the version it was typed in: when that is old, saving shows both texts
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--line button--s";
  button.textContent = says.drop;
  button.addEventListener("click", () => {
    kept.drop();
    location.reload();
  });
  announce("restored", says.restored, button);
  typed();
}

form.addEventListener("input", typed);
form.addEventListener("change", typed);
form.addEventListener("submit", (event) => {
  const { submitter } = event;
  if (stopped) return keepHere(); // the page that answers shows both texts
  if (submitter?.hasAttribute("formaction")) return; // a preview keeps nothing
  event.preventDefault();
  saveNow().then(() => {
    if (submitter?.value === "insturen" && isSaved()) location.assign(`${form.action}/insturen`);
  });
});
addEventListener("online", save);
document.addEventListener("visibilitychange", () => (document.hidden ? (keepHere(), save()) : sayHere()));
addEventListener("pagehide", keepHere);
// Files have forms of their own; what is needed, and how it looks, may be another thing with them.
document.addEventListener("stuk:bestanden", lookAgain);

const marks = document.querySelector(".toolbar");
if (marks) toolbar(marks, form.elements.body ? [form.elements.body] : [...form.querySelectorAll('textarea[name^="deel-"]')]);
bringBack();
sayHere();
setInterval(sayHere, HERE);
