// Everything around the loop, as a clerk, a worker, another office and two residents walk it: triage, calling another
// unit, waiting, materials, merging, splitting, leaving out, two clerks at once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { open } from "./harness.mjs";

let house;
before(async () => (house = await open()));
after(() => house.close());

/** Reports by the API: what comes before the desk is walked elsewhere. Answers id, number and token. */
async function report(words, extra = {}) {
  const body = { category: "0201", description: words, location: { lat: 39.6125, lon: 109.784 }, ...extra };
  const reply = await fetch(`${house.base}/api/v1/requests`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });
  assert.equal(reply.status, 201);
  return reply.json();
}

async function desk(role = "secretary", n = 0, options = {}) {
  const page = await house.page({ width: 1440, lang: "zh-CN", ...options });
  await house.signIn(page, house.account(role, n));
  return page;
}

const at = (matter) => `${house.base}/desk/requests/${matter.id}`;
const todo = (page, verb) => page.locator(`form[action$="/${verb}"]`);
/** Opens the drawer a form is in and answers the form. */
async function drawer(page, verb) {
  const form = todo(page, verb);
  const details = page.locator("details", { has: form });
  if ((await details.getAttribute("open")) === null) await details.locator("summary").click();
  return form;
}

test("a matter is corrected, split and merged, and its reporters follow", async () => {
  const [lamp, again] = [await report("3号楼路灯不亮，垃圾也没清"), await report("3号楼门口的灯坏了")];
  const page = await desk();
  await page.goto(at(lamp));
  await house.axe(page);
  await house.shot(page, "desk-matter-received");

  const split = await drawer(page, "split");
  await split.locator("select").selectOption("0101");
  await split.locator("textarea").fill("垃圾没清");
  await split.locator("button").click();
  await page.waitForSelector("text=拆出来的");

  await page.goto(at(again));
  const merge = await drawer(page, "merge");
  await merge.locator("input[name=into]").fill("20200101-000000-0001");
  house.expect(page, 422);
  await merge.locator("button").click();
  await page.waitForSelector(".error-summary");
  const into = page.locator(`form[action$="/merge"] input[name=into]`);
  await into.fill(lamp.number);
  await page.locator(`form[action$="/merge"] button`).click();
  await page.waitForSelector(`a:has-text("${lamp.number}")`);
  assert.ok(await page.isVisible(".tag--closed"));

  const reporter = await house.page({ width: 320, lang: "zh-CN" });
  await reporter.goto(`${house.base}/r/${again.token}`);
  assert.ok(await reporter.isVisible(`text=${lamp.number}`), "the old link leads to the matter it is part of");
  await house.axe(reporter);
  await reporter.goto(`${house.base}/r/${lamp.token}`);
  await reporter.click(".notice--info a");
  assert.ok(await reporter.isVisible("text=垃圾没清"));

  await page.goto(at(lamp));
  const move = await drawer(page, "move");
  await move.locator("select[name=category]").selectOption("0202");
  await move.locator("button").click();
  await page.waitForSelector('h1:has-text("井盖")');
});

test("another office is called, answers in time, and sees nothing else", async () => {
  const matter = await report("路灯电线被挖断");
  const page = await desk();
  await page.goto(at(matter));
  const call = await drawer(page, "delegate");
  await call.locator("select").selectOption("150603003901");
  await call.locator("textarea").fill("请到现场核实施工单位");
  await call.locator("input[name=whistle_limit]").fill("2wh");
  await call.locator("button").click();
  await page.waitForSelector("#calls");

  const office = await house.page({ width: 1440, lang: "zh-CN" });
  await house.signIn(office, house.accounts.find((account) => account.unit === "150603003901"));
  await office.goto(`${house.base}/desk/whistles`);
  await house.axe(office);
  await house.shot(office, "desk-whistles");
  await office.click(".row__title a");
  assert.equal(await todo(office, "accept").count(), 0, "the matter is not theirs");
  await house.axe(office);
  await todo(office, "answer").locator("textarea").fill("已核实，施工单位今晚恢复");
  await todo(office, "answer").locator("button").click();
  await office.waitForURL(/\/desk\/whistles$/);
  await page.reload();
  assert.ok(await page.isVisible("text=已核实，施工单位今晚恢复"));
  await house.shot(page, "desk-matter-called");
});

test("of two clerks the second is told, and nothing they wrote is lost", async () => {
  const matter = await report("两个人同时看这一件");
  const [first, second] = [await desk(), await desk("community_staff")];
  await first.goto(at(matter));
  await second.goto(at(matter));
  await todo(first, "accept").locator("button").click();
  await first.waitForSelector(".tag--accepted");
  const decline = await drawer(second, "decline");
  await decline.locator("input[name=reason]").fill("这是我写的理由");
  house.expect(second, 409);
  await decline.locator("button").click();
  await second.waitForSelector(".notice--warn");
  assert.match(await second.textContent(".notice--warn"), /有人改了/);
  assert.equal(await second.inputValue(`form[action$="/decline"] input[name=reason]`), "这是我写的理由");
  assert.ok(await second.isVisible(".tag--accepted"));
  await house.axe(second);
});

test("a worker waits, writes down material, tells the reporter, and finishes", async () => {
  const matter = await report("路灯要换灯头");
  const page = await desk();
  await page.goto(at(matter));
  await todo(page, "accept").locator("button").click();
  await page.waitForSelector(".tag--accepted");
  await todo(page, "publish").locator("button").click();
  await page.waitForSelector(".tag--open");

  const worker = await house.page({ width: 320, lang: "zh-CN" });
  await house.signIn(worker, house.account("grid_worker", 3));
  await worker.goto(`${house.base}/work/pool`);
  await worker.click(`li:has-text("${matter.number}") button`);
  await worker.waitForSelector(".notice--good");
  await house.axe(worker);
  await house.shot(worker, "round-order-grabbed");
  await todo(worker, "start").locator("button").click();
  await worker.waitForSelector(".tag--working");
  const wait = await drawer(worker, "wait");
  await wait.locator("select").selectOption("parts");
  await wait.locator("button").click();
  await worker.waitForSelector(".limit--paused");
  await house.shot(worker, "round-order-waiting");
  const material = await drawer(worker, "material");
  await material.locator("[name=name]").fill("灯头");
  await material.locator("[name=amount]").fill("1 个");
  await material.locator("[name=cost]").fill("31.5元");
  house.expect(worker, 422);
  await material.locator("button").click();
  await worker.waitForSelector(".error-summary");
  await worker.locator("[name=cost]").fill("31.5");
  await todo(worker, "material").locator("button").click();
  await worker.waitForSelector("text=灯头 1 个，31.50 元");
  const say = await drawer(worker, "message");
  await say.locator("textarea").fill("灯头明天到货");
  await say.locator("[value=update]").check();
  await say.locator("button").click();
  await worker.waitForSelector("text=灯头明天到货");
  await todo(worker, "resume").locator("button").click();
  await worker.waitForSelector(".limit--green");
  await worker.locator("#f-note").fill("灯头换好了");
  await todo(worker, "complete").locator("button").first().click();
  await worker.waitForURL(/\/work$/);

  const reporter = await house.page({ width: 390, lang: "zh-CN" });
  await reporter.goto(`${house.base}/r/${matter.token}`);
  assert.ok(await reporter.isVisible("text=灯头明天到货"));
  await house.shot(reporter, "follow-done");
  await page.reload();
  await house.axe(page);
  await house.shot(page, "desk-matter-done");

  // Left out of the assessment: one asks, another decides.
  const exclude = await drawer(page, "exclude");
  await exclude.locator("select").selectOption("weather");
  await exclude.locator("input[name=exclude_text]").fill("暴雪停工");
  await exclude.locator("button").click();
  await page.waitForSelector("text=等街道决定");
  const above = await desk("subdistrict");
  await above.goto(at(matter));
  await todo(above, "decide").locator("[value=yes]").click();
  await above.waitForSelector(".flag");
});

test("what looks like advertising is held back until somebody lets it through", async () => {
  const matter = await report("代开发票 http://a.example 加微信 http://b.example");
  const page = await desk();
  await page.goto(`${house.base}/desk/requests?held=1`);
  await house.axe(page);
  await house.shot(page, "desk-held");
  await house.follow(page, `a:has-text("${matter.number}")`);
  await todo(page, "release").locator("button").click();
  await page.waitForSelector(".tag--received");
  assert.equal(await todo(page, "release").count(), 0);
});

for (const lang of ["zh-CN", "en"]) {
  for (const look of ["light", "dark", "elder"]) {
    test(`the desk's and the round's pages stand in ${lang}, ${look}`, async () => {
      const matter = await report(`看一看这一页 ${lang} ${look}`);
      const page = await desk("secretary", 0, { lang, dark: look === "dark" });
      if (look === "elder") await page.click('button[name="mode"], form:has([name="mode"]) button');
      for (const [name, path] of [["list", "/desk/requests"], ["matter", `/desk/requests/${matter.id}`]]) {
        await page.goto(house.base + path);
        for (const details of await page.locator("details").all()) await details.evaluate((d) => (d.open = true));
        await house.axe(page);
        await house.shot(page, `desk-${name}-${lang}-${look}`);
      }
    });
  }
}
