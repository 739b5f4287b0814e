//! Hours of a week, of a site that is open or a worker on duty, written `1-5 09:00-12:00,13:00-17:00; 6 09:00-12:00` (1 is Monday).

use std::fmt;
use std::str::FromStr;

use super::WorkHours;

/// Hours of a week. Empty where no fixed hours are kept. Text: `1-5 09:00-12:00,13:00-17:00; 6 09:00-12:00`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WeekHours {
    /// For each run of days that share their hours: the days, 1 to 7, and the hours.
    parts: Vec<(Vec<u8>, WorkHours)>,
}

/// A text that is no hours of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("hours of a week are written as 1-5 09:00-12:00,13:00-17:00; 6 09:00-12:00")]
pub struct BadWeekHours;

/// Whether it is open at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenNow {
    /// It is, until this minute of the day.
    Open {
        /// Minutes since midnight.
        until: u16,
    },
    /// It is not; it opens next on this day (1 to 7) at this minute.
    Closed {
        /// The day, 1 is Monday.
        day: u8,
        /// Minutes since midnight.
        at: u16,
    },
    /// It keeps no fixed hours.
    Unknown,
}

impl WeekHours {
    /// The parts in the order they were written: days, 1 to 7, and their hours.
    pub fn parts(&self) -> impl Iterator<Item = (&[u8], &WorkHours)> {
        self.parts.iter().map(|(days, hours)| (&days[..], hours))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    fn on(&self, day: u8) -> impl Iterator<Item = (u16, u16)> {
        self.parts.iter().filter(move |(days, _)| days.contains(&day)).flat_map(|(_, hours)| hours.spans())
    }

    /// Whether it is open on a day of the week (1 to 7) at a minute of the day, and what comes next.
    pub fn at(&self, day: u8, minute: u16) -> OpenNow {
        if let Some((_, until)) = self.on(day).find(|(open, close)| (*open..*close).contains(&minute)) {
            return OpenNow::Open { until };
        }
        let later = self.on(day).map(|(open, _)| open).filter(|open| *open > minute).min();
        if let Some(at) = later {
            return OpenNow::Closed { day, at };
        }
        let following = (1..=7).map(|ahead| (day - 1 + ahead) % 7 + 1);
        let next = following.filter_map(|day| Some((day, self.on(day).map(|(open, _)| open).min()?))).next();
        next.map_or(OpenNow::Unknown, |(day, at)| OpenNow::Closed { day, at })
    }
}

impl FromStr for WeekHours {
    type Err = BadWeekHours;
    fn from_str(text: &str) -> Result<Self, BadWeekHours> {
        let mut parts: Vec<(Vec<u8>, WorkHours)> = Vec::new();
        for part in text.split([';', '；']).map(str::trim).filter(|part| !part.is_empty()) {
            let (days, hours) = part.split_once(' ').ok_or(BadWeekHours)?;
            let days = parse_days(days)?;
            if parts.iter().any(|(known, _)| days.iter().any(|day| known.contains(day))) {
                return Err(BadWeekHours); // a day has its hours once
            }
            let hours = hours.replace('，', ",").replace('：', ":");
            parts.push((days, hours.parse().map_err(|_| BadWeekHours)?));
        }
        Ok(Self { parts })
    }
}

/// `1-5`, `6`, `6,7`.
fn parse_days(text: &str) -> Result<Vec<u8>, BadWeekHours> {
    let mut days = Vec::new();
    for piece in text.split([',', '，']) {
        let (from, to) = piece.split_once('-').unwrap_or((piece, piece));
        let day = |text: &str| text.parse().ok().filter(|day| (1..=7).contains(day)).ok_or(BadWeekHours);
        let (from, to): (u8, u8) = (day(from)?, day(to)?);
        if from > to || days.last().is_some_and(|last| *last >= from) {
            return Err(BadWeekHours);
        }
        days.extend(from..=to);
    }
    Ok(days)
}

/// Runs of days: `[1,2,3,4,5,7]` is `(1,5)` and `(7,7)`.
pub fn runs(days: &[u8]) -> Vec<(u8, u8)> {
    let mut runs: Vec<(u8, u8)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *day => *last = *day,
            _ => runs.push((*day, *day)),
        }
    }
    runs
}

impl fmt::Display for WeekHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (days, hours)) in self.parts.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "; " })?;
            for (index, (from, to)) in runs(days).into_iter().enumerate() {
                f.write_str(if index == 0 { "" } else { "," })?;
                if from == to { write!(f, "{from}")? } else { write!(f, "{from}-{to}")? }
            }
            write!(f, " {hours}")?;
        }
        Ok(())
    }
}
