//! The one verb of this room: rate.

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Act, Call, Kernel, Rating, RatingAnswer, Subject};
use utoipa::ToSchema;

use crate::domain::{REASONS, SATISFIED_FROM};
use crate::rates::{RATED, SATISFIED, SOLVED};
use crate::store::{self, Counted};

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
        let before = store::standing(act.tx, tenant, &subject, rated.round)?;
        if !store::add(act.tx, tenant, &subject, (&rated, &rating), act.call.now)? {
            return Err(Error::conflict("ratings-twice"));
        }
        let after = store::standing(act.tx, tenant, &subject, rated.round)?;
        count(act, &before, -1);
        count(act, &after, 1);
        // Codes are words of the field; a reporter's own words are theirs, and enter the journal as a digest alone.
        let codes: Vec<&String> = rating.reasons.iter().filter(|reason| REASONS.contains(&reason.as_str())).collect();
        let payload = json!({
            "solved": rating.solved, "satisfied": rating.satisfied, "reasons": codes, "round": rated.round, "report": rated.rater,
        });
        act.journal("ratings.rate", &subject, payload, Some(&json!({"reasons": rating.reasons})))?;
        let answer = (rateable.rated)(act, &subject, &rated, &rating)?;
        if answer == RatingAnswer::Reopened {
            uncount(act, &subject, rated.round)?;
        }
        act.event("ratings.rated", &subject, json!({"round": rated.round}));
        Ok(Given { reopened: answer == RatingAnswer::Reopened })
    };
    kernel.act(call, "ratings.rate", act).await
}

/// Takes a completion's ratings out of the figures: it was opened again, or left out of the assessment.
///
/// # Errors
/// As `Tx::exec`.
pub fn uncount(act: &mut Act<'_, '_>, subject: &Subject, round: i64) -> Result<()> {
    let counted = store::discount(act.tx, act.call.tenant.id, subject, round)?;
    count(act, &counted, -1);
    Ok(())
}

/// Counts a completion by all its ratings, or with `delta` -1 takes it back. However many reporters it has, it counts
/// once.
fn count(act: &mut Act<'_, '_>, ratings: &[Counted], delta: i64) {
    let (Some(verdict), Some(any)) = (verdict(ratings), ratings.first()) else { return };
    act.measure(RATED, &any.unit_path, any.done_at, delta);
    if verdict.solved {
        act.measure(SOLVED, &any.unit_path, any.done_at, delta);
    }
    if verdict.satisfied {
        act.measure(SATISFIED, &any.unit_path, any.done_at, delta);
    }
}

/// What all ratings of one completion come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) solved: bool,
    pub(crate) satisfied: bool,
}

/// Solved where everybody says yes; satisfied where the mean is from 4 up.
pub(crate) fn verdict(ratings: &[Counted]) -> Option<Verdict> {
    if ratings.is_empty() {
        return None;
    }
    // What a history does not say counts for nothing, and against nothing.
    let stars: Vec<i64> = ratings.iter().filter_map(|rating| rating.satisfied).collect();
    let answers: Vec<&String> = ratings.iter().filter_map(|rating| rating.solved.as_ref()).collect();
    let solved = !answers.is_empty() && answers.iter().all(|answer| *answer == "yes");
    let count = i64::try_from(stars.len()).unwrap_or(i64::MAX);
    Some(Verdict { solved, satisfied: count > 0 && stars.iter().sum::<i64>() >= SATISFIED_FROM.saturating_mul(count) })
}

#[cfg(test)]
mod tests {
    use tongxin_base::Time;

    use super::*;

    #[test]
    fn however_many_rate_a_completion_counts_once() {
        let rating = |solved: &str, satisfied: i64| Counted {
            solved: Some(solved.to_owned()).filter(|solved| !solved.is_empty()),
            satisfied: Some(satisfied).filter(|stars| *stars > 0),
            unit_path: String::new(),
            done_at: Time::parse("2026-03-02T01:30:00Z").expect("a time"),
        };
        assert_eq!(verdict(&[]), None);
        for (ratings, solved, satisfied) in [
            (vec![rating("yes", 4)], true, true),
            (vec![rating("yes", 3)], true, false),
            (vec![rating("yes", 5), rating("partly", 3)], false, true),
            (vec![rating("yes", 5), rating("yes", 2)], true, false),
            (vec![rating("no", 5)], false, true),
            (vec![rating("", 5)], false, true),
            (vec![rating("yes", 0)], true, false),
        ] {
            assert_eq!(verdict(&ratings), Some(Verdict { solved, satisfied }), "{ratings:?}");
        }
    }
}
