//! The photos of matters: which file shows what.

use tongxin_base::{Error, Result, TenantId, Time};
use tongxin_db::{Param, Read, Row, Tx, params, sql};
use tongxin_kernel::FileId;

use crate::domain::{OrderId, PhotoId, PhotoKind, ReportId, RequestId};

/// A photo as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of requests_photo under their own names")]
pub struct Photo {
    pub id: PhotoId,
    pub request_id: RequestId,
    pub report_id: Option<ReportId>,
    pub order_id: Option<OrderId>,
    pub kind: PhotoKind,
    pub file_id: FileId,
    pub created_at: Time,
}

fn photo(row: &mut Row) -> Result<Photo> {
    let (id, request_id, report_id, order_id) = (row.take()?, row.take()?, row.take()?, row.take()?);
    let kind: String = row.take()?;
    let kind = PhotoKind::parse(&kind).ok_or_else(|| Error::internal(format!("photo kind {kind}")))?;
    Ok(Photo { id, request_id, report_id, order_id, kind, file_id: row.take()?, created_at: row.take()? })
}

/// Adds photos, in one round trip.
pub fn add(tx: &mut Tx<'_>, tenant: TenantId, photos: &[Photo]) -> Result<()> {
    let rows: Vec<[Param<'_>; 8]> = photos
        .iter()
        .map(|p| {
            [
                tenant.into(),
                p.id.into(),
                p.request_id.into(),
                p.report_id.into(),
                p.order_id.into(),
                p.kind.as_str().into(),
                p.file_id.into(),
                p.created_at.into(),
            ]
        })
        .collect();
    tx.exec_many(
        sql!(
            "INSERT INTO requests_photo(tenant_id, id, request_id, report_id, order_id, kind, file_id, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        &rows.iter().map(|row| &row[..]).collect::<Vec<_>>(),
    )
}

/// The photos of a matter, oldest first; the first two hundred.
pub fn of_request(read: &mut Read<'_>, tenant: TenantId, id: RequestId) -> Result<Vec<Photo>> {
    read.rows(
        sql!(
            "SELECT id, request_id, report_id, order_id, kind, file_id, created_at FROM requests_photo
             WHERE tenant_id = $1 AND request_id = $2 ORDER BY id LIMIT 200"
        ),
        params![tenant, id],
        photo,
    )
}

/// How many photos of a kind an order has.
pub fn count(
    read: &mut Read<'_>,
    tenant: TenantId,
    request: RequestId,
    order: OrderId,
    kind: PhotoKind,
) -> Result<i64> {
    read.one(
        sql!(
            "SELECT COUNT(*) FROM requests_photo
             WHERE tenant_id = $1 AND request_id = $2 AND order_id = $3 AND kind = $4"
        ),
        params![tenant, request, order, kind.as_str()],
        |row| row.take(),
    )
}

/// The photos that reporters sent of a matter go with their reports into another one.
pub fn move_reported(tx: &mut Tx<'_>, tenant: TenantId, from: RequestId, to: RequestId) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE requests_photo SET request_id = $3
             WHERE tenant_id = $1 AND request_id = $2 AND report_id IS NOT NULL"
        ),
        params![tenant, from, to],
    )?;
    Ok(())
}
