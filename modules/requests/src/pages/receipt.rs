//! 凭证: proof for a reporter that what they wrote stands in the journal, to be kept where we cannot reach it.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64_URL;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use tongxin_base::{Error, Id, Time};
use tongxin_kernel::{Checkpoint, Proven, Receipt, root_text, token_digest};
use tongxin_web::{Answer, Ctx, Face, Page, Words};

use super::Clockwork;
use crate::actions::subject;
use crate::store::requests;

/// Entries in a code: each makes it denser. The file has all of them.
const ON_PAPER: usize = 2;
/// The pixels of one dot; a printer makes of them what it likes.
const DOT: u32 = 8;

struct Entry {
    seq: i64,
    /// What was written when.
    says: String,
}

#[derive(Template)]
#[template(path = "requests/receipt.html")]
struct ReceiptPage {
    w: Words,
    link: String,
    number: String,
    /// None where the house holds nothing of it any more.
    entries: Vec<Entry>,
    /// The journal, and how many rows were sealed.
    journal: String,
    rows: i64,
    root: String,
}

/// The receipt behind a secret link, with the matter's number.
async fn of(ctx: &Ctx, token: &str) -> Result<(String, Option<Receipt>), Error> {
    let (tenant, digest) = (ctx.tenant.id, token_digest(token));
    let find = move |read: &mut tongxin_db::Read<'_>| {
        let report = requests::by_link(read, tenant, &digest)?.ok_or(Error::NotFound)?;
        let number = requests::one(read, tenant, report.request_id)?.number;
        Ok((report, number))
    };
    let (report, number) = ctx.kernel().db().read(tenant, find).await?;
    // A matter that was merged into another left its lines where it was.
    let about: Vec<_> = [report.came_from, Some(report.request_id)].into_iter().flatten().map(subject).collect();
    let receipt = ctx.kernel().receipt(&ctx.tenant, &about, Id::from_uuid(report.id.uuid())).await?;
    Ok((number, receipt))
}

pub(super) async fn show(ctx: Ctx, Path(token): Path<String>) -> Answer {
    let (number, receipt) = of(&ctx, &token).await?;
    let clock = Clockwork { ctx: &ctx };
    let keys = ctx.kernel().journal_keys(&ctx.tenant)?;
    let sealed = receipt.as_ref().and_then(|receipt| Checkpoint::read(&receipt.checkpoint, &keys).ok());
    let entry = |entry: Proven| Entry {
        seq: entry.row.seq,
        says: ctx.words.t1(
            &format!("receipt-{}", entry.row.action.replace(['.', '_'], "-")),
            "time",
            clock.say(Time::from_micros(entry.row.at)),
        ),
    };
    let body = ReceiptPage {
        w: ctx.words.clone(),
        link: format!("/r/{token}"),
        number: number.clone(),
        entries: receipt.map(|receipt| receipt.entries.into_iter().map(entry).collect()).unwrap_or_default(),
        journal: sealed.as_ref().map(|sealed| sealed.origin().to_owned()).unwrap_or_default(),
        rows: sealed.as_ref().map(|sealed| sealed.size).unwrap_or_default(),
        root: sealed.map(|sealed| root_text(&sealed.root)).unwrap_or_default(),
    };
    Page::new(Face::Street, ctx.words.t1("receipt-title", "number", &number)).show(&ctx, &body)
}

/// The whole receipt, to be kept.
pub(super) async fn file(ctx: Ctx, Path(token): Path<String>) -> Answer {
    let (number, receipt) = of(&ctx, &token).await?;
    let text = serde_json::to_string_pretty(&receipt.ok_or(Error::NotFound)?).map_err(Error::internal)?;
    let name = format!("attachment; filename=\"receipt-{number}.json\"");
    let kind = "application/json".to_owned();
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, text).into_response())
}

/// What of it goes on paper: a link that any telephone opens, short enough to be read from a small print. It has how many rows were
/// sealed, the root over them and the leaves of what the reporter wrote; the page behind it says whether the journal still is that.
pub(super) async fn code(ctx: Ctx, Path(token): Path<String>) -> Answer {
    let (_, receipt) = of(&ctx, &token).await?;
    let receipt = receipt.ok_or(Error::NotFound)?;
    let sealed =
        Checkpoint::read(&receipt.checkpoint, &receipt.keys).map_err(|why| Error::internal(why.to_string()))?;
    let entry = |entry: &Proven| format!("{}.{}", entry.row.seq, BASE64_URL.encode(entry.row.leaf));
    let entries: Vec<String> = receipt.entries.iter().take(ON_PAPER).map(entry).collect();
    let (rows, root) = (sealed.size, BASE64_URL.encode(sealed.root));
    let link = format!("{}/journal/seen?rows={rows}&root={root}&entries={}", ctx.origin, entries.join(","));
    let code = QrCode::with_error_correction_level(link, EcLevel::L).map_err(Error::internal)?;
    let drawn = code
        .render::<svg::Color<'_>>()
        .module_dimensions(DOT, DOT)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    Ok(([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "no-store")], drawn).into_response())
}
