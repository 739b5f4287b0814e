//! Sealing: what must be read again but stand in no copy of the database, such as a telephone number. One place seals and
//! opens, so that where the key comes from is one place too.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use tongxin_base::{Error, Result, World};

use crate::secret::Secret;

/// The nonce in front of what is sealed.
const NONCE: usize = 24;

impl Secret {
    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.derive(&[b"seal"]).into())
    }

    /// Seals a text for one place: `place` names the column and the row, and what was sealed there opens nowhere else.
    ///
    /// # Errors
    /// `Internal` where it is far too long.
    pub fn seal(&self, world: &World, place: &[&[u8]], plain: &[u8]) -> Result<Vec<u8>> {
        let nonce = world.bytes::<NONCE>();
        let aad = self.derive(place);
        let sealed = self.cipher().encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: &aad });
        let sealed = sealed.map_err(|_| Error::internal("it could not be sealed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// `Internal` where it was sealed for another place or with another secret, or was damaged.
    pub fn open(&self, place: &[&[u8]], sealed: &[u8]) -> Result<Vec<u8>> {
        let damaged = || Error::internal("what was sealed does not open; is it the secret of this installation?");
        let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or_else(damaged)?;
        let aad = self.derive(place);
        self.cipher().decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: &aad }).map_err(|_| damaged())
    }

    /// A blind index: finds what is sealed by its content without saying what it is.
    pub fn blind(&self, what: &[u8], plain: &[u8]) -> [u8; 32] {
        self.derive(&[b"blind", what, plain])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_place_alone() {
        let (secret, world) = (Secret::new([1; 32]), World::system());
        let sealed = secret.seal(&world, &[b"phone", b"a"], b"13800138000").expect("sealed");
        assert_eq!(secret.open(&[b"phone", b"a"], &sealed).expect("opened"), b"13800138000");
        assert!(!sealed.windows(5).any(|part| part == b"13800"));
        assert!(secret.open(&[b"phone", b"b"], &sealed).is_err());
        assert!(Secret::new([2; 32]).open(&[b"phone", b"a"], &sealed).is_err());
        assert!(secret.open(&[b"phone", b"a"], &sealed[..20]).is_err());
        let mut bent = sealed.clone();
        bent[30] ^= 1;
        assert!(secret.open(&[b"phone", b"a"], &bent).is_err());
        assert_ne!(sealed, secret.seal(&world, &[b"phone", b"a"], b"13800138000").expect("sealed"));
    }
}
