// Why this file exists: the report page beside its fields: a look at danger and at like matters before it is sent, a place chosen on
// the map, by keys alone too, and what remains of it where there is no map.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { open } from "./harness.mjs";
import { another } from "./reporting.mjs";

let house;
before(async () => { house = await open({ flags: ["--enable-unsafe-swiftshader"] }); }); // WebGL without a graphics card
after(async () => { await house.close(); });

async function fillIn(page, words, place = "康城社区三号楼") {
  await page.goto(`${house.base}/report`);
  await page.selectOption("#f-category", "0201");
  await page.fill("#f-description", words);
  if (place) await page.fill("#f-place", place);
}

const send = (page) => page.click("main form.form button.button--large");

async function looked(page, name) {
  await house.axe(page);
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await house.shot(page, `${name}-${width}`);
  }
  await page.setViewportSize({ width: 390, height: 844 });
}

const words = "四号楼前面的路灯一闪一闪，老人看不清路";

for (const javaScript of [true, false]) {
  test(`a like matter is joined, or another one sent, ${javaScript ? "with" : "without"} a script`, async () => {
    const first = await house.page({ width: 390, javaScript });
    await fillIn(first, `${words} ${javaScript}`);
    await send(first);
    await another(first);
    await first.waitForURL(/sent=1/);

    const second = await house.page({ width: 390, javaScript });
    await fillIn(second, `路灯一闪一闪，四号楼前面，${javaScript}`);
    await send(second);
    await second.waitForSelector("button[name=join]");
    if (javaScript) await looked(second, "report-review");
    await second.reload(); // a reload asks again, and has sent nothing
    await second.click("button[name=edit]");
    assert.equal(await second.inputValue("#f-place"), "康城社区三号楼");
    await send(second);
    await second.locator("button[name=join]").first().click();
    await second.waitForURL(/sent=joined/);
    if (javaScript) await looked(second, "report-joined");

    const third = await house.page({ width: 390, javaScript });
    await fillIn(third, `路灯一闪一闪，四号楼前面，${javaScript}`);
    await send(third);
    await third.click("button[name=sure]");
    await third.waitForURL(/sent=1/);
  });
}

for (const lang of ["zh-CN", "en"]) {
  for (const look of ["light", "dark", "elder"]) {
    test(`danger comes first, ${lang}, ${look}`, async () => {
      const page = await house.page({ width: 390, lang, dark: look === "dark" });
      if (look === "elder") {
        await page.goto(house.base);
        await page.click(".switch--elder");
      }
      await fillIn(page, lang === "en" ? "There is a gas leak in the cellar" : "地下室有煤气味，很浓");
      await looked(page, `report-form-${lang}-${look}`);
      await send(page);
      await page.waitForSelector('[role=alert] a[href="tel:119"]');
      await looked(page, `report-danger-${lang}-${look}`);
      await page.click("button[name=sure]");
      await page.waitForURL(/sent=1/);
    });
  }
}

test("a place on the map, by keys alone", async () => {
  const page = await house.page({ width: 390 });
  await fillIn(page, "路口的井盖松了，车一过就响", "");
  await page.locator("[data-map-open]").focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector(".maplibregl-canvas");
  await page.waitForFunction(() => document.activeElement?.classList.contains("maplibregl-canvas"));
  const before = await page.textContent(".map-field__near");
  for (let at = 0; at < 2; at += 1) await page.keyboard.press("ArrowLeft");
  await page.waitForFunction((text) => document.querySelector(".map-field__near").textContent !== text, before);
  await page.keyboard.press("Equal");
  await page.waitForTimeout(800);
  await looked(page, "report-map");
  await page.locator(".map-field__box .actions .button").first().focus();
  await page.keyboard.press("Enter");
  assert.match(await page.inputValue("input[name=lat]"), /^39\.\d{6}$/);
  assert.match(await page.textContent(".map-field__say"), /已在地图上选好/);
  assert.ok(await page.evaluate(() => document.activeElement.matches("[data-map-open]")));
  await send(page);
  await another(page);
  await page.waitForURL(/sent=1/);
  // Escape closes it again and leaves what was chosen.
  await fillIn(page, "x", "");
  await page.click("[data-map-open]");
  await page.waitForSelector(".maplibregl-canvas");
  await page.keyboard.press("Escape");
  assert.equal(await page.isVisible(".map-field__box"), false);
});

for (const look of ["dark", "elder"]) {
  test(`the map, ${look}`, async () => {
    const page = await house.page({ width: 390, lang: "en", dark: look === "dark" });
    if (look === "elder") {
      await page.goto(house.base);
      await page.click(".switch--elder");
    }
    await fillIn(page, "x");
    await page.click("[data-map-open]");
    await page.waitForSelector(".maplibregl-canvas");
    await page.waitForTimeout(800);
    await looked(page, `report-map-en-${look}`);
  });
}

test("the report page weighs at most 60 KB with everything on it", async () => {
  const page = await house.page({ width: 390 });
  await page.goto(`${house.base}/report`, { waitUntil: "load" });
  const weights = await page.evaluate(() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .map(({ name, encodedBodySize }) => [new URL(name).pathname, encodedBodySize]));
  const sum = weights.reduce((sum, [, size]) => sum + size, 0);
  assert.ok(sum > 10_000 && sum <= 60 * 1024, `${sum}: ${JSON.stringify(weights)}`);
  assert.ok(!weights.some(([name]) => name.includes("map")), "the map comes only when it is asked for");
});

test("where there is no map there is a list", async () => {
  const plain = await open({ flags: ["--disable-3d-apis"] });
  try {
    const page = await plain.page({ width: 390 });
    await page.goto(`${plain.base}/report`);
    await page.click("[data-map-open]");
    await page.waitForSelector(".map-field__places button");
    assert.match(await page.textContent(".map-field__say"), /打不开地图/);
    await plain.axe(page);
    await plain.shot(page, "report-no-map-390");
    await page.locator(".map-field__places button").first().click();
    assert.match(await page.inputValue("input[name=lon]"), /^109\.\d{6}$/);
    plain.takeTroubles(); // the browser says that WebGL is off: that is what this is about
  } finally {
    await plain.close();
  }
});
