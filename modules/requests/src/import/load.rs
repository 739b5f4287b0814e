//! From rows to matters: unseen at first, seen all at once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use tongxin_base::calendar::{Deadline, Limit};
use tongxin_base::{Error, Id, Label, Result, Time};
use tongxin_kernel::{Act, Kernel, Subject, Tenant, Who, day_number, next_numbers};

use super::mapping::Mapping;
use super::rows::{Parsed, RowIn};
use crate::domain::{Category, Channel, MessageId, MessageWay, ReportId, RequestId, Status};
use crate::measures::{FINISHED, RECEIVED, gauge};
use crate::store::requests::{Message, Reported, Request, newborn};
use crate::store::{categories, imports, requests};

/// Rows of one write: some ten milliseconds, so that nobody at the desk notices an import.
const CHUNK: usize = 100;

/// What an import did.
#[derive(Debug, Clone, Serialize)]
pub struct Loaded {
    /// Matters that are there now.
    pub rows: usize,
    /// Of those, by status.
    pub statuses: BTreeMap<String, usize>,
    /// Those whose file says when they were taken on.
    pub accepted_known: usize,
    /// Those whose file says when the reporter was reached.
    pub contacted_known: usize,
    /// Those whose file says when they were done.
    pub done_known: usize,
    /// Those with a point on the map.
    pub on_map: usize,
    /// Categories that were made for them.
    pub categories_made: usize,
}

/// Brings the rows of a file in, under its name; `progress` hears how many are in.
///
/// # Errors
/// `Conflict` where the same file is in already; whatever goes wrong half-way is cleaned up before it is told.
pub async fn load(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    file: &str,
    bytes: &[u8],
    parsed: &Parsed,
    progress: impl Fn(usize),
) -> Result<Loaded> {
    let id = tenant.id;
    clean_up(kernel, tenant, None).await?;
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    let known = kernel.db().read(id, move |read| imports::by_digest(read, id, &digest)).await?;
    if let Some(name) = known {
        return Err(Error::conflict("requests-imported-before").with("file", name));
    }
    let (by_name, made) = make_categories(kernel, tenant, parsed).await?;
    let unit_path = unit_path(kernel, tenant, &parsed.mapping).await?;
    let batch: Id<()> = kernel.world().id();
    let (name, rows, now) =
        (file.to_owned(), i64::try_from(parsed.rows.len()).unwrap_or(i64::MAX), kernel.world().now());
    let begin = move |tx: &mut tongxin_db::Tx<'_>| imports::begin(tx, id, batch, (&name, &digest), rows, now);
    kernel.db().write(id, "requests.import.begin", begin).await?;
    let matters: Vec<Matter> = parsed
        .rows
        .iter()
        .map(|row| Matter::new(kernel, tenant, row, &parsed.mapping, (&by_name[&row.category], &unit_path)))
        .collect();
    let outcome = bring_in(kernel, tenant, batch, &matters, (file, digest), progress).await;
    if let Err(error) = outcome {
        clean_up(kernel, tenant, Some(batch)).await?;
        return Err(error);
    }
    Ok(summary(&matters, made))
}

/// Removes what an import that was broken off left behind; nobody has seen it.
async fn clean_up(kernel: &Kernel, tenant: &Arc<Tenant>, only: Option<Id<()>>) -> Result<()> {
    let id = tenant.id;
    let left = match only {
        Some(batch) => vec![batch],
        None => kernel.db().read(id, move |read| imports::broken_off(read, id)).await?,
    };
    for batch in left {
        loop {
            let remove = move |tx: &mut tongxin_db::Tx<'_>| imports::remove_some(tx, id, batch, CHUNK);
            if kernel.db().write(id, "requests.import.clean_up", remove).await? == 0 {
                break;
            }
        }
    }
    Ok(())
}

async fn unit_path(kernel: &Kernel, tenant: &Arc<Tenant>, mapping: &Mapping) -> Result<String> {
    let units = kernel.units(tenant.id)?;
    let unit = if mapping.unit.is_empty() { units.root() } else { units.by_code(&mapping.unit) };
    let unit = unit.ok_or_else(|| Error::Internal(format!("the mapping: there is no unit {}", mapping.unit)))?;
    Ok(unit.path.clone())
}

/// The code of each of the file's categories; those that are not there yet are made.
async fn make_categories(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    parsed: &Parsed,
) -> Result<(HashMap<String, String>, usize)> {
    let id = tenant.id;
    let known = kernel.db().read(id, move |read| categories::all(read, id)).await?;
    let mut codes: HashMap<String, String> = HashMap::new();
    let mut fresh = Vec::new();
    for row in &parsed.rows {
        let name = &row.category;
        if codes.contains_key(name) {
            continue;
        }
        let mapped = parsed.mapping.categories.get(name);
        let named = known.iter().find(|c| Some(&c.code) == mapped || c.name.zh == *name || c.name.en == *name);
        let code = match (named, mapped) {
            (Some(category), _) => category.code.clone(),
            (None, Some(code)) => return Err(Error::Internal(format!("the mapping: there is no category {code}"))),
            (None, None) => {
                let digest = Sha256::digest(name.as_bytes());
                let code = format!("I{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2]);
                fresh.push(Category {
                    code: code.clone(),
                    parent: None,
                    name: Label::new(name.clone(), String::new()),
                    contact_limit: parsed.mapping.limits.contact,
                    grab_limit: Limit::WORKDAY,
                    start_limit: Limit::WORKDAY,
                    finish_limit: parsed.mapping.limits.finish,
                    radius_m: 50,
                    skill: None,
                });
                code
            }
        };
        codes.insert(name.clone(), code);
    }
    let made = fresh.len();
    let write = move |tx: &mut tongxin_db::Tx<'_>| {
        fresh.iter().zip(10_000..).try_for_each(|(category, position)| categories::put(tx, id, category, position))
    };
    kernel.db().write(id, "requests.import.categories", write).await?;
    Ok((codes, made))
}

/// A row as it will stand in the tables; its number is given as it goes in.
#[derive(Clone)]
struct Matter {
    request: Request,
    day: i64,
    reported: Reported,
    note: Option<Message>,
}

impl Matter {
    fn new(
        kernel: &Kernel,
        tenant: &Arc<Tenant>,
        row: &RowIn,
        mapping: &Mapping,
        (category, unit_path): (&String, &String),
    ) -> Self {
        let calendar = &tenant.calendar;
        let id: RequestId = kernel.world().id_at(row.created);
        let deadline: Deadline = calendar.deadline(row.created, mapping.limits.finish);
        let mut request = newborn(
            id,
            String::new(),
            category.clone(),
            row.created,
            calendar.due(row.created, mapping.limits.contact),
            mapping.limits.finish,
            deadline,
        );
        request.unit_path.clone_from(unit_path);
        request.point = row.point;
        request.channel = Channel::Import.as_str().to_owned();
        request.accepted_at = row.accepted;
        request.contacted_at = row.contacted;
        request.done_at = row.done;
        request.closed_at = row.done;
        request.round = row.done.is_some().into();
        request.status = match (row.done, row.accepted) {
            (Some(_), _) => Status::Closed,
            (None, Some(_)) => Status::Accepted,
            (None, None) => Status::Received,
        };
        let report: ReportId = kernel.world().id_at(row.created);
        let reported = Reported {
            id: report,
            request_id: id,
            person_id: None,
            name: None,
            phone: None,
            email: None,
            place: row.place.clone(),
            words: row.words.clone(),
            contact_of: None,
            came_from: None,
            created_at: row.created,
        };
        let note = row.note.as_ref().map(|text| {
            let at = row.done.or(row.contacted).unwrap_or(row.created);
            let id: MessageId = kernel.world().id_at(at);
            Message { id, way: MessageWay::Question, person_id: None, report_id: None, text: text.clone(), at }
        });
        Self { day: day_number(row.created, tenant.zone()), request, reported, note }
    }
}

async fn bring_in(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    batch: Id<()>,
    matters: &[Matter],
    (file, digest): (&str, [u8; 32]),
    progress: impl Fn(usize),
) -> Result<()> {
    let id = tenant.id;
    let unit_digits = matters.first().map(|matter| unit_digits(&matter.request.unit_path)).unwrap_or_default();
    let mut done = 0;
    for chunk in matters.chunks(CHUNK) {
        let (rows, digits) = (chunk.to_vec(), unit_digits.clone());
        let write = move |tx: &mut tongxin_db::Tx<'_>| {
            let mut days: BTreeMap<i64, i64> = BTreeMap::new();
            for matter in &rows {
                *days.entry(matter.day).or_default() += 1;
            }
            // From how many to the next number of each day.
            for (day, count) in &mut days {
                *count = next_numbers(tx, id, &format!("requests.{day}"), *count)?;
            }
            let mut numbered = Vec::with_capacity(rows.len());
            for Matter { request, day, .. } in &rows {
                let Some(next) = days.get_mut(day) else { continue };
                numbered.push(Request { number: format!("{day}-{digits}-{next:04}"), ..request.clone() });
                *next += 1;
            }
            requests::add(tx, id, &numbered, Some(batch))?;
            let reports: Vec<Reported> = rows.iter().map(|matter| matter.reported.clone()).collect();
            requests::add_reports(tx, id, &reports, None)?;
            let notes = rows.iter().filter_map(|matter| Some((matter.request.id, matter.note.clone()?)));
            requests::add_messages(tx, id, &notes.collect::<Vec<_>>())
        };
        kernel.db().write(id, "requests.import.rows", write).await?;
        done += chunk.len();
        progress(done);
    }
    let cells = cells(matters);
    let (file, rows) = (file.to_owned(), matters.len());
    let flip = move |act: &mut Act<'_, '_>| {
        imports::let_be_seen(act.tx, id, batch)?;
        for ((measure, unit_path, at), delta) in &cells {
            act.measure(measure, unit_path, *at, *delta);
        }
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let subject = Subject::new("import", batch);
        act.journal("requests.import", &subject, json!({"file": file, "sha256": digest, "rows": rows}), None)?;
        act.event("requests.imported", &subject, json!({"rows": rows}));
        Ok(())
    };
    kernel.act(kernel.call(tenant, &Who::System), "requests.import", flip).await
}

fn unit_digits(unit_path: &str) -> String {
    let code = unit_path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let digits: String = code.chars().skip(6).take(6).collect();
    format!("{digits:0<6}")
}

type CellKey = (&'static str, String, Time);

/// What the matters add to the figures. A step the file does not tell of is unknown, and counts as not done in time.
fn cells(matters: &[Matter]) -> HashMap<CellKey, i64> {
    let mut cells: HashMap<CellKey, i64> = HashMap::new();
    for Matter { request, .. } in matters {
        let mut add = |measure, at| *cells.entry((measure, request.unit_path.clone(), at)).or_default() += 1;
        add(RECEIVED, request.created_at);
        add(gauge(request.status), request.created_at);
        if let Some(done_at) = request.done_at {
            add(FINISHED.assessed, done_at);
            if request.contacted_in_time() {
                add(FINISHED.contacted, done_at);
            }
            if done_at <= request.deadline.due {
                add(FINISHED.in_time, done_at);
            }
        }
    }
    cells
}

fn summary(matters: &[Matter], categories_made: usize) -> Loaded {
    let mut statuses = BTreeMap::new();
    for matter in matters {
        *statuses.entry(matter.request.status.to_string()).or_default() += 1;
    }
    let count = |known: fn(&Request) -> bool| matters.iter().filter(|matter| known(&matter.request)).count();
    Loaded {
        rows: matters.len(),
        statuses,
        accepted_known: count(|request| request.accepted_at.is_some()),
        contacted_known: count(|request| request.contacted_at.is_some()),
        done_known: count(|request| request.done_at.is_some()),
        on_map: count(|request| request.point.is_some()),
        categories_made,
    }
}
