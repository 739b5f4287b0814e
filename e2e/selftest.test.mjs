// Why this file exists: proves on a tiny server of its own that the harness sees what it should see, and that it
// starts, finds ready and stops a binary.
import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { open, startBinary } from "./harness.mjs";

const CSP = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'";
const page = (body, head = "") => `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>试</title><meta name="viewport" content="width=device-width">${head}</head><body><main><h1>试</h1>${body}</main></body></html>`;
const routes = {
  "/good": [200, page("<p>好</p>")],
  "/unlabelled": [200, page("<input name=a>")],
  "/wide": [200, page("<p class=wide>宽</p>", '<link rel="stylesheet" href="/wide.css">')],
  "/inline": [200, page("<p>坏</p><script>window.inline = 1</script>")],
  "/throws": [200, page("<p>坏</p>", '<script src="/throws.js" defer></script>')],
  "/form": [422, page("<p>错</p>")],
  "/broken": [500, page("<p>坏</p>")],
  "/sign-in": [200, page('<form method="post" action="/in"><label>名 <input name="login"></label><label>密 <input name="password" type="password"></label><button>登录</button></form>')],
};
const files = { "/wide.css": ["text/css", ".wide{width:3000px}"], "/throws.js": ["text/javascript", "throw new Error('on purpose')"] };

let http, house;
before(async () => {
  http = createServer((req, res) => {
    const send = (status, type, text, more = {}) => res.writeHead(status, { "content-type": `${type}; charset=utf-8`, "content-security-policy": CSP, ...more }).end(text);
    const at = new URL(req.url, "http://x").pathname;
    if (at === "/favicon.ico") return send(204, "image/x-icon", "");
    if (at === "/in") return send(303, "text/plain", "", { location: "/good", "set-cookie": "s=1; Path=/; HttpOnly" });
    if (files[at]) return send(200, ...files[at]);
    const [status, html] = routes[at] ?? [404, page("<p>无</p>")];
    send(status, "text/html", html);
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  house = await open({ server: { base: `http://localhost:${http.address().port}`, accounts: [{ login: "a", password: "b", role: "admin" }] } });
});
after(async () => {
  await house.close();
  http.close();
});

test("a good page passes axe and leaves no trouble; its picture is kept", async () => {
  const tab = await house.page();
  await tab.goto("/good");
  await house.axe(tab);
  const file = await house.shot(tab, "selftest good");
  assert.ok((await stat(file)).size > 1000);
  assert.deepEqual(house.takeTroubles(), []);
});

test("axe sees a field without a label", async () => {
  const tab = await house.page();
  await tab.goto("/unlabelled");
  await assert.rejects(house.axe(tab), /label/);
});

test("a page wider than the screen is seen", async () => {
  const tab = await house.page();
  await tab.goto("/wide");
  await assert.rejects(house.axe(tab, { widths: [320] }), /wider than the screen/);
});

test("an inline script is a violation of the policy", async () => {
  const tab = await house.page();
  await tab.goto("/inline");
  await tab.waitForTimeout(200);
  assert.match(house.takeTroubles().join("\n"), /content security policy/i);
});

test("a script that throws is trouble", async () => {
  const tab = await house.page();
  await tab.goto("/throws");
  await tab.waitForTimeout(200);
  assert.match(house.takeTroubles().join("\n"), /on purpose/);
});

test("422 is trouble unless the journey expects it; 500 is trouble", async () => {
  const tab = await house.page();
  await tab.goto("/form");
  assert.match(house.takeTroubles().join("\n"), /422/);
  house.expect(tab, 422);
  await tab.goto("/form");
  assert.deepEqual(house.takeTroubles(), []);
  await tab.goto("/broken");
  assert.match(house.takeTroubles().join("\n"), /500/);
});

test("signs in, and without JavaScript too", async () => {
  for (const javaScript of [true, false]) {
    const tab = await house.page({ javaScript });
    await house.signIn(tab, house.account("admin"));
    assert.equal(new URL(tab.url()).pathname, "/good");
  }
  assert.deepEqual(house.takeTroubles(), []);
});

test("starts a binary, reads its accounts, stops it and removes its folder", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "tongxin-fake-"));
  const bin = path.join(folder, "fake.mjs");
  await writeFile(bin, `#!/usr/bin/env node
import { createServer } from "node:http";
import { writeFileSync } from "node:fs";
const [command, ...rest] = process.argv.slice(2);
const of = (flag) => rest[rest.indexOf(flag) + 1];
if (command !== "demo") process.exit(2);
writeFileSync(of("--data") + "/demo-accounts.json", JSON.stringify([{ login: "x", database: rest.includes("--database") ? of("--database") : null }]));
const [host, port] = of("--listen").split(":");
createServer((q, r) => r.end("ok")).listen(Number(port), host);
`);
  await chmod(bin, 0o755);
  const server = await startBinary({ bin, database: "postgres://nowhere/x" });
  assert.equal(server.accounts[0].database, "postgres://nowhere/x");
  await server.stop();
  await assert.rejects(readFile(path.join(server.data, "demo-accounts.json")), /ENOENT/);
  await assert.rejects(startBinary({ bin: "/bin/false" }), /did not start/);
  await rm(folder, { recursive: true });
});
