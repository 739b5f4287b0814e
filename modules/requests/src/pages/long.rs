//! A list that is too long to wait for: what can be done about it, and the way to have it made.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;
use tongxin_web::{Answer, Ctx, Face, Form, Page, Words, see_other};

use crate::export::{EXPORT, Export};

#[derive(Template)]
#[template(path = "requests/long.html")]
struct LongPage {
    w: Words,
    csrf: String,
    once: String,
    lead: String,
    query: String,
    file: String,
    back: String,
}

/// The page that a file's address answers where its list is longer than `most` rows.
pub(super) fn offer(ctx: &Ctx, most: usize) -> Answer<Response> {
    let (path, query) = ctx.path.split_once('?').unwrap_or((&ctx.path, ""));
    let body = LongPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        once: ctx.kernel().world().secret(),
        lead: ctx.words.t1("requests-long-lead", "most", most),
        file: path.rsplit('.').next().unwrap_or_default().to_owned(),
        back: super::table::address("/desk/requests", &[query]),
        query: query.to_owned(),
    };
    Page::new(Face::Desk, ctx.words.t("requests-long-title")).show(ctx, &body)
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct LongForm {
    query: String,
    file: String,
}

/// `POST /desk/requests/export`: has it made.
pub(super) async fn ask(ctx: Ctx, form: Form<LongForm>) -> Answer {
    let LongForm { query, file } = form.fields;
    let asked = Export { query, file };
    // What cannot be read is refused now, not when it is its turn.
    let (_, query, _) = asked.parse()?;
    query.filter(&ctx.tenant, ctx.kernel().world().now())?;
    query.place()?;
    ctx.kernel().ask_chore(ctx.call_once(&form.once)?, EXPORT.kind, json!(asked), None).await?;
    Ok(see_other("/me/chores?done=started"))
}
