//! The embedded engine: SQLite in WAL mode, one connection a thread.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};

use crate::engine::{CommitError, Engine};
use crate::error::{DbError, Kind};
use crate::schema::{Column, ColumnKind};
use crate::statement::Statement;
use crate::value::{Param, Value};

/// WAL with an fsync at each commit: what is answered is on the disk. The cache is 64 MB; checkpoints are left to a
/// thread of their own (`checkpointer`), 16,000 pages being the bound past which a commit does it after all.
const SETTINGS: &str = "PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON;
    PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=16000;";

/// When a commit counts as kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sync {
    /// When the disk says that it has it.
    Full,
    /// When the operating system has it.
    Off,
}

pub(crate) struct Sqlite {
    path: PathBuf,
    sync: Sync,
    connection: Connection,
    texts: HashMap<usize, String>,
    deadline: Option<Duration>,
    round_trips: u64,
    open: bool,
}

impl Sqlite {
    /// A connection that may write.
    pub fn writer(path: &Path, sync: Sync) -> Result<Self, DbError> {
        Self::open(path, sync, None)
    }

    /// A connection that may not, and whose transactions end at `deadline`.
    pub fn reader(path: &Path, deadline: Duration) -> Result<Self, DbError> {
        Self::open(path, Sync::Full, Some(deadline))
    }

    fn open(path: &Path, sync: Sync, deadline: Option<Duration>) -> Result<Self, DbError> {
        Ok(Self {
            path: path.to_owned(),
            sync,
            connection: connect(path, sync, deadline.is_some())?,
            texts: HashMap::new(),
            deadline,
            round_trips: 0,
            open: false,
        })
    }

    /// Tells the planner of this connection, and of those opened from now on, what our keys are like.
    pub fn teach_planner(&mut self) -> Result<(), DbError> {
        Ok(crate::planner::teach(&self.connection)?)
    }

    /// A fresh connection where the last transaction could not even be rolled back: nothing else is trusted then.
    fn refresh(&mut self) -> Result<(), DbError> {
        if self.open {
            self.connection = connect(&self.path, self.sync, self.deadline.is_some())?;
            self.open = false;
        }
        Ok(())
    }

    fn control(&mut self, text: &str) -> Result<(), DbError> {
        self.connection.prepare_cached(text)?.execute([])?;
        Ok(())
    }

    fn text<'a>(texts: &'a mut HashMap<usize, String>, statement: &'static Statement) -> &'a str {
        texts.entry(statement.key()).or_insert_with(|| statement.sqlite())
    }
}

fn connect(path: &Path, sync: Sync, query_only: bool) -> Result<Connection, DbError> {
    let connection = Connection::open(path)
        .map_err(|error| DbError::new(Kind::Lost, format!("cannot open {}: {error}", path.display())))?;
    connection.execute_batch(SETTINGS)?;
    connection.pragma_update(None, "synchronous", if sync == Sync::Full { "FULL" } else { "OFF" })?;
    connection.pragma_update(None, "query_only", query_only)?;
    connection.set_prepared_statement_cache_capacity(1024);
    Ok(connection)
}

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        if let Some(flaw) = self.flaw() {
            return Err(rusqlite::Error::ToSqlConversionFailure(flaw.into()));
        }
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(x) => ValueRef::Integer(*x),
            Self::Real(x) => ValueRef::Real(*x),
            Self::Text(x) => ValueRef::Text(x.as_bytes()),
            Self::Bytes(x) => ValueRef::Blob(x),
            Self::Uuid(x) => ValueRef::Blob(x.as_bytes()),
            Self::Sealed(_) | Self::Indexed(..) => {
                return Err(rusqlite::Error::ToSqlConversionFailure("a text that was not sealed".into()));
            }
        }))
    }
}

fn value(raw: ValueRef<'_>) -> Result<Value, DbError> {
    Ok(match raw {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(x) => Value::Int(x),
        ValueRef::Real(x) => Value::Real(x),
        ValueRef::Text(x) => Value::Text(
            String::from_utf8(x.to_vec()).map_err(|_| DbError::new(Kind::Statement, "a text is not UTF-8"))?,
        ),
        ValueRef::Blob(x) => Value::Bytes(x.to_vec()),
    })
}

impl Engine for Sqlite {
    fn execute(&mut self, statement: &'static Statement, params: &[Param<'_>]) -> Result<u64, DbError> {
        self.round_trips += 1;
        let mut prepared = self.connection.prepare_cached(Self::text(&mut self.texts, statement))?;
        Ok(prepared.execute(params_from_iter(params))? as u64)
    }

    fn execute_many(&mut self, statement: &'static Statement, sets: &[&[Param<'_>]]) -> Result<(), DbError> {
        self.round_trips += 1;
        let mut prepared = self.connection.prepare_cached(Self::text(&mut self.texts, statement))?;
        for params in sets {
            prepared.execute(params_from_iter(params.iter()))?;
        }
        Ok(())
    }

    fn query(&mut self, statement: &'static Statement, params: &[Param<'_>]) -> Result<Vec<Vec<Value>>, DbError> {
        self.round_trips += 1;
        let mut prepared = self.connection.prepare_cached(Self::text(&mut self.texts, statement))?;
        let width = prepared.column_count();
        let mut rows = prepared.query(params_from_iter(params))?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.push((0..width).map(|i| value(row.get_ref(i)?)).collect::<Result<_, _>>()?);
        }
        Ok(out)
    }

    fn prepare(&mut self, statement: &'static Statement) -> Result<(), DbError> {
        self.connection.prepare_cached(Self::text(&mut self.texts, statement))?;
        Ok(())
    }

    fn batch(&mut self, text: &str) -> Result<(), DbError> {
        Ok(self.connection.execute_batch(text)?)
    }

    fn columns(&mut self) -> Result<Vec<Column>, DbError> {
        let mut prepared = self.connection.prepare(
            "SELECT m.name, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_schema m, pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.name",
        )?;
        let rows = prepared.query_map([], |row| {
            let kind: String = row.get(2)?;
            Ok(Column {
                table: row.get(0)?,
                name: row.get(1)?,
                kind: match kind.as_str() {
                    "INTEGER" => ColumnKind::Int,
                    "REAL" => ColumnKind::Real,
                    "TEXT" => ColumnKind::Text,
                    _ => ColumnKind::Bytes,
                },
                nullable: !row.get::<_, bool>(3)?,
                key_position: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn begin(&mut self) -> Result<(), DbError> {
        self.refresh()?;
        self.control("BEGIN IMMEDIATE")?;
        self.open = true;
        Ok(())
    }

    fn begin_read(&mut self) -> Result<(), DbError> {
        self.refresh()?;
        if let Some(allowed) = self.deadline {
            let started = Instant::now();
            // Asked about every millisecond or so: 10,000 steps of SQLite's machine.
            self.connection.progress_handler(10_000, Some(move || started.elapsed() > allowed))?;
        }
        self.control("BEGIN")?;
        self.open = true;
        Ok(())
    }

    fn savepoint(&mut self, first: bool) -> Result<(), DbError> {
        if !first {
            self.control("RELEASE caller")?;
        }
        self.control("SAVEPOINT caller")
    }

    fn undo(&mut self) -> Result<(), DbError> {
        self.control("ROLLBACK TO caller")
    }

    fn commit(&mut self) -> Result<(), CommitError> {
        self.control("COMMIT").map_err(|cause| CommitError {
            cause,
            // A transaction that is still open was refused (a deferred key); one that is gone may be on the disk.
            known_undone: !self.connection.is_autocommit(),
        })?;
        self.open = false;
        Ok(())
    }

    fn rollback(&mut self) {
        // The deadline of a read is not that of its end.
        let free = self.connection.progress_handler(0, None::<fn() -> bool>).is_ok();
        // A commit that failed may have ended the transaction already.
        let ended = self.connection.is_autocommit() || self.control("ROLLBACK").is_ok();
        self.open = !(free && ended);
    }

    fn round_trips(&self) -> u64 {
        self.round_trips
    }

    fn callers_per_commit(&self) -> usize {
        256 // the spike's knee: more callers gain nothing, and one commit stays under some 10 ms
    }
}
