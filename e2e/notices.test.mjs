// Why this file exists: who reports may leave an address and gets a letter with a link that works; who is given an order sees
// so in the head of every page; the pages of both stand axe at every width.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";
import { another } from "./reporting.mjs";
import { postOffice } from "./post.mjs";

async function until(what, holds) {
  for (let tries = 0; tries < 150; tries += 1) {
    const found = await holds();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain: ${what}`);
}

test("a letter to a reporter, a notice to a worker", async () => {
  const post = await postOffice();
  // Nothing but this journey happens here: the clock of the demo's own orders would give notice of them whenever they are late.
  const house = await open({ matters: 0, env: { TONGXIN_MAIL: `smtp://127.0.0.1:${post.port}`, TONGXIN_MAIL_FROM: "tongxin@example.cn" } });
  const by = async (account, path, body) => {
    const headers = { "content-type": "application/json", ...(account ? { authorization: `Bearer ${account.token}` } : {}) };
    const reply = await fetch(`${house.base}/api/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    assert.ok(reply.ok, `${path}: ${reply.status} ${await reply.clone().text()}`);
    return reply.json();
  };
  try {
    // The street: a report with an address; a wrong one is sent back with everything typed.
    const street = await house.page({ width: 390 });
    house.expect(street, 422);
    await street.goto("/report");
    await street.selectOption("#f-category", "0201");
    await street.fill("#f-description", "门口的灯坏了三天");
    await street.fill("#f-place", "东门");
    await street.evaluate(() => document.querySelector("#f-email").setAttribute("type", "text"));
    await street.fill("#f-email", "li@");
    await street.locator("main form.form button.button--large").click();
    await street.waitForSelector("#f-email-error");
    assert.equal(await street.inputValue("#f-description"), "门口的灯坏了三天");
    await house.axe(street);
    await street.fill("#f-email", "li@example.com");
    await street.locator("main form.form button.button--large").click();
    await another(street);
    await street.waitForURL(/\/r\/.*sent=1/);
    const link = new URL(street.url()).pathname;
    const number = (await street.textContent(".receipt__number")).trim();

    const secretary = house.account("secretary");
    const list = await fetch(`${house.base}/api/v1/requests?q=${number}`, { headers: { authorization: `Bearer ${secretary.token}` } });
    const { id } = (await list.json()).items[0];
    await by(secretary, `requests/${id}/accept`, {});
    const letter = await until("the letter", () => post.letters.find((one) => one.to === "li@example.com"));
    assert.match(letter.subject, /已受理/);
    assert.ok(letter.subject.includes(number));
    assert.ok(!letter.text.includes("坏了三天"), "nobody's words go by mail");
    const address = letter.text.match(/https?:\/\/\S+/)[0];
    assert.equal(address, `${house.base}${link}`);
    const reader = await house.page({ width: 390, javaScript: false });
    await reader.goto(address);
    assert.match(await reader.textContent("main"), /已受理/);

    // The round: an order changes hands, and the other worker sees it in the head of the page.
    const [first, second] = house.accounts.filter((one) => one.role === "grid_worker");
    const { order } = await by(secretary, `requests/${id}/publish`, {});
    await by(first, `orders/${order.id}/grab`, {});
    const worker = await house.page({ width: 390 });
    await house.signIn(worker, second);
    await worker.goto("/work");
    const before = await worker.locator(".masthead .switch__count").count();
    assert.equal(before, 0, "nothing to read yet");
    await by(secretary, `orders/${order.id}/transfer`, { to: second.login });
    await until("the count", async () => {
      await worker.reload();
      return (await worker.locator(".masthead .switch__count").count()) === 1;
    });
    await house.axe(worker);
    await worker.goto("/me/notices");
    assert.match(await worker.textContent("main"), /有一单转给您/);
    await house.axe(worker);
    await house.shot(worker, "notices");
    await worker.locator(".row__title a").first().click();
    await worker.waitForURL(`**/work/orders/${order.id}`);
    assert.equal(await worker.locator(".masthead .switch__count").count(), 0, "read");
    await worker.goto("/me");
    await house.axe(worker);

    // When they are there, in their own words; who looks after them sees it.
    await worker.goto("/work/hours");
    await house.axe(worker);
    await worker.fill("#f-hours", "1-7 00:00-24:00");
    await worker.check("#f-skills");
    await worker.locator("form[action='/work/hours'] button:not([type])").click();
    await worker.waitForURL(/done=hours/);
    await house.axe(worker);
    const desk = await house.page({ width: 1440 });
    await house.signIn(desk, house.account("subdistrict"));
    await desk.goto("/desk/workers?only=duty");
    assert.match(await desk.textContent("main"), /1-7 00:00-24:00/);
    await house.axe(desk);

    // The administration: what went out.
    const admin = await house.page({ width: 1440 });
    await house.signIn(admin, house.account("admin"));
    await admin.goto("/admin");
    await house.axe(admin);
    await admin.locator("a.door[href='/admin/outbox']").click();
    await admin.waitForURL("**/admin/outbox");
    const said = await admin.textContent("main");
    assert.match(said, /l\*\*\*@example\.com/);
    assert.ok(!said.includes("li@example.com"));
    await house.axe(admin);
    for (const path of ["/admin/phrases", "/admin/phrases/reply/new", "/admin/categories", "/admin/categories/0201"]) {
      await admin.goto(path);
      await house.axe(admin);
    }
    await admin.goto("/admin/calendar?year=2026&day=2026-10-01");
    assert.equal(await admin.inputValue("#f-date"), "2026-10-01");
    await house.axe(admin);
  } finally {
    await house.close();
    post.close();
  }
});
