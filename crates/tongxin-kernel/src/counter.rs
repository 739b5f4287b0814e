//! Counters: numbers that people read to one another, without gaps among those that were kept.

use tongxin_base::{Result, TenantId};
use tongxin_db::{Tx, params, sql};

/// The next number of a counter, from 1. One row per counter: writes that need the same one wait for one another, so a
/// counter is for a day, not for ever.
///
/// # Errors
/// As [`Tx::exec`].
pub fn next_number(tx: &mut Tx<'_>, tenant: TenantId, counter: &str) -> Result<i64> {
    tx.one(
        sql!(
            "INSERT INTO counter(tenant_id, name, value) VALUES ($1, $2, 1)
             ON CONFLICT (tenant_id, name) DO UPDATE SET value = counter.value + 1 RETURNING value"
        ),
        params![tenant, counter],
        |row| row.take(),
    )
}
