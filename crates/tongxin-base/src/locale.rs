//! The languages a person can read us in: two of ours, and any that an installation brings as a folder of words.

use std::str::FromStr;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// A language that an installation brings.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Language {
    /// Its BCP 47 tag.
    pub tag: String,
    /// Its words, files of Fluent; what they do not say is said in Chinese.
    pub words: Vec<String>,
    /// Pages of the guide, Markdown, by their names; those it lacks are shown in Chinese.
    pub guide: Vec<(String, String)>,
}

/// Said once, when the house opens.
static BROUGHT: OnceLock<Vec<Language>> = OnceLock::new();

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Locale {
    /// Chinese, the first language.
    #[default]
    ZhCn,
    /// English, complete.
    En,
    /// One that this installation brings.
    Brought(&'static Language),
}

impl Locale {
    /// Those that are complete in every installation, the first language first.
    pub const OURS: [Self; 2] = [Self::ZhCn, Self::En];

    /// The installation's own are these from now on: once, before the first page. Answers whether it was in time.
    pub fn bring(languages: Vec<Language>) -> bool {
        BROUGHT.set(languages).is_ok()
    }

    /// All of them: ours, and those that the installation brings.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::OURS.into_iter().chain(BROUGHT.get_or_init(Vec::new).iter().map(Self::Brought))
    }

    /// The BCP 47 tag, as in `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
            Self::Brought(language) => &language.tag,
        }
    }

    /// The best language for an `Accept-Language` header: the first of its entries that we speak, by weight.
    pub fn negotiate(header: &str) -> Self {
        let mut wishes: Vec<(f32, Self)> = header
            .split(',')
            .take(20) // a browser sends five or so; the rest is noise
            .filter_map(|entry| {
                let mut parts = entry.split(';');
                let locale = parts.next()?.trim().parse().ok()?;
                let weight = parts.find_map(|p| p.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
                Some((weight, locale))
            })
            .collect();
        wishes.sort_by(|a, b| b.0.total_cmp(&a.0));
        wishes.first().map_or(Self::default(), |wish| wish.1)
    }
}

/// A name that is data (a unit, a category), in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Label {
    /// In Chinese.
    pub zh: String,
    /// In English; the Chinese one stands in where it is empty.
    #[serde(default)]
    pub en: String,
}

impl Label {
    /// A name in both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The name for a reader.
    pub fn to(&self, locale: Locale) -> &str {
        match locale {
            Locale::En if !self.en.is_empty() => &self.en,
            _ => &self.zh,
        }
    }
}

impl FromStr for Locale {
    type Err = ();
    fn from_str(tag: &str) -> Result<Self, ()> {
        // One of several scripts or countries of a language is better than none of its words.
        let language = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let exact = Self::all().find(|locale| locale.tag().eq_ignore_ascii_case(tag));
        exact.or_else(|| Self::all().find(|locale| language(locale.tag()) == language(tag))).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins() {
        assert_eq!(Locale::negotiate("fr-FR, en;q=0.8, zh;q=0.9"), Locale::ZhCn);
        assert_eq!(Locale::negotiate("en-GB,zh;q=0.5"), Locale::En);
        assert_eq!(Locale::negotiate("fr"), Locale::ZhCn);
        assert_eq!(Locale::negotiate(""), Locale::ZhCn);
    }
}
