//! What is being done for the reader and takes longer than a page may: how far it is, what came of it, and its file. Polled by a
//! script where there is one; without it a plain reload says the same.

use std::io::Read;

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Chore, ChoreId, ChoreState, PersonId, chores_of};

use crate::ctx::Ctx;
use crate::failure::Answer;
use crate::form::Form;
use crate::module::Face;
use crate::page::{Page, see_other};
use crate::routes::{Gate, Routes};
use crate::sheet::{SheetKind, attachment};
use crate::when::moment;
use crate::words::Words;

/// Chores of the page; more of them are never kept.
const MOST: i64 = 50;
/// A piece of a file on its way out, in bytes.
const PIECE: usize = 256 << 10;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Gate::May("people.me"), "/me/chores", list)
        .get(Gate::May("people.me"), "/me/chores/{id}/file", file)
        .post(Gate::May("people.me"), "/me/chores/{id}/drop", drop_one)
}

struct Row {
    id: String,
    title: String,
    sign: &'static str,
    state: String,
    when: String,
    open: bool,
    /// How far it is, in words.
    far: String,
    done: i64,
    /// Negative where nobody knows.
    total: i64,
    told: String,
    /// What its file is; empty where there is none.
    file: String,
}

#[derive(Template)]
#[template(path = "chores.html")]
struct ChoresPage {
    w: Words,
    csrf: String,
    rows: Vec<Row>,
    open: bool,
    said: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Done {
    done: String,
}

fn me(ctx: &Ctx) -> Result<PersonId> {
    ctx.who.person().map(|person| person.id).ok_or(Error::Unauthenticated)
}

fn row(ctx: &Ctx, chore: &Chore) -> Row {
    let (w, say) = (&ctx.words, |at| moment(&ctx.words, ctx.tenant.zone(), at));
    let far = match (chore.state, chore.total) {
        (ChoreState::Running, Some(total)) => w.t2("chores-far", "done", chore.done, "total", total),
        (ChoreState::Running, None) if chore.done > 0 => w.t1("chores-so-far", "done", chore.done),
        (ChoreState::Running | ChoreState::Waiting, _) => w.t("chores-begins"),
        _ => String::new(),
    };
    Row {
        id: chore.id.to_string(),
        title: w.t(&format!("chore-{}", chore.kind.replace(['.', '_'], "-"))),
        // The signs that requests have for the same.
        sign: match chore.state {
            ChoreState::Waiting => "received",
            ChoreState::Running => "working",
            ChoreState::Done => "done",
            ChoreState::Failed => "declined",
            ChoreState::Cancelled => "closed",
        },
        state: w.t(&format!("chores-state-{}", chore.state.as_str())),
        when: match chore.ended_at {
            Some(at) => w.t1("chores-ended", "time", say(at)),
            None => w.t1("chores-asked", "time", say(chore.made_at)),
        },
        open: chore.state.is_open(),
        far,
        done: chore.done,
        total: chore.total.unwrap_or(-1),
        told: if chore.told.key.is_empty() { String::new() } else { w.with(&chore.told.key, &chore.told.values()) },
        file: if chore.state == ChoreState::Done { chore.result.clone() } else { String::new() },
    }
}

/// `GET /me/chores`: one's own, the newest first.
async fn list(ctx: Ctx, Query(Done { done }): Query<Done>) -> Answer {
    let (tenant, person) = (ctx.tenant.id, me(&ctx)?);
    let chores = ctx.kernel().db().read(tenant, move |read| chores_of(read, tenant, person, MOST)).await?;
    let rows: Vec<Row> = chores.iter().map(|chore| row(&ctx, chore)).collect();
    let open = rows.iter().any(|row| row.open);
    let said = match done.as_str() {
        "started" if open => ctx.words.t("chores-started"),
        "dropped" => ctx.words.t("chores-dropped"),
        _ => String::new(),
    };
    let body = ChoresPage { w: ctx.words.clone(), csrf: ctx.csrf(), rows, open, said };
    Page::new(Face::Desk, ctx.words.t("chores-title")).show(&ctx, &body)
}

#[derive(Deserialize)]
struct Nothing {}

/// `POST /me/chores/{id}/drop`: stops it, or forgets what is over.
async fn drop_one(ctx: Ctx, Path(id): Path<String>, _: Form<Nothing>) -> Answer {
    let id: ChoreId = id.parse().map_err(|_| Error::NotFound)?;
    ctx.kernel().drop_chore(ctx.tenant.id, me(&ctx)?, id).await?;
    Ok(see_other("/me/chores?done=dropped"))
}

/// `GET /me/chores/{id}/file`: what came of it, for whoever asked for it and for nobody else.
async fn file(ctx: Ctx, Path(id): Path<String>) -> Answer<Response> {
    let id: ChoreId = id.parse().map_err(|_| Error::NotFound)?;
    let (chore, path) = ctx.kernel().chore_file(ctx.tenant.id, me(&ctx)?, id).await?;
    let file = tokio::task::spawn_blocking(|| std::fs::File::open(path)).await.map_err(Error::internal)?;
    let file = file.map_err(|_| Error::NotFound)?;
    let name = chore.kind.split('.').next().unwrap_or_default().to_owned();
    let kind = SheetKind::parse(&chore.result).map_or("application/octet-stream", SheetKind::media_type);
    let pieces = futures_util::stream::try_unfold(file, |mut file| async move {
        let next = tokio::task::spawn_blocking(move || {
            let mut piece = Vec::with_capacity(PIECE);
            (&mut file).take(PIECE as u64).read_to_end(&mut piece)?;
            Ok::<_, std::io::Error>((!piece.is_empty()).then_some((piece, file)))
        });
        next.await.map_err(std::io::Error::other)?
    });
    Ok(attachment(&ctx, &name, &chore.result, kind, Body::from_stream(pieces)))
}
