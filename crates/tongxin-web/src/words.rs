//! The words of the pages, by Fluent. Every string a person reads is in a locale file; a third language is a folder.

use std::borrow::{Borrow, Cow};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::resolver::ResolverError;
use fluent_bundle::resolver::errors::ReferenceKind;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use fluent_syntax::ast;
use tongxin_base::{Arg, Error, FieldError, Language, Locale, Result};
use tongxin_kernel::Kernel;

type Bundle = FluentBundle<FluentResource>;

/// The values of our words that count things. Other whole numbers (years, telephones, numbers of matters) are written as they are.
const COUNTS: [&str; 19] = [
    "added",
    "all",
    "assessed",
    "changed",
    "count",
    "done",
    "files",
    "held",
    "known",
    "max",
    "most",
    "of",
    "received",
    "rows",
    "seen",
    "shown",
    "target",
    "total",
    "unchanged",
];

/// A count with its digits in groups of three, as Chinese and English pages write it: `1,020,000`.
pub fn grouped(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut said = if count < 0 { "-".to_owned() } else { String::new() };
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

/// How Fluent writes a number: counts in groups.
#[expect(clippy::cast_possible_truncation, reason = "whole numbers, made of an i64")]
fn written(value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) if number.options.use_grouping => Some(grouped(number.value as i64)),
        _ => None,
    }
}

/// All words, in all languages.
pub(crate) struct Dictionary(HashMap<Locale, Bundle>);

impl Dictionary {
    /// From files: what they are called, in Chinese, in English.
    pub fn new(files: &[(&str, &str, &str)]) -> Result<Self> {
        let mut bundles = HashMap::new();
        for locale in Locale::all() {
            bundles.insert(locale, bundle(locale, files)?);
        }
        Ok(Self(bundles))
    }
}

fn bundle(locale: Locale, files: &[(&str, &str, &str)]) -> Result<Bundle> {
    let tag = locale.tag();
    let resource = |text: &str| {
        FluentResource::try_new(text.to_owned())
            .map_err(|(_, errors)| Error::internal(format!("words in {tag}: {errors:?}")))
    };
    let mut bundle = Bundle::new_concurrent(vec![tag.parse().map_err(|e| Error::internal(format!("{tag}: {e}")))?]);
    bundle.set_formatter(Some(|value, _| written(value)));
    bundle.set_use_isolating(false); // bidi marks around values would be read into copied links and numbers
    for (_, zh, en) in files {
        bundle
            .add_resource(resource(if locale == Locale::En { en } else { zh })?)
            .map_err(|errors| Error::internal(format!("words said twice in {tag}: {errors:?}")))?;
    }
    if let Locale::Brought(language) = locale {
        for text in &language.words {
            bundle.add_resource_overriding(resource(text)?);
        }
    }
    Ok(bundle)
}

/// How far a language is that an installation brings, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Judged {
    /// Words there are.
    pub all: usize,
    /// Keys of those it lacks, which are shown in Chinese.
    pub missing: Vec<String>,
    /// Keys that no page asks for.
    pub unknown: Vec<String>,
    /// Keys whose words name other values than ours do.
    pub values: Vec<String>,
}

/// The keys of a file of words; none of what cannot be read.
fn keys(text: &str) -> Vec<String> {
    let Ok(resource) = FluentResource::try_new(text.to_owned()) else { return Vec::new() };
    let key = |entry: &ast::Entry<&str>| match entry {
        ast::Entry::Message(message) => Some(message.id.name.to_owned()),
        _ => None,
    };
    resource.entries().filter_map(key).collect()
}

/// The values that words ask for: those they miss where none are given.
fn values(bundle: &Bundle, key: &str) -> BTreeSet<String> {
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else { return BTreeSet::new() };
    let mut errors = Vec::new();
    bundle.format_pattern(pattern, None, &mut errors);
    let name = |error| match error {
        FluentError::ResolverError(ResolverError::Reference(ReferenceKind::Variable { id })) => Some(id),
        _ => None,
    };
    errors.into_iter().filter_map(name).collect()
}

/// Holds a language against the words of the house.
///
/// # Errors
/// `Internal` where a file of words cannot be read.
pub fn judge(files: &[(&str, &str, &str)], language: &'static Language) -> Result<Judged> {
    let (ours, theirs) = (bundle(Locale::ZhCn, files)?, bundle(Locale::Brought(language), files)?);
    let all: BTreeSet<String> = files.iter().flat_map(|(_, zh, _)| keys(zh)).collect();
    let said: BTreeSet<String> = language.words.iter().flat_map(|text| keys(text)).collect();
    Ok(Judged {
        missing: all.difference(&said).cloned().collect(),
        unknown: said.difference(&all).cloned().collect(),
        values: said.intersection(&all).filter(|key| values(&ours, key) != values(&theirs, key)).cloned().collect(),
        all: all.len(),
    })
}

/// A language that a page can also be read in.
pub(crate) struct OtherLanguage {
    pub tag: &'static str,
    /// Its name in itself.
    pub name: String,
}

/// The words in one reader's language.
#[derive(Clone)]
pub struct Words {
    locale: Locale,
    dictionary: Arc<Dictionary>,
}

/// The words of an open house, for what speaks in it without a page: chores.
#[derive(Default)]
pub(crate) struct Wordbook(OnceLock<Arc<Dictionary>>);

impl Wordbook {
    pub fn fill(&self, dictionary: &Arc<Dictionary>) {
        // A house that is reached in another way later on has the same words.
        drop(self.0.set(Arc::clone(dictionary)));
    }
}

impl Words {
    /// The words of this house for a reader who is not on a page.
    ///
    /// # Errors
    /// `Internal` in a house without pages.
    pub fn in_house(kernel: &Kernel, locale: Locale) -> Result<Self> {
        let book = kernel.kept::<Wordbook>();
        let dictionary = book.0.get().ok_or_else(|| Error::internal("this house has no words"))?;
        Ok(Self::new(Arc::clone(dictionary), locale))
    }

    pub(crate) fn new(dictionary: Arc<Dictionary>, locale: Locale) -> Self {
        Self { locale, dictionary }
    }

    /// The reader's language.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// The other languages, each by its own name.
    pub(crate) fn others(&self) -> Vec<OtherLanguage> {
        let other = |locale: Locale| {
            let name = Self { locale, dictionary: Arc::clone(&self.dictionary) }.t("shell-language");
            OtherLanguage { tag: locale.tag(), name }
        };
        Locale::all().filter(|locale| *locale != self.locale).map(other).collect()
    }

    /// Whether the lines of this language run from top to bottom.
    pub(crate) fn is_vertical(&self) -> bool {
        self.t("shell-writing") == "vertical"
    }

    /// The words under a key; the key itself where there are none (a test finds those).
    pub fn t(&self, key: &str) -> String {
        self.say(key, None)
    }

    /// The label of a field that may be left empty.
    pub fn optional(&self, key: &str) -> String {
        format!("{}{}", self.t(key), self.t("form-optional"))
    }

    /// The words under a key that names one value.
    pub fn t1(&self, key: &str, name: &'static str, value: impl ToString) -> String {
        self.with(key, &[(Cow::Borrowed(name), value.to_string())])
    }

    /// The words under a key that names two values.
    pub fn t2(
        &self,
        key: &str,
        first: &'static str,
        value: impl ToString,
        second: &'static str,
        other: impl ToString,
    ) -> String {
        self.with(key, &[(Cow::Borrowed(first), value.to_string()), (Cow::Borrowed(second), other.to_string())])
    }

    /// The words under a key that names several values.
    pub fn with(&self, key: &str, args: &[Arg]) -> String {
        let mut values = FluentArgs::new();
        for (name, value) in args {
            // Whole numbers choose plurals; everything else, codes with leading noughts too, is shown as it is.
            let whole = value.parse::<i64>().ok().filter(|number| number.to_string() == *value);
            let number = |whole: i64| {
                let mut number = FluentNumber::from(whole);
                number.options.use_grouping = COUNTS.contains(&name.as_ref());
                FluentValue::Number(number)
            };
            values.set(name.as_ref(), whole.map_or_else(|| FluentValue::from(value.as_str()), number));
        }
        self.say(key, Some(&values))
    }

    /// A count as readers of this language write it.
    pub fn number(&self, count: impl Borrow<i64>) -> String {
        grouped(*count.borrow())
    }

    /// The words for one wrong field.
    pub fn field_error(&self, error: &FieldError) -> String {
        self.with(&error.key, &error.args)
    }

    /// Whether there are words under a key.
    pub fn has(&self, key: &str) -> bool {
        self.bundle().has_message(key)
    }

    fn bundle(&self) -> &Bundle {
        &self.dictionary.0[&self.locale]
    }

    fn say(&self, key: &str, values: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle().get_message(key).and_then(|message| message.value()) else {
            tracing::warn!(key, locale = self.locale.tag(), "no words");
            return key.to_owned();
        };
        let mut errors = Vec::new();
        let said = self.bundle().format_pattern(pattern, values, &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::warn!(key, ?errors, "words that miss a value");
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brought(words: &str) -> &'static Language {
        let language = Language { tag: "mn-Mong".to_owned(), words: vec![words.to_owned()], guide: Vec::new() };
        Box::leak(Box::new(language))
    }

    const FILES: [(&str, &str, &str); 1] = [(
        "a",
        "hello = 你好 { $name }\nmany = { $n } 件\nbye = 再见\n",
        "hello = Hello { $name }\nmany = { $n }\nbye = Bye\n",
    )];

    #[test]
    fn counts_are_written_in_groups_and_other_numbers_as_they_are() {
        let counts = [(0, "0"), (999, "999"), (1_000, "1,000"), (-12_345, "-12,345"), (1_020_000, "1,020,000")];
        for (count, said) in counts {
            assert_eq!(grouped(count), said);
        }
        assert_eq!(grouped(i64::MIN), "-9,223,372,036,854,775,808");
        let english = "a = { $count ->\n    [one] one\n   *[other] { $count } things\n } in { $year }\n";
        let files = [("a", "a = { $count } { $year }\n", english)];
        let words = Words::new(Arc::new(Dictionary::new(&files).expect("words")), Locale::En);
        assert_eq!(words.t2("a", "count", 12_345, "year", 2026), "12,345 things in 2026");
        assert_eq!(words.t2("a", "count", 1, "year", 2026), "one in 2026");
    }

    #[test]
    fn what_a_language_does_not_say_is_said_in_chinese() {
        let bundle = bundle(Locale::Brought(brought("bye = Баяртай\n")), &FILES).expect("words");
        let said = |key: &str| {
            let message = bundle.get_message(key).and_then(|message| message.value()).expect("words");
            let mut values = FluentArgs::new();
            values.set("name", "Бат");
            bundle.format_pattern(message, Some(&values), &mut Vec::new()).into_owned()
        };
        assert_eq!((said("bye").as_str(), said("hello").as_str()), ("Баяртай", "你好 Бат"));
    }

    #[test]
    fn a_language_is_held_against_ours() {
        let judged = judge(&FILES, brought("bye = Баяртай { $who }\nhello = Сайн уу { $name }\nmore = Илүү\n"));
        let Judged { all, missing, unknown, values } = judged.expect("judged");
        assert_eq!((all, missing, unknown, values), (3, vec!["many".into()], vec!["more".into()], vec!["bye".into()]));
        assert!(judge(&FILES, brought("bye = { $ \n")).is_err(), "what cannot be read is said");
    }
}
