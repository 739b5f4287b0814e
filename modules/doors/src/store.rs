//! All SQL of this room, on its own tables alone.

use tongxin_base::{Id, Result, TenantId, Time};
use tongxin_db::{Param, Read, Sealed, Tx, params, sealed, sql};
use tongxin_kernel::{PersonId, token_digest};

/// The columns of this room that are kept sealed.
pub const SEALED: &[Sealed] = &[
    sealed!("doors_ticket", "id", "state"),
    sealed!("doors_app", "person_id", "secret"),
    sealed!("doors_passkey", "id", "name"),
    sealed!("doors_phone", "person_id", "sealed"),
];

const STATE: &str = "doors_ticket.state";
const SECRET: &str = "doors_app.secret";
const PASSKEY_NAME: &str = "doors_passkey.name";
const PHONE: &str = "doors_phone.sealed";
const NUMBER: &str = "doors_phone.number";
const SUBJECT: &str = "doors_link.subject";
const ADDRESS: &str = "doors_mail.address";

/// A marker for the row of a ticket.
#[derive(Debug)]
pub enum TicketKind {}

/// The row of a ticket; its secret is kept as a digest.
pub type TicketId = Id<TicketKind>;

/// A marker for the id of a passkey.
#[derive(Debug)]
pub enum PasskeyKind {}

/// The id of a passkey, as forms name it.
pub type PasskeyId = Id<PasskeyKind>;

/// A ticket that was taken: whose it was, where it was somebody's, and what it held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub person: Option<PersonId>,
    pub state: String,
}

/// Issues a ticket.
///
/// # Errors
/// As [`Tx::exec`].
pub fn issue(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    (id, kind, token): (TicketId, &str, &str),
    ticket: &Ticket,
    (now, until): (Time, Time),
) -> Result<()> {
    tx.exec(sql!("DELETE FROM doors_ticket WHERE tenant_id = $1 AND expires_at < $2"), params![tenant, now])?;
    tx.exec(
        sql!(
            "INSERT INTO doors_ticket(tenant_id, digest, id, kind, person_id, state, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        params![
            tenant,
            &token_digest(token),
            id,
            kind,
            ticket.person,
            Param::sealed(STATE, id, ticket.state.as_str()),
            until
        ],
    )?;
    Ok(())
}

/// What a ticket holds, without taking it.
///
/// # Errors
/// As [`Read::rows`].
pub fn look(read: &mut Read<'_>, tenant: TenantId, (kind, token): (&str, &str), now: Time) -> Result<Option<Ticket>> {
    read.maybe(
        sql!(
            "SELECT id, person_id, state FROM doors_ticket
             WHERE tenant_id = $1 AND digest = $2 AND kind = $3 AND expires_at > $4"
        ),
        params![tenant, &token_digest(token), kind, now],
        |row| {
            let id: TicketId = row.take()?;
            Ok(Ticket { person: row.take()?, state: row.open(STATE, id)? })
        },
    )
}

/// Takes a ticket: of two who use one at once, one is first. Answers whether it was this one.
///
/// # Errors
/// As [`Tx::exec`].
pub fn take(tx: &mut Tx<'_>, tenant: TenantId, (kind, token): (&str, &str), now: Time) -> Result<bool> {
    let taken = tx.exec(
        sql!("DELETE FROM doors_ticket WHERE tenant_id = $1 AND digest = $2 AND kind = $3 AND expires_at > $4"),
        params![tenant, &token_digest(token), kind, now],
    )?;
    Ok(taken > 0)
}

/// Keeps something else in a ticket: how often it was tried.
///
/// # Errors
/// As [`Tx::exec`].
pub fn rewrite(tx: &mut Tx<'_>, tenant: TenantId, token: &str, state: &str) -> Result<()> {
    let row = sql!("SELECT id FROM doors_ticket WHERE tenant_id = $1 AND digest = $2");
    let found = tx.maybe(row, params![tenant, &token_digest(token)], |row| row.take::<TicketId>())?;
    let Some(id) = found else { return Ok(()) };
    tx.exec(
        sql!("UPDATE doors_ticket SET state = $3 WHERE tenant_id = $1 AND digest = $2"),
        params![tenant, &token_digest(token), Param::sealed(STATE, id, state)],
    )?;
    Ok(())
}

/// Takes back all tickets of a person.
///
/// # Errors
/// As [`Tx::exec`].
pub fn drop_tickets(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId) -> Result<()> {
    tx.exec(sql!("DELETE FROM doors_ticket WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    Ok(())
}

/// The app of a person: its secret as text, the last step that was used, since when.
///
/// # Errors
/// As [`Read::rows`].
pub fn app(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<Option<(String, i64, Time)>> {
    read.maybe(
        sql!("SELECT secret, last_step, created_at FROM doors_app WHERE tenant_id = $1 AND person_id = $2"),
        params![tenant, person],
        |row| Ok((row.open(SECRET, person)?, row.take()?, row.take()?)),
    )
}

/// Sets a person's app.
///
/// # Errors
/// As [`Tx::exec`].
pub fn put_app(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    person: PersonId,
    (secret, step): (&str, i64),
    now: Time,
) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO doors_app(tenant_id, person_id, secret, last_step, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, person_id) DO UPDATE SET secret = excluded.secret, last_step = excluded.last_step,
               created_at = excluded.created_at"
        ),
        params![tenant, person, Param::sealed(SECRET, person, secret), step, now],
    )?;
    Ok(())
}

/// Uses the code of a step. `false` where this code or a later one was used: none works twice.
///
/// # Errors
/// As [`Tx::exec`].
pub fn use_step(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, step: i64) -> Result<bool> {
    let used = tx.exec(
        sql!("UPDATE doors_app SET last_step = $3 WHERE tenant_id = $1 AND person_id = $2 AND last_step < $3"),
        params![tenant, person, step],
    )?;
    Ok(used > 0)
}

/// Takes a person's app away.
///
/// # Errors
/// As [`Tx::exec`].
pub fn drop_app(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId) -> Result<bool> {
    let dropped =
        tx.exec(sql!("DELETE FROM doors_app WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    Ok(dropped > 0)
}

/// How many recovery codes a person has left.
///
/// # Errors
/// As [`Read::rows`].
pub fn codes_left(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<i64> {
    read.one(
        sql!("SELECT COUNT(*) FROM doors_recovery_code WHERE tenant_id = $1 AND person_id = $2"),
        params![tenant, person],
        |row| row.take(),
    )
}

/// Gives a person new recovery codes in place of all others.
///
/// # Errors
/// As [`Tx::exec`].
pub fn put_codes(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, digests: &[[u8; 32]]) -> Result<()> {
    tx.exec(sql!("DELETE FROM doors_recovery_code WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    for digest in digests {
        tx.exec(
            sql!("INSERT INTO doors_recovery_code(tenant_id, person_id, digest) VALUES ($1, $2, $3)"),
            params![tenant, person, digest],
        )?;
    }
    Ok(())
}

/// Uses a recovery code; `false` where it is none, or none any more.
///
/// # Errors
/// As [`Tx::exec`].
pub fn use_code(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, digest: &[u8; 32]) -> Result<bool> {
    let used = tx.exec(
        sql!("DELETE FROM doors_recovery_code WHERE tenant_id = $1 AND person_id = $2 AND digest = $3"),
        params![tenant, person, digest],
    )?;
    Ok(used > 0)
}

/// A passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    pub credential: Vec<u8>,
    pub id: PasskeyId,
    pub person: PersonId,
    pub name: String,
    pub public_key: Vec<u8>,
    pub state: Vec<u8>,
    pub created_at: Time,
    pub used_at: Time,
}

fn passkey_of(row: &mut tongxin_db::Row) -> Result<Passkey> {
    let (credential, id, person) = (row.take()?, row.take()?, row.take()?);
    Ok(Passkey {
        credential,
        id,
        person,
        name: row.open(PASSKEY_NAME, id)?,
        public_key: row.take()?,
        state: row.take()?,
        created_at: row.take()?,
        used_at: row.take()?,
    })
}

/// The passkey with this credential.
///
/// # Errors
/// As [`Read::rows`].
pub fn passkey(read: &mut Read<'_>, tenant: TenantId, credential: &[u8]) -> Result<Option<Passkey>> {
    read.maybe(
        sql!(
            "SELECT credential, id, person_id, name, public_key, state, created_at, used_at FROM doors_passkey
             WHERE tenant_id = $1 AND credential = $2"
        ),
        params![tenant, credential],
        passkey_of,
    )
}

/// The passkeys of a person, the oldest first.
///
/// # Errors
/// As [`Read::rows`].
pub fn passkeys(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<Vec<Passkey>> {
    read.rows(
        sql!(
            "SELECT credential, id, person_id, name, public_key, state, created_at, used_at FROM doors_passkey
             WHERE tenant_id = $1 AND person_id = $2 ORDER BY created_at, id"
        ),
        params![tenant, person],
        passkey_of,
    )
}

/// Adds a passkey; `false` where the credential is somebody's already.
///
/// # Errors
/// As [`Tx::exec`].
pub fn add_passkey(tx: &mut Tx<'_>, tenant: TenantId, passkey: &Passkey) -> Result<bool> {
    let added = tx.exec(
        sql!(
            "INSERT INTO doors_passkey(tenant_id, credential, id, person_id, name, public_key, state, created_at, used_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant_id, credential) DO NOTHING"
        ),
        params![
            tenant,
            &passkey.credential,
            passkey.id,
            passkey.person,
            Param::sealed(PASSKEY_NAME, passkey.id, passkey.name.as_str()),
            &passkey.public_key,
            &passkey.state,
            passkey.created_at,
            passkey.used_at
        ],
    )?;
    Ok(added > 0)
}

/// Notes that a passkey was used, and what its counter is now. `false` where it was used in the meantime: two cannot both
/// have counted from the same.
///
/// # Errors
/// As [`Tx::exec`].
pub fn use_passkey(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    credential: &[u8],
    (before, after): (&[u8], &[u8]),
    now: Time,
) -> Result<bool> {
    let used = tx.exec(
        sql!(
            "UPDATE doors_passkey SET state = $4, used_at = $5 WHERE tenant_id = $1 AND credential = $2 AND state = $3"
        ),
        params![tenant, credential, before, after, now],
    )?;
    Ok(used > 0)
}

/// Names a passkey.
///
/// # Errors
/// As [`Tx::exec`].
pub fn name_passkey(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    (person, id): (PersonId, PasskeyId),
    name: &str,
) -> Result<bool> {
    let named = tx.exec(
        sql!("UPDATE doors_passkey SET name = $4 WHERE tenant_id = $1 AND person_id = $2 AND id = $3"),
        params![tenant, person, id, Param::sealed(PASSKEY_NAME, id, name)],
    )?;
    Ok(named > 0)
}

/// Takes a passkey away.
///
/// # Errors
/// As [`Tx::exec`].
pub fn drop_passkey(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, id: PasskeyId) -> Result<bool> {
    let dropped = tx.exec(
        sql!("DELETE FROM doors_passkey WHERE tenant_id = $1 AND person_id = $2 AND id = $3"),
        params![tenant, person, id],
    )?;
    Ok(dropped > 0)
}

/// Whose a number is.
///
/// # Errors
/// As [`Read::rows`].
pub fn by_phone(read: &mut Read<'_>, tenant: TenantId, number: &str) -> Result<Option<PersonId>> {
    read.maybe(
        sql!("SELECT person_id FROM doors_phone WHERE tenant_id = $1 AND number = $2"),
        params![tenant, Param::indexed(NUMBER, number)],
        |row| row.take(),
    )
}

/// A person's number, and since when it is theirs.
///
/// # Errors
/// As [`Read::rows`].
pub fn phone_of(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<Option<(String, Time)>> {
    read.maybe(
        sql!("SELECT sealed, confirmed_at FROM doors_phone WHERE tenant_id = $1 AND person_id = $2"),
        params![tenant, person],
        |row| Ok((row.open(PHONE, person)?, row.take()?)),
    )
}

/// Gives a number to a person; `false` where it is somebody's.
///
/// # Errors
/// As [`Tx::exec`].
pub fn add_phone(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, number: &str, now: Time) -> Result<bool> {
    let added = tx.exec(
        sql!(
            "INSERT INTO doors_phone(tenant_id, number, person_id, sealed, confirmed_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, number) DO NOTHING"
        ),
        params![tenant, Param::indexed(NUMBER, number), person, Param::sealed(PHONE, person, number), now],
    )?;
    Ok(added > 0)
}

/// Takes a person's numbers away.
///
/// # Errors
/// As [`Tx::exec`].
pub fn drop_phone(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId) -> Result<bool> {
    let dropped =
        tx.exec(sql!("DELETE FROM doors_phone WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    Ok(dropped > 0)
}

const CODE_NUMBER: &str = "doors_phone_code.number";
const CODE: &str = "doors_phone_code.digest";

/// A code is one of its number: the same digits sent elsewhere are another text.
fn code_for(number: &str, code: &str) -> String {
    format!("{number}:{code}")
}

/// Gives a number a new code, unless one went there a moment ago or too many did today; answers whether it did.
///
/// # Errors
/// As [`Tx::exec`].
pub fn put_phone_code(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    (number, code): (&str, &str),
    (now, not_since, until): (Time, Time, Time),
    (day, most): (i64, i64),
) -> Result<bool> {
    let put = tx.exec(
        sql!(
            "INSERT INTO doors_phone_code(tenant_id, number, digest, tries, sent_at, expires_at, day, sent)
             VALUES ($1, $2, $3, 0, $4, $5, $6, 1)
             ON CONFLICT (tenant_id, number) DO UPDATE SET digest = excluded.digest, tries = 0, sent_at = excluded.sent_at,
               expires_at = excluded.expires_at, day = excluded.day,
               sent = CASE WHEN doors_phone_code.day = excluded.day THEN doors_phone_code.sent + 1 ELSE 1 END
             WHERE doors_phone_code.sent_at <= $7
               AND (doors_phone_code.day <> excluded.day OR doors_phone_code.sent < $8)"
        ),
        params![
            tenant,
            Param::indexed(CODE_NUMBER, number),
            Param::indexed(CODE, &*code_for(number, code)),
            now,
            until,
            day,
            not_since,
            most
        ],
    )?;
    Ok(put > 0)
}

/// Counts a try at a number's code, and answers whether it is the one; never where no try is left.
///
/// # Errors
/// As [`Tx::exec`].
pub fn try_phone_code(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    (number, code): (&str, &str),
    (now, most): (Time, i64),
) -> Result<bool> {
    let right = tx.maybe(
        sql!(
            "UPDATE doors_phone_code SET tries = tries + 1
             WHERE tenant_id = $1 AND number = $2 AND expires_at > $3 AND tries < $4
             RETURNING CASE WHEN digest = $5 THEN 1 ELSE 0 END"
        ),
        params![tenant, Param::indexed(CODE_NUMBER, number), now, most, Param::indexed(CODE, &*code_for(number, code))],
        |row| row.take::<i64>(),
    )?;
    Ok(right == Some(1))
}

/// A number's code was used: it is good no more; how many went there today stays.
///
/// # Errors
/// As [`Tx::exec`].
pub fn end_phone_code(tx: &mut Tx<'_>, tenant: TenantId, number: &str) -> Result<()> {
    tx.exec(
        sql!("UPDATE doors_phone_code SET expires_at = sent_at WHERE tenant_id = $1 AND number = $2"),
        params![tenant, Param::indexed(CODE_NUMBER, number)],
    )?;
    Ok(())
}

/// Whom an organisation's words for somebody are linked with.
///
/// # Errors
/// As [`Read::rows`].
pub fn by_link(read: &mut Read<'_>, tenant: TenantId, (issuer, subject): (&str, &str)) -> Result<Option<PersonId>> {
    read.maybe(
        sql!("SELECT person_id FROM doors_link WHERE tenant_id = $1 AND issuer = $2 AND subject = $3"),
        params![tenant, issuer, Param::indexed(SUBJECT, subject)],
        |row| row.take(),
    )
}

/// The issuers a person is linked with, and since when.
///
/// # Errors
/// As [`Read::rows`].
pub fn links(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<Vec<(String, Time)>> {
    read.rows(
        sql!("SELECT issuer, linked_at FROM doors_link WHERE tenant_id = $1 AND person_id = $2 ORDER BY issuer"),
        params![tenant, person],
        |row| Ok((row.take()?, row.take()?)),
    )
}

/// Links a person with what an organisation calls them; `false` where that is linked already.
///
/// # Errors
/// As [`Tx::exec`].
pub fn add_link(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    person: PersonId,
    (issuer, subject): (&str, &str),
    now: Time,
) -> Result<bool> {
    let added = tx.exec(
        sql!(
            "INSERT INTO doors_link(tenant_id, issuer, subject, person_id, linked_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, issuer, subject) DO NOTHING"
        ),
        params![tenant, issuer, Param::indexed(SUBJECT, subject), person, now],
    )?;
    Ok(added > 0)
}

/// Takes a link away.
///
/// # Errors
/// As [`Tx::exec`].
pub fn drop_link(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, issuer: &str) -> Result<bool> {
    let dropped = tx.exec(
        sql!("DELETE FROM doors_link WHERE tenant_id = $1 AND person_id = $2 AND issuer = $3"),
        params![tenant, person, issuer],
    )?;
    Ok(dropped > 0)
}

/// Whether this address was shown to be a person's.
///
/// # Errors
/// As [`Read::rows`].
pub fn is_confirmed(read: &mut Read<'_>, tenant: TenantId, person: PersonId, address: &str) -> Result<bool> {
    let found = read.maybe(
        sql!("SELECT confirmed_at FROM doors_mail WHERE tenant_id = $1 AND person_id = $2 AND address = $3"),
        params![tenant, person, Param::indexed(ADDRESS, &*plain(address))],
        |row| row.take::<Time>(),
    )?;
    Ok(found.is_some())
}

/// An address as it is compared: people write it in capitals as well.
pub fn plain(address: &str) -> String {
    address.trim().to_lowercase()
}

/// An address was shown to be a person's.
///
/// # Errors
/// As [`Tx::exec`].
pub fn confirm_mail(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, address: &str, now: Time) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO doors_mail(tenant_id, person_id, address, confirmed_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, person_id) DO UPDATE SET address = excluded.address,
               confirmed_at = excluded.confirmed_at"
        ),
        params![tenant, person, Param::indexed(ADDRESS, &*plain(address)), now],
    )?;
    Ok(())
}

/// Forgets the confirmation of a person's address.
///
/// # Errors
/// As [`Tx::exec`].
pub fn drop_mail(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId) -> Result<()> {
    tx.exec(sql!("DELETE FROM doors_mail WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    Ok(())
}

/// Forgets tickets that are good no more, and numbers that got a code more than two days ago; answers how many.
///
/// # Errors
/// As [`Tx::exec`].
pub fn expire(tx: &mut Tx<'_>, tenant: TenantId, now: Time) -> Result<u64> {
    let before = now - std::time::Duration::from_secs(2 * 24 * 3600);
    let tickets =
        tx.exec(sql!("DELETE FROM doors_ticket WHERE tenant_id = $1 AND expires_at < $2"), params![tenant, now])?;
    let codes =
        tx.exec(sql!("DELETE FROM doors_phone_code WHERE tenant_id = $1 AND sent_at < $2"), params![tenant, before])?;
    Ok(tickets + codes)
}
