//! From rows to matters: unseen at first, seen all at once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use tongxin_base::calendar::Deadline;
use tongxin_base::{Error, Id, Result, Time};
use tongxin_db::Tx;
use tongxin_kernel::{Act, Kernel, PastRating, RatingBook, Subject, Tenant, Who, day_number, next_numbers};

use super::intake::Parsed;
use super::outcome::outcome;
use super::plan::{Kind, Placed, Plan, plan};
use super::rows::RowIn;
use crate::domain::{Channel, MessageId, MessageWay, ReportId, RequestId, SUBJECT, Status};
use crate::measures::{FINISHED, RECEIVED, gauge};
use crate::store::imports::Source;
use crate::store::lists_admin::{Listed, put_category};
use crate::store::requests::{Message, Reported, Request, newborn};
use crate::store::{imports, requests};

/// Rows of one write, of some five statements each: ten to thirty milliseconds, so that nobody at the desk notices an import.
const CHUNK: usize = 50;
/// Categories that an import makes stand behind all others.
const BEHIND: i64 = 10_000;

/// A quarter of an hour in microseconds: every zone of today begins its days at one.
const QUARTER: i64 = 900 * 1_000_000;

/// What an import did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Loaded {
    /// Which import it was.
    pub batch: Option<Id<()>>,
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
    /// Those that are over, though their file does not say when they were done: they are in no rate.
    pub done_unknown: usize,
    /// Those that were opened again.
    pub reopened: usize,
    /// Those with a point on the map.
    pub on_map: usize,
    /// Those whose rating came along and counts.
    pub rated: usize,
    /// Those whose rating came along, but not the day they were done: it counts nowhere and stays out.
    pub ratings_left: usize,
    /// Categories that were made for them.
    pub categories_made: usize,
}

/// Brings the rows of a file in, under its name; `progress` hears how many are in.
///
/// # Errors
/// As [`load_planned`], and where the plan has wrong rows.
pub async fn load(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    file: &str,
    parsed: &Parsed,
    progress: impl Fn(usize),
) -> Result<Loaded> {
    let plan = plan(kernel, tenant, parsed, false).await?;
    load_planned(kernel, tenant, file, parsed, &plan, progress).await
}

/// Who brings a file in, and what is done in the same write that lets its rows be seen: it hears how many there are.
pub struct Bringing<'a> {
    /// Who.
    pub who: &'a Who,
    /// What ends with it. Where it fails, nothing of the file is in.
    pub end: End,
}

/// What ends with an import.
pub type End = Arc<dyn Fn(&mut Tx<'_>, usize) -> Result<()> + Send + Sync>;

/// Brings the rows of a file in as planned.
///
/// # Errors
/// As [`load_by`].
pub async fn load_planned(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    file: &str,
    parsed: &Parsed,
    plan: &Plan,
    progress: impl Fn(usize),
) -> Result<Loaded> {
    let bringing = Bringing { who: &Who::System, end: Arc::new(|_, _| Ok(())) };
    load_by(kernel, tenant, (file, parsed, plan), bringing, progress).await
}

/// The same for somebody.
///
/// # Errors
/// `Conflict` where the same file is in already, or another import took this one's rows for left-overs; `Internal` where the plan has
/// wrong rows. Whatever goes wrong half-way is cleaned up before it is told.
pub async fn load_by(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    (file, parsed, plan): (&str, &Parsed, &Plan),
    bringing: Bringing<'_>,
    progress: impl Fn(usize),
) -> Result<Loaded> {
    let id = tenant.id;
    clean_up(kernel, tenant, None).await?;
    let digest = parsed.digest;
    let known = kernel.db().read(id, move |read| imports::by_digest(read, id, &digest)).await?;
    if let Some(name) = known {
        return Err(Error::conflict("requests-imported-before").with("file", name));
    }
    if let Some(first) = plan.errors.first() {
        return Err(Error::Internal(format!("{}, {}: {}", first.place, first.column, first.wrong)));
    }
    make_categories(kernel, tenant, plan).await?;
    let batch: Id<()> = kernel.world().id();
    let (name, rows, now) = (file.to_owned(), i64::try_from(plan.told.new).unwrap_or(i64::MAX), kernel.world().now());
    let begin = move |tx: &mut Tx<'_>| imports::begin(tx, id, batch, (&name, &digest), rows, now);
    kernel.db().write(id, "requests.import.begin", begin).await?;
    let outcome = bring_in(kernel, tenant, batch, (file, parsed, plan), bringing, progress).await;
    match outcome {
        Ok(mut loaded) => {
            loaded.categories_made = plan.fresh.len();
            loaded.batch = Some(batch);
            Ok(loaded)
        }
        Err(error) => {
            clean_up(kernel, tenant, Some(batch)).await?;
            Err(error)
        }
    }
}

/// Removes what an import that was broken off left behind; nobody has seen it.
async fn clean_up(kernel: &Kernel, tenant: &Arc<Tenant>, only: Option<Id<()>>) -> Result<()> {
    let id = tenant.id;
    let left = match only {
        Some(batch) => vec![batch],
        None => kernel.db().read(id, move |read| imports::broken_off(read, id)).await?,
    };
    let book = kernel.rating_book();
    for batch in left {
        loop {
            let remove = move |tx: &mut Tx<'_>| {
                imports::remove_some(tx, id, batch, CHUNK, |tx, matters| {
                    let Some(book) = book else { return Ok(()) };
                    let subjects: Vec<Subject> = matters.iter().map(|matter| Subject::new(SUBJECT, *matter)).collect();
                    (book.forget)(tx, id, &subjects)
                })
            };
            if kernel.db().write(id, "requests.import.clean_up", remove).await? == 0 {
                break;
            }
        }
    }
    Ok(())
}

/// Makes the categories that are missing. Nothing new may be reported as them until an administrator says so: they are
/// words of another house.
async fn make_categories(kernel: &Kernel, tenant: &Arc<Tenant>, plan: &Plan) -> Result<()> {
    let (id, fresh) = (tenant.id, plan.fresh.clone());
    let write = move |tx: &mut Tx<'_>| {
        fresh.iter().zip(BEHIND..).try_for_each(|(category, position)| {
            put_category(tx, id, &Listed { category: category.clone(), position, active: false })
        })
    };
    kernel.db().write(id, "requests.import.categories", write).await
}

/// A row as it will stand in the tables; its number is given as it goes in.
#[derive(Clone)]
struct Matter {
    request: Request,
    day: i64,
    reported: Reported,
    note: Option<Message>,
    source: Source,
    rating: Option<PastRating>,
}

impl Matter {
    fn new(kernel: &Kernel, tenant: &Arc<Tenant>, source: &str, row: &RowIn, (kind, placed): (&Kind, &Placed)) -> Self {
        let calendar = &tenant.calendar;
        let id: RequestId = kernel.world().id_at(row.created);
        let deadline: Deadline = calendar.deadline(row.created, kind.limits.finish);
        let mut request = newborn(
            id,
            String::new(),
            kind.code.clone(),
            row.created,
            calendar.due(row.created, kind.limits.contact),
            kind.limits.finish,
            deadline,
        );
        let stands = outcome(row);
        request.unit_path = placed.unit_path.to_string();
        request.outside = placed.outside;
        request.point = row.point;
        request.channel = Channel::Import.as_str().to_owned();
        request.accepted_at = row.accepted;
        request.contacted_at = row.contacted;
        request.started_at = row.started;
        request.done_at = stands.done_at;
        request.closed_at = stands.closed_at;
        request.reopened = stands.reopened;
        request.round = stands.done_at.is_some().into();
        request.status = stands.status;
        let report: ReportId = kernel.world().id_at(row.created);
        let reported = Reported {
            id: report,
            request_id: id,
            person_id: None,
            name: row.name.clone(),
            phone: row.phone.clone(),
            email: None,
            place: row.place.clone(),
            words: row.words.clone(),
            contact_of: None,
            came_from: None,
            created_at: row.created,
        };
        let note = row.note.as_ref().map(|text| {
            // When it was written is not known by itself: it stands with the last step that is.
            let at = row.done.or(row.contacted).or(row.accepted).unwrap_or(row.created);
            let id: MessageId = kernel.world().id_at(at);
            Message { id, way: MessageWay::Update, person_id: None, report_id: None, text: text.clone(), at }
        });
        let rating =
            stands.done_at.filter(|_| row.solved.is_some() || row.satisfied.is_some()).map(|done_at| PastRating {
                subject: Subject::new(SUBJECT, id),
                rater: report.to_string(),
                unit_path: request.unit_path.clone(),
                done_at,
                solved: row.solved,
                satisfied: row.satisfied,
            });
        let source = Source {
            source: source.to_owned(),
            source_id: row.source_id.clone(),
            digest: row.digest().to_vec(),
            channel: row.channel.clone(),
            office: row.office.clone(),
            supporters: row.supporters,
            objectors: row.objectors,
            reopened_at: row.reopened,
        };
        Self { day: day_number(row.created, tenant.zone()), request, reported, note, source, rating }
    }
}

async fn bring_in(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    batch: Id<()>,
    (file, parsed, plan): (&str, &Parsed, &Plan),
    Bringing { who, end }: Bringing<'_>,
    progress: impl Fn(usize),
) -> Result<Loaded> {
    let id = tenant.id;
    let book = kernel.rating_book();
    let mut tally = Tally { book, loaded: Loaded::default(), cells: HashMap::new() };
    let wanted: Vec<(&RowIn, &Placed)> =
        parsed.rows.iter().zip(&plan.placed).filter_map(|(row, placed)| Some((row, placed.as_ref()?))).collect();
    for chunk in wanted.chunks(CHUNK) {
        let mut rows = Vec::with_capacity(chunk.len());
        for (row, placed) in chunk {
            let key = (row.category_above.clone(), row.category.clone());
            let kind = plan.kinds.get(&key).ok_or_else(|| Error::internal("a category without a plan"))?;
            rows.push(Matter::new(kernel, tenant, &parsed.source, row, (kind, placed)));
        }
        rows.iter().zip(chunk).for_each(|(matter, (row, _))| tally.count(matter, row));
        let write = move |tx: &mut Tx<'_>| add(tx, id, batch, &rows, book);
        kernel.db().write(id, "requests.import.rows", write).await?;
        progress(tally.loaded.rows);
    }
    let Tally { loaded, cells, .. } = tally;
    let (file, rows, digest) = (file.to_owned(), loaded.rows, parsed.digest);
    let (mapping, source) = (parsed.mapping_name.clone(), parsed.source.clone());
    let flip = move |act: &mut Act<'_, '_>| {
        if !imports::let_be_seen(act.tx, id, batch)? {
            return Err(Error::conflict("requests-import-swept"));
        }
        end(act.tx, rows)?;
        for ((measure, unit_path, at), delta) in &cells {
            act.measure(measure, unit_path, *at, *delta);
        }
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let subject = Subject::new("import", batch);
        let payload = json!({"file": file, "sha256": digest, "rows": rows, "mapping": mapping, "source": source});
        act.journal("requests.import", &subject, payload, None)?;
        act.event("requests.imported", &subject, json!({"rows": rows}));
        Ok(())
    };
    kernel.act(kernel.call(tenant, who), "requests.import", flip).await?;
    Ok(loaded)
}

/// Some matters go in, seen by nobody yet, with their numbers.
fn add(
    tx: &mut Tx<'_>,
    id: tongxin_base::TenantId,
    batch: Id<()>,
    rows: &[Matter],
    book: Option<RatingBook>,
) -> Result<()> {
    let mut days: BTreeMap<i64, i64> = BTreeMap::new();
    for matter in rows {
        *days.entry(matter.day).or_default() += 1;
    }
    // From how many to the next number of each day.
    for (day, count) in &mut days {
        *count = next_numbers(tx, id, &format!("requests.{day}"), *count)?;
    }
    let mut numbered = Vec::with_capacity(rows.len());
    for Matter { request, day, .. } in rows {
        let Some(next) = days.get_mut(day) else { continue };
        let digits = unit_digits(&request.unit_path);
        numbered.push(Request { number: format!("{day}-{digits}-{next:04}"), ..request.clone() });
        *next += 1;
    }
    requests::add(tx, id, &numbered, Some(batch))?;
    let reports: Vec<Reported> = rows.iter().map(|matter| matter.reported.clone()).collect();
    requests::add_reports(tx, id, &reports, None)?;
    let notes = rows.iter().filter_map(|matter| Some((matter.request.id, matter.note.clone()?)));
    requests::add_messages(tx, id, &notes.collect::<Vec<_>>())?;
    let sources: Vec<(RequestId, Source)> =
        rows.iter().map(|matter| (matter.request.id, matter.source.clone())).collect();
    imports::add_sources(tx, id, &sources)?;
    let ratings: Vec<PastRating> = rows.iter().filter_map(|matter| matter.rating.clone()).collect();
    match book {
        Some(book) if !ratings.is_empty() => (book.keep)(tx, id, &ratings),
        _ => Ok(()),
    }
}

fn unit_digits(unit_path: &str) -> String {
    let code = unit_path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let digits: String = code.chars().skip(6).take(6).collect();
    format!("{digits:0<6}")
}

type CellKey = (&'static str, String, Time);

/// What the matters come to: for the reader, and for the figures.
struct Tally {
    book: Option<RatingBook>,
    loaded: Loaded,
    cells: HashMap<CellKey, i64>,
}

impl Tally {
    /// A step the file does not tell of is unknown, and counts as not done in time.
    fn count(&mut self, matter: &Matter, row: &RowIn) {
        let Matter { request, rating, .. } = matter;
        let cells = &mut self.cells;
        let mut add = |measure, at: Time| {
            // Figures are kept by day, so what falls into one quarter of an hour is one cell: the last write stays small.
            let day = Time::from_micros(at.micros() - at.micros().rem_euclid(QUARTER));
            *cells.entry((measure, request.unit_path.clone(), day)).or_default() += 1;
        };
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
        if let (Some(rating), Some(book)) = (rating, self.book) {
            for measure in (book.figures)(rating) {
                add(measure, rating.done_at);
            }
        }
        let loaded = &mut self.loaded;
        let rates = row.solved.is_some() || row.satisfied.is_some();
        let count = |known: bool| usize::from(known);
        *loaded.statuses.entry(request.status.to_string()).or_default() += 1;
        loaded.rows += 1;
        loaded.accepted_known += count(request.accepted_at.is_some());
        loaded.contacted_known += count(request.contacted_at.is_some());
        loaded.done_known += count(request.done_at.is_some());
        loaded.done_unknown += count(request.status == Status::Closed && request.done_at.is_none());
        loaded.reopened += count(request.reopened > 0);
        loaded.on_map += count(request.point.is_some());
        loaded.rated += count(rating.is_some() && self.book.is_some());
        loaded.ratings_left += count(rates && (rating.is_none() || self.book.is_none()));
    }
}
