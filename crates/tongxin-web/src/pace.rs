//! How fast anybody may call: enough for everyone at once, too little for a machine that wants to fill or empty the house.
//! Strangers count by where they are in the network, people and their programs by who they are. All of it is in memory, as
//! numbers from which no address can be read; another server counts for itself.

use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use tongxin_base::{Error, Result};

/// After so many calls those who have not called for a while are forgotten.
const SWEEP: u32 = 10_000;

/// Calls in a minute, all of which may come at once; 0 is without limit. Written `looks/acts`: `1200/120`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Pages and answers that are read.
    pub looks: u32,
    /// What is sent.
    pub acts: u32,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let number = |text: &str| text.trim().parse().ok();
        let pair = written.split_once('/').and_then(|(looks, acts)| number(looks).zip(number(acts)));
        let (looks, acts) = pair.ok_or_else(|| {
            format!("{written:?} is no pace; write how many calls in a minute may look and how many may act, such as 1200/120")
        })?;
        Ok(Self { looks, acts })
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.looks, self.acts)
    }
}

/// The pace of each kind of caller.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Nobody we know, by network: a whole office, or a street behind one mobile address.
    pub stranger: Rate,
    /// Somebody signed in, by person.
    pub person: Rate,
    /// A program with somebody's key, by person.
    pub program: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            stranger: Rate { looks: 1200, acts: 120 },
            person: Rate { looks: 600, acts: 120 },
            program: Rate { looks: 6000, acts: 6000 },
        }
    }
}

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Stranger,
    Person,
    Program,
}

type Limiter = RateLimiter<u64, HashMapStateStore<u64>, DefaultClock>;

struct Limits {
    looks: Option<Limiter>,
    acts: Option<Limiter>,
}

impl Limits {
    fn new(rate: Rate) -> Self {
        let limiter = |calls| NonZeroU32::new(calls).map(|calls| RateLimiter::hashmap(Quota::per_minute(calls)));
        Self { looks: limiter(rate.looks), acts: limiter(rate.acts) }
    }
}

/// The counts of one house.
pub(crate) struct Pace {
    stranger: Limits,
    person: Limits,
    program: Limits,
    seed: RandomState,
    calls: AtomicU32,
}

impl Pace {
    pub(crate) fn new(rates: Rates) -> Self {
        Self {
            stranger: Limits::new(rates.stranger),
            person: Limits::new(rates.person),
            program: Limits::new(rates.program),
            seed: RandomState::new(),
            calls: AtomicU32::new(0),
        }
    }

    /// Counts a call of somebody.
    ///
    /// # Errors
    /// `TooMany`.
    pub(crate) fn count(&self, kind: Kind, who: impl Hash, acts: bool) -> Result<()> {
        if self.calls.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.forget();
        }
        let limits = match kind {
            Kind::Stranger => &self.stranger,
            Kind::Person => &self.person,
            Kind::Program => &self.program,
        };
        let limiter = if acts { &limits.acts } else { &limits.looks };
        let Some(limiter) = limiter else { return Ok(()) };
        limiter.check_key(&self.seed.hash_one(who)).map_err(|_| Error::TooMany)
    }

    /// Forgets who has all their calls again.
    fn forget(&self) {
        let all = [&self.stranger, &self.person, &self.program];
        for limiter in all.into_iter().flat_map(|limits| [&limits.looks, &limits.acts]).flatten() {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow() -> Pace {
        let rate = Rate { looks: 5, acts: 2 };
        Pace::new(Rates { stranger: rate, person: rate, program: Rate { looks: 0, acts: 0 } })
    }

    fn taken(pace: &Pace, kind: Kind, who: u8, acts: bool) -> usize {
        (0..20).filter(|_| pace.count(kind, who, acts).is_ok()).count()
    }

    #[test]
    fn each_has_a_minute_of_their_own() {
        let pace = slow();
        assert_eq!(taken(&pace, Kind::Stranger, 1, false), 5);
        assert_eq!(taken(&pace, Kind::Stranger, 1, true), 2);
        assert_eq!(taken(&pace, Kind::Stranger, 2, false), 5);
        assert_eq!(taken(&pace, Kind::Person, 1, false), 5);
        assert_eq!(taken(&pace, Kind::Program, 1, true), 20);
    }

    #[test]
    fn what_is_full_again_is_forgotten() {
        let rate = Rate { looks: 60_000_000, acts: 1 };
        let pace = Pace::new(Rates { stranger: rate, person: rate, program: rate });
        for who in 0..SWEEP * 2 {
            pace.count(Kind::Stranger, who, false).expect("in time");
        }
        let kept = pace.stranger.looks.as_ref().map(|limiter| limiter.len());
        assert!(kept.is_some_and(|kept| kept <= SWEEP as usize), "{kept:?}");
    }

    #[test]
    fn a_pace_is_written_as_it_is_read() {
        assert_eq!("1200/120".parse::<Rate>().map(|rate| rate.to_string()).as_deref(), Ok("1200/120"));
        for wrong in ["", "5", "a/b", "-1/2", "1/2/3", "99999999999/1"] {
            assert!(wrong.parse::<Rate>().is_err(), "{wrong}");
        }
    }
}
