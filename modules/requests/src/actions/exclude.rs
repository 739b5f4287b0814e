//! 剔除: a matter is left out of the assessment, asked by a desk with a reason and approved by a second person above it.

use serde_json::json;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Act, Call, Kernel};

use super::{Moved, Seen, count_completion, hold, subject};
use crate::domain::{ExclusionId, LONGEST_LINE, PhraseKind, required_text};
use crate::store::desk::{self, Exclusion};
use crate::store::{phrases, requests};

/// Asks that a matter be left out, with a reason out of the list and words.
///
/// # Errors
/// `Invalid` for an unknown reason or empty words; `Conflict` where it was asked before and is not decided, or is
/// excluded already; else as [`super::accept`].
pub async fn exclude(
    kernel: &Kernel,
    call: Call,
    seen: impl Into<Seen>,
    (reason, words): (&str, &str),
) -> Result<Moved> {
    let (seen, reason) = (seen.into(), reason.trim().to_owned());
    if reason.is_empty() {
        return Err(Error::field("reason", "form-required"));
    }
    let words = required_text("text", words, LONGEST_LINE)?;
    let id: ExclusionId = kernel.world().id();
    let act = move |act: &mut Act<'_, '_>| {
        let tenant = act.call.tenant.id;
        phrases::chosen(act.tx, tenant, PhraseKind::Exclude, &reason, "reason")?;
        let held = hold(act, seen, None)?;
        held.require(act, "requests.exclude")?;
        let request = held.request;
        let before = desk::exclusions(act.tx, tenant, request.id)?;
        if request.excluded || before.iter().any(|asked| asked.decided_at.is_none()) {
            return Err(Error::conflict("requests-exclusion-asked").with("number", &request.number));
        }
        let asked = Exclusion {
            id,
            request_id: request.id,
            reason: reason.clone(),
            words: Some(words.clone()),
            asked_by: act.call.who.person().map(|person| person.id),
            asked_at: act.call.now,
            decided_at: None,
            approved: None,
        };
        desk::add_exclusion(act.tx, tenant, &asked)?;
        requests::save(act.tx, tenant, &request)?;
        let payload = json!({"exclusion": id, "reason": reason});
        act.journal("requests.exclude", &subject(request.id), payload, Some(&json!({"words": words})))?;
        act.event("requests.exclusion_asked", &subject(request.id), json!({"exclusion": id}));
        Ok(Moved::saved(&request))
    };
    kernel.act(call, "requests.exclude", act).await
}

/// A second person decides what was asked last. Approved, the matter counts in no rate any more, now or later.
///
/// # Errors
/// `Conflict` where nothing waits to be decided, or the decider is who asked; else as [`super::accept`].
pub async fn decide_exclusion(kernel: &Kernel, call: Call, seen: impl Into<Seen>, approve: bool) -> Result<Moved> {
    let seen = seen.into();
    let act = move |act: &mut Act<'_, '_>| {
        let tenant = act.call.tenant.id;
        let held = hold(act, seen, None)?;
        held.require(act, "requests.decide_exclusion")?;
        let mut request = held.request;
        let asked = desk::exclusions(act.tx, tenant, request.id)?;
        let asked = asked.into_iter().find(|asked| asked.decided_at.is_none());
        let asked = asked.ok_or_else(|| Error::conflict("requests-no-exclusion").with("number", &request.number))?;
        let by = act.call.who.person().map(|person| person.id);
        if by.is_some() && by == asked.asked_by {
            return Err(Error::conflict("requests-second-person"));
        }
        if !desk::decide_exclusion(act.tx, tenant, asked.id, (by, act.call.now), approve)? {
            return Err(Error::conflict("requests-changed-meanwhile"));
        }
        if approve {
            count_completion(act, &request, -1);
            request.excluded = true;
        }
        requests::save(act.tx, tenant, &request)?;
        let payload = json!({"exclusion": asked.id, "approved": approve});
        act.journal("requests.decide_exclusion", &subject(request.id), payload, None)?;
        if approve {
            act.kernel.uncount_ratings(act, &subject(request.id), request.round)?;
            act.event("requests.excluded", &subject(request.id), json!({"round": request.round}));
        }
        Ok(Moved::saved(&request))
    };
    kernel.act(call, "requests.decide_exclusion", act).await
}
