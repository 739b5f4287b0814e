//! 受理、网格下单、结果反馈: what the desk does to a request, and what its reporter may do.

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Act, Call, Facts, Kernel, Purpose, Subject};
use utoipa::ToSchema;

use super::round::OrderRef;
use super::{Moved, Seen, hold, pause, rehome, resume, step, subject};
use crate::domain::{
    ContactHow, LONGEST_LINE, LONGEST_WORDS, MessageId, MessageWay, ORDER, OrderId, OrderState, OrderVerb, PhraseKind,
    RequestId, Status, Verb, required_text,
};
use crate::jobs::GRAB_JOB;
use crate::notices::REPORT;
use crate::store::desk::reporters;
use crate::store::orders::{self, Order};
use crate::store::requests::{self, Message, Request};
use crate::store::{categories, phrases};

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
pub async fn accept(kernel: &Kernel, call: Call, seen: impl Into<Seen>) -> Result<Moved> {
    let seen = seen.into();
    let act = move |act: &mut Act<'_, '_>| {
        let (held, id) = (hold(act, seen, None)?, seen.id);
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
    rehome(act, request, home);
}

/// Why a request is not taken on.
#[derive(Debug, Clone, Default)]
pub struct Decline {
    /// A code out of the list of reasons; empty where the words say it all.
    pub code: String,
    /// Words of one's own; they may be left out where a reason is chosen.
    pub words: String,
}

impl Decline {
    /// With its words trimmed.
    ///
    /// # Errors
    /// `Invalid` where neither a reason is chosen nor words are there, or the words are too long.
    pub(super) fn checked(self) -> Result<Self> {
        let words = self.words.trim().to_owned();
        if self.code.is_empty() || !words.is_empty() {
            required_text("reason", &words, LONGEST_LINE)?;
        }
        Ok(Self { words, ..self })
    }

    /// The chosen reason in words, and those of one's own.
    pub(super) fn said(&self, chosen: Option<String>) -> String {
        let parts = [chosen.unwrap_or_default(), self.words.clone()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// Does not take a request on, and says why: a reason out of the list, words, or both.
///
/// # Errors
/// `Invalid` without a reason; else as [`accept`].
pub async fn decline(kernel: &Kernel, call: Call, seen: impl Into<Seen>, why: Decline) -> Result<Moved> {
    let seen = seen.into();
    let why = why.checked()?;
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, id) = (act.call.tenant.id, seen.id);
        let held = hold(act, seen, None)?;
        held.require(act, "requests.decline")?;
        let chosen = phrases::chosen(act.tx, tenant, PhraseKind::Decline, &why.code, "code")?;
        let reason = why.said(chosen.map(|phrase| phrase.text.zh));
        let mut request = held.request;
        step(act, &mut request, Verb::Decline)?;
        request.reason = Some(reason.clone());
        request.closed_at = Some(act.call.now);
        requests::save(act.tx, tenant, &request)?;
        let payload = json!({"status": request.status, "code": why.code});
        act.journal("requests.decline", &subject(id), payload, Some(&json!({"reason": reason})))?;
        act.event("requests.declined", &subject(id), json!({"code": why.code}));
        Ok(Moved::saved(&request))
    };
    kernel.act(call, "requests.decline", act).await
}

/// Where an order is placed.
#[derive(Debug, Clone, Default)]
pub struct Where {
    /// The code of a pool; empty for the pool of everybody.
    pub pool: String,
    /// The code of a unit: only those who work in it, or above it, may grab. Empty for everybody.
    pub unit: String,
    /// Only those with this skill may grab. Empty for what the pool says.
    pub skill: String,
}

/// 网格下单: places an order into a pool, for everybody to grab whom the pool, the unit and the skill let. One that waits
/// at its former handler after it was opened again is called back.
///
/// # Errors
/// `Invalid` for an unknown pool, unit or skill; else as [`accept`].
pub async fn publish(kernel: &Kernel, call: Call, seen: impl Into<Seen>, to: Where) -> Result<Published> {
    let (seen, order_id): (Seen, OrderId) = (seen.into(), kernel.world().id());
    let pool = if to.pool.trim().is_empty() { DEFAULT_POOL } else { to.pool.trim() }.to_owned();
    let within = match to.unit.trim() {
        "" => None,
        code => {
            let units = kernel.units(call.tenant.id)?;
            let unit = units.by_code(code).ok_or_else(|| Error::field("unit", "form-unknown-choice"))?;
            Some(unit.path.clone())
        }
    };
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, id) = (act.call.tenant.id, seen.id);
        let held = hold(act, seen, None)?;
        held.require(act, "requests.publish")?;
        let pools = categories::pools(act.tx, tenant)?;
        let pool = pools.into_iter().find(|known| known.code == pool);
        let pool = pool.ok_or_else(|| Error::field("pool", "form-unknown-choice"))?;
        let skill = phrases::chosen(act.tx, tenant, PhraseKind::Skill, to.skill.trim(), "skill")?;
        let (mut request, order) = (held.request, held.order);
        step(act, &mut request, Verb::Publish)?;
        call_back(act, order)?;
        let offer = Offer {
            within: within.clone(),
            skill: skill.map(|phrase| phrase.code).or(pool.skill),
            kind: pool.kind,
            pool: pool.code,
        };
        let order = open_order(act, &request, order_id, &offer)?;
        requests::save(act.tx, tenant, &request)?;
        let payload = json!({
            "status": request.status, "order": order_id, "pool": offer.pool, "within": offer.within, "skill": offer.skill,
        });
        act.journal("requests.publish", &subject(id), payload, None)?;
        Ok(Published { request: Moved::saved(&request), order })
    };
    kernel.act(call, "requests.publish", act).await
}

/// Cancels an order that nobody has begun.
pub(super) fn call_back(act: &mut Act<'_, '_>, order: Option<Order>) -> Result<()> {
    let tenant = act.call.tenant.id;
    let Some(mut order) = order else { return Ok(()) };
    let Some(state) = ORDER.next(order.state, OrderVerb::Cancel) else { return Ok(()) };
    let was = std::mem::replace(&mut order.state, state);
    order.ended_at = Some(act.call.now);
    orders::save(act.tx, tenant, &order, was)?;
    if let (OrderState::Grabbed, Some(worker)) = (was, order.worker_id) {
        orders::give_place(act.tx, tenant, worker)?;
        let payload = json!({"order": order.id, "to": worker});
        act.event("requests.order_cancelled", &subject(order.request_id), payload);
    }
    Ok(())
}

/// To whom an order is offered.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    pub pool: String,
    pub within: Option<String>,
    pub skill: Option<String>,
    pub kind: Option<String>,
}

impl Offer {
    /// The same offer once more.
    pub fn again(order: &Order) -> Self {
        let Order { pool, within, skill, kind, .. } = order.clone();
        Self { pool, within, skill, kind }
    }
}

/// Puts an order for a request into a pool. If nobody grabs it within its category's time, it will be assigned.
pub(super) fn open_order(act: &mut Act<'_, '_>, request: &Request, id: OrderId, offer: &Offer) -> Result<OrderRef> {
    let (tenant, now) = (act.call.tenant.id, act.call.now);
    let category = categories::one(act.tx, tenant, &request.category)?.ok_or(Error::NotFound)?;
    let grab_due = act.call.tenant.calendar.due(now, category.grab_limit);
    let order = Order {
        grab_due_at: Some(grab_due),
        within: offer.within.clone(),
        skill: offer.skill.clone(),
        kind: offer.kind.clone(),
        ..Order::newborn(id, request, &offer.pool, now)
    };
    orders::add(act.tx, tenant, std::slice::from_ref(&order))?;
    act.later(GRAB_JOB, grab_due, json!({"order": id}));
    act.event("requests.order_opened", &subject(request.id), json!({"order": id, "pool": offer.pool}));
    Ok(OrderRef { id, status: order.state })
}

/// The reporter was reached: what the response rate counts. The first time stands.
///
/// # Errors
/// As [`accept`]; `Conflict` where the request is over.
pub async fn contact(
    kernel: &Kernel,
    call: Call,
    seen: impl Into<Seen>,
    how: ContactHow,
    note: String,
) -> Result<Moved> {
    let seen = seen.into();
    let note = if note.trim().is_empty() { String::new() } else { required_text("note", &note, LONGEST_WORDS)? };
    let act = move |act: &mut Act<'_, '_>| {
        let (held, id) = (hold(act, seen, None)?, seen.id);
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

pub(super) fn not_over(request: &Request) -> Result<()> {
    let over = [Status::Declined, Status::Withdrawn, Status::Done, Status::Rated, Status::Closed];
    if over.contains(&request.status) {
        let error = Error::conflict("requests-wrong-state");
        return Err(error.with("status", request.status).with("number", &request.number));
    }
    Ok(())
}

/// A message: from the reporter an answer, whatever is asked for; from those who work on it a question to the reporter,
/// which lets the clock stand still until they answer, an update that asks nothing, or a note among themselves.
///
/// # Errors
/// `Invalid` for an empty text; else as [`contact`].
pub async fn message(
    kernel: &Kernel,
    call: Call,
    seen: impl Into<Seen>,
    link: Option<String>,
    (text, way): (String, MessageWay),
) -> Result<Moved> {
    let seen = seen.into();
    let text = required_text("text", &text, LONGEST_WORDS)?;
    let message_id: MessageId = kernel.world().id();
    let act = move |act: &mut Act<'_, '_>| {
        let (held, id) = (hold(act, seen, link.as_deref())?, seen.id);
        held.require(act, "requests.message")?;
        let way = if held.own.is_some() { MessageWay::Answer } else { way };
        let mut request = held.request;
        if way != MessageWay::Note {
            not_over(&request)?;
        }
        match way {
            // Only what the reporter was asked waits for them; parts and weather do not come by an answer.
            MessageWay::Answer if request.pause_reason.as_deref() == Some(QUESTION) => resume(act, &mut request)?,
            MessageWay::Question => pause(act, &mut request, QUESTION)?,
            MessageWay::Answer | MessageWay::Note | MessageWay::Update => {}
        }
        let person_id = act.call.who.person().map(|person| person.id);
        let report_id = held.own.map(|report| report.id);
        let message = Message { id: message_id, way, person_id, report_id, text: text.clone(), at: act.call.now };
        requests::add_messages(act.tx, act.call.tenant.id, &[(id, message)])?;
        requests::save(act.tx, act.call.tenant.id, &request)?;
        let payload = json!({
            "message": message_id, "kind": way, "paused": request.paused_at.is_some(), "report": report_id,
        });
        act.journal("requests.message", &subject(id), payload, Some(&json!({"text": text})))?;
        act.event("requests.message", &subject(id), json!({"kind": way}));
        Ok(Moved::saved(&request))
    };
    kernel.act(call, "requests.message", act).await
}

/// Why the clock stands still while the reporter is asked something.
pub(crate) const QUESTION: &str = "question";

/// Takes a request back: its reporter, or staff for a caller. An order that nobody has begun is cancelled.
///
/// # Errors
/// As [`accept`]; `Conflict` where somebody is already at it, or it is over.
pub async fn withdraw(kernel: &Kernel, call: Call, seen: impl Into<Seen>, link: Option<String>) -> Result<Moved> {
    let seen = seen.into();
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, id) = (act.call.tenant.id, seen.id);
        let held = hold(act, seen, link.as_deref())?;
        held.require(act, "requests.withdraw")?;
        let others = reporters(act.tx, tenant, id)? > 1;
        if held.own.is_some() && others {
            return Err(Error::conflict("requests-others-wait").with("number", &held.request.number));
        }
        let (mut request, order) = (held.request, held.order);
        step(act, &mut request, Verb::Withdraw)?;
        request.closed_at = Some(act.call.now);
        call_back(act, order)?;
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
pub async fn close(kernel: &Kernel, call: Call, seen: impl Into<Seen>) -> Result<Moved> {
    let seen = seen.into();
    let act = move |act: &mut Act<'_, '_>| {
        let (held, id) = (hold(act, seen, None)?, seen.id);
        held.require(act, "requests.close")?;
        let mut request = held.request;
        step(act, &mut request, Verb::Close)?;
        request.closed_at = Some(act.call.now);
        requests::save(act.tx, act.call.tenant.id, &request)?;
        act.journal("requests.close", &subject(id), json!({"status": request.status}), None)?;
        act.event("requests.closed", &subject(id), json!({}));
        Ok(Moved::saved(&request))
    };
    kernel.act(call, "requests.close", act).await
}

/// What of a reporter is shown to somebody who works on their matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Phone and e-mail.
    Contact,
    /// Their secret link, on a slip.
    Link,
}

/// Shows what is a reporter's to somebody who works on it: an act with a line in the journal, so that the reporter can see
/// who looked, and at what.
///
/// # Errors
/// As [`accept`].
pub async fn reveal(kernel: &Kernel, call: Call, id: RequestId, (what, purpose): (Shown, Purpose)) -> Result<Moved> {
    let action = if what == Shown::Link { "requests.slip" } else { "requests.reveal" };
    let act = move |act: &mut Act<'_, '_>| {
        let held = hold(act, id, None)?;
        held.require(act, "requests.reveal")?;
        for report in requests::reports(act.tx, act.call.tenant.id, id)? {
            act.looked(&Subject::new(REPORT, report.id), &held.request.unit_path, purpose)?;
        }
        act.journal(action, &subject(id), json!({"purpose": purpose}), None)?;
        let Request { number, status, version, .. } = held.request;
        Ok(Moved { id, number, status, version })
    };
    kernel.act(call, action, act).await
}
