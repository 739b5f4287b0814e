//! The office hours of a workday, written `09:00-12:00,13:00-17:00`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};

/// Daily spans of working time on the wall clock: one or more, in order, apart from one another, each within the day.
/// Text and JSON: `"09:00-12:00,13:00-17:00"`; a span may end at `24:00`. The default is that example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkHours {
    /// Opening and closing, in minutes since midnight (0 to 1440).
    spans: Vec<(u16, u16)>,
}

/// A text that is no office hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadHours {
    /// Not a list of spans.
    #[error("office hours are written as 09:00-12:00,13:00-17:00")]
    Form,
    /// A span that ends before it begins, or begins before the last one ended.
    #[error("office hours are in order and do not overlap; {0} does not fit")]
    Order(String),
}

impl WorkHours {
    /// Opening and closing of each span, in minutes since midnight (0 to 1440), in order.
    pub fn spans(&self) -> impl Iterator<Item = (u16, u16)> {
        self.spans.iter().copied()
    }

    /// When the last span ends, in minutes since midnight.
    pub fn closing(&self) -> u16 {
        self.spans.last().map_or(0, |span| span.1)
    }
}

impl Default for WorkHours {
    fn default() -> Self {
        Self { spans: vec![(9 * 60, 12 * 60), (13 * 60, 17 * 60)] }
    }
}

impl fmt::Display for WorkHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (open, close)) in self.spans().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{:02}:{:02}-{:02}:{:02}", open / 60, open % 60, close / 60, close % 60)?;
        }
        Ok(())
    }
}

impl FromStr for WorkHours {
    type Err = BadHours;
    fn from_str(text: &str) -> Result<Self, BadHours> {
        let mut spans: Vec<(u16, u16)> = Vec::new();
        for part in text.split(',') {
            let (open, close) = part.trim().split_once('-').ok_or(BadHours::Form)?;
            let (open, close) = (minute(open)?, minute(close)?);
            if open >= close || spans.last().is_some_and(|last| last.1 > open) {
                return Err(BadHours::Order(part.trim().to_owned()));
            }
            spans.push((open, close));
        }
        Ok(Self { spans })
    }
}

/// `HH:MM` as minutes since midnight, up to `24:00`.
pub(super) fn minute(text: &str) -> Result<u16, BadHours> {
    let number = |digits: &str| match digits.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Ok(u16::from(tens - b'0') * 10 + u16::from(ones - b'0')),
        _ => Err(BadHours::Form),
    };
    let (hour, minute) = text.trim().split_once(':').ok_or(BadHours::Form)?;
    let (hour, minute) = (number(hour)?, number(minute)?);
    if minute > 59 || hour * 60 + minute > 1440 {
        return Err(BadHours::Form);
    }
    Ok(hour * 60 + minute)
}

impl Serialize for WorkHours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for WorkHours {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
