//! Migrations: numbered per module, applied once, never changed after.

use crate::db::Kind as EngineKind;
use crate::engine::Engine;
use crate::error::{DbError, Kind};
use crate::params;
use crate::sql;

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

/// Applies what is missing, each migration in a transaction of its own. Two servers that start at once meet at the
/// primary key of `migration`: the second one's transaction fails whole, and it looks again.
pub(crate) fn migrate(engine: &mut dyn Engine, kind: EngineKind, migrations: &[Migration]) -> Result<(), DbError> {
    let table = match kind {
        EngineKind::Sqlite => SQLITE_TABLE,
        EngineKind::Postgres => POSTGRES_TABLE,
    };
    for attempt in 0.. {
        let done = engine.batch(table).and_then(|()| apply(engine, kind, migrations));
        match done {
            Err(error) if attempt < 5 && error.kind != Kind::Lost => {
                tracing::info!(why = error.text, "a migration did not go through; looking again");
                engine.rollback();
                std::thread::sleep(std::time::Duration::from_millis(200 * attempt));
            }
            other => return other,
        }
    }
    Ok(())
}

fn apply(engine: &mut dyn Engine, kind: EngineKind, migrations: &[Migration]) -> Result<(), DbError> {
    for migration in migrations {
        let text = match kind {
            EngineKind::Sqlite => migration.sqlite,
            EngineKind::Postgres => migration.postgres,
        };
        let known = engine.query(
            sql!("SELECT text FROM migration WHERE module = $1 AND name = $2"),
            params![migration.module, migration.name],
        )?;
        if let Some(row) = known.into_iter().next() {
            if row.first() != Some(&crate::Value::Text(text.to_owned())) {
                let why = format!(
                    "the migration {}/{} was changed after it had been applied; write a new one instead",
                    migration.module, migration.name
                );
                return Err(DbError::new(Kind::Lost, why));
            }
            continue;
        }
        engine.begin()?;
        engine.execute(
            sql!("INSERT INTO migration(module, name, text) VALUES ($1, $2, $3)"),
            params![migration.module, migration.name, text],
        )?;
        engine.batch(text)?;
        engine.commit().map_err(|error| error.cause)?;
    }
    Ok(())
}
