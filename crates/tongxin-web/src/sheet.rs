//! A table as a file that people open in a spreadsheet: the same rows as CSV and as XLSX.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use tongxin_base::{Error, Result};

use crate::csv::csv_cell;

/// Rows with their headings. Every cell is a text: a number stays as it is written, and nothing is a formula.
pub struct Sheet {
    /// The headings.
    pub heads: Vec<String>,
    /// The rows, each as long as the headings.
    pub lines: Vec<Vec<String>>,
}

impl Sheet {
    /// As CSV. It begins with a byte order mark: without one, spreadsheets read Chinese as something else.
    pub fn csv(&self) -> Vec<u8> {
        let mut text = String::from("\u{feff}");
        for cells in std::iter::once(&self.heads).chain(&self.lines) {
            let cells: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        }
        text.into_bytes()
    }

    /// As XLSX.
    ///
    /// # Errors
    /// `Internal` where the workbook cannot be made.
    pub async fn xlsx(self) -> Result<Vec<u8>> {
        let made = tokio::task::spawn_blocking(move || self.workbook()).await.map_err(Error::internal)?;
        made.map_err(Error::internal)
    }

    fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        const WIDE: [f64; 2] = [20.0, 24.0];
        let mut book = Workbook::new();
        let page = book.add_worksheet();
        let (head, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
        for (at, name) in (0_u16..).zip(&self.heads) {
            page.set_column_width(at, if at == 0 { WIDE[0] } else { WIDE[1] })?;
            page.write_string_with_format(0, at, name, &head)?;
        }
        for (row, cells) in (1_u32..).zip(&self.lines) {
            for (at, cell) in (0_u16..).zip(cells) {
                page.write_string_with_format(row, at, cell, &text)?;
            }
        }
        page.set_freeze_panes(1, 1)?;
        book.save_to_buffer()
    }
}

/// What a spreadsheet's file is called on the wire.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The same for its plain form.
pub const CSV: &str = "text/csv; charset=utf-8";

/// A file that is saved under a name.
pub fn saved_as(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
