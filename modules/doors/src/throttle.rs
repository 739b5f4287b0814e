//! Slowing down who guesses, without locking anybody out. A wrong try makes the next one wait: for this account from this
//! place, growing; and for this place as a whole. A device that signed in before has a count of its own, so that strangers'
//! tries never hold it up. All of it is in memory and bounded; another server counts for itself.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tongxin_base::{Error, Result, Time};
use tongxin_kernel::Secret;

/// Wrong tries without a wait: a hand slips some times.
const FREE: u32 = 5;
/// The same for a whole place; an office signs in from one address.
const FREE_AT_A_PLACE: u32 = 40;
/// The longest wait for one account from one place.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// The longest wait for a whole place, short: others are there too.
const LONGEST_AT_A_PLACE: Duration = Duration::from_secs(60);
/// What was wrong is forgotten after this long without another wrong try.
const FORGET: Duration = Duration::from_secs(60 * 60);
/// Counts that are kept; each takes some forty bytes.
const MOST: usize = 100_000;

#[derive(Clone, Copy)]
struct Count {
    wrong: u32,
    last: Time,
    until: Time,
}

/// The counts of one house.
#[derive(Default)]
pub struct Throttle(Mutex<HashMap<u64, Count>>);

/// Where a try comes from, and which account it is for: keys of counts, from which neither can be read.
pub struct Try {
    account: u64,
    place: Option<u64>,
}

impl Try {
    /// A try at an account from a place. `device` is the mark of a device that signed in to this account before.
    pub fn new(secret: &Secret, account: &str, place: &[u8], device: Option<&str>) -> Self {
        let key = |parts: &[&[u8]]| {
            let derived = secret.derive(parts);
            u64::from_be_bytes(std::array::from_fn(|i| derived[i]))
        };
        let account = account.trim().to_lowercase();
        match device {
            Some(device) => {
                Self { account: key(&[b"throttle device", account.as_bytes(), device.as_bytes()]), place: None }
            }
            None => Self {
                account: key(&[b"throttle", account.as_bytes(), place]),
                place: Some(key(&[b"throttle place", place])),
            },
        }
    }

    fn counts(&self) -> impl Iterator<Item = (u64, u32, Duration)> {
        let place = self.place.map(|place| (place, FREE_AT_A_PLACE, LONGEST_AT_A_PLACE));
        std::iter::once((self.account, FREE, LONGEST)).chain(place)
    }
}

/// How long the next try waits after so many wrong ones: two seconds, doubling.
fn wait(wrong: u32, free: u32, longest: Duration) -> Duration {
    match wrong.checked_sub(free) {
        None => Duration::ZERO,
        Some(more) => Duration::from_secs(2 << more.min(20)).min(longest),
    }
}

impl Throttle {
    /// Whether a try may be made now.
    ///
    /// # Errors
    /// `Later`, with the seconds to wait.
    pub fn check(&self, attempt: &Try, now: Time) -> Result<()> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = attempt.counts().filter_map(|(key, ..)| counts.get(&key)).map(|count| count.until).max();
        match until {
            Some(until) if until > now => {
                Err(Error::Later(u32::try_from(until.since(now).as_secs()).unwrap_or(u32::MAX).max(1)))
            }
            _ => Ok(()),
        }
    }

    /// A try was wrong.
    pub fn wrong(&self, attempt: &Try, now: Time) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, free, longest) in attempt.counts() {
            if counts.len() >= MOST && !counts.contains_key(&key) {
                make_room(&mut counts, now);
            }
            let count = counts.entry(key).or_insert(Count { wrong: 0, last: now, until: now });
            if count.last + FORGET < now {
                count.wrong = 0;
            }
            count.wrong = count.wrong.saturating_add(1);
            (count.last, count.until) = (now, now + wait(count.wrong, free, longest));
        }
    }

    /// A try was right: this account from this place begins anew. The place does not: who guesses may have one account.
    pub fn right(&self, attempt: &Try) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&attempt.account);
    }
}

/// Forgets what is over; where that is not enough, the older half.
fn make_room(counts: &mut HashMap<u64, Count>, now: Time) {
    counts.retain(|_, count| count.last + FORGET >= now);
    if counts.len() >= MOST {
        let mut ages: Vec<Time> = counts.values().map(|count| count.last).collect();
        let (_, middle, _) = ages.select_nth_unstable(MOST / 2);
        let middle = *middle;
        let mut left = MOST / 2;
        counts.retain(|_, count| {
            count.last > middle || {
                left = left.saturating_sub(1);
                left > 0 && count.last == middle
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::new([3; 32])
    }

    fn at(seconds: u64) -> Time {
        Time::from_micros(1_700_000_000_000_000) + Duration::from_secs(seconds)
    }

    fn seconds(throttle: &Throttle, attempt: &Try, now: Time) -> u32 {
        match throttle.check(attempt, now) {
            Err(Error::Later(seconds)) => seconds,
            _ => 0,
        }
    }

    fn len(throttle: &Throttle) -> usize {
        throttle.0.lock().expect("the counts").len()
    }

    #[test]
    fn each_wrong_try_waits_longer_up_to_a_bound() {
        let (throttle, one) = (Throttle::default(), Try::new(&secret(), "wang", b"a", None));
        let (mut now, mut waits) = (at(0), Vec::new());
        for _ in 0..20 {
            throttle.wrong(&one, now);
            let wait = seconds(&throttle, &one, now);
            waits.push(wait);
            now = now + Duration::from_secs(u64::from(wait));
            assert_eq!(seconds(&throttle, &one, now), 0);
        }
        assert_eq!(waits[..9], [0, 0, 0, 0, 2, 4, 8, 16, 32]);
        assert_eq!(waits[19], 900);
        assert_eq!(seconds(&throttle, &Try::new(&secret(), " WANG ", b"a", None), now - Duration::from_secs(1)), 1);
        assert_eq!(seconds(&throttle, &Try::new(&secret(), "wang", b"b", None), at(0)), 0, "another place is free");
        throttle.right(&one);
        assert_eq!(seconds(&throttle, &one, now), 0);
    }

    #[test]
    fn a_place_that_tries_many_accounts_is_slowed_and_others_there_are_not_locked_out() {
        let throttle = Throttle::default();
        for n in 0..1000 {
            throttle.wrong(&Try::new(&secret(), &format!("login{n}"), b"a", None), at(0));
        }
        let owner = Try::new(&secret(), "owner", b"a", None);
        assert_eq!(seconds(&throttle, &owner, at(0)), 60);
        let known = Try::new(&secret(), "owner", b"a", Some("a device"));
        assert_eq!(seconds(&throttle, &known, at(0)), 0);
        assert_eq!(seconds(&throttle, &owner, at(60)), 0);
    }

    #[test]
    fn a_stolen_device_mark_guesses_no_faster() {
        let throttle = Throttle::default();
        let known = Try::new(&secret(), "owner", b"a", Some("a device"));
        for _ in 0..30 {
            throttle.wrong(&known, at(0));
        }
        assert_eq!(seconds(&throttle, &known, at(0)), 900);
    }

    #[test]
    fn memory_is_bounded_and_the_newest_stay() {
        let throttle = Throttle::default();
        for n in 0..(MOST + 10) {
            let attempt = Try::new(&secret(), "one", &n.to_be_bytes(), None);
            throttle.wrong(&attempt, at(n as u64 / 100));
            assert!(len(&throttle) <= MOST + 1);
        }
        throttle.wrong(&Try::new(&secret(), "late", b"x", None), at(10_000_000));
        assert!(len(&throttle) <= MOST, "{}", len(&throttle));
    }
}
