// Why this file exists: reads src/tokens.css into the values of each look, for the contrast check and the style page.
import { readFile } from "node:fs/promises";

/** Four looks, each {name: value} of what it sets: light, dark, elder, elderDark. A look inherits what it does not set. */
export async function readTokens() {
  const css = (await readFile(new URL("../src/tokens.css", import.meta.url), "utf8")).replace(/,\n\s+/g, ", ");
  const looks = { light: {}, dark: {}, elder: {}, elderDark: {} };
  let inDark = false;
  let into = null;
  for (const line of css.split("\n")) {
    if (line.startsWith("@media (prefers-color-scheme: dark)")) inDark = true;
    else if (line === "}") { inDark = false; into = null; }
    if (/:root\[data-mode="elder"\] \{/.test(line)) into = inDark ? looks.elderDark : looks.elder;
    else if (/:root \{/.test(line)) into = inDark ? looks.dark : looks.light;
    const [, name, value] = line.match(/^\s*--([\w-]+):\s*(.+);$/) ?? [];
    if (name && into) into[name] = value;
  }
  return looks;
}
