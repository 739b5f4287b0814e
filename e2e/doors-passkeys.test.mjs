// Why this file exists: passkeys where they are not the whole way in: as the second step after a password, and as the answer to an
// invitation; with a virtual authenticator in a real browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { invite } from "./doors-invite.mjs";
import { open } from "./harness.mjs";
import { appCode } from "./doors-codes.mjs";

const press = (page, action) =>
  Promise.all([page.waitForNavigation(), page.locator(`main form[action="${action}"] button:not([type=button])`).first().click()]);
const out = (page) => Promise.all([page.waitForURL((url) => url.pathname === "/"), page.locator('form[action="/sign-out"] button').click()]);

async function authenticator(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return { cdp, authenticatorId };
}

test("passkeys beside a password and an invitation", async (t) => {
  const house = await open();
  try {
    await t.test("a passkey as the second step", async () => {
      const page = await house.page({ width: 390, lang: "en" });
      const keys = await authenticator(page);
      const clerk = house.account("community_staff");
      await house.signIn(page, clerk);
      await page.goto("/me/sign-in");
      await press(page, "/me/sign-in/passkeys");
      await page.goto("/me/sign-in/app");
      await page.fill("#f-code", appCode(await page.locator("main code").innerText()));
      await press(page, "/me/sign-in/app");
      await out(page);
      await page.goto("/sign-in?back=/me/notices");
      await page.fill("#f-login", clerk.login);
      await page.fill("#f-password", clerk.password);
      await press(page, "/sign-in");
      assert.equal(new URL(page.url()).pathname, "/sign-in/second");
      await house.axe(page, { widths: [320, 1280, 1920] });
      await house.shot(page, "doors-second-passkey");
      await page.goto("/me");
      assert.match(page.url(), /\/sign-in\?back=/, "the password alone opens nothing");
      await page.goto("/sign-in/second");
      await press(page, "/sign-in/passkey");
      assert.equal(new URL(page.url()).pathname, "/me/notices", "it leads where they wanted to go at the first step");
      await page.goto("/me/sign-in");
      assert.ok(await page.getByText("Passkey ·").first().isVisible());
      // Without the finger the second step is not made, and the page says so.
      await out(page);
      await keys.cdp.send("WebAuthn.setUserVerified", { authenticatorId: keys.authenticatorId, isUserVerified: false });
      await page.goto("/sign-in");
      await page.fill("#f-login", clerk.login);
      await page.fill("#f-password", clerk.password);
      await press(page, "/sign-in");
      await page.locator('main form[action="/sign-in/passkey"] button').click();
      await page.locator('form[action="/sign-in/passkey"] [role=alert]:not([hidden])').waitFor();
      await page.goto("/me");
      assert.match(page.url(), /\/sign-in\?back=/);
    });

    await t.test("an invitation answered by a passkey", async () => {
      const link = await invite(house, "by-passkey");
      const page = await house.page({ width: 390, lang: "en" });
      const { cdp, authenticatorId } = await authenticator(page);
      await page.goto(link);
      await house.axe(page, { widths: [320, 1280, 1920] });
      await house.shot(page, "doors-welcome");
      await press(page, `${link}/passkey`);
      await page.goto("/me/sign-in");
      assert.ok(await page.getByText("There is no password for the login by-passkey").isVisible());
      const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
      assert.equal(credentials.length, 1);
      // The invitation is used up, for everybody.
      const late = await house.page({ width: 320, lang: "zh-CN" });
      house.expect(late, 410);
      await late.goto(link);
      await house.axe(late, { widths: [320, 1280] });
      // The passkey leads in from then on.
      await out(page);
      await page.goto("/sign-in");
      await press(page, "/sign-in/passkey");
      assert.equal(new URL(page.url()).pathname, "/");
    });

    await t.test("two browsers at one invitation: one is first, and the other's key opens nothing", async () => {
      const link = await invite(house, "twice-invited");
      const people = [await house.page({ width: 390, lang: "en" }), await house.page({ width: 390, lang: "en" })];
      for (const page of people) {
        house.expect(page, 404, 410, 422);
        await authenticator(page);
        await page.goto(link);
      }
      // Who comes second is refused by the page that the answer leads to, or before it is asked for a key at all.
      const refused = (page) => page.locator(`form[action="${link}/passkey"] [role=alert]`).waitFor();
      await Promise.all(people.map((page) => Promise.any([press(page, `${link}/passkey`), refused(page)])));
      const inside = [];
      for (const page of people) {
        await page.goto("/me");
        inside.push(new URL(page.url()).pathname === "/me");
      }
      assert.deepEqual(inside.sort(), [false, true]);
    });
  } finally {
    await house.close();
  }
});
