//! The SQL of notices.

use tongxin_base::{Error, Id, Result, TenantId, Time};
use tongxin_db::{Param, Read, Row, Tx, params, sql};

use super::{
    ATTEMPTS, CLAIM, Channel, LEASE, NewNotice, Notice, NoticeId, NoticeLink, NoticeState, Recipient, backoff, contact,
    push,
};
use crate::people::PersonId;
use crate::subject::{Anything, Subject};
use crate::tenant::Tenant;

/// Unread notices are counted up to here; the page says "99+".
const MOST_COUNTED: i64 = 100;
/// Notices that are over are kept this many days.
const KEPT_DAYS: u64 = 365;

/// What recipients with an account are called in the table.
const PERSON: &str = "person";

fn recipient(to: &Recipient) -> (&str, Id<Anything>) {
    match to {
        Recipient::Person(id) => (PERSON, Id::from_uuid(id.uuid())),
        Recipient::Reachable(subject) => (&subject.kind, subject.id),
    }
}

/// When a notice that leaves the house may do so: work waits for the end of the quiet hours, unless it is urgent.
fn due(tenant: &Tenant, (urgent, at_work): (bool, bool), now: Time) -> Time {
    if at_work && !urgent { tenant.settings.quiet.over(now, &tenant.calendar) } else { now }
}

/// Makes notices: in the house for people with an account, by mail for those who asked for it or left an address. One
/// that is there already, for the same cause, recipient and channel, stays as it is.
///
/// # Errors
/// As [`Tx::exec`].
pub fn add(tx: &mut Tx<'_>, tenant: &Tenant, notices: &[NewNotice], now: Time) -> Result<()> {
    let args: Vec<String> = notices
        .iter()
        .map(|notice| serde_json::to_string(&notice.args).map_err(Error::internal))
        .collect::<Result<_>>()?;
    let mut rows: Vec<[Param<'_>; 18]> = Vec::new();
    for (notice, args) in notices.iter().zip(&args) {
        let (to_kind, to_id) = recipient(&notice.to);
        let mut row = |id: NoticeId, channel: Channel| {
            let (state, sent_at, due_at) = match channel {
                Channel::App => (NoticeState::Sent, Some(now), now),
                Channel::Mail | Channel::Push => {
                    (NoticeState::Waiting, None, due(tenant, (notice.urgent, notice.at_work), now))
                }
            };
            rows.push([
                tenant.id.into(),
                id.into(),
                channel.as_str().into(),
                to_kind.into(),
                to_id.into(),
                notice.cause.into(),
                notice.subject.kind.as_str().into(),
                notice.subject.id.into(),
                notice.key.into(),
                args.into(),
                notice.link.path.as_str().into(),
                notice.link.secret_of.into(),
                i64::from(notice.urgent).into(),
                i64::from(notice.at_work).into(),
                state.as_str().into(),
                now.into(),
                due_at.into(),
                sent_at.into(),
            ]);
        };
        let [in_house, by_mail, by_push] = notice.ids;
        let mails = match &notice.to {
            Recipient::Person(person) => {
                row(in_house, Channel::App);
                if push::any(tx, tenant.id, *person)? {
                    row(by_push, Channel::Push);
                }
                contact::of(tx, tenant.id, *person)?.is_some_and(|contact| contact.notices_by_mail)
            }
            Recipient::Reachable(_) => true,
        };
        if mails {
            row(by_mail, Channel::Mail);
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    tx.exec_many(
        sql!(
            "INSERT INTO notice(tenant_id, id, channel, to_kind, to_id, cause, subject_kind, subject_id, key, args, link,
               link_of, urgent, at_work, state, attempts, created_at, due_at, sent_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, $16, $17, $18)
             ON CONFLICT (tenant_id, cause, to_id, channel) DO NOTHING"
        ),
        &rows.iter().map(|row| &row[..]).collect::<Vec<_>>(),
    )
}

fn notice(row: &mut Row) -> Result<Notice> {
    let id = row.take()?;
    let channel: String = row.take()?;
    let channel = Channel::parse(&channel).ok_or_else(|| Error::internal(format!("channel {channel}")))?;
    let (to_kind, to_id): (String, Id<Anything>) = (row.take()?, row.take()?);
    let to = if to_kind == PERSON {
        Recipient::Person(PersonId::from_uuid(to_id.uuid()))
    } else {
        Recipient::Reachable(Subject { kind: to_kind, id: to_id })
    };
    let subject = Subject { kind: row.take()?, id: row.take()? };
    let (key, args) = (row.take()?, serde_json::from_str(&row.take::<String>()?).map_err(Error::internal)?);
    let link = NoticeLink { path: row.take()?, secret_of: row.take()? };
    let (urgent, at_work) = (row.take::<i64>()? != 0, row.take::<i64>()? != 0);
    let state: String = row.take()?;
    let state = NoticeState::parse(&state).ok_or_else(|| Error::internal(format!("notice state {state}")))?;
    Ok(Notice {
        id,
        channel,
        to,
        subject,
        key,
        args,
        link,
        urgent,
        at_work,
        state,
        attempts: row.take()?,
        created_at: row.take()?,
        due_at: row.take()?,
        sent_at: row.take()?,
        read_at: row.take()?,
        error: row.take()?,
    })
}

/// A person's notices in the house, newest first, older than `before`.
///
/// # Errors
/// As [`Read::rows`].
pub fn of_person(
    read: &mut Read<'_>,
    tenant: TenantId,
    person: PersonId,
    before: NoticeId,
    limit: i64,
) -> Result<Vec<Notice>> {
    read.rows(
        sql!(
            "SELECT id, channel, to_kind, to_id, subject_kind, subject_id, key, args, link, link_of, urgent, at_work, state,
               attempts, created_at, due_at, sent_at, read_at, error FROM notice
             WHERE tenant_id = $1 AND to_id = $2 AND channel = 'app' AND to_kind = 'person' AND id < $3
             ORDER BY id DESC LIMIT $4"
        ),
        params![tenant, person, before, limit],
        notice,
    )
}

/// One of a person's notices in the house, by its id or by that of the same notice on another way.
///
/// # Errors
/// `NotFound` where they have none with this id; else as [`Read::rows`].
pub fn one_of_person(read: &mut Read<'_>, tenant: TenantId, person: PersonId, id: NoticeId) -> Result<Notice> {
    read.one(
        sql!(
            "SELECT id, channel, to_kind, to_id, subject_kind, subject_id, key, args, link, link_of, urgent, at_work, state,
               attempts, created_at, due_at, sent_at, read_at, error FROM notice
             WHERE tenant_id = $1 AND to_id = $2 AND channel = 'app' AND to_kind = 'person' AND cause =
               (SELECT cause FROM notice WHERE tenant_id = $1 AND to_id = $2 AND id = $3)"
        ),
        params![tenant, person, id],
        notice,
    )
}

/// How many notices of a person are unread, counted up to 100.
///
/// # Errors
/// As [`Read::rows`].
pub fn unread(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<i64> {
    read.one(
        sql!(
            "SELECT COUNT(*) FROM (SELECT id FROM notice
             WHERE tenant_id = $1 AND to_id = $2 AND channel = 'app' AND state = 'sent' LIMIT $3) AS found"
        ),
        params![tenant, person, MOST_COUNTED],
        |row| row.take(),
    )
}

/// Marks a person's notices as read: these, or all where none is named. Answers how many were unread.
///
/// # Errors
/// As [`Tx::exec`].
pub fn mark_read(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, ids: &[NoticeId], now: Time) -> Result<u64> {
    if ids.is_empty() {
        return tx.exec(
            sql!(
                "UPDATE notice SET state = 'read', read_at = $3
                 WHERE tenant_id = $1 AND to_id = $2 AND channel = 'app' AND state = 'sent'"
            ),
            params![tenant, person, now],
        );
    }
    ids.iter().try_fold(0, |read, id| {
        let one = tx.exec(
            sql!(
                "UPDATE notice SET state = 'read', read_at = $4
                 WHERE tenant_id = $1 AND to_id = $2 AND id = $3 AND channel = 'app' AND state = 'sent'"
            ),
            params![tenant, person, *id, now],
        )?;
        Ok(read + one)
    })
}

/// What the outbox may be narrowed by; nothing means all.
#[derive(Debug, Clone, Default)]
pub struct NoticeFilter {
    /// One state.
    pub state: Option<NoticeState>,
}

/// Notices that leave the house, newest first, older than `before`.
///
/// # Errors
/// As [`Read::rows`].
pub fn outbox(
    read: &mut Read<'_>,
    tenant: TenantId,
    filter: &NoticeFilter,
    before: NoticeId,
    limit: i64,
) -> Result<Vec<Notice>> {
    read.rows(
        sql!(
            "SELECT id, channel, to_kind, to_id, subject_kind, subject_id, key, args, link, link_of, urgent, at_work, state,
               attempts, created_at, due_at, sent_at, read_at, error FROM notice
             WHERE tenant_id = $1 AND channel <> 'app' AND ($2::text IS NULL OR state = $2) AND id < $3
             ORDER BY id DESC LIMIT $4"
        ),
        params![tenant, filter.state.map(NoticeState::as_str), before, limit],
        notice,
    )
}

/// Lets a notice that failed be tried again. `NotFound` where none with this id failed.
///
/// # Errors
/// `NotFound`; else as [`Tx::exec`].
pub fn retry(tx: &mut Tx<'_>, tenant: &Tenant, id: NoticeId, now: Time) -> Result<()> {
    let again = tx.exec(
        sql!(
            "UPDATE notice SET state = 'waiting', attempts = 0, due_at = $3, error = NULL
             WHERE tenant_id = $1 AND id = $2 AND channel <> 'app' AND state = 'failed'"
        ),
        params![tenant.id, id, now],
    )?;
    if again == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Whether a notice is due to leave the house.
pub(super) fn any_due(read: &mut Read<'_>, tenant: TenantId, only: Option<Channel>, now: Time) -> Result<bool> {
    let found = read.maybe(
        sql!("SELECT channel FROM notice WHERE tenant_id = $1 AND state = 'waiting' AND due_at <= $2 AND ($3::text IS NULL OR channel = $3) LIMIT 1"),
        params![tenant, now, only.map(Channel::as_str)],
        |row| row.take::<String>(),
    )?;
    Ok(found.is_some())
}

/// Whether a person has read a notice in the house that is on its way to them elsewhere.
pub(super) fn was_read(read: &mut Read<'_>, tenant: TenantId, person: PersonId, id: NoticeId) -> Result<bool> {
    Ok(one_of_person(read, tenant, person, id)?.state == NoticeState::Read)
}

/// Takes some notices that are due; nobody else does until the lease is over. `attempts` is the claim's mark.
pub(super) fn claim(tx: &mut Tx<'_>, tenant: TenantId, only: Option<Channel>, now: Time) -> Result<Vec<Notice>> {
    tx.rows(
        sql!(
            "UPDATE notice SET due_at = $3, attempts = attempts + 1 WHERE tenant_id = $1 AND id IN
             (SELECT id FROM notice WHERE tenant_id = $1 AND state = 'waiting' AND due_at <= $2 AND ($5::text IS NULL OR channel = $5)
              ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED)
             RETURNING id, channel, to_kind, to_id, subject_kind, subject_id, key, args, link, link_of, urgent, at_work,
               state, attempts, created_at, due_at, sent_at, read_at, error"
        ),
        params![tenant, now, now + LEASE, CLAIM, only.map(Channel::as_str)],
        notice,
    )
}

/// A server took it over.
pub(super) fn sent(tx: &mut Tx<'_>, tenant: TenantId, id: NoticeId, now: Time) -> Result<()> {
    // Whoever holds the claim by now: it is out.
    tx.exec(
        sql!(
            "UPDATE notice SET state = 'sent', sent_at = $3, error = NULL
             WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'"
        ),
        params![tenant, id, now],
    )?;
    Ok(())
}

/// It did not go this time; after the last attempt it is set aside.
pub(super) fn postpone(tx: &mut Tx<'_>, tenant: &Tenant, notice: &Notice, why: &str, now: Time) -> Result<()> {
    if notice.attempts >= ATTEMPTS {
        return give_up(tx, tenant.id, notice, why);
    }
    let again = due(tenant, (notice.urgent, notice.at_work), now + backoff(notice.attempts));
    tx.exec(
        sql!(
            "UPDATE notice SET due_at = $4, error = $5
             WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND state = 'waiting'"
        ),
        params![tenant.id, notice.id, notice.attempts, again, why],
    )?;
    Ok(())
}

/// It will not go.
pub(super) fn give_up(tx: &mut Tx<'_>, tenant: TenantId, notice: &Notice, why: &str) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE notice SET state = 'failed', error = $4
             WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND state = 'waiting'"
        ),
        params![tenant, notice.id, notice.attempts, why],
    )?;
    Ok(())
}

/// Forgets some notices that are over and old. Answers how many.
pub(crate) fn forget(tx: &mut Tx<'_>, tenant: TenantId, now: Time) -> Result<u64> {
    let long_ago = now - std::time::Duration::from_secs(KEPT_DAYS * 24 * 3600);
    tx.exec(
        sql!(
            "DELETE FROM notice WHERE tenant_id = $1 AND id IN
             (SELECT id FROM notice WHERE tenant_id = $1 AND created_at < $2 AND state <> 'waiting' LIMIT 500)"
        ),
        params![tenant, long_ago],
    )
}
