//! `tongxin import`: data from files.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};
use tongxin_base::{Error, World};
use tongxin_kernel::{CalendarDay, DayChange, Kernel, Tenant, Who, change_days};
use tongxin_requests::import::{Mapping, Parsed, load, parse};

use super::{import_people, import_units};
use crate::calendar_file;
use crate::config::Config;
use crate::house;

/// What can be imported.
#[derive(Debug, Subcommand)]
pub enum Kind {
    /// Requests and their history from a CSV file, all or nothing
    Requests(Requests),
    /// Communities, grids, compounds, buildings from a table (code,level,parent,name,name_en,lat,lon,compound), all or nothing
    Units(import_units::Units),
    /// People with their posts from a table (login,name,public_name,role,unit,email), all or nothing; each gets a link
    People(import_people::People),
    /// Holidays and make-up workdays from a table (date,working|holiday,name) or JSON, all or nothing
    Calendar(Calendar),
}

/// The import of days.
#[derive(Debug, Args)]
pub struct Calendar {
    /// The file, in UTF-8
    file: PathBuf,
    /// Only read the file and say what is wrong
    #[arg(long)]
    dry_run: bool,
    /// The result as JSON
    #[arg(long)]
    json: bool,
}

/// The import of requests.
#[derive(Debug, Args)]
pub struct Requests {
    /// The file, in UTF-8 or GB 18030
    file: PathBuf,
    /// Which column is what [default: the mapping of ours that fits]
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Only read the file and say what is wrong
    #[arg(long)]
    dry_run: bool,
    /// The result as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the import. Exit code 1 where rows are wrong; then nothing was imported.
///
/// # Errors
/// Says what is wrong with the file, the mapping or the database.
pub async fn run(config: &Config, kind: Kind) -> Result<ExitCode> {
    match kind {
        Kind::Requests(asked) => requests(config, asked).await,
        Kind::Units(asked) => import_units::run(config, asked).await,
        Kind::People(asked) => import_people::run(config, asked).await,
        Kind::Calendar(asked) => calendar(config, asked).await,
    }
}

async fn calendar(config: &Config, asked: Calendar) -> Result<ExitCode> {
    let name = asked.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bytes = std::fs::read(&asked.file).with_context(|| format!("{} cannot be read", asked.file.display()))?;
    let days = match calendar_file::parse(&bytes) {
        Ok(days) => days,
        Err(lines) => {
            eprintln!("{name}: nothing was imported; these lines are wrong:");
            for wrong in lines {
                eprintln!("  line {}: {}", wrong.line, wrong.wrong);
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    let read = days.len();
    if asked.dry_run {
        println!("{name}: {read} days read, none is wrong; dry run: nothing was imported");
        return Ok(ExitCode::SUCCESS);
    }
    let kernel = house::open(config, World::system()).await?;
    let tenant = kernel.tenants().into_iter().next().context("there is no subdistrict in this database yet")?;
    let changed = import_calendar(&kernel, &tenant, days).await.map_err(|error| told(&name, error))?;
    if asked.json {
        println!("{}", serde_json::json!({"file": name, "days": read, "changed": changed}));
    } else {
        println!("{name}: {read} days, {changed} of them changed; running servers follow within a minute");
    }
    Ok(ExitCode::SUCCESS)
}

/// Enters days, all or none; answers how many changed something.
///
/// # Errors
/// `Invalid` for days that cannot be kept; else as `Kernel::act`.
pub async fn import_calendar(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    days: Vec<CalendarDay>,
) -> tongxin_base::Result<u64> {
    let changes: Vec<DayChange> = days.into_iter().map(DayChange::Set).collect();
    let call = kernel.call(tenant, &Who::System);
    let changed = kernel.act(call, "calendar.import", move |act| change_days(act, &changes)).await?;
    kernel.reload().await?;
    Ok(changed)
}

async fn requests(config: &Config, asked: Requests) -> Result<ExitCode> {
    let began = Instant::now();
    let name = asked.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bytes = std::fs::read(&asked.file).with_context(|| format!("{} cannot be read", asked.file.display()))?;
    let mapping = asked.mapping.as_deref().map(read_mapping).transpose()?;
    let parsed = parse(&bytes, mapping).map_err(|error| told(&name, error))?;
    if !parsed.errors.is_empty() {
        complain(&name, &parsed);
        return Ok(ExitCode::FAILURE);
    }
    if !asked.json {
        println!("{name}: {} rows read with the mapping {}, none is wrong", parsed.rows.len(), parsed.mapping_name);
    }
    if asked.dry_run {
        println!("dry run: nothing was imported");
        return Ok(ExitCode::SUCCESS);
    }
    let kernel = house::open(config, World::system()).await?;
    let tenant = kernel.tenants().into_iter().next().context("there is no subdistrict in this database yet")?;
    let (total, watched) = (parsed.rows.len(), std::io::stderr().is_terminal());
    let progress = |done: usize| {
        if watched {
            eprint!("\r{done} / {total} ");
            drop(std::io::stderr().flush());
        }
    };
    let loaded = load(&kernel, &tenant, &name, &bytes, &parsed, progress).await;
    if watched {
        eprintln!();
    }
    let loaded = loaded.map_err(|error| told(&name, error))?;
    let seconds = began.elapsed().as_secs_f64();
    kernel.work_off().await.map_err(|error| anyhow!("imported, but not findable by words yet: {error}"))?;
    let findable = began.elapsed().as_secs_f64();
    if asked.json {
        println!("{}", serde_json::json!({"file": name, "loaded": loaded, "seconds": seconds, "findable": findable}));
        return Ok(ExitCode::SUCCESS);
    }
    println!("imported {} matters in {seconds:.1} s, findable by words after {findable:.1} s", loaded.rows);
    for (status, count) in &loaded.statuses {
        println!("  {count:>6} {status}");
    }
    println!("  {:>6} on the map, {} categories made", loaded.on_map, loaded.categories_made);
    println!(
        "  known: taken on {}, contacted {}, done {}; the rest is unknown, not zero",
        loaded.accepted_known, loaded.contacted_known, loaded.done_known
    );
    Ok(ExitCode::SUCCESS)
}

fn read_mapping(path: &Path) -> Result<(String, Mapping)> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mapping = Mapping::parse(&text).map_err(|error| told(&path.display().to_string(), error))?;
    Ok((path.display().to_string(), mapping))
}

fn told(name: &str, error: Error) -> anyhow::Error {
    match error {
        Error::Internal(why) => anyhow!("{name}: {why}"),
        Error::Conflict(_, args) => {
            let before = args.first().map(|(_, file)| file.as_str()).unwrap_or_default();
            anyhow!("{name}: a file with this content was imported before, as {before}; nothing was imported twice")
        }
        other => anyhow!("{name}: {other}"),
    }
}

fn complain(name: &str, parsed: &Parsed) {
    eprintln!("{name}: nothing was imported; these rows are wrong:");
    for error in &parsed.errors {
        eprintln!("  line {}, {}: {}", error.line, error.column, error.wrong);
    }
    eprintln!("mend them and run this again; {} rows could be read", parsed.rows.len());
}
