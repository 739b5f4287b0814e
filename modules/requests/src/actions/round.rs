//! 全员抢单、处理问题、办结: what a worker does to an order.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Act, Call, Facts, FileId, Kernel, PersonId, ReadOrNot, people_store};
use utoipa::ToSchema;

use super::desk::{Decline, Offer, open_order};
use super::photos::{NewPhotos, Of};
use super::{Held, Moved, count_completion, hold, resume, step, subject};
use crate::dispatch::offered;
use crate::domain::{LONGEST_WORDS, ORDER, OrderId, OrderState, OrderVerb, PhotoKind, PhraseKind, Verb, required_text};
use crate::jobs::{CLOSE_JOB, LEASE_JOB};
use crate::store::orders::{self, Order};
use crate::store::{categories, duty, phrases, requests};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// An order and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrderRef {
    /// Which one.
    #[schema(value_type = uuid::Uuid)]
    pub id: OrderId,
    /// Where it stands.
    pub status: OrderState,
}

/// An order after something was done to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrderMoved {
    /// The order.
    #[serde(flatten)]
    pub order: OrderRef,
    /// The public name of who has it.
    pub worker: Option<String>,
    /// Its request.
    pub request: Moved,
    /// The order that took its place in the pool, after it was given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<OrderRef>,
}

/// 抢单: exactly one worker wins. Decided by the conditional update of the order alone; the worker's counter row keeps
/// two grabs of one worker from passing the cap together. To whom an order is offered never changes, so that is looked
/// at before the write.
///
/// # Errors
/// `Conflict` for all who came second (with the winner's public name), for who holds as many as allowed, for whom the
/// order is not offered to, and for who let an earlier order of the matter lapse.
pub async fn grab(kernel: &Kernel, call: Call, id: OrderId) -> Result<OrderMoved> {
    let me = call.who.person().ok_or(Error::Unauthenticated)?.clone();
    kernel.access().require(&call.who, "orders.grab", ReadOrNot::If("orders.list"), &Facts::default())?;
    let (tenant, person) = (call.tenant.id, me.id);
    let (order, category, skills) = kernel
        .db()
        .read(tenant, move |read| {
            let order = orders::one(read, tenant, id)?;
            let category = categories::one(read, tenant, &order.category)?.ok_or(Error::NotFound)?;
            let skills = duty::duty(read, tenant, person)?.skills;
            Ok((order, category, skills))
        })
        .await?;
    let posts: Vec<(&str, &str)> = me.posts.iter().map(|post| (post.role.as_str(), post.unit_path.as_str())).collect();
    if order.state == OrderState::Open && !offered(&order, &posts, &skills) {
        return Err(Error::conflict("requests-not-offered"));
    }
    let cap = call.tenant.settings.open_orders_cap;
    let lease_due = call.tenant.calendar.due(call.now, category.start_limit);
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        if !orders::take_place(act.tx, tenant, me.id, cap)? {
            lost(act, id, me.id)?;
            return Err(Error::conflict("requests-over-cap").with("cap", cap));
        }
        if !orders::win(act.tx, tenant, id, me.id, (now, lease_due))? {
            lost(act, id, me.id)?;
            return Err(Error::conflict("requests-changed-meanwhile"));
        }
        let order = orders::one(act.tx, tenant, id)?;
        let request = requests::one(act.tx, tenant, order.request_id)?;
        lease(act, &order);
        let payload = json!({"order": id, "order_status": order.state});
        act.journal("orders.grab", &subject(request.id), payload, None)?;
        act.event("requests.order_grabbed", &subject(request.id), json!({"order": id}));
        let request =
            Moved { id: request.id, number: request.number, status: request.status, version: request.version };
        let order = OrderRef { id, status: order.state };
        Ok(OrderMoved { order, worker: Some(me.public_name.clone()), request, next: None })
    };
    kernel.act(call, "orders.grab", act).await
}

/// Has an order looked at when it should have been begun.
pub(super) fn lease(act: &mut Act<'_, '_>, order: &Order) {
    if let (OrderState::Grabbed, Some(due), Some(grabbed_at)) = (order.state, order.lease_due_at, order.grabbed_at) {
        act.later(LEASE_JOB, due, json!({"order": order.id, "grabbed_at": grabbed_at}));
    }
}

/// Says who was first, if somebody was.
fn lost(act: &mut Act<'_, '_>, id: OrderId, me: PersonId) -> Result<()> {
    let order = orders::one(act.tx, act.call.tenant.id, id)?;
    match (order.state, order.worker_id) {
        (OrderState::Open, _) => match orders::cooldown(act.tx, act.call.tenant.id, order.request_id, me)? {
            Some(until) if until > act.call.now => {
                let until = until.in_zone(act.call.tenant.zone()).strftime("%m-%d %H:%M").to_string();
                Err(Error::conflict("requests-cooldown").with("until", until))
            }
            _ => Ok(()),
        },
        (OrderState::Grabbed | OrderState::Working, Some(winner)) if winner == me => {
            Err(Error::conflict("requests-already-yours"))
        }
        (_, Some(winner)) if winner == me => Err(Error::conflict("requests-order-gone")),
        (_, Some(winner)) => {
            let name = people_store::public_name(act.tx, act.call.tenant.id, winner)?;
            Err(Error::conflict("requests-somebody-was-first").with("winner", name))
        }
        (_, None) => Err(Error::conflict("requests-order-gone")),
    }
}

/// An order and its request, held still, with the order moved along its workflow.
pub(super) struct AtWork {
    pub held: Held,
    pub order: Order,
    pub was: OrderState,
}

/// Holds the order's request still, then asks the policies and the workflow.
pub(super) fn at_work(act: &mut Act<'_, '_>, id: OrderId, action: &str, verb: OrderVerb) -> Result<AtWork> {
    let tenant = act.call.tenant.id;
    let request = orders::one(act.tx, tenant, id)?.request_id;
    let held = hold(act, request, None)?;
    held.require(act, action)?;
    // Read again now that the request stands still: the order moves only together with it, but for the grab.
    let mut order = orders::one(act.tx, tenant, id)?;
    let was = order.state;
    order.state =
        ORDER.next(was, verb).ok_or_else(|| Error::conflict("requests-order-wrong-state").with("status", was))?;
    Ok(AtWork { held, order, was })
}

pub(super) fn moved(act: &mut Act<'_, '_>, order: &Order, request: Moved) -> Result<OrderMoved> {
    let worker = match order.worker_id {
        Some(worker) => Some(people_store::public_name(act.tx, act.call.tenant.id, worker)?),
        None => None,
    };
    Ok(OrderMoved { order: OrderRef { id: order.id, status: order.state }, worker, request, next: None })
}

/// The worker begins.
///
/// # Errors
/// `NotFound` for an order that is not the asker's; `Conflict` where it is not waiting to be begun.
pub async fn start(kernel: &Kernel, call: Call, id: OrderId) -> Result<OrderMoved> {
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        let AtWork { held, mut order, was } = at_work(act, id, "orders.start", OrderVerb::Start)?;
        let mut request = held.request;
        step(act, &mut request, Verb::Start)?;
        order.started_at = Some(now);
        request.started_at = request.started_at.or(Some(now));
        orders::save(act.tx, tenant, &order, was)?;
        requests::save(act.tx, tenant, &request)?;
        act.journal("orders.start", &subject(request.id), json!({"order": id, "status": request.status}), None)?;
        act.event("requests.started", &subject(request.id), json!({"order": id}));
        moved(act, &order, Moved::saved(&request))
    };
    kernel.act(call, "orders.start", act).await
}

/// The worker gives an order back, with a reason; a new order takes its place in the pool.
///
/// # Errors
/// `Invalid` without a reason; else as [`start`].
pub async fn give_back(kernel: &Kernel, call: Call, id: OrderId, why: Decline) -> Result<OrderMoved> {
    let why = why.checked()?;
    let next: OrderId = kernel.world().id();
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        let chosen = phrases::chosen(act.tx, tenant, PhraseKind::Return, &why.code, "code")?;
        let reason = why.said(chosen.map(|phrase| phrase.name.zh));
        let AtWork { held, mut order, was } = at_work(act, id, "orders.return", OrderVerb::Return)?;
        let mut request = held.request;
        step(act, &mut request, Verb::Return)?;
        order.ended_at = Some(now);
        order.reason = Some(reason.clone());
        orders::save(act.tx, tenant, &order, was)?;
        if let Some(worker) = order.worker_id {
            orders::give_place(act.tx, tenant, worker)?;
        }
        resume(act, &mut request)?;
        let next = open_order(act, &request, next, &Offer::again(&order))?;
        requests::save(act.tx, tenant, &request)?;
        let payload = json!({"order": id, "next": next.id, "status": request.status, "code": why.code});
        act.journal("orders.return", &subject(request.id), payload, Some(&json!({"reason": reason})))?;
        let answer = moved(act, &order, Moved::saved(&request))?;
        Ok(OrderMoved { next: Some(next), ..answer })
    };
    kernel.act(call, "orders.return", act).await
}

/// 办结: the work is done; the note says what was done.
///
/// # Errors
/// `Invalid` without a note; else as [`start`].
pub async fn complete(kernel: &Kernel, call: Call, id: OrderId, note: &str) -> Result<OrderMoved> {
    complete_with(kernel, call, id, note, &[]).await
}

/// As [`complete`], with photos of how it looks now.
///
/// # Errors
/// As [`complete`]; `Invalid` on `photos` where there are too many or one is gone.
pub async fn complete_with(
    kernel: &Kernel,
    call: Call,
    id: OrderId,
    note: &str,
    photos: &[FileId],
) -> Result<OrderMoved> {
    let photos = NewPhotos::of(kernel, photos)?;
    let note = required_text("note", note, LONGEST_WORDS)?;
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        let AtWork { held, mut order, was } = at_work(act, id, "orders.complete", OrderVerb::Complete)?;
        let mut request = held.request;
        step(act, &mut request, Verb::Complete)?;
        resume(act, &mut request)?;
        order.ended_at = Some(now);
        order.note = Some(note.clone());
        request.done_at = Some(now);
        request.handler_id = order.worker_id;
        request.round += 1;
        orders::save(act.tx, tenant, &order, was)?;
        if let Some(worker) = order.worker_id {
            orders::give_place(act.tx, tenant, worker)?;
        }
        requests::save(act.tx, tenant, &request)?;
        count_completion(act, &request, 1);
        let photos = photos.attach(act, request.id, Of::Order(id, PhotoKind::After))?;
        let payload = json!({"order": id, "status": request.status, "round": request.round, "photos": photos});
        act.journal("orders.complete", &subject(request.id), payload, Some(&json!({"note": note})))?;
        act.event("requests.done", &subject(request.id), json!({"order": id, "round": request.round}));
        let close_at = now + DAY * u32::from(act.call.tenant.settings.close_after_days);
        act.later(CLOSE_JOB, close_at, json!({"request": request.id, "round": request.round}));
        moved(act, &order, Moved::saved(&request))
    };
    kernel.act(call, "orders.complete", act).await
}
