//! Notices: somebody should know of something. A room says who, of what and in which words (a key); the kernel makes each
//! notice once, shows it in the house and sends it out. What leaves the house goes through an outbox: it is written with
//! the job that decided on it, sent at least once, and never twice for one acknowledged sending.
//!
//! Architecture invariant: a notice holds ids, numbers and names of categories, never a reporter's words, a name or an
//! address. Who may see the thing sees its words behind the link.

pub mod contact;
mod outbox;
pub mod push;
pub mod store;

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tongxin_base::{Id, Label, Locale, Result, TenantId, Time, World};
use tongxin_db::Read;

use crate::kernel::Kernel;
use crate::people::PersonId;
use crate::subject::{Anything, Subject};
use crate::tenant::Tenant;

pub use store::NoticeFilter;

/// A marker for the id of a notice.
#[derive(Debug)]
pub enum NoticeKind {}

/// The id of a notice.
pub type NoticeId = Id<NoticeKind>;

/// The way a notice takes. More will come; each but the first leaves the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// On the pages and in the API.
    App,
    /// By e-mail.
    Mail,
    /// To their browsers, closed or not: that there is something new.
    Push,
}

impl Channel {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Mail => "mail",
            Self::Push => "push",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::App, Self::Mail, Self::Push].into_iter().find(|channel| channel.as_str() == word)
    }
}

/// Where a notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeState {
    /// It will be sent.
    Waiting,
    /// It is out; in the house: not read yet.
    Sent,
    /// It could not be sent, and will not be tried again by itself.
    Failed,
    /// It was read, in the house.
    Read,
}

impl NoticeState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Failed, Self::Read];

    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Read => "read",
        }
    }

    /// From the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// Whom a notice is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// Somebody with an account: told in the house, and by mail where they asked for it.
    Person(PersonId),
    /// Somebody without one, known to a room by the thing they left an address at, such as a report: told by mail. The
    /// room's [`AddressBook`] of this kind knows the address.
    Reachable(Subject),
}

/// A value that a notice's words name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NoticeArg {
    /// The same in every language: a number, a day's count.
    Text(String),
    /// A name of the programme, in both languages: a category, a unit.
    Label {
        /// Chinese.
        zh: String,
        /// English.
        en: String,
    },
}

impl NoticeArg {
    /// The value for a reader.
    pub fn to(&self, locale: Locale) -> &str {
        match (self, locale) {
            (Self::Text(text), _) => text,
            (Self::Label { en, .. }, Locale::En) if !en.is_empty() => en,
            (Self::Label { zh, .. }, _) => zh,
        }
    }
}

impl From<&Label> for NoticeArg {
    fn from(label: &Label) -> Self {
        Self::Label { zh: label.zh.clone(), en: label.en.clone() }
    }
}

impl From<&str> for NoticeArg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// The values a notice's words name.
pub type NoticeArgs = BTreeMap<String, NoticeArg>;

/// Where a notice leads: a path of ours. A `*` in it stands for the token of the secret link that belongs to `secret_of`;
/// the token itself is derived when it is needed and never kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoticeLink {
    /// The path, beginning with `/`.
    pub path: String,
    /// Whose secret link.
    pub secret_of: Option<Id<Anything>>,
}

impl NoticeLink {
    /// A path.
    pub fn path(path: impl Into<String>) -> Self {
        Self { path: path.into(), secret_of: None }
    }

    /// The path with its token.
    pub fn open(&self, kernel: &Kernel, tenant: &Tenant) -> String {
        match self.secret_of {
            Some(of) => self.path.replace('*', &kernel.link_token(&tenant.code, of)),
            None => self.path.clone(),
        }
    }
}

/// A notice to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    ids: [NoticeId; 3],
    /// What makes it: the id of the job that decided on it. For one cause a recipient gets one notice a channel, however
    /// often the job runs.
    pub cause: Id<()>,
    /// Whom it is for.
    pub to: Recipient,
    /// What it is about.
    pub subject: Subject,
    /// The key of its first line; `<key>-words` says what to do.
    pub key: &'static str,
    /// The values its words name.
    pub args: NoticeArgs,
    /// Where it leads.
    pub link: NoticeLink,
    /// It buzzes at night too.
    pub urgent: bool,
    /// It is about the recipient's work: it leaves the house outside the tenant's quiet hours only, unless it is urgent.
    pub at_work: bool,
}

impl NewNotice {
    /// A notice that is neither urgent nor about work.
    pub fn new(world: &World, cause: Id<()>, to: Recipient, subject: Subject, key: &'static str) -> Self {
        Self {
            ids: [world.id(), world.id(), world.id()],
            cause,
            to,
            subject,
            key,
            args: NoticeArgs::new(),
            link: NoticeLink::default(),
            urgent: false,
            at_work: false,
        }
    }
}

/// A notice as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of notice under their own names")]
pub struct Notice {
    pub id: NoticeId,
    pub channel: Channel,
    pub to: Recipient,
    pub subject: Subject,
    pub key: String,
    pub args: NoticeArgs,
    pub link: NoticeLink,
    pub urgent: bool,
    pub at_work: bool,
    pub state: NoticeState,
    pub attempts: i64,
    pub created_at: Time,
    pub due_at: Time,
    pub sent_at: Option<Time>,
    pub read_at: Option<Time>,
    pub error: Option<String>,
}

/// Where somebody without an account can be reached, as a room knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The e-mail address.
    pub email: String,
    /// Their language.
    pub locale: Locale,
}

/// How a room finds the addresses that were left at its things.
#[derive(Clone, Copy)]
pub struct AddressBook {
    /// The kind of subject, such as `report`.
    pub kind: &'static str,
    /// Finds one; nothing where none was left, or not any more.
    pub find: fn(&mut Read<'_>, TenantId, Id<Anything>) -> Result<Option<Address>>,
}

/// A notice on its way out by mail.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Whose house it comes from.
    pub tenant: Arc<Tenant>,
    /// To whom.
    pub address: Address,
    /// Where it leads, a path of ours with everything in it.
    pub path: String,
    /// What it says.
    pub notice: Notice,
}

/// Why a letter did not go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undelivered {
    /// Not now; the server is away or asks to come again.
    Later(String),
    /// Never: the server will not have it. Its words.
    Never(String),
}

/// A future of a sending.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), Undelivered>> + Send + 'a>>;

/// Who carries letters out. The binary brings one where mail is set up; without one letters wait.
pub trait Mailer: Send + Sync + 'static {
    /// Sends a letter; `Ok` once a server took it over. It must not take longer than half a minute.
    fn send(&self, letter: Letter) -> Sending<'_>;
}

/// Sendings of one claim.
const CLAIM: i64 = 4;
/// How long a server may take over one claim: each letter half a minute, and as much again.
const LEASE: Duration = Duration::from_secs(240);
/// After this many attempts, a day and a half, a letter is set aside.
const ATTEMPTS: i64 = 20;

/// How long to wait after the nth attempt: half a minute, doubling, up to two hours.
fn backoff(attempts: i64) -> Duration {
    Duration::from_secs((30 << (attempts - 1).clamp(0, 8)).min(7200))
}
