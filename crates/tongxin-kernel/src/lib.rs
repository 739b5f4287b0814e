//! The nouns that every room shares: who is there (units, people, posts), who may do what (access), what happened (journal,
//! events), what is still to be done (jobs), and what it adds up to (measures).
//!
//! Architecture invariant: a room never meets another room; it meets these.

mod access;
mod act;
mod approval;
mod area;
mod batch;
mod chore;
mod closing;
mod consent;
mod counter;
mod crowd;
mod erasure;
mod event;
mod file;
mod founding;
mod history;
mod idempotency;
mod invitation;
mod job;
mod journal;
mod kept;
mod kernel;
mod keys;
mod locator;
mod look;
mod measure;
mod merkle;
mod notice;
mod outside;
mod password;
mod people;
mod personal;
pub mod posts;
mod privacy;
mod programme;
mod rateable;
mod redact;
pub mod rules;
mod search;
mod secret;
mod session;
mod subject;
mod tenant;
mod text;
mod unit;
mod verify;
mod workdays;
mod workflow;

pub use access::{Access, Explained, Facts, ReadOrNot, Rule, Scope};
pub use act::{Act, Call};
pub use approval::{Approval, ApprovalId, ApprovalKind, ApprovalState, Dangerous, Decision, approvals};
pub use area::Area;
pub use chore::{
    Chore, ChoreId, ChoreKind, ChoreRun, ChoreState, KEPT as CHORES_KEPT, MOST_CHORES, Outcome, Toiling,
    Told as ToldOfChore, chore_of, chores_of,
};
pub use closing::Closing;
pub use consent::{
    Agreement, BY_MAIL, BY_PUSH, Consent, GUARDIAN, give as give_consent, of as consents, withdraw as withdraw_consent,
};
pub use counter::next_numbers;
pub use crowd::{CROWD, Sum as SumOf, shown as shown_to_all, shown_share};
pub use event::{Event, News, Subscription, news};
pub use file::{
    ClaimedFile, FileId, FileKind, FileStore, LARGEST_FILE, Photo, TakenFile, Variant, claim_files, develop,
    release_files,
};
pub use founding::FirstAdmin;
pub use history::{HistoryItem, history};
pub use invitation::{Invited, invite, use_up};
pub use job::{JobKind, JobRun, QueueState, Running};
pub use journal::checkpoint::{BadCheckpoint, Checkpoint};
pub use journal::export::{Exported, Line as JournalLine, lines as journal_lines};
pub use journal::receipt::{BadReceipt, Checked as CheckedReceipt, OwnWords, Proven, Receipt};
pub use journal::{Personal, leaf_input, personal_digest};
pub use kernel::{Config, Hourly, Kernel, MIGRATIONS, Room};
pub use keys::{KeyInUse, SealedColumn, in_use as check_keys};
pub use locator::{FindThing, Located, Locator, Thing, ThingFinder};
pub use look::{Look, MANY_LOOKS, Purpose, all_looks, looks_at};
pub use measure::{Days, Lying, Measure, OnMap, OpenCount, Rate, Share, Tally, Tells, by_day, day_number, sum};
pub use merkle::{Frontier, Hash, leaf_hash, root_text};
pub use notice::{
    Address, AddressBook, Channel, Letter, Mailer, NewNotice, Notice, NoticeArg, NoticeArgs, NoticeFilter, NoticeId,
    NoticeLink, NoticeState, Recipient, Sending, Undelivered, contact, push, store as notice_store,
};
pub use outside::{Ask, Asking, Errand, NoAnswer, Outside, Told};
pub use password::{LONGEST_PASSWORD, PasswordCost, SHORTEST_PASSWORD, check_password};
pub use people::{Held, Person, PersonId, PersonKind, Role, Stationed, TokenScopes, Who, store as people_store};
pub use personal::{Holdings, PersonalData, Piece, Whose};
pub use posts::{Listed as ListedPerson, Post};
pub use privacy::{Basis, FIELDS, PersonalField, SEALED, purpose_key};
pub use programme::{
    Applied, Checked, Line, Pack, PackFile, Part, Programme, ProgrammeReader, Put, Reading, Remark,
    read as read_programme, read_part, read_units,
};
pub use rateable::{
    Assessed, ListAssessed, PastRating, Rateable, Rated, Rating, RatingAnswer, RatingBook, Solved, Uncount,
};
pub use redact::{Hit, Telling, find as find_telling, redacted};
pub use search::{forget_text, grams, index_text, search};
pub use secret::{KeyFile, Secret, digest as token_digest};
pub use session::{
    NewSession, Session, TokenRow, add_token_until, drop_token, end_one, end_others, open_session, renew_session,
    session_mark, sessions_of, tokens_of,
};
pub use subject::{Anything, Subject};
pub use tenant::{Settings, Tenant, change as change_tenant, ids as tenant_ids};
pub use text::{TextMessage, Texter, Texting};
pub use unit::{Level, Unit, UnitTree, put as put_unit, subtree};
pub use verify::{Finding, Known, Verified, Verifier, verify, verify_signed};
pub use workdays::{
    CalendarDay, DayChange, WorkTimes, change_days, change_times, days as calendar_days, subject as calendar_subject,
};
pub use workflow::{Transition, Workflow};
