//! A table that somebody brings in by the browser: chosen, looked at row by row, and then written as a whole or not at all. What is
//! common to all such tables is here: the two pages, and the tables that are being looked at.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use askama::Template;
use axum::http::StatusCode;
use tongxin_base::{Error, FieldError, Result, Time};
use tongxin_kernel::PersonId;

use crate::ctx::Ctx;
use crate::failure::Answer;
use crate::form::FormErrors;
use crate::module::Face;
use crate::page::{Choice, Page};
use crate::upload::Upload;
use crate::words::Words;

/// A table that was looked at is kept so long for who looked, and so many of them.
const KEPT_FOR: Duration = Duration::from_secs(30 * 60);
const MOST_KEPT: usize = 20;
/// What they may take up together, in bytes: a server has other things to keep.
const MOST_BYTES: usize = 64 << 20;
/// Rows shown; the rest are counted. Wrong ones are shown first.
const SHOWN: usize = 300;

struct Looked {
    who: Option<PersonId>,
    until: Time,
    bytes: Vec<u8>,
}

/// The tables that somebody looks at just now.
#[derive(Default)]
struct Tables(Mutex<BTreeMap<String, Looked>>);

fn person(ctx: &Ctx) -> Option<PersonId> {
    ctx.who.person().map(|person| person.id)
}

/// A table as it was brought: just chosen, or looked at before.
pub struct Brought {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The key under which it is kept; empty where it was just chosen.
    kept: String,
}

impl Brought {
    /// The chosen file, or the table that was kept under `kept`.
    ///
    /// # Errors
    /// `Invalid` about `file` where there is none, it is larger than `largest` bytes, or it is not kept any more.
    pub fn take(ctx: &Ctx, files: &[Upload], kept: &str, largest: usize) -> Result<Self> {
        if !kept.is_empty() {
            let now = ctx.kernel().world().now();
            let tables = ctx.kernel().kept::<Tables>();
            let all = tables.0.lock().unwrap_or_else(PoisonError::into_inner);
            let table = all.get(kept).filter(|table| table.until > now && table.who == person(ctx));
            let bytes = table.map(|table| table.bytes.clone());
            let bytes = bytes.ok_or_else(|| Error::field("file", "import-forgotten"))?;
            return Ok(Self { bytes, kept: kept.to_owned() });
        }
        let chosen = files.iter().find(|file| !file.bytes.is_empty() || file.too_large);
        let file = chosen.ok_or_else(|| Error::field("file", "form-required"))?;
        if file.too_large || file.bytes.len() > largest {
            let large = FieldError::new("file", "import-large").with("megabytes", largest >> 20);
            return Err(Error::Invalid(vec![large]));
        }
        Ok(Self { bytes: file.bytes.to_vec(), kept: String::new() })
    }

    /// Whether it was looked at before, and is now to be written.
    pub const fn was_looked_at(&self) -> bool {
        !self.kept.is_empty()
    }

    /// Keeps it while it is looked at; answers the key.
    fn keep(self, ctx: &Ctx) -> Result<String> {
        if self.was_looked_at() {
            return Ok(self.kept);
        }
        let (key, now) = (ctx.kernel().world().secret(), ctx.kernel().world().now());
        let tables = ctx.kernel().kept::<Tables>();
        let mut all = tables.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, table| table.until > now);
        let bytes: usize = all.values().map(|table| table.bytes.len()).sum();
        if all.len() >= MOST_KEPT || bytes + self.bytes.len() > MOST_BYTES {
            return Err(Error::Unavailable);
        }
        all.insert(key.clone(), Looked { who: person(ctx), until: now + KEPT_FOR, bytes: self.bytes });
        Ok(key)
    }

    /// Keeps it no longer: it is written.
    pub fn forget(self, ctx: &Ctx) {
        let tables = ctx.kernel().kept::<Tables>();
        tables.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.kept);
    }
}

/// The page on which a table is chosen. Words are finished; an empty text means "there is none".
#[derive(Default)]
pub struct ImportPage {
    /// Where it is, and where its form goes.
    pub at: &'static str,
    /// The list it belongs to: address, words.
    pub back: (&'static str, String),
    /// Its title, and what it does.
    pub title: String,
    /// What it does.
    pub lead: String,
    /// What one does, step by step.
    pub steps: Vec<String>,
    /// A table to begin with: address, words. It stands behind the first step.
    pub table: (&'static str, String),
    /// What the file must be.
    pub hint: String,
    /// The endings that are offered.
    pub accept: &'static str,
    /// How it may be read; empty where there is but one way.
    pub mappings: Vec<Choice>,
    /// What may be ticked: name, words, whether it is.
    pub ticks: Vec<(&'static str, String, bool)>,
    /// What was just done.
    pub done: String,
}

#[derive(Template)]
#[template(path = "import.html")]
struct Ask {
    w: Words,
    csrf: String,
    page: ImportPage,
    errors: FormErrors,
}

impl ImportPage {
    /// Shows it; with what was wrong, where something was.
    ///
    /// # Errors
    /// As [`Page::show`].
    pub fn show(self, ctx: &Ctx, errors: FormErrors) -> Answer {
        let page = Page::new(Face::Desk, self.title.clone());
        let page = if errors.is_empty() { page } else { page.failed(StatusCode::UNPROCESSABLE_ENTITY) };
        page.show(ctx, &Ask { w: ctx.words.clone(), csrf: ctx.csrf(), page: self, errors })
    }
}

/// What a row would do, in the order in which rows are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Nothing at all of the table, until it is mended.
    Wrong,
    /// Something that is there changes.
    Changes,
    /// Something comes to be.
    Adds,
    /// Nothing: it is there already.
    Nothing,
}

impl Fate {
    const ALL: [Self; 4] = [Self::Wrong, Self::Changes, Self::Adds, Self::Nothing];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::Changes => "changes",
            Self::Adds => "adds",
            Self::Nothing => "nothing",
        }
    }
}

/// A row as it is looked at.
pub struct LookRow {
    /// Its number, as tables count.
    pub number: u64,
    /// What tells which it is, a cell for each head; the first names it. None where its words alone say all.
    pub cells: Vec<String>,
    /// What it would do.
    pub fate: Fate,
    /// What changes or is wrong, a line each.
    pub lines: Vec<String>,
}

/// The page on which a table is looked at.
pub struct LookPage {
    /// Where its form goes.
    pub at: &'static str,
    /// The title of the page before.
    pub back: String,
    /// What is above the cells.
    pub heads: Vec<String>,
    /// All rows, as the table has them.
    pub rows: Vec<LookRow>,
    /// Wrong rows that are not among them.
    pub more_wrong: usize,
    /// What else is to be known, a line each.
    pub notes: Vec<String>,
    /// The same for the same table as long as it would do the same.
    pub mark: String,
    /// What is sent along again: name, value.
    pub again: Vec<(&'static str, String)>,
}

struct Shown {
    number: u64,
    cells: Vec<String>,
    wrong: bool,
    words: String,
    lines: Vec<String>,
}

#[derive(Template)]
#[template(path = "import_look.html")]
struct Look {
    w: Words,
    csrf: String,
    once: String,
    kept: String,
    page: LookPage,
    rows: Vec<Shown>,
    counts: Vec<String>,
    wrong: usize,
    /// What was looked at before is no more what is there.
    moved: bool,
    more: usize,
}

impl LookPage {
    /// Rows that are wrong.
    pub fn wrong(&self) -> usize {
        self.rows.iter().filter(|row| row.fate == Fate::Wrong).count() + self.more_wrong
    }

    /// Shows it, and keeps the table until it is written.
    ///
    /// # Errors
    /// `Unavailable` where too many tables are looked at.
    pub fn show(mut self, ctx: &Ctx, brought: Brought) -> Answer {
        let (w, moved, wrong) = (&ctx.words, brought.was_looked_at(), self.wrong());
        let mut rows = std::mem::take(&mut self.rows);
        let count = |fate: &Fate| {
            let more = if *fate == Fate::Wrong { self.more_wrong } else { 0 };
            let count = rows.iter().filter(|row| row.fate == *fate).count() + more;
            (count > 0).then(|| w.t1(&format!("import-count-{}", fate.as_str()), "count", count))
        };
        let counts = Fate::ALL.iter().filter_map(count).collect();
        rows.sort_by_key(|row| (row.fate, row.number));
        let more = rows.len().saturating_sub(SHOWN);
        rows.truncate(SHOWN);
        let shown = |row: LookRow| Shown {
            number: row.number,
            cells: row.cells,
            wrong: row.fate == Fate::Wrong,
            words: w.t(&format!("import-{}", row.fate.as_str())),
            lines: row.lines,
        };
        let body = Look {
            csrf: ctx.csrf(),
            once: ctx.kernel().world().secret(),
            // What cannot be written is chosen again, mended.
            kept: if wrong > 0 { String::new() } else { brought.keep(ctx)? },
            rows: rows.into_iter().map(shown).collect(),
            counts,
            wrong,
            moved,
            more,
            page: self,
            w: w.clone(),
        };
        let page = Page::new(Face::Desk, w.t("import-look-title"));
        let page = if wrong > 0 { page.failed(StatusCode::UNPROCESSABLE_ENTITY) } else { page };
        page.show(ctx, &body)
    }
}
