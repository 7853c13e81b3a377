// A step of the way in keeps what was typed when the page is left by the browser's own buttons.
const form = document.getElementById("stap");
let isTouched = false;

form?.addEventListener("input", () => { isTouched = true; });
form?.addEventListener("submit", () => { isTouched = false; });
addEventListener("pagehide", () => {
  if (!isTouched) return;
  const typed = new URLSearchParams(new FormData(form));
  typed.set("naar", "bewaar");
  navigator.sendBeacon(form.action, typed);
});
