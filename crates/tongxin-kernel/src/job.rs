//! Jobs: work that must be done after a write, at least once, whatever happens to the server in between. A claimed job
//! moves its own due time to the end of its lease: if its server dies, it is simply due again.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use tongxin_base::{Error, Id, Result, TenantId, Time};
use tongxin_db::{Param, Read, Statement, Tx, params, sql};

use crate::kernel::Kernel;
use crate::tenant::Tenant;

/// How long a server may take over one claim before the jobs are due again.
const LEASE: Duration = Duration::from_secs(60);
/// How long one job may run. A job is begun only in the first half of its claim's lease, so it ends before the lease.
const LONGEST: Duration = Duration::from_secs(30);
/// Jobs of one claim; they share its lease.
const CLAIM: i64 = 32;
/// After this many attempts a job is set aside for somebody to look at.
const ATTEMPTS: i64 = 12;
/// Another server's change of calendar and settings holds here after this long.
const KEEP_UP: Duration = Duration::from_secs(60);

/// The future of a job.
pub type Running = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// A kind of job and what does it.
#[derive(Clone, Copy)]
pub struct JobKind {
    /// Its name, `room.verb`.
    pub kind: &'static str,
    /// Does it, within half a minute. It may be run again after it was done, so its writes must not mind.
    pub run: fn(Kernel, JobRun) -> Running,
}

/// One run of a job.
#[derive(Debug, Clone)]
pub struct JobRun {
    /// Which job: the same each time it is run again.
    pub id: Id<()>,
    /// Whose job.
    pub tenant: Arc<Tenant>,
    /// What it was queued with.
    pub payload: Value,
}

/// The state of the queue, for operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct QueueState {
    /// Jobs that are due and not done yet.
    pub waiting: i64,
    /// Jobs set for a moment to come.
    pub later: i64,
    /// Jobs that were set aside after too many attempts.
    pub dead: i64,
    /// When the first of them all is or was due: in the past, it is how far the work lags behind.
    pub oldest: Option<Time>,
}

struct Claimed {
    id: Id<()>,
    kind: String,
    payload: String,
    attempts: i64,
}

/// The statement that queues a job: tenant, id, kind, payload, due time.
pub(crate) fn insert() -> &'static Statement {
    sql!(
        "INSERT INTO job(tenant_id, id, kind, payload, run_at, attempts, state)
         VALUES ($1, $2, $3, $4, $5, 0, 'waiting')"
    )
}

fn due(read: &mut Read<'_>, tenant: TenantId, now: Time) -> Result<bool> {
    let found = read.maybe(
        sql!("SELECT kind FROM job WHERE tenant_id = $1 AND state = 'waiting' AND run_at <= $2 LIMIT 1"),
        params![tenant, now],
        |row| row.take::<String>(),
    )?;
    Ok(found.is_some())
}

fn claim(tx: &mut Tx<'_>, tenant: TenantId, claim: Id<()>, now: Time) -> Result<Vec<Claimed>> {
    tx.rows(
        sql!(
            "UPDATE job SET run_at = $3, attempts = attempts + 1, claim = $4 WHERE tenant_id = $1 AND id IN
             (SELECT id FROM job WHERE tenant_id = $1 AND state = 'waiting' AND run_at <= $2
              ORDER BY run_at LIMIT $5 FOR UPDATE SKIP LOCKED) RETURNING id, kind, payload, attempts"
        ),
        params![tenant, now, now + LEASE, claim, CLAIM],
        |row| Ok(Claimed { id: row.take()?, kind: row.take()?, payload: row.take()?, attempts: row.take()? }),
    )
}

/// Ends a job, but only for the claim that did it: after its lease it belongs to somebody else.
fn finish(tx: &mut Tx<'_>, tenant: TenantId, id: Id<()>, claim: Id<()>) -> Result<()> {
    tx.exec(sql!("DELETE FROM job WHERE tenant_id = $1 AND id = $2 AND claim = $3"), params![tenant, id, claim])?;
    Ok(())
}

/// Gives jobs of a claim back that were not begun.
fn give_back(tx: &mut Tx<'_>, tenant: TenantId, jobs: &[Id<()>], claim: Id<()>, now: Time) -> Result<()> {
    let sets: Vec<[Param<'_>; 4]> =
        jobs.iter().map(|id| [tenant.into(), (*id).into(), claim.into(), now.into()]).collect();
    tx.exec_many(
        sql!(
            "UPDATE job SET run_at = $4, attempts = attempts - 1, claim = NULL
             WHERE tenant_id = $1 AND id = $2 AND claim = $3"
        ),
        &sets.iter().map(|set| &set[..]).collect::<Vec<_>>(),
    )
}

fn postpone(tx: &mut Tx<'_>, tenant: TenantId, job: &Claimed, claim: Id<()>, now: Time, why: &str) -> Result<()> {
    let wait = Duration::from_secs(1 << job.attempts.clamp(0, 11)); // 2 s, 4 s, .. 34 min
    let state = if job.attempts >= ATTEMPTS { "dead" } else { "waiting" };
    tx.exec(
        sql!(
            "UPDATE job SET run_at = $4, state = $5, error = $6, claim = NULL
             WHERE tenant_id = $1 AND id = $2 AND claim = $3"
        ),
        params![tenant, job.id, claim, now + wait, state, why],
    )?;
    Ok(())
}

/// The state of a tenant's queue.
pub(crate) fn state(read: &mut Read<'_>, tenant: TenantId, now: Time) -> Result<QueueState> {
    read.one(
        sql!(
            "SELECT CAST(coalesce(SUM(CASE WHEN state = 'waiting' AND run_at <= $2 THEN 1 ELSE 0 END), 0) AS BIGINT),
                    CAST(coalesce(SUM(CASE WHEN state = 'waiting' AND run_at > $2 THEN 1 ELSE 0 END), 0) AS BIGINT),
                    CAST(coalesce(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0) AS BIGINT),
                    MIN(CASE WHEN state = 'waiting' THEN run_at END) FROM job WHERE tenant_id = $1"
        ),
        params![tenant, now],
        |row| Ok(QueueState { waiting: row.take()?, later: row.take()?, dead: row.take()?, oldest: row.take()? }),
    )
}

impl Kernel {
    /// Does the jobs that are due, for all tenants, until none is. Answers how many were done.
    ///
    /// # Errors
    /// `Unavailable` where the database is away.
    pub async fn work_off(&self) -> Result<u64> {
        let mut done = 0;
        for tenant in self.tenants() {
            loop {
                let now = self.world().now();
                let id = tenant.id;
                if !self.db().read(id, move |read| due(read, id, now)).await? {
                    break;
                }
                let mine: Id<()> = self.world().id();
                let jobs = self.db().write(id, "jobs.claim", move |tx| claim(tx, id, mine, now)).await?;
                if jobs.is_empty() {
                    break;
                }
                let mut jobs = jobs.into_iter();
                while let Some(job) = jobs.next() {
                    done += 1;
                    self.do_one(&tenant, mine, job).await?;
                    let (late, left) = (self.world().now(), jobs.as_slice());
                    if late.since(now) > LEASE - LONGEST && !left.is_empty() {
                        let left: Vec<_> = left.iter().map(|job| job.id).collect();
                        let give_back = move |tx: &mut Tx<'_>| give_back(tx, id, &left, mine, late);
                        self.db().write(id, "jobs.give_back", give_back).await?;
                        break;
                    }
                }
            }
        }
        Ok(done)
    }

    async fn do_one(&self, tenant: &Arc<Tenant>, mine: Id<()>, job: Claimed) -> Result<()> {
        let id = tenant.id;
        match self.run_job(tenant, &job).await {
            Ok(()) => self.db().write(id, "jobs.finish", move |tx| finish(tx, id, job.id, mine)).await,
            Err(error) => {
                tracing::warn!(kind = job.kind, id = %job.id, attempt = job.attempts, %error, "a job did not go through");
                let (now, why) = (self.world().now(), error.to_string());
                self.db().write(id, "jobs.postpone", move |tx| postpone(tx, id, &job, mine, now, &why)).await
            }
        }
    }

    async fn run_job(&self, tenant: &Arc<Tenant>, job: &Claimed) -> Result<()> {
        if job.attempts > ATTEMPTS {
            return Err(Error::internal("no server outlived this job"));
        }
        let kind = self.job_kind(&job.kind).ok_or_else(|| Error::internal(format!("no room does {}", job.kind)))?;
        let payload = serde_json::from_str(&job.payload).map_err(Error::internal)?;
        let run = (kind.run)(self.clone(), JobRun { id: job.id, tenant: Arc::clone(tenant), payload });
        // A task of its own, so that a panic is this job's failure and nobody else's.
        let mut running = tokio::spawn(run);
        match tokio::time::timeout(LONGEST, &mut running).await {
            Ok(done) => done.map_err(|_| Error::internal("the job panicked"))?,
            Err(_) => {
                running.abort();
                Err(Error::internal("the job took too long"))
            }
        }
    }

    /// Works until the future is dropped: does jobs and chores, sends letters, and looks for settings that another server changed.
    pub async fn work(&self) {
        tokio::join!(self.work_on(), self.toil_on(), self.post(), self.keep_up());
    }

    /// Reads the tenants again every minute.
    async fn keep_up(&self) {
        loop {
            tokio::time::sleep(KEEP_UP).await;
            let again = self.secret().ring().reload();
            if let Err(error) = again.and(self.reload().await) {
                tracing::warn!(%error, "the settings could not be read again");
            }
        }
    }

    /// Does jobs: whenever an act left events, and every second for what is due by the clock.
    async fn work_on(&self) {
        loop {
            if let Err(error) = self.work_off().await {
                tracing::warn!(%error, "the jobs could not be looked at");
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
            drop(tokio::time::timeout(Duration::from_secs(1), self.woken()).await);
        }
    }

    /// The state of a tenant's queue.
    ///
    /// # Errors
    /// As `Db::read`.
    pub async fn queue_state(&self, tenant: TenantId) -> Result<QueueState> {
        let now = self.world().now();
        self.db().read(tenant, move |read| state(read, tenant, now)).await
    }
}
