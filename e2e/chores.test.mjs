// Why this file exists: what takes longer than a page, as a clerk meets it: a history from a file, looked at, begun, left and found
// again; a long list as a file; people from a table. With a script, without one, by keyboard, axe on every page.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { open } from "./harness.mjs";

let house;
before(async () => { house = await open(); });
after(async () => { await house.close(); });

const HEAD = "工单编号,受理时间,问题描述,问题分类,办结时间,工单状态";
const row = (n) => `${String(n).padStart(5, "0")},2025-03-03 09:00,第 ${n} 盏路灯不亮,供水,,处理中`;
const csv = (name, lines) => ({ name, mimeType: "text/csv", buffer: Buffer.from(`\ufeff${lines.join("\r\n")}\r\n`) });

async function send(page, at, file) {
  await page.goto(`${house.base}${at}`);
  await page.setInputFiles("#f-file", file);
  await page.locator("main form button.button").click();
  await page.waitForSelector(".table");
}

test("a history comes in from a file, looked at first, while its clerk goes on with something else", async () => {
  const page = await house.page({ width: 1440 });
  house.expect(page, 422);
  await house.signIn(page, house.account("admin"));
  await page.goto(`${house.base}/desk/requests`);
  await page.click("a[href='/desk/requests/import']");
  await house.axe(page);

  await send(page, "/desk/requests/import", csv("wrong.csv", [HEAD, row(1), row(2).replace("2025-03-03 09:00", "明天")]));
  assert.match(await page.title(), /^错误/);
  assert.match(await page.locator("tbody tr").first().textContent(), /明天/, "the wrong one first");
  assert.equal(await page.locator("input[name=kept]").count(), 0);
  await house.axe(page);
  await house.shot(page, "chores-wrong");

  const rows = 4_000;
  await send(page, "/desk/requests/import", csv("工单.csv", [HEAD, ...Array.from({ length: rows }, (_, n) => row(n))]));
  assert.match(await page.locator("[data-counts]").textContent(), /新增 4,000 条/);
  await house.axe(page);
  await house.shot(page, "chores-look");
  await page.locator("form:has(input[name=kept]) button").click();
  await page.waitForURL(/\/me\/chores/);
  await page.waitForSelector("progress");
  await house.axe(page);
  await house.shot(page, "chores-running");
  // By keyboard: where the page renews itself, the focus stays.
  await page.locator("form[action$='/drop'] button").focus();
  await page.waitForTimeout(2600);
  assert.match(await page.evaluate(() => document.activeElement.textContent), /从文件导入事项/);

  // Left, and found again, without a script.
  await page.goto(`${house.base}/board`);
  const plain = await house.page({ width: 320, javaScript: false });
  await house.signIn(plain, house.account("admin"));
  for (let n = 0; n < 120 && !(await plain.locator("text=已导入").count()); n++) {
    await plain.goto(`${house.base}/me`);
    await plain.locator("a[href='/me/chores']").click();
    await plain.waitForTimeout(500);
  }
  assert.match(await plain.locator("main").textContent(), /已导入 4,000 件/);
  assert.equal(await plain.locator("progress").count(), 0);
  await plain.locator("form[action$='/drop'] button").click();
  assert.match(await plain.locator("main").textContent(), /已经移除/);
  await plain.close();
  await page.close();
});

test("a long list is made in the background and is its asker's alone", async () => {
  const page = await house.page({ width: 1440 });
  await house.signIn(page, house.account("secretary"));
  await page.goto(`${house.base}/desk/requests?status=received`);
  // As the page of a list that is too long sends it.
  await page.evaluate(() => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: "/desk/requests/export" });
    const csrf = document.querySelector("input[name=csrf]").value;
    for (const [name, value] of Object.entries({ csrf, once: "e2e", query: "status=received&columns=words", file: "csv" })) {
      form.append(Object.assign(document.createElement("input"), { name, value, type: "hidden" }));
    }
    document.body.append(form);
    form.submit();
  });
  await page.waitForURL(/\/me\/chores/);
  const link = page.locator("a[href$='/file']");
  await link.waitFor({ timeout: 30_000 });
  await house.axe(page);
  await house.shot(page, "chores-done");
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  assert.match(download.suggestedFilename(), /^requests-\d{8}-\d{4}\.csv$/);
  assert.ok((await readFile(await download.path(), "utf8")).startsWith("\ufeff编号,"));
  await page.close();
});

test("people come in from a table, each with a link that is shown once", async () => {
  const page = await house.page({ width: 1440 });
  house.expect(page, 422);
  await house.signIn(page, house.account("secretary"));
  await page.goto(`${house.base}/admin/people`);
  await page.click("a[href='/admin/people/import']");
  await house.axe(page);
  const head = "login,name,public_name,role,unit,email";
  const unit = house.account("secretary").unit;
  await send(page, "/admin/people/import", csv("people.csv", [head, `e2e1,王小明,,grid_worker,${unit},`, "x,李,,boss,nowhere,"]));
  assert.equal(await page.locator("input[name=kept]").count(), 0);
  assert.match(await page.locator("tbody").textContent(), /boss/);
  await house.axe(page);
  await send(page, "/admin/people/import", csv("people.csv", [head, `e2e1,王小明,,community_staff,${unit},`]));
  await house.axe(page);
  await house.shot(page, "people-look");
  await page.locator("form:has(input[name=kept]) button").click();
  await page.waitForSelector("text=/welcome/");
  await house.axe(page);
  await house.shot(page, "people-links");
  const links = await page.locator("tbody code").allTextContents();
  assert.equal(links.length, 1);
  const guest = await house.page({ width: 390 });
  await guest.goto(links[0]);
  assert.match(await guest.locator("main").textContent(), /王小明/);
  await guest.close();
  await page.close();
});
