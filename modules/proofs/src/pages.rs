//! The pages: what the journal is in plain words, its newest checkpoint, and whether a receipt holds.

use askama::Template;
use axum::extract::Query;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Deserialize;
use tongxin_base::{Error, Time};
use tongxin_kernel::{BadCheckpoint, BadReceipt, Checkpoint, Receipt, root_text};
use tongxin_web::{Answer, Ctx, Face, Files, Form, Page, Sheet, Words, moment};

use crate::api::PAGE;

#[derive(Template)]
#[template(path = "proofs/journal.html")]
struct JournalPage {
    w: Words,
    /// The newest checkpoint, and when it was made; empty where there is none yet.
    note: String,
    when: String,
    rows: i64,
    keys: Vec<String>,
}

fn when(ctx: &Ctx, at: Time) -> String {
    moment(&ctx.words, ctx.tenant.zone(), at)
}

pub(crate) async fn show(ctx: Ctx) -> Answer {
    let last = ctx.kernel().last_checkpoint(ctx.tenant.id).await?;
    let sealed = last.as_ref().and_then(|last| last.at).map(|at| when(&ctx, at)).unwrap_or_default();
    let body = JournalPage {
        w: ctx.words.clone(),
        when: sealed,
        rows: last.as_ref().map(|last| last.size).unwrap_or_default(),
        note: last.map(|last| last.note).unwrap_or_default(),
        keys: ctx.kernel().journal_keys(&ctx.tenant)?,
    };
    Page::new(Face::Street, ctx.words.t("proofs-title")).show(&ctx, &body)
}

async fn newest(ctx: &Ctx) -> Result<Checkpoint, Error> {
    ctx.kernel().last_checkpoint(ctx.tenant.id).await?.ok_or(Error::NotFound)
}

/// The newest checkpoint as it was signed. Whoever keeps it can show later what was changed since.
pub(crate) async fn checkpoint(ctx: Ctx) -> Answer {
    let last = newest(&ctx).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], last.note).into_response())
}

/// The same as a code, for paper.
pub(crate) async fn code(ctx: Ctx) -> Answer {
    let code = QrCode::new(newest(&ctx).await?.note.as_bytes()).map_err(Error::internal)?;
    let drawn = code.render::<svg::Color<'_>>().dark_color(svg::Color("#000")).light_color(svg::Color("#fff")).build();
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], drawn).into_response())
}

/// A seal in the list.
struct Seal {
    rows: i64,
    when: String,
    /// The same for feed readers.
    at: Time,
    root: String,
    note: String,
}

#[derive(Template)]
#[template(path = "proofs/checkpoints.html")]
struct CheckpointsPage {
    w: Words,
    seals: Vec<Seal>,
    next: String,
    files: Files,
}

#[derive(Template)]
#[template(path = "proofs/checkpoints.xml")]
struct Feed {
    w: Words,
    origin: String,
    updated: Time,
    seals: Vec<Seal>,
}

async fn seals(ctx: &Ctx, below: i64, page: i64) -> Result<Vec<Seal>, Error> {
    let made = ctx.kernel().checkpoints_before(ctx.tenant.id, below, page).await?;
    let seal = |made: Checkpoint| {
        let at = made.at.unwrap_or(Time::from_micros(0));
        Seal { rows: made.size, when: when(ctx, at), at, root: root_text(&made.root), note: made.note }
    };
    Ok(made.into_iter().map(seal).collect())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Below {
    below: String,
}

/// The seals that were signed: to be printed, or fetched and kept.
pub(crate) async fn checkpoints(ctx: Ctx, Query(asked): Query<Below>) -> Answer {
    let page = ctx.rows(PAGE);
    let seals = seals(&ctx, asked.below.parse().unwrap_or(i64::MAX), page).await?;
    let next = seals.last().filter(|_| i64::try_from(seals.len()) == Ok(page));
    let next = next.map(|last| format!("/journal/checkpoints?below={}", last.rows)).unwrap_or_default();
    let body = CheckpointsPage { w: ctx.words.clone(), seals, next, files: Files::of(&ctx) };
    let heads = ["proofs-seal-when", "proofs-seal-rows", "proofs-seal-root"].map(|key| ctx.words.t(key));
    let cells = |seal: &Seal| [seal.when.clone(), seal.rows.to_string(), seal.root.clone()];
    let sheet = Sheet::new(heads, body.seals.iter().map(cells)).cut(!body.next.is_empty());
    Page::new(Face::Street, ctx.words.t("proofs-seals-title")).list(&ctx, &body, sheet).await
}

/// The newest of them as a feed (RFC 4287), so that any reader of feeds becomes a place where they are kept.
pub(crate) async fn feed(ctx: Ctx) -> Answer {
    let seals = seals(&ctx, i64::MAX, PAGE).await?;
    let updated = seals.first().map_or(Time::from_micros(0), |seal| seal.at);
    let feed = Feed { w: ctx.words.clone(), origin: ctx.origin.clone(), updated, seals };
    let text = feed.render().map_err(Error::internal)?;
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], text).into_response())
}

/// An entry that was proven.
struct Entry {
    seq: i64,
    when: String,
    /// The names of what was written, and the words.
    words: Vec<String>,
    payload: String,
}

#[derive(Template)]
#[template(path = "proofs/check.html")]
struct CheckPage {
    w: Words,
    csrf: String,
    text: String,
    /// Why it does not hold; empty where nothing was checked or it holds.
    wrong: String,
    entries: Vec<Entry>,
    rows: i64,
    origin: String,
}

impl CheckPage {
    fn empty(ctx: &Ctx) -> Self {
        let (w, csrf) = (ctx.words.clone(), ctx.csrf());
        Self { w, csrf, text: String::new(), wrong: String::new(), entries: Vec::new(), rows: 0, origin: String::new() }
    }
}

pub(crate) async fn ask(ctx: Ctx) -> Answer {
    Page::new(Face::Street, ctx.words.t("proofs-check-title")).show(&ctx, &CheckPage::empty(&ctx))
}

#[derive(Deserialize)]
pub(crate) struct Pasted {
    #[serde(default)]
    receipt: String,
}

/// Checks a receipt and forgets it.
pub(crate) async fn check(ctx: Ctx, form: Form<Pasted, 1>) -> Answer {
    let sent = form.files.first().map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
    let text = sent.filter(|text| !text.trim().is_empty()).unwrap_or(form.fields.receipt);
    let keys = ctx.kernel().journal_keys(&ctx.tenant)?;
    let mut page = CheckPage::empty(&ctx);
    let title = ctx.words.t("proofs-check-title");
    match Receipt::check(&text, &keys) {
        Ok(checked) => {
            let entry = |entry: &tongxin_kernel::Proven| Entry {
                seq: entry.row.seq,
                when: when(&ctx, Time::from_micros(entry.row.at)),
                words: said(&entry.content),
                payload: entry.row.payload.clone(),
            };
            page.entries = checked.entries.iter().map(entry).collect();
            page.rows = checked.checkpoint.size;
            page.origin = checked.checkpoint.origin().to_owned();
            Page::new(Face::Street, title).show(&ctx, &page)
        }
        Err(why) => {
            page.wrong = ctx.words.t(match why {
                BadReceipt::Unreadable => "proofs-check-unreadable",
                BadReceipt::Checkpoint(BadCheckpoint::UnknownKey) => "proofs-check-other-key",
                BadReceipt::Checkpoint(_) => "proofs-check-checkpoint",
                BadReceipt::Words(_) => "proofs-check-words",
                BadReceipt::Entry(_) => "proofs-check-entry",
            });
            page.text = text.chars().take(100_000).collect();
            Page::new(Face::Street, title).failed(StatusCode::UNPROCESSABLE_ENTITY).show(&ctx, &page)
        }
    }
}

/// The texts in what somebody wrote, without the names of their fields.
fn said(content: &str) -> Vec<String> {
    fn gather(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) => found.push(text.clone()),
            serde_json::Value::Array(items) => items.iter().for_each(|item| gather(item, found)),
            serde_json::Value::Object(fields) => fields.values().for_each(|field| gather(field, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Ok(value) = serde_json::from_str(content) {
        gather(&value, &mut found);
    }
    found
}
