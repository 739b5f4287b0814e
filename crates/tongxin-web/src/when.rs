//! Dates and times for readers: the pattern is a word of the locale, the zone is the tenant's.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use tongxin_base::Time;

use crate::words::Words;

/// Date and time, to the minute.
pub fn moment(words: &Words, zone: &TimeZone, at: Time) -> String {
    at.in_zone(zone).strftime(&words.t("common-date-time")).to_string()
}

/// The date.
pub fn day(words: &Words, zone: &TimeZone, at: Time) -> String {
    at.in_zone(zone).strftime(&words.t("common-date")).to_string()
}

/// A date written `2026-11-23`, as `yyyymmdd`.
pub fn parse_day(text: &str) -> Option<i64> {
    let date: Date = text.parse().ok()?;
    Some(i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day()))
}
