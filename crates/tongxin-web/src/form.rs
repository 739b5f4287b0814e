//! Forms: read, checked for where they come from, and shown again with everything that was filled in.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tongxin_base::{Error, FieldError};

use crate::ctx::{self, Ctx};
use crate::failure::Fail;
use crate::upload::{self, Parts, Upload};
use crate::words::Words;

/// A form without files is at most this large, in bytes: five long texts.
const LARGEST: usize = 256 << 10;

#[derive(Deserialize)]
struct Common {
    #[serde(default)]
    once: String,
}

/// The form with each name once: check boxes of one name become one text, their values with blanks between them.
fn gathered(pairs: Vec<(String, String)>) -> Option<String> {
    let mut once: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in pairs {
        match once.entry(name) {
            Entry::Occupied(mut values) => {
                values.get_mut().push(' ');
                values.get_mut().push_str(&value);
            }
            Entry::Vacant(place) => {
                place.insert(value);
            }
        }
    }
    serde_urlencoded::to_string(once).ok()
}

/// The token that forms carry where there is no `Ctx` to make it: in a house that is still being set up.
#[derive(Clone)]
pub(crate) struct FormToken(pub String);

/// A form that this reader sent from one of our own pages. Check boxes of one name arrive as one text, their values with
/// blanks between them. `FILES` is how many files it may carry.
pub struct Form<T, const FILES: usize = 0> {
    /// The fields.
    pub fields: T,
    /// The key under which it is done once; empty where the form has none.
    pub once: String,
    /// The files, at most `FILES`.
    pub files: Vec<Upload>,
    /// How many more were sent and not read.
    pub left_out: usize,
}

impl<S: Send + Sync, T: DeserializeOwned, const FILES: usize> FromRequest<S> for Form<T, FILES> {
    type Rejection = Fail;

    async fn from_request(request: Request, _: &S) -> Result<Self, Fail> {
        let kept = request.extensions().get::<FormToken>().map(|token| token.0.clone());
        let expected = kept.or_else(|| request.extensions().get::<Ctx>().map(Ctx::csrf)).ok_or(Error::Unavailable)?;
        let (parts, body) = request.into_parts();
        let host = Some(ctx::host(&parts).to_owned()).filter(|host| !host.is_empty());
        let request = Request::from_parts(parts, body);
        let origin = request.headers().get(header::ORIGIN).and_then(|value| value.to_str().ok()).map(str::to_owned);
        // Some browsers inside apps send no Origin; the token holds alone there. One that is sent must be ours.
        let foreign = origin
            .zip(host)
            .is_some_and(|(origin, host)| origin.split_once("://").is_none_or(|(_, from)| from != host));
        let ours = |pairs: &[(String, String)]| {
            let token = pairs.iter().find(|(name, _)| name == "csrf").map(|(_, token)| token.as_str());
            if foreign || token != Some(&expected) { Err(Error::rule("form-expired")) } else { Ok(()) }
        };
        let Parts { pairs, files, left_out } = if FILES > 0 && upload::is_multipart(&request) {
            upload::read(request, FILES, ours).await?
        } else {
            let bytes = to_bytes(request.into_body(), LARGEST).await.map_err(|_| Error::TooLarge)?;
            let pairs = serde_urlencoded::from_bytes(&bytes).map_err(|_| Error::field("form", "form-unreadable"))?;
            Parts { pairs, ..Parts::default() }
        };
        // No text holds a NUL, and no database takes one.
        if pairs.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(Fail(Error::field("form", "form-nul")));
        }
        ours(&pairs)?;
        let bytes = gathered(pairs).ok_or_else(|| Error::field("form", "form-unreadable"))?;
        let common: Common = serde_urlencoded::from_str(&bytes).map_err(|_| Error::field("form", "form-unreadable"))?;
        let fields = serde_urlencoded::from_str(&bytes).map_err(|_| Error::field("form", "form-unreadable"))?;
        Ok(Self { fields, once: common.once, files, left_out })
    }
}

/// The wrong fields of a form, in the reader's language, for its template.
#[derive(Debug, Clone, Default)]
pub struct FormErrors {
    /// Field and words, in the order of the form.
    pub items: Vec<FormError>,
}

/// One wrong field.
#[derive(Debug, Clone)]
pub struct FormError {
    /// The field's name.
    pub field: String,
    /// What the summary at the top says: the field's label, where there is one, and what is wrong with it.
    pub text: String,
    /// What stands at the field itself.
    pub short: String,
}

impl FormErrors {
    /// The errors of a form; an error that is not about a form goes on as it is.
    ///
    /// # Errors
    /// Any other error.
    pub fn take(words: &Words, error: Error) -> Result<Self, Fail> {
        Self::take_named(words, error, "")
    }

    /// As [`FormErrors::take`], each line of the summary with the field's label in front, so that it says what is meant
    /// before one follows its link. `labels` is what the labels' keys begin with: `sites-field-` for `sites-field-name-en`,
    /// the label of `name_en`.
    ///
    /// # Errors
    /// Any other error.
    pub fn take_named(words: &Words, error: Error, labels: &str) -> Result<Self, Fail> {
        let item = |field: &FieldError| {
            let short = words.field_error(field);
            let label = format!("{labels}{}", field.field.replace('_', "-"));
            let text = if !labels.is_empty() && words.has(&label) {
                words.with("form-named", &[("field".into(), words.t(&label)), ("text".into(), short.clone())])
            } else {
                short.clone()
            };
            FormError { field: field.field.clone(), text, short }
        };
        match error {
            Error::Invalid(fields) => Ok(Self { items: fields.iter().map(item).collect() }),
            other => Err(Fail(other)),
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// What is wrong with a field; empty where nothing is.
    pub fn of(&self, field: &str) -> &str {
        self.items.iter().find(|item| item.field == field).map_or("", |item| &item.short)
    }
}
