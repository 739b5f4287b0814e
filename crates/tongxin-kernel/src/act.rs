//! An act: one verb done by one caller, in one write, with its line in the journal and its events.

use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tongxin_base::{Error, Locale, Result, Time};
use tongxin_db::Tx;

use crate::batch::{Later, Noted};
use crate::event::Event;
use crate::idempotency::{Claim, LONGEST_KEY};
use crate::journal::{Entry, Personal};
use crate::kernel::Kernel;
use crate::measure::{Cell, day_number};
use crate::people::Who;
use crate::subject::Subject;
use crate::tenant::Tenant;

/// The payload of one journal entry or event, in bytes of JSON.
const LARGEST_PAYLOAD: usize = 64 << 10;

/// Who calls, when, and with what dice: all that a re-runnable closure may not make itself.
#[derive(Debug, Clone)]
pub struct Call {
    /// Whose data.
    pub tenant: Arc<Tenant>,
    /// Who asks.
    pub who: Who,
    /// The moment of the call.
    pub now: Time,
    /// The language of who asks, where it is known.
    pub locale: Locale,
    pub(crate) entropy: [u8; 32],
    pub(crate) claim: Option<Claim>,
}

impl Call {
    /// Makes the call one that is done once, however often it is sent: `asked` is what is asked for, byte by byte.
    ///
    /// # Errors
    /// `Invalid` where the key is empty or too long.
    pub fn once(mut self, key: &str, asked: &[&[u8]]) -> Result<Self> {
        if key.is_empty() || key.len() > LONGEST_KEY {
            return Err(Error::field("Idempotency-Key", "error-key-length"));
        }
        let mut digest = Sha256::new();
        for part in asked {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        self.claim = Some(Claim { caller: self.who.actor(), key: key.to_owned(), digest: digest.finalize().into() });
        Ok(self)
    }
}

/// An act in progress: the write, and what goes with it.
pub struct Act<'a, 'tx> {
    /// The write.
    pub tx: &'a mut Tx<'tx>,
    /// The call.
    pub call: &'a Call,
    /// The kernel, for its policies and what the rooms brought.
    pub kernel: &'a Kernel,
    salts: u32,
}

impl<'a, 'tx> Act<'a, 'tx> {
    pub(crate) fn new(tx: &'a mut Tx<'tx>, call: &'a Call, kernel: &'a Kernel) -> Self {
        Self { tx, call, kernel, salts: 0 }
    }

    /// The id of something that comes to be in this act: told apart by `seed` and by the order of asking, the same when the closure
    /// runs again.
    pub fn id<K>(&mut self, seed: &[u8]) -> tongxin_base::Id<K> {
        self.salts += 1;
        let parts =
            Sha256::new().chain_update(self.call.entropy).chain_update([1]).chain_update(self.salts.to_be_bytes());
        let digest: [u8; 32] = parts.chain_update(seed).finalize().into();
        let mut bits = [0; 10];
        bits.copy_from_slice(&digest[..10]);
        tongxin_base::Id::made_of(self.call.now, &bits)
    }

    /// A line in the journal: `action` was done to `subject`. The payload holds ids and words of the field; whatever is
    /// personal goes into `personal`, of which only a salted digest is kept here.
    ///
    /// # Errors
    /// `TooLarge` where the payload is over 64 KiB of JSON.
    pub fn journal(&mut self, action: &str, subject: &Subject, payload: Value, personal: Option<&Value>) -> Result<()> {
        let personal = personal.map(|content| {
            self.salts += 1;
            let salt = Sha256::new().chain_update(self.call.entropy).chain_update(self.salts.to_be_bytes());
            Personal { salt: salt.finalize().into(), content: content.to_string().into_bytes() }
        });
        if payload.to_string().len() > LARGEST_PAYLOAD {
            return Err(Error::TooLarge);
        }
        self.tx.note(Noted::Entry(Box::new(Entry {
            at: self.call.now,
            actor: self.call.who.actor(),
            action: action.to_owned(),
            subject: subject.clone(),
            payload,
            personal,
        })));
        Ok(())
    }

    /// Tells whoever subscribed, at least once, after the write is durable.
    pub fn event(&mut self, topic: &str, subject: &Subject, payload: Value) {
        let actor = self.call.who.person().map(|person| person.id);
        let event = Event { topic: topic.to_owned(), subject: subject.clone(), payload, actor };
        self.tx.note(Noted::Event(self.call.now, Box::new(event)));
    }

    /// Has a job done at `at`, at least once. What it stands on may have changed by then: the job looks again.
    pub fn later(&mut self, kind: &'static str, at: Time, payload: Value) {
        self.tx.note(Noted::Job(Box::new(Later { kind, payload, at })));
    }

    /// Adds to a measure at a unit, on the day of `at`.
    pub fn measure(&mut self, measure: &'static str, unit_path: &str, at: Time, delta: i64) {
        let day = day_number(at, self.call.tenant.zone());
        self.tx.note(Noted::Delta(Cell { measure, unit_path: unit_path.to_owned(), day }, delta));
    }
}
