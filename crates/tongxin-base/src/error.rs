//! What can go wrong, said so that a person can act on it. How it looks (page, fragment, problem+json) is decided in
//! `tongxin-web` alone; what is internal is never shown.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A result with our [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The key of a message in the locale files. Owned only where an answer kept earlier is given again.
pub type Key = Cow<'static, str>;

/// A value named inside a message, such as the public name of the worker who was first.
pub type Arg = (Key, String);

/// One wrong field of a form or a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name as the caller sent it.
    pub field: String,
    /// The key of the message in the locale files.
    pub key: Key,
    /// Values that the message names.
    pub args: Vec<Arg>,
}

impl FieldError {
    /// A field error without values.
    pub fn new(field: impl Into<String>, key: &'static str) -> Self {
        Self { field: field.into(), key: Cow::Borrowed(key), args: Vec::new() }
    }

    /// The same with one more value that its message names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((Cow::Borrowed(name), value.to_string()));
        self
    }
}

/// Everything an action can answer instead of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or none that the caller may see (404).
    #[error("not found")]
    NotFound,
    /// The caller may see it but not do this (403).
    #[error("forbidden")]
    Forbidden,
    /// Nobody is signed in, or the token is not good (401).
    #[error("not signed in")]
    Unauthenticated,
    /// A rule of the work says no (422): the key of the message and its values.
    #[error("rule {0}")]
    Rule(Key, Vec<Arg>),
    /// Somebody else was first, or the thing has moved on (409): the key of the message and its values.
    #[error("conflict {0}")]
    Conflict(Key, Vec<Arg>),
    /// Fields that do not parse (422).
    #[error("invalid fields: {}", .0.iter().map(|f| f.field.as_str()).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<FieldError>),
    /// The body or a file is larger than allowed, in bytes (413).
    #[error("too large")]
    TooLarge,
    /// As `TooLarge`, where the caller is told the limit: in bytes.
    #[error("over the limit of {0} bytes")]
    OverLimit(usize),
    /// Too many calls for now (429).
    #[error("too many")]
    TooMany,
    /// As `TooMany`, where it is known when to come again: in seconds.
    #[error("too many, again in {0} s")]
    Later(u32),
    /// It could not be done or it is not known whether it was done; try again with the same key (503).
    #[error("unavailable")]
    Unavailable,
    /// Our fault (500). The text is for the log, under a reference number; it is never shown.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// A rule's refusal without values.
    pub fn rule(key: &'static str) -> Self {
        Self::Rule(Cow::Borrowed(key), Vec::new())
    }

    /// A conflict without values.
    pub fn conflict(key: &'static str) -> Self {
        Self::Conflict(Cow::Borrowed(key), Vec::new())
    }

    /// The same with one more value that its message names; nothing for errors without a message of their own.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        if let Self::Rule(_, args) | Self::Conflict(_, args) = &mut self {
            args.push((Cow::Borrowed(name), value.to_string()));
        }
        self
    }

    /// One wrong field.
    pub fn field(field: impl Into<String>, key: &'static str) -> Self {
        Self::Invalid(vec![FieldError::new(field, key)])
    }

    /// Our fault, with what the log should say.
    pub fn internal(why: impl std::fmt::Display) -> Self {
        Self::Internal(why.to_string())
    }

    /// Whether the caller was answered by a rule (so that the same call gets the same answer again), rather than
    /// by a failure that may be gone next time.
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::TooMany | Self::Later(_) | Self::Unavailable | Self::Internal(_))
    }
}
