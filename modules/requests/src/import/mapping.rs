//! A mapping says which column of somebody's file is what. Ours come with the binary; any other is a file of the same form.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use jiff::tz::TimeZone;
use serde::Deserialize;
use tongxin_base::calendar::Limit;
use tongxin_base::{Coordinates, Error, Result};
use tongxin_kernel::Solved;

use crate::domain::Status;

/// The mappings that come with the binary, by name. Where none is named, the one is taken that knows most of the columns.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("seeclickfix", include_str!("../../mappings/seeclickfix.toml")),
    ("open311", include_str!("../../mappings/open311.toml")),
    ("fuzhou", include_str!("../../mappings/fuzhou.toml")),
    ("tipdm", include_str!("../../mappings/tipdm.toml")),
    ("tipdm_replies", include_str!("../../mappings/tipdm_replies.toml")),
    ("hotline12345", include_str!("../../mappings/hotline12345.toml")),
];

/// Where an imported matter may stand: all that a desk can go on from without an order of ours, and all that is over.
pub const STATUSES: [Status; 6] =
    [Status::Received, Status::Accepted, Status::Reopened, Status::Closed, Status::Declined, Status::Withdrawn];

/// Names of a column, one written as a text, several as a list: in each row the first that is there and not empty counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum OneOrMore {
            One(String),
            More(Vec<String>),
        }
        Ok(match OneOrMore::deserialize(deserializer)? {
            OneOrMore::One(name) => Self(vec![name]),
            OneOrMore::More(names) => Self(names),
        })
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" / "))
    }
}

/// Which column holds what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What it is for, in a line.
    #[serde(default)]
    pub about: String,
    /// Whose numbers the source's ids are: two files of one source may not bring the same matter twice.
    #[serde(default)]
    pub source: String,
    /// The system that the file's coordinates come in: `wgs84`, or `gcj02`, which maps in China speak.
    #[serde(default = "wgs84")]
    pub coordinates: String,
    /// The zone of times that name none: an IANA name, or a fixed offset such as `-05:00`.
    pub timezone: String,
    /// The forms of a time, tried in order (strftime), before those that cannot be mistaken, which are always known.
    #[serde(default)]
    pub times: Vec<String>,
    /// The code of the unit of rows that name none and lie near none; the subdistrict where it is left out.
    #[serde(default)]
    pub unit: String,
    /// The category of rows that name none; without it they are wrong.
    #[serde(default)]
    pub category: String,
    /// Columns without which it is not this kind of file.
    #[serde(default)]
    pub needs: Vec<Names>,
    /// Column names.
    pub columns: Columns,
    /// Columns that hold a number of days after the matter was reported, by step: `accepted`, `contacted`, `done`.
    #[serde(default)]
    pub days_after_created: BTreeMap<String, Names>,
    /// The source's words for where a matter stands, by ours.
    #[serde(default)]
    pub statuses: HashMap<Status, Vec<String>>,
    /// The source's words for "it is solved": `yes`, `partly`, `no`.
    #[serde(default)]
    pub solved: BTreeMap<String, Vec<String>>,
    /// The source's words for how satisfied somebody is, by `1` to `5`; the numbers themselves are always understood.
    #[serde(default)]
    pub satisfied: BTreeMap<String, Vec<String>>,
    /// The limits that imported matters get.
    pub limits: Limits,
    /// Limits of single categories, by the file's word for them.
    #[serde(default)]
    pub category_limits: BTreeMap<String, Limits>,
    /// Categories of the file and the codes they are here; those not named are made.
    #[serde(default)]
    pub categories: BTreeMap<String, String>,
}

/// Column names. What is left out is unknown in every row.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Columns {
    pub source_id: Names,
    pub status: Names,
    /// The parts of what was said, one under the other.
    pub words: Vec<Names>,
    pub place: Names,
    pub category: Names,
    /// The category above it.
    pub category_above: Names,
    pub unit: Names,
    pub lat: Names,
    pub lon: Names,
    pub created: Names,
    pub accepted: Names,
    pub contacted: Names,
    pub started: Names,
    pub done: Names,
    pub closed: Names,
    pub reopened: Names,
    /// When a row last changed. Of one that is closed it is when that happened, where the source says so.
    pub closed_or_updated: Names,
    pub note: Names,
    pub channel: Names,
    pub office: Names,
    pub supporters: Names,
    pub objectors: Names,
    pub solved: Names,
    pub satisfied: Names,
    /// Personal: read only where the import is told to.
    pub name: Names,
    /// Personal: read only where the import is told to.
    pub phone: Names,
}

/// The limits of imported matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// By when the reporter should have been reached.
    pub contact: Limit,
    /// By when it should have been done.
    pub finish: Limit,
}

fn wrong<T>(what: impl fmt::Display) -> Result<T> {
    Err(Error::Internal(format!("the mapping: {what}")))
}

fn wgs84() -> String {
    Coordinates::default().as_str().to_owned()
}

impl Mapping {
    /// The system that the file's coordinates come in.
    pub fn system(&self) -> Option<Coordinates> {
        Coordinates::parse(&self.coordinates)
    }

    /// Reads a mapping.
    ///
    /// # Errors
    /// `Internal` with the line and what is wrong.
    pub fn parse(text: &str) -> Result<Self> {
        let mapping: Self = toml::from_str(text).map_err(|error| Error::Internal(format!("the mapping: {error}")))?;
        zone(&mapping.timezone)?;
        if mapping.system().is_none() {
            return wrong(format!("coordinates knows wgs84 and gcj02, not {}", mapping.coordinates));
        }
        let tables: [(Vec<&String>, &[&str], &str); 3] = [
            (mapping.days_after_created.keys().collect(), &["accepted", "contacted", "done"], "days_after_created"),
            (mapping.solved.keys().collect(), &["yes", "partly", "no"], "solved"),
            (mapping.satisfied.keys().collect(), &["1", "2", "3", "4", "5"], "satisfied"),
        ];
        for (words, known, table) in tables {
            if let Some(odd) = words.into_iter().find(|word| !known.contains(&word.as_str())) {
                return wrong(format!("[{table}] knows {}, not {odd}", known.join(", ")));
            }
        }
        if let Some(odd) = mapping.statuses.keys().find(|status| !STATUSES.contains(status)) {
            let all = STATUSES.map(Status::as_str).join(", ");
            return wrong(format!("[statuses] knows {all}, not {odd}: an imported matter has no order of ours"));
        }
        let Columns { created, words, category, .. } = &mapping.columns;
        if created.0.is_empty() || words.iter().all(|part| part.0.is_empty()) {
            return wrong("[columns] must name created and words");
        }
        if category.0.is_empty() && mapping.category.is_empty() {
            return wrong("[columns] must name category, or category = \"...\" above it must say which all rows have");
        }
        Ok(mapping)
    }

    /// Every column it can take, by what it is; `words` once for each part.
    pub fn fields(&self) -> Vec<(&'static str, &Names)> {
        let c = &self.columns;
        let mut all = vec![
            ("source_id", &c.source_id),
            ("status", &c.status),
            ("place", &c.place),
            ("category", &c.category),
            ("category_above", &c.category_above),
            ("unit", &c.unit),
            ("lat", &c.lat),
            ("lon", &c.lon),
            ("created", &c.created),
            ("accepted", &c.accepted),
            ("contacted", &c.contacted),
            ("started", &c.started),
            ("done", &c.done),
            ("closed", &c.closed),
            ("reopened", &c.reopened),
            ("closed_or_updated", &c.closed_or_updated),
            ("note", &c.note),
            ("channel", &c.channel),
            ("office", &c.office),
            ("supporters", &c.supporters),
            ("objectors", &c.objectors),
            ("solved", &c.solved),
            ("satisfied", &c.satisfied),
            ("name", &c.name),
            ("phone", &c.phone),
        ];
        all.extend(c.words.iter().map(|part| ("words", part)));
        for (step, names) in &self.days_after_created {
            all.push((
                match step.as_str() {
                    "accepted" => "days until accepted",
                    "contacted" => "days until contacted",
                    _ => "days until done",
                },
                names,
            ));
        }
        all.retain(|(_, names)| !names.0.is_empty());
        all
    }

    /// Our status for the source's word; none where the mapping does not know it.
    pub fn status(&self, word: &str) -> Option<Status> {
        let ours = self.statuses.iter().find(|(_, words)| has(words, word)).map(|(status, _)| *status);
        ours.or_else(|| Status::parse(word).filter(|status| STATUSES.contains(status)))
    }

    /// The answer to "is it solved" that a word stands for.
    pub fn solved(&self, word: &str) -> Option<Solved> {
        let ours = self.solved.iter().find(|(_, words)| has(words, word)).map(|(answer, _)| answer.as_str());
        match ours.unwrap_or(word) {
            "yes" => Some(Solved::Yes),
            "partly" => Some(Solved::Partly),
            "no" => Some(Solved::No),
            _ => None,
        }
    }

    /// How satisfied, 1 to 5, a word stands for.
    pub fn satisfied(&self, word: &str) -> Option<i64> {
        let ours = self.satisfied.iter().find(|(_, words)| has(words, word)).map(|(stars, _)| stars.as_str());
        let number = ours.unwrap_or(word);
        number.strip_suffix(".0").unwrap_or(number).parse().ok().filter(|stars| (1..=5).contains(stars))
    }
}

fn has(words: &[String], word: &str) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// A time zone by its IANA name, or a fixed offset such as `-05:00`.
///
/// # Errors
/// `Internal` where there is no such zone.
pub fn zone(name: &str) -> Result<TimeZone> {
    let fixed = name.strip_prefix(['+', '-']).and_then(|rest| {
        let (hours, minutes) = rest.split_once(':')?;
        let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
        let seconds = if name.starts_with('-') { -seconds } else { seconds };
        jiff::tz::Offset::from_seconds(seconds).ok().map(TimeZone::fixed)
    });
    match fixed {
        Some(zone) => Ok(zone),
        None => TimeZone::get(name).map_err(|_| Error::Internal(format!("the mapping: there is no time zone {name}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_can_be_read_and_say_what_they_are_for() {
        for (name, text) in BUILT_IN {
            let mapping = Mapping::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!mapping.about.is_empty() && !mapping.source.is_empty(), "{name}");
        }
    }

    #[test]
    fn the_example_of_the_guide_is_one() {
        let guide = include_str!("../../../../docs/importing.md");
        let example = guide.split("```toml").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
        let mapping = Mapping::parse(example).expect("it can be read");
        assert_eq!((mapping.status("在办"), mapping.satisfied("好")), (Some(Status::Accepted), Some(5)));
    }

    #[test]
    fn what_a_mapping_cannot_mean_is_said() {
        let good = "timezone = \"UTC\"\n[columns]\ncreated = \"a\"\nwords = [\"b\", [\"c\", \"d\"]]\ncategory = [\"e\"]\n\
                    [limits]\ncontact = \"5wd\"\nfinish = \"5wd\"\n";
        let mapping = Mapping::parse(good).expect("a mapping");
        assert_eq!(mapping.columns.words[1].0, ["c", "d"]);
        for (from, to, why) in [
            ("UTC", "Mars/Olympus", "no time zone Mars/Olympus"),
            ("created = \"a\"", "", "created and words"),
            ("category = [\"e\"]", "", "category"),
            ("category = [\"e\"]", "categorie = [\"e\"]", "unknown field"),
            ("[limits]", "[statuses]\nworking = [\"x\"]\n[limits]", "not working"),
            ("[limits]", "[satisfied]\n6 = [\"x\"]\n[limits]", "not 6"),
            ("[limits]", "[solved]\nmaybe = [\"x\"]\n[limits]", "not maybe"),
        ] {
            let said = Mapping::parse(&good.replace(from, to)).expect_err("it is wrong");
            assert!(said.to_string().contains(why) || format!("{said:?}").contains(why), "{said:?}");
        }
    }

    #[test]
    fn words_become_ours() {
        let (_, text) = BUILT_IN[5];
        let mapping = Mapping::parse(text).expect("ours");
        assert_eq!(mapping.status("已办结"), Some(Status::Closed));
        assert_eq!(mapping.status("没有这个词"), None);
        assert_eq!(mapping.satisfied("4.0"), Some(4));
        assert_eq!(mapping.satisfied("6"), None);
        assert_eq!(mapping.solved("部分解决"), Some(Solved::Partly));
    }
}
