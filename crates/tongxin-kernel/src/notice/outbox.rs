//! The post goes out: letters that are due are claimed, sent one by one, and marked. A server that dies in between leaves
//! its claim to run out; the letter goes again under the same Message-ID.

use std::sync::Arc;
use std::time::Duration;

use tongxin_base::{Result, TenantId, Time};
use tongxin_db::{Read, Tx};

use super::push::{self, Push, Unpushed};
use super::{Address, Channel, LEASE, Letter, Notice, NoticeId, Recipient, Undelivered, contact, store};
use crate::kernel::Kernel;
use crate::tenant::Tenant;

/// What the outbox says of a letter whose address is not known any more; a key of the web's words.
const NO_ADDRESS: &str = "outbox-no-address";
/// The same of a push whose person has no browser any more that wants to be told.
const NO_BROWSER: &str = "outbox-no-browser";
/// There was a carrier when it was claimed.
const NOBODY: &str = "nobody carries it just now";

impl Kernel {
    /// Sends what is due, for all tenants, until nothing is. Answers how many were tried; none where nobody carries them.
    ///
    /// # Errors
    /// `Unavailable` where the database is away.
    pub async fn post_off(&self) -> Result<u64> {
        // What nobody carries waits, and holds up nothing else.
        let only = match (self.mailer().is_some(), self.pusher().is_some()) {
            (true, true) => None,
            (true, false) => Some(Channel::Mail),
            (false, true) => Some(Channel::Push),
            (false, false) => return Ok(0),
        };
        let mut tried = 0;
        for tenant in self.tenants() {
            loop {
                let (id, now) = (tenant.id, self.world().now());
                if !self.db().read(id, move |read| store::any_due(read, id, only, now)).await? {
                    break;
                }
                let letters = self.db().write(id, "notices.claim", move |tx| store::claim(tx, id, only, now)).await?;
                if letters.is_empty() {
                    break;
                }
                for notice in letters {
                    tried += 1;
                    self.post_one(&tenant, notice).await?;
                }
            }
        }
        Ok(tried)
    }

    async fn post_one(&self, tenant: &Arc<Tenant>, notice: Notice) -> Result<()> {
        let number = tenant.id;
        let outcome = match notice.channel {
            Channel::Push => self.push_out(tenant, &notice).await?,
            Channel::App | Channel::Mail => self.mail_out(tenant, &notice).await?,
        };
        let now = self.world().now();
        let (whose, id) = (Arc::clone(tenant), notice.id);
        match outcome {
            Ok(()) => self.note_sent(number, id, now).await,
            Err(Undelivered::Later(why)) => {
                tracing::warn!(%id, attempt = notice.attempts, why, "a letter did not go and waits");
                let wait = move |tx: &mut Tx<'_>| store::postpone(tx, &whose, &notice, &why, now);
                self.db().write(number, "notices.postpone", wait).await
            }
            Err(Undelivered::Never(why)) => {
                tracing::warn!(%id, why, "a letter will not go");
                let set_aside = move |tx: &mut Tx<'_>| store::give_up(tx, number, &notice, &why);
                self.db().write(number, "notices.give_up", set_aside).await
            }
        }
    }

    async fn mail_out(&self, tenant: &Arc<Tenant>, notice: &Notice) -> Result<Result<(), Undelivered>> {
        let Some(mailer) = self.mailer() else { return Ok(Err(Undelivered::Later(NOBODY.to_owned()))) };
        let Some(address) = self.address(tenant, notice).await? else {
            return Ok(Err(Undelivered::Never(NO_ADDRESS.to_owned())));
        };
        let path = notice.link.open(self, tenant);
        let to = address.email.clone();
        let letter = Letter { tenant: Arc::clone(tenant), address, path, notice: notice.clone() };
        Ok(mailer.send(letter).await.map_err(|why| match why {
            Undelivered::Later(why) => Undelivered::Later(naming_nobody(&why, &to)),
            Undelivered::Never(why) => Undelivered::Never(naming_nobody(&why, &to)),
        }))
    }

    /// Tells a person's browsers, each once: one that could not be reached is tried again without the others.
    async fn push_out(&self, tenant: &Arc<Tenant>, notice: &Notice) -> Result<Result<(), Undelivered>> {
        let Some(pusher) = self.pusher() else { return Ok(Err(Undelivered::Later(NOBODY.to_owned()))) };
        let Recipient::Person(person) = notice.to else { return Ok(Err(Undelivered::Never(NO_BROWSER.to_owned()))) };
        let (number, id) = (tenant.id, notice.id);
        let read = move |read: &mut Read<'_>| {
            Ok((store::was_read(read, number, person, id)?, push::of(read, number, person)?))
        };
        let (was_read, browsers) = self.db().read(number, read).await?;
        if was_read {
            return Ok(Ok(())); // nobody is woken for what they know
        }
        let (mut reached, mut why) = (false, None);
        for to in browsers {
            let which = to.id;
            if to.was_told(id) {
                reached = true;
                continue;
            }
            match pusher.send(Push { tenant: Arc::clone(tenant), notice: notice.clone(), to }).await {
                Ok(()) => {
                    reached = true;
                    self.db().write(number, "push.told", move |tx| push::told(tx, number, which, id)).await?;
                }
                Err(Unpushed::Gone) => {
                    self.db().write(number, "push.gone", move |tx| push::drop_one(tx, number, which)).await?;
                }
                Err(Unpushed::Later(said)) => why = Some(Undelivered::Later(said)),
                Err(Unpushed::Never(said)) => why = why.or(Some(Undelivered::Never(said))),
            }
        }
        Ok(match why {
            Some(Undelivered::Later(said)) => Err(Undelivered::Later(said)),
            _ if reached => Ok(()),
            Some(never) => Err(never),
            None => Err(Undelivered::Never(NO_BROWSER.to_owned())),
        })
    }

    /// Marks a letter that a server took over. It must not go a second time, so this is tried for as long as the claim
    /// holds.
    async fn note_sent(&self, tenant: TenantId, id: NoticeId, now: Time) -> Result<()> {
        let mut left = LEASE.as_secs() / 2;
        loop {
            let mark = move |tx: &mut Tx<'_>| store::sent(tx, tenant, id, now);
            match self.db().write(tenant, "notices.sent", mark).await {
                Err(error) if left > 0 => {
                    tracing::warn!(%id, %error, "a letter is out and could not be marked; trying again");
                    left -= 1;
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                answer => return answer,
            }
        }
    }

    /// Where a notice's recipient is reached now: who took their address back is not written to.
    ///
    /// # Errors
    /// As `Db::read`.
    pub async fn address(&self, tenant: &Tenant, notice: &Notice) -> Result<Option<Address>> {
        let id = tenant.id;
        match &notice.to {
            Recipient::Person(person) => {
                let person = *person;
                let contact = self.db().read(id, move |read| contact::of(read, id, person)).await?;
                let wanted = contact.filter(|contact| contact.notices_by_mail);
                Ok(wanted.map(|contact| Address { email: contact.email, locale: contact.locale }))
            }
            Recipient::Reachable(subject) => {
                let books = self.rooms().iter().flat_map(|room| room.address_books);
                let Some(book) = books.copied().find(|book| book.kind == subject.kind) else { return Ok(None) };
                let subject = subject.id;
                self.db().read(id, move |read: &mut Read<'_>| (book.find)(read, id, subject)).await
            }
        }
    }

    /// Posts until the future is dropped: every second, what is due.
    pub(crate) async fn post(&self) {
        loop {
            if let Err(error) = self.post_off().await {
                tracing::warn!(%error, "the outbox could not be looked at");
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

/// A mail server's words without the address that it quotes, or any other: they are logged, and kept with the notice.
fn naming_nobody(why: &str, to: &str) -> String {
    let mailbox = to.split('@').next().unwrap_or_default();
    let inside = |letter: char| letter.is_alphanumeric() || "@.-_+".contains(letter);
    let mut said = String::with_capacity(why.len());
    for piece in why.split_inclusive(|letter: char| !inside(letter)) {
        let word = piece.trim_end_matches(|letter: char| !inside(letter));
        let named =
            word.contains('@') || (!mailbox.is_empty() && word.trim_end_matches('.').eq_ignore_ascii_case(mailbox));
        said.push_str(if named { "(address)" } else { word });
        said.push_str(&piece[word.len()..]);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_server_name_nobody() {
        for (why, said) in [
            ("550 5.1.1 <li.hua@example.com>: no such user", "550 5.1.1 <(address)>: no such user"),
            ("user LI.HUA is over quota; see li.hua@example.com.", "user (address) is over quota; see (address)"),
            ("\"anybody+else@example.org\" is unknown\u{3002}", "\"(address)\" is unknown\u{3002}"),
            ("the mail server took too long", "the mail server took too long"),
        ] {
            assert_eq!(naming_nobody(why, "li.hua@example.com"), said);
        }
        assert_eq!(naming_nobody("no mailbox", ""), "no mailbox");
    }
}
