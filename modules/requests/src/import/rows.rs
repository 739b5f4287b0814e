//! One row of a file as a matter: every cell is looked at, and what is wrong is named by its line and column.

use std::time::Duration;

use serde::Serialize;
use sha2::{Digest, Sha256};
use tongxin_base::{Arg, Time};
use tongxin_kernel::Solved;

use super::fit::Fit;
use super::mapping::Names;
use super::moment::moment;
use super::table::Cell;
use crate::domain::{LONGEST_LINE, Status};

/// The words of one row, in characters; the longest seen in the wild is some 8,000.
const LONGEST_WORDS: usize = 20_000;
/// What the source calls a matter, in characters.
const LONGEST_ID: usize = 100;
/// The name of a category or a unit, in characters: services of other cities have whole sentences for names.
const LONGEST_NAME: usize = 150;
/// Nothing that was reported before is a matter of ours.
const EARLIEST: &str = "1970-01-02T00:00:00Z";

/// One matter of a file. What the file does not say is `None`, never a default.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowIn {
    /// Its line, row or item in the file, from 1.
    pub line: u64,
    /// What the file calls it.
    pub source_id: Option<String>,
    /// Where it stands, where the file has a word for it that the mapping knows.
    pub status: Option<Status>,
    /// What it is.
    pub words: String,
    /// Where it is, in words.
    pub place: Option<String>,
    /// Where it is, WGS 84 degrees.
    pub point: Option<(f64, f64)>,
    /// The file's word for its kind.
    pub category: String,
    /// The file's word for the kind above it.
    pub category_above: Option<String>,
    /// The grid or community it belongs to, by names or codes; the closest first.
    pub units: Vec<String>,
    /// When it was reported.
    pub created: Time,
    /// When it was taken on.
    pub accepted: Option<Time>,
    /// When the reporter was reached.
    pub contacted: Option<Time>,
    /// When somebody began to work on it.
    pub started: Option<Time>,
    /// When it was done.
    pub done: Option<Time>,
    /// When its file was closed.
    pub closed: Option<Time>,
    /// When it was opened again.
    pub reopened: Option<Time>,
    /// What was answered.
    pub note: Option<String>,
    /// The way it came: telephone, site on the net.
    pub channel: Option<String>,
    /// The office that dealt with it.
    pub office: Option<String>,
    /// How many others stood by it.
    pub supporters: Option<i64>,
    /// How many were against it.
    pub objectors: Option<i64>,
    /// Whether its reporter called it solved.
    pub solved: Option<Solved>,
    /// How satisfied its reporter was, 1 to 5.
    pub satisfied: Option<i64>,
    /// Its reporter's name, where the import may read it.
    pub name: Option<String>,
    /// Its reporter's telephone, where the import may read it.
    pub phone: Option<String>,
}

impl RowIn {
    /// What tells whether the source says the same of a matter as before. Of what somebody wrote there is the length alone, so
    /// that nothing can be guessed from it once the words are gone.
    pub fn digest(&self) -> [u8; 16] {
        let Self { status, point, category, created, accepted, contacted, started, done, closed, reopened, .. } = self;
        let lengths = [Some(&self.words), self.note.as_ref(), self.place.as_ref()].map(|text| text.map(String::len));
        let facts = format!(
            "{status:?}{point:?}{category}{created}{:?}{lengths:?}{:?}{:?}",
            [accepted, contacted, started, done, closed, reopened],
            (self.supporters, self.objectors),
            (self.solved.map(|s| s.to_string()), self.satisfied)
        );
        let digest: [u8; 32] = Sha256::digest(facts.as_bytes()).into();
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        half
    }
}

/// Something wrong in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowError {
    /// The line, row or item.
    pub line: u64,
    /// The same in words: `line 17`, `sheet 工单, row 17`.
    pub place: String,
    /// The column; empty where it is about the whole row.
    pub column: String,
    /// What is wrong, for the command line.
    pub wrong: String,
    /// The same for pages: a key of the words.
    #[serde(skip)]
    pub key: &'static str,
    /// And its values.
    #[serde(skip)]
    pub args: Vec<Arg>,
}

/// Why a cell is wrong: for pages a key of the words and its values.
pub(super) struct Why(pub &'static str, pub Vec<Arg>);

impl Why {
    pub(super) const fn new(key: &'static str) -> Self {
        Self(key, Vec::new())
    }

    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.1.push((name.into(), value.to_string()));
        self
    }
}

fn too_long(most: usize) -> Why {
    Why::new("requests-import-too-long").with("most", most)
}

/// What a row has that its matter will not have; counted by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Oddity {
    NoCategory,
    NullIsland,
    UnknownStatus,
    UnknownAnswer,
}

/// The cells of a row, under the mapping's names for them.
pub(super) struct Cells<'a> {
    pub line: u64,
    pub label: &'a str,
    pub fit: &'a Fit,
    pub cells: &'a [Cell],
    pub columns: &'a [String],
}

impl Cells<'_> {
    /// The first of the columns that is not empty, and its name.
    fn cell(&self, names: &Names) -> Option<(&str, &Cell)> {
        let found = |at: &usize| self.cells.get(*at).filter(|cell| **cell != Cell::Empty).map(|cell| (*at, cell));
        let (at, cell) = self.fit.at(names).iter().find_map(found)?;
        Some((self.columns.get(at)?, cell))
    }

    fn text(&self, names: &Names) -> Option<String> {
        self.cell(names)?.1.shown()
    }

    /// The name under which a column is known in this file, for messages.
    fn called(&self, names: &Names) -> String {
        let first = self.fit.at(names).first().and_then(|at| self.columns.get(*at));
        first.cloned().unwrap_or_else(|| names.to_string())
    }

    fn wrong(&self, column: &str, Why(key, args): Why, wrong: impl Into<String>) -> RowError {
        let place = format!("{} {}", self.label, self.line);
        RowError { line: self.line, place, column: column.to_owned(), wrong: wrong.into(), key, args }
    }

    fn no_number(&self, column: &str, text: &str) -> RowError {
        let why = Why::new("requests-import-no-number").with("text", short(text));
        self.wrong(column, why, format!("{:?} is not a number", short(text)))
    }

    /// A text of one line that is no longer than it may be.
    fn line_of(&self, names: &Names, longest: usize) -> Result<Option<String>, RowError> {
        let Some(text) = self.text(names) else { return Ok(None) };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > longest {
            return Err(self.wrong(
                &self.called(names),
                too_long(longest),
                format!("is longer than {longest} characters"),
            ));
        }
        Ok(Some(text))
    }

    /// Every one of the columns that is not empty.
    fn all_of(&self, names: &Names) -> Vec<String> {
        let cells = self.fit.at(names).iter().filter_map(|at| self.cells.get(*at)?.shown());
        cells.map(|text| text.chars().take(LONGEST_NAME).collect()).collect()
    }

    fn time_of(&self, names: &Names) -> Result<Option<Time>, RowError> {
        let Some((column, cell)) = self.cell(names) else { return Ok(None) };
        let times = &self.fit.mapping.times;
        if let Some(at) = moment(cell, times, &self.fit.zone) {
            return Ok(Some(at));
        }
        let forms = times.iter().map(String::as_str).chain(["2026-03-02 09:30:00", "2026-03-02T09:30:00+08:00"]);
        let forms = forms.collect::<Vec<_>>();
        let text = short(&cell.shown().unwrap_or_default());
        let why = Why::new("requests-import-no-time").with("text", &text).with("forms", forms.join(" / "));
        Err(self.wrong(column, why, format!("{text:?} is not a time of the form {}", forms.join(" or "))))
    }

    /// A step, from its own column or from its days after the report.
    fn step(&self, step: &str, names: &Names, created: Time) -> Result<Option<Time>, RowError> {
        let days = self.fit.mapping.days_after_created.get(step).and_then(|names| self.cell(names));
        let (column, at) = match days {
            Some((column, cell)) => {
                let text = cell.shown().unwrap_or_default();
                let days: f64 = text.parse().map_err(|_| self.no_number(column, &text))?;
                if !(0.0..=36_500.0).contains(&days) {
                    let why = Why::new("requests-import-days").with("text", &text);
                    return Err(self.wrong(column, why, format!("{text} days is out of range")));
                }
                (column.to_owned(), Some(created + Duration::from_secs_f64(days * 86_400.0)))
            }
            None => (self.called(names), self.time_of(names)?),
        };
        match at {
            // A day without an hour: it was that day, and not before the report.
            Some(at) if at < created && self.is_day_of(at, created) => Ok(Some(created)),
            Some(at) if at < created => {
                let why = Why::new("requests-import-before").with("created", created);
                Err(self.wrong(&column, why, format!("comes before the report ({created})")))
            }
            other => Ok(other),
        }
    }

    /// Whether a time is only the day of another.
    fn is_day_of(&self, day: Time, at: Time) -> bool {
        let (day, at) = (day.in_zone(&self.fit.zone), at.in_zone(&self.fit.zone));
        day.date() == at.date() && day.time() == jiff::civil::Time::midnight()
    }

    fn degrees(&self, names: &Names, bound: f64) -> Result<Option<f64>, RowError> {
        let Some((column, cell)) = self.cell(names) else { return Ok(None) };
        let text = cell.shown().unwrap_or_default();
        match text.parse::<f64>() {
            Ok(x) if x.abs() <= bound => Ok(Some(x)),
            Ok(_) => {
                let why = Why::new("requests-import-between").with("text", &text).with("bound", bound);
                Err(self.wrong(column, why, format!("{text} is not between -{bound} and {bound}")))
            }
            Err(_) => Err(self.no_number(column, &text)),
        }
    }

    fn count(&self, names: &Names) -> Result<Option<i64>, RowError> {
        let Some((column, cell)) = self.cell(names) else { return Ok(None) };
        let text = cell.shown().unwrap_or_default();
        let whole = text.strip_suffix(".0").unwrap_or(&text).parse().ok().filter(|n| (0..=1_000_000_000).contains(n));
        whole.map(Some).ok_or_else(|| {
            let why = Why::new("requests-import-no-whole").with("text", short(&text));
            self.wrong(column, why, format!("{:?} is not a whole number", short(&text)))
        })
    }

    fn words(&self) -> Result<String, RowError> {
        let parts = &self.fit.mapping.columns.words;
        let mut said: Vec<String> = Vec::new();
        for text in parts.iter().filter_map(|names| self.text(names)) {
            if !said.contains(&text) {
                said.push(text);
            }
        }
        let columns = || parts.iter().map(|names| self.called(names)).collect::<Vec<_>>().join(" + ");
        let words = said.join("\n");
        if words.is_empty() {
            return Err(self.wrong(&columns(), Why::new("requests-import-no-words"), "says nothing"));
        }
        if words.chars().count() > LONGEST_WORDS {
            return Err(self.wrong(
                &columns(),
                too_long(LONGEST_WORDS),
                format!("is longer than {LONGEST_WORDS} characters"),
            ));
        }
        Ok(words)
    }

    /// Reads the row; `odd` hears of what it has that its matter will not have.
    pub(super) fn row(&self, odd: &mut dyn FnMut(Oddity, String)) -> Result<RowIn, RowError> {
        let mapping = &self.fit.mapping;
        let c = &mapping.columns;
        let words = self.words()?;
        let created = self
            .time_of(&c.created)?
            .ok_or_else(|| self.wrong(&self.called(&c.created), Why::new("requests-import-is-empty"), "is empty"))?;
        if Time::parse(EARLIEST).is_some_and(|earliest| created < earliest) {
            let why = Why::new("requests-import-long-ago").with("created", created);
            return Err(self.wrong(&self.called(&c.created), why, format!("{created} is too long ago")));
        }
        let (above, kind) = (self.line_of(&c.category_above, LONGEST_NAME)?, self.line_of(&c.category, LONGEST_NAME)?);
        let (category, category_above) = match (kind, above) {
            (Some(kind), above) => (kind.clone(), above.filter(|above| *above != kind)),
            (None, Some(above)) => (above, None),
            (None, None) if mapping.category.is_empty() => {
                return Err(self.wrong(&self.called(&c.category), Why::new("requests-import-is-empty"), "is empty"));
            }
            (None, None) => {
                if !self.fit.at(&c.category).is_empty() {
                    odd(Oddity::NoCategory, mapping.category.clone());
                }
                (mapping.category.clone(), None)
            }
        };
        let point = self.degrees(&c.lat, 90.0)?.zip(self.degrees(&c.lon, 180.0)?);
        let nowhere = |(lat, lon): &(f64, f64)| lat.abs() < 1e-6 && lon.abs() < 1e-6;
        if point.as_ref().is_some_and(nowhere) {
            odd(Oddity::NullIsland, String::new());
        }
        let point = point.map(|point| mapping.system().unwrap_or_default().to_wgs84(point));
        let word = self.text(&c.status);
        let status = word.as_deref().and_then(|word| mapping.status(word));
        if let (Some(word), None) = (&word, status) {
            odd(Oddity::UnknownStatus, short(word));
        }
        let mut answer = |names: &Names, known: bool| {
            if let (Some(word), false) = (self.text(names), known) {
                odd(Oddity::UnknownAnswer, short(&word));
            }
        };
        let solved = self.text(&c.solved).and_then(|word| mapping.solved(&word));
        answer(&c.solved, solved.is_some());
        let satisfied = self.text(&c.satisfied).and_then(|word| mapping.satisfied(&word));
        answer(&c.satisfied, satisfied.is_some());
        let mut done = self.step("done", &c.done, created)?;
        let over = status.is_some_and(|status| matches!(status, Status::Closed | Status::Declined | Status::Withdrawn));
        if done.is_none() && over {
            done = self.step("", &c.closed_or_updated, created)?;
        }
        let note = self.text(&c.note);
        if note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_WORDS) {
            return Err(self.wrong(
                &self.called(&c.note),
                too_long(LONGEST_WORDS),
                format!("is longer than {LONGEST_WORDS} characters"),
            ));
        }
        let place = self.text(&c.place).map(|place| place.chars().take(LONGEST_LINE * 2).collect());
        Ok(RowIn {
            line: self.line,
            source_id: self.line_of(&c.source_id, LONGEST_ID)?,
            place,
            point: point.filter(|point| !nowhere(point)),
            units: self.all_of(&c.unit),
            accepted: self.step("accepted", &c.accepted, created)?,
            contacted: self.step("contacted", &c.contacted, created)?,
            started: self.step("", &c.started, created)?,
            closed: self.step("", &c.closed, created)?,
            reopened: self.step("", &c.reopened, created)?,
            channel: self.line_of(&c.channel, LONGEST_NAME)?,
            office: self.line_of(&c.office, LONGEST_LINE)?,
            supporters: self.count(&c.supporters)?,
            objectors: self.count(&c.objectors)?,
            name: self.line_of(&c.name, LONGEST_LINE)?,
            phone: self.line_of(&c.phone, LONGEST_LINE)?,
            status,
            category,
            category_above,
            words,
            created,
            done,
            note,
            solved,
            satisfied,
        })
    }
}

/// The beginning of a text, for messages.
fn short(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut short: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}
