//! Sites from a table, all of it or nothing: every error is named by row and column before a single row is written.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use tongxin_base::{Error, FieldError, Result};
use tongxin_kernel::{Act, Call, Facts, Kernel, ReadOrNot};

use crate::actions::{DRAWS, Imported, draw_codes, record_birth, record_change};
use crate::domain::{Details, Draft, Site, SiteCode, SiteId};
use crate::store;

/// The columns of the table, which may stand in any order: the code, and the fields of a [`Draft`].
pub fn columns() -> Vec<String> {
    std::iter::once("code".to_owned()).chain(Draft::default().fields().into_keys()).collect()
}

/// A column that a file may have beside them: the system its `lat` and `lon` come in.
const SYSTEM: &str = "system";
/// Columns without which a file is of another kind.
const NEEDED: [&str; 2] = ["level", "unit"];
/// More rows than any subdistrict has sites, and few enough for one write of some tens of milliseconds.
const MOST_ROWS: usize = 2000;
/// More errors than this are not named: the file is of another kind.
const MOST_ERRORS: usize = 100;

/// What a row of a file would do here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A site more.
    Adds,
    /// A site changes in these fields: name, before, after.
    Changes(Vec<(String, String, String)>),
    /// Nothing: it is there already, as the file says.
    Nothing,
    /// Nothing at all of the file, until this is mended; each error's field is the column.
    Wrong(Vec<FieldError>),
}

/// A row of a file, and what it would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// As tables count: the header is 1.
    pub number: usize,
    /// The site's code; empty where the house gives one.
    pub code: String,
    /// The site's name, as it would be.
    pub name: String,
    /// What would happen.
    pub effect: Effect,
}

/// What a file would do, row by row; nothing is written yet.
pub struct Plan {
    /// All rows, in the order of the file.
    pub rows: Vec<Planned>,
    lines: Vec<Line>,
}

impl Plan {
    /// Rows that are wrong.
    pub fn wrong(&self) -> usize {
        self.rows.iter().filter(|row| matches!(row.effect, Effect::Wrong(_))).count()
    }

    /// The same for the same file as long as nobody changes a site it touches: what was looked at is what is written.
    pub fn mark(&self) -> String {
        let mut hasher = std::hash::DefaultHasher::new();
        for (row, line) in self.rows.iter().zip(&self.lines) {
            (row.number, &row.code, &row.name, line.seen).hash(&mut hasher);
        }
        format!("{:016x}", hasher.finish())
    }
}

/// Reads a CSV file (UTF-8, with a header of [`columns`]) and says what each row would do. A row whose `code` is known changes
/// that site, a row with a new code adds one, a row without a code adds one under a code of our own. A column that the file does
/// not have says nothing: what is kept stays. What differs in no column is left alone, so a file can be imported again.
///
/// # Errors
/// `Invalid` about the `file` as a whole. `Unauthenticated` or `Forbidden` where the caller may not do that in every unit the
/// file touches.
pub async fn plan_sites(kernel: &Kernel, call: &Call, file: &[u8]) -> Result<Plan> {
    let tenant = call.tenant.id;
    let units = kernel.units(tenant)?;
    let known = kernel.db().read(tenant, move |read| store::all(read, tenant)).await?;
    let known: BTreeMap<&SiteCode, &Site> = known.iter().map(|site| (&site.code, site)).collect();
    let (mut rows, mut lines, mut codes) = (Vec::new(), Vec::new(), BTreeSet::new());
    for Row { number, code, fields } in read_rows(file)? {
        let mut wrong = Vec::new();
        let given = match (code.as_str(), SiteCode::parse(&code)) {
            ("", _) => None,
            (_, Some(code)) => Some(code),
            (_, None) => {
                wrong.push(FieldError::new("code", "sites-error-code"));
                None
            }
        };
        if given.as_ref().is_some_and(|code| !codes.insert(code.clone())) {
            wrong.push(FieldError::new("code", "sites-error-code-twice"));
        }
        let before = given.as_ref().and_then(|code| known.get(code)).copied();
        let mut all = before.map(|site| Draft::of(&site.details).fields()).unwrap_or_default();
        all.extend(fields);
        let name = all.get("name").cloned().unwrap_or_default();
        let effect = match Draft::from_fields(all).parse(&units) {
            Ok(details) if wrong.is_empty() => {
                for (action, path) in [("sites.add", &details.unit_path)]
                    .into_iter()
                    .chain(before.map(|site| ("sites.change", &site.details.unit_path)))
                {
                    let facts = Facts { unit_path: path, ..Facts::default() };
                    kernel.access().require(&call.who, action, ReadOrNot::Known, &facts)?;
                }
                let effect = effect(before, &details);
                lines.push(Line {
                    code: given.map_or_else(|| Code::Drawn(draw_codes(kernel.world())), Code::Given),
                    id: kernel.world().id(),
                    seen: before.map(|site| site.version),
                    details,
                });
                effect
            }
            Ok(_) => Effect::Wrong(wrong),
            Err(Error::Invalid(fields)) => Effect::Wrong(wrong.into_iter().chain(fields).collect()),
            Err(error) => return Err(error),
        };
        rows.push(Planned { number, code, name, effect });
    }
    Ok(Plan { rows, lines })
}

fn effect(before: Option<&Site>, after: &Details) -> Effect {
    let Some(before) = before else { return Effect::Adds };
    let (old, new) = (Draft::of(&before.details).fields(), Draft::of(after).fields());
    let pairs = old.into_iter().zip(new.into_values());
    let changed: Vec<_> =
        pairs.filter(|((_, old), new)| old != new).map(|((name, old), new)| (name, old, new)).collect();
    if changed.is_empty() { Effect::Nothing } else { Effect::Changes(changed) }
}

/// Adds or changes the sites of a CSV file, as [`plan_sites`] says: all of it or nothing.
///
/// # Errors
/// `Invalid`: each error's field is `row.column` (`3.hours`; row 1 is the header, as tables count), or `file`; nothing was
/// written. `Unauthenticated` or `Forbidden` where the caller may not do that in every unit the file touches. `Conflict`
/// where somebody changed one of the sites meanwhile.
pub async fn import_sites(kernel: &Kernel, call: Call, file: &[u8]) -> Result<Imported> {
    let plan = plan_sites(kernel, &call, file).await?;
    import_plan(kernel, call, plan).await
}

/// Writes what a plan says: all of it or nothing.
///
/// # Errors
/// As [`import_sites`].
pub async fn import_plan(kernel: &Kernel, call: Call, plan: Plan) -> Result<Imported> {
    let mut wrong = Vec::new();
    for row in plan.rows {
        let Effect::Wrong(fields) = row.effect else { continue };
        wrong.extend(fields.into_iter().map(|mut field| {
            field.field = format!("{}.{}", row.number, field.field);
            field
        }));
    }
    if !wrong.is_empty() {
        wrong.truncate(MOST_ERRORS);
        return Err(Error::Invalid(wrong));
    }
    write_lines(kernel, call, plan.lines).await
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
        if !(name == SYSTEM || wanted.iter().any(|column| column == name)) || places.insert(name, place).is_some() {
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
        let field = |(name, place): (&&str, &usize)| {
            ((*name).to_owned(), plain(record.get(*place).unwrap_or_default()).to_owned())
        };
        let mut fields: BTreeMap<String, String> = places.iter().map(field).collect();
        let code = fields.remove("code").unwrap_or_default();
        if !(fields.contains_key("lat") && fields.contains_key("lon")) {
            fields.remove(SYSTEM); // what is kept is in our own system
        }
        rows.push(Row { number, code, fields });
    }
    Ok(rows)
}

/// A cell without the sign that keeps a spreadsheet from taking it for a formula: so our own tables come back as they went.
fn plain(cell: &str) -> &str {
    let tamed = cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']));
    tamed.unwrap_or(cell)
}
