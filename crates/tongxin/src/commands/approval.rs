//! `tongxin approval`: where a house has nobody else who could decide, whoever keeps its machine is the second person.

use anyhow::{Result, anyhow, bail};
use clap::Subcommand;
use serde_json::json;
use tongxin_base::{Error, World};
use tongxin_kernel::{ApprovalId, Decision, Who, approvals};
use tongxin_web::words_of;

use super::programme::reader;
use crate::config::Config;
use crate::{MODULES, house};

/// What can be done about it.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List what was asked for and needs a second person
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Agree: it is done at once
    Approve {
        /// Which one
        id: String,
    },
    /// Refuse
    Refuse {
        /// Which one
        id: String,
        /// Why; whoever asked reads it
        #[arg(long)]
        reason: String,
    },
}

/// Runs the command.
///
/// # Errors
/// Says why it cannot be decided.
pub async fn run(config: &Config, command: Command) -> Result<()> {
    let kernel = house::open(config, World::system()).await?;
    let tenant = house::tenant(&kernel)?;
    let id = tenant.id;
    let (which, decision) = match command {
        Command::List { json } => {
            let all =
                kernel.db().read(id, move |read| approvals(read, id)).await.map_err(|error| anyhow!("{error}"))?;
            for one in all {
                if json {
                    let who = one.asked_by.map(|person| person.to_string());
                    println!(
                        "{}",
                        json!({"id": one.id, "action": one.action, "state": one.state.as_str(), "asked_by": who, "asked_at": one.asked_at})
                    );
                } else {
                    println!(
                        "{}  {:<10} {:<16} {}  {}",
                        one.id,
                        one.state.as_str(),
                        one.action,
                        one.asked_at,
                        one.reason
                    );
                }
            }
            return Ok(());
        }
        Command::Approve { id } => (id, Decision::Approve),
        Command::Refuse { id, reason } => (id, Decision::Refuse(reason)),
    };
    let which: ApprovalId =
        which.parse().map_err(|_| anyhow!("{which:?} is no id; `tongxin approval list` names them"))?;
    let words = words_of(MODULES, reader())?;
    let done =
        if decision == Decision::Approve { "people-approval-done-approve" } else { "people-approval-done-refuse" };
    match kernel.decide_approval(kernel.call(&tenant, &Who::System), which, decision).await {
        Ok(()) => {
            println!("{}", words.t(done));
            Ok(())
        }
        Err(Error::NotFound) => bail!("there is nothing of this id; `tongxin approval list` names what waits"),
        Err(Error::Invalid(fields)) => {
            bail!("{}", fields.iter().map(|field| words.field_error(field)).collect::<Vec<_>>().join("; "))
        }
        Err(Error::Rule(key, args) | Error::Conflict(key, args)) => bail!("{}", words.with(&key, &args)),
        Err(error) => bail!("{error}"),
    }
}
