//! `tongxin import requests`: a history of matters from a file or an address; and `tongxin import mappings`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use serde_json::json;
use tongxin_base::calendar::Date;
use tongxin_base::{Error, Id, Time, World};
use tongxin_kernel::{Kernel, Tenant};
use tongxin_requests::import::{
    Asked, BUILT_IN, Intake, LARGEST_FILE, Loaded, Mapping, Parsed, Plan, RowError, load_planned, plan,
};
use tongxin_requests::store::imports::findable;

use crate::config::Config;
use crate::fetch::{self, Windows};
use crate::house;
use crate::modules::in_words;
use crate::outside::{Allowed, Gate};
use crate::progress::Progress;

/// How often it is looked how many matters can be found by now.
const LOOK_AGAIN: Duration = Duration::from_millis(300);
/// Looks without anything new, after which it is not waited any longer for another server.
const PATIENCE: u32 = 30;
/// Units that are listed; the rest are counted.
const UNITS_SHOWN: usize = 12;

/// The import of requests.
#[derive(Debug, Args)]
pub struct Requests {
    /// A file (.csv, .tsv, .xlsx, .xls, .json, .geojson, .xml) or the address of an Open311 service's requests
    file: String,
    /// Which column is what [default: the mapping of ours that fits best; see `tongxin import mappings`]
    #[arg(long, value_name = "FILE or NAME")]
    mapping: Option<String>,
    /// Only read, and say what is wrong and what would be made
    #[arg(long)]
    dry_run: bool,
    /// The sheet of a workbook [default: the first with a header that is known]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The zone of times that name none, as America/Chicago or -05:00 [default: the mapping's]
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// Whose numbers the ids are, where several cities use one kind of file [default: the mapping's]
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Matters that are in already stay as they are, even where the file says something else of them
    #[arg(long)]
    skip_known: bool,
    /// Leave out the rows that are wrong, and import the rest
    #[arg(long)]
    without_wrong: bool,
    /// Bring in names and telephones of reporters, where the mapping says in which columns they are
    #[arg(long)]
    with_contacts: bool,
    /// Of an address: the first day, as 2026-01-01
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Of an address: the last day [default: today]
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Of an address: a host of an inner network that may be gone to, as 10.0.0.5:8080; besides outside_allowed of the settings
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
    /// The result as JSON
    #[arg(long)]
    json: bool,
}

/// Our mappings.
#[derive(Debug, Args)]
pub struct Mappings {
    /// The one to print; without it their names and what they are for
    name: Option<String>,
}

/// Prints our mappings.
///
/// # Errors
/// Where there is none of this name.
pub fn show(asked: &Mappings) -> Result<ExitCode> {
    let Some(name) = &asked.name else {
        for (name, text) in BUILT_IN {
            let mapping = Mapping::parse(text).map_err(|error| told(name, &error))?;
            println!("{name:<14} {}", mapping.about);
        }
        println!(
            "\n`tongxin import mappings NAME > mine.toml` prints one; change it and name it with --mapping mine.toml"
        );
        return Ok(ExitCode::SUCCESS);
    };
    let text =
        built_in(name).with_context(|| format!("there is no mapping {name}; `tongxin import mappings` lists ours"))?;
    print!("{text}");
    Ok(ExitCode::SUCCESS)
}

fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// Runs the import. Exit code 1 where rows are wrong; then nothing was imported.
///
/// # Errors
/// Says what is wrong with the file, the mapping or the database.
pub async fn run(config: &Config, asked: Requests) -> Result<ExitCode> {
    let is_address = asked.file.starts_with("http://") || asked.file.starts_with("https://");
    if !is_address && (asked.from.is_some() || asked.to.is_some()) {
        bail!("--from and --to are for addresses; a file is read as a whole");
    }
    let name = if is_address {
        fetch::without_secrets(&asked.file)
    } else {
        Path::new(&asked.file).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let reading = Progress::new("reading", None);
    let intake = Intake::new(Asked {
        mapping: asked.mapping.as_deref().map(read_mapping).transpose()?,
        sheet: asked.sheet.clone(),
        timezone: asked.timezone.clone(),
        source: asked.source.clone(),
        with_contacts: asked.with_contacts,
    });
    let mut shown = Progress::new("reading", None);
    let mut intake = intake.watched(move |rows| shown.at(rows));
    if is_address {
        let windows = Windows { from: asked.from, to: asked.to, today: World::system().now() };
        let allowed = config.outside_allowed.iter().chain(&asked.allow_host).map(String::as_str);
        let outside = Gate::new(Allowed::parse(allowed)?)?;
        fetch::requests(&*outside, &asked.file, windows, &mut intake).await?;
    } else {
        let bytes = read_file(&asked.file)?;
        intake.add(&bytes).map_err(|error| told(&name, &error))?;
    }
    let parsed = intake.finish().map_err(|error| told(&name, &error))?;
    let read_s = reading.end();
    if !asked.json {
        say_what_was_read(&name, &parsed, read_s);
    }
    let here = open(config, asked.dry_run).await?;
    let mut planned = match &here {
        Some((kernel, tenant)) => {
            Some(plan(kernel, tenant, &parsed, asked.skip_known).await.map_err(|error| told(&name, &error))?)
        }
        None => None,
    };
    let wrong = parsed.wrong() + planned.as_ref().map_or(0, Plan::wrong);
    let refused = wrong > 0 && !asked.without_wrong;
    if asked.json && (asked.dry_run || refused) {
        println!("{}", as_json(&name, &parsed, planned.as_ref()));
    } else if !asked.json {
        if let Some(planned) = &planned {
            say_what_would_be_made(planned);
        }
        complain(&name, &parsed, planned.as_ref(), asked.without_wrong);
    }
    if refused {
        return Ok(ExitCode::FAILURE);
    }
    if asked.dry_run {
        if !asked.json {
            let looked = if planned.is_some() { "" } else { " (there is no installation yet to compare it with)" };
            println!("dry run: nothing was imported{looked}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(planned) = &mut planned {
        planned.leave_out_wrong();
    }
    let ((kernel, tenant), planned) = here.zip(planned).context("there is no subdistrict in this database yet")?;
    let mut progress = Progress::new("writing", Some(planned.told.new));
    let heard = std::cell::RefCell::new(&mut progress);
    let loaded = load_planned(&kernel, &tenant, &name, &parsed, &planned, |done| heard.borrow_mut().at(done)).await;
    let write_s = progress.end();
    let loaded = loaded.map_err(|error| told(&name, &error))?;
    let find_s = make_findable(&kernel, &tenant, &loaded).await?;
    if asked.json {
        let seconds = json!({"reading": read_s, "writing": write_s, "making_findable": find_s});
        println!("{}", json!({"file": name, "mapping": parsed.mapping_name, "loaded": loaded, "seconds": seconds}));
    } else {
        say_what_was_done(&loaded, (write_s, find_s));
    }
    Ok(ExitCode::SUCCESS)
}

/// The installation. A dry run looks at one that is there, and makes none.
async fn open(config: &Config, dry_run: bool) -> Result<Option<(Kernel, Arc<Tenant>)>> {
    if dry_run && config.database.is_none() && !config.data.join("tongxin.db").exists() {
        return Ok(None);
    }
    let kernel = house::open(config, World::system()).await?;
    match kernel.tenants().into_iter().next() {
        Some(tenant) => Ok(Some((kernel, tenant))),
        None if dry_run => Ok(None),
        None => bail!("there is no subdistrict in this database yet"),
    }
}

fn read_file(path: &str) -> Result<Vec<u8>> {
    let size = std::fs::metadata(path).with_context(|| format!("{path} cannot be read"))?.len();
    if usize::try_from(size).is_ok_and(|size| size > LARGEST_FILE) {
        bail!("{path} is larger than {} MB; import it in parts", LARGEST_FILE >> 20);
    }
    std::fs::read(path).with_context(|| format!("{path} cannot be read"))
}

fn read_mapping(name: &str) -> Result<(String, Mapping)> {
    let path = PathBuf::from(name);
    let text = match built_in(name) {
        Some(text) if !path.exists() => text.to_owned(),
        _ => std::fs::read_to_string(&path).with_context(|| {
            let ours = BUILT_IN.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            format!("{name} cannot be read, and is none of ours ({ours})")
        })?,
    };
    let mapping = Mapping::parse(&text).map_err(|error| told(name, &error))?;
    let short = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((short, mapping))
}

fn told(name: &str, error: &Error) -> anyhow::Error {
    match error {
        Error::Internal(why) => anyhow!("{name}: {why}"),
        Error::Invalid(fields) => anyhow!("{name}: {}", in_words(fields)),
        Error::TooLarge => anyhow!("{name}: there is more than {} MB of it; import it in parts", LARGEST_FILE >> 20),
        Error::Conflict(_, args) => {
            let before = args.first().map(|(_, file)| file.as_str()).unwrap_or_default();
            anyhow!("{name}: a file with this content was imported before, as {before}; nothing was imported twice")
        }
        other => anyhow!("{name}: {other}"),
    }
}

fn say_what_was_read(name: &str, parsed: &Parsed, seconds: f64) {
    let summary = parsed.summary();
    println!(
        "{name}: {} rows read with the mapping {} in {seconds:.1} s, {} cannot be read",
        summary.rows, parsed.mapping_name, summary.wrong
    );
    if let Some((first, last)) = summary.reported {
        let day = |at: Time| at.in_zone(&parsed.zone).date();
        println!("  reported from {} to {}", day(first), day(last));
    }
    let used: Vec<String> = parsed.used.iter().map(|used| format!("{} = {}", used.field, used.column)).collect();
    println!("  read as: {}", used.join(", "));
    if !parsed.left_out.is_empty() {
        println!("  left out: {}", parsed.left_out.join(", "));
    }
    for note in &parsed.notes {
        println!("  note: {note}");
    }
}

fn say_what_would_be_made(planned: &Plan) {
    let told = &planned.told;
    if let Some(before) = &told.imported_as {
        println!("  here: this very file was imported before, as {before}");
        return;
    }
    println!(
        "  here: {} new matters, {} known and unchanged, {} known and left as they are",
        told.new, told.known, told.changed
    );
    let made = if told.categories_made.is_empty() { "none".to_owned() } else { told.categories_made.join(", ") };
    println!("  categories: {} are there, to be made: {made}", told.categories_known);
    if !told.categories_made.is_empty() {
        println!("  (nobody can report as a new one until an administrator brings it into use)");
    }
    let mut units: Vec<(&String, &usize)> = told.units.iter().collect();
    units.sort_by_key(|(code, count)| (std::cmp::Reverse(**count), code.as_str()));
    let shown: Vec<String> = units.iter().take(UNITS_SHOWN).map(|(code, count)| format!("{code} ({count})")).collect();
    let more = units.len().saturating_sub(UNITS_SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    println!("  units: {}{more}", shown.join(", "));
    if told.outside > 0 {
        println!("  {} lie farther from every grid than we look after", told.outside);
    }
    for (name, count) in &told.units_unknown {
        println!("  note: {name:?} is no unit here ({count} rows): their points decide, or else the mapping");
    }
}

fn complain(name: &str, parsed: &Parsed, planned: Option<&Plan>, without_wrong: bool) {
    let none: &[RowError] = &[];
    let here = planned.map_or(none, |planned| &planned.errors);
    let more = parsed.more_errors + planned.map_or(0, |planned| planned.more_errors);
    if parsed.errors.is_empty() && here.is_empty() {
        return;
    }
    let what = if without_wrong { "these rows are left out" } else { "nothing was imported; these rows are wrong" };
    eprintln!("{name}: {what}:");
    let mut all: Vec<&RowError> = parsed.errors.iter().chain(here).collect();
    all.sort_by_key(|error| error.line);
    for error in all {
        let column = if error.column.is_empty() { String::new() } else { format!(", {}", error.column) };
        eprintln!("  {}{column}: {}", error.place, error.wrong);
    }
    if more > 0 {
        eprintln!("  and {more} more");
    }
    if !without_wrong {
        eprintln!("mend them and run this again, or leave them out with --without-wrong");
    }
}

fn as_json(name: &str, parsed: &Parsed, planned: Option<&Plan>) -> serde_json::Value {
    let none: &[RowError] = &[];
    let mut errors: Vec<&RowError> =
        parsed.errors.iter().chain(planned.map_or(none, |planned| &planned.errors)).collect();
    errors.sort_by_key(|error| error.line);
    let mut summary = parsed.summary();
    summary.wrong += planned.map_or(0, Plan::wrong);
    let more = parsed.more_errors + planned.map_or(0, |planned| planned.more_errors);
    json!({
        "file": name, "mapping": parsed.mapping_name, "source": parsed.source, "summary": summary,
        "used": parsed.used, "left_out": parsed.left_out, "notes": parsed.notes, "repeated": parsed.repeated,
        "errors": errors, "more_errors": more, "here": planned.map(|planned| &planned.told), "imported": 0,
    })
}

fn say_what_was_done(loaded: &Loaded, (write_s, find_s): (f64, f64)) {
    println!("imported {} matters in {write_s:.1} s, findable by words after {find_s:.1} s more", loaded.rows);
    for (status, count) in &loaded.statuses {
        println!("  {count:>6} {status}");
    }
    println!("  {:>6} on the map, {} categories made", loaded.on_map, loaded.categories_made);
    println!(
        "  known: taken on {}, contacted {}, done {}, opened again {}; the rest is unknown, not zero",
        loaded.accepted_known, loaded.contacted_known, loaded.done_known, loaded.reopened
    );
    if loaded.done_unknown > 0 {
        println!(
            "  {} are over, but nobody wrote down when: they are in the lists and in no rate",
            loaded.done_unknown
        );
    }
    if loaded.rated + loaded.ratings_left > 0 {
        let left = loaded.ratings_left;
        println!(
            "  {} ratings came along; {left} stayed out, as it is not known when their matter was done",
            loaded.rated
        );
    }
}

/// Lets the jobs run that make matters findable, and shows how far they are. How long it took, in seconds.
async fn make_findable(kernel: &Kernel, tenant: &Arc<Tenant>, loaded: &Loaded) -> Result<f64> {
    let mut progress = Progress::new("making findable", Some(loaded.rows));
    let over = AtomicBool::new(false);
    let work = async {
        let done = kernel.work_off().await;
        over.store(true, Ordering::Relaxed);
        done
    };
    let look = async {
        let (id, Some(batch)) = (tenant.id, loaded.batch) else { return };
        while !over.load(Ordering::Relaxed) {
            tokio::time::sleep(LOOK_AGAIN).await;
            let found: tongxin_base::Result<(i64, Option<Id<_>>)> =
                kernel.db().read(id, move |read| findable(read, id, batch)).await;
            if let Ok((count, _)) = found {
                progress.at(usize::try_from(count).unwrap_or_default());
            }
        }
    };
    // Looking ends with the work; it adds less than one look to it.
    let (worked, ()) = tokio::join!(work, look);
    worked.map_err(|error| {
        anyhow!("imported, but not findable by words yet: {error}; a running server goes on with it")
    })?;
    // A server on the same database may have taken the job: then it is waited for as long as it gets on.
    let (id, Some(batch)) = (tenant.id, loaded.batch) else { return Ok(progress.end()) };
    let (mut before, mut still) = (-1, 0);
    loop {
        let (count, _) =
            kernel.db().read(id, move |read| findable(read, id, batch)).await.map_err(|e| anyhow!("{e}"))?;
        still = if count == before { still + 1 } else { 0 };
        if usize::try_from(count).is_ok_and(|count| count >= loaded.rows) || still >= PATIENCE {
            break;
        }
        before = count;
        progress.at(usize::try_from(count).unwrap_or_default());
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(progress.end())
}
