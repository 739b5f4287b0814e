//! Orders, and the counter row of each worker.

use tongxin_base::calendar::Deadline;
use tongxin_base::{Error, Result, TenantId, Time};
use tongxin_db::{Param, Read, Row, Tx, params, sql};
use tongxin_kernel::PersonId;

use super::requests::Request;
use crate::domain::{MaterialId, ORDER, OrderId, OrderState, RequestId};

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
    /// Only those who work in or above this part of the tree may grab it; none: everybody.
    pub within: Option<String>,
    /// Only those with this skill may grab it.
    pub skill: Option<String>,
    /// Only workers of this kind may grab it: `grid_worker` or `part_time`.
    pub kind: Option<String>,
    /// By when somebody must have grabbed it; then it is assigned.
    pub grab_due_at: Option<Time>,
    /// By when who has it must have begun; then it goes back to the pool.
    pub lease_due_at: Option<Time>,
    /// Why it was assigned to who has it, as JSON.
    pub why: Option<String>,
}

impl Order {
    /// An order at its birth, for everybody.
    pub fn newborn(id: OrderId, request: &Request, pool: &str, now: Time) -> Self {
        Self {
            id,
            request_id: request.id,
            pool: pool.to_owned(),
            unit_path: request.unit_path.clone(),
            category: request.category.clone(),
            point: request.point,
            state: ORDER.initial,
            worker_id: None,
            opened_at: now,
            grabbed_at: None,
            started_at: None,
            ended_at: None,
            deadline: request.deadline,
            reason: None,
            note: None,
            within: None,
            skill: None,
            kind: None,
            grab_due_at: None,
            lease_due_at: None,
            why: None,
        }
    }
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
        reason: row.open("requests_order.reason", id)?,
        note: row.open("requests_order.note", id)?,
        within: row.take()?,
        skill: row.take()?,
        kind: row.take()?,
        grab_due_at: row.take()?,
        lease_due_at: row.take()?,
        why: row.take()?,
    })
}

fn order_params(tenant: TenantId, o: &Order) -> [Param<'_>; 24] {
    let (lat, lon) = o.point.unzip();
    [
        tenant.into(),
        o.id.into(),
        o.request_id.into(),
        (&o.pool).into(),
        (&o.unit_path).into(),
        (&o.category).into(),
        lat.into(),
        lon.into(),
        o.state.as_str().into(),
        o.worker_id.into(),
        o.opened_at.into(),
        o.grabbed_at.into(),
        o.started_at.into(),
        o.ended_at.into(),
        o.deadline.yellow.into(),
        o.deadline.due.into(),
        Param::sealed("requests_order.reason", o.id, o.reason.as_deref()),
        Param::sealed("requests_order.note", o.id, o.note.as_deref()),
        (&o.within).into(),
        (&o.skill).into(),
        (&o.kind).into(),
        o.grab_due_at.into(),
        o.lease_due_at.into(),
        (&o.why).into(),
    ]
}

/// Adds orders, in one round trip.
pub fn add(tx: &mut Tx<'_>, tenant: TenantId, orders: &[Order]) -> Result<()> {
    let rows: Vec<[Param<'_>; 24]> = orders.iter().map(|order| order_params(tenant, order)).collect();
    tx.exec_many(
        sql!(
            "INSERT INTO requests_order(tenant_id, id, request_id, pool, unit_path, category, lat, lon, state, worker_id,
               opened_at, grabbed_at, started_at, ended_at, yellow_at, due_at, reason, note, within, skill, kind,
               grab_due_at, lease_due_at, why)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
               $23, $24)"
        ),
        &rows.iter().map(|row| &row[..]).collect::<Vec<_>>(),
    )
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

/// The one conditional write that decides a grab. False where the order is no longer open, or the worker let an earlier
/// order of the matter lapse and must wait.
pub fn win(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    id: OrderId,
    worker: PersonId,
    (now, lease_due): (Time, Time),
) -> Result<bool> {
    let won = tx.exec(
        sql!(
            "UPDATE requests_order SET state = 'grabbed', worker_id = $3, grabbed_at = $4, lease_due_at = $5
             WHERE tenant_id = $1 AND id = $2 AND state = 'open' AND NOT EXISTS
               (SELECT 1 FROM requests_cooldown c WHERE c.tenant_id = $1 AND c.request_id = requests_order.request_id
                AND c.person_id = $3 AND c.ends_at > $4)"
        ),
        params![tenant, id, worker, now, lease_due],
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
               reason = $8, note = $9, lease_due_at = $11, why = $12
             WHERE tenant_id = $1 AND id = $2 AND state = $10"
        ),
        params![
            tenant,
            o.id,
            o.state.as_str(),
            o.worker_id,
            o.grabbed_at,
            o.started_at,
            o.ended_at,
            Param::sealed("requests_order.reason", o.id, o.reason.as_deref()),
            Param::sealed("requests_order.note", o.id, o.note.as_deref()),
            was.as_str(),
            o.lease_due_at,
            &o.why
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

/// Writes back when an order must be grabbed and begun.
pub fn set_stages(tx: &mut Tx<'_>, tenant: TenantId, o: &Order) -> Result<()> {
    tx.exec(
        sql!("UPDATE requests_order SET grab_due_at = $3, lease_due_at = $4 WHERE tenant_id = $1 AND id = $2"),
        params![tenant, o.id, o.grab_due_at, o.lease_due_at],
    )?;
    Ok(())
}

/// Moves the orders of a matter that are under way with it, to another unit or category.
pub fn set_place(tx: &mut Tx<'_>, tenant: TenantId, request: RequestId, unit_path: &str, category: &str) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE requests_order SET unit_path = $3, category = $4
             WHERE tenant_id = $1 AND request_id = $2 AND state IN ('open', 'grabbed', 'working')"
        ),
        params![tenant, request, unit_path, category],
    )?;
    Ok(())
}

/// An order, to look at.
pub fn one(read: &mut Read<'_>, tenant: TenantId, id: OrderId) -> Result<Order> {
    read.one(
        sql!(concat!("SELECT ", order_columns!(), " FROM requests_order WHERE tenant_id = $1 AND id = $2")),
        params![tenant, id],
        order,
    )
}

/// The newest order of a matter.
pub fn latest(read: &mut Read<'_>, tenant: TenantId, request: RequestId) -> Result<Option<Order>> {
    read.maybe(
        sql!(concat!(
            "SELECT ",
            order_columns!(),
            " FROM requests_order WHERE tenant_id = $1 AND request_id = $2 ORDER BY id DESC LIMIT 1"
        )),
        params![tenant, request],
        order,
    )
}

/// An order in a list, with what is shown of its matter.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The order.
    pub order: Order,
    /// The number of its matter.
    pub number: String,
    /// The code of the site it is at.
    pub site: Option<String>,
    /// Whether the clock stands.
    pub paused: bool,
}

impl Listed {
    /// An order with its matter.
    pub fn of(order: &Order, request: &Request) -> Self {
        let (number, site) = (request.number.clone(), request.site.clone());
        Self { order: order.clone(), number, site, paused: request.paused_at.is_some() }
    }
}

fn listed(row: &mut Row) -> Result<Listed> {
    let order = order(row)?;
    let (number, site) = (row.take()?, row.take()?);
    Ok(Listed { order, number, site, paused: row.take::<Option<Time>>()?.is_some() })
}

/// All open orders, newest first, older than `before`.
pub fn newest(read: &mut Read<'_>, tenant: TenantId, before: OrderId, limit: i64) -> Result<Vec<Listed>> {
    read.rows(
        sql!(concat!(
            "SELECT ",
            listed_columns!(),
            " FROM ",
            listed_orders!(),
            " WHERE o.tenant_id = $1 AND o.id IN (SELECT id FROM requests_order
                WHERE tenant_id = $1 AND state = 'open' AND id < $2 ORDER BY id DESC LIMIT $3)
              ORDER BY o.id DESC"
        )),
        params![tenant, before, limit],
        listed,
    )
}

/// Open orders under a range of units, newest first, older than `before`. Which they are is told by the index alone; only then are
/// they read.
pub fn open(
    read: &mut Read<'_>,
    tenant: TenantId,
    (low, high): (&str, &str),
    before: OrderId,
    limit: i64,
) -> Result<Vec<Listed>> {
    read.rows(
        sql!(concat!(
            "SELECT ",
            listed_columns!(),
            " FROM ",
            listed_orders!(),
            " WHERE o.tenant_id = $1 AND o.id IN (SELECT id FROM requests_order
                WHERE tenant_id = $1 AND state = 'open' AND unit_path >= $2 AND unit_path < $3 AND id < $4
                ORDER BY id DESC LIMIT $5)
              ORDER BY o.id DESC"
        )),
        params![tenant, low, high, before, limit],
        listed,
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
) -> Result<Vec<Listed>> {
    read.rows(
        sql!(concat!(
            "SELECT ",
            listed_columns!(),
            " FROM ",
            listed_orders!(),
            " WHERE o.tenant_id = $1 AND o.state = $2 AND o.unit_path >= $3 AND o.unit_path < $4 AND o.id < $5
              ORDER BY o.id DESC LIMIT $6"
        )),
        params![tenant, state.as_str(), low, high, before, limit],
        listed,
    )
}

/// The orders a worker holds, those due first in front.
pub fn of_worker(read: &mut Read<'_>, tenant: TenantId, worker: PersonId) -> Result<Vec<Listed>> {
    read.rows(
        sql!(concat!(
            "SELECT ",
            listed_columns!(),
            " FROM ",
            listed_orders!(),
            " WHERE o.tenant_id = $1 AND o.worker_id = $2 AND o.state IN ('grabbed', 'working')
              ORDER BY o.due_at, o.id LIMIT 100"
        )),
        params![tenant, worker],
        listed,
    )
}

/// Until when a worker may not grab orders of a matter again.
pub fn cooldown(read: &mut Read<'_>, tenant: TenantId, request: RequestId, worker: PersonId) -> Result<Option<Time>> {
    read.maybe(
        sql!("SELECT ends_at FROM requests_cooldown WHERE tenant_id = $1 AND request_id = $2 AND person_id = $3"),
        params![tenant, request, worker],
        |row| row.take(),
    )
}

/// Lets a worker wait before they may grab an order of a matter again.
pub fn cool_down(tx: &mut Tx<'_>, tenant: TenantId, request: RequestId, worker: PersonId, ends_at: Time) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO requests_cooldown(tenant_id, request_id, person_id, ends_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, request_id, person_id) DO UPDATE SET ends_at = excluded.ends_at"
        ),
        params![tenant, request, worker, ends_at],
    )?;
    Ok(())
}

/// Workers who may not be given an order of a matter now: they let one lapse lately, or gave one back.
pub fn not_again(read: &mut Read<'_>, tenant: TenantId, request: RequestId, now: Time) -> Result<Vec<PersonId>> {
    read.rows(
        sql!(
            "SELECT person_id FROM requests_cooldown WHERE tenant_id = $1 AND request_id = $2 AND ends_at > $3
             UNION SELECT worker_id FROM requests_order
             WHERE tenant_id = $1 AND request_id = $2 AND state = 'returned' AND worker_id IS NOT NULL"
        ),
        params![tenant, request, now],
        |row| row.take(),
    )
}

/// Something that was used up in the work.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of requests_material under their own names")]
pub struct Material {
    pub id: MaterialId,
    pub order_id: OrderId,
    pub name: String,
    pub amount: String,
    /// In fen, where it cost something that is known.
    pub cost_fen: Option<i64>,
    pub at: Time,
}

/// Writes down what was used.
pub fn add_material(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    request: RequestId,
    by: Option<PersonId>,
    m: &Material,
) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO requests_material(tenant_id, id, order_id, request_id, name, amount, cost_fen, person_id, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        params![tenant, m.id, m.order_id, request, &m.name, &m.amount, m.cost_fen, by, m.at],
    )?;
    Ok(())
}

/// What was used up for a matter, oldest first; the first two hundred.
pub fn materials(read: &mut Read<'_>, tenant: TenantId, request: RequestId) -> Result<Vec<Material>> {
    read.rows(
        sql!(
            "SELECT id, order_id, name, amount, cost_fen, at FROM requests_material
             WHERE tenant_id = $1 AND request_id = $2 ORDER BY id LIMIT 200"
        ),
        params![tenant, request],
        |row| {
            let (id, order_id, name, amount) = (row.take()?, row.take()?, row.take()?, row.take()?);
            Ok(Material { id, order_id, name, amount, cost_fen: row.take()?, at: row.take()? })
        },
    )
}
