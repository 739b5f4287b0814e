// Why this file exists: the desk's table as a clerk uses it: narrowed, ordered, its columns chosen, kept under a name, worked
// through with the keys, several done at once, taken along as a file. axe at every width, with and without a script.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { open } from "./harness.mjs";

test("the desk's table", async () => {
  const house = await open();
  try {
    const desk = await house.page({ width: 1440 });
    await house.signIn(desk, house.account("secretary"));

    // Narrowed and ordered by the form; the address says it all.
    await desk.goto("/desk/requests");
    await desk.selectOption("#f-status", "received");
    await desk.locator(".filter__more summary").click();
    await desk.selectOption("#f-sort", "due");
    await desk.locator(".filter__more input[value=reporters]").check();
    await desk.locator(".filter__more input[value=unit]").uncheck();
    await desk.locator(".filter__do button").click();
    await desk.waitForURL(/status=received.*sort=due.*columns=reporters/);
    const heads = await desk.locator(".table thead th").allTextContents();
    assert.ok(heads.includes("上报人数") && !heads.includes("单位"), heads.join());
    await house.axe(desk);
    await house.shot(desk, "desk-table");

    // The same as a file.
    const [download] = await Promise.all([desk.waitForEvent("download"), desk.locator("a[href*='.csv']").click()]);
    const rows = await desk.locator(".table tbody tr").count();
    const text = await readFile(await download.path(), "utf8");
    assert.equal(text.trim().split("\r\n").length, rows + 1);
    assert.ok(text.split("\r\n")[0].includes("上报人数"));

    // Kept, found again, dropped.
    await desk.fill("#f-name", "先看这些");
    await desk.locator("form[action='/desk/lists'] button").click();
    const tab = desk.locator(".tabs a", { hasText: "先看这些" });
    await tab.waitFor();
    assert.equal(await tab.getAttribute("aria-current"), "page");
    await house.axe(desk);
    await desk.locator("form[action$='/drop'] button").click();
    await desk.waitForURL("**/desk/requests");
    assert.equal(await tab.count(), 0);

    // With the keys alone: down, choose, look at what would happen, do it.
    await desk.goto("/desk/requests?status=received&sort=oldest");
    assert.ok(await desk.locator("[data-keys-hint]").isVisible());
    await desk.keyboard.press("/");
    assert.equal(await desk.evaluate(() => document.activeElement.id), "f-q");
    await desk.keyboard.type("j");
    assert.equal(await desk.inputValue("#f-q"), "j", "who types is not interrupted");
    await desk.fill("#f-q", "");
    await desk.locator(".table tbody a").first().focus();
    await desk.keyboard.press("j");
    await desk.keyboard.press("x");
    const number = await desk.evaluate(() => document.activeElement.textContent);
    assert.equal(await desk.locator(".table tbody input:checked").count(), 1);
    await desk.locator(".together button", { hasText: "先看看" }).focus();
    await desk.keyboard.press("Enter");
    await desk.waitForSelector("button[name=confirmed]");
    assert.ok((await desk.textContent("main")).includes(number));
    await house.axe(desk);
    await desk.locator("button[name=confirmed]").focus();
    await desk.keyboard.press("Enter");
    await desk.waitForSelector(".notice--good");
    await house.axe(desk);
    await house.shot(desk, "desk-together");
    await desk.locator("main a.button").click();
    await desk.waitForURL(/status=received/);
    assert.ok(!(await desk.textContent(".table, .empty")).includes(number), "it is accepted");

    // On a telephone, without a script, for somebody who wants it large.
    const small = await house.page({ width: 320, javaScript: false, lang: "en" });
    await house.signIn(small, house.account("subdistrict"));
    await small.goto("/desk/requests?limit=green");
    await house.shot(small, "desk-table-small");
    assert.ok(!(await small.locator("[data-keys-hint]").isVisible()));
  } finally {
    await house.close();
  }
});

test("list and matter side by side", async () => {
  const house = await open();
  try {
    const desk = await house.page({ width: 1440 });
    await house.signIn(desk, house.account("subdistrict"));
    await desk.goto("/desk/requests?status=received&sort=oldest");
    const [first, second] = await desk.locator("tbody th a.number").allTextContents();
    await desk.locator("tbody th a.number").first().click();
    await desk.waitForURL(/[?&]open=/);
    await desk.locator(".split__pane .number", { hasText: first }).waitFor();
    assert.equal(await desk.locator("tr[aria-current=true] a.number").textContent(), first);
    await house.axe(desk, { widths: [1440] });
    await house.shot(desk, "desk-split");

    // The address says it: a reload, back and forward.
    await desk.reload();
    await desk.locator(".split__pane .number", { hasText: first }).waitFor();
    await desk.locator("tbody th a.number").nth(1).click();
    await desk.locator(".split__pane .number", { hasText: second }).waitFor();
    await desk.goBack();
    await desk.locator(".split__pane .number", { hasText: first }).waitFor();

    // Done in the pane: the matter moves on, and its row in the list with it.
    await desk.locator(".split__pane form[action$='/accept'] button").click();
    await desk.locator(".split__pane .tag--accepted").waitFor();
    await desk.waitForFunction((number) => {
      const link = [...document.querySelectorAll("tbody a.number")].find((one) => one.textContent === number);
      return link.closest("tr").matches(".table__gone");
    }, first);
    assert.ok((await desk.locator(".split__pane .history li").count()) > 1, "with its history");

    // Closed by the keyboard: where one was in the list one is again.
    await desk.locator(".split__pane [data-split-body]").focus();
    await desk.keyboard.press("Escape");
    assert.ok(await desk.locator(".split__pane").isHidden());
    assert.equal(await desk.evaluate(() => document.activeElement.textContent), first);

    // On a telephone, and without a script, a number opens its page.
    await desk.setViewportSize({ width: 390, height: 844 });
    await desk.goto("/desk/requests");
    await desk.locator("tbody th a.number").first().click();
    await desk.waitForURL(/\/desk\/requests\/[0-9a-f-]+$/);
  } finally {
    await house.close();
  }
});
