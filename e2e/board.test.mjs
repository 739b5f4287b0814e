// Why this file exists: the board as people see it: the programme as rings, every figure a way to its list.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open } from "./harness.mjs";

const PARTS = 13; // the hub, four mechanisms, three leads, five focuses: 1 + 4 + 3 + 5
let house;
before(async () => { house = await open(); });
after(async () => { await house.close(); });

async function board({ as = "subdistrict", ...look } = {}, address = "/board") {
  const page = await house.page({ width: 1440, ...look });
  await house.signIn(page, house.account(as));
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

/** Reads a list as the file it exports; its rows are what its figure must be. */
async function rowsOf(page, href) {
  if (href.startsWith("/desk/ratings")) {
    let [count, next] = [0, href];
    while (next) {
      await page.goto(house.base + next);
      count += await page.locator("tbody tr").count();
      next = await page.locator(".pager a[rel=next]").getAttribute("href", { timeout: 200 }).catch(() => null);
    }
    return count;
  }
  const answer = await page.request.get(house.base + href.replace("/desk/requests?", "/desk/requests.csv?"));
  assert.equal(answer.status(), 200, href);
  const text = await answer.text();
  // a line ends where no quotation is open: a cell may have lines of its own
  const lines = text.split("\r\n").reduce(([count, open], line) => [count + (!open && line ? 1 : 0), open !== ((line.split('"').length - 1) % 2 === 1)], [0, false]);
  return lines[0] - 1; // its heading
}

for (const as of ["subdistrict", "secretary"]) test(`every number opens the list it counts, for the ${as}`, async () => {
  const page = await board({ as });
  const shown = await page.evaluate(() => {
    const number = (link) => [link.getAttribute("href"), link.textContent.trim()];
    const links = [...document.querySelectorAll(".rate .figure__of a, .limits a, .flow-list a, .board__units td a")];
    return links.map((link) => {
      const [href, text] = number(link);
      return [href, Number(/(\d+)(?!.*\d)/.exec(text)?.[1])];
    });
  });
  const lists = new Map(shown);
  assert.ok(lists.size > 20, `${lists.size} lists`);
  for (const [href, figure] of lists) {
    assert.ok(!Number.isNaN(figure), `${href} has no number`);
    assert.equal(await rowsOf(page, href), figure, href);
  }
  await page.close();
});

test("the board moves by itself, keeps what is open, and says when it no longer does", async () => {
  const page = await board();
  await page.waitForSelector(".board__live:not([hidden])");
  await page.locator(".board__rates summary").first().click();
  const received = () => page.locator(".flow-list li").first().locator(".legend__figure").textContent();
  const before = Number(await received());
  const other = await house.page({ width: 390 });
  const answer = await other.request.post(`${house.base}/api/v1/requests`, {
    data: { category: "0101", description: "路灯不亮，晚上看不见路", location: { lat: 39.6112, lon: 109.7811 } },
  });
  assert.equal(answer.status(), 201);
  await page.waitForFunction((was) => Number(document.querySelector(".flow-list .legend__figure").textContent) === was + 1, before, { timeout: 15_000 });
  assert.ok(await page.locator(".board__rates details").first().evaluate((one) => one.open), "what was open stays open");
  await house.axe(page);
  await page.context().clearCookies();
  await other.request.post(`${house.base}/api/v1/requests`, {
    data: { category: "0101", description: "井盖松了，走路当心", location: { lat: 39.6122, lon: 109.7811 } },
  });
  await page.waitForSelector('[data-live-state="out"]', { timeout: 15_000 });
  await other.close();
  await page.close();
});

test("on a wall all of it is on one screen", async () => {
  for (const look of [{ lang: "zh-CN" }, { lang: "en", dark: true }]) {
    const page = await house.page({ width: 1920, ...look });
    await house.signIn(page, house.account("subdistrict"));
    await page.setViewportSize({ width: 1920, height: 1080 });
    await page.goto(`${house.base}/board?wall=1`);
    await page.waitForSelector(".board__live:not([hidden])");
    const { height, width } = await page.evaluate(() => ({ height: document.documentElement.scrollHeight, width: document.documentElement.scrollWidth }));
    await house.shot(page, `board-wall-${look.lang}`);
    assert.ok(height <= 1080 && width <= 1920, `${width} x ${height}`);
    for (const part of [".rings", ".rate", ".limits", ".flow"]) assert.ok(await page.locator(part).first().isVisible(), part);
    await house.axe(page, { widths: [1920] });
    await page.close();
  }
});

test("the map comes when it is scrolled to, and without a script there is the way to it", async () => {
  const page = await board();
  await page.locator("#map").scrollIntoViewIfNeeded();
  await page.waitForSelector(".board__ground .matters-map[data-ready]", { timeout: 20_000 });
  await house.shot(page, "board-map");
  await page.close();
  const plain = await board({ javaScript: false });
  assert.match(await plain.locator(".board__ground p a").getAttribute("href"), /^\/desk\/map/);
  await plain.close();
});

test("of units one does not look after one sees figures, and no lists", async () => {
  const page = await board({ as: "secretary" });
  const codes = await page.locator("select[name=unit] option").evaluateAll((all) => all.map((one) => one.value));
  await page.goto(`${house.base}/board?unit=${codes[0]}`);
  assert.ok((await page.locator(".board__rates .figure__of span").count()) > 0, "figures");
  assert.equal(await page.locator(".board__rates a, .limits a, .flow a").count(), 0, "no lists");
  await house.axe(page);
  await page.close();
});

test("with the keyboard alone one goes through all of it, opens what is behind it, and follows a figure to its list", async () => {
  const page = await board();
  await page.waitForSelector(".board__live:not([hidden])");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip", "the first stop leads past the navigation");
  await page.keyboard.press("Enter");
  const parts = new Map();
  const marks = [".filter select", ".rings__part", ".rings__hub", ".legend a", ".board__programme summary", ".board__rates .figure__of a", ".board__rates summary", ".limits a", ".flow a", ".drawn__heap, .maplibregl-canvas", ".board__units th a", ".board__units td a"];
  let seen;
  for (let step = 0; step < 260 && parts.size < marks.length; step++) {
    await page.keyboard.press("Tab");
    seen = await page.evaluate((marks) => {
      const here = document.activeElement;
      const { width, height } = here.getBoundingClientRect();
      const style = getComputedStyle(here);
      const ring = here.querySelector(".rings__ground, circle, .flow__sign");
      const marked = style.outlineStyle !== "none" || (ring && getComputedStyle(ring).stroke !== "none");
      return { at: marks.filter((mark) => here.matches(mark)), open: width > 0 && height > 0, marked, what: here.outerHTML.slice(0, 120) };
    }, marks);
    assert.ok(seen.open && seen.marked, `one sees where one is: ${seen.what}`);
    for (const mark of seen.at) parts.set(mark, step);
  }
  assert.deepEqual(marks.filter((mark) => !parts.has(mark)), [], "all of it is reached");
  await page.locator(".board__rates summary").first().focus();
  await page.keyboard.press("Enter");
  assert.ok(await page.locator(".board__rates details[open] table").first().isVisible());
  await page.locator(".limits a").last().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/desk\/requests\?limit=/);
  await page.close();
});
