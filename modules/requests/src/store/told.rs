//! Who is told: reporters and their addresses, and those who look after a unit.

use tongxin_base::{Locale, Result, TenantId, Time};
use tongxin_db::{Read, Tx, params, sql};
use tongxin_kernel::{Address, PersonId};

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
            "SELECT coalesce(r.email, c.email), coalesce(r.locale, c.locale) FROM ",
            reports_with_contact!(),
            " WHERE r.tenant_id = $1 AND r.id = $2"
        )),
        params![tenant, id],
        |row| Ok((row.take::<Option<String>>()?, row.take::<Option<String>>()?)),
    )?;
    let Some((Some(email), locale)) = found else { return Ok(None) };
    let locale = locale.and_then(|tag| tag.parse().ok()).unwrap_or_default();
    Ok(Some(Address { email, locale }))
}

/// Who looks after a unit: staff whose post covers it, of the nearest level that has any.
///
/// # Errors
/// As `Read::rows`.
pub fn managers(read: &mut Read<'_>, tenant: TenantId, unit_path: &str, now: Time) -> Result<Vec<PersonId>> {
    let posts: Vec<(PersonId, String)> = read.rows(
        sql!(
            "SELECT person_id, unit_path FROM post
             WHERE tenant_id = $1 AND role IN ('secretary', 'community_staff', 'subdistrict') AND starts_at <= $3
               AND (ends_at IS NULL OR ends_at > $3) AND substr($2::text, 1, length(unit_path)) = unit_path
             ORDER BY length(unit_path) DESC, person_id LIMIT 200"
        ),
        params![tenant, unit_path, now],
        |row| Ok((row.take()?, row.take()?)),
    )?;
    let Some((_, nearest)) = posts.first() else { return Ok(Vec::new()) };
    let mut managers: Vec<PersonId> =
        posts.iter().filter(|(_, path)| path == nearest).map(|(person, _)| *person).collect();
    managers.dedup();
    Ok(managers)
}
