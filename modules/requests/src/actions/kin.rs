//! 合并、拆分: two matters that are one, and one that is two. Every reporter is kept, told, and can follow.

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::{Error, FieldError, Result};
use tongxin_kernel::{Act, Call, Kernel, ReadOrNot, token_digest};
use utoipa::ToSchema;

use super::desk::{call_back, not_over};
use super::report::{bear, link_token, numbered};
use super::{Held, Moved, Seen, facts, hold, resume, step, subject};
use crate::domain::{LONGEST_WORDS, ReportId, RequestId, Status, Verb, required_text};
use crate::store::requests::{self, Reported, Request};
use crate::store::{categories, desk, photos};

/// Makes a matter part of another one: its reporters follow that one from now on, by the links they have.
///
/// # Errors
/// `Invalid` where both are the same or the other is over; `NotFound` where one of them may not be seen; `Conflict` where
/// somebody is at the first already; else as [`super::accept`].
pub async fn merge(kernel: &Kernel, call: Call, seen: impl Into<Seen>, into: RequestId) -> Result<Moved> {
    let seen = seen.into();
    if seen.id == into {
        return Err(Error::field("into", "requests-merge-same"));
    }
    let act = move |act: &mut Act<'_, '_>| {
        let tenant = act.call.tenant.id;
        // Two merges at once hold the two in the same order, whichever way they go.
        let (held, target) = if seen.id.uuid() < into.uuid() {
            let held = hold(act, seen, None)?;
            (held, other(hold(act, into, None))?)
        } else {
            let target = other(hold(act, into, None))?;
            (hold(act, seen, None)?, target)
        };
        held.require(act, "requests.merge")?;
        let mut target = mergeable(act, target)?;
        let (mut request, order) = (held.request, held.order);
        let said: Vec<ReportId> =
            requests::reports(act.tx, tenant, request.id)?.iter().map(|report| report.id).collect();
        step(act, &mut request, Verb::Merge)?;
        call_back(act, order)?;
        resume(act, &mut request)?;
        request.closed_at = Some(act.call.now);
        request.merged_into = Some(target.id);
        desk::move_reports(act.tx, tenant, request.id, target.id)?;
        photos::move_reported(act.tx, tenant, request.id, target.id)?;
        target.contacted_at = target.contacted_at.or(request.contacted_at);
        requests::save(act.tx, tenant, &request)?;
        requests::save(act.tx, tenant, &target)?;
        let payload = json!({"into": target.id, "number": target.number});
        act.journal("requests.merge", &subject(request.id), payload, None)?;
        let payload = json!({"from": request.id, "number": request.number, "reports": said.len()});
        act.journal("requests.merged_in", &subject(target.id), payload, None)?;
        act.event("requests.merged", &subject(request.id), json!({"into": target.id, "reports": said}));
        Ok(Moved::saved(&request))
    };
    kernel.act(call, "requests.merge", act).await
}

/// That the other matter is not there, or not for the asker, is said at its field: the one at hand is.
fn other<T>(found: Result<T>) -> Result<T> {
    found.map_err(|error| match error {
        Error::NotFound | Error::Forbidden => Error::field("into", "requests-no-such-number"),
        error => error,
    })
}

/// The matter that others go into: under way, and in the hands of who merges.
fn mergeable(act: &mut Act<'_, '_>, target: Held) -> Result<Request> {
    let who = &act.call.who;
    let known = ReadOrNot::If("requests.read");
    other(act.kernel.access().require(who, "requests.merge", known, &facts(&target.request, None, false, who)))?;
    if target.request.held.is_some() || not_over(&target.request).is_err() {
        return Err(Error::field("into", "requests-merge-over"));
    }
    Ok(target.request)
}

/// One of the matters that a report turns out to hold.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// The code of its category.
    pub category: String,
    /// What it is, in the words of who splits.
    pub words: String,
}

/// A matter after others were split off it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Split {
    /// The matter.
    #[serde(flatten)]
    pub request: Moved,
    /// The new ones.
    pub parts: Vec<Moved>,
}

/// At most so many are split off at once.
const MOST_PARTS: usize = 5;

/// Splits matters off one: each has a number and a clock of its own, and the same reporters.
///
/// # Errors
/// `Invalid` naming what is wrong with the parts; `Conflict` where the matter is over; else as [`super::accept`].
pub async fn split(kernel: &Kernel, call: Call, seen: impl Into<Seen>, parts: Vec<Part>) -> Result<Split> {
    let seen = seen.into();
    let mut wrong = Vec::new();
    if parts.is_empty() {
        wrong.push(FieldError::new("parts", "form-required"));
    }
    if parts.len() > MOST_PARTS {
        wrong.push(FieldError::new("parts", "requests-too-many-parts").with("max", MOST_PARTS));
    }
    for part in &parts {
        if let Err(Error::Invalid(fields)) = required_text("description", &part.words, LONGEST_WORDS) {
            wrong.extend(fields);
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    // A report has at most as many links as a matter has reporters; their ids come from outside the write.
    let ids: Vec<RequestId> = parts.iter().map(|_| kernel.world().id()).collect();
    let act = move |act: &mut Act<'_, '_>| {
        let tenant = act.call.tenant.id;
        let held = hold(act, seen, None)?;
        held.require(act, "requests.split")?;
        let source = held.request;
        not_over(&source)?;
        let said = requests::reports(act.tx, tenant, source.id)?;
        let mut born = Vec::with_capacity(parts.len());
        for (part, id) in parts.iter().zip(&ids) {
            born.push(split_off(act, &source, &said, part, *id)?);
        }
        requests::save(act.tx, tenant, &source)?;
        let numbers: Vec<&String> = born.iter().map(|part| &part.number).collect();
        act.journal("requests.split", &subject(source.id), json!({"parts": ids, "numbers": numbers}), None)?;
        act.event("requests.split", &subject(source.id), json!({"parts": ids}));
        Ok(Split { request: Moved::saved(&source), parts: born })
    };
    kernel.act(call, "requests.split", act).await
}

fn split_off(act: &mut Act<'_, '_>, source: &Request, said: &[Reported], part: &Part, id: RequestId) -> Result<Moved> {
    let (tenant, now) = (act.call.tenant.id, act.call.now);
    let category = categories::one(act.tx, tenant, part.category.trim())?;
    let category = category.ok_or_else(|| Error::field("category", "form-unknown-choice"))?;
    let number = numbered(act, &source.unit_path)?;
    let mut request = bear(act, id, number, &category, source.channel.as_str());
    request.unit_path.clone_from(&source.unit_path);
    request.site.clone_from(&source.site);
    request.point = source.point;
    request.outside = source.outside;
    request.split_from = Some(source.id);
    if source.accepted_at.is_some() {
        request.status = Status::Accepted;
        request.accepted_at = Some(now);
    }
    requests::add(act.tx, tenant, std::slice::from_ref(&request), None)?;
    super::enter(act, &request, 1);
    super::watch(act, &request);
    for report in said {
        let copy: ReportId = act.kernel.world().id();
        let link = token_digest(&link_token(act.kernel, &act.call.tenant.code, copy));
        let report = Reported {
            id: copy,
            request_id: id,
            person_id: report.person_id,
            name: None,
            phone: None,
            email: None,
            place: report.place.clone(),
            words: part.words.trim().to_owned(),
            contact_of: Some(report.contact_of.unwrap_or(report.id)),
            came_from: None,
            created_at: now,
        };
        requests::add_reports(act.tx, tenant, std::slice::from_ref(&report), Some(&link))?;
    }
    let payload = json!({"number": request.number, "category": request.category, "split_from": source.id});
    act.journal("requests.report", &subject(id), payload, Some(&json!({"words": part.words})))?;
    act.event("requests.received", &subject(id), json!({"split_from": source.id}));
    Ok(Moved { id, number: request.number.clone(), status: request.status, version: request.version })
}
