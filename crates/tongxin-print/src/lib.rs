//! What goes on paper: a Typst template of ours, filled with data, becomes a PDF. The data are values a template reads, never text
//! that is taken for a template; nothing is read from files, from packages or from the network. The face is Noto Sans SC, which
//! the web bundle brings along, so paper looks the same from every server.

use std::io::Read;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use rust_embed::RustEmbed;
use serde::Serialize;
use tongxin_base::{Error, Result};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Dict, Duration, IntoValue};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

/// A template of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// Signs of places, one a page, A4 or A6; see `templates/sign.typ` for what it reads.
    Sign,
}

impl Template {
    const fn text(self) -> &'static str {
        match self {
            Self::Sign => include_str!("../templates/sign.typ"),
        }
    }
}

#[derive(RustEmbed)]
#[folder = "../../web/print"]
#[allow_missing = true]
struct Faces;

/// Unpacked once, at the first sheet; some ten megabytes each.
static FACES: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let unpack = |name: std::borrow::Cow<'static, str>| {
        let mut bytes = Vec::new();
        GzDecoder::new(&*Faces::get(&name)?.data).read_to_end(&mut bytes).ok()?;
        Font::new(Bytes::new(bytes), 0)
    };
    Faces::iter().filter_map(unpack).collect()
});

/// All that a template can reach: itself, its data, the faces.
struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    sheet: Source,
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.sheet.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.sheet.id() { Ok(self.sheet.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FACES.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// The PDF of a template with these data. It takes some tens of milliseconds of one core, the first one longer: not for an
/// async thread.
///
/// # Errors
/// `Internal` where the faces are missing (the web bundle was not built), or where data do not fit the template.
pub fn pdf(template: Template, data: &impl Serialize) -> Result<Vec<u8>> {
    let printed =
        typst_pdf::pdf(&set(template, data)?, &PdfOptions::default()).map_err(|errors| told(template, &errors));
    // What typst remembers of a sheet helps with the same sheet alone; others would only fill the memory.
    typst::comemo::evict(0);
    printed
}

fn set(template: Template, data: &impl Serialize) -> Result<PagedDocument> {
    if FACES.is_empty() {
        return Err(Error::internal("there is no face to print with: build web/ first"));
    }
    let data = serde_json::to_string(data).map_err(Error::internal)?;
    let mut inputs = Dict::new();
    inputs.insert("data".into(), data.into_value());
    let path = VirtualPath::new("/sheet.typ").map_err(|error| Error::internal(format!("{error:?}")))?;
    let desk = Desk {
        library: LazyHash::new(Library::builder().with_inputs(inputs).build()),
        book: LazyHash::new(FontBook::from_fonts(FACES.iter())),
        sheet: Source::new(FileId::new(RootedPath::new(VirtualRoot::Project, path)), template.text().to_owned()),
    };
    typst::compile(&desk).output.map_err(|errors| told(template, &errors))
}

fn told(template: Template, errors: &[SourceDiagnostic]) -> Error {
    let said: Vec<String> = errors.iter().map(|error| error.message.to_string()).collect();
    Error::internal(format!("{template:?} does not print: {}", said.join("; ")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn signs(size: &str, names: &[&str]) -> Value {
        let qr = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><rect width="1" height="1"/></svg>"##;
        let sign = |name: &&str| {
            json!({
                "name": name, "name_en": "A place", "place": "一社区", "address": "二楼", "spoken": "KC 00 0F", "qr": qr,
                "facts": [["电话", "0477-8590000"]],
            })
        };
        let step = ["扫码", "Scan"];
        json!({
            "size": size, "programme": ["同心", "街道"], "scan": step, "steps": [step, step, step],
            "signs": names.iter().map(sign).collect::<Vec<_>>(),
        })
    }

    #[test]
    fn a_sign_is_one_page_of_its_paper_however_long_its_name() {
        let long = "某某街道新时代文明实践与党群服务综合体驿站";
        for (size, width) in [("a4", 210.0), ("a6", 105.0)] {
            let document = set(Template::Sign, &signs(size, &["小院", long])).expect("a sign");
            assert_eq!(document.pages().len(), 2, "{size}");
            for page in document.pages() {
                assert!((page.frame.width().to_mm() - width).abs() < 0.1, "{size}");
            }
        }
    }

    #[test]
    fn what_is_printed_is_never_taken_for_a_template() {
        let name = "#panic(\"no\") *_$ ] \\ \" // /*";
        assert!(pdf(Template::Sign, &signs("a6", &[name])).expect("a sign").starts_with(b"%PDF-1."));
    }
}
