// Why this file exists: the board as people see it: the programme as rings, every figure a way to its list.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open } from "./harness.mjs";

const PARTS = 13; // the hub, four mechanisms, three leads, five focuses: 1 + 4 + 3 + 5
let house;
before(async () => { house = await open(); });
after(async () => { await house.close(); });

async function board(look = {}, address = "/board") {
  const page = await house.page({ width: 1440, ...look });
  await house.signIn(page, house.account("secretary"));
  await page.goto(house.base + address);
  if (look.elder) await page.click(".switch--elder");
  return page;
}

test("the rings stand in every look", async () => {
  const looks = [{ lang: "zh-CN" }, { lang: "en" }, { lang: "zh-CN", dark: true }, { lang: "en", elder: true }];
  for (const look of looks) {
    const page = await board(look);
    await house.axe(page, { widths: [320, 390, 1440, 1920] });
    for (const [width, height] of [[320, 640], [1440, 900], [1920, 1080]]) {
      await page.setViewportSize({ width, height });
      await house.shot(page, ["board", look.lang, look.dark ? "dark" : look.elder ? "elder" : "light", width].join("-"));
    }
    await page.close();
  }
});

test("each segment opens its part by its address, without a script too", async () => {
  for (const javaScript of [true, false]) {
    const page = await board({ javaScript });
    assert.equal(await page.locator(".rings a").count(), PARTS);
    const address = await page.locator(".rings a").nth(1).getAttribute("href");
    await page.goto(house.base + address);
    assert.equal(await page.locator(".rings a[aria-current=true]").count(), 1);
    assert.equal(await page.locator(".programme__words h3").count(), 1);
    assert.ok((await page.locator(".programme__words .aim").count()) > 0, "its aims");
    if (javaScript) await house.axe(page); // axe is a script itself
    await house.shot(page, "board-part");
    await page.close();
  }
});

test("a segment is reached and opened by the keyboard, and has a name", async () => {
  const page = await board();
  const first = page.locator(".rings a").first();
  await first.focus();
  assert.ok((await first.textContent()).trim().length > 0);
  await page.keyboard.press("Enter");
  await page.waitForURL(/part=/);
  await page.close();
});
