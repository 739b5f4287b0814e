//! Looking: whoever has somebody's personal data shown to them leaves a line that the person can read: who, in which role, when
//! and what for. Many looks in a short time are told to the auditors.

use std::time::Duration;

use serde_json::json;
use tongxin_base::{Id, Result, TenantId, Time};
use tongxin_db::{Read, Row, params, sql};

use crate::act::Act;
use crate::people::{PersonId, Role, Who};
use crate::subject::Subject;

/// So many looks of one person within an hour are more than work needs; the auditors hear of it.
pub const MANY_LOOKS: i64 = 20;
const HOUR: Duration = Duration::from_secs(3600);
/// Looks of one thing that are shown.
const PAGE: i64 = 200;

/// What somebody looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To reach the person about their matter.
    Contact,
    /// To find the place or the thing.
    Visit,
    /// To hand the person their link or a receipt.
    Hand,
    /// Because the person asked.
    Asked,
    /// To look after accounts and posts.
    Account,
    /// To check how the house is used.
    Audit,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Contact, Self::Visit, Self::Hand, Self::Asked, Self::Account, Self::Audit];

    /// The word in the table; `look-purpose-<word>` is what people read.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Visit => "visit",
            Self::Hand => "hand",
            Self::Asked => "asked",
            Self::Account => "account",
            Self::Audit => "audit",
        }
    }

    /// From the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == word)
    }
}

/// One look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Time,
    /// Who; nobody where it was the command line.
    pub viewer: Option<PersonId>,
    /// The role they looked in.
    pub role: String,
    /// What for, as a word of [`Purpose`].
    pub purpose: String,
    /// At what.
    pub subject: Subject,
}

impl Act<'_, '_> {
    /// Notes that whoever acts has been shown what `subject` (a report, a person) holds of somebody. Answers how many they have
    /// looked at within the hour.
    ///
    /// # Errors
    /// As `Tx::exec`.
    pub fn looked(&mut self, subject: &Subject, unit_path: &str, purpose: Purpose) -> Result<i64> {
        let (tenant, now) = (self.call.tenant.id, self.call.now);
        let viewer = self.call.who.person().map(|person| person.id);
        let role = role_for(&self.call.who, unit_path).map_or("system", Role::as_str);
        let id: Id<()> = self.id(subject.id.uuid().as_bytes());
        self.tx.exec(
            sql!(
                "INSERT INTO look(tenant_id, subject_kind, subject_id, id, at, viewer_id, role, purpose)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            ),
            params![tenant, &subject.kind, subject.id, id, now, viewer, role, purpose.as_str()],
        )?;
        let looks: i64 = match viewer {
            None => 0,
            Some(viewer) => self.tx.one(
                sql!("SELECT COUNT(*) FROM look WHERE tenant_id = $1 AND viewer_id = $2 AND at > $3"),
                params![tenant, viewer, now - HOUR],
                |row| row.take(),
            )?,
        };
        if looks == MANY_LOOKS {
            self.event(
                "privacy.many_looks",
                &Subject::new("person", viewer.unwrap_or(PersonId::NONE)),
                json!({"looks": looks}),
            );
        }
        Ok(looks)
    }
}

/// The role in which somebody looks at something of a unit: the post that lies nearest to it.
fn role_for(who: &Who, unit_path: &str) -> Option<Role> {
    let posts = &who.person()?.posts;
    let over = posts.iter().filter(|post| unit_path.starts_with(&post.unit_path));
    over.max_by_key(|post| post.unit_path.len()).or(posts.first()).map(|post| post.role)
}

fn look(row: &mut Row) -> Result<Look> {
    let (at, viewer, role, purpose) = (row.take()?, row.take()?, row.take()?, row.take()?);
    Ok(Look { at, viewer, role, purpose, subject: Subject { kind: row.take()?, id: row.take()? } })
}

/// Who looked at what `subject` holds, newest first.
///
/// # Errors
/// As [`Read::rows`].
pub fn looks_at(read: &mut Read<'_>, tenant: TenantId, subject: &Subject) -> Result<Vec<Look>> {
    read.rows(
        sql!(
            "SELECT at, viewer_id, role, purpose, subject_kind, subject_id FROM look
             WHERE tenant_id = $1 AND subject_kind = $2 AND subject_id = $3 ORDER BY at DESC, id DESC LIMIT $4"
        ),
        params![tenant, &subject.kind, subject.id, PAGE],
        look,
    )
}

/// The looks of everybody, newest first, for who checks them.
///
/// # Errors
/// As [`Read::rows`].
pub fn all_looks(read: &mut Read<'_>, tenant: TenantId, before: Time) -> Result<Vec<Look>> {
    read.rows(
        sql!(
            "SELECT at, viewer_id, role, purpose, subject_kind, subject_id FROM look
             WHERE tenant_id = $1 AND at < $2 ORDER BY at DESC LIMIT $3"
        ),
        params![tenant, before, PAGE],
        look,
    )
}

/// Forgets looks older than `before`, some at a time; answers how many.
pub(crate) fn forget(tx: &mut tongxin_db::Tx<'_>, tenant: TenantId, before: Time) -> Result<u64> {
    tx.exec(sql!("DELETE FROM look WHERE tenant_id = $1 AND at < $2"), params![tenant, before])
}
