//! Rules for source files: each says why it exists, none is too long, rules of the work are not `async`, lints are
//! expected rather than allowed.

use super::rust::{self, Kind};
use super::{File, Finding};

/// A file that is longer is two files.
const MAX_LINES: usize = 600;

/// What is written by hand and read by people. Lock files, data and snapshots may be as long as they are.
const WRITTEN: [&str; 12] = ["rs", "sql", "html", "css", "js", "mjs", "ts", "ftl", "sh", "py", "md", "toml"];

/// Checks every source file.
pub fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| WRITTEN.contains(&file.extension())) {
        let lines = file.text.lines().count();
        if lines > MAX_LINES {
            let what = format!("{lines} lines, {MAX_LINES} at most");
            findings.push(Finding::new(&file.path, MAX_LINES + 1, what, "part it by what its parts are about"));
        }
        if file.extension() == "rs" {
            rust_file(file, &mut findings);
        }
    }
    findings
}

fn rust_file(file: &File, findings: &mut Vec<Finding>) {
    let mut find = |line, what: &str, mend| findings.push(Finding::new(&file.path, line, what, mend));
    if !file.text.starts_with("//! ") {
        find(1, "does not say why it exists", "begin the file with a `//! ...` line");
    }
    let is_domain = file.name() == "domain.rs" || file.folder().ends_with("/domain");
    if is_domain && let Some((line, _)) = rust::words(&file.text).into_iter().find(|(_, word)| *word == "async") {
        find(line, "async in the rules of the work", "move what waits to actions.rs; domain.rs is pure");
    }
    for piece in rust::pieces(&file.text).iter().filter(|piece| piece.kind == Kind::Code) {
        for (index, line) in piece.text.split('\n').enumerate() {
            if line.contains("#[allow(") || line.contains("#![allow(") {
                find(piece.line + index, "a lint is allowed", "use #[expect(.., reason = \"..\")], or mend the cause");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{brief, file};
    use super::*;

    #[test]
    fn each_rule_is_shown_to_fail() {
        let files = [
            file("a.rs", "fn a() {}\n"),
            file("modules/x/src/domain.rs", "//! Rules.\n// async is fine here\nasync fn grab() {}\n"),
            file("modules/x/src/domain/rules.rs", "//! Rules.\nfn f() { async {} }\n"),
            file("b.rs", "//! B.\n\n#[allow(dead_code)]\nfn b() {}\n"),
            file("c.md", &"line\n".repeat(601)),
        ];
        assert_eq!(
            brief(&check(&files)),
            [
                "a.rs:1: does not say why it exists",
                "modules/x/src/domain.rs:3: async in the rules of the work",
                "modules/x/src/domain/rules.rs:2: async in the rules of the work",
                "b.rs:3: a lint is allowed",
                "c.md:601: 601 lines, 600 at most",
            ]
        );
    }

    #[test]
    fn what_is_well_is_not_found() {
        let files = [
            file("a.rs", "//! A.\n#[expect(dead_code, reason = \"soon\")]\nfn a() { \"#[allow(x)]\"; }\n"),
            file("modules/x/src/actions.rs", "//! Acts.\nasync fn grab() {}\n"),
            file("b.md", &"line\n".repeat(600)),
            file("Cargo.lock", &"line\n".repeat(9000)),
        ];
        assert_eq!(brief(&check(&files)), [""; 0]);
    }
}
