//! Posts over time: who holds which, from when to when, and for whom. A post that is held for somebody else is a post like any
//! other, so that whatever asks who is there now finds the one who stands in.

use tongxin_base::{Error, Result, TenantId, Time};
use tongxin_db::{Read, Row, Tx, params, sql};

use crate::access::Scope;
use crate::people::{Held, PersonId, Role, store};

/// People of one page of a list.
pub const PAGE: i64 = 50;
/// Posts of one person that are read; nobody has more.
const MOST_POSTS: i64 = 200;

/// A post with its dates, past, present or to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Who holds it.
    pub person: PersonId,
    /// Where, as what.
    pub held: Held,
    /// From when on.
    pub starts_at: Time,
    /// Until when; open where nobody knows yet.
    pub ends_at: Option<Time>,
    /// Whose post it is, where it is held for somebody else.
    pub stands_in_for: Option<PersonId>,
}

impl Post {
    /// Whether it counts at `now`.
    pub fn is_held(&self, now: Time) -> bool {
        self.starts_at <= now && !self.is_over(now)
    }

    /// Whether it is over at `now`.
    pub fn is_over(&self, now: Time) -> bool {
        self.ends_at.is_some_and(|end| end <= now)
    }
}

fn post(row: &mut Row) -> Result<Post> {
    let (person, unit_path, role): (PersonId, String, String) = (row.take()?, row.take()?, row.take()?);
    let role = Role::parse(&role).ok_or_else(|| Error::internal(format!("role {role}")))?;
    Ok(Post {
        person,
        held: Held { unit_path, role },
        starts_at: row.take()?,
        ends_at: row.take()?,
        stands_in_for: row.take()?,
    })
}

/// All posts of a person, those that count or will count first.
///
/// # Errors
/// As [`Read::rows`].
pub fn of(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<Vec<Post>> {
    let mut posts = read.rows(
        sql!(
            "SELECT person_id, unit_path, role, starts_at, ends_at, stands_in_for FROM post
             WHERE tenant_id = $1 AND person_id = $2 ORDER BY unit_path, role LIMIT $3"
        ),
        params![tenant, person, MOST_POSTS],
        post,
    )?;
    posts.sort_by_key(|post| std::cmp::Reverse(post.ends_at.map_or(i64::MAX, Time::micros)));
    Ok(posts)
}

/// The posts that others hold for a person and that are not over.
///
/// # Errors
/// As [`Read::rows`].
pub fn held_for(read: &mut Read<'_>, tenant: TenantId, person: PersonId, now: Time) -> Result<Vec<Post>> {
    read.rows(
        sql!(
            "SELECT person_id, unit_path, role, starts_at, ends_at, stands_in_for FROM post
             WHERE tenant_id = $1 AND stands_in_for = $2 AND (ends_at IS NULL OR ends_at > $3) ORDER BY unit_path, role"
        ),
        params![tenant, person, now],
        post,
    )
}

/// Gives a post. One that the person holds, or will hold, is not given again.
///
/// # Errors
/// `Conflict` where it is held already; else as [`Tx::exec`].
pub fn give(tx: &mut Tx<'_>, tenant: TenantId, post: &Post, now: Time) -> Result<()> {
    let given = tx.exec(
        sql!(
            "INSERT INTO post(tenant_id, person_id, unit_path, role, starts_at, ends_at, stands_in_for)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (tenant_id, person_id, unit_path, role) DO UPDATE SET starts_at = excluded.starts_at,
               ends_at = excluded.ends_at, stands_in_for = excluded.stands_in_for
             WHERE post.ends_at IS NOT NULL AND post.ends_at <= $8"
        ),
        params![
            tenant,
            post.person,
            &post.held.unit_path,
            post.held.role.as_str(),
            post.starts_at,
            post.ends_at,
            post.stands_in_for,
            now
        ],
    )?;
    if given == 0 {
        return Err(Error::conflict("people-post-held"));
    }
    Ok(())
}

/// Ends a post at `at`, and whatever others hold of it in that person's place; answers whether there was one to end.
///
/// # Errors
/// As [`Tx::exec`].
pub fn end(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, held: &Held, at: Time) -> Result<bool> {
    let ended = tx.exec(
        sql!(
            "UPDATE post SET ends_at = $5 WHERE tenant_id = $1 AND person_id = $2 AND unit_path = $3 AND role = $4
             AND (ends_at IS NULL OR ends_at > $5)"
        ),
        params![tenant, person, &held.unit_path, held.role.as_str(), at],
    )?;
    tx.exec(
        sql!(
            "UPDATE post SET ends_at = $5 WHERE tenant_id = $1 AND stands_in_for = $2 AND unit_path = $3 AND role = $4
             AND (ends_at IS NULL OR ends_at > $5)"
        ),
        params![tenant, person, &held.unit_path, held.role.as_str(), at],
    )?;
    Ok(ended > 0)
}

/// Somebody of a list of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Which person.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their login; nobody but the person gets in by it.
    pub login: Option<String>,
    /// When they left, where they did.
    pub left_at: Option<Time>,
}

/// The people with a post in a part of the tree, by name, from behind `after`: a page of fifty and one more where there are more.
/// Names are sealed, so they are sorted and looked through here.
///
/// # Errors
/// As [`Read::rows`].
pub fn people(
    read: &mut Read<'_>,
    tenant: TenantId,
    scope: &Scope,
    (words, after): (&str, (&str, PersonId)),
    most: usize,
) -> Result<Vec<Listed>> {
    let bounds = scope.bounds();
    let mut found = read.rows(
        sql!(
            "SELECT p.id, p.name, l.login, p.left_at FROM person p
             LEFT JOIN login l ON l.tenant_id = p.tenant_id AND l.person_id = p.id
             WHERE p.tenant_id = $1
               AND EXISTS (SELECT 1 FROM post o WHERE o.tenant_id = $1 AND o.person_id = p.id
                 AND ((o.unit_path >= $2 AND o.unit_path < $3) OR (o.unit_path >= $4 AND o.unit_path < $5)
                   OR (o.unit_path >= $6 AND o.unit_path < $7) OR (o.unit_path >= $8 AND o.unit_path < $9)
                   OR (o.unit_path >= $10 AND o.unit_path < $11)))"
        ),
        params![
            tenant, bounds[0], bounds[1], bounds[2], bounds[3], bounds[4], bounds[5], bounds[6], bounds[7], bounds[8],
            bounds[9]
        ],
        listed,
    )?;
    let words = words.to_lowercase();
    let says = |text: &str| text.to_lowercase().contains(&words);
    found.retain(|one| {
        (one.name.as_str(), one.person) > after && (says(&one.name) || one.login.as_deref().is_some_and(says))
    });
    found.sort_by(|one, other| (&one.name, one.person).cmp(&(&other.name, other.person)));
    found.truncate(most);
    Ok(found)
}

fn listed(row: &mut Row) -> Result<Listed> {
    let person = row.take()?;
    Ok(Listed { person, name: row.open(store::NAME, person)?, login: row.take()?, left_at: row.take()? })
}

/// One person of the list, whatever their posts.
///
/// # Errors
/// As [`Read::rows`].
pub fn one(read: &mut Read<'_>, tenant: TenantId, person: PersonId) -> Result<Option<Listed>> {
    read.maybe(
        sql!(
            "SELECT p.id, p.name, l.login, p.left_at FROM person p
             LEFT JOIN login l ON l.tenant_id = p.tenant_id AND l.person_id = p.id
             WHERE p.tenant_id = $1 AND p.id = $2"
        ),
        params![tenant, person],
        listed,
    )
}

/// Notes that a person left, or with `None` that they are back.
///
/// # Errors
/// As [`Tx::exec`].
pub fn set_left(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, at: Option<Time>) -> Result<()> {
    tx.exec(sql!("UPDATE person SET left_at = $3 WHERE tenant_id = $1 AND id = $2"), params![tenant, person, at])?;
    Ok(())
}

/// Ends every session and takes back every token of a person.
///
/// # Errors
/// As [`Tx::exec`].
pub fn shut_out(tx: &mut Tx<'_>, tenant: TenantId, person: PersonId) -> Result<()> {
    tx.exec(sql!("DELETE FROM session WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    crate::notice::push::stop(tx, tenant, person, None)?;
    tx.exec(sql!("DELETE FROM token WHERE tenant_id = $1 AND person_id = $2"), params![tenant, person])?;
    Ok(())
}

/// How many hold a role at a moment and until further notice, but for one person.
///
/// # Errors
/// As [`Read::rows`].
pub fn others_with(read: &mut Read<'_>, tenant: TenantId, role: Role, but: PersonId, now: Time) -> Result<i64> {
    read.one(
        sql!(
            "SELECT COUNT(DISTINCT person_id) FROM post WHERE tenant_id = $1 AND role = $2 AND person_id <> $3
             AND starts_at <= $4 AND ends_at IS NULL"
        ),
        params![tenant, role.as_str(), but, now],
        |row| row.take(),
    )
}
