//! A `File` is a photo that somebody sent. It is developed into a plain JPEG, its bytes are durable before its row is, and it is
//! nobody's until an act claims it; what nobody claims within a day goes.

mod bytes;
mod heic;
mod photo;
mod rows;

pub use bytes::FileStore;
pub(crate) use bytes::born;
pub use photo::{Photo, develop};
pub use rows::{claim_files, release_files};

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tongxin_base::{Error, Id, Result, TenantId, Time};

use crate::act::{Act, Call};
use crate::kernel::Kernel;

/// One file that somebody sends, in bytes: what phones take, and a good camera's JPEG.
pub const LARGEST_FILE: usize = 15 << 20;
/// Pictures that are developed at a time: each may take some hundred megabytes and a whole core.
const DARKROOM: usize = 2;
/// Pictures that wait for it; more than that is told to come again.
const QUEUE: usize = 24;
/// What nobody has claimed may take up this much, in bytes, for all tenants together: a stranger cannot fill the disk.
const MOST_UNCLAIMED: i64 = 1 << 30;
/// It is counted anew this often, for what came in by other servers.
const COUNTED: Duration = Duration::from_secs(60);
/// Nobody claims a file later: a draft is sent within a day, or written anew.
const UNCLAIMED: Duration = Duration::from_secs(24 * 3600);
/// Bytes without a row are looked for among those that are younger; the first time after a start among all.
const SWEPT: Duration = Duration::from_secs(8 * 24 * 3600);
/// Files that are looked at in one read, or forgotten in one write.
const SOME: usize = 200;

/// A marker for the id of a file.
#[derive(Debug)]
pub enum FileKind {}
/// The id of a file.
pub type FileId = Id<FileKind>;

/// How much of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The longer side at most 2048 pixels.
    Full,
    /// The longer side at most 400 pixels.
    Thumb,
}

/// A file that was taken in and belongs to nothing yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenFile {
    /// Its id, for the act that claims it.
    pub id: FileId,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The picture as it is kept, in bytes.
    pub bytes: usize,
}

/// A file that an act has just claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedFile {
    /// Its id.
    pub id: FileId,
    /// SHA-256 of the picture as it is kept, for the journal.
    pub digest: [u8; 32],
}

/// The kernel's part in files: the folder, and what keeps them from taking the machine over.
pub(crate) struct Files {
    store: FileStore,
    queue: Semaphore,
    darkroom: Semaphore,
    /// What nobody has claimed, in bytes, as it was last counted and grew since.
    unclaimed: AtomicI64,
    counted_at: AtomicI64,
    swept: AtomicBool,
}

impl Files {
    pub const fn store(&self) -> &FileStore {
        &self.store
    }

    pub fn new(store: FileStore) -> Self {
        Self {
            store,
            queue: Semaphore::new(QUEUE + DARKROOM),
            darkroom: Semaphore::new(DARKROOM),
            unclaimed: AtomicI64::new(0),
            counted_at: AtomicI64::new(0),
            swept: AtomicBool::new(false),
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    spawn_blocking(work).await.map_err(Error::internal)?
}

impl Kernel {
    /// Takes a photo in: nobody's yet, and durable when this answers. A call with a key is answered once.
    ///
    /// # Errors
    /// `Invalid` on `file` where it is no photo, broken or of too many pixels; `OverLimit` over 15 MB; `Unavailable` where too
    /// many wait, or too much was sent that nobody claimed.
    pub async fn take_photo(&self, call: Call, bytes: impl AsRef<[u8]> + Send + 'static) -> Result<TakenFile> {
        let length = bytes.as_ref().len();
        if length > LARGEST_FILE {
            return Err(Error::OverLimit(LARGEST_FILE));
        }
        if length == 0 {
            return Err(Error::field("file", "form-photo-empty"));
        }
        let _place = self.files().queue.try_acquire().map_err(|_| Error::Unavailable)?;
        self.check_unclaimed().await?;
        let photo = {
            let _room = self.files().darkroom.acquire().await.map_err(Error::internal)?;
            // A decoder that panics has met a broken file.
            spawn_blocking(move || develop(bytes.as_ref())).await.unwrap_or_else(|_| Err(photo::broken()))?
        };
        self.keep(call, photo).await
    }

    /// The bytes first, then the row: a row never promises what is not there.
    async fn keep(&self, call: Call, photo: Photo) -> Result<TakenFile> {
        let (tenant, id) = (call.tenant.id, self.world().id());
        let file = TakenFile { id, width: photo.width, height: photo.height, bytes: photo.full.len() };
        let digest: [u8; 32] = Sha256::digest(&photo.full).into();
        let size = i64::try_from(photo.full.len() + photo.thumb.len()).unwrap_or(i64::MAX);
        let store = self.files().store.clone();
        blocking(move || {
            store.put(tenant, id, Variant::Thumb, &photo.thumb)?;
            store.put(tenant, id, Variant::Full, &photo.full)
        })
        .await?;
        let add = move |act: &mut Act<'_, '_>| {
            rows::add(act.tx, tenant, &file, &digest, size, act.call.now)?;
            Ok(file.clone())
        };
        let kept = self.act(call, "files.take", add).await;
        match &kept {
            Ok(kept) if kept.id == id => {
                self.files().unclaimed.fetch_add(size, Ordering::Relaxed);
            }
            // Nobody knows whether the row is there: tidying up will see.
            Err(Error::Unavailable | Error::Internal(_)) => {}
            // The same call was answered before, or refused: these bytes have no row.
            Ok(_) | Err(_) => self.remove(tenant, vec![id]).await?,
        }
        kept
    }

    /// Counts again before it refuses: claims and tidying make room that is not noticed here.
    async fn check_unclaimed(&self) -> Result<()> {
        let (files, now) = (self.files(), self.world().now());
        let fresh = now.since(Time::from_micros(files.counted_at.load(Ordering::Relaxed))) < COUNTED;
        if fresh && files.unclaimed.load(Ordering::Relaxed) < MOST_UNCLAIMED {
            return Ok(());
        }
        let mut sum = 0;
        for tenant in self.tenants() {
            let id = tenant.id;
            sum += self.db().read(id, move |read| rows::unclaimed_bytes(read, id)).await?;
        }
        files.unclaimed.store(sum, Ordering::Relaxed);
        files.counted_at.store(now.micros(), Ordering::Relaxed);
        if sum < MOST_UNCLAIMED {
            return Ok(());
        }
        tracing::warn!(bytes = sum, "too much was sent that nobody claimed; photos are refused until it goes");
        Err(Error::Unavailable)
    }

    /// The JPEG of a file. Whether the asker may see it is for the room to say that claimed it.
    ///
    /// # Errors
    /// `NotFound` where its bytes are gone.
    pub async fn open_file(&self, tenant: TenantId, id: FileId, variant: Variant) -> Result<Vec<u8>> {
        let store = self.files().store.clone();
        blocking(move || store.get(tenant, id, variant)).await
    }

    /// The thumbnail of a file that belongs to nothing yet, for who has just sent it and knows its code.
    ///
    /// # Errors
    /// `NotFound` for another code, and where it is gone or claimed.
    pub async fn open_unclaimed(&self, tenant: TenantId, id: FileId, code: &str) -> Result<Vec<u8>> {
        let mine = self.file_code(id) == code;
        if !mine || !self.db().read(tenant, move |read| rows::is_unclaimed(read, tenant, id)).await? {
            return Err(Error::NotFound);
        }
        self.open_file(tenant, id, Variant::Thumb).await
    }

    /// Those of `ids` that are there and belong to nothing yet.
    ///
    /// # Errors
    /// As `Db::read`.
    pub async fn still_unclaimed(&self, tenant: TenantId, ids: Vec<FileId>) -> Result<Vec<FileId>> {
        let mut left = Vec::new();
        let read = move |read: &mut tongxin_db::Read<'_>| {
            for id in &ids {
                if rows::is_unclaimed(read, tenant, *id)? {
                    left.push(*id);
                }
            }
            Ok(left)
        };
        self.db().read(tenant, read).await
    }

    /// The code that shows an unclaimed file to who sent it, and to nobody else.
    pub fn file_code(&self, id: FileId) -> String {
        self.secret().code(&[b"file", id.uuid().as_bytes()])
    }

    async fn remove(&self, tenant: TenantId, ids: Vec<FileId>) -> Result<()> {
        let store = self.files().store.clone();
        blocking(move || ids.into_iter().try_for_each(|id| store.remove(tenant, id))).await
    }

    /// Forgets what nobody claimed within a day, and bytes that have no row: a server may die between the two.
    pub(crate) async fn tidy_files(&self, tenant: TenantId) -> Result<()> {
        let old = self.world().now() - UNCLAIMED;
        loop {
            let limit = i64::try_from(SOME).unwrap_or(i64::MAX);
            let gone = move |tx: &mut tongxin_db::Tx<'_>| rows::forget(tx, tenant, old, limit);
            let gone = self.db().write(tenant, "files.forget", gone).await?;
            if gone.is_empty() {
                break;
            }
            self.remove(tenant, gone).await?;
        }
        let from = if self.files().swept.load(Ordering::Relaxed) { old - SWEPT } else { Time::from_micros(0) };
        let store = self.files().store.clone();
        let there = blocking(move || store.ids(tenant, from, old)).await?;
        for some in there.chunks(SOME) {
            let some = some.to_vec();
            let unknown = self.db().read(tenant, move |read| rows::unknown(read, tenant, &some)).await?;
            self.remove(tenant, unknown).await?;
        }
        Ok(())
    }

    /// From now on only young files are looked at for bytes without a row.
    pub(crate) fn files_are_swept(&self) {
        self.files().swept.store(true, Ordering::Relaxed);
    }
}
