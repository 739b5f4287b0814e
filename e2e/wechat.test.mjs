// Inside WeChat's browser, where most links are opened: it names itself so, and some versions send no Origin with a form.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { open } from "./harness.mjs";
import { another } from "./reporting.mjs";

const WECHAT =
  "Mozilla/5.0 (Linux; Android 12; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 " +
  "Mobile Safari/537.36 XWEB/1160065 MMWEBSDK/20231105 MicroMessenger/8.0.44 WeChat/arm64 Language/zh_CN";

let house;
before(async () => (house = await open()));
after(() => house.close());

for (const javaScript of [true, false]) {
  test(`a report, an answer and a withdrawal in WeChat ${javaScript ? "with" : "without"} a script`, async () => {
    const page = await house.page({ width: 390, userAgent: WECHAT, javaScript });
    await page.route("**/*", async (route) => {
      const { origin, ...headers } = route.request().headers();
      await route.continue({ headers });
    });
    await page.goto(`${house.base}/report`);
    await page.selectOption("#f-category", "0503");
    await page.fill("#f-description", `驿站里想要一台微波炉 ${javaScript}`);
    await page.fill("#f-place", "宁馨社区");
    await page.click("main form.form button.button--large");
    await another(page);
    await page.waitForURL(/sent=1/);
    const code = await page.request.get(`${new URL(page.url()).pathname}/qr.svg`);
    assert.match(await code.text(), /<svg/);
    await page.fill("#f-text", "中午人最多");
    await page.click('form[action$="/message"] button');
    await page.waitForSelector("text=中午人最多");
    await page.click("summary");
    await page.click('form[action$="/withdraw"] button');
    await page.waitForSelector(".tag--withdrawn");
    // A form that another site sends is still refused: its Origin gives it away, and it cannot know the token.
    const foreign = await page.request.post(new URL(page.url()).pathname + "/message", {
      headers: { origin: "https://elsewhere.example" }, form: { text: "x", csrf: "guess" },
    });
    assert.ok(foreign.status() >= 400);
  });
}
