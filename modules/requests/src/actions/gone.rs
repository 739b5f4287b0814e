//! Somebody does not work here any more: what they held goes back to be grabbed, so that no matter waits for who is gone.

use serde_json::json;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Act, Call, Kernel, PersonId};

use super::desk::{Offer, open_order};
use super::{hold, resume, step, subject, worker_posts};
use crate::domain::{ORDER, OrderId, OrderState, OrderVerb, Verb};
use crate::store::{orders, requests};

/// Takes the orders of somebody back who holds no worker's post any more; nothing where they hold one.
///
/// # Errors
/// As `Kernel::act`.
pub async fn take_back_from(kernel: &Kernel, call: Call, worker: PersonId) -> Result<()> {
    let (tenant, now) = (call.tenant.id, call.now);
    let read = move |read: &mut tongxin_db::Read<'_>| match worker_posts(read, worker, now) {
        Err(Error::NotFound) => orders::of_worker(read, tenant, worker),
        Ok(_) => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    for listed in kernel.db().read(tenant, read).await? {
        take_back(kernel, call.clone(), listed.order.id, worker).await?;
    }
    Ok(())
}

async fn take_back(kernel: &Kernel, call: Call, id: OrderId, worker: PersonId) -> Result<()> {
    let next: OrderId = kernel.world().id();
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        let request = orders::one(act.tx, tenant, id)?.request_id;
        let mut request = hold(act, request, None)?.request;
        let mut order = orders::one(act.tx, tenant, id)?;
        let held = matches!(order.state, OrderState::Grabbed | OrderState::Working);
        if !held || order.worker_id != Some(worker) {
            return Ok(());
        }
        let was = order.state;
        order.state =
            ORDER.next(was, OrderVerb::Return).ok_or_else(|| Error::internal("an order that cannot return"))?;
        order.ended_at = Some(now);
        orders::save(act.tx, tenant, &order, was)?;
        orders::give_place(act.tx, tenant, worker)?;
        step(act, &mut request, Verb::Return)?;
        resume(act, &mut request)?;
        let next = open_order(act, &request, next, &Offer::again(&order))?;
        requests::save(act.tx, tenant, &request)?;
        let payload = json!({"order": id, "worker": worker, "next": next.id});
        act.journal("orders.taken_back", &subject(request.id), payload.clone(), None)?;
        act.event("requests.order_lapsed", &subject(request.id), payload);
        Ok(())
    };
    kernel.act(call, "orders.taken_back", act).await
}
