//! The outbox, for administrators: what leaves the house by mail, what waits and what failed. Nobody's address is shown
//! whole, and no notice holds anybody's words.

use askama::Template;
use axum::extract::{Path, Query};
use serde::Deserialize;
use serde_json::json;
use tongxin_base::{Error, Result, masked_email};
use tongxin_kernel::{
    Act, Call, Channel, Facts, Kernel, Notice, NoticeFilter, NoticeId, NoticeState, ReadOrNot, Subject, notice_store,
};

use crate::ctx::Ctx;
use crate::failure::Answer;
use crate::form::Form;
use crate::letters;
use crate::module::Face;
use crate::page::{Choice, Page, see_other};
use crate::routes::{Gate, Routes};
use crate::sheet::{Files, Sheet};
use crate::when::moment;
use crate::words::Words;

/// Letters of one page.
const PAGE: i64 = 50;

pub(crate) fn routes() -> Routes {
    Routes::new().list(Gate::May("outbox.read"), "/admin/outbox", list).post(
        Gate::May("outbox.retry"),
        "/admin/outbox/{id}/retry",
        again,
    )
}

struct Row {
    id: String,
    state: &'static str,
    state_words: String,
    channel: String,
    to: String,
    what: String,
    key: String,
    when: String,
    next: String,
    attempts: i64,
    error: String,
    failed: bool,
}

#[derive(Template)]
#[template(path = "outbox.html")]
struct OutboxPage {
    w: Words,
    csrf: String,
    rows: Vec<Row>,
    states: Vec<Choice>,
    filtered: bool,
    set_up: bool,
    done: bool,
    next: String,
    files: Files,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    state: String,
    cursor: String,
    done: String,
}

/// `GET /admin/outbox`.
async fn list(ctx: Ctx, Query(asked): Query<Asked>) -> Answer {
    let tenant = ctx.tenant.id;
    let filter = NoticeFilter { state: NoticeState::parse(&asked.state) };
    let before = asked.cursor.parse().unwrap_or(NoticeId::LAST);
    let state = filter.state;
    let page = ctx.rows(PAGE);
    let read = move |read: &mut tongxin_db::Read<'_>| notice_store::outbox(read, tenant, &filter, before, page + 1);
    let mut found = ctx.kernel().db().read(tenant, read).await?;
    let size = usize::try_from(page).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|last| last.id);
    let mut rows = Vec::with_capacity(found.len());
    for notice in &found {
        let address = ctx.kernel().address(&ctx.tenant, notice).await?;
        rows.push(row(&ctx, notice, &address.map(|address| masked_email(&address.email)).unwrap_or_default()));
    }
    let choice = |one: NoticeState| Choice {
        value: one.as_str().to_owned(),
        label: ctx.words.t(&format!("outbox-state-{}", one.as_str())),
        chosen: state == Some(one),
        ..Choice::default()
    };
    let wanted = state.map(|state| format!("state={}&", state.as_str())).unwrap_or_default();
    let body = OutboxPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        rows,
        states: [NoticeState::Waiting, NoticeState::Sent, NoticeState::Failed].map(choice).into(),
        filtered: state.is_some(),
        set_up: ctx.kernel().mailer().is_some(),
        done: asked.done == "retry",
        next: next.map(|id| format!("/admin/outbox?{wanted}cursor={id}")).unwrap_or_default(),
        files: Files::of(&ctx),
    };
    let heads = ["when", "state", "channel", "to", "what", "attempts", "next", "error"];
    let cells = |row: &Row| {
        let Row { when, state_words, channel, to, what, attempts, next, error, .. } = row;
        [when, state_words, channel, to, what, &attempts.to_string(), next, error].map(String::clone)
    };
    let heads = heads.map(|head| ctx.words.t(&format!("outbox-{head}")));
    let sheet = Sheet::new(heads, body.rows.iter().map(cells)).cut(more);
    Page::new(Face::Desk, ctx.words.t("outbox-title")).list(&ctx, &body, sheet).await
}

fn row(ctx: &Ctx, notice: &Notice, to: &str) -> Row {
    let (state, say) = (notice.state, |at| moment(&ctx.words, ctx.tenant.zone(), at));
    let error = notice.error.clone().unwrap_or_default();
    Row {
        id: notice.id.to_string(),
        // The signs of states that requests have: waiting, over, refused.
        state: match state {
            NoticeState::Waiting => "open",
            NoticeState::Failed => "declined",
            NoticeState::Sent | NoticeState::Read => "done",
        },
        state_words: ctx.words.t(&format!("outbox-state-{}", state.as_str())),
        channel: ctx.words.t(match notice.channel {
            Channel::App => "outbox-channel-app",
            Channel::Mail => "outbox-channel-mail",
            Channel::Push => "outbox-channel-push",
        }),
        to: if notice.channel == Channel::Push {
            ctx.words.t("outbox-browsers")
        } else if to.is_empty() {
            ctx.words.t("outbox-nobody")
        } else {
            to.to_owned()
        },
        what: letters::title(&ctx.words, notice),
        key: notice.key.clone(),
        when: say(notice.created_at),
        next: match state {
            NoticeState::Waiting if ctx.kernel().mailer().is_some() => say(notice.due_at),
            _ => notice.sent_at.map(say).unwrap_or_default(),
        },
        attempts: notice.attempts,
        error: if ctx.words.has(&error) { ctx.words.t(&error) } else { error },
        failed: state == NoticeState::Failed,
    }
}

#[derive(Deserialize)]
struct Nothing {}

/// `POST /admin/outbox/{id}/retry`.
async fn again(ctx: Ctx, Path(id): Path<String>, _: Form<Nothing>) -> Answer {
    let id: NoticeId = id.parse().map_err(|_| Error::NotFound)?;
    retry(ctx.kernel(), ctx.call(&[])?, id).await?;
    Ok(see_other("/admin/outbox?done=retry"))
}

/// Lets a letter that failed be tried again.
async fn retry(kernel: &Kernel, call: Call, id: NoticeId) -> Result<()> {
    let again = move |act: &mut Act<'_, '_>| {
        act.kernel.access().require(&act.call.who, "outbox.retry", ReadOrNot::Known, &Facts::default())?;
        notice_store::retry(act.tx, &act.call.tenant, id, act.call.now)?;
        act.journal("outbox.retry", &Subject::new("notice", id), json!({}), None)
    };
    kernel.act(call, "outbox.retry", again).await
}
