//! 吹哨报到: a desk calls another unit or office for its part of a matter, with a clock of its own for the answer. The
//! matter stays where it is, and its own clock runs on.

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::calendar::Limit;
use tongxin_base::{Error, FieldError, Result};
use tongxin_kernel::{Act, Call, Facts, Kernel, ReadOrNot};
use utoipa::ToSchema;

use super::desk::not_over;
use super::{Moved, Seen, hold, subject};
use crate::domain::{DelegationId, LONGEST_WORDS, RequestId, required_text};
use crate::jobs::WHISTLE_JOB;
use crate::store::desk::{self, Delegation};
use crate::store::requests;

/// By when an answer is expected where nobody says otherwise: a working day.
const USUAL: &str = "1wd";

/// A matter after another unit was called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delegated {
    /// The matter.
    #[serde(flatten)]
    pub request: Moved,
    /// The delegation.
    #[schema(value_type = uuid::Uuid)]
    pub delegation: DelegationId,
}

/// Calls another unit for its part.
///
/// # Errors
/// `Invalid` for an unknown unit, the matter's own unit, empty words or a limit that does not parse; `Conflict` where that
/// unit is asked already; else as [`super::accept`].
pub async fn delegate(
    kernel: &Kernel,
    call: Call,
    seen: impl Into<Seen>,
    unit: &str,
    (words, limit): (&str, &str),
) -> Result<Delegated> {
    let seen = seen.into();
    let words = required_text("text", words, LONGEST_WORDS)?;
    let limit = if limit.trim().is_empty() { USUAL } else { limit.trim() };
    let limit: Limit = limit
        .parse()
        .map_err(|error| Error::Invalid(vec![FieldError::new("limit", "requests-bad-limit").with("why", error)]))?;
    let units = kernel.units(call.tenant.id)?;
    let unit = units.by_code(unit.trim()).ok_or_else(|| Error::field("unit", "form-unknown-choice"))?;
    let (unit_path, unit_code) = (unit.path.clone(), unit.code.clone());
    let id: DelegationId = kernel.world().id();
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        let held = hold(act, seen, None)?;
        held.require(act, "requests.delegate")?;
        let request = held.request;
        not_over(&request)?;
        // The desk of a community looks after its grids itself; what it calls is beside it or above it.
        let home: String = request.unit_path.split_inclusive('/').take(2).collect();
        let own = home.len() > unit_path.split_inclusive('/').take(1).map(str::len).sum::<usize>();
        if request.unit_path == unit_path || (own && unit_path.starts_with(&home)) {
            return Err(Error::field("unit", "requests-own-unit"));
        }
        let open = desk::delegations(act.tx, tenant, request.id)?;
        if open.iter().any(|other| other.answered_at.is_none() && other.unit_path == unit_path) {
            return Err(Error::conflict("requests-asked-already").with("number", &request.number));
        }
        let delegation = Delegation {
            id,
            request_id: request.id,
            unit_path: unit_path.clone(),
            words: words.clone(),
            asked_by: act.call.who.person().map(|person| person.id),
            asked_at: now,
            limit,
            deadline: act.call.tenant.calendar.deadline(now, limit),
            answered_by: None,
            answered_at: None,
            answer: None,
            recalled: false,
        };
        desk::add_delegation(act.tx, tenant, &delegation)?;
        act.later(WHISTLE_JOB, delegation.deadline.due, json!({"request": request.id, "delegation": id}));
        requests::save(act.tx, tenant, &request)?;
        let payload = json!({"delegation": id, "unit": unit_code, "limit": limit.to_string()});
        act.journal("requests.delegate", &subject(request.id), payload, Some(&json!({"words": words})))?;
        act.event("requests.delegated", &subject(request.id), json!({"delegation": id, "unit_path": unit_path}));
        Ok(Delegated { request: Moved::saved(&request), delegation: id })
    };
    kernel.act(call, "requests.delegate", act).await
}

/// The called unit answers: what it did, or why it cannot.
///
/// # Errors
/// `Invalid` for an empty answer; `NotFound` where the asker's unit was not called; `Conflict` where it was answered or
/// recalled before.
pub async fn answer(
    kernel: &Kernel,
    call: Call,
    seen: impl Into<Seen>,
    id: DelegationId,
    words: &str,
) -> Result<Moved> {
    let words = required_text("text", words, LONGEST_WORDS)?;
    end(kernel, call, seen.into(), id, Some(words)).await
}

/// The desk that called needs the other unit no more.
///
/// # Errors
/// As [`answer`].
pub async fn recall(kernel: &Kernel, call: Call, seen: impl Into<Seen>, id: DelegationId) -> Result<Moved> {
    end(kernel, call, seen.into(), id, None).await
}

/// The clock of a delegation ran out: who called and who was called are told, if it is not answered yet.
///
/// # Errors
/// As `Kernel::act`.
pub async fn unanswered(kernel: &Kernel, call: Call, id: RequestId, delegation: DelegationId) -> Result<()> {
    let act = move |act: &mut Act<'_, '_>| {
        let asked = desk::delegations(act.tx, act.call.tenant.id, id)?;
        let Some(late) = asked.into_iter().find(|d| d.id == delegation && d.answered_at.is_none()) else {
            return Ok(());
        };
        let payload = json!({"delegation": delegation, "unit_path": late.unit_path});
        act.journal("requests.delegation_late", &subject(id), payload.clone(), None)?;
        act.event("requests.delegation_late", &subject(id), payload);
        Ok(())
    };
    kernel.act(call, WHISTLE_JOB, act).await
}

async fn end(kernel: &Kernel, call: Call, seen: Seen, id: DelegationId, words: Option<String>) -> Result<Moved> {
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        let held = hold(act, seen, None)?;
        let asked = desk::delegations(act.tx, tenant, held.request.id)?;
        let delegation = asked.into_iter().find(|delegation| delegation.id == id).ok_or(Error::NotFound)?;
        match &words {
            // Only who was called may answer: not the desk that called, and not another unit that was called as well.
            Some(_) => {
                let facts = Facts { unit_path: &delegation.unit_path, ..Facts::default() };
                held.require(act, "requests.read")?;
                act.kernel.access().require(&act.call.who, "requests.answer_delegation", ReadOrNot::Known, &facts)?;
            }
            None => held.require(act, "requests.delegate")?,
        }
        let by = act.call.who.person().map(|person| person.id);
        if !desk::end_delegation(act.tx, tenant, id, (by, now), (words.as_deref(), words.is_none()))? {
            return Err(Error::conflict("requests-delegation-over"));
        }
        let request: crate::store::requests::Request = held.request;
        requests::save(act.tx, tenant, &request)?;
        let request_id: RequestId = request.id;
        let payload = json!({"delegation": id, "in_time": now <= delegation.deadline.due});
        let (action, topic) = match &words {
            Some(_) => ("requests.answer_delegation", "requests.delegation_answered"),
            None => ("requests.recall_delegation", "requests.delegation_recalled"),
        };
        act.journal(action, &subject(request_id), payload, Some(&json!({"words": words})))?;
        act.event(topic, &subject(request_id), json!({"delegation": id, "unit_path": delegation.unit_path}));
        Ok(Moved::saved(&request))
    };
    kernel.act(call, "requests.end_delegation", act).await
}
