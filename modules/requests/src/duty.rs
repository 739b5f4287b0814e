//! Whether a worker is on duty: by the hours they gave, else in the tenant's working hours, and never while they are away.
//! Pure.

use std::time::Duration;

use jiff::civil::DateTime;
use tongxin_base::calendar::{Calendar, Quiet, WeekHours};
use tongxin_base::{Error, FieldError, Result, Time};

use crate::domain::LONGEST_LINE;
use crate::store::duty::Candidate;

/// Whether somebody is on duty at `now`. Hours they gave are taken at their word, at night too; where they gave none, the
/// tenant's working hours hold, but never in its quiet hours. A leave is from its first moment to just before its second.
pub fn on_duty(
    now: Time,
    hours: Option<&WeekHours>,
    leaves: &[(Time, Time)],
    calendar: &Calendar,
    quiet: Quiet,
) -> bool {
    if leaves.iter().any(|(from, to)| (*from..*to).contains(&now)) {
        return false;
    }
    match hours.filter(|hours| !hours.is_empty()) {
        Some(hours) => calendar.is_in(hours, now),
        None => calendar.is_open(now) && quiet.over(now, calendar) == now,
    }
}

impl Candidate {
    /// Whether they are on duty at `now`, the moment for which they were read; see [`on_duty`].
    pub fn on_duty(&self, now: Time, calendar: &Calendar, quiet: Quiet) -> bool {
        let hours = self.hours.as_deref().and_then(|hours| hours.parse().ok());
        !self.on_leave && on_duty(now, hours.as_ref(), &[], calendar, quiet)
    }
}

/// The longest hours of a week, in characters: seven days, three spans each.
const LONGEST_HOURS: usize = 300;
/// Skills of one person.
const MOST_SKILLS: usize = 20;
/// A leave is at most this long: a year, for those with a small child.
const LONGEST_LEAVE: Duration = Duration::from_secs(366 * 24 * 3600);

/// Reads hours of a week; none where the text is empty.
///
/// # Errors
/// `Invalid`.
pub fn parse_hours(text: &str) -> Result<Option<String>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let hours: WeekHours = text.parse().map_err(|_| Error::field("hours", "requests-bad-week-hours"))?;
    let said = hours.to_string();
    if said.len() > LONGEST_HOURS { Err(Error::field("hours", "requests-bad-week-hours")) } else { Ok(Some(said)) }
}

/// Reads skills: each once, and only such as are in the list or were theirs before.
///
/// # Errors
/// `Invalid`.
pub fn parse_skills(said: &[String], known: &[String]) -> Result<Vec<String>> {
    let mut skills: Vec<String> =
        said.iter().map(|skill| skill.trim().to_owned()).filter(|skill| !skill.is_empty()).collect();
    skills.sort();
    skills.dedup();
    if skills.len() > MOST_SKILLS || skills.iter().any(|skill| !known.contains(skill)) {
        return Err(Error::field("skills", "form-unknown-choice"));
    }
    Ok(skills)
}

/// A base point, to about a hundred metres: nobody needs to know the door.
///
/// # Errors
/// `Invalid` where it is not on the Earth.
pub fn base_point((lat, lon): (f64, f64)) -> Result<(f64, f64)> {
    let on_earth = lat.abs() <= 90.0 && lon.abs() <= 180.0;
    let rough = |x: f64| (x * 1000.0).round() / 1000.0;
    if on_earth { Ok((rough(lat), rough(lon))) } else { Err(Error::field("lat", "form-not-a-number")) }
}

/// A time in which somebody is away, as it is written: moments on the wall clock of the tenant, `2026-03-02T09:00` or a day
/// alone (the last day included), or RFC 3339.
#[derive(Debug, Clone, Default)]
pub struct RawLeave {
    /// The first moment away.
    pub from: String,
    /// The first moment back, or the last day away.
    pub to: String,
    /// Why; may be empty.
    pub reason: String,
}

impl RawLeave {
    /// Reads it.
    ///
    /// # Errors
    /// `Invalid`, with every field that is wrong.
    pub fn parse(&self, now: Time, calendar: &Calendar) -> Result<(Time, Time, String)> {
        let mut wrong = Vec::new();
        let mut moment = |field: &'static str, text: &str, whole_day: bool| {
            let found = wall_moment(text.trim(), calendar, whole_day);
            if found.is_none() {
                let key = if text.trim().is_empty() { "form-required" } else { "requests-bad-moment" };
                wrong.push(FieldError::new(field, key));
            }
            found
        };
        let (from, to) = (moment("from", &self.from, false), moment("to", &self.to, true));
        if let (Some(from), Some(to)) = (from, to) {
            if to <= from || to <= now {
                wrong.push(FieldError::new("to", "requests-leave-order"));
            } else if to.since(from) > LONGEST_LEAVE {
                wrong.push(FieldError::new("to", "requests-leave-long"));
            }
        }
        let reason = self.reason.trim();
        if reason.chars().count() > LONGEST_LINE {
            wrong.push(FieldError::new("reason", "form-too-long").with("max", LONGEST_LINE));
        }
        match (from, to) {
            (Some(from), Some(to)) if wrong.is_empty() => Ok((from, to, reason.to_owned())),
            _ => Err(Error::Invalid(wrong)),
        }
    }
}

/// A moment on the wall clock; a day alone is its beginning, or with `whole_day` its end.
fn wall_moment(text: &str, calendar: &Calendar, whole_day: bool) -> Option<Time> {
    if let Some(moment) = Time::parse(text) {
        return Some(moment);
    }
    let mut wall: DateTime = text.parse().ok()?;
    if whole_day && text.len() <= 10 {
        wall = wall.tomorrow().ok()?;
    }
    Some(wall.to_zoned(calendar.zone.clone()).ok()?.timestamp().into())
}
