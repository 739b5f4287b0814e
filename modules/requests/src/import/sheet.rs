//! Rows of spreadsheets. Of several sheets the first is read whose header can be made out; hidden ones are not looked at.

use std::io::{Cursor, Read as _};

use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, Xlsx};
use jiff::civil::date;
use tongxin_base::Result;

use super::intake::Intake;
use super::table::{Cell, MOST_COLUMNS, unreadable};

/// A spreadsheet is at most this large, in bytes: packed, its million rows take less, and what it unpacks to stays in memory.
const LARGEST_BOOK: usize = 128 << 20;
/// What stays in memory of a workbook (its shared texts, its styles) unpacks to at most this much, in bytes.
const LARGEST_PART: u64 = 256 << 20;
/// Parts of a workbook; one with a hundred sheets has some three hundred.
const MOST_PARTS: usize = 2000;
/// Cells of one sheet; a million rows of forty columns.
const MOST_CELLS: usize = 40_000_000;
/// Days between the two beginnings of time that Excel knows.
const BEGINNINGS: f64 = 1462.0;

fn size(bytes: &[u8]) -> Result<()> {
    if bytes.len() <= LARGEST_BOOK {
        return Ok(());
    }
    unreadable("requests-unread-book-large", &[("megabytes", &(LARGEST_BOOK >> 20))])
}

/// Whether what the library keeps in memory is small enough unpacked. What an archive says of its own sizes is not believed; the
/// sheets themselves are read a cell at a time and need no room.
fn unpacked(bytes: &[u8]) -> Result<()> {
    let torn = || unreadable("requests-unread-book-torn", &[]);
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return torn() };
    if archive.len() > MOST_PARTS {
        return unreadable("requests-unread-book-parts", &[("most", &MOST_PARTS)]);
    }
    let mut left = LARGEST_PART;
    for at in 0..archive.len() {
        let Ok(part) = archive.by_index(at) else { return torn() };
        let held = part.name().is_ok_and(|name| !name.starts_with("xl/worksheets/") && !name.starts_with("xl/media/"));
        if !held {
            continue;
        }
        let Ok(length) = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()) else { return torn() };
        if length > left {
            return unreadable("requests-unread-book-unpacked", &[("megabytes", &(LARGEST_PART >> 20))]);
        }
        left -= length;
    }
    Ok(())
}

fn visible(sheets: &[calamine::Sheet], asked: Option<&str>) -> Vec<String> {
    let of_rows = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let wanted = of_rows.filter(|sheet| match asked {
        Some(name) => sheet.name == name,
        None => sheet.visible == SheetVisible::Visible,
    });
    wanted.map(|sheet| sheet.name.clone()).collect()
}

/// The label of a sheet's rows in messages.
fn label(sheet: &str) -> String {
    format!("sheet {sheet}, row")
}

/// Goes through sheets until one has a header.
fn through(names: &[String], intake: &mut Intake, mut one: impl FnMut(&str, &mut Intake) -> Result<()>) -> Result<()> {
    if names.is_empty() {
        return unreadable("requests-unread-book-empty", &[]);
    }
    for (at, name) in names.iter().enumerate() {
        intake.begin(label(name));
        one(name, intake)?;
        if intake.has_header() {
            intake.end()?;
            for other in &names[at + 1..] {
                intake.say(format!("the sheet {other} was not read; name it with --sheet to import it"));
            }
            return Ok(());
        }
        if at + 1 < names.len() {
            intake.forget();
        }
    }
    intake.end()
}

/// A workbook of Excel 2007 and later; its cells are read one after another.
pub(super) fn xlsx(bytes: &[u8], intake: &mut Intake) -> Result<()> {
    size(bytes)?;
    unpacked(bytes)?;
    let broken =
        |error: &dyn std::fmt::Display| unreadable("requests-unread-broken", &[("kind", &"XLSX"), ("why", error)]);
    let mut book: Xlsx<_> = match Xlsx::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(error) => return broken(&error),
    };
    let names = visible(book.sheets_metadata(), intake.sheet());
    through(&names, intake, |name, intake| {
        let mut cells = match book.worksheet_cells_reader(name) {
            Ok(cells) => cells,
            Err(error) => return broken(&error),
        };
        let (mut row, mut number, mut seen) = (Vec::new(), 0, 0_usize);
        loop {
            let cell = match cells.next_cell() {
                Ok(Some(cell)) => cell,
                Ok(None) => break,
                Err(error) => return broken(&error),
            };
            let (at, column) = cell.get_position();
            seen += 1;
            if seen > MOST_CELLS {
                return unreadable("requests-unread-book-cells", &[("sheet", &name), ("most", &MOST_CELLS)]);
            }
            if at != number && !row.is_empty() {
                intake.cells(u64::from(number) + 1, std::mem::take(&mut row))?;
                if intake.gave_up() {
                    return Ok(());
                }
            }
            number = at;
            let column = usize::try_from(column).unwrap_or(usize::MAX);
            // Far to the right stand stray marks, not data.
            if column < MOST_COLUMNS {
                let value = of_ref(cell.get_value());
                if value != Cell::Empty {
                    row.resize(row.len().max(column + 1), Cell::Empty);
                    row[column] = value;
                }
            }
        }
        if row.is_empty() { Ok(()) } else { intake.cells(u64::from(number) + 1, row) }
    })
}

/// A workbook of Excel 97 to 2003, which has 65,536 rows at most.
pub(super) fn xls(bytes: &[u8], intake: &mut Intake) -> Result<()> {
    size(bytes)?;
    let mut book: Xls<_> = match Xls::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(error) => return unreadable("requests-unread-broken", &[("kind", &"XLS"), ("why", &error)]),
    };
    let names = visible(book.sheets_metadata(), intake.sheet());
    through(&names, intake, |name, intake| {
        let range = match book.worksheet_range(name) {
            Ok(range) => range,
            Err(error) => return unreadable("requests-unread-broken", &[("kind", &name), ("why", &error)]),
        };
        let (top, left) = range.start().unwrap_or_default();
        for (row, number) in range.rows().zip(u64::from(top) + 1..) {
            let before = std::iter::repeat_n(Cell::Empty, usize::try_from(left).unwrap_or_default());
            intake.cells(number, before.chain(row.iter().map(of_data)).take(MOST_COLUMNS).collect())?;
            if intake.gave_up() {
                break;
            }
        }
        Ok(())
    })
}

fn of_ref(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::SharedString(text) => Cell::text(text),
        other => of_data(&other.clone().into()),
    }
}

fn of_data(value: &Data) -> Cell {
    match value {
        Data::Empty | Data::Error(_) => Cell::Empty,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::text(text),
        Data::Bool(yes) => Cell::Text(yes.to_string()),
        #[expect(clippy::cast_precision_loss, reason = "a spreadsheet's integers are doubles to begin with")]
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::DateTime(at) => dated(at),
    }
}

/// A date, to the second. A count of hours is a number.
fn dated(at: &ExcelDateTime) -> Cell {
    if at.is_duration() {
        return Cell::Number(at.as_f64());
    }
    // Whether days are counted from 1900 or from 1904 shows in the day the library finds for them.
    let (year, month, day, ..) = at.to_ymd_hms_milli();
    let parts = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    let (Ok(year), Ok(month), Ok(day)) = parts else { return Cell::Number(at.as_f64()) };
    let days = [0.0, BEGINNINGS].into_iter().filter_map(|shift| super::moment::serial(at.as_f64() + shift));
    let found = days.into_iter().find(|found| found.date() == date(year, month, day));
    // Rounded to the second, 23:59:59.7 is the next day, which the library's day is not.
    let found = found.or_else(|| super::moment::serial(at.as_f64()));
    found.map_or(Cell::Number(at.as_f64()), Cell::Moment)
}
