//! A time limit as data: an amount of working hours, working days or clock hours, written `8wh`, `5wd`, `24h`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitKind {
    /// Hours of working time (工作时), written `wh`.
    WorkingHours,
    /// Workdays after the day of the start (工作日), written `wd`.
    WorkingDays,
    /// Hours of the clock (紧急), written `h`.
    ClockHours,
}

impl LimitKind {
    /// The unit behind the amount.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::WorkingHours => "wh",
            Self::WorkingDays => "wd",
            Self::ClockHours => "h",
        }
    }

    /// The largest amount: about one year. A longer limit promises nothing, and each step of a count costs time.
    pub const fn max(self) -> u16 {
        match self {
            Self::WorkingHours => 2000,
            Self::WorkingDays => 250,
            Self::ClockHours => 8760,
        }
    }
}

/// A time limit: from 1 to [`LimitKind::max`] of its kind. Text and JSON: `"8wh"`, `"5wd"`, `"24h"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limit {
    kind: LimitKind,
    amount: u16,
}

/// A text that is no limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadLimit {
    /// Not an amount and a unit.
    #[error("a limit is written as 8wh (working hours), 5wd (working days) or 24h (clock hours), not {0:?}")]
    Form(String),
    /// Zero, or more than a year.
    #[error("a limit in {} is from 1 to {}", .0.suffix(), .0.max())]
    Amount(LimitKind),
}

impl Limit {
    /// One working day.
    pub const WORKDAY: Self = Self { kind: LimitKind::WorkingDays, amount: 1 };

    /// A limit of `amount` of `kind`; an error where the amount is 0 or above [`LimitKind::max`].
    pub const fn new(kind: LimitKind, amount: u16) -> Result<Self, BadLimit> {
        if amount == 0 || amount > kind.max() {
            return Err(BadLimit::Amount(kind));
        }
        Ok(Self { kind, amount })
    }

    /// What it counts.
    pub const fn kind(self) -> LimitKind {
        self.kind
    }

    /// How many of them.
    pub const fn amount(self) -> u16 {
        self.amount
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.amount, self.kind.suffix())
    }
}

impl FromStr for Limit {
    type Err = BadLimit;
    fn from_str(text: &str) -> Result<Self, BadLimit> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (amount, suffix) = text.split_at(digits);
        let kind = [LimitKind::WorkingHours, LimitKind::WorkingDays, LimitKind::ClockHours]
            .into_iter()
            .find(|kind| kind.suffix() == suffix && digits > 0)
            .ok_or_else(|| BadLimit::Form(text.chars().take(40).collect()))?;
        Self::new(kind, amount.parse().map_err(|_| BadLimit::Amount(kind))?)
    }
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
