//! What makes the round an app on a telephone: its manifest, the worker that keeps its pages, and what is shown without a network.

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tongxin_base::{Error, Locale};

use crate::assets;
use crate::ctx::Ctx;
use crate::failure::Answer;
use crate::module::Face;
use crate::page::Page;
use crate::routes::{Gate, Routes};
use crate::words::Words;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get(Gate::Public, "/manifest.webmanifest", manifest).get(Gate::Public, "/sw.js", worker).get(
        Gate::Public,
        "/offline",
        offline,
    )
}

/// `GET /manifest.webmanifest`, in the reader's language.
async fn manifest(ctx: Ctx) -> Response {
    let w = &ctx.words;
    let icon = |name: &str, size: &str, purpose: &str| json!({"src": assets::url(name), "sizes": size, "type": "image/png", "purpose": purpose});
    let shortcut = |label: &str, url: &str| json!({"name": w.t(label), "url": url});
    let manifest = json!({
        "id": "/work",
        "name": w.t("installed-name"),
        "short_name": w.t("shell-name"),
        "description": w.t("installed-words"),
        "lang": w.locale().tag(),
        "dir": "ltr",
        "start_url": "/work",
        "scope": "/",
        "display": "standalone",
        "theme_color": "#f7f6f3",
        "background_color": "#f7f6f3",
        "icons": [
            icon("icon-192.png", "192x192", "any"),
            icon("icon-512.png", "512x512", "any"),
            icon("icon-maskable.png", "512x512", "maskable"),
        ],
        "shortcuts": [shortcut("installed-orders", "/work"), shortcut("installed-report", "/report")],
    });
    let headers = [(header::CONTENT_TYPE, "application/manifest+json"), (header::VARY, "Cookie, Accept-Language")];
    (headers, manifest.to_string()).into_response()
}

/// `GET /sw.js`: the bundled one under a name that stays, so that a browser finds the next one there.
async fn worker() -> Answer {
    let bytes = assets::bytes("sw.js").ok_or(Error::NotFound)?;
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    Ok((headers, bytes).into_response())
}

#[derive(Template)]
#[template(path = "offline.html")]
struct Offline {
    /// Chinese and English: the page is kept before anybody knows who will read it.
    both: [Words; 2],
}

/// `GET /offline`: kept on the telephone when the worker comes, so it names nobody.
async fn offline(ctx: Ctx) -> Answer {
    let both = [Locale::ZhCn, Locale::En].map(|locale| ctx.app.words(locale));
    let mut nobody = ctx.clone();
    nobody.who = tongxin_kernel::Who::Nobody;
    nobody.session = None;
    nobody.unread = 0;
    Page::new(Face::Round, ctx.words.t("offline-title")).show(&nobody, &Offline { both })
}
