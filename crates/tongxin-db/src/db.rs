//! `Db`: where the threads are started and where callers come in.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};
use tongxin_base::{Error, Result, TenantId};

use crate::engine::Engine;
use crate::error::{DbError, Kind as Failure};
use crate::migrate::{Migration, migrate};
use crate::postgres::Postgres;
use crate::reader::Lane;
use crate::schema::Column;
use crate::seal::Ring;
use crate::sqlite::{Sqlite, Sync};
use crate::statement::STATEMENTS;
use crate::tx::{BeforeCommit, Read, Tx};
use crate::writer::{Call, Counters, Write, Writer};

/// Writers that wait past this many per queue are told to come back.
const QUEUE: usize = 4096;
/// How long a caller waits for a place in that queue.
const QUEUE_WAIT: Duration = Duration::from_secs(5);
/// PostgreSQL writers of one server; a tenant always meets the same one.
const POSTGRES_WRITERS: usize = 4;
/// Threads for short reads, and their deadline: a page that takes longer is broken.
const READERS: usize = 4;
const READ_DEADLINE: Duration = Duration::from_secs(5);
/// Threads for long reads (exports, verification), and their deadline.
const SCANNERS: usize = 2;
const SCAN_DEADLINE: Duration = Duration::from_secs(600);
/// The checkpointer looks at the WAL this often and works from this size on (16 MB: 4,000 pages).
const CHECKPOINT_EVERY: Duration = Duration::from_millis(500);
const CHECKPOINT_FROM_BYTES: u64 = 16 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// Where the data lives.
#[derive(Debug, Clone)]
pub enum Options {
    /// One SQLite file.
    Sqlite {
        /// The file; made where it is missing.
        path: PathBuf,
    },
    /// One SQLite file whose commits do not wait for the disk: for a load that can be started again from nothing.
    /// What is answered may be lost, and the file with it, when the machine goes down.
    SqliteBulk {
        /// The file; made where it is missing.
        path: PathBuf,
    },
    /// A PostgreSQL (or Citus) database.
    Postgres {
        /// `postgres://user@host/database`.
        url: String,
    },
    /// The same, with commits that do not wait for the disk, as `SqliteBulk`; the next commit of somebody who does wait makes
    /// them durable.
    PostgresBulk {
        /// `postgres://user@host/database`.
        url: String,
    },
}

impl Options {
    /// From a `--database` setting: a `postgres://` URL, or nothing for the SQLite file in the data folder.
    ///
    /// # Errors
    /// `Invalid` where the setting is neither.
    pub fn parse(database: Option<&str>, data: &Path) -> Result<Self> {
        match database {
            None => Ok(Self::Sqlite { path: data.join("tongxin.db") }),
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Ok(Self::Postgres { url: url.to_owned() })
            }
            Some(_) => Err(Error::field("database", "form-unknown-choice")),
        }
    }
}

impl Options {
    /// Makes an empty PostgreSQL database beside this one and answers how to reach it; for tests and set-up. Blocks.
    ///
    /// # Errors
    /// `Internal` where PostgreSQL will not, or where these options are not PostgreSQL's.
    pub fn create_database(&self, name: &str) -> Result<Self> {
        let url = self.administer(&format!("CREATE DATABASE \"{}\"", name.replace('"', "")))?;
        let stem = url.rsplit_once('/').map_or(url, |(stem, _)| stem);
        Ok(Self::Postgres { url: format!("{stem}/{name}") })
    }

    /// Removes a database made by [`Options::create_database`], whoever is connected to it. Blocks.
    ///
    /// # Errors
    /// As [`Options::create_database`].
    pub fn drop_database(&self, name: &str) -> Result<()> {
        self.administer(&format!("DROP DATABASE \"{}\" WITH (FORCE)", name.replace('"', ""))).map(drop)
    }

    fn administer(&self, text: &str) -> Result<&str> {
        let Self::Postgres { url } = self else { return Err(Error::internal("only PostgreSQL makes databases")) };
        let work = || {
            let mut engine = Postgres::writer(url)?;
            engine.batch("SET statement_timeout = 0")?;
            engine.batch(text)
        };
        std::thread::scope(|scope| scope.spawn(work).join())
            .map_err(|_| Error::internal("making a database panicked"))?
            .map_err(|error| Error::Internal(error.text))?;
        Ok(url)
    }
}

/// What the engine has done since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Transactions made durable.
    pub commits: u64,
    /// Callers answered.
    pub callers: u64,
    /// Callers run again after a failure that was not theirs.
    pub reruns: u64,
    /// Statements or pipelines the writers waited for.
    pub round_trips: u64,
}

/// A database, open. Clones share it; the threads end when the last clone is gone or [`Db::close`] is called.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    options: Options,
    writers: Vec<mpsc::Sender<Box<dyn Call>>>,
    short: Lane,
    long: Lane,
    counters: Arc<Counters>,
    /// Held for its end: where the last clone is gone, the checkpointer hears of it.
    _checkpoints: std::sync::mpsc::Sender<()>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Db {
    /// Connects, migrates, starts the threads; `ring` seals and opens. Blocks; call it before serving.
    ///
    /// # Errors
    /// `Internal` with a readable cause where the database cannot be opened or migrated.
    pub fn open(
        options: Options,
        ring: Ring,
        migrations: &[Migration],
        before_commit: Arc<dyn BeforeCommit>,
    ) -> Result<Self> {
        // On a thread of its own: PostgreSQL connections drive a runtime, which may not happen inside another one.
        std::thread::scope(|scope| {
            scope
                .spawn(|| Self::open_here(options, ring, migrations, before_commit))
                .join()
                .unwrap_or_else(|_| Err(Error::internal("opening the database panicked")))
        })
    }

    /// Fills an empty database in one transaction: all that `work` writes, or nothing. Blocks.
    ///
    /// # Errors
    /// What `work` answers; `Internal` where the database cannot be opened, migrated or committed.
    pub fn load<T: Send>(
        options: &Options,
        ring: &Ring,
        migrations: &[Migration],
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send,
    ) -> Result<T> {
        let told = |error: DbError| Error::Internal(error.text);
        let load = || match options {
            Options::Sqlite { path } | Options::SqliteBulk { path } => {
                let mut engine = Sqlite::writer(path, Sync::Full).map_err(told)?;
                load_into(&mut engine, Kind::Sqlite, ring, migrations, work)
            }
            Options::Postgres { url } | Options::PostgresBulk { url } => {
                let mut engine = Postgres::writer(url).map_err(told)?;
                engine.batch("SET statement_timeout = 0").map_err(told)?;
                load_into(&mut engine, Kind::Postgres, ring, migrations, work)
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(load).join().unwrap_or_else(|_| Err(Error::internal("loading the database panicked")))
        })
    }

    fn open_here(
        options: Options,
        ring: Ring,
        migrations: &[Migration],
        before_commit: Arc<dyn BeforeCommit>,
    ) -> Result<Self> {
        let told = |error: DbError| Error::Internal(error.text);
        match options.clone() {
            Options::Sqlite { path } | Options::SqliteBulk { path } => {
                let sync = match options {
                    Options::SqliteBulk { .. } => Sync::Off,
                    _ => Sync::Full,
                };
                let writer = patiently(|| {
                    let mut writer = Sqlite::writer(&path, sync)?;
                    migrate(&mut writer, Kind::Sqlite, migrations)?;
                    writer.teach_planner()?;
                    Ok(writer)
                })
                .map_err(told)?;
                let open = |deadline| move |_: usize| patiently(|| Sqlite::reader(&path, deadline));
                let (short, long) = readers(open.clone()(READ_DEADLINE), open(SCAN_DEADLINE))?;
                Ok(Self::start(options, ring, vec![writer], short, long, before_commit))
            }
            Options::Postgres { url } | Options::PostgresBulk { url } => {
                let first = patiently(|| {
                    let mut first = Postgres::writer(&url)?;
                    migrate(&mut first, Kind::Postgres, migrations)?;
                    Ok(first)
                })
                .map_err(told)?;
                let mut writers = vec![first];
                for _ in 1..POSTGRES_WRITERS {
                    writers.push(Postgres::writer(&url).map_err(told)?);
                }
                if matches!(options, Options::PostgresBulk { .. }) {
                    writers.iter_mut().try_for_each(Postgres::do_not_wait).map_err(told)?;
                }
                let open = |deadline| {
                    let url = url.clone();
                    move |_: usize| Postgres::reader(&url, deadline)
                };
                let (short, long) = readers(open(READ_DEADLINE), open(SCAN_DEADLINE))?;
                Ok(Self::start(options, ring, writers, short, long, before_commit))
            }
        }
    }

    fn start<E: Engine + 'static>(
        options: Options,
        ring: Ring,
        engines: Vec<E>,
        short: Vec<E>,
        long: Vec<E>,
        before_commit: Arc<dyn BeforeCommit>,
    ) -> Self {
        let counters = Arc::new(Counters::default());
        let (checkpoints, end) = std::sync::mpsc::channel();
        let (short, mut threads) = Lane::start("read", READ_DEADLINE, short, ring.clone());
        let (long, more) = Lane::start("scan", SCAN_DEADLINE, long, ring.clone());
        threads.extend(more);
        let mut writers = Vec::new();
        for engine in engines {
            let (queue, calls) = mpsc::channel(QUEUE);
            let writer = Writer::new(engine, ring.clone(), calls, Arc::clone(&before_commit), Arc::clone(&counters));
            threads.push(thread("write", move || writer.run()));
            writers.push(queue);
        }
        if let Options::Sqlite { path } | Options::SqliteBulk { path } = &options {
            let path = path.clone();
            threads.push(thread("checkpoint", move || checkpointer(&path, &end)));
        }
        Self {
            inner: Arc::new(Inner {
                options,
                writers,
                short,
                long,
                counters,
                _checkpoints: checkpoints,
                threads: Mutex::new(threads),
            }),
        }
    }

    /// Runs `closure` in a write of its own and answers once it is durable. The closure may be run more than once (a
    /// serialization failure, a batch undone by somebody else), so ids, time and randomness come from outside it.
    /// Where it answers an error, all it did is undone. `action` names it in the log.
    ///
    /// # Errors
    /// What the closure answers; `Unavailable` where the queue is full, the database is away, or nobody knows whether
    /// the commit was kept; `Internal` where a statement failed or the closure panicked.
    pub async fn write<T, F>(&self, tenant: TenantId, action: &'static str, closure: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (back, answer) = oneshot::channel();
        let call = Box::new(Write { tenant, action, closure, since: Instant::now(), result: None, back });
        let queue = usize::try_from(tenant.0.unsigned_abs()).unwrap_or(0) % self.inner.writers.len();
        self.inner.writers[queue].send_timeout(call, QUEUE_WAIT).await.map_err(|_| Error::Unavailable)?;
        answer.await.unwrap_or(Err(Error::Unavailable))
    }

    /// Runs `closure` over one snapshot, at most 5 seconds long.
    ///
    /// # Errors
    /// What the closure answers; `TooMany` where too many wait; `Unavailable` past the deadline.
    pub async fn read<T, F>(&self, tenant: TenantId, closure: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Read<'_>) -> Result<T> + Send + 'static,
    {
        self.inner.short.read(tenant, closure).await
    }

    /// As [`Db::read`], in the lane for long reads: at most 10 minutes.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn scan<T, F>(&self, tenant: TenantId, closure: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Read<'_>) -> Result<T> + Send + 'static,
    {
        self.inner.long.read(tenant, closure).await
    }

    /// What has been done since the database was opened.
    pub fn stats(&self) -> Stats {
        let counters = &self.inner.counters;
        let get = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            commits: get(&counters.commits),
            callers: get(&counters.callers),
            reruns: get(&counters.reruns),
            round_trips: get(&counters.round_trips),
        }
    }

    /// Prepares every registered statement on a fresh connection and names those the engine will not take. Blocks.
    ///
    /// # Errors
    /// `Internal` where no connection can be had.
    pub fn check_statements(&self) -> Result<Vec<String>> {
        self.aside(|engine, kind| {
            let ours = |place: &str| !place.contains("postgres.rs") || kind == Kind::Postgres;
            let wrong = STATEMENTS.static_slice().iter().filter(|statement| ours(&statement.place())).filter_map(|s| {
                engine.prepare(s).err().map(|error| format!("{}: {}\n{}", s.place(), error.text, s.text()))
            });
            Ok(wrong.collect())
        })
    }

    /// The columns of every table as they live in the database, sorted by table and name. Blocks.
    ///
    /// # Errors
    /// `Internal` where the catalogue cannot be read.
    pub fn columns(&self) -> Result<Vec<Column>> {
        self.aside(|engine, _| {
            let mut columns = engine.columns()?;
            columns.sort();
            Ok(columns)
        })
    }

    fn aside<T: Send>(
        &self,
        ask: impl FnOnce(&mut dyn Engine, Kind) -> std::result::Result<T, DbError> + Send,
    ) -> Result<T> {
        std::thread::scope(|scope| {
            let asked = scope.spawn(|| match &self.inner.options {
                Options::Sqlite { path } | Options::SqliteBulk { path } => {
                    ask(&mut Sqlite::reader(path, SCAN_DEADLINE)?, Kind::Sqlite)
                }
                Options::Postgres { url } | Options::PostgresBulk { url } => {
                    ask(&mut Postgres::reader(url, SCAN_DEADLINE)?, Kind::Postgres)
                }
            });
            asked
                .join()
                .unwrap_or_else(|_| panic!("asking the catalogue panicked"))
                .map_err(|e| Error::Internal(e.text))
        })
    }

    /// Ends the threads once every caller that already waits has been answered. Needs all other clones to be gone
    /// to return at once; they are waited for at most `patience`.
    pub fn close(self, patience: Duration) {
        let inner = self.inner;
        let threads = std::mem::take(&mut *inner.threads.lock().unwrap_or_else(PoisonError::into_inner));
        drop(inner);
        let waited = std::time::Instant::now();
        while waited.elapsed() < patience && threads.iter().any(|thread| !thread.is_finished()) {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

fn load_into<T>(
    engine: &mut dyn Engine,
    kind: Kind,
    ring: &Ring,
    migrations: &[Migration],
    work: impl FnOnce(&mut Tx<'_>) -> Result<T>,
) -> Result<T> {
    let told = |error: DbError| Error::Internal(error.text);
    migrate(engine, kind, migrations).map_err(told)?;
    engine.begin().map_err(told)?;
    let mut tx = Tx::new(engine, ring, TenantId(0));
    let done = work(&mut tx);
    let ended = tx.end();
    match (done, ended) {
        (Ok(done), Ok(_)) => engine.commit().map(|()| done).map_err(|error| Error::Internal(error.cause.text)),
        (done, ended) => {
            engine.rollback();
            Err(done.err().or(ended.err().map(Into::into)).unwrap_or(Error::Unavailable))
        }
    }
}

/// How often opening is tried where others that start at this moment are in the way; each time waits longer.
const OPENINGS: u32 = 12;

/// Opens, and again where the database was busy: SQLite answers so at once, without waiting, where somebody else wrote between
/// our look and our write or changes the journal's mode. Everything done while opening may be done twice.
fn patiently<T>(mut open: impl FnMut() -> std::result::Result<T, DbError>) -> std::result::Result<T, DbError> {
    let mut tried = 1;
    loop {
        match open() {
            Err(error) if error.kind == Failure::Retry && tried < OPENINGS => {
                tracing::debug!(why = error.text, tried, "the database is busy, it is opened again");
                std::thread::sleep(Duration::from_millis(20) * tried);
                tried += 1;
            }
            done => return done,
        }
    }
}

fn readers<E>(
    short: impl Fn(usize) -> std::result::Result<E, DbError>,
    long: impl Fn(usize) -> std::result::Result<E, DbError>,
) -> Result<(Vec<E>, Vec<E>)> {
    let told = |error: DbError| Error::Internal(error.text);
    let short = (0..READERS).map(short).collect::<std::result::Result<_, _>>().map_err(told)?;
    let long = (0..SCANNERS).map(long).collect::<std::result::Result<_, _>>().map_err(told)?;
    Ok((short, long))
}

fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .expect("the machine starts a thread; without it nothing can be written")
}

/// Moves the WAL into the database file while nobody waits for it.
fn checkpointer(path: &Path, end: &std::sync::mpsc::Receiver<()>) {
    let wal = PathBuf::from(format!("{}-wal", path.display()));
    let Ok(mut engine) = Sqlite::writer(path, Sync::Full) else {
        return;
    };
    while end.recv_timeout(CHECKPOINT_EVERY) == Err(RecvTimeoutError::Timeout) {
        if std::fs::metadata(&wal).is_ok_and(|file| file.len() > CHECKPOINT_FROM_BYTES)
            && let Err(error) = engine.batch("PRAGMA wal_checkpoint(PASSIVE)")
        {
            tracing::warn!(why = error.text, "a checkpoint did not go through");
        }
    }
}
