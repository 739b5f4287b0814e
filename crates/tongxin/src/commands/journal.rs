//! `tongxin journal verify`: reads every tenant's journal and says whether it holds.

use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Subcommand;
use serde::Serialize;
use tongxin_base::World;
use tongxin_kernel::{Verified, verify};

use crate::config::Config;
use crate::house;

/// What can be done with the journal.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make every leaf of the tree again from its row and compare; exit 1 where something was changed
    Verify {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Serialize)]
struct Report {
    tenant: String,
    #[serde(flatten)]
    verified: Verified,
}

/// Runs the command.
///
/// # Errors
/// Says why the journal could not be read.
pub async fn run(config: &Config, command: Command) -> Result<ExitCode> {
    let Command::Verify { json } = command;
    let kernel = house::open(config, World::system()).await?;
    let mut holds = true;
    for tenant in kernel.tenants() {
        let id = tenant.id;
        let read = kernel.db().scan(id, move |read| verify(read, id)).await;
        let verified = read.map_err(|error| anyhow!("the journal of {} cannot be read: {error}", tenant.code))?;
        holds &= verified.findings.is_empty();
        let report = Report { tenant: tenant.code.clone(), verified };
        if json {
            println!("{}", serde_json::to_string(&report)?);
            continue;
        }
        let Report { tenant, verified } = report;
        let said = if verified.findings.is_empty() { "holds" } else { "DOES NOT HOLD" };
        println!("{tenant}: {said}: {} entries, root {}", verified.rows, verified.root);
        for finding in &verified.findings {
            println!("  {}", serde_json::to_string(finding)?);
        }
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
