//! `tongxin journal`: does it hold, what was it (signed), and is this in it; over the live store, an export, or a receipt alone.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use qrcode::QrCode;
use qrcode::render::unicode;
use serde::Serialize;
use serde_json::json;
use tongxin_base::{TenantId, World};
use tongxin_kernel::{
    Checkpoint, Exported, Kernel, Known, Receipt, Tenant, Verified, Verifier, journal_lines, verify_signed,
};

use crate::config::Config;
use crate::house;

/// Rows of an export read at a time.
const CHUNK: i64 = 1000;
/// A line of an export: a payload of 64 KiB, escaped, and what is around it.
const LONGEST_LINE: u64 = 1 << 20;
/// A receipt or a checkpoint longer than this is none.
const LONGEST_PROOF: u64 = 4 << 20;

/// What can be done with the journal.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read all of it and name every row that is not as it was written; exit 1 where there is one
    Verify(Verify),
    /// Sign what the journal is now, if anything came since the last time, and show it
    Checkpoint(Show),
    /// The public keys that sign the journal, oldest first
    Key,
    /// The proof that a row is in it, as JSON
    Prove {
        /// Its number
        #[arg(long, required_unless_present = "receipt")]
        seq: Option<i64>,
        /// A receipt, whose entries are proven anew up to the newest checkpoint
        #[arg(long, value_name = "FILE", conflicts_with = "seq")]
        receipt: Option<PathBuf>,
    },
    /// All rows as lines of JSON, with a checkpoint at the end
    Export {
        /// The file; it must not be there yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// What is verified, and against what.
#[derive(Debug, Args)]
pub struct Verify {
    /// An export, instead of the live store
    pub file: Option<PathBuf>,
    /// A receipt, with no database at hand
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    pub receipt: Option<PathBuf>,
    /// A checkpoint that was kept elsewhere: finds what was cut off or written anew with all that belongs to it
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Vec<PathBuf>,
    /// A public key as `tongxin journal key` showed it; without it, that of the file itself
    #[arg(long, value_name = "KEY")]
    pub key: Vec<String>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// Where a checkpoint goes.
#[derive(Debug, Args)]
pub struct Show {
    /// Also as a code to be scanned from paper
    #[arg(long)]
    pub print: bool,
    /// Send it to the addresses of the setting `checkpoint_mail`
    #[arg(long)]
    pub mail: bool,
    /// Into a file, which must not be there yet
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
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
    match command {
        Command::Verify(asked) if asked.receipt.is_some() => return check_receipt(&asked),
        Command::Verify(asked) if asked.file.is_some() => return verify_export(&asked),
        Command::Verify(asked) => return verify_store(config, &asked).await,
        Command::Checkpoint(show) => checkpoint(config, &show).await?,
        Command::Key => {
            let kernel = house::open(config, World::system()).await?;
            for tenant in kernel.tenants() {
                keys(&kernel, &tenant)?.iter().for_each(|key| println!("{key}"));
            }
        }
        Command::Prove { seq, receipt } => prove(config, seq, receipt.as_deref()).await?,
        Command::Export { out } => export(config, &out).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn keys(kernel: &Kernel, tenant: &Tenant) -> Result<Vec<String>> {
    kernel.journal_keys(tenant).map_err(|error| anyhow!("{error}"))
}

fn read_small(path: &Path) -> Result<String> {
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    let mut text = String::new();
    file.take(LONGEST_PROOF).read_to_string(&mut text).with_context(|| format!("{} is no text", path.display()))?;
    Ok(text)
}

fn kept_elsewhere(paths: &[PathBuf], keys: &[String]) -> Result<Vec<Checkpoint>> {
    let read = |path: &PathBuf| {
        Checkpoint::read(&read_small(path)?, keys).map_err(|error| anyhow!("{}: {error}", path.display()))
    };
    paths.iter().map(read).collect()
}

fn known(checkpoints: &[Checkpoint]) -> Vec<Known> {
    checkpoints.iter().map(|kept| Known { size: kept.size, root: kept.root }).collect()
}

fn say(json: bool, report: &Report) -> Result<ExitCode> {
    let Report { tenant, verified } = report;
    let holds = verified.findings.is_empty();
    if json {
        println!("{}", serde_json::to_string(report)?);
    } else {
        let said = if holds { "holds" } else { "DOES NOT HOLD" };
        println!(
            "{tenant}: {said}: {} entries, {} of them signed, root {}",
            verified.rows, verified.signed, verified.root
        );
        for finding in &verified.findings {
            println!("  {}", serde_json::to_string(finding)?);
        }
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn verify_store(config: &Config, asked: &Verify) -> Result<ExitCode> {
    let kernel = house::open(config, World::system()).await?;
    let mut code = ExitCode::SUCCESS;
    for tenant in kernel.tenants() {
        let (id, keys) = (tenant.id, if asked.key.is_empty() { keys(&kernel, &tenant)? } else { asked.key.clone() });
        let elsewhere = known(&kept_elsewhere(&asked.checkpoint, &keys)?);
        let read = kernel.db().scan(id, move |read| verify_signed(read, id, &keys, &elsewhere)).await;
        let verified = read.map_err(|error| anyhow!("the journal of {} cannot be read: {error}", tenant.code))?;
        if say(asked.json, &Report { tenant: tenant.code.clone(), verified })? != ExitCode::SUCCESS {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// The lines of an export, one after another; none is taken that is longer than one can be.
fn exported(path: &Path) -> Result<impl Iterator<Item = Result<Exported>>> {
    let mut file = BufReader::new(File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?);
    let mut number = 0;
    Ok(std::iter::from_fn(move || {
        number += 1;
        let mut line = String::new();
        match file.by_ref().take(LONGEST_LINE).read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => Some(
                serde_json::from_str(&line).map_err(|error| anyhow!("line {number} is none of an export: {error}")),
            ),
            Err(error) => Some(Err(anyhow!("line {number} cannot be read: {error}"))),
        }
    }))
}

fn verify_export(asked: &Verify) -> Result<ExitCode> {
    let path = asked.file.as_deref().context("no file")?;
    // The checkpoint stands at the end, and is needed from the beginning: the file is read twice, a line at a time.
    let (mut head, mut end) = (None, None);
    for line in exported(path)? {
        match line? {
            Exported::Head { journal, tenant, keys } => head = Some((journal, tenant, keys)),
            Exported::End { checkpoint } => end = Some(checkpoint),
            Exported::Row(_) => {}
        }
    }
    let (journal, tenant, own) =
        head.with_context(|| format!("{} does not say whose journal it is", path.display()))?;
    if asked.key.is_empty() {
        eprintln!("signed by, to be compared with what is published: {}", own.join(", "));
    }
    let keys = if asked.key.is_empty() { own } else { asked.key.clone() };
    let end = end.with_context(|| format!("{} ends without its checkpoint: something is cut off", path.display()))?;
    let end = Checkpoint::read(&end, &keys).map_err(|error| anyhow!("the checkpoint at the end: {error}"))?;
    let mut all = kept_elsewhere(&asked.checkpoint, &keys)?;
    let size = end.size;
    all.push(end);
    if let Some(other) = all.iter().find(|kept| kept.origin() != journal) {
        bail!("this is the journal {journal}, and a checkpoint is of {}", other.origin());
    }
    let mut verifier = Verifier::new(TenantId(tenant), Some(size), known(&all));
    for line in exported(path)? {
        if let Exported::Row(row) = line? {
            verifier.push(&row);
        }
        if verifier.is_full() {
            break;
        }
    }
    say(asked.json, &Report { tenant: journal, verified: verifier.end(None) })
}

fn check_receipt(asked: &Verify) -> Result<ExitCode> {
    let path = asked.receipt.as_deref().context("no receipt")?;
    let text = read_small(path)?;
    let keys = if asked.key.is_empty() {
        let receipt: Receipt = serde_json::from_str(&text).map_err(|_| anyhow!("{} is no receipt", path.display()))?;
        eprintln!("signed by, to be compared with what is published: {}", receipt.keys.join(", "));
        receipt.keys
    } else {
        asked.key.clone()
    };
    match Receipt::check(&text, &keys) {
        Ok(checked) if asked.json => {
            let seqs: Vec<i64> = checked.entries.iter().map(|entry| entry.row.seq).collect();
            println!("{}", json!({"proven": seqs, "checkpoint": checked.checkpoint}));
        }
        Ok(checked) => {
            println!("proven: {}, {} entries signed", checked.checkpoint.origin(), checked.checkpoint.size);
            for entry in &checked.entries {
                let at = tongxin_base::Time::from_micros(entry.row.at);
                println!("  {} {at} {} {}", entry.row.seq, entry.row.action, entry.content);
            }
        }
        Err(why) => {
            println!("NOT PROVEN: {why}");
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn sign(kernel: &Kernel, tenant: &Tenant) -> Result<Checkpoint> {
    kernel.checkpoint(tenant).await.map_err(|error| match error {
        tongxin_base::Error::Conflict(..) => {
            anyhow!(
                "the journal of {} does not hold and is not signed; `tongxin journal verify` says where",
                tenant.code
            )
        }
        error => anyhow!("the journal of {} cannot be signed: {error}", tenant.code),
    })
}

async fn checkpoint(config: &Config, show: &Show) -> Result<()> {
    let kernel = house::open(config, World::system()).await?;
    let tenant = house::tenant(&kernel)?;
    let made = sign(&kernel, &tenant).await?;
    match &show.out {
        Some(path) => {
            let mut file = File::create_new(path).with_context(|| format!("{} cannot be written", path.display()))?;
            file.write_all(made.note.as_bytes())?;
            file.sync_all()?;
        }
        None => print!("{}", made.note),
    }
    if show.print {
        let code = QrCode::new(made.note.as_bytes())?;
        println!("\n{}", code.render::<unicode::Dense1x2>().quiet_zone(true).build());
    }
    if show.mail {
        mail(config, &tenant, &made).await?;
    }
    Ok(())
}

async fn mail(config: &Config, tenant: &Tenant, made: &Checkpoint) -> Result<()> {
    let server = config.mail.as_ref().context("there is no mail server: set `mail` and `mail_from`")?;
    if config.checkpoint_mail.is_empty() {
        bail!("nobody is to have it: set `checkpoint_mail` to one address or more, with commas between them");
    }
    let title = format!("{} {}: {}", tenant.name.zh, made.origin(), made.size);
    for address in &config.checkpoint_mail {
        crate::mail::send_plain(server, address, &title, &made.note).await?;
        println!("sent to {address}");
    }
    Ok(())
}

async fn prove(config: &Config, seq: Option<i64>, receipt: Option<&Path>) -> Result<()> {
    let kernel = house::open(config, World::system()).await?;
    let tenant = house::tenant(&kernel)?;
    let made = sign(&kernel, &tenant).await?;
    let seqs = match receipt {
        None => seq.into_iter().collect(),
        Some(path) => {
            let checked = Receipt::check(&read_small(path)?, &keys(&kernel, &tenant)?);
            let checked = checked.map_err(|error| anyhow!("{}: {error}", path.display()))?;
            checked.entries.iter().map(|entry| entry.row.seq).collect::<Vec<_>>()
        }
    };
    for seq in seqs {
        let proof = kernel.prove(tenant.id, seq, made.size).await;
        let proof = proof.map_err(|_| anyhow!("there is no row {seq}; the journal has {}", made.size))?;
        let row = kernel.db().read(tenant.id, {
            let id = tenant.id;
            move |read| journal_lines(read, id, seq - 1, 1)
        });
        let row = row.await.map_err(|error| anyhow!("{error}"))?;
        let proof: Vec<String> = proof.iter().map(hex::encode).collect();
        println!("{}", json!({"row": row.first(), "size": made.size, "proof": proof, "checkpoint": made.note}));
    }
    Ok(())
}

async fn export(config: &Config, out: &Path) -> Result<()> {
    let kernel = house::open(config, World::system()).await?;
    let tenant: Arc<Tenant> = house::tenant(&kernel)?;
    let made = sign(&kernel, &tenant).await?;
    let file = File::create_new(out).with_context(|| format!("{} cannot be written", out.display()))?;
    let mut file = BufWriter::new(file);
    let head = Exported::Head { journal: made.origin().to_owned(), tenant: tenant.id.0, keys: keys(&kernel, &tenant)? };
    writeln!(file, "{}", serde_json::to_string(&head)?)?;
    let (id, mut after) = (tenant.id, 0);
    while after < made.size {
        let most = CHUNK.min(made.size - after);
        let rows = kernel.db().scan(id, move |read| journal_lines(read, id, after, most)).await;
        let rows = rows.map_err(|error| anyhow!("the journal cannot be read: {error}"))?;
        after = rows.last().context("the journal lacks rows; `tongxin journal verify` names them")?.seq;
        for row in rows {
            writeln!(file, "{}", serde_json::to_string(&Exported::Row(row))?)?;
        }
    }
    writeln!(file, "{}", serde_json::to_string(&Exported::End { checkpoint: made.note.clone() })?)?;
    file.into_inner()?.sync_all()?;
    println!("{} entries, signed, in {}", made.size, out.display());
    Ok(())
}
