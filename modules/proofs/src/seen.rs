//! Where the code on a receipt of paper leads: whether the journal still is what it was when the paper was printed, and whether the
//! paper's entries are in it. Nothing is asked but hashes, so nothing is told.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64_URL;
use serde::Deserialize;
use tongxin_base::Error;
use tongxin_kernel::{Hash, root_text};
use tongxin_web::{Answer, Ctx, Face, Page, Words};

/// Entries on one paper; no code holds more.
const MOST: usize = 20;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct OnPaper {
    rows: String,
    root: String,
    entries: String,
}

/// What was read from the paper.
struct Printed {
    rows: i64,
    root: Hash,
    entries: Vec<(i64, Hash)>,
}

fn hash(text: &str) -> Option<Hash> {
    BASE64_URL.decode(text).ok()?.try_into().ok()
}

impl Printed {
    fn read(paper: &OnPaper) -> Option<Self> {
        let entry = |text: &str| {
            let (seq, leaf) = text.split_once('.')?;
            Some((seq.parse().ok()?, hash(leaf)?))
        };
        let entries = paper.entries.split(',').filter(|text| !text.is_empty()).take(MOST).map(entry);
        Some(Self {
            rows: paper.rows.parse().ok()?,
            root: hash(&paper.root)?,
            entries: entries.collect::<Option<_>>()?,
        })
    }
}

#[derive(Template)]
#[template(path = "proofs/seen.html")]
struct SeenPage {
    w: Words,
    good: bool,
    /// What is said of the paper.
    words: String,
    rows: i64,
    root: String,
    entries: Vec<i64>,
}

/// What the journal says to the paper: a message, and whether it is a good one.
async fn judged(ctx: &Ctx, printed: &Printed) -> Result<(bool, &'static str), Error> {
    let seqs = printed.entries.iter().map(|(seq, _)| *seq).collect();
    let (root, leaves) = match ctx.kernel().seen(ctx.tenant.id, printed.rows, seqs).await {
        Ok(found) => found,
        Err(Error::NotFound) => return Ok((false, "proofs-seen-shorter")),
        Err(error) => return Err(error),
    };
    let there = printed.entries.iter().map(|(_, leaf)| leaf).eq(leaves.iter());
    Ok(match (root == printed.root, there) {
        (true, true) => (true, "proofs-seen-good-words"),
        (true, false) => (false, "proofs-seen-entry"),
        (false, _) => (false, "proofs-seen-other"),
    })
}

/// `GET /journal/seen`.
pub(crate) async fn page(ctx: Ctx, Query(paper): Query<OnPaper>) -> Answer {
    let printed = Printed::read(&paper);
    let (good, words) = match &printed {
        None => (false, "proofs-seen-unreadable"),
        Some(printed) => judged(&ctx, printed).await?,
    };
    let body = SeenPage {
        words: ctx.words.t(words),
        good,
        rows: printed.as_ref().map_or(0, |printed| printed.rows),
        root: printed.as_ref().map(|printed| root_text(&printed.root)).unwrap_or_default(),
        entries: printed.map(|printed| printed.entries.into_iter().map(|(seq, _)| seq).collect()).unwrap_or_default(),
        w: ctx.words.clone(),
    };
    let page = Page::new(Face::Street, ctx.words.t("proofs-seen-title"));
    let page = if good { page } else { page.failed(StatusCode::UNPROCESSABLE_ENTITY) };
    page.show(&ctx, &body)
}
