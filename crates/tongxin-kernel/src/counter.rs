//! Counters: numbers that people read to one another, without gaps among those that were kept.

use tongxin_base::{Result, TenantId};
use tongxin_db::{Tx, params, sql};

/// Takes the next `count` numbers of a counter, which begins at 1, and answers the first of them. One row per counter: writes
/// that need the same one wait for one another, so a counter is for a day, not for ever.
///
/// # Errors
/// As [`Tx::exec`].
pub fn next_numbers(tx: &mut Tx<'_>, tenant: TenantId, counter: &str, count: i64) -> Result<i64> {
    let last: i64 = tx.one(
        sql!(
            "INSERT INTO counter(tenant_id, name, value) VALUES ($1, $2, $3)
             ON CONFLICT (tenant_id, name) DO UPDATE SET value = counter.value + excluded.value RETURNING value"
        ),
        params![tenant, counter, count],
        |row| row.take(),
    )?;
    Ok(last - count + 1)
}
