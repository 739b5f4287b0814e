//! From bytes to rows: encoding, columns, times. Every row is looked at, so that all errors are named at once.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use serde::Serialize;
use tongxin_base::{Error, Result, Time};

use super::mapping::Mapping;

/// A file is at most this large, in bytes: ten years of a large city.
const LARGEST_FILE: usize = 512 << 20;
/// The words of one row, in characters; the longest seen in the wild is some 8,000.
const LONGEST_WORDS: usize = 20_000;
/// Errors that are named; more of them say nothing new.
const MOST_ERRORS: usize = 100;

/// One matter of a file. What the file does not say is `None`, never a default.
#[derive(Debug, Clone, PartialEq)]
pub struct RowIn {
    /// Its line in the file, the header being line 1.
    pub line: u64,
    /// What the file calls it.
    pub source_id: Option<String>,
    /// What it is.
    pub words: String,
    /// Where it is, in words.
    pub place: Option<String>,
    /// Where it is, WGS 84 degrees.
    pub point: Option<(f64, f64)>,
    /// The file's word for its kind.
    pub category: String,
    /// When it was reported.
    pub created: Time,
    /// When it was taken on.
    pub accepted: Option<Time>,
    /// When the reporter was reached.
    pub contacted: Option<Time>,
    /// When it was done.
    pub done: Option<Time>,
    /// What was answered.
    pub note: Option<String>,
}

/// Something wrong in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowError {
    /// The line.
    pub line: u64,
    /// The column; empty where it is about the whole row.
    pub column: String,
    /// What is wrong.
    pub wrong: String,
}

/// A file, read.
#[derive(Debug)]
pub struct Parsed {
    /// The name of the mapping.
    pub mapping_name: String,
    /// The mapping.
    pub mapping: Mapping,
    /// The rows that can be read.
    pub rows: Vec<RowIn>,
    /// What is wrong in the others, the first hundred.
    pub errors: Vec<RowError>,
}

/// Reads a CSV file in UTF-8 or GB 18030.
///
/// # Errors
/// `TooLarge`; `Internal` where the file or the mapping as a whole cannot be read.
pub fn parse(bytes: &[u8], mapping: Option<(String, Mapping)>) -> Result<Parsed> {
    if bytes.len() > LARGEST_FILE {
        return Err(Error::TooLarge);
    }
    let text = decode(bytes)?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| Error::Internal(format!("the header: {error}")))?;
    let header: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    let (mapping_name, mapping) = match mapping {
        Some(named) => named,
        None => Mapping::recognise(&header).map(|(name, mapping)| (name.to_owned(), mapping))?,
    };
    if let Some(missing) = mapping.wanted().find(|wanted| !header.iter().any(|have| have == wanted)) {
        return Err(Error::Internal(format!("the file has no column {missing:?}; it has {}", header.join(", "))));
    }
    let zone = mapping.zone()?;
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let read = match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                row(&Cells { line, header: &header, record: &record, mapping: &mapping, zone: &zone })
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                Err(RowError { line, column: String::new(), wrong: error.to_string() })
            }
        };
        match read {
            Ok(row) => rows.push(row),
            Err(error) if errors.len() < MOST_ERRORS => errors.push(error),
            Err(_) => break,
        }
    }
    Ok(Parsed { mapping_name, mapping, rows, errors })
}

/// UTF-8 with or without a mark, else GB 18030, which every byte of an older Chinese office file is.
fn decode(bytes: &[u8]) -> Result<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    let (text, _, broken) = encoding_rs::GB18030.decode(bytes);
    if broken {
        return Err(Error::Internal(
            "the file is neither UTF-8 nor GB 18030; save it as UTF-8 and try again".to_owned(),
        ));
    }
    Ok(text.into_owned())
}

struct Cells<'a> {
    line: u64,
    header: &'a [String],
    record: &'a csv::StringRecord,
    mapping: &'a Mapping,
    zone: &'a TimeZone,
}

impl Cells<'_> {
    /// The content of a column without the blanks around it (full-width ones and tabs too); `None` where it is empty.
    fn text(&self, column: &str) -> Option<&str> {
        let at = self.header.iter().position(|name| name == column)?;
        self.record.get(at).map(str::trim).filter(|text| !text.is_empty())
    }

    fn maybe(&self, column: &Option<String>) -> Option<&str> {
        self.text(column.as_deref()?)
    }

    fn wrong(&self, column: &str, wrong: impl Into<String>) -> RowError {
        RowError { line: self.line, column: column.to_owned(), wrong: wrong.into() }
    }

    fn time(&self, column: &str, text: &str) -> Result<Time, RowError> {
        let read = self.mapping.times.iter().find_map(|form| civil(form, text));
        let read = read.and_then(|civil| civil.to_zoned(self.zone.clone()).ok());
        let forms = || format!("{text:?} is not a time of the form {}", self.mapping.times.join(" or "));
        read.map(|zoned| Time::from(zoned.timestamp())).ok_or_else(|| self.wrong(column, forms()))
    }

    fn time_of(&self, column: &Option<String>) -> Result<Option<Time>, RowError> {
        let Some(name) = column else { return Ok(None) };
        self.text(name).map(|text| self.time(name, text)).transpose()
    }

    /// A step, from its own column or from its days after the report.
    fn step(&self, step: &str, column: &Option<String>, created: Time) -> Result<Option<Time>, RowError> {
        let at = match self.mapping.days_after_created.get(step) {
            None => self.time_of(column)?,
            Some(days_column) => match self.text(days_column) {
                None => None,
                Some(text) => {
                    let days: f64 =
                        text.parse().map_err(|_| self.wrong(days_column, format!("{text:?} is not a number")))?;
                    if !(0.0..=36_500.0).contains(&days) {
                        return Err(self.wrong(days_column, format!("{text} days is out of range")));
                    }
                    Some(created + Duration::from_secs_f64(days * 86_400.0))
                }
            },
        };
        match at {
            Some(at) if at < created => Err(self.wrong(step, "comes before the report")),
            other => Ok(other),
        }
    }

    fn degrees(&self, column: &Option<String>, bound: f64) -> Result<Option<f64>, RowError> {
        let (Some(name), Some(text)) = (column, self.maybe(column)) else { return Ok(None) };
        match text.parse::<f64>() {
            Ok(x) if x.abs() <= bound => Ok(Some(x)),
            Ok(_) => Err(self.wrong(name, format!("{text} is not between -{bound} and {bound}"))),
            Err(_) => Err(self.wrong(name, format!("{text:?} is not a number"))),
        }
    }
}

fn civil(form: &str, text: &str) -> Option<DateTime> {
    let time = BrokenDownTime::parse(form, text).ok()?;
    time.to_datetime().ok().or_else(|| time.to_date().ok().map(|date| date.at(0, 0, 0, 0)))
}

fn row(cells: &Cells<'_>) -> Result<RowIn, RowError> {
    let columns = &cells.mapping.columns;
    let words: Vec<&str> = columns.words.iter().filter_map(|column| cells.text(column)).collect();
    let words = words.join("\n");
    if words.is_empty() {
        return Err(cells.wrong(&columns.words.join(" + "), "says nothing"));
    }
    if words.chars().count() > LONGEST_WORDS {
        return Err(cells.wrong(&columns.words.join(" + "), format!("is longer than {LONGEST_WORDS} characters")));
    }
    let created = cells.text(&columns.created).ok_or_else(|| cells.wrong(&columns.created, "is empty"))?;
    let created = cells.time(&columns.created, created)?;
    let category = cells.text(&columns.category).ok_or_else(|| cells.wrong(&columns.category, "is empty"))?;
    let (lat, lon) = (cells.degrees(&columns.lat, 90.0)?, cells.degrees(&columns.lon, 180.0)?);
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Ok(RowIn {
        line: cells.line,
        source_id: owned(cells.maybe(&columns.source_id)),
        place: owned(cells.maybe(&columns.place)),
        point: lat.zip(lon),
        category: category.to_owned(),
        accepted: cells.step("accepted", &columns.accepted, created)?,
        contacted: cells.step("contacted", &columns.contacted, created)?,
        done: cells.step("done", &columns.done, created)?,
        note: owned(cells.maybe(&columns.note)),
        words,
        created,
    })
}
