//! Checkpoints: what the journal was at a moment, signed with a key that is not in the database, in the formats of C2SP
//! (tlog-checkpoint, signed-note). Kept elsewhere, one finds every later change of what it covers.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use ed25519_dalek::SigningKey;
use serde::Serialize;
use sha2::{Digest, Sha256};
use signed_note::{Note, StandardSigner, StandardVerifier, Verifier, VerifierList, key_id, new_ed25519_verifier_key};
use tlog_tiles::Checkpoint as Head;
use tongxin_base::{Error, Result, TenantId, Time};
use tongxin_db::{Read, Row, Tx, params, sql};

use super::tree;
use crate::kernel::Kernel;
use crate::merkle::{Frontier, Hash, root_text};
use crate::secret::Secret;
use crate::tenant::Tenant;

/// Signed notes name their algorithm; this is Ed25519.
const ED25519: u8 = 1;

/// What the journal of a tenant was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checkpoint {
    /// How many rows it had.
    pub size: i64,
    /// The root over them.
    #[serde(serialize_with = "as_text")]
    pub root: Hash,
    /// When that was.
    pub at: Option<Time>,
    /// The signed note, whole.
    pub note: String,
}

fn as_text<S: serde::Serializer>(root: &Hash, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.serialize_str(&root_text(root))
}

/// Why a checkpoint is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCheckpoint {
    /// It is none.
    #[error("it is no checkpoint")]
    Malformed,
    /// None of the keys signed it.
    #[error("none of the known keys signed it")]
    UnknownKey,
    /// Its signature is not that of its text.
    #[error("its signature does not fit its text: it was changed")]
    BadSignature,
}

impl Checkpoint {
    /// Reads a checkpoint that one of `keys` signed (as `tongxin journal key` shows them). One that went through a letter or an editor
    /// has other ends of lines, and blank lines behind it; that is no change of what it says.
    ///
    /// # Errors
    /// Says why it is not taken.
    pub fn read(note: &str, keys: &[String]) -> std::result::Result<Self, BadCheckpoint> {
        let note = format!("{}\n", note.trim_start_matches('\u{feff}').replace("\r\n", "\n").trim_end_matches('\n'));
        let signed = Note::from_bytes(note.as_bytes()).map_err(|_| BadCheckpoint::Malformed)?;
        let verifiers = keys.iter().filter_map(|key| StandardVerifier::new(key).ok());
        let verifiers: Vec<Box<dyn Verifier>> = verifiers.map(|key| Box::new(key) as _).collect();
        signed.verify(&VerifierList::new(verifiers)).map_err(|error| match error {
            signed_note::NoteError::UnverifiedNote => BadCheckpoint::UnknownKey,
            _ => BadCheckpoint::BadSignature,
        })?;
        let head = Head::from_bytes(signed.text()).map_err(|_| BadCheckpoint::Malformed)?;
        let at = head.extension().lines().find_map(|line| line.strip_prefix("at ")).and_then(Time::parse);
        let size = i64::try_from(head.size()).map_err(|_| BadCheckpoint::Malformed)?;
        Ok(Self { size, root: head.hash().0, at, note })
    }

    /// The journal it is of.
    pub fn origin(&self) -> &str {
        self.note.lines().next().unwrap_or_default()
    }
}

/// Who signs: the journal's name and the key.
struct Signing {
    number: i64,
    origin: String,
    key: SigningKey,
}

impl Signing {
    fn public(&self) -> String {
        new_ed25519_verifier_key(&self.origin, &self.key.verifying_key())
    }

    fn sign(&self, size: i64, root: Hash, at: Time) -> Result<String> {
        let seconds = Time::from_micros(at.micros() / 1_000_000 * 1_000_000);
        let head = Head::new(&self.origin, size.unsigned_abs(), tlog_tiles::Hash(root), &format!("at {seconds}\n"));
        let head = head.map_err(|error| Error::internal(error.to_string()))?;
        let public = [&[ED25519][..], self.key.verifying_key().as_bytes()].concat();
        let private = BASE64.encode([&[ED25519][..], self.key.as_bytes()].concat());
        let id = key_id(&self.origin, &public);
        let signer = StandardSigner::new(&format!("PRIVATE+KEY+{}+{id:08x}+{private}", self.origin));
        let signer = signer.map_err(|_| Error::internal("the signing key is none"))?;
        let mut note = Note::new(&head.to_bytes(), &[]).map_err(Error::internal)?;
        note.add_sigs(&[&signer]).map_err(Error::internal)?;
        String::from_utf8(note.to_bytes()).map_err(Error::internal)
    }
}

fn kept(row: &mut Row) -> Result<Checkpoint> {
    Ok(Checkpoint { size: row.take()?, root: row.take()?, at: Some(row.take()?), note: row.take()? })
}

/// The newest checkpoint.
pub(crate) fn last(read: &mut Read<'_>, tenant: TenantId) -> Result<Option<Checkpoint>> {
    read.maybe(
        sql!("SELECT size, root, at, note FROM journal_checkpoint WHERE tenant_id = $1 ORDER BY size DESC LIMIT 1"),
        params![tenant],
        kept,
    )
}

/// The checkpoints below a size, largest first.
fn before(read: &mut Read<'_>, tenant: TenantId, size: i64, most: i64) -> Result<Vec<Checkpoint>> {
    read.rows(
        sql!(
            "SELECT size, root, at, note FROM journal_checkpoint WHERE tenant_id = $1 AND size < $2
             ORDER BY size DESC LIMIT $3"
        ),
        params![tenant, size, most],
        kept,
    )
}

/// The checkpoints after a size, smallest first; at most a thousand.
pub(crate) fn after(read: &mut Read<'_>, tenant: TenantId, size: i64) -> Result<Vec<Checkpoint>> {
    read.rows(
        sql!(
            "SELECT size, root, at, note FROM journal_checkpoint WHERE tenant_id = $1 AND size > $2
             ORDER BY size LIMIT 1000"
        ),
        params![tenant, size],
        kept,
    )
}

fn keep(tx: &mut Tx<'_>, tenant: TenantId, made: &Checkpoint, signer: i64, at: Time) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO journal_checkpoint(tenant_id, size, root, signer, at, note) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant_id, size) DO UPDATE SET signer = excluded.signer, at = excluded.at, note = excluded.note
               WHERE journal_checkpoint.root = excluded.root"
        ),
        params![tenant, made.size, &made.root, signer, at, &made.note],
    )?;
    Ok(())
}

/// The keys that sign the journal of the tenant with this code, under a name that no other installation's has.
fn signing(secret: &Secret, code: &str) -> Result<Vec<Signing>> {
    let keys = secret.signers()?;
    let first = keys.first_key_value().map(|(_, key)| *key).unwrap_or_default();
    let public = SigningKey::from_bytes(&first).verifying_key();
    let origin = format!("tongxin/{code}/{}", &hex::encode(Sha256::digest(public.as_bytes()))[..8]);
    let of = |(number, key): (u32, [u8; 32])| Signing {
        number: number.into(),
        origin: origin.clone(),
        key: SigningKey::from_bytes(&key),
    };
    Ok(keys.into_iter().map(of).collect())
}

impl Secret {
    /// The public keys that sign the journal of the tenant with this code, oldest first, as signed notes name them.
    ///
    /// # Errors
    /// `Internal` where the key file cannot be read.
    pub fn journal_keys(&self, code: &str) -> Result<Vec<String>> {
        Ok(signing(self, code)?.iter().map(Signing::public).collect())
    }
}

impl Kernel {
    /// The public keys that sign a tenant's journal, oldest first, as signed notes name them.
    ///
    /// # Errors
    /// `Internal` where the key file cannot be read.
    pub fn journal_keys(&self, tenant: &Tenant) -> Result<Vec<String>> {
        self.secret().journal_keys(&tenant.code)
    }

    /// A checkpoint of every tenant's journal to which anything came.
    ///
    /// # Errors
    /// As [`Kernel::checkpoint`].
    pub async fn sign_journals(&self) -> Result<()> {
        for tenant in self.tenants() {
            self.checkpoint(&tenant).await?;
        }
        Ok(())
    }

    /// The newest checkpoint of a tenant's journal.
    ///
    /// # Errors
    /// As `Db::read`.
    pub async fn last_checkpoint(&self, tenant: TenantId) -> Result<Option<Checkpoint>> {
        self.db().read(tenant, move |read| last(read, tenant)).await
    }

    /// The checkpoints below a size, largest first: what others fetch and keep.
    ///
    /// # Errors
    /// As `Db::read`.
    pub async fn checkpoints_before(&self, tenant: TenantId, size: i64, most: i64) -> Result<Vec<Checkpoint>> {
        self.db().read(tenant, move |read| before(read, tenant, size, most)).await
    }

    /// A checkpoint of all that is in the journal now: the newest one where nothing came since, else a new one. A journal that is
    /// not what the newest one says is not signed.
    ///
    /// # Errors
    /// `Conflict` where the journal does not hold; else as `Db::write`.
    pub async fn checkpoint(&self, tenant: &Tenant) -> Result<Checkpoint> {
        let id = tenant.id;
        let head = move |read: &mut Read<'_>| {
            let head = sql!("SELECT size, frontier FROM journal_head WHERE tenant_id = $1");
            let (size, frontier): (i64, Vec<u8>) = read.one(head, params![id], |row| Ok((row.take()?, row.take()?)))?;
            let frontier = Frontier::from_bytes(size.unsigned_abs(), &frontier);
            let root = frontier.ok_or_else(|| Error::internal("the journal's head does not fit its size"))?.root();
            let signed = sql!("SELECT MAX(signer) FROM journal_checkpoint WHERE tenant_id = $1");
            Ok((size, root, last(read, id)?, read.one(signed, params![id], |row| row.take::<Option<i64>>())?))
        };
        let (size, root, before, signed_by) = self.db().read(id, head).await?;
        let keys = signing(self.secret(), &tenant.code)?;
        let signing = keys.last().ok_or_else(|| Error::internal("there is no key to sign with"))?;
        if let Some(before) = &before
            && before.size == size
            && before.root == root
            && signed_by == Some(signing.number)
        {
            return Ok(before.clone());
        }
        self.grow_tree(id, size).await?;
        let earlier = before.map(|before| (before.size, before.root)).filter(|(size, _)| *size > 0);
        let holds = move |read: &mut Read<'_>| {
            let grown = earlier.is_none_or(|(from, _)| from <= size);
            Ok(grown
                && tree::root(read, id, size)? == root
                && earlier.map_or(Ok(true), |(from, was)| tree::root(read, id, from).map(|is| is == was))?)
        };
        if !self.db().read(id, holds).await? {
            return Err(Error::conflict("error-journal-does-not-hold"));
        }
        let now = self.world().now();
        let (note, number) = (signing.sign(size, root, now)?, signing.number);
        let made = Checkpoint { size, root, at: Some(now), note };
        let stored = made.clone();
        self.db().write(id, "journal.checkpoint", move |tx| keep(tx, id, &stored, number, now)).await?;
        Ok(made)
    }
}
