//! The command line.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use tongxin::commands::{access, approval, backup, import, init, journal, keys, language, programme, user};
use tongxin::config::{Config, Flags};
use tongxin::{bench, demo, house};
use tongxin_base::World;
use tracing_subscriber::EnvFilter;

/// The neighbourhood service system: from a report to a rated result.
#[derive(Parser)]
#[command(name = "tongxin", version, about, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make an empty installation with its first administrator
    Init(init::Init),
    /// Serve an installation; where there is none, the pages that make one
    Serve,
    /// Serve the Binhe programme with people and matters to try things on
    Demo {
        #[command(flatten)]
        wanted: demo::Wanted,
    },
    /// A subdistrict's own pack: names, units, categories, sites, aims
    Programme {
        #[command(subcommand)]
        command: programme::Command,
    },
    /// Bring data in
    Import {
        #[command(subcommand)]
        kind: import::Kind,
    },
    /// The journal
    Journal {
        #[command(subcommand)]
        command: journal::Command,
    },
    /// The keys that seal what is personal and sign the journal
    Keys {
        #[command(subcommand)]
        command: keys::Command,
    },
    /// Further languages of the pages
    Language {
        #[command(subcommand)]
        command: language::Command,
    },
    /// Everything in one encrypted file, while the house is served
    Backup(backup::Backup),
    /// A backup into an empty place, on either database
    Restore(backup::Restore),
    /// People who sign in
    User {
        #[command(subcommand)]
        command: user::Command,
    },
    /// Who may do what, and why
    Access {
        #[command(subcommand)]
        command: access::Command,
    },
    /// What needs two people
    Approval {
        #[command(subcommand)]
        command: approval::Command,
    },
    /// Measure the house under load, beside what the disk allows
    Bench {
        #[command(flatten)]
        asked: bench::Asked,
    },
    /// Show the settings in force and where they came from
    Config {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

fn main() -> ExitCode {
    let mut cli = Cli::parse();
    cli.flags.new = matches!(cli.command, Command::Init(_));
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("tongxin: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    let config = Config::load(&cli.flags, |name| std::env::var(name).ok())?;
    let filter = EnvFilter::try_new(&config.log)?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve => {
                let kernel = house::open(&config, World::system()).await?;
                house::serve(&config, kernel, |set_up| say_where(&config, set_up)).await?;
            }
            Command::Init(asked) => init::run(&config, asked).await?,
            Command::Demo { wanted } => demo::run(&config, wanted).await?,
            Command::Programme { command } => return programme::run(&config, command).await,
            Command::Import { kind } => return import::run(&config, kind).await,
            Command::Keys { command } => return keys::run(&config, command).await,
            Command::Language { command } => return language::run(&config, command),
            Command::Backup(asked) => backup::run(&config, asked).await?,
            Command::Restore(asked) => backup::restore(&config, asked).await?,
            Command::Journal { command } => return journal::run(&config, command).await,
            Command::User { command } => user::run(&config, command).await?,
            Command::Access { command } => access::run(&config, command).await?,
            Command::Approval { command } => approval::run(&config, command).await?,
            Command::Bench { asked } => tokio::select! {
                done = bench::run(&config, asked) => done?,
                // Dropped here, it takes its folder along.
                () = house::stop_signal() => return Ok(ExitCode::FAILURE),
            },
            Command::Config { json } => show_config(&config, json)?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Where the server is; and where there is no house yet, the link that begins one.
fn say_where(config: &Config, set_up: Option<&str>) {
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    let own = config.listen.ip().is_loopback() || config.listen.ip().is_unspecified();
    let at = if own { format!("localhost:{}", config.listen.port()) } else { config.listen.to_string() };
    match set_up {
        None => println!("Tongxin is at {scheme}://{at}"),
        Some(path) => {
            println!("There is no house here yet. To set one up, open this link; it holds until the server stops:\n");
            println!("  {scheme}://{at}{path}\n");
            println!("Or stop with Ctrl-C and run `tongxin init`; `tongxin demo` makes one to try things on.");
        }
    }
}

fn show_config(config: &Config, json: bool) -> Result<()> {
    let report = config.report();
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    for (name, (value, source)) in report {
        let file = |path: &PathBuf| path.display().to_string();
        let source = match &source {
            tongxin::config::Source::Default => "default".to_owned(),
            tongxin::config::Source::File(path) => file(path),
            tongxin::config::Source::Environment(name) | tongxin::config::Source::Flag(name) => name.clone(),
        };
        println!("{name:<13} {value:<40} {source}");
    }
    Ok(())
}
