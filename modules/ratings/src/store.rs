//! The SQL of ratings.

use tongxin_base::{Error, Id, Result, TenantId, Time};
use tongxin_db::{Param, Read, Row, Tx, params, sql};
use tongxin_kernel::{PastRating, Rated, Rating, Subject};

/// What the figures take of a rating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// `yes`, `partly` or `no`; none where a history does not say.
    pub solved: Option<String>,
    /// 1 to 5; none where a history does not say.
    pub satisfied: Option<i64>,
    /// The unit it counts at.
    pub unit_path: String,
    /// The completion it is about; it counts on that day.
    pub done_at: Time,
}

fn counted(row: &mut Row) -> Result<Counted> {
    Ok(Counted { solved: row.take()?, satisfied: row.take()?, unit_path: row.take()?, done_at: row.take()? })
}

/// The ratings of a completion that are in the figures.
///
/// # Errors
/// As [`Tx::rows`].
pub fn standing(tx: &mut Read<'_>, tenant: TenantId, subject: &Subject, round: i64) -> Result<Vec<Counted>> {
    tx.rows(
        sql!(
            "SELECT solved, satisfied, unit_path, done_at FROM ratings_rating
             WHERE tenant_id = $1 AND subject_kind = $2 AND subject_id = $3 AND round = $4 AND counts = 1"
        ),
        params![tenant, subject.kind.as_str(), subject.id, round],
        counted,
    )
}

/// Keeps a rating. False where this rater has rated this completion before.
///
/// # Errors
/// As [`Tx::exec`].
pub fn add(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    subject: &Subject,
    (rated, rating): (&Rated, &Rating),
    now: Time,
) -> Result<bool> {
    let reasons = serde_json::to_string(&rating.reasons).map_err(Error::internal)?;
    let added = tx.exec(
        sql!(
            "INSERT INTO ratings_rating(tenant_id, subject_kind, subject_id, round, rater, unit_path, handler_id, done_at,
               solved, satisfied, reasons, counts, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $13, $12)
             ON CONFLICT (tenant_id, subject_kind, subject_id, round, rater) DO NOTHING"
        ),
        params![
            tenant,
            subject.kind.as_str(),
            subject.id,
            rated.round,
            &rated.rater,
            &rated.unit_path,
            rated.handler,
            rated.done_at,
            &rating.solved.to_string(),
            rating.satisfied,
            Param::sealed("ratings_rating.reasons", subject.id, reasons.as_str()),
            now,
            rated.counts
        ],
    )?;
    Ok(added == 1)
}

/// What a rater said, with when.
pub type Said = (Time, Option<String>, Option<i64>, String);

/// All that one rater said, oldest first.
///
/// # Errors
/// As [`Read::rows`].
pub fn by_rater(read: &mut Read<'_>, tenant: TenantId, rater: &str) -> Result<Vec<Said>> {
    read.rows(
        sql!(
            "SELECT subject_id, at, solved, satisfied, reasons FROM ratings_rating
             WHERE tenant_id = $1 AND rater = $2 ORDER BY at"
        ),
        params![tenant, rater],
        |row| {
            let id: Id<()> = row.take()?;
            let (at, solved, satisfied) = (row.take()?, row.take()?, row.take()?);
            Ok((at, solved, satisfied, row.open("ratings_rating.reasons", id)?))
        },
    )
}

/// Takes away what a rater wrote.
///
/// # Errors
/// As [`Tx::exec`].
pub fn empty(tx: &mut Tx<'_>, tenant: TenantId, rater: &str, nobody: &str) -> Result<()> {
    tx.exec(
        sql!("UPDATE ratings_rating SET reasons = '[]', rater = $3 WHERE tenant_id = $1 AND rater = $2"),
        params![tenant, rater, nobody],
    )?;
    Ok(())
}

/// Takes a completion's ratings out of the figures, and answers those that were in them.
///
/// # Errors
/// As [`Tx::exec`].
pub fn discount(tx: &mut Tx<'_>, tenant: TenantId, subject: &Subject, round: i64) -> Result<Vec<Counted>> {
    tx.rows(
        sql!(
            "UPDATE ratings_rating SET counts = 0 WHERE tenant_id = $1 AND subject_kind = $2 AND subject_id = $3
             AND round = $4 AND counts = 1 RETURNING solved, satisfied, unit_path, done_at"
        ),
        params![tenant, subject.kind.as_str(), subject.id, round],
        counted,
    )
}

fn past_params<'a>(tenant: TenantId, rating: &'a PastRating, solved: &'a Option<String>) -> [Param<'a>; 8] {
    [
        tenant.into(),
        rating.subject.kind.as_str().into(),
        rating.subject.id.into(),
        rating.rater.as_str().into(),
        rating.unit_path.as_str().into(),
        rating.done_at.into(),
        solved.into(),
        rating.satisfied.into(),
    ]
}

/// Keeps ratings that came with a history, in one round trip. Each is about the only completion we know of.
///
/// # Errors
/// As [`Tx::exec_many`].
pub fn add_past(tx: &mut Tx<'_>, tenant: TenantId, ratings: &[PastRating]) -> Result<()> {
    let solved: Vec<Option<String>> = ratings.iter().map(|r| r.solved.map(|solved| solved.to_string())).collect();
    let rows: Vec<[Param<'_>; 8]> =
        ratings.iter().zip(&solved).map(|(r, solved)| past_params(tenant, r, solved)).collect();
    tx.exec_many(
        sql!(
            "INSERT INTO ratings_rating(tenant_id, subject_kind, subject_id, round, rater, unit_path, done_at, solved,
               satisfied, reasons, counts, at) VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, '[]', 1, $6)"
        ),
        &rows.iter().map(|row| &row[..]).collect::<Vec<_>>(),
    )
}

/// Removes all ratings of things that are themselves removed, before anybody has seen them.
///
/// # Errors
/// As [`Tx::exec_many`].
pub fn forget(tx: &mut Tx<'_>, tenant: TenantId, subjects: &[Subject]) -> Result<()> {
    let rows: Vec<[Param<'_>; 3]> =
        subjects.iter().map(|of| [tenant.into(), of.kind.as_str().into(), of.id.into()]).collect();
    tx.exec_many(
        sql!("DELETE FROM ratings_rating WHERE tenant_id = $1 AND subject_kind = $2 AND subject_id = $3"),
        &rows.iter().map(|row| &row[..]).collect::<Vec<_>>(),
    )
}

/// When a rater rated a thing, and the words of it.
pub fn reasons_by(
    read: &mut Read<'_>,
    tenant: TenantId,
    subject: &Subject,
    rater: &str,
) -> Result<Vec<(Time, String)>> {
    read.rows(
        sql!(
            "SELECT at, reasons FROM ratings_rating
             WHERE tenant_id = $1 AND subject_kind = $2 AND subject_id = $3 AND rater = $4 ORDER BY round LIMIT 100"
        ),
        params![tenant, subject.kind.as_str(), subject.id, rater],
        |row| Ok((row.take()?, row.open("ratings_rating.reasons", subject.id)?)),
    )
}
