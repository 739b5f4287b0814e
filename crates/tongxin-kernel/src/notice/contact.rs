//! How a person wants to be told outside the house: their e-mail address, set by themselves, and the language for it.

use tongxin_base::{Locale, Result, TenantId, Time};
use tongxin_db::{Param, Read, Tx, params, sql};

use crate::people::PersonId;

/// How a person can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Their e-mail address.
    pub email: String,
    /// Whether they want notices there.
    pub notices_by_mail: bool,
    /// The language they read; the default where they never said.
    pub locale: Locale,
}

/// A person's contact; nothing where they set none.
///
/// # Errors
/// As [`Read::rows`].
pub fn of(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<Option<Contact>> {
    read.maybe(
        sql!(
            "SELECT c.email, c.notices_by_mail, p.locale FROM person_contact c
             JOIN person p ON p.tenant_id = c.tenant_id AND p.id = c.person_id
             WHERE c.tenant_id = $1 AND c.person_id = $2"
        ),
        params![tenant, person],
        |row| {
            let email = row.open("person_contact.email", person)?;
            let by_mail = row.take::<i64>()? != 0;
            let locale = row.take::<Option<String>>()?.and_then(|tag| tag.parse().ok()).unwrap_or_default();
            Ok(Contact { email, notices_by_mail: by_mail, locale })
        },
    )
}

/// Sets a person's contact.
///
/// # Errors
/// As [`Tx::exec`].
pub fn put(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, contact: &Contact, now: Time) -> Result<()> {
    let email = Param::sealed("person_contact.email", person, contact.email.as_str());
    tx.exec(
        sql!(
            "INSERT INTO person_contact(tenant_id, person_id, email, notices_by_mail, updated_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, person_id) DO UPDATE SET email = excluded.email,
               notices_by_mail = excluded.notices_by_mail, updated_at = excluded.updated_at"
        ),
        params![tenant, person, email, i64::from(contact.notices_by_mail), now],
    )?;
    tx.exec(
        sql!("UPDATE person SET locale = $3 WHERE tenant_id = $1 AND id = $2"),
        params![tenant, person, contact.locale.tag()],
    )?;
    Ok(())
}

/// Forgets a person's contact.
///
/// # Errors
/// As [`Tx::exec`].
pub fn drop(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId) -> Result<()> {
    tx.exec(sql!("DELETE FROM person_contact WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    Ok(())
}
