//! What can be rated: a room says how a thing of its kind is rated, and the ratings room keeps the ratings. Both meet
//! here, inside one write.

use std::fmt;

use serde::{Deserialize, Serialize};
use tongxin_base::{Id, Result, TenantId, Time};
use tongxin_db::{Read, Tx};

use crate::access::Scope;
use crate::act::Act;
use crate::people::PersonId;
use crate::subject::{Anything, Subject};

/// The answer to "is it solved?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Solved {
    /// It is.
    Yes,
    /// In part; it counts for nothing in the solved rate.
    Partly,
    /// It is not: the request is opened again.
    No,
}

impl fmt::Display for Solved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::No => "no",
        })
    }
}

/// A rating as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// Whether it is solved.
    pub solved: Solved,
    /// How satisfied, 1 to 5; 4 and 5 count as satisfied.
    pub satisfied: i64,
    /// Codes of reasons from a list.
    pub reasons: Vec<String>,
}

/// The completion that is being rated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rated {
    /// Who rates, as the room knows them: one rating each.
    pub rater: String,
    /// Which completion: a request that was opened again may be rated again.
    pub round: i64,
    /// The unit the thing belongs to.
    pub unit_path: String,
    /// Who had it when it was completed: the rating is about their work.
    pub handler: Option<PersonId>,
    /// When it was completed; the figures count on that day.
    pub done_at: Time,
    /// Whether it is in the assessment: what is left out by approval counts in no rate.
    pub counts: bool,
}

/// Takes the ratings of a completion out of the figures: subject and round.
pub type Uncount = fn(&mut Act<'_, '_>, &Subject, i64) -> Result<()>;

/// A rating that came with a history from elsewhere. Either answer may be missing; at least one is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRating {
    /// What was rated.
    pub subject: Subject,
    /// Who rated, as the room of the thing knows them.
    pub rater: String,
    /// The unit the thing belongs to.
    pub unit_path: String,
    /// When it was completed; the figures count on that day.
    pub done_at: Time,
    /// Whether it was solved.
    pub solved: Option<Solved>,
    /// How satisfied, 1 to 5.
    pub satisfied: Option<i64>,
}

/// How the room that keeps ratings takes those of a history. The room that brings the history stages the rows with its own,
/// unseen, and adds the figures in the write that lets them be seen.
#[derive(Clone, Copy)]
pub struct RatingBook {
    /// Keeps ratings.
    pub keep: fn(&mut Tx<'_>, TenantId, &[PastRating]) -> Result<()>,
    /// The measures a rating adds one to.
    pub figures: fn(&PastRating) -> Vec<&'static str>,
    /// Removes the ratings of things that were never seen.
    pub forget: fn(&mut Tx<'_>, TenantId, &[Subject]) -> Result<()>,
}

/// What the rating led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RatingAnswer {
    /// It stands.
    Kept,
    /// The thing was opened again, and its completion counts no more.
    Reopened,
}

/// A completion that is in the assessment, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessed {
    /// The thing.
    pub subject: Subject,
    /// Which completion of it.
    pub round: i64,
    /// How people call it.
    pub name: String,
    /// Its page.
    pub href: String,
    /// The unit it belongs to.
    pub unit_path: String,
    /// When it was completed.
    pub done_at: Time,
}

/// Lists completions within a scope, behind a thing, so many.
pub type ListAssessed = fn(&mut Read<'_>, TenantId, &Scope, Option<Id<Anything>>, i64) -> Result<Vec<Assessed>>;

/// How things of a kind are rated.
#[derive(Clone, Copy)]
pub struct Rateable {
    /// The kind of subject.
    pub kind: &'static str,
    /// Finds the completion that the caller, with the secret link's token if they have one, may rate now.
    ///
    /// Errors: `NotFound`, `Unauthenticated`, `Forbidden`; `Conflict` where there is no completion to rate.
    pub find: fn(&mut Act<'_, '_>, &Subject, Option<&str>) -> Result<Rated>,
    /// Completions in the assessment, the newest thing first, behind the one given: at most so many.
    pub assessed: ListAssessed,
    /// Moves the thing on after a rating.
    pub rated: fn(&mut Act<'_, '_>, &Subject, &Rated, &Rating) -> Result<RatingAnswer>,
}
