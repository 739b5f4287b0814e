//! `tongxin import`: data from files.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};
use tongxin_base::{Error, World};
use tongxin_kernel::{CalendarDay, DayChange, Kernel, Tenant, Who, change_days};

use super::{import_people, import_requests, import_units};
use crate::calendar_file;
use crate::config::Config;
use crate::house;

/// What can be imported.
#[derive(Debug, Subcommand)]
pub enum Kind {
    /// Requests and their history from a table (.csv, .xlsx, .xls), JSON, XML or an Open311 address, all or nothing
    Requests(import_requests::Requests),
    /// Show the mappings that come with this binary, to copy one and change it
    Mappings(import_requests::Mappings),
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

/// Runs the import. Exit code 1 where rows are wrong; then nothing was imported.
///
/// # Errors
/// Says what is wrong with the file, the mapping or the database.
pub async fn run(config: &Config, kind: Kind) -> Result<ExitCode> {
    match kind {
        Kind::Requests(asked) => import_requests::run(config, asked).await,
        Kind::Mappings(asked) => import_requests::show(&asked),
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

fn told(name: &str, error: Error) -> anyhow::Error {
    match error {
        Error::Internal(why) => anyhow!("{name}: {why}"),
        other => anyhow!("{name}: {other}"),
    }
}
