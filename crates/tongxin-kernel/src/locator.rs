//! Things that stand somewhere and carry a printed code. A room that keeps such things says how they are found; a report
//! made at one then knows its place without asking.

use tongxin_base::{Label, Result, TenantId};
use tongxin_db::Read;

use crate::subject::Subject;

/// Something found by its code.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// What it is.
    pub subject: Subject,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Label,
    /// Its page, for everybody.
    pub page: String,
    /// The unit it stands in, by path.
    pub unit_path: String,
    /// Where, WGS 84 degrees (latitude, longitude).
    pub point: Option<(f64, f64)>,
}

/// How a room finds things by code.
#[derive(Clone, Copy)]
pub struct Locator {
    /// Finds it, or nothing.
    pub find: fn(&mut Read<'_>, TenantId, &str) -> Result<Option<Located>>,
    /// All that anybody may know of, for maps.
    pub all: fn(&mut Read<'_>, TenantId) -> Result<Vec<Located>>,
}

/// What a decision about some thing may look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// What it is, as its room names it.
    pub kind: &'static str,
    /// How it is called.
    pub name: String,
    /// The unit it belongs to, by path.
    pub unit_path: String,
    /// Whether it is the asker's own.
    pub own: bool,
    /// Whether the asker works on it.
    pub handler: bool,
}

/// The thing with a name (a number, a code), as it stands to who asks.
pub type FindThing = fn(&mut Read<'_>, TenantId, &str, &crate::Who) -> Result<Option<Thing>>;

/// How a room finds its things by the word people know them by.
#[derive(Clone, Copy)]
pub struct ThingFinder {
    /// Finds one.
    pub find: FindThing,
}
