//! A house in one file: every table in one logical form for both databases, the files, and at the end what there must be.
//! Compressed, then encrypted with `age` for a key that need not be on this machine. The keys of the house are not in it.
//!
//! Inside there are lines of JSON: [`Head`]; then for each table its name and columns and a line a row; then each file in
//! pieces; then [`End`] with counts and digests, which are compared before anything is kept.

mod asked;
pub mod read;
pub mod seal;
pub mod write;

pub use asked::Writer;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use tongxin_db::{Migration, Value};
use tongxin_kernel::MIGRATIONS;

use crate::MODULES;

/// The version of the form.
const VERSION: u8 = 1;

/// A line that is no row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    /// The first one.
    Head(Head),
    /// A table begins.
    Table {
        /// Its name.
        name: String,
        /// Its columns, in the order of each row's values.
        columns: Vec<String>,
    },
    /// A row of it.
    Row(Vec<Json>),
    /// A file begins: its path in the files folder.
    File(String),
    /// A piece of it, base64.
    Piece(String),
    /// The last one.
    End(End),
}

/// What it is a backup of.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    version: u8,
    /// When it was made.
    at: String,
    /// The names of the migrations that made the tables.
    migrations: Vec<String>,
}

/// What there must be.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct End {
    tables: BTreeMap<String, Sum>,
    files: Sum,
    /// The newest checkpoint of each journal.
    checkpoints: Vec<String>,
}

/// How much, and the SHA-256 over its lines.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// Rows, or files.
    pub count: u64,
    digest: String,
}

/// All migrations of the house, in the order in which they are applied.
fn migrations() -> Vec<Migration> {
    MIGRATIONS.iter().chain(MODULES.iter().flat_map(|module| module.room.migrations)).copied().collect()
}

fn migration_name(migration: &Migration) -> String {
    format!("{}/{}", migration.module, migration.name)
}

/// The tables in the order in which they were first made: what points at a row comes after it.
fn in_order<T>(mut tables: Vec<T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    let text: String = migrations().iter().map(|migration| migration.sqlite).collect();
    tables.sort_by_cached_key(|table| text.find(&format!("CREATE TABLE {}(", name(table))).unwrap_or(usize::MAX));
    tables
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Int(x) => (*x).into(),
        // Written out and read by the same rules; a JSON number would not have to be.
        Value::Real(x) => serde_json::json!({ "real": x.to_string() }),
        Value::Text(x) => x.as_str().into(),
        Value::Bytes(x) => serde_json::json!({ "bytes": BASE64.encode(x) }),
        Value::Uuid(x) => serde_json::json!({ "bytes": BASE64.encode(x.as_bytes()) }),
    }
}

fn from_json(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => Value::Null,
        Json::Number(x) => Value::Int(x.as_i64()?),
        Json::String(x) => Value::Text(x.clone()),
        Json::Object(x) => match (x.get("real"), x.get("bytes")) {
            (Some(real), None) => Value::Real(real.as_str()?.parse().ok()?),
            (None, Some(bytes)) => Value::Bytes(BASE64.decode(bytes.as_str()?).ok()?),
            _ => return None,
        },
        _ => return None,
    })
}
