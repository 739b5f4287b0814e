//! 码上评价: how a request is rated. The ratings room keeps the rating; here it moves the request on.

use serde_json::json;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Act, Rateable, Rated, Rating, RatingAnswer, Solved, Subject};

use super::{count_completion, hold, step, subject};
use crate::domain::{RequestId, SUBJECT, Status, Verb};
use crate::store::requests;

/// Requests can be rated.
pub const RATEABLE: Rateable = Rateable { kind: SUBJECT, find, rated };

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
    })
}

fn rated(act: &mut Act<'_, '_>, of: &Subject, _: &Rated, rating: &Rating) -> Result<RatingAnswer> {
    let tenant = act.call.tenant.id;
    let mut request = requests::hold(act.tx, tenant, of.typed())?;
    if request.status != Status::Done {
        return Ok(RatingAnswer::Kept); // another reporter rated before and it stands
    }
    let answer = if rating.solved == Solved::No {
        count_completion(act, &request, -1);
        step(act, &mut request, Verb::Reopen)?;
        request.done_at = None;
        act.event("requests.reopened", &subject(request.id), json!({"round": request.round}));
        RatingAnswer::Reopened
    } else {
        step(act, &mut request, Verb::Rate)?;
        RatingAnswer::Kept
    };
    requests::save(act.tx, tenant, &request)?;
    Ok(answer)
}
