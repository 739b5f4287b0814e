//! From bytes to cells: what kind of file it is, and where its rows are. Whichever it is, an [`Intake`] takes the rows.

use std::fmt::Display;

use jiff::civil::DateTime;
use tongxin_base::{Error, FieldError, Lines, Result};

use super::intake::Intake;
use super::{json, sheet, xml};

/// A file, or all pages of an address together, is at most this large, in bytes: ten years of a large city.
pub const LARGEST_FILE: usize = 512 << 20;
/// Columns of a table; what has more is no table of matters.
pub(super) const MOST_COLUMNS: usize = 1000;
/// The rows in which a header is looked for: some stand under a title and a note.
pub(super) const HEADER_WITHIN: usize = 30;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A number of a spreadsheet.
    Number(f64),
    /// A date of a spreadsheet, which knows no zone.
    Moment(DateTime),
}

impl Cell {
    /// A text without the blanks around it (full-width ones and tabs too); nothing where nothing is left, or a word by which
    /// programs say "nothing".
    pub(super) fn text(text: &str) -> Self {
        const NOTHING: [&str; 9] = ["", "null", "(null)", "none", "nan", "n/a", "#n/a", "\\n", "-"];
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if NOTHING.iter().any(|nothing| text.eq_ignore_ascii_case(nothing)) {
            return Self::Empty;
        }
        Self::Text(text.to_owned())
    }

    /// What a reader sees in it. A whole number has no decimals: numbers of files and telephones stay what they are.
    pub(super) fn shown(&self) -> Option<String> {
        match self {
            Self::Empty => None,
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            Self::Moment(at) => Some(at.strftime("%Y-%m-%d %H:%M:%S").to_string()),
        }
    }
}

/// Something that cannot be read at all: why, as a key of the words with its values.
pub(super) fn unreadable<T>(why: &'static str, values: &[(&'static str, &dyn Display)]) -> Result<T> {
    let why = FieldError::new("file", why);
    Err(Error::Invalid(vec![values.iter().fold(why, |why, (name, value)| why.with(name, value))]))
}

/// Reads a file of any kind we know.
///
/// # Errors
/// `TooLarge`; `Invalid` where the file as a whole cannot be read.
pub(super) fn read(bytes: &[u8], intake: &mut Intake) -> Result<()> {
    if bytes.len() > LARGEST_FILE {
        return Err(Error::TooLarge);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return sheet::xlsx(bytes, intake);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return sheet::xls(bytes, intake);
    }
    let text = decode(bytes)?;
    match text.trim_start().as_bytes().first() {
        None => unreadable("requests-unread-empty", &[]),
        Some(b'[' | b'{') => json::read(&text, intake),
        Some(b'<') if is_page(&text) => unreadable("requests-unread-page", &[]),
        Some(b'<') => xml::read(&text, intake),
        Some(_) => csv(&text, intake),
    }
}

fn is_page(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(200).collect::<String>().to_lowercase();
    ["<html", "<!doctype html", "<table", "<meta"].iter().any(|mark| start.contains(mark))
}

/// UTF-8 or UTF-16 with or without a mark, else GB 18030, which every byte of an older Chinese office file is.
fn decode(bytes: &[u8]) -> Result<std::borrow::Cow<'_, str>> {
    let (encoding, bytes) = encoding_rs::Encoding::for_bom(bytes)
        .map_or((encoding_rs::GB18030, bytes), |(encoding, mark)| (encoding, &bytes[mark..]));
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.into());
    }
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) if !text.contains('\0') => Ok(text),
        _ => unreadable("requests-unread-letters", &[]),
    }
}

fn csv(text: &str, intake: &mut Intake) -> Result<()> {
    let delimiter = delimiter(text, intake);
    intake.begin("line".to_owned());
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut lines = Lines::of(text);
    for record in reader.records() {
        let mut line = |at: Option<&csv::Position>| at.map_or(0, |at| lines.line_at(at.byte()));
        match record {
            Ok(record) if record.len() > MOST_COLUMNS => {
                let line = line(record.position());
                return unreadable("requests-unread-columns", &[("line", &line), ("most", &MOST_COLUMNS)]);
            }
            Ok(record) => intake.cells(line(record.position()), record.iter().map(Cell::text).collect())?,
            Err(error) => intake.broken(line(error.position()), error.to_string()),
        }
    }
    intake.end()
}

/// The sign between the cells: the one under which a header can be made out, else the one that is seen most often.
fn delimiter(text: &str, intake: &Intake) -> u8 {
    const SIGNS: [u8; 4] = *b",;\t|";
    /// Headers stand in the first lines, even where somebody wrote a long note above them.
    const SAMPLE: usize = 64 << 10;
    let sample = (0..4).find_map(|less| text.get(..SAMPLE - less)).unwrap_or(text);
    let rows = |sign: u8| {
        let mut reader =
            csv::ReaderBuilder::new().delimiter(sign).has_headers(false).flexible(true).from_reader(sample.as_bytes());
        let rows = reader.records().filter_map(Result::ok).take(HEADER_WITHIN);
        rows.map(|row| row.iter().map(Cell::text).collect()).collect::<Vec<Vec<Cell>>>()
    };
    let fits = SIGNS.into_iter().find(|sign| rows(*sign).iter().any(|row| intake.is_header(row)));
    let widest = |sign: &u8| rows(*sign).iter().map(Vec::len).max();
    fits.or_else(|| SIGNS.into_iter().rev().max_by_key(widest)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_telephones_stay_what_they_are() {
        assert_eq!(Cell::Number(13_800_138_000.0).shown().as_deref(), Some("13800138000"));
        assert_eq!(Cell::Number(0.5).shown().as_deref(), Some("0.5"));
        assert_eq!(Cell::text("\u{3000} 路灯\t\n").shown().as_deref(), Some("路灯"));
        for nothing in [" \u{feff}", "NULL", "N/A", "-", "\\N"] {
            assert_eq!(Cell::text(nothing), Cell::Empty);
        }
    }

    #[test]
    fn encodings() {
        assert_eq!(decode("\u{feff}标题".as_bytes()).expect("UTF-8"), "标题");
        assert_eq!(decode(&[0xb1, 0xea, 0xcc, 0xe2]).expect("GB 18030"), "标题");
        let utf16: Vec<u8> = [0xfeff, 0x6807, 0x9898].iter().flat_map(|unit: &u16| unit.to_le_bytes()).collect();
        assert_eq!(decode(&utf16).expect("UTF-16"), "标题");
        assert!(decode(&[0xff, 0xff, 0xff, 0x00]).is_err());
    }
}
