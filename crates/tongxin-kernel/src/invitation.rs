//! Invitations: a link, good once and for a week, by which somebody chooses the password of their login. Nobody else ever
//! knows a password, and none is ever sent.

use std::sync::Arc;
use std::time::Duration;

use tongxin_base::{Error, Result, TenantId, Time};
use tongxin_db::{Read, Tx, params, sql};

use crate::act::Act;
use crate::kernel::Kernel;
use crate::password::check_password;
use crate::people::{PersonId, Who, store as people};
use crate::secret::digest;
use crate::subject::Subject;
use crate::tenant::Tenant;

/// An invitation is good for this long: a week, so that it outlives a holiday and not much more.
const GOOD_FOR: Duration = Duration::from_secs(7 * 24 * 3600);

/// Who is invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// Which person.
    pub person: PersonId,
    /// Their login.
    pub login: String,
    /// Their name.
    pub name: String,
}

/// Invites a person; whatever link they had before opens nothing any more.
///
/// # Errors
/// As [`Tx::exec`].
pub fn invite(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, token: &str, now: Time) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO invitation(tenant_id, person_id, digest, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, person_id) DO UPDATE SET digest = excluded.digest,
               created_at = excluded.created_at, expires_at = excluded.expires_at"
        ),
        params![tenant, person, &digest(token), now, now + GOOD_FOR],
    )?;
    Ok(())
}

fn find(read: &mut Read<'_>, tenant: TenantId, token: &str, now: Time) -> Result<Option<Invited>> {
    read.maybe(
        sql!(
            "SELECT i.person_id, l.login, p.name FROM invitation i
             JOIN login l ON l.tenant_id = i.tenant_id AND l.person_id = i.person_id
             JOIN person p ON p.tenant_id = i.tenant_id AND p.id = i.person_id
             WHERE i.tenant_id = $1 AND i.digest = $2 AND i.expires_at > $3"
        ),
        params![tenant, &digest(token), now],
        |row| {
            let (person, login) = (row.take()?, row.take()?);
            Ok(Invited { person, login, name: row.open(people::NAME, person)? })
        },
    )
}

/// Forgets invitations that nobody can use any more; answers how many.
pub(crate) fn forget(tx: &mut Tx<'_>, tenant: TenantId, now: Time) -> Result<u64> {
    tx.exec(sql!("DELETE FROM invitation WHERE tenant_id = $1 AND expires_at < $2"), params![tenant, now])
}

/// Uses an invitation up, in the write that gives its person their way in: the hash of a password, or another way, and then
/// no password opens anything any more. What sessions there were end.
///
/// # Errors
/// `NotFound` where the link is good no more, or is somebody else's.
pub fn use_up(act: &mut Act<'_, '_>, person: PersonId, token: &str, hash: Option<&str>) -> Result<()> {
    let (id, now) = (act.call.tenant.id, act.call.now);
    // The count decides: of two who use one link at once, one is first.
    let used = act.tx.exec(
        sql!("DELETE FROM invitation WHERE tenant_id = $1 AND person_id = $2 AND digest = $3 AND expires_at > $4"),
        params![id, person, &digest(token), now],
    )?;
    if used == 0 {
        return Err(Error::NotFound);
    }
    match hash {
        Some(hash) => people::set_password(act.tx, id, person, hash, now)?,
        None => people::drop_password(act.tx, id, person)?,
    }
    act.journal("people.accept", &Subject::new("person", person), serde_json::json!({}), None)
}

impl Kernel {
    /// A new token for an invitation; it begins with the tenant's code, so that its link finds the house.
    pub fn invitation_token(&self, tenant: &Tenant) -> String {
        format!("{}-{}", tenant.code, self.world().secret())
    }

    /// Who a link invites; nobody where it was used, has run out or never was.
    ///
    /// # Errors
    /// As `Db::read`.
    pub async fn invited(&self, tenant: TenantId, token: &str) -> Result<Option<Invited>> {
        let (token, now) = (token.to_owned(), self.world().now());
        self.db().read(tenant, move |read| find(read, tenant, &token, now)).await
    }

    /// Uses an invitation to choose a password; what sessions there were end. Answers who they are.
    ///
    /// # Errors
    /// `NotFound` where the link opens nothing; `Invalid` for a password that may not be chosen.
    pub async fn accept_invitation(&self, tenant: &Arc<Tenant>, token: &str, password: &str) -> Result<PersonId> {
        let invited = self.invited(tenant.id, token).await?.ok_or(Error::NotFound)?;
        check_password(password, &[&invited.login, &invited.name, &tenant.name.zh, &tenant.name.en])?;
        let hash = self.hash_password_aside(password.to_owned()).await?;
        let (person, token) = (invited.person, token.to_owned());
        let who = Who::Person(self.person(tenant.id, person).await?);
        self.act(self.call(tenant, &who), "people.accept", move |act| use_up(act, person, &token, Some(&hash))).await?;
        Ok(person)
    }
}
