//! What a service site is and what holds for it. Pure: no database, no clock, no words.

mod code;
mod draft;
mod hours;

use std::collections::BTreeSet;
use std::fmt;

pub use code::SiteCode;
pub use draft::{Details, Draft};
pub use hours::{BadHours, Hours, Now, runs};
use serde_json::{Map, Value, json};
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
    /// The fields by their names, as forms, data files and the journal call them.
    pub fn fields(&self) -> [(&'static str, String); 10] {
        let (lat, lon) = self.point.unzip();
        let degrees = |degrees: Option<f64>| degrees.map(|degrees| degrees.to_string()).unwrap_or_default();
        [
            ("level", self.level.as_str().to_owned()),
            ("unit", self.unit_code().to_owned()),
            ("name", self.name.zh.clone()),
            ("name_en", self.name.en.clone()),
            ("address", self.address.clone()),
            ("phone", self.phone.clone().unwrap_or_default()),
            ("hours", self.hours.to_string()),
            ("services", Service::list(&self.services)),
            ("lat", degrees(lat)),
            ("lon", degrees(lon)),
        ]
    }

    /// The code of its unit: the last part of the path.
    pub fn unit_code(&self) -> &str {
        self.unit_path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
    }

    /// What differs from `before`, for the journal: `{"phone": ["old", "new"]}`.
    pub fn changes_since(&self, before: &Self) -> Map<String, Value> {
        let pairs = before.fields().into_iter().zip(self.fields());
        pairs
            .filter(|(old, new)| old != new)
            .map(|((name, old), (_, new))| (name.to_owned(), json!([old, new])))
            .collect()
    }
}

/// Metres between two points (latitude, longitude; WGS 84 degrees), on a sphere: off by half a percent at most.
pub fn metres_between((lat1, lon1): (f64, f64), (lat2, lon2): (f64, f64)) -> f64 {
    const EARTH_RADIUS_M: f64 = 6_371_008.8;
    let (a, b) = (lat1.to_radians(), lat2.to_radians());
    let half = |x: f64| (x / 2.0).sin().powi(2);
    let chord = half(b - a) + a.cos() * b.cos() * half((lon2 - lon1).to_radians());
    2.0 * EARTH_RADIUS_M * chord.sqrt().min(1.0).asin()
}

/// Reads `lat,lon` in WGS 84 degrees.
pub fn parse_point(text: &str) -> Option<(f64, f64)> {
    let (lat, lon) = text.split_once(',')?;
    let degrees = |text: &str, most: f64| text.trim().parse::<f64>().ok().filter(|value| value.abs() <= most);
    Some((degrees(lat, 90.0)?, degrees(lon, 180.0)?))
}
