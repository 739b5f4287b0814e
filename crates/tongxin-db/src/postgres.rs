//! The shared engine: PostgreSQL. Each thread owns a connection and a small runtime; control statements (BEGIN,
//! SAVEPOINT ..) wait and ride along with the next statement in one round trip.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::time::Duration;

use futures_util::future::try_join_all;
use tokio::runtime::Runtime;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, NoTls, Statement as Prepared};

use crate::engine::{CommitError, Engine};
use crate::error::{DbError, Kind};
use crate::schema::{Column, ColumnKind};
use crate::sql;
use crate::statement::Statement;
use crate::value::{Param, Value};

/// How long we wait for a connection, and for one batch of a writer, before the server counts as gone.
const CONNECT: Duration = Duration::from_secs(5);
const WRITE_TIMEOUT: &str = "SET statement_timeout = '20s'; SET idle_in_transaction_session_timeout = '60s'";

pub(crate) struct Postgres {
    url: String,
    settings: String,
    runtime: Runtime,
    client: Client,
    prepared: HashMap<usize, Prepared>,
    waiting: String,
    round_trips: u64,
    open: bool,
}

impl Postgres {
    /// A connection that may write.
    pub fn writer(url: &str) -> Result<Self, DbError> {
        Self::open(url, WRITE_TIMEOUT.to_owned())
    }

    /// A connection that may not, and whose statements end at `deadline`.
    pub fn reader(url: &str, deadline: Duration) -> Result<Self, DbError> {
        Self::open(
            url,
            format!("SET statement_timeout = {}; SET default_transaction_read_only = on", deadline.as_millis()),
        )
    }

    fn open(url: &str, settings: String) -> Result<Self, DbError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| DbError::new(Kind::Lost, error))?;
        let client = runtime.block_on(connect(url, &settings))?;
        Ok(Self {
            url: url.to_owned(),
            settings,
            runtime,
            client,
            prepared: HashMap::new(),
            waiting: String::new(),
            round_trips: 0,
            open: false,
        })
    }

    fn wait_with(&mut self, control: &str) {
        if !self.waiting.is_empty() {
            self.waiting.push_str("; ");
        }
        self.waiting.push_str(control);
    }

    /// Sends what waits, now.
    fn flush(&mut self) -> Result<(), DbError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.round_trips += 1;
        let control = std::mem::take(&mut self.waiting);
        Ok(self.runtime.block_on(self.client.batch_execute(&control))?)
    }

    fn prepared(&mut self, statement: &'static Statement) -> Result<Prepared, DbError> {
        if let Some(known) = self.prepared.get(&statement.key()) {
            return Ok(known.clone());
        }
        self.flush()?;
        let fresh = self.runtime.block_on(self.client.prepare(statement.text()))?;
        self.prepared.insert(statement.key(), fresh.clone());
        Ok(fresh)
    }

    /// One round trip: what waits, and behind it `ask`.
    fn send<T>(
        runtime: &Runtime,
        client: &Client,
        waiting: &mut String,
        ask: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, DbError> {
        let control = std::mem::take(waiting);
        runtime.block_on(async {
            if control.is_empty() {
                return Ok(ask.await?);
            }
            // Polled in this order, so sent in this order.
            let (first, second) = tokio::join!(client.batch_execute(&control), ask);
            first?;
            Ok(second?)
        })
    }
}

async fn connect(url: &str, settings: &str) -> Result<Client, DbError> {
    let (client, connection) = tokio::time::timeout(CONNECT, tokio_postgres::connect(url, NoTls))
        .await
        .map_err(|_| DbError::new(Kind::Lost, "PostgreSQL did not answer within 5 seconds"))??;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(why = %error, "a connection to PostgreSQL ended");
        }
    });
    client.batch_execute(settings).await?;
    Ok(client)
}

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(x) if *ty == Type::INT4 => i32::try_from(*x)?.to_sql(ty, out),
            Self::Int(x) => x.to_sql(ty, out),
            Self::Real(x) => x.to_sql(ty, out),
            Self::Text(x) => x.to_sql(ty, out),
            Self::Bytes(x) => x.to_sql(ty, out),
            Self::Uuid(x) => {
                out.extend_from_slice(x.as_bytes());
                Ok(IsNull::No)
            }
        }
    }

    /// Held by our own test, which prepares and runs every statement.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The 16 bytes of a UUID as they come over the wire.
struct RawUuid(uuid::Uuid);

impl<'a> tokio_postgres::types::FromSql<'a> for RawUuid {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self(uuid::Uuid::from_slice(raw)?))
    }
    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }
}

fn values(row: &tokio_postgres::Row) -> Result<Vec<Value>, DbError> {
    let column = |i: usize| -> Result<Value, tokio_postgres::Error> {
        let ty = row.columns()[i].type_();
        Ok(match *ty {
            Type::INT8 => row.try_get::<_, Option<i64>>(i)?.map(Value::Int),
            Type::INT4 => row.try_get::<_, Option<i32>>(i)?.map(|x| Value::Int(x.into())),
            Type::BOOL => row.try_get::<_, Option<bool>>(i)?.map(|x| Value::Int(x.into())),
            Type::FLOAT8 => row.try_get::<_, Option<f64>>(i)?.map(Value::Real),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(i)?.map(Value::Bytes),
            Type::UUID => row.try_get::<_, Option<RawUuid>>(i)?.map(|x| Value::Uuid(x.0)),
            _ => row.try_get::<_, Option<String>>(i)?.map(Value::Text),
        }
        .unwrap_or(Value::Null))
    };
    Ok((0..row.len()).map(column).collect::<Result<_, _>>()?)
}

fn references<'a>(params: &'a [Param<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}

impl Engine for Postgres {
    fn execute(&mut self, statement: &'static Statement, params: &[Param<'_>]) -> Result<u64, DbError> {
        let prepared = self.prepared(statement)?;
        self.round_trips += 1;
        let ask = execute(&self.client, &prepared, params);
        Self::send(&self.runtime, &self.client, &mut self.waiting, ask)
    }

    fn execute_many(&mut self, statement: &'static Statement, sets: &[&[Param<'_>]]) -> Result<(), DbError> {
        let prepared = self.prepared(statement)?;
        self.round_trips += 1;
        let ask = try_join_all(sets.iter().map(|params| execute(&self.client, &prepared, params)));
        Self::send(&self.runtime, &self.client, &mut self.waiting, ask).map(drop)
    }

    fn query(&mut self, statement: &'static Statement, params: &[Param<'_>]) -> Result<Vec<Vec<Value>>, DbError> {
        let prepared = self.prepared(statement)?;
        self.round_trips += 1;
        let ask = query(&self.client, &prepared, params);
        let rows = Self::send(&self.runtime, &self.client, &mut self.waiting, ask)?;
        rows.iter().map(values).collect()
    }

    fn prepare(&mut self, statement: &'static Statement) -> Result<(), DbError> {
        self.prepared(statement).map(drop)
    }

    fn batch(&mut self, text: &str) -> Result<(), DbError> {
        self.wait_with(text);
        self.flush()
    }

    fn columns(&mut self) -> Result<Vec<Column>, DbError> {
        let rows = self.query(
            sql!(
                "SELECT c.table_name::text, c.column_name::text, c.data_type::text, c.is_nullable::text,
                   coalesce((SELECT k.ordinal_position::bigint FROM information_schema.table_constraints t
                     JOIN information_schema.key_column_usage k ON k.constraint_name = t.constraint_name
                       AND k.table_schema = t.table_schema AND k.table_name = t.table_name
                     WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_schema = c.table_schema
                       AND t.table_name = c.table_name AND k.column_name = c.column_name), 0)
                 FROM information_schema.columns c WHERE c.table_schema = current_schema()
                 ORDER BY c.table_name COLLATE \"C\", c.column_name COLLATE \"C\""
            ),
            &[],
        )?;
        let column = |row: Vec<Value>| -> Option<Column> {
            let mut row = row.into_iter();
            let mut text = || {
                if let Some(Value::Text(text)) = row.next() { Some(text) } else { None }
            };
            let (table, name, kind, nullable) = (text()?, text()?, text()?, text()?);
            let Some(Value::Int(key_position)) = row.next() else {
                return None;
            };
            let kind = match kind.as_str() {
                "bigint" => ColumnKind::Int,
                "double precision" => ColumnKind::Real,
                "text" => ColumnKind::Text,
                _ => ColumnKind::Bytes,
            };
            Some(Column { table, name, kind, nullable: nullable == "YES", key_position })
        };
        rows.into_iter()
            .map(|row| column(row).ok_or_else(|| DbError::new(Kind::Statement, "the catalogue answered oddly")))
            .collect()
    }

    fn begin(&mut self) -> Result<(), DbError> {
        if self.open || self.client.is_closed() {
            self.client = self.runtime.block_on(connect(&self.url, &self.settings))?;
            self.prepared.clear();
        }
        self.waiting.clear();
        self.wait_with("BEGIN");
        self.open = true;
        Ok(())
    }

    fn begin_read(&mut self) -> Result<(), DbError> {
        self.begin()?;
        self.waiting = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned();
        Ok(())
    }

    fn savepoint(&mut self, first: bool) -> Result<(), DbError> {
        if !first {
            self.wait_with("RELEASE SAVEPOINT caller");
        }
        self.wait_with("SAVEPOINT caller");
        Ok(())
    }

    fn undo(&mut self) -> Result<(), DbError> {
        self.wait_with("ROLLBACK TO SAVEPOINT caller");
        Ok(())
    }

    /// PostgreSQL answers the COMMIT of a spoiled transaction with ROLLBACK and no error. So a `SELECT` rides in front of
    /// it: in a spoiled transaction the `SELECT` fails, and nothing runs between the two.
    fn commit(&mut self) -> Result<(), CommitError> {
        let lost = |cause| CommitError { cause, known_undone: false };
        let undone = |cause| CommitError { cause, known_undone: true };
        let guard = self.prepared(sql!("SELECT 1")).map_err(undone)?;
        self.flush().map_err(undone)?;
        self.round_trips += 1;
        let client = &self.client;
        let (guarded, committed) = self.runtime.block_on(async {
            tokio::join!(async { client.execute(&guard, &[]).await }, async { client.batch_execute("COMMIT").await })
        });
        match (guarded, committed) {
            (Ok(_), Ok(())) => {
                self.open = false;
                Ok(())
            }
            // The server itself refused: an error answer to COMMIT means that it rolled back.
            (_, Err(error)) if error.as_db_error().is_some() => Err(undone(error.into())),
            (_, Err(error)) => Err(lost(error.into())),
            (Err(error), Ok(())) => {
                self.open = false;
                Err(undone(error.into()))
            }
        }
    }

    fn rollback(&mut self) {
        self.waiting = "ROLLBACK".to_owned();
        self.open = self.flush().is_err();
    }

    fn round_trips(&self) -> u64 {
        self.round_trips
    }

    fn callers_per_commit(&self) -> usize {
        60 // past 64 subtransactions PostgreSQL's per-backend cache overflows and every reader pays for it
    }
}

async fn execute(client: &Client, prepared: &Prepared, params: &[Param<'_>]) -> Result<u64, tokio_postgres::Error> {
    client.execute(prepared, &references(params)).await
}

async fn query(
    client: &Client,
    prepared: &Prepared,
    params: &[Param<'_>],
) -> Result<Vec<tokio_postgres::Row>, tokio_postgres::Error> {
    client.query(prepared, &references(params)).await
}
