//! The rules of the loop, pure: what a request and an order can become, and what counts as a well-formed report.

use std::fmt;

use serde::{Deserialize, Serialize};
use tongxin_base::calendar::Limit;
use tongxin_base::{Error, FieldError, Id, Label, Result};
use tongxin_kernel::{Transition, Workflow};
use utoipa::ToSchema;

mod report;

use report::check_length;
pub use report::{Contact, RawReport, Report, suspicion};

/// A marker for the id of a request.
#[derive(Debug)]
pub enum RequestKind {}
/// A marker for the id of a report.
#[derive(Debug)]
pub enum ReportKind {}
/// A marker for the id of an order.
#[derive(Debug)]
pub enum OrderKind {}
/// A marker for the id of a photo.
#[derive(Debug)]
pub enum PhotoMarker {}
/// A marker for the id of a message.
#[derive(Debug)]
pub enum MessageKind {}

/// A marker for the id of a material.
#[derive(Debug)]
pub enum MaterialKind {}
/// A marker for the id of a delegation.
#[derive(Debug)]
pub enum DelegationKind {}
/// A marker for the id of an exclusion.
#[derive(Debug)]
pub enum ExclusionKind {}

/// The id of something used up.
pub type MaterialId = Id<MaterialKind>;
/// The id of a delegation.
pub type DelegationId = Id<DelegationKind>;
/// The id of an exclusion.
pub type ExclusionId = Id<ExclusionKind>;
/// The id of a request.
pub type RequestId = Id<RequestKind>;
/// The id of a report.
pub type ReportId = Id<ReportKind>;
/// The id of an order.
pub type OrderId = Id<OrderKind>;
/// The id of a photo.
pub type PhotoId = Id<PhotoMarker>;
/// The id of a message.
pub type MessageId = Id<MessageKind>;

/// The kind of subject a request is to the kernel.
pub const SUBJECT: &str = "request";

/// A report's words, in characters: two pages.
pub const LONGEST_WORDS: usize = 2000;
/// A place, a reason, a name, in characters.
pub const LONGEST_LINE: usize = 200;

/// Words as they stand in the tables and the API, for an enum of unit variants.
macro_rules! word_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in the tables and the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// From the word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|x| x.as_str() == word)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

word_enum! {
    /// Where a request stands: what its reporter sees.
    Status {
        /// Reported, nobody has looked yet.
        Received = "received",
        /// Somebody took it on.
        Accepted = "accepted",
        /// Not taken on, with a reason.
        Declined = "declined",
        /// Taken back by its reporter.
        Withdrawn = "withdrawn",
        /// An order is out; somebody may have grabbed it.
        Open = "open",
        /// Somebody is at it.
        Working = "working",
        /// Finished, with proof; to be rated.
        Done = "done",
        /// Rated by its reporter.
        Rated = "rated",
        /// Its reporter says it is not solved.
        Reopened = "reopened",
        /// Over.
        Closed = "closed",
    }
}

word_enum! {
    /// What is done to a request.
    Verb {
        /// 受理
        Accept = "accept",
        /// Not taken on.
        Decline = "decline",
        /// Taken back.
        Withdraw = "withdraw",
        /// 网格下单
        Publish = "publish",
        /// The worker begins.
        Start = "start",
        /// The worker gives it back.
        Return = "return",
        /// 办结
        Complete = "complete",
        /// 评价
        Rate = "rate",
        /// Not solved.
        Reopen = "reopen",
        /// Nothing more to do.
        Close = "close",
        /// It goes on as part of another one, with all its reporters.
        Merge = "merge",
    }
}

impl Status {
    /// Whether somebody still has to do something: the time limit runs.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Received | Self::Accepted | Self::Open | Self::Working | Self::Reopened)
    }
}

/// A row of the request's workflow.
const fn step(from: Status, verb: Verb, to: Status) -> Transition<Status, Verb> {
    Transition { from, verb, to }
}

/// All that can happen to a request.
pub const REQUEST: Workflow<Status, Verb> = Workflow {
    initial: Status::Received,
    transitions: &[
        step(Status::Received, Verb::Accept, Status::Accepted),
        step(Status::Received, Verb::Decline, Status::Declined),
        step(Status::Received, Verb::Withdraw, Status::Withdrawn),
        step(Status::Accepted, Verb::Decline, Status::Declined),
        step(Status::Accepted, Verb::Withdraw, Status::Withdrawn),
        step(Status::Accepted, Verb::Publish, Status::Open),
        step(Status::Open, Verb::Withdraw, Status::Withdrawn),
        step(Status::Open, Verb::Start, Status::Working),
        step(Status::Open, Verb::Return, Status::Open),
        step(Status::Working, Verb::Return, Status::Open),
        step(Status::Working, Verb::Complete, Status::Done),
        step(Status::Done, Verb::Rate, Status::Rated),
        step(Status::Done, Verb::Reopen, Status::Reopened),
        step(Status::Done, Verb::Close, Status::Closed),
        step(Status::Rated, Verb::Reopen, Status::Reopened),
        step(Status::Rated, Verb::Close, Status::Closed),
        step(Status::Reopened, Verb::Start, Status::Working),
        step(Status::Reopened, Verb::Return, Status::Open),
        step(Status::Reopened, Verb::Publish, Status::Open),
        step(Status::Reopened, Verb::Withdraw, Status::Withdrawn),
        step(Status::Received, Verb::Merge, Status::Closed),
        step(Status::Accepted, Verb::Merge, Status::Closed),
        step(Status::Open, Verb::Merge, Status::Closed),
        step(Status::Reopened, Verb::Merge, Status::Closed),
    ],
};

word_enum! {
    /// Where an order stands.
    OrderState {
        /// In the pool, to be grabbed.
        Open = "open",
        /// Somebody has it.
        Grabbed = "grabbed",
        /// Somebody is at it.
        Working = "working",
        /// Finished.
        Done = "done",
        /// Given back; a new order took its place in the pool.
        Returned = "returned",
        /// Its request was withdrawn.
        Cancelled = "cancelled",
    }
}

word_enum! {
    /// What is done to an order.
    OrderVerb {
        /// 抢单
        Grab = "grab",
        /// 派单: it is given to somebody, because nobody grabbed it in time or because it is theirs again.
        Assign = "assign",
        /// It was not begun in time.
        Lapse = "lapse",
        /// The worker begins.
        Start = "start",
        /// The worker gives it back.
        Return = "return",
        /// It goes to another worker.
        Transfer = "transfer",
        /// 办结
        Complete = "complete",
        /// Its request was withdrawn.
        Cancel = "cancel",
    }
}

const fn order_step(from: OrderState, verb: OrderVerb, to: OrderState) -> Transition<OrderState, OrderVerb> {
    Transition { from, verb, to }
}

/// All that can happen to an order.
pub const ORDER: Workflow<OrderState, OrderVerb> = Workflow {
    initial: OrderState::Open,
    transitions: &[
        order_step(OrderState::Open, OrderVerb::Grab, OrderState::Grabbed),
        order_step(OrderState::Open, OrderVerb::Assign, OrderState::Grabbed),
        order_step(OrderState::Open, OrderVerb::Cancel, OrderState::Cancelled),
        order_step(OrderState::Grabbed, OrderVerb::Start, OrderState::Working),
        order_step(OrderState::Grabbed, OrderVerb::Return, OrderState::Returned),
        order_step(OrderState::Grabbed, OrderVerb::Lapse, OrderState::Returned),
        order_step(OrderState::Grabbed, OrderVerb::Transfer, OrderState::Grabbed),
        order_step(OrderState::Grabbed, OrderVerb::Cancel, OrderState::Cancelled),
        order_step(OrderState::Working, OrderVerb::Return, OrderState::Returned),
        order_step(OrderState::Working, OrderVerb::Transfer, OrderState::Grabbed),
        order_step(OrderState::Working, OrderVerb::Complete, OrderState::Done),
    ],
};

/// A kind of matter, with its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its code: 大类 and 小类.
    pub code: String,
    /// The code of the 大类 above it; none for a 大类.
    pub parent: Option<String>,
    /// Its name.
    pub name: Label,
    /// By when the reporter must have been reached.
    pub contact_limit: Limit,
    /// By when somebody must have grabbed its order; then the best free worker is given it.
    pub grab_limit: Limit,
    /// By when who grabbed it must have begun; then it goes back to the pool.
    pub start_limit: Limit,
    /// By when it must be done.
    pub finish_limit: Limit,
    /// Within this many metres two matters of this kind may be one.
    pub radius_m: i64,
    /// The skill its orders ask for, where they ask for one.
    pub skill: Option<String>,
}

/// A pool of orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Label,
    /// The skill its workers have.
    pub skill: Option<String>,
    /// The kind of its workers: `grid_worker` or `part_time`.
    pub kind: Option<String>,
}

word_enum! {
    /// What a phrase is for.
    PhraseKind {
        /// Why a matter is not taken on.
        Decline = "decline",
        /// Why an order is given back.
        Return = "return",
        /// What the work waits for.
        Wait = "wait",
        /// What is often written to reporters.
        Reply = "reply",
        /// Why a matter is left out of the assessment.
        Exclude = "exclude",
        /// What a worker is good at.
        Skill = "skill",
    }
}

/// A line of the lists that staff choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// What it is for.
    pub kind: PhraseKind,
    /// Its code, unique in its kind.
    pub code: String,
    /// What is chosen.
    pub name: Label,
    /// What the reporter reads; may be empty.
    pub text: Label,
    /// Whether it can still be chosen.
    pub active: bool,
}

/// How a report came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// A page of ours.
    Web,
    /// A program.
    Api,
    /// Staff, for somebody who called or came.
    Staff,
    /// A file.
    Import,
}

impl Channel {
    /// The word in the tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Api => "api",
            Self::Staff => "staff",
            Self::Import => "import",
        }
    }
}

/// A text that must be there and not be too long: a reason, a note, a message.
///
/// # Errors
/// `Invalid`.
pub fn required_text(field: &'static str, text: &str, longest: usize) -> Result<String> {
    let mut wrong = Vec::new();
    let text = text.trim().to_owned();
    if text.is_empty() {
        wrong.push(FieldError::new(field, "form-required"));
    }
    check_length(&mut wrong, field, &text, longest);
    if wrong.is_empty() { Ok(text) } else { Err(Error::Invalid(wrong)) }
}

word_enum! {
    /// What a photo shows.
    PhotoKind {
        /// The matter, as its reporter saw it.
        Report = "report",
        /// How it looked when the worker came.
        Before = "before",
        /// How it looks now.
        After = "after",
    }
}

word_enum! {
    /// How the reporter was reached.
    ContactHow {
        /// By phone.
        Phone = "phone",
        /// In person.
        Visit = "visit",
        /// In writing.
        Message = "message",
    }
}

word_enum! {
    /// What a message is.
    MessageWay {
        /// To the reporter; the clock stands still until they answer.
        Question = "question",
        /// From the reporter.
        Answer = "answer",
        /// Among those who work on it.
        Note = "note",
        /// To the reporter, without asking anything.
        Update = "update",
    }
}
