//! Forms with files (`multipart/form-data`): the fields become what a form without files would have sent, the files come beside
//! them.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use tongxin_base::{Error, Result};
use tongxin_kernel::LARGEST_FILE;

use crate::body::{Sent, announced, throw_away};

/// The fields of a form with files may take up this much, in bytes.
const FIELDS: usize = 256 << 10;
/// What stands between the parts, in bytes.
const FRAME: usize = 64 << 10;

/// One file of a form.
#[derive(Default)]
pub struct Upload {
    /// The field it was chosen in.
    pub field: String,
    /// What it is called where it comes from.
    pub name: String,
    /// Its bytes; none where it is too large.
    pub bytes: Sent,
    /// Whether it is larger than a file may be.
    pub too_large: bool,
}

/// A form as it was sent.
#[derive(Default)]
pub(crate) struct Parts {
    pub pairs: Vec<(String, String)>,
    pub files: Vec<Upload>,
    /// Files over the number that the form takes; they were not read.
    pub left_out: usize,
}

/// Whether the request brings a form with files.
pub(crate) fn is_multipart(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")
}

fn unreadable() -> Error {
    Error::field("form", "form-unreadable")
}

fn why(error: &MultipartError, most: usize) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Error::OverLimit(most * LARGEST_FILE) } else { unreadable() }
}

/// Reads a form with at most `most` files. `may_send` looks at the fields that came so far, once, before the first file: bytes of
/// somebody who may not send them are not read.
///
/// # Errors
/// `OverLimit`; `Invalid` where it cannot be read; what `may_send` answers; `Unavailable` where there is no room.
pub(crate) async fn read(
    mut request: Request,
    most: usize,
    may_send: impl Fn(&[(String, String)]) -> Result<()>,
) -> Result<Parts> {
    let limit = most * LARGEST_FILE + FIELDS + FRAME;
    if announced(&request).is_some_and(|length| length > limit) {
        throw_away(request.into_body());
        return Err(Error::OverLimit(most * LARGEST_FILE));
    }
    DefaultBodyLimit::max(limit).apply(&mut request);
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
    let (mut parts, mut length) = (Parts::default(), 0);
    while let Some(field) = form.next_field().await.map_err(|error| why(&error, most))? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            None => {
                let text = text(field, FIELDS - length, most).await?;
                length += name.len() + text.len();
                if length > FIELDS {
                    return Err(Error::TooLarge);
                }
                parts.pairs.push((name, text));
            }
            Some(file_name) => {
                if parts.files.is_empty() && parts.left_out == 0 {
                    may_send(&parts.pairs)?;
                }
                let full = parts.files.len() == most;
                let file = file(field, name, full, most).await?;
                match file {
                    // What a browser sends for a field in which nothing was chosen.
                    Some(file) if file.bytes.is_empty() && !file.too_large && file_name.is_empty() => {}
                    Some(file) => parts.files.push(Upload { name: file_name, ..file }),
                    None => parts.left_out += 1,
                }
            }
        }
    }
    Ok(parts)
}

async fn text(mut field: Field<'_>, limit: usize, most: usize) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|error| why(&error, most))? {
        if bytes.len() + piece.len() > limit {
            return Err(Error::TooLarge);
        }
        bytes.extend_from_slice(&piece);
    }
    String::from_utf8(bytes).map_err(|_| unreadable())
}

/// A file; nothing where the form is full and this is one more. Of one that is too large the rest is passed over, so that
/// whatever else is in the form is not lost.
async fn file(mut field: Field<'_>, name: String, full: bool, most: usize) -> Result<Option<Upload>> {
    let mut file = Upload { field: name, ..Upload::default() };
    let mut empty = true;
    while let Some(piece) = field.chunk().await.map_err(|error| why(&error, most))? {
        empty &= piece.is_empty();
        if full || file.too_large {
            continue;
        }
        if file.bytes.len() + piece.len() > LARGEST_FILE {
            file.bytes.clear();
            file.too_large = true;
        } else {
            file.bytes.push(&piece)?;
        }
    }
    Ok((!full || empty).then_some(file))
}
