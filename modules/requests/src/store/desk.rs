//! What the desk adds to a matter: pauses, delegations to other units, exclusions from the assessment.

use tongxin_base::calendar::{Deadline, Limit};
use tongxin_base::{Error, Result, TenantId, Time};
use tongxin_db::{Param, Read, Row, Tx, params, sql};
use tongxin_kernel::{PersonId, Scope};

use crate::domain::{DelegationId, ExclusionId, RequestId};

/// Writes down that the clock stands still from now on.
pub fn begin_pause(tx: &mut Tx<'_>, tenant: TenantId, id: RequestId, now: Time, reason: &str) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO requests_pause(tenant_id, request_id, from_at, to_at, reason) VALUES ($1, $2, $3, NULL, $4)
             ON CONFLICT (tenant_id, request_id, from_at) DO UPDATE SET to_at = NULL, reason = excluded.reason"
        ),
        params![tenant, id, now, reason],
    )?;
    Ok(())
}

/// Writes down that it runs again.
pub fn end_pause(tx: &mut Tx<'_>, tenant: TenantId, id: RequestId, now: Time) -> Result<()> {
    tx.exec(
        sql!("UPDATE requests_pause SET to_at = $3 WHERE tenant_id = $1 AND request_id = $2 AND to_at IS NULL"),
        params![tenant, id, now],
    )?;
    Ok(())
}

/// A time in which the clock stood still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Since when.
    pub from: Time,
    /// Until when; none: still.
    pub to: Option<Time>,
    /// `question`, or a code out of the list of reasons to wait.
    pub reason: String,
}

/// The pauses of a matter, oldest first.
pub fn pauses(read: &mut Read<'_>, tenant: TenantId, id: RequestId) -> Result<Vec<Pause>> {
    read.rows(
        sql!(
            "SELECT from_at, to_at, reason FROM requests_pause WHERE tenant_id = $1 AND request_id = $2
             ORDER BY from_at LIMIT 200"
        ),
        params![tenant, id],
        |row| Ok(Pause { from: row.take()?, to: row.take()?, reason: row.take()? }),
    )
}

/// 吹哨: another unit or office is asked for its part.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of requests_delegation under their own names")]
pub struct Delegation {
    pub id: DelegationId,
    pub request_id: RequestId,
    pub unit_path: String,
    pub words: String,
    pub asked_by: Option<PersonId>,
    pub asked_at: Time,
    pub limit: Limit,
    pub deadline: Deadline,
    pub answered_by: Option<PersonId>,
    pub answered_at: Option<Time>,
    pub answer: Option<String>,
    pub recalled: bool,
}

macro_rules! delegation_columns {
    () => {
        "d.id, d.request_id, d.unit_path, d.words, d.asked_by, d.asked_at, d.time_limit, d.yellow_at, d.due_at, \
         d.answered_by, d.answered_at, d.answer, d.recalled"
    };
}

fn delegation(row: &mut Row) -> Result<Delegation> {
    let (id, request_id, unit_path) = (row.take()?, row.take()?, row.take()?);
    let words = row.open("requests_delegation.words", id)?;
    let (asked_by, asked_at) = (row.take()?, row.take()?);
    let limit = row.take::<String>()?.parse().map_err(Error::internal)?;
    let deadline = Deadline { yellow: row.take()?, due: row.take()? };
    let (answered_by, answered_at) = (row.take()?, row.take()?);
    let answer = row.open("requests_delegation.answer", id)?;
    Ok(Delegation {
        id,
        request_id,
        unit_path,
        words,
        asked_by,
        asked_at,
        limit,
        deadline,
        answered_by,
        answered_at,
        answer,
        recalled: row.take()?,
    })
}

/// Asks another unit.
pub fn add_delegation(tx: &mut Tx<'_>, tenant: TenantId, d: &Delegation) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO requests_delegation(tenant_id, id, request_id, unit_path, words, asked_by, asked_at, time_limit,
               yellow_at, due_at, answered_by, answered_at, answer, recalled)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, NULL, NULL, 0)"
        ),
        params![
            tenant,
            d.id,
            d.request_id,
            &d.unit_path,
            Param::sealed("requests_delegation.words", d.id, d.words.as_str()),
            d.asked_by,
            d.asked_at,
            &d.limit.to_string(),
            d.deadline.yellow,
            d.deadline.due
        ],
    )?;
    Ok(())
}

/// Ends a delegation that is still open: answered by the unit, or recalled by who asked. False where it was over.
pub fn end_delegation(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    id: DelegationId,
    (by, now): (Option<PersonId>, Time),
    (answer, recalled): (Option<&str>, bool),
) -> Result<bool> {
    let ended = tx.exec(
        sql!(
            "UPDATE requests_delegation SET answered_by = $3, answered_at = $4, answer = $5, recalled = $6
             WHERE tenant_id = $1 AND id = $2 AND answered_at IS NULL"
        ),
        params![tenant, id, by, now, Param::sealed("requests_delegation.answer", id, answer), recalled],
    )?;
    Ok(ended == 1)
}

/// The delegations of a matter, oldest first.
pub fn delegations(read: &mut Read<'_>, tenant: TenantId, id: RequestId) -> Result<Vec<Delegation>> {
    read.rows(
        sql!(concat!(
            "SELECT ",
            delegation_columns!(),
            " FROM requests_delegation d WHERE d.tenant_id = $1 AND d.request_id = $2 ORDER BY d.id LIMIT 100"
        )),
        params![tenant, id],
        delegation,
    )
}

/// What other units ask of the units in the scope and is not answered yet, oldest first.
pub fn delegated_to(read: &mut Read<'_>, tenant: TenantId, scope: &Scope, limit: i64) -> Result<Vec<Delegation>> {
    let b = scope.bounds();
    read.rows(
        sql!(concat!(
            "SELECT ",
            delegation_columns!(),
            " FROM requests_delegation d WHERE d.tenant_id = $1 AND d.answered_at IS NULL
               AND ((unit_path >= $3 AND unit_path < $4) OR (unit_path >= $5 AND unit_path < $6)
                 OR (unit_path >= $7 AND unit_path < $8) OR (unit_path >= $9 AND unit_path < $10)
                 OR (unit_path >= $11 AND unit_path < $12))
             ORDER BY d.id LIMIT $2"
        )),
        params![tenant, limit, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9]],
        delegation,
    )
}

/// That a matter be left out of the assessment: asked, and decided by a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of requests_exclusion under their own names")]
pub struct Exclusion {
    pub id: ExclusionId,
    pub request_id: RequestId,
    pub reason: String,
    pub words: Option<String>,
    pub asked_by: Option<PersonId>,
    pub asked_at: Time,
    pub decided_at: Option<Time>,
    pub approved: Option<bool>,
}

/// Asks for it.
pub fn add_exclusion(tx: &mut Tx<'_>, tenant: TenantId, e: &Exclusion) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO requests_exclusion(tenant_id, id, request_id, reason, words, asked_by, asked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        params![
            tenant,
            e.id,
            e.request_id,
            &e.reason,
            Param::sealed("requests_exclusion.words", e.id, e.words.as_deref()),
            e.asked_by,
            e.asked_at
        ],
    )?;
    Ok(())
}

/// Decides it, if nobody has yet. False where somebody has.
pub fn decide_exclusion(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    id: ExclusionId,
    (by, now): (Option<PersonId>, Time),
    approved: bool,
) -> Result<bool> {
    let decided = tx.exec(
        sql!(
            "UPDATE requests_exclusion SET decided_by = $3, decided_at = $4, approved = $5
             WHERE tenant_id = $1 AND id = $2 AND decided_at IS NULL"
        ),
        params![tenant, id, by, now, approved],
    )?;
    Ok(decided == 1)
}

/// What was asked of a matter, oldest first.
pub fn exclusions(read: &mut Read<'_>, tenant: TenantId, id: RequestId) -> Result<Vec<Exclusion>> {
    read.rows(
        sql!(
            "SELECT id, request_id, reason, words, asked_by, asked_at, decided_at, approved FROM requests_exclusion
             WHERE tenant_id = $1 AND request_id = $2 ORDER BY id LIMIT 50"
        ),
        params![tenant, id],
        |row| {
            let (id, request_id, reason) = (row.take()?, row.take()?, row.take()?);
            let words = row.open("requests_exclusion.words", id)?;
            let (asked_by, asked_at) = (row.take()?, row.take()?);
            let (decided_at, approved) = (row.take()?, row.take()?);
            Ok(Exclusion { id, request_id, reason, words, asked_by, asked_at, decided_at, approved })
        },
    )
}

/// Moves the reports of a matter, with their links and contacts, to the one it is merged into.
pub fn move_reports(tx: &mut Tx<'_>, tenant: TenantId, from: RequestId, into: RequestId) -> Result<u64> {
    tx.exec(
        sql!("UPDATE requests_report SET request_id = $3, came_from = coalesce(came_from, $2) WHERE tenant_id = $1 AND request_id = $2"),
        params![tenant, from, into],
    )
}

/// How many reports each of some matters has, one by one; lists are short.
pub fn reporters(read: &mut Read<'_>, tenant: TenantId, id: RequestId) -> Result<i64> {
    read.one(
        sql!("SELECT COUNT(*) FROM requests_report WHERE tenant_id = $1 AND request_id = $2"),
        params![tenant, id],
        |row| row.take(),
    )
}
