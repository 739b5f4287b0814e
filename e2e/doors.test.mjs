// Why this file exists: every way in, walked through in a real browser: a password that is changed, an app with codes, a passkey
// of a virtual authenticator, a code on a telephone; and their pages at small and large widths, in both languages, dark and larger.
import assert from "node:assert/strict";
import { test } from "node:test";
import { appCode as totp } from "./doors-codes.mjs";
import { open } from "./harness.mjs";

const button = (page, action) => page.locator(`main form[action="${action}"] button:not([type=button])`).first();
const press = (page, action) => Promise.all([page.waitForNavigation(), button(page, action).click()]);
const out = (page) => Promise.all([page.waitForURL((url) => url.pathname === "/"), page.locator('form[action="/sign-out"] button').click()]);

/** A page in all its looks: 320 and 1280 px, light, dark and larger. */
async function looks(house, page, name) {
  await house.axe(page, { widths: [320, 1280] });
  await house.shot(page, `doors-${name}`);
  await page.emulateMedia({ colorScheme: "dark" });
  await house.axe(page, { widths: [320] });
  await house.shot(page, `doors-${name}-dark`);
  await page.emulateMedia({ colorScheme: "light" });
}

test("every way in", async (t) => {
  const house = await open();
  try {
    await t.test("a passkey, made, named, used and removed", async () => {
      const page = await house.page({ width: 1280, lang: "en" });
      const cdp = await page.context().newCDPSession(page);
      await cdp.send("WebAuthn.enable");
      const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
        options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
      });
      await house.signIn(page, house.account("secretary"));
      await page.goto("/me/sign-in");
      await looks(house, page, "mine");
      await page.fill("#f-name", "My telephone");
      await press(page, "/me/sign-in/passkeys");
      assert.match(page.url(), /said=passkey-added/);
      assert.ok(await page.getByText("My telephone", { exact: true }).isVisible());
      const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
      assert.equal(credentials.length, 1);
      assert.equal(credentials[0].rpId, "localhost");
      await out(page);
      await page.goto("/sign-in");
      await looks(house, page, "sign-in");
      await press(page, "/sign-in/passkey");
      await page.goto("/me/sign-in");
      assert.ok(await page.getByText("Passkey ·").first().isVisible(), "the session says how it began");
      // A copy of the key counts from where it was copied: its signature is refused.
      await out(page);
      await cdp.send("WebAuthn.removeCredential", { authenticatorId, credentialId: credentials[0].credentialId });
      await cdp.send("WebAuthn.addCredential", { authenticatorId, credential: { ...credentials[0], signCount: 0 } });
      house.expect(page, 422);
      await page.goto("/sign-in");
      await press(page, "/sign-in/passkey");
      assert.ok(await page.getByText("The passkey was not used").first().isVisible());
      // Without the person's finger there is no signature.
      await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
      await page.goto("/sign-in");
      await button(page, "/sign-in/passkey").click();
      await page.locator('form[action="/sign-in/passkey"] [role=alert]:not([hidden])').waitFor();
      // With the password it is removed, and opens nothing any more.
      await house.signIn(page, house.account("secretary"));
      await page.goto("/me/sign-in");
      await page.locator("details.confirm--danger summary").first().click();
      await Promise.all([page.waitForNavigation(), page.locator('form[action^="/me/sign-in/passkeys/"][action$="/remove"] button').click()]);
      assert.match(page.url(), /said=passkey-removed/);
      await page.goto("/me/notices");
      assert.ok(await page.getByText("A passkey was removed").first().isVisible());
    });

    await t.test("an app with codes, and codes on paper", async () => {
      const page = await house.page({ width: 390 });
      const worker = house.account("community_staff");
      await house.signIn(page, worker);
      await page.goto("/me/sign-in/app");
      await looks(house, page, "app");
      const key = await page.locator("main code").innerText();
      const used = totp(key);
      await page.fill("#f-code", used);
      await press(page, "/me/sign-in/app");
      const codes = await page.locator("#codes code").allInnerTexts();
      assert.equal(codes.length, 10);
      await looks(house, page, "codes");
      await out(page);
      const signIn = async () => {
        await page.goto("/sign-in");
        await page.fill("#f-login", worker.login);
        await page.fill("#f-password", worker.password);
        await Promise.all([page.waitForURL("**/sign-in/second"), page.locator('form[action="/sign-in"] button:not([type=button])').click()]);
      };
      await signIn();
      await looks(house, page, "second");
      house.expect(page, 422);
      await page.fill("#f-code", used); // shown once already, when the app was set up
      await press(page, "/sign-in/second");
      await page.locator("#f-code-error").waitFor();
      await page.fill("#f-code", totp(key, 1));
      await press(page, "/sign-in/second");
      assert.equal(new URL(page.url()).pathname, "/");
      await out(page);
      await signIn();
      await page.fill("#f-code", codes[0]);
      await press(page, "/sign-in/second");
      assert.equal(new URL(page.url()).pathname, "/");
    });

    await t.test("a resident's telephone, without a script", async () => {
      const page = await house.page({ width: 320, javaScript: false });
      await page.goto("/sign-in");
      await Promise.all([page.waitForNavigation(), page.locator('main a[href^="/sign-in/phone"]').click()]);
      await page.fill("#f-number", "138 0013 8000");
      await press(page, "/sign-in/phone");
      const box = await house.page({ width: 390 });
      await box.goto("/demo/outbox");
      const code = await box.locator("[data-code]").first().innerText();
      await looks(house, box, "outbox");
      await page.fill("#f-code", code);
      await press(page, "/sign-in/phone/code");
      assert.match(page.url(), /said=welcome/);
      assert.ok(await page.getByText("138****8000").first().isVisible());
    });

    await t.test("another password, and all the pages in both languages", async () => {
      for (const lang of ["zh-CN", "en"]) {
        const page = await house.page({ width: 390, lang });
        for (const path of ["/sign-in", "/sign-in/phone", "/sign-in/recover"]) {
          await page.goto(path);
          await looks(house, page, `${lang}-${path.slice(1)}`);
        }
        await house.signIn(page, house.account("grid_worker", lang === "en" ? 1 : 0));
        for (const path of ["/me/sign-in", "/me/sign-in/password", "/me/sign-in/tokens/new"]) {
          await page.goto(path);
          await looks(house, page, `${lang}-${path.slice(4)}`);
        }
        await page.context().addCookies([{ name: "mode", value: "elder", url: house.base }]);
        for (const path of ["/me/sign-in", "/sign-in", "/sign-in/phone", "/sign-in/recover"]) {
          await page.goto(path);
          await house.axe(page, { widths: [320, 1280] });
          await house.shot(page, `doors-${lang}-${path.slice(1)}-elder`);
        }
      }
      const page = await house.page({ width: 1280, lang: "en" });
      const worker = house.account("grid_worker", 2);
      await house.signIn(page, worker);
      const other = await house.page({ width: 390 });
      await house.signIn(other, worker);
      await page.goto("/me/sign-in/password");
      house.expect(page, 422);
      const choose = async (current, password) => {
        await page.fill("#f-current", current);
        await page.fill("#f-password", password);
        await page.fill("#f-again", password);
        await press(page, "/me/sign-in/password");
      };
      await choose(worker.password, "woaini1314");
      await page.locator("#f-password-error").waitFor();
      await page.locator("button[data-reveal]").click();
      assert.equal(await page.getAttribute("#f-password", "type"), "text");
      await choose(worker.password, "a lilac bus at noon");
      assert.match(page.url(), /said=password/);
      await other.goto("/me");
      assert.match(other.url(), /\/sign-in\?back=/);
    });
  } finally {
    await house.close();
  }
});
