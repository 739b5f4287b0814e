//! A mapping says which column of somebody's file is what. Ours come with the binary; any other is a file of the same form.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::Deserialize;
use tongxin_base::calendar::Limit;
use tongxin_base::{Error, Result};

/// The mappings that come with the binary; the first whose columns are all there is taken where none is named.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("seeclickfix", include_str!("../../mappings/seeclickfix.toml")),
    ("fuzhou", include_str!("../../mappings/fuzhou.toml")),
];

/// Which column holds what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The zone the times are written in: an IANA name, or a fixed offset such as `-05:00`.
    pub timezone: String,
    /// The forms of a time, tried in order (strftime).
    pub times: Vec<String>,
    /// The code of the unit all rows belong to; the subdistrict where it is left out.
    #[serde(default)]
    pub unit: String,
    /// Column names.
    pub columns: Columns,
    /// Columns that hold a number of days after the matter was reported, by step: `accepted`, `contacted`, `done`.
    #[serde(default)]
    pub days_after_created: BTreeMap<String, String>,
    /// The limits that imported categories get.
    pub limits: Limits,
    /// Categories of the file and the codes they are here; those not named are made.
    #[serde(default)]
    pub categories: BTreeMap<String, String>,
}

/// Column names. What is left out is unknown in every row.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    pub source_id: Option<String>,
    pub words: Vec<String>,
    pub place: Option<String>,
    pub category: String,
    pub lat: Option<String>,
    pub lon: Option<String>,
    pub created: String,
    pub accepted: Option<String>,
    pub contacted: Option<String>,
    pub done: Option<String>,
    pub note: Option<String>,
}

/// The limits of imported categories.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// By when the reporter should have been reached.
    pub contact: Limit,
    /// By when it should have been done.
    pub finish: Limit,
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// `Internal` with the line and what is wrong.
    pub fn parse(text: &str) -> Result<Self> {
        let mapping: Self = toml::from_str(text).map_err(|error| Error::Internal(format!("the mapping: {error}")))?;
        mapping.zone()?;
        let steps = ["accepted", "contacted", "done"];
        if let Some(odd) = mapping.days_after_created.keys().find(|step| !steps.contains(&step.as_str())) {
            let steps = steps.join(", ");
            return Err(Error::Internal(format!("the mapping: [days_after_created] knows {steps}, not {odd}")));
        }
        Ok(mapping)
    }

    /// The zone of the times.
    ///
    /// # Errors
    /// `Internal` where there is no such zone.
    pub fn zone(&self) -> Result<TimeZone> {
        let fixed = self.timezone.strip_prefix(['+', '-']).and_then(|rest| {
            let (hours, minutes) = rest.split_once(':')?;
            let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
            let seconds = if self.timezone.starts_with('-') { -seconds } else { seconds };
            jiff::tz::Offset::from_seconds(seconds).ok().map(TimeZone::fixed)
        });
        match fixed {
            Some(zone) => Ok(zone),
            None => TimeZone::get(&self.timezone)
                .map_err(|_| Error::Internal(format!("the mapping: there is no time zone {}", self.timezone))),
        }
    }

    /// The columns that a file must have.
    pub fn wanted(&self) -> impl Iterator<Item = &str> {
        let c = &self.columns;
        let options = [&c.source_id, &c.place, &c.lat, &c.lon, &c.accepted, &c.contacted, &c.done, &c.note];
        let named = options.into_iter().flatten().chain(&c.words).chain([&c.category, &c.created]);
        named.chain(self.days_after_created.values()).map(String::as_str)
    }

    /// The built-in mapping whose columns are all in the header, with its name.
    ///
    /// # Errors
    /// `Internal` where none fits.
    pub fn recognise(header: &[String]) -> Result<(&'static str, Self)> {
        for (name, text) in BUILT_IN {
            let mapping = Self::parse(text)?;
            if mapping.wanted().all(|column| header.iter().any(|have| have == column)) {
                return Ok((name, mapping));
            }
        }
        let names = BUILT_IN.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        Err(Error::Internal(format!(
            "no mapping of ours ({names}) fits these columns; write one and name it with --mapping"
        )))
    }
}
