//! `tongxin backup` and `tongxin restore`: everything in one encrypted file, and back, on either database.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use tongxin_base::{Time, World};
use tongxin_db::Options;

use crate::backup::{read, seal, write};
use crate::config::Config;
use crate::{house, keyring};

/// What is backed up where.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Backup {
    #[command(subcommand)]
    command: Option<Prepare>,
    /// The file; it must not be there yet
    file: Option<PathBuf>,
    /// Afterwards remove backups of this folder that are older: their names begin and end alike, but for a date
    #[arg(long, value_name = "DAYS")]
    keep: Option<u64>,
    /// Encrypt with the passphrase in this file [default: TONGXIN_BACKUP_PASSPHRASE, else for `backup_recipient`]
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// What comes before the first backup.
#[derive(Debug, Subcommand)]
enum Prepare {
    /// Make the key that opens backups; keep it anywhere but on this machine
    Keygen {
        /// Where its secret half goes; it must not be there yet
        file: PathBuf,
    },
}

/// What is restored.
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup
    file: PathBuf,
    /// The file with the key that opens it
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// Open it with the passphrase in this file [default: TONGXIN_BACKUP_PASSPHRASE]
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// Makes a backup.
///
/// # Errors
/// Says what is in the way.
pub async fn run(config: &Config, asked: Backup) -> Result<()> {
    if let Some(Prepare::Keygen { file }) = &asked.command {
        let (secret, public) = seal::keygen();
        keyring::write_new(file, secret.as_bytes())?;
        println!("set backup_recipient = \"{public}\"");
        println!("and keep {} anywhere but here: without it no backup opens", file.display());
        return Ok(());
    }
    let path = asked.file.as_deref().context("where to? name a file that is not there yet")?;
    let recipient = seal::recipient(config, asked.passphrase_file.as_deref())?;
    let kernel = house::open(config, World::system()).await?;
    let written = write::write(&kernel, &config.files, path, &*recipient).await?;
    println!("{} rows and {} files in {}", written.rows, written.files, path.display());
    println!("the keys are not in it: `tongxin keys export` puts them into a file of their own");
    if let Some(days) = asked.keep {
        for gone in age_out(path, days, kernel.world().now())? {
            println!("removed {}, older than {days} days", gone.display());
        }
    }
    Ok(())
}

/// What a name begins with before its date, and what it ends with.
fn series(path: &Path) -> Option<(&str, &str)> {
    let name = path.file_name()?.to_str()?;
    let first = name.find(|c: char| c.is_ascii_digit())?;
    let last = name.rfind(|c: char| c.is_ascii_digit())?;
    Some((&name[..first], &name[last + 1..]))
}

/// Removes the backups of the same series that are older than so many days.
fn age_out(newest: &Path, days: u64, now: Time) -> Result<Vec<PathBuf>> {
    let like = series(newest).context("--keep knows older backups by their names: put a date into this one")?;
    let folder = newest.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut gone = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let age = entry.metadata()?.modified()?.duration_since(std::time::UNIX_EPOCH)?;
        let made = Time::from_micros(i64::try_from(age.as_micros())?);
        let old = made + Duration::from_secs(days * 24 * 3600) < now;
        if old && entry.path() != newest && series(&entry.path()) == Some(like) {
            fs::remove_file(entry.path())?;
            gone.push(entry.path());
        }
    }
    Ok(gone)
}

/// Puts a backup into an empty place.
///
/// # Errors
/// Says what is in the way; nothing is changed then.
pub async fn restore(config: &Config, asked: Restore) -> Result<()> {
    let identity = seal::identity(asked.identity.as_deref(), asked.passphrase_file.as_deref())?;
    let from = seal::open(&asked.file, &*identity)?;
    fs::create_dir_all(&config.data).with_context(|| format!("{} cannot be made", config.data.display()))?;
    let database = Options::parse(config.database.as_deref(), &config.data).map_err(|error| anyhow!("{error}"))?;
    let secret = keyring::open_existing(config)?;
    let restored = match &database {
        // Beside it first: a file that is there is a whole house.
        Options::Sqlite { path } => {
            if path.exists() {
                bail!("{} is there already; a backup goes into an empty place", path.display());
            }
            let beside = path.with_extension("restoring");
            drop(fs::remove_file(&beside));
            let restored = read::read(from, &Options::Sqlite { path: beside.clone() }, &config.files, &secret);
            match restored {
                Ok(restored) => {
                    fs::rename(&beside, path)?;
                    restored
                }
                Err(error) => {
                    for end in ["", "-wal", "-shm"] {
                        drop(fs::remove_file(format!("{}{end}", beside.display())));
                    }
                    return Err(error);
                }
            }
        }
        other => read::read(from, other, &config.files, &secret)?,
    };
    let kernel = house::open(config, World::system()).await?;
    let again = kernel.erase_again().await.map_err(|error| anyhow!("{error}"))?;
    println!("{} rows and {} files as of {}; the journal holds", restored.rows, restored.files, restored.at);
    if again > 0 {
        println!("{again} erasures made since then were applied again");
    }
    Ok(())
}

/// The secret and the keys, encrypted as a backup is.
///
/// # Errors
/// Says what is in the way.
pub fn export_keys(config: &Config, path: &Path) -> Result<()> {
    let recipient = seal::recipient(config, None)?;
    keyring::open(config, &World::system())?;
    let mut out = seal::Sealing::begin(path, &*recipient)?;
    for (name, text) in keyring::files(config)? {
        writeln!(out, "{}", serde_json::json!({ "file": name, "text": text }))?;
    }
    out.end(path)?;
    println!(
        "the keys are in {}; keep it apart from the backups, and the key that opens it apart from both",
        path.display()
    );
    Ok(())
}
