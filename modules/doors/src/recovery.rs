//! Getting in again without the password: a link to an address that was shown to be its person's. What is answered never says
//! whether there is such a person or such an address. Where there is none, an administrator makes a new invitation.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::{Id, Result, TenantId};
use tongxin_db::Read;
use tongxin_kernel::{
    Address, Anything, Kernel, NewNotice, NoticeLink, PersonId, Recipient, Subject, Tenant, contact, end_others,
    notice_store, people_store,
};

use crate::actions::{Change, change, link_id};
use crate::{store, ticket};

/// The kind of subject whose address book is ours: a person, reached at their own address whatever notices they want.
pub const KIND: &str = "doors_person";

/// The address of a person, for letters about their own way in.
///
/// # Errors
/// As `Read::rows`.
pub fn address(read: &mut Read<'_>, tenant: TenantId, person: Id<Anything>) -> Result<Option<Address>> {
    let contact = contact::of(read, tenant, PersonId::from_uuid(person.uuid()))?;
    Ok(contact.map(|contact| Address { email: contact.email, locale: contact.locale }))
}

/// What a link that was sent by mail knows: the address it went to.
#[derive(Serialize, Deserialize)]
struct Sent {
    address: String,
}

/// Sends a letter with a link that is good once: the token is derived from an id, so that neither stands in the outbox.
async fn send_link(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    person: PersonId,
    kind: ticket::Kind,
    (address, key, path): (String, &'static str, &'static str),
) -> Result<()> {
    let id = link_id(kernel);
    let token = kernel.link_token(&tenant.code, id);
    ticket::issue_as(kernel, tenant, kind, (&token, Some(person)), &Sent { address }).await?;
    let to = Recipient::Reachable(Subject::new(KIND, person));
    let mut letter = NewNotice::new(kernel.world(), id, to, Subject::new("person", person), key);
    letter.link = NoticeLink { path: path.to_owned(), secret_of: Some(Id::from_uuid(id.uuid())) };
    letter.urgent = true;
    let sent = Change { person, action: "doors.send_link", payload: json!({"for": kind.name}), notice: "" };
    change(kernel, tenant, sent, move |act| {
        let (tenant, now) = (Arc::clone(&act.call.tenant), act.call.now);
        notice_store::add(act.tx, &tenant, std::slice::from_ref(&letter), now)
    })
    .await
}

/// Sends a link to the address of who has this login, where it was shown to be theirs. It answers the same in any case.
///
/// # Errors
/// As `Db::write`.
pub async fn ask(kernel: &Kernel, login: &str) -> Result<()> {
    let login = login.trim().to_owned();
    let whose = kernel.db().read(TenantId(0), move |read| people_store::whose_login(read, &login)).await?;
    let Some((tenant, person)) = whose.and_then(|(id, person)| Some((kernel.tenant(id)?, person))) else {
        return Ok(());
    };
    let id = tenant.id;
    let address = kernel.db().read(id, move |read| {
        let Some(contact) = contact::of(read, id, person)? else { return Ok(None) };
        Ok(store::is_confirmed(read, id, person, &contact.email)?.then_some(contact.email))
    });
    let Some(address) = address.await? else { return Ok(()) };
    let letter = (address, "doors-letter-recover", "/sign-in/recover/*");
    send_link(kernel, &tenant, person, ticket::RECOVER, letter).await
}

/// Sends a link to a person's own address, to see whether it is theirs.
///
/// # Errors
/// `NotFound` where they have left none.
pub async fn confirm(kernel: &Kernel, tenant: &Arc<Tenant>, person: PersonId) -> Result<()> {
    let id = tenant.id;
    let contact = kernel.db().read(id, move |read| contact::of(read, id, person)).await?;
    let contact = contact.filter(|contact| !contact.email.is_empty()).ok_or(tongxin_base::Error::NotFound)?;
    let letter = (contact.email, "doors-letter-confirm", "/me/sign-in/mail/*");
    send_link(kernel, tenant, person, ticket::MAIL, letter).await
}

/// A link to an address was opened by its person: the address is theirs, if it is still the one they left.
///
/// # Errors
/// As `Kernel::act`.
pub async fn confirmed(kernel: &Kernel, tenant: &Arc<Tenant>, person: PersonId, token: &str) -> Result<bool> {
    let held = ticket::look::<Sent>(kernel, tenant, ticket::MAIL, token).await?;
    let Some((_, sent)) = held.filter(|(whose, _)| *whose == Some(person)) else { return Ok(false) };
    ticket::take::<Sent>(kernel, tenant, ticket::MAIL, token).await?;
    let id = tenant.id;
    let own = Change { person, action: "doors.confirm_mail", payload: json!({}), notice: "" };
    change(kernel, tenant, own, move |act| store::confirm_mail(act.tx, id, person, &sent.address, act.call.now))
        .await?;
    Ok(true)
}

/// Whose a link to a new password is; nobody's where it is good no more, or where their address is another one by now.
///
/// # Errors
/// As `Db::read`.
pub async fn whose(kernel: &Kernel, tenant: &Tenant, token: &str) -> Result<Option<PersonId>> {
    let held = ticket::look::<Sent>(kernel, tenant, ticket::RECOVER, token).await?;
    let Some((Some(person), sent)) = held else { return Ok(None) };
    let id = tenant.id;
    let contact = kernel.db().read(id, move |read| contact::of(read, id, person)).await?;
    let same = contact.is_some_and(|contact| store::plain(&contact.email) == store::plain(&sent.address));
    Ok(same.then_some(person))
}

/// Uses a link to a new password: it is set, all sessions and tickets end, and its person is told. Second factors stay.
///
/// # Errors
/// `NotFound` where the link is good no more.
pub async fn set(kernel: &Kernel, tenant: &Arc<Tenant>, (person, token): (PersonId, &str), hash: String) -> Result<()> {
    if ticket::take::<Sent>(kernel, tenant, ticket::RECOVER, token).await?.is_none() {
        return Err(tongxin_base::Error::NotFound);
    }
    let id = tenant.id;
    let set = Change { person, action: "people.recover", payload: json!({}), notice: "doors-notice-recovered" };
    change(kernel, tenant, set, move |act| {
        people_store::set_password(act.tx, id, person, &hash, act.call.now)?;
        store::drop_tickets(act.tx, id, person)?;
        end_others(act.tx, id, person, None).map(drop)
    })
    .await
}
