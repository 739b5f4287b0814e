//! `tongxin keys`: the keys of the personal columns and of the journal's signature; a new one, what is still sealed with which,
//! and the end of an old one.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use clap::Subcommand;
use serde_json::json;
use tongxin_base::World;
use tongxin_db::KeyId;
use tongxin_kernel::{Kernel, SealedColumn, Tenant};

use crate::config::Config;
use crate::{house, keyring};

/// What can be done with the keys. Never shown: the keys themselves.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Which keys there are, and how much is sealed with each
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Add a key that seals from now on; what older ones sealed is sealed anew in the background
    Rotate {
        /// A new key for signing the journal instead
        #[arg(long)]
        signer: bool,
    },
    /// Give up a key that nothing is sealed with any more
    Retire {
        /// Its number
        key: KeyId,
    },
    /// The secret and the keys in one encrypted file, for the safe
    Export {
        /// The file; it must not be there yet
        file: PathBuf,
    },
}

/// Runs the command.
///
/// # Errors
/// Says what is in the way.
pub async fn run(config: &Config, command: Command) -> Result<ExitCode> {
    match command {
        Command::List { json } => list(&house::open(config, World::system()).await?, json).await?,
        Command::Rotate { signer: true } => rotate_signer(config)?,
        Command::Rotate { signer: false } => rotate(config).await?,
        Command::Retire { key } => retire(config, key).await?,
        Command::Export { file } => super::backup::export_keys(config, &file)?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn columns(kernel: &Kernel, tenant: &Tenant) -> Result<Vec<SealedColumn>> {
    kernel.sealed_columns(tenant.id).await.map_err(|error| anyhow!("the columns cannot be counted: {error}"))
}

async fn list(kernel: &Kernel, json: bool) -> Result<()> {
    let ring = kernel.secret().ring();
    let newest = ring.newest();
    for tenant in kernel.tenants() {
        let used = kernel.keys_in_use(tenant.id).await.map_err(|error| anyhow!("{error}"))?;
        let columns = columns(kernel, &tenant).await?;
        if json {
            println!(
                "{}",
                json!({"tenant": tenant.code, "keys": ring.ids(), "seals": newest, "used": used, "columns": columns})
            );
            continue;
        }
        println!("{}: keys in {}", tenant.code, ring.place());
        for key in ring.ids() {
            let sealed: i64 = columns.iter().filter_map(|column| column.sealed.get(&key)).sum();
            let state = match used.iter().find(|used| used.key == key) {
                Some(used) if key == newest && used.done_at.is_none() => "seals; the rest is being sealed anew",
                Some(_) if key == newest => "seals",
                _ if sealed == 0 => "nothing is sealed with it any more: `tongxin keys retire` gives it up",
                _ => "opens",
            };
            println!("  key {key}: {sealed} values; {state}");
        }
        let clear: i64 = columns.iter().map(|column| column.clear).sum();
        if clear > 0 {
            println!("  {clear} values from before there was sealing are waiting for it");
        }
    }
    let signers = kernel.secret().signers().map_err(|error| anyhow!("{error}"))?;
    if !json {
        println!("the journal is signed with signer {}", signers.keys().next_back().copied().unwrap_or_default());
    }
    Ok(())
}

async fn rotate(config: &Config) -> Result<()> {
    // Opened first: a key is not added to keys that do not fit.
    let kernel = house::open(config, World::system()).await?;
    let path = keyring::key_file(config);
    let mut keys = keyring::read(&path)?;
    let next = 1 + kernel.secret().ring().newest().max(keys.retired.iter().copied().max().unwrap_or_default());
    keys.data.insert(next.to_string(), keyring::fresh_key());
    keyring::write(&path, &keys)?;
    kernel.secret().ring().reload().map_err(|error| anyhow!("{error}"))?;
    kernel.settle_keys().await.map_err(|error| anyhow!("{error}"))?;
    println!("key {next} seals from now on; it is in {}: keep a copy (`tongxin keys export`)", path.display());
    println!("a server that runs seals the rest anew in the background; `tongxin keys list` says how far it is");
    Ok(())
}

fn rotate_signer(config: &Config) -> Result<()> {
    let secret = keyring::open(config, &World::system())?;
    let signers = secret.signers().map_err(|error| anyhow!("{error}"))?;
    let path = keyring::key_file(config);
    let mut keys = keyring::read(&path)?;
    let next = 1 + signers.keys().next_back().copied().unwrap_or_default();
    keys.signer.insert(next.to_string(), keyring::fresh_key());
    keyring::write(&path, &keys)?;
    println!("signer {next} signs the journal from the next checkpoint on; older checkpoints stay good");
    println!("publish its key beside the old one: `tongxin journal key`");
    Ok(())
}

async fn retire(config: &Config, key: KeyId) -> Result<()> {
    let kernel = house::open(config, World::system()).await?;
    let ring = kernel.secret().ring();
    if !ring.ids().contains(&key) {
        bail!("there is no key {key}; `tongxin keys list` names them");
    }
    if key == ring.newest() {
        bail!("key {key} is the one that seals; `tongxin keys rotate` adds another first");
    }
    let mut needed = Vec::new();
    for tenant in kernel.tenants() {
        for column in columns(&kernel, &tenant).await? {
            if let Some(count @ 1..) = column.sealed.get(&key) {
                needed.push(format!("{count} of {} in {}", column.column, tenant.code));
            }
        }
    }
    if !needed.is_empty() {
        for tenant in kernel.tenants() {
            kernel.seal_with_newest(tenant.id).await.map_err(|error| anyhow!("{error}"))?;
        }
        bail!(
            "key {key} is still needed: {}; a server that runs seals them anew now, try again when `tongxin keys list` says 0",
            needed.join(", ")
        );
    }
    for tenant in kernel.tenants() {
        kernel.forget_key(tenant.id, key).await.map_err(|error| anyhow!("{error}"))?;
    }
    let path = keyring::key_file(config);
    let mut keys = keyring::read(&path)?;
    keys.data.remove(&key.to_string());
    keys.retired.push(key);
    keyring::write(&path, &keys).context("the key is still there")?;
    println!(
        "key {key} is given up; backups made before today still need it: keep the export that has it until they are gone"
    );
    Ok(())
}
