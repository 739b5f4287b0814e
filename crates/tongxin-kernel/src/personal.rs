//! The rights of the people whose data is held: to see all of it, to take it along, to have it erased, and that it goes by
//! itself when its time is over. Each room says what it holds; the kernel asks them all, so that nothing is forgotten.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use tongxin_base::{Error, Result, TenantId, Time};
use tongxin_db::{Read, params, sql};

use crate::act::{Act, Call};
use crate::file::FileId;
use crate::kernel::Kernel;
use crate::look::Look;
use crate::people::{PersonId, Role, Who, store as people};
use crate::subject::Subject;
use crate::{chore, consent, look, notice, posts};

/// The journal knows people by a pseudonym; so many of their acts are listed.
const MOST_ACTS: i64 = 1000;
/// Some at a time, so that a write stays short.
const BATCH: i64 = 200;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Whose data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// Somebody with an account.
    Person(PersonId),
    /// Whoever has a secret link: the digest of its token.
    Link([u8; 32]),
    /// What hangs on a thing of theirs in another room: a rating on a report.
    Of(Subject),
}

/// One thing that is held about somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// What it is: `data-<kind>` is its heading.
    pub kind: &'static str,
    /// Which one; looks at it are found by this.
    pub subject: Subject,
    /// Since when.
    pub at: Time,
    /// What is held, by name: `data-field-<name>` is what people read.
    pub fields: Vec<(&'static str, String)>,
    /// Photos that belong to it.
    pub files: Vec<FileId>,
}

/// What a room holds about people, and how it lets go of it.
#[derive(Clone, Copy)]
pub struct PersonalData {
    /// All of it, for whoever asks for their own.
    pub held: fn(&mut Read<'_>, TenantId, &Whose) -> Result<Vec<Piece>>,
    /// Erases it. What others must be able to go on with (that there was a matter, and where) stays without the person.
    pub erase: fn(&mut Act<'_, '_>, &Whose) -> Result<()>,
    /// Lets go of what has been held long enough, some rows at a time; answers how many. Called until it answers none.
    pub expire: fn(&mut Act<'_, '_>) -> Result<u64>,
}

/// All that is held about somebody, and who looked at it.
#[derive(Debug, Clone)]
pub struct Holdings {
    /// What is held.
    pub pieces: Vec<Piece>,
    /// Who looked, newest first.
    pub looks: Vec<Look>,
}

const OWN: PersonalData = PersonalData { held, erase, expire };

impl Kernel {
    fn keepers(&self) -> Vec<PersonalData> {
        // The kernel comes last: while the rooms erase, the person is still there to be pointed at.
        self.rooms().iter().filter_map(|room| room.personal).chain([OWN]).collect()
    }

    /// All that is held about somebody, by all rooms.
    ///
    /// # Errors
    /// As `Db::read`.
    pub async fn held_about(&self, tenant: TenantId, whose: &Whose) -> Result<Holdings> {
        let (keepers, whose) = (self.keepers(), whose.clone());
        self.db()
            .read(tenant, move |read| {
                let mut pieces = Vec::new();
                for keeper in keepers.iter().rev() {
                    pieces.extend((keeper.held)(read, tenant, &whose)?);
                }
                let things: BTreeSet<(String, _)> =
                    pieces.iter().map(|piece| (piece.subject.kind.clone(), piece.subject.id)).collect();
                for (kind, id) in things {
                    for keeper in &keepers {
                        pieces.extend((keeper.held)(read, tenant, &Whose::Of(Subject { kind: kind.clone(), id }))?);
                    }
                }
                let mut looks = Vec::new();
                let looked: BTreeSet<(&str, _)> =
                    pieces.iter().map(|piece| (piece.subject.kind.as_str(), piece.subject.id)).collect();
                for (kind, id) in looked {
                    looks.extend(look::looks_at(read, tenant, &Subject { kind: kind.to_owned(), id })?);
                }
                looks.sort_by_key(|look| std::cmp::Reverse(look.at));
                Ok(Holdings { pieces, looks })
            })
            .await
    }

    /// Erases all that is held about somebody: their own wish, at once.
    ///
    /// # Errors
    /// `Rule` for somebody who still holds a post of the staff: their employer's records end with the post.
    pub async fn erase_about(&self, call: Call, whose: Whose) -> Result<()> {
        self.act(call, "privacy.erase", move |act| act.erase(&whose)).await
    }

    /// Lets go of all that has been held long enough. Answers how many rows were emptied.
    ///
    /// # Errors
    /// As `Db::write`.
    pub async fn expire(&self) -> Result<u64> {
        let mut emptied = 0;
        for tenant in self.tenants() {
            for keeper in self.keepers() {
                loop {
                    let call = self.call(&tenant, &Who::System);
                    let rows = self.act(call, "privacy.expire", move |act| (keeper.expire)(act)).await?;
                    emptied += rows;
                    if rows == 0 {
                        break;
                    }
                }
            }
        }
        Ok(emptied)
    }
}

impl Act<'_, '_> {
    /// Erases what all rooms hold about somebody, in this write.
    ///
    /// # Errors
    /// As [`Kernel::erase_about`].
    pub fn erase(&mut self, whose: &Whose) -> Result<()> {
        if let Whose::Person(person) = whose {
            self.may_go(*person)?;
        }
        for keeper in self.kernel.keepers() {
            (keeper.erase)(self, whose)?;
        }
        crate::erasure::record_erasure(self, whose);
        let subject = match whose {
            Whose::Person(person) => Subject::new("person", *person),
            Whose::Link(_) | Whose::Of(_) => return Ok(()), // its room says which report it was
        };
        self.journal("privacy.erase", &subject, json!({}), None)
    }

    /// Erases what other rooms hold on a thing that is being erased.
    ///
    /// # Errors
    /// As [`Act::erase`].
    pub fn erase_of(&mut self, thing: &Subject) -> Result<()> {
        let whose = Whose::Of(thing.clone());
        self.kernel.keepers().into_iter().try_for_each(|keeper| (keeper.erase)(self, &whose))
    }

    /// Whether a person's data may be erased: not while they work here.
    ///
    /// # Errors
    /// `Rule` where they do; `NotFound` where there is no such person.
    pub fn may_go(&mut self, person: PersonId) -> Result<()> {
        let (tenant, now) = (self.call.tenant.id, self.call.now);
        people::public_name(self.tx, tenant, person)?;
        let held = posts::of(self.tx, tenant, person)?;
        let works = |post: &posts::Post| post.held.role != Role::Resident && !post.is_over(now);
        if held.iter().any(works) {
            return Err(Error::rule("rights-still-working"));
        }
        Ok(())
    }

    /// Takes the salts of what the journal holds a digest of away: from now on nobody can tell by it what was written. With
    /// `naming`, only of lines whose payload names it.
    ///
    /// # Errors
    /// As `Tx::exec`.
    pub fn forget_salts(&mut self, subject: &Subject, naming: Option<&str>) -> Result<()> {
        let like = naming.map_or_else(|| "%".to_owned(), |name| format!("%\"{name}\"%"));
        self.tx.exec(
            sql!(
                "DELETE FROM journal_salt WHERE tenant_id = $1 AND seq IN (SELECT seq FROM journal
                 WHERE tenant_id = $1 AND subject_kind = $2 AND subject_id = $3 AND payload LIKE $4)"
            ),
            params![self.call.tenant.id, &subject.kind, subject.id, &like],
        )?;
        Ok(())
    }
}

fn held(read: &mut Read<'_>, tenant: TenantId, whose: &Whose) -> Result<Vec<Piece>> {
    let Whose::Person(person) = whose else { return Ok(Vec::new()) };
    let subject = Subject::new("person", *person);
    let piece = |kind, at, fields| Piece { kind, subject: subject.clone(), at, fields, files: Vec::new() };
    let mut pieces = read.rows(
        sql!(
            "SELECT p.created_at, p.name, p.public_name, p.locale, l.login FROM person p
             LEFT JOIN login l ON l.tenant_id = p.tenant_id AND l.person_id = p.id WHERE p.tenant_id = $1 AND p.id = $2"
        ),
        params![tenant, *person],
        |row| {
            let at = row.take()?;
            let name = row.open(people::NAME, *person)?;
            let mut fields = vec![("name", name), ("public_name", row.open(people::PUBLIC_NAME, *person)?)];
            fields.extend(row.take::<Option<String>>()?.map(|locale| ("language", locale)));
            fields.extend(row.take::<Option<String>>()?.map(|login| ("login", login)));
            Ok(piece("account", at, fields))
        },
    )?;
    if let Some(contact) = notice::contact::of(read, tenant, *person)? {
        let at = pieces.first().map_or(Time::from_micros(0), |piece| piece.at);
        pieces.push(piece("contact", at, vec![("email", contact.email)]));
    }
    for browser in notice::push::of(read, tenant, *person)? {
        pieces.push(piece("push", browser.created_at, vec![("push_address", browser.endpoint)]));
    }
    for chore in chore::chores_of(read, tenant, *person, MOST_ACTS)? {
        pieces.push(piece("chore", chore.made_at, vec![("asked", chore.asked.to_string())]));
    }
    for post in posts::of(read, tenant, *person)? {
        let mut fields = vec![("role", post.held.role.to_string()), ("unit", post.held.unit_path)];
        fields.extend(post.ends_at.map(|end| ("until", end.to_string())));
        pieces.push(piece("post", post.starts_at, fields));
    }
    for given in consent::of(read, tenant, *person)? {
        let mut fields = vec![("purpose", given.purpose)];
        fields.extend(given.withdrawn_at.map(|at| ("withdrawn", at.to_string())));
        pieces.push(piece("consent", given.given_at, fields));
    }
    let acts = read.rows(
        sql!("SELECT at, action, seq FROM journal WHERE tenant_id = $1 AND actor = $2 ORDER BY seq DESC LIMIT $3"),
        params![tenant, &format!("person:{person}"), MOST_ACTS],
        |row| {
            let (at, action, seq): (Time, String, i64) = (row.take()?, row.take()?, row.take()?);
            Ok(piece("act", at, vec![("action", action), ("seq", seq.to_string())]))
        },
    )?;
    pieces.extend(acts);
    Ok(pieces)
}

/// What is left is a row without a name that old acts point at.
fn erase(act: &mut Act<'_, '_>, whose: &Whose) -> Result<()> {
    let Whose::Person(person) = whose else { return Ok(()) };
    let (tenant, now) = (act.call.tenant.id, act.call.now);
    for post in posts::of(act.tx, tenant, *person)? {
        posts::end(act.tx, tenant, *person, &post.held, now)?;
    }
    posts::shut_out(act.tx, tenant, *person)?;
    posts::set_left(act.tx, tenant, *person, Some(now))?;
    empty(act, *person)
}

fn empty(act: &mut Act<'_, '_>, person: PersonId) -> Result<()> {
    let tenant = act.call.tenant.id;
    notice::contact::drop(act.tx, tenant, person)?;
    notice::push::stop(act.tx, tenant, person, None)?;
    consent::forget(act.tx, tenant, person)?;
    chore::forget_all(act, person)?;
    act.tx.exec(sql!("DELETE FROM login WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    act.tx.exec(sql!("DELETE FROM password WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    act.tx.exec(sql!("DELETE FROM invitation WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    act.tx.exec(sql!("DELETE FROM notice WHERE tenant_id = $1 AND to_id = $2"), params![tenant, person])?;
    act.tx.exec(
        sql!("DELETE FROM look WHERE tenant_id = $1 AND subject_kind = 'person' AND subject_id = $2"),
        params![tenant, person],
    )?;
    act.tx.exec(
        sql!("DELETE FROM idempotency WHERE tenant_id = $1 AND caller = $2"),
        params![tenant, &format!("person:{person}")],
    )?;
    act.tx.exec(
        sql!("UPDATE person SET name = '', public_name = '', locale = NULL WHERE tenant_id = $1 AND id = $2"),
        params![tenant, person],
    )?;
    act.forget_salts(&Subject::new("person", person), None)
}

/// A year after somebody left their name goes; looks and decisions are kept for two years.
fn expire(act: &mut Act<'_, '_>) -> Result<u64> {
    let (tenant, now) = (act.call.tenant.id, act.call.now);
    let gone = act.tx.rows(
        sql!("SELECT id FROM person WHERE tenant_id = $1 AND left_at IS NOT NULL AND left_at < $2 AND name <> '' LIMIT $3"),
        params![tenant, now - DAY * 365, BATCH],
        |row| row.take::<PersonId>(),
    )?;
    for person in &gone {
        let whose = Whose::Person(*person);
        act.kernel.keepers().into_iter().try_for_each(|keeper| (keeper.erase)(act, &whose))?;
    }
    let looks = look::forget(act.tx, tenant, now - DAY * 730)?;
    let decisions = crate::approval::forget(act.tx, tenant, now - DAY * 730)?;
    Ok(gone.len() as u64 + looks + decisions)
}
