//! Categories and pools.

use tongxin_base::{Error, Label, Result, TenantId};
use tongxin_db::{Read, Row, Tx, params, sql};

use crate::domain::{Category, Pool};

fn category(row: &mut Row) -> Result<Category> {
    let (code, parent) = (row.take()?, row.take()?);
    let name = Label::new(row.take::<String>()?, row.take::<String>()?);
    let mut limit = || row.take::<String>()?.parse().map_err(Error::internal);
    let (contact_limit, grab_limit, start_limit, finish_limit) = (limit()?, limit()?, limit()?, limit()?);
    let (radius_m, skill) = (row.take()?, row.take()?);
    Ok(Category { code, parent, name, contact_limit, grab_limit, start_limit, finish_limit, radius_m, skill })
}

/// The categories in use, in their order.
pub fn all(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<Category>> {
    read.rows(
        sql!(
            "SELECT code, parent, name, name_en, contact_limit, grab_limit, start_limit, finish_limit, radius_m, skill
             FROM requests_category
             WHERE tenant_id = $1 AND active = 1 ORDER BY position, code"
        ),
        params![tenant],
        category,
    )
}

/// Every category, those in use first, and whether it is.
pub fn even_retired(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<(Category, bool)>> {
    read.rows(
        sql!(
            "SELECT code, parent, name, name_en, contact_limit, grab_limit, start_limit, finish_limit, radius_m, skill,
               active
             FROM requests_category WHERE tenant_id = $1 ORDER BY active DESC, position, code"
        ),
        params![tenant],
        |row| Ok((category(row)?, row.take()?)),
    )
}

/// One category, in use or not.
pub fn one(read: &mut Read<'_>, tenant: TenantId, code: &str) -> Result<Option<Category>> {
    read.maybe(
        sql!(
            "SELECT code, parent, name, name_en, contact_limit, grab_limit, start_limit, finish_limit, radius_m, skill
             FROM requests_category
             WHERE tenant_id = $1 AND code = $2"
        ),
        params![tenant, code],
        category,
    )
}

/// Adds a category or changes the one with its code; requests already made keep the limits they were promised.
pub fn put(tx: &mut Tx<'_>, tenant: TenantId, category: &Category, position: i64) -> Result<()> {
    let Category { code, parent, name, radius_m, skill, .. } = category;
    tx.exec(
        sql!(
            "INSERT INTO requests_category(tenant_id, code, parent, name, name_en, contact_limit, finish_limit, radius_m,
               position, active, grab_limit, start_limit, skill) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11, $12)
             ON CONFLICT (tenant_id, code) DO UPDATE SET parent = excluded.parent, name = excluded.name,
               name_en = excluded.name_en, contact_limit = excluded.contact_limit, finish_limit = excluded.finish_limit,
               radius_m = excluded.radius_m, position = excluded.position, active = 1, grab_limit = excluded.grab_limit,
               start_limit = excluded.start_limit, skill = excluded.skill"
        ),
        params![
            tenant,
            code,
            parent,
            &name.zh,
            &name.en,
            &category.contact_limit.to_string(),
            &category.finish_limit.to_string(),
            *radius_m,
            position,
            &category.grab_limit.to_string(),
            &category.start_limit.to_string(),
            skill
        ],
    )?;
    Ok(())
}

/// The pools, by code.
pub fn pools(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<Pool>> {
    read.rows(
        sql!("SELECT code, name, name_en, skill, kind FROM requests_pool WHERE tenant_id = $1 ORDER BY code"),
        params![tenant],
        |row| {
            let (code, name) = (row.take()?, Label::new(row.take::<String>()?, row.take::<String>()?));
            Ok(Pool { code, name, skill: row.take()?, kind: row.take()? })
        },
    )
}

/// Adds a pool or changes it.
pub fn put_pool(tx: &mut Tx<'_>, tenant: TenantId, pool: &Pool) -> Result<()> {
    let Pool { code, name, skill, kind } = pool;
    tx.exec(
        sql!(
            "INSERT INTO requests_pool(tenant_id, code, name, name_en, skill, kind) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant_id, code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en,
               skill = excluded.skill, kind = excluded.kind"
        ),
        params![tenant, code, &name.zh, &name.en, skill, kind],
    )?;
    Ok(())
}
