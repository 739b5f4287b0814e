//! Chores that are programs of their own: `cargo xtask tidy` holds the rules of the house, `cargo xtask new-module` makes a
//! room, `cargo xtask sbom` lists what is inside, `cargo xtask simulate` lets a street live and checks that nothing is lost.

use std::process::ExitCode;

use clap::Parser;

mod new_module;
mod sbom;
mod simulate;
mod tidy;

/// Chores of the project.
#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Chore {
    /// Check the rules of the house; each finding is one line, and any finding fails.
    Tidy,
    /// Make a new room from the skeleton and enter it in the house.
    NewModule {
        /// Its name: small letters, such as `learning`; the prefix of its tables, words and actions.
        name: String,
    },
    /// Print what is inside the binary as a bill of materials (CycloneDX).
    Sbom,
    /// Let a street live in a virtual clock, with crowds, broken-off calls and restarts, and check what must always hold.
    Simulate(simulate::Street),
}

fn main() -> anyhow::Result<ExitCode> {
    match Chore::parse() {
        Chore::Tidy => tidy::run(),
        Chore::NewModule { name } => new_module::run(&name).map(|()| ExitCode::SUCCESS),
        Chore::Sbom => sbom::run().map(|()| ExitCode::SUCCESS),
        Chore::Simulate(street) => simulate::run(&street).map(|()| ExitCode::SUCCESS),
    }
}
