//! Who of the workers is there, with what skills, setting out from where; and when they are away.

use std::collections::{HashMap, HashSet};

use tongxin_base::{Id, Result, TenantId, Time};
use tongxin_db::{Param, Read, Row, Tx, params, sql};
use tongxin_kernel::{PersonId, Role, Stationed, people_store};

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

fn point(row: &mut Row) -> Result<Option<(f64, f64)>> {
    Ok(row.take::<Option<f64>>()?.zip(row.take::<Option<f64>>()?))
}

/// Everybody who holds the post of a grid worker or part-time worker now, once each, at most 2000.
///
/// # Errors
/// As `Read::rows`.
pub fn candidates(read: &mut Read<'_>, tenant: TenantId, now: Time) -> Result<Vec<Candidate>> {
    let mut said: HashMap<PersonId, Duty> = read
        .rows(
            sql!("SELECT person_id, hours, skills, lat, lon FROM requests_duty WHERE tenant_id = $1"),
            params![tenant],
            |row| {
                let (person, hours, skills) = (row.take()?, row.take()?, words(&row.take::<String>()?));
                Ok((person, Duty { hours, skills, base: point(row)? }))
            },
        )?
        .into_iter()
        .collect();
    let held: HashMap<PersonId, i64> = read
        .rows(sql!("SELECT person_id, held FROM requests_worker WHERE tenant_id = $1"), params![tenant], |row| {
            Ok((row.take()?, row.take()?))
        })?
        .into_iter()
        .collect();
    let away: HashSet<PersonId> = read
        .rows(
            sql!("SELECT person_id FROM requests_leave WHERE tenant_id = $1 AND from_at <= $2 AND to_at > $2"),
            params![tenant, now],
            |row| row.take(),
        )?
        .into_iter()
        .collect();
    let mut posts = people_store::posts_with(read, tenant, (Role::GridWorker, Role::PartTime), now)?;
    posts.dedup_by_key(|stationed| stationed.person);
    posts.truncate(MOST);
    let candidate = |Stationed { person: person_id, post, point }: Stationed| {
        let Duty { hours, skills, base } = said.remove(&person_id).unwrap_or_default();
        Candidate {
            person_id,
            kind: post.role,
            unit_path: post.unit_path,
            held: held.get(&person_id).copied().unwrap_or_default(),
            hours,
            skills,
            base: base.or(point),
            on_leave: away.contains(&person_id),
        }
    };
    Ok(posts.into_iter().map(candidate).collect())
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
            Ok(Duty { hours, skills, base: point(row)? })
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
        |row| {
            let (id, from, to) = (row.take()?, row.take()?, row.take()?);
            Ok(Leave { id, from, to, reason: row.open("requests_leave.reason", id)? })
        },
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
        params![
            tenant,
            leave.id,
            person,
            leave.from,
            leave.to,
            Param::sealed("requests_leave.reason", leave.id, leave.reason.as_str())
        ],
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
