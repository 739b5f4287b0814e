//! What a rating is, and when it counts as satisfied.

use tongxin_base::{Error, FieldError, Result};
use tongxin_kernel::{Rating, Solved};

/// From this on, of five, somebody counts as satisfied.
pub const SATISFIED_FROM: i64 = 4;

/// Reasons of one rating, and the length of each in characters.
const MOST_REASONS: usize = 10;
const LONGEST_REASON: usize = 100;

/// The reasons that are counted; words of the reporter's own are kept beside them.
pub const REASONS: [&str; 8] =
    ["fast", "friendly", "thorough", "kept_informed", "slow", "unfriendly", "not_thorough", "no_feedback"];

/// A rating as it comes in.
#[derive(Debug, Clone, Default)]
pub struct RawRating {
    /// `yes`, `partly` or `no`.
    pub solved: String,
    /// 1 to 5.
    pub satisfied: String,
    /// Codes out of [`REASONS`], or words of their own.
    pub reasons: Vec<String>,
}

/// Looks at every field and names all that is wrong at once.
///
/// # Errors
/// `Invalid`.
pub fn parse(raw: &RawRating) -> Result<Rating> {
    let mut wrong = Vec::new();
    let solved = match raw.solved.as_str() {
        "yes" => Some(Solved::Yes),
        "partly" => Some(Solved::Partly),
        "no" => Some(Solved::No),
        "" => {
            wrong.push(FieldError::new("solved", "form-required"));
            None
        }
        _ => {
            wrong.push(FieldError::new("solved", "form-unknown-choice"));
            None
        }
    };
    let satisfied = raw.satisfied.parse().ok().filter(|n| (1..=5).contains(n));
    if satisfied.is_none() {
        let key = if raw.satisfied.is_empty() { "form-required" } else { "form-out-of-range" };
        wrong.push(FieldError::new("satisfied", key).with("min", 1).with("max", 5));
    }
    let mut reasons: Vec<String> = raw.reasons.iter().map(|reason| reason.trim().to_owned()).collect();
    reasons.retain(|reason| !reason.is_empty());
    if reasons.len() > MOST_REASONS {
        wrong.push(FieldError::new("reasons", "ratings-too-many-reasons").with("max", MOST_REASONS));
    }
    if reasons.iter().any(|reason| reason.chars().count() > LONGEST_REASON) {
        wrong.push(FieldError::new("reasons", "form-too-long").with("max", LONGEST_REASON));
    }
    reasons.sort();
    reasons.dedup();
    match (solved, satisfied) {
        (Some(solved), Some(satisfied)) if wrong.is_empty() => Ok(Rating { solved, satisfied, reasons }),
        _ => Err(Error::Invalid(wrong)),
    }
}
