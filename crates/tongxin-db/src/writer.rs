//! Group commit: callers that wait together are made durable together, each in a savepoint of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};
use tongxin_base::{Error, Result, TenantId};

use crate::engine::Engine;
use crate::error::{DbError, Kind};
use crate::seal::Ring;
use crate::tx::{BeforeCommit, Note, Tx};

/// A write that takes longer holds up everybody behind it; it is logged with its action.
const BUDGET: Duration = Duration::from_millis(50);
/// A batch stops taking callers after this long, so that the first of them is not kept waiting by the last.
const BATCH_TIME: Duration = Duration::from_millis(100);
/// A caller that has waited this long is told to come back and not run any more: its page has given up, too.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a caller is run again after a serialization failure before it is told to come back.
const TRIES: u32 = 8;

/// One waiting caller, its types erased.
pub(crate) trait Call: Send {
    /// Runs the closure and keeps what it answered. Its notes where it is to be kept, nothing where it is to be undone.
    fn run(&mut self, engine: &mut dyn Engine, ring: &Ring) -> Ran;
    /// Replaces the answer: what ran was not kept.
    fn fail(&mut self, error: Error);
    /// Sends the answer.
    fn answer(self: Box<Self>);
    /// Whose data it is.
    fn tenant(&self) -> TenantId;
    /// Whether nobody waits for it any more, or should not.
    fn is_stale(&self) -> bool;
}

/// How a call ended.
pub(crate) enum Ran {
    /// To be kept, with these notes.
    Keep(Vec<Note>),
    /// To be undone; the caller has its answer.
    Undo,
    /// To be undone with its whole batch, and run again.
    Again(DbError),
}

/// A closure on its way to the writer, and the way back.
pub(crate) struct Write<T, F> {
    pub tenant: TenantId,
    pub action: &'static str,
    pub closure: F,
    pub since: Instant,
    pub result: Option<Result<T>>,
    pub back: oneshot::Sender<Result<T>>,
}

impl<T, F> Call for Write<T, F>
where
    T: Send + 'static,
    F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
{
    fn run(&mut self, engine: &mut dyn Engine, ring: &Ring) -> Ran {
        let started = Instant::now();
        let mut tx = Tx::new(engine, ring, self.tenant);
        let result = catch_unwind(AssertUnwindSafe(|| (self.closure)(&mut tx)));
        let took = started.elapsed();
        if took > BUDGET {
            tracing::warn!(action = self.action, ms = took.as_millis(), "a write took longer than its budget");
        }
        let again = tx.must_retry();
        let result = match (result, tx.end()) {
            (_, Err(failure)) if again => return Ran::Again(failure),
            (Ok(Ok(value)), Ok(notes)) => {
                self.result = Some(Ok(value));
                return Ran::Keep(notes);
            }
            (Ok(Err(error)), _) => error,
            (Ok(Ok(_)), Err(failure)) => {
                Error::Internal(format!("{} went on after a failed statement: {}", self.action, failure.text))
            }
            (Err(panic), _) => {
                let said = panic.downcast_ref::<String>().map(String::as_str);
                let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
                Error::Internal(format!("{} panicked: {said}", self.action))
            }
        };
        self.result = Some(Err(result));
        Ran::Undo
    }

    fn fail(&mut self, error: Error) {
        self.result = Some(Err(error));
    }

    fn answer(self: Box<Self>) {
        // Nobody listens where the caller went away; what was written stays written.
        drop(self.back.send(self.result.unwrap_or(Err(Error::Unavailable))));
    }

    fn tenant(&self) -> TenantId {
        self.tenant
    }

    fn is_stale(&self) -> bool {
        self.back.is_closed() || self.since.elapsed() > PATIENCE
    }
}

/// What the writers count, for operators and tests.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub commits: AtomicU64,
    pub callers: AtomicU64,
    pub reruns: AtomicU64,
    pub round_trips: AtomicU64,
}

/// The thread that owns the engine.
pub(crate) struct Writer<E> {
    engine: E,
    ring: Ring,
    queue: mpsc::Receiver<Box<dyn Call>>,
    before_commit: Arc<dyn BeforeCommit>,
    counters: Arc<Counters>,
    /// The database did not answer at last. Nobody is tried twice then, so that all are told soon.
    away: bool,
}

/// Why a transaction was not made durable.
enum Failed {
    /// Nothing of it is kept: it may be run again.
    Undone(DbError),
    /// The notes could not be written: somebody in the batch is at fault.
    Notes(Error),
    /// Nobody knows.
    Unknown(DbError),
}

impl<E: Engine> Writer<E> {
    pub fn new(
        engine: E,
        ring: Ring,
        queue: mpsc::Receiver<Box<dyn Call>>,
        before_commit: Arc<dyn BeforeCommit>,
        counters: Arc<Counters>,
    ) -> Self {
        Self { engine, ring, queue, before_commit, counters, away: false }
    }

    /// Works until every `Db` is gone.
    pub fn run(mut self) {
        while let Some(first) = self.queue.blocking_recv() {
            if first.is_stale() {
                first.answer();
                continue;
            }
            let mut calls = vec![first];
            let trips = self.engine.round_trips();
            let outcome = self.transaction(&mut calls, true);
            match outcome {
                Ok(()) => {}
                Err(failed) if calls.len() == 1 => self.settle(&mut calls[0], failed),
                Err(Failed::Unknown(why)) => {
                    tracing::error!(why = why.text, callers = calls.len(), "nobody knows whether a commit was kept");
                    calls.iter_mut().for_each(|call| call.fail(Error::Unavailable));
                }
                Err(Failed::Undone(_) | Failed::Notes(_)) => self.one_by_one(&mut calls),
            }
            self.counters.callers.fetch_add(calls.len() as u64, Ordering::Relaxed);
            self.counters.round_trips.fetch_add(self.engine.round_trips() - trips, Ordering::Relaxed);
            calls.into_iter().for_each(Call::answer);
        }
    }

    fn one_by_one(&mut self, calls: &mut [Box<dyn Call>]) {
        for call in calls {
            if self.away {
                call.fail(Error::Unavailable);
                continue;
            }
            self.counters.reruns.fetch_add(1, Ordering::Relaxed);
            if let Err(failed) = self.alone(call) {
                self.settle(call, failed);
            }
        }
    }

    /// A caller alone failed: again if that can help, else it is told.
    fn settle(&mut self, call: &mut Box<dyn Call>, mut failed: Failed) {
        for attempt in 1..TRIES {
            let Failed::Undone(why) = &failed else { break };
            if why.kind == Kind::Statement || self.away || call.is_stale() {
                break;
            }
            self.counters.reruns.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(u64::from(2_u32.pow(attempt))));
            match self.alone(call) {
                Ok(()) => return,
                Err(next) => failed = next,
            }
        }
        self.away = matches!(&failed, Failed::Undone(why) if why.kind == Kind::Lost);
        call.fail(match failed {
            Failed::Undone(why) => why.into(),
            Failed::Notes(error) => error,
            Failed::Unknown(why) => {
                tracing::error!(why = why.text, "nobody knows whether a commit was kept");
                Error::Unavailable
            }
        });
    }

    fn alone(&mut self, call: &mut Box<dyn Call>) -> Result<(), Failed> {
        let mut one = vec![std::mem::replace(call, Box::new(Nobody))];
        let outcome = self.transaction(&mut one, false);
        *call = one.remove(0);
        outcome
    }

    /// Runs the calls, and with `more` also those that come in meanwhile, in one transaction.
    fn transaction(&mut self, calls: &mut Vec<Box<dyn Call>>, more: bool) -> Result<(), Failed> {
        let outcome = self.attempt(calls, more);
        if outcome.is_err() {
            self.engine.rollback();
        } else {
            self.away = false;
            self.counters.commits.fetch_add(1, Ordering::Relaxed);
        }
        outcome
    }

    fn attempt(&mut self, calls: &mut Vec<Box<dyn Call>>, more: bool) -> Result<(), Failed> {
        let started = Instant::now();
        self.engine.begin().map_err(Failed::Undone)?;
        let mut notes: Vec<(TenantId, Note)> = Vec::new();
        let mut next = 0;
        while next < calls.len() {
            self.engine.savepoint(next == 0).map_err(Failed::Undone)?;
            let call = &mut calls[next];
            match call.run(&mut self.engine, &self.ring) {
                Ran::Keep(left) => notes.extend(left.into_iter().map(|note| (call.tenant(), note))),
                Ran::Undo => self.engine.undo().map_err(Failed::Undone)?,
                Ran::Again(why) => return Err(Failed::Undone(why)),
            }
            next += 1;
            let room = calls.len() < self.engine.callers_per_commit() && started.elapsed() < BATCH_TIME;
            if more && next == calls.len() && room {
                calls.extend(self.waiting());
            }
        }
        if !notes.is_empty() {
            self.write_notes(notes)?;
        }
        self.engine.commit().map_err(|error| {
            if error.known_undone { Failed::Undone(error.cause) } else { Failed::Unknown(error.cause) }
        })
    }

    /// The next that waits, if there is one; who has waited too long is told.
    fn waiting(&mut self) -> Option<Box<dyn Call>> {
        loop {
            let call = self.queue.try_recv().ok()?;
            if !call.is_stale() {
                return Some(call);
            }
            call.answer();
        }
    }

    fn write_notes(&mut self, notes: Vec<(TenantId, Note)>) -> Result<(), Failed> {
        let before_commit = Arc::clone(&self.before_commit);
        let mut tx = Tx::new(&mut self.engine, &self.ring, TenantId(0));
        let written = catch_unwind(AssertUnwindSafe(|| before_commit.before_commit(&mut tx, notes)));
        let again = tx.must_retry();
        match (written, tx.end()) {
            (_, Err(failure)) if again => Err(Failed::Undone(failure)),
            (Ok(Ok(())), Ok(_)) => Ok(()),
            (Ok(Err(error)), _) => Err(Failed::Notes(error)),
            (_, Err(failure)) => Err(Failed::Notes(failure.into())),
            (Err(_), _) => Err(Failed::Notes(Error::internal("writing the notes of a batch panicked"))),
        }
    }
}

/// Stands in a caller's place while it runs.
struct Nobody;

impl Call for Nobody {
    fn run(&mut self, _: &mut dyn Engine, _: &Ring) -> Ran {
        Ran::Undo
    }
    fn fail(&mut self, _: Error) {}
    fn answer(self: Box<Self>) {}
    fn tenant(&self) -> TenantId {
        TenantId(0)
    }
    fn is_stale(&self) -> bool {
        false
    }
}
