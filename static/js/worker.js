// The service worker: public pieces that were opened can be read again without a connection. It is served as /sw.js,
// below a line that names the EDITION of the files, the FILES that every page needs, the PAGES for the rest (language ->
// path) and the address of the STATE of what is public.
//
// What is kept is what someone passing by is given: it is asked for without cookies, so nothing of a person can be in
// it. Whatever this address no longer gives them goes from the copy at the next contact, with its pictures.
const SITE = `site-${EDITION}`; // files and the pages for the rest
const PIECES = "pieces"; // pages of pieces, the one opened longest ago first
const PICTURES = "pictures";
const NOTES = "notes"; // what the worker remembers itself

const MOST_PIECES = 30;
const MOST_PICTURES = 150;
const LARGEST_PICTURE = 500_000; // bytes
const PATIENCE = 6000; // ms: so long a weak connection may take when there is a copy
const EVERY = 3_600_000; // ms: after so long all copies are asked about again, whatever the state says

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(keepSite());
});

addEventListener("activate", (event) => event.waitUntil(begin()));

addEventListener("message", (event) => event.waitUntil(hear(event.data).catch(() => {})));

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === "navigate" && request.method === "POST") {
    // Other ways in and out show in what the next page says of its reader; here the next page may never come.
    if (/^(\/en)?\/uitloggen$/.test(pathname)) event.waitUntil(forget());
  } else if (request.method !== "GET") {
    return;
  } else if (request.mode === "navigate") {
    event.respondWith(page(event, pathname));
  } else if (pathname.startsWith("/static/")) {
    event.respondWith(fetch(request).catch((away) => keptFile(pathname, away)));
  } else if (pathname.startsWith("/beeld/")) {
    event.respondWith(fetch(request).catch((away) => keptPicture(pathname, away)));
  }
});

// --- beginning ---------------------------------------------------------------------------------------------------

async function keepSite() {
  const site = await caches.open(SITE);
  const keep = async (address) => site.put(nameOf(address), await asked(address, "default"));
  await Promise.all([...FILES, ...Object.values(PAGES)].map(keep));
}

async function begin() {
  for (const name of await caches.keys()) {
    if (name.startsWith("site-") && name !== SITE) await caches.delete(name);
  }
  await registration.navigationPreload?.enable();
  await note("state", null); // another edition: pages name other files
  await contact().catch(() => {});
}

/** A file is kept under its name without the edition, so that a page of another edition finds it as well. */
function nameOf(address) {
  return address.replace(/^\/static\/[0-9a-f]+\//, "/static/");
}

/** What someone passing by is given at this address. */
function asked(address, cache = "no-cache") {
  return fetch(address, { credentials: "omit", cache });
}

// --- answering ---------------------------------------------------------------------------------------------------

async function page(event, path) {
  const network = Promise.resolve(event.preloadResponse).then((early) => early ?? fetch(event.request));
  network.catch(() => {}); // heard below, unless the copy was quicker
  const copy = await (await caches.open(PIECES)).match(path);
  try {
    const answer = await (copy ? Promise.race([network, tooLate()]) : network);
    if (answer.status === 404 || answer.status === 410) event.waitUntil(drop(path));
    event.waitUntil(contact().catch(() => {}));
    return Object.values(PAGES).includes(path) && answer.ok ? await withList(answer, answer.status) : answer;
  } catch {
    return copy ? shown(copy) : rest(path);
  }
}

function tooLate() {
  return new Promise((_, reject) => setTimeout(reject, PATIENCE, new Error("the connection is too weak")));
}

/** The copy, with the sign that it is one and of when. */
async function shown(copy) {
  const html = await copy.text();
  const kept = new Date(copy.headers.get("x-kept"));
  const language = html.match(/<html lang="(\w+)"/)[1];
  const told = `<time datetime="${kept.toISOString()}">${moment(kept, language)}</time>`;
  const marked = html.replace("<html ", "<html data-kept ").replace("<span data-kept-at></span>", told);
  return new Response(marked, { headers: copy.headers });
}

/** The page that says that there is no connection, and what can be read all the same. */
async function rest(path) {
  const language = /^\/en(\/|$)/.test(path) ? "en" : "nl";
  const site = await caches.open(SITE);
  return withList(await site.match(PAGES[language]), 503, "<html data-offline ");
}

async function withList(answer, status, root = "<html ") {
  const html = await answer.text();
  const language = html.match(/<html lang="(\w+)"/)[1];
  const list = await titles(language);
  const told = html.replace("<html ", root).replace("<div data-kept-list></div>", list || "$&");
  return new Response(told, { status, headers: bare(answer.headers) });
}

async function titles(language) {
  const pieces = await caches.open(PIECES);
  const rows = [];
  for (const request of (await pieces.keys()).reverse()) {
    const copy = await pieces.match(request);
    const html = await copy.text();
    const title = html.match(/<title>([^<]*) — /)?.[1]; // still written as HTML
    const path = new URL(request.url).pathname;
    const when = moment(new Date(copy.headers.get("x-kept")), language);
    rows.push(`<li><a href="${path}"><span>${title} <span class="meta">${when}</span></span></a></li>`);
  }
  return rows.length ? `<ul class="linklist kept-list" role="list">${rows.join("")}</ul>` : "";
}

/** As the pages write it: 29 november 2026, 17.10 uur. */
function moment(date, language) {
  const where = { timeZone: "Europe/Amsterdam" };
  const day = date.toLocaleDateString(language === "en" ? "en-GB" : "nl-NL", { ...where, dateStyle: "long" });
  const time = date.toLocaleTimeString("en-GB", { ...where, hour: "2-digit", minute: "2-digit" });
  return language === "en" ? `${day}, ${time}` : `${day}, ${time.replace(":", ".")}\u00a0uur`;
}

async function keptFile(path, away) {
  const file = await (await caches.open(SITE)).match(nameOf(path));
  if (file) return file;
  throw away;
}

/** The picture in whatever width it was seen in. */
async function keptPicture(path, away) {
  const pictures = await caches.open(PICTURES);
  const all = await pictures.keys();
  const like = all.find(({ url }) => hashOf(url) === hashOf(path));
  if (like) return pictures.match(like);
  throw away;
}

function hashOf(address) {
  return address.match(/\/beeld\/([0-9a-f]+)\//)?.[1];
}

// --- keeping -----------------------------------------------------------------------------------------------------

/** What a page says of itself once it is there. `reader`: whether somebody is signed in. */
async function hear({ reader, piece, files = [], forgets = false }) {
  const before = await noted("reader");
  if (forgets || (before && before !== reader)) await forget();
  if (reader) await note("reader", reader);
  if (!piece || !(await renew(piece))) return;
  await Promise.all(files.map((path) => keepFile(path).catch(() => {})));
  await bound(PIECES, MOST_PIECES);
  await bound(PICTURES, MOST_PICTURES);
}

/** Keep what is at this address now, or nothing when someone passing by gets no piece there. */
async function renew(path) {
  const pieces = await caches.open(PIECES);
  const answer = await asked(path);
  if (answer.status >= 500 || answer.status === 429) return false; // says nothing about the piece
  const html = isPublic(answer) ? await answer.text() : "";
  if (!html.includes("<span data-kept-at></span>")) {
    await pieces.delete(path);
    return false;
  }
  const headers = bare(answer.headers);
  headers.set("x-kept", new Date().toISOString());
  await pieces.put(path, new Response(html, { headers }));
  return true;
}

async function keepFile(path) {
  const answer = await asked(path, "default");
  if (path.startsWith("/static/") && answer.ok) {
    await (await caches.open(SITE)).put(nameOf(path), answer);
  } else if (isPublic(answer)) {
    const size = (await answer.clone().blob()).size;
    if (size <= LARGEST_PICTURE) await (await caches.open(PICTURES)).put(path, answer);
  }
}

function isPublic(answer) {
  const control = answer.headers.get("cache-control") ?? "";
  return answer.status === 200 && !answer.redirected && !/private|no-store/.test(control);
}

/** Without what was true of the bytes on the wire only. */
function bare(headers) {
  const kept = new Headers(headers);
  for (const name of ["content-encoding", "content-length", "etag"]) kept.delete(name);
  return kept;
}

async function bound(name, most) {
  const cache = await caches.open(name);
  const all = await cache.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - most)).map((oldest) => cache.delete(oldest)));
}

// --- letting go --------------------------------------------------------------------------------------------------

let checked = Promise.resolve();

/** There is a connection: see to it that no copy outlives what it is a copy of. One after the other, none left out. */
function contact() {
  checked = checked.catch(() => {}).then(check);
  return checked;
}

async function check() {
  const pieces = await caches.open(PIECES);
  const copies = await pieces.keys();
  if (!copies.length) return;
  const { state } = await (await asked(STATE)).json();
  const known = await noted("state");
  if (known && known.state === state && Date.now() - known.at < EVERY) return;
  for (const { url } of copies) await renew(new URL(url).pathname);
  await sweep();
  await note("state", { state, at: Date.now() });
}

async function drop(path) {
  await (await caches.open(PIECES)).delete(path);
  await sweep();
}

/** Pictures that no kept page shows go with the pages that did. */
async function sweep() {
  const pieces = await caches.open(PIECES);
  const pictures = await caches.open(PICTURES);
  const texts = await Promise.all((await pieces.keys()).map(async (copy) => (await pieces.match(copy)).text()));
  for (const picture of await pictures.keys()) {
    if (!texts.some((text) => text.includes(`/beeld/${hashOf(picture.url)}/`))) await pictures.delete(picture);
  }
}

async function forget() {
  await Promise.all([PIECES, PICTURES, NOTES].map((name) => caches.delete(name)));
}

// --- remembering -------------------------------------------------------------------------------------------------

async function note(name, value) {
  await (await caches.open(NOTES)).put(`/${name}`, new Response(JSON.stringify(value)));
}

async function noted(name) {
  return (await (await caches.open(NOTES)).match(`/${name}`))?.json();
}
