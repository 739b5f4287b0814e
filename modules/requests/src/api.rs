//! The loop for programs. Names and answers are walked through in `docs/api.md`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query};
use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Id, Locale, Result};
use tongxin_db::Read;
use tongxin_kernel::{HistoryItem, Kernel, Role, Tenant, Who, history};
use tongxin_web::{Answer, ApiBody, Ctx, Gate, Items, Link, Routes, json_created};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

use crate::actions::{self, Decline, Moved, Published, Seen, Where};
use crate::domain::{Channel, ContactHow, MessageWay, OrderId, RawReport, Report, RequestId, SUBJECT, Status};
use crate::narrowed::Narrowed;
use crate::store::lists;
use crate::store::{categories, imports};
use crate::views::{self, Asker, Names, RequestView};
use tongxin_kernel::Subject;

mod duty;
mod orders;
mod photos;
mod triage;

use photos::{LARGEST as WITH_PHOTOS, NewPhoto, take_photos};

pub(crate) use duty::{is_on_duty, read_duty};
pub(crate) use orders::{Offered, read_orders, read_some, worker_named};

/// Rows of one page of a list.
pub(crate) const PAGE: i64 = 50;

pub(crate) fn routes() -> Routes {
    let routes = Routes::new()
        .api(Gate::Public, routes!(list_categories))
        .api(Gate::May("requests.list"), routes!(list_requests))
        .api(Gate::May("requests.report"), routes!(create_request))
        .api(Gate::Public, routes!(get_request))
        .api(Gate::May("requests.accept"), routes!(accept_request))
        .api(Gate::May("requests.decline"), routes!(decline_request))
        .api(Gate::May("requests.publish"), routes!(publish_request))
        .api(Gate::May("requests.contact"), routes!(contact_reporter))
        .api(Gate::Public, routes!(add_message))
        .api(Gate::Public, routes!(withdraw_request))
        .api(Gate::May("requests.close"), routes!(close_request))
        .api(Gate::Public, routes!(get_history));
    duty::routes(photos::routes(triage::routes(orders::routes(routes))))
}

/// A category.
#[derive(Debug, Serialize, ToSchema)]
struct CategoryView {
    /// Its code.
    code: String,
    /// Its name in the caller's language.
    name: String,
    /// The code of the category above it.
    parent: Option<String>,
    /// By when the reporter is reached: `2wh` working hours, `5wd` working days, `24h` clock hours.
    contact_limit: String,
    /// By when its order is grabbed; then it is assigned.
    grab_limit: String,
    /// By when who grabbed it begins; then it goes back to the pool.
    start_limit: String,
    /// By when it is done.
    finish_limit: String,
    /// Within this many metres two matters of this kind may be one.
    radius_m: i64,
}

#[utoipa::path(get, path = "/api/v1/categories", tag = "requests", responses((status = 200, body = Items<CategoryView>)))]
async fn list_categories(ctx: Ctx) -> Answer<Json<Items<CategoryView>>> {
    let tenant = ctx.tenant.id;
    let found = ctx.kernel().db().read(tenant, move |read| categories::all(read, tenant)).await?;
    let view = |category: crate::domain::Category| CategoryView {
        name: category.name.to(ctx.locale()).to_owned(),
        contact_limit: category.contact_limit.to_string(),
        grab_limit: category.grab_limit.to_string(),
        start_limit: category.start_limit.to_string(),
        finish_limit: category.finish_limit.to_string(),
        code: category.code,
        parent: category.parent,
        radius_m: category.radius_m,
    };
    Ok(Json(Items::all(found.into_iter().map(view).collect())))
}

/// A number as JSON programs write it: `39.6` or `"39.6"`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged)]
enum Degrees {
    Number(f64),
    Text(String),
}

impl Degrees {
    fn text(&self) -> String {
        match self {
            Self::Number(x) => x.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// Where it is: in words alone, or as an object.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged)]
enum Location {
    Words(String),
    Parts(NewLocation),
}

/// Where it is: a point, the printed code of a site, or words.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLocation {
    /// Latitude in degrees.
    lat: Option<Degrees>,
    /// Longitude in degrees.
    lon: Option<Degrees>,
    /// The system that both come in: `wgs84`, which is meant where it is left out, or `gcj02`, which maps in China speak. It is turned
    /// into WGS 84 and kept so.
    system: Option<String>,
    /// The printed code of a site.
    site: Option<String>,
    /// The place in words.
    place: Option<String>,
}

/// How to reach the reporter; all of it may be left out.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewContact {
    /// What to call them.
    name: Option<String>,
    /// Their phone.
    phone: Option<String>,
    /// Their e-mail: they are told of every step.
    email: Option<String>,
}

/// A report.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRequest {
    /// The code of a category.
    category: String,
    /// What is the matter, at most 2000 characters.
    description: String,
    /// Where it is; or `site` or `place` beside it.
    location: Option<Location>,
    /// The printed code of a site.
    site: Option<String>,
    /// The place in words.
    place: Option<String>,
    /// How to reach the reporter.
    contact: Option<NewContact>,
    /// At most five photos; only those who may read the report see them.
    #[serde(default)]
    photos: Vec<NewPhoto>,
}

/// The answer to a report.
#[derive(Debug, Serialize, ToSchema)]
struct Created {
    /// The request.
    id: Uuid,
    /// The number to name on the phone.
    number: String,
    /// The token of the secret link: the page is `/r/{token}`.
    token: String,
    /// Always `received`.
    status: Status,
}

#[utoipa::path(post, path = "/api/v1/requests", tag = "requests", request_body = NewRequest,
    responses((status = 201, body = Created), (status = 422, body = tongxin_web::Problem)))]
async fn create_request(ctx: Ctx, body: ApiBody<NewRequest, WITH_PHOTOS>) -> Answer {
    let asked = body.value;
    let location = match asked.location {
        Some(Location::Parts(parts)) => parts,
        Some(Location::Words(words)) => NewLocation { place: Some(words), ..NewLocation::default() },
        None => NewLocation::default(),
    };
    let contact = asked.contact.unwrap_or_default();
    let degrees = |degrees: Option<Degrees>| degrees.map(|d| d.text()).unwrap_or_default();
    let report = Report::parse(&RawReport {
        category: asked.category,
        words: asked.description,
        site: location.site.or(asked.site).unwrap_or_default(),
        place: location.place.or(asked.place).unwrap_or_default(),
        lat: degrees(location.lat),
        lon: degrees(location.lon),
        system: location.system.unwrap_or_default(),
        name: contact.name.unwrap_or_default(),
        phone: contact.phone.unwrap_or_default(),
        email: contact.email.unwrap_or_default(),
        trap: String::new(),
    })?;
    let channel = channel(&ctx.who, Channel::Api);
    let (call, photos) = (ctx.call(&body.raw)?, take_photos(&ctx, asked.photos).await?);
    let received = actions::report_with(ctx.kernel(), call, report, channel, &photos).await?;
    Ok(json_created(Created {
        id: received.id.uuid(),
        token: actions::link_token(ctx.kernel(), &ctx.tenant.code, received.report),
        number: received.number,
        status: Status::Received,
    }))
}

/// Staff type in for others; everybody else speaks for themselves.
pub(crate) fn channel(who: &Who, otherwise: Channel) -> Channel {
    let staff = [Role::CommunityStaff, Role::Secretary, Role::Subdistrict];
    let is_staff = who.person().is_some_and(|person| staff.iter().any(|role| person.is(*role)));
    if is_staff { Channel::Staff } else { otherwise }
}

#[utoipa::path(get, path = "/api/v1/requests/{id}", tag = "requests", params(("id" = Uuid, Path), Link),
    responses((status = 200, body = RequestView), (status = 404, body = tongxin_web::Problem)))]
async fn get_request(ctx: Ctx, Path(id): Path<String>, Query(link): Query<Link>) -> Answer<Json<RequestView>> {
    let mut detail = read_detail(&ctx, request_id(&id)?, link.token).await?;
    for (part, report) in &detail.own_parts {
        let token = actions::link_token(ctx.kernel(), &ctx.tenant.code, *report);
        for shown in detail.view.parts.iter_mut().filter(|shown| shown.id == part.id) {
            shown.token = Some(token.clone());
        }
    }
    Ok(Json(detail.view))
}

/// One request with all that belongs to it, if the asker may read it.
pub(crate) async fn read_detail(ctx: &Ctx, id: RequestId, link: Option<String>) -> Result<views::Detail> {
    let (kernel, who, locale, tenant) = (ctx.kernel().clone(), ctx.who.clone(), ctx.locale(), Arc::clone(&ctx.tenant));
    let now = kernel.world().now();
    let db = kernel.db().clone();
    db.read(tenant.id, move |read| {
        let asker = Asker { access: kernel.access(), who: &who, link: link.as_deref(), now, locale };
        views::detail(read, &tenant, id, &asker)
    })
    .await
}

/// An id that does not parse names nothing.
pub(crate) fn request_id(text: &str) -> Result<RequestId> {
    text.parse().map_err(|_| Error::NotFound)
}

/// A request by its id or by its number, for who has it on paper.
pub(crate) async fn request_named(ctx: &Ctx, text: &str, field: &'static str) -> Result<RequestId> {
    let text = text.trim().to_owned();
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let tenant = ctx.tenant.id;
    let found = ctx.kernel().db().read(tenant, move |read| lists::by_number(read, tenant, &text)).await?;
    found.map(|request| request.id).ok_or_else(|| Error::field(field, "requests-no-such-number"))
}

pub(crate) fn order_id(text: &str) -> Result<OrderId> {
    text.parse().map_err(|_| Error::NotFound)
}

/// What a list of requests may be narrowed by.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct ListQuery {
    /// A status.
    status: Option<String>,
    /// A category's code.
    category: Option<String>,
    /// A unit's code: it and everything under it.
    unit: Option<String>,
    /// Words to look for in number, text and place.
    q: Option<String>,
    /// Those that wait to be let through, instead of all others.
    held: Option<bool>,
    /// The first day of reporting, `2026-01-01`.
    from: Option<String>,
    /// The last day of reporting.
    to: Option<String>,
    /// How the time limit of what is under way stands: `green`, `yellow`, `red`, `paused`.
    limit: Option<String>,
    /// The figure of the rates that counts it: `assessed`, `contacted`, `in_time`.
    counted: Option<String>,
    /// `newest` (as if nothing was said), `oldest`, or `due`: what is under way, the limit that ends first at the top. Words
    /// are always looked for from the newest on.
    sort: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/requests", tag = "requests", params(ListQuery),
    responses((status = 200, body = Items<RequestView>)))]
async fn list_requests(ctx: Ctx, Query(query): Query<ListQuery>) -> Answer<Json<Items<RequestView>>> {
    let asked = Narrowed {
        status: query.status.unwrap_or_default(),
        category: query.category.unwrap_or_default(),
        unit: query.unit.unwrap_or_default(),
        q: query.q.unwrap_or_default(),
        held: if query.held == Some(true) { "1".to_owned() } else { String::new() },
        from: query.from.unwrap_or_default(),
        to: query.to.unwrap_or_default(),
        limit: query.limit.unwrap_or_default(),
        counted: query.counted.unwrap_or_default(),
        sort: query.sort.unwrap_or_default(),
        cursor: query.cursor.unwrap_or_default(),
    };
    let (items, next) = read_list(&ctx, &asked, PAGE).await?;
    Ok(Json(Items { items, next }))
}

/// Who reads a list, where, and in which language.
pub(crate) struct Reading<'a> {
    pub kernel: &'a Kernel,
    pub tenant: &'a Arc<Tenant>,
    pub who: &'a Who,
    pub locale: Locale,
}

/// At most `limit` of the requests that the asker looks after, and where to go on.
pub(crate) async fn read_list(ctx: &Ctx, asked: &Narrowed, limit: i64) -> Result<(Vec<RequestView>, Option<String>)> {
    let reading = Reading { kernel: ctx.kernel(), tenant: &ctx.tenant, who: &ctx.who, locale: ctx.locale() };
    read_list_for(&reading, asked, limit).await
}

/// The same for somebody who is not on a page.
pub(crate) async fn read_list_for(
    reading: &Reading<'_>,
    asked: &Narrowed,
    limit: i64,
) -> Result<(Vec<RequestView>, Option<String>)> {
    let Reading { kernel, tenant: house, who, locale } = *reading;
    let tenant = house.id;
    let scope = asked.under(kernel.access().scope(who, "requests.list")?, &house.units)?;
    let (house, now) = (Arc::clone(house), kernel.world().now());
    let (filter, query, place) = (asked.filter(&house, now)?, asked.q.clone(), asked.place()?);
    let (items, next) = kernel
        .db()
        .read(tenant, move |read| views::list(read, &house, &scope, (&filter, &query), (place, limit), (locale, now)))
        .await?;
    Ok((items, next.map(|mark| mark.write(place.0))))
}

/// A cursor is the last id of the page before; without one, a list begins at the newest.
fn cursor_id<K>(cursor: Option<&str>) -> Result<Id<K>> {
    match cursor.filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => cursor.parse().map_err(|_| Error::field("cursor", "requests-bad-cursor")),
        None => Ok(Id::from_uuid(Uuid::max())),
    }
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/accept", tag = "requests", params(("id" = Uuid, Path)),
    responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn accept_request(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Nothing>) -> Answer<Json<Moved>> {
    Ok(Json(actions::accept(ctx.kernel(), ctx.call(&body.raw)?, body.value.seen(&id)?).await?))
}

/// Nothing is asked for.
#[derive(Debug, Deserialize, ToSchema)]
struct Nothing {
    /// The version that the caller looked at: if it has changed since, the answer is 409 and nothing is done.
    version: Option<i64>,
}

impl Nothing {
    fn seen(&self, id: &str) -> Result<Seen> {
        seen(id, self.version)
    }
}

/// A request by its id, and the version that the caller looked at.
fn seen(id: &str, version: Option<i64>) -> Result<Seen> {
    Ok(Seen { id: request_id(id)?, version })
}

/// A reason: a code out of the list, words of at most 200 characters, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reason {
    /// Why, in words.
    #[serde(default)]
    reason: String,
    /// A code out of the list of reasons.
    #[serde(default)]
    code: String,
    /// See `Nothing`.
    version: Option<i64>,
}

impl Reason {
    fn why(self) -> Decline {
        Decline { code: self.code, words: self.reason }
    }
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/decline", tag = "requests", params(("id" = Uuid, Path)),
    request_body = Reason, responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn decline_request(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Reason>) -> Answer<Json<Moved>> {
    let call = ctx.call(&body.raw)?;
    let seen = seen(&id, body.value.version)?;
    Ok(Json(actions::decline(ctx.kernel(), call, seen, body.value.why()).await?))
}

/// Where to place the order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Publish {
    /// The code of a pool; `all` where it is left out.
    pool: Option<String>,
    /// The code of a unit: only those who work in it, or above it, may grab.
    unit: Option<String>,
    /// The code of a skill: only those who have it may grab.
    skill: Option<String>,
    /// See `Nothing`.
    version: Option<i64>,
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/publish", tag = "requests", params(("id" = Uuid, Path)),
    request_body = Publish, responses((status = 200, body = Published), (status = 409, body = tongxin_web::Problem)))]
async fn publish_request(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Publish>) -> Answer<Json<Published>> {
    let (call, Publish { pool, unit, skill, version }) = (ctx.call(&body.raw)?, body.value);
    let text = |text: Option<String>| text.unwrap_or_default();
    let to = Where { pool: text(pool), unit: text(unit), skill: text(skill) };
    Ok(Json(actions::publish(ctx.kernel(), call, seen(&id, version)?, to).await?))
}

/// How the reporter was reached.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Contact {
    /// `phone`, `visit` or `message`; `phone` where it is left out.
    #[serde(default)]
    how: String,
    /// What was said, at most 2000 characters; only those who work on it see it.
    #[serde(default)]
    note: String,
}

/// How somebody was reached, in the words programs use for it.
fn contact_how(word: &str) -> Result<ContactHow> {
    match word.trim() {
        "" | "call" | "tel" | "电话" => Ok(ContactHow::Phone),
        "in_person" | "上门" => Ok(ContactHow::Visit),
        "sms" | "wechat" | "email" | "微信" | "短信" => Ok(ContactHow::Message),
        word => ContactHow::parse(word).ok_or_else(|| Error::field("how", "form-unknown-choice")),
    }
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/contact", tag = "requests", params(("id" = Uuid, Path)),
    request_body = Contact, responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn contact_reporter(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Contact>) -> Answer<Json<Moved>> {
    let (call, Contact { how, note }) = (ctx.call(&body.raw)?, body.value);
    Ok(Json(actions::contact(ctx.kernel(), call, request_id(&id)?, contact_how(&how)?, note).await?))
}

/// A message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMessage {
    /// At most 2000 characters.
    text: String,
    /// From those who work on it: a question to the reporter, rather than a note among themselves.
    #[serde(default)]
    public: bool,
    /// `question`, `update` (to the reporter, without asking anything: the clock runs on) or `note`; says more than
    /// `public` where both are there.
    #[serde(default)]
    kind: Option<String>,
}

impl NewMessage {
    fn way(&self) -> Result<MessageWay> {
        match self.kind.as_deref() {
            None | Some("") => Ok(if self.public { MessageWay::Question } else { MessageWay::Note }),
            Some(word) => MessageWay::parse(word)
                .filter(|way| *way != MessageWay::Answer)
                .ok_or_else(|| Error::field("kind", "form-unknown-choice")),
        }
    }
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/messages", tag = "requests", params(("id" = Uuid, Path), Link),
    request_body = NewMessage, responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn add_message(
    ctx: Ctx,
    Path(id): Path<String>,
    Query(link): Query<Link>,
    body: ApiBody<NewMessage>,
) -> Answer<Json<Moved>> {
    let (call, way) = (ctx.call(&body.raw)?, body.value.way()?);
    Ok(Json(actions::message(ctx.kernel(), call, request_id(&id)?, link.token, (body.value.text, way)).await?))
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/withdraw", tag = "requests", params(("id" = Uuid, Path), Link),
    responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn withdraw_request(
    ctx: Ctx,
    Path(id): Path<String>,
    Query(link): Query<Link>,
    body: ApiBody<Nothing>,
) -> Answer<Json<Moved>> {
    Ok(Json(actions::withdraw(ctx.kernel(), ctx.call(&body.raw)?, body.value.seen(&id)?, link.token).await?))
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/close", tag = "requests", params(("id" = Uuid, Path)),
    responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn close_request(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Nothing>) -> Answer<Json<Moved>> {
    Ok(Json(actions::close(ctx.kernel(), ctx.call(&body.raw)?, body.value.seen(&id)?).await?))
}

/// A line of a request's history.
#[derive(Debug, Serialize, ToSchema)]
struct HistoryView {
    /// Its number in the journal; null for what an import brought along.
    seq: Option<i64>,
    /// When.
    at: String,
    /// What was done.
    action: String,
    /// The public name of who did it; empty for who did not say.
    actor: String,
    /// Ids and words of the field.
    details: serde_json::Value,
}

#[utoipa::path(get, path = "/api/v1/requests/{id}/history", tag = "requests", params(("id" = Uuid, Path), Link),
    responses((status = 200, body = Items<HistoryView>)))]
async fn get_history(ctx: Ctx, Path(id): Path<String>, Query(link): Query<Link>) -> Answer<Json<Items<HistoryView>>> {
    let id = request_id(&id)?;
    let detail = read_detail(&ctx, id, link.token).await?;
    let items = read_history(&ctx, &detail).await?;
    let view = |item: HistoryItem| HistoryView {
        seq: (item.seq > 0).then_some(item.seq),
        at: item.at.to_string(),
        action: item.action,
        actor: item.actor,
        details: item.payload,
    };
    Ok(Json(Items::all(items.into_iter().map(view).collect())))
}

/// The history of a request that may be read; the steps an import brought along come first.
pub(crate) async fn read_history(ctx: &Ctx, detail: &views::Detail) -> Result<Vec<HistoryItem>> {
    let (tenant, id) = (ctx.tenant.id, detail.request.id);
    let read = move |read: &mut Read<'_>| {
        Ok((history(read, tenant, &Subject::new(SUBJECT, id))?, imports::source_of(read, tenant, id)?))
    };
    let (journal, source) = ctx.kernel().db().read(tenant, read).await?;
    let mut items = crate::import::imported_steps(&detail.request, source.as_ref(), &journal);
    items.extend(journal);
    Ok(items)
}

/// Units and categories by name, for the pages.
pub(crate) async fn read_names(ctx: &Ctx, locale: Locale) -> Result<Names> {
    let tenant = Arc::clone(&ctx.tenant);
    ctx.kernel().db().read(tenant.id, move |read| Names::load(read, &tenant, locale)).await
}
