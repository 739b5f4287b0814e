// Why this file exists: an organisation's people sign in with what they have there, at a real provider (the npm package
// oidc-provider) on this machine; and every way in which that must not work.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import Provider from "oidc-provider";
import { invite } from "./doors-invite.mjs";
import { freePort, open } from "./harness.mjs";

const SECRET = "a-secret-that-only-this-test-knows-0123456789";

/** A provider at which whoever comes is asked for a name and nothing else. `bend` may change what it answers. */
async function organisation(house) {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: "tongxin", client_secret: SECRET, redirect_uris: [`${house}/sign-in/back/city`],
      post_logout_redirect_uris: [`${house}/`],
      grant_types: ["authorization_code"], response_types: ["code"],
    }],
    pkce: { required: () => true },
    claims: { openid: ["sub"], profile: ["preferred_username"], email: ["email", "email_verified"] },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
    cookies: { keys: ["a key of this test"] },
    features: { devInteractions: { enabled: true } },
  });
  const state = { nonce: null, down: false };
  const handle = provider.callback();
  const server = createServer(async (request, response) => {
    if (state.down) return request.socket.destroy();
    return handle(request, response);
  });
  await new Promise((resolve) => server.listen(port, "localhost", resolve));
  return { issuer, state, stop: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) };
}

test("an organisation's account", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "tongxin-oidc-"));
  // The house must know the organisation, and the organisation the house: so the ports are chosen before both.
  const port = await freePort();
  const city = await organisation(`http://localhost:${port}`);
  const config = path.join(folder, "tongxin.toml");
  await writeFile(config, `outside_allowed = ["localhost"]
[[oidc]]
name = "city"
label = "市政务账号"
label_en = "the city's account"
issuer = "${city.issuer}"
client_id = "tongxin"
`);
  const house = await open({
    args: ["--config", config],
    env: { TONGXIN_OIDC_CITY_SECRET: SECRET },
    at: port,
  });
  // Pages of the organisation are another host's, and are meant to be.
  const visitor = async () => house.page({ width: 1280, lang: "en", elsewhere: [city.issuer] });
  const throughTheCity = async (page, name) => {
    await page.waitForURL(`${city.issuer}/**`);
    if (await page.locator('input[name="login"]').count()) {
      await page.fill('input[name="login"]', name);
      await page.fill('input[name="password"]', "anything");
      await page.locator('button[type="submit"]').click();
    }
    await page.locator('button[type="submit"]', { hasText: "Continue" }).click();
    await page.waitForURL(`${house.base}/**`);
  };
  try {
    await t.test("nobody is let in before a link was made", async () => {
      const page = await visitor();
      house.expect(page, 403);
      await page.goto("/sign-in");
      await page.locator('a[href^="/sign-in/with/city"]').click();
      await throughTheCity(page, "wang");
      assert.ok(await page.getByText("Nobody here has this account yet").first().isVisible());
      await house.axe(page, { widths: [320, 1280] });
    });

    await t.test("who is signed in links the account, and signs in with it from then on", async () => {
      const page = await visitor();
      const clerk = house.account("community_staff");
      await house.signIn(page, clerk);
      await page.goto("/me/sign-in");
      await page.locator('a[href="/me/sign-in/link/city"]').click();
      await throughTheCity(page, "li");
      assert.match(page.url(), /said=linked/);
      const fresh = await visitor();
      await fresh.goto("/sign-in?back=/me/sign-in");
      await fresh.locator('a[href^="/sign-in/with/city"]').click();
      await throughTheCity(fresh, "li");
      assert.equal(new URL(fresh.url()).pathname, "/me/sign-in");
      assert.ok(await fresh.getByText("Organisation ·").first().isVisible());
      // Somebody else cannot take the same account.
      const other = await visitor();
      house.expect(other, 409);
      await house.signIn(other, house.account("community_staff", 1));
      await other.goto("/me/sign-in/link/city");
      await throughTheCity(other, "li");
      assert.ok(await other.getByText("linked with somebody else").first().isVisible());
    });

    await t.test("who signs out is told of the organisation, and signs out there too", async () => {
      const page = await visitor();
      await page.goto("/sign-in");
      await page.locator('a[href^="/sign-in/with/city"]').click();
      await throughTheCity(page, "li");
      await Promise.all([page.waitForURL("**/sign-in/out/city"), page.locator('form[action="/sign-out"] button').click()]);
      await house.axe(page, { widths: [320, 1280, 1920] });
      await house.shot(page, "doors-out");
      await page.locator(`main a[href^="${city.issuer}"]`).click();
      await page.waitForURL(`${city.issuer}/session/end*`);
      await Promise.all([page.waitForURL(`${house.base}/`), page.locator("button", { hasText: /yes/i }).click()]);
      // Signed out there: the next way in asks for the name again.
      await page.goto("/sign-in");
      await page.locator('a[href^="/sign-in/with/city"]').click();
      await page.waitForURL(`${city.issuer}/**`);
      assert.equal(await page.locator('input[name="login"]').count(), 1);
    });

    await t.test("an invitation is answered through the organisation", async () => {
      const link = await invite(house, "by-city");
      const page = await visitor();
      await page.goto(link);
      await page.locator('a[href$="/with/city"]').click();
      await throughTheCity(page, "zhao");
      await page.goto("/me/sign-in");
      assert.ok(await page.getByText("Linked", { exact: false }).first().isVisible());
      const late = await visitor();
      house.expect(late, 410);
      await late.goto(link);
    });

    const visit = async () => {
      const first = await fetch(`${house.base}/sign-in/with/city`, { redirect: "manual" });
      assert.equal(first.status, 303);
      return { to: new URL(first.headers.get("location")), cookie: first.headers.getSetCookie()[0].split(";")[0] };
    };
    const back = (query, cookie) =>
      fetch(`${house.base}/sign-in/back/city?${new URLSearchParams(query)}`, { redirect: "manual", headers: { cookie, "accept-language": "en" } });

    await t.test("what goes along is fresh each time, and the secret stays", async () => {
      const [one, two] = [await visit(), await visit()];
      for (const name of ["state", "nonce", "code_challenge"]) {
        assert.ok(one.to.searchParams.get(name).length >= 26);
        assert.notEqual(one.to.searchParams.get(name), two.to.searchParams.get(name));
      }
      assert.equal(one.to.searchParams.get("code_challenge_method"), "S256");
      assert.ok(!one.to.href.includes(SECRET));
    });

    await t.test("a wrong state, no cookie, somebody else's cookie, and an answer without a code are refused", async () => {
      const [one, two] = [await visit(), await visit()];
      const state = one.to.searchParams.get("state");
      for (const [query, cookie] of [
        [{ code: "x", state: "wrong" }, one.cookie],
        [{ code: "x", state }, ""],
        [{ code: "x", state }, two.cookie],
        [{ error: "access_denied", state }, one.cookie],
        [{ code: "x", state }, one.cookie], // the visit is over by now
      ]) {
        const answer = await back(query, cookie);
        assert.equal(answer.status, 422, JSON.stringify(query));
        assert.ok(!answer.headers.getSetCookie().some((set) => set.startsWith("tongxin_session=")));
      }
      const forged = await visit();
      const answer = await back({ code: "a-code-of-nobody", state: forged.to.searchParams.get("state") }, forged.cookie);
      assert.equal(answer.status, 422);
    });

    await t.test("a code that was used, or is brought into another visit, is refused", async () => {
      const page = await visitor();
      house.expect(page, 422);
      // The house's cookie is lost on the way: the code comes back unused.
      let brought;
      page.on("request", (request) => {
        if (request.url().includes("/sign-in/back/city?")) brought = new URL(request.url());
      });
      await page.goto("/sign-in");
      await page.locator('a[href^="/sign-in/with/city"]').click();
      await page.waitForURL(`${city.issuer}/**`);
      await page.context().clearCookies({ name: "tongxin_visit" });
      await throughTheCity(page, "li");
      assert.ok(await page.getByText("The way back was lost").first().isVisible());
      const code = brought.searchParams.get("code");
      // Its nonce and its verifier are those of another visit.
      const mine = await visit();
      const answer = await back({ code, state: mine.to.searchParams.get("state") }, mine.cookie);
      assert.equal(answer.status, 422);
      assert.ok(!answer.headers.getSetCookie().some((set) => set.startsWith("tongxin_session=")));
      const again = await visit();
      assert.equal((await back({ code, state: again.to.searchParams.get("state") }, again.cookie)).status, 422);
    });

    await t.test("where the organisation is away, that is said", async () => {
      city.state.down = true;
      const answer = await fetch(`${house.base}/sign-in/with/city`, { redirect: "manual", headers: { "accept-language": "en" } });
      assert.equal(answer.status, 422);
      assert.match(await answer.text(), /cannot be reached just now/);
      city.state.down = false;
    });
  } finally {
    await house.close();
    await city.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
