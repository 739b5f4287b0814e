//! 码上评价: how a request is rated. The ratings room keeps the rating; here it moves the request on.

use serde_json::json;
use tongxin_base::{Error, Id, Result, TenantId};
use tongxin_db::Read;
use tongxin_kernel::{
    Act, Anything, Assessed, Rateable, Rated, Rating, RatingAnswer, Role, Scope, Solved, Subject, TokenScopes,
    people_store,
};

use super::round::lease;
use super::transfer::Why;
use super::{count_completion, hold, set_deadline, step, subject};
use crate::domain::{ORDER, OrderVerb, RequestId, SUBJECT, Status, Verb};
use crate::store::lists::{self, Counted, Filter, Mark, Sorted};
use crate::store::orders::{self, Order};
use crate::store::requests::Request;
use crate::store::{categories, requests};

/// Requests can be rated.
pub const RATEABLE: Rateable = Rateable { kind: SUBJECT, find, assessed, rated };

/// So often a matter that is not solved goes back to who had it; then to the manager.
const TO_HANDLER: i64 = 2;

fn find(act: &mut Act<'_, '_>, of: &Subject, link: Option<&str>) -> Result<Rated> {
    let id: RequestId = of.typed();
    let held = hold(act, id, link)?;
    held.require(act, "requests.rate")?;
    let request = &held.request;
    let done_at = request.done_at.filter(|_| matches!(request.status, Status::Done | Status::Rated));
    let done_at = done_at.ok_or_else(|| Error::conflict("requests-not-done").with("status", request.status))?;
    let rater = match &held.own {
        Some(report) => report.id,
        // Staff write down what a caller says: it is the first reporter's rating.
        None => requests::reports(act.tx, act.call.tenant.id, id)?.first().ok_or(Error::NotFound)?.id,
    };
    Ok(Rated {
        rater: rater.to_string(),
        round: request.round,
        unit_path: request.unit_path.clone(),
        handler: request.handler_id,
        done_at,
        counts: !request.excluded,
    })
}

fn assessed(
    read: &mut Read<'_>,
    tenant: TenantId,
    scope: &Scope,
    behind: Option<Id<Anything>>,
    limit: i64,
) -> Result<Vec<Assessed>> {
    let filter = Filter { counted: Some(Counted::Assessed), ..Filter::default() };
    let start = Mark::start(Sorted::Newest);
    let mark = behind.map_or(start, |id| Mark { id: RequestId::from_uuid(id.uuid()), ..start });
    let found = lists::in_scope(read, tenant, scope, &filter, (Sorted::Newest, mark), limit)?;
    let item = |request: Request| {
        let done_at = request.done_at?;
        Some(Assessed {
            subject: subject(request.id),
            round: request.round,
            name: request.number,
            href: format!("/desk/requests/{}", request.id),
            unit_path: request.unit_path,
            done_at,
        })
    };
    Ok(found.into_iter().filter_map(item).collect())
}

fn rated(act: &mut Act<'_, '_>, of: &Subject, _: &Rated, rating: &Rating) -> Result<RatingAnswer> {
    let tenant = act.call.tenant.id;
    let mut request = requests::hold(act.tx, tenant, of.typed())?;
    let reopens = rating.solved == Solved::No;
    if request.status == Status::Rated && !reopens {
        return Ok(RatingAnswer::Kept);
    }
    let answer = if reopens {
        reopen(act, &mut request)?;
        RatingAnswer::Reopened
    } else {
        step(act, &mut request, Verb::Rate)?;
        RatingAnswer::Kept
    };
    requests::save(act.tx, tenant, &request)?;
    Ok(answer)
}

/// Not solved: the completion counts no more, the clock begins anew, and who had it has it again: twice. Then a manager
/// decides.
fn reopen(act: &mut Act<'_, '_>, request: &mut Request) -> Result<()> {
    count_completion(act, request, -1);
    step(act, request, Verb::Reopen)?;
    request.done_at = None;
    request.reopened += 1;
    let deadline = act.call.tenant.calendar.deadline(act.call.now, request.finish_limit);
    set_deadline(act, request, deadline)?;
    let to_handler = request.reopened <= TO_HANDLER && give_again(act, request)?;
    let payload = json!({"round": request.round, "times": request.reopened, "to_handler": to_handler});
    act.journal("requests.reopen", &subject(request.id), payload.clone(), None)?;
    act.event("requests.reopened", &subject(request.id), payload);
    Ok(())
}

/// Gives a matter back to who had it, if they still work here. It is their own work, so it is theirs even where they hold
/// as many orders as allowed.
fn give_again(act: &mut Act<'_, '_>, request: &Request) -> Result<bool> {
    let (tenant, now) = (act.call.tenant.id, act.call.now);
    let Some(handler) = request.handler_id else { return Ok(false) };
    let there = people_store::person(act.tx, tenant, handler, TokenScopes::All, now)?;
    if !there.is_some_and(|person| person.is(Role::GridWorker) || person.is(Role::PartTime)) {
        return Ok(false);
    }
    let before = orders::latest(act.tx, tenant, request.id)?;
    let pool = before.map_or_else(|| super::desk::DEFAULT_POOL.to_owned(), |order| order.pool);
    let category = categories::one(act.tx, tenant, &request.category)?.ok_or(Error::NotFound)?;
    let mut order = Order::newborn(act.kernel.world().id(), request, &pool, now);
    order.state = ORDER
        .next(order.state, OrderVerb::Assign)
        .ok_or_else(|| Error::internal("an order that cannot be assigned"))?;
    order.worker_id = Some(handler);
    order.grabbed_at = Some(now);
    order.lease_due_at = Some(act.call.tenant.calendar.due(now, category.start_limit));
    order.why = Some(Why::reopened().text());
    orders::take_place(act.tx, tenant, handler, i64::MAX)?;
    orders::add(act.tx, tenant, std::slice::from_ref(&order))?;
    lease(act, &order);
    Ok(true)
}
