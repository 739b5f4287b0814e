//! The street: follow a matter by its secret link, without an account.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use serde::Deserialize;
use tongxin_base::{Error, Result};
use tongxin_kernel::token_digest;
use tongxin_web::{Answer, Choice, Ctx, Face, Form, FormErrors, Page, Words, see_other};

use super::photos::{Album, Shot, albums, shots};
use super::{Clockwork, Sign, Step, limit_sign, request_sign, steps};
use crate::actions;
use crate::api::{read_detail, read_history};
use crate::domain::{MessageWay, OrderState, PhotoKind, RequestId, Status};
use crate::store::requests;

/// Why somebody is satisfied or not: the codes that the ratings room counts.
const REASONS: [&str; 8] =
    ["fast", "friendly", "thorough", "kept_informed", "slow", "unfriendly", "not_thorough", "no_feedback"];

struct Said {
    who: String,
    when: String,
    at: String,
    text: String,
}

#[derive(Template)]
#[template(path = "requests/follow.html")]
struct FollowPage {
    w: Words,
    csrf: String,
    token: String,
    id: String,
    number: String,
    sent: bool,
    /// It was somebody else's matter already, and the reader has joined it.
    joined: bool,
    /// The place seems to lie where others look after it.
    outside: bool,
    urgent: bool,
    subdistrict: String,
    link: String,
    origin: String,
    phone: String,
    category: String,
    unit: String,
    place: String,
    words: String,
    reason: String,
    note: String,
    worker: String,
    status: Sign,
    next: String,
    limit: Sign,
    running: bool,
    due: String,
    steps: Vec<Step>,
    said: Vec<Said>,
    asked: bool,
    /// Other matters that were split off this one: where the reader follows them, and their numbers.
    parts: Vec<(String, String)>,
    others: i64,
    may_withdraw: bool,
    may_rate: bool,
    rated: String,
    stars: Vec<Choice>,
    solved: Vec<Choice>,
    reasons: Vec<Choice>,
    shots: Vec<Shot>,
    work: Vec<Album>,
    errors: FormErrors,
    text: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Arrived {
    sent: String,
    rating: String,
}

/// The request behind a secret link.
pub(super) async fn behind(ctx: &Ctx, token: &str) -> Result<RequestId> {
    let (tenant, digest) = (ctx.tenant.id, token_digest(token));
    let found = ctx.kernel().db().read(tenant, move |read| requests::by_link(read, tenant, &digest)).await?;
    found.map(|report| report.request_id).ok_or(Error::NotFound)
}

pub(super) async fn follow(ctx: Ctx, Path(token): Path<String>, Query(arrived): Query<Arrived>) -> Answer {
    let id = behind(&ctx, &token).await?;
    show(&ctx, id, token, &arrived, FormErrors::default(), String::new()).await
}

async fn show(ctx: &Ctx, id: RequestId, token: String, arrived: &Arrived, errors: FormErrors, text: String) -> Answer {
    let detail = read_detail(ctx, id, Some(token.clone())).await?;
    let history = read_history(ctx, &detail).await?;
    let (w, view, clock) = (&ctx.words, &detail.view, Clockwork { ctx });
    let public = detail.messages.iter().filter(|message| message.way != MessageWay::Note);
    let said: Vec<Said> = public
        .map(|message| Said {
            who: w.t(if message.way == MessageWay::Answer { "requests-from-you" } else { "requests-from-us" }),
            when: clock.say(message.at),
            at: message.at.to_string(),
            text: message.text.clone(),
        })
        .collect();
    let choice = |value: &str, label: String| Choice { value: value.to_owned(), label, ..Choice::default() };
    let private =
        ["requests.message", "orders.material", "requests.exclude", "requests.decide_exclusion", "requests.release"];
    let shown: Vec<_> = history.into_iter().filter(|item| !private.contains(&item.action.as_str())).collect();
    let body = FollowPage {
        csrf: ctx.csrf(),
        id: id.to_string(),
        number: view.number.clone(),
        sent: !arrived.sent.is_empty(),
        joined: arrived.sent == "joined",
        outside: view.outside,
        urgent: view.urgent,
        subdistrict: ctx.tenant.name.to(ctx.locale()).to_owned(),
        link: format!("/r/{token}"),
        origin: ctx.origin.clone(),
        phone: ctx.tenant.settings.service_phone.clone(),
        category: view.category.name.clone(),
        unit: view.unit.name.clone(),
        place: view.place.clone().unwrap_or_default(),
        words: view.description.clone(),
        reason: view.reason.clone().unwrap_or_default(),
        note: view.order.as_ref().and_then(|order| order.note.clone()).unwrap_or_default(),
        worker: view.order.as_ref().and_then(|order| order.worker.clone()).unwrap_or_default(),
        status: request_sign(w, view.status),
        next: match &view.order {
            Some(order) if order.status == OrderState::Grabbed => w.t("requests-next-grabbed"),
            _ => w.t(&format!("requests-next-{}", view.status)),
        },
        limit: limit_sign(w, view.limit),
        running: view.status.is_under_way(),
        due: clock.say(view.due_at),
        steps: steps(ctx, &shown),
        asked: detail.request.pause_reason.as_deref() == Some("question"),
        parts: detail
            .own_parts
            .iter()
            .map(|(part, report)| {
                let token = actions::link_token(ctx.kernel(), &ctx.tenant.code, *report);
                (format!("/r/{token}"), part.number.clone())
            })
            .collect(),
        others: view.reporters,
        said,
        may_withdraw: matches!(view.status, Status::Received | Status::Accepted | Status::Open | Status::Reopened),
        may_rate: view.status == Status::Done,
        rated: match arrived.rating.as_str() {
            word @ ("thanks" | "reopened" | "late" | "incomplete") => word.to_owned(),
            _ => String::new(),
        },
        stars: super::stars(w),
        shots: shots(ctx, &view.photos, PhotoKind::Report),
        work: albums(ctx, &view.photos, &[PhotoKind::Before, PhotoKind::After]),
        reasons: REASONS
            .map(|reason| choice(reason, w.t(&format!("requests-reason-{}", reason.replace('_', "-")))))
            .into(),
        solved: super::solved(w),
        w: w.clone(),
        token,
        errors,
        text,
    };
    let page = Page::new(Face::Street, w.t1("requests-follow-title", "number", &view.number));
    let page = if body.errors.is_empty() { page } else { page.failed(StatusCode::UNPROCESSABLE_ENTITY) };
    page.show(ctx, &body)
}

#[derive(Deserialize)]
pub(super) struct MessageForm {
    #[serde(default)]
    text: String,
}

pub(super) async fn message(ctx: Ctx, Path(token): Path<String>, form: Form<MessageForm>) -> Answer {
    let id = behind(&ctx, &token).await?;
    let (call, text) = (ctx.kernel().call(&ctx.tenant, &ctx.who), form.fields.text);
    match actions::message(ctx.kernel(), call, id, Some(token.clone()), (text.clone(), MessageWay::Answer)).await {
        Ok(_) => Ok(see_other(&format!("/r/{token}"))),
        Err(error) => {
            let errors = FormErrors::take(&ctx.words, error)?;
            show(&ctx, id, token, &Arrived::default(), errors, text).await
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn withdraw(ctx: Ctx, Path(token): Path<String>, _: Form<Nothing>) -> Answer {
    let id = behind(&ctx, &token).await?;
    let call = ctx.kernel().call(&ctx.tenant, &ctx.who);
    actions::withdraw(ctx.kernel(), call, id, Some(token.clone())).await?;
    Ok(see_other(&format!("/r/{token}")))
}
