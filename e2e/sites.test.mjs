// Why this file exists: a clerk adds a site, somebody at its sign finds it and reports there, two clerks do not overwrite one
// another; every page on the way stands axe at every width.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";

test("a site from the register to its sign", async () => {
  const house = await open();
  try {
    const desk = await house.page({ width: 1440 });
    await house.signIn(desk, house.account("secretary"));
    await desk.goto("/desk/sites");
    await house.axe(desk);
    await desk.goto("/desk/sites/new");
    await house.axe(desk);

    house.expect(desk, 422, 409);
    await desk.fill("#f-name", "旅程同心站");
    await desk.fill("#f-phone", "13800138000");
    await save(desk);
    assert.equal(await desk.evaluate(() => document.activeElement.className), "error-summary", "the errors have the focus");
    assert.match(await desk.title(), /^错误:/);
    assert.equal(await desk.inputValue("#f-name"), "旅程同心站", "nothing typed is lost");
    await house.axe(desk);

    await desk.selectOption("#f-level", "station");
    await desk.selectOption("#f-unit", house.account("secretary").unit);
    await desk.fill("#f-address", "一楼大厅");
    await desk.fill("#f-phone", "0477-8590101");
    await desk.fill("#f-hours", "1-7 00:00-24:00");
    await desk.check("#f-services");
    await desk.fill("#f-lat", "39.61");
    await desk.fill("#f-lon", "109.78");
    await save(desk);
    await desk.waitForURL(/done=added/);
    await house.axe(desk);
    const code = new URL(desk.url()).pathname.split("/").pop();

    // The street, without a script: the code typed as it is read out, the page, the report.
    const street = await house.page({ width: 390, javaScript: false });
    await street.goto("/q");
    await street.fill("#f-code", `${code.slice(0, 3)} ${code.slice(3)}`.toLowerCase());
    await street.locator("main form button").click();
    await street.waitForURL(`**/q/${code}`);
    assert.match(await street.textContent("main"), /旅程同心站/);
    assert.equal(await street.getAttribute(".door--main", "href"), `/report?site=${code}`);
    const seen = await house.page({ width: 390 });
    for (const path of [`/q/${code}`, "/sites", "/sites?q=旅程"]) {
      await seen.goto(path);
      assert.match(await seen.textContent("main"), /旅程同心站/);
      await house.axe(seen);
    }
    house.expect(seen, 404);
    await seen.goto("/q/000000");
    await house.axe(seen);

    // Two clerks: the second one is shown what the first one saved, and loses nothing.
    const other = await house.page({ width: 1440 });
    house.expect(other, 409);
    await house.signIn(other, house.account("secretary"));
    await other.goto(`/desk/sites/${code}`);
    await desk.goto(`/desk/sites/${code}`);
    await desk.fill("#f-address", "二楼大厅");
    await save(desk);
    await desk.waitForURL(/done=saved/);
    await other.fill("#f-name", "旅程同心驿站");
    await save(other);
    assert.match(await other.textContent(".error-summary"), /二楼大厅/);
    assert.equal(await other.inputValue("#f-name"), "旅程同心驿站");
    await house.axe(other);
    await house.shot(other, "sites-two-clerks");
  } finally {
    await house.close();
  }
});

async function save(page) {
  await Promise.all([page.waitForResponse((response) => response.request().method() === "POST"), page.locator("main .form .actions button").click()]);
  await page.waitForLoadState("load");
}
