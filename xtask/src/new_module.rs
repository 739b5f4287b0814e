//! `cargo xtask new-module NAME`: a new room from the skeleton in `xtask/skeleton`, entered in the three lists that know
//! all rooms, so that it compiles and its tests pass before the first line of it is written.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// The word in the skeleton that becomes the room's name.
const WORD: &str = "skeleton";

/// Makes the room and says what to do next.
pub fn run(name: &str) -> Result<()> {
    ensure!(
        name.len() >= 3 && name.len() <= 30 && name.bytes().all(|byte| byte.is_ascii_lowercase()),
        "{name:?} is no name of a room: 3 to 30 small letters a to z, such as `learning`"
    );
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workspace has a root")?;
    let folder = root.join("modules").join(name);
    ensure!(!folder.exists(), "modules/{name} is there already; choose another name");
    let list = root.join("crates/tongxin/src/modules.rs");
    let lists = [
        (root.join("Cargo.toml"), workspace as fn(&str, &str) -> Option<String>),
        (root.join("crates/tongxin/Cargo.toml"), binary),
        (list.clone(), modules),
    ];
    // All is made in memory first, so that nothing is left half done.
    let mut files = Vec::new();
    for (path, enter) in &lists {
        let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let Some(text) = enter(&text, name) else {
            bail!("{} is not as we know it: enter the room by hand", path.display())
        };
        files.push((path.clone(), text));
    }
    for (path, text) in skeleton(&root.join("xtask").join(WORD), name)? {
        files.push((folder.join(path), text));
    }
    for (path, text) in &files {
        let parent = path.parent().context("a file has a folder")?;
        std::fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))?;
        std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    // Names have other lengths than the skeleton's, so lines break elsewhere.
    let sources = files.iter().map(|(path, _)| path).filter(|path| path.extension().is_some_and(|end| end == "rs"));
    let formatted = Command::new("rustfmt").arg("--edition=2024").args(sources).current_dir(root).status();
    if !formatted.is_ok_and(|status| status.success()) {
        eprintln!("rustfmt did not run: run cargo fmt --all yourself");
    }
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let locked =
        Command::new(cargo).args(["metadata", "--format-version", "1", "--offline"]).current_dir(root).output();
    if !locked.is_ok_and(|output| output.status.success()) {
        eprintln!("Cargo.lock does not know the room yet: the next cargo build enters it");
    }
    println!("modules/{name} is there. Now:");
    println!("    cargo test -p tongxin-{name}      its tests pass");
    println!("    cargo xtask tidy                  the rules of the house hold");
    println!("then read docs/adding-a-module.md from step 2 on.");
    Ok(())
}

/// The files of the skeleton with the word replaced, by their paths inside the room.
fn skeleton(folder: &Path, name: &str) -> Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(here) = open.pop() {
        for entry in std::fs::read_dir(&here).with_context(|| format!("{} cannot be read", here.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let inside = path.strip_prefix(folder)?.to_str().context("the skeleton's paths are plain")?;
            files.push((PathBuf::from(named(inside, name)), named(&std::fs::read_to_string(&path)?, name)));
        }
    }
    files.sort();
    Ok(files)
}

/// A text of the skeleton for the room, small letters and capitals.
fn named(text: &str, name: &str) -> String {
    text.replace(WORD, name).replace(&capital(WORD), &capital(name))
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}{rest}", first.to_ascii_uppercase())
}

/// The workspace's manifest with the room behind the last one.
fn workspace(text: &str, name: &str) -> Option<String> {
    behind(
        text,
        |line| line.contains("path = \"modules/"),
        &format!("tongxin-{name} = {{ path = \"modules/{name}\" }}"),
    )
}

/// The binary's manifest with the room behind the last of ours.
fn binary(text: &str, name: &str) -> Option<String> {
    let (front, dev) = text.split_once("[dev-dependencies]").map_or((text, None), |(front, dev)| (front, Some(dev)));
    let front = behind(front, |line| line.starts_with("tongxin-"), &format!("tongxin-{name}.workspace = true"))?;
    Some(dev.map_or_else(|| front.clone(), |dev| format!("{front}[dev-dependencies]{dev}")))
}

/// The one list with the room at its end.
fn modules(text: &str, name: &str) -> Option<String> {
    let (front, end) = text.rsplit_once("];")?;
    let comma = if front.trim_end().ends_with([',', '[']) { "" } else { "," };
    Some(format!("{}{comma}\n    &tongxin_{name}::MODULE,\n];{end}", front.trim_end()))
}

/// The text with a line more behind the last one that `is_one`.
fn behind(text: &str, is_one: impl Fn(&str) -> bool, line: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let last = lines.iter().rposition(|line| is_one(line))?;
    lines.insert(last + 1, line);
    Some(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::{self, File};

    #[test]
    fn the_lists_get_one_line_more() {
        let manifest = "a = 1\ntongxin-x = { path = \"modules/x\" }\n\nb = 2\n";
        let expected = "a = 1\ntongxin-x = { path = \"modules/x\" }\ntongxin-y = { path = \"modules/y\" }\n\nb = 2\n";
        assert_eq!(workspace(manifest, "y").as_deref(), Some(expected));
        let manifest = "[dependencies]\ntongxin-x.workspace = true\nz = 1\n[dev-dependencies]\ntongxin-testkit = 1\n";
        let expected = "[dependencies]\ntongxin-x.workspace = true\ntongxin-y.workspace = true\nz = 1\n[dev-dependencies]\ntongxin-testkit = 1\n";
        assert_eq!(binary(manifest, "y").as_deref(), Some(expected));
        let expected = "static M: &[&X] = &[&a::MODULE,\n    &tongxin_y::MODULE,\n];\n";
        assert_eq!(modules("static M: &[&X] = &[&a::MODULE];\n", "y").as_deref(), Some(expected));
        assert_eq!(modules("static M: &[&X] = &[\n    &a::MODULE,\n];\n", "y").unwrap().matches(",\n").count(), 2);
        assert_eq!(workspace("nothing", "y"), None);
    }

    #[test]
    fn a_room_made_of_the_skeleton_keeps_the_rules() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = skeleton(&root.join(WORD), "trial").expect("the skeleton is read");
        assert!(files.iter().all(|(path, text)| !text.contains(WORD) && !path.to_string_lossy().contains(WORD)));
        let mut files: Vec<File> = files
            .into_iter()
            .map(|(path, text)| File::new(&format!("modules/trial/{}", path.display()), &text))
            .collect();
        let shell = root.join("../crates/tongxin-web/i18n");
        for name in ["zh-CN.ftl", "en.ftl"] {
            let text = std::fs::read_to_string(shell.join(name)).expect("the shell has words");
            files.push(File::new(&format!("crates/tongxin-web/i18n/{name}"), &text));
        }
        files.push(File::new("crates/tongxin/src/modules.rs", "//! The list.\n&[&tongxin_trial::MODULE]"));
        assert_eq!(tidy::of_files(&files), []);
    }
}
