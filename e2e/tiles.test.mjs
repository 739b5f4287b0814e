// Why this file exists: tiles of a map that the office set: they lie below our maps and nothing else is asked of their host; where they
// are in GCJ-02 our points lie where the tiles have them, and what is chosen is WGS 84 again. The reckoning in scripts is that of the house.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { deflateSync, crc32 } from "node:zlib";

import { gcj02, wgs84 } from "../web/src/modules/coordinates.js";
import { open } from "./harness.mjs";

const WORDS = "© 测试底图";
let house, host, asked;

/** A tile of one grey, as PNG. */
function tile() {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.from([0, 0, 1, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0]); // 256 by 256, eight bits of grey
  const line = Buffer.concat([Buffer.from([0]), Buffer.alloc(256, 0xc8)]);
  const lines = Buffer.concat(Array.from({ length: 256 }, () => line));
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(lines)), chunk("IEND", Buffer.alloc(0))]);
}

before(async () => {
  asked = [];
  host = createServer((request, response) => {
    asked.push(request);
    response.writeHead(200, { "content-type": "image/png", "access-control-allow-origin": "*" }).end(tile());
  });
  await new Promise((resolve) => host.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${host.address().port}`;
  host.origin = origin;
  house = await open({
    matters: 60,
    env: { TONGXIN_MAP_TILES: `${origin}/{z}/{x}/{y}.png`, TONGXIN_MAP_TILES_WORDS: WORDS, TONGXIN_MAP_TILES_COORDINATES: "gcj02" },
  });
});
after(async () => {
  await house.close();
  host.close();
});

test("the scripts reckon as the house does, over a grid of points", async () => {
  const points = JSON.parse(await readFile(new URL("gcj02-points.json", import.meta.url), "utf8"));
  assert.ok(points.length > 200, `${points.length} points`);
  const near = ([a, b], [c, d]) => Math.abs(a - c) < 1e-8 && Math.abs(b - d) < 1e-8; // a millimetre
  for (const { wgs84: ours, gcj02: theirs } of points) {
    assert.ok(near(gcj02(ours), theirs), `${ours} is ${theirs}, not ${gcj02(ours)}`);
    assert.ok(near(wgs84(theirs), ours), `${theirs} is ${ours}, not ${wgs84(theirs)}`);
  }
});

test("the policy is opened for the tiles' host, for images and connections alone", async () => {
  const answer = await fetch(`${house.base}/report`);
  const policy = new Map(answer.headers.get("content-security-policy").split("; ").map((one) => [one.split(" ")[0], one.split(" ").slice(1).join(" ")]));
  assert.equal(policy.get("img-src"), `'self' blob: ${host.origin}`);
  assert.equal(policy.get("connect-src"), `'self' ${host.origin}`);
  for (const [name, sources] of policy) if (!["img-src", "connect-src"].includes(name)) assert.ok(!sources.includes(host.origin), `${name} ${sources}`);
  assert.match(await (await fetch(`${house.base}/privacy`)).text(), new RegExp(host.origin), "the privacy page says so");
});

test("a page without a map asks the tiles' host for nothing", async () => {
  asked.length = 0;
  const page = await house.page({ width: 390 });
  for (const at of ["/", "/report", "/board", "/map"]) await page.goto(at, { waitUntil: "networkidle" });
  assert.equal(asked.length, 0);
  await page.close();
});

test("the place of a report is chosen on tiles in GCJ-02 and is WGS 84 in the form", async () => {
  const page = await house.page({ width: 390, elsewhere: [host.origin] });
  await page.goto("/report");
  const places = await (await page.request.get(`${house.base}/map/places.json`)).json();
  await page.click("[data-map-open]");
  await page.waitForSelector(".maplibregl-canvas");
  await page.waitForFunction(() => document.querySelectorAll(".map-field__places button").length > 0);
  assert.equal(await page.locator(".map-words").textContent(), WORDS);
  const first = page.locator(".map-field__places button").first();
  const name = await first.textContent();
  await first.click();
  const chosen = await page.evaluate(() => ["lon", "lat"].map((name) => Number(document.querySelector(`[name=${name}]`).value)));
  const there = places.features.filter(({ properties }) => properties.zh === name).map(({ geometry }) => geometry.coordinates);
  assert.ok(there.some(([lon, lat]) => Math.abs(lon - chosen[0]) < 2e-6 && Math.abs(lat - chosen[1]) < 2e-6), `${name} at ${chosen}, not ${there}`);
  assert.ok(asked.length > 0, "tiles were asked for");
  for (const { url, headers } of asked) {
    assert.match(url, /^\/\d+\/\d+\/\d+\.png$/);
    assert.equal(headers.cookie, undefined, "nobody is told who looks");
  }
  await house.shot(page, "tiles-report");
  await page.close();
});

test("a point of ours lies where the tiles have it, and comes back as it was", async () => {
  const page = await house.page({ width: 390, elsewhere: [host.origin] });
  await page.goto("/report");
  const ours = [109.781, 39.611];
  await page.evaluate(([lon, lat]) => Object.entries({ lon, lat }).forEach(([name, value]) => (document.querySelector(`[name=${name}]`).value = value)), ours);
  asked.length = 0;
  await page.click("[data-map-open]");
  await page.waitForSelector(".maplibregl-canvas");
  await page.waitForFunction(() => document.querySelectorAll(".map-field__places button").length > 0);
  for (let tries = 0; tries < 50 && asked.length < 4; tries++) await page.waitForTimeout(100);
  const tiles = asked.map(({ url }) => url.match(/(\d+)\/(\d+)\/(\d+)/).slice(1).map(Number));
  const closest = Math.max(...tiles.map(([z]) => z));
  const at = ([lon, lat]) => [((lon + 180) / 360) * 2 ** closest, ((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** closest];
  const shown = tiles.filter(([z]) => z === closest);
  const middle = [1, 2].map((axis) => shown.reduce((sum, tile) => sum + tile[axis] + 0.5, 0) / shown.length);
  const far = (point) => Math.hypot(...at(point).map((x, axis) => x - middle[axis]));
  assert.ok(far(gcj02(ours)) < 1 && far(gcj02(ours)) < far(ours), `${far(gcj02(ours))} tiles from where the tiles have it, ${far(ours)} from where it is`);
  await page.getByRole("button", { name: "就选这里" }).click();
  const chosen = await page.evaluate(() => ["lon", "lat"].map((name) => Number(document.querySelector(`[name=${name}]`).value)));
  assert.ok(chosen.every((degrees, axis) => Math.abs(degrees - ours[axis]) < 3e-6), `${chosen}`);
  await page.close();
});

test("every map has its tiles and says whose they are", async () => {
  const page = await house.page({ width: 1440, elsewhere: [host.origin] });
  await house.signIn(page, house.account("subdistrict"));
  await page.goto("/desk/map");
  await page.waitForSelector(".matters-map[data-ready]", { timeout: 20_000 });
  assert.equal(await page.locator(".map-words").textContent(), WORDS);
  await house.axe(page, { widths: [1440] });
  await house.shot(page, "tiles-desk");
  await page.goto("/map");
  asked.length = 0;
  await page.click("[data-open-map-start]");
  await page.waitForSelector(".map-frame[data-ready]", { timeout: 20_000 });
  assert.equal(await page.locator(".map-words").textContent(), WORDS);
  for (let tries = 0; tries < 50 && !asked.length; tries++) await page.waitForTimeout(100);
  assert.ok(asked.length > 0, "tiles were asked for");
  await house.axe(page);
  await house.shot(page, "tiles-map");
  await page.close();
});
