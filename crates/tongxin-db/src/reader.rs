//! Readers: threads with a snapshot each. Short reads and long ones have lanes of their own, each with a deadline, so
//! that a report never keeps a worker's list waiting and no reader holds the WAL for ever.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tongxin_base::{Error, Result, TenantId};

use crate::engine::Engine;
use crate::error::DbError;
use crate::seal::Ring;
use crate::tx::Read;

/// Readers that wait past this many are told to come back: each is a request that already waits.
const QUEUE: usize = 1024;

type Job = Box<dyn FnOnce(&mut dyn Engine) + Send>;

#[derive(Clone)]
pub(crate) struct Lane {
    queue: SyncSender<Job>,
    deadline: Duration,
    ring: Ring,
}

impl Lane {
    /// Starts a thread for each engine.
    pub fn start<E: Engine + 'static>(
        name: &str,
        deadline: Duration,
        engines: Vec<E>,
        ring: Ring,
    ) -> (Self, Vec<JoinHandle<()>>) {
        let (queue, jobs) = sync_channel::<Job>(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        let threads = engines
            .into_iter()
            .map(|engine| {
                let jobs = Arc::clone(&jobs);
                std::thread::Builder::new()
                    .name(name.to_owned())
                    .spawn(move || serve(engine, &jobs))
                    .expect("the machine starts a thread; without readers nothing works")
            })
            .collect();
        (Self { queue, deadline, ring }, threads)
    }

    pub async fn read<T, F>(&self, tenant: TenantId, closure: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Read<'_>) -> Result<T> + Send + 'static,
    {
        let (back, answer) = oneshot::channel();
        let (deadline, ring) = (self.deadline, self.ring.clone());
        let job: Job = Box::new(move |engine| drop(back.send(snapshot(engine, &ring, tenant, deadline, closure))));
        match self.queue.try_send(job) {
            Ok(()) => answer.await.unwrap_or_else(|_| Err(Error::internal("a read panicked"))),
            Err(TrySendError::Full(_)) => Err(Error::TooMany),
            Err(TrySendError::Disconnected(_)) => Err(Error::Unavailable),
        }
    }
}

fn serve(mut engine: impl Engine, jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { break };
        if catch_unwind(AssertUnwindSafe(|| job(&mut engine))).is_err() {
            tracing::error!("a read panicked");
            engine.rollback();
        }
    }
}

fn snapshot<T>(
    engine: &mut dyn Engine,
    ring: &Ring,
    tenant: TenantId,
    deadline: Duration,
    closure: impl FnOnce(&mut Read<'_>) -> Result<T>,
) -> Result<T> {
    engine.begin_read().map_err(|error: DbError| Error::from(error))?;
    let answer = closure(&mut Read::new(engine, ring, tenant, Some(Instant::now() + deadline)));
    engine.rollback();
    answer
}
