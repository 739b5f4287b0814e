//! Chores that are programs of their own: `cargo xtask tidy` holds the rules of the house.

use std::process::ExitCode;

use clap::Parser;

mod tidy;

/// Chores of the project.
#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Chore {
    /// Check the rules of the house; each finding is one line, and any finding fails.
    Tidy,
}

fn main() -> anyhow::Result<ExitCode> {
    match Chore::parse() {
        Chore::Tidy => tidy::run(),
    }
}
