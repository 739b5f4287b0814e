//! 全员抢单、处理问题、办结: what a worker does to an order.

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Act, Call, Facts, FileId, Kernel, PersonId, ReadOrNot, Role, TokenScopes, people_store};
use utoipa::ToSchema;

use super::desk::open_order;
use super::photos::{Of, attach, numbered};
use super::{Held, Moved, count_completion, hold, resume, step, subject};
use crate::domain::{
    LONGEST_LINE, LONGEST_WORDS, ORDER, OrderId, OrderState, OrderVerb, PhotoKind, Verb, required_text,
};
use crate::store::orders::{self, Order};
use crate::store::requests;

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
/// two grabs of one worker from passing the cap together.
///
/// # Errors
/// `Conflict` for all who came second (with the winner's public name), and for who holds as many as allowed.
pub async fn grab(kernel: &Kernel, call: Call, id: OrderId) -> Result<OrderMoved> {
    let me = call.who.person().ok_or(Error::Unauthenticated)?.clone();
    kernel.access().require(&call.who, "orders.grab", ReadOrNot::If("orders.list"), &Facts::default())?;
    let cap = call.tenant.settings.open_orders_cap;
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        if !orders::take_place(act.tx, tenant, me.id, cap)? {
            lost(act, id, me.id)?;
            return Err(Error::conflict("requests-over-cap").with("cap", cap));
        }
        if !orders::win(act.tx, tenant, id, me.id, now)? {
            lost(act, id, me.id)?;
            return Err(Error::conflict("requests-changed-meanwhile"));
        }
        let order = orders::one(act.tx, tenant, id)?;
        let request = requests::one(act.tx, tenant, order.request_id)?;
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

/// Says who was first, if somebody was.
fn lost(act: &mut Act<'_, '_>, id: OrderId, me: PersonId) -> Result<()> {
    let order = orders::one(act.tx, act.call.tenant.id, id)?;
    match (order.state, order.worker_id) {
        (OrderState::Open, _) => Ok(()),
        (OrderState::Grabbed | OrderState::Working, Some(winner)) if winner == me => {
            Err(Error::conflict("requests-already-yours"))
        }
        (_, Some(winner)) => {
            let name = people_store::public_name(act.tx, act.call.tenant.id, winner)?;
            Err(Error::conflict("requests-somebody-was-first").with("winner", name))
        }
        (_, None) => Err(Error::conflict("requests-order-gone")),
    }
}

/// An order and its request, held still, with the order moved along its workflow.
struct AtWork {
    held: Held,
    order: Order,
    was: OrderState,
}

/// Holds the order's request still, then asks the policies and the workflow.
fn at_work(act: &mut Act<'_, '_>, id: OrderId, action: &str, verb: OrderVerb) -> Result<AtWork> {
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
pub async fn give_back(kernel: &Kernel, call: Call, id: OrderId, reason: &str) -> Result<OrderMoved> {
    let reason = required_text("reason", reason, LONGEST_LINE)?;
    let next: OrderId = kernel.world().id();
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        let AtWork { held, mut order, was } = at_work(act, id, "orders.return", OrderVerb::Return)?;
        let mut request = held.request;
        step(act, &mut request, Verb::Return)?;
        order.ended_at = Some(now);
        order.reason = Some(reason.clone());
        orders::save(act.tx, tenant, &order, was)?;
        if let Some(worker) = order.worker_id {
            orders::give_place(act.tx, tenant, worker)?;
        }
        let next = open_order(act, &request, next, &order.pool)?;
        requests::save(act.tx, tenant, &request)?;
        let payload = json!({"order": id, "next": next.id, "status": request.status});
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
    let photos = numbered(kernel, photos)?;
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
        let photos = attach(act, request.id, Of::Order(id, PhotoKind::After), &photos)?;
        let payload = json!({"order": id, "status": request.status, "round": request.round, "photos": photos});
        act.journal("orders.complete", &subject(request.id), payload, Some(&json!({"note": note})))?;
        act.event("requests.done", &subject(request.id), json!({"order": id, "round": request.round}));
        moved(act, &order, Moved::saved(&request))
    };
    kernel.act(call, "orders.complete", act).await
}

/// Hands an order over to another worker, who must have room for it.
///
/// # Errors
/// `Invalid` where `to` is no worker; `Conflict` where they hold as many as allowed; else as [`start`].
pub async fn transfer(kernel: &Kernel, call: Call, id: OrderId, to: PersonId) -> Result<OrderMoved> {
    let cap = call.tenant.settings.open_orders_cap;
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        let AtWork { held, mut order, was } = at_work(act, id, "orders.transfer", OrderVerb::Transfer)?;
        let other = people_store::person(act.tx, tenant, to, TokenScopes::All, now)?
            .filter(|person| person.is(Role::GridWorker) || person.is(Role::PartTime))
            .ok_or_else(|| Error::field("to", "requests-no-worker"))?;
        if order.worker_id == Some(other.id) {
            return Err(Error::field("to", "requests-same-worker"));
        }
        if let Some(worker) = order.worker_id {
            orders::give_place(act.tx, tenant, worker)?;
        }
        if !orders::take_place(act.tx, tenant, other.id, cap)? {
            return Err(Error::conflict("requests-over-cap").with("cap", cap));
        }
        order.worker_id = Some(other.id);
        order.grabbed_at = Some(now);
        order.started_at = None;
        orders::save(act.tx, tenant, &order, was)?;
        let mut request = held.request;
        if was == OrderState::Working {
            // Nobody is at it any more until the other one begins.
            step(act, &mut request, Verb::Return)?;
        }
        requests::save(act.tx, tenant, &request)?;
        act.journal("orders.transfer", &subject(request.id), json!({"order": id, "to": other.id}), None)?;
        act.event("requests.order_transferred", &subject(request.id), json!({"order": id, "to": other.id}));
        moved(act, &order, Moved::saved(&request))
    };
    kernel.act(call, "orders.transfer", act).await
}
