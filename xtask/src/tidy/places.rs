//! No file says where somebody's machine keeps things, or which mirror of a registry it asks.

use std::path::Path;

use super::{File, Finding};

/// Begin a folder of one person.
const HOMES: [&str; 3] = [concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("C:\\Us", "ers\\")];

/// How cargo itself writes the one registry that its lock file always names.
const CRATES: &str = "rust-lang/crates.io-index";

/// Settings that name a registry.
const SETTINGS: [&str; 6] = [
    "\"resolved\": \"",
    "source = \"",
    "registry=",
    concat!("index", "-url="),
    concat!("index", "-url "),
    "registry = \"",
];

/// The paths of this machine that no file may name: the project's own folder and the home of who runs this.
pub fn here(root: &Path) -> Vec<String> {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned()).display().to_string();
    let home = std::env::var("HOME").ok().map(|home| format!("{home}/"));
    home.into_iter().chain([root]).filter(|path| path.len() > 2).collect()
}

/// Checks every file for the paths in `here`, for homes and for mirrors.
pub fn check(files: &[File], here: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        for (index, line) in file.text.lines().enumerate() {
            let is_path = |path: &str| {
                line.match_indices(path).any(|(at, _)| {
                    // Not the tail of a longer path or of a URL.
                    !line[..at]
                        .ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '-' | '_' | '}' | '~'))
                })
            };
            if HOMES.into_iter().chain(here.iter().map(String::as_str)).any(is_path) {
                let mend = "write it relative to the root, or take it from a setting";
                findings.push(Finding::new(&file.path, index + 1, "a path of one machine", mend));
            }
            if names_a_mirror(file, line) {
                let mend = "take it from the registry itself, or leave the address out";
                findings.push(Finding::new(&file.path, index + 1, "the address of a mirror", mend));
            }
        }
    }
    findings
}

fn names_a_mirror(file: &File, line: &str) -> bool {
    let is_setting = matches!(file.name(), "Cargo.lock" | "package-lock.json" | ".npmrc" | "pip.conf" | "config.toml")
        || matches!(file.extension(), "sh" | "yml" | "yaml")
        || !file.name().contains('.');
    is_setting
        && SETTINGS.iter().any(|setting| {
            line.find(setting).is_some_and(|at| {
                let value = line[at + setting.len()..].trim_start_matches(['"', '\'']);
                value.contains("://") && !value.contains(CRATES)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{brief, file};
    use super::*;

    #[test]
    fn each_rule_is_shown_to_fail() {
        let here = ["/srv/build/tongxin".to_owned()];
        let of = |path: &str, text: &str| brief(&check(&[file(path, text)], &here));
        let path = ["a.md:1: a path of one machine"];
        assert_eq!(of("a.md", "see /srv/build/tongxin/run"), path);
        assert_eq!(of("a.md", concat!("`/ho", "me/li/x`")), path);
        assert_eq!(of("a.md", concat!("https://example.org/ho", "me/li")), [""; 0]);
        assert_eq!(of("a.md", "GET /work/orders"), [""; 0]);
        let mirror = |name: &str| [format!("{name}:1: the address of a mirror")];
        let locked = |host: &str| format!("  \"resolved\": \"https://{host}/a/-/a-1.0.0.tgz\",");
        assert_eq!(of("web/package-lock.json", &locked("npm.example.org")), mirror("web/package-lock.json"));
        assert_eq!(of(".npmrc", "registry=http://localhost:4873"), mirror(".npmrc"));
        assert_eq!(of("test", "pip install --index-url https://pypi.example.org/simple x"), mirror("test"));
        assert_eq!(of("Cargo.lock", "source = \"registry+https://crates.example.org/index\""), mirror("Cargo.lock"));
        assert_eq!(of("Cargo.lock", &format!("source = \"registry+index://{CRATES}\"")), [""; 0]);
    }
}
