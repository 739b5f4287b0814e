//! Who of the workers is there, with what skills, setting out from where; and when they are away.

use tongxin_base::{Error, Id, Result, TenantId, Time};
use tongxin_db::{Read, Row, Tx, params, sql};
use tongxin_kernel::{PersonId, Role};

/// Workers that are looked at when one is wanted: more than any subdistrict has.
const MOST: usize = 2000;

/// A marker for the id of a leave.
#[derive(Debug)]
pub enum LeaveKind {}

/// The id of a leave.
pub type LeaveId = Id<LeaveKind>;

/// What a worker says of themselves. The default is what holds where nothing is said.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Duty {
    /// Hours of the week in the notation of [`tongxin_base::calendar::WeekHours`]; none for the tenant's working hours.
    pub hours: Option<String>,
    /// Codes of skills.
    pub skills: Vec<String>,
    /// Where they set out from, WGS 84 degrees (latitude, longitude): chosen once by the worker, never a live position.
    pub base: Option<(f64, f64)>,
}

/// A time in which a worker is away, from its beginning to just before its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Leave {
    /// Which one.
    pub id: LeaveId,
    /// The first moment away.
    pub from: Time,
    /// The first moment back.
    pub to: Time,
    /// Why, in their own words; may be empty.
    pub reason: String,
}

/// A worker who might be given an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Who.
    pub person_id: PersonId,
    /// `GridWorker` or `PartTime`; the first where both posts are held.
    pub kind: Role,
    /// The unit of that post; the first by path where there are several.
    pub unit_path: String,
    /// How many orders they hold.
    pub held: i64,
    /// Hours of the week in the notation of [`tongxin_base::calendar::WeekHours`]; none for the tenant's working hours.
    pub hours: Option<String>,
    /// Codes of skills.
    pub skills: Vec<String>,
    /// Where they set out from: their own base point, else the point of their unit; WGS 84 degrees.
    pub base: Option<(f64, f64)>,
    /// Whether they are away now.
    pub on_leave: bool,
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn candidate(row: &mut Row) -> Result<Candidate> {
    let (person_id, role): (PersonId, String) = (row.take()?, row.take()?);
    let kind = Role::parse(&role).ok_or_else(|| Error::internal(format!("role {role}")))?;
    let (unit_path, held, hours) = (row.take()?, row.take()?, row.take()?);
    let skills = words(&row.take::<String>()?);
    let base = row.take::<Option<f64>>()?.zip(row.take::<Option<f64>>()?);
    Ok(Candidate { person_id, kind, unit_path, held, hours, skills, base, on_leave: row.take::<i64>()? > 0 })
}

/// Everybody who holds the post of a grid worker or part-time worker now, once each, at most 2000.
///
/// # Errors
/// As `Read::rows`.
pub fn candidates(read: &mut Read<'_>, tenant: TenantId, now: Time) -> Result<Vec<Candidate>> {
    let mut found = read.rows(
        sql!(
            "SELECT o.person_id, o.role, o.unit_path, COALESCE(w.held, 0), d.hours, COALESCE(d.skills, ''),
               COALESCE(d.lat, u.lat), COALESCE(d.lon, u.lon),
               (SELECT COUNT(*) FROM requests_leave l WHERE l.tenant_id = $1 AND l.person_id = o.person_id
                  AND l.from_at <= $2 AND l.to_at > $2)
             FROM post o
             JOIN unit u ON u.tenant_id = o.tenant_id AND u.path = o.unit_path
             LEFT JOIN requests_duty d ON d.tenant_id = o.tenant_id AND d.person_id = o.person_id
             LEFT JOIN requests_worker w ON w.tenant_id = o.tenant_id AND w.person_id = o.person_id
             WHERE o.tenant_id = $1 AND o.role IN ('grid_worker', 'part_time') AND o.starts_at <= $2
               AND (o.ends_at IS NULL OR o.ends_at > $2)
             ORDER BY o.person_id, o.role, o.unit_path LIMIT 4000"
        ),
        params![tenant, now],
        candidate,
    )?;
    found.dedup_by_key(|candidate| candidate.person_id);
    found.truncate(MOST);
    Ok(found)
}

/// What a worker says of themselves.
///
/// # Errors
/// As `Read::rows`.
pub fn duty(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<Duty> {
    let found = read.maybe(
        sql!("SELECT hours, skills, lat, lon FROM requests_duty WHERE tenant_id = $1 AND person_id = $2"),
        params![tenant, person],
        |row| {
            let (hours, skills) = (row.take()?, words(&row.take::<String>()?));
            Ok(Duty { hours, skills, base: row.take::<Option<f64>>()?.zip(row.take::<Option<f64>>()?) })
        },
    )?;
    Ok(found.unwrap_or_default())
}

/// Keeps what a worker says of themselves.
///
/// # Errors
/// As `Tx::exec`.
pub fn put_duty(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, duty: &Duty, now: Time) -> Result<()> {
    let (lat, lon) = duty.base.unzip();
    tx.exec(
        sql!(
            "INSERT INTO requests_duty(tenant_id, person_id, hours, skills, lat, lon, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, person_id) DO UPDATE SET hours = excluded.hours,
               skills = excluded.skills, lat = excluded.lat, lon = excluded.lon, updated_at = excluded.updated_at"
        ),
        params![tenant, person, &duty.hours, &duty.skills.join(" "), lat, lon, now],
    )?;
    Ok(())
}

/// The leaves of a worker that are not over at `now`, the next one first; at most 100.
///
/// # Errors
/// As `Read::rows`.
pub fn leaves(read: &mut Read<'_>, tenant: TenantId, person: PersonId, now: Time) -> Result<Vec<Leave>> {
    read.rows(
        sql!(
            "SELECT id, from_at, to_at, reason FROM requests_leave
             WHERE tenant_id = $1 AND person_id = $2 AND to_at > $3 ORDER BY from_at, id LIMIT 100"
        ),
        params![tenant, person, now],
        |row| Ok(Leave { id: row.take()?, from: row.take()?, to: row.take()?, reason: row.take()? }),
    )
}

/// Enters a leave.
///
/// # Errors
/// As `Tx::exec`.
pub fn add_leave(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, leave: &Leave) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO requests_leave(tenant_id, id, person_id, from_at, to_at, reason)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        params![tenant, leave.id, person, leave.from, leave.to, &leave.reason],
    )?;
    Ok(())
}

/// Takes a leave of a worker back. False where they have none with this id.
///
/// # Errors
/// As `Tx::exec`.
pub fn drop_leave(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, id: LeaveId) -> Result<bool> {
    let gone = tx.exec(
        sql!("DELETE FROM requests_leave WHERE tenant_id = $1 AND id = $2 AND person_id = $3"),
        params![tenant, id, person],
    )?;
    Ok(gone == 1)
}
