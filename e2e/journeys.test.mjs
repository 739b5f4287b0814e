// The journeys of the main loop, each as its people would walk it: a resident on a phone without an account, a worker on the
// round, a secretary at the desk.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { open } from "./harness.mjs";
import { another } from "./reporting.mjs";

const words = {
  "zh-CN": {
    category: "路灯不亮",
    matter: "三号楼门口路灯不亮，老人晚上看不清台阶",
    place: "康城社区三号楼",
    note: "换了灯泡，已经亮了",
    received: "已收到", accepted: "已受理", done: "已办结", rated: "已评价",
    send: "发送", accept: "受理", publish: "下单", grab: "抢单", start: "开始处理", complete: "办完了", solved: "解决了", rate: "发送评价",
  },
  en: {
    category: "Street light out",
    matter: "The street lamp at building three is out, old people cannot see the steps",
    place: "康城社区 building 3",
    note: "Changed the bulb, it is bright again",
    received: "Received", accepted: "Accepted", done: "Done", rated: "Rated",
    send: "Send", accept: "Accept", publish: "Place an order", grab: "Grab", start: "Start", complete: "Done", solved: "Solved", rate: "Send rating",
  },
};

/** A resident reports; answers the secret link and the number. */
async function report(house, page, w, extra = {}) {
  await page.goto(house.base + (extra.at ?? "/report"));
  await page.selectOption("#f-category", { label: w.category });
  await page.fill("#f-description", extra.matter ?? w.matter);
  if (!extra.at) await page.fill("#f-place", w.place);
  await page.click(`button:has-text("${w.send}")`);
  await another(page);
  await page.waitForURL(/\/r\/.*sent=1/);
  const number = (await page.textContent(".receipt__number")).trim();
  return { link: new URL(page.url()).pathname, number };
}

/** The whole loop, from the first tap to the rating. */
async function wholeLoop(house, lang, options = {}) {
  const w = words[lang];
  const resident = await house.page({ width: 390, lang, ...options });
  const { link, number } = await report(house, resident, w);
  assert.match(number, /^\d{8}-\d{6}-\d{4,}$/);
  await resident.reload(); // a reload sends nothing twice
  await resident.goto(house.base + link);
  assert.ok(await resident.isVisible(`.tag:has-text("${w.received}")`));

  const secretary = await house.page({ width: 1440, lang, ...options });
  await house.signIn(secretary, house.account("secretary", 0));
  await secretary.goto(`${house.base}/desk/requests?status=received`);
  await house.follow(secretary, `a:has-text("${number}")`);
  await secretary.click(`form[action$="/accept"] button`);
  assert.ok(await secretary.isVisible(`.tag:has-text("${w.accepted}")`));
  await secretary.click(`form[action$="/contact"] button`);
  await secretary.click(`form[action$="/publish"] button`);

  const worker = await house.page({ width: 390, lang, ...options });
  await house.signIn(worker, house.account("grid_worker", 0));
  await worker.goto(`${house.base}/work/pool`);
  await worker.click(`li:has-text("${number}") button:has-text("${w.grab}")`);
  await worker.click(`button:has-text("${w.start}")`);
  await worker.fill("#f-note", w.note);
  await worker.click(`form[action$="/complete"] button`);
  await worker.waitForURL(/\/work$/);

  await resident.reload();
  assert.ok(await resident.isVisible(`text=${w.note}`));
  await resident.check(`input[name="solved"][value="yes"]`);
  await resident.check(`input[name="satisfied"][value="5"]`);
  await resident.click(`button:has-text("${w.rate}")`);
  assert.ok(await resident.isVisible(`.tag:has-text("${w.rated}")`));

  await secretary.goto(`${house.base}/board`);
  assert.ok((await secretary.locator(".figure").count()) >= 7, "rates and limits");
  assert.ok((await secretary.locator(".flow-list li").count()) >= 10, "the flow");
  return { resident, secretary, worker, link, number };
}

let house;
before(async () => { house = await open(); });
after(async () => { await house.close(); });

test("the loop in Chinese, with a phone, a desk and a board", async () => {
  await wholeLoop(house, "zh-CN");
});

test("the loop in English", async () => {
  await wholeLoop(house, "en");
});

test("the loop without JavaScript", async () => {
  await wholeLoop(house, "zh-CN", { javaScript: false });
});

test("the loop on PostgreSQL", { skip: process.env.TONGXIN_TEST_POSTGRES ? false : "TONGXIN_TEST_POSTGRES is not set" }, async () => {
  const other = await open({ postgres: true });
  try {
    await wholeLoop(other, "zh-CN");
  } finally {
    await other.close();
  }
});

test("an empty report is named field by field, and keeps what was written", async () => {
  const page = await house.page({ width: 390, lang: "zh-CN" });
  house.expect(page, 422);
  await page.goto(`${house.base}/report`);
  await page.fill("#f-name", "李女士");
  await page.click(`button:has-text("发送")`);
  await page.waitForSelector(".error-summary");
  assert.match(await page.title(), /^错误:/);
  assert.equal(await page.inputValue("#f-name"), "李女士");
  assert.equal(await page.locator(".error-summary li").count(), 3);
  await house.axe(page);
  await page.selectOption("#f-category", { index: 1 });
  await page.fill("#f-description", "走廊的灯坏了");
  await page.fill("#f-place", "康城社区");
  await page.click(`button:has-text("发送")`);
  await another(page);
  await page.waitForURL(/sent=1/);
});

test("a report by keyboard alone", async () => {
  const page = await house.page({ width: 1440, lang: "en" });
  await page.goto(`${house.base}/report`);
  await page.focus("#f-category");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Rubbish beside the gate");
  for (let i = 0; i < 6 && !(await page.evaluate(() => document.activeElement.matches("#f-place"))); i += 1) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.type("康城社区, the gate");
  for (let i = 0; i < 12 && !(await page.evaluate(() => document.activeElement.matches("button.button--large"))); i += 1) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await another(page);
  await page.waitForURL(/sent=1/);
});

test("who comes second is told kindly who was first", async () => {
  const { "zh-CN": w } = words;
  const resident = await house.page({ width: 390, lang: "zh-CN" });
  const { number } = await report(house, resident, w);
  const secretary = await house.page({ width: 1440, lang: "zh-CN" });
  await house.signIn(secretary, house.account("secretary", 0));
  await secretary.goto(`${house.base}/desk/requests?q=${number}`);
  await house.follow(secretary, `a:has-text("${number}")`);
  await secretary.click(`form[action$="/accept"] button`);
  await secretary.click(`form[action$="/publish"] button`);
  const [first, second] = [await house.page({ width: 390, lang: "zh-CN" }), await house.page({ width: 390, lang: "zh-CN" })];
  await house.signIn(first, house.account("grid_worker", 1));
  await house.signIn(second, house.account("part_time", 0));
  await first.goto(`${house.base}/work/pool`);
  await second.goto(`${house.base}/work/pool`);
  house.expect(second, 409);
  const grab = `li:has-text("${number}") button`;
  await first.click(grab);
  await second.click(grab);
  await second.waitForSelector(".notice--warn");
  assert.match(await second.textContent(".notice--warn"), /快了一步/);
  await house.axe(second);
});

test("a question stops the clock, the answer starts it, and a matter can be taken back", async () => {
  const w = words["zh-CN"];
  const resident = await house.page({ width: 320, lang: "zh-CN" });
  const { link, number } = await report(house, resident, w);
  const staff = await house.page({ width: 1440, lang: "zh-CN" });
  await house.signIn(staff, house.account("community_staff", 0));
  await staff.goto(`${house.base}/desk/requests?q=${number}`);
  await house.follow(staff, `a:has-text("${number}")`);
  await staff.fill("#f-text", "是哪一盏灯？");
  await staff.check("input[name=way][value=question]");
  await staff.click(`form[action$="/message"] button`);
  assert.ok(await staff.isVisible(".limit--paused"));
  await resident.goto(house.base + link);
  assert.ok(await resident.isVisible("text=是哪一盏灯？"));
  await resident.fill("#f-text", "单元门左边那盏");
  await resident.click(`form[action$="/message"] button`);
  assert.ok(await resident.isVisible(".limit--green"));
  await house.axe(resident);
  await resident.click("summary");
  await resident.click(`form[action$="/withdraw"] button`);
  assert.ok(await resident.isVisible(`.tag:has-text("已撤回")`));
});

test("nothing of the desk opens without signing in, and sign-in leads back", async () => {
  const page = await house.page({ width: 1440, lang: "zh-CN" });
  await page.goto(`${house.base}/desk/requests?status=open`);
  assert.equal(new URL(page.url()).pathname, "/sign-in");
  const account = house.account("secretary", 1);
  await page.fill("#f-login", account.login);
  await page.fill("#f-password", account.password);
  await page.click(".button--large");
  await page.waitForURL(/desk\/requests\?status=open/);
  house.expect(page, 403);
  await page.goto(`${house.base}/work`);
  assert.match(await page.textContent("h1"), /./);
});

// Pages of a moment, which pages.test.mjs does not find by following links: axe finds nothing in any language or look.
for (const lang of ["zh-CN", "en"]) {
  for (const look of ["light", "dark", "elder"]) {
    test(`sent, done and not found in ${lang}, ${look}`, async () => {
      const dark = look === "dark";
      const elder = async (page) => {
        if (look !== "elder") return;
        await page.goto(house.base);
        await page.click(".switch--elder");
      };
      const visit = async (page, name, path) => {
        await page.goto(house.base + path);
        await house.axe(page);
        await house.shot(page, `${name}-${lang}-${look}`);
      };
      const street = await house.page({ width: 390, lang, dark });
      await elder(street);
      const { link } = await report(house, street, words[lang]);
      await visit(street, "sent", `${link}?sent=1`);
      house.expect(street, 404);
      await visit(street, "not-found", "/nowhere");
      const desk = await house.page({ width: 1440, lang, dark });
      await elder(desk);
      await house.signIn(desk, house.account("secretary", 0));
      await visit(desk, "matter-done", await rated(desk));
    });
  }
}

/** A matter that has been through the whole loop. */
async function rated(desk) {
  await desk.goto(`${house.base}/desk/requests?status=rated`);
  return desk.getAttribute("tbody th a", "href");
}
