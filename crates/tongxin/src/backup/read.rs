//! Putting a backup into an empty place, on either database: all of it, or nothing.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, Read as _, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use sha2::{Digest, Sha256};
use tongxin_base::Error;
use tongxin_db::{Db, Migration, Options, Table, Tx, Value, params, sql};
use tongxin_kernel::{Checkpoint, Known, Secret, check_keys, tenant_ids, verify_signed};

use super::{End, Line, Sum, VERSION, from_json, migration_name, migrations};
use crate::progress::Progress;

/// Rows put in at a time.
const PAGE: usize = 200;
/// A line: a row with the largest payload, escaped.
const LONGEST_LINE: u64 = 8 << 20;

/// What was put in.
pub struct Restored {
    /// Rows of all tables.
    pub rows: u64,
    /// Files.
    pub files: u64,
    /// When the backup was made.
    pub at: String,
}

struct Lines<R> {
    from: R,
}

impl<R: BufRead> Lines<R> {
    /// The next line as it is written, and what it says.
    fn next(&mut self) -> Result<(String, Line)> {
        let mut text = String::new();
        let read = self.from.by_ref().take(LONGEST_LINE).read_line(&mut text);
        if read.context("the backup is damaged or cut off")? == 0 {
            bail!("the backup is cut off");
        }
        let text = text.trim_end_matches('\n').to_owned();
        let line = serde_json::from_str(&text).context("the backup is damaged")?;
        Ok((text, line))
    }
}

/// Sums up what comes, to be compared with what there must be.
#[derive(Default)]
struct Tally {
    digest: Sha256,
    count: u64,
}

impl Tally {
    fn sum(self) -> Sum {
        Sum { count: self.count, digest: hex::encode(self.digest.finalize()) }
    }
}

/// Reads a backup into an empty database and an empty files folder.
///
/// # Errors
/// Says what is not empty, what does not fit or what is damaged; nothing is kept then.
pub fn read(from: impl BufRead + Send, database: &Options, files: &Path, secret: &Secret) -> Result<Restored> {
    let mut lines = Lines { from };
    let (_, Line::Head(head)) = lines.next()? else { bail!("this is no backup of ours") };
    if head.version != VERSION {
        bail!(
            "the backup has the form {}, and this program knows {VERSION}; take the program that made it",
            head.version
        );
    }
    let known = migrations();
    if let Some(strange) =
        head.migrations.iter().find(|name| !known.iter().any(|known| migration_name(known) == **name))
    {
        bail!("the backup was made by a newer program ({strange}); take that one");
    }
    let known: Vec<Migration> =
        known.into_iter().filter(|known| head.migrations.contains(&migration_name(known))).collect();
    let mut shelf = Shelf::new(files)?;
    let done = Db::load(database, secret.ring(), &known, |tx| {
        let tenants: i64 = tx.one(sql!("SELECT COUNT(*) FROM tenant"), params![], |row| row.take())?;
        if tenants > 0 {
            return Err(Error::internal("there is a house in this database; a backup goes into an empty one"));
        }
        fill(tx, &mut lines, &mut shelf, secret).map_err(|error| Error::internal(format!("{error:#}")))
    });
    match done {
        Ok((rows, files)) => {
            shelf.keep();
            Ok(Restored { rows, files, at: head.at })
        }
        Err(Error::Internal(why)) => bail!("{why}"),
        Err(error) => Err(anyhow!("{error}")),
    }
}

fn fill(tx: &mut Tx<'_>, lines: &mut Lines<impl BufRead>, shelf: &mut Shelf, secret: &Secret) -> Result<(u64, u64)> {
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    let (mut table, mut tally, mut files): (Option<Table>, Tally, Tally) = (None, Tally::default(), Tally::default());
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let (mut progress, mut total) = (Progress::new("rows", None), 0);
    let end = loop {
        let (text, line) = lines.next()?;
        if !matches!(line, Line::Row(_))
            && let Some(table) = table.take()
        {
            table.fill(tx, &std::mem::take(&mut rows)).map_err(|error| anyhow!("{}: {error}", table.name))?;
            sums.insert(table.name, std::mem::take(&mut tally).sum());
        }
        match line {
            Line::Table { name, columns } => {
                table = Some(Table::named(&name, &columns).context("a table of no known form")?)
            }
            Line::Row(row) => {
                let table = table.as_ref().context("a row of no table")?;
                tally.digest.update(&text);
                tally.count += 1;
                total += 1;
                progress.at(usize::try_from(total).unwrap_or(usize::MAX));
                rows.push(row.iter().map(from_json).collect::<Option<_>>().context("a value of no known form")?);
                if rows.len() == PAGE {
                    table.fill(tx, &std::mem::take(&mut rows)).map_err(|error| anyhow!("{}: {error}", table.name))?;
                }
            }
            Line::File(name) => {
                files.digest.update(&text);
                files.count += 1;
                shelf.begin(&name)?;
            }
            Line::Piece(piece) => {
                files.digest.update(&text);
                shelf.write(&BASE64.decode(piece)?)?;
            }
            Line::End(end) => break end,
            Line::Head(_) => bail!("the backup is damaged"),
        }
    };
    progress.end();
    shelf.finish()?;
    let found = End { tables: sums, files: files.sum(), checkpoints: end.checkpoints.clone() };
    if found != end {
        bail!("the backup is damaged: there is not in it what there must be");
    }
    // Nothing may come after the end; reading on is also what proves that the last piece is the last.
    if lines.from.fill_buf().context("the backup is damaged or cut off")?.first().is_some() {
        bail!("the backup is damaged: something comes after its end");
    }
    check(tx, secret, &end.checkpoints)?;
    Ok((total, found.files.count))
}

/// Whether the keys fit and the journals hold, before any of it is kept.
fn check(tx: &mut Tx<'_>, secret: &Secret, checkpoints: &[String]) -> Result<()> {
    for (tenant, code) in tenant_ids(tx).map_err(|error| anyhow!("{error}"))? {
        check_keys(tx, tenant).map_err(|error| {
            anyhow!(
                "the keys of this house are not here ({error}). They are not in the backup: put secret.key and keys.toml \
                 back from your `tongxin keys export`, then restore again"
            )
        })?;
        let keys = secret.journal_keys(&code).map_err(|error| anyhow!("{error}"))?;
        let kept = checkpoints.iter().filter_map(|note| Checkpoint::read(note, &keys).ok());
        let kept: Vec<Known> = kept.map(|kept| Known { size: kept.size, root: kept.root }).collect();
        let verified = verify_signed(tx, tenant, &keys, &kept).map_err(|error| anyhow!("{error}"))?;
        if !verified.findings.is_empty() {
            bail!("the journal of {code} does not hold: {}", serde_json::to_string(&verified.findings)?);
        }
    }
    Ok(())
}

/// The files on their way in; what was begun goes again unless it is kept.
struct Shelf {
    folder: PathBuf,
    put: Vec<PathBuf>,
    open: Option<fs::File>,
    kept: bool,
}

impl Shelf {
    fn new(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        // The list of erasures may stand here: it is what a restored house must hear of.
        let mut inside = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.file_name()));
        if inside.any(|name| name != "erased" && name != "owner") {
            bail!("{} is not empty; files of a backup go into an empty folder", folder.display());
        }
        Ok(Self { folder: folder.to_owned(), put: Vec::new(), open: None, kept: false })
    }

    fn begin(&mut self, name: &str) -> Result<()> {
        self.finish()?;
        let path = Path::new(name);
        if !path.components().all(|part| matches!(part, Component::Normal(_))) {
            bail!("the backup is damaged: a file outside the folder");
        }
        let path = self.folder.join(path);
        if path.exists() {
            return Ok(()); // the note and the list that were here already
        }
        fs::create_dir_all(path.parent().context("a file has a folder")?)?;
        self.open = Some(fs::File::create_new(&path).with_context(|| format!("{} cannot be written", path.display()))?);
        self.put.push(path);
        Ok(())
    }

    fn write(&mut self, piece: &[u8]) -> Result<()> {
        self.open.as_mut().map_or(Ok(()), |file| file.write_all(piece)).context("a file cannot be written")
    }

    fn finish(&mut self) -> Result<()> {
        self.open.take().map_or(Ok(()), |file| file.sync_all()).context("a file cannot be written")
    }

    fn keep(&mut self) {
        self.kept = true;
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        if !self.kept {
            self.put.iter().for_each(|path| drop(fs::remove_file(path)));
        }
    }
}
