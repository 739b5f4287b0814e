//! What the writer and the readers need of an engine. Two implementations, and nothing outside this crate sees it.

use crate::error::DbError;
use crate::schema::Column;
use crate::statement::Statement;
use crate::value::{Param, Value};

pub(crate) trait Engine: Send {
    /// Runs a statement and says how many rows it changed.
    fn execute(&mut self, statement: &'static Statement, params: &[Param<'_>]) -> Result<u64, DbError>;

    /// Runs one statement for many sets of parameters, in order; on PostgreSQL in one round trip.
    fn execute_many(&mut self, statement: &'static Statement, sets: &[&[Param<'_>]]) -> Result<(), DbError>;

    /// Runs a statement and gives its rows.
    fn query(&mut self, statement: &'static Statement, params: &[Param<'_>]) -> Result<Vec<Vec<Value>>, DbError>;

    /// Prepares a statement without running it.
    fn prepare(&mut self, statement: &'static Statement) -> Result<(), DbError>;

    /// Runs plain text, several statements at once: migrations.
    fn batch(&mut self, text: &str) -> Result<(), DbError>;

    /// The columns of every table.
    fn columns(&mut self) -> Result<Vec<Column>, DbError>;

    /// Opens a transaction that may write.
    fn begin(&mut self) -> Result<(), DbError>;

    /// Opens a transaction that sees one snapshot and may not write.
    fn begin_read(&mut self) -> Result<(), DbError>;

    /// Sets the savepoint of one caller; the caller before is released.
    fn savepoint(&mut self, first: bool) -> Result<(), DbError>;

    /// Back to the caller's savepoint.
    fn undo(&mut self) -> Result<(), DbError>;

    /// Makes the transaction durable. After an error it is not known whether it is, unless `known_undone` says so.
    fn commit(&mut self) -> Result<(), CommitError>;

    /// Gives the transaction up; if even that fails, the next `begin` starts on a fresh connection.
    fn rollback(&mut self);

    /// How often we waited for the database since the start.
    fn round_trips(&self) -> u64;

    /// How many callers may share one transaction.
    fn callers_per_commit(&self) -> usize;
}

/// A commit that did not answer "done".
pub(crate) struct CommitError {
    pub cause: DbError,
    /// True where the database said that nothing of it is kept; false where nobody knows.
    pub known_undone: bool,
}
