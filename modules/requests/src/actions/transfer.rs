//! 派单、转交: an order gets to a worker otherwise than by being grabbed.

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Act, Call, Kernel, PersonId, Role, TokenScopes, people_store};
use utoipa::ToSchema;

use super::round::{AtWork, OrderMoved, at_work, lease, moved};
use super::{Moved, step, subject};
use crate::domain::{OrderId, OrderState, OrderVerb, Verb};
use crate::store::{categories, orders, requests};

/// Why an order was assigned to who has it: what was weighed, for the worker and their manager to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Why {
    /// `nobody_grabbed`, `reopened`, `by_desk` or `handed_over`.
    pub cause: String,
    /// Metres from the worker's base point to the matter, where both are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<i64>,
    /// Orders they held before.
    #[serde(default)]
    pub held: i64,
    /// Whether they have the skill the matter asks for; none: it asks for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skilled: Option<bool>,
    /// How many workers could have been given it.
    #[serde(default)]
    pub free: usize,
    /// How many were off duty, on leave, or held as many as allowed.
    #[serde(default)]
    pub busy: usize,
}

impl Why {
    /// Somebody at the desk chose.
    pub fn by_desk() -> Self {
        Self::because("by_desk")
    }

    /// Somebody handed it over.
    pub fn handed_over() -> Self {
        Self::because("handed_over")
    }

    /// It is theirs again.
    pub fn reopened() -> Self {
        Self::because("reopened")
    }

    fn because(cause: &str) -> Self {
        Self { cause: cause.to_owned(), distance_m: None, held: 0, skilled: None, free: 0, busy: 0 }
    }

    /// As it is kept.
    pub fn text(&self) -> String {
        json!(self).to_string()
    }

    /// As it was kept.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// Hands an order over to another worker, who must have room for it; one still in the pool is assigned to them.
///
/// # Errors
/// `Invalid` where `to` is no worker; `Conflict` where they hold as many as allowed; else as [`super::start`].
pub async fn transfer(kernel: &Kernel, call: Call, id: OrderId, to: PersonId) -> Result<OrderMoved> {
    let cap = call.tenant.settings.open_orders_cap;
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        let in_pool = orders::one(act.tx, tenant, id)?.state == OrderState::Open;
        let verb = if in_pool { OrderVerb::Assign } else { OrderVerb::Transfer };
        let AtWork { held, mut order, was } = at_work(act, id, "orders.transfer", verb)?;
        let other = people_store::person(act.tx, tenant, to, TokenScopes::All, now)?
            .filter(|person| person.is(Role::GridWorker) || person.is(Role::PartTime))
            .ok_or_else(|| Error::field("to", "requests-no-worker"))?;
        if order.worker_id == Some(other.id) {
            return Err(Error::field("to", "requests-same-worker"));
        }
        let former = order.worker_id;
        if let Some(worker) = former {
            orders::give_place(act.tx, tenant, worker)?;
        }
        if !orders::take_place(act.tx, tenant, other.id, cap)? {
            return Err(Error::conflict("requests-over-cap").with("cap", cap));
        }
        let category = categories::one(act.tx, tenant, &order.category)?.ok_or(Error::NotFound)?;
        order.worker_id = Some(other.id);
        order.grabbed_at = Some(now);
        order.lease_due_at = Some(act.call.tenant.calendar.due(now, category.start_limit));
        order.started_at = None;
        order.why = Some(if in_pool { Why::by_desk() } else { Why::handed_over() }.text());
        orders::save(act.tx, tenant, &order, was)?;
        lease(act, &order);
        let mut request = held.request;
        if was == OrderState::Working {
            // Nobody is at it any more until the other one begins.
            step(act, &mut request, Verb::Return)?;
        }
        requests::save(act.tx, tenant, &request)?;
        let action = if in_pool { "orders.assign" } else { "orders.transfer" };
        act.journal(action, &subject(request.id), json!({"order": id, "to": other.id}), None)?;
        let payload = json!({"order": id, "to": other.id, "from": former});
        act.event("requests.order_transferred", &subject(request.id), payload);
        moved(act, &order, Moved::saved(&request))
    };
    kernel.act(call, "orders.transfer", act).await
}
