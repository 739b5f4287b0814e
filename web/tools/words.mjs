// Why this file exists: both languages must have the same keys with the same variables, and the templates only known ones.
import { readdir, readFile } from "node:fs/promises";
import { LANGS, crate, words } from "./locales.mjs";

const problems = [];
const [zh, en] = await Promise.all(LANGS.map(words));
const vars = (source) => {
  const out = new Map();
  for (const [, key, rest] of source.matchAll(/^([a-z][a-z0-9-]*) =((?:.*\n(?:[ \t}].*\n)*))/gm)) {
    out.set(key, [...new Set([...rest.matchAll(/\$(\w+)/g)].map((m) => m[1]))].sort().join(" "));
  }
  return out;
};
const a = vars(zh.source + "\n");
const b = vars(en.source + "\n");
for (const key of new Set([...a.keys(), ...b.keys()])) {
  if (!a.has(key)) problems.push(`zh-CN has no ${key}`);
  else if (!b.has(key)) problems.push(`en has no ${key}`);
  else if (a.get(key) !== b.get(key)) problems.push(`${key}: variables differ: [${a.get(key)}] and [${b.get(key)}]`);
  if (!/^(shell|error|status|common|form)-/.test(key)) problems.push(`${key}: unknown prefix`);
}
for (const w of [zh, en]) {
  const seen = new Set();
  for (const key of w.keys) seen.has(key) ? problems.push(`${key} stands twice`) : seen.add(key);
}
const folder = new URL("templates/", crate);
for (const file of await readdir(folder)) {
  const text = await readFile(new URL(file, folder), "utf8");
  for (const [, key] of text.matchAll(/\bw\.t1?\("([^"]+)"/g)) {
    // The templates of pages that are not ours use keys of other files too.
    if (/^(shell|error|status|common|form)-/.test(key) && !a.has(key)) problems.push(`${file}: no words for ${key}`);
  }
  if (file === "shell.html" || file === "components.html" || file === "error.html") {
    const bare = text.replace(/\{#[\s\S]*?#\}/g, "").match(/\p{Script=Han}+/u);
    if (bare) problems.push(`${file}: words in the template: ${bare[0]}`);
  }
}
if (problems.length) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`words: ${a.size} keys, equal in ${LANGS.join(" and ")}`);
