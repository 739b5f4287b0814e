//! The words of the pages, by Fluent. Every string a person reads is in a locale file; a third language is a folder.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use tongxin_base::{Arg, Error, FieldError, Locale, Result};
use tongxin_kernel::Kernel;

type Bundle = FluentBundle<FluentResource>;

/// All words, in all languages.
pub(crate) struct Dictionary(HashMap<Locale, Bundle>);

impl Dictionary {
    /// From pairs of files, Chinese and English.
    pub fn new(files: &[(&str, &str)]) -> Result<Self> {
        let mut bundles = HashMap::new();
        for locale in Locale::ALL {
            let tag = locale.tag().parse().map_err(|e| Error::internal(format!("{}: {e}", locale.tag())))?;
            let mut bundle = Bundle::new_concurrent(vec![tag]);
            bundle.set_use_isolating(false); // bidi marks around values would be read into copied links and numbers
            for (zh, en) in files {
                let text = if locale == Locale::ZhCn { zh } else { en };
                let resource = FluentResource::try_new((*text).to_owned())
                    .map_err(|(_, errors)| Error::internal(format!("words in {}: {errors:?}", locale.tag())))?;
                bundle
                    .add_resource(resource)
                    .map_err(|errors| Error::internal(format!("words said twice in {}: {errors:?}", locale.tag())))?;
            }
            bundles.insert(locale, bundle);
        }
        Ok(Self(bundles))
    }
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
            let value = whole.map_or_else(|| FluentValue::from(value.as_str()), FluentValue::from);
            values.set(name.as_ref(), value);
        }
        self.say(key, Some(&values))
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
