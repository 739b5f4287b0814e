// The round without a network: what a worker did is kept on the phone, shown, and sent exactly once when the network is back,
// though the page was loaded again, the server was killed and started again, and an answer was lost on the way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open, startBinary, until } from "./harness.mjs";

let server, house, resumed;
before(async () => {
  server = await startBinary({});
  house = await open({ server });
});
after(async () => {
  await resumed?.stop();
  await house.close();
});

async function called(account, path, body = {}) {
  const reply = await fetch(`${house.base}/api/v1/${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${account.token}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.ok(reply.ok, `${path}: ${reply.status}`);
  return reply.json();
}

async function asked(account, path) {
  const reply = await fetch(`${house.base}/api/v1/${path}`, { headers: { Authorization: `Bearer ${account.token}` } });
  assert.ok(reply.ok, `${path}: ${reply.status}`);
  return reply.json();
}

/** An order in the worker's hand, not begun. */
async function held(worker) {
  const secretary = house.account("secretary", 0);
  const from = await fetch(`${house.base}/api/v1/requests`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ category: "0201", description: "楼道的灯不亮", location: { lat: 39.611, lon: 109.781 } }),
  }).then((reply) => reply.json());
  await called(secretary, `requests/${from.id}/accept`);
  const order = (await called(secretary, `requests/${from.id}/publish`)).order.id;
  await called(worker, `orders/${order}/grab`);
  return { order, request: from.id };
}

async function times(worker, request, action) {
  const history = await asked(house.account("secretary", 0), `requests/${request}/history`);
  return (history.items ?? history).filter((item) => item.action === action).length;
}

/** A small picture, drawn by the browser. */
async function picture(page) {
  const url = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 400;
    canvas.getContext("2d").fillRect(40, 40, 200, 200);
    return canvas.toDataURL("image/jpeg");
  });
  return { name: "a.jpg", mimeType: "image/jpeg", buffer: Buffer.from(url.split(",")[1], "base64") };
}

const say = async (page, text) => {
  await page.click('details:has(form[action$="/message"]) summary');
  await page.fill("#f-text", text);
  await page.click('form[action$="/message"] > button');
};
const waiting = (page, n) => page.waitForFunction((n) => document.querySelectorAll(".queue__act--waits").length === n, n);
const atWork = async (page) => {
  await page.goto(`${house.base}/work`);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await until(page, () => caches.open("tongxin-pages").then((shelf) => shelf.keys()).then((keys) => keys.length > 1));
};

test("cut off, loaded again, the server killed, an answer lost: everything is there once", async () => {
  const account = house.account("grid_worker", 0);
  const { order, request } = await held(account);
  const page = await house.page({ width: 390 });
  await house.signIn(page, account);
  await atWork(page);
  await page.goto(`${house.base}/work/orders/${order}`);
  await page.context().setOffline(true);
  await page.click('form[action$="/start"] button');
  await waiting(page, 1);
  await say(page, "到了，门锁着");
  await waiting(page, 2);
  await page.reload(); // from what is kept on the phone
  await waiting(page, 2);
  await page.setInputFiles("#f-photos", [await picture(page)]);
  await page.fill("#f-note", "换了灯泡，已经亮了");
  await page.waitForFunction(() => [...document.querySelectorAll(".photo-row")].some((row) => row.photo));
  await page.click('form[action$="/complete"] > button');
  await waiting(page, 3);
  await house.shot(page, "round-offline");
  await page.goto(`${house.base}/work`);
  await waiting(page, 3);

  await server.kill();
  resumed = await startBinary({ kept: server.data, at: new URL(server.base).port });
  // The server gets the first one; its answer is lost.
  let lost = 0;
  await page.context().route("**/start", async (route) => {
    if (lost++ > 0) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await page.context().setOffline(false);
  await page.waitForFunction(() => document.querySelectorAll(".queue__act--waits").length === 0 || document.querySelector("[data-queue-say]").textContent);
  for (let turn = 0; turn < 10 && (await page.locator(".queue__act--waits").count()) > 0; turn++) {
    await page.reload();
    await page.waitForTimeout(500);
  }
  await page.waitForFunction(() => document.querySelectorAll(".queue__act--sent").length === 3);
  assert.ok(lost >= 2, "the first answer was lost, and it was asked again");
  await page.reload();
  await page.reload();
  for (const action of ["orders.start", "requests.message", "orders.complete"]) {
    assert.equal(await times(account, request, action), 1, action);
  }
  const detail = await asked(house.account("secretary", 0), `requests/${request}`);
  assert.equal(detail.photos.length, 1);
  house.takeTroubles(); // the browser says of each call that there was no network
});

test("two tabs send once; what is refused stays with its reason; signing out leaves nothing", async () => {
  const account = house.account("grid_worker", 1);
  const { order, request } = await held(account);
  const page = await house.page({ width: 390 });
  house.expect(page, 404, 409);
  await house.signIn(page, account);
  await atWork(page);
  await page.goto(`${house.base}/work/orders/${order}`);
  const other = await page.context().newPage();
  await other.goto(`${house.base}/work`);
  await page.context().setOffline(true);
  await say(page, "我在路上");
  await waiting(page, 1);
  await page.click('form[action$="/start"] button');
  await waiting(page, 2);
  await called(account, `orders/${order}/start`); // meanwhile, from elsewhere
  await page.context().setOffline(false);
  await page.waitForSelector(".queue__act--refused");
  await other.waitForSelector(".queue__act--refused");
  assert.equal(await times(account, request, "requests.message"), 1);
  for (const width of [320, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await house.shot(page, `round-refused-${width}`);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  house.takeTroubles();
  await house.axe(page);
  await page.click(".queue__act--refused button:nth-child(2)");
  await page.waitForFunction(() => !document.querySelector(".queue__act--refused"));
  await page.click('form[action="/sign-out"] button');
  await page.waitForURL((url) => url.pathname === "/");
  const left = await page.evaluate(async () => ({
    pages: await caches.has("tongxin-pages") && (await (await caches.open("tongxin-pages")).keys()).length,
    acts: await new Promise((done) => {
      const opening = indexedDB.open("tongxin-round");
      opening.onsuccess = () => {
        const count = opening.result.transaction("acts").objectStore("acts").count();
        count.onsuccess = () => done(count.result);
      };
    }),
  }));
  assert.deepEqual({ pages: left.pages || 0, acts: left.acts }, { pages: 0, acts: 0 });
  house.takeTroubles();
});

test("a browser may install it, and an unknown page off line says what is the matter", async () => {
  const page = await house.page({ width: 390, lang: "en" });
  await house.signIn(page, house.account("grid_worker", 2));
  await atWork(page).catch(() => {}); // this one holds no order
  const devtools = await page.context().newCDPSession(page);
  // A window of tests has no profile of its own, and Chromium installs nothing from such a one.
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  assert.deepEqual(installabilityErrors.map((error) => error.errorId).filter((id) => id !== "in-incognito"), []);
  const { data, errors } = await devtools.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  assert.equal(JSON.parse(data).lang, "en");
  await page.context().setOffline(true);
  await page.goto(`${house.base}/matters`);
  assert.ok(await page.isVisible("text=There is no network just now"));
  await house.axe(page);
  await house.shot(page, "round-no-page");
  house.takeTroubles();
});
