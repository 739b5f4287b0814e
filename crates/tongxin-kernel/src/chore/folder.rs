//! The bytes of chores: what was sent along, and what came of them. They lie in the folder of files under names that begin with a
//! dot, which no backup takes, and belong to one person for a day.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tongxin_base::{Error, Result, Time};

use super::ChoreId;

/// Which bytes of a chore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChoreFile {
    /// What was sent along with the asking.
    Sent,
    /// What came of it.
    Result,
}

impl ChoreFile {
    const ALL: [Self; 2] = [Self::Sent, Self::Result];

    const fn ending(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Result => "result",
        }
    }
}

pub(super) fn place(folder: &Path, id: ChoreId, file: ChoreFile) -> PathBuf {
    folder.join(format!(".{id}.{}", file.ending()))
}

/// Keeps what was sent, for its owner's eyes alone; durable when this answers.
pub(super) fn keep(folder: &Path, id: ChoreId, bytes: &[u8]) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let mut file = own_file(&place(folder, id, ChoreFile::Sent))?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(Error::internal)
}

/// A file that only this server's account reads.
pub(super) fn own_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Takes away all that a chore has; what is not there is no trouble.
pub(super) fn clear(folder: &Path, id: ChoreId) -> Result<()> {
    for file in ChoreFile::ALL {
        match fs::remove_file(place(folder, id, file)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(Error::internal(error)),
            _ => {}
        }
    }
    Ok(())
}

/// Takes away what belongs to none of these chores and was begun before `before`.
pub(super) fn sweep(folder: &Path, known: &[ChoreId], before: Time) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::internal)? {
        let path = entry.map_err(Error::internal)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let id = name.trim_start_matches('.').split('.').next().and_then(|id| id.parse::<ChoreId>().ok());
        let Some(id) = id else { continue };
        if !known.contains(&id) && crate::file::born(id) < before {
            fs::remove_file(&path).map_err(Error::internal)?;
        }
    }
    Ok(())
}
