//! What is held about somebody here, and how it is emptied.

use tongxin_base::{Result, TenantId, Time};
use tongxin_db::{Read, Tx, params, sql};
use tongxin_kernel::{FileId, PersonId};

use super::requests::Reported;
use crate::domain::{ReportId, RequestId};

/// Photos of a matter that go with it.
const MOST_PHOTOS: i64 = 400;

/// The reports that somebody made with their account, oldest first.
pub fn reports_by(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<Vec<Reported>> {
    read.rows(
        sql!(concat!(
            "SELECT ",
            report_columns!(),
            " FROM ",
            reports_with_contact!(),
            " WHERE r.tenant_id = $1 AND r.person_id = $2 ORDER BY r.id"
        )),
        params![tenant, person],
        super::requests::reported,
    )
}

/// A report and those made of it: one person's, of what was split or moved later.
pub fn reports_with(read: &mut Read<'_>, tenant: TenantId, root: ReportId) -> Result<Vec<Reported>> {
    read.rows(
        sql!(concat!(
            "SELECT ",
            report_columns!(),
            " FROM ",
            reports_with_contact!(),
            " WHERE r.tenant_id = $1 AND (r.id = $2 OR r.contact_of = $2) ORDER BY r.id"
        )),
        params![tenant, root],
        super::requests::reported,
    )
}

/// Photos that came with a report.
pub fn photos_of(read: &mut Read<'_>, tenant: TenantId, report: &Reported) -> Result<Vec<FileId>> {
    read.rows(
        sql!(
            "SELECT file_id FROM requests_photo WHERE tenant_id = $1 AND request_id = $2 AND report_id = $3 ORDER BY id"
        ),
        params![tenant, report.request_id, report.id],
        |row| row.take(),
    )
}

/// Empties a report: what was said, and by whom. With `link`, its secret link opens nothing any more.
pub fn empty_report(tx: &mut Tx<'_>, tenant: TenantId, id: ReportId, link: bool) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE requests_report SET name = NULL, phone = NULL, email = NULL, locale = NULL, place = NULL, words = '',
               person_id = NULL, link_digest = CASE WHEN $3::bigint = 1 THEN NULL ELSE link_digest END
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![tenant, id, i64::from(link)],
    )?;
    Ok(())
}

/// Empties what a reporter answered.
pub fn empty_answers(tx: &mut Tx<'_>, tenant: TenantId, report: &Reported) -> Result<()> {
    tx.exec(
        sql!("UPDATE requests_message SET text = '' WHERE tenant_id = $1 AND request_id = $2 AND report_id = $3"),
        params![tenant, report.request_id, report.id],
    )?;
    Ok(())
}

/// Takes the photos of a report away, and answers their files.
pub fn drop_photos(tx: &mut Tx<'_>, tenant: TenantId, report: &Reported) -> Result<Vec<FileId>> {
    tx.rows(
        sql!(
            "DELETE FROM requests_photo WHERE tenant_id = $1 AND request_id = $2 AND report_id = $3 RETURNING file_id"
        ),
        params![tenant, report.request_id, report.id],
        |row| row.take(),
    )
}

/// Takes what was released of a matter back.
pub fn take_back(tx: &mut Tx<'_>, tenant: TenantId, id: RequestId) -> Result<u64> {
    tx.exec(sql!("DELETE FROM requests_release WHERE tenant_id = $1 AND request_id = $2"), params![tenant, id])
}

/// Where a worker sets out from, when they are there, and when not: theirs, and gone with them.
pub fn empty_worker(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId) -> Result<()> {
    tx.exec(sql!("DELETE FROM requests_duty WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    tx.exec(sql!("DELETE FROM requests_leave WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    tx.exec(sql!("DELETE FROM requests_saved WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    tx.exec(sql!("DELETE FROM requests_cooldown WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    tx.exec(sql!("DELETE FROM requests_worker WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    Ok(())
}

/// Matters that are over since before `before`, came in before then too, and still hold words; born before `born`.
pub fn to_empty(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    (born, before): (RequestId, Time),
    limit: i64,
) -> Result<Vec<RequestId>> {
    tx.rows(
        sql!(
            "SELECT r.id FROM requests_request r
             WHERE r.tenant_id = $1 AND r.emptied_at IS NULL AND r.status IN ('closed', 'declined', 'withdrawn')
               AND r.id < $2 AND coalesce(r.closed_at, r.done_at, r.created_at) < $3
               AND NOT EXISTS (SELECT 1 FROM requests_batch b
                 WHERE b.tenant_id = $1 AND b.id = r.batch_id AND b.created_at >= $3)
             ORDER BY r.id LIMIT $4"
        ),
        params![tenant, born, before, limit],
        |row| row.take(),
    )
}

/// Empties a matter: what anybody wrote about it goes, and it is known where it was to some hundred metres.
pub fn empty_matter(tx: &mut Tx<'_>, tenant: TenantId, id: RequestId, now: Time) -> Result<Vec<FileId>> {
    tx.exec(
        sql!("UPDATE requests_message SET text = '' WHERE tenant_id = $1 AND request_id = $2"),
        params![tenant, id],
    )?;
    tx.exec(
        sql!("UPDATE requests_order SET reason = NULL, note = NULL WHERE tenant_id = $1 AND request_id = $2"),
        params![tenant, id],
    )?;
    tx.exec(
        sql!("UPDATE requests_delegation SET words = '', answer = NULL WHERE tenant_id = $1 AND request_id = $2"),
        params![tenant, id],
    )?;
    tx.exec(
        sql!("UPDATE requests_exclusion SET words = NULL WHERE tenant_id = $1 AND request_id = $2"),
        params![tenant, id],
    )?;
    tx.exec(
        sql!(
            "UPDATE requests_request SET reason = NULL, emptied_at = $3, version = version + 1,
               lat = CAST(CAST(lat * 1000 AS BIGINT) AS DOUBLE PRECISION) / 1000,
               lon = CAST(CAST(lon * 1000 AS BIGINT) AS DOUBLE PRECISION) / 1000
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![tenant, id, now],
    )?;
    let files = tx.rows(
        sql!("SELECT file_id FROM requests_photo WHERE tenant_id = $1 AND request_id = $2 LIMIT $3"),
        params![tenant, id, MOST_PHOTOS],
        |row| row.take(),
    )?;
    tx.exec(sql!("DELETE FROM requests_photo WHERE tenant_id = $1 AND request_id = $2"), params![tenant, id])?;
    take_back(tx, tenant, id)?;
    Ok(files)
}

/// Something a worker said of themselves: since when, and its fields by name.
pub type OfWorker = (Time, Vec<(&'static str, String)>);

/// What a worker said of their hours and leaves, for themselves to see.
pub fn worker(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<Vec<OfWorker>> {
    let mut found = read.rows(
        sql!("SELECT updated_at, hours, skills, lat, lon FROM requests_duty WHERE tenant_id = $1 AND person_id = $2"),
        params![tenant, person],
        |row| {
            let at = row.take()?;
            let mut fields = Vec::new();
            fields.extend(row.take::<Option<String>>()?.map(|hours| ("hours", hours)));
            fields.push(("skills", row.take()?));
            let point = row.take::<Option<f64>>()?.zip(row.take::<Option<f64>>()?);
            fields.extend(point.map(|(lat, lon)| ("point", format!("{lat}, {lon}"))));
            Ok((at, fields))
        },
    )?;
    found.extend(read.rows(
        sql!("SELECT id, from_at, to_at, reason FROM requests_leave WHERE tenant_id = $1 AND person_id = $2 ORDER BY from_at"),
        params![tenant, person],
        |row| {
            let id: tongxin_base::Id<()> = row.take()?;
            let (from, to): (Time, Time) = (row.take()?, row.take()?);
            let reason: String = row.open("requests_leave.reason", id)?;
            Ok((from, vec![("until", to.to_string()), ("reason", reason)]))
        },
    )?);
    Ok(found)
}
