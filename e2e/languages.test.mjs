// Why this file exists: a third language is a folder of words, not code. It is begun by a command, translated in part, and read in a
// browser: by its own name, lines from top to bottom, in Chinese where it says nothing yet, and still usable by who cannot see it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { open } from "./harness.mjs";

const run = promisify(execFile);
const binary = process.env.TONGXIN_BIN;
const TAG = "mn-Mong";
const NAME = "ᠮᠣᠩᠭᠣᠯ";
const SKIP = "ᠭᠣᠣᠯ ᠠᠭᠤᠯᠭ᠎ᠠ";

let folder, house;
const language = (...args) => run(binary, ["language", ...args], { env: { ...process.env, TONGXIN_LANGUAGES: folder, TONGXIN_LOG: "error" } });

/** Puts other words under a key. */
async function say(key, words) {
  const file = path.join(folder, TAG, "shell.ftl");
  const text = await readFile(file, "utf8");
  assert.match(text, new RegExp(`^${key} = `, "m"));
  await writeFile(file, text.replace(new RegExp(`^${key} = .*$`, "m"), words ? `${key} = ${words}` : ""));
}

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "tongxin-languages-"));
  await language("new", TAG);
  await say("shell-language", NAME);
  await say("shell-writing", "vertical");
  await say("shell-skip", SKIP);
  await say("shell-about", "");
  house = await open({ matters: 0, env: { TONGXIN_LANGUAGES: folder } });
});
after(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

test("how far a language is, and what is wrong with it, is said by a command", async () => {
  const { stdout } = await language("check", "--json");
  const [{ language: tag, words, said, missing, unknown }] = JSON.parse(stdout);
  assert.deepEqual([tag, missing, unknown], [TAG, ["shell-about"], []]);
  assert.equal(said, words - 1);
  await assert.rejects(language("new", TAG), /is there already/);
  await assert.rejects(language("new", "en"), /not there yet/);
});

test("a page is read in it: its name, its lines, Chinese where it is silent", async () => {
  const tab = await house.page({ width: 390 });
  await tab.goto("/");
  assert.equal(await tab.locator("html").getAttribute("lang"), "zh-CN");
  await tab.getByRole("button", { name: NAME }).click();
  await tab.waitForURL("/");
  assert.equal(await tab.locator("html").getAttribute("lang"), TAG);
  assert.equal(await tab.locator("a.skip").textContent(), SKIP);
  assert.equal(await tab.locator(".footer__links li").last().textContent(), "关于同心");
  assert.equal(await tab.evaluate(() => getComputedStyle(document.body).writingMode), "vertical-lr");
  // Columns run to the right: the head of the page stands left of what it is about, and nothing hangs below the screen.
  const box = (selector) => tab.locator(selector).boundingBox();
  const [head, main] = [await box(".masthead"), await box("main")];
  assert.ok(head.x + head.width <= main.x + 1, "the page goes on to the right");
  assert.ok(await tab.evaluate(() => document.documentElement.scrollHeight <= window.innerHeight), "no column is longer than the screen");
  await tab.goto("/report");
  assert.ok(await tab.evaluate(() => document.documentElement.scrollHeight <= window.innerHeight), "no column is longer than the screen");
  await tab.getByRole("button", { name: "English" }).click();
  await tab.waitForURL("/report");
  assert.equal(await tab.locator("html").getAttribute("lang"), "en");
  assert.equal(await tab.evaluate(() => getComputedStyle(document.body).writingMode), "horizontal-tb");
});

test("whose browser asks for it gets it at once", async () => {
  const tab = await house.page({ width: 390, lang: "mn" });
  await tab.goto("/");
  assert.equal(await tab.locator("html").getAttribute("lang"), TAG);
});
