//! Personal columns are sealed with keys that are not in the database, so that a copy of it tells nothing about anybody. A
//! store binds `Param::sealed(column, row, text)` and takes `row.open(column, row)`; the rest is here.
//!
//! A sealed value is `s1:<key>:<base64url>`: 24 bytes of nonce, then XChaCha20-Poly1305 with the column, the tenant and the
//! row as associated data, so that it opens nowhere else. The nonce is made of the content (HMAC), because a closure that
//! runs again must write the same bytes. Anything else in such a column is older than sealing, and is read as it is.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use tongxin_base::{Error, Result, TenantId};
use uuid::Uuid;

use crate::statement::Statement;
use crate::value::Param;

const NONCE: usize = 24;
/// The authentication tag at the end of what is sealed.
const TAG: usize = 16;

/// The number of a key of the ring; the highest seals.
pub type KeyId = u32;

/// The data keys by their numbers.
pub type Keys = BTreeMap<KeyId, [u8; 32]>;

/// A cell of the database: what a sealed value belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell<'a> {
    pub(crate) column: &'static str,
    pub(crate) row: Uuid,
    pub(crate) text: &'a str,
}

/// HMAC-SHA-256 over the parts, each preceded by its length.
fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

struct DataKey {
    cipher: XChaCha20Poly1305,
    nonce: [u8; 32],
}

impl DataKey {
    fn new(bytes: &[u8; 32]) -> Self {
        Self { cipher: XChaCha20Poly1305::new(bytes.into()), nonce: mac(bytes, &[b"nonce"]) }
    }
}

type Load = dyn Fn() -> Result<Keys> + Send + Sync;

/// The keys that seal. Clones share it.
#[derive(Clone)]
pub struct Ring {
    inner: Arc<Inner>,
}

struct Inner {
    index: [u8; 32],
    place: String,
    keys: RwLock<Arc<BTreeMap<KeyId, DataKey>>>,
    load: Box<Load>,
}

impl std::fmt::Debug for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ring").field("place", &self.inner.place).finish_non_exhaustive()
    }
}

impl Ring {
    /// A ring whose keys `load` reads, now and whenever a value names a key it does not have; `place` says where they are
    /// expected. `index` is the key of blind indexes, which never changes.
    ///
    /// # Errors
    /// As `load`; `Internal` where there is no key.
    pub fn new(index: [u8; 32], place: &str, load: impl Fn() -> Result<Keys> + Send + Sync + 'static) -> Result<Self> {
        let inner = Inner { index, place: place.to_owned(), keys: RwLock::default(), load: Box::new(load) };
        let ring = Self { inner: Arc::new(inner) };
        ring.reload()?;
        Ok(ring)
    }

    /// Reads the keys again.
    ///
    /// # Errors
    /// As [`Ring::new`]; the keys it had stay.
    pub fn reload(&self) -> Result<()> {
        let keys = (self.inner.load)()?;
        if keys.is_empty() {
            return Err(Error::internal(format!("there is no key in {}", self.inner.place)));
        }
        let keys = keys.iter().map(|(id, bytes)| (*id, DataKey::new(bytes))).collect();
        *self.inner.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    fn keys(&self) -> Arc<BTreeMap<KeyId, DataKey>> {
        Arc::clone(&self.inner.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The numbers of its keys.
    pub fn ids(&self) -> Vec<KeyId> {
        self.keys().keys().copied().collect()
    }

    /// The key that seals.
    pub fn newest(&self) -> KeyId {
        self.keys().keys().next_back().copied().unwrap_or_default()
    }

    /// Where its keys are expected, in words.
    pub fn place(&self) -> &str {
        &self.inner.place
    }

    /// Seals a text for one cell; the same text gives the same bytes. An empty text stays empty.
    pub fn seal(&self, column: &str, tenant: TenantId, row: Uuid, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        let keys = self.keys();
        let (id, key) = keys.last_key_value().expect("a ring has a key from its beginning");
        let whole = mac(&key.nonce, &[column.as_bytes(), &tenant.0.to_be_bytes(), row.as_bytes(), text.as_bytes()]);
        let nonce = &whole[..NONCE];
        let payload = Payload { msg: text.as_bytes(), aad: &cell(column, tenant, row) };
        let sealed = key.cipher.encrypt(XNonce::from_slice(nonce), payload).expect("a text of ours is under 256 GiB");
        format!("s1:{id}:{}", BASE64.encode([nonce, &sealed].concat()))
    }

    /// Opens what was sealed for this cell; what is not sealed is given back as it is.
    ///
    /// # Errors
    /// `Internal` where the key is missing, which says which and where it was expected; or where the value was sealed for
    /// another cell, or was changed.
    pub fn open(&self, column: &str, tenant: TenantId, row: Uuid, kept: &str) -> Result<String> {
        let Some((id, bytes)) = parse(kept) else { return Ok(kept.to_owned()) };
        let mut keys = self.keys();
        if !keys.contains_key(&id) {
            self.reload()?;
            keys = self.keys();
        }
        let key = keys.get(&id).ok_or_else(|| {
            let known: Vec<String> = keys.keys().map(ToString::to_string).collect();
            Error::internal(format!(
                "{column} is sealed with key {id}, which is not in {} (there: {}); put it back from where you keep the keys",
                self.inner.place,
                known.join(", ")
            ))
        })?;
        let (nonce, sealed) = bytes.split_at(NONCE);
        let payload = Payload { msg: sealed, aad: &cell(column, tenant, row) };
        let opened = key.cipher.decrypt(XNonce::from_slice(nonce), payload).map_err(|_| {
            Error::internal(format!(
                "{column} of row {row} does not open with key {id}: changed, or moved, or another key"
            ))
        })?;
        String::from_utf8(opened).map_err(Error::internal)
    }

    /// The blind index of a value: the same 16 bytes for the same normalised text of a column and tenant, and nothing to who
    /// has no key. For looking a telephone number or an address up.
    pub fn index(&self, column: &str, tenant: TenantId, text: &str) -> [u8; 16] {
        let whole = mac(&self.inner.index, &[column.as_bytes(), &tenant.0.to_be_bytes(), text.as_bytes()]);
        let (first, _) = whole.split_first_chunk().expect("32 bytes have 16");
        *first
    }
}

/// What a value is bound to: column, tenant and row.
fn cell(column: &str, tenant: TenantId, row: Uuid) -> Vec<u8> {
    [column.as_bytes(), &[0], &tenant.0.to_be_bytes(), row.as_bytes()].concat()
}

/// Whether a text is one that was sealed.
pub(crate) fn is_sealed(kept: &str) -> bool {
    kept.starts_with("s1:") && parse(kept).is_some()
}

fn parse(kept: &str) -> Option<(KeyId, Vec<u8>)> {
    let (id, rest) = kept.strip_prefix("s1:")?.split_once(':')?;
    let bytes = BASE64.decode(rest).ok().filter(|bytes| bytes.len() > NONCE + TAG)?;
    Some((id.parse().ok()?, bytes))
}

/// A text that may have been sealed: `String`, or `Option<String>` where the column may be NULL.
pub trait Sealable: Sized {
    /// Opens the text, if there is one.
    ///
    /// # Errors
    /// As `open`.
    fn opened(self, open: impl FnOnce(String) -> Result<String>) -> Result<Self>;
}

impl Sealable for String {
    fn opened(self, open: impl FnOnce(String) -> Result<String>) -> Result<Self> {
        open(self)
    }
}

impl Sealable for Option<String> {
    fn opened(self, open: impl FnOnce(String) -> Result<String>) -> Result<Self> {
        self.map(open).transpose()
    }
}

/// The parameters of a statement, sealed. Its tenant is `$1`, as in every statement; the caller's where `$1` is none.
pub(crate) struct Bound<'a> {
    pub tenant: TenantId,
    params: &'a [Param<'a>],
    hidden: Vec<(usize, Hidden)>,
}

enum Hidden {
    Sealed(String),
    Index([u8; 16]),
}

impl<'a> Bound<'a> {
    pub fn new(ring: &Ring, tenant: TenantId, params: &'a [Param<'a>]) -> Self {
        let tenant = if let Some(Param::Int(first)) = params.first() { TenantId(*first) } else { tenant };
        let hide = |param: &Param<'_>| match *param {
            Param::Sealed(Cell { column, row, text }) => Some(Hidden::Sealed(ring.seal(column, tenant, row, text))),
            Param::Indexed(column, text) => Some(Hidden::Index(ring.index(column, tenant, text))),
            _ => None,
        };
        // What neither engine would keep in clear is not kept sealed; it stays as it is, and the engine says why it will not.
        let kept = |param: &Param<'_>| param.flaw().is_none();
        let hidden = params.iter().enumerate().filter(|(_, param)| kept(param));
        let hidden = hidden.filter_map(|(i, param)| Some((i, hide(param)?))).collect();
        Self { tenant, params, hidden }
    }

    /// What the engine is given.
    pub fn params(&self) -> Cow<'_, [Param<'_>]> {
        if self.hidden.is_empty() {
            return Cow::Borrowed(self.params);
        }
        let mut params = self.params.to_vec();
        for (i, hidden) in &self.hidden {
            params[*i] = match hidden {
                Hidden::Sealed(text) => Param::Text(text),
                Hidden::Index(bytes) => Param::Bytes(bytes),
            };
        }
        Cow::Owned(params)
    }
}

/// A sealed column, and how its rows are found and sealed anew; made by [`sealed!`](crate::sealed).
#[derive(Debug, Clone, Copy)]
pub struct Sealed {
    /// `table.column`.
    pub column: &'static str,
    /// Its rows after `$2` that are not sealed with the key `$3` (a pattern), the first `$4`.
    pub read: &'static Statement,
    /// Puts `$4` into row `$2`, where it still holds `$3`.
    pub write: &'static Statement,
    /// How many rows are sealed with the key `$2` (a pattern).
    pub count: &'static Statement,
}

/// `sealed!("requests_report", "id", "phone")`: a column whose texts are sealed for the row that `id` names.
#[macro_export]
macro_rules! sealed {
    ($table:literal, $id:literal, $column:literal) => {
        $crate::Sealed {
            column: concat!($table, ".", $column),
            read: $crate::sql!(concat!(
                "SELECT ",
                $id,
                ", ",
                $column,
                " FROM ",
                $table,
                " WHERE tenant_id = $1 AND ",
                $id,
                " > $2 AND ",
                $column,
                " IS NOT NULL AND ",
                $column,
                " <> '' AND ",
                $column,
                " NOT LIKE $3 ORDER BY ",
                $id,
                " LIMIT $4"
            )),
            write: $crate::sql!(concat!(
                "UPDATE ",
                $table,
                " SET ",
                $column,
                " = $4 WHERE tenant_id = $1 AND ",
                $id,
                " = $2 AND ",
                $column,
                " = $3"
            )),
            count: $crate::sql!(concat!(
                "SELECT COUNT(*) FROM ",
                $table,
                " WHERE tenant_id = $1 AND ",
                $column,
                " LIKE $2"
            )),
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: TenantId = TenantId(1);

    fn ring(keys: &[KeyId]) -> Ring {
        let keys: Keys = keys.iter().map(|id| (*id, [u8::try_from(*id).expect("small"); 32])).collect();
        Ring::new([9; 32], "the test", move || Ok(keys.clone())).expect("a ring")
    }

    #[test]
    fn opens_in_its_own_cell_alone() {
        let (ring, row, other) = (ring(&[1]), Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = ring.seal("t.phone", T, row, "13800000000");
        assert!(sealed.starts_with("s1:1:") && !sealed.contains("138"));
        assert_eq!(sealed, ring.seal("t.phone", T, row, "13800000000"), "a closure that runs again writes the same");
        assert_eq!(ring.open("t.phone", T, row, &sealed).expect("ours"), "13800000000");
        assert!(ring.open("t.phone", T, other, &sealed).is_err(), "another row");
        assert!(ring.open("t.name", T, row, &sealed).is_err(), "another column");
        assert!(ring.open("t.phone", TenantId(2), row, &sealed).is_err(), "another tenant");
        let flipped = format!("{}{}", &sealed[..sealed.len() - 2], if sealed.ends_with("AA") { "BA" } else { "AA" });
        assert!(ring.open("t.phone", T, row, &flipped).is_err(), "changed");
    }

    #[test]
    fn the_newest_seals_and_older_ones_open() {
        let (old, both, row) = (ring(&[1]), ring(&[1, 2]), Uuid::from_u128(1));
        let kept = old.seal("t.a", T, row, "王芳");
        assert_eq!(both.open("t.a", T, row, &kept).expect("older key"), "王芳");
        let newer = both.seal("t.a", T, row, "王芳");
        assert!(newer.starts_with("s1:2:"));
        let said = format!("{:?}", old.open("t.a", T, row, &newer).expect_err("no key 2"));
        assert!(said.contains("key 2") && said.contains("the test") && said.contains("t.a"), "{said}");
    }

    #[test]
    fn what_was_there_before_is_read_as_it_is() {
        let (ring, row) = (ring(&[1]), Uuid::from_u128(1));
        for text in ["", "王芳", "s1:x", "s1:1:", "s1:1:not sealed", "s1:1:AAAA"] {
            assert_eq!(ring.open("t.a", T, row, text).expect("clear"), text);
        }
        assert_eq!(ring.seal("t.a", T, row, ""), "");
    }

    #[test]
    fn an_index_is_one_of_column_tenant_and_text() {
        let ring = ring(&[1]);
        let it = ring.index("t.a", T, "138");
        assert_eq!(it, ring.index("t.a", T, "138"));
        for other in [ring.index("t.b", T, "138"), ring.index("t.a", TenantId(2), "138"), ring.index("t.a", T, "139")] {
            assert_ne!(it, other);
        }
    }
}
