// Why this file exists: a resident reports, takes the receipt, and has it checked; the page of the journal says what it is. Every page
// stands axe at every width, in both languages, dark and without a script.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import { open } from "./harness.mjs";

/** What a telephone reads from the code as the screen shows it. */
async function scanned(page, selector) {
  const code = page.locator(selector);
  await code.scrollIntoViewIfNeeded();
  await code.evaluate((image) => image.decode());
  const { data, width, height } = PNG.sync.read(await code.screenshot());
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}

test("a receipt proves a report, and the journal explains itself", async () => {
  const house = await open();
  try {
    const made = await fetch(`${house.base}/api/v1/requests`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ category: "0201", description: "旅程里的路灯", place: "康城社区门口" }),
    });
    const { token } = await made.json();

    const page = await house.page({ width: 390 });
    await page.goto(`/r/${token}`);
    await page.click(`a[href="/r/${token}/receipt"]`);
    assert.match(await page.textContent("main"), /上报/);
    await house.axe(page);
    await house.shot(page, "receipt");
    // The code, read by somebody else's decoder from the pixels of this screen, leads to a page that agrees.
    for (const width of [320, 390, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      const link = await scanned(page, ".receipt__code");
      assert.match(link ?? "", /\/journal\/seen\?rows=\d+&root=[\w-]{43}&entries=\d+\.[\w-]{43}$/, `at ${width} pixels`);
      const held = await house.page({ width, lang: "en" });
      await held.goto(link.slice(link.indexOf("/journal/")));
      assert.match(await held.textContent("main"), /was not touched/);
      await house.axe(held);
      await house.shot(held, `seen-${width}`);
    }
    await page.setViewportSize({ width: 390, height: 900 });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click(`a[href="/r/${token}/receipt.json"]`),
    ]);
    const receipt = readFileSync(await download.path(), "utf8");
    assert.match(receipt, /旅程里的路灯/);

    // Checked without a script, pasted.
    const plain = await house.page({ width: 390, javaScript: false });
    house.expect(plain, 422);
    await plain.goto("/journal/check");
    await plain.fill("#f-receipt", receipt.replace("路灯", "广告"));
    await plain.click("main form button");
    assert.match(await plain.textContent("main"), /不能证明/);
    await plain.fill("#f-receipt", receipt);
    await plain.click("main form button");
    assert.match(await plain.textContent("main"), /旅程里的路灯/);

    // And as a file.
    const wide = await house.page({ width: 1440, dark: true, lang: "en" });
    await wide.goto("/journal/check");
    await house.axe(wide);
    await wide.setInputFiles("#f-file", { name: "receipt.json", mimeType: "application/json", buffer: Buffer.from(receipt) });
    await wide.click("main form button");
    assert.match(await wide.textContent("main"), /旅程里的路灯/);
    await house.axe(wide);
    await house.shot(wide, "receipt-checked");

    for (const look of [{ width: 320 }, { width: 1920, dark: true }, { width: 390, lang: "en" }]) {
      const seen = await house.page(look);
      await seen.goto("/journal");
      assert.match(await seen.textContent("main"), /tongxin\//);
      await house.axe(seen);
      await house.shot(seen, `journal-${look.width}`);
      await seen.goto("/journal/checkpoints");
      await house.axe(seen);
      await house.shot(seen, `seals-${look.width}`);
    }
  } finally {
    await house.close();
  }
});
