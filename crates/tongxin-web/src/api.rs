//! The JSON API: bodies, lists, problems.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tongxin_base::{Error, FieldError};
use tongxin_kernel::LARGEST_FILE;
use utoipa::ToSchema;

use crate::body::{self, Sent};
use crate::failure::Fail;

/// A body of the API is at most this large, in bytes: a long text many times over.
const LARGEST: usize = 256 << 10;
/// One that carries photos, at most so many, written in base64: four letters for three bytes.
pub const fn with_photos(most: usize) -> usize {
    LARGEST + most * (LARGEST_FILE / 3 + 1) * 4
}

/// An error (RFC 9457).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says the kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, in short, in the caller's language.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do.
    pub detail: String,
    /// The same for programs: a word that does not change with the language.
    pub code: String,
    /// Values that the detail names, such as the winner of a race.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
    /// The fields that are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    /// A number to name when asking for help, where it was our fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// One wrong field.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ProblemField {
    /// Its name.
    pub field: String,
    /// What is wrong, for programs.
    pub code: String,
    /// What is wrong, for people.
    pub detail: String,
}

/// A list and the way to its next page.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Items<T> {
    /// The rows.
    pub items: Vec<T>,
    /// What to send as `cursor` for the next page; null on the last.
    pub next: Option<String>,
}

impl<T> Items<T> {
    /// All there is.
    pub fn all(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

/// A secret link's token, in the query.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
pub struct Link {
    /// The token of a secret link.
    pub token: Option<String>,
}

/// A JSON body of at most `LIMIT` bytes, with its bytes for the idempotency key. An empty body stands for `{}`.
pub struct ApiBody<T, const LIMIT: usize = LARGEST> {
    /// What was sent.
    pub value: T,
    /// Byte by byte.
    pub raw: Sent,
}

impl<S: Send + Sync, T: DeserializeOwned, const LIMIT: usize> FromRequest<S> for ApiBody<T, LIMIT> {
    type Rejection = Fail;

    async fn from_request(request: Request, _: &S) -> Result<Self, Fail> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let json = kind.is_empty() || kind.split(';').next().is_some_and(|kind| kind.trim().ends_with("json"));
        let raw = body::read(request, LIMIT).await?;
        if !json && !raw.is_empty() {
            return Err(Fail(Error::field("body", "form-not-json")));
        }
        // No text holds a NUL, and no database takes one.
        if raw.contains(&0) || raw.windows(6).any(|six| six == br"\u0000") {
            return Err(Fail(Error::field("body", "form-nul")));
        }
        let text: &[u8] = if raw.is_empty() { b"{}" } else { &raw };
        let value = serde_json::from_slice(text).map_err(|error| {
            // serde's own words name the field and the place; they are about the caller's text, not about us.
            Error::Invalid(vec![FieldError::new("body", "form-bad-json").with("why", error)])
        })?;
        Ok(Self { value, raw })
    }
}

/// `201 Created` with a body.
pub fn json_created<T: Serialize>(value: T) -> Response {
    (StatusCode::CREATED, Json(value)).into_response()
}
