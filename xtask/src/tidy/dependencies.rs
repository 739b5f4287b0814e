//! Every direct dependency has its line in docs/dependencies.md: its version line, its licence, and why it is there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::crates::Metadata;
use super::{File, Finding};

/// Where the lines stand: tables of `| name | version line | licence | why |`.
const LIST: &str = "docs/dependencies.md";

/// Checks the list against the manifests, both ways.
pub fn listed(metadata: &Metadata, files: &[File]) -> Vec<Finding> {
    let Some(list) = files.iter().find(|file| file.path == LIST) else {
        return vec![Finding::new(LIST, 1, "is missing", "list every direct dependency there")];
    };
    let (rows, mut findings) = rows(list);
    let asked: Vec<Asked> = crates(metadata).into_iter().chain(packages(files)).collect();
    for (name, version, licences) in &asked {
        let Some((line, cells)) = rows.get(name.as_str()) else {
            let mend = "add | name | version line | licence | why |";
            findings.push(Finding::new(LIST, 1, format!("{name} is not listed"), mend));
            continue;
        };
        if cells[1] != version {
            let what = format!("{name} is asked for as {version}, not {}", cells[1]);
            findings.push(Finding::new(LIST, *line, what, "write the version line of the manifest"));
        }
        if !licences.is_empty() && !licences.contains(cells[2]) {
            let licences = licences.iter().map(String::as_str).collect::<Vec<_>>().join(" or ");
            let what = format!("{name} comes under {licences}, not {}", cells[2]);
            findings.push(Finding::new(LIST, *line, what, "write the licence as the package does"));
        }
        if cells[3].is_empty() {
            findings.push(Finding::new(LIST, *line, format!("{name} has no reason"), "say why it is there"));
        }
    }
    for (name, (line, _)) in &rows {
        if !asked.iter().any(|(asked, ..)| asked == name) {
            findings.push(Finding::new(LIST, *line, format!("nobody asks for {name}"), "strike the line"));
        }
    }
    findings
}

/// A direct dependency: name, version line, and the licences of the versions in use.
type Asked = (String, String, BTreeSet<String>);

/// What our crates ask for and is not ours.
fn crates(metadata: &Metadata) -> Vec<Asked> {
    let direct: BTreeSet<(&str, &str)> = metadata
        .ours()
        .flat_map(|(package, _)| &package.dependencies)
        .filter(|dependency| dependency.path.is_none())
        .map(|dependency| (dependency.name.as_str(), dependency.req.trim_start_matches('^')))
        .collect();
    let licences = |name: &str| {
        metadata.packages.iter().filter(|package| package.name == name).filter_map(|p| p.license.clone()).collect()
    };
    direct.into_iter().map(|(name, version)| (name.to_owned(), version.to_owned(), licences(name))).collect()
}

/// What our npm packages ask for.
fn packages(files: &[File]) -> Vec<Asked> {
    let mut asked = BTreeMap::new();
    for file in files.iter().filter(|file| file.name() == "package.json") {
        let json = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        let package = json(&file.text);
        let lock_path = file.path.replace("package.json", "package-lock.json");
        let lock = files.iter().find(|file| file.path == lock_path).map(|file| json(&file.text)).unwrap_or_default();
        for kind in ["dependencies", "devDependencies"] {
            for (name, version) in package[kind].as_object().into_iter().flatten() {
                let licence = lock["packages"][format!("node_modules/{name}")]["license"].as_str();
                let version = version.as_str().unwrap_or_default().to_owned();
                asked.insert((name.clone(), version), licence.map(str::to_owned).into_iter().collect());
            }
        }
    }
    asked.into_iter().map(|((name, version), licences)| (name, version, licences)).collect()
}

/// The rows of the tables by name, each with its line and its cells.
type Rows<'a> = BTreeMap<&'a str, (usize, [&'a str; 4])>;

/// The rows, and findings for those that stand there twice.
fn rows(list: &File) -> (Rows<'_>, Vec<Finding>) {
    let mut rows = BTreeMap::new();
    let mut findings = Vec::new();
    for (index, line) in list.text.lines().enumerate() {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let &[name, version, licence, why] = &cells[..] else { continue };
        if !line.starts_with('|') || name == "name" || name.starts_with("---") {
            continue;
        }
        if rows.insert(name, (index + 1, [name, version, licence, why])).is_some() {
            findings.push(Finding::new(LIST, index + 1, format!("{name} is listed twice"), "keep one line"));
        }
    }
    (rows, findings)
}

#[cfg(test)]
mod tests {
    use super::super::crates::tests::ours;
    use super::super::testing::{brief, file};
    use super::*;

    fn of(table: &str) -> Vec<String> {
        let metadata = ours(&[("tongxin", "crates/tongxin", &["tongxin-base", "serde"])]);
        let package = file("web/package.json", "{\"devDependencies\": {\"esbuild\": \"0.28.2\"}}");
        let lock = file(
            "web/package-lock.json",
            "{\"packages\": {\"node_modules/esbuild\": {\"version\": \"0.28.2\", \"license\": \"MIT\"}}}",
        );
        let head = "| name | version line | licence | why |\n| --- | --- | --- | --- |\n";
        brief(&listed(&metadata, &[file(LIST, &format!("{head}{table}")), package, lock]))
    }

    #[test]
    fn each_rule_is_shown_to_fail() {
        let serde = "| serde | 1 | MIT | JSON |\n";
        let esbuild = "| esbuild | 0.28.2 | MIT | bundles |\n";
        let with = |row: &str| of(&format!("{serde}{row}"));
        assert_eq!(with(esbuild), [""; 0]);
        assert_eq!(of(esbuild), [format!("{LIST}:1: serde is not listed")]);
        assert_eq!(with(""), [format!("{LIST}:1: esbuild is not listed")]);
        assert_eq!(
            with("| esbuild | 0.27.0 | GPL-3.0 | |\n"),
            [
                format!("{LIST}:4: esbuild is asked for as 0.28.2, not 0.27.0"),
                format!("{LIST}:4: esbuild comes under MIT, not GPL-3.0"),
                format!("{LIST}:4: esbuild has no reason"),
            ]
        );
        assert_eq!(
            with(&format!("{esbuild}| left-pad | 1 | MIT | pads |\n")),
            [format!("{LIST}:5: nobody asks for left-pad")]
        );
        assert_eq!(with(&esbuild.repeat(2)), [format!("{LIST}:5: esbuild is listed twice")]);
        assert_eq!(brief(&listed(&ours(&[]), &[])), [format!("{LIST}:1: is missing")]);
    }
}
