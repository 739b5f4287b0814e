//! `tongxin import units FILE`: communities, grids and what stands in them, for a house that is there.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use serde_json::json;
use tongxin_base::{Coordinates, Id, World};
use tongxin_kernel::{Kernel, Subject, Tenant, Unit, Who, put_unit};
use tongxin_web::words_of;

use super::programme::{place, reader};
use crate::config::Config;
use crate::{MODULES, house, units_file};

/// The import of units.
#[derive(Debug, Args)]
pub struct Units {
    /// The table, in UTF-8
    file: PathBuf,
    /// The system that its points come in: wgs84, or gcj02, which maps in China speak
    #[arg(long, value_name = "SYSTEM", default_value = "wgs84")]
    coordinates: String,
    /// Only read the table and say what is wrong
    #[arg(long)]
    dry_run: bool,
    /// The result as JSON
    #[arg(long)]
    json: bool,
}

/// Brings the units in, all or none; exit code 1 where lines are wrong.
///
/// # Errors
/// Says what cannot be read or written.
pub async fn run(config: &Config, asked: Units) -> Result<ExitCode> {
    let name = asked.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bytes = std::fs::read(&asked.file).with_context(|| format!("{} cannot be read", asked.file.display()))?;
    let system = Coordinates::parse(&asked.coordinates)
        .ok_or_else(|| anyhow!("--coordinates {:?}: write wgs84 or gcj02", asked.coordinates))?;
    let kernel = house::open(config, World::system()).await?;
    let tenant = house::tenant(&kernel)?;
    let words = words_of(MODULES, reader()).map_err(|error| anyhow!("{error}"))?;
    let change = units_file::read(&bytes, &tenant.units, system, kernel.world());
    let change = change.map_err(|why| anyhow!("{name} {why}"))?;
    for remark in &change.remarks {
        let advice = if remark.wrong { String::new() } else { format!(" ({})", words.t("programme-advice")) };
        eprintln!("{}{advice}: {}", place(remark), words.field_error(&remark.what));
    }
    if !change.holds() {
        eprintln!("{name}: nothing was imported; mend these lines and run this again");
        return Ok(ExitCode::FAILURE);
    }
    let (rows, new, changed) = (change.rows, change.new, change.units.len() - change.new);
    if !asked.dry_run {
        put(&kernel, &tenant, change.units).await?;
    }
    if asked.json {
        println!("{}", json!({"file": name, "rows": rows, "new": new, "changed": changed, "dry_run": asked.dry_run}));
    } else {
        let done =
            if asked.dry_run { "dry run: nothing was imported" } else { "running servers follow within a minute" };
        println!("{name}: {rows} units, {new} new, {changed} changed; {done}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts units in place, all or none, parents before children.
///
/// # Errors
/// Says what the database says.
pub async fn put(kernel: &Kernel, tenant: &std::sync::Arc<Tenant>, units: Vec<Unit>) -> Result<()> {
    if units.is_empty() {
        return Ok(());
    }
    let write = move |act: &mut tongxin_kernel::Act<'_, '_>| {
        let (id, now) = (act.call.tenant.id, act.call.now);
        units.iter().try_for_each(|unit| put_unit(act.tx, id, now, unit))?;
        let codes: Vec<&str> = units.iter().take(1000).map(|unit| unit.code.as_str()).collect();
        let payload = json!({"count": units.len(), "codes": codes});
        act.journal("units.import", &Subject::new("units", Id::<()>::NONE), payload, None)
    };
    let call = kernel.call(tenant, &Who::System);
    kernel.act(call, "units.import", write).await.map_err(|error| anyhow!("the units cannot be written: {error}"))?;
    kernel.reload().await.map_err(|error| anyhow!("written, but not read again: {error}"))
}
