//! The rules of the loop, pure: what a request and an order can become, and what counts as a well-formed report.

use std::fmt;

use serde::{Deserialize, Serialize};
use tongxin_base::calendar::Limit;
use tongxin_base::{Error, FieldError, Id, Label, Result};
use tongxin_kernel::{Transition, Workflow};
use utoipa::ToSchema;

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
        step(Status::Rated, Verb::Close, Status::Closed),
        step(Status::Reopened, Verb::Publish, Status::Open),
        step(Status::Reopened, Verb::Withdraw, Status::Withdrawn),
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
        order_step(OrderState::Open, OrderVerb::Cancel, OrderState::Cancelled),
        order_step(OrderState::Grabbed, OrderVerb::Start, OrderState::Working),
        order_step(OrderState::Grabbed, OrderVerb::Return, OrderState::Returned),
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
    /// By when it must be done.
    pub finish_limit: Limit,
    /// Within this many metres two matters of this kind may be one.
    pub radius_m: i64,
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

/// A report as it comes in, not yet looked at. Exactly one of point, site and place is needed; more do no harm.
#[derive(Debug, Clone, Default)]
pub struct RawReport {
    /// The category's code.
    pub category: String,
    /// What is the matter.
    pub words: String,
    /// The printed code of a site.
    pub site: String,
    /// The place in words.
    pub place: String,
    /// Latitude and longitude, as they were written.
    pub lat: String,
    /// See `lat`.
    pub lon: String,
    /// How the reporter wants to be called; may be empty.
    pub name: String,
    /// The reporter's phone; may be empty.
    pub phone: String,
}

/// A report that is well-formed.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The category's code; whether there is such a category is for the store to say.
    pub category: String,
    /// What is the matter.
    pub words: String,
    /// The printed code of a site.
    pub site: Option<String>,
    /// The place in words.
    pub place: Option<String>,
    /// Latitude and longitude, WGS 84 degrees.
    pub point: Option<(f64, f64)>,
    /// How the reporter wants to be called.
    pub name: Option<String>,
    /// The reporter's phone.
    pub phone: Option<String>,
}

impl Report {
    /// Looks at every field and names all that is wrong at once.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn parse(raw: &RawReport) -> Result<Self> {
        let mut wrong = Vec::new();
        let category = raw.category.trim().to_owned();
        if category.is_empty() {
            wrong.push(FieldError::new("category", "requests-category-needed"));
        }
        let words = raw.words.trim().to_owned();
        if words.is_empty() {
            wrong.push(FieldError::new("description", "requests-words-needed"));
        }
        check_length(&mut wrong, "description", &words, LONGEST_WORDS);
        let line = |wrong: &mut Vec<FieldError>, field: &str, text: &str| {
            let text = text.trim();
            check_length(wrong, field, text, LONGEST_LINE);
            (!text.is_empty()).then(|| text.to_owned())
        };
        let site = line(&mut wrong, "site", &raw.site).map(|site| site.to_uppercase());
        let place = line(&mut wrong, "place", &raw.place);
        let name = line(&mut wrong, "name", &raw.name);
        let phone = line(&mut wrong, "phone", &raw.phone);
        if phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
            wrong.push(FieldError::new("phone", "form-bad-phone"));
        }
        let point = parse_point(&mut wrong, &raw.lat, &raw.lon);
        if site.is_none() && place.is_none() && point.is_none() && !wrong.iter().any(|w| w.field == "lat") {
            wrong.push(FieldError::new("place", "requests-place-needed"));
        }
        if wrong.is_empty() {
            Ok(Self { category, words, site, place, point, name, phone })
        } else {
            Err(Error::Invalid(wrong))
        }
    }
}

fn check_length(wrong: &mut Vec<FieldError>, field: &str, text: &str, longest: usize) {
    if text.chars().count() > longest {
        wrong.push(FieldError::new(field, "form-too-long").with("max", longest));
    }
}

/// Digits, at least seven, with what people put between them.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (7..=15).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || " +-()转".contains(c))
}

fn parse_point(wrong: &mut Vec<FieldError>, lat: &str, lon: &str) -> Option<(f64, f64)> {
    let (lat, lon) = (lat.trim(), lon.trim());
    if lat.is_empty() && lon.is_empty() {
        return None;
    }
    let mut degrees = |field: &str, text: &str, bound: f64| match text.parse::<f64>() {
        Ok(x) if x.is_finite() && x.abs() <= bound => Some(x),
        Ok(_) => {
            wrong.push(FieldError::new(field, "form-out-of-range").with("min", -bound).with("max", bound));
            None
        }
        Err(_) => {
            wrong.push(FieldError::new(field, "form-not-a-number"));
            None
        }
    };
    let lat = degrees("lat", lat, 90.0);
    let lon = degrees("lon", lon, 180.0);
    lat.zip(lon)
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
    }
}
