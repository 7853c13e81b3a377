// Signed out while the editor is open: after signing in again in another window this page goes on by itself, but never
// in the name of somebody else who signed in on the same computer.
import { announce, hush } from "./editor_notice.js";
import { ask } from "./editor_sending.js";

function signInLink({ signIn, again }) {
  const link = document.createElement("a");
  link.href = signIn;
  link.target = "_blank";
  link.className = "button button--s";
  link.textContent = again;
  return link;
}

/** Ask to sign in again; `goOn` once the person who opened this page did. */
export function signInFirst(form, goOn) {
  const says = form.dataset;
  const tell = (words) => announce("stopped", words, signInLink(says));

  async function look() {
    if (document.hidden) return;
    const answer = await ask(form, "stand");
    if (answer?.status === 404) return tell(says.barred);
    const told = answer?.ok && (await answer.json().catch(() => null));
    if (!told) return;
    if (told.who !== says.handle) return tell(says.other);
    removeEventListener("focus", look);
    document.removeEventListener("visibilitychange", look);
    // Every form of the page: those of the files too.
    for (const field of document.querySelectorAll("input[name=token]")) field.value = told.token;
    hush("stopped");
    goOn();
  }

  tell(says.expired);
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
}
