//! Orders, and the counter row of each worker.

use tongxin_base::calendar::Deadline;
use tongxin_base::{Error, Result, TenantId, Time};
use tongxin_db::{Read, Row, Tx, params, sql};
use tongxin_kernel::PersonId;

use crate::domain::{OrderId, OrderState, RequestId};

/// A piece of work as it stands.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns of requests_order under their own names")]
pub struct Order {
    pub id: OrderId,
    pub request_id: RequestId,
    pub pool: String,
    pub unit_path: String,
    pub category: String,
    pub point: Option<(f64, f64)>,
    pub state: OrderState,
    pub worker_id: Option<PersonId>,
    pub opened_at: Time,
    pub grabbed_at: Option<Time>,
    pub started_at: Option<Time>,
    pub ended_at: Option<Time>,
    pub deadline: Deadline,
    pub reason: Option<String>,
    pub note: Option<String>,
}

pub(crate) fn order(row: &mut Row) -> Result<Order> {
    let (id, request_id, pool, unit_path, category) = (row.take()?, row.take()?, row.take()?, row.take()?, row.take()?);
    let point = row.take::<Option<f64>>()?.zip(row.take::<Option<f64>>()?);
    let state: String = row.take()?;
    let state = OrderState::parse(&state).ok_or_else(|| Error::internal(format!("order state {state}")))?;
    Ok(Order {
        id,
        request_id,
        pool,
        unit_path,
        category,
        point,
        state,
        worker_id: row.take()?,
        opened_at: row.take()?,
        grabbed_at: row.take()?,
        started_at: row.take()?,
        ended_at: row.take()?,
        deadline: Deadline { yellow: row.take()?, due: row.take()? },
        reason: row.take()?,
        note: row.take()?,
    })
}

/// Adds an order.
pub fn add(tx: &mut Tx<'_>, tenant: TenantId, o: &Order) -> Result<()> {
    let (lat, lon) = o.point.unzip();
    tx.exec(
        sql!(
            "INSERT INTO requests_order(tenant_id, id, request_id, pool, unit_path, category, lat, lon, state, worker_id,
               opened_at, grabbed_at, started_at, ended_at, yellow_at, due_at, reason, note)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
        ),
        params![
            tenant,
            o.id,
            o.request_id,
            &o.pool,
            &o.unit_path,
            &o.category,
            lat,
            lon,
            o.state.as_str(),
            o.worker_id,
            o.opened_at,
            o.grabbed_at,
            o.started_at,
            o.ended_at,
            o.deadline.yellow,
            o.deadline.due,
            &o.reason,
            &o.note
        ],
    )?;
    Ok(())
}

/// One more order for a worker, if that keeps within the cap: the row that two grabs at once meet at. False where it
/// does not.
pub fn take_place(tx: &mut Tx<'_>, tenant: TenantId, worker: PersonId, cap: i64) -> Result<bool> {
    let taken = tx.exec(
        sql!(
            "INSERT INTO requests_worker(tenant_id, person_id, held) SELECT $1::bigint, $2::uuid, 1 WHERE $3::bigint > 0
             ON CONFLICT (tenant_id, person_id) DO UPDATE SET held = requests_worker.held + 1
               WHERE requests_worker.held < $3::bigint"
        ),
        params![tenant, worker, cap],
    )?;
    Ok(taken == 1)
}

/// One order less for a worker.
pub fn give_place(tx: &mut Tx<'_>, tenant: TenantId, worker: PersonId) -> Result<()> {
    tx.exec(
        sql!("UPDATE requests_worker SET held = held - 1 WHERE tenant_id = $1 AND person_id = $2"),
        params![tenant, worker],
    )?;
    Ok(())
}

/// How many orders a worker holds.
pub fn held(read: &mut Read<'_>, tenant: TenantId, worker: PersonId) -> Result<i64> {
    let held = read.maybe(
        sql!("SELECT held FROM requests_worker WHERE tenant_id = $1 AND person_id = $2"),
        params![tenant, worker],
        |row| row.take(),
    )?;
    Ok(held.unwrap_or(0))
}

/// The one conditional write that decides a grab. False where the order is no longer open.
pub fn win(tx: &mut Tx<'_>, tenant: TenantId, id: OrderId, worker: PersonId, now: Time) -> Result<bool> {
    let won = tx.exec(
        sql!(
            "UPDATE requests_order SET state = 'grabbed', worker_id = $3, grabbed_at = $4
             WHERE tenant_id = $1 AND id = $2 AND state = 'open'"
        ),
        params![tenant, id, worker, now],
    )?;
    Ok(won == 1)
}

/// Writes an order back, if it is still in the state and with the worker that were read.
///
/// # Errors
/// `Conflict` where somebody else was first.
pub fn save(tx: &mut Tx<'_>, tenant: TenantId, o: &Order, was: OrderState) -> Result<()> {
    let saved = tx.exec(
        sql!(
            "UPDATE requests_order SET state = $3, worker_id = $4, grabbed_at = $5, started_at = $6, ended_at = $7,
               reason = $8, note = $9 WHERE tenant_id = $1 AND id = $2 AND state = $10"
        ),
        params![
            tenant,
            o.id,
            o.state.as_str(),
            o.worker_id,
            o.grabbed_at,
            o.started_at,
            o.ended_at,
            &o.reason,
            &o.note,
            was.as_str()
        ],
    )?;
    if saved == 1 { Ok(()) } else { Err(Error::conflict("requests-changed-meanwhile")) }
}

/// Moves the deadline of the order that is under way for a matter.
pub fn set_deadline(tx: &mut Tx<'_>, tenant: TenantId, request: RequestId, deadline: Deadline) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE requests_order SET yellow_at = $3, due_at = $4 WHERE tenant_id = $1 AND request_id = $2
             AND state IN ('open', 'grabbed', 'working')"
        ),
        params![tenant, request, deadline.yellow, deadline.due],
    )?;
    Ok(())
}

/// An order, to look at.
pub fn one(read: &mut Read<'_>, tenant: TenantId, id: OrderId) -> Result<Order> {
    read.one(
        sql!(
            "SELECT id, request_id, pool, unit_path, category, lat, lon, state, worker_id, opened_at, grabbed_at,
               started_at, ended_at, yellow_at, due_at, reason, note FROM requests_order
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![tenant, id],
        order,
    )
}

/// The newest order of a matter.
pub fn latest(read: &mut Read<'_>, tenant: TenantId, request: RequestId) -> Result<Option<Order>> {
    read.maybe(
        sql!(
            "SELECT id, request_id, pool, unit_path, category, lat, lon, state, worker_id, opened_at, grabbed_at,
               started_at, ended_at, yellow_at, due_at, reason, note FROM requests_order
             WHERE tenant_id = $1 AND request_id = $2 ORDER BY id DESC LIMIT 1"
        ),
        params![tenant, request],
        order,
    )
}

/// Open orders under a range of units, newest first, older than `before`.
pub fn open(
    read: &mut Read<'_>,
    tenant: TenantId,
    (low, high): (&str, &str),
    before: OrderId,
    limit: i64,
) -> Result<Vec<Order>> {
    read.rows(
        sql!(
            "SELECT id, request_id, pool, unit_path, category, lat, lon, state, worker_id, opened_at, grabbed_at,
               started_at, ended_at, yellow_at, due_at, reason, note FROM requests_order
             WHERE tenant_id = $1 AND state = 'open' AND unit_path >= $2 AND unit_path < $3 AND id < $4
             ORDER BY id DESC LIMIT $5"
        ),
        params![tenant, low, high, before, limit],
        order,
    )
}

/// Orders in any one state under a range of units, newest first, older than `before`.
pub fn in_state(
    read: &mut Read<'_>,
    tenant: TenantId,
    state: OrderState,
    (low, high): (&str, &str),
    before: OrderId,
    limit: i64,
) -> Result<Vec<Order>> {
    read.rows(
        sql!(
            "SELECT id, request_id, pool, unit_path, category, lat, lon, state, worker_id, opened_at, grabbed_at,
               started_at, ended_at, yellow_at, due_at, reason, note FROM requests_order
             WHERE tenant_id = $1 AND state = $2 AND unit_path >= $3 AND unit_path < $4 AND id < $5
             ORDER BY id DESC LIMIT $6"
        ),
        params![tenant, state.as_str(), low, high, before, limit],
        order,
    )
}

/// The orders a worker holds, those due first in front.
pub fn of_worker(read: &mut Read<'_>, tenant: TenantId, worker: PersonId) -> Result<Vec<Order>> {
    read.rows(
        sql!(
            "SELECT id, request_id, pool, unit_path, category, lat, lon, state, worker_id, opened_at, grabbed_at,
               started_at, ended_at, yellow_at, due_at, reason, note FROM requests_order
             WHERE tenant_id = $1 AND worker_id = $2 AND state IN ('grabbed', 'working') ORDER BY due_at, id LIMIT 100"
        ),
        params![tenant, worker],
        order,
    )
}
