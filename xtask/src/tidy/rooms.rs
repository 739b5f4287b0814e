//! Every module has a README and stands once in the one list of the binary.

use std::collections::BTreeSet;

use super::rust;
use super::{File, Finding};

/// The one list.
const LIST: &str = "crates/tongxin/src/modules.rs";

/// Checks every folder of `modules/`.
pub fn check(files: &[File]) -> Vec<Finding> {
    let modules: BTreeSet<&str> = files.iter().filter_map(|file| Some(file.module()?.0)).collect();
    let mut findings = Vec::new();
    let list = files.iter().find(|file| file.path == LIST);
    if list.is_none() {
        findings.push(Finding::new(LIST, 1, "is missing", "list every module there"));
    }
    let named = list.map(|list| rust::words(&list.text)).unwrap_or_default();
    for module in modules {
        let readme = format!("modules/{module}/README.md");
        if !files.iter().any(|file| file.path == readme) {
            findings.push(Finding::new(&readme, 1, "is missing", "say what the room is for, its words, its states"));
        }
        let name = format!("tongxin_{}", module.replace('-', "_"));
        let lines: Vec<usize> = named.iter().filter(|(_, word)| *word == name).map(|(line, _)| *line).collect();
        match lines[..] {
            [] if list.is_some() => {
                findings.push(Finding::new(LIST, 1, format!("{name} is not in the list"), "add &its MODULE"));
            }
            [] | [_] => {}
            [_, again, ..] => {
                findings.push(Finding::new(LIST, again, format!("{name} is named again"), "name each module once"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::testing::{brief, file};
    use super::*;

    #[test]
    fn each_rule_is_shown_to_fail() {
        let a = || file("modules/a/README.md", "A");
        let list = |text| file(LIST, text);
        assert_eq!(brief(&check(&[a(), list("&[&tongxin_a::MODULE]")])), [""; 0]);
        assert_eq!(brief(&check(&[a()])), [format!("{LIST}:1: is missing")]);
        assert_eq!(
            brief(&check(&[a(), list("// tongxin_a\n&[]")])),
            [format!("{LIST}:1: tongxin_a is not in the list")]
        );
        assert_eq!(
            brief(&check(&[a(), list("&[tongxin_a::MODULE,\ntongxin_a::MODULE]")])),
            [format!("{LIST}:2: tongxin_a is named again")]
        );
        assert_eq!(
            brief(&check(&[file("modules/a/src/lib.rs", ""), list("tongxin_a")])),
            ["modules/a/README.md:1: is missing"]
        );
    }
}
