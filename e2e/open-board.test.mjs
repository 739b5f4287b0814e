// Why this file exists: the board as everybody sees it, without an account: with and without a script, in every look, its numbers and the
// lists they open, by the keyboard alone; and the pictures that stand where there is no map.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { open } from "./harness.mjs";

let house, blind;
before(async () => {
  house = await open();
  blind = await open({ server: { base: house.base, accounts: house.accounts }, flags: ["--disable-3d-apis"] });
});
after(async () => {
  await blind.close();
  await house.close();
});

test("the board for everybody stands in every look", async () => {
  for (const look of [{ lang: "zh-CN" }, { lang: "en", dark: true }, { lang: "zh-CN", dark: true, elder: true }, { lang: "en", elder: true }]) {
    const page = await house.page({ width: 1440, ...look });
    await page.goto("/board");
    if (look.elder) await page.click(".switch--elder");
    await house.axe(page, { widths: [320, 390, 1440, 1920] });
    for (const width of [320, 390, 1440, 1920]) {
      await page.setViewportSize({ width, height: 900 });
      await house.shot(page, ["open-board", look.lang, look.dark ? "dark" : "light", look.elder ? "elder" : "plain", width].join("-"));
    }
    await page.close();
  }
});

test("it is found from the home page and from the foot of each page, and needs no script", async () => {
  const page = await house.page({ width: 390, javaScript: false });
  await page.goto("/");
  await page.click('.door[href="/board?open=1"]');
  assert.ok(await page.locator(".rings").isVisible());
  await page.goto("/privacy");
  await page.click('.footer__links a[href="/board?open=1"]');
  assert.ok(await page.locator(".drawn").isVisible(), "the map as a picture");
  await page.locator(".bars + .behind summary, .behind summary").last().click();
  assert.equal(await page.locator("script[src]:not([defer])").count(), 0);
  await page.close();
});

test("every number that has a public list opens it, and the list has as many", async () => {
  const page = await house.page({ width: 1440 });
  await page.goto("/board");
  const links = await page.locator("table td a, .legend-list a").evaluateAll((all) => all.map((one) => [one.getAttribute("href"), Number(one.textContent.match(/\d+/)[0])]));
  assert.ok(links.length > 4, `${links.length} lists`);
  for (const [href, figure] of new Map(links)) {
    const path = new URL(href, house.base);
    const rows = path.pathname === "/sites" || path.pathname === "/matters" ? path : null;
    if (!rows) continue;
    let [count, cursor] = [0, ""];
    do {
      const answer = await page.request.get(`${house.base}/api/v1${rows.pathname}?unit=${rows.searchParams.get("unit") ?? ""}&cursor=${cursor}`);
      const { items, next } = await answer.json();
      count += items.length;
      cursor = next ?? "";
    } while (cursor);
    assert.equal(count, figure, href);
  }
  await page.close();
});

test("a part of the programme without a public figure says so, and each part opens by the keyboard", async () => {
  const page = await house.page({ width: 1440, lang: "zh-CN" });
  await page.goto("/board");
  const segments = page.locator(".rings a");
  for (const words of await segments.allTextContents()) assert.match(words, /\d|尚未计数|暂不公开/, words);
  await segments.nth(2).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/board\?part=/);
  assert.equal(await page.locator(".rings a[aria-current=true]").count(), 1);
  await house.axe(page);
  // From the top of the page to the last heap of the map with the tabulator alone.
  await page.goto("/board");
  const seen = new Set();
  for (let step = 0; step < 160 && !seen.has("drawn__heap"); step++) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => document.activeElement.getAttribute("class") ?? document.activeElement.tagName);
    for (const one of name.split(" ")) seen.add(one);
  }
  for (const stop of ["rings__part", "rings__hub", "figure", "drawn__heap"]) assert.ok(seen.has(stop), `${stop} of ${[...seen]}`);
  await page.close();
});

test("the picture becomes a map where the device can, with the same heaps", async () => {
  const page = await house.page({ width: 1440 });
  await page.goto("/board");
  const heaps = await page.locator("a.drawn__heap").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  await page.click("[data-open-map-start]");
  await page.waitForSelector(".map-frame[data-ready]", { timeout: 20_000 });
  assert.deepEqual(await page.locator("a.map-heap").evaluateAll((all) => all.map((one) => one.getAttribute("href"))), heaps);
  await house.axe(page);
  await house.shot(page, "open-board-map");
  await page.close();
});

for (const [where, at, role] of [["the board for everybody", "/board", null], ["the sites", "/map", null], ["the desk", "/desk/map", "subdistrict"], ["the board", "/board", "subdistrict"], ["the pool", "/work/pool/map", "grid_worker"]]) {
  test(`without WebGL, and without a script, ${where} has a picture`, async () => {
    for (const javaScript of [false, true]) {
      const page = await blind.page({ width: 1440, javaScript });
      if (role) await blind.signIn(page, blind.account(role));
      await page.goto(at);
      if (javaScript) {
        await page.locator(".drawn").first().scrollIntoViewIfNeeded();
        const button = page.locator("[data-open-map-start]");
        if (await button.count()) await button.click();
        const say = "[data-map-say], [data-open-map-say]";
        await page.waitForFunction((say) => /画不出/.test([...document.querySelectorAll(say)].map((one) => one.textContent).join()), say, { timeout: 20_000 });
        blind.takeTroubles(); // the library says that there is no WebGL
      }
      assert.ok(await page.locator(".drawn").first().isVisible(), "the picture");
      for (const heap of await page.locator("a.drawn__heap").all()) assert.match(await heap.getAttribute("aria-label"), /\d/);
      if (javaScript) await blind.axe(page, { widths: [320, 1440] });
      await blind.shot(page, `picture-${at.replaceAll("/", "-")}-${role ?? "all"}-${javaScript ? "no-webgl" : "no-script"}`);
      await page.close();
    }
  });
}

test("without WebGL a place is chosen on the picture, and without a script there is the way to it", async () => {
  const page = await blind.page({ width: 390 });
  await page.goto("/report");
  await page.click("[data-map-open]");
  await page.waitForSelector(".map-field__frame .drawn");
  blind.takeTroubles(); // the library says that there is no WebGL
  await blind.axe(page, { widths: [390] });
  await blind.shot(page, "report-picture");
  await page.locator(".drawn__sites a").first().dispatchEvent("click");
  await page.waitForFunction(() => document.querySelector("[name=lat]").value !== "");
  assert.match(await page.locator(".map-field__say").textContent(), /已在地图上选好/);
  const plain = await blind.page({ width: 390, javaScript: false });
  await plain.goto("/report");
  await plain.click('.without-script a[href="/map"]');
  assert.ok(await plain.locator(".drawn").isVisible());
  await plain.locator("details summary").first().click();
  await plain.locator("details a").first().click();
  await plain.waitForURL(/\/sites\//);
  await plain.close();
  await page.close();
});
