// The queue of the round where it is hard: signed out meanwhile, somebody else at the phone, a phone that is full, and the page closed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open, until } from "./harness.mjs";

let house;
before(async () => {
  house = await open();
});
after(async () => {
  await house.close();
});

async function called(account, path, body = {}) {
  const headers = { "Content-Type": "application/json", ...(account ? { Authorization: `Bearer ${account.token}` } : {}) };
  const reply = await fetch(`${house.base}/api/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  assert.ok(reply.ok, `${path}: ${reply.status}`);
  return reply.json();
}

async function held(worker) {
  const secretary = house.account("secretary", 0);
  const from = await called(null, "requests", { category: "0201", description: "楼道的灯不亮", location: { lat: 39.611, lon: 109.781 } });
  await called(secretary, `requests/${from.id}/accept`);
  const order = (await called(secretary, `requests/${from.id}/publish`)).order.id;
  await called(worker, `orders/${order}/grab`);
  return { order, request: from.id };
}

async function messages(request) {
  const secretary = house.account("secretary", 0);
  const reply = await fetch(`${house.base}/api/v1/requests/${request}/history`, { headers: { Authorization: `Bearer ${secretary.token}` } });
  const history = await reply.json();
  return (history.items ?? history).filter((item) => item.action === "requests.message").length;
}

/** A worker on an order's page that is kept on the phone. */
async function onRound(n, lang = "zh-CN") {
  const account = house.account("grid_worker", n);
  const { order, request } = await held(account);
  const page = await house.page({ width: 390, lang });
  await house.signIn(page, account);
  await page.goto(`${house.base}/work`);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await until(page, () => caches.open("tongxin-pages").then((shelf) => shelf.keys()).then((keys) => keys.length > 1));
  await page.goto(`${house.base}/work/orders/${order}`);
  await page.waitForFunction(() => document.querySelector("[data-round][data-begun]"));
  return { account, order, request, page };
}

const say = async (page, text) => {
  await page.click('details:has(form[action$="/message"]) summary');
  await page.fill("#f-text", text);
  await page.click('form[action$="/message"] > button');
};
const waiting = (page, n) => page.waitForFunction((n) => document.querySelectorAll(".queue__act--waits").length === n, n);
const kept = (page) => page.evaluate(() => new Promise((done) => {
  const opening = indexedDB.open("tongxin-round");
  opening.onsuccess = () => {
    const all = opening.result.transaction("acts").objectStore("acts").getAll();
    all.onsuccess = () => (opening.result.close(), done(all.result.map(({ who, state }) => ({ who, state }))));
  };
}));
/** Waits until so many stand on a shelf of the phone. */
const holds = (page, shelf, n) => until(page, ([shelf, n]) => new Promise((done) => {
  const opening = indexedDB.open("tongxin-round");
  opening.onsuccess = () => {
    const count = opening.result.transaction(shelf).objectStore(shelf).count();
    count.onsuccess = () => (opening.result.close(), done(count.result === n));
  };
}), [shelf, n]);
const signOutElsewhere = async (page) => {
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await page.context().addCookies(cookies.filter(({ name }) => !/session/.test(name)));
};

test("signed out by time: it waits, says so, and goes once after signing in again", async () => {
  const { account, request, page } = await onRound(0);
  house.expect(page, 401);
  await page.context().setOffline(true);
  await say(page, "门开了，正在修");
  await waiting(page, 1);
  await signOutElsewhere(page);
  await page.context().setOffline(false);
  await page.waitForFunction(() => /重新登录/.test(document.querySelector("[data-queue-say]").textContent));
  assert.equal(await messages(request), 0);
  await house.axe(page);
  await house.signIn(page, account);
  await page.goto(`${house.base}/work`);
  await page.waitForFunction(() => document.querySelectorAll(".queue__act--sent").length === 1);
  assert.equal(await messages(request), 1);
  await page.reload();
  assert.equal(await messages(request), 1, "and only once");
  house.takeTroubles(); // the browser says of each call that there was no network
});

test("somebody else signs in at the phone: nothing is sent in their name, and nothing of the other stays", async () => {
  const { request, page } = await onRound(1);
  house.expect(page, 401);
  await page.context().setOffline(true);
  await say(page, "这是前一个人写的");
  await waiting(page, 1);
  await signOutElsewhere(page);
  await page.context().setOffline(false);
  await page.waitForFunction(() => document.querySelector("[data-queue-say]").textContent !== "");
  await house.signIn(page, house.account("grid_worker", 2));
  await page.goto(`${house.base}/work`);
  await page.waitForFunction(() => document.querySelector("[data-round][data-begun]"));
  await holds(page, "acts", 0);
  assert.equal(await page.isVisible("#queue"), false);
  assert.doesNotMatch(await page.textContent("body"), /前一个人写的/);
  assert.equal(await messages(request), 0);
  house.takeTroubles();
});

test("a phone that is full says so, and what was written stays in the form", async () => {
  for (const [n, name] of [[3, "a hundred things"], [4, "photos"]]) {
    const { request, page } = await onRound(n);
    await page.context().setOffline(true);
    const before = await page.evaluate((things) => new Promise((done) => {
      const who = document.querySelector("[data-round]").dataset.who;
      const opening = indexedDB.open("tongxin-round");
      opening.onsuccess = () => {
        const tx = opening.result.transaction("acts", "readwrite");
        const photos = things ? [] : [new Blob([new Uint8Array(61 * 1024 * 1024)])];
        for (let i = 0; i < (things ? 100 : 1); i++) {
          tx.objectStore("acts").put({ who, key: crypto.randomUUID(), action: "/work/orders/x/message", what: "x", number: "", fields: [], photos, at: 0, state: "waits" });
        }
        tx.oncomplete = () => (opening.result.close(), done(things ? 100 : 1));
      };
    }), name !== "photos");
    await say(page, "再写一条");
    await page.waitForFunction(() => /100 项|60 MB/.test(document.querySelector("[data-queue-say]").textContent));
    assert.equal(await page.inputValue("#f-text"), "再写一条", name);
    assert.equal((await kept(page)).length, before, name);
    assert.ok(await page.evaluate(() => document.activeElement.id === "queue-title"), "the reader is led to what it says");
    assert.equal(await messages(request), 0);
    house.takeTroubles();
    await page.context().close();
  }
});

test("the page is closed when the network is back: the browser sends it by itself, once", async () => {
  const { request, page } = await onRound(5);
  await page.context().setOffline(true);
  await say(page, "我先走了，页面关了");
  await waiting(page, 1);
  await until(page, () => navigator.serviceWorker.getRegistration().then((worker) => worker.sync?.getTags()).then((tags) => tags?.includes("tongxin-round")));
  const devtools = await page.context().newCDPSession(page);
  const registered = new Promise((found) => devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => registrations[0] && found(registrations[0].registrationId)));
  await devtools.send("ServiceWorker.enable");
  const registrationId = await registered;
  await page.goto("about:blank");
  assert.equal(await messages(request), 0);
  await page.context().setOffline(false);
  for (let n = 0; n < 40 && (await messages(request)) === 0; n++) {
    await devtools.send("ServiceWorker.dispatchSyncEvent", { origin: house.base, registrationId, tag: "tongxin-round", lastChance: false });
    await new Promise((later) => setTimeout(later, 250));
  }
  await new Promise((later) => setTimeout(later, 500));
  assert.equal(await messages(request), 1);
  await page.goto(`${house.base}/work`);
  await page.waitForFunction(() => document.querySelectorAll(".queue__act--sent").length === 1);
  assert.equal(await messages(request), 1);
  house.takeTroubles();
});

test("photos that were chosen and not sent off stay on the phone, and go once", async () => {
  const { request, page } = await onRound(8);
  const photo = { name: "lamp.png", mimeType: "image/png", buffer: await page.screenshot() };
  const ready = () => page.waitForFunction(() => document.querySelectorAll(".photo-row").length === 1 && document.querySelector(".photo-row").photo);
  const offline = (yes) => page.context().setOffline(yes);
  await offline(true);
  await page.click('form[action$="/start"] button');
  await waiting(page, 1);
  await offline(false);
  await page.waitForFunction(() => document.querySelectorAll(".queue__act--sent").length === 1);
  // The kept page knows what was sent, also when nobody shows it as sent any more.
  await page.evaluate(() => new Promise((done) => {
    const opening = indexedDB.open("tongxin-round");
    opening.onsuccess = () => {
      const tx = opening.result.transaction("acts", "readwrite");
      tx.objectStore("acts").clear();
      tx.oncomplete = () => (opening.result.close(), done());
    };
  }));
  await offline(true);
  await page.reload();
  await page.setInputFiles("#f-photos", [photo]);
  await ready();
  await holds(page, "drafts", 1);
  await page.reload();
  await ready();
  await page.fill("#f-note", "换了灯泡，已经亮了");
  await page.click('form[action$="/complete"] > button');
  await waiting(page, 1);
  await holds(page, "drafts", 0);
  await offline(false);
  await page.waitForFunction(() => document.querySelectorAll(".queue__act--sent").length === 1);
  const secretary = house.account("secretary", 0);
  const reply = await fetch(`${house.base}/api/v1/requests/${request}`, { headers: { Authorization: `Bearer ${secretary.token}` } });
  assert.equal((await reply.json()).photos.length, 1);
  house.takeTroubles();
});

test("what is half written stays on the phone until it is sent, and is nobody else's", async () => {
  const { account, order, request, page } = await onRound(6);
  const written = (n) => holds(page, "drafts", n);
  await page.context().setOffline(true);
  await page.click('details:has(form[action$="/message"]) summary');
  await page.fill("#f-text", "正要写完的时候电话响了");
  await written(1);
  await page.reload();
  await page.waitForFunction(() => document.querySelector("[data-round][data-begun]"));
  await page.waitForFunction(() => document.querySelector("#f-text").value === "正要写完的时候电话响了");
  assert.ok(await page.isVisible("#f-text"), "the form is open");
  assert.match(await page.textContent('form[action$="/message"]'), /没写完/);
  assert.equal((await kept(page)).length, 0, "nothing is sent that was not sent off");
  await house.axe(page);
  await page.click('form[action$="/message"] > button');
  await waiting(page, 1);
  await written(0);
  await page.context().setOffline(false);
  await page.waitForFunction(() => document.querySelectorAll(".queue__act--sent").length === 1);
  assert.equal(await messages(request), 1);
  // Half a word of one is gone when another one has the phone.
  await page.goto(`${house.base}/work/orders/${order}`);
  await page.waitForFunction(() => document.querySelector("[data-round][data-begun]"));
  await page.click('details:has(form[action$="/message"]) summary');
  await page.fill("#f-text", "只有我看的");
  await written(1);
  await signOutElsewhere(page);
  await house.signIn(page, house.account("grid_worker", 7));
  await page.goto(`${house.base}/work`);
  await page.waitForFunction(() => document.querySelector("[data-round][data-begun]"));
  await written(0);
  assert.notEqual(account.login, house.account("grid_worker", 7).login);
  house.takeTroubles();
});
