//! The days that are not what the week says, and the table of China's public holidays and make-up workdays.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use jiff::civil::{Date, Weekday};

/// What a day is, whatever the week says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Day {
    /// Nobody works: a public holiday.
    Off,
    /// People work, though it may be a weekend: a make-up workday (调休).
    Workday,
}

/// Days that are off or worked by rule. Text, one or more lines for each year that is known:
///
/// ```text
/// # a comment
/// 2026 off  01-01..01-03 02-15..02-23
/// 2026 work 01-04 02-14
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Days {
    days: BTreeMap<Date, Day>,
    years: BTreeSet<i16>,
}

/// A line of a table of days that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {word:?} does not fit; a line is written as 2026 off 01-01..01-03 02-15, or with work for off")]
pub struct BadDays {
    /// The line, from 1.
    pub line: usize,
    /// The word that does not fit.
    pub word: String,
}

impl Days {
    /// China's public holidays and make-up workdays, 2007-2026, by the yearly notices of the State Council.
    pub fn china() -> Self {
        include_str!("china.txt").parse().expect("the built-in table is read by a test")
    }

    /// What the table says of `date`, if anything.
    pub fn get(&self, date: Date) -> Option<Day> {
        self.days.get(&date).copied()
    }

    /// Enters one day, over what the table said of it before. Its year counts as known.
    pub fn set(&mut self, date: Date, day: Day) {
        self.years.insert(date.year());
        self.days.insert(date, day);
    }

    /// The days of a year of which the table says something, in order.
    pub fn of_year(&self, year: i16) -> impl Iterator<Item = (Date, Day)> {
        self.days.iter().filter(move |(date, _)| date.year() == year).map(|(date, day)| (*date, *day))
    }

    /// Whether somebody works on `date`: by the table, else on Monday to Friday.
    pub fn is_workday(&self, date: Date) -> bool {
        match self.get(date) {
            Some(day) => day == Day::Workday,
            None => !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday),
        }
    }

    /// Whether the table has a line for `year`.
    pub fn covers(&self, year: i16) -> bool {
        self.years.contains(&year)
    }
}

impl FromStr for Days {
    type Err = BadDays;
    fn from_str(text: &str) -> Result<Self, BadDays> {
        let mut table = Self::default();
        for (index, line) in text.lines().enumerate() {
            let bad = |word: &str| BadDays { line: index + 1, word: word.chars().take(40).collect() };
            let line = line.split('#').next().unwrap_or_default().trim();
            let mut words = line.split_ascii_whitespace();
            let Some(year) = words.next() else { continue };
            let year: i16 = year.parse().ok().filter(|y| (1900..=9999).contains(y)).ok_or_else(|| bad(year))?;
            let day = match words.next() {
                Some("off") => Day::Off,
                Some("work") => Day::Workday,
                other => return Err(bad(other.unwrap_or(line))),
            };
            table.years.insert(year);
            for word in words {
                let (first, last) = word.split_once("..").unwrap_or((word, word));
                let first = month_day(year, first).ok_or_else(|| bad(word))?;
                let last = month_day(year, last).filter(|last| *last >= first).ok_or_else(|| bad(word))?;
                for date in first.series(jiff::Span::new().days(1)).take_while(|date| *date <= last) {
                    if table.days.insert(date, day).is_some() {
                        return Err(bad(word)); // a day is said once
                    }
                }
            }
        }
        Ok(table)
    }
}

/// `MM-DD` of `year`.
fn month_day(year: i16, text: &str) -> Option<Date> {
    let (month, day) = text.split_once('-')?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}
