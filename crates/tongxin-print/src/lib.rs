//! What goes on paper: a Typst template of ours, filled with data, becomes a PDF. The data are values a template reads, never text
//! that is taken for a template; nothing is read from files, from packages or from the network. The faces are Noto Sans SC and Noto
//! Serif SC, which the web bundle brings along, so paper looks the same from every server; an office may add its own for documents.

mod document;

use std::io::Read;
use std::sync::{LazyLock, OnceLock};

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

pub use document::{Document, Imprint, Part};

/// A template of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// Signs of places, one a page, A4 or A6; see `templates/sign.typ` for what it reads.
    Sign,
    /// An official document in the layout of GB/T 9704; reads a [`Document`].
    Document,
}

impl Template {
    const fn text(self) -> &'static str {
        match self {
            Self::Sign => include_str!("../templates/sign.typ"),
            Self::Document => include_str!("../templates/document.typ"),
        }
    }
}

#[derive(RustEmbed)]
#[folder = "../../web/print"]
#[allow_missing = true]
struct Faces;

/// The face of documents where an office has none of its own, and wherever its own lacks a character.
const SERIF: &str = "Noto Serif SC";

/// A face of an office's own, for its documents.
#[derive(Debug, Clone)]
pub struct Face(Font);

impl Face {
    /// Reads a TrueType or OpenType file, or the first face of a collection.
    ///
    /// # Errors
    /// `Internal` with what is wrong: no such file, or one that lacks Chinese characters.
    pub fn parse(bytes: Vec<u8>) -> Result<Self> {
        let face = Font::new(Bytes::new(bytes), 0);
        let face = face.ok_or_else(|| Error::internal("it is no TrueType or OpenType face"))?;
        let chinese = |face: &Font| ['的', '关', '复'].iter().all(|one| face.info().coverage.contains(u32::from(*one)));
        if chinese(&face) { Ok(Self(face)) } else { Err(Error::internal("it has no simplified Chinese characters")) }
    }

    fn family(&self) -> &str {
        &self.0.info().family
    }
}

/// The office's own faces; what they do not set is set in Noto Serif SC.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// Of the text, such as 仿宋.
    pub text: Option<Face>,
    /// Of the head and the title, such as 小标宋.
    pub title: Option<Face>,
}

static OWN: OnceLock<Own> = OnceLock::new();

/// Documents are set in these from now on: once, before the first sheet. Answers whether it was in time.
pub fn set_own(own: Own) -> bool {
    OWN.set(own).is_ok()
}

/// The families of documents, in the order they are asked for a character.
#[derive(Serialize)]
struct Families<'a> {
    text: Vec<&'a str>,
    title: Vec<&'a str>,
}

fn families(own: &Own) -> Families<'_> {
    Families {
        text: own.text.iter().map(Face::family).chain([SERIF]).collect(),
        title: own.title.iter().map(Face::family).chain([SERIF]).collect(),
    }
}

/// Unpacked once, at the first sheet; some ten megabytes each.
static FACES: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let unpack = |name: std::borrow::Cow<'static, str>| {
        let mut bytes = Vec::new();
        GzDecoder::new(&*Faces::get(&name)?.data).read_to_end(&mut bytes).ok()?;
        Font::new(Bytes::new(bytes), 0)
    };
    let own = OWN.get_or_init(Own::default);
    Faces::iter()
        .filter_map(unpack)
        .chain([&own.text, &own.title].into_iter().flatten().map(|face| face.0.clone()))
        .collect()
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
    let faces = serde_json::to_string(&families(OWN.get_or_init(Own::default))).map_err(Error::internal)?;
    let mut inputs = Dict::new();
    inputs.insert("faces".into(), faces.into_value());
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
    use typst::layout::{Frame, FrameItem, Point};

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

    /// The lines of a page: how far down each stands, in points, and how many signs it has.
    fn lines(document: &PagedDocument, page: usize) -> Vec<(f64, usize)> {
        fn walk(frame: &Frame, at: Point, found: &mut Vec<(f64, usize)>) {
            for (place, item) in frame.items() {
                let here = at + *place;
                match item {
                    FrameItem::Group(group) => walk(&group.frame, here, found),
                    FrameItem::Text(text) => found.push((here.y.to_pt(), text.glyphs.len())),
                    _ => {}
                }
            }
        }
        let mut found = Vec::new();
        walk(&document.pages()[page].frame, Point::zero(), &mut found);
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut lines: Vec<(f64, usize)> = Vec::new();
        for (y, count) in found {
            match lines.last_mut().filter(|line| y - line.0 < 1.0) {
                Some(line) => line.1 += count,
                None => lines.push((y, count)),
            }
        }
        lines
    }

    fn document(signs: usize) -> crate::Document {
        crate::Document {
            lang: "zh-CN".to_owned(),
            head: "某某街道办事处文件".to_owned(),
            number: "某街办发〔2026〕12号".to_owned(),
            title: "关于十月诉求办理情况的通报".to_owned(),
            to: "各社区：".to_owned(),
            parts: vec![crate::Part {
                heading: "一、总体情况".to_owned(),
                paragraphs: vec!["字".repeat(signs)],
                ..crate::Part::default()
            }],
            from: "某某街道办事处".to_owned(),
            date: "2026年11月29日".to_owned(),
            imprint: crate::Imprint {
                copies: "抄送：区委办公室。".to_owned(),
                by: "某某街道办事处".to_owned(),
                sent: "2026年11月29日印发".to_owned(),
            },
        }
    }

    #[test]
    fn a_page_of_a_document_has_22_lines_of_28_characters_where_the_standard_wants_them() {
        let set = set(Template::Document, &document(2_000)).expect("a document");
        assert!(set.pages().len() >= 3);
        let all = lines(&set, 1);
        let (footer, text) = all.split_last().expect("lines");
        assert_eq!(text.iter().map(|line| line.1).collect::<Vec<_>>(), vec![28; 22]);
        // Millimetres: from the edge of the paper to the upper edge of the type area, and how tall that is.
        let mm = |points: f64| points * 25.4 / 72.0;
        let top = mm(text[0].0 - 0.88 * 15.75);
        assert!((top - 37.0).abs() < 1.0, "{top} mm above");
        let tall = mm(text[21].0 - text[0].0 + 15.75);
        assert!((tall - 225.0).abs() < 5.0, "{tall} mm tall");
        assert!(mm(footer.0) > 37.0 + 225.0, "the page's number stands below");
    }

    #[test]
    fn a_document_begins_with_its_office_and_ends_with_it() {
        let set = set(Template::Document, &document(40)).expect("a document");
        assert_eq!(set.pages().len(), 2);
        let all = lines(&set, 0);
        let signs = |lines: &[(f64, usize)]| lines.iter().map(|line| line.1).collect::<Vec<_>>();
        // Head, number, title, to, heading, two lines of text (the first two characters in), from, date, the page's number.
        assert_eq!(signs(&all), [9, 13, 13, 4, 6, 26, 14, 7, 11, 5]);
        // There is no room left for the imprint: copies, who sends it and when; it stands at the foot of the last page.
        let last = lines(&set, 1);
        assert_eq!(signs(&last), [9, 20, 5]);
        let foot_mm = last[1].0 * 25.4 / 72.0;
        assert!((37.0 + 225.0 - foot_mm - 3.5).abs() < 1.5, "the imprint's last line is {foot_mm} mm below the edge");
        let head_mm = (all[0].0 - 0.88 * 42.0) * 25.4 / 72.0;
        assert!((head_mm - 37.0 - 35.0).abs() < 1.0, "the head begins {head_mm} mm below the edge");
    }

    #[test]
    fn an_office_sets_its_documents_in_its_own_faces_and_lacks_no_character() {
        assert!(Face::parse(b"no face".to_vec()).is_err());
        let own = FACES.iter().find(|face| face.info().family.contains("Sans")).expect("a face");
        let own = Own { text: Some(Face(own.clone())), title: None };
        let set = families(&own);
        assert_eq!((set.text, set.title), (vec!["Noto Sans SC", SERIF], vec![SERIF]));
    }

    #[test]
    fn what_is_printed_is_never_taken_for_a_template() {
        let name = "#panic(\"no\") *_$ ] \\ \" // /*";
        assert!(pdf(Template::Sign, &signs("a6", &[name])).expect("a sign").starts_with(b"%PDF-1."));
        let document = crate::Document { head: name.to_owned(), to: name.to_owned(), ..document(1) };
        assert!(pdf(Template::Document, &document).expect("a document").starts_with(b"%PDF-1."));
    }
}
