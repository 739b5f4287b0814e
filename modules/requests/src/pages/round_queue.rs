//! What is done off line: where its list stands on the page, the token it is sent with, and what it is answered.

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tongxin_web::{Answer, Ctx, Words, asset_url};

/// The list of what waits on this phone; empty and hidden until the script fills it.
#[derive(Template)]
#[template(path = "requests/queue.html")]
pub(super) struct Queue {
    w: Words,
    script: String,
    who: String,
    /// The orders whose pages are kept on the phone.
    keep: String,
}

impl Queue {
    pub(super) fn new(ctx: &Ctx, keep: &[&str]) -> Self {
        Self {
            w: ctx.words.clone(),
            script: asset_url("round.js"),
            who: ctx.who.person().map(|person| person.id.to_string()).unwrap_or_default(),
            keep: keep.join(" "),
        }
    }
}

/// `GET /work/token`: who is signed in, and the token that their forms carry now. What waited was written under an older one.
pub(super) async fn token(ctx: Ctx) -> Answer {
    let who = ctx.who.person().map(|person| person.id.to_string());
    Ok(axum::Json(json!({"who": who, "csrf": ctx.csrf()})).into_response())
}

/// What the queue is told: it is done, and where a reader would be led.
pub(super) fn done(next: &str) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], axum::Json(json!({"done": true, "next": next}))).into_response()
}
