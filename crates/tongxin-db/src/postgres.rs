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

/// How long we wait for a connection before the server counts as away.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a writer's statement may take; PostgreSQL ends it then. Callers give up after ten seconds.
const WRITE: Duration = Duration::from_secs(8);
/// What PostgreSQL is given on top of that to say so, before the server counts as away.
const GRACE: Duration = Duration::from_secs(2);
/// How long we wait for a ROLLBACK, which has nothing to do but to answer.
const ROLLBACK: Duration = Duration::from_secs(1);

pub(crate) struct Postgres {
    url: String,
    settings: String,
    patience: Duration,
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
        Self::open(url, WRITE, "SET idle_in_transaction_session_timeout = '30s'")
    }

    /// Lets commits be answered before they are on the disk.
    pub fn do_not_wait(&mut self) -> Result<(), DbError> {
        self.batch("SET synchronous_commit = off")
    }

    /// A connection that may not, and whose statements end at `deadline`.
    pub fn reader(url: &str, deadline: Duration) -> Result<Self, DbError> {
        Self::open(url, deadline, "SET default_transaction_read_only = on")
    }

    fn open(url: &str, deadline: Duration, settings: &str) -> Result<Self, DbError> {
        let settings = format!("SET statement_timeout = {}; {settings}", deadline.as_millis());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| DbError::new(Kind::Lost, error))?;
        let client = runtime.block_on(connect(url, &settings))?;
        Ok(Self {
            url: url.to_owned(),
            settings,
            patience: deadline + GRACE,
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
    fn flush(&mut self, patience: Duration) -> Result<(), DbError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.round_trips += 1;
        let control = std::mem::take(&mut self.waiting);
        self.runtime.block_on(within(patience, self.client.batch_execute(&control)))
    }

    fn prepared(&mut self, statement: &'static Statement) -> Result<Prepared, DbError> {
        if let Some(known) = self.prepared.get(&statement.key()) {
            return Ok(known.clone());
        }
        self.flush(self.patience)?;
        self.round_trips += 1;
        let fresh = self.runtime.block_on(within(self.patience, self.client.prepare(statement.text())))?;
        self.prepared.insert(statement.key(), fresh.clone());
        Ok(fresh)
    }

    /// One round trip: what waits, and behind it `ask`.
    fn send<T>(
        &self,
        control: &str,
        ask: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, DbError> {
        self.runtime.block_on(within(self.patience, async {
            if control.is_empty() {
                return ask.await;
            }
            // Polled in this order, so sent in this order.
            let (first, second) = tokio::join!(self.client.batch_execute(control), ask);
            first?;
            second
        }))
    }

    /// Whether the connection has ended; its task, which hears of that, runs only while we wait for something.
    fn is_closed(&self) -> bool {
        self.runtime.block_on(async {
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
        });
        self.client.is_closed()
    }
}

/// A server that does not answer at all counts as away: the network between us may have swallowed it.
async fn within<T>(
    patience: Duration,
    ask: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, DbError> {
    match tokio::time::timeout(patience, ask).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(DbError::new(Kind::Lost, format!("PostgreSQL did not answer within {patience:?}"))),
    }
}

async fn connect(url: &str, settings: &str) -> Result<Client, DbError> {
    let (client, connection) = within(CONNECT, tokio_postgres::connect(url, NoTls)).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(why = %error, "a connection to PostgreSQL ended");
        }
    });
    within(CONNECT, client.batch_execute(settings)).await?;
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
            Self::Sealed(_) | Self::Indexed(..) => Err("a text that was not sealed".into()),
        }
    }

    /// Checked by `fit`, for each value and not for its Rust type.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Whether these values fit this statement. PostgreSQL would take eight bytes of one kind for eight bytes of another,
/// and the driver's own complaint cannot be told from a lost connection.
fn fit(prepared: &Prepared, params: &[Param<'_>]) -> Result<(), DbError> {
    let types = prepared.params();
    let wrong = |what: String| Err(DbError::new(Kind::Statement, what));
    if types.len() != params.len() {
        return wrong(format!("{} parameters for {} places", params.len(), types.len()));
    }
    for (place, (param, ty)) in (1..).zip(params.iter().zip(types)) {
        if let Some(flaw) = param.flaw() {
            return wrong(format!("${place} is {flaw}"));
        }
        // Its kind and never the value: this text goes to the log.
        let (kind, fits) = match param {
            Param::Null => ("NULL", true),
            Param::Int(x) => ("a number", *ty == Type::INT8 || *ty == Type::INT4 && i32::try_from(*x).is_ok()),
            Param::Real(_) => ("a real number", *ty == Type::FLOAT8),
            Param::Text(_) => ("a text", [Type::TEXT, Type::VARCHAR, Type::NAME, Type::UNKNOWN].contains(ty)),
            // An id that comes from SQLite is its sixteen bytes; over the wire they are the same.
            Param::Bytes(x) => ("bytes", *ty == Type::BYTEA || *ty == Type::UUID && x.len() == 16),
            Param::Uuid(_) => ("an id", *ty == Type::UUID),
            Param::Sealed(_) | Param::Indexed(..) => ("a text that was not sealed", false),
        };
        if !fits {
            return wrong(format!("${place} is {kind}, and the statement wants {ty}"));
        }
    }
    Ok(())
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
    (0..row.len()).map(column).collect::<Result<_, _>>().map_err(|error| DbError::new(Kind::Statement, error))
}

fn references<'a>(params: &'a [Param<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}

impl Engine for Postgres {
    fn execute(&mut self, statement: &'static Statement, params: &[Param<'_>]) -> Result<u64, DbError> {
        let prepared = self.prepared(statement)?;
        fit(&prepared, params)?;
        self.round_trips += 1;
        let control = std::mem::take(&mut self.waiting);
        self.send(&control, execute(&self.client, &prepared, params))
    }

    fn execute_many(&mut self, statement: &'static Statement, sets: &[&[Param<'_>]]) -> Result<(), DbError> {
        let prepared = self.prepared(statement)?;
        sets.iter().try_for_each(|params| fit(&prepared, params))?;
        self.round_trips += 1;
        let control = std::mem::take(&mut self.waiting);
        let all = sets.iter().map(|params| execute(&self.client, &prepared, params));
        self.send(&control, try_join_all(all)).map(drop)
    }

    fn query(&mut self, statement: &'static Statement, params: &[Param<'_>]) -> Result<Vec<Vec<Value>>, DbError> {
        let prepared = self.prepared(statement)?;
        fit(&prepared, params)?;
        self.round_trips += 1;
        let control = std::mem::take(&mut self.waiting);
        let rows = self.send(&control, query(&self.client, &prepared, params))?;
        rows.iter().map(values).collect()
    }

    fn prepare(&mut self, statement: &'static Statement) -> Result<(), DbError> {
        self.prepared(statement).map(drop)
    }

    fn batch(&mut self, text: &str) -> Result<(), DbError> {
        self.wait_with(text);
        self.flush(Duration::MAX)
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
        if self.open || self.is_closed() {
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
        let undone = |cause| CommitError { cause, known_undone: true };
        let guard = self.prepared(sql!("SELECT 1")).map_err(undone)?;
        self.round_trips += 1;
        let control = std::mem::take(&mut self.waiting);
        let client = &self.client;
        let three = self.runtime.block_on(async {
            let first = async { if control.is_empty() { Ok(()) } else { client.batch_execute(&control).await } };
            let second = async { client.execute(&guard, &[]).await.map(drop) };
            let third = client.batch_execute("COMMIT");
            tokio::time::timeout(self.patience, async { tokio::join!(first, second, third) }).await
        });
        let Ok((first, second, third)) = three else {
            let cause = DbError::new(Kind::Lost, format!("no answer to COMMIT within {:?}", self.patience));
            return Err(CommitError { cause, known_undone: false });
        };
        // An error that PostgreSQL answered, rather than one of the way there, came before the COMMIT or instead of it.
        let answered = |error: &tokio_postgres::Error| error.as_db_error().is_some();
        let known_undone = [&first, &second].into_iter().any(|done| done.as_ref().is_err_and(answered));
        let cause = match first.and(second).and(third) {
            Ok(()) => {
                self.open = false;
                return Ok(());
            }
            Err(error) => error,
        };
        // A connection that is ended in the middle of a COMMIT says so, too; that is not an answer to it.
        let refused = answered(&cause);
        let cause = DbError::from(cause);
        Err(CommitError { known_undone: known_undone || refused && cause.kind != Kind::Lost, cause })
    }

    fn rollback(&mut self) {
        if self.waiting.starts_with("BEGIN") {
            self.waiting.clear(); // nothing has been sent
            self.open = false;
            return;
        }
        self.waiting = "ROLLBACK".to_owned();
        self.open = self.flush(ROLLBACK).is_err();
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing above this file can spoil a transaction unseen; this holds the guard for the day when something does.
    #[test]
    fn the_commit_of_a_spoiled_transaction_is_known_to_be_undone() {
        let Ok(url) = std::env::var("TONGXIN_TEST_POSTGRES") else {
            eprintln!("TONGXIN_TEST_POSTGRES is not set: nothing is tried");
            return;
        };
        let mut engine = Postgres::writer(&url).map_err(|error| error.text).expect("PostgreSQL is there");
        engine.batch("CREATE TEMPORARY TABLE one(id BIGINT PRIMARY KEY)").map_err(|error| error.text).expect("a table");
        for spoil in [true, false] {
            engine.begin().and_then(|()| engine.savepoint(true)).map_err(|error| error.text).expect("it begins");
            let insert = sql!("INSERT INTO one(id) VALUES (1)");
            assert!(engine.execute(insert, &[]).is_ok());
            assert!(!spoil || engine.execute(insert, &[]).is_err());
            match engine.commit() {
                Ok(()) => assert!(!spoil, "a spoiled transaction counts as kept"),
                Err(error) => assert!(spoil && error.known_undone, "{}", error.cause.text),
            }
            engine.rollback();
            let rows = engine.query(sql!("SELECT id FROM one"), &[]).map_err(|error| error.text).expect("an answer");
            assert_eq!(rows.len(), usize::from(!spoil));
        }
    }
}
