// Why this file exists: the components under the strict policy, as pages will serve them: axe in every look, the
// scripts doing their work, nothing blocked. Needs `npm run preview` in web/ first; no binary.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { open } from "./harness.mjs";

const dist = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "web", "dist");
const TYPES = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
let http, house;
const posts = [];

before(async () => {
  http = createServer(async (req, res) => {
    const at = new URL(req.url, "http://x").pathname;
    if (req.method === "POST") {
      let body = "";
      for await (const chunk of req) body += chunk;
      posts.push(body);
      setTimeout(() => res.writeHead(204).end(), 400); // slow, so that a second tap has its chance
      return;
    }
    const file = await readFile(path.join(dist, path.normalize(at))).catch(() => null);
    if (!file) return res.writeHead(404).end();
    res.writeHead(200, { "content-type": `${TYPES[path.extname(at)] ?? "application/octet-stream"}; charset=utf-8`, "content-security-policy": CSP }).end(file);
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  house = await open({ server: { base: `http://localhost:${http.address().port}` } });
});
after(async () => {
  await house.close();
  http.close();
});

for (const dark of [false, true]) {
  for (const name of ["preview", "preview-desk", "preview-error", "preview-elder", "preview-desk-elder", "preview-error-elder", "preview-en", "preview-desk-en-elder"]) {
    test(`${name}, ${dark ? "dark" : "light"}: axe finds nothing`, async () => {
      const tab = await house.page({ dark });
      await tab.goto(`/${name}.html`);
      await house.axe(tab, { widths: [320, 390, 1440, 1920] });
      await tab.context().close();
      assert.deepEqual(house.takeTroubles(), []);
    });
  }
}

test("elder mode: text from 18 px, main targets from 60 px, line height from 1.5", async () => {
  for (const name of ["preview-elder", "preview-desk-elder"]) {
    const tab = await house.page({ width: 390 });
    await tab.goto(`/${name}.html`);
    const small = await tab.evaluate(() => {
      const out = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let n; (n = walker.nextNode()); ) {
        const e = n.parentElement;
        if (!n.data.trim() || !e.checkVisibility?.() || e.closest(".visually-hidden, .skip, option")) continue;
        const s = getComputedStyle(e);
        if (parseFloat(s.fontSize) < 18) out.push(`${e.className || e.tagName}: ${s.fontSize}: ${n.data.trim().slice(0, 20)}`);
        if (e.matches("p, li, dd") && parseFloat(s.lineHeight) / parseFloat(s.fontSize) < 1.5) {
          if (!e.matches("[class*=title], [class*=code], [class*=number], [class*=figure]")) out.push(`${e.className || e.tagName}: line height ${s.lineHeight}`);
        }
      }
      for (const e of document.querySelectorAll(".button, .switch, .nav a, .input, .select, .choice, .rating__one, .footer__phone, .pager a")) {
        const box = e.getBoundingClientRect();
        if (box.width && box.height && (box.height < 60 || (box.width < 60 && !e.matches(".nav a, .switch, .pager a")))) out.push(`${e.className || e.tagName} "${e.textContent.trim().slice(0, 12)}": ${Math.round(box.width)} x ${Math.round(box.height)}`);
      }
      return [...new Set(out)];
    });
    assert.deepEqual(small, [], name);
    await tab.context().close();
  }
});

test("the list of errors has the focus, and so it has without a script", async () => {
  for (const javaScript of [true, false]) {
    const tab = await house.page({ javaScript });
    await tab.goto("/preview.html");
    await tab.waitForTimeout(200);
    assert.equal(await tab.locator(".error-summary").evaluate((e) => e === document.activeElement), true, `javaScript: ${javaScript}`);
    await tab.context().close();
  }
});

test("buttons that need a script are hidden without one", async () => {
  const tab = await house.page({ javaScript: false });
  await tab.goto("/preview-elder.html");
  for (const one of ["[data-copy]", "[data-geolocate]", "[data-read-aloud]"]) assert.equal(await tab.locator(one).first().isVisible(), false, one);
});

test("copies the link, fills the position, offers to read aloud", async () => {
  const tab = await house.page({ geolocation: { latitude: 39.6, longitude: 109.78 } });
  await tab.context().grantPermissions(["clipboard-read", "clipboard-write", "geolocation"]);
  await tab.goto("/preview-elder.html");
  await tab.locator("[data-copy]").click();
  await tab.getByText("已复制").waitFor();
  assert.match(await tab.evaluate(() => navigator.clipboard.readText()), /^https:\/\/tongxin\.example\/r\//);
  await tab.locator("[data-geolocate]").click();
  await tab.getByText("已填入您的位置").waitFor();
  assert.equal(await tab.locator('[name="lat"]').inputValue(), "39.600000");
  assert.equal(await tab.locator('[name="lon"]').inputValue(), "109.780000");
  assert.equal(await tab.locator("[data-read-aloud]").isVisible(), await tab.evaluate(() => "speechSynthesis" in window));
  assert.deepEqual(house.takeTroubles(), []);
});

test("two quick taps send once, and the button comes back", async () => {
  const tab = await house.page();
  await tab.goto("/preview.html");
  posts.length = 0;
  const button = tab.locator("form.form button.button--large");
  await button.evaluate((b) => { b.click(); b.click(); });
  await tab.waitForTimeout(100);
  assert.equal(await button.isDisabled(), true);
  await tab.waitForTimeout(700);
  assert.equal(posts.length, 1);
  await tab.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  assert.equal(await button.isDisabled(), false);
  // the pressed button's own name and value must arrive
  await tab.route("**/preferences", (route) => { posts.push(route.request().postData()); return route.fulfill({ status: 204 }); });
  await tab.locator("button[name=mode]").click();
  await tab.waitForTimeout(200);
  assert.match(posts.at(-1), /mode=elder/);
});
