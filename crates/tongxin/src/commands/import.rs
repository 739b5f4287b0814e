//! `tongxin import`: data from files.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

use crate::config::Config;

/// What can be imported.
#[derive(Debug, Subcommand)]
pub enum Kind {
    /// Requests and their history from a CSV file
    Requests {
        /// The file
        file: PathBuf,
    },
}

/// Runs the import.
///
/// # Errors
/// Says what is wrong.
pub async fn run(_config: &Config, _kind: Kind) -> Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
