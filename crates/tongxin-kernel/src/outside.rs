//! Requests to other servers: what a room may ask for, and what came of it. The binary brings the one who goes out, in one
//! place that knows where nobody may be sent; a room never opens a connection.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errand {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
}

/// A request to another server.
#[derive(Clone)]
pub struct Ask {
    /// What it does.
    pub errand: Errand,
    /// The address, `http` or `https`.
    pub url: String,
    /// Headers, by name.
    pub headers: Vec<(String, String)>,
    /// The body; empty with `GET`.
    pub body: Vec<u8>,
    /// The largest answer that is read, in bytes.
    pub largest: usize,
    /// How long all of it may take.
    pub patience: Duration,
    /// How often the address may point on; only a `GET` follows.
    pub redirects: usize,
}

impl Ask {
    /// A `GET` that follows no pointer, answered within ten seconds by at most a mebibyte.
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            errand: Errand::Get,
            url: url.into(),
            headers: Vec::new(),
            body: Vec::new(),
            largest: 1 << 20,
            patience: Duration::from_secs(10),
            redirects: 0,
        }
    }

    /// A `POST` with a body, with the same limits.
    pub fn post(url: impl Into<String>, body: Vec<u8>) -> Self {
        Self { errand: Errand::Post, body, ..Self::get(url) }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

impl fmt::Debug for Ask {
    /// Without what may be secret: no query, no headers, no body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.errand, self.url.split('?').next().unwrap_or_default())
    }
}

/// What another server said.
#[derive(Debug, Clone)]
pub struct Told {
    /// The status.
    pub status: u16,
    /// The headers, names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Told {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Why there is no answer; the words are for operators.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// The address is none, or leads where nobody may be sent.
    #[error("{0}")]
    Refused(String),
    /// It could not be reached, or broke off; it may go better in a while.
    #[error("{0}")]
    Away(String),
    /// The answer is larger than was asked for.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
}

/// A future of an answer.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<Told, NoAnswer>> + Send + 'a>>;

/// Who goes to other servers.
pub trait Outside: Send + Sync + 'static {
    /// Asks; a status that is no success is an answer too.
    fn ask(&self, ask: Ask) -> Asking<'_>;
}
