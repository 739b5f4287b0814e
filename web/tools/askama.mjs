// Why this file exists: renders our askama templates in Node, for the preview only. It knows just the part of the
// language our templates use and stops at anything else, so that the preview shows the real markup.

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (value) => String(value).replace(/[&<>"']/g, (c) => escapes[c]);

const expr = (rust) => rust.trim().replace(/\.is_empty\(\)/g, ".length === 0").replace(/!(\w+(?:\.\w+)*)\.length === 0/g, "$1.length !== 0")
  .replace(/([^=!])==([^=])/g, "$1===$2").replace(/loop\.first/g, "(loop_i === 0)").replace(/loop\.index/g, "(loop_i + 1)").replace(/::/g, ".");

/** Splits a template into text and tags and turns it into the body of a JavaScript function. */
function compile(source, name) {
  const parts = source.split(/(\{#[\s\S]*?#\}|\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\})/);
  let code = "let out = '';\n";
  const macros = [];
  let trim = false;
  parts.forEach((part, index) => {
    const tag = /^\{[#%{]/.test(part);
    if (!tag) {
      let text = part;
      if (trim) text = text.replace(/^\s+/, "");
      if (/^\{[#%{]-/.test(parts[index + 1] ?? "")) text = text.replace(/\s+$/, "");
      if (text) code += `out += ${JSON.stringify(text)};\n`;
      trim = false;
      return;
    }
    trim = /-[#%}]\}$/.test(part);
    if (part.startsWith("{#")) return;
    const inner = part.slice(2, -2).replace(/^-|-$/g, "").trim();
    if (part.startsWith("{{")) {
      const safe = inner.match(/^(.*)\|\s*safe$/s);
      code += safe ? `out += ${expr(safe[1])};\n` : `out += escape(${expr(inner)});\n`;
      return;
    }
    let m;
    if ((m = inner.match(/^if let Some\((\w+)\) = (\w+)$/))) code += `if (${m[2]} != null) { const ${m[1]} = ${m[2]};\n`;
    else if ((m = inner.match(/^if (.*)$/s))) code += `if (${expr(m[1])}) {\n`;
    else if (inner === "else") code += "} else {\n";
    else if ((m = inner.match(/^for (\w+) in (.*)$/))) code += `for (const [loop_i, ${m[1]}] of [...(${expr(m[2])})].entries()) {\n`;
    else if (/^end(if|for)$/.test(inner)) code += "}\n";
    else if ((m = inner.match(/^macro (\w+)\(([\s\S]*)\)$/))) {
      macros.push(m[1]);
      code += `function ${m[1]}(${m[2]}) { let out = '';\n`;
    } else if (inner === "endmacro") code += "return out; }\n";
    else throw new Error(`${name}: the preview does not know {% ${inner} %}`);
  });
  return { code, macros };
}

/** A page template as a function of its fields. */
export function template(source, name, fields) {
  const { code } = compile(source, name);
  const run = new Function("escape", ...fields, `${code}\nreturn out;`);
  return (values) => run(escape, ...fields.map((field) => values[field]));
}

/** The macros of a file as an object of functions; arguments by place, as in the template. */
export function macros(source, name) {
  const { code, macros: names } = compile(source, name);
  return new Function("escape", `${code}\nreturn { ${names.join(", ")} };`)(escape);
}
