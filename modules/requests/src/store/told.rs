//! Where reporters without an account are reached, and in what language.

use tongxin_base::{Locale, Result, TenantId};
use tongxin_db::{Read, Tx, params, sql};
use tongxin_kernel::Address;

use crate::domain::ReportId;

/// Keeps the language of a reporter who left an address.
///
/// # Errors
/// As `Tx::exec`.
pub fn set_locale(tx: &mut Tx<'_>, tenant: TenantId, id: ReportId, locale: Locale) -> Result<()> {
    tx.exec(
        sql!("UPDATE requests_report SET locale = $3 WHERE tenant_id = $1 AND id = $2"),
        params![tenant, id, locale.tag()],
    )?;
    Ok(())
}

/// The address that was left with a report, or with the one that holds its contact.
///
/// # Errors
/// As `Read::rows`.
pub fn address(read: &mut Read<'_>, tenant: TenantId, id: ReportId) -> Result<Option<Address>> {
    let found = read.maybe(
        sql!(concat!(
            "SELECT r.contact_of, r.email, c.email, coalesce(r.locale, c.locale) FROM ",
            reports_with_contact!(),
            " WHERE r.tenant_id = $1 AND r.id = $2"
        )),
        params![tenant, id],
        |row| {
            let contact: Option<ReportId> = row.take()?;
            let own: Option<String> = row.open("requests_report.email", id)?;
            let email = own.or(row.open("requests_report.email", contact.unwrap_or(id))?);
            Ok((email, row.take::<Option<String>>()?))
        },
    )?;
    let Some((Some(email), locale)) = found else { return Ok(None) };
    let locale = locale.and_then(|tag| tag.parse().ok()).unwrap_or_default();
    Ok(Some(Address { email, locale }))
}
