// How the editor asks the server: never for longer than it has patience, and with the names of saves that got no answer.
import { randomName } from "./random.js";

const PATIENCE = 10000; // ms
const MOST_UNHEARD = 10;
const OUTLIVES = 60_000; // bytes: what a browser still sends for a page that is closed

/** Saves that got no answer. The server may have made one of them; told of it, it takes our own save for no conflict. */
export class Attempts {
  unheard = [];

  /** Begin another one: what goes along with it. */
  begin() {
    const before = this.unheard.slice(-MOST_UNHEARD);
    const name = randomName();
    this.unheard = [...before, name];
    return { poging: name, eerder: before.join(" ") };
  }

  /** The server answered which version counts. */
  heard() {
    this.unheard = [];
  }
}

/** Send the form to one of the addresses below it. */
export function post(form, what, { more = {}, patience = PATIENCE } = {}) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  return fetch(`${form.action}/${what}`, {
    method: "POST",
    body,
    redirect: "error",
    signal: AbortSignal.timeout(patience),
    keepalive: document.hidden && body.toString().length < OUTLIVES,
  });
}

/** Ask how the piece stands, and for whose session; null when nobody is signed in or nobody answers. */
export function ask(form, what) {
  return fetch(`${form.action}/${what}`, { redirect: "error", signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
}
