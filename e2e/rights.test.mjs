// People come and stand in, what is dangerous needs two, everybody sees what is held about them and who looked: in a browser, with
// axe on every page, in both languages, on a phone and at a desk.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { open } from "./harness.mjs";

let house;
before(async () => (house = await open()));
after(() => house.close());

async function seat(role, options = {}, n = 0) {
  const page = await house.page({ width: 1440, lang: "zh-CN", ...options });
  await house.signIn(page, house.account(role, n));
  return page;
}

/** Looks at a page: it is reached, axe finds nothing, and a picture is kept. */
async function look(page, path, name) {
  await page.goto(`${house.base}${path}`);
  await house.axe(page);
  await house.shot(page, name);
}

async function reported(words) {
  const body = {
    category: "0201", description: words, location: { lat: 39.6125, lon: 109.784 },
    contact: { name: "欧阳晓", phone: "13987651234" },
  };
  const reply = await fetch(`${house.base}/api/v1/requests`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });
  assert.equal(reply.status, 201);
  return reply.json();
}

test("a secretary brings somebody in, with a first and a last day", async () => {
  const page = await seat("secretary");
  await look(page, "/admin/people", "people-list");
  await page.click("a[href='/admin/people/new']");
  await house.axe(page);
  await page.fill("[name=name]", "新来的网格员");
  await page.fill("[name=login]", "newcomer");
  await page.selectOption("[name=role]", "grid_worker");
  await page.selectOption("[name=unit]", { index: 2 });
  await page.fill("[name=until]", "2099-12-31");
  house.expect(page, 422);
  await page.click("main form.form button");
  await page.waitForSelector(".error-summary");
  await house.axe(page);
  await page.fill("[name=until]", "");
  await page.click("main form.form button");
  await page.waitForSelector("#invitation");
  await house.axe(page);
  await house.shot(page, "people-invited");
  const link = await page.textContent("#invitation");
  assert.match(link, /\/welcome\//);
  await page.close();
});

test("somebody stands in, by the holder's own hand on a phone", async () => {
  const page = await seat("grid_worker", { width: 320 });
  await look(page, "/me", "me-320");
  await look(page, "/me/posts", "own-posts-320");
  await page.selectOption("[name=deputy]", { index: 1 });
  const soon = new Date(Date.now() + 5 * 24 * 3600 * 1000).toISOString().slice(0, 10);
  await page.fill("[name=until]", soon);
  await page.click("form[action='/me/posts/stand-in'] button");
  await page.waitForSelector("form[action='/me/posts/end']");
  await house.axe(page);
  await page.click("form[action='/me/posts/end'] button");
  await page.waitForSelector(".notice--good");
  await page.close();
});

test("two people change a rule, and the house says why somebody may not", async () => {
  const admin = await seat("admin");
  await look(admin, "/admin/rules", "rules");
  await admin.fill("[name=rules]", 'forbid (principal, action == Action::"requests.slip", resource);');
  await admin.fill("[name=reason]", "test");
  house.expect(admin, 422);
  await admin.click("main form.form button");
  await admin.waitForSelector(".error-summary");
  await house.axe(admin);
  const rule = 'forbid (principal, action == Action::"requests.reveal", resource)\nwhen { context.anywhere.contains("part_time") };';
  await admin.fill("[name=rules]", rule);
  await admin.click("main form.form button");
  await admin.waitForSelector("text=您提出的");
  await house.axe(admin);
  const lead = await seat("subdistrict", { lang: "en" });
  await look(lead, "/admin/approvals", "approvals-en");
  await lead.click("details.confirm summary");
  await lead.click("form[action$='/approve'] button");
  await lead.waitForSelector("text=Approved, and done");
  await look(admin, "/admin/access?person=admin&action=orders.grab", "access");
  await look(admin, "/admin/access?person=anyone&action=requests.report", "access-yes");
  await admin.close();
  await lead.close();
});

test("a reporter sees who looked and why, takes it along, and is forgotten", async () => {
  const matter = await reported("我叫李秀英，电话13800138000，3号楼门口的路灯不亮");
  const desk = await seat("secretary");
  await desk.goto(`${house.base}/desk/requests/${matter.id}`);
  await desk.click("summary:has-text('显示电话')");
  await house.axe(desk);
  await desk.click("form[action$='/reveal'] button[value=visit]");
  await desk.waitForSelector("text=13987651234");
  const auditor = await seat("auditor");
  await look(auditor, "/admin/looks", "looks");
  const page = await house.page({ width: 320, lang: "zh-CN", elder: true });
  await look(page, `/rights/${matter.token}`, "rights-320-elder");
  await page.waitForSelector("text=为了找到地点");
  const dark = await house.page({ width: 1440, lang: "en", dark: true });
  await look(dark, `/rights/${matter.token}`, "rights-dark-en");
  // What is released of it: what seems to tell who somebody is, is found.
  await look(desk, `/desk/requests/${matter.id}/share`, "share");
  assert.match(await desk.inputValue("[name=words]"), /某某.*［电话］/);
  await desk.fill("[name=words]", "3号楼门口的路灯不亮");
  await desk.click("form[action$='/share'] button");
  await desk.waitForURL(/\/desk\/requests\/[^/]+$/);
  await look(page, "/matters", "matters-320-elder");
  await page.waitForSelector("text=3号楼门口的路灯不亮");
  await page.goto(`${house.base}/rights/${matter.token}`);
  await page.click("details.confirm summary");
  await page.click("form[action$='/erase'] button");
  await page.waitForSelector("text=已经删除");
  await house.axe(page);
  house.expect(page, 404);
  await page.goto(`${house.base}/r/${matter.token}`);
  for (const one of [desk, auditor, page, dark]) await one.close();
});

test("what is held, agreed to and published is open to read", async () => {
  const page = await seat("grid_worker", { width: 390, lang: "en" });
  await look(page, "/me/data", "me-data-390-en");
  await look(page, "/me/consents", "consents-390-en");
  await look(page, "/privacy/register", "register-390-en");
  const wide = await house.page({ width: 1440, lang: "zh-CN", dark: true });
  await look(wide, "/figures", "figures-dark");
  await look(wide, "/privacy/register", "register-dark");
  await page.close();
  await wide.close();
});
