//! Templates hold no words: what a person reads stands in the locale files.

use super::{File, Finding};

/// Attributes whose values a person sees or hears.
const SPOKEN: [&str; 6] = ["alt", "title", "placeholder", "label", "aria-label", "aria-description"];

/// Elements whose inside is no prose.
const NO_PROSE: [&str; 4] = ["script", "style", "code", "pre"];

const MEND: &str = "give it a key in i18n/zh-CN.ftl and i18n/en.ftl";

/// Checks every template.
pub fn check(files: &[File]) -> Vec<Finding> {
    let is_template = |file: &&File| file.extension() == "html" && format!("/{}", file.path).contains("/templates/");
    files.iter().filter(is_template).flat_map(template).collect()
}

fn template(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let bare = ["{#", "{%", "{{", "<!--"]
        .into_iter()
        .zip(["#}", "%}", "}}", "-->"])
        .fold(file.text.clone(), |text, (open, close)| blank(&text, open, close));
    for (index, line) in bare.lines().enumerate() {
        if let Some(word) = chinese(line) {
            findings.push(Finding::new(&file.path, index + 1, format!("{word:?} is in the template"), MEND));
        }
    }
    let mut prose = |at: usize, text: &str| {
        if let Some((offset, word)) = english(text) {
            let line = bare[..at + offset].matches('\n').count() + 1;
            findings.push(Finding::new(&file.path, line, format!("{word:?} is in the template"), MEND));
        }
    };
    let mut at = 0;
    while at < bare.len() {
        let rest = &bare[at..];
        if !rest.starts_with('<') {
            let end = rest.find('<').unwrap_or(rest.len());
            prose(at, &rest[..end]);
            at += end;
            continue;
        }
        let end = tag_end(rest);
        let tag = &rest[..end];
        for (offset, value) in spoken(tag) {
            prose(at + offset, value);
        }
        at += end;
        let name = tag[1..].split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if NO_PROSE.contains(&name) && !tag.ends_with("/>") {
            at += bare[at..].find(&format!("</{name}")).unwrap_or(bare.len() - at);
        }
    }
    findings
}

/// The text with everything from `open` to `close` blanked out, lines kept.
fn blank(text: &str, open: &str, close: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(open) {
        let end = rest[start..].find(close).map_or(rest.len(), |end| start + end + close.len());
        out.push_str(&rest[..start]);
        out.extend(rest[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = &rest[end..];
    }
    out + rest
}

/// The length of a tag, with `>` in quoted values passed over.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return at + 1,
            _ => {}
        }
    }
    tag.len()
}

/// The values of attributes that a person sees or hears, each with its place in the tag.
fn spoken(tag: &str) -> Vec<(usize, &str)> {
    let mut values = Vec::new();
    for (at, _) in tag.match_indices("=\"") {
        let name = tag[..at].rsplit(|c: char| c.is_whitespace() || c == '"').next().unwrap_or_default();
        let value = &tag[at + 2..];
        if SPOKEN.contains(&name) {
            values.push((at + 2, &value[..value.find('"').unwrap_or(value.len())]));
        }
    }
    values
}

/// The first run of Chinese characters or marks.
fn chinese(text: &str) -> Option<&str> {
    let is_chinese = |c: char| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}');
    let start = text.find(is_chinese)?;
    let run = &text[start..];
    Some(&run[..run.find(|c| !is_chinese(c)).unwrap_or(run.len())])
}

/// The first English word, with its place: two letters or more, not all of them capitals (`CSV` is the same in every
/// language), and no entity (`&nbsp;`).
fn english(text: &str) -> Option<(usize, &str)> {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        if length == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let word = &rest[..length];
        let is_entity =
            text[..at].ends_with(['&', '#']) && rest[length..].starts_with(|c: char| c == ';' || c.is_ascii_digit());
        if length > 1 && !is_entity && word.bytes().any(|b| b.is_ascii_lowercase()) {
            return Some((at, word));
        }
        at += length;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::testing::{brief, file};
    use super::*;

    fn of(text: &str) -> Vec<String> {
        brief(&check(&[file("modules/m/templates/m/a.html", text)]))
    }

    #[test]
    fn templates_without_words_pass() {
        let text = "{# a comment with words, 中文 #}\n<!-- and one more -->\n<p class=\"plain words\" data-x='a > b'>{{ t(\"m-hello\") }}</p>\n\
            {% if a > b %}<input name=\"title\" placeholder=\"{{ t(\"m-name\") }}\">{% endif %}\n\
            <b>1 &middot; 2 &#xA0; × — CSV · 3</b><script>let x = 1;</script><code>GET /api</code>";
        assert_eq!(of(text), [""; 0]);
        assert_eq!(brief(&check(&[file("docs/a.html", "<p>Words</p>")])), [""; 0]);
    }

    #[test]
    fn each_rule_is_shown_to_fail() {
        let at = "modules/m/templates/m/a.html";
        assert_eq!(of("<p>\nHello there</p>"), [format!("{at}:2: \"Hello\" is in the template")]);
        assert_eq!(of("<p>\n\n网格员 A</p>"), [format!("{at}:3: \"网格员\" is in the template")]);
        assert_eq!(of("<a href=\"x\" title=\"你好\">"), [format!("{at}:1: \"你好\" is in the template")]);
        assert_eq!(of("<img\n  alt=\"A photo\">"), [format!("{at}:2: \"photo\" is in the template")]);
        assert_eq!(of("{{ n }} km"), [format!("{at}:1: \"km\" is in the template")]);
        assert_eq!(of("<style>a { b: c }</style> done"), [format!("{at}:1: \"done\" is in the template")]);
    }
}
