//! Languages that an installation brings: a folder for each, named by its tag, with the files of words in it and the pages of the guide.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use tongxin_base::{Language, Locale};
use tongxin_web::{judge, word_files};

use crate::MODULES;
use crate::config::Config;

/// Languages of an installation: more than fit beside one another at the head of a page.
const MOST: usize = 8;
/// The largest file, in bytes: our own largest words have some forty thousand.
const LARGEST: u64 = 1 << 20;

/// Reads the folder of languages; none where there is no folder.
///
/// # Errors
/// Names the file that cannot be read, or the word that stands in it twice.
pub fn read(folder: &Path) -> Result<Vec<Language>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries =
        fs::read_dir(folder).with_context(|| format!("the languages in {} cannot be read", folder.display()))?;
    let mut folders = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    folders.retain(|path| path.is_dir());
    folders.sort();
    if folders.len() > MOST {
        bail!("{} holds {} languages; {MOST} at most", folder.display(), folders.len());
    }
    folders.iter().map(|path| language(path)).collect()
}

fn language(folder: &Path) -> Result<Language> {
    let tag = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let ours = Locale::OURS.iter().any(|locale| locale.tag().eq_ignore_ascii_case(&tag));
    if ours || tag.parse::<unic_langid::LanguageIdentifier>().is_err() {
        bail!(
            "{}: the folder of a language is named by its tag, such as mn-Mong; ours are there already",
            folder.display()
        );
    }
    let mut files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.sort();
    let (mut words, mut guide) = (Vec::new(), Vec::new());
    for file in files {
        let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let kind = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_owned();
        if !matches!(kind.as_str(), "ftl" | "md") {
            continue;
        }
        if fs::metadata(&file)?.len() > LARGEST {
            bail!("{} is larger than {LARGEST} bytes", file.display());
        }
        let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        if kind == "ftl" { words.push(text) } else { guide.push((name, text)) }
    }
    Ok(Language { tag, words, guide })
}

/// Reads the languages of the settings and has pages speak them from now on.
///
/// # Errors
/// As [`read`]; and where words cannot be read, before anybody is served.
pub fn bring(config: &Config) -> Result<()> {
    let languages = read(&config.languages)?;
    if Locale::bring(languages) {
        for locale in Locale::all() {
            if let Locale::Brought(language) = locale {
                let judged = judge(&word_files(MODULES), language)
                    .with_context(|| format!("{}; `tongxin language check` says more", language.tag))?;
                let said = judged.all - judged.missing.len();
                tracing::info!(language = language.tag, "{said} of {} words; the rest is said in Chinese", judged.all);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
        folder
    }

    #[test]
    fn a_folder_is_a_language_with_its_words_and_its_guide() {
        let all = folder(&[
            ("mn-Mong/shell.ftl", "a = 1\n"),
            ("mn-Mong/street.md", "# A\n"),
            ("mn-Mong/notes.txt", "x"),
            ("read.me", "x"),
        ]);
        let languages = read(all.path()).expect("languages");
        assert_eq!(languages.len(), 1);
        assert_eq!((languages[0].tag.as_str(), languages[0].words.len()), ("mn-Mong", 1));
        assert_eq!(languages[0].guide, [("street".to_owned(), "# A\n".to_owned())]);
        assert!(read(&all.path().join("nowhere")).expect("none").is_empty(), "nobody needs to have any");
    }

    #[test]
    fn what_is_no_language_is_named() {
        for wrong in ["zh-CN", "not a tag"] {
            let all = folder(&[(&format!("{wrong}/shell.ftl"), "a = 1\n")]);
            let said = format!("{:#}", read(all.path()).expect_err("no language"));
            assert!(said.contains(wrong), "{said}");
        }
        let large = "#".repeat(usize::try_from(LARGEST).expect("a size") + 1);
        let all = folder(&[("mn/shell.ftl", &large)]);
        assert!(format!("{:#}", read(all.path()).expect_err("too large")).contains("shell.ftl"));
    }
}
