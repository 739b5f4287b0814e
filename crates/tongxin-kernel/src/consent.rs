//! Consent: what a person agreed to, purpose by purpose, and took back as easily. What is held on the ground of consent alone
//! goes with it.

use tongxin_base::{Result, TenantId, Time};
use tongxin_db::{Read, Tx, params, sql};

use crate::act::Act;
use crate::people::PersonId;
use crate::subject::Subject;

/// Something that is done only where a person agreed.
#[derive(Clone, Copy)]
pub struct Agreement {
    /// Its name, `room.what`; `consent-<room>-<what>` and `..-words` are what people read.
    pub name: &'static str,
    /// Whether it can be given by a tick alone; else it is given where what it needs (an address) is typed in.
    pub by_tick: bool,
    /// Lets go of what was held for it.
    pub withdraw: fn(&mut Act<'_, '_>, PersonId) -> Result<()>,
}

/// Mail for somebody with an account, to the address they gave.
pub const BY_MAIL: &str = "notices.mail";

/// That their browsers are told when there is something new.
pub const BY_PUSH: &str = "notices.push";

/// That a child under fourteen uses the account of their guardian, who agrees to it apart from everything else (PIPL article 31).
pub const GUARDIAN: &str = "people.guardian";

/// The kernel's own purposes. All are off until somebody gives them, and none hands anything to anybody else or abroad.
pub(crate) const AGREEMENTS: &[Agreement] = &[
    Agreement {
        name: BY_MAIL,
        by_tick: false,
        withdraw: |act, person| crate::notice::contact::drop(act.tx, act.call.tenant.id, person),
    },
    Agreement {
        name: BY_PUSH,
        by_tick: false,
        withdraw: |act, person| crate::notice::push::stop(act.tx, act.call.tenant.id, person, None).map(drop),
    },
    Agreement { name: GUARDIAN, by_tick: true, withdraw: forget_child },
];

/// Without the guardian's word the child is told nothing any more; what was reported goes with the account, which one click erases.
fn forget_child(act: &mut Act<'_, '_>, person: PersonId) -> Result<()> {
    crate::notice::push::stop(act.tx, act.call.tenant.id, person, None)?;
    crate::notice::contact::drop(act.tx, act.call.tenant.id, person)
}

/// A consent that was given, and perhaps taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// To what.
    pub purpose: String,
    /// When.
    pub given_at: Time,
    /// When it was taken back.
    pub withdrawn_at: Option<Time>,
}

/// Notes that a person agrees, now.
///
/// # Errors
/// As [`Tx::exec`].
pub fn give(act: &mut Act<'_, '_>, person: PersonId, purpose: &str) -> Result<()> {
    let (tenant, now) = (act.call.tenant.id, act.call.now);
    let given = act.tx.exec(
        sql!(
            "INSERT INTO consent(tenant_id, person_id, purpose, given_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, person_id, purpose) DO UPDATE SET given_at = excluded.given_at, withdrawn_at = NULL
             WHERE consent.withdrawn_at IS NOT NULL"
        ),
        params![tenant, person, purpose, now],
    )?;
    if given == 0 {
        return Ok(());
    }
    act.journal("consent.give", &Subject::new("person", person), serde_json::json!({"purpose": purpose}), None)
}

/// Notes that a person agrees no more, and lets go of what was held for it.
///
/// # Errors
/// As [`Tx::exec`].
pub fn withdraw(act: &mut Act<'_, '_>, person: PersonId, purpose: &Agreement) -> Result<()> {
    let (tenant, now) = (act.call.tenant.id, act.call.now);
    let withdrawn = act.tx.exec(
        sql!(
            "UPDATE consent SET withdrawn_at = $4 WHERE tenant_id = $1 AND person_id = $2 AND purpose = $3 AND withdrawn_at IS NULL"
        ),
        params![tenant, person, purpose.name, now],
    )?;
    (purpose.withdraw)(act, person)?;
    if withdrawn == 0 {
        return Ok(());
    }
    act.journal("consent.withdraw", &Subject::new("person", person), serde_json::json!({"purpose": purpose.name}), None)
}

/// What a person agreed to, by purpose.
///
/// # Errors
/// As [`Read::rows`].
pub fn of(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<Vec<Consent>> {
    read.rows(
        sql!(
            "SELECT purpose, given_at, withdrawn_at FROM consent WHERE tenant_id = $1 AND person_id = $2 ORDER BY purpose"
        ),
        params![tenant, person],
        |row| Ok(Consent { purpose: row.take()?, given_at: row.take()?, withdrawn_at: row.take()? }),
    )
}

/// Forgets a person's consents.
pub(crate) fn forget(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId) -> Result<()> {
    tx.exec(sql!("DELETE FROM consent WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    Ok(())
}
