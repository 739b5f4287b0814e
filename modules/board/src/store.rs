//! All SQL of this room: the tree of the programme and its aims.

use tongxin_base::{Label, Result, TenantId, Time};
use tongxin_db::{Read, Tx, params, sql};

/// A part of the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its code.
    pub code: String,
    /// The part it belongs to; none for the first ones.
    pub parent: Option<String>,
    /// What it is called.
    pub name: Label,
    /// What it is about, in a sentence; may be empty.
    pub text: Label,
}

/// Something the programme wants to reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its code.
    pub code: String,
    /// The part it hangs on.
    pub node: String,
    /// What is counted.
    pub name: Label,
    /// How many are wanted.
    pub target: i64,
    /// Of what, as one says it: 个, 万元.
    pub unit: Label,
    /// The measure that counts them; none where no room counts them yet.
    pub measure: Option<String>,
}

/// The tree, parents before children, each in its order.
pub fn nodes(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<Node>> {
    read.rows(
        sql!(
            "SELECT code, parent, name, name_en, text, text_en FROM board_node WHERE tenant_id = $1 ORDER BY position"
        ),
        params![tenant],
        |row| {
            let (code, parent) = (row.take()?, row.take()?);
            let name = Label::new(row.take::<String>()?, row.take::<String>()?);
            Ok(Node { code, parent, name, text: Label::new(row.take::<String>()?, row.take::<String>()?) })
        },
    )
}

/// The aims, in their order.
pub fn targets(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<Target>> {
    read.rows(
        sql!(
            "SELECT code, node, name, name_en, target, unit, unit_en, measure FROM board_target
             WHERE tenant_id = $1 ORDER BY position"
        ),
        params![tenant],
        |row| {
            let (code, node) = (row.take()?, row.take()?);
            let name = Label::new(row.take::<String>()?, row.take::<String>()?);
            let target = row.take()?;
            let unit = Label::new(row.take::<String>()?, row.take::<String>()?);
            Ok(Target { code, node, name, target, unit, measure: row.take()? })
        },
    )
}

/// Puts a tree and its aims in the place of those that are there.
pub fn replace(tx: &mut Tx<'_>, tenant: TenantId, nodes: &[Node], targets: &[Target]) -> Result<()> {
    tx.exec(sql!("DELETE FROM board_target WHERE tenant_id = $1"), params![tenant])?;
    tx.exec(sql!("DELETE FROM board_node WHERE tenant_id = $1"), params![tenant])?;
    for (node, position) in nodes.iter().zip(0_i64..) {
        let Node { code, parent, name, text } = node;
        tx.exec(
            sql!(
                "INSERT INTO board_node(tenant_id, code, parent, position, name, name_en, text, text_en)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            ),
            params![tenant, code, parent, position, &name.zh, &name.en, &text.zh, &text.en],
        )?;
    }
    for (target, position) in targets.iter().zip(0_i64..) {
        let Target { code, node, name, target, unit, measure } = target;
        tx.exec(
            sql!(
                "INSERT INTO board_target(tenant_id, code, node, position, name, name_en, target, unit, unit_en, measure)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            ),
            params![tenant, code, node, position, &name.zh, &name.en, *target, &unit.zh, &unit.en, measure],
        )?;
    }
    Ok(())
}

/// The published months, newest first, at most so many.
pub fn months(read: &mut Read<'_>, tenant: TenantId, most: i64) -> Result<Vec<(i64, String)>> {
    read.rows(
        sql!("SELECT month, figures FROM board_open WHERE tenant_id = $1 ORDER BY month DESC LIMIT $2"),
        params![tenant, most],
        |row| Ok((row.take()?, row.take()?)),
    )
}

/// Publishes a month, once.
pub fn publish(tx: &mut Tx<'_>, tenant: TenantId, month: i64, figures: &str, now: Time) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO board_open(tenant_id, month, figures, made_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, month) DO NOTHING"
        ),
        params![tenant, month, figures, now],
    )?;
    Ok(())
}
