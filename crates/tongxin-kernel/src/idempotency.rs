//! The same call twice is done once: the answer is kept with the write it answers, under the caller's key.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tongxin_base::{Error, Id, Result, TenantId, Time};
use tongxin_db::{Param, Read, Tx, params, sql};
use uuid::Uuid;

use crate::subject::Anything;

/// How long an answer is kept.
pub(crate) const KEPT: std::time::Duration = std::time::Duration::from_secs(24 * 3600);
/// A key longer than this is refused.
pub(crate) const LONGEST_KEY: usize = 128;

#[derive(Serialize, Deserialize)]
enum Answer<T> {
    Done(T),
    Refused(Error),
}

/// Who calls, with what key, and the digest of what they ask.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    pub caller: String,
    pub key: String,
    pub digest: [u8; 32],
}

/// Where an answer is kept.
const ANSWER: &str = "idempotency.answer";

impl Claim {
    /// The row of its answer: of caller and key together. The key itself is not kept; nobody knows what callers write into it.
    fn row(&self) -> Id<Anything> {
        let caller = (self.caller.len() as u64).to_be_bytes();
        let whole = Sha256::new().chain_update(caller).chain_update(&self.caller).chain_update(&self.key).finalize();
        Id::from_uuid(Uuid::from_bytes(std::array::from_fn(|i| whole[i])))
    }
}

/// Runs `action` unless the key was used before; then the same answer is given again.
///
/// # Errors
/// `Conflict` where the key was used for something else; `Unavailable` where the same call is running right now.
pub(crate) fn once<T: Serialize + DeserializeOwned>(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    claim: &Claim,
    now: Time,
    action: impl FnOnce(&mut Tx<'_>) -> Result<T>,
) -> Result<Result<T>> {
    let id = claim.row();
    let before = tx.maybe(
        sql!("SELECT digest, answer FROM idempotency WHERE tenant_id = $1 AND id = $2 AND at > $3"),
        params![tenant, id, now - KEPT],
        |row| Ok((row.take::<[u8; 32]>()?, row.open::<String, _>(ANSWER, id)?)),
    )?;
    if let Some((digest, answer)) = before {
        if digest != claim.digest {
            return Ok(Err(Error::conflict("error-key-reused")));
        }
        return Ok(match serde_json::from_str(&answer).map_err(Error::internal)? {
            Answer::Done(value) => Ok(value),
            Answer::Refused(error) => Err(error),
        });
    }
    let answer = match action(tx) {
        Ok(value) => Answer::Done(value),
        Err(error) if error.is_refusal() => {
            tx.undo()?;
            Answer::Refused(error)
        }
        Err(error) => return Err(error),
    };
    let text = serde_json::to_string(&answer).map_err(Error::internal)?;
    let kept = tx.exec(
        sql!(
            "INSERT INTO idempotency(tenant_id, id, caller, digest, answer, at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant_id, id) DO UPDATE SET digest = excluded.digest, answer = excluded.answer,
               at = excluded.at WHERE idempotency.at <= $7"
        ),
        params![tenant, id, &claim.caller, &claim.digest, Param::sealed(ANSWER, id, text.as_str()), now, now - KEPT],
    )?;
    if kept == 0 {
        return Err(Error::Unavailable); // somebody else's server is answering the same call: undo ours
    }
    Ok(match answer {
        Answer::Done(value) => Ok(value),
        Answer::Refused(error) => Err(error),
    })
}

/// Whether a call with this claim was answered before.
pub(crate) fn was_answered(read: &mut Read<'_>, tenant: TenantId, claim: &Claim, now: Time) -> Result<bool> {
    let kept = read.maybe(
        sql!("SELECT at FROM idempotency WHERE tenant_id = $1 AND id = $2 AND at > $3"),
        params![tenant, claim.row(), now - KEPT],
        |row| row.take::<i64>(),
    )?;
    Ok(kept.is_some())
}

/// Forgets answers that are older than we promise to keep them, some hundreds at a time.
pub(crate) fn forget(tx: &mut Tx<'_>, tenant: TenantId, now: Time) -> Result<u64> {
    tx.exec(
        sql!(
            "DELETE FROM idempotency WHERE tenant_id = $1 AND id IN (SELECT id FROM idempotency
             WHERE tenant_id = $1 AND at < $2 LIMIT 500)"
        ),
        params![tenant, now - KEPT],
    )
}
