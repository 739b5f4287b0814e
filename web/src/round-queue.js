// Why this file exists: what was done without a network waits here and is sent in order, each once. The page and the service
// worker share it; a lock keeps two of them from sending at the same time, the key that is made once keeps the server from
// doing it twice.

const NAME = "tongxin-round";
const PAGES = "tongxin-pages";
export const MOST = 100; // things on one phone
export const MOST_BYTES = 60 * 1024 * 1024; // of photos
// The server knows a key for a day. What may have arrived longer ago than this is not sent again without asking.
const KEY_LIVES_MS = 23 * 3600 * 1000;

const wish = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

// Each version adds a shelf: what was done, what is half written.
const SHELVES = [["acts", { keyPath: "id", autoIncrement: true }], ["drafts", { keyPath: "form" }]];

async function store(mode, work, shelf = "acts") {
  const opening = indexedDB.open(NAME, SHELVES.length);
  opening.onupgradeneeded = ({ oldVersion }) => SHELVES.slice(oldVersion).forEach(([name, how]) => opening.result.createObjectStore(name, how));
  const db = await wish(opening);
  try {
    db.onversionchange = () => db.close(); // a newer page of ours is opened: it must not wait for this one
    const tx = db.transaction(shelf, mode);
    const over = new Promise((done, failed) => {
      tx.oncomplete = done;
      tx.onabort = () => failed(tx.error);
    });
    const found = await wish(work(tx.objectStore(shelf)));
    await over;
    return found;
  } finally {
    db.close();
  }
}

export const all = () => store("readonly", (acts) => acts.getAll());
export const one = (id) => store("readonly", (acts) => acts.get(id));
export const put = (act) => store("readwrite", (acts) => acts.put(act));
export const drop = (id) => store("readwrite", (acts) => acts.delete(id));
export const drafts = () => store("readonly", (all) => all.getAll(), "drafts");
export const putDraft = (draft) => store("readwrite", (all) => all.put(draft), "drafts");
export const dropDraft = (form) => store("readwrite", (all) => all.delete(form), "drafts");
export const waits = (act) => act.state === "waits";

/** Nothing of anybody stays: neither what waited nor the pages. */
export async function forgetAll() {
  await Promise.all([...SHELVES.map(([shelf]) => store("readwrite", (all) => all.clear(), shelf)), forgetPages()]);
  tell();
}

export const forgetPages = () => caches.delete(PAGES);
export const pages = () => caches.open(PAGES);

/** Tells every page of ours that something in the queue has changed. */
export function tell() {
  const channel = new BroadcastChannel(NAME);
  channel.postMessage("changed");
  channel.close();
}

/** Who is signed in and with which token; or why that cannot be known now. */
async function token() {
  try {
    const answer = await fetch("/work/token", { headers: { Accept: "application/json" }, cache: "no-store", redirect: "error" });
    if (answer.status === 401 || answer.status === 403) return { why: "signin" };
    if (!answer.ok) return { why: "expired" };
    const { who, csrf } = await answer.json();
    return who && csrf ? { who, csrf } : { why: "offline" };
  } catch {
    return { why: "offline" }; // also where a gateway on the way answered in our place
  }
}

function bodyOf(act, csrf) {
  const body = new FormData();
  body.set("csrf", csrf); // first: the server reads no photo before it
  body.set("once", act.key);
  for (const [name, value] of act.fields) body.append(name, value);
  for (const photo of act.photos) body.append("photos", photo, "photo.jpg");
  // A form without photos is read as one: only these two take files.
  return /\/(complete|before)$/.test(act.action) ? body : new URLSearchParams(body);
}

/** Sends one thing. True when its fate is known; otherwise why it must wait. */
async function send(act, csrf) {
  await put({ ...act, tried: act.tried ?? Date.now() });
  const request = { method: "POST", body: bodyOf(act, csrf), headers: { Accept: "application/json" }, redirect: "error" };
  let answer, said;
  try {
    answer = await fetch(act.action, request);
    said = await answer.json();
  } catch {
    return answer && answer.status >= 500 ? "expired" : "offline";
  }
  if (answer.ok && said.done) {
    await renew(act.action.replace(/\/[^/]+$/, ""));
    return settle(act, { state: "sent", next: said.next, sent: Date.now(), fields: [], photos: [] });
  }
  if (answer.status === 401) return "signin";
  if (said.code === "form-expired") return "token";
  if ([403, 404, 409, 413, 422].includes(answer.status)) return settle(act, { state: "refused", why: said.detail ?? said.title });
  return "expired"; // busy, or in trouble: later
}

/** What was sent changed the page it was done on: the one that is kept is as it was before. */
async function renew(path) {
  const shelf = await pages();
  if (!(await shelf.match(path))) return;
  const answer = await fetch(path, { headers: { Accept: "text/html" } }).catch(() => undefined);
  if (answer?.ok && !answer.redirected) await shelf.put(path, answer);
}

async function settle(act, change) {
  await put({ ...act, ...change });
  tell();
  return true;
}

async function sendAll() {
  let known, again = 0;
  for (;;) {
    const act = (await all()).find(waits);
    if (!act) return "";
    known ??= await token();
    if (known.why) return known.why;
    if (known.who !== act.who) {
      await forgetAll(); // somebody else has this phone now
      return "";
    }
    if (act.tried && Date.now() - act.tried > KEY_LIVES_MS) {
      await settle(act, { state: "unsure" });
      continue;
    }
    const fate = await send(act, known.csrf);
    if (fate === "token" && again++ < 2) known = undefined;
    else if (fate !== true) return fate === "token" ? "expired" : fate;
  }
}

/** Sends what waits, one after another. Answers why it stopped: "" when nothing waits any more. */
export const flush = () => navigator.locks.request(NAME, sendAll);
