//! Sessions: opened by whichever way somebody shows who they are, listed and ended by themselves, and over by time, by
//! leaving, or by lying idle. A session's secret begins with the tenant's code; only its digest is kept.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tongxin_base::{Result, TenantId, Time};
use tongxin_db::{Read, Tx, params, sql};

use crate::kernel::{Kernel, SESSION};
use crate::notice::push;
use crate::people::{Person, PersonId, Role, TokenScopes, Who, store};
use crate::secret::digest;
use crate::subject::Subject;
use crate::tenant::Tenant;

/// When a session was last used is written down at most this often.
const SEEN_EVERY: Duration = Duration::from_secs(5 * 60);
/// Sessions of one person that are listed; the newest.
const LISTED: i64 = 50;

/// A session to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// How its person showed who they are: a word of the field (`password`, `passkey`, `phone` ..).
    pub how: &'static str,
    /// The kind of device, in a few plain words; never enough to know it again.
    pub device: String,
    /// What it may be used for, as words of [`TokenScopes`].
    pub scopes: &'static str,
    /// The session it takes the place of, by its secret.
    pub instead: Option<String>,
}

/// A session as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of session under their own names")]
pub struct Session {
    pub digest: Vec<u8>,
    pub how: String,
    pub device: String,
    pub created_at: Time,
    pub seen_at: Time,
}

impl Session {
    /// How a form names it: the beginning of its digest, which says nothing of the secret.
    pub fn mark(&self) -> String {
        hex::encode(self.digest.get(..8).unwrap_or_default())
    }
}

/// How a session's secret is named on forms; see [`Session::mark`].
pub fn session_mark(secret: &str) -> String {
    hex::encode(&digest(secret)[..8])
}

/// Who has an office to lose: an unattended desk is closed earlier.
fn at_a_desk(person: &Person) -> bool {
    use Role::{Admin, Auditor, CommunityStaff, Mediator, Secretary, Subdistrict};
    [Admin, Auditor, CommunityStaff, Mediator, Secretary, Subdistrict].into_iter().any(|role| person.is(role))
}

struct Found {
    person: PersonId,
    scopes: String,
    created_at: Time,
    seen_at: Time,
}

fn find(read: &mut Read<'_>, tenant: TenantId, token: &str, now: Time) -> Result<Option<Found>> {
    read.maybe(
        sql!(
            "SELECT person_id, scopes, created_at, seen_at FROM session
             WHERE tenant_id = $1 AND digest = $2 AND expires_at > $3"
        ),
        params![tenant, &digest(token), now],
        |row| Ok(Found { person: row.take()?, scopes: row.take()?, created_at: row.take()?, seen_at: row.take()? }),
    )
}

/// When the last post of a person ended.
fn left_at(read: &mut Read<'_>, tenant: TenantId, person: PersonId, now: Time) -> Result<Option<Time>> {
    read.maybe(
        sql!(
            "SELECT ends_at FROM post WHERE tenant_id = $1 AND person_id = $2 AND ends_at <= $3
             ORDER BY ends_at DESC LIMIT 1"
        ),
        params![tenant, person, now],
        |row| row.take(),
    )
}

/// Whose a session is, and whether it should be noted that it was used.
fn person_of(
    read: &mut Read<'_>,
    tenant: TenantId,
    token: &str,
    (now, idle): (Time, Duration),
) -> Result<Option<(Person, bool)>> {
    let Some(found) = find(read, tenant, token, now)? else { return Ok(None) };
    let seen = found.seen_at.max(found.created_at);
    let Some(person) = store::person(read, tenant, found.person, TokenScopes::parse(&found.scopes), now)? else {
        return Ok(None);
    };
    if at_a_desk(&person) && seen + idle <= now {
        return Ok(None);
    }
    // Who has left has left every session that was open then; what they may still see of themselves they sign in for anew.
    if person.posts.is_empty() && left_at(read, tenant, found.person, now)?.is_some_and(|left| left > found.created_at)
    {
        return Ok(None);
    }
    Ok(Some((person, seen + SEEN_EVERY <= now)))
}

/// A person's sessions that are open, the last used first.
///
/// # Errors
/// As [`Read::rows`].
pub fn sessions_of(read: &mut Read<'_>, tenant: TenantId, person: PersonId, now: Time) -> Result<Vec<Session>> {
    read.rows(
        sql!(
            "SELECT digest, how, device, created_at, seen_at FROM session
             WHERE tenant_id = $1 AND person_id = $2 AND expires_at > $3 ORDER BY seen_at DESC, created_at DESC LIMIT $4"
        ),
        params![tenant, person, now, LISTED],
        |row| {
            Ok(Session {
                digest: row.take()?,
                how: row.take()?,
                device: row.take()?,
                created_at: row.take()?,
                seen_at: row.take()?,
            })
        },
    )
}

/// Ends one session of a person, and answers whether there was one.
///
/// # Errors
/// As [`Tx::exec`].
pub fn end_one(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, digest: &[u8]) -> Result<bool> {
    let ended = tx.exec(
        sql!("DELETE FROM session WHERE tenant_id = $1 AND person_id = $2 AND digest = $3"),
        params![tenant, person, digest],
    )?;
    if ended > 0 {
        push::session_over(tx, tenant, digest)?;
    }
    Ok(ended > 0)
}

/// Ends all sessions of a person but the one with this secret; all of them where there is none. Answers how many.
///
/// # Errors
/// As [`Tx::exec`].
pub fn end_others(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, but: Option<&str>) -> Result<u64> {
    let kept = but.map(digest).unwrap_or_default();
    push::others_over(tx, tenant, person, &kept)?;
    tx.exec(
        sql!("DELETE FROM session WHERE tenant_id = $1 AND person_id = $2 AND digest <> $3"),
        params![tenant, person, &kept],
    )
}

/// Opens a session.
///
/// # Errors
/// As [`Tx::exec`].
pub fn open_session(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    person: PersonId,
    (token, new): (&str, &NewSession),
    now: Time,
) -> Result<()> {
    if let Some(old) = &new.instead {
        push::session_moved(tx, tenant, (old, token))?;
        store::end_session(tx, tenant, old)?;
    }
    store::add_session(tx, tenant, person, token, now, now + SESSION)?;
    tx.exec(
        sql!(
            "UPDATE session SET how = $3, device = $4, scopes = $5, seen_at = $6 WHERE tenant_id = $1 AND digest = $2"
        ),
        params![tenant, &digest(token), new.how, &new.device, new.scopes, now],
    )?;
    Ok(())
}

/// Gives a session another secret and other scopes, where what it may be used for changes.
///
/// # Errors
/// As [`Tx::exec`].
pub fn renew_session(tx: &mut Tx<'_>, tenant: TenantId, (old, new): (&str, &str), scopes: &str) -> Result<()> {
    tx.exec(
        sql!("UPDATE session SET digest = $3, scopes = $4 WHERE tenant_id = $1 AND digest = $2"),
        params![tenant, &digest(old), &digest(new), scopes],
    )?;
    push::session_moved(tx, tenant, (old, new))
}

/// An API token as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of token under their own names")]
pub struct TokenRow {
    pub digest: Vec<u8>,
    pub name: String,
    pub scopes: String,
    pub created_at: Time,
    pub expires_at: Option<Time>,
}

/// A person's API tokens, the newest first.
///
/// # Errors
/// As [`Read::rows`].
pub fn tokens_of(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<Vec<TokenRow>> {
    read.rows(
        sql!(
            "SELECT digest, name, scopes, created_at, expires_at FROM token
             WHERE tenant_id = $1 AND person_id = $2 ORDER BY created_at DESC LIMIT $3"
        ),
        params![tenant, person, LISTED],
        |row| {
            Ok(TokenRow {
                digest: row.take()?,
                name: row.take()?,
                scopes: row.take()?,
                created_at: row.take()?,
                expires_at: row.take()?,
            })
        },
    )
}

/// Adds an API token that ends.
///
/// # Errors
/// As [`Tx::exec`].
pub fn add_token_until(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    person: PersonId,
    (token, name, scopes): (&str, &str, &str),
    (now, until): (Time, Time),
) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO token(tenant_id, digest, person_id, name, scopes, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        params![tenant, &digest(token), person, name, scopes, now, until],
    )?;
    Ok(())
}

/// Takes one API token back, and answers whether there was one.
///
/// # Errors
/// As [`Tx::exec`].
pub fn drop_token(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, digest: &[u8]) -> Result<bool> {
    let dropped = tx.exec(
        sql!("DELETE FROM token WHERE tenant_id = $1 AND person_id = $2 AND digest = $3"),
        params![tenant, person, digest],
    )?;
    Ok(dropped > 0)
}

impl Kernel {
    /// A new secret for a session or a token; it begins with the tenant's code.
    pub fn secret_for(&self, tenant: &Tenant) -> String {
        format!("{}-{}", tenant.code, self.world().secret())
    }

    /// Opens a session for a person and answers its secret.
    ///
    /// # Errors
    /// As `Db::write`.
    pub async fn open_session(&self, tenant: &Arc<Tenant>, person: PersonId, new: NewSession) -> Result<String> {
        let (id, token) = (tenant.id, self.secret_for(tenant));
        let who = Who::Person(self.person(id, person).await?);
        let kept = token.clone();
        self.act(self.call(tenant, &who), "people.sign_in", move |act| {
            open_session(act.tx, id, person, (&kept, &new), act.call.now)?;
            act.journal("people.sign_in", &Subject::new("person", person), json!({"how": new.how}), None)
        })
        .await?;
        Ok(token)
    }

    /// Who a session's secret belongs to; `Nobody` where it has ended.
    ///
    /// # Errors
    /// As `Db::read`.
    pub async fn by_session(&self, tenant: TenantId, token: &str) -> Result<Who> {
        let (asked, now) = (token.to_owned(), self.world().now());
        let minutes = self.tenant(tenant).map_or(0, |tenant| tenant.settings.session_idle_minutes);
        let idle = Duration::from_secs(u64::from(minutes) * 60);
        let found = self.db().read(tenant, move |read| person_of(read, tenant, &asked, (now, idle))).await?;
        let Some((person, note)) = found else { return Ok(Who::Nobody) };
        if note {
            let kept = digest(token);
            let see = move |tx: &mut Tx<'_>| {
                let seen = sql!("UPDATE session SET seen_at = $3 WHERE tenant_id = $1 AND digest = $2");
                tx.exec(seen, params![tenant, &kept, now]).map(drop)
            };
            // A page is shown even where this cannot be noted.
            if let Err(error) = self.db().write(tenant, "people.seen", see).await {
                tracing::debug!(%error, "when a session was last used could not be noted");
            }
        }
        Ok(Who::Person(Arc::new(person)))
    }
}
