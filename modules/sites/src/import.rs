//! Sites from a table, all of it or nothing: every error is named by row and column before a single row is written.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use tongxin_base::{Error, FieldError, Result};
use tongxin_kernel::{Call, Facts, Kernel, ReadOrNot};

use crate::actions::{DRAWS, Imported, OPEN_SITES, birth, draw_codes, record_change, subject};
use crate::domain::{Details, Draft, Site, SiteCode, SiteId};
use crate::store;

/// The header of the table, in any order.
pub const COLUMNS: [&str; 11] =
    ["code", "level", "unit", "name", "name_en", "address", "phone", "hours", "services", "lat", "lon"];
/// More rows than any subdistrict has sites, and few enough for one write of some tens of milliseconds.
const MOST_ROWS: usize = 2000;
/// More errors than this are not named: the file is of another kind.
const MOST_ERRORS: usize = 100;

/// Adds or changes the sites of a CSV file (UTF-8, with a header of [`COLUMNS`]). A row whose `code` is known changes that
/// site, a row with a new code adds one, a row without a code adds one under a code of our own. What differs in no column is
/// left alone, so the same file can be imported again.
///
/// # Errors
/// `Invalid`: each error's field is `row.column` (`3.hours`; row 1 is the header, as tables count), or `file`; nothing was
/// written. `Unauthenticated` or `Forbidden` where the caller may not do that in every unit of the file.
pub async fn import_sites(kernel: &Kernel, call: Call, file: &[u8]) -> Result<Imported> {
    let units = kernel.units(call.tenant.id).await?;
    let mut rows = Vec::new();
    let mut wrong = Vec::new();
    let mut codes = BTreeSet::new();
    for (row, code, draft) in read_rows(file)? {
        let code = match (code.trim(), SiteCode::parse(&code)) {
            ("", _) => None,
            (_, Some(code)) => Some(code),
            (_, None) => {
                wrong.push(FieldError::new(format!("{row}.code"), "sites-error-code"));
                None
            }
        };
        if let Some(code) = &code
            && !codes.insert(code.clone())
        {
            wrong.push(FieldError::new(format!("{row}.code"), "sites-error-code-twice"));
        }
        match draft.parse(&units) {
            Ok(details) => rows.push((code, details)),
            Err(Error::Invalid(fields)) => wrong.extend(fields.into_iter().map(|mut field| {
                field.field = format!("{row}.{}", field.field);
                field
            })),
            Err(error) => return Err(error),
        }
    }
    if !wrong.is_empty() {
        wrong.truncate(MOST_ERRORS);
        return Err(Error::Invalid(wrong));
    }
    for (action, (_, details)) in ["sites.add", "sites.change"].iter().flat_map(|a| rows.iter().map(move |r| (a, r))) {
        let facts = Facts { unit_path: &details.unit_path, ..Facts::default() };
        kernel.access().require(&call.who, action, ReadOrNot::Known, &facts)?;
    }
    let rows = rows.into_iter().map(|(code, details)| Line {
        code: code.map_or_else(|| Code::Drawn(draw_codes(kernel.world())), Code::Given),
        id: kernel.world().id(),
        details,
    });
    let rows = rows.collect();
    write_rows(kernel, call, rows).await
}

/// One row that holds, with what the write may not make itself.
struct Line {
    code: Code,
    id: SiteId,
    details: Details,
}

enum Code {
    /// The file says it.
    Given(SiteCode),
    /// The file leaves it to us: the first of these that is free.
    Drawn([SiteCode; DRAWS]),
}

async fn write_rows(kernel: &Kernel, call: Call, rows: Vec<Line>) -> Result<Imported> {
    let access = kernel.clone();
    kernel
        .act(call, "sites.import", move |act| {
            let (tenant, now) = (act.call.tenant.id, act.call.now);
            let known = store::all_locked(act.tx, tenant)?;
            let known: BTreeMap<&SiteCode, &Site> = known.iter().map(|site| (&site.code, site)).collect();
            let (mut added, mut changed, mut unchanged) = (Vec::new(), Vec::new(), 0);
            for Line { code, id, details } in &rows {
                let free =
                    |code: &&SiteCode| !known.contains_key(code) && added.iter().all(|s: &Site| s.code != **code);
                let (code, before) = match code {
                    Code::Given(code) => (code, known.get(code)),
                    Code::Drawn(codes) => (codes.iter().find(free).ok_or(Error::Unavailable)?, None),
                };
                let Some(before) = before else {
                    added.push(Site::new(*id, code.clone(), details.clone(), now));
                    continue;
                };
                // The file names where a site goes; where it comes from is known only here.
                let facts = Facts { unit_path: &before.details.unit_path, ..Facts::default() };
                access.access().require(&act.call.who, "sites.change", ReadOrNot::Known, &facts)?;
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
                act.journal("sites.add", &subject(site.id), birth(&site.details, &site.code), None)?;
                let payload = json!({"code": site.code.as_str(), "unit": site.details.unit_code()});
                act.event("sites.added", &subject(site.id), payload);
                act.measure(OPEN_SITES, &site.details.unit_path, now, 1);
            }
            Ok(Imported { added: added.len(), changed: changed.len(), unchanged })
        })
        .await
}

/// The rows with their numbers, their codes and what they say.
fn read_rows(file: &[u8]) -> Result<Vec<(usize, String, Draft)>> {
    let file = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file); // spreadsheets write a byte-order mark
    let text = std::str::from_utf8(file).map_err(|_| Error::field("file", "sites-error-encoding"))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| Error::field("file", "sites-error-table"))?.clone();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, name) in header.iter().enumerate() {
        if !COLUMNS.contains(&name) || places.insert(name, place).is_some() {
            return Err(Error::Invalid(vec![FieldError::new("file", "sites-error-column").with("column", name)]));
        }
    }
    if let Some(missing) = COLUMNS.iter().find(|name| !places.contains_key(*name)) {
        return Err(Error::Invalid(vec![
            FieldError::new("file", "sites-error-column-missing").with("column", missing),
        ]));
    }
    let mut rows = Vec::new();
    for (index, record) in reader.records().enumerate() {
        if index >= MOST_ROWS {
            return Err(Error::Invalid(vec![FieldError::new("file", "sites-error-rows").with("max", MOST_ROWS)]));
        }
        let row = index + 2;
        let record = record.map_err(|_| Error::field(format!("{row}.code"), "sites-error-table"))?;
        let get = |name: &str| record.get(places[name]).unwrap_or_default().to_owned();
        let draft = Draft {
            level: get("level"),
            unit: get("unit"),
            name: get("name"),
            name_en: get("name_en"),
            address: get("address"),
            phone: get("phone"),
            hours: get("hours"),
            services: get("services"),
            lat: get("lat"),
            lon: get("lon"),
        };
        rows.push((row, get("code"), draft));
    }
    Ok(rows)
}
