//! The rows of chores. Each change says in its condition what must still be so: who is too late changes nothing.

use std::time::Duration;

use serde_json::Value;
use tongxin_base::{Error, Id, Locale, Result, TenantId, Time};
use tongxin_db::{Param, Read, Row, Tx, params, sql};

use super::{Chore, ChoreId, ChoreState, Told};
use crate::people::PersonId;

const ASKED: &str = "chore.asked";
const TOLD: &str = "chore.told";
/// How long a server may be silent about a chore before another takes it up.
pub(super) const LEASE: Duration = Duration::from_secs(60);
/// Rows that are forgotten in one write.
const SOME: i64 = 100;

macro_rules! columns {
    () => {
        "id, person_id, kind, asked, locale, state, done, total, told, result, attempts, made_at, ended_at"
    };
}

fn chore(row: &mut Row) -> Result<Chore> {
    let id: ChoreId = row.take()?;
    let (person, kind) = (row.take()?, row.take()?);
    let asked: String = row.open(ASKED, id)?;
    let (locale, state): (String, String) = (row.take()?, row.take()?);
    let (done, total) = (row.take()?, row.take()?);
    let told: String = row.open(TOLD, id)?;
    Ok(Chore {
        id,
        person,
        kind,
        asked: serde_json::from_str(&asked).map_err(Error::internal)?,
        locale: locale.parse().unwrap_or_default(),
        state: ChoreState::parse(&state).ok_or_else(|| Error::internal(format!("no state of a chore: {state}")))?,
        done,
        total,
        told: if told.is_empty() { Told::default() } else { serde_json::from_str(&told).map_err(Error::internal)? },
        result: row.take()?,
        attempts: row.take()?,
        made_at: row.take()?,
        ended_at: row.take()?,
    })
}

/// How many of a tenant's chores are not over yet: somebody's, and all.
pub(super) fn open(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<(i64, i64)> {
    read.one(
        sql!(
            "SELECT CAST(coalesce(SUM(CASE WHEN person_id = $2 THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*) FROM chore
             WHERE tenant_id = $1 AND ended_at IS NULL"
        ),
        params![tenant, person],
        |row| Ok((row.take()?, row.take()?)),
    )
}

pub(super) fn add(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    (id, person): (ChoreId, PersonId),
    (kind, asked, locale): (&str, &Value, Locale),
    now: Time,
) -> Result<()> {
    let asked = asked.to_string();
    tx.exec(
        sql!(
            "INSERT INTO chore(tenant_id, id, person_id, kind, asked, locale, state, done, told, result, attempts, lease_until,
               made_at) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, '', '', 0, 0, $7)"
        ),
        params![tenant, id, person, kind, Param::sealed(ASKED, id, asked.as_str()), locale.tag(), now],
    )?;
    Ok(())
}

/// Somebody's chores, the newest first.
///
/// # Errors
/// As `Read::rows`.
pub fn of_person(read: &mut Read<'_>, tenant: TenantId, person: PersonId, most: i64) -> Result<Vec<Chore>> {
    read.rows(
        sql!(concat!(
            "SELECT ",
            columns!(),
            " FROM chore WHERE tenant_id = $1 AND person_id = $2 ORDER BY id DESC LIMIT $3"
        )),
        params![tenant, person, most],
        chore,
    )
}

/// One of somebody's chores.
///
/// # Errors
/// `NotFound` where they have none of this id.
pub fn one(read: &mut Read<'_>, tenant: TenantId, person: PersonId, id: ChoreId) -> Result<Chore> {
    let found = read.maybe(
        sql!(concat!("SELECT ", columns!(), " FROM chore WHERE tenant_id = $1 AND person_id = $2 AND id = $3")),
        params![tenant, person, id],
        chore,
    )?;
    found.ok_or(Error::NotFound)
}

/// Whether one waits to be begun, or was left by a server that is gone.
pub(super) fn is_due(read: &mut Read<'_>, tenant: TenantId, now: Time) -> Result<bool> {
    let found = read.maybe(
        sql!(
            "SELECT kind FROM chore WHERE tenant_id = $1 AND ended_at IS NULL
               AND (state = 'waiting' OR lease_until <= $2) LIMIT 1"
        ),
        params![tenant, now],
        |row| row.take::<String>(),
    )?;
    Ok(found.is_some())
}

/// Takes the oldest that is due: one, which is why the inner question stands behind `=`; behind `IN` PostgreSQL may ask it again. Two of one kind are never under way at once: an import that broke off is cleaned up by the next.
pub(super) fn claim(tx: &mut Tx<'_>, tenant: TenantId, claim: Id<()>, now: Time) -> Result<Option<Chore>> {
    let mut claimed = tx.rows(
        sql!(concat!(
            "UPDATE chore SET state = 'running', claim = $3, lease_until = $4, attempts = attempts + 1
             WHERE tenant_id = $1 AND id = (SELECT c.id FROM chore c WHERE c.tenant_id = $1 AND c.ended_at IS NULL
               AND (c.state = 'waiting' OR c.lease_until <= $2)
               AND NOT EXISTS (SELECT 1 FROM chore o WHERE o.tenant_id = $1 AND o.kind = c.kind AND o.ended_at IS NULL
                 AND o.state = 'running' AND o.lease_until > $2)
               ORDER BY c.id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING ",
            columns!()
        )),
        params![tenant, now, claim, now + LEASE],
        chore,
    )?;
    Ok(claimed.pop())
}

/// Says that a chore is still being done, and how far it is; false where it is no longer this run's.
pub(super) fn beat(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    (id, claim): (ChoreId, Id<()>),
    (done, total): (i64, Option<i64>),
    now: Time,
) -> Result<bool> {
    let beaten = tx.exec(
        sql!(
            "UPDATE chore SET done = $4, total = $5, lease_until = $6
             WHERE tenant_id = $1 AND id = $2 AND claim = $3 AND state = 'running'"
        ),
        params![tenant, id, claim, done, total, now + LEASE],
    )?;
    Ok(beaten == 1)
}

/// Ends a chore; false where it is no longer this run's.
pub(super) fn end(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    (id, claim): (ChoreId, Id<()>),
    (state, told, result): (ChoreState, &Told, &str),
    (done, total): (i64, Option<i64>),
    now: Time,
) -> Result<bool> {
    let told = serde_json::to_string(told).map_err(Error::internal)?;
    let ended = tx.exec(
        sql!(
            "UPDATE chore SET state = $4, told = $5, result = $6, done = $7, total = $8, ended_at = $9, claim = NULL
             WHERE tenant_id = $1 AND id = $2 AND claim = $3 AND state = 'running'"
        ),
        params![tenant, id, claim, state.as_str(), Param::sealed(TOLD, id, told.as_str()), result, done, total, now],
    )?;
    Ok(ended == 1)
}

/// Lets go of a chore that is not over; false where it is, or is nobody's of theirs.
pub(super) fn cancel(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, id: ChoreId, now: Time) -> Result<bool> {
    let gone = tx.exec(
        sql!(
            "UPDATE chore SET state = 'cancelled', ended_at = $4, claim = NULL
             WHERE tenant_id = $1 AND id = $2 AND person_id = $3 AND ended_at IS NULL"
        ),
        params![tenant, id, person, now],
    )?;
    Ok(gone == 1)
}

/// Forgets a chore that is over; false where it is not.
pub(super) fn forget(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, id: ChoreId) -> Result<bool> {
    let gone = tx.exec(
        sql!("DELETE FROM chore WHERE tenant_id = $1 AND id = $2 AND person_id = $3 AND ended_at IS NOT NULL"),
        params![tenant, id, person],
    )?;
    Ok(gone == 1)
}

/// Forgets all of somebody's chores.
pub(super) fn forget_all(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId) -> Result<()> {
    tx.exec(sql!("DELETE FROM chore WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    Ok(())
}

/// Forgets some that ended before `before`; answers how many.
pub(super) fn forget_old(tx: &mut Tx<'_>, tenant: TenantId, before: Time) -> Result<u64> {
    tx.exec(
        sql!(
            "DELETE FROM chore WHERE tenant_id = $1 AND id IN
             (SELECT id FROM chore WHERE tenant_id = $1 AND ended_at < $2 ORDER BY id LIMIT $3)"
        ),
        params![tenant, before, SOME],
    )
}

/// Those of these that are there.
pub(super) fn known(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<ChoreId>> {
    read.rows(sql!("SELECT id FROM chore WHERE tenant_id = $1"), params![tenant], |row| row.take())
}
