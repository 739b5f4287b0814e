//! What a rating is, and when it counts as satisfied.

use tongxin_base::{Error, FieldError, Result};
use tongxin_kernel::{Rating, Solved};

/// From this on, of five, somebody counts as satisfied.
pub const SATISFIED_FROM: i64 = 4;

/// The reasons one may give; the locale files have their words.
pub const REASONS: [&str; 8] =
    ["fast", "friendly", "thorough", "kept_informed", "slow", "unfriendly", "not_thorough", "no_feedback"];

/// A rating as it comes in.
#[derive(Debug, Clone, Default)]
pub struct RawRating {
    /// `yes`, `partly` or `no`.
    pub solved: String,
    /// 1 to 5.
    pub satisfied: String,
    /// Codes out of [`REASONS`].
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
    if raw.reasons.iter().any(|reason| !REASONS.contains(&reason.as_str())) {
        wrong.push(FieldError::new("reasons", "form-unknown-choice"));
    }
    let mut reasons = raw.reasons.clone();
    reasons.sort();
    reasons.dedup();
    match (solved, satisfied) {
        (Some(solved), Some(satisfied)) if wrong.is_empty() => Ok(Rating { solved, satisfied, reasons }),
        _ => Err(Error::Invalid(wrong)),
    }
}
