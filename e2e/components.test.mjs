// Why this file exists: every part of a page, on the style page, under the policy pages are served with: axe in every look, the
// scripts doing their work, nothing blocked.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open } from "./harness.mjs";

let house;
before(async () => (house = await open({ matters: 0 })));
after(() => house.close());

/** The style page in a look. */
async function style({ elder = false, ...look } = {}) {
  const tab = await house.page(look);
  if (elder) await tab.context().addCookies([{ name: "mode", value: "elder", url: house.base }]);
  await tab.goto("/style");
  return tab;
}

for (const lang of ["zh-CN", "en"]) {
  for (const elder of [false, true]) {
    for (const dark of [false, true]) {
      test(`${lang}, ${elder ? "elder" : "plain"}, ${dark ? "dark" : "light"}: axe finds nothing`, async () => {
        const tab = await style({ lang, elder, dark });
        await house.axe(tab, { widths: [320, 390, 1440, 1920] });
        await house.shot(tab, `style-${lang}-${elder ? "elder" : "plain"}-${dark ? "dark" : "light"}`);
        await tab.context().close();
        assert.deepEqual(house.takeTroubles(), []);
      });
    }
  }
}

test("elder mode: text from 18 px, main targets from 60 px, line height from 1.5", async () => {
  for (const width of [320, 390]) {
    const tab = await style({ width, elder: true });
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
    assert.deepEqual(small, [], `${width} px`);
    await tab.context().close();
  }
});

test("the list of errors has the focus, and so it has without a script", async () => {
  for (const javaScript of [true, false]) {
    const tab = await style({ javaScript });
    await tab.waitForTimeout(200);
    assert.equal(await tab.locator(".error-summary").evaluate((e) => e === document.activeElement), true, `javaScript: ${javaScript}`);
    await tab.context().close();
  }
});

test("buttons that need a script are hidden without one", async () => {
  const tab = await style({ javaScript: false, elder: true });
  for (const one of ["[data-copy]", "[data-geolocate]", "[data-read-aloud]"]) assert.equal(await tab.locator(one).first().isVisible(), false, one);
});

test("copies the link, fills the position, offers to read aloud", async () => {
  const tab = await style({ elder: true, geolocation: { latitude: 39.6, longitude: 109.78 } });
  await tab.context().grantPermissions(["clipboard-read", "clipboard-write", "geolocation"]);
  await tab.locator("[data-copy]").click();
  await tab.getByText("已复制").waitFor();
  assert.match(await tab.evaluate(() => navigator.clipboard.readText()), new RegExp(`^${house.base}/r/`));
  await tab.locator("[data-geolocate]").click();
  await tab.getByText("已填入您的位置").waitFor();
  assert.equal(await tab.locator('[name="lat"]').inputValue(), "39.600000");
  assert.equal(await tab.locator('[name="lon"]').inputValue(), "109.780000");
  assert.equal(await tab.locator("[data-read-aloud]").isVisible(), await tab.evaluate(() => "speechSynthesis" in window));
  assert.deepEqual(house.takeTroubles(), []);
});

test("two quick taps send once, and the button comes back", async () => {
  const tab = await style();
  const posts = [];
  await tab.route("**/preferences", async (route) => {
    posts.push(route.request().postData());
    await new Promise((resolve) => setTimeout(resolve, 400)); // slow, so that a second tap has its chance
    await route.fulfill({ status: 204 });
  });
  const button = tab.locator("form.form button.button--large");
  await button.evaluate((b) => { b.click(); b.click(); });
  await tab.waitForTimeout(100);
  assert.equal(await button.isDisabled(), true);
  await tab.waitForTimeout(700);
  assert.equal(posts.length, 1);
  await tab.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  assert.equal(await button.isDisabled(), false);
  // the pressed button's own name and value must arrive
  await tab.locator("button[name=mode]").click();
  await tab.waitForTimeout(600);
  assert.match(posts.at(-1), /mode=elder/);
});
