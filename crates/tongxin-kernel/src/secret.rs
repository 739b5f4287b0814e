//! The installation's secret, kept outside the database: link tokens and form tokens are derived from it, so that a copy
//! of the database alone opens nobody's link. With it comes the ring of keys that can be changed: those that seal personal
//! columns and those that sign the journal. The first of each is derived from the secret, so that an installation whose
//! keys were never changed has nothing else to keep.

use std::collections::BTreeMap;
use std::sync::Arc;

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tongxin_base::{Error, Result};
use tongxin_db::{KeyId, Keys, Ring};

/// The keys that were added to those derived from the secret, and the numbers of those that were retired; as the key file
/// holds them, in hexadecimal digits.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeyFile {
    /// Keys that seal personal columns.
    pub data: BTreeMap<String, String>,
    /// Keys that sign the journal.
    pub signer: BTreeMap<String, String>,
    /// Keys of `data` that are used no more.
    pub retired: Vec<KeyId>,
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyFile(..)")
    }
}

type Load = dyn Fn() -> Result<KeyFile> + Send + Sync;

/// 32 secret bytes, and the ring of keys.
#[derive(Clone)]
pub struct Secret {
    bytes: [u8; 32],
    ring: Ring,
    load: Arc<Load>,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// From its bytes, with no other keys than those derived from it.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self::with_keys(bytes, "the secret", || Ok(KeyFile::default())).expect("a secret has its first keys")
    }

    /// From its bytes, with the keys that `load` reads, now and whenever one is missing; `place` says where they are expected.
    ///
    /// # Errors
    /// As `load`; `Internal` where the keys cannot be read as such.
    pub fn with_keys(
        bytes: [u8; 32],
        place: &str,
        load: impl Fn() -> Result<KeyFile> + Send + Sync + 'static,
    ) -> Result<Self> {
        let load: Arc<Load> = Arc::new(load);
        let again = Arc::clone(&load);
        let ring = Ring::new(derive(&bytes, &[b"index"]), place, move || {
            let file = again()?;
            let mut keys = keys(&file.data)?;
            keys.insert(1, derive(&bytes, &[b"data", b"1"]));
            keys.retain(|id, _| !file.retired.contains(id));
            Ok(keys)
        })?;
        Ok(Self { bytes, ring, load })
    }

    /// 64 hexadecimal digits, as the key file and the environment hold a secret.
    pub fn parse(text: &str) -> Option<[u8; 32]> {
        hex::decode(text.trim()).ok()?.try_into().ok()
    }

    /// The keys that seal personal columns.
    pub const fn ring(&self) -> &Ring {
        &self.ring
    }

    /// The keys that sign the journal, oldest first; the last one signs.
    ///
    /// # Errors
    /// `Internal` where the key file cannot be read.
    pub fn signers(&self) -> Result<Keys> {
        let mut keys = keys(&(self.load)()?.signer)?;
        keys.entry(1).or_insert_with(|| derive(&self.bytes, &[b"signer", b"1"]));
        Ok(keys)
    }

    /// HMAC-SHA-256 over the parts, each preceded by its length, so that no two lists of parts sound alike.
    pub fn derive(&self, parts: &[&[u8]]) -> [u8; 32] {
        derive(&self.bytes, parts)
    }

    /// A derived code of 130 bits in 26 letters and digits (Crockford's base 32), for links.
    pub fn code(&self, parts: &[&[u8]]) -> String {
        const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        self.derive(parts)[..26].iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect()
    }
}

fn derive(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn keys(written: &BTreeMap<String, String>) -> Result<Keys> {
    let key = |(id, digits): (&String, &String)| {
        let number = id.parse().ok().filter(|id| *id > 0);
        number.zip(Secret::parse(digits)).ok_or_else(|| {
            Error::internal(format!("key {id} cannot be read: a number from 1, and 64 hexadecimal digits"))
        })
    };
    written.iter().map(key).collect()
}

/// What is stored of a token: its SHA-256. Tokens carry 130 random bits, so no salt and no slow hash is needed.
pub fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
