//! People, their posts, and how they show who they are: password and session, or a token with scopes.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tongxin_base::{Id, TenantId};

/// A marker for the id of a person.
#[derive(Debug)]
pub enum PersonKind {}

/// The id of a person.
pub type PersonId = Id<PersonKind>;

/// What a post makes of a person at a unit, and under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 居民
    Resident,
    /// 商户、非公企业
    Enterprise,
    /// 兼职网格员, often a courier
    PartTime,
    /// 网格员
    GridWorker,
    /// 调解员
    Mediator,
    /// 宣讲员
    Lecturer,
    /// 社区工作者
    CommunityStaff,
    /// 社区书记
    Secretary,
    /// 街道工作人员
    Subdistrict,
    /// 审计
    Auditor,
    /// 系统管理员
    Admin,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 11] = [
        Self::Resident,
        Self::Enterprise,
        Self::PartTime,
        Self::GridWorker,
        Self::Mediator,
        Self::Lecturer,
        Self::CommunityStaff,
        Self::Secretary,
        Self::Subdistrict,
        Self::Auditor,
        Self::Admin,
    ];

    /// The word in code, policies and data files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resident => "resident",
            Self::Enterprise => "enterprise",
            Self::PartTime => "part_time",
            Self::GridWorker => "grid_worker",
            Self::Mediator => "mediator",
            Self::Lecturer => "lecturer",
            Self::CommunityStaff => "community_staff",
            Self::Secretary => "secretary",
            Self::Subdistrict => "subdistrict",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }

    /// From the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A post that is held now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// The unit, by path; the role holds there and under it.
    pub unit_path: String,
    /// The role.
    pub role: Role,
}

/// Somebody at the post they hold now.
#[derive(Debug, Clone, PartialEq)]
pub struct Stationed {
    /// Who.
    pub person: PersonId,
    /// Where, as what.
    pub post: Held,
    /// A point in the unit, WGS 84 degrees (latitude, longitude), where one is known.
    pub point: Option<(f64, f64)>,
}

/// What a token may be used for; a session may be used for everything its person may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenScopes {
    /// Everything its person may do.
    All,
    /// Only actions that are named, or that begin with a name that ends in a dot (`orders.`).
    Only(Vec<String>),
}

impl TokenScopes {
    /// From the words in the table, separated by blanks; `*` stands for all.
    pub fn parse(words: &str) -> Self {
        let names: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        if names.iter().any(|name| name == "*") { Self::All } else { Self::Only(names) }
    }

    pub(crate) fn cover(&self, action: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => {
                names.iter().any(|name| name == action || (name.ends_with('.') && action.starts_with(name.as_str())))
            }
        }
    }
}

/// A person who showed who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Whose people they are of.
    pub tenant: TenantId,
    /// Which one.
    pub id: PersonId,
    /// The name colleagues use.
    pub name: String,
    /// The name others may see.
    pub public_name: String,
    /// The posts held now.
    pub posts: Vec<Held>,
    /// What this session or token may be used for.
    pub scopes: TokenScopes,
}

impl Person {
    /// Whether a post with this role is held anywhere.
    pub fn is(&self, role: Role) -> bool {
        self.posts.iter().any(|post| post.role == role)
    }
}

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Somebody who did not say; most residents.
    Nobody,
    /// The house itself: the command line on its own machine, a job.
    System,
    /// Somebody known.
    Person(Arc<Person>),
}

impl Who {
    /// The person, if it is one.
    pub fn person(&self) -> Option<&Person> {
        match self {
            Self::Nobody | Self::System => None,
            Self::Person(person) => Some(person),
        }
    }

    /// The name the journal knows them by: a pseudonym, never a name.
    pub fn actor(&self) -> String {
        match self {
            Self::Nobody => "anyone".to_owned(),
            Self::System => "system".to_owned(),
            Self::Person(person) => format!("person:{}", person.id),
        }
    }
}

pub mod store {
    //! The SQL of people, posts, passwords, sessions and tokens.

    use super::{Held, Person, PersonId, Role, Stationed, TokenScopes};
    use crate::notice::push;
    use crate::secret::digest;
    use tongxin_base::{Error, Result, TenantId, Time};
    use tongxin_db::{Param, Read, Tx, params, sql};

    /// Where somebody's name is kept, sealed.
    pub(crate) const NAME: &str = "person.name";
    /// Where the name is kept that others see, sealed.
    pub(crate) const PUBLIC_NAME: &str = "person.public_name";

    /// Adds a person.
    ///
    /// # Errors
    /// As [`Tx::exec`].
    pub fn add_person(
        tx: &mut Tx<'_>,
        tenant: TenantId,
        id: PersonId,
        (name, public_name): (&str, &str),
        now: Time,
    ) -> Result<()> {
        tx.exec(
            sql!("INSERT INTO person(tenant_id, id, name, public_name, created_at) VALUES ($1, $2, $3, $4, $5)"),
            params![tenant, id, Param::sealed(NAME, id, name), Param::sealed(PUBLIC_NAME, id, public_name), now],
        )?;
        Ok(())
    }

    /// Gives a person a post from now on.
    ///
    /// # Errors
    /// As [`Tx::exec`].
    pub fn add_post(tx: &mut Tx<'_>, tenant: TenantId, id: PersonId, post: &Held, now: Time) -> Result<()> {
        tx.exec(
            sql!(
                "INSERT INTO post(tenant_id, person_id, unit_path, role, starts_at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (tenant_id, person_id, unit_path, role) DO UPDATE SET ends_at = NULL,
                   starts_at = CASE WHEN post.starts_at < excluded.starts_at THEN post.starts_at ELSE excluded.starts_at END"
            ),
            params![tenant, id, &post.unit_path, post.role.as_str(), now],
        )?;
        Ok(())
    }

    /// Ends all posts of a person.
    ///
    /// # Errors
    /// As [`Tx::exec`].
    pub fn end_posts(tx: &mut Tx<'_>, tenant: TenantId, id: PersonId, now: Time) -> Result<()> {
        tx.exec(
            sql!(
                "UPDATE post SET ends_at = $3 WHERE tenant_id = $1 AND person_id = $2
                 AND (ends_at IS NULL OR ends_at > $3)"
            ),
            params![tenant, id, now],
        )?;
        Ok(())
    }

    /// Gives a person a login (unique over all tenants) with the hash of a password.
    ///
    /// # Errors
    /// `Conflict` where the login is taken; else as [`Tx::exec`].
    pub fn add_login(
        tx: &mut Tx<'_>,
        tenant: TenantId,
        id: PersonId,
        login: &str,
        hash: &str,
        now: Time,
    ) -> Result<()> {
        claim_login(tx, tenant, id, login)?;
        set_password(tx, tenant, id, hash, now)
    }

    /// Gives a person a login that opens nothing until they have chosen a password.
    ///
    /// # Errors
    /// `Conflict` where the login is taken; else as [`Tx::exec`].
    pub fn claim_login(tx: &mut Tx<'_>, tenant: TenantId, id: PersonId, login: &str) -> Result<()> {
        let added = tx.exec(
            sql!("INSERT INTO login(login, tenant_id, person_id) VALUES ($1, $2, $3) ON CONFLICT (login) DO NOTHING"),
            params![login, tenant, id],
        )?;
        if added == 0 {
            return Err(Error::conflict("error-login-taken").with("login", login));
        }
        Ok(())
    }

    /// Takes the password of a person away and ends all their sessions: the login opens nothing until a new one is chosen.
    ///
    /// # Errors
    /// As [`Tx::exec`].
    pub fn drop_password(tx: &mut Tx<'_>, tenant: TenantId, id: PersonId) -> Result<()> {
        tx.exec(sql!("DELETE FROM password WHERE tenant_id = $1 AND person_id = $2"), params![tenant, id])?;
        tx.exec(sql!("DELETE FROM session WHERE tenant_id = $1 AND person_id = $2"), params![tenant, id])?;
        push::stop(tx, tenant, id, None).map(drop)
    }

    /// Whose a login is, whether it has a password or not.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn by_login(read: &mut Read<'_>, tenant: TenantId, login: &str) -> Result<Option<PersonId>> {
        read.maybe(
            sql!("SELECT person_id FROM login WHERE tenant_id = $1 AND login = $2"),
            params![tenant, login],
            |row| row.take(),
        )
    }

    /// Sets a password's hash and ends all sessions of the person.
    ///
    /// # Errors
    /// As [`Tx::exec`].
    pub fn set_password(tx: &mut Tx<'_>, tenant: TenantId, id: PersonId, hash: &str, now: Time) -> Result<()> {
        tx.exec(
            sql!(
                "INSERT INTO password(tenant_id, person_id, hash, changed_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (tenant_id, person_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at"
            ),
            params![tenant, id, hash, now],
        )?;
        tx.exec(sql!("DELETE FROM session WHERE tenant_id = $1 AND person_id = $2"), params![tenant, id])?;
        push::stop(tx, tenant, id, None).map(drop)
    }

    /// The same password, hashed anew: nothing else changes.
    ///
    /// # Errors
    /// As [`Tx::exec`].
    pub fn rehash_password(tx: &mut Tx<'_>, tenant: TenantId, id: PersonId, hash: &str, now: Time) -> Result<()> {
        tx.exec(
            sql!("UPDATE password SET hash = $3, changed_at = $4 WHERE tenant_id = $1 AND person_id = $2"),
            params![tenant, id, hash, now],
        )?;
        Ok(())
    }

    /// A person's login, and whether it has a password.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn login_of(read: &mut Read<'_>, tenant: TenantId, id: PersonId) -> Result<Option<(String, bool)>> {
        read.maybe(
            sql!(
                "SELECT l.login, p.changed_at FROM login l
                 LEFT JOIN password p ON p.tenant_id = l.tenant_id AND p.person_id = l.person_id
                 WHERE l.tenant_id = $1 AND l.person_id = $2 ORDER BY l.login LIMIT 1"
            ),
            params![tenant, id],
            |row| Ok((row.take()?, row.take::<Option<Time>>()?.is_some())),
        )
    }

    /// The tenant's part and the person behind a login, whether it has a password or not.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn whose_login(read: &mut Read<'_>, login: &str) -> Result<Option<(TenantId, PersonId)>> {
        read.maybe(sql!("SELECT tenant_id, person_id FROM login WHERE login = $1"), params![login], |row| {
            Ok((row.take()?, row.take()?))
        })
    }

    /// The tenant, the person and the password's hash behind a login.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn login(read: &mut Read<'_>, login: &str) -> Result<Option<(TenantId, PersonId, String)>> {
        read.maybe(
            sql!(
                "SELECT l.tenant_id, l.person_id, p.hash FROM login l
                 JOIN password p ON p.tenant_id = l.tenant_id AND p.person_id = l.person_id WHERE l.login = $1"
            ),
            params![login],
            |row| Ok((row.take()?, row.take()?, row.take()?)),
        )
    }

    /// All logins of a tenant with name and roles, by login.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn logins(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<(String, PersonId, String)>> {
        read.rows(
            sql!(
                "SELECT l.login, l.person_id, p.name FROM login l
                 JOIN person p ON p.tenant_id = l.tenant_id AND p.id = l.person_id
                 WHERE l.tenant_id = $1 ORDER BY l.login"
            ),
            params![tenant],
            |row| {
                let (login, person) = (row.take()?, row.take()?);
                Ok((login, person, row.open(NAME, person)?))
            },
        )
    }

    /// Opens a session.
    ///
    /// # Errors
    /// As [`Tx::exec`].
    pub fn add_session(
        tx: &mut Tx<'_>,
        tenant: TenantId,
        id: PersonId,
        token: &str,
        now: Time,
        until: Time,
    ) -> Result<()> {
        tx.exec(sql!("DELETE FROM session WHERE tenant_id = $1 AND expires_at < $2"), params![tenant, now])?;
        tx.exec(
            sql!(
                "INSERT INTO session(tenant_id, digest, person_id, created_at, expires_at, seen_at)
                 VALUES ($1, $2, $3, $4, $5, $4)"
            ),
            params![tenant, &digest(token), id, now, until],
        )?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// As [`Tx::exec`].
    pub fn end_session(tx: &mut Tx<'_>, tenant: TenantId, token: &str) -> Result<()> {
        tx.exec(sql!("DELETE FROM session WHERE tenant_id = $1 AND digest = $2"), params![tenant, &digest(token)])?;
        push::session_over(tx, tenant, &digest(token))
    }

    /// Adds an API token, or renews the one with the same digest.
    ///
    /// # Errors
    /// As [`Tx::exec`].
    pub fn add_token(
        tx: &mut Tx<'_>,
        tenant: TenantId,
        id: PersonId,
        (token, name, scopes): (&str, &str, &str),
        now: Time,
    ) -> Result<()> {
        tx.exec(
            sql!(
                "INSERT INTO token(tenant_id, digest, person_id, name, scopes, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, digest) DO NOTHING"
            ),
            params![tenant, &digest(token), id, name, scopes, now],
        )?;
        Ok(())
    }

    /// Takes back every token of that name from a person.
    ///
    /// # Errors
    /// As [`Tx::exec`].
    pub fn drop_tokens(tx: &mut Tx<'_>, tenant: TenantId, id: PersonId, name: &str) -> Result<()> {
        tx.exec(
            sql!("DELETE FROM token WHERE tenant_id = $1 AND person_id = $2 AND name = $3"),
            params![tenant, id, name],
        )?;
        Ok(())
    }

    /// Who a bearer token belongs to.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn by_token(read: &mut Read<'_>, tenant: TenantId, token: &str, now: Time) -> Result<Option<Person>> {
        let found = read.maybe(
            sql!(
                "SELECT person_id, scopes FROM token
                 WHERE tenant_id = $1 AND digest = $2 AND (expires_at IS NULL OR expires_at > $3)"
            ),
            params![tenant, &digest(token), now],
            |row| Ok((row.take()?, row.take::<String>()?)),
        )?;
        found.map_or(Ok(None), |(id, scopes)| person(read, tenant, id, TokenScopes::parse(&scopes), now))
    }

    /// A person with the posts held at `now`.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn person(
        read: &mut Read<'_>,
        tenant: TenantId,
        id: PersonId,
        scopes: TokenScopes,
        now: Time,
    ) -> Result<Option<Person>> {
        let named = read.maybe(
            sql!("SELECT name, public_name FROM person WHERE tenant_id = $1 AND id = $2"),
            params![tenant, id],
            |row| Ok((row.open(NAME, id)?, row.open(PUBLIC_NAME, id)?)),
        )?;
        let Some((name, public_name)) = named else { return Ok(None) };
        let posts = read.rows(
            sql!(
                "SELECT unit_path, role FROM post WHERE tenant_id = $1 AND person_id = $2
                 AND starts_at <= $3 AND (ends_at IS NULL OR ends_at > $3) ORDER BY unit_path, role"
            ),
            params![tenant, id, now],
            |row| {
                let (unit_path, role): (String, String) = (row.take()?, row.take()?);
                let role = Role::parse(&role).ok_or_else(|| Error::internal(format!("role {role}")))?;
                Ok(Held { unit_path, role })
            },
        )?;
        Ok(Some(Person { tenant, id, name, public_name, posts, scopes }))
    }

    /// The public name of a person.
    ///
    /// # Errors
    /// `NotFound` where there is none; else as [`Read::rows`].
    pub fn public_name(read: &mut Read<'_>, tenant: TenantId, id: PersonId) -> Result<String> {
        read.one(sql!("SELECT public_name FROM person WHERE tenant_id = $1 AND id = $2"), params![tenant, id], |row| {
            row.open(PUBLIC_NAME, id)
        })
    }

    /// The people who hold one of two roles now, with their public names, by name.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn with_roles(
        read: &mut Read<'_>,
        tenant: TenantId,
        (role, other): (Role, Role),
        now: Time,
    ) -> Result<Vec<(PersonId, String)>> {
        let mut people: Vec<(PersonId, String)> = read.rows(
            sql!(
                "SELECT DISTINCT p.id, p.public_name FROM post o
                 JOIN person p ON p.tenant_id = o.tenant_id AND p.id = o.person_id
                 WHERE o.tenant_id = $1 AND o.role IN ($2, $3) AND o.starts_at <= $4
                   AND (o.ends_at IS NULL OR o.ends_at > $4) ORDER BY p.id LIMIT 500"
            ),
            params![tenant, role.as_str(), other.as_str(), now],
            |row| {
                let id = row.take()?;
                Ok((id, row.open(PUBLIC_NAME, id)?))
            },
        )?;
        people.sort_by(|one, other| one.1.cmp(&other.1));
        Ok(people)
    }

    /// Who holds one of two roles now, with each post and the point of its unit where it has one; by person, then role,
    /// then unit.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn posts_with(
        read: &mut Read<'_>,
        tenant: TenantId,
        (role, other): (Role, Role),
        now: Time,
    ) -> Result<Vec<Stationed>> {
        read.rows(
            sql!(
                "SELECT o.person_id, o.role, o.unit_path, u.lat, u.lon FROM post o
                 JOIN unit u ON u.tenant_id = o.tenant_id AND u.path = o.unit_path
                 WHERE o.tenant_id = $1 AND o.role IN ($2, $3) AND o.starts_at <= $4
                   AND (o.ends_at IS NULL OR o.ends_at > $4) ORDER BY o.person_id, o.role, o.unit_path LIMIT 5000"
            ),
            params![tenant, role.as_str(), other.as_str(), now],
            |row| {
                let (person, role): (PersonId, String) = (row.take()?, row.take()?);
                let role = Role::parse(&role).ok_or_else(|| Error::internal(format!("role {role}")))?;
                let post = Held { unit_path: row.take()?, role };
                let point = row.take::<Option<f64>>()?.zip(row.take::<Option<f64>>()?);
                Ok(Stationed { person, post, point })
            },
        )
    }

    /// The staff who look after a unit now: secretaries, community staff and subdistrict staff whose post covers it, of the
    /// nearest level that has any.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn staff_over(read: &mut Read<'_>, tenant: TenantId, unit_path: &str, now: Time) -> Result<Vec<PersonId>> {
        let posts: Vec<(PersonId, String)> = read.rows(
            sql!(
                "SELECT person_id, unit_path FROM post
                 WHERE tenant_id = $1 AND role IN ('secretary', 'community_staff', 'subdistrict') AND starts_at <= $3
                   AND (ends_at IS NULL OR ends_at > $3) AND substr($2::text, 1, length(unit_path)) = unit_path
                 ORDER BY length(unit_path) DESC, person_id LIMIT 200"
            ),
            params![tenant, unit_path, now],
            |row| Ok((row.take()?, row.take()?)),
        )?;
        let Some((_, nearest)) = posts.first() else { return Ok(Vec::new()) };
        let near = posts.iter().filter(|(_, path)| path == nearest);
        let mut staff: Vec<PersonId> = near.map(|(person, _)| *person).collect();
        staff.dedup();
        Ok(staff)
    }
}
