//! What a closure sees of the database: `Read` to ask, `Tx` to change.

use std::any::Any;
use std::ops::{Deref, DerefMut};
use std::time::Instant;

use tongxin_base::{Error, Result, TenantId};

use crate::engine::Engine;
use crate::error::{DbError, Kind};
use crate::seal::{Bound, Ring};
use crate::statement::Statement;
use crate::value::{Param, Row};

/// Something a caller noted during a write, for [`BeforeCommit`].
pub type Note = Box<dyn Any + Send>;

/// What is written once per batch, just before its commit: the journal, the events, the totals. Set by the kernel.
pub trait BeforeCommit: Send + Sync + 'static {
    /// Writes what the callers of the batch noted, in the order they did. It may be called again for the same notes'
    /// callers when a batch is rerun, with notes made anew.
    ///
    /// # Errors
    /// Any error undoes the batch; its callers are then run one by one, so that only the one at fault fails.
    fn before_commit(&self, tx: &mut Tx<'_>, notes: Vec<(TenantId, Note)>) -> Result<()>;
}

/// A snapshot to ask.
pub struct Read<'a> {
    engine: &'a mut dyn Engine,
    ring: &'a Ring,
    tenant: TenantId,
    until: Option<Instant>,
    failure: Option<DbError>,
}

impl<'a> Read<'a> {
    /// `until` is when nothing more is run: each statement has a deadline of its own, and many short ones have this.
    pub(crate) fn new(engine: &'a mut dyn Engine, ring: &'a Ring, tenant: TenantId, until: Option<Instant>) -> Self {
        Self { engine, ring, tenant, until, failure: None }
    }

    /// The tenant this write or read is about.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The keys that seal and open.
    pub const fn ring(&self) -> &'a Ring {
        self.ring
    }

    /// All rows of the answer, each made by `make`.
    ///
    /// # Errors
    /// `Internal` or `Unavailable` where the statement fails: the whole write fails with it, whatever the closure answers.
    pub fn rows<T>(
        &mut self,
        statement: &'static Statement,
        params: &[Param<'_>],
        mut make: impl FnMut(&mut Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let bound = Bound::new(self.ring, self.tenant, params);
        let answer = self.run(statement, |engine| engine.query(statement, &bound.params()))?;
        let (ring, tenant) = (self.ring, bound.tenant);
        answer.into_iter().map(|values| make(&mut Row::new(statement, values, ring.clone(), tenant))).collect()
    }

    /// The first row of the answer, if there is one.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn maybe<T>(
        &mut self,
        statement: &'static Statement,
        params: &[Param<'_>],
        make: impl FnMut(&mut Row) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.rows(statement, params, make)?.into_iter().next())
    }

    /// The one row of the answer.
    ///
    /// # Errors
    /// `NotFound` where there is none; else as [`Read::rows`].
    pub fn one<T>(
        &mut self,
        statement: &'static Statement,
        params: &[Param<'_>],
        make: impl FnMut(&mut Row) -> Result<T>,
    ) -> Result<T> {
        self.maybe(statement, params, make)?.ok_or(Error::NotFound)
    }

    /// A failed statement spoils the rest on both engines, so both behave like PostgreSQL: nothing more is run.
    fn run<T>(
        &mut self,
        statement: &'static Statement,
        ask: impl FnOnce(&mut dyn Engine) -> Result<T, DbError>,
    ) -> Result<T> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone().into());
        }
        let late = self.until.is_some_and(|until| Instant::now() > until);
        let answer = if late { Err(DbError::new(Kind::Deadline, "the read took too long")) } else { ask(self.engine) };
        answer.map_err(|mut failure| {
            failure.text = format!("{}: {}", statement.place(), failure.text);
            self.failure = Some(failure.clone());
            failure.into()
        })
    }
}

/// A write in progress. Everything in it is kept together or not at all.
pub struct Tx<'a> {
    read: Read<'a>,
    notes: Vec<Note>,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(engine: &'a mut dyn Engine, ring: &'a Ring, tenant: TenantId) -> Self {
        Self { read: Read::new(engine, ring, tenant, None), notes: Vec::new() }
    }

    /// Runs a statement and says how many rows it changed.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn exec(&mut self, statement: &'static Statement, params: &[Param<'_>]) -> Result<u64> {
        let bound = Bound::new(self.read.ring, self.read.tenant, params);
        self.read.run(statement, |engine| engine.execute(statement, &bound.params()))
    }

    /// Runs one statement for many sets of parameters, in order, in one round trip.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn exec_many(&mut self, statement: &'static Statement, sets: &[&[Param<'_>]]) -> Result<()> {
        let bound: Vec<_> = sets.iter().map(|set| Bound::new(self.read.ring, self.read.tenant, set)).collect();
        let sets: Vec<_> = bound.iter().map(Bound::params).collect();
        let sets: Vec<_> = sets.iter().map(AsRef::as_ref).collect();
        self.read.run(statement, |engine| engine.execute_many(statement, &sets))
    }

    /// Leaves something for [`BeforeCommit`]. It goes with the write: undone, it is forgotten.
    pub fn note(&mut self, note: impl Any + Send) {
        self.notes.push(Box::new(note));
    }

    /// Undoes all that this write has done so far; the write goes on from its beginning. For an action that is
    /// refused half-way and still has its answer to keep.
    ///
    /// # Errors
    /// As [`Read::rows`]; a write spoiled by a failed statement stays spoiled.
    pub fn undo(&mut self) -> Result<()> {
        if let Some(failure) = &self.read.failure {
            return Err(failure.clone().into());
        }
        self.notes.clear();
        self.read.engine.undo().map_err(|failure| {
            self.read.failure = Some(failure.clone());
            failure.into()
        })
    }

    /// How the write ended: its failure if a statement failed, else its notes.
    pub(crate) fn end(self) -> Result<Vec<Note>, DbError> {
        self.read.failure.map_or(Ok(self.notes), Err)
    }

    pub(crate) fn must_retry(&self) -> bool {
        self.read.failure.as_ref().is_some_and(|f| matches!(f.kind, Kind::Retry | Kind::Lost))
    }
}

impl<'a> Deref for Tx<'a> {
    type Target = Read<'a>;
    fn deref(&self) -> &Read<'a> {
        &self.read
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut <Self as Deref>::Target {
        &mut self.read
    }
}
