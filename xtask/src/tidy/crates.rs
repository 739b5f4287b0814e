//! Which of our crates may know which: base <- db <- kernel <- web <- modules <- tongxin, nothing the other way, nothing
//! sideways, and the drivers of the databases in tongxin-db alone.

use serde::Deserialize;

use super::{File, Finding};

/// What `cargo metadata` says, as far as we ask.
#[derive(Debug, Deserialize)]
pub struct Metadata {
    /// Ours and everybody's.
    pub packages: Vec<Package>,
    /// Where the workspace lies.
    pub workspace_root: String,
}

/// A package.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, an SPDX expression.
    pub license: Option<String>,
    /// Where it comes from; none for ours.
    pub source: Option<String>,
    /// Where its Cargo.toml is.
    pub manifest_path: String,
    /// What it asks for.
    pub dependencies: Vec<Dependency>,
}

/// What a package asks for.
#[derive(Debug, Deserialize)]
pub struct Dependency {
    /// The name of the package.
    pub name: String,
    /// The versions that would do.
    pub req: String,
    /// `dev`, `build`, or none for a plain one.
    pub kind: Option<String>,
    /// Where it lies, when it is one of ours.
    pub path: Option<String>,
}

impl Metadata {
    /// Our packages, each with the path of its Cargo.toml from the root.
    pub fn ours(&self) -> impl Iterator<Item = (&Package, &str)> {
        self.packages.iter().filter(|package| package.source.is_none()).map(|package| {
            let path = package.manifest_path.strip_prefix(&self.workspace_root).unwrap_or(&package.manifest_path);
            (package, path.trim_start_matches('/'))
        })
    }
}

/// From the ground up. Each may know those before it; modules come after all of these.
const LAYERS: [&str; 5] = ["tongxin-base", "tongxin-print", "tongxin-db", "tongxin-kernel", "tongxin-web"];

/// Crates that talk to a database.
const DRIVERS: [&str; 9] = [
    "rusqlite",
    "libsqlite3-sys",
    "tokio-postgres",
    "postgres",
    "deadpool-postgres",
    "sqlx",
    "diesel",
    "sea-orm",
    "tokio-rusqlite",
];

/// Checks what each of our crates asks for.
pub fn edges(metadata: &Metadata, files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (package, manifest) in metadata.ours() {
        let mut find = |dependency: &str, what: String, mend| {
            let line = files.iter().find(|file| file.path == manifest).map_or(1, |file| line_of(file, dependency));
            findings.push(Finding::new(manifest, line, what, mend));
        };
        let is_module = manifest.starts_with("modules/");
        let layer = LAYERS.iter().position(|name| *name == package.name);
        if layer.is_none() && !is_module && !matches!(package.name.as_str(), "tongxin" | "tongxin-testkit" | "xtask") {
            find("name", format!("{} has no layer", package.name), "give it one in xtask/src/tidy/crates.rs");
        }
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            if DRIVERS.contains(&name) && package.name != "tongxin-db" {
                find(
                    name,
                    format!("{name} is the driver of a database"),
                    "only tongxin-db names one; use its Tx and Read",
                );
            }
            if dependency.path.is_none() {
                continue;
            }
            let height = LAYERS.iter().position(|layer| *layer == name);
            let may = match (name, package.name.as_str()) {
                (_, "xtask") => true,
                ("tongxin-testkit", _) => dependency.kind.as_deref() == Some("dev"),
                (_, "tongxin") => name != "xtask",
                _ if is_module || package.name == "tongxin-testkit" => height.is_some(),
                _ => height < layer && height.is_some(),
            };
            if !may {
                let what = format!("{} may not know {name}", package.name);
                find(
                    name,
                    what,
                    "base <- print <- db <- kernel <- web <- modules <- tongxin; testkit for tests; meet in the kernel",
                );
            }
        }
    }
    findings
}

/// The line of a manifest that asks for `name`.
fn line_of(manifest: &File, name: &str) -> usize {
    let asks = |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']));
    manifest.text.lines().position(asks).map_or(1, |index| index + 1)
}

#[cfg(test)]
pub mod tests {
    use super::super::testing::{brief, file};
    use super::*;

    /// Made-up metadata: packages of ours as (name, folder, what they ask for as `kind:name`).
    pub fn ours(packages: &[(&str, &str, &[&str])]) -> Metadata {
        let packages = packages.iter().map(|(name, folder, asks)| Package {
            name: (*name).to_owned(),
            version: "0.1.0".to_owned(),
            license: Some("Apache-2.0".to_owned()),
            source: None,
            manifest_path: format!("/w/{folder}/Cargo.toml"),
            dependencies: asks
                .iter()
                .map(|ask| {
                    let (kind, name) = ask.split_once(':').unwrap_or(("", ask));
                    Dependency {
                        name: name.to_owned(),
                        req: "^1".to_owned(),
                        kind: (!kind.is_empty()).then(|| kind.to_owned()),
                        path: name.starts_with("tongxin").then(String::new),
                    }
                })
                .collect(),
        });
        Metadata { packages: packages.collect(), workspace_root: "/w".to_owned() }
    }

    fn of(name: &str, folder: &str, asks: &[&str]) -> Vec<String> {
        brief(&edges(&ours(&[(name, folder, asks)]), &[]))
    }

    #[test]
    fn the_drawn_edges_pass() {
        let all = ["tongxin-base", "tongxin-db", "tongxin-kernel", "tongxin-web", "dev:tongxin-testkit", "serde"];
        assert_eq!(of("tongxin-sites", "modules/sites", &all), [""; 0]);
        assert_eq!(of("tongxin-kernel", "crates/tongxin-kernel", &["tongxin-base", "tongxin-db"]), [""; 0]);
        assert_eq!(of("tongxin-testkit", "crates/tongxin-testkit", &all[..4]), [""; 0]);
        assert_eq!(of("tongxin", "crates/tongxin", &["tongxin-web", "tongxin-sites", "dev:tongxin-testkit"]), [""; 0]);
        assert_eq!(of("xtask", "xtask", &["tongxin-testkit", "tongxin-sites"]), [""; 0]);
        assert_eq!(of("tongxin-db", "crates/tongxin-db", &["tongxin-base", "rusqlite", "tokio-postgres"]), [""; 0]);
    }

    #[test]
    fn each_rule_is_shown_to_fail() {
        for (name, folder, ask) in [
            ("tongxin-base", "crates/tongxin-base", "tongxin-db"),
            ("tongxin-db", "crates/tongxin-db", "tongxin-db"),
            ("tongxin-kernel", "crates/tongxin-kernel", "tongxin-web"),
            ("tongxin-web", "crates/tongxin-web", "tongxin-sites"),
            ("tongxin-web", "crates/tongxin-web", "tongxin-testkit"),
            ("tongxin-sites", "modules/sites", "tongxin-testkit"),
            ("tongxin-sites", "modules/sites", "tongxin-requests"),
            ("tongxin-sites", "modules/sites", "dev:tongxin-requests"),
            ("tongxin-sites", "modules/sites", "tongxin"),
            ("tongxin", "crates/tongxin", "tongxin-testkit"),
        ] {
            let asked = ask.trim_start_matches("dev:");
            assert_eq!(of(name, folder, &[ask]), [format!("{folder}/Cargo.toml:1: {name} may not know {asked}")]);
        }
        assert_eq!(
            of("tongxin-sites", "modules/sites", &["dev:rusqlite"]),
            ["modules/sites/Cargo.toml:1: rusqlite is the driver of a database"]
        );
        assert_eq!(of("tongxin-new", "crates/new", &[]), ["crates/new/Cargo.toml:1: tongxin-new has no layer"]);
    }

    #[test]
    fn a_finding_names_the_line_that_asks() {
        let manifest =
            file("modules/a/Cargo.toml", "[dependencies]\ntongxin-b-c.workspace = true\ntongxin-b.workspace = true\n");
        let found = edges(&ours(&[("tongxin-a", "modules/a", &["tongxin-b"])]), &[manifest]);
        assert_eq!(brief(&found), ["modules/a/Cargo.toml:3: tongxin-a may not know tongxin-b"]);
    }
}
