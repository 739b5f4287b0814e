//! Making a backup while the house is served: one snapshot of all tables, then the files. A file is there before a row names
//! it, so those of the snapshot are among them.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use age::Recipient;
use anyhow::{Context, Result, anyhow};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use sha2::{Digest, Sha256};
use tongxin_backups::{Far, Written};
use tongxin_base::{Error, TenantId};
use tongxin_db::{Read, Table};
use tongxin_kernel::Kernel;

use super::seal::Sealing;
use super::{End, Head, Line, Sum, VERSION, in_order, migration_name, migrations, to_json};
use crate::progress::Progress;

/// Rows read at a time.
const PAGE: i64 = 500;
/// A piece of a file, in bytes.
const PIECE: usize = 48 << 10;

/// Writes a backup of the house to `path`.
///
/// # Errors
/// Says what could not be read or written; nothing is left then.
pub async fn write(kernel: &Kernel, files: &Path, path: &Path, recipient: &dyn Recipient) -> Result<Written> {
    let nobody: Far = Arc::new(|_| ());
    let (out, written) = write_into(kernel, files, Sealing::begin(path, recipient)?, nobody).await?;
    out.end(path).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(written)
}

/// The same into a file that is open, saying to `far` how many rows and files are in it.
///
/// # Errors
/// As [`write`].
pub async fn write_into<W: Write + Send + 'static>(
    kernel: &Kernel,
    files: &Path,
    mut out: Sealing<W>,
    far: Far,
) -> Result<(Sealing<W>, Written)> {
    let mut checkpoints = Vec::new();
    for tenant in kernel.tenants() {
        // A journal that does not hold is backed up as it is: it may be all there is.
        if let Ok(made) = kernel.checkpoint(&tenant).await {
            checkpoints.push(made.note);
        }
    }
    let names = migrations().iter().map(migration_name).collect();
    let head = Head { version: VERSION, at: kernel.world().now().to_string(), migrations: names };
    line(&mut out, &Line::Head(head), None)?;
    let columns = kernel.db().columns().map_err(|error| anyhow!("{error}"))?;
    let tables = in_order(Table::all(&columns), |table| &table.name);
    let told = Arc::clone(&far);
    let read = move |read: &mut Read<'_>| {
        let (mut summed, mut before) = (BTreeMap::new(), 0);
        for table in &tables {
            let sum = write_table(read, table, &mut out, &|count| told(before + count))?;
            before += usize::try_from(sum.count).unwrap_or(usize::MAX);
            summed.insert(table.name.clone(), sum);
        }
        Ok((out, summed))
    };
    let (mut out, tables) = kernel.db().scan(TenantId(0), read).await.map_err(|error| anyhow!("{error}"))?;
    let rows: u64 = tables.values().map(|sum| sum.count).sum();
    let files = files.to_owned();
    let write = move || {
        let before = usize::try_from(rows).unwrap_or(usize::MAX);
        let files = write_files(&files, &mut out, &|count| far(before + count))?;
        let written = Written { rows, files: files.count };
        line(&mut out, &Line::End(End { tables, files, checkpoints }), None)?;
        Ok((out, written))
    };
    tokio::task::spawn_blocking(write).await?
}

fn line(out: &mut impl Write, line: &Line, digest: Option<&mut Sha256>) -> Result<()> {
    let text = serde_json::to_string(line)?;
    if let Some(digest) = digest {
        digest.update(&text);
    }
    writeln!(out, "{text}")?;
    Ok(())
}

fn write_table(
    read: &mut Read<'_>,
    table: &Table,
    out: &mut impl Write,
    far: &dyn Fn(usize),
) -> tongxin_base::Result<Sum> {
    let (mut digest, mut count) = (Sha256::new(), 0);
    let begin = Line::Table { name: table.name.clone(), columns: table.columns.clone() };
    line(out, &begin, None).map_err(Error::internal)?;
    let mut progress = Progress::new("rows", None);
    let mut last: Option<Vec<_>> = None;
    loop {
        let mut rows = table.page(read, last.as_deref(), PAGE)?;
        for row in &rows {
            let row = Line::Row(row.iter().map(to_json).collect());
            line(out, &row, Some(&mut digest)).map_err(Error::internal)?;
            count += 1;
        }
        let so_far = usize::try_from(count).unwrap_or(usize::MAX);
        progress.at(so_far);
        far(so_far);
        last = rows.pop();
        if last.is_none() {
            progress.end();
            return Ok(Sum { count, digest: hex::encode(digest.finalize()) });
        }
    }
}

/// The files under a folder, without what is unfinished.
fn files_in(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_dir() {
            files_in(&path, found)?;
        } else if !hidden {
            found.push(path);
        }
    }
    Ok(())
}

fn write_files(folder: &Path, out: &mut impl Write, far: &dyn Fn(usize)) -> Result<Sum> {
    let mut found = Vec::new();
    files_in(folder, &mut found).with_context(|| format!("{} cannot be read", folder.display()))?;
    found.sort();
    let (mut digest, mut count) = (Sha256::new(), 0);
    let mut progress = Progress::new("files", Some(found.len()));
    for path in found {
        // One that nobody claimed may be swept away at any moment.
        let Ok(mut file) = fs::File::open(&path) else { continue };
        let name = path.strip_prefix(folder)?.to_str().context("a file whose name is no text")?.to_owned();
        line(out, &Line::File(name), Some(&mut digest))?;
        let mut piece = vec![0; PIECE];
        loop {
            let read = file.read(&mut piece)?;
            if read == 0 {
                break;
            }
            line(out, &Line::Piece(BASE64.encode(&piece[..read])), Some(&mut digest))?;
        }
        count += 1;
        let so_far = usize::try_from(count).unwrap_or(usize::MAX);
        progress.at(so_far);
        far(so_far);
    }
    progress.end();
    Ok(Sum { count, digest: hex::encode(digest.finalize()) })
}
