//! Randomness as a parameter, and the `World`: the clock and the dice that an action is given.

use std::sync::{Arc, Mutex, PoisonError};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::{Clock, Id, SystemClock, Time};

/// Where random bytes come from.
pub trait Random: Send + Sync + 'static {
    /// Fills `out` with random bytes.
    fn fill(&self, out: &mut [u8]);
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, out: &mut [u8]) {
        getrandom::fill(out).expect("the operating system gives random bytes; without them nothing here is safe");
    }
}

/// Random bytes that repeat for the same seed: for tests, simulations and the demo.
#[derive(Debug)]
pub struct Seeded(Mutex<ChaCha20Rng>);

impl Seeded {
    /// The sequence that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl Random for Seeded {
    fn fill(&self, out: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(out);
    }
}

/// What an action takes from outside: the time and the dice.
#[derive(Clone)]
pub struct World {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// The newest id given: its millisecond, and its number within it.
    newest: Arc<Mutex<(u64, u16)>>,
}

impl World {
    /// The machine's clock and the operating system's randomness.
    pub fn system() -> Self {
        Self::new(Arc::new(SystemClock), Arc::new(SystemRandom))
    }

    /// A world with a clock and dice of your own.
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self { clock, random, newest: Arc::default() }
    }

    /// The moment it is now.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// A new id (UUID version 7: its first 48 bits are the time, so that rows land side by side). Of two made here one
    /// after the other the second is the greater, in the same millisecond too: 12 of its bits count.
    pub fn id<K>(&self) -> Id<K> {
        let now = millis(self.now());
        let mut bytes: [u8; 10] = self.bytes();
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        // It begins low, so that some thousand more fit; past them the id is a millisecond early.
        let begin = u16::from_be_bytes([bytes[0], bytes[1]]) & 0x03ff;
        let next = match *newest {
            (then, _) if then < now => (now, begin),
            (then, 0x0fff) if then - now < 1000 => (then + 1, begin),
            (then, count) if then - now < 1000 => (then, count + 1),
            // The clock was put back: what is old now sorts as old.
            _ => (now, begin),
        };
        *newest = next;
        drop(newest);
        [bytes[0], bytes[1]] = next.1.to_be_bytes();
        Id::from_uuid(uuid::Builder::from_unix_timestamp_millis(next.0, &bytes).into_uuid())
    }

    /// A new id for something that was born at another moment, so that an imported history sorts where it belongs.
    pub fn id_at<K>(&self, born: Time) -> Id<K> {
        Id::made_of(born, &self.bytes())
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.random.fill(&mut out);
        out
    }

    /// A number in `0..below` (`below` > 0); the bias of the remainder is under 2^-32 for every use here.
    pub fn below(&self, below: u32) -> u32 {
        let wide = u64::from_le_bytes(self.bytes());
        u32::try_from(wide % u64::from(below.max(1))).unwrap_or(0)
    }

    /// A secret of 130 bits in 26 letters and digits that people cannot mistake for one another (Crockford's base 32).
    pub fn secret(&self) -> String {
        const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        self.bytes::<26>().iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect()
    }
}

fn millis(at: Time) -> u64 {
    u64::try_from(at.micros() / 1000).unwrap_or(0)
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "World({})", self.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FixedClock;

    #[test]
    fn ids_made_one_after_the_other_stand_in_that_order() {
        let clock = Arc::new(FixedClock::at(Time::parse("2026-03-02T01:30:00Z").expect("a time")));
        let world = World::new(Arc::clone(&clock) as Arc<_>, Arc::new(Seeded::new(1)));
        let mut before: Id<()> = world.id();
        for i in 0..20_000 {
            if i % 7000 == 0 {
                clock.advance(std::time::Duration::from_millis(1));
            }
            let next = world.id();
            assert!(before < next, "{before} {next}");
            before = next;
        }
        clock.set(Time::parse("2026-01-01T00:00:00Z").expect("a time"));
        assert!(world.id::<()>() < before, "an older time sorts before");
    }
}
