//! `cargo xtask tidy`: the rules of ARCHITECTURE.md that no compiler checks. Each rule is a function from files (or from
//! what cargo says) to findings, so that its test can show it fail.

use std::fmt;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Context;

mod crates;
mod dependencies;
mod keys;
mod licences;
mod migrations;
mod places;
mod rooms;
mod rust;
mod sources;
mod tables;
mod templates;
mod words;

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path from the root.
    file: String,
    /// Line, from 1.
    line: usize,
    /// What is wrong.
    what: String,
    /// What to do about it.
    mend: &'static str,
}

impl Finding {
    fn new(file: &str, line: usize, what: impl Into<String>, mend: &'static str) -> Self {
        Self { file: file.to_owned(), line: line.max(1), what: what.into(), mend }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.what, self.mend)
    }
}

/// A text file of the project.
#[derive(Debug, Clone)]
pub struct File {
    /// Path from the root, with `/`.
    path: String,
    /// What is in it.
    text: String,
}

impl File {
    /// A file by its path from the root.
    #[cfg(test)]
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The file's name without its folders.
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The file's folder, without a closing `/`; empty at the root.
    fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// What follows the last dot of the name.
    fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// The module whose folder it lies in, and the path from there.
    fn module(&self) -> Option<(&str, &str)> {
        self.path.strip_prefix("modules/")?.split_once('/')
    }

    /// The number of the first line that contains `part`, else 1.
    fn line_of(&self, part: &str) -> usize {
        self.text.lines().position(|line| line.contains(part)).map_or(1, |index| index + 1)
    }
}

/// Runs every rule on the project and prints what it finds; the exit code is 1 where that is anything.
pub fn run() -> anyhow::Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workspace has a root")?;
    let files = files(root)?;
    let metadata = metadata(root)?;
    let mut findings = [
        crates::edges(&metadata, &files),
        licences::crates(&metadata),
        licences::packages(&files),
        dependencies::listed(&metadata, &files),
        of_files(&files),
        places::check(&files, &places::here(root)),
    ]
    .concat();
    findings.sort();
    findings.dedup();
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("tidy: {} files, nothing to mend", files.len());
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("tidy: {} to mend", findings.len());
    Ok(ExitCode::FAILURE)
}

/// The rules that look at the text of files alone.
pub fn of_files(files: &[File]) -> Vec<Finding> {
    [
        sources::check(files),
        tables::check(files),
        words::check(files),
        keys::check(files),
        templates::check(files),
        migrations::check(files),
        rooms::check(files),
    ]
    .concat()
}

/// The text files that git knows or would add.
fn files(root: &Path) -> anyhow::Result<Vec<File>> {
    let list =
        output(root, Command::new("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
    let mut files = Vec::new();
    for path in list.split('\0').filter(|path| !path.is_empty()) {
        // A file may be deleted but not yet committed; what is no text has no rule here.
        if let Ok(text) = std::fs::read_to_string(root.join(path)) {
            files.push(File { path: path.to_owned(), text });
        }
    }
    Ok(files)
}

/// What cargo says of the workspace and all that it depends on.
fn metadata(root: &Path) -> anyhow::Result<crates::Metadata> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let json = output(root, Command::new(cargo).args(["metadata", "--format-version", "1", "--locked"]))?;
    serde_json::from_str(&json).context("cargo metadata is not as we know it")
}

fn output(root: &Path, command: &mut Command) -> anyhow::Result<String> {
    let output = command.current_dir(root).output().with_context(|| format!("{command:?} does not start"))?;
    anyhow::ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

#[cfg(test)]
mod testing {
    //! Made-up files for the tests of the rules.

    use super::{File, Finding};

    /// A file of made-up text.
    pub fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    /// Findings as `file:line: what`, for comparison.
    pub fn brief(findings: &[Finding]) -> Vec<String> {
        findings.iter().map(|f| format!("{}:{}: {}", f.file, f.line, f.what)).collect()
    }
}
