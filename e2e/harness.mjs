// Why this file exists: starts the real binary on the demo, a real browser on it, and fails on anything a reader of the
// browser console would frown at. A journey is then only what a person does.
//
//   const house = await open();                       // or open({ database: "postgres://..." })
//   const page = await house.page({ width: 390 });
//   await house.signIn(page, house.account("grid_worker"));
//   await house.axe(page);
//   await house.close();                              // throws if anything was wrong on the way
import axeCore from "axe-core";
import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const here = path.dirname(fileURLToPath(import.meta.url));
export const OUT = path.join(here, "out");
/** The widths every page must stand: a small phone, a phone, a desk. */
export const WIDTHS = [320, 390, 1440];
const HEIGHT = { 320: 640, 390: 844, 1440: 900, 1920: 1080 };
const READY_MS = 60_000; // first start: schema, demo population, argon2id hashes of the demo accounts
const STOP_MS = 10_000;

const FLAGS = [
  "--no-sandbox", // Chromium refuses to run as root without it; only our own pages are opened
  "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** A TCP port nobody listens on just now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts `tongxin demo` in a folder of its own and waits until /readyz says 200. */
export async function startBinary({ bin = process.env.TONGXIN_BIN, database, matters = 120, args = [], env = {}, at, kept } = {}) {
  if (!bin) throw new Error("TONGXIN_BIN is not set: build the binary and name it, e.g. TONGXIN_BIN=target/debug/tongxin");
  const data = kept ?? (await mkdtemp(path.join(tmpdir(), "tongxin-e2e-"))); // `kept`: the folder of one that was killed
  const port = at ?? (await freePort());
  const base = `http://localhost:${port}`; // the name, not the number: secure-context rules and passkeys want it
  const argv = ["demo", "--matters", String(matters), "--data", data, "--listen", `127.0.0.1:${port}`, ...(database ? ["--database", database] : []), ...args];
  const child = spawn(path.resolve(bin), argv, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  const keep = (chunk) => (log = (log + chunk).slice(-20_000));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  let ended = null;
  child.once("error", (error) => (ended = error.message));
  child.once("exit", (code, signal) => (ended ??= `exit ${code ?? signal}`));

  const stop = async () => {
    if (ended === null) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await gone;
      clearTimeout(late);
    }
    await rm(data, { recursive: true, force: true });
  };
  /** Ends it in the middle of whatever it does; the folder stays. */
  const kill = async () => {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  };
  const until = Date.now() + READY_MS;
  for (;;) {
    if (ended !== null) {
      await stop();
      throw new Error(`the binary did not start (${ended}):\n${log}`);
    }
    const ready = await fetch(`${base}/readyz`).then((r) => r.ok, () => false);
    if (ready) break;
    if (Date.now() > until) {
      await stop();
      throw new Error(`/readyz did not answer 200 within ${READY_MS} ms:\n${log}`);
    }
    await sleep(100);
  }
  const accounts = JSON.parse(await readFile(path.join(data, "demo-accounts.json"), "utf8"));
  return { base, data, accounts, stop, kill, log: () => log };
}

const run = promisify(execFile);

/** Makes an empty database beside the one `url` names, with psql; returns its URL and how to drop it. */
export async function freshDatabase(url) {
  const name = `tongxin_e2e_${process.pid}_${Date.now().toString(36)}`;
  const psql = (sql) => run("psql", ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", sql, url]);
  await psql(`CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: own.href, drop: () => psql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/**
 * A browser on a running server. `server` is {base, accounts?, stop?}; without it the binary is started.
 * PostgreSQL: pass `database`, or set TONGXIN_TEST_POSTGRES and pass `postgres: true`: a database of its own is made in
 * that cluster and dropped at the end.
 */
export async function open({ server, database, postgres = false, matters, args, env, at, flags = [] } = {}) {
  let drop;
  if (postgres && !database) {
    const cluster = process.env.TONGXIN_TEST_POSTGRES;
    if (!cluster) throw new Error("TONGXIN_TEST_POSTGRES is not set");
    ({ url: database, drop } = await freshDatabase(cluster));
  }
  const stopServer = async () => {
    await server?.stop?.();
    await drop?.();
  };
  try {
    server ??= await startBinary({ database, matters, args, env, at });
  } catch (error) {
    await stopServer();
    throw error;
  }
  let browser;
  try {
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: [...FLAGS, ...flags] });
  } catch (error) {
    await stopServer();
    throw error;
  }
  const troubles = [];
  const contexts = new Set();

  /** A fresh person: cookies of their own; `elsewhere` names other hosts that belong to the journey. Options: width, lang, dark, javaScript, geolocation {latitude, longitude}, userAgent. */
  async function page({ width = 390, lang = "zh-CN", dark = false, javaScript = true, geolocation, userAgent, elsewhere = [] } = {}) {
    const context = await browser.newContext({
      baseURL: server.base,
      viewport: { width, height: HEIGHT[width] ?? 900 },
      locale: lang,
      timezoneId: "Asia/Shanghai",
      colorScheme: dark ? "dark" : "light",
      reducedMotion: "reduce",
      ...(userAgent ? { userAgent } : {}),
      javaScriptEnabled: javaScript,
      ...(geolocation ? { geolocation, permissions: ["geolocation"] } : {}),
    });
    contexts.add(context);
    context.setDefaultTimeout(10_000);
    const tab = await context.newPage();
    tab.expected = new Set();
    const abroad = () => elsewhere.some((origin) => tab.url().startsWith(`${origin}/`)); // what its pages do is not ours to mend
    const trouble = (what) => abroad() || troubles.push(`${tab.url()}: ${what}`);
    tab.on("pageerror", (error) => trouble(`page error: ${error.message}`));
    tab.on("console", (message) => {
      if (message.type() !== "error") return;
      // The browser reports every 4xx as a console error; those a journey announced are part of it.
      const status = message.text().match(/responded with a status of (\d+)/)?.[1];
      if (status && tab.expected.has(Number(status))) return;
      trouble(`console: ${message.text()} ${message.location()?.url ?? ""}`);
    });
    tab.on("response", (response) => {
      if (response.status() >= 500 && !tab.expected.has(response.status())) trouble(`${response.status()} from ${response.url()}`);
    });
    tab.on("request", (request) => {
      const url = new URL(request.url());
      if (/^https?:$/.test(url.protocol) && url.origin !== new URL(server.base).origin && !elsewhere.includes(url.origin)) trouble(`asks another host: ${url.origin}`);
    });
    if (javaScript) {
      await context.exposeBinding("__cspViolation", (_source, what) => trouble(`content security policy: ${what}`));
      await context.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", (e) => {
          window.__cspViolation(`${e.violatedDirective} blocked ${e.blockedURI} ${e.sourceFile ?? ""}:${e.lineNumber}`);
        });
      });
    }
    return tab;
  }

  /** These statuses are part of the journey, e.g. expect(page, 422). */
  const expect = (tab, ...statuses) => statuses.forEach((s) => tab.expected.add(s));

  /** A demo account of a role; `n` picks another one of the same role. */
  function account(role, n = 0) {
    const of = (server.accounts ?? []).filter((a) => a.role === role);
    if (!of[n]) throw new Error(`the demo has no account ${n} with role ${role}`);
    return of[n];
  }

  async function signIn(tab, who) {
    await tab.goto("/sign-in");
    await tab.locator('[name="login"]').fill(who.login);
    await tab.locator('[name="password"]').fill(who.password);
    await Promise.all([
      tab.waitForURL((url) => url.pathname !== "/sign-in"),
      tab.locator('main form:has([name="password"]) button:not([type="button"])').first().click(),
    ]);
  }

  /** Runs axe at every width and checks that nothing runs off the side; throws with a readable list. */
  async function axe(tab, { widths = WIDTHS, disable = [] } = {}) {
    const before = tab.viewportSize();
    const found = [];
    for (const width of widths) {
      await tab.setViewportSize({ width, height: HEIGHT[width] ?? 900 });
      const over = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) found.push(`${width} px: the page is ${over} px wider than the screen`);
      await tab.evaluate(axeCore.source); // by the debugging protocol, so the page's policy stays as strict as it is
      const result = await tab.evaluate((off) =>
        window.axe.run(document, {
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
          rules: Object.fromEntries(off.map((id) => [id, { enabled: false }])),
          resultTypes: ["violations"],
        }), disable);
      for (const v of result.violations) {
        for (const node of v.nodes.slice(0, 3)) found.push(`${width} px: ${v.id}: ${v.help}: ${node.target.join(" ")}\n    ${node.html.slice(0, 160)}`);
      }
    }
    await tab.setViewportSize(before);
    if (found.length) throw new Error(`${tab.url()}: axe found\n  ${found.join("\n  ")}`);
  }

  /** A picture of the whole page under e2e/out/. */
  /** Opens a link as a page of its own: beside a list a wide screen would show it in the pane. */
  async function follow(tab, selector) {
    await tab.goto(new URL(await tab.locator(selector).first().getAttribute("href"), server.base).href);
  }

  async function shot(tab, name) {
    await mkdir(OUT, { recursive: true });
    const file = path.join(OUT, `${name.replace(/[^\w.-]+/g, "-")}.png`);
    await tab.screenshot({ path: file, fullPage: true });
    return file;
  }

  /** What went wrong so far; empties the list. */
  const takeTroubles = () => troubles.splice(0);

  /** Ends everything; throws if a page complained on the way. */
  async function close() {
    for (const context of contexts) await context.close().catch(() => {});
    await browser.close().catch(() => {});
    await stopServer();
    const left = takeTroubles();
    if (left.length) throw new Error(`the browser complained:\n  ${left.join("\n  ")}\n${server.log?.().slice(-2000) ?? ""}`);
  }

  return { base: server.base, data: server.data, accounts: server.accounts ?? [], page, expect, account, signIn, axe, shot, follow, takeTroubles, close };
}

/** Waits until a promise of the page comes out true; a page's own `waitForFunction` takes the promise itself for a yes. */
export async function until(page, ask, given) {
  for (let tries = 0; tries < 70; tries++) {
    if (await page.evaluate(ask, given)) return;
    await page.waitForTimeout(150);
  }
  throw new Error(`never came true: ${ask}`);
}
