//! Everything we build on comes under a licence that lets a subdistrict use, change and pass on the whole.

use serde_json::Value;

use super::crates::Metadata;
use super::{File, Finding};

/// Licences we take. What is offered under several (`A OR B`) needs one of these, what comes under several (`A AND B`)
/// needs all. Public-domain dedications (Unlicense) are not valid everywhere, so they count only beside one of these.
const ALLOWED: [&str; 12] = [
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "MPL-2.0",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "0BSD",
    "OFL-1.1",
    "CC0-1.0",
    "BSD-0-Clause", // as htmx writes 0BSD
];

/// Packages that say their licence in their papers alone, and not where programs look: name, version, licence as it was read there.
const READ_BY_HAND: [(&str, &str, &str); 2] = [
    ("only", "0.0.2", "MIT"), // under koa, which the tests' OpenID provider stands on (ADR 32)
    ("parse-cache-control", "1.0.1", "BSD-3-Clause"), // under lighthouse, which judges the street (ADR 44)
];

/// What tools of the journeys may also come under: it asks no more than MIT does, and none of them is shipped (ADR 44).
const FOR_JOURNEYS: (&str, &str) = ("e2e/package-lock.json", "BlueOak-1.0.0");

const MEND: &str = "choose another package, or argue for the licence in docs/adr and xtask/src/tidy/licences.rs";

/// Checks every crate that the workspace depends on, also through others.
pub fn crates(metadata: &Metadata) -> Vec<Finding> {
    metadata
        .packages
        .iter()
        .filter_map(|package| finding("Cargo.lock", 1, &package.name, &package.version, package.license.as_deref()))
        .collect()
}

/// Checks every npm package in a lock file.
pub fn packages(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.name() == "package-lock.json") {
        let Ok(lock) = serde_json::from_str::<Value>(&file.text) else {
            findings.push(Finding::new(&file.path, 1, "is no JSON", "write it anew with npm install"));
            continue;
        };
        for (path, package) in lock["packages"].as_object().into_iter().flatten() {
            let name =
                path.rsplit("node_modules/").next().filter(|name| !name.is_empty()).unwrap_or("the package itself");
            let line = file.line_of(&format!("\"{path}\": {{"));
            let text = |key: &str| package[key].as_str();
            let version = text("version").unwrap_or("?");
            let by_hand = READ_BY_HAND.iter().find(|(known, of, _)| *known == name && *of == version);
            let licence = text("license").or(by_hand.map(|(_, _, licence)| *licence));
            if licence.is_some_and(|licence| (file.path.as_str(), licence) == FOR_JOURNEYS) {
                continue;
            }
            findings.extend(finding(&file.path, line, name, version, licence));
        }
    }
    findings
}

fn finding(file: &str, line: usize, name: &str, version: &str, licence: Option<&str>) -> Option<Finding> {
    let what = match licence {
        None => format!("{name} {version} names no licence"),
        Some(licence) if !allowed(licence) => format!("{name} {version} comes under {licence}"),
        Some(_) => return None,
    };
    Some(Finding::new(file, line, what, MEND))
}

/// Whether an SPDX expression leaves us a licence we take. `/` is the old way to write OR; an exception (`WITH`) only
/// gives more.
fn allowed(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let answer = any(&tokens, &mut at);
    answer && at == tokens.len()
}

fn any(tokens: &[&str], at: &mut usize) -> bool {
    let mut answer = all(tokens, at);
    while tokens.get(*at) == Some(&"OR") {
        *at += 1;
        answer |= all(tokens, at);
    }
    answer
}

fn all(tokens: &[&str], at: &mut usize) -> bool {
    let mut answer = one(tokens, at);
    while tokens.get(*at) == Some(&"AND") {
        *at += 1;
        answer &= one(tokens, at);
    }
    answer
}

fn one(tokens: &[&str], at: &mut usize) -> bool {
    let Some(token) = tokens.get(*at) else { return false };
    *at += 1;
    if *token == "(" {
        let answer = any(tokens, at);
        *at += 1; // the closing one
        return answer;
    }
    if tokens.get(*at) == Some(&"WITH") {
        *at += 2;
    }
    ALLOWED.contains(token)
}

#[cfg(test)]
mod tests {
    use super::super::crates::tests::ours;
    use super::super::testing::{brief, file};
    use super::*;

    #[test]
    fn expressions_are_understood() {
        for yes in [
            "MIT",
            "MIT/Apache-2.0",
            "Apache-2.0 / MIT",
            "Unlicense OR MIT",
            "(MIT OR GPL-3.0-only) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
            "LGPL-2.1-or-later OR Apache-2.0 WITH LLVM-exception AND MIT",
        ] {
            assert!(allowed(yes), "{yes}");
        }
        for no in ["", "GPL-3.0-only", "Unlicense", "MIT AND GPL-3.0-only", "(MIT", "AGPL-3.0 WITH x", "MIT MIT"] {
            assert!(!allowed(no), "{no}");
        }
    }

    #[test]
    fn each_rule_is_shown_to_fail() {
        let mut metadata = ours(&[("a", "a", &[]), ("b", "b", &[])]);
        metadata.packages[0].license = Some("SSPL-1.0".to_owned());
        metadata.packages[1].license = None;
        assert_eq!(
            brief(&crates(&metadata)),
            ["Cargo.lock:1: a 0.1.0 comes under SSPL-1.0", "Cargo.lock:1: b 0.1.0 names no licence"]
        );
        let lock = "{\"packages\": {\n\"\": {\"license\": \"MIT\"},\n\"node_modules/@a/b\": {\"version\": \"2.0.0\", \"license\": \"GPL-2.0\"}}}";
        assert_eq!(
            brief(&packages(&[file("web/package-lock.json", lock)])),
            ["web/package-lock.json:3: @a/b 2.0.0 comes under GPL-2.0"]
        );
    }
}
