//! A list as a file: what a page shows of it, as .csv and .xlsx. One handler builds the rows; the address says which of the three
//! forms is answered, so no file can show what its page does not.

use std::io::{self, Seek, Write};
use std::path::Path;

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use tongxin_base::{Error, Result};
use tongxin_kernel::Who;

use crate::csv::csv_cell;
use crate::ctx::Ctx;
use crate::failure::Fail;
use crate::page::Page;

/// Rows of a file that is made while somebody waits: more than anybody reads, and written within a few seconds.
const MOST: i64 = 20_000;
/// The same for whom nobody knows: a public list is for people, and a stranger's question costs us little.
const MOST_STRANGERS: i64 = 2_000;
/// Rows of one sheet of a workbook, without its heads: the format has no more.
const MOST_OF_SHEET: u32 = 1_048_575;
/// The longest text of a cell of a workbook, in characters: the format takes no more.
const LONGEST_CELL: usize = 32_767;
/// What a query says of the page one is on, and not of the list.
const OF_THE_PAGE: [&str; 5] = ["cursor", "after", "below", "id", "done"];

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetKind {
    /// Text, for everything.
    Csv,
    /// A workbook.
    Xlsx,
}

impl SheetKind {
    /// What its names end with.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The form that a word names.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Csv, Self::Xlsx].into_iter().find(|kind| kind.ending() == word)
    }

    fn of(path: &str) -> Option<Self> {
        let path = path.split('?').next().unwrap_or_default();
        path.rsplit_once('.').and_then(|(_, ending)| Self::parse(ending))
    }
}

/// The rows of a list as they are read, every cell a text.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    heads: Vec<String>,
    lines: Vec<Vec<String>>,
    more: bool,
}

impl Sheet {
    /// Heads and lines, a cell for each head.
    pub fn new<L>(heads: impl IntoIterator<Item = String>, lines: impl IntoIterator<Item = L>) -> Self
    where
        L: IntoIterator<Item = String>,
    {
        let lines = lines.into_iter().map(|line| line.into_iter().collect()).collect();
        Self { heads: heads.into_iter().collect(), lines, more: false }
    }

    /// The same, where there is more than was read: as a file it is refused, since half a list is a wrong one.
    #[must_use]
    pub const fn cut(mut self, more: bool) -> Self {
        self.more = more;
        self
    }

    /// The bytes of the file. Blocks for as long as it takes.
    ///
    /// # Errors
    /// `Internal` where a workbook cannot be written.
    pub fn bytes(&self, kind: SheetKind) -> Result<Vec<u8>> {
        let mut out = io::Cursor::new(Vec::new());
        let mut writer = SheetWriter::new(kind, &self.heads, &mut out)?;
        for line in &self.lines {
            writer.line(line)?;
        }
        writer.end()?;
        Ok(out.into_inner())
    }

    /// The file that the address asks for.
    ///
    /// # Errors
    /// `Rule` where the list is too long for one; `NotFound` where the address is no file's.
    pub async fn answer(self, ctx: &Ctx) -> Result<Response, Fail> {
        let kind = SheetKind::of(&ctx.path).ok_or(Error::NotFound)?;
        if self.more {
            return Err(Error::rule("common-file-too-long").with("most", ctx.most()).into());
        }
        let bytes = tokio::task::spawn_blocking(move || self.bytes(kind)).await.map_err(Error::internal)??;
        let path = ctx.path.split('?').next().unwrap_or_default();
        let name = path.rsplit('/').next().and_then(|last| last.split('.').next()).unwrap_or_default();
        Ok(attachment(ctx, name, kind.ending(), kind.media_type(), bytes))
    }
}

/// Bytes as a file to be kept: `<name>-<day and time>.<ending>`, for whoever asked and for no cache.
pub(crate) fn attachment(
    ctx: &Ctx,
    name: &str,
    ending: &str,
    kind: &'static str,
    bytes: impl IntoResponse,
) -> Response {
    let at = ctx.kernel().world().now().in_zone(ctx.tenant.zone()).strftime("%Y%m%d-%H%M").to_string();
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}-{at}.{ending}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// Writes the rows of a sheet one after another: in memory, or straight to where they go.
pub struct SheetWriter<W: Write + Seek + Send> {
    out: W,
    form: Form,
}

enum Form {
    Csv,
    Xlsx(Box<Book>),
}

struct Book {
    book: Workbook,
    heads: Vec<String>,
    /// Where the rows wait that are written already; none where all is kept in memory.
    folder: bool,
    row: u32,
    text: Format,
}

impl<W: Write + Seek + Send> SheetWriter<W> {
    /// Begins a file of few rows.
    ///
    /// # Errors
    /// `Internal` where it cannot be written.
    pub fn new(kind: SheetKind, heads: &[String], out: W) -> Result<Self> {
        Self::begin(kind, heads, out, None)
    }

    /// Begins a file of many rows: what is written already is in this folder, not in memory.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn in_folder(kind: SheetKind, heads: &[String], out: W, folder: &Path) -> Result<Self> {
        Self::begin(kind, heads, out, Some(folder))
    }

    fn begin(kind: SheetKind, heads: &[String], mut out: W, folder: Option<&Path>) -> Result<Self> {
        let form = match kind {
            SheetKind::Csv => {
                // Without a byte order mark spreadsheets read Chinese as something else.
                out.write_all("\u{feff}".as_bytes())
                    .and_then(|()| csv_line(&mut out, heads))
                    .map_err(Error::internal)?;
                Form::Csv
            }
            SheetKind::Xlsx => Form::Xlsx(Box::new(Book::begin(heads, folder).map_err(Error::internal)?)),
        };
        Ok(Self { out, form })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn line(&mut self, cells: &[String]) -> Result<()> {
        match &mut self.form {
            Form::Csv => csv_line(&mut self.out, cells).map_err(Error::internal),
            Form::Xlsx(book) => book.line(cells).map_err(Error::internal),
        }
    }

    /// Ends the file and gives back where it went.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn end(mut self) -> Result<W> {
        if let Form::Xlsx(book) = &mut self.form {
            book.book.save_to_writer(&mut self.out).map_err(Error::internal)?;
        }
        self.out.flush().map_err(Error::internal)?;
        Ok(self.out)
    }
}

fn csv_line(out: &mut impl Write, cells: &[String]) -> io::Result<()> {
    let cells: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
    out.write_all(cells.join(",").as_bytes())?;
    out.write_all(b"\r\n")
}

/// Every cell is a text: a number stays as it is written, and nothing is a formula.
fn write_text(page: &mut Worksheet, row: u32, at: usize, cell: &str, format: &Format) -> Result<(), XlsxError> {
    let at = u16::try_from(at).unwrap_or(u16::MAX);
    match cell.char_indices().nth(LONGEST_CELL) {
        None => page.write_string_with_format(row, at, cell, format)?,
        Some((end, _)) => page.write_string_with_format(row, at, &cell[..end], format)?,
    };
    Ok(())
}

impl Book {
    fn begin(heads: &[String], folder: Option<&Path>) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        if let Some(folder) = folder {
            book.set_tempdir(folder)?;
        }
        let text = Format::new().set_num_format("@");
        let mut all = Self { book, heads: heads.to_vec(), folder: folder.is_some(), row: 0, text };
        all.sheet()?;
        Ok(all)
    }

    /// Begins a sheet with its heads.
    fn sheet(&mut self) -> Result<(), XlsxError> {
        const WIDE: f64 = 24.0;
        let page = match self.folder {
            true => self.book.add_worksheet_with_constant_memory()?,
            false => self.book.add_worksheet(),
        };
        let bold = Format::new().set_bold();
        page.set_freeze_panes(1, 1)?;
        for at in 0..self.heads.len() {
            page.set_column_width(u16::try_from(at).unwrap_or(u16::MAX), WIDE)?;
        }
        for (at, head) in self.heads.iter().enumerate() {
            write_text(page, 0, at, head, &bold)?;
        }
        self.row = 0;
        Ok(())
    }

    fn line(&mut self, cells: &[String]) -> Result<(), XlsxError> {
        if self.row == MOST_OF_SHEET {
            self.sheet()?;
        }
        self.row += 1;
        let last = self.book.worksheets_mut().len().saturating_sub(1);
        let page = self.book.worksheet_from_index(last)?;
        for (at, cell) in cells.iter().enumerate() {
            write_text(page, self.row, at, cell, &self.text)?;
        }
        Ok(())
    }
}

/// Where the same list is as a file, for `ui::files`.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// As text.
    pub csv: String,
    /// As a workbook.
    pub xlsx: String,
}

impl Files {
    /// Of the list whose page was asked for: narrowed and in order as it is there.
    pub fn of(ctx: &Ctx) -> Self {
        let (path, query) = ctx.path.split_once('?').unwrap_or((&ctx.path, ""));
        let kept = |pair: &&str| !OF_THE_PAGE.contains(&pair.split('=').next().unwrap_or_default());
        let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).filter(kept).collect();
        let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
        Self { csv: format!("{path}.csv{query}"), xlsx: format!("{path}.xlsx{query}") }
    }
}

impl Ctx {
    /// How many rows of a list are read: `page` of them for a page, all that a file may hold for a file.
    pub fn rows(&self, page: i64) -> i64 {
        SheetKind::of(&self.path).map_or(page, |_| self.most())
    }

    const fn most(&self) -> i64 {
        if matches!(self.who, Who::Nobody) { MOST_STRANGERS } else { MOST }
    }
}

impl Page {
    /// A list: its page, or where the address ends in `.csv` or `.xlsx`, the same rows as a file.
    ///
    /// # Errors
    /// As [`Page::show`]; `Rule` where the list is too long for a file.
    pub async fn list(self, ctx: &Ctx, body: &(impl Template + Sync), sheet: Sheet) -> Result<Response, Fail> {
        if SheetKind::of(&ctx.path).is_some() { sheet.answer(ctx).await } else { self.show(ctx, body) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_address_says() {
        for (path, kind) in [
            ("/desk/sites.csv?q=a.xlsx", Some(SheetKind::Csv)),
            ("/desk/sites.xlsx", Some(SheetKind::Xlsx)),
            ("/desk/sites?q=.csv", None),
            ("/desk/sites.pdf", None),
        ] {
            assert_eq!(SheetKind::of(path), kind, "{path}");
        }
    }

    #[test]
    fn a_text_stays_a_text_and_a_long_one_fits() {
        let long = "长".repeat(LONGEST_CELL + 5);
        let sheet = Sheet::new(["a".to_owned()], [["0042".to_owned()], ["=1+1".to_owned()], [long]]);
        let csv = String::from_utf8(sheet.bytes(SheetKind::Csv).unwrap()).unwrap();
        assert!(csv.starts_with("\u{feff}a\r\n0042\r\n\"'=1+1\"\r\n长"), "{csv}");
        assert!(sheet.bytes(SheetKind::Xlsx).unwrap().starts_with(b"PK"));
    }
}
