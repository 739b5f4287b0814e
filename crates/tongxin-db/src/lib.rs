//! The only crate that names a database driver. Everything above it writes one SQL text and gets `Tx` and `Read`.
//!
//! * [`Db::write`] runs a plain, re-runnable closure on a writer thread, in a savepoint of its own, together with
//!   whoever else is waiting, and answers only after the COMMIT that made it durable.
//! * [`Db::read`] runs a closure over a snapshot on a reader thread, with a deadline; [`Db::scan`] is the lane for
//!   long reads.
//! * [`Param::sealed`] and [`Row::open`] keep personal text away from who has the database alone ([`Ring`]).
//! * [`sql!`] registers a statement, so that one test prepares every statement of the house on both engines.
//!
//! Architecture invariant: no type of a driver is visible outside this crate, and nothing here knows what a journal,
//! an event or a person is; the kernel hands in [`BeforeCommit`].

mod db;
mod engine;
mod error;
mod limit;
mod migrate;
mod planner;
mod postgres;
mod reader;
mod schema;
mod seal;
mod sqlite;
mod statement;
mod table;
mod tx;
mod value;
mod writer;

pub use db::{Db, Options, Stats};
pub use limit::{Committed, bare_writer};
pub use linkme;
pub use migrate::Migration;
pub use schema::{Column, ColumnKind};
pub use seal::{Cell, KeyId, Keys, Ring, Sealable, Sealed};
pub use statement::{STATEMENTS, Statement};
pub use table::Table;
pub use tx::{BeforeCommit, Note, Read, Tx};
pub use value::{FromValue, Param, Row, Value};
