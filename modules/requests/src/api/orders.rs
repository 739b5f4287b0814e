//! Orders for programs: the pool, and what a worker does.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query};
use serde::Deserialize;
use tongxin_base::{Error, Result, parse_point};
use tongxin_kernel::{Level, PersonId, Scope, people_store, subtree};
use tongxin_web::{Answer, ApiBody, Ctx, Gate, Items, Routes};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::photos::{LARGEST as WITH_PHOTOS, NewPhoto, take_photos};
use super::{Nothing, PAGE, Reason, order_id};
use crate::actions::{self, NewMaterial, OrderMoved};
use crate::dispatch;
use crate::domain::{OrderId, OrderState};
use crate::store::{duty, orders};
use crate::views::{self, OrderView};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .api(Gate::May("orders.list"), routes!(list_orders))
        .api(Gate::May("orders.grab"), routes!(grab_order))
        .api(Gate::May("orders.start"), routes!(start_order))
        .api(Gate::May("orders.return"), routes!(return_order))
        .api(Gate::May("orders.complete"), routes!(complete_order))
        .api(Gate::May("orders.transfer"), routes!(transfer_order))
        .api(Gate::May("orders.wait"), routes!(wait_order))
        .api(Gate::May("orders.wait"), routes!(resume_order))
        .api(Gate::May("orders.wait"), routes!(add_material))
}

/// What the work waits for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Wait {
    /// A code out of the list of reasons to wait.
    #[serde(default)]
    reason: String,
    /// More words, at most 200 characters; a note among those who work on it.
    #[serde(default)]
    text: String,
}

#[utoipa::path(post, path = "/api/v1/orders/{id}/wait", tag = "orders", params(("id" = Uuid, Path)),
    request_body = Wait, responses((status = 200, body = OrderMoved), (status = 409, body = tongxin_web::Problem)))]
async fn wait_order(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Wait>) -> Answer<Json<OrderMoved>> {
    let (call, Wait { reason, text }) = (ctx.call(&body.raw)?, body.value);
    Ok(Json(actions::wait(ctx.kernel(), call, order_id(&id)?, &reason, &text).await?))
}

#[utoipa::path(post, path = "/api/v1/orders/{id}/resume", tag = "orders", params(("id" = Uuid, Path)),
    responses((status = 200, body = OrderMoved), (status = 409, body = tongxin_web::Problem)))]
async fn resume_order(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Nothing>) -> Answer<Json<OrderMoved>> {
    Ok(Json(actions::resume_work(ctx.kernel(), ctx.call(&body.raw)?, order_id(&id)?).await?))
}

/// Something that was used up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Material {
    /// What.
    #[serde(default)]
    name: String,
    /// How much, in words: `2`, `3 m`.
    #[serde(default)]
    amount: String,
    /// What it cost, in fen; left out where it is not known.
    cost_fen: Option<i64>,
}

#[utoipa::path(post, path = "/api/v1/orders/{id}/materials", tag = "orders", params(("id" = Uuid, Path)),
    request_body = Material, responses((status = 200, body = OrderMoved), (status = 409, body = tongxin_web::Problem)))]
async fn add_material(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Material>) -> Answer<Json<OrderMoved>> {
    let (call, Material { name, amount, cost_fen }) = (ctx.call(&body.raw)?, body.value);
    let new = NewMaterial { name, amount, cost: actions::Cost::Fen(cost_fen) };
    Ok(Json(actions::add_material(ctx.kernel(), call, order_id(&id)?, new).await?))
}

/// What a list of orders may be narrowed by.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct OrderQuery {
    /// `open` where it is left out; `mine` for the asker's own.
    status: Option<String>,
    /// A unit's code: it and everything under it.
    unit: Option<String>,
    /// `lat,lon`, or `lat,lon,gcj02` where it comes from a Chinese map: nearest first, of the newest two hundred. The position is used for this one answer and not kept.
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
            let units = ctx.kernel().units(ctx.tenant.id)?;
            let unit = units.by_code(code).ok_or_else(|| Error::field("unit", "form-unknown-choice"))?;
            // All of the subdistrict needs no looking at units.
            if unit.level == Level::Subdistrict { String::new() } else { unit.path.clone() }
        }
        None => String::new(),
    };
    let before = super::cursor_id(query.cursor.as_deref())?;
    let (items, next) = read_orders(&ctx, &status, (unit, Offered::ToAnybody), near, before).await?;
    Ok(Json(Items { items, next }))
}

fn parse_near(text: &str) -> Result<(f64, f64)> {
    parse_point(text).ok_or_else(|| Error::field("near", "requests-bad-near"))
}

/// Whose orders are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offered {
    /// All of them.
    ToAnybody,
    /// Those that the asker may grab.
    ToMe,
}

/// A page of orders under a unit.
pub(crate) async fn read_orders(
    ctx: &Ctx,
    status: &str,
    (unit_path, offered): (String, Offered),
    near: Option<(f64, f64)>,
    before: OrderId,
) -> Result<(Vec<OrderView>, Option<String>)> {
    // Nearest first is sorted here, over more than one page's worth.
    let limit = if near.is_some() { 4 * PAGE } else { PAGE };
    read_some(ctx, status, (unit_path, offered), near, (before, limit)).await
}

/// The same, so many at most.
pub(crate) async fn read_some(
    ctx: &Ctx,
    status: &str,
    (unit_path, offered): (String, Offered),
    near: Option<(f64, f64)>,
    (before, limit): (OrderId, i64),
) -> Result<(Vec<OrderView>, Option<String>)> {
    let (tenant, house) = (ctx.tenant.id, Arc::clone(&ctx.tenant));
    let me = ctx.who.person().cloned();
    let state = match status {
        "mine" => None,
        word => Some(OrderState::parse(word).ok_or_else(|| Error::field("status", "form-unknown-choice"))?),
    };
    let (locale, now) = (ctx.locale(), ctx.kernel().world().now());
    let scope = match state {
        None | Some(OrderState::Open) => Scope::nothing(),
        Some(_) => ctx.kernel().access().scope(&ctx.who, "requests.read")?,
    };
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let (low, high) = subtree(&unit_path);
        let mut found = match (state, me.as_ref().map(|me| me.id)) {
            (None, Some(me)) => orders::of_worker(read, tenant, me)?,
            (None, None) => Vec::new(),
            (Some(OrderState::Open), _) if low.is_empty() => orders::newest(read, tenant, before, limit)?,
            (Some(OrderState::Open), _) => orders::open(read, tenant, (&low, &high), before, limit)?,
            (Some(state), _) => orders::in_state(read, tenant, state, (&low, &high), before, limit)?,
        };
        let next = (state.is_some() && i64::try_from(found.len()) == Ok(limit))
            .then(|| found.last().map(|last| last.order.id));
        let next = next.flatten();
        if let (Offered::ToMe, Some(me)) = (offered, &me) {
            let skills = duty::duty(read, tenant, me.id)?.skills;
            let posts: Vec<(&str, &str)> =
                me.posts.iter().map(|post| (post.role.as_str(), post.unit_path.as_str())).collect();
            found.retain(|listed| dispatch::offered(&listed.order, &posts, &skills));
        }
        // Everybody who works may grab; who has which order, and what came of it, is for those who may read the matter.
        if state.is_some_and(|state| state != OrderState::Open) {
            let mine = me.as_ref().map(|me| me.id);
            found.retain(|listed| {
                scope.has(&listed.order.unit_path) || (mine.is_some() && listed.order.worker_id == mine)
            });
        }
        let views = views::order_views(read, &house, &found, (locale, now), near)?;
        Ok((views, next.map(|id| id.to_string())))
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
    Ok(Json(actions::give_back(ctx.kernel(), call, order_id(&id)?, body.value.why()).await?))
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
