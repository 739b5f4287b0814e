//! The one verb of this room: rate.

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Act, Call, Kernel, Rated, Rating, RatingAnswer, Subject};
use utoipa::ToSchema;

use crate::domain::{REASONS, SATISFIED_FROM};
use crate::rates::{RATED, SATISFIED, SOLVED};
use crate::store;

/// What became of a rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Given {
    /// Whether the thing was opened again because it is not solved.
    pub reopened: bool,
}

/// Rates a finished thing: once by each reporter and completion. "Not solved" opens it again, and then nothing of that
/// completion counts.
///
/// # Errors
/// `NotFound` for what cannot be rated or may not be seen; `Conflict` where it is not finished or was rated by this
/// reporter before.
pub async fn rate(
    kernel: &Kernel,
    call: Call,
    subject: Subject,
    link: Option<String>,
    rating: Rating,
) -> Result<Given> {
    let rateable = kernel.rateable(&subject.kind).ok_or(Error::NotFound)?;
    let act = move |act: &mut Act<'_, '_>| {
        let tenant = act.call.tenant.id;
        let rated = (rateable.find)(act, &subject, link.as_deref())?;
        if !store::add(act.tx, tenant, &subject, (&rated, &rating), act.call.now)? {
            return Err(Error::conflict("ratings-twice"));
        }
        count(act, &rated, rating.solved.to_string() == "yes", rating.satisfied, 1);
        // Codes are words of the field; a reporter's own words are theirs, and enter the journal as a digest alone.
        let codes: Vec<&String> = rating.reasons.iter().filter(|reason| REASONS.contains(&reason.as_str())).collect();
        let payload = json!({
            "solved": rating.solved, "satisfied": rating.satisfied, "reasons": codes, "round": rated.round,
        });
        act.journal("ratings.rate", &subject, payload, Some(&json!({"reasons": rating.reasons})))?;
        let answer = (rateable.rated)(act, &subject, &rated, &rating)?;
        if answer == RatingAnswer::Reopened {
            for counted in store::discount(act.tx, tenant, &subject, rated.round)? {
                count(act, &rated, counted.solved == "yes", counted.satisfied, -1);
            }
        }
        act.event("ratings.rated", &subject, json!({"round": rated.round}));
        Ok(Given { reopened: answer == RatingAnswer::Reopened })
    };
    kernel.act(call, "ratings.rate", act).await
}

fn count(act: &mut Act<'_, '_>, rated: &Rated, solved: bool, satisfied: i64, delta: i64) {
    act.measure(RATED, &rated.unit_path, rated.done_at, delta);
    if solved {
        act.measure(SOLVED, &rated.unit_path, rated.done_at, delta);
    }
    if satisfied >= SATISFIED_FROM {
        act.measure(SATISFIED, &rated.unit_path, rated.done_at, delta);
    }
}
