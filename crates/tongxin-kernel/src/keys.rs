//! The keys of the personal columns as a tenant uses them: which ones, whether they are the right ones, and the work of sealing
//! anew what an older key sealed, or none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Id, Result, TenantId, Time};
use tongxin_db::{KeyId, Param, Read, Ring, Sealed, Tx, params, sql};

use crate::batch::{Later, Noted};
use crate::job::{JobKind, JobRun, Running};
use crate::kernel::Kernel;
use crate::subject::Anything;

/// Rows sealed anew in one write; together they stay well under a write's budget.
const CHUNK: i64 = 100;
/// Chunks of one run of the job, so that it is done long before its lease ends.
const CHUNKS: usize = 50;
/// What only the right key opens.
const PROOF: &str = "tongxin";
const COLUMN: &str = "sealing_key.proof";

/// What seals anew.
pub(crate) const RESEAL: JobKind = JobKind { kind: "keys.reseal", run: |kernel, run| reseal(kernel, run) };

/// A key as a tenant uses it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyInUse {
    /// Its number.
    pub key: KeyId,
    /// Since when it seals.
    pub since: Time,
    /// When the last value of an older key was sealed with it; none while that goes on.
    pub done_at: Option<Time>,
}

/// How the values of a column are sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SealedColumn {
    /// `table.column`.
    pub column: &'static str,
    /// How many values each key sealed.
    pub sealed: BTreeMap<KeyId, i64>,
    /// How many are as they were before there was sealing.
    pub clear: i64,
}

#[derive(Serialize, Deserialize, Clone)]
struct Progress {
    key: KeyId,
    field: usize,
    after: Id<Anything>,
}

fn pattern(key: KeyId) -> String {
    format!("s1:{key}:%")
}

/// Notes that the newest key of the ring seals for this tenant from now on; `done` where nothing is there yet that it did
/// not seal. Answers whether that is news.
pub(crate) fn begin(tx: &mut Tx<'_>, tenant: TenantId, now: Time, done: bool) -> Result<bool> {
    let key = tx.ring().newest();
    let begun = tx.exec(
        sql!(
            "INSERT INTO sealing_key(tenant_id, key, proof, since, done_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, key) DO NOTHING"
        ),
        params![tenant, i64::from(key), Param::sealed(COLUMN, Id::<Anything>::NONE, PROOF), now, done.then_some(now)],
    )?;
    Ok(begun == 1)
}

/// The keys of a tenant, each tried on its proof.
///
/// # Errors
/// `Internal` where one of them is missing or another.
pub fn in_use(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<KeyInUse>> {
    read.rows(
        sql!("SELECT key, proof, since, done_at FROM sealing_key WHERE tenant_id = $1 ORDER BY key"),
        params![tenant],
        |row| {
            let key = KeyId::try_from(row.take::<i64>()?).map_err(Error::internal)?;
            let proof: String = row.open(COLUMN, Id::<Anything>::NONE)?;
            if proof != PROOF {
                return Err(Error::internal(format!("the proof of key {key} was changed in the database")));
            }
            Ok(KeyInUse { key, since: row.take()?, done_at: row.take()? })
        },
    )
}

fn queue(tx: &mut Tx<'_>, progress: &Progress, at: Time) -> Result<()> {
    let payload = serde_json::to_value(progress).map_err(Error::internal)?;
    tx.note(Noted::Job(Box::new(Later { kind: RESEAL.kind, payload, at })));
    Ok(())
}

/// Values that are not sealed with this key, each with its row.
fn strangers(
    read: &mut Read<'_>,
    tenant: TenantId,
    field: &Sealed,
    progress: &Progress,
) -> Result<Vec<(Id<Anything>, String, String)>> {
    let newest = pattern(progress.key);
    let ring = read.ring().clone();
    read.rows(field.read, params![tenant, progress.after, &newest, CHUNK], |row| {
        let (id, kept): (Id<Anything>, String) = (row.take()?, row.kept()?);
        let text = ring.open(field.column, tenant, id.uuid(), &kept)?;
        Ok((id, kept, text))
    })
}

fn seal_anew(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    field: &'static Sealed,
    rows: &[(Id<Anything>, String, String)],
) -> Result<()> {
    let sets: Vec<[Param<'_>; 4]> = rows
        .iter()
        .map(|(id, kept, text)| {
            [tenant.into(), (*id).into(), kept.into(), Param::sealed(field.column, *id, text.as_str())]
        })
        .collect();
    tx.exec_many(field.write, &sets.iter().map(|set| &set[..]).collect::<Vec<_>>())
}

fn reseal(kernel: Kernel, run: JobRun) -> Running {
    Box::pin(async move {
        let mut at: Progress = serde_json::from_value(run.payload).map_err(Error::internal)?;
        let ring = kernel.secret().ring();
        if ring.newest() != at.key {
            ring.reload()?;
        }
        if ring.newest() > at.key {
            return Ok(()); // a newer key came; it has a job of its own
        }
        if ring.newest() < at.key {
            return Err(Error::internal(format!("key {} seals, and it is not in {}", at.key, ring.place())));
        }
        let (tenant, fields) = (run.tenant.id, kernel.sealed());
        for _ in 0..CHUNKS {
            let Some(field) = fields.get(at.field).copied() else {
                let now = kernel.world().now();
                let done = move |tx: &mut Tx<'_>| finish(tx, tenant, at.key, now);
                return kernel.db().write(tenant, "keys.resealed", done).await;
            };
            let asked = at.clone();
            let rows = kernel.db().read(tenant, move |read| strangers(read, tenant, field, &asked)).await?;
            match rows.last() {
                None => at = Progress { key: at.key, field: at.field + 1, after: Id::NONE },
                Some((last, _, _)) => {
                    at.after = *last;
                    let write = move |tx: &mut Tx<'_>| seal_anew(tx, tenant, field, &rows);
                    kernel.db().write(tenant, "keys.reseal", write).await?;
                }
            }
        }
        let now = kernel.world().now();
        kernel.db().write(tenant, "keys.go_on", move |tx| queue(tx, &at, now)).await
    })
}

fn finish(tx: &mut Tx<'_>, tenant: TenantId, key: KeyId, now: Time) -> Result<()> {
    tx.exec(
        sql!("UPDATE sealing_key SET done_at = $3 WHERE tenant_id = $1 AND key = $2"),
        params![tenant, i64::from(key), now],
    )?;
    Ok(())
}

fn count(read: &mut Read<'_>, tenant: TenantId, field: &Sealed, pattern: &str) -> Result<i64> {
    read.one(field.count, params![tenant, pattern], |row| row.take())
}

fn usage(read: &mut Read<'_>, tenant: TenantId, field: &Sealed, ring: &Ring) -> Result<SealedColumn> {
    let mut sealed = BTreeMap::new();
    for key in ring.ids() {
        sealed.insert(key, count(read, tenant, field, &pattern(key))?);
    }
    let clear = count(read, tenant, field, "_%")? - count(read, tenant, field, "s1:%")?;
    Ok(SealedColumn { column: field.column, sealed, clear })
}

impl Kernel {
    /// Every column that is kept sealed.
    pub fn sealed(&self) -> Vec<&'static Sealed> {
        crate::privacy::SEALED.iter().chain(self.rooms().iter().flat_map(|room| room.sealed)).collect()
    }

    /// Tries the keys on what they sealed, and has everything sealed with the newest one. Where a key came since, that is a job.
    ///
    /// # Errors
    /// `Internal` where a key is missing or is another than the one that sealed: which, and where it was expected.
    pub async fn settle_keys(&self) -> Result<()> {
        let newest = self.secret().ring().newest();
        for tenant in self.tenants() {
            let keys = self.keys_in_use(tenant.id).await?;
            if keys.iter().any(|used| used.key >= newest) {
                continue;
            }
            self.seal_with_newest(tenant.id).await?;
        }
        Ok(())
    }

    /// Has everything of a tenant sealed with the newest key, by a job; also what was sealed with an older one meanwhile.
    ///
    /// # Errors
    /// As `Db::write`.
    pub async fn seal_with_newest(&self, tenant: TenantId) -> Result<()> {
        let (key, now) = (self.secret().ring().newest(), self.world().now());
        let progress = Progress { key, field: 0, after: Id::NONE };
        let write = move |tx: &mut Tx<'_>| {
            begin(tx, tenant, now, false)?;
            queue(tx, &progress, now)
        };
        self.db().write(tenant, "keys.begin", write).await
    }

    /// The keys that sealed for a tenant.
    ///
    /// # Errors
    /// `Internal` where one of them is missing or another.
    pub async fn keys_in_use(&self, tenant: TenantId) -> Result<Vec<KeyInUse>> {
        self.db().read(tenant, move |read| in_use(read, tenant)).await
    }

    /// How the values of every sealed column are sealed. Reads them all.
    ///
    /// # Errors
    /// As `Db::scan`.
    pub async fn sealed_columns(&self, tenant: TenantId) -> Result<Vec<SealedColumn>> {
        let (fields, ring) = (self.sealed(), self.secret().ring().clone());
        let read = move |read: &mut Read<'_>| fields.iter().map(|field| usage(read, tenant, field, &ring)).collect();
        self.db().scan(tenant, read).await
    }

    /// Forgets that a key sealed for a tenant: nothing does any more.
    ///
    /// # Errors
    /// As `Db::write`.
    pub async fn forget_key(&self, tenant: TenantId, key: KeyId) -> Result<()> {
        let forget = move |tx: &mut Tx<'_>| {
            let forget = sql!("DELETE FROM sealing_key WHERE tenant_id = $1 AND key = $2");
            tx.exec(forget, params![tenant, i64::from(key)])
        };
        self.db().write(tenant, "keys.forget", forget).await.map(drop)
    }
}
