// What was typed and is not saved yet, kept in this browser: it outlives a closed tab, a crash and a lost connection.
// One entry for each piece and person; it is let go once the server has confirmed the very same text.
const PREFIX = "stuk:";
const A_MONTH = 30 * 24 * 3600 * 1000; // ms

export class Kept {
  constructor(id, who) {
    this.key = `${PREFIX}${id}:${who}`;
  }

  put(version, fields) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ version, fields, at: Date.now() }));
      return true;
    } catch {
      return false; // private windows and full disks: the server still keeps it
    }
  }

  get() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  drop() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // nothing was kept
    }
  }
}

/** Let go of what nobody came back for. */
export function forgetOld() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && !(JSON.parse(localStorage.getItem(key))?.at > Date.now() - A_MONTH)) {
        localStorage.removeItem(key);
      }
    }
  } catch {
    // nothing is kept here
  }
}

/** The fields of a form as pairs, without what belongs to the session. */
export function fieldsOf(form) {
  return [...new FormData(form)].filter(([name, value]) => name !== "token" && typeof value === "string");
}

/** Put these pairs back into the form. */
export function fill(form, fields) {
  const told = Map.groupBy ? Map.groupBy(fields, ([name]) => name) : grouped(fields);
  for (const field of form.elements) {
    if (!field.name || field.name === "token" || field.type === "submit") continue;
    const values = (told.get(field.name) ?? []).map(([, value]) => value);
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (values.length) field.value = values[0];
  }
}

function grouped(fields) {
  const found = new Map();
  for (const pair of fields) found.set(pair[0], [...(found.get(pair[0]) ?? []), pair]);
  return found;
}
