//! One function per verb: permission, rule, store, journal, event, all inside one write.

mod clock;
mod desk;
mod duty;
mod exclude;
mod gone;
mod join;
mod kin;
mod lists;
mod photos;
mod rate;
mod report;
mod round;
pub mod saved;
mod share;
mod transfer;
mod triage;
mod whistle;
mod work;

pub use clock::{auto_close, give_card, lapse, nobody_grabbed};
pub use desk::{Decline, Published, Shown, Where, accept, close, contact, decline, message, publish, reveal, withdraw};
pub use duty::{DutyChange, DutyChanged, change_duty, worker_posts};
pub use exclude::{decide_exclusion, exclude};
pub use gone::take_back_from;
pub use join::{Join, Similar, join, similar};
pub use kin::{Part, Split, merge, split};
pub use lists::{RawCategory, RawPhrase, Shift, may_change, put_category, put_phrase, shift_phrase};
pub use photos::{MOST_PHOTOS, add_photos};
pub use rate::RATEABLE;
pub(crate) use report::FARTHEST_M;
pub use report::{Received, link_token, report, report_with};
pub use round::{OrderMoved, OrderRef, complete, complete_with, give_back, grab, start};
pub use share::{Sharing, share, unshare};
pub use transfer::{Why, transfer};
pub use triage::{move_on, release};
pub use whistle::{Delegated, answer, delegate, recall, unanswered};
pub use work::{Cost, NewMaterial, add_material, resume_work, wait};

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::calendar::{Deadline, Limit, State};
use tongxin_base::{Error, Result, Time};
use tongxin_kernel::{Access, Act, Facts, ReadOrNot, Subject, Who, token_digest};
use utoipa::ToSchema;

use crate::domain::{OrderState, REQUEST, RequestId, SUBJECT, Status, Verb};
use crate::jobs::{CARD_JOB, GRAB_JOB};
use crate::measures::{FINISHED, RECEIVED, gauge};
use crate::store::desk::{Delegation, begin_pause, delegations, end_pause};
use crate::store::orders::Order;
use crate::store::requests::{Reported, Request};
use crate::store::{categories, orders, requests};

/// A request after something was done to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Moved {
    /// Which one.
    #[schema(value_type = uuid::Uuid)]
    pub id: RequestId,
    /// Its number.
    pub number: String,
    /// Where it stands now.
    pub status: Status,
    /// Its version: grows with each change.
    pub version: i64,
}

impl Moved {
    /// After [`requests::save`], which counts the version up.
    fn saved(request: &Request) -> Self {
        let Request { id, number, status, version, .. } = request.clone();
        Self { id, number, status, version: version + 1 }
    }
}

/// Which request an act is about, and which version of it its caller has seen: of two clerks at one matter, the second
/// is told what happened meanwhile instead of undoing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Which one.
    pub id: RequestId,
    /// The version its caller looked at; none: they do not mind.
    pub version: Option<i64>,
}

impl From<RequestId> for Seen {
    fn from(id: RequestId) -> Self {
        Self { id, version: None }
    }
}

/// A request held still, with what decides who may do what to it.
pub(crate) struct Held {
    pub request: Request,
    /// The newest order.
    pub order: Option<Order>,
    /// The asker's own report, if there is one.
    pub own: Option<Reported>,
}

/// What a unit may do to a matter that it was asked to do its part of.
pub(crate) const WHISTLED: [&str; 5] =
    ["requests.read", "requests.contact", "requests.message", "requests.reveal", "requests.answer_delegation"];

impl Held {
    fn facts(&self, who: &Who) -> Facts<'_> {
        facts(&self.request, self.order.as_ref(), self.own.is_some(), who)
    }

    fn require(&self, act: &mut Act<'_, '_>, action: &str) -> Result<()> {
        let (access, who) = (act.kernel.access(), &act.call.who);
        let refused = match access.require(who, action, ReadOrNot::If("requests.read"), &self.facts(who)) {
            Ok(()) => return Ok(()),
            Err(refused) => refused,
        };
        let asked = delegations(act.tx, act.call.tenant.id, self.request.id)?;
        match refused {
            _ if WHISTLED.contains(&action) && asked_here(access, who, action, &asked) => Ok(()),
            Error::NotFound if asked_here(access, who, "requests.read", &asked) => Err(Error::Forbidden),
            refused => Err(refused),
        }
    }
}

/// Whether one of the units that were asked for their part makes somebody's post good for an action.
pub(crate) fn asked_here(access: &Access, who: &Who, action: &str, asked: &[Delegation]) -> bool {
    // What a unit answered it may still read; what it was asked in error it may not.
    let reads = action == "requests.read";
    let open = asked.iter().filter(|d| d.answered_at.is_none() || (reads && !d.recalled));
    open.map(|delegation| Facts { unit_path: &delegation.unit_path, ..Facts::default() })
        .any(|facts| access.allows(who, action, &facts))
}

/// What a decision about a request may look at.
pub(crate) fn facts<'a>(request: &'a Request, order: Option<&Order>, own: bool, who: &Who) -> Facts<'a> {
    let order = order.filter(|order| order.state != OrderState::Returned);
    let worker = order.and_then(|order| order.worker_id).or(request.handler_id);
    let handler = who.person().is_some_and(|person| Some(person.id) == worker);
    Facts { unit_path: &request.unit_path, own, handler }
}

/// The report through which the asker may call a request their own: by its secret link, or by their account. The reports
/// of a matter that was merged stand at the one it went into.
pub(crate) fn own_report(
    read: &mut tongxin_db::Read<'_>,
    who: &Who,
    request: &Request,
    link: Option<&str>,
) -> Result<Option<Reported>> {
    let tenant = read.tenant();
    if let Some(token) = link {
        let found = requests::by_link(read, tenant, &token_digest(token))?;
        let made_of = |report: &Reported| report.request_id == request.id || report.came_from == Some(request.id);
        return Ok(found.filter(made_of));
    }
    let at = request.merged_into.unwrap_or(request.id);
    let Some(person) = who.person() else { return Ok(None) };
    let found = requests::by_person(read, tenant, at, person.id)?;
    Ok(found.filter(|report| at == request.id || report.came_from == Some(request.id)))
}

/// Holds a request still until the end of the write.
fn hold(act: &mut Act<'_, '_>, seen: impl Into<Seen>, link: Option<&str>) -> Result<Held> {
    let (tenant, seen) = (act.call.tenant.id, seen.into());
    let request = requests::hold(act.tx, tenant, seen.id)?;
    if seen.version.is_some_and(|version| version != request.version) {
        let error = Error::conflict("requests-changed-since");
        return Err(error.with("number", &request.number).with("version", request.version));
    }
    let order = orders::latest(act.tx, tenant, seen.id)?;
    let own = own_report(act.tx, &act.call.who, &request, link)?;
    Ok(Held { request, order, own })
}

/// The subject a request is in the journal.
pub(crate) fn subject(id: RequestId) -> Subject {
    Subject::new(SUBJECT, id)
}

/// Moves a request along its workflow, and the gauges with it. One that was held back is let through by it.
///
/// # Errors
/// `Conflict` where the verb cannot be done from where the request stands.
fn step(act: &mut Act<'_, '_>, request: &mut Request, verb: Verb) -> Result<()> {
    let from = request.status;
    let to = REQUEST
        .next(from, verb)
        .ok_or_else(|| Error::conflict("requests-wrong-state").with("status", from).with("number", &request.number))?;
    let_through(act, request);
    act.measure(gauge(from), &request.unit_path, request.created_at, -1);
    act.measure(gauge(to), &request.unit_path, request.created_at, 1);
    request.status = to;
    Ok(())
}

/// Lets a request that was held back be seen and counted.
fn let_through(act: &mut Act<'_, '_>, request: &mut Request) {
    if request.held.take().is_some() {
        enter(act, request, 1);
    }
}

/// Counts a request where it stands, or with `delta` -1 no more.
fn enter(act: &mut Act<'_, '_>, request: &Request, delta: i64) {
    act.measure(RECEIVED, &request.unit_path, request.created_at, delta);
    act.measure(gauge(request.status), &request.unit_path, request.created_at, delta);
}

/// Moves a request to another part of the tree, and the figures with it.
fn rehome(act: &mut Act<'_, '_>, request: &mut Request, unit_path: &str) {
    if request.held.is_none() {
        enter(act, request, -1);
    }
    unit_path.clone_into(&mut request.unit_path);
    if request.held.is_none() {
        enter(act, request, 1);
    }
}

/// Counts a completion, or with `delta` -1 takes it back. One that is excluded counts nowhere.
fn count_completion(act: &mut Act<'_, '_>, request: &Request, delta: i64) {
    let Some(done_at) = request.done_at.filter(|_| !request.excluded) else { return };
    act.measure(FINISHED.assessed, &request.unit_path, done_at, delta);
    if request.contacted_in_time() {
        act.measure(FINISHED.contacted, &request.unit_path, done_at, delta);
    }
    if done_at <= request.deadline.due {
        act.measure(FINISHED.in_time, &request.unit_path, done_at, delta);
    }
}

/// Lets the clock stand still, for a reason out of the list or for a `question`.
fn pause(act: &mut Act<'_, '_>, request: &mut Request, reason: &str) -> Result<()> {
    if request.paused_at.is_some() {
        return Ok(());
    }
    request.paused_at = Some(act.call.now);
    request.pause_reason = Some(reason.to_owned());
    begin_pause(act.tx, act.call.tenant.id, request.id, act.call.now, reason)
}

/// Lets a paused clock run on.
fn resume(act: &mut Act<'_, '_>, request: &mut Request) -> Result<()> {
    let Some(paused_at) = request.paused_at.take() else { return Ok(()) };
    request.pause_reason = None;
    end_pause(act.tx, act.call.tenant.id, request.id, act.call.now)?;
    let calendar = &act.call.tenant.calendar;
    let deadline = calendar.resume(request.deadline, paused_at, act.call.now, request.finish_limit.kind());
    set_deadline(act, request, deadline)?;
    resume_order(act, request, paused_at)
}

/// The stages of an order stood still with its request: to be grabbed, to be begun.
fn resume_order(act: &mut Act<'_, '_>, request: &Request, paused_at: Time) -> Result<()> {
    let (tenant, calendar) = (act.call.tenant.id, &act.call.tenant.calendar);
    let Some(mut order) = orders::latest(act.tx, tenant, request.id)? else { return Ok(()) };
    let Some(category) = categories::one(act.tx, tenant, &order.category)? else { return Ok(()) };
    let later = |due: Time, limit: Limit| {
        let stood = Deadline { yellow: due, due };
        calendar.resume(stood, paused_at, act.call.now, limit.kind()).due
    };
    match order.state {
        OrderState::Open => order.grab_due_at = order.grab_due_at.map(|due| later(due, category.grab_limit)),
        OrderState::Grabbed => order.lease_due_at = order.lease_due_at.map(|due| later(due, category.start_limit)),
        _ => return Ok(()),
    }
    orders::set_stages(act.tx, tenant, &order)?;
    if let (OrderState::Open, Some(due)) = (order.state, order.grab_due_at) {
        act.later(GRAB_JOB, due, json!({"order": order.id}));
    }
    round::lease(act, &order);
    Ok(())
}

/// Gives a request and its order a new deadline, and has it looked at then.
fn set_deadline(act: &mut Act<'_, '_>, request: &mut Request, deadline: Deadline) -> Result<()> {
    request.deadline = deadline;
    if deadline.state(act.call.now) == State::Green {
        request.card = None;
    }
    watch(act, request);
    orders::set_deadline(act.tx, act.call.tenant.id, request.id, deadline)
}

/// Has a request looked at when 80 % of its time are used; that look sets the one at its end.
fn watch(act: &mut Act<'_, '_>, request: &Request) {
    act.later(CARD_JOB, request.deadline.yellow, json!({"request": request.id}));
}
