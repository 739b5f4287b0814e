//! The installation's secret, kept outside the database: link tokens and form tokens are derived from it, so that a copy
//! of the database alone opens nobody's link.

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// 32 secret bytes.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// From its bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// From 64 hexadecimal digits, as the key file and the environment hold it.
    pub fn parse(text: &str) -> Option<Self> {
        hex::decode(text.trim()).ok()?.try_into().ok().map(Self)
    }

    /// HMAC-SHA-256 over the parts, each preceded by its length, so that no two lists of parts sound alike.
    pub fn derive(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// A derived code of 130 bits in 26 letters and digits (Crockford's base 32), for links.
    pub fn code(&self, parts: &[&[u8]]) -> String {
        const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        self.derive(parts)[..26].iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect()
    }
}

/// What is stored of a token: its SHA-256. Tokens carry 130 random bits, so no salt and no slow hash is needed.
pub fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
