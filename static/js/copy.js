// Copies the text of the element that data-copy points at, and says so.
import { toast } from "./toast.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  if (!navigator.clipboard) return getSelection().selectAllChildren(source); // plain http: marked, ready for Ctrl+C
  await navigator.clipboard.writeText(source.textContent.trim());
  toast(button.dataset.copied);
});
