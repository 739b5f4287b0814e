//! A database for one test, and what every test here writes into it.

use std::sync::Arc;
use std::sync::mpsc::channel;

use tempfile::TempDir;
use tongxin_base::{Error, Result, TenantId, World};
use tongxin_db::{BeforeCommit, Db, Migration, Note, Options, Ring, Statement, Stats, Tx, params, sql};

/// Where PostgreSQL is, if there is one.
pub const POSTGRES: &str = "TONGXIN_TEST_POSTGRES";
pub const TENANT: TenantId = TenantId(1);

/// The tables of the tests. `tries` counts outside of transactions, so that a function can fail once and then not.
pub const SCHEMA: Migration = Migration {
    module: "house",
    name: "0001_house",
    sqlite: "CREATE TABLE thing(tenant_id INTEGER NOT NULL, id INTEGER NOT NULL, n INTEGER, x REAL, words TEXT, raw BLOB,
               key BLOB, PRIMARY KEY (tenant_id, id)) STRICT, WITHOUT ROWID;
             CREATE TABLE half(tenant_id INTEGER NOT NULL, id INTEGER NOT NULL, side INTEGER NOT NULL, words TEXT NOT NULL,
               PRIMARY KEY (tenant_id, id, side)) STRICT, WITHOUT ROWID;
             CREATE TABLE line(tenant_id INTEGER NOT NULL, seq INTEGER NOT NULL, words TEXT NOT NULL,
               PRIMARY KEY (tenant_id, seq)) STRICT, WITHOUT ROWID;
             CREATE TABLE parent(tenant_id INTEGER NOT NULL, id INTEGER NOT NULL, of INTEGER,
               PRIMARY KEY (tenant_id, id),
               FOREIGN KEY (tenant_id, of) REFERENCES parent(tenant_id, id) DEFERRABLE INITIALLY DEFERRED
             ) STRICT, WITHOUT ROWID;",
    postgres: "CREATE TABLE thing(tenant_id BIGINT NOT NULL, id BIGINT NOT NULL, n BIGINT, x DOUBLE PRECISION, words TEXT,
               raw BYTEA, key UUID, PRIMARY KEY (tenant_id, id));
             CREATE TABLE half(tenant_id BIGINT NOT NULL, id BIGINT NOT NULL, side BIGINT NOT NULL, words TEXT NOT NULL,
               PRIMARY KEY (tenant_id, id, side));
             CREATE TABLE line(tenant_id BIGINT NOT NULL, seq BIGINT NOT NULL, words TEXT NOT NULL,
               PRIMARY KEY (tenant_id, seq));
             CREATE TABLE parent(tenant_id BIGINT NOT NULL, id BIGINT NOT NULL, of BIGINT,
               PRIMARY KEY (tenant_id, id),
               FOREIGN KEY (tenant_id, of) REFERENCES parent(tenant_id, id) DEFERRABLE INITIALLY DEFERRED);
             CREATE SEQUENCE tries;
             CREATE FUNCTION fail_once() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
               IF nextval('tries') = 1 THEN RAISE EXCEPTION 'once' USING ERRCODE = '40001'; END IF; RETURN 1; END $$;",
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// SQLite always, PostgreSQL where a server is named.
pub fn engines() -> Vec<Engine> {
    if std::env::var(POSTGRES).is_ok() {
        vec![Engine::Sqlite, Engine::Postgres]
    } else {
        eprintln!("{POSTGRES} is not set: this test runs on SQLite alone");
        vec![Engine::Sqlite]
    }
}

pub fn has_postgres() -> bool {
    engines().contains(&Engine::Postgres)
}

/// What the tests leave for the end of their batch.
pub enum Noted {
    /// A line to write.
    Line(&'static str),
    /// Writing fails on a rule of the ledger's own.
    Fail,
    /// A statement of the ledger fails, and the ledger does not care.
    Swallow,
    /// The ledger panics.
    Panic,
}

struct Ledger;

impl BeforeCommit for Ledger {
    fn before_commit(&self, tx: &mut Tx<'_>, notes: Vec<(TenantId, Note)>) -> Result<()> {
        for (tenant, note) in notes {
            match *note.downcast::<Noted>().expect("a note of ours") {
                Noted::Line(words) => {
                    tx.exec(
                        sql!(
                            "INSERT INTO line(tenant_id, seq, words) SELECT $1, coalesce(MAX(seq), 0) + 1, $2::text
                             FROM line WHERE tenant_id = $1"
                        ),
                        params![tenant, words],
                    )?;
                }
                Noted::Fail => return Err(Error::rule("ledger-says-no")),
                Noted::Swallow => {
                    let wrong = sql!("INSERT INTO line(tenant_id, seq, words) VALUES ($1, 1, NULL)");
                    drop(tx.exec(wrong, params![tenant]));
                }
                Noted::Panic => panic!("the ledger panics"),
            }
        }
        Ok(())
    }
}

/// The keys of the tests.
pub fn ring() -> Ring {
    Ring::new([1; 32], "the tests", || Ok([(1, [2; 32])].into())).expect("a ring")
}

pub fn ledger() -> Arc<dyn BeforeCommit> {
    Arc::new(Ledger)
}

/// A database with our tables, gone when this is dropped.
pub struct House {
    pub engine: Engine,
    pub options: Options,
    pub db: Db,
    _empty: Empty,
}

/// An empty database, gone when this is dropped.
pub struct Empty {
    pub options: Options,
    folder: TempDir,
}

pub fn empty(engine: Engine) -> Empty {
    let folder = tempfile::tempdir().expect("a folder");
    let options = match engine {
        Engine::Sqlite => Options::Sqlite { path: folder.path().join("house.db") },
        Engine::Postgres => {
            let url = std::env::var(POSTGRES).expect("PostgreSQL is there");
            let name = format!("engine_{}", World::system().secret());
            Options::Postgres { url }.create_database(&name).expect("a database")
        }
    };
    Empty { options, folder }
}

impl Empty {
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

impl Drop for Empty {
    fn drop(&mut self) {
        if let Options::Postgres { url } = &self.options {
            let (_, name) = url.rsplit_once('/').expect("a database of its own");
            let admin = std::env::var(POSTGRES).expect("PostgreSQL is there");
            drop(raw(&admin, &format!("DROP DATABASE \"{name}\" WITH (FORCE)")));
        }
    }
}

/// Runs plain text on PostgreSQL beside the engine, as another program would.
pub fn raw(url: &str, text: &str) -> std::result::Result<(), String> {
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
        runtime.block_on(async {
            let connected = tokio_postgres::connect(url, tokio_postgres::NoTls).await;
            let (client, connection) = connected.map_err(|e| e.to_string())?;
            tokio::spawn(connection);
            client.batch_execute(text).await.map_err(|e| e.to_string())
        })
    };
    std::thread::scope(|scope| scope.spawn(work).join()).expect("no panic")
}

impl House {
    pub fn open(engine: Engine) -> Self {
        let empty = empty(engine);
        let options = empty.options.clone();
        let db = Db::open(options.clone(), ring(), &[SCHEMA], ledger()).expect("the database opens");
        Self { engine, options, db, _empty: empty }
    }

    /// The same database behind other options, such as a proxy's.
    pub fn again(&self, options: Options) -> Db {
        Db::open(options, ring(), &[SCHEMA], ledger()).expect("the database opens once more")
    }

    /// The ids in `thing`, in order.
    pub async fn things(&self) -> Vec<i64> {
        let all = sql!("SELECT id FROM thing WHERE tenant_id = $1 ORDER BY id");
        self.db.read(TENANT, move |read| read.rows(all, params![TENANT], |row| row.take())).await.expect("a read")
    }

    /// The lines of the ledger, in order.
    pub async fn lines(&self) -> Vec<String> {
        let all = sql!("SELECT words FROM line WHERE tenant_id = $1 ORDER BY seq");
        self.db.read(TENANT, move |read| read.rows(all, params![TENANT], |row| row.take())).await.expect("a read")
    }

    /// Runs the calls so that they wait together, and answers what they answered and what the engine did for it.
    pub async fn together(&self, calls: Vec<Closure>) -> (Vec<Result<i64>>, Stats) {
        let before = self.db.stats();
        let (started, begun) = channel();
        let (open, gate) = channel::<()>();
        let gate = std::sync::Mutex::new(gate);
        let holding = self.db.clone();
        let holder = tokio::spawn(async move {
            let hold = move |_: &mut Tx<'_>| {
                started.send(()).ok();
                gate.lock().expect("the gate").recv().ok(); // closed for good once `open` is dropped
                Ok(())
            };
            holding.write(TENANT, "tests.hold", hold).await
        });
        tokio::task::spawn_blocking(move || begun.recv()).await.expect("no panic").expect("the writer is held");
        let waiting = calls.into_iter().map(|call| self.db.write(TENANT, "tests.call", call));
        // Polled in this order: all of them wait in the queue before the gate opens.
        let (answers, ()) = tokio::join!(futures_util::future::join_all(waiting), async { drop(open) });
        holder.await.expect("no panic").expect("the writer was held");
        let after = self.db.stats();
        let stats = Stats {
            commits: after.commits - before.commits,
            callers: after.callers - before.callers,
            reruns: after.reruns - before.reruns,
            round_trips: after.round_trips - before.round_trips,
        };
        (answers, stats)
    }
}

pub type Closure = Box<dyn Fn(&mut Tx<'_>) -> Result<i64> + Send>;

/// A closure for [`House::together`].
pub fn call(closure: impl Fn(&mut Tx<'_>) -> Result<i64> + Send + 'static) -> Closure {
    Box::new(closure)
}

/// Adds a thing; a second one with the same id fails.
pub fn add() -> &'static Statement {
    sql!("INSERT INTO thing(tenant_id, id) VALUES ($1, $2)")
}

pub fn insert(tx: &mut Tx<'_>, id: i64) -> Result<i64> {
    tx.exec(add(), params![TENANT, id])?;
    Ok(id)
}

/// Runs a test on each engine.
pub async fn on_each(test: impl AsyncFn(&House)) {
    for engine in engines() {
        eprintln!("on {engine:?}");
        test(&House::open(engine)).await;
    }
}
