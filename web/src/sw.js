// Why this file exists: keeps a worker's own pages on the phone, sends what waits when the network is back, and shows that there is
// something new.
/* global SHELL, ICON */
import { flush, forgetAll, forgetPages, pages, tell } from "./round-queue.js";

const SHELF = `tongxin-shell-${SHELL.join().replace(/[^\w]/g, "").slice(-40)}`;
const DAY_MS = 24 * 3600 * 1000; // a page that nobody could bring up to date for a day says too little

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const shelf = await caches.open(SHELF);
    await shelf.addAll([...SHELL, "/offline"]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("tongxin-shell-") && name !== SHELF);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

const isKept = (path) => path === "/work" || /^\/work\/orders\/[0-9a-f-]{36}$/.test(path);

/** A page of the round: as it is now, else as it was, else the page that says there is no network. */
async function page(request, path) {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && isKept(path)) await (await pages()).put(path, answer.clone());
    return answer;
  } catch (error) {
    const kept = await keptPage(path);
    return kept ?? (await caches.match("/offline")) ?? Promise.reject(error);
  }
}

async function keptPage(path) {
  const shelf = await pages();
  const kept = await shelf.match(path);
  if (!kept) return undefined;
  if (Date.now() - Date.parse(kept.headers.get("date") ?? "") < DAY_MS) return kept;
  await shelf.delete(path);
  return undefined;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST") {
    if (url.pathname === "/sign-out") event.waitUntil(Promise.all([forgetAll(), untold()]));
    else if (url.pathname.startsWith("/sign-in")) event.waitUntil(forgetPages());
    return;
  }
  if (request.method !== "GET") return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  else if (request.mode === "navigate") event.respondWith(page(request, url.pathname));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "tongxin-round") event.waitUntil(flush().then((why) => {
    tell();
    if (why === "offline" || why === "expired") throw new Error(why); // the browser tries again by itself
  }));
});

/** Whoever signs out is told nothing here any more. */
async function untold() {
  const mine = await self.registration.pushManager?.getSubscription();
  await mine?.unsubscribe();
}

// The words come with the push, sealed, in the language that was read here; what it is about is on the page behind it alone.
self.addEventListener("push", (event) => {
  const { title, body, lang, tag, link } = event.data?.json() ?? {};
  if (!title) return;
  event.waitUntil(self.registration.showNotification(title, { body, lang, tag, icon: ICON, data: { link } }));
});

// Pages on which nobody writes: one of them may be led elsewhere, where it is open already.
const CALM = ["/", "/work", "/work/pool", "/work/pool/map", "/me", "/me/notices"];

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const to = new URL(event.notification.data?.link ?? "/me/notices", self.location.origin);
  if (to.origin !== self.location.origin) return;
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: "window" });
    const calm = open.find((client) => CALM.includes(new URL(client.url).pathname));
    if (!calm) return void (await self.clients.openWindow(to.href));
    await calm.focus().catch(() => {}); // a browser may want to do that itself
    await calm.navigate(to.href);
  })());
});
