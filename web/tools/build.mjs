// Why this file exists: turns src/ into dist/ with content-hashed names and a manifest the server reads.
import { Resvg } from "@resvg/resvg-js";
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { readTokens } from "./tokens.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, "dist");
const LIMIT_BYTES = 40 * 1024; // css and js together, gzipped: the report page may weigh 60 KB with everything on it

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

const manifest = {};
async function put(name, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const { name: stem, ext } = path.parse(name);
  manifest[name] = `${stem}.${hash}${ext}`;
  await writeFile(path.join(dist, manifest[name]), bytes);
}

for (const name of ["mark.svg", "icon.svg", "rings.svg"]) {
  const svg = (await readFile(path.join(root, "src", name), "utf8")).replace(/>\s+</g, "><").trim();
  await put(name, Buffer.from(svg));
}

// The faces of what is printed go into the binary packed, beside what browsers are served.
const print = path.join(root, "print");
await rm(print, { recursive: true, force: true });
await mkdir(print, { recursive: true });
for (const [face, file] of [
  ["noto-sans-sc", "400Regular/NotoSansSC_400Regular"],
  ["noto-sans-sc", "700Bold/NotoSansSC_700Bold"],
  ["noto-serif-sc", "400Regular/NotoSerifSC_400Regular"],
]) {
  const bytes = await readFile(path.join(root, `node_modules/@expo-google-fonts/${face}/${file}.ttf`));
  await writeFile(path.join(print, `${path.basename(file).toLowerCase()}.ttf.gz`), gzipSync(bytes, { level: 9 }));
}

// What a telephone shows of the app. A maskable one is cut to any shape: the ground to its edges, the sign within the middle.
const icon = await readFile(path.join(root, "src/icon.svg"), "utf8");
const maskable = icon.replace('rx="14"', "").replace("<g fill", '<g transform="translate(9.6 9.6) scale(.7)"><g fill').replace("</svg>", "</g></svg>");
for (const [name, svg, width] of [["icon-192.png", icon, 192], ["icon-512.png", icon, 512], ["icon-maskable.png", maskable, 512]]) {
  await put(name, new Resvg(svg, { fitTo: { mode: "width", value: width } }).render().asPng());
}

// Where one of our files names another (url("rings.svg")), write the hashed name.
const hashed = {
  name: "hashed",
  setup(b) {
    b.onResolve({ filter: /\.svg$/ }, ({ path: wanted }) => {
      const name = path.basename(wanted);
      if (!manifest[name]) return { errors: [{ text: `${name} is not in the manifest` }] };
      return { path: manifest[name], external: true };
    });
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  write: false,
  legalComments: "none",
  logLevel: "warning",
  plugins: [hashed],
};
const js = await build({ ...common, entryPoints: ["src/app.js"], format: "iife", target: ["es2022"], outfile: "app.js" });
const css = await build({ ...common, entryPoints: ["src/app.css"], target: ["chrome90", "safari14", "firefox90"], outfile: "app.css" });
// On demand alone: passkeys on the pages of the doors; the map, a module of its own, and its worker, which must come from here. Their licence stays in them.
const apart = { ...common, format: "esm", target: ["es2022"], legalComments: "inline" };
for (const [name, entry] of [["map-worker.js", "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs"], ["map.js", "src/map.js"], ["passkeys.js", "src/passkeys.js"], ["push.js", "src/push.js"], ["round.js", "src/round.js"]]) {
  const built = await build({ ...apart, entryPoints: [entry], outfile: name });
  await put(name, Buffer.from(built.outputFiles[0].contents));
}
// The style page shows every token there is: its own sheet gives each a class, and the values stand in a list.
const looks = await readTokens();
const tokens = Object.keys(looks.light).map((name) => ({ name, light: looks.light[name], dark: looks.dark[name] ?? looks.light[name], elder: looks.elder[name] ?? "", elder_dark: looks.elderDark[name] ?? "" }));
const uses = [[/^#/, "background"], [/rem/, "font-size"], [/px/, "inline-size"]];
const shown = tokens.map(({ name, light }) => [name, uses.find(([like]) => like.test(light))?.[1]]).filter(([, use]) => use);
const page = await build({ ...common, stdin: { contents: `@import "./src/style-page.css";\n${shown.map(([name, use]) => `.token-${name} { ${use}: var(--${name}); }`).join("\n")}`, resolveDir: root, loader: "css" }, outfile: "style.css" });
await put("style.css", Buffer.from(page.outputFiles[0].contents));
await put("tokens.json", Buffer.from(JSON.stringify(tokens)));
await put("app.js", Buffer.from(js.outputFiles[0].contents));
await put("app.css", Buffer.from(css.outputFiles[0].contents));
// The worker names what it keeps, so it comes last and is another one whenever any of that is.
const shell = ["app.js", "app.css", "round.js", "mark.svg", "icon.svg", "rings.svg"].map((name) => `/assets/${manifest[name]}`);
const sw = await build({ ...common, entryPoints: ["src/sw.js"], format: "iife", target: ["es2022"], outfile: "sw.js", define: { SHELL: JSON.stringify(shell), ICON: JSON.stringify(`/assets/${manifest["icon-192.png"]}`) } });
await put("sw.js", Buffer.from(sw.outputFiles[0].contents));
await writeFile(path.join(dist, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");

let total = 0;
for (const [name, file] of Object.entries(manifest)) {
  const bytes = await readFile(path.join(dist, file));
  const small = gzipSync(bytes, { level: 9 }).length;
  if (/^app\.(css|js)$/.test(name)) total += small;
  console.log(`${name.padEnd(13)} ${String(bytes.length).padStart(7)} bytes  ${String(small).padStart(6)} gzipped  ${file}`);
}
console.log(`app css + js  ${total} bytes gzipped, limit ${LIMIT_BYTES}`);
if (total > LIMIT_BYTES) {
  console.error("Too heavy: css + js pass their limit. Take something out or load it on demand.");
  process.exit(1);
}
