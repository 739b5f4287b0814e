// Notices on this device, from the button to the notification: a push service of this machine takes what the server sends, Node opens
// it with its own cryptography, and the browser shows what came out. (Chromium without a screen reaches no push service, so its
// subscription is one of ours, and what it would have been sent is delivered by the debugging protocol.)
import assert from "node:assert/strict";
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, verify } from "node:crypto";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { open } from "./harness.mjs";

const browser = createECDH("prime256v1");
browser.generateKeys();
const auth = Buffer.alloc(16, 7);

let house, service, came = [], gone = false;
before(async () => {
  service = createServer((request, reply) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      came.push({ path: request.url, headers: request.headers, body: Buffer.concat(parts) });
      reply.writeHead(gone ? 410 : 201).end();
    });
  });
  await new Promise((ready) => service.listen(0, "127.0.0.1", ready));
  house = await open({ env: { TONGXIN_OUTSIDE_ALLOWED: "127.0.0.1" } });
});
after(async () => {
  service.close();
  await house.close();
});

async function called(account, path, body = {}) {
  const headers = { "Content-Type": "application/json", ...(account ? { Authorization: `Bearer ${account.token}` } : {}) };
  const reply = await fetch(`${house.base}/api/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  assert.ok(reply.ok, `${path}: ${reply.status}`);
  return reply.json();
}

/** Something urgent enough to be told at any hour: an order that is handed over, of a matter that speaks of danger. */
async function news(to) {
  const from = await called(null, "requests", { category: "0201", description: "电线断了冒火花，有人触电", location: { lat: 39.611, lon: 109.781 } });
  const secretary = house.account("secretary", 0);
  await called(secretary, `requests/${from.id}/accept`);
  const { order } = await called(secretary, `requests/${from.id}/publish`);
  await called(house.account("grid_worker", 10), `orders/${order.id}/grab`);
  await called(secretary, `orders/${order.id}/transfer`, { to: to.login });
  return order.id;
}

async function until(what, ready) {
  for (let n = 0; n < 100; n++) {
    if (await ready()) return;
    await new Promise((later) => setTimeout(later, 100));
  }
  assert.fail(`${what} did not come`);
}

/** What a browser makes of a body: RFC 8291 by Node's own hand. */
function opened(body) {
  const salt = body.subarray(0, 16), length = body[20], theirs = body.subarray(21, 21 + length), sealed = body.subarray(21 + length);
  const key = (salt, from, info, bytes) => Buffer.from(hkdfSync("sha256", from, salt, info, bytes));
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), browser.getPublicKey(), theirs]);
  const common = key(auth, browser.computeSecret(theirs), info, 32);
  const cipher = createDecipheriv("aes-128-gcm", key(salt, common, "Content-Encoding: aes128gcm\0", 16), key(salt, common, "Content-Encoding: nonce\0", 12));
  cipher.setAuthTag(sealed.subarray(-16));
  const plain = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
  return plain.subarray(0, plain.lastIndexOf(2)).toString();
}

/** Whether the word to the push service is signed by the key beside it. */
function vouched(header) {
  const [, token, key] = header.match(/^vapid t=([^,]+), k=(.+)$/);
  const [head, claims, signature] = token.split(".");
  const point = Buffer.from(key, "base64url");
  const jwk = { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") };
  const own = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" };
  assert.ok(verify("sha256", Buffer.from(`${head}.${claims}`), own, Buffer.from(signature, "base64url")));
  return JSON.parse(Buffer.from(claims, "base64url"));
}

for (const [n, lang, title] of [[11, "zh-CN", "有新消息"], [12, "en", "There is something new"]]) {
  test(`asked for, told, shown and opened in ${lang}; over with signing out`, async () => {
    gone = false;
    came = [];
    const origin = `http://127.0.0.1:${service.address().port}`;
    const account = house.account("grid_worker", n);
    const page = await house.page({ width: 390, lang });
    await page.context().grantPermissions(["notifications"], { origin: house.base });
    const keys = { p256dh: browser.getPublicKey().toString("base64url"), auth: auth.toString("base64url") };
    await page.addInitScript(({ endpoint, keys }) => {
      const mine = { endpoint, toJSON: () => ({ endpoint, keys }), unsubscribe: async () => (localStorage.removeItem("mine"), true) };
      PushManager.prototype.subscribe = async (wish) => {
        if (!wish.userVisibleOnly || wish.applicationServerKey.length !== 65) throw new Error("no such key");
        localStorage.setItem("mine", "yes");
        return mine;
      };
      PushManager.prototype.getSubscription = async () => (localStorage.getItem("mine") ? mine : null);
    }, { endpoint: `${origin}/push/${n}`, keys });
    await house.signIn(page, account);
    await page.goto(`${house.base}/me/notices`);
    await page.click('a[href="/me#push"]');
    await page.waitForSelector("[data-push-on]:visible");
    for (const dark of [false, true]) {
      await page.emulateMedia({ colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
      await house.axe(page);
    }
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await house.shot(page, `push-off-${lang}`);
    assert.equal(came.length, 0);
    await page.click("[data-push-on]");
    await page.waitForSelector("[data-push-off]:visible");
    await house.shot(page, `push-on-${lang}`);
    await page.reload();
    await page.waitForSelector("[data-push-off]:visible"); // it knows that this browser is told

    const order = await news(account);
    await until("a push", () => came.length === 1);
    const { headers, body } = came[0];
    assert.equal(vouched(headers.authorization).aud, origin);
    const told = opened(body);
    assert.doesNotMatch(told, /电线|触电/);
    assert.equal(JSON.parse(told).title, title);

    // What the browser shows of it.
    await page.goto(`${house.base}/work`);
    const devtools = await page.context().newCDPSession(page);
    const registered = new Promise((found) => devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => registrations[0] && found(registrations[0].registrationId)));
    await devtools.send("ServiceWorker.enable");
    await devtools.send("ServiceWorker.deliverPushMessage", { origin: house.base, registrationId: await registered, data: told });
    const shown = () => page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, body, lang, tag, data }) => ({ title, body, lang, tag, data })));
    await until("a notification", async () => (await shown()).length === 1);
    const [notification] = await shown();
    assert.equal(notification.title, title);
    assert.equal(notification.lang, lang);
    // A click leads the open page there.
    const [worker] = page.context().serviceWorkers();
    await worker.evaluate(async () => {
      const [notification] = await self.registration.getNotifications();
      self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
    });
    await page.waitForURL(`**/work/orders/${order}`);
    assert.equal((await shown()).length, 0, "and it is put away");

    await page.click('form[action="/sign-out"] button');
    await page.waitForURL((url) => url.pathname === "/");
    await news(account);
    await new Promise((later) => setTimeout(later, 2500));
    assert.equal(came.length, 1, "signed out, and told nothing");
  });
}
