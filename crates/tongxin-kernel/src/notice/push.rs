//! Browsers that a person wants to be told in: each by its push service's address and its keys, for as long as the person is signed
//! in there and a month after they were last seen. What is pushed says that there is something new, and nothing of what it is.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tongxin_base::{Id, Locale, Result, TenantId, Time};
use tongxin_db::{Param, Read, Row, Tx, params, sql};

use super::{Notice, NoticeId};
use crate::people::PersonId;
use crate::secret::digest;
use crate::tenant::Tenant;

/// A marker for the id of a subscription.
#[derive(Debug)]
pub enum SubscriptionKind {}

/// The id of a subscription.
pub type SubscriptionId = Id<SubscriptionKind>;

/// Browsers of one person; the one that was seen longest ago makes room.
const MOST: i64 = 5;
/// A browser in which nobody was seen for so long is told nothing any more.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// A browser that wants to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Which one.
    pub id: SubscriptionId,
    /// Where its push service takes messages for it.
    pub endpoint: String,
    /// Its public key, P-256, in base64url.
    pub p256dh: String,
    /// The secret it shares with us alone, in base64url.
    pub auth: String,
    /// The language that was read there.
    pub locale: Locale,
    /// Since when.
    pub created_at: Time,
    told: Option<NoticeId>,
}

impl Subscription {
    /// A new one.
    pub fn new(id: SubscriptionId, endpoint: &str, (p256dh, auth): (&str, &str), locale: Locale, now: Time) -> Self {
        let (endpoint, p256dh, auth) = (endpoint.to_owned(), p256dh.to_owned(), auth.to_owned());
        Self { id, endpoint, p256dh, auth, locale, created_at: now, told: None }
    }

    /// Whether this notice has reached it already.
    pub fn was_told(&self, notice: NoticeId) -> bool {
        self.told == Some(notice)
    }
}

/// A notice on its way to a browser.
#[derive(Debug, Clone)]
pub struct Push {
    /// Whose house it comes from.
    pub tenant: Arc<Tenant>,
    /// Which notice.
    pub notice: Notice,
    /// To which browser.
    pub to: Subscription,
}

/// Why a push did not go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unpushed {
    /// The browser does not want any more, or never was one: it is forgotten.
    Gone,
    /// Not now.
    Later(String),
    /// Never: the push service will not have it. Its words.
    Never(String),
}

/// A future of a push.
pub type Pushing<'a> = Pin<Box<dyn Future<Output = Result<(), Unpushed>> + Send + 'a>>;

/// Who carries pushes out; the binary brings one.
pub trait Pusher: Send + Sync + 'static {
    /// The key by which push services know us, as browsers want it: base64url of a point.
    fn key(&self) -> String;

    /// Hands one to its push service; `Ok` once it took it over. It must not take longer than eight seconds.
    fn send(&self, push: Push) -> Pushing<'_>;
}

fn subscription(row: &mut Row) -> Result<Subscription> {
    let id: SubscriptionId = row.take()?;
    let endpoint: String = row.open("push_subscription.endpoint", id)?;
    let keys: String = row.open("push_subscription.keys", id)?;
    let (p256dh, auth) = keys.split_once('.').unwrap_or((&keys, ""));
    let locale: String = row.take()?;
    Ok(Subscription {
        id,
        p256dh: p256dh.to_owned(),
        auth: auth.to_owned(),
        endpoint,
        locale: locale.parse().unwrap_or_default(),
        told: row.take()?,
        created_at: row.take()?,
    })
}

/// A person's browsers.
///
/// # Errors
/// As [`Read::rows`].
pub fn of(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<Vec<Subscription>> {
    read.rows(
        sql!(
            "SELECT id, endpoint, keys, locale, told, created_at FROM push_subscription
             WHERE tenant_id = $1 AND person_id = $2 ORDER BY id LIMIT $3"
        ),
        params![tenant, person, MOST],
        subscription,
    )
}

/// Whether a person has a browser that wants to be told.
pub(super) fn any(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<bool> {
    let found = read.maybe(
        sql!("SELECT id FROM push_subscription WHERE tenant_id = $1 AND person_id = $2 LIMIT 1"),
        params![tenant, person],
        |row| row.take::<SubscriptionId>(),
    )?;
    Ok(found.is_some())
}

/// Keeps a browser for a person, in a session; whoever had it before has it no more.
///
/// # Errors
/// As [`Tx::exec`].
pub fn put(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    (person, session): (PersonId, &str),
    new: &Subscription,
    now: Time,
) -> Result<()> {
    let mark = digest(&new.endpoint);
    tx.exec(sql!("DELETE FROM push_subscription WHERE tenant_id = $1 AND mark = $2"), params![tenant, &mark])?;
    let keys = format!("{}.{}", new.p256dh, new.auth);
    tx.exec(
        sql!(
            "INSERT INTO push_subscription(tenant_id, id, person_id, session, mark, endpoint, keys, locale, created_at, renewed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)"
        ),
        params![
            tenant,
            new.id,
            person,
            &digest(session),
            &mark,
            Param::sealed("push_subscription.endpoint", new.id, new.endpoint.as_str()),
            Param::sealed("push_subscription.keys", new.id, keys.as_str()),
            new.locale.tag(),
            now
        ],
    )?;
    tx.exec(
        sql!(
            "DELETE FROM push_subscription WHERE tenant_id = $1 AND person_id = $2 AND id NOT IN
             (SELECT id FROM push_subscription WHERE tenant_id = $1 AND person_id = $2 ORDER BY renewed_at DESC, id DESC LIMIT $3)"
        ),
        params![tenant, person, MOST],
    )?;
    Ok(())
}

/// A person was seen in a browser of theirs: it belongs to this session now. False where it is not theirs; somebody else's is
/// forgotten, for this person sits before it now.
///
/// # Errors
/// As [`Tx::exec`].
pub fn renew(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    (person, session): (PersonId, &str),
    endpoint: &str,
    (locale, now): (Locale, Time),
) -> Result<bool> {
    let mark = digest(endpoint);
    let renewed = tx.exec(
        sql!(
            "UPDATE push_subscription SET session = $4, locale = $5, renewed_at = $6
             WHERE tenant_id = $1 AND person_id = $2 AND mark = $3"
        ),
        params![tenant, person, &mark, &digest(session), locale.tag(), now],
    )?;
    if renewed == 0 {
        tx.exec(sql!("DELETE FROM push_subscription WHERE tenant_id = $1 AND mark = $2"), params![tenant, &mark])?;
    }
    Ok(renewed == 1)
}

/// Forgets a person's browser; all of them where none is named. Answers how many.
///
/// # Errors
/// As [`Tx::exec`].
pub fn stop(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, endpoint: Option<&str>) -> Result<u64> {
    match endpoint {
        Some(endpoint) => tx.exec(
            sql!("DELETE FROM push_subscription WHERE tenant_id = $1 AND person_id = $2 AND mark = $3"),
            params![tenant, person, &digest(endpoint)],
        ),
        None => tx.exec(
            sql!("DELETE FROM push_subscription WHERE tenant_id = $1 AND person_id = $2"),
            params![tenant, person],
        ),
    }
}

/// A browser that is no more.
pub(super) fn drop_one(tx: &mut Tx<'_>, tenant: TenantId, id: SubscriptionId) -> Result<()> {
    tx.exec(sql!("DELETE FROM push_subscription WHERE tenant_id = $1 AND id = $2"), params![tenant, id])?;
    Ok(())
}

/// A notice has reached a browser.
pub(super) fn told(tx: &mut Tx<'_>, tenant: TenantId, id: SubscriptionId, notice: NoticeId) -> Result<()> {
    tx.exec(
        sql!("UPDATE push_subscription SET told = $3 WHERE tenant_id = $1 AND id = $2"),
        params![tenant, id, notice],
    )?;
    Ok(())
}

/// A session was ended, by its digest: whoever signs out is told nothing there any more.
pub(crate) fn session_over(tx: &mut Tx<'_>, tenant: TenantId, session: &[u8]) -> Result<()> {
    tx.exec(sql!("DELETE FROM push_subscription WHERE tenant_id = $1 AND session = $2"), params![tenant, session])?;
    Ok(())
}

/// All sessions of a person but the one with this digest were ended.
pub(crate) fn others_over(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, but: &[u8]) -> Result<()> {
    tx.exec(
        sql!("DELETE FROM push_subscription WHERE tenant_id = $1 AND person_id = $2 AND session <> $3"),
        params![tenant, person, but],
    )?;
    Ok(())
}

/// A session goes on under another secret.
pub(crate) fn session_moved(tx: &mut Tx<'_>, tenant: TenantId, (old, new): (&str, &str)) -> Result<()> {
    tx.exec(
        sql!("UPDATE push_subscription SET session = $3 WHERE tenant_id = $1 AND session = $2"),
        params![tenant, &digest(old), &digest(new)],
    )?;
    Ok(())
}

/// Forgets browsers in which nobody was seen for long. Answers how many.
pub(crate) fn forget(tx: &mut Tx<'_>, tenant: TenantId, now: Time) -> Result<u64> {
    tx.exec(sql!("DELETE FROM push_subscription WHERE tenant_id = $1 AND renewed_at < $2"), params![tenant, now - KEPT])
}
