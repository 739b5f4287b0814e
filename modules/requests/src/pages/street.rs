//! The street: report without an account, and follow by the secret link.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use serde::Deserialize;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Located, token_digest};
use tongxin_web::{
    Answer, Choice, ChoiceGroup, Ctx, Face, Form, FormErrors, FormPhotos, KeptPhoto, Page, Words, see_other,
};

use super::photos::{Album, Shot, albums, shots};
use super::{Clockwork, Sign, Step, category_groups, limit_sign, request_sign, runs, steps};
use crate::actions::{self, MOST_PHOTOS};
use crate::api::{channel, read_detail, read_history, read_names};
use crate::domain::{Channel, LONGEST_WORDS, MessageWay, PhotoKind, RawReport, Report, RequestId, Status};
use crate::store::requests;

#[derive(Template)]
#[template(path = "requests/report.html")]
struct ReportPage {
    w: Words,
    csrf: String,
    once: String,
    errors: FormErrors,
    fields: ReportForm,
    kept: Vec<KeptPhoto>,
    categories: Vec<ChoiceGroup>,
    at_site: String,
    unknown_site: bool,
    longest: usize,
    for_caller: bool,
}

/// The form, as it is filled in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ReportForm {
    category: String,
    description: String,
    site: String,
    place: String,
    lat: String,
    lon: String,
    name: String,
    phone: String,
    email: String,
    kept: String,
    dropped: String,
}

#[derive(Deserialize)]
pub(super) struct AtSite {
    #[serde(default)]
    site: String,
}

pub(super) async fn report_page(ctx: Ctx, Query(AtSite { site }): Query<AtSite>) -> Answer {
    let once = ctx.kernel().world().secret();
    let fields = ReportForm { site, ..ReportForm::default() };
    show_form(&ctx, fields, FormErrors::default(), once, &FormPhotos::default()).await
}

async fn located(ctx: &Ctx, code: &str) -> Result<Option<Located>> {
    if code.is_empty() {
        return Ok(None);
    }
    let (kernel, tenant, code) = (ctx.kernel().clone(), ctx.tenant.id, code.to_uppercase());
    let db = kernel.db().clone();
    db.read(tenant, move |read| kernel.locate(read, tenant, &code)).await
}

async fn show_form(ctx: &Ctx, mut fields: ReportForm, errors: FormErrors, once: String, photos: &FormPhotos) -> Answer {
    let names = read_names(ctx, ctx.locale()).await?;
    let site = located(ctx, &fields.site).await?;
    let unknown_site = site.is_none() && !fields.site.is_empty();
    if unknown_site {
        fields.site.clear();
    }
    let body = ReportPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        once,
        categories: category_groups(ctx, names.categories(), &fields.category),
        at_site: site.map(|site| site.name.to(ctx.locale()).to_owned()).unwrap_or_default(),
        unknown_site,
        longest: LONGEST_WORDS,
        for_caller: channel(&ctx.who, Channel::Web) == Channel::Staff,
        kept: photos.shown(ctx).await?,
        fields,
        errors,
    };
    let page = Page::new(Face::Street, ctx.words.t("requests-report-title"));
    let page = if body.errors.is_empty() { page } else { page.failed(StatusCode::UNPROCESSABLE_ENTITY) };
    page.show(ctx, &body)
}

pub(super) async fn report(ctx: Ctx, form: Form<ReportForm, MOST_PHOTOS>) -> Answer {
    let Form { fields, once, files, left_out } = form;
    let photos = FormPhotos::take(&ctx, (&fields.kept, &fields.dropped), files, left_out, MOST_PHOTOS).await?;
    match take_in(&ctx, &fields, &photos, &once).await {
        Ok(token) => Ok(see_other(&format!("/r/{token}?sent=1"))),
        Err(error) => {
            let errors = FormErrors::take(&ctx.words, error)?;
            // Nothing was done under the key, and its refusal is kept: what is sent next is another report.
            let once = ctx.kernel().world().secret();
            show_form(&ctx, fields, errors, once, &photos).await
        }
    }
}

async fn take_in(ctx: &Ctx, fields: &ReportForm, photos: &FormPhotos, once: &str) -> Result<String> {
    let fields = fields.clone();
    let report = Report::parse(&RawReport {
        category: fields.category,
        words: fields.description,
        site: fields.site,
        place: fields.place,
        lat: fields.lat,
        lon: fields.lon,
        name: fields.name,
        phone: fields.phone,
        email: fields.email,
        ..RawReport::default()
    });
    let report = photos.with(report)?;
    let channel = channel(&ctx.who, Channel::Web);
    let received = actions::report_with(ctx.kernel(), ctx.call_once(once)?, report, channel, &photos.ids).await?;
    Ok(actions::link_token(ctx.kernel(), &ctx.tenant.code, received.report))
}

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
async fn behind(ctx: &Ctx, token: &str) -> Result<RequestId> {
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
        next: w.t(&format!("requests-next-{}", view.status)),
        limit: limit_sign(w, view.limit),
        running: runs(view),
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
        stars: (1..=5).map(|n| choice(&n.to_string(), w.t(&format!("requests-stars-{n}")))).collect(),
        shots: shots(ctx, &view.photos, PhotoKind::Report),
        work: albums(ctx, &view.photos, &[PhotoKind::Before, PhotoKind::After]),
        reasons: REASONS
            .map(|reason| choice(reason, w.t(&format!("requests-reason-{}", reason.replace('_', "-")))))
            .into(),
        solved: ["yes", "partly", "no"].map(|s| choice(s, w.t(&format!("requests-solved-{s}")))).into(),
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
