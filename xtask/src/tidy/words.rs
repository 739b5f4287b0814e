//! Every message exists in every language, with the same attributes and the same variables.

use std::collections::{BTreeMap, BTreeSet};

use super::{File, Finding};

/// The languages, by the names of their files in every `i18n` folder.
const LANGUAGES: [&str; 2] = ["zh-CN.ftl", "en.ftl"];

/// Where a message stands and the variables it names.
type Messages<'a> = BTreeMap<String, (usize, BTreeSet<&'a str>)>;

/// Checks every `i18n` folder, and those in it that a room parts its words by.
pub fn check(files: &[File]) -> Vec<Finding> {
    let is_words = |file: &&File| file.folder().split('/').any(|part| part == "i18n") && file.extension() == "ftl";
    let folders: BTreeSet<&str> = files.iter().filter(is_words).map(File::folder).collect();
    let mut findings = Vec::new();
    for folder in folders {
        let mut languages = Vec::new();
        for name in LANGUAGES {
            let path = format!("{folder}/{name}");
            match files.iter().find(|file| file.path == path) {
                Some(file) => languages.push((file, messages(file, &mut findings))),
                None => findings.push(Finding::new(&path, 1, "is missing", "every language has every message")),
            }
        }
        let [(zh, zh_messages), (en, en_messages)] = &languages[..] else { continue };
        compare(zh, zh_messages, en, en_messages, true, &mut findings);
        compare(en, en_messages, zh, zh_messages, false, &mut findings);
    }
    findings
}

/// What `here` has and `there` has not; and once for both, where their variables differ.
fn compare(here: &File, ours: &Messages, there: &File, theirs: &Messages, once: bool, findings: &mut Vec<Finding>) {
    for (key, (line, variables)) in ours {
        match theirs.get(key) {
            None => {
                let what = format!("{key} is missing in {}", there.name());
                findings.push(Finding::new(&here.path, *line, what, "write it in every language, or nowhere"));
            }
            Some((_, others)) if once && others != variables => {
                let names = variables.symmetric_difference(others).copied().collect::<Vec<_>>().join(", $");
                let what = format!("{key} names ${names} in one language only");
                findings.push(Finding::new(&here.path, *line, what, "name the same variables in every language"));
            }
            Some(_) => {}
        }
    }
}

/// The messages, terms and attributes (`key.attribute`) of a file.
fn messages<'a>(file: &'a File, findings: &mut Vec<Finding>) -> Messages<'a> {
    let mut messages = Messages::new();
    let (mut message, mut entry) = (String::new(), String::new());
    for (index, line) in file.text.lines().enumerate() {
        if line.starts_with('#') {
            continue;
        }
        let attribute = line.trim_start().strip_prefix('.').and_then(key);
        let began = if line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-') {
            key(line).inspect(|name| (*name).clone_into(&mut message)).map(str::to_owned)
        } else {
            attribute.map(|name| format!("{message}.{name}"))
        };
        if let Some(name) = began {
            if messages.insert(name.clone(), (index + 1, BTreeSet::new())).is_some() {
                findings.push(Finding::new(&file.path, index + 1, format!("{name} is here twice"), "keep one of them"));
            }
            entry = name;
        }
        if let Some((_, variables)) = messages.get_mut(&entry) {
            variables.extend(variables_of(line));
        }
    }
    messages
}

/// The name before `=`.
fn key(line: &str) -> Option<&str> {
    let name = line.split_once('=')?.0.trim_end();
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_').then_some(name)
}

/// The names after `$`.
fn variables_of(line: &str) -> impl Iterator<Item = &str> {
    line.split('$').skip(1).filter_map(|part| {
        let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(part.len());
        part.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| &part[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{brief, file};
    use super::*;

    fn of(zh: &str, en: &str) -> Vec<String> {
        brief(&check(&[file("m/i18n/zh-CN.ftl", zh), file("m/i18n/en.ftl", en)]))
    }

    #[test]
    fn languages_with_the_same_messages_pass() {
        let zh = "# 词\na = 你好 { $name }\nb = { $n } 件\n    .title = 题\n-brand = 同心\n";
        let en = "-brand = Tongxin\na = Hello { $name }\nb = { $n ->\n    [one] one matter\n   *[other] { $n } matters\n}\n    .title = T\n";
        assert_eq!(of(zh, en), [""; 0]);
    }

    #[test]
    fn each_rule_is_shown_to_fail() {
        assert_eq!(of("a = 一\nb = 二\n", "a = one\n"), ["m/i18n/zh-CN.ftl:2: b is missing in en.ftl"]);
        assert_eq!(of("a = 一\n", "a = one\n    .t = T\n"), ["m/i18n/en.ftl:2: a.t is missing in zh-CN.ftl"]);
        assert_eq!(of("a = { $n }\n", "a = one\n"), ["m/i18n/zh-CN.ftl:1: a names $n in one language only"]);
        assert_eq!(of("a = 一\na = 二\n", "a = one\n"), ["m/i18n/zh-CN.ftl:2: a is here twice"]);
        assert_eq!(brief(&check(&[file("m/i18n/en.ftl", "a = one")])), ["m/i18n/zh-CN.ftl:1: is missing"]);
    }
}
