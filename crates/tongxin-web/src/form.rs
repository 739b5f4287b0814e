//! Forms: read, checked for where they come from, and shown again with everything that was filled in.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tongxin_base::{Error, FieldError};

use crate::ctx::Ctx;
use crate::failure::Fail;
use crate::words::Words;

/// A form without files is at most this large, in bytes: five long texts.
const LARGEST: usize = 256 << 10;

#[derive(Deserialize)]
struct Common {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    once: String,
}

/// A form that this reader sent from one of our own pages.
pub struct Form<T> {
    /// The fields.
    pub fields: T,
    /// The key under which it is done once; empty where the form has none.
    pub once: String,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Fail;

    async fn from_request(request: Request, _: &S) -> Result<Self, Fail> {
        let ctx = request.extensions().get::<Ctx>().cloned().ok_or(Error::Unavailable)?;
        let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let origin = request.headers().get(header::ORIGIN).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let bytes = to_bytes(request.into_body(), LARGEST).await.map_err(|_| Error::TooLarge)?;
        let common: Common =
            serde_urlencoded::from_bytes(&bytes).map_err(|_| Error::field("form", "form-unreadable"))?;
        // Some browsers inside apps send no Origin; the token holds alone there. One that is sent must be ours.
        let foreign = origin
            .zip(host)
            .is_some_and(|(origin, host)| origin.split_once("://").is_none_or(|(_, from)| from != host));
        if foreign || common.csrf != ctx.csrf() {
            return Err(Fail(Error::rule("form-expired")));
        }
        let fields = serde_urlencoded::from_bytes(&bytes).map_err(|_| Error::field("form", "form-unreadable"))?;
        Ok(Self { fields, once: common.once })
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
    /// What is wrong with it.
    pub text: String,
}

impl FormErrors {
    /// The errors of a form; an error that is not about a form goes on as it is.
    ///
    /// # Errors
    /// Any other error.
    pub fn take(words: &Words, error: Error) -> Result<Self, Fail> {
        let item = |field: &FieldError| FormError { field: field.field.clone(), text: words.field_error(field) };
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
        self.items.iter().find(|item| item.field == field).map_or("", |item| &item.text)
    }
}
