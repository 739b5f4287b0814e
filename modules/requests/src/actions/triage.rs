//! 受理: letting through what was held back, and sending a matter where it belongs.

use serde_json::json;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Act, Call, Kernel};

use super::desk::not_over;
use super::{Moved, Seen, hold, let_through, rehome, set_deadline, subject};
use crate::store::requests::{self, Request};
use crate::store::{categories, desk};

/// Lets a report be seen that was held back as it might be spam.
///
/// # Errors
/// As [`super::accept`]; `Conflict` where it was not held back.
pub async fn release(kernel: &Kernel, call: Call, seen: impl Into<Seen>) -> Result<Moved> {
    let seen = seen.into();
    let act = move |act: &mut Act<'_, '_>| {
        let held = hold(act, seen, None)?;
        held.require(act, "requests.release")?;
        let mut request = held.request;
        if request.held.is_none() {
            return Err(Error::conflict("requests-not-held").with("number", &request.number));
        }
        let_through(act, &mut request);
        requests::save(act.tx, act.call.tenant.id, &request)?;
        act.journal("requests.release", &subject(request.id), json!({}), None)?;
        act.event("requests.received", &subject(request.id), json!({}));
        Ok(Moved::saved(&request))
    };
    kernel.act(call, "requests.release", act).await
}

/// Gives a matter another category, another unit, or both. A new category brings its limits: counted from when it was
/// reported, less the times in which the clock stood still, so that nobody gains or loses by the correction.
///
/// # Errors
/// `Invalid` for an unknown category or unit, or where nothing would change; else as [`super::accept`].
pub async fn move_on(kernel: &Kernel, call: Call, seen: impl Into<Seen>, category: &str, unit: &str) -> Result<Moved> {
    let (seen, category) = (seen.into(), category.trim().to_owned());
    let unit_path = match unit.trim() {
        "" => None,
        code => {
            let units = kernel.units(call.tenant.id)?;
            let unit = units.by_code(code).ok_or_else(|| Error::field("unit", "form-unknown-choice"))?;
            Some(unit.path.clone())
        }
    };
    let act = move |act: &mut Act<'_, '_>| {
        let tenant = act.call.tenant.id;
        let held = hold(act, seen, None)?;
        held.require(act, "requests.move")?;
        let mut request = held.request;
        not_over(&request)?;
        let was = (request.category.clone(), request.unit_path.clone());
        if !category.is_empty() && category != request.category {
            change_category(act, &mut request, &category)?;
        }
        if let Some(path) = unit_path.as_ref().filter(|path| **path != request.unit_path) {
            rehome(act, &mut request, path);
        }
        if was == (request.category.clone(), request.unit_path.clone()) {
            return Err(Error::field("category", "requests-nothing-changes"));
        }
        crate::store::orders::set_place(act.tx, tenant, request.id, &request.unit_path, &request.category)?;
        requests::save(act.tx, tenant, &request)?;
        let payload = json!({
            "from": {"category": was.0, "unit_path": was.1},
            "to": {"category": request.category, "unit_path": request.unit_path},
        });
        act.journal("requests.move", &subject(request.id), payload, None)?;
        act.event("requests.moved", &subject(request.id), json!({}));
        Ok(Moved::saved(&request))
    };
    kernel.act(call, "requests.move", act).await
}

fn change_category(act: &mut Act<'_, '_>, request: &mut Request, code: &str) -> Result<()> {
    let tenant = act.call.tenant.id;
    let category = categories::one(act.tx, tenant, code)?;
    let category = category.ok_or_else(|| Error::field("category", "form-unknown-choice"))?;
    let calendar = &act.call.tenant.calendar;
    request.category = category.code;
    if request.contacted_at.is_none() {
        request.contact_due_at = calendar.due(request.created_at, category.contact_limit);
    }
    // One that was opened again began its clock anew: it is counted from here.
    let began = if request.reopened > 0 { act.call.now } else { request.created_at };
    let mut deadline = calendar.deadline(began, category.finish_limit);
    for pause in desk::pauses(act.tx, tenant, request.id)? {
        if let (true, Some(to)) = (pause.from >= began, pause.to) {
            deadline = calendar.resume(deadline, pause.from, to, category.finish_limit.kind());
        }
    }
    request.finish_limit = category.finish_limit;
    set_deadline(act, request, deadline)
}
