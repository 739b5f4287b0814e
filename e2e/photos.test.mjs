// Why this file exists: photos, as people send them and look at them: with a script (made smaller, sent while the rest is being
// written) and without one (a plain field that loses nothing), from the report to the finished work.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { open } from "./harness.mjs";
import { another } from "./reporting.mjs";

let house;
before(async () => { house = await open(); });
after(async () => { await house.close(); });

/** A file for a file field, drawn by a browser: a street at night, or whatever the colours make of it. */
async function drawn(name, [above, below], { width = 3000, height = 2000, type = "image/jpeg" } = {}) {
  const page = await house.page();
  const url = await page.evaluate(([above, below, width, height, type]) => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height });
    const pen = canvas.getContext("2d");
    pen.fillStyle = above;
    pen.fillRect(0, 0, width, height);
    pen.fillStyle = below;
    pen.fillRect(0, height * 0.6, width, height);
    for (let at = 0; at < 4000; at += 1) { // some grain, so that it weighs what photos weigh
      pen.fillStyle = `rgb(${(at * 37) % 255} ${(at * 91) % 255} ${(at * 13) % 255} / 40%)`;
      pen.fillRect((at * 7919) % width, (at * 104729) % height, 40, 40);
    }
    return canvas.toDataURL(type, 0.95);
  }, [above, below, width, height, type]);
  await page.context().close();
  return { name, mimeType: type, buffer: Buffer.from(url.split(",")[1], "base64") };
}

async function fillIn(page, place = "康城社区三号楼") {
  await page.goto(`${house.base}/report`);
  await page.selectOption("#f-category", "0201");
  await page.fill("#f-description", "三号楼门口路灯不亮，老人晚上看不清台阶");
  await page.fill("#f-place", place);
}

/** Every photo on the page is really there; answers how many. */
async function photosOn(page) {
  await page.waitForLoadState("load");
  const widths = await page.$$eval(".photo img", async (images) => {
    for (const image of images) {
      image.loading = "eager";
      await image.decode();
    }
    return images.map((image) => image.naturalWidth);
  });
  assert.ok(widths.every((width) => width > 0 && width <= 400), String(widths));
  return widths.length;
}

const send = (page) => page.click("main form.form button.button--large");

async function called(account, path, body = {}) {
  const headers = { "content-type": "application/json", authorization: `Bearer ${account.token}` };
  const reply = await fetch(`${house.base}/api/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  assert.ok(reply.ok, `${path}: ${reply.status} ${await reply.clone().text()}`);
  return reply.json();
}

async function looked(page, name) {
  await house.axe(page);
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await house.shot(page, `${name}-${width}`);
  }
  await page.setViewportSize({ width: 390, height: 844 });
}

test("two photos with a report, before and after from the worker", async () => {
  const resident = await house.page({ width: 390 });
  await fillIn(resident);
  await resident.evaluate(() => {
    window.sizes = [];
    const { send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.send = function (body) {
      window.sizes.push(body.size);
      return send.call(this, body);
    };
  });
  const lamp = await drawn("IMG_0001.jpg", ["#0b1026", "#3a3226"]);
  const stairs = await drawn("IMG_0002.png", ["#20304a", "#6b5b45"], { type: "image/png", width: 2400, height: 1800 });
  await resident.setInputFiles("#f-photos", [lamp, stairs]);
  await resident.waitForFunction(() => document.querySelectorAll("input[name=kept]").length === 2, null, { timeout: 60_000 });
  const sizes = await resident.evaluate(() => window.sizes);
  assert.ok(sizes.length === 2 && sizes.every((size) => size > 0 && size < lamp.buffer.length), `made smaller: ${sizes}`);
  assert.match(await resident.textContent(".photo-field__say"), /2/);
  await looked(resident, "photos-report");
  await send(resident);
  await another(resident);
  await resident.waitForURL(/sent=1/);
  assert.equal(await photosOn(resident), 2);
  const link = new URL(resident.url()).pathname;
  const number = (await resident.textContent(".receipt__number")).trim();

  const secretary = house.account("secretary", 0);
  const desk = await house.page({ width: 1280 });
  await house.signIn(desk, secretary);
  await desk.goto(`${house.base}/desk/requests?q=${number}`);
  await house.follow(desk, `a:has-text("${number}")`);
  const id = new URL(desk.url()).pathname.split("/").pop();
  assert.equal(await photosOn(desk), 2);
  await looked(desk, "photos-desk");
  await called(secretary, `requests/${id}/accept`);
  const order = (await called(secretary, `requests/${id}/publish`)).order.id;
  const grid = house.account("grid_worker", 0);
  await called(grid, `orders/${order}/grab`);
  await called(grid, `orders/${order}/start`);

  const worker = await house.page({ width: 390 });
  await house.signIn(worker, grid);
  await worker.goto(`${house.base}/work/orders/${order}`);
  assert.equal(await photosOn(worker), 2);
  await worker.click('details:has(form[action$="/before"]) summary');
  await worker.setInputFiles("#f-before", [await drawn("b.jpg", ["#111", "#222"], { width: 800, height: 600 })]);
  await worker.waitForSelector('form[action$="/before"] input[name=kept]', { state: "attached" });
  await worker.click('form[action$="/before"] > button');
  await worker.waitForFunction(() => document.querySelectorAll(".photo img").length === 3);
  await worker.setInputFiles("#f-photos", [await drawn("a.jpg", ["#ffe9a8", "#c9a06a"], { width: 1200, height: 900 })]);
  await worker.waitForSelector('form[action$="/complete"] input[name=kept]', { state: "attached" });
  await looked(worker, "photos-order");
  await worker.fill("#f-note", "换了灯泡，已经亮了");
  await worker.click('form[action$="/complete"] > button');
  await worker.waitForURL(/\/work$/);

  await resident.goto(house.base + link);
  assert.equal(await photosOn(resident), 4);
  await looked(resident, "photos-follow");
  const large = await resident.getAttribute(".photo", "href");
  const reply = await resident.request.get(house.base + large);
  assert.equal(reply.headers()["content-type"], "image/jpeg");
  const bare = await resident.request.get(house.base + large.replace(/&token=.*/, ""));
  assert.equal(bare.status(), 404);
});

test("without a script a form that comes back keeps its photos", async () => {
  const resident = await house.page({ width: 390, javaScript: false });
  house.expect(resident, 422);
  await fillIn(resident, "");
  const one = await drawn("a.jpg", ["#335", "#553"], { width: 900, height: 700 });
  const two = await drawn("b.jpg", ["#353", "#535"], { width: 900, height: 700 });
  const text = { name: "c.jpg", mimeType: "image/jpeg", buffer: Buffer.from("路灯坏了") };
  await resident.setInputFiles("#f-photos", [one, two, text]);
  await send(resident);
  await resident.waitForSelector(".error-summary");
  assert.equal(await resident.locator('input[name="kept"]').count(), 2);
  assert.equal(await resident.inputValue("#f-description"), "三号楼门口路灯不亮，老人晚上看不清台阶");
  await house.shot(resident, "photos-came-back-390");
  await resident.locator('input[name="dropped"]').first().check();
  await resident.fill("#f-place", "康城社区三号楼");
  await send(resident);
  await another(resident);
  await resident.waitForURL(/sent=1/);
  assert.equal(await resident.locator(".photo img").count(), 1);
});

test("what cannot be sent says so, and a form waits for what is on its way", async () => {
  const resident = await house.page({ width: 390, lang: "en" });
  house.expect(resident, 422);
  await fillIn(resident);
  await resident.setInputFiles("#f-photos", [{ name: "note.jpg", mimeType: "image/jpeg", buffer: Buffer.from("words") }]);
  await resident.waitForSelector(".photo-row--failed");
  assert.match(await resident.textContent(".photo-row__words"), /not a photo/);
  await send(resident); // held back: nothing is lost in silence
  assert.equal(new URL(resident.url()).pathname, "/report");
  await looked(resident, "photos-failed-en");
  await resident.click(".photo-row button:has-text('Leave out')");
  assert.equal(await resident.locator(".photo-row").count(), 0);
  // A slow line: pressing Send while a photo is on its way.
  await resident.route("**/api/v1/files", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue();
  });
  await resident.setInputFiles("#f-photos", [await drawn("a.jpg", ["#335", "#553"])]);
  await send(resident);
  await resident.waitForFunction(() => /still being sent/.test(document.querySelector(".photo-field__say").textContent));
  await another(resident);
  await resident.waitForURL(/sent=1/);
  assert.equal(await photosOn(resident), 1);
  // Six at once: five go, and the page says so. One that is cancelled is gone.
  await resident.unroute("**/api/v1/files");
  await fillIn(resident);
  const small = await drawn("s.jpg", ["#335", "#553"], { width: 300, height: 200 });
  await resident.setInputFiles("#f-photos", Array(6).fill(small));
  await resident.waitForFunction(() => document.querySelectorAll("input[name=kept]").length === 5);
  await resident.locator(".photo-row button:visible").first().click();
  assert.equal(await resident.locator(".photo-row").count(), 4);
});

for (const lang of ["zh-CN", "en"]) {
  for (const look of ["light", "dark", "elder"]) {
    test(`photos look right in ${lang}, ${look}`, async () => {
      const resident = await house.page({ width: 390, lang, dark: look === "dark" });
      house.expect(resident, 422);
      if (look === "elder") {
        await resident.goto(house.base);
        await resident.click(".switch--elder");
      }
      await fillIn(resident);
      const photo = await drawn("a.jpg", ["#0b1026", "#c9a06a"], { width: 1200, height: 900 });
      const text = { name: "note.jpg", mimeType: "image/jpeg", buffer: Buffer.from("words") };
      await resident.setInputFiles("#f-photos", [photo, photo, text]);
      await resident.waitForFunction(() => document.querySelectorAll("input[name=kept]").length === 2, null, { timeout: 60_000 });
      await resident.waitForSelector(".photo-row--failed");
      await looked(resident, `photos-form-${lang}-${look}`);
      await resident.locator(".photo-row--failed button").last().click();
      await send(resident);
      await another(resident);
      await resident.waitForURL(/sent=1/);
      await photosOn(resident);
      await looked(resident, `photos-sent-${lang}-${look}`);
    });
  }
}
