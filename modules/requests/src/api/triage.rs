//! Triage for programs: like matters and "me too", letting through, merging, splitting, moving, calling other units,
//! leaving out of the assessment, and the lists that staff choose from.

use axum::Json;
use axum::extract::{Path, Query};
use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Result};
use tongxin_web::{Answer, ApiBody, Ctx, Gate, Items, Routes, json_created};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::photos::{LARGEST as WITH_PHOTOS, NewPhoto, take_photos};
use super::{Created, NewContact, Nothing, request_id, seen};
use crate::actions::{self, Delegated, Join, Moved, Part, Similar, Split};
use crate::domain::{Contact, PhraseKind, RawReport, Report, Status};
use crate::store::phrases;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .api(Gate::May("requests.report"), routes!(similar_requests))
        .api(Gate::May("requests.report"), routes!(join_request))
        .api(Gate::May("requests.release"), routes!(release_request))
        .api(Gate::May("requests.merge"), routes!(merge_request))
        .api(Gate::May("requests.split"), routes!(split_request))
        .api(Gate::May("requests.move"), routes!(move_request))
        .api(Gate::May("requests.delegate"), routes!(delegate_request))
        .api(Gate::May("requests.answer_delegation"), routes!(answer_delegation))
        .api(Gate::May("requests.delegate"), routes!(recall_delegation))
        .api(Gate::May("requests.exclude"), routes!(exclude_request))
        .api(Gate::May("requests.decide_exclusion"), routes!(decide_exclusion))
        .api(Gate::May("orders.list"), routes!(list_phrases))
}

/// A report that might be sent.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
struct SimilarQuery {
    /// The code of a category.
    category: String,
    /// What is the matter; may be empty.
    description: String,
    /// Latitude in degrees.
    lat: String,
    /// Longitude in degrees.
    lon: String,
    /// The system that both come in: `wgs84`, which is meant where it is left out, or `gcj02`.
    system: String,
    /// The printed code of a site.
    site: String,
    /// The place in words.
    place: String,
}

#[utoipa::path(get, path = "/api/v1/requests/similar", tag = "requests", params(SimilarQuery),
    responses((status = 200, body = Items<Similar>), (status = 422, body = tongxin_web::Problem)))]
async fn similar_requests(ctx: Ctx, Query(asked): Query<SimilarQuery>) -> Answer<Json<Items<Similar>>> {
    let SimilarQuery { category, description, lat, lon, system, site, place } = asked;
    // Words are needed to report, not to look for what is there already.
    let words = if description.trim().is_empty() { "-".to_owned() } else { description };
    let report = Report::parse(&RawReport { category, words, site, place, lat, lon, system, ..RawReport::default() })?;
    Ok(Json(Items::all(actions::similar(ctx.kernel(), ctx.tenant.id, &report).await?)))
}

/// What somebody adds who met the same matter; all of it may be left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct NewJoin {
    /// At most 2000 characters.
    description: String,
    /// The place in words.
    place: String,
    /// How to reach them.
    contact: NewContact,
    /// At most five photos of their own.
    photos: Vec<NewPhoto>,
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/join", tag = "requests", params(("id" = Uuid, Path)),
    request_body = NewJoin, responses((status = 201, body = Created), (status = 409, body = tongxin_web::Problem)))]
async fn join_request(ctx: Ctx, Path(id): Path<String>, body: ApiBody<NewJoin, WITH_PHOTOS>) -> Answer {
    let call = ctx.call(&body.raw)?;
    let NewJoin { description, place, contact, photos } = body.value;
    let join = Join {
        contact: read_contact(contact)?,
        place: Some(place).filter(|p| !p.trim().is_empty()),
        words: description,
        photos: take_photos(&ctx, photos).await?,
    };
    let received = actions::join(ctx.kernel(), call, request_id(&id)?, join).await?;
    Ok(json_created(Created {
        id: received.id.uuid(),
        token: actions::link_token(ctx.kernel(), &ctx.tenant.code, received.report),
        number: received.number,
        status: Status::Received,
    }))
}

fn read_contact(contact: NewContact) -> Result<Contact> {
    let mut wrong = Vec::new();
    let text = |text: Option<String>| text.unwrap_or_default();
    let (name, phone, email) = (text(contact.name), text(contact.phone), text(contact.email));
    let contact = Contact::parse(&mut wrong, (&name, &phone, &email));
    if wrong.is_empty() { Ok(contact) } else { Err(Error::Invalid(wrong)) }
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/release", tag = "requests", params(("id" = Uuid, Path)),
    responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn release_request(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Nothing>) -> Answer<Json<Moved>> {
    Ok(Json(actions::release(ctx.kernel(), ctx.call(&body.raw)?, body.value.seen(&id)?).await?))
}

/// Into which other one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Merge {
    /// The id or the number of the other request.
    into: String,
    /// See `Nothing`.
    version: Option<i64>,
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/merge", tag = "requests", params(("id" = Uuid, Path)),
    request_body = Merge, responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn merge_request(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Merge>) -> Answer<Json<Moved>> {
    let (call, Merge { into, version }) = (ctx.call(&body.raw)?, body.value);
    let into = super::request_named(&ctx, &into, "into").await?;
    Ok(Json(actions::merge(ctx.kernel(), call, seen(&id, version)?, into).await?))
}

/// The matters that a report turns out to hold besides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSplit {
    /// One to five.
    parts: Vec<NewPart>,
    /// See `Nothing`.
    version: Option<i64>,
}

/// One of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPart {
    /// The code of its category.
    category: String,
    /// What it is.
    description: String,
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/split", tag = "requests", params(("id" = Uuid, Path)),
    request_body = NewSplit, responses((status = 200, body = Split), (status = 409, body = tongxin_web::Problem)))]
async fn split_request(ctx: Ctx, Path(id): Path<String>, body: ApiBody<NewSplit>) -> Answer<Json<Split>> {
    let (call, NewSplit { parts, version }) = (ctx.call(&body.raw)?, body.value);
    let parts = parts.into_iter().map(|part| Part { category: part.category, words: part.description }).collect();
    Ok(Json(actions::split(ctx.kernel(), call, seen(&id, version)?, parts).await?))
}

/// Where it belongs; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct Move {
    /// The code of another category.
    category: String,
    /// The code of another unit.
    unit: String,
    /// See `Nothing`.
    version: Option<i64>,
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/move", tag = "requests", params(("id" = Uuid, Path)),
    request_body = Move, responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn move_request(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Move>) -> Answer<Json<Moved>> {
    let (call, Move { category, unit, version }) = (ctx.call(&body.raw)?, body.value);
    Ok(Json(actions::move_on(ctx.kernel(), call, seen(&id, version)?, &category, &unit).await?))
}

/// Which unit is called, for what, by when.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct Delegate {
    /// The code of a unit or an office.
    unit: String,
    /// What it is asked to do, at most 2000 characters.
    text: String,
    /// By when: `4wh`, `1wd`, `24h`; a working day where it is left out.
    limit: String,
    /// See `Nothing`.
    version: Option<i64>,
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/delegate", tag = "requests", params(("id" = Uuid, Path)),
    request_body = Delegate, responses((status = 200, body = Delegated), (status = 409, body = tongxin_web::Problem)))]
async fn delegate_request(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Delegate>) -> Answer<Json<Delegated>> {
    let (call, Delegate { unit, text, limit, version }) = (ctx.call(&body.raw)?, body.value);
    Ok(Json(actions::delegate(ctx.kernel(), call, seen(&id, version)?, &unit, (&text, &limit)).await?))
}

/// The answer of a unit that was called.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct NewAnswer {
    /// What it did, or why it cannot; at most 2000 characters.
    text: String,
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/delegations/{delegation}/answer", tag = "requests",
    params(("id" = Uuid, Path), ("delegation" = Uuid, Path)), request_body = NewAnswer,
    responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn answer_delegation(
    ctx: Ctx,
    Path((id, delegation)): Path<(String, String)>,
    body: ApiBody<NewAnswer>,
) -> Answer<Json<Moved>> {
    let (call, delegation) = (ctx.call(&body.raw)?, delegation.parse().map_err(|_| Error::NotFound)?);
    Ok(Json(actions::answer(ctx.kernel(), call, request_id(&id)?, delegation, &body.value.text).await?))
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/delegations/{delegation}/recall", tag = "requests",
    params(("id" = Uuid, Path), ("delegation" = Uuid, Path)),
    responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn recall_delegation(
    ctx: Ctx,
    Path((id, delegation)): Path<(String, String)>,
    body: ApiBody<Nothing>,
) -> Answer<Json<Moved>> {
    let (call, delegation) = (ctx.call(&body.raw)?, delegation.parse().map_err(|_| Error::NotFound)?);
    Ok(Json(actions::recall(ctx.kernel(), call, body.value.seen(&id)?, delegation).await?))
}

/// Why it should be left out of the assessment.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct Exclude {
    /// A code out of the list of reasons.
    reason: String,
    /// In words, at most 200 characters.
    text: String,
    /// See `Nothing`.
    version: Option<i64>,
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/exclude", tag = "requests", params(("id" = Uuid, Path)),
    request_body = Exclude, responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn exclude_request(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Exclude>) -> Answer<Json<Moved>> {
    let (call, Exclude { reason, text, version }) = (ctx.call(&body.raw)?, body.value);
    Ok(Json(actions::exclude(ctx.kernel(), call, seen(&id, version)?, (&reason, &text)).await?))
}

/// What a second person decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Decide {
    /// Whether it is left out.
    approve: bool,
    /// See `Nothing`.
    version: Option<i64>,
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/exclusion", tag = "requests", params(("id" = Uuid, Path)),
    request_body = Decide, responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn decide_exclusion(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Decide>) -> Answer<Json<Moved>> {
    let (call, Decide { approve, version }) = (ctx.call(&body.raw)?, body.value);
    Ok(Json(actions::decide_exclusion(ctx.kernel(), call, seen(&id, version)?, approve).await?))
}

/// A line of the lists that staff choose from.
#[derive(Debug, Serialize, ToSchema)]
struct PhraseView {
    /// `decline`, `return`, `wait`, `reply`, `exclude` or `skill`.
    kind: PhraseKind,
    /// Its code.
    code: String,
    /// What is chosen, in the caller's language.
    name: String,
    /// What the reporter reads.
    text: String,
}

/// Which list.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct PhraseQuery {
    /// One kind; all where it is left out.
    kind: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/phrases", tag = "requests", params(PhraseQuery),
    responses((status = 200, body = Items<PhraseView>)))]
async fn list_phrases(ctx: Ctx, Query(query): Query<PhraseQuery>) -> Answer<Json<Items<PhraseView>>> {
    let (tenant, locale) = (ctx.tenant.id, ctx.locale());
    let found = ctx.kernel().db().read(tenant, move |read| phrases::all(read, tenant)).await?;
    let wanted = |phrase: &crate::domain::Phrase| query.kind.as_deref().is_none_or(|kind| phrase.kind.as_str() == kind);
    let view = |phrase: crate::domain::Phrase| PhraseView {
        kind: phrase.kind,
        code: phrase.code,
        name: phrase.name.to(locale).to_owned(),
        text: phrase.text.to(locale).to_owned(),
    };
    Ok(Json(Items::all(found.into_iter().filter(|phrase| phrase.active).filter(wanted).map(view).collect())))
}
