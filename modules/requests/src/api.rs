//! The loop for programs. Names and answers are walked through in `docs/api.md`.

use axum::Json;
use axum::extract::{Path, Query};
use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Id, Locale, Result, parse_point};
use tongxin_kernel::{HistoryItem, PersonId, Role, Who, history, people_store, subtree};
use tongxin_web::{Answer, ApiBody, Ctx, Gate, Items, Link, Routes, json_created};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

use crate::actions::{self, Moved, OrderMoved, Published};
use crate::api_photos::{LARGEST as WITH_PHOTOS, NewPhoto, take_photos};
use crate::domain::{Channel, ContactHow, OrderId, OrderState, RawReport, Report, RequestId, SUBJECT, Status};
use crate::store::lists::Filter;
use crate::store::{categories, orders};
use crate::views::{self, Asker, Names, OrderView, RequestView};
use tongxin_kernel::Subject;

/// Rows of one page of a list.
const PAGE: i64 = 50;

pub(crate) fn routes() -> Routes {
    Routes::new()
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
        .api(Gate::Public, routes!(get_history))
        .api(Gate::May("orders.list"), routes!(list_orders))
        .api(Gate::May("orders.grab"), routes!(grab_order))
        .api(Gate::May("orders.start"), routes!(start_order))
        .api(Gate::May("orders.return"), routes!(return_order))
        .api(Gate::May("orders.complete"), routes!(complete_order))
        .api(Gate::May("orders.transfer"), routes!(transfer_order))
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
    /// Latitude, WGS 84 degrees.
    lat: Option<Degrees>,
    /// Longitude, WGS 84 degrees.
    lon: Option<Degrees>,
    /// The printed code of a site.
    site: Option<String>,
    /// The place in words.
    place: Option<String>,
}

/// How to reach the reporter; all of it may be left out.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewContact {
    /// What to call them.
    name: Option<String>,
    /// Their phone.
    phone: Option<String>,
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
        name: contact.name.unwrap_or_default(),
        phone: contact.phone.unwrap_or_default(),
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
    Ok(Json(read_detail(&ctx, request_id(&id)?, link.token).await?.view))
}

/// One request with all that belongs to it, if the asker may read it.
pub(crate) async fn read_detail(ctx: &Ctx, id: RequestId, link: Option<String>) -> Result<views::Detail> {
    let (kernel, who, locale, tenant) = (ctx.kernel().clone(), ctx.who.clone(), ctx.locale(), ctx.tenant.id);
    let now = kernel.world().now();
    let db = kernel.db().clone();
    db.read(tenant, move |read| {
        let asker = Asker { access: kernel.access(), who: &who, link: link.as_deref(), now, locale };
        views::detail(read, tenant, id, &asker)
    })
    .await
}

/// An id that does not parse names nothing.
pub(crate) fn request_id(text: &str) -> Result<RequestId> {
    text.parse().map_err(|_| Error::NotFound)
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
    /// `next` of the page before.
    cursor: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/requests", tag = "requests", params(ListQuery),
    responses((status = 200, body = Items<RequestView>)))]
async fn list_requests(ctx: Ctx, Query(query): Query<ListQuery>) -> Answer<Json<Items<RequestView>>> {
    let filter =
        Filter { status: known_status(query.status)?, category: query.category.filter(|code| !code.is_empty()) };
    let (items, next) =
        read_list(&ctx, filter, query.q.unwrap_or_default(), query.unit.as_deref(), query.cursor.as_deref()).await?;
    Ok(Json(Items { items, next }))
}

pub(crate) fn known_status(status: Option<String>) -> Result<Option<String>> {
    let status = status.filter(|status| !status.is_empty());
    match &status {
        Some(word) if Status::parse(word).is_none() => Err(Error::field("status", "form-unknown-choice")),
        _ => Ok(status),
    }
}

/// A page of the requests that the asker looks after.
pub(crate) async fn read_list(
    ctx: &Ctx,
    filter: Filter,
    query: String,
    unit: Option<&str>,
    cursor: Option<&str>,
) -> Result<(Vec<RequestView>, Option<String>)> {
    let (kernel, tenant) = (ctx.kernel(), ctx.tenant.id);
    let mut scope = kernel.access().scope(&ctx.who, "requests.list")?;
    if let Some(code) = unit.filter(|code| !code.is_empty()) {
        let units = kernel.units(tenant).await?;
        let unit = units.by_code(code).ok_or_else(|| Error::field("unit", "form-unknown-choice"))?;
        scope = scope.under(&unit.path);
    }
    let before = cursor_id(cursor)?;
    let (locale, now) = (ctx.locale(), kernel.world().now());
    let (items, next) = kernel
        .db()
        .read(tenant, move |read| views::list(read, tenant, &scope, (&filter, &query), (before, PAGE), (locale, now)))
        .await?;
    Ok((items, next.map(|id| id.to_string())))
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
    Ok(Json(actions::accept(ctx.kernel(), ctx.call(&body.raw)?, request_id(&id)?).await?))
}

/// Nothing is asked for.
#[derive(Debug, Deserialize, ToSchema)]
struct Nothing {}

/// A reason, at most 200 characters.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reason {
    /// Why.
    #[serde(default)]
    reason: String,
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/decline", tag = "requests", params(("id" = Uuid, Path)),
    request_body = Reason, responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn decline_request(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Reason>) -> Answer<Json<Moved>> {
    let call = ctx.call(&body.raw)?;
    Ok(Json(actions::decline(ctx.kernel(), call, request_id(&id)?, &body.value.reason).await?))
}

/// Where to place the order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Publish {
    /// The code of a pool; `all` where it is left out.
    pool: Option<String>,
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/publish", tag = "requests", params(("id" = Uuid, Path)),
    request_body = Publish, responses((status = 200, body = Published), (status = 409, body = tongxin_web::Problem)))]
async fn publish_request(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Publish>) -> Answer<Json<Published>> {
    let call = ctx.call(&body.raw)?;
    Ok(Json(actions::publish(ctx.kernel(), call, request_id(&id)?, body.value.pool).await?))
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
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/messages", tag = "requests", params(("id" = Uuid, Path), Link),
    request_body = NewMessage, responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn add_message(
    ctx: Ctx,
    Path(id): Path<String>,
    Query(link): Query<Link>,
    body: ApiBody<NewMessage>,
) -> Answer<Json<Moved>> {
    let (call, NewMessage { text, public }) = (ctx.call(&body.raw)?, body.value);
    Ok(Json(actions::message(ctx.kernel(), call, request_id(&id)?, link.token, (text, public)).await?))
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/withdraw", tag = "requests", params(("id" = Uuid, Path), Link),
    responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn withdraw_request(
    ctx: Ctx,
    Path(id): Path<String>,
    Query(link): Query<Link>,
    body: ApiBody<Nothing>,
) -> Answer<Json<Moved>> {
    Ok(Json(actions::withdraw(ctx.kernel(), ctx.call(&body.raw)?, request_id(&id)?, link.token).await?))
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/close", tag = "requests", params(("id" = Uuid, Path)),
    responses((status = 200, body = Moved), (status = 409, body = tongxin_web::Problem)))]
async fn close_request(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Nothing>) -> Answer<Json<Moved>> {
    Ok(Json(actions::close(ctx.kernel(), ctx.call(&body.raw)?, request_id(&id)?).await?))
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
    let (tenant, subject) = (ctx.tenant.id, Subject::new(SUBJECT, detail.request.id));
    let journal = ctx.kernel().db().read(tenant, move |read| history(read, tenant, &subject)).await?;
    let mut items = crate::import::imported_steps(&detail.request, &journal);
    items.extend(journal);
    Ok(items)
}

/// What a list of orders may be narrowed by.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct OrderQuery {
    /// `open` where it is left out; `mine` for the asker's own.
    status: Option<String>,
    /// A unit's code: it and everything under it.
    unit: Option<String>,
    /// `lat,lon`: nearest first, of the newest two hundred. The position is used for this one answer and not kept.
    near: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/orders", tag = "orders", params(OrderQuery),
    responses((status = 200, body = Items<OrderView>)))]
async fn list_orders(ctx: Ctx, Query(query): Query<OrderQuery>) -> Answer<Json<Items<OrderView>>> {
    let near = query.near.as_deref().filter(|near| !near.is_empty()).map(parse_near).transpose()?;
    let status = query.status.unwrap_or_else(|| "open".to_owned());
    let unit = match query.unit.as_deref().filter(|code| !code.is_empty()) {
        Some(code) => {
            let units = ctx.kernel().units(ctx.tenant.id).await?;
            let unit = units.by_code(code).ok_or_else(|| Error::field("unit", "form-unknown-choice"))?;
            unit.path.clone()
        }
        None => String::new(),
    };
    let (items, next) = read_orders(&ctx, &status, unit, near, cursor_id(query.cursor.as_deref())?).await?;
    Ok(Json(Items { items, next }))
}

fn parse_near(text: &str) -> Result<(f64, f64)> {
    parse_point(text).ok_or_else(|| Error::field("near", "requests-bad-near"))
}

/// A page of orders under a unit.
pub(crate) async fn read_orders(
    ctx: &Ctx,
    status: &str,
    unit_path: String,
    near: Option<(f64, f64)>,
    before: OrderId,
) -> Result<(Vec<OrderView>, Option<String>)> {
    let tenant = ctx.tenant.id;
    let me = ctx.who.person().map(|person| person.id);
    let state = match status {
        "mine" => None,
        word => Some(OrderState::parse(word).ok_or_else(|| Error::field("status", "form-unknown-choice"))?),
    };
    // Nearest first is sorted here, over more than one page's worth.
    let limit = if near.is_some() { 4 * PAGE } else { PAGE };
    let (locale, now) = (ctx.locale(), ctx.kernel().world().now());
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let (low, high) = subtree(&unit_path);
        let found = match (state, me) {
            (None, Some(me)) => orders::of_worker(read, tenant, me)?,
            (None, None) => Vec::new(),
            (Some(OrderState::Open), _) => orders::open(read, tenant, (&low, &high), before, limit)?,
            (Some(state), _) => orders::in_state(read, tenant, state, (&low, &high), before, limit)?,
        };
        let next = (state.is_some() && i64::try_from(found.len()) == Ok(limit)).then(|| found.last().map(|o| o.id));
        let views = views::order_views(read, tenant, &found, (locale, now), near)?;
        Ok((views, next.flatten().map(|id| id.to_string())))
    };
    ctx.kernel().db().read(tenant, read).await
}

#[utoipa::path(post, path = "/api/v1/orders/{id}/grab", tag = "orders", params(("id" = Uuid, Path)),
    responses((status = 200, body = OrderMoved),
        (status = 409, description = "somebody was first (`args.winner` is their public name), or the cap is reached",
         body = tongxin_web::Problem)))]
async fn grab_order(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Nothing>) -> Answer<Json<OrderMoved>> {
    Ok(Json(actions::grab(ctx.kernel(), ctx.call(&body.raw)?, order_id(&id)?).await?))
}

#[utoipa::path(post, path = "/api/v1/orders/{id}/start", tag = "orders", params(("id" = Uuid, Path)),
    responses((status = 200, body = OrderMoved), (status = 409, body = tongxin_web::Problem)))]
async fn start_order(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Nothing>) -> Answer<Json<OrderMoved>> {
    Ok(Json(actions::start(ctx.kernel(), ctx.call(&body.raw)?, order_id(&id)?).await?))
}

#[utoipa::path(post, path = "/api/v1/orders/{id}/return", tag = "orders", params(("id" = Uuid, Path)),
    request_body = Reason, responses((status = 200, body = OrderMoved), (status = 409, body = tongxin_web::Problem)))]
async fn return_order(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Reason>) -> Answer<Json<OrderMoved>> {
    let call = ctx.call(&body.raw)?;
    Ok(Json(actions::give_back(ctx.kernel(), call, order_id(&id)?, &body.value.reason).await?))
}

/// What was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Complete {
    /// At most 2000 characters; the reporter reads it.
    #[serde(default)]
    note: String,
    /// At most five photos of how it looks now.
    #[serde(default)]
    photos: Vec<NewPhoto>,
}

#[utoipa::path(post, path = "/api/v1/orders/{id}/complete", tag = "orders", params(("id" = Uuid, Path)),
    request_body = Complete, responses((status = 200, body = OrderMoved), (status = 409, body = tongxin_web::Problem)))]
async fn complete_order(
    ctx: Ctx,
    Path(id): Path<String>,
    body: ApiBody<Complete, WITH_PHOTOS>,
) -> Answer<Json<OrderMoved>> {
    let (call, photos) = (ctx.call(&body.raw)?, take_photos(&ctx, body.value.photos).await?);
    Ok(Json(actions::complete_with(ctx.kernel(), call, order_id(&id)?, &body.value.note, &photos).await?))
}

/// Whom to hand over to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Transfer {
    /// The id or the login of a worker.
    to: String,
}

#[utoipa::path(post, path = "/api/v1/orders/{id}/transfer", tag = "orders", params(("id" = Uuid, Path)),
    request_body = Transfer, responses((status = 200, body = OrderMoved), (status = 409, body = tongxin_web::Problem)))]
async fn transfer_order(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Transfer>) -> Answer<Json<OrderMoved>> {
    let to = worker_named(&ctx, &body.value.to).await?;
    Ok(Json(actions::transfer(ctx.kernel(), ctx.call(&body.raw)?, order_id(&id)?, to).await?))
}

/// A worker by id or by login.
pub(crate) async fn worker_named(ctx: &Ctx, to: &str) -> Result<PersonId> {
    if let Ok(id) = to.trim().parse() {
        return Ok(id);
    }
    let (login, tenant) = (to.trim().to_owned(), ctx.tenant.id);
    let known = ctx.kernel().db().read(tenant, move |read| people_store::login(read, &login)).await?;
    let known = known.filter(|(at, ..)| *at == tenant).map(|(_, id, _)| id);
    known.ok_or_else(|| Error::field("to", "requests-no-worker"))
}

/// Units and categories by name, for the pages.
pub(crate) async fn read_names(ctx: &Ctx, locale: Locale) -> Result<Names> {
    let tenant = ctx.tenant.id;
    ctx.kernel().db().read(tenant, move |read| Names::load(read, tenant, locale)).await
}
