//! One function per verb: permission, rule, store, journal, event, all inside one write.

mod desk;
mod photos;
mod rate;
mod report;
mod round;

pub use desk::{Published, accept, close, contact, decline, message, publish, reveal, withdraw};
pub use photos::{MOST_PHOTOS, add_photos};
pub use rate::RATEABLE;
pub use report::{Received, link_token, report, report_with};
pub use round::{OrderMoved, OrderRef, complete, complete_with, give_back, grab, start, transfer};

use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Result};
use tongxin_kernel::{Act, Facts, ReadOrNot, Subject, Who, token_digest};
use utoipa::ToSchema;

use crate::domain::{OrderState, REQUEST, RequestId, SUBJECT, Status, Verb};
use crate::measures::{FINISHED, gauge};
use crate::store::orders::Order;
use crate::store::requests::{Reported, Request};
use crate::store::{orders, requests};

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

/// A request held still, with what decides who may do what to it.
pub(crate) struct Held {
    pub request: Request,
    /// The newest order.
    pub order: Option<Order>,
    /// The asker's own report, if there is one.
    pub own: Option<Reported>,
}

impl Held {
    fn facts(&self, who: &Who) -> Facts<'_> {
        facts(&self.request, self.order.as_ref(), self.own.is_some(), who)
    }

    fn require(&self, act: &Act<'_, '_>, action: &str) -> Result<()> {
        let who = &act.call.who;
        act.kernel.access().require(who, action, ReadOrNot::If("requests.read"), &self.facts(who))
    }
}

/// What a decision about a request may look at.
pub(crate) fn facts<'a>(request: &'a Request, order: Option<&Order>, own: bool, who: &Who) -> Facts<'a> {
    let order = order.filter(|order| order.state != OrderState::Returned);
    let worker = order.and_then(|order| order.worker_id).or(request.handler_id);
    let handler = who.person().is_some_and(|person| Some(person.id) == worker);
    Facts { unit_path: &request.unit_path, own, handler }
}

/// The report through which the asker may call a request their own: by its secret link, or by their account.
pub(crate) fn own_report(
    read: &mut tongxin_db::Read<'_>,
    who: &Who,
    id: RequestId,
    link: Option<&str>,
) -> Result<Option<Reported>> {
    let tenant = read.tenant();
    if let Some(token) = link {
        let found = requests::by_link(read, tenant, &token_digest(token))?;
        return Ok(found.filter(|report| report.request_id == id));
    }
    who.person().map_or(Ok(None), |person| requests::by_person(read, tenant, id, person.id))
}

/// Holds a request still until the end of the write.
fn hold(act: &mut Act<'_, '_>, id: RequestId, link: Option<&str>) -> Result<Held> {
    let tenant = act.call.tenant.id;
    let request = requests::hold(act.tx, tenant, id)?;
    let order = orders::latest(act.tx, tenant, id)?;
    let own = own_report(act.tx, &act.call.who, id, link)?;
    Ok(Held { request, order, own })
}

/// The subject a request is in the journal.
pub(crate) fn subject(id: RequestId) -> Subject {
    Subject::new(SUBJECT, id)
}

/// Moves a request along its workflow, and the gauges with it.
///
/// # Errors
/// `Conflict` where the verb cannot be done from where the request stands.
fn step(act: &mut Act<'_, '_>, request: &mut Request, verb: Verb) -> Result<()> {
    let from = request.status;
    let to = REQUEST
        .next(from, verb)
        .ok_or_else(|| Error::conflict("requests-wrong-state").with("status", from).with("number", &request.number))?;
    act.measure(gauge(from), &request.unit_path, request.created_at, -1);
    act.measure(gauge(to), &request.unit_path, request.created_at, 1);
    request.status = to;
    Ok(())
}

/// Counts a completion, or with `delta` -1 takes it back.
fn count_completion(act: &mut Act<'_, '_>, request: &Request, delta: i64) {
    let Some(done_at) = request.done_at else { return };
    act.measure(FINISHED.assessed, &request.unit_path, done_at, delta);
    if request.contacted_in_time() {
        act.measure(FINISHED.contacted, &request.unit_path, done_at, delta);
    }
    if done_at <= request.deadline.due {
        act.measure(FINISHED.in_time, &request.unit_path, done_at, delta);
    }
}

/// Lets a paused clock run on.
fn resume(act: &mut Act<'_, '_>, request: &mut Request) -> Result<()> {
    let Some(paused_at) = request.paused_at.take() else { return Ok(()) };
    let calendar = &act.call.tenant.calendar;
    request.deadline = calendar.resume(request.deadline, paused_at, act.call.now, request.finish_limit.kind());
    orders::set_deadline(act.tx, act.call.tenant.id, request.id, request.deadline)
}
