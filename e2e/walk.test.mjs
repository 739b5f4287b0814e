// The round in one hand: my orders by limit and by distance, the pool as a list and on a map, the bar within the thumb's
// reach, and all of it without a mouse.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open } from "./harness.mjs";

const HERE = { latitude: 39.611, longitude: 109.781 };

let house;
before(async () => {
  house = await open({ flags: ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] });
});
after(async () => {
  await house.close();
});

async function called(account, path, body = {}) {
  const reply = await fetch(`${house.base}/api/v1/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(account ? { Authorization: `Bearer ${account.token}` } : {}) },
    body: JSON.stringify(body),
  });
  assert.ok(reply.ok, `${path}: ${reply.status}`);
  return reply.json();
}

/** An order in the pool, so many degrees north of where the worker will stand; its number. */
async function pooled(north) {
  const secretary = house.account("secretary", 0);
  const from = await called(null, "requests", { category: "0201", description: "楼道的灯不亮", location: { lat: HERE.latitude + north, lon: HERE.longitude } });
  await called(secretary, `requests/${from.id}/accept`);
  const { order } = await called(secretary, `requests/${from.id}/publish`);
  return { id: order.id, number: from.number };
}

/** Presses Tab until this has the focus; what a hand on a keyboard does. */
async function tabTo(page, selector, most = 80) {
  for (let n = 0; n < most; n++) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) {
      const seen = await page.evaluate(() => {
        const at = document.activeElement.getBoundingClientRect();
        const bar = document.querySelector(".thumb");
        const fixed = !!bar && getComputedStyle(bar).position === "fixed" && !bar.contains(document.activeElement);
        return { covered: fixed && at.bottom > bar.getBoundingClientRect().top + 1, outlines: [document.activeElement, document.activeElement.closest("label"), document.activeElement.nextElementSibling].filter(Boolean).map((one) => getComputedStyle(one).outlineStyle) };
      });
      assert.equal(seen.covered, false, `${selector}: the bar covers what has the focus`);
      assert.ok(seen.outlines.some((one) => one !== "none"), `${selector}: the focus is seen`);
      return;
    }
    await page.keyboard.press("Tab");
  }
  assert.fail(`${selector} is not reached with Tab`);
}

/** All looks of a page: three widths, and dark and elder at a telephone's. */
async function looks(page, name) {
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await house.axe(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await house.shot(page, `${name}-${scheme}`);
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.setViewportSize({ width: 320, height: 640 });
  await house.shot(page, `${name}-320`);
  await page.setViewportSize({ width: 390, height: 844 });
}

test("my orders stand by limit, and the nearest first when the phone is asked; where it is goes nowhere", async () => {
  const account = house.account("grid_worker", 5);
  const orders = [];
  for (const north of [0.02, 0.003, 0.009]) orders.push(await pooled(north));
  for (const { id } of orders) await called(account, `orders/${id}/grab`);
  for (const lang of ["zh-CN", "en"]) {
    const page = await house.page({ width: 390, lang, geolocation: HERE });
    await house.signIn(page, account);
    await page.goto(`${house.base}/work`);
    await page.waitForSelector("[data-nearest] button");
    const mine = () => page.locator("[data-by-limit] .number").allTextContents().then((all) => all.filter((number) => orders.some((order) => order.number === number)));
    assert.deepEqual(await mine(), orders.map(({ number }) => number), "each came with a later limit");
    const asked = [];
    page.on("request", (request) => asked.push(request.url() + (request.postData() ?? "")));
    await page.click("[data-nearest] button");
    await page.waitForSelector('[data-nearest] button[aria-pressed="true"]');
    assert.deepEqual(await mine(), [1, 2, 0].map((n) => orders[n].number));
    const said = await page.locator(".row__far").allTextContents();
    assert.ok(said.some((text) => text === (lang === "en" ? "about 350 m" : "约 350 米")), said.join(" | "));
    assert.ok(said.some((text) => text === (lang === "en" ? "about 2.2 km" : "约 2.2 公里")), said.join(" | "));
    assert.deepEqual(asked.filter((what) => /39\.61|109\.78/.test(what)), [], "the position is sent nowhere");
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
    assert.doesNotMatch(kept, /39\.61|109\.78/, "and kept nowhere");
    await looks(page, `walk-mine-${lang}`);
    await page.click("[data-nearest] button");
    assert.deepEqual(await mine(), orders.map(({ number }) => number));
  }
  const shy = await house.page({ width: 390 });
  await house.signIn(shy, account);
  await shy.goto(`${house.base}/work`);
  await shy.click("[data-nearest] button");
  await shy.waitForFunction(() => /没有给出位置/.test(document.querySelector("[data-nearest] [role=status]").textContent));
  const plain = await house.page({ width: 390, javaScript: false });
  await house.signIn(plain, account);
  await plain.goto(`${house.base}/work`);
  assert.equal(await plain.locator("[data-nearest]").isVisible(), false, "no button without a script");
  assert.ok((await plain.locator("[data-by-limit] .limit").count()) >= 3);
});

test("the pool on a map: a point opens its order, which is grabbed there", async () => {
  const account = house.account("grid_worker", 6);
  const { number, id } = await pooled(0.031);
  const page = await house.page({ width: 390 });
  await house.signIn(page, account);
  await page.goto(`${house.base}/work/pool`);
  await looks(page, "walk-pool");
  await page.click('.tabs a[href="/work/pool/map"]');
  await page.waitForSelector('[data-matters-map][data-ready="yes"]');
  await page.waitForFunction((number) => document.querySelector("[data-map-rows]").textContent.includes(number), number);
  await house.shot(page, "walk-map");
  await house.axe(page);
  await page.setViewportSize({ width: 390, height: 844 });
  const answer = await page.request.get(`${house.base}/work/pool/map.json`).then((reply) => reply.json());
  assert.ok(answer.features.some((one) => one.properties.id === id));
  assert.deepEqual(Object.keys(answer.features[0].properties).sort(), ["category", "due", "id", "number", "status", "unit"]);
  // Two orders at one place, alone on the map: it stands in the middle, and a touch there names them both.
  const [one] = answer.features.filter((one) => one.properties.id === id);
  const twin = { ...one, properties: { ...one.properties, id: "00000000-0000-0000-0000-000000000000", number: "twin" } };
  const middle = async (features) => {
    await page.unroute("**/work/pool/map.json").catch(() => {});
    await page.route("**/work/pool/map.json", (route) => route.fulfill({ json: { ...answer, features } }));
    await page.goto(`${house.base}/work/pool/map`);
    await page.waitForSelector('[data-matters-map][data-ready="yes"]');
    await page.evaluate(() => scrollTo(0, 0)); // a browser comes back to where it was
    await page.waitForFunction((n) => document.querySelectorAll("[data-map-rows] li").length === n, features.length);
    const box = await page.locator(".maplibregl-canvas").boundingBox();
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  };
  await middle([one, twin]);
  await page.waitForFunction(() => /这里有 2 单/.test(document.querySelector("[data-map-say]").textContent));
  await middle([one]);
  await page.waitForFunction(() => /这里是这一单/.test(document.querySelector("[data-map-say]").textContent));
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), `抢单 ${number}`, "the hand is on its button");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/work/orders/${id}`);
  await page.waitForSelector(".notice--good");

  const without = await house.page({ width: 390 });
  await without.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await house.signIn(without, account);
  await without.goto(`${house.base}/work/pool/map`);
  await without.waitForFunction(() => /画不出/.test(document.querySelector("[data-map-say]").textContent));
  assert.ok(await without.locator(".matters-map__frame .drawn").isVisible(), "the picture stays");
  assert.ok((await without.locator("[data-map-rows] button").count()) > 0, "the list stays");
  await house.axe(without);
  house.takeTroubles(); // the library says that there is no WebGL
});

test("the bar is within the thumb's reach, large enough, and covers nothing", async () => {
  const account = house.account("grid_worker", 5);
  const page = await house.page({ width: 390 });
  await house.signIn(page, account);
  for (const elder of [false, true]) {
    if (elder) await page.click(".switch--elder");
    for (const [path, current] of [["/work", "/work"], ["/work/pool", "/work/pool"], ["/work/pool/map", "/work/pool"], ["/me/notices", "/me/notices"]]) {
      await page.goto(house.base + path);
      for (const width of [320, 390]) {
        await page.setViewportSize({ width, height: 700 });
        const boxes = await page.locator(".thumb a").evaluateAll((links) => links.map((link) => ({ ...link.getBoundingClientRect().toJSON(), href: link.getAttribute("href"), current: link.getAttribute("aria-current") })));
        assert.deepEqual(boxes.map((box) => box.href), ["/work", "/work/pool", "/me/notices"]);
        assert.deepEqual(boxes.filter((box) => box.current).map((box) => box.href), [current]);
        for (const box of boxes) {
          assert.ok(box.height >= 60 && box.width >= 60, `${path} ${width}: ${box.width} x ${box.height}`);
          assert.ok(Math.abs(box.bottom - 700) < 2, "at the lower edge");
        }
        await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
        const clear = await page.evaluate(() => document.querySelector(".footer__in").getBoundingClientRect().bottom <= document.querySelector(".thumb").getBoundingClientRect().top);
        assert.ok(clear, "the end of the page is not under the bar");
      }
      await house.axe(page);
      await page.setViewportSize({ width: 390, height: 700 });
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({ path: await house.shot(page, `walk-bar${elder ? "-elder" : ""}${path.replaceAll("/", "-")}`) });
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  assert.equal(await page.isVisible(".thumb"), false, "a desk needs none");
  const resident = await house.page({ width: 390 });
  await house.signIn(resident, house.account("secretary", 0));
  await resident.goto(`${house.base}/me/notices`);
  assert.equal(await resident.locator(".thumb").count(), 0, "who does not work outside has none");
});

test("the round without a mouse: sign in, grab, write, done", async () => {
  const account = house.account("grid_worker", 7);
  const { number, id } = await pooled(0.001);
  const page = await house.page({ width: 390, lang: "en" });
  const press = (key) => page.keyboard.press(key);
  await page.goto(`${house.base}/sign-in`);
  await tabTo(page, "[name=login]");
  await page.keyboard.type(account.login);
  await press("Tab");
  await tabTo(page, "[name=password]");
  await page.keyboard.type(account.password);
  await press("Enter");
  await page.waitForURL((url) => url.pathname !== "/sign-in");
  // The skip link leads past the head; the bar to the pool.
  await tabTo(page, 'a[href="/work"]');
  await press("Enter");
  await page.waitForURL("**/work");
  await tabTo(page, '.thumb a[href="/work/pool"]');
  await press("Enter");
  await page.waitForURL("**/work/pool");
  await tabTo(page, `form[action="/work/orders/${id}/grab"] button`, 400);
  await press("Space");
  await page.waitForURL(`**/work/orders/${id}`);
  await page.waitForFunction(() => document.querySelector("[data-queue-say]")); // the queue takes the forms
  await tabTo(page, 'form[action$="/start"] button');
  await press("Enter");
  await page.waitForSelector(".tag--working");
  await tabTo(page, 'details:has(form[action$="/message"]) summary');
  await press("Enter");
  await tabTo(page, "[name=way]");
  await press("ArrowDown");
  await press("ArrowUp");
  await tabTo(page, "#f-text");
  await page.keyboard.type("I am at the door");
  await tabTo(page, 'form[action$="/message"] > button');
  await press("Space");
  await page.waitForFunction(() => document.body.textContent.includes("I am at the door"));
  await page.waitForLoadState();
  await tabTo(page, "#f-note");
  await page.keyboard.type("The bulb is new, and it shines");
  await tabTo(page, 'form[action$="/complete"] > button');
  await press("Enter");
  await page.waitForURL("**/work");
  assert.equal(await page.locator(`[data-by-limit] li:has-text("${number}")`).count(), 0, "it is out of my hands");
  await house.axe(page);
});
