//! What the disk allows: the rows a second that a writer commits which does nothing but group them. The measure that
//! everything else is compared with.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};
use tongxin_base::{Error, Result};
use uuid::Uuid;

use crate::db::Options;
use crate::engine::Engine;
use crate::error::DbError;
use crate::postgres::Postgres;
use crate::sqlite::{Sqlite, Sync};
use crate::statement::Statement;
use crate::value::Param;

/// As many in one commit as the house's own writer takes on SQLite.
const TOGETHER: usize = 256;
/// A row is as large as a line of the journal: a key and 200 bytes.
const PAYLOAD: &str = match std::str::from_utf8(&[b'x'; 200]) {
    Ok(text) => text,
    Err(_) => "",
};
const MAKE: &str = "DROP TABLE IF EXISTS bare_row";
/// Not registered with the statements of the house: its table is there only while it is measured.
static INSERT: Statement = Statement::new("INSERT INTO bare_row(id, payload) VALUES ($1, $2)", file!(), line!());

/// What a bare writer did.
#[derive(Debug, Clone)]
pub struct Committed {
    /// Rows that were durable before their caller was answered.
    pub rows: u64,
    /// In how many commits.
    pub commits: u64,
    /// In what time.
    pub took: Duration,
    /// How long each caller waited, in microseconds, in ascending order.
    pub waits_us: Vec<u32>,
}

impl Committed {
    /// Rows a second.
    #[expect(clippy::cast_precision_loss, reason = "a measurement does not count to 2^53")]
    pub fn per_second(&self) -> f64 {
        self.rows as f64 / self.took.as_secs_f64()
    }
}

/// Lets so many callers at once insert a row each, wait until it is durable, and go on, for some time: on the same disk as the
/// database (a file beside it) or in the same PostgreSQL. `ids` makes the key of a row.
///
/// # Errors
/// `Internal` with a readable cause where the place cannot be written.
pub async fn bare_writer(
    options: &Options,
    callers: usize,
    period: Duration,
    ids: Arc<dyn Fn() -> Uuid + Send + std::marker::Sync>,
) -> Result<Committed> {
    let (queue, calls) = mpsc::channel(4096);
    let options = options.clone();
    let writer = std::thread::spawn(move || write_in(&options, calls));
    let over = Arc::new(AtomicBool::new(false));
    let began = Instant::now();
    let callers: Vec<_> = (0..callers)
        .map(|_| {
            let (queue, over, ids) = (queue.clone(), Arc::clone(&over), Arc::clone(&ids));
            tokio::spawn(async move {
                let mut waits = Vec::new();
                while !over.load(Ordering::Relaxed) {
                    let (began, (back, answer)) = (Instant::now(), oneshot::channel());
                    if queue.send((ids(), back)).await.is_err() || answer.await.is_err() {
                        break;
                    }
                    waits.push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX));
                }
                waits
            })
        })
        .collect();
    drop(queue);
    tokio::time::sleep(period).await;
    over.store(true, Ordering::Relaxed);
    let mut waits_us = Vec::new();
    for caller in callers {
        waits_us.extend(caller.await.unwrap_or_default());
    }
    let (took, rows) = (began.elapsed(), waits_us.len() as u64);
    waits_us.sort_unstable();
    let commits = tokio::task::spawn_blocking(move || writer.join());
    let commits = commits.await.map_err(Error::internal)?.map_err(|_| Error::internal("the bare writer panicked"))?;
    let commits = commits.map_err(|error| Error::Internal(error.text))?;
    Ok(Committed { rows, commits, took, waits_us })
}

type Row = (Uuid, oneshot::Sender<()>);

fn write_in(options: &Options, calls: mpsc::Receiver<Row>) -> std::result::Result<u64, DbError> {
    match options {
        Options::Sqlite { path } | Options::SqliteBulk { path } => {
            let path = path.with_file_name("limit.db");
            clear(&path);
            let mut engine = Sqlite::writer(&path, Sync::Full)?;
            engine.batch(
                "CREATE TABLE bare_row(id BLOB NOT NULL PRIMARY KEY, payload TEXT NOT NULL) STRICT, WITHOUT ROWID",
            )?;
            let commits = write(&mut engine, calls);
            drop(engine);
            clear(&path);
            commits
        }
        Options::Postgres { url } | Options::PostgresBulk { url } => {
            let mut engine = Postgres::writer(url)?;
            engine.batch(MAKE)?;
            engine.batch("CREATE TABLE bare_row(id UUID NOT NULL PRIMARY KEY, payload TEXT NOT NULL)")?;
            let commits = write(&mut engine, calls);
            engine.batch(MAKE)?;
            commits
        }
    }
}

fn clear(path: &std::path::Path) {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        drop(std::fs::remove_file(PathBuf::from(name)));
    }
}

fn write(engine: &mut impl Engine, mut calls: mpsc::Receiver<Row>) -> std::result::Result<u64, DbError> {
    let mut commits = 0;
    while let Some(first) = calls.blocking_recv() {
        let mut waiting = vec![first];
        let mut done = 0;
        engine.begin()?;
        while done < waiting.len() {
            while waiting.len() < TOGETHER
                && let Ok(next) = calls.try_recv()
            {
                waiting.push(next);
            }
            let rows: Vec<[Param<'_>; 2]> =
                waiting[done..].iter().map(|(id, _)| [Param::Uuid(*id), PAYLOAD.into()]).collect();
            done = waiting.len();
            engine.execute_many(&INSERT, &rows.iter().map(|row| &row[..]).collect::<Vec<_>>())?;
        }
        engine.commit().map_err(|error| error.cause)?;
        commits += 1;
        for (_, back) in waiting {
            // Nobody listens where the caller went away.
            if back.send(()).is_err() {
                continue;
            }
        }
    }
    Ok(commits)
}
