// Why this file exists: WCAG contrast of the tokens, in all four looks: light, dark, elder light, elder dark.
import { readTokens } from "./tokens.mjs";

const { light, dark, elder, elderDark } = await readTokens();
const looks = {
  light: light,
  dark: { ...light, ...dark },
  "elder light": { ...light, ...elder },
  "elder dark": { ...light, ...dark, ...elder, ...elderDark },
};
const channel = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const luminance = (hex) => {
  const [r, g, b] = [1, 3, 5].map((i) => channel(parseInt(hex.slice(i, i + 2), 16) / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (a, b) => {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
};
const text = [
  ...["ink", "ink-soft", "accent", "accent-deep", "bad"].flatMap((f) => ["paper", "sheet"].map((b) => [f, b])),
  ["ink", "sunk"], ["ink-soft", "sunk"], ["accent", "accent-wash"], ["ink", "accent-wash"], ["ink-soft", "accent-wash"],
  ["good", "good-wash"], ["warn", "warn-wash"], ["bad", "bad-wash"], ["warn", "sheet"], ["good", "sheet"], ["info", "sheet"],
  ["ink", "good-wash"], ["ink", "warn-wash"], ["ink", "bad-wash"], ["ink", "info-wash"],
  ["on-accent", "accent-fill"], ["on-accent", "accent-fill-deep"], ["paper", "ink"], ["paper", "bad"],
];
const signs = [["edge", "paper"], ["edge", "sheet"], ["focus", "paper"], ["focus", "sheet"], ["accent", "paper"], ["accent", "sheet"], ["info", "paper"], ["good", "paper"], ["warn", "paper"]];
let failed = 0;
let least = {};
for (const [look, t] of Object.entries(looks)) {
  const want = look.startsWith("elder") ? 7 : 4.5;
  for (const [list, need] of [[text, want], [signs, 3]]) {
    for (const [f, b] of list) {
      const r = ratio(t[f], t[b]);
      if (list === text) least[look] = Math.min(least[look] ?? 99, r);
      if (r < need) {
        failed++;
        console.error(`${look}: ${f} on ${b} is ${r.toFixed(2)}:1, must be ${need}:1`);
      }
    }
  }
}
if (failed) process.exit(1);
console.log("contrast: least text contrast " + Object.entries(least).map(([k, v]) => `${k} ${v.toFixed(1)}:1`).join(", "));
