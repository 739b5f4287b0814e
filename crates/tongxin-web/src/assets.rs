//! What `web/` was bundled into, inside the binary. Names carry a hash of their content, so they are kept for ever.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Bundled;

static NAMES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let manifest = Bundled::get("manifest.json");
    manifest.and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default()
});

/// The URL of a bundled file; empty where `web/` has not been built.
pub fn url(name: &str) -> String {
    NAMES.get(name).map(|hashed| format!("/assets/{hashed}")).unwrap_or_default()
}

/// A bundled file by the name it had before it was hashed.
pub(crate) fn bytes(name: &str) -> Option<Vec<u8>> {
    let file = Bundled::get(NAMES.get(name)?)?;
    Some(file.data.into_owned())
}

/// `GET /assets/{name}`.
pub(crate) async fn serve(Path(name): Path<String>) -> Response {
    let Some(file) = Bundled::get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, file.metadata.mimetype().to_owned()),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
    ];
    (headers, file.data.into_owned()).into_response()
}
