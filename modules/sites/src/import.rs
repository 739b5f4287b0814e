//! Sites from a table, all of it or nothing: every error is named by row and column before a single row is written.

use std::collections::{BTreeMap, BTreeSet};

use tongxin_base::{Error, FieldError, Result};
use tongxin_kernel::{Act, Call, Facts, Kernel, ReadOrNot};

use crate::actions::{DRAWS, Imported, draw_codes, record_birth, record_change};
use crate::domain::{Details, Draft, Site, SiteCode, SiteId};
use crate::store;

/// The columns of the table, which may stand in any order: the code, and the fields of a [`Draft`].
pub fn columns() -> Vec<String> {
    std::iter::once("code".to_owned()).chain(Draft::default().fields().into_keys()).collect()
}

/// Columns without which a file is of another kind.
const NEEDED: [&str; 2] = ["level", "unit"];
/// More rows than any subdistrict has sites, and few enough for one write of some tens of milliseconds.
const MOST_ROWS: usize = 2000;
/// More errors than this are not named: the file is of another kind.
const MOST_ERRORS: usize = 100;

/// Adds or changes the sites of a CSV file (UTF-8, with a header of [`columns`]). A row whose `code` is known changes that
/// site, a row with a new code adds one, a row without a code adds one under a code of our own. A column that the file does
/// not have says nothing: what is kept stays. What differs in no column is left alone, so a file can be imported again.
///
/// # Errors
/// `Invalid`: each error's field is `row.column` (`3.hours`; row 1 is the header, as tables count), or `file`; nothing was
/// written. `Unauthenticated` or `Forbidden` where the caller may not do that in every unit the file touches. `Conflict`
/// where somebody changed one of the sites meanwhile.
pub async fn import_sites(kernel: &Kernel, call: Call, file: &[u8]) -> Result<Imported> {
    let tenant = call.tenant.id;
    let units = kernel.units(tenant)?;
    let known = kernel.db().read(tenant, move |read| store::all(read, tenant)).await?;
    let known: BTreeMap<&SiteCode, &Site> = known.iter().map(|site| (&site.code, site)).collect();
    let mut lines = Vec::new();
    let mut wrong = Vec::new();
    let mut codes = BTreeSet::new();
    for Row { number, code, fields } in read_rows(file)? {
        let given = match (code.as_str(), SiteCode::parse(&code)) {
            ("", _) => None,
            (_, Some(code)) => Some(code),
            (_, None) => {
                wrong.push(FieldError::new(format!("{number}.code"), "sites-error-code"));
                None
            }
        };
        if given.as_ref().is_some_and(|code| !codes.insert(code.clone())) {
            wrong.push(FieldError::new(format!("{number}.code"), "sites-error-code-twice"));
        }
        let before = given.as_ref().and_then(|code| known.get(code)).copied();
        let mut all = before.map(|site| Draft::of(&site.details).fields()).unwrap_or_default();
        all.extend(fields);
        match Draft::from_fields(all).parse(&units) {
            Ok(details) => {
                for (action, path) in [("sites.add", &details.unit_path)]
                    .into_iter()
                    .chain(before.map(|site| ("sites.change", &site.details.unit_path)))
                {
                    let facts = Facts { unit_path: path, ..Facts::default() };
                    kernel.access().require(&call.who, action, ReadOrNot::Known, &facts)?;
                }
                lines.push(Line {
                    code: given.map_or_else(|| Code::Drawn(draw_codes(kernel.world())), Code::Given),
                    id: kernel.world().id(),
                    seen: before.map(|site| site.version),
                    details,
                });
            }
            Err(Error::Invalid(fields)) => wrong.extend(fields.into_iter().map(|mut field| {
                field.field = format!("{number}.{}", field.field);
                field
            })),
            Err(error) => return Err(error),
        }
    }
    if !wrong.is_empty() {
        wrong.truncate(MOST_ERRORS);
        return Err(Error::Invalid(wrong));
    }
    write_lines(kernel, call, lines).await
}

/// One row that holds, with what the write may not make itself.
struct Line {
    code: Code,
    id: SiteId,
    /// The version of the site it changes; `None` where it adds one.
    seen: Option<i64>,
    details: Details,
}

enum Code {
    /// The file says it.
    Given(SiteCode),
    /// The file leaves it to us: the first of these that is free.
    Drawn([SiteCode; DRAWS]),
}

async fn write_lines(kernel: &Kernel, call: Call, lines: Vec<Line>) -> Result<Imported> {
    let write = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        let known = store::all_locked(act.tx, tenant)?;
        let known: BTreeMap<&SiteCode, &Site> = known.iter().map(|site| (&site.code, site)).collect();
        let (mut added, mut changed, mut unchanged) = (Vec::new(), Vec::new(), 0);
        for Line { code, id, seen, details } in &lines {
            let free = |code: &&SiteCode| !known.contains_key(code) && added.iter().all(|s: &Site| s.code != **code);
            let (code, before) = match code {
                Code::Given(code) => (code, known.get(code)),
                Code::Drawn(codes) => (codes.iter().find(free).ok_or(Error::Unavailable)?, None),
            };
            if before.map(|site| site.version) != *seen {
                return Err(Error::conflict("sites-error-import-changed").with("code", code));
            }
            let Some(before) = before else {
                added.push(Site::new(*id, code.clone(), details.clone(), now));
                continue;
            };
            let differs = details.changes_since(&before.details);
            if differs.is_empty() {
                unchanged += 1;
                continue;
            }
            let after = Site { details: details.clone(), changed_at: now, ..(*before).clone() };
            record_change(act, before, &after, differs.into())?;
            changed.push(after);
        }
        store::add_all(act.tx, tenant, &added)?;
        store::change_all(act.tx, tenant, &changed)?;
        for site in &added {
            record_birth(act, site)?;
        }
        Ok(Imported { added: added.len(), changed: changed.len(), unchanged })
    };
    kernel.act(call, "sites.import", write).await
}

/// A row as it was read.
struct Row {
    /// As tables count: the header is 1.
    number: usize,
    code: String,
    /// The other columns by their names.
    fields: BTreeMap<String, String>,
}

fn read_rows(file: &[u8]) -> Result<Vec<Row>> {
    let file = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file); // spreadsheets write a byte-order mark
    let text = std::str::from_utf8(file).map_err(|_| Error::field("file", "sites-error-encoding"))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| Error::field("file", "sites-error-table"))?.clone();
    let wanted = columns();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, name) in header.iter().enumerate() {
        if !wanted.iter().any(|column| column == name) || places.insert(name, place).is_some() {
            return Err(Error::Invalid(vec![FieldError::new("file", "sites-error-column").with("column", name)]));
        }
    }
    if let Some(missing) = NEEDED.iter().find(|name| !places.contains_key(*name)) {
        return Err(Error::Invalid(vec![
            FieldError::new("file", "sites-error-column-missing").with("column", missing),
        ]));
    }
    let mut rows = Vec::new();
    for (index, record) in reader.records().enumerate() {
        if index >= MOST_ROWS {
            return Err(Error::Invalid(vec![FieldError::new("file", "sites-error-rows").with("max", MOST_ROWS)]));
        }
        let number = index + 2;
        let record = record.map_err(|_| Error::field(format!("{number}.code"), "sites-error-table"))?;
        let field =
            |(name, place): (&&str, &usize)| ((*name).to_owned(), record.get(*place).unwrap_or_default().to_owned());
        let mut fields: BTreeMap<String, String> = places.iter().map(field).collect();
        let code = fields.remove("code").unwrap_or_default();
        rows.push(Row { number, code, fields });
    }
    Ok(rows)
}
