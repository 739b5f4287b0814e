//! The lists that staff choose from: why a matter is declined, given back, waited for, left out; replies; skills.

use tongxin_base::{Error, Label, Result, TenantId};
use tongxin_db::{Read, Row, Tx, params, sql};

use crate::domain::{Phrase, PhraseKind};

fn phrase(row: &mut Row) -> Result<Phrase> {
    let kind: String = row.take()?;
    let kind = PhraseKind::parse(&kind).ok_or_else(|| Error::internal(format!("phrase kind {kind}")))?;
    let code = row.take()?;
    let name = Label::new(row.take::<String>()?, row.take::<String>()?);
    let text = Label::new(row.take::<String>()?, row.take::<String>()?);
    Ok(Phrase { kind, code, name, text, active: row.take()? })
}

/// All phrases, in use or not, by kind and in their order.
pub fn all(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<Phrase>> {
    read.rows(
        sql!(
            "SELECT kind, code, name, name_en, text, text_en, active FROM requests_phrase
             WHERE tenant_id = $1 ORDER BY kind, position, code"
        ),
        params![tenant],
        phrase,
    )
}

/// Adds a phrase or changes it.
pub fn put(tx: &mut Tx<'_>, tenant: TenantId, p: &Phrase, position: i64) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO requests_phrase(tenant_id, kind, code, name, name_en, text, text_en, position, active)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (tenant_id, kind, code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en,
               text = excluded.text, text_en = excluded.text_en, position = excluded.position, active = excluded.active"
        ),
        params![tenant, p.kind.as_str(), &p.code, &p.name.zh, &p.name.en, &p.text.zh, &p.text.en, position, p.active],
    )?;
    Ok(())
}

/// The phrase with a code that somebody chose; none where the code is empty.
///
/// # Errors
/// `Invalid` on `field` for a code that is not in the list.
pub fn chosen(
    read: &mut Read<'_>,
    tenant: TenantId,
    kind: PhraseKind,
    code: &str,
    field: &'static str,
) -> Result<Option<Phrase>> {
    if code.is_empty() {
        return Ok(None);
    }
    let found = read.maybe(
        sql!(
            "SELECT kind, code, name, name_en, text, text_en, active FROM requests_phrase
             WHERE tenant_id = $1 AND kind = $2 AND code = $3 AND active = 1"
        ),
        params![tenant, kind.as_str(), code],
        phrase,
    )?;
    found.map(Some).ok_or_else(|| Error::field(field, "form-unknown-choice"))
}
