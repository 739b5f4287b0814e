//! What a service site is and what holds for it. Pure: no database, no clock, no words.

mod code;
mod draft;

use std::collections::BTreeSet;
use std::fmt;

pub use code::SiteCode;
pub use draft::{Details, Draft};
use serde_json::{Map, Value, json};
pub use tongxin_base::calendar::{OpenNow as Now, WeekHours as Hours, runs};
use tongxin_base::{Id, Time};
use tongxin_kernel::{Level, Transition, Workflow};

/// A marker for the id of a site.
#[derive(Debug)]
pub enum SiteKind {}

/// The id of a site.
pub type SiteId = Id<SiteKind>;

/// The four levels of sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SiteLevel {
    /// 所, the subdistrict's
    Institute,
    /// 站, a community's
    Station,
    /// 点, a grid's
    Point,
    /// 角, in a building
    Corner,
}

impl SiteLevel {
    /// All levels, from the top.
    pub const ALL: [Self; 4] = [Self::Institute, Self::Station, Self::Point, Self::Corner];

    /// The word in code, data files and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Institute => "institute",
            Self::Station => "station",
            Self::Point => "point",
            Self::Corner => "corner",
        }
    }

    /// From the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }

    /// Whether a site of this level stands in a unit of that one. A corner stands in a building; where the tree does not
    /// name its buildings, in the grid or the compound.
    pub const fn fits(self, unit: Level) -> bool {
        match self {
            Self::Institute => matches!(unit, Level::Subdistrict),
            Self::Station => matches!(unit, Level::Community),
            Self::Point => matches!(unit, Level::Grid | Level::Compound),
            Self::Corner => matches!(unit, Level::Building | Level::Grid | Level::Compound),
        }
    }
}

/// The five services a site may offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// 宣传教育
    Education,
    /// 服务保障
    Support,
    /// 协商议事
    Deliberation,
    /// 帮办代办
    Errands,
    /// 联系交友
    Friendship,
}

impl Service {
    /// All five.
    pub const ALL: [Self; 5] = [Self::Education, Self::Support, Self::Deliberation, Self::Errands, Self::Friendship];

    /// The word in code, data files and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Education => "education",
            Self::Support => "service",
            Self::Deliberation => "deliberation",
            Self::Errands => "errands",
            Self::Friendship => "friendship",
        }
    }

    /// From words with blanks between them; `None` where one is unknown.
    pub fn parse_list(words: &str) -> Option<BTreeSet<Self>> {
        words.split_whitespace().map(|word| Self::ALL.into_iter().find(|service| service.as_str() == word)).collect()
    }

    /// As words with blanks between them.
    pub fn list(services: &BTreeSet<Self>) -> String {
        services.iter().map(|service| service.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// Whether a site is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It is.
    Open,
    /// It is not any more; its sign may still hang there, so its page stays.
    Closed,
}

impl State {
    /// The word in code and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// From the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Closed].into_iter().find(|state| state.as_str() == word)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is done to a site as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Take it out of use.
    Close,
    /// Take it into use again.
    Reopen,
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Close => "close",
            Self::Reopen => "reopen",
        })
    }
}

/// The life of a site.
pub const WORKFLOW: Workflow<State, Verb> = Workflow {
    initial: State::Open,
    transitions: &[
        Transition { from: State::Open, verb: Verb::Close, to: State::Closed },
        Transition { from: State::Closed, verb: Verb::Reopen, to: State::Open },
    ],
};

/// A service site.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Which one.
    pub id: SiteId,
    /// The code on its sign.
    pub code: SiteCode,
    /// What a clerk fills in.
    pub details: Details,
    /// Whether it is in use.
    pub state: State,
    /// Counts its changes, from 1: who changes it says which version they saw.
    pub version: i64,
    /// When it was added.
    pub created_at: Time,
    /// When it was last changed.
    pub changed_at: Time,
}

impl Site {
    /// A site that is added now: open, in its first version.
    pub fn new(id: SiteId, code: SiteCode, details: Details, now: Time) -> Self {
        Self { id, code, details, state: WORKFLOW.initial, version: 1, created_at: now, changed_at: now }
    }
}

impl Details {
    /// The code of its unit: the last part of the path.
    pub fn unit_code(&self) -> &str {
        self.unit_path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
    }

    /// What differs from `before`, for the journal: `{"phone": ["old", "new"]}`.
    pub fn changes_since(&self, before: &Self) -> Map<String, Value> {
        let (old, new) = (Draft::of(before).fields(), Draft::of(self).fields());
        let pairs = old.into_iter().zip(new.into_values());
        pairs.filter(|((_, old), new)| old != new).map(|((name, old), new)| (name, json!([old, new]))).collect()
    }
}
