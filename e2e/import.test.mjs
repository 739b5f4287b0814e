// Why this file exists: a table of service sites as a clerk brings it back: downloaded, changed, looked at row by row, written as a whole.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { open } from "./harness.mjs";

let house;
before(async () => { house = await open(); });
after(async () => { await house.close(); });

test("a table goes out, comes back changed, and is written as a whole or not at all", async () => {
  const page = await house.page({ width: 1440 });
  house.expect(page, 422);
  await house.signIn(page, house.account("subdistrict"));
  await page.goto(`${house.base}/desk/sites`);
  await page.click("a[href='/desk/sites/import']");
  await house.axe(page);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("a[href$='table.csv']")]);
  const text = await readFile(await download.path(), "utf8");
  const rows = text.trim().split("\r\n");
  assert.ok(rows.length > 200, `${rows.length} rows`);

  const send = async (lines) => {
    await page.goto(`${house.base}/desk/sites/import`);
    await page.setInputFiles("#f-file", { name: "sites.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\r\n")) });
    await page.locator("main form button.button").click();
    await page.waitForSelector(".table");
  };
  // As it went out it changes nothing.
  await send(rows);
  assert.match(await page.locator("[data-counts]").textContent(), new RegExp(`${rows.length - 1} 条不变`));

  // One wrong row, and nothing can be written.
  await send([...rows.slice(0, 2), rows[2].replace(/^[^,]+/, "QQQQQQ")]);
  assert.equal(await page.locator("input[name=kept]").count(), 0);
  assert.match(await page.title(), /^错误/);
  await house.axe(page);
  await house.shot(page, "import-wrong");

  // A row more, and one changed.
  const head = rows[0].replace(/^\ufeff/, "").split(",");
  const cells = (row) => row.match(/(?:"(?:[^"]|"")*"|[^,]*)(?:,|$)/g).map((cell) => cell.replace(/,$/, "")).slice(0, head.length);
  const station = rows.slice(1).map(cells).find((row) => row[head.indexOf("level")] === "station");
  const fresh = head.map((name, n) => (["level", "unit", "address", "services"].includes(name) ? station[n] : name === "name" ? "新站" : ""));
  const changed = cells(rows[1]);
  changed[head.indexOf("name_en")] = "Another name";
  await send([rows[0], changed.join(","), fresh.join(",")]);
  await house.axe(page);
  await house.shot(page, "import-look");
  assert.match(await page.locator(".table").textContent(), /Another name/);
  await page.locator("form:has(input[name=kept]) button").click();
  await page.waitForURL(/done=/);
  assert.match(await page.locator("main").textContent(), /新增 1 个，修改 1 个/);
  await house.axe(page);
  await page.close();
});
