//! What time does by itself: a yellow and a red card, an order that nobody grabbed is assigned, one that nobody began goes
//! back to the pool, a finished matter is closed. Each looks again, since much may have changed since it was set.

use std::time::Duration;

use serde_json::json;
use tongxin_base::calendar::State;
use tongxin_base::{Error, Result, TenantId, Time};
use tongxin_db::Read;
use tongxin_kernel::{Act, Call, Kernel, PersonId};

use super::desk::{Offer, not_over, open_order};
use super::round::lease;
use super::transfer::Why;
use super::{hold, step, subject};
use crate::dispatch::{Free, offered, ranked};
use crate::domain::{ORDER, OrderId, OrderState, OrderVerb, RequestId, Status, Verb};
use crate::jobs::{CARD_JOB, CLOSE_JOB, GRAB_JOB, LEASE_JOB};
use crate::store::orders::{self, Order};
use crate::store::{categories, duty, requests};

/// Looked at again after this long where the clock stands still or nobody is free.
const AGAIN: Duration = Duration::from_secs(3600);
/// Who let an order lapse may not grab the matter again for so long.
const COOLDOWN: Duration = Duration::from_secs(24 * 3600);

/// Gives a request its yellow or red card, if its time says so and it has not got it yet.
///
/// # Errors
/// As `Kernel::act`.
pub async fn give_card(kernel: &Kernel, call: Call, id: RequestId) -> Result<()> {
    let act = move |act: &mut Act<'_, '_>| {
        let mut request = hold(act, id, None)?.request;
        if not_over(&request).is_err() || request.paused_at.is_some() || request.held.is_some() {
            return Ok(());
        }
        let card = match request.deadline.state(act.call.now) {
            State::Green => return Ok(()),
            State::Yellow => "yellow",
            State::Red => "red",
        };
        if card == "yellow" {
            // A moment after its end: only then is it over.
            act.later(CARD_JOB, request.deadline.due + Duration::from_secs(1), json!({"request": id}));
        }
        if request.card.as_deref() == Some(card) || request.card.as_deref() == Some("red") {
            return Ok(());
        }
        request.card = Some(card.to_owned());
        requests::save(act.tx, act.call.tenant.id, &request)?;
        let topic = if card == "red" { "requests.red" } else { "requests.yellow" };
        act.journal(topic, &subject(id), json!({"due_at": request.deadline.due}), None)?;
        act.event(topic, &subject(id), json!({"due_at": request.deadline.due}));
        Ok(())
    };
    gone_is_done(kernel.act(call, CARD_JOB, act).await)
}

/// A matter that is not there any more needs nothing done.
fn gone_is_done(done: Result<()>) -> Result<()> {
    match done {
        Err(Error::NotFound) => Ok(()),
        other => other,
    }
}

/// Closes a finished request that nobody asked more of, unless it was opened again since.
///
/// # Errors
/// As `Kernel::act`.
pub async fn auto_close(kernel: &Kernel, call: Call, id: RequestId, round: i64) -> Result<()> {
    let act = move |act: &mut Act<'_, '_>| {
        let mut request = hold(act, id, None)?.request;
        if request.round != round || !matches!(request.status, Status::Done | Status::Rated) {
            return Ok(());
        }
        step(act, &mut request, Verb::Close)?;
        request.closed_at = Some(act.call.now);
        requests::save(act.tx, act.call.tenant.id, &request)?;
        act.journal("requests.close", &subject(id), json!({"status": request.status}), None)?;
        act.event("requests.closed", &subject(id), json!({}));
        Ok(())
    };
    gone_is_done(kernel.act(call, CLOSE_JOB, act).await)
}

/// An order that was not begun in time goes back to the pool, and who let it lapse waits a day before they may grab the
/// matter again. `grabbed_at` tells this claim from a later one.
///
/// # Errors
/// As `Kernel::act`.
pub async fn lapse(kernel: &Kernel, call: Call, id: OrderId, grabbed_at: Time) -> Result<()> {
    let next: OrderId = kernel.world().id();
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        let request = orders::one(act.tx, tenant, id)?.request_id;
        let mut request = hold(act, request, None)?.request;
        let mut order = orders::one(act.tx, tenant, id)?;
        let (true, Some(worker)) = (order.state == OrderState::Grabbed, order.worker_id) else { return Ok(()) };
        if order.grabbed_at != Some(grabbed_at) {
            return Ok(());
        }
        // Standing still, or moved on by a time in which it did: a look was set then.
        if request.paused_at.is_some() || order.lease_due_at.is_some_and(|due| due > now) {
            return Ok(());
        }
        let was = order.state;
        order.state = ORDER.next(was, OrderVerb::Lapse).ok_or_else(|| Error::internal("an order that cannot lapse"))?;
        order.ended_at = Some(now);
        orders::save(act.tx, tenant, &order, was)?;
        orders::give_place(act.tx, tenant, worker)?;
        orders::cool_down(act.tx, tenant, request.id, worker, now + COOLDOWN)?;
        step(act, &mut request, Verb::Return)?;
        let next = open_order(act, &request, next, &Offer::again(&order))?;
        requests::save(act.tx, tenant, &request)?;
        let payload = json!({"order": id, "worker": worker, "next": next.id});
        act.journal("orders.lapse", &subject(request.id), payload.clone(), None)?;
        act.event("requests.order_lapsed", &subject(request.id), payload);
        Ok(())
    };
    gone_is_done(kernel.act(call, LEASE_JOB, act).await)
}

/// Who could be given an order, best first, and how many could not.
fn choose(read: &mut Read<'_>, tenant: TenantId, order: &Order, call: &Call) -> Result<(Vec<Free>, usize)> {
    let wanted = categories::one(read, tenant, &order.category)?.and_then(|category| category.skill);
    let wanted = order.skill.clone().or(wanted);
    let not_again = orders::not_again(read, tenant, order.request_id, call.now)?;
    let cap = call.tenant.settings.open_orders_cap;
    let units = &call.tenant.units;
    let point = order.point.or_else(|| units.by_path(&order.unit_path).and_then(|unit| unit.point));
    let (mut free, mut busy) = (Vec::new(), 0);
    for worker in duty::candidates(read, tenant, call.now)? {
        if !offered(order, &[(worker.kind.as_str(), &worker.unit_path)], &worker.skills) {
            continue;
        }
        if worker.held >= cap
            || not_again.contains(&worker.person_id)
            || !worker.on_duty(call.now, &call.tenant.calendar, call.tenant.settings.quiet)
        {
            busy += 1;
            continue;
        }
        let base = worker.base.or_else(|| units.by_path(&worker.unit_path).and_then(|unit| unit.point));
        free.push(Free::new(worker.person_id, worker.held, (base, point), (&worker.skills, wanted.as_deref())));
    }
    Ok((ranked(free), busy))
}

/// So many of the best are tried: each may have been given another order since they were looked at.
const TRIED: usize = 5;

/// Nobody grabbed an order in time: it is assigned to the best free worker, and the manager is told; where nobody is
/// free, the manager is told that.
///
/// # Errors
/// As `Kernel::act`.
pub async fn nobody_grabbed(kernel: &Kernel, call: Call, id: OrderId) -> Result<()> {
    let (tenant, asked) = (call.tenant.id, call.clone());
    let look = move |read: &mut Read<'_>| {
        let order = orders::one(read, tenant, id)?;
        let (free, busy) = choose(read, tenant, &order, &asked)?;
        let lease = categories::one(read, tenant, &order.category)?.map(|category| category.start_limit);
        Ok((order, free, busy, lease))
    };
    let (order, free, busy, start_limit) = match kernel.db().read(tenant, look).await {
        Err(Error::NotFound) => return Ok(()),
        other => other?,
    };
    if order.state != OrderState::Open {
        return Ok(());
    }
    let lease_due = start_limit.map(|limit| call.tenant.calendar.due(call.now, limit));
    let cap = call.tenant.settings.open_orders_cap;
    let count = free.len();
    let why = |best: &Free| Why {
        cause: "nobody_grabbed".to_owned(),
        #[expect(clippy::cast_possible_truncation, reason = "no way on earth is longer")]
        distance_m: best.distance_m.map(|metres| metres.round() as i64),
        held: best.held,
        skilled: best.skilled,
        free: count,
        busy,
    };
    let tried: Vec<(PersonId, Why)> = free.iter().take(TRIED).map(|best| (best.person, why(best))).collect();
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        let request = hold(act, order.request_id, None)?.request;
        let mut order = orders::one(act.tx, tenant, id)?;
        if order.state != OrderState::Open {
            return Ok(());
        }
        if request.paused_at.is_some() || order.grab_due_at.is_some_and(|due| due > now) {
            return Ok(());
        }
        for (worker, why) in &tried {
            if !orders::take_place(act.tx, tenant, *worker, cap)? {
                continue;
            }
            let was = order.state;
            order.state = ORDER
                .next(was, OrderVerb::Assign)
                .ok_or_else(|| Error::internal("an order that cannot be assigned"))?;
            order.worker_id = Some(*worker);
            order.grabbed_at = Some(now);
            order.lease_due_at = lease_due;
            order.why = Some(why.text());
            orders::save(act.tx, tenant, &order, was)?;
            lease(act, &order);
            requests::save(act.tx, tenant, &request)?;
            let payload = json!({"order": id, "to": worker, "why": why});
            act.journal("orders.assign", &subject(request.id), payload, None)?;
            act.event("requests.order_assigned", &subject(request.id), json!({"order": id, "to": worker}));
            return Ok(());
        }
        act.later(GRAB_JOB, now + AGAIN, json!({"order": id}));
        act.journal("orders.nobody_free", &subject(request.id), json!({"order": id, "busy": busy}), None)?;
        act.event("requests.nobody_free", &subject(request.id), json!({"order": id}));
        Ok(())
    };
    gone_is_done(kernel.act(call, GRAB_JOB, act).await)
}
