// What was typed and is not saved yet, kept in this browser: it outlives a closed tab, a crash and a lost connection.
// Each open page has a copy of its own, so that two tabs never undo each other. A copy goes once the server has confirmed
// that very text, or when its writer chose another; what a page left behind is taken over by the next one.
import { randomName } from "./random.js";

const PREFIX = "stuk:";
const SENT = "stuk:gestuurd"; // in this tab: the copy of the page that a form was sent from
const A_MONTH = 30 * 24 * 3600 * 1000; // ms
const TRIES = 15;
const PAUSE = 200; // ms between two of them
const OURS = ["token", "versie"]; // fields that nobody types

export class Kept {
  constructor(id, who) {
    this.ours = `${PREFIX}${id}:${who}:`; // how the name of every copy of this piece and person begins
    this.key = this.ours + randomName();
    this.#stay();
    addEventListener("pagehide", () => this.leave?.());
    addEventListener("pageshow", ({ persisted }) => persisted && this.#stay());
  }

  /** Hold a lock of the same name while this page is open: by that the others know. */
  #stay() {
    const left = () => new Promise((leave) => (this.leave = leave));
    navigator.locks?.request(this.key, left).catch(() => {});
  }

  put(copy) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ ...copy, at: Date.now() }));
      return true;
    } catch {
      return false; // private windows and full disks: the server still keeps it
    }
  }

  drop() {
    remove(this.key);
  }

  /** The newest copy that was left behind, made that of this page; null when there is none or `mayTake` says no. */
  async leftBehind(mayTake) {
    for (let tries = 0; tries < TRIES && this.#others().length; tries++) {
      const open = await openPages();
      const copy = mayTake() ? this.#takeOver(open) : null;
      if (copy || !mayTake()) return copy;
      await new Promise((over) => setTimeout(over, PAUSE)); // a page that was just left may seem open for a moment
    }
    return null;
  }

  #others() {
    return copies(this.ours).filter(([key]) => key !== this.key);
  }

  #takeOver(open) {
    const left = this.#others().filter(([key]) => !open.has(key));
    if (!left.length) return null;
    const [key, copy] = left.reduce((newest, one) => (one[1].at > newest[1].at ? one : newest));
    const isKept = this.put(copy);
    remove(key);
    if (!isKept) this.put(copy); // there was room for one only
    return copy;
  }

  /** A form goes to the server with this text; the page that answers knows what became of it. */
  sent() {
    try {
      sessionStorage.setItem(SENT, this.key);
    } catch {
      // the copy stays, and is offered again
    }
  }

  /** Whether what was sent so is over: it is on the server, or given up for another text. */
  answered(isOver) {
    try {
      const key = sessionStorage.getItem(SENT);
      sessionStorage.removeItem(SENT);
      if (isOver && key?.startsWith(this.ours)) remove(key);
    } catch {
      // nothing is kept here
    }
  }
}

/** The names of the pages that are open in this browser; none where it cannot tell. */
async function openPages() {
  const locks = await navigator.locks?.query().catch(() => null);
  return new Set((locks?.held ?? []).map(({ name }) => name));
}

/** Let go of what nobody came back for. */
export function forgetOld() {
  for (const [key, copy] of copies(PREFIX)) if (!(copy?.at > Date.now() - A_MONTH)) remove(key);
}

function copies(prefix) {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    return keys.map((key) => [key, JSON.parse(localStorage.getItem(key))]);
  } catch {
    return []; // nothing is kept here
  }
}

function remove(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // nothing was kept
  }
}

/** The fields of a form as pairs, without what belongs to the session. */
export function fieldsOf(form) {
  return [...new FormData(form)].filter(([name, value]) => !OURS.includes(name) && typeof value === "string");
}

/** Whether these tell the same text. */
export function isSame(fields, others) {
  return JSON.stringify([...fields].sort()) === JSON.stringify([...others].sort());
}

/** Put these pairs back into the form. */
export function fill(form, fields) {
  const told = new Map();
  for (const [name, value] of fields) told.set(name, [...(told.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || OURS.includes(field.name) || field.type === "submit") continue;
    const values = told.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (values.length) field.value = values[0];
  }
}
