// What is pasted from Word, a mail or a page comes into the text as Markdown: the server reads the HTML of the clipboard.
// With Ctrl+Shift+V, or when the server does not answer, the plain words come in.
import { toast } from "./toast.js";

const PATIENCE = 20000; // ms

const text = document.getElementById("body");
const part = document.querySelector("[data-paste]");
const SHAPED = /<(h[1-6]|b|strong|i|em|ul|ol|table|a|p|img)[\s>]/i; // else the plain words say all of it

function fragment(html) {
  const start = html.indexOf("<!--StartFragment-->");
  const end = html.indexOf("<!--EndFragment-->");
  return start < 0 || end < 0 ? html : html.slice(start, end);
}

async function markdown(body) {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const signal = AbortSignal.timeout(PATIENCE);
  const answer = await fetch(part.dataset.paste, { method: "POST", body, headers, signal });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function put(words) {
  // Through the browser's own way, so that Ctrl+Z takes it back.
  text.focus();
  if (!document.execCommand("insertText", false, words)) {
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

text.addEventListener("paste", async (event) => {
  const html = fragment(event.clipboardData.getData("text/html"));
  const plain = event.clipboardData.getData("text/plain");
  if (!SHAPED.test(html)) return;
  event.preventDefault();
  // As it goes over the line, where a letter may be nine: every one of them is a byte.
  const body = new URLSearchParams({ token: text.form.elements.token.value, html }).toString();
  if (body.length > Number(part.dataset.most)) {
    put(plain);
    return toast(part.dataset.tooLarge);
  }
  try {
    const told = await markdown(body);
    put(told.markdown.trim() || plain);
    if (told.dropped.length) toast(`${part.dataset.left} ${told.dropped.join(" ")}`);
  } catch {
    put(plain);
    toast(part.dataset.plain);
  }
});
