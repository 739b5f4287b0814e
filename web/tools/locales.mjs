// Why this file exists: reads the Fluent files for the preview.
import { FluentBundle, FluentResource } from "@fluent/bundle";
import { readFile } from "node:fs/promises";

export const LANGS = ["zh-CN", "en"];
export const crate = new URL("../../crates/tongxin-web/", import.meta.url);

/** The words of a language: t(key), t1(key, name, value); a missing key is an error, never an empty string. */
export async function words(lang) {
  const source = await readFile(new URL(`i18n/${lang}.ftl`, crate), "utf8");
  const bundle = new FluentBundle(lang, { useIsolating: false });
  const errors = bundle.addResource(new FluentResource(source));
  if (errors.length) throw errors[0];
  const format = (key, args) => {
    const message = bundle.getMessage(key);
    if (!message?.value) throw new Error(`${lang}: no words for ${key}`);
    const problems = [];
    const text = bundle.formatPattern(message.value, args, problems);
    if (problems.length) throw new Error(`${lang}: ${key}: ${problems[0].message}`);
    return text;
  };
  return {
    keys: [...source.matchAll(/^([a-z][a-z0-9-]*) =/gm)].map((m) => m[1]),
    source,
    t: (key) => format(key, {}),
    t1: (key, name, value) => format(key, { [name]: value }),
  };
}
