//! The lists that administrators keep, with what the loop itself need not know: order, and whether an entry is still used.

use tongxin_base::{Error, Label, Result, TenantId};
use tongxin_db::{Read, Tx, params, sql};

use crate::domain::{Category, Phrase, PhraseKind};
use crate::store::categories;

/// The phrases of a kind in their order, used or not.
///
/// # Errors
/// As `Read::rows`.
pub fn phrases(read: &mut Read<'_>, tenant: TenantId, kind: PhraseKind) -> Result<Vec<Phrase>> {
    read.rows(
        sql!(
            "SELECT code, name, name_en, text, text_en, active FROM requests_phrase
             WHERE tenant_id = $1 AND kind = $2 ORDER BY position, code"
        ),
        params![tenant, kind.as_str()],
        |row| {
            let code = row.take()?;
            let name = Label::new(row.take::<String>()?, row.take::<String>()?);
            let text = Label::new(row.take::<String>()?, row.take::<String>()?);
            Ok(Phrase { kind, code, name, text, active: row.take()? })
        },
    )
}

/// Writes the order of the phrases of a kind: the codes as they stand.
///
/// # Errors
/// As `Tx::exec`.
pub fn order_phrases(tx: &mut Tx<'_>, tenant: TenantId, kind: PhraseKind, codes: &[String]) -> Result<()> {
    for (code, position) in codes.iter().zip(0_i64..) {
        tx.exec(
            sql!("UPDATE requests_phrase SET position = $4 WHERE tenant_id = $1 AND kind = $2 AND code = $3"),
            params![tenant, kind.as_str(), code, position],
        )?;
    }
    Ok(())
}

/// A category with its place in the list, and whether it is used.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The category.
    pub category: Category,
    /// Its place among all.
    pub position: i64,
    /// Whether something new may be reported as it.
    pub active: bool,
}

/// All categories in their order, used or not.
///
/// # Errors
/// As `Read::rows`.
pub fn categories(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<Listed>> {
    let all: Vec<(String, i64, i64)> = read.rows(
        sql!("SELECT code, position, active FROM requests_category WHERE tenant_id = $1 ORDER BY position, code"),
        params![tenant],
        |row| Ok((row.take()?, row.take()?, row.take()?)),
    )?;
    let mut listed = Vec::with_capacity(all.len());
    for (code, position, active) in all {
        let category = categories::one(read, tenant, &code)?.ok_or_else(|| Error::internal("a category that went"))?;
        listed.push(Listed { category, position, active: active == 1 });
    }
    Ok(listed)
}

/// Keeps a category as it now is. Matters that run keep the limits they were promised.
///
/// # Errors
/// As `Tx::exec`.
pub fn put_category(tx: &mut Tx<'_>, tenant: TenantId, listed: &Listed) -> Result<()> {
    categories::put(tx, tenant, &listed.category, listed.position)?;
    tx.exec(
        sql!("UPDATE requests_category SET active = $3 WHERE tenant_id = $1 AND code = $2"),
        params![tenant, &listed.category.code, i64::from(listed.active)],
    )?;
    Ok(())
}

/// Whether something new may be reported as this category.
///
/// # Errors
/// As `Read::rows`.
pub fn is_used(read: &mut Read<'_>, tenant: TenantId, code: &str) -> Result<bool> {
    let active = read.maybe(
        sql!("SELECT active FROM requests_category WHERE tenant_id = $1 AND code = $2"),
        params![tenant, code],
        |row| row.take::<i64>(),
    )?;
    Ok(active == Some(1))
}
