// A real start in the browser: the link that the server prints, a few steps, the house is there, its first administrator chooses
// a password. In both languages, with a script and without one.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";

import { freePort, open } from "./harness.mjs";

const words = {
  "zh-CN": {
    closed: "正在设置中", name: "康宁街道", progress: "第 1 步", error: "错误:", review: "都对吗", done: "设置好了",
    welcome: "欢迎您", next: "接下来做什么", over: "已经失效", admin: "白主任",
  },
  en: {
    closed: "being set up", name: "康宁街道", progress: "Step 1", error: "Error:", review: "Is everything right", done: "It is set up",
    welcome: "Welcome", next: "What next", over: "opens nothing any more", admin: "Director Bai",
  },
};

/** `tongxin serve` in an empty folder; answers once it has printed the link of the set-up. */
async function emptyServer(args = []) {
  const folder = await mkdtemp(path.join(tmpdir(), "tongxin-setup-"));
  const port = await freePort();
  const argv = ["serve", "--data", path.join(folder, "data"), "--listen", `127.0.0.1:${port}`, ...args];
  const child = spawn(path.resolve(process.env.TONGXIN_BIN), argv, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const link = await new Promise((resolve, reject) => {
    const keep = (chunk) => {
      log += chunk;
      const found = log.match(/http\S+\/setup\?key=\w+/);
      if (found) resolve(found[0]);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("exit", () => reject(new Error(`the server did not start:\n${log}`)));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { base: `http://localhost:${port}`, folder, link, stop, log: () => log };
}

const next = (page) => page.click('main form button:not([type="button"])');

/** From the printed link to the administration, as somebody at a desk would walk it. */
async function wholeSetUp(lang, { javaScript = true, shots = false } = {}) {
  const w = words[lang];
  const server = await emptyServer();
  const house = await open({ server });
  try {
    const stranger = await house.page({ lang, javaScript });
    house.expect(stranger, 503);
    for (const where of ["/", "/setup", "/desk/requests", "/setup?key=0000"]) {
      await stranger.goto(server.base + where);
      assert.match(await stranger.textContent("h1"), new RegExp(w.closed));
    }
    if (javaScript) await house.axe(stranger);
    if (shots) await house.shot(stranger, `setup-closed-${lang}`);

    const page = await house.page({ width: 1440, lang, javaScript });
    house.expect(page, 422, 503);
    const look = async (name) => {
      if (javaScript) await house.axe(page, { widths: [320, 390, 1440, 1920] });
      if (shots) await pictures(house, page, `setup-${name}-${lang}`);
    };
    await page.goto(server.link);
    assert.ok(!page.url().includes("key="), "the key is out of the address again");
    assert.match(await page.textContent("main"), new RegExp(w.progress));
    await look("1-subdistrict");
    await page.fill("#f-name", w.name);
    await page.fill("#f-code", "150603009001");
    await next(page);
    assert.ok((await page.title()).startsWith(w.error), "the title says it first");
    assert.equal(await page.inputValue("#f-name"), w.name, "what was typed is kept");
    await look("1-errors");
    await page.fill("#f-code", "150603009");
    await page.fill("#f-name_en", "Kangning Subdistrict");
    await next(page);

    await page.waitForURL(/programme$/);
    await look("2-programme");
    await page.setInputFiles("#f-pack", { name: "pack.zip", mimeType: "application/zip", buffer: Buffer.from("no zip") });
    await next(page);
    assert.ok(await page.isVisible(".error-summary"));
    await page.check("input[value=basic]");
    await next(page);

    await page.waitForURL(/reach$/);
    assert.equal(await page.inputValue("#f-public_url"), server.base);
    await look("3-reach");
    await next(page);
    assert.ok(await page.isVisible("#f-reach-error"));
    await page.check("input[value=cert]");
    await page.fill("#f-public_url", "https://tongxin.example.cn");
    await page.fill("#f-tls_cert", "/nowhere/cert.pem");
    await page.fill("#f-tls_key", "/nowhere/key.pem");
    await next(page);
    assert.match(await page.textContent(".error-summary"), /nowhere/);
    await look("3-errors");
    await page.check("input[value=local]");
    await page.fill("#f-public_url", server.base);
    await next(page);

    await page.waitForURL(/admin$/);
    await page.fill("#f-admin_name", w.admin);
    await look("4-admin");
    await next(page);

    await page.waitForURL(/review$/);
    assert.match(await page.textContent("h1"), new RegExp(w.review));
    await look("5-review");
    await next(page);
    assert.match(await page.textContent("h1"), new RegExp(w.done));
    await look("6-done");
    const link = (await page.textContent("#link")).trim();
    assert.match(link, /\/welcome\/kangning-[0-9a-z]{26}$/);
    assert.match(await readFile(path.join(server.folder, "tongxin.toml"), "utf8"), /public_url/);

    const admin = await house.page({ width: 1440, lang, javaScript });
    house.expect(admin, 422, 410);
    await admin.goto(link);
    assert.match(await admin.textContent("h1"), new RegExp(w.welcome));
    if (javaScript) await house.axe(admin);
    if (shots) await pictures(house, admin, `welcome-${lang}`);
    await admin.fill("#f-password", "correct horse");
    await admin.fill("#f-again", "correct hors");
    await next(admin);
    assert.ok(await admin.isVisible("#f-again-error"));
    if (javaScript) await house.axe(admin);
    await admin.fill("#f-password", "correct horse");
    await admin.fill("#f-again", "correct horse");
    await next(admin);
    await admin.waitForURL(/\/admin$/);
    assert.match(await admin.textContent("main"), new RegExp(w.next));
    if (javaScript) await house.axe(admin, { widths: [320, 390, 1440, 1920] });
    if (shots) await pictures(house, admin, `welcome-next-${lang}`);

    const late = await house.page({ lang, javaScript });
    house.expect(late, 410);
    await late.goto(link);
    assert.match(await late.textContent("h1"), new RegExp(w.over));
    if (javaScript) await house.axe(late);
    if (shots) await pictures(house, late, `welcome-over-${lang}`);
    await late.goto(server.base + "/");
    assert.match(await late.textContent("main"), lang === "en" ? /Kangning Subdistrict/ : /康宁街道/);
  } finally {
    await house.close();
  }
}

/** The page on a small phone and a wall, and in the dark. */
async function pictures(house, page, name) {
  const before = page.viewportSize();
  for (const width of [320, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    await house.shot(page, `${name}-${width}`);
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await house.shot(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(before);
}

test("a house is set up in Chinese", () => wholeSetUp("zh-CN", { shots: true }));
test("a house is set up in English", () => wholeSetUp("en", { shots: true }));
test("a house is set up without a script", () => wholeSetUp("zh-CN", { javaScript: false }));

test("larger and simpler from the first page on", async () => {
  const server = await emptyServer();
  const house = await open({ server });
  try {
    const page = await house.page({ width: 390, lang: "zh-CN" });
    await page.goto(server.link);
    await page.click(".switch--elder");
    await page.waitForSelector("html[data-mode=elder]");
    assert.match(page.url(), /\/setup\/subdistrict$/);
    await house.axe(page, { widths: [320, 390, 1440] });
    await pictures(house, page, "setup-elder");
    await page.goto(server.base + "/setup/reach");
    await house.axe(page, { widths: [320, 390, 1440] });
    await pictures(house, page, "setup-elder-reach");
  } finally {
    await house.close();
  }
});
