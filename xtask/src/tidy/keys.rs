//! Every key that a template or a source names stands in a locale file: its room's own, or the shell's. Keys put together at
//! run time are beyond this rule; `check_room` and the pages' tests see those.

use std::collections::{BTreeMap, BTreeSet};

use super::rust::{self, Kind};
use super::{File, Finding};

/// Whose words everybody may use.
const SHELL: &str = "crates/tongxin-web";

/// Calls whose first argument is a key.
const FIRST: [&str; 6] = [".t(", ".t1(", ".optional(", "words.with(", "Error::rule(", "Error::conflict("];

/// Calls whose second argument is a key.
const SECOND: [&str; 2] = ["FieldError::new(", "Error::field("];

/// How templates ask for words.
const TEMPLATE: [&str; 4] = ["w.t(\"", "w.t1(\"", "w.with(\"", "w.optional(\""];

/// Checks templates and sources of the shell, the rooms and what lies under them.
pub fn check(files: &[File]) -> Vec<Finding> {
    let words = words(files);
    let Some(shell) = words.get(SHELL) else { return Vec::new() };
    let everybodys: BTreeSet<&str> = words.values().flatten().copied().collect();
    let mut findings = Vec::new();
    for file in files {
        let Some((owner, path)) = owner(&file.path) else { continue };
        let named = match (file.extension(), path) {
            ("html", path) if path.starts_with("templates/") => in_template(&file.text),
            ("rs", path) if path.starts_with("src/") && !path.starts_with("src/tests") => in_source(&file.text),
            _ => continue,
        };
        // The binary speaks of all rooms; a room speaks of itself and of the shell.
        let own = words.get(owner.as_str());
        let known = |key: &str| match own {
            _ if owner == "crates/tongxin" => everybodys.contains(key),
            own => shell.contains(key) || own.is_some_and(|own| own.contains(key)),
        };
        for (line, key) in named.into_iter().filter(|(_, key)| !known(key)) {
            let what = format!("there are no words for {key}");
            findings.push(Finding::new(&file.path, line, what, "write them in zh-CN.ftl and en.ftl, or mend the key"));
        }
    }
    findings
}

/// The crate that a file belongs to, and its path from there.
fn owner(path: &str) -> Option<(String, &str)> {
    let mut parts = path.splitn(3, '/');
    let (kind, name, rest) = (parts.next()?, parts.next()?, parts.next()?);
    matches!(kind, "crates" | "modules").then(|| (format!("{kind}/{name}"), rest))
}

/// The keys of each crate that has words. The languages have the same ones, another rule sees to that.
fn words(files: &[File]) -> BTreeMap<String, BTreeSet<&str>> {
    let mut words: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for file in files {
        let Some((owner, path)) = owner(&file.path) else { continue };
        // A room with many words keeps them in several i18n folders.
        if path != "i18n/zh-CN.ftl" && !path.ends_with("/i18n/zh-CN.ftl") {
            continue;
        }
        let keys = file.text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()));
        words.entry(owner).or_default().extend(keys.filter_map(|line| Some(line.split_once('=')?.0.trim_end())));
    }
    words
}

/// The keys a template names, with their lines.
fn in_template(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for call in TEMPLATE {
            for (at, _) in line.match_indices(call) {
                // Not the tail of a longer name.
                let is_w = !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
                if let Some((key, _)) = line[at + call.len()..].split_once('"').filter(|_| is_w) {
                    found.push((index + 1, key.to_owned()));
                }
            }
        }
    }
    found
}

/// The keys a source names, with their lines. What stands behind `#[cfg(test)]` may be made up.
fn in_source(text: &str) -> Vec<(usize, String)> {
    /// Stands for a text; no source has it.
    const TEXT: char = '\u{1}';
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut code = String::new();
    let mut texts = Vec::new();
    for piece in rust::pieces(text) {
        match piece.kind {
            Kind::Code => code.extend(piece.text.chars().filter(|c| !c.is_whitespace() && *c != '"')),
            Kind::Text => {
                texts.push((piece.line, piece.text));
                code.push(TEXT);
            }
            Kind::Comment => {}
        }
    }
    let number = |at: usize| code[..at].matches(TEXT).count();
    let mut found = BTreeSet::new();
    for call in FIRST {
        let places = code.match_indices(call).map(|(at, _)| at + call.len());
        found.extend(places.filter(|at| code[*at..].starts_with(TEXT)).map(number));
    }
    for call in SECOND {
        let places = code.match_indices(call).map(|(at, _)| at + call.len());
        found.extend(places.filter_map(|at| second(&code, at)).filter(|at| code[*at..].starts_with(TEXT)).map(number));
    }
    found.into_iter().filter_map(|index| texts.get(index)).map(|(line, key)| (*line, (*key).to_owned())).collect()
}

/// Where the second argument begins, in a call whose arguments begin at `start`.
fn second(code: &str, start: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, c) in code[start..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return None,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => return Some(start + at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::testing::{brief, file};
    use super::*;

    fn of(path: &str, text: &str) -> Vec<String> {
        let shell = file("crates/tongxin-web/i18n/zh-CN.ftl", "# 词\nshell-name = 同心\nform-required = 请填\n");
        let room = file("modules/a/i18n/zh-CN.ftl", "a-title = 甲\n    .x = 乙\n");
        brief(&check(&[shell, room, file(path, text)]))
    }

    #[test]
    fn known_keys_pass() {
        let template = "{{ w.t(\"a-title\") }} {{ w.t1(\"shell-name\", \"n\", n) }} {{ new.t(\"nothing\") }}";
        assert_eq!(of("modules/a/templates/a/x.html", template), [""; 0]);
        let source = "//! A.\nfn f() { words.t(\"a-title\"); Error::field(format!(\"{x}, {}\", g(1, 2)), \"form-required\");\n\
            FieldError::new(\n    \"name\",\n    \"form-required\",\n).with(\"max\", 3); t(\"no\"); words.t(&key); }\n\
            #[cfg(test)]\nmod tests {\n  fn g() { words.t(\"made-up\") }\n}";
        assert_eq!(of("modules/a/src/pages.rs", source), [""; 0]);
        assert_eq!(of("modules/a/src/tests/pages.rs", "words.t(\"made-up\")"), [""; 0]);
        assert_eq!(of("crates/tongxin/src/x.rs", "words.t(\"a-title\")"), [""; 0]);
    }

    #[test]
    fn each_rule_is_shown_to_fail() {
        let none = |path: &str, line: usize, key: &str| [format!("{path}:{line}: there are no words for {key}")];
        let template = "modules/a/templates/a/x.html";
        assert_eq!(of(template, "<p>\n{{ w.t(\"a-titel\") }}"), none(template, 2, "a-titel"));
        assert_eq!(of(template, "{{ ui::f(\"x\", w.optional(\"a-x\")) }}"), none(template, 1, "a-x"));
        let source = "modules/a/src/pages.rs";
        assert_eq!(of(source, "//! A.\nfn f() { ctx.words.t1(\"a-x\", \"n\", 1) }"), none(source, 2, "a-x"));
        assert_eq!(of(source, "Error::conflict(\"a-x\")"), none(source, 1, "a-x"));
        assert_eq!(of(source, "Error::field(\n\"name\",\n\"a-x\")"), none(source, 3, "a-x"));
        let kernel = "crates/tongxin-kernel/src/act.rs";
        assert_eq!(of(kernel, "Error::rule(\"a-title\")"), none(kernel, 1, "a-title"));
    }
}
