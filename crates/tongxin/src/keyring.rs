//! The secret and the keys as files: `secret.key`, from which the first keys are derived, and `keys.toml` with those that were added
//! since. Both are readable by their owner alone, or nothing opens.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use tongxin_base::{Error, World};
use tongxin_kernel::{KeyFile, Secret};

use crate::config::Config;

/// What stands on top of the key file.
const HEAD: &str = "# Tongxin's keys: whoever has this file and secret.key can read what is sealed in the database. \
    Keep a copy apart from it: `tongxin keys export`.\n\n";

/// Where the key file is.
pub fn key_file(config: &Config) -> PathBuf {
    config.keys.clone()
}

/// The secret of an installation and its keys; on the very first start they are made.
///
/// # Errors
/// Says which file is missing, cannot be read, or can be read by others.
pub fn open(config: &Config, world: &World) -> Result<Secret> {
    let bytes = secret(config, world)?;
    with_keys(config, bytes)
}

/// The same, where they must be there already.
///
/// # Errors
/// As [`open`].
pub fn open_existing(config: &Config) -> Result<Secret> {
    let path = config.data.join("secret.key");
    if std::env::var("TONGXIN_SECRET").is_err() && !path.exists() {
        bail!("{} is missing: put it and keys.toml back first, from your `tongxin keys export`", path.display());
    }
    open(config, &World::system())
}

/// The files of the secret and the keys, with their content.
///
/// # Errors
/// Says which one cannot be read.
pub fn files(config: &Config) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    if let Ok(text) = std::env::var("TONGXIN_SECRET") {
        files.push(("secret.key".to_owned(), text));
    }
    for path in [config.data.join("secret.key"), key_file(config)] {
        if path.exists() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files
                .push((name, fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?));
        }
    }
    Ok(files)
}

fn with_keys(config: &Config, bytes: [u8; 32]) -> Result<Secret> {
    let path = key_file(config);
    let place = format!("{} and {}", path.display(), secret_place(&config.data));
    let load = move || read(&path).map_err(|error| Error::Internal(format!("{error:#}")));
    Secret::with_keys(bytes, &place, load).map_err(|error| anyhow!("{error}"))
}

fn secret_place(data: &Path) -> String {
    match std::env::var("TONGXIN_SECRET") {
        Ok(_) => "TONGXIN_SECRET".to_owned(),
        Err(_) => data.join("secret.key").display().to_string(),
    }
}

/// The installation's secret: from `TONGXIN_SECRET` (64 hexadecimal digits, for several servers), else from
/// `secret.key` in the data folder, made on the first start and readable by its owner alone.
fn secret(config: &Config, world: &World) -> Result<[u8; 32]> {
    if let Ok(text) = std::env::var("TONGXIN_SECRET") {
        return Secret::parse(&text).ok_or_else(|| anyhow!("TONGXIN_SECRET must be 64 hexadecimal digits"));
    }
    let path = config.data.join("secret.key");
    if !path.exists() {
        if config.database.is_none() && config.data.join("tongxin.db").exists() {
            bail!(
                "{} is missing, and what {} holds was sealed with it; put it back from where you keep the keys, or set \
                 TONGXIN_SECRET",
                path.display(),
                config.data.join("tongxin.db").display()
            );
        }
        let digits = fresh_key();
        write_new(&path, format!("{digits}\n").as_bytes())?;
        tracing::info!(at = %world.now(), "made a new secret");
    }
    check_mode(&path)?;
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    Secret::parse(&text).ok_or_else(|| anyhow!("{} must hold 64 hexadecimal digits", path.display()))
}

/// 32 new secret bytes in hexadecimal digits. Never a seeded world's: a key is not to be had twice.
pub fn fresh_key() -> String {
    World::system().bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The key file; nothing where there is none.
///
/// # Errors
/// Says why it cannot be read.
pub fn read(path: &Path) -> Result<KeyFile> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(KeyFile::default()),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
    };
    check_mode(path)?;
    // Never the parser's own words: they would show the line, and the key in it.
    toml::from_str(&text)
        .map_err(|_| anyhow!("{} cannot be read as a key file; put it back from a copy", path.display()))
}

/// Puts another key file in the place of the old one, whole or not at all.
///
/// # Errors
/// Says why it cannot be written.
pub fn write(path: &Path, keys: &KeyFile) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = || -> Result<()> {
        let mut file = tempfile::Builder::new().prefix(".keys").tempfile_in(folder)?; // 0600 from its beginning
        file.write_all(HEAD.as_bytes())?;
        file.write_all(toml::to_string(keys)?.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        fs::File::open(folder)?.sync_all()?;
        Ok(())
    };
    written().with_context(|| format!("{} cannot be written", path.display()))
}

/// Makes a file of secrets that must not be there yet, readable by its owner alone.
///
/// # Errors
/// Says why it cannot be written.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("{} cannot be written", path.display()))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(())
}

/// A file that others on the machine can read is no secret.
///
/// # Errors
/// Says how to mend it.
pub fn check_mode(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode =
            fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?.permissions().mode();
        if mode & 0o077 != 0 {
            bail!(
                "{path} can be read by others on this machine (mode {:o}); say `chmod 600 {path}`",
                mode & 0o777,
                path = path.display()
            );
        }
    }
    Ok(())
}
