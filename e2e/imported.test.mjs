// Why this file exists: a history that was imported stands in the list, in search, on the board and on the map; and the map is
// as good with keys, without WebGL, in the dark, large and small.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { open } from "./harness.mjs";

const ROWS = 300;
const STATES = ["待派单", "已受理", "已办结", "已归档", "重办", "不予受理"];
const KINDS = ["路灯照明", "环境卫生", "噪声扰民"];
const GRIDS = [[39.6125, 109.784], [39.599, 109.808], [39.5905, 109.789], [39.605, 109.831]];

/** A hotline's table: matters around four grids, two of them at one door. */
function table() {
  const rows = ["工单编号,来电时间,诉求内容,二级分类,诉求地址,纬度,经度,派单时间,首次联系时间,办结时间,是否解决,满意度,工单状态,来电人"];
  for (let n = 0; n < ROWS; n++) {
    const day = String(1 + (n % 28)).padStart(2, "0");
    const [lat, lon] = GRIDS[n % GRIDS.length];
    const at = n < 2 ? [39.62, 109.79] : [lat + ((n * 37) % 100) / 40_000, lon + ((n * 53) % 100) / 40_000];
    const state = STATES[n % STATES.length];
    const done = state.startsWith("已办") || state.startsWith("已归") ? `2024-05-${day} 16:00,已解决,满意` : ",,";
    rows.push(`H${1000 + n},2024-05-${day} 09:00,历史诉求第${n}号 楼道灯不亮,${KINDS[n % KINDS.length]},某小区${n}号楼,${at[0].toFixed(6)},${at[1].toFixed(6)},,,${done},${state},张三`);
  }
  return `${rows.join("\n")}\n`;
}

let house;
let said;
before(async () => {
  house = await open({ flags: [] });
  const file = path.join(house.data, "hotline.csv");
  await writeFile(file, table());
  const { stdout } = await promisify(execFile)(path.resolve(process.env.TONGXIN_BIN), ["--data", house.data, "import", "requests", file]);
  said = stdout;
});
after(() => house.close());

async function desk(options = {}) {
  const page = await house.page({ width: 1440, ...options });
  await house.signIn(page, house.account("subdistrict"));
  return page;
}

const NARROW = "from=2024-05-01&to=2024-05-31";
const drawn = (page) => page.waitForSelector("[data-matters-map][data-ready]");

test("what the import said is what the list has", async () => {
  assert.match(said, /300 rows read with the mapping hotline12345/);
  assert.match(said, /imported 300 matters/);
  assert.match(said, /来电人.* stay out/);
  const page = await desk();
  await page.goto(`/desk/requests?${NARROW}&category=`);
  await house.axe(page);
  await house.shot(page, "imported-list");
  assert.equal(await page.inputValue("[name=from]"), "2024-05-01");
  const rows = await page.locator("tbody tr").count();
  assert.ok(rows > 10, `${rows} rows`);
  await page.goto("/desk/requests?q=H1042");
  assert.match(await page.textContent("tbody tr"), /历史诉求第42号/, "the number of the hotline finds it");
  await page.click("tbody tr a");
  await page.waitForSelector("text=历史数据");
  assert.doesNotMatch(await page.content(), /张三/);
  await page.goto("/board");
  assert.ok((await page.textContent("main")).length > 0);
});

test("from the list to the map, to a matter, and back", async () => {
  const page = await desk();
  await page.goto(`/desk/requests?${NARROW}&status=closed`);
  await page.click("nav.tabs >> text=地图");
  await page.waitForURL(/\/desk\/map\?status=closed&from=2024-05-01&to=2024-05-31/);
  await drawn(page);
  await page.waitForFunction(() => document.querySelectorAll(".matters-map__count").length > 0);
  await page.waitForTimeout(500);
  await house.axe(page, { widths: [320, 390, 1440, 1920] });
  await house.shot(page, "map-closed");
  const counts = await page.locator(".matters-map__count").allTextContents();
  assert.equal(counts.reduce((sum, n) => sum + Number(n), 0), 100, "a third of them is closed");
  // A heap opens when it is pressed.
  const heap = await page.locator(".matters-map__count").first().boundingBox();
  await page.mouse.click(heap.x + heap.width / 2, heap.y + heap.height / 2);
  await page.waitForFunction((n) => document.querySelectorAll("[data-map-rows] li").length < n, 50);
  await house.shot(page, "map-opened");
  await page.click("nav.tabs >> text=列表");
  await page.waitForURL(/\/desk\/requests\?status=closed&from=2024-05-01&to=2024-05-31/);
});

test("a sign on the map opens its matter; where several lie at one place the list asks which", async () => {
  const page = await desk();
  await page.goto(`/desk/map?${NARROW}`);
  await drawn(page);
  const point = async (index) => {
    const all = await page.evaluate(async () => (await fetch(document.querySelector("[data-matters-map]").dataset.points)).json());
    return all.features.filter(({ geometry }) => geometry.coordinates[1] === (index ? 39.62 : geometry.coordinates[1]));
  };
  assert.equal((await point(0)).length, ROWS);
  assert.equal((await point(1)).length, 2);
  const keys = Object.keys((await point(1))[0].properties).sort();
  assert.deepEqual(keys, ["category", "id", "number", "status", "unit"], "no words, no names");
  // Everything in sight is listed too: by keys alone one gets to a matter.
  await page.locator("[data-map-rows] a").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/desk\/requests\/[0-9a-f-]{36}/);
});

test("without WebGL and without a script the list remains", async () => {
  const plain = await desk({ javaScript: false });
  await plain.goto(`/desk/map?${NARROW}&status=declined`);
  assert.equal(await plain.locator("[data-map-rows] li").count(), 50);
  await house.shot(plain, "map-no-script");
  const blind = await house.page({ width: 1440 });
  await blind.addInitScript(() => {
    const own = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
      return /webgl/.test(kind) ? null : own.call(this, kind, ...rest);
    };
  });
  await house.signIn(blind, house.account("subdistrict"));
  await blind.goto(`/desk/map?${NARROW}`);
  await blind.waitForFunction(() => /画不出/.test(document.querySelector("[data-map-say]").textContent));
  assert.ok(await blind.locator(".matters-map__frame .drawn").isVisible(), "the picture stays");
  await house.axe(blind);
  await house.shot(blind, "map-no-webgl");
});

for (const [look, options] of [["light", { lang: "en" }], ["dark", { dark: true }], ["elder", {}], ["small", { width: 320 }], ["wall", { width: 1920, lang: "en" }]]) {
  test(`the map, ${look}`, async () => {
    const page = await desk(options);
    if (look === "elder") await page.click(".switch--elder");
    await page.goto(`/desk/map?${NARROW}`);
    await drawn(page);
    await page.waitForFunction(() => document.querySelectorAll(".matters-map__count").length > 0);
    await page.waitForTimeout(600);
    await house.axe(page, { widths: [page.viewportSize().width] });
    await house.shot(page, `map-${look}`);
    await page.click(".map-field__zoom button >> nth=0");
    await page.click(".map-field__zoom button >> nth=0");
    await page.waitForTimeout(1500);
    await house.shot(page, `map-${look}-near`);
  });
}

test("nobody but the desk sees it", async () => {
  for (const url of ["/desk/map", "/desk/map.json", "/desk/map/ground.json"]) {
    const reply = await fetch(`${house.base}${url}`, { redirect: "manual" });
    assert.ok([302, 303, 401, 403, 404].includes(reply.status), `${url}: ${reply.status}`);
  }
});
