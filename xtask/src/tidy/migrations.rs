//! Migrations are numbered without gaps, and each has a text for both databases.

use std::collections::BTreeMap;

use super::{File, Finding};

/// The texts of each number of a folder: file, name, database.
type Numbers<'a> = BTreeMap<u32, Vec<(&'a File, &'a str, &'a str)>>;

/// Checks every folder named `migrations`.
pub fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut folders: BTreeMap<&str, Numbers> = BTreeMap::new();
    for file in files.iter().filter(|file| file.folder().ends_with("migrations") && file.extension() == "sql") {
        match parts(file.name()) {
            Some((number, name, engine)) => {
                folders.entry(file.folder()).or_default().entry(number).or_default().push((file, name, engine));
            }
            None => findings.push(Finding::new(
                &file.path,
                1,
                "no name of a migration",
                "name it NNNN_name.sqlite.sql or NNNN_name.postgres.sql",
            )),
        }
    }
    for numbers in folders.values() {
        for (expected, (number, texts)) in (1..).zip(numbers) {
            let (first, name, _) = texts[0];
            if *number != expected {
                let what = format!("number {number:04} where {expected:04} is next");
                findings.push(Finding::new(&first.path, 1, what, "number without gaps from 0001"));
            }
            if let Some((other, ..)) = texts.iter().find(|(_, other, _)| *other != name) {
                let what = format!("number {number:04} is taken by {}", first.name());
                findings.push(Finding::new(&other.path, 1, what, "give the later one the next number"));
            }
            for engine in ["sqlite", "postgres"] {
                if !texts.iter().any(|(_, other, theirs)| *other == name && *theirs == engine) {
                    let what = format!("has no twin {number:04}_{name}.{engine}.sql");
                    findings.push(Finding::new(&first.path, 1, what, "write the same change for both databases"));
                }
            }
        }
    }
    findings
}

/// `0001_case.sqlite.sql` as number, name and database.
fn parts(file_name: &str) -> Option<(u32, &str, &str)> {
    let (stem, engine) = file_name.strip_suffix(".sql")?.rsplit_once('.')?;
    let (digits, name) = stem.split_once('_')?;
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let is_number = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
    (is_name && is_number && matches!(engine, "sqlite" | "postgres")).then_some((digits.parse().ok()?, name, engine))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{brief, file};
    use super::*;

    fn of(names: &[&str]) -> Vec<String> {
        let files: Vec<File> = names.iter().map(|name| file(&format!("m/migrations/{name}"), "")).collect();
        brief(&check(&files))
    }

    #[test]
    fn each_rule_is_shown_to_fail() {
        let good = ["0001_a.sqlite.sql", "0001_a.postgres.sql", "0002_b.sqlite.sql", "0002_b.postgres.sql"];
        assert_eq!(of(&good), [""; 0]);
        assert_eq!(of(&good[..3]), ["m/migrations/0002_b.sqlite.sql:1: has no twin 0002_b.postgres.sql"]);
        assert_eq!(of(&good[2..]), ["m/migrations/0002_b.sqlite.sql:1: number 0002 where 0001 is next"]);
        assert_eq!(of(&["1_a.sql"]), ["m/migrations/1_a.sql:1: no name of a migration"]);
        assert_eq!(
            of(&[&good[..2], &["0001_b.sqlite.sql"]].concat()),
            ["m/migrations/0001_b.sqlite.sql:1: number 0001 is taken by 0001_a.sqlite.sql"]
        );
    }
}
