// Lets the service worker keep the public piece on this page, so that it can be read again without a connection.
const root = document.documentElement;
const isCopy = "kept" in root.dataset || "offline" in root.dataset;

async function tell(message) {
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage(message);
}

/** The style, scripts, typefaces and pictures that this page came with. */
function files() {
  const names = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
  const ours = names.filter(({ origin }) => origin === location.origin).map(({ pathname }) => pathname);
  return [...new Set(ours)].filter((path) => /^\/(static|beeld)\//.test(path));
}

async function introduce() {
  await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
  const isPiece = document.querySelector("[data-kept-at]");
  await tell({
    reader: "member" in document.body.dataset ? "member" : "passer-by",
    piece: isPiece ? location.pathname : "",
    files: isPiece ? files() : [],
  });
}

// A copy says nothing of who reads it now. Some browsers keep nothing, in a private window for instance: then nothing is.
if ("serviceWorker" in navigator) {
  const begin = () => introduce().catch(() => {});
  if (!isCopy) document.readyState === "complete" ? begin() : addEventListener("load", begin);

  document.addEventListener("click", async (event) => {
    if (!event.target.closest("[data-forget-kept]")) return;
    await tell({ forgets: true });
    for (const list of document.querySelectorAll(".kept-list")) list.remove();
  });
}
