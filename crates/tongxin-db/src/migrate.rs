//! Migrations: numbered per module, applied once, never changed after.

use std::time::Duration;

use crate::db::Kind as EngineKind;
use crate::engine::Engine;
use crate::error::{DbError, Kind};
use crate::params;
use crate::sql;
use crate::value::Value;

/// One step of a module's schema, in the words of both engines.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// The module whose tables it makes.
    pub module: &'static str,
    /// Its name, which starts with its number: `0001_request`.
    pub name: &'static str,
    /// The text for SQLite.
    pub sqlite: &'static str,
    /// The text for PostgreSQL.
    pub postgres: &'static str,
}

/// `migrations!("requests": "0001_request", "0002_more")`: the files of a module's `migrations/` folder, both engines.
#[macro_export]
macro_rules! migrations {
    ($module:literal: $($name:literal),+ $(,)?) => {
        &[$($crate::Migration {
            module: $module,
            name: $name,
            sqlite: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $name, ".sqlite.sql")),
            postgres: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $name, ".postgres.sql")),
        }),+]
    };
}

/// The whole text is kept, so that a migration changed after it was applied is found out, and shown.
const SQLITE_TABLE: &str = "CREATE TABLE IF NOT EXISTS migration(
    module TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (module, name)) STRICT, WITHOUT ROWID";
const POSTGRES_TABLE: &str = "CREATE TABLE IF NOT EXISTS migration(
    module TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (module, name))";

/// Only one server at a time looks what is missing and applies it; SQLite has one writer anyway. An index on a large
/// table may take its time.
const POSTGRES_LOCK: &str = "SET LOCAL statement_timeout = 0; LOCK TABLE migration IN SHARE ROW EXCLUSIVE MODE";

/// Applies what is missing, each migration in a transaction of its own. Two servers that start at once wait for each
/// other there; only where both make the table `migration`, one of them fails and looks again.
pub(crate) fn migrate(engine: &mut dyn Engine, kind: EngineKind, migrations: &[Migration]) -> Result<(), DbError> {
    let table = match kind {
        EngineKind::Sqlite => SQLITE_TABLE,
        EngineKind::Postgres => POSTGRES_TABLE,
    };
    let mut made = engine.batch(table);
    for attempt in 1..5 {
        match &made {
            Err(error) if error.kind != Kind::Lost => std::thread::sleep(Duration::from_millis(50 * attempt)),
            _ => break,
        }
        made = engine.batch(table);
    }
    made?;
    for migration in migrations {
        let applied = apply(engine, kind, migration);
        applied.map_err(|error| {
            engine.rollback();
            DbError { text: format!("migration {}/{}: {}", migration.module, migration.name, error.text), ..error }
        })?;
    }
    Ok(())
}

fn apply(engine: &mut dyn Engine, kind: EngineKind, migration: &Migration) -> Result<(), DbError> {
    let text = match kind {
        EngineKind::Sqlite => migration.sqlite,
        EngineKind::Postgres => migration.postgres,
    };
    if is_applied(engine, migration, text)? {
        return Ok(());
    }
    engine.begin()?;
    if kind == EngineKind::Postgres {
        engine.batch(POSTGRES_LOCK)?;
    }
    // Another server may have been here while we waited.
    if !is_applied(engine, migration, text)? {
        engine.execute(
            sql!("INSERT INTO migration(module, name, text) VALUES ($1, $2, $3)"),
            params![migration.module, migration.name, text],
        )?;
        engine.batch(text)?;
    }
    engine.commit().map_err(|error| error.cause)
}

fn is_applied(engine: &mut dyn Engine, migration: &Migration, text: &str) -> Result<bool, DbError> {
    let known = engine.query(
        sql!("SELECT text FROM migration WHERE module = $1 AND name = $2"),
        params![migration.module, migration.name],
    )?;
    match known.first().and_then(|row| row.first()) {
        None => Ok(false),
        Some(Value::Text(known)) if known == text => Ok(true),
        Some(_) => {
            let why = "it was changed after it had been applied; write a new one instead";
            Err(DbError::new(Kind::Statement, why))
        }
    }
}
