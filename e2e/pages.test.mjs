// Why this file exists: every page there is, in every look. The list of routes is the house's own (a snapshot its tests hold), pages are
// found by following links as people of each role do, and a page nobody finds fails the test. Each is valid HTML, axe finds nothing at
// three widths, nothing runs off the side. In two languages, in light and dark, plain and for elders; TONGXIN_E2E_FULL=1 takes all eight
// combinations instead of four that have each of them twice. TONGXIN_GALLERY=1 renews the pictures of docs/gallery.
import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { HtmlValidate } from "html-validate";

import { open } from "./harness.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const GALLERY = process.env.TONGXIN_GALLERY ? path.join(root, "docs", "gallery") : null;
const ROLES = [null, "secretary", "grid_worker", "admin", "subdistrict", "resident"];
const MODES = ["plain", "elder"];
const ALL = ["zh-CN", "en"].flatMap((lang) => [false, true].flatMap((dark) => MODES.map((mode) => ({ lang, dark, mode }))));
const LOOKS = process.env.TONGXIN_E2E_FULL ? ALL : ALL.filter(({ lang, dark, mode }) => (lang === "en") === (dark !== (mode === "elder")));

/** No pages, or pages of a moment that a journey of their own looks at (axe among it). */
const ELSEWHERE = {
  "/sign-in/second": "doors.test.mjs, in the middle of signing in",
  "/sign-in/phone": "doors.test.mjs, where short messages are set up",
  "/sign-in/recover/{token}": "doors.test.mjs, with the link of a letter",
  "/me/sign-in/mail/{token}": "doors.test.mjs, with the link of a letter",
  "/welcome/{token}": "rights.test.mjs, with an invitation",
  "/me/notices/{id}": "leads on to what the notice is about",
  "/work/token": "the round's fresh token",
  "/events": "a stream, board.test.mjs",
};
const BARE = /\.(json|csv|pdf|xlsx|zip|svg|atom|txt|js|webmanifest)$|^\/(files|requests)\/|\/with\/|\/link\/|\/back\/|\/out\/|^\/journal\/checkpoint$|^\/me\/chores\/.*\/file$/;

const validator = new HtmlValidate({ extends: ["html-validate:standard"] });
let house;
const seats = new Map();
const seat = (role) => seats.get(role);
before(async () => {
  house = await open({ matters: 60 });
  for (const role of ROLES) {
    const tab = await house.page({ width: 1440 });
    if (role) await house.signIn(tab, house.account(role));
    seats.set(role, tab);
  }
});
after(() => house.close());

/** The patterns of all pages, from the house's own list. */
async function routes() {
  const list = await readFile(path.join(root, "crates/tongxin/tests/house/snapshots/house__order__who_may_knock_where.snap"), "utf8");
  return [...list.matchAll(/^GET\s+(\/\S*)/gm)].map((m) => m[1]).filter((route) => !route.startsWith("/api/") && !BARE.test(route) && !ELSEWHERE[route]);
}

/** Which pattern a path belongs to: the one with the fewest blanks. */
function patternOf(patterns, pathname) {
  const fits = patterns.filter((p) => new RegExp(`^${p.replace(/\{[^}]+\}/g, "[^/]+")}$`).test(pathname));
  return fits.sort((a, b) => a.split("{").length - b.split("{").length)[0];
}

/** A report of somebody without an account, whose own pages hang on its secret token. */
async function reported() {
  const body = { category: "0201", description: "三号楼前的路灯不亮", location: { lat: 39.6125, lon: 109.784 } };
  const reply = await fetch(`${house.base}/api/v1/requests`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  assert.equal(reply.status, 201);
  const { token } = await reply.json();
  // The link that stands as a code on the printed receipt: read from the same receipt as a file.
  const receipt = await (await fetch(`${house.base}/r/${token}/receipt.json`)).json();
  const [, rows, root] = receipt.checkpoint.split("\n");
  const url = (bytes) => bytes.toString("base64url");
  const entries = receipt.entries.map(({ row }) => `${row.seq}.${url(Buffer.from(row.leaf, "hex"))}`);
  const paper = `/journal/seen?rows=${rows}&root=${url(Buffer.from(root, "base64"))}&entries=${entries.join(",")}`;
  return [`/r/${token}`, `/r/${token}/receipt`, `/rights/${token}`, paper];
}

/** One address for each pattern, and who reached it first, by following links from the home page. */
async function found() {
  const patterns = await routes();
  const mine = await reported();
  await seat("grid_worker").goto("/work/pool");
  await seat("grid_worker").locator('form[action$="/grab"] button').first().click();
  await seat("grid_worker").waitForURL(/\/work/);
  const pages = new Map();
  for (const role of ROLES) {
    const asked = new Set();
    const queue = ["/", "/q", "/desk/whistles", "/sign-in", "/demo/outbox", "/style", "/offline", "/about", "/me", "/me/sign-in/password", "/me/sign-in/app", "/me/sign-in/tokens/new", "/sign-in/recover", ...mine];
    while (queue.length) {
      const at = queue.shift();
      if (BARE.test(at.split(/[?#]/)[0])) continue; // a file is no page
      const pattern = patternOf(patterns, at.split(/[?#]/)[0]);
      if (!pattern || asked.has(pattern)) continue;
      const reply = await seat(role).request.get(at, { maxRedirects: 0 });
      if (!/text\/html/.test(reply.headers()["content-type"] ?? "") || reply.status() !== 200) continue;
      asked.add(pattern);
      if (!pages.has(pattern) || pattern === "/") pages.set(pattern === "/" ? `/ ${role ?? "guest"}` : pattern, { at, role });
      if (pattern === "/") pages.set("/", { at, role: null });
      const html = (await reply.text()).replaceAll("&#38;", "&");
      const links = [...html.matchAll(/(?:href|action)="(\/[^"#]*)"/g)].map((m) => m[1].replaceAll("&amp;", "&"));
      queue.push(...links);
      const site = at.match(/^\/sites\/([^/?]+)$/)?.[1];
      if (site) queue.push(`/q/${site}`);
    }
  }
  return { patterns, pages };
}

const nameOf = (pattern) => pattern.replace(/^\/$/, "home").replace(/^\/ /, "home-").replace(/[/{}]+/g, "-").replace(/^-|-$/g, "");

async function picture(tab, name, width, height) {
  await tab.setViewportSize({ width, height });
  const high = Math.min(await tab.evaluate(() => document.documentElement.scrollHeight), width < 500 ? 1800 : height);
  await tab.screenshot({ path: path.join(GALLERY, `${name}.jpg`), type: "jpeg", quality: 55, fullPage: true, clip: { x: 0, y: 0, width, height: high } });
}

test("every page: found by somebody, valid HTML, axe finds nothing in any look", async (t) => {
  const { patterns, pages } = await found();
  assert.deepEqual(patterns.filter((p) => !pages.has(p)), [], "pages that nobody finds by following links");
  if (GALLERY) {
    await rm(GALLERY, { recursive: true, force: true });
    await mkdir(GALLERY, { recursive: true });
  }
  const wrong = [];
  for (const [pattern, { at, role }] of [...pages].sort()) {
    const tab = seat(role);
    const started = Date.now();
    for (const { lang, dark, mode } of LOOKS) {
      await tab.context().addCookies([{ name: "lang", value: lang, url: house.base }, { name: "mode", value: mode === "elder" ? "elder" : "normal", url: house.base }]);
      await tab.emulateMedia({ colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
      const reply = await tab.goto(at);
      const html = await reply.text();
      const report = await validator.validateString(html);
      for (const { ruleId, message, line } of report.results.flatMap((r) => r.messages)) wrong.push(`${at} (${lang}) HTML ${ruleId}: ${message}: ${html.split("\n")[line - 1]?.trim().slice(0, 120)}`);
      await house.axe(tab).catch((error) => wrong.push(`${lang} ${dark ? "dark" : "light"} ${mode}: ${error.message}`));
      if (GALLERY && mode === "plain") await picture(tab, `${nameOf(pattern)}-${lang === "en" ? "en" : "zh"}`, lang === "en" ? 390 : 1440, lang === "en" ? 844 : 900);
      await tab.setViewportSize({ width: 1440, height: 900 });
    }
    t.diagnostic(`${pattern} as ${role ?? "a guest"}: ${Date.now() - started} ms`);
  }
  if (GALLERY) await writeFile(path.join(GALLERY, "README.md"), gallery([...pages].sort()));
  assert.deepEqual([...new Set(wrong)], []);
});

/** The gallery's own page. */
function gallery(pages) {
  const line = ([pattern, { role }]) => `## \`${pattern}\`${role ? `, as ${role}` : ""}\n\n![at a desk, Chinese](${nameOf(pattern)}-zh.jpg) ![on a phone, English](${nameOf(pattern)}-en.jpg)\n`;
  return `# Every page, once at a desk and once on a phone\n\nDrawn from the demo by \`TONGXIN_GALLERY=1 node --test pages.test.mjs\` in \`e2e/\`; people and matters in it are made up.\n\n${pages.map(line).join("\n")}`;
}
