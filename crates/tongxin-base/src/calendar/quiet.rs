//! Quiet hours: the part of the night in which nothing buzzes, written `22:00-07:00`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};

use super::Calendar;
use super::hours::minute;
use crate::Time;

/// A span of each day on the wall clock, over midnight or not; empty where both ends are the same. Text and JSON:
/// `"22:00-07:00"`, which is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// The first quiet minute, since midnight (0 to 1439).
    from: u16,
    /// The first minute that is not quiet any more (0 to 1439).
    to: u16,
}

/// A text that is no quiet hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("quiet hours are written as 22:00-07:00, at most 16 of them; 00:00-00:00 is never")]
pub struct BadQuiet;

impl Quiet {
    /// Whether a minute of the day (0 to 1439) is quiet.
    pub const fn has(self, minute: u16) -> bool {
        if self.from <= self.to {
            self.from <= minute && minute < self.to
        } else {
            self.from <= minute || minute < self.to
        }
    }

    /// The first moment at or after `now` that is not quiet, in the calendar's zone.
    pub fn over(self, now: Time, calendar: &Calendar) -> Time {
        let wall = now.in_zone(&calendar.zone);
        if !self.has(super::minute_of(&wall)) {
            return now;
        }
        let today = calendar.moment(wall.date(), self.to);
        let tomorrow = || wall.date().tomorrow().map_or(now, |date| calendar.moment(date, self.to));
        if today > now { today } else { tomorrow() }
    }
}

impl Default for Quiet {
    fn default() -> Self {
        Self { from: 22 * 60, to: 7 * 60 }
    }
}

impl fmt::Display for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

impl FromStr for Quiet {
    type Err = BadQuiet;
    fn from_str(text: &str) -> Result<Self, BadQuiet> {
        let (from, to) = text.trim().split_once('-').ok_or(BadQuiet)?;
        let read = |text: &str| minute(text).map_err(|_| BadQuiet);
        let (from, to) = (read(from)?, read(to)?);
        // Quiet for more than 16 hours would let nobody be told of anything; 00:00-00:00 is never.
        let long = if from <= to { to - from } else { 1440 + to - from };
        if long > 16 * 60 { Err(BadQuiet) } else { Ok(Self { from: from % 1440, to: to % 1440 }) }
    }
}

impl Serialize for Quiet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Quiet {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
