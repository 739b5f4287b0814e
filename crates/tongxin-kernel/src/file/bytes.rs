//! Where the bytes of files lie: a folder, in which each is whole and durable or not there at all. Several servers share it as
//! they share the database.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tongxin_base::{Error, Id, Result, TenantId, Time};

use super::{FileId, Variant};

/// The name of the note that says whose folder it is.
const OWNER: &str = "owner";
/// The name of the list of what was erased.
const ERASED: &str = "erased";
/// Digits of the id that name its folder: all ids of some four and a half hours lie side by side.
const FOLDER_DIGITS: usize = 6;

/// A folder of files: `<root>/<tenant>/<first digits of the id>/<id>.jpg`. Clones share it.
#[derive(Debug, Clone)]
pub struct FileStore {
    root: PathBuf,
}

impl FileStore {
    /// The files in this folder, which is made where it is missing.
    ///
    /// # Errors
    /// `Internal` where it cannot be made.
    pub fn folder(root: impl Into<PathBuf>) -> Result<Self> {
        let root = root.into();
        fs::create_dir_all(&root)
            .map_err(|error| Error::internal(format!("the files folder {}: {error}", root.display())))?;
        Ok(Self { root })
    }

    /// Makes sure that no other installation keeps its files here: tidying up would take them for nobody's.
    pub(crate) fn own(&self, owner: &str) -> Result<()> {
        let note = self.root.join(OWNER);
        match fs::read_to_string(&note) {
            Ok(text) if text.trim() == owner => Ok(()),
            Ok(_) => Err(Error::internal(format!(
                "the files folder {} belongs to another installation (or its secret was changed); name another folder, \
                 or delete the note `{OWNER}` in it if you are sure",
                self.root.display()
            ))),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                write_durably(&note, owner.as_bytes()).map_err(|error| self.trouble(&error))
            }
            Err(error) => Err(self.trouble(&error)),
        }
    }

    /// Adds a line to the list of what was erased, once.
    pub(crate) fn note_erased(&self, line: &str) -> Result<()> {
        if self.erased()?.iter().any(|known| known == line) {
            return Ok(());
        }
        let add = || -> std::io::Result<()> {
            let mut list = File::options().append(true).create(true).open(self.root.join(ERASED))?;
            writeln!(list, "{line}")?;
            list.sync_all()?;
            sync_folder(&self.root)
        };
        add().map_err(|error| self.trouble(&error))
    }

    /// The list of what was erased.
    pub(crate) fn erased(&self) -> Result<Vec<String>> {
        match fs::read_to_string(self.root.join(ERASED)) {
            Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(self.trouble(&error)),
        }
    }

    fn trouble(&self, error: &std::io::Error) -> Error {
        Error::internal(format!("the files folder {}: {error}", self.root.display()))
    }

    /// The folder of a tenant's chores, which is made where it is missing.
    pub(crate) fn chores(&self, tenant: TenantId) -> Result<PathBuf> {
        let folder = self.root.join("chores").join(tenant.0.to_string());
        make_durably(&self.root, &folder).map_err(|error| self.trouble(&error))?;
        Ok(folder)
    }

    fn path(&self, tenant: TenantId, id: FileId, variant: Variant) -> PathBuf {
        let name = id.uuid().simple().to_string();
        let ending = match variant {
            Variant::Full => "jpg",
            Variant::Thumb => "thumb.jpg",
        };
        self.root.join(tenant.0.to_string()).join(&name[..FOLDER_DIGITS]).join(format!("{id}.{ending}"))
    }

    /// Keeps bytes; they are durable when this answers. Blocks.
    pub(crate) fn put(&self, tenant: TenantId, id: FileId, variant: Variant, bytes: &[u8]) -> Result<()> {
        let path = self.path(tenant, id, variant);
        let kept = path.parent().map_or(Ok(()), |folder| make_durably(&self.root, folder));
        kept.and_then(|()| write_durably(&path, bytes)).map_err(|error| self.trouble(&error))
    }

    /// The bytes. Blocks.
    pub(crate) fn get(&self, tenant: TenantId, id: FileId, variant: Variant) -> Result<Vec<u8>> {
        match fs::read(self.path(tenant, id, variant)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::NotFound),
            read => read.map_err(|error| self.trouble(&error)),
        }
    }

    /// Deletes a file with all that is left of its writing; one that is not there is no trouble. Blocks.
    pub(crate) fn remove(&self, tenant: TenantId, id: FileId) -> Result<()> {
        for variant in [Variant::Full, Variant::Thumb] {
            let path = self.path(tenant, id, variant);
            for path in [part_of(&path), path] {
                match fs::remove_file(path) {
                    Err(error) if error.kind() != ErrorKind::NotFound => return Err(self.trouble(&error)),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// The ids of a tenant's files that were begun between two moments, give or take the hours of a folder. Blocks.
    pub(crate) fn ids(&self, tenant: TenantId, from: Time, to: Time) -> Result<Vec<FileId>> {
        let mut found = Vec::new();
        for folder in self.names(&self.root.join(tenant.0.to_string()))? {
            let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let Ok(first) = u64::from_str_radix(name, 16) else { continue };
            // The digits are the first 24 of 48 bits of milliseconds.
            let (begins, ends) = (first << 24, (first + 1) << 24);
            if ends < millis(from) || begins > millis(to) {
                continue;
            }
            for file in self.names(&folder)? {
                let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                found.extend(name.split('.').next().and_then(|id| id.parse::<FileId>().ok()));
            }
        }
        found.sort();
        found.dedup();
        found.retain(|id| born(*id) >= from && born(*id) <= to);
        Ok(found)
    }

    fn names(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        match fs::read_dir(folder) {
            Ok(entries) => {
                let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>();
                paths.map_err(|error| self.trouble(&error))
            }
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(Vec::new()),
            Err(error) => Err(self.trouble(&error)),
        }
    }
}

fn millis(at: Time) -> u64 {
    u64::try_from(at.micros() / 1000).unwrap_or(0)
}

/// When an id was made: its first 48 bits.
pub(crate) fn born<K>(id: Id<K>) -> Time {
    let bytes = id.uuid().into_bytes();
    let millis = bytes[..6].iter().fold(0_i64, |sum, byte| sum << 8 | i64::from(*byte));
    Time::from_micros(millis * 1000)
}

/// The name a file has while it is written.
fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// Beside its place first, then onto the disk, then into its place: whoever reads sees all of it or nothing.
fn write_durably(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let part = part_of(path);
    let mut file = File::create(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&part, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Makes a folder under `root`, each step of the way durable in the one above it.
fn make_durably(root: &Path, folder: &Path) -> std::io::Result<()> {
    if folder == root || folder.is_dir() {
        return Ok(());
    }
    let Some(above) = folder.parent() else { return Ok(()) };
    make_durably(root, above)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    sync_folder(above)
}

/// A name is durable when its folder is.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
