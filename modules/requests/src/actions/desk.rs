//! 受理、网格下单、结果反馈: what the desk does to a request, and what its reporter may do.

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Act, Call, Facts, Kernel};
use utoipa::ToSchema;

use super::round::OrderRef;
use super::{Moved, hold, resume, step, subject};
use crate::domain::{
    ContactHow, LONGEST_LINE, LONGEST_WORDS, MessageId, MessageWay, ORDER, OrderId, OrderState, OrderVerb, RequestId,
    Status, Verb, required_text,
};
use crate::measures::{RECEIVED, gauge};
use crate::store::orders::{self, Order};
use crate::store::requests::{self, Message, Request};

/// The pool an order goes to where nobody names another.
pub const DEFAULT_POOL: &str = "all";

/// A request after an order was placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Published {
    /// The request.
    #[serde(flatten)]
    pub request: Moved,
    /// The order.
    pub order: OrderRef,
}

/// 受理: takes a request on. One that stood at the root now belongs to the desk that took it.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Conflict` where it is no longer waiting.
pub async fn accept(kernel: &Kernel, call: Call, id: RequestId) -> Result<Moved> {
    let act = move |act: &mut Act<'_, '_>| {
        let held = hold(act, id, None)?;
        held.require(act, "requests.accept")?;
        let mut request = held.request;
        step(act, &mut request, Verb::Accept)?;
        request.accepted_at = Some(act.call.now);
        take_home(act, &mut request);
        requests::save(act.tx, act.call.tenant.id, &request)?;
        let payload = json!({"status": request.status, "unit_path": request.unit_path});
        act.journal("requests.accept", &subject(id), payload, None)?;
        act.event("requests.accepted", &subject(id), json!({}));
        Ok(Moved::saved(&request))
    };
    kernel.act(call, "requests.accept", act).await
}

/// Moves a request that belongs to no part of the tree yet to the part of whoever takes it on.
fn take_home(act: &mut Act<'_, '_>, request: &mut Request) {
    let Some(person) = act.call.who.person() else { return };
    let access = act.kernel.access();
    let may =
        |unit_path: &str| access.allows(&act.call.who, "requests.accept", &Facts { unit_path, ..Facts::default() });
    let home = person.posts.iter().map(|post| &post.unit_path).find(|path| may(path));
    let Some(home) = home.filter(|home| home.starts_with(&request.unit_path) && **home != request.unit_path) else {
        return;
    };
    for (path, delta) in [(&request.unit_path, -1), (home, 1)] {
        act.measure(RECEIVED, path, request.created_at, delta);
        act.measure(gauge(request.status), path, request.created_at, delta);
    }
    request.unit_path.clone_from(home);
}

/// Does not take a request on, and says why.
///
/// # Errors
/// `Invalid` without a reason; else as [`accept`].
pub async fn decline(kernel: &Kernel, call: Call, id: RequestId, reason: &str) -> Result<Moved> {
    let reason = required_text("reason", reason, LONGEST_LINE)?;
    let act = move |act: &mut Act<'_, '_>| {
        let held = hold(act, id, None)?;
        held.require(act, "requests.decline")?;
        let mut request = held.request;
        step(act, &mut request, Verb::Decline)?;
        request.reason = Some(reason.clone());
        request.closed_at = Some(act.call.now);
        requests::save(act.tx, act.call.tenant.id, &request)?;
        let payload = json!({"status": request.status});
        act.journal("requests.decline", &subject(id), payload, Some(&json!({"reason": reason})))?;
        act.event("requests.declined", &subject(id), json!({}));
        Ok(Moved::saved(&request))
    };
    kernel.act(call, "requests.decline", act).await
}

/// 网格下单: places an order into a pool, for everybody to grab.
///
/// # Errors
/// `Invalid` for an unknown pool; else as [`accept`].
pub async fn publish(kernel: &Kernel, call: Call, id: RequestId, pool: Option<String>) -> Result<Published> {
    let order_id: OrderId = kernel.world().id();
    let pool = pool.map(|pool| pool.trim().to_owned()).filter(|pool| !pool.is_empty());
    let pool = pool.unwrap_or_else(|| DEFAULT_POOL.to_owned());
    let act = move |act: &mut Act<'_, '_>| {
        let tenant = act.call.tenant.id;
        let held = hold(act, id, None)?;
        held.require(act, "requests.publish")?;
        let pools = crate::store::categories::pools(act.tx, tenant)?;
        if !pools.iter().any(|(code, _)| *code == pool) {
            return Err(Error::field("pool", "form-unknown-choice"));
        }
        let mut request = held.request;
        step(act, &mut request, Verb::Publish)?;
        let order = open_order(act, &request, order_id, &pool)?;
        requests::save(act.tx, tenant, &request)?;
        let payload = json!({"status": request.status, "order": order_id, "pool": pool});
        act.journal("requests.publish", &subject(id), payload, None)?;
        Ok(Published { request: Moved::saved(&request), order })
    };
    kernel.act(call, "requests.publish", act).await
}

/// Puts an order for a request into a pool.
pub(super) fn open_order(act: &mut Act<'_, '_>, request: &Request, id: OrderId, pool: &str) -> Result<OrderRef> {
    let order = Order {
        id,
        request_id: request.id,
        pool: pool.to_owned(),
        unit_path: request.unit_path.clone(),
        category: request.category.clone(),
        point: request.point,
        state: ORDER.initial,
        worker_id: None,
        opened_at: act.call.now,
        grabbed_at: None,
        started_at: None,
        ended_at: None,
        deadline: request.deadline,
        reason: None,
        note: None,
    };
    orders::add(act.tx, act.call.tenant.id, &order)?;
    act.event("requests.order_opened", &subject(request.id), json!({"order": id, "pool": pool}));
    Ok(OrderRef { id, status: order.state })
}

/// The reporter was reached: what the response rate counts. The first time stands.
///
/// # Errors
/// As [`accept`]; `Conflict` where the request is over.
pub async fn contact(kernel: &Kernel, call: Call, id: RequestId, how: ContactHow, note: String) -> Result<Moved> {
    let note = if note.trim().is_empty() { String::new() } else { required_text("note", &note, LONGEST_WORDS)? };
    let act = move |act: &mut Act<'_, '_>| {
        let held = hold(act, id, None)?;
        held.require(act, "requests.contact")?;
        let mut request = held.request;
        not_over(&request)?;
        request.contacted_at = request.contacted_at.or(Some(act.call.now));
        requests::save(act.tx, act.call.tenant.id, &request)?;
        act.journal("requests.contact", &subject(id), json!({"how": how}), Some(&json!({"note": note})))?;
        Ok(Moved::saved(&request))
    };
    kernel.act(call, "requests.contact", act).await
}

fn not_over(request: &Request) -> Result<()> {
    let over = [Status::Declined, Status::Withdrawn, Status::Done, Status::Rated, Status::Closed];
    if over.contains(&request.status) {
        let error = Error::conflict("requests-wrong-state");
        return Err(error.with("status", request.status).with("number", &request.number));
    }
    Ok(())
}

/// A message: from the reporter an answer, from those who work on it a question to the reporter (`public`), which lets
/// the clock stand still until they answer, or a note among themselves.
///
/// # Errors
/// `Invalid` for an empty text; else as [`contact`].
pub async fn message(
    kernel: &Kernel,
    call: Call,
    id: RequestId,
    link: Option<String>,
    (text, public): (String, bool),
) -> Result<Moved> {
    let text = required_text("text", &text, LONGEST_WORDS)?;
    let message_id: MessageId = kernel.world().id();
    let act = move |act: &mut Act<'_, '_>| {
        let held = hold(act, id, link.as_deref())?;
        held.require(act, "requests.message")?;
        let way = match (&held.own, public) {
            (Some(_), _) => MessageWay::Answer,
            (None, true) => MessageWay::Question,
            (None, false) => MessageWay::Note,
        };
        let mut request = held.request;
        if way != MessageWay::Note {
            not_over(&request)?;
        }
        match way {
            MessageWay::Answer => resume(act, &mut request)?,
            MessageWay::Question => request.paused_at = request.paused_at.or(Some(act.call.now)),
            MessageWay::Note => {}
        }
        let person_id = act.call.who.person().map(|person| person.id);
        let message = Message { id: message_id, way, person_id, text: text.clone(), at: act.call.now };
        requests::add_messages(act.tx, act.call.tenant.id, &[(id, message)])?;
        requests::save(act.tx, act.call.tenant.id, &request)?;
        let payload = json!({"message": message_id, "kind": way, "paused": request.paused_at.is_some()});
        act.journal("requests.message", &subject(id), payload, Some(&json!({"text": text})))?;
        act.event("requests.message", &subject(id), json!({"kind": way}));
        Ok(Moved::saved(&request))
    };
    kernel.act(call, "requests.message", act).await
}

/// Takes a request back: its reporter, or staff for a caller. An order that nobody has begun is cancelled.
///
/// # Errors
/// As [`accept`]; `Conflict` where somebody is already at it, or it is over.
pub async fn withdraw(kernel: &Kernel, call: Call, id: RequestId, link: Option<String>) -> Result<Moved> {
    let act = move |act: &mut Act<'_, '_>| {
        let tenant = act.call.tenant.id;
        let held = hold(act, id, link.as_deref())?;
        held.require(act, "requests.withdraw")?;
        let (mut request, order) = (held.request, held.order);
        step(act, &mut request, Verb::Withdraw)?;
        request.closed_at = Some(act.call.now);
        if let Some(mut order) = order
            && let Some(state) = ORDER.next(order.state, OrderVerb::Cancel)
        {
            let was = std::mem::replace(&mut order.state, state);
            order.ended_at = Some(act.call.now);
            orders::save(act.tx, tenant, &order, was)?;
            if let (OrderState::Grabbed, Some(worker)) = (was, order.worker_id) {
                orders::give_place(act.tx, tenant, worker)?;
            }
        }
        requests::save(act.tx, tenant, &request)?;
        act.journal("requests.withdraw", &subject(id), json!({"status": request.status}), None)?;
        act.event("requests.withdrawn", &subject(id), json!({}));
        Ok(Moved::saved(&request))
    };
    kernel.act(call, "requests.withdraw", act).await
}

/// Nothing more to do: the desk closes a finished request.
///
/// # Errors
/// As [`accept`].
pub async fn close(kernel: &Kernel, call: Call, id: RequestId) -> Result<Moved> {
    let act = move |act: &mut Act<'_, '_>| {
        let held = hold(act, id, None)?;
        held.require(act, "requests.close")?;
        let mut request = held.request;
        step(act, &mut request, Verb::Close)?;
        request.closed_at = Some(act.call.now);
        requests::save(act.tx, act.call.tenant.id, &request)?;
        act.journal("requests.close", &subject(id), json!({"status": request.status}), None)?;
        Ok(Moved::saved(&request))
    };
    kernel.act(call, "requests.close", act).await
}

/// Shows the reporter's contact to somebody who works on it: an act with a line in the journal, so that the reporter can
/// see who looked.
///
/// # Errors
/// As [`accept`].
pub async fn reveal(kernel: &Kernel, call: Call, id: RequestId) -> Result<Moved> {
    let act = move |act: &mut Act<'_, '_>| {
        let held = hold(act, id, None)?;
        held.require(act, "requests.contact")?;
        act.journal("requests.reveal", &subject(id), json!({"field": "phone"}), None)?;
        let Request { number, status, version, .. } = held.request;
        Ok(Moved { id, number, status, version })
    };
    kernel.act(call, "requests.reveal", act).await
}
