//! Tickets: good once and for a short time. Whatever takes two visits rests on one: a second step, a passkey's challenge, a
//! visit to an organisation, a link to a new password. What a ticket holds is sealed; its secret is kept as a digest.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Kernel, PersonId, Tenant};

use crate::store::{self, Ticket};

/// What a ticket is for, and how long it is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The word in the table.
    pub name: &'static str,
    /// How long it is good.
    pub good_for: Duration,
}

const fn kind(name: &'static str, minutes: u64) -> Kind {
    Kind { name, good_for: Duration::from_secs(minutes * 60) }
}

/// A password was right; the second step is still to be shown.
pub const SECOND: Kind = kind("second", 10);
/// A passkey was asked for a signature.
pub const CHALLENGE: Kind = kind("challenge", 5);
/// A new passkey was asked for.
pub const NEW_PASSKEY: Kind = kind("new_passkey", 5);
/// A secret was shown to a new app, and its first code is still to come.
pub const NEW_APP: Kind = kind("new_app", 15);
/// Somebody was sent to an organisation.
pub const VISIT: Kind = kind("visit", 10);
/// A link to a new password was sent by mail.
pub const RECOVER: Kind = kind("recover", 30);
/// A link was sent to an address to see whether it is its person's.
pub const MAIL: Kind = kind("mail", 24 * 60);
/// A code was sent to a number.
pub const PHONE: Kind = kind("phone", 10);

/// The tenant a ticket is of, by its beginning; `here` where that is nobody's.
pub fn house(kernel: &Kernel, token: &str, here: &Arc<Tenant>) -> Arc<Tenant> {
    let named = token.split_once('-').and_then(|(code, _)| kernel.tenant_by_code(code));
    named.unwrap_or_else(|| Arc::clone(here))
}

/// Issues a ticket and answers its secret.
///
/// # Errors
/// As `Db::write`.
pub async fn issue<T: Serialize>(
    kernel: &Kernel,
    tenant: &Tenant,
    kind: Kind,
    person: Option<PersonId>,
    state: &T,
) -> Result<String> {
    let token = kernel.secret_for(tenant);
    issue_as(kernel, tenant, kind, (&token, person), state).await?;
    Ok(token)
}

/// Issues a ticket with a secret of one's own: one that a link is derived from.
///
/// # Errors
/// As `Db::write`.
pub async fn issue_as<T: Serialize>(
    kernel: &Kernel,
    tenant: &Tenant,
    kind: Kind,
    (token, person): (&str, Option<PersonId>),
    state: &T,
) -> Result<()> {
    let (id, now, token) = (tenant.id, kernel.world().now(), token.to_owned());
    let ticket = Ticket { person, state: serde_json::to_string(state).map_err(Error::internal)? };
    let row = kernel.world().id();
    let issue = move |tx: &mut tongxin_db::Tx<'_>| {
        store::issue(tx, id, (row, kind.name, &token), &ticket, (now, now + kind.good_for))
    };
    kernel.db().write(id, "doors.ticket", issue).await
}

/// What a ticket holds, without taking it; nothing where it is good no more.
///
/// # Errors
/// As `Db::read`.
pub async fn look<T: DeserializeOwned>(
    kernel: &Kernel,
    tenant: &Tenant,
    kind: Kind,
    token: &str,
) -> Result<Option<(Option<PersonId>, T)>> {
    let (id, now, token) = (tenant.id, kernel.world().now(), token.to_owned());
    let found = kernel.db().read(id, move |read| store::look(read, id, (kind.name, &token), now)).await?;
    found.map(|ticket| Ok((ticket.person, serde_json::from_str(&ticket.state).map_err(Error::internal)?))).transpose()
}

/// Takes a ticket; nothing where it was taken before or is good no more.
///
/// # Errors
/// As `Db::write`.
pub async fn take<T: DeserializeOwned>(
    kernel: &Kernel,
    tenant: &Tenant,
    kind: Kind,
    token: &str,
) -> Result<Option<(Option<PersonId>, T)>> {
    let Some(held) = look(kernel, tenant, kind, token).await? else { return Ok(None) };
    let (id, now, token) = (tenant.id, kernel.world().now(), token.to_owned());
    let take = move |tx: &mut tongxin_db::Tx<'_>| store::take(tx, id, (kind.name, &token), now);
    Ok(kernel.db().write(id, "doors.ticket", take).await?.then_some(held))
}

/// Keeps something else in a ticket.
///
/// # Errors
/// As `Db::write`.
pub async fn rewrite<T: Serialize>(kernel: &Kernel, tenant: &Tenant, token: &str, state: &T) -> Result<()> {
    let state = serde_json::to_string(state).map_err(Error::internal)?;
    let (id, token) = (tenant.id, token.to_owned());
    let rewrite = move |tx: &mut tongxin_db::Tx<'_>| store::rewrite(tx, id, &token, &state);
    kernel.db().write(id, "doors.ticket", rewrite).await
}
