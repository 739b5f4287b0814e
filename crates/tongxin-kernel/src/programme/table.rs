//! The tables of a pack: cells by the names of their columns, each line with its number.

use std::collections::BTreeMap;

use tongxin_base::{FieldError, Label, Lines};

use super::Reading;

/// The most lines of one table: ten times what the largest subdistrict has of buildings.
const MOST_LINES: usize = 20_000;

/// One line of a table.
#[derive(Debug, Clone)]
pub struct Line {
    file: &'static str,
    /// Its number in the file; the header is line 1.
    pub number: u64,
    cells: BTreeMap<&'static str, String>,
}

impl Line {
    /// What stands in a column, without the blanks around it; empty where nothing does.
    pub fn get(&self, column: &str) -> &str {
        self.cells.get(column).map(String::as_str).unwrap_or_default()
    }

    /// The same; `None` where it is empty.
    pub fn some(&self, column: &str) -> Option<String> {
        Some(self.get(column)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A Chinese and an English name.
    pub fn label(&self, zh: &str, en: &str) -> Label {
        Label::new(self.get(zh), self.get(en))
    }

    /// Something is wrong in a column.
    pub fn wrong(&self, reading: &mut Reading<'_>, column: &str, key: &'static str) {
        let what = FieldError::new(column, key).with("value", self.get(column));
        reading.wrong(self.file, Some(self.number), what);
    }

    /// The same, with what the words name.
    pub fn wrong_with(&self, reading: &mut Reading<'_>, what: FieldError) {
        reading.wrong(self.file, Some(self.number), what);
    }

    /// Something in a column should be otherwise.
    pub fn advise(&self, reading: &mut Reading<'_>, column: &str, key: &'static str) {
        let what = FieldError::new(column, key).with("value", self.get(column));
        reading.advise(self.file, Some(self.number), what);
    }
}

impl Reading<'_> {
    /// The lines of a table; none where the pack has no such file. Columns may stand in any order; of those that are not
    /// `needed`, the table may leave some out. Empty lines are passed over.
    pub fn table(&mut self, file: &'static str, columns: &'static [&'static str], needed: &[&str]) -> Vec<Line> {
        let Some(text) = self.text(file) else { return Vec::new() };
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => {
                self.wrong(file, Some(1), FieldError::new("", "programme-no-table").with("why", error));
                return Vec::new();
            }
        };
        let mut places: Vec<(&'static str, usize)> = Vec::new();
        for (place, name) in header.iter().enumerate() {
            match columns.iter().find(|column| **column == name) {
                Some(column) if places.iter().any(|(have, _)| have == column) => {
                    self.wrong(file, Some(1), FieldError::new(name, "programme-column-twice"));
                }
                Some(column) => places.push((column, place)),
                None => {
                    let what = FieldError::new(name, "programme-column").with("value", name);
                    let what = what.with("known", columns.join(", "));
                    self.wrong(file, Some(1), what);
                }
            }
        }
        for name in needed {
            if !places.iter().any(|(have, _)| have == name) {
                self.wrong(file, Some(1), FieldError::new(*name, "programme-column-missing"));
            }
        }
        let mut lines = Vec::new();
        let mut numbers = Lines::of(text);
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let at = error.position().map(|at| numbers.line_at(at.byte()));
                    self.wrong(file, at, FieldError::new("", "programme-no-table").with("why", &error));
                    continue;
                }
            };
            let number = record.position().map_or(0, |at| numbers.line_at(at.byte()));
            if record.iter().all(str::is_empty) {
                continue;
            }
            if record.len() != header.len() {
                let what = FieldError::new("", "programme-cells").with("have", record.len()).with("want", header.len());
                self.wrong(file, Some(number), what);
                continue;
            }
            if lines.len() >= MOST_LINES {
                self.wrong(file, Some(number), FieldError::new("", "programme-too-long").with("most", MOST_LINES));
                break;
            }
            let cell =
                |(name, place): &(&'static str, usize)| (*name, record.get(*place).unwrap_or_default().to_owned());
            lines.push(Line { file, number, cells: places.iter().map(cell).collect() });
        }
        lines
    }
}
