// Saving while somebody types: in this browser at once, on the server soon after. It is called saved only when the server
// confirmed a version.
import { announce, hush } from "./editor_notice.js";
import { Attempts, post } from "./editor_sending.js";
import { signInFirst } from "./editor_session.js";
import { Kept, fieldsOf, fill, isSame } from "./keeping.js";

const IN_BROWSER = 500; // ms after the first key that this browser did not keep, however fast somebody types on
const ON_SERVER = 1200; // ms after the last key
const AT_LATEST = 2500; // ms after the first unsaved key: with a slow answer still no more than 5 s of typing
const RETRY = [2000, 5000, 10000, 30000]; // ms after saving failed once, twice, ...
const PATIENCE = [8000, 15000, 30000, 60000]; // ms for an answer; more after each failure, for a connection that is slow

export const form = document.querySelector("[data-editor]");
const says = form.dataset;
const saved = document.getElementById("bewaard");
export const kept = new Kept(says.id, says.who);
const attempts = new Attempts();

const opened = sentByServer();
let confirmed = says.refusedHere === undefined ? [...opened] : []; // after a refusal nothing of it is on the server
let version = form.elements.versie.value;
let said = saved.textContent;
let firstUnsaved = 0;
let saving = null;
let failures = 0;
let stopped = false; // until somebody decides: both texts are kept
let inBrowser, onServer; // timers

/** The fields as they came, whatever was typed before this script was there. */
function sentByServer() {
  const clean = form.cloneNode(true);
  clean.reset();
  return fieldsOf(clean);
}

export const isSaved = () => isSame(fieldsOf(form), confirmed);
export const isStopped = () => stopped;

export function keepHere() {
  clearTimeout(inBrowser);
  inBrowser = undefined;
  if (isSaved()) kept.drop();
  else kept.put({ version: form.elements.versie.value, fields: fieldsOf(form), unheard: attempts.unheard });
}

export function typed() {
  firstUnsaved ||= Date.now();
  inBrowser ??= setTimeout(keepHere, IN_BROWSER);
  if (stopped) return;
  saved.textContent = says.unsaved;
  tryIn(Math.min(ON_SERVER, Math.max(0, firstUnsaved + AT_LATEST - Date.now())));
}

function tryIn(wait) {
  clearTimeout(onServer);
  onServer = setTimeout(save, wait);
}

/** Save, unless that is going on: what is typed while an answer is on its way goes once it came. */
export function save() {
  if (!stopped) saving ??= attempt().finally(() => (saving = null));
  return saving;
}

/** Save what stands there now. */
export async function saveNow() {
  await saving;
  await save();
}

async function attempt() {
  clearTimeout(onServer);
  firstUnsaved = 0;
  if (isSaved()) {
    keepHere();
    saved.textContent = said;
    return;
  }
  const sent = fieldsOf(form);
  saved.textContent = says.saving;
  const more = attempts.begin();
  keepHere(); // with the name of this attempt: should the answer never come, the next page knows of it
  try {
    const answer = await post(form, "bewaren", { more, patience: PATIENCE[Math.min(failures, PATIENCE.length - 1)] });
    if (answer.ok) took(await answer.json(), sent);
    else await refused(answer);
  } catch {
    failed(navigator.onLine === false ? says.offline : says.unsaved);
  }
}

function took(told, sent) {
  failures = 0;
  attempts.heard();
  form.elements.versie.value = version = told.version;
  confirmed = sent;
  said = told.said;
  document.getElementById("stuktitel").textContent = told.title;
  hush("refused");
  keepHere();
  if (isSaved()) saved.textContent = said;
  else typed();
}

async function refused(answer) {
  if (answer.status === 412) {
    attempts.heard();
    stop();
    return announce("stopped", says.stale, compareButton());
  }
  if (answer.status === 403 || answer.status === 401) return signOut();
  if (answer.status === 404) {
    stop();
    return announce("stopped", says.gone);
  }
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
  tryIn(RETRY[Math.min(failures++, RETRY.length - 1)]);
}

function stop() {
  stopped = true;
  saved.textContent = says.unsaved;
  keepHere();
}

/** The session is over: stop until the same person is here again. */
export function signOut() {
  if (stopped) return;
  stop();
  signInFirst(form, () => {
    stopped = false;
    save();
  });
}

function compareButton() {
  const button = document.createElement("button");
  button.type = "submit";
  button.className = "button button--s";
  button.setAttribute("form", form.id);
  button.textContent = says.compare;
  return button;
}

/** Fields came in that nobody typed in yet. */
export function cameIn(pairs) {
  opened.push(...pairs);
  confirmed.push(...pairs);
}

/** Go on with a copy that an earlier page left behind. When its version is old, saving shows both texts. */
export function goOnWith(copy) {
  form.elements.versie.value = copy.version;
  attempts.unheard = copy.unheard ?? [];
}

/** Put back what the server sent with this page. */
export function takeOpened() {
  fill(form, opened);
  form.elements.versie.value = version;
}
