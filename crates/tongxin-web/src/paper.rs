//! What is printed: a PDF on its way out.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::sync::Semaphore;
use tongxin_base::Error;

use crate::failure::Fail;

pub use tongxin_print::{Document, Imprint, Part, Template};

/// Sheets set at once: each takes a core, and people wait for pages too.
static PRESSES: Semaphore = Semaphore::const_new(2);

/// A template with its data as a PDF, to be looked at in the browser or saved under `name`.
///
/// # Errors
/// `Internal` where it does not print.
pub async fn paper(template: Template, data: impl Serialize + Send + 'static, name: &str) -> Result<Response, Fail> {
    let _press = PRESSES.acquire().await.map_err(Error::internal)?;
    let set = tokio::task::spawn_blocking(move || tongxin_print::pdf(template, &data));
    let bytes = set.await.map_err(Error::internal)??;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(shown) = HeaderValue::from_str(&format!("inline; filename=\"{name}.pdf\"")) {
        headers.insert(header::CONTENT_DISPOSITION, shown);
    }
    Ok(response)
}

/// An official document, as [`paper`].
///
/// # Errors
/// As [`paper`].
pub async fn document(document: Document, name: &str) -> Result<Response, Fail> {
    paper(Template::Document, document, name).await
}
