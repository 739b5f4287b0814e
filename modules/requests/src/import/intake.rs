//! Takes the rows of a file, whichever form it has: finds the header and the mapping, reads every row, and remembers all that
//! is wrong and all that is odd.

use std::collections::{BTreeMap, HashMap};

use jiff::tz::TimeZone;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tongxin_base::{Error, Result, Time};

use super::fit::{Asked, Fit, Used};
use super::mapping::Mapping;
use super::rows::{Cells, Oddity, RowError, RowIn, Why};
use super::table::{Cell, HEADER_WITHIN, LARGEST_FILE, read, unreadable};

/// Errors that are named; more of them say nothing new, so the rest are counted.
const MOST_ERRORS: usize = 100;
/// Rows of one import; a city of ten million has as many in some years. Each is kept until all are checked.
const MOST_ROWS: usize = 2_000_000;
/// Records from whose fields the mapping is made out, where there is no header.
const SAMPLE: usize = 100;
/// Odd words of one kind that are shown.
const MOST_ODD: usize = 10;

/// A file, read.
#[derive(Debug)]
pub struct Parsed {
    /// The name of the mapping.
    pub mapping_name: String,
    /// The mapping.
    pub mapping: Mapping,
    /// Whose numbers the ids are.
    pub source: String,
    /// The rows that can be read.
    pub rows: Vec<RowIn>,
    /// What is wrong in the others, the first hundred.
    pub errors: Vec<RowError>,
    /// Wrong rows beyond those.
    pub more_errors: usize,
    /// Rows that say again what an earlier one of the same id says; taken once.
    pub repeated: usize,
    /// Columns that are read, and as what.
    pub used: Vec<Used>,
    /// Columns that are not read.
    pub left_out: Vec<String>,
    /// What the clerk should know, in words.
    pub notes: Vec<String>,
    /// The zone of times that name none.
    pub zone: TimeZone,
    /// What tells whether the same was imported before.
    pub digest: [u8; 32],
    /// What stands in front of a row's number in messages.
    pub label: String,
}

/// The counts of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows that can be read.
    pub rows: usize,
    /// Rows that cannot.
    pub wrong: usize,
    /// The first and the last report.
    pub reported: Option<(Time, Time)>,
}

impl Parsed {
    /// How many rows are wrong.
    pub fn wrong(&self) -> usize {
        self.errors.len() + self.more_errors
    }

    /// The counts.
    pub fn summary(&self) -> Summary {
        let created = || self.rows.iter().map(|row| row.created);
        Summary { rows: self.rows.len(), wrong: self.wrong(), reported: created().min().zip(created().max()) }
    }
}

/// Reads a file in one go.
///
/// # Errors
/// As [`Intake::add`].
pub fn parse(bytes: &[u8], mapping: Option<(String, Mapping)>) -> Result<Parsed> {
    let mut intake = Intake::new(Asked { mapping, ..Asked::default() });
    intake.add(bytes)?;
    intake.finish()
}

/// Takes rows until all are there.
pub struct Intake {
    asked: Asked,
    fit: Option<Fit>,
    /// Column names; where rows name their fields themselves they grow with them.
    columns: Vec<String>,
    /// Rows until it is known what they are.
    waiting: Vec<(u64, Vec<Cell>)>,
    /// Rows of a table until its header is found are none of its rows.
    tabular: bool,
    label: String,
    /// The part of the label that says which document of several it is.
    page: String,
    rows: Vec<RowIn>,
    errors: Vec<RowError>,
    more_errors: usize,
    ids: HashMap<String, (u64, [u8; 16])>,
    repeated: usize,
    odd: BTreeMap<Oddity, (usize, BTreeMap<String, usize>)>,
    notes: Vec<String>,
    digest: Sha256,
    size: usize,
    progress: Option<Box<dyn FnMut(usize) + Send>>,
}

impl Intake {
    /// An empty one.
    pub fn new(asked: Asked) -> Self {
        Self {
            asked,
            fit: None,
            columns: Vec::new(),
            waiting: Vec::new(),
            tabular: false,
            label: String::new(),
            page: String::new(),
            rows: Vec::new(),
            errors: Vec::new(),
            more_errors: 0,
            ids: HashMap::new(),
            repeated: 0,
            odd: BTreeMap::new(),
            notes: Vec::new(),
            digest: Sha256::new(),
            size: 0,
            progress: None,
        }
    }

    /// `heard` is told how many rows are read, now and then.
    #[must_use]
    pub fn watched(mut self, heard: impl FnMut(usize) + Send + 'static) -> Self {
        self.progress = Some(Box::new(heard));
        self
    }

    /// Reads a file, or one document of several.
    ///
    /// # Errors
    /// `TooLarge`; `Internal` where the file or the mapping as a whole cannot be read.
    pub fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.size += bytes.len();
        if self.size > LARGEST_FILE {
            return Err(Error::TooLarge);
        }
        self.digest.update(bytes);
        read(bytes, self)
    }

    /// Reads one page of an address that has several; its number stands in messages.
    ///
    /// # Errors
    /// As [`Intake::add`].
    pub fn add_page(&mut self, bytes: &[u8], page: usize) -> Result<()> {
        self.page = format!("page {page}, ");
        self.add(bytes)
    }

    /// How many rows there are so far, those that are wrong or repeated included.
    pub fn seen(&self) -> usize {
        self.rows.len() + self.errors.len() + self.more_errors + self.repeated + self.waiting.len()
    }

    /// How many different matters there are so far.
    pub fn fresh(&self) -> usize {
        self.rows.len() + self.waiting.len() + self.errors.len() + self.more_errors
    }

    pub(super) fn sheet(&self) -> Option<&str> {
        self.asked.sheet.as_deref()
    }

    pub(super) fn say(&mut self, note: String) {
        self.notes.push(note);
    }

    /// A document has no rows; of the last page of an address that is no news.
    pub(super) fn say_empty(&mut self) {
        if self.page.is_empty() {
            self.say("there is no row in it".to_owned());
        }
    }

    /// A document begins; `label` stands in front of a row's number.
    pub(super) fn begin(&mut self, label: String) {
        self.label = format!("{}{label}", self.page);
        self.tabular = false;
    }

    pub(super) fn has_header(&self) -> bool {
        self.fit.is_some()
    }

    /// Whether no header was found where it should have been.
    pub(super) fn gave_up(&self) -> bool {
        self.fit.is_none() && self.waiting.len() > HEADER_WITHIN
    }

    /// Forgets rows without a header: another sheet is tried.
    pub(super) fn forget(&mut self) {
        self.waiting.clear();
    }

    pub(super) fn is_header(&self, cells: &[Cell]) -> bool {
        Fit::find(&names(cells), &self.asked).is_ok()
    }

    /// A row of a table.
    pub(super) fn cells(&mut self, line: u64, cells: Vec<Cell>) -> Result<()> {
        self.tabular = true;
        if cells.iter().all(|cell| *cell == Cell::Empty) {
            return Ok(());
        }
        if self.fit.is_some() {
            // The header again, as on each page of a printed list.
            if names(&cells) == self.columns {
                return Ok(());
            }
            return self.take(line, &cells);
        }
        if self.waiting.len() > HEADER_WITHIN {
            return Ok(());
        }
        let found = names(&cells);
        if let Ok(fit) = Fit::find(&found, &self.asked) {
            self.waiting.clear();
            self.columns = found;
            self.fit = Some(fit);
        } else {
            self.waiting.push((line, cells));
        }
        Ok(())
    }

    /// A row that names its fields itself.
    pub(super) fn record(&mut self, line: u64, fields: Vec<(String, Cell)>) -> Result<()> {
        let mut cells = vec![Cell::Empty; self.columns.len()];
        let mut grown = false;
        for (name, cell) in fields {
            let at = self.columns.iter().position(|known| *known == name).unwrap_or_else(|| {
                grown = true;
                self.columns.push(name);
                self.columns.len() - 1
            });
            cells.resize(cells.len().max(at + 1), Cell::Empty);
            cells[at] = cell;
        }
        if grown && self.fit.is_some() {
            self.fit = Some(Fit::find(&self.columns, &self.asked)?);
        }
        if self.fit.is_some() {
            return self.take(line, &cells);
        }
        self.waiting.push((line, cells));
        if self.waiting.len() >= SAMPLE { self.settle() } else { Ok(()) }
    }

    fn settle(&mut self) -> Result<()> {
        if self.fit.is_none() && !self.waiting.is_empty() {
            self.fit = Some(Fit::find(&self.columns, &self.asked)?);
            for (line, cells) in std::mem::take(&mut self.waiting) {
                self.take(line, &cells)?;
            }
        }
        Ok(())
    }

    /// The document is over.
    pub(super) fn end(&mut self) -> Result<()> {
        if !self.tabular {
            return self.settle();
        }
        if self.fit.is_none() {
            // What is wrong is said of the widest of the first rows, the first of them: most likely it is the header.
            let first_last = self.waiting.iter().rev();
            let widest = first_last.max_by_key(|(_, cells)| names(cells).iter().filter(|n| !n.is_empty()).count());
            let header = widest.map(|(_, cells)| names(cells)).unwrap_or_default();
            Fit::find(&header, &self.asked)?;
        }
        Ok(())
    }

    /// A line that is no row at all.
    pub(super) fn broken(&mut self, line: u64, wrong: String) {
        let place = format!("{} {line}", self.label);
        let Why(key, args) = Why::new("requests-import-broken").with("why", &wrong);
        self.refuse(RowError { line, place, column: String::new(), wrong, key, args });
    }

    fn refuse(&mut self, error: RowError) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(error);
        } else {
            self.more_errors += 1;
        }
    }

    fn take(&mut self, line: u64, cells: &[Cell]) -> Result<()> {
        let Some(fit) = &self.fit else { return Ok(()) };
        let cells = Cells { line, label: &self.label, fit, cells, columns: &self.columns };
        let odd = &mut self.odd;
        let mut hear = |kind: Oddity, word: String| {
            let (count, words) = odd.entry(kind).or_default();
            *count += 1;
            if words.len() < MOST_ODD || words.contains_key(&word) {
                *words.entry(word).or_default() += 1;
            }
        };
        let row = match cells.row(&mut hear) {
            Ok(row) => row,
            Err(error) => {
                self.refuse(error);
                return Ok(());
            }
        };
        if let Some(id) = &row.source_id {
            let digest = row.digest();
            match self.ids.get(id) {
                Some((_, before)) if *before == digest => {
                    self.repeated += 1;
                    return Ok(());
                }
                Some((first, _)) => {
                    let wrong =
                        format!("{id:?} stands in {} {first} already, and says something else there", self.label);
                    let column = self.used_as("source_id");
                    let place = format!("{} {line}", self.label);
                    let Why(key, args) = Why::new("requests-import-twice").with("id", id).with("line", first);
                    self.refuse(RowError { line, place, column, wrong, key, args });
                    return Ok(());
                }
                None => {
                    self.ids.insert(id.clone(), (line, digest));
                }
            }
        }
        self.rows.push(row);
        if self.rows.len() > MOST_ROWS {
            return unreadable("requests-unread-rows", &[("most", &MOST_ROWS)]);
        }
        if self.rows.len().is_multiple_of(1000) {
            let rows = self.rows.len();
            if let Some(heard) = &mut self.progress {
                heard(rows);
            }
        }
        Ok(())
    }

    fn used_as(&self, field: &str) -> String {
        let used = self.fit.iter().flat_map(|fit| &fit.used).find(|used| used.field == field);
        used.map(|used| used.column.clone()).unwrap_or_default()
    }

    /// All that was read.
    ///
    /// # Errors
    /// `Invalid` where there was nothing that could be made out.
    pub fn finish(mut self) -> Result<Parsed> {
        self.settle()?;
        let Some(fit) = self.fit else { return unreadable("requests-unread-nothing", &[]) };
        let mut notes = std::mem::take(&mut self.notes);
        if self.repeated > 0 {
            notes.push(format!("{} rows repeat an earlier one word for word; each was taken once", self.repeated));
        }
        for (kind, (count, words)) in &self.odd {
            let words = words.iter().map(|(word, count)| format!("{word} ({count})")).collect::<Vec<_>>().join(", ");
            notes.push(match kind {
                Oddity::NoCategory => format!("{count} rows name no category: {}", fit.mapping.category),
                Oddity::NullIsland => format!("{count} rows lie at 0, 0, which means nobody knew where"),
                Oddity::UnknownStatus => {
                    format!("status words that mean nothing to the mapping: {words}; times decide")
                }
                Oddity::UnknownAnswer => format!("answers that mean nothing to the mapping, left out: {words}"),
            });
        }
        let contacts = [&fit.mapping.columns.name, &fit.mapping.columns.phone];
        let personal = fit.left_out.iter().filter(|column| contacts.iter().any(|names| names.0.contains(column)));
        let personal = personal.cloned().collect::<Vec<_>>().join(", ");
        if !personal.is_empty() {
            notes.push(format!("names and telephones ({personal}) stay out; --with-contacts brings them in"));
        }
        let named = self.asked.source.unwrap_or_else(|| fit.mapping.source.clone());
        Ok(Parsed {
            source: if named.is_empty() { fit.name.clone() } else { named },
            mapping_name: fit.name,
            mapping: fit.mapping,
            zone: fit.zone,
            rows: self.rows,
            errors: self.errors,
            more_errors: self.more_errors,
            repeated: self.repeated,
            used: fit.used,
            left_out: fit.left_out,
            notes,
            digest: self.digest.finalize().into(),
            label: self.label,
        })
    }
}

fn names(cells: &[Cell]) -> Vec<String> {
    cells.iter().map(|cell| cell.shown().unwrap_or_default()).collect()
}
