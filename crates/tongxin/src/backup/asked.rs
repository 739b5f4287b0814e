//! Backups that are asked for in the browser: for the key of the settings, or not at all.

use std::fs::File;
use std::path::PathBuf;

use age::x25519;
use tongxin_backups::{Backer, Far, Writing};
use tongxin_base::Error;
use tongxin_kernel::Kernel;

use super::seal::Sealing;
use super::write::write_into;
use crate::config::Config;

/// Writes the backups of this house.
pub struct Writer {
    files: PathBuf,
    key: Option<x25519::Recipient>,
}

impl Writer {
    /// As the settings say. A key that cannot be read is none here; the command line says what is wrong with it.
    pub fn new(config: &Config) -> Self {
        let key = config.backup_recipient.as_deref().and_then(|key| key.parse().ok());
        Self { files: config.files.clone(), key }
    }
}

impl Backer for Writer {
    fn recipient(&self) -> Option<String> {
        self.key.as_ref().map(ToString::to_string)
    }

    fn write(&self, kernel: Kernel, into: File, far: Far) -> Writing {
        let (files, key) = (self.files.clone(), self.key.clone());
        Box::pin(async move {
            let key = key.ok_or(Error::rule("backups-no-key"))?;
            let out = Sealing::into(into, &key).map_err(Error::internal)?;
            let (out, written) = write_into(&kernel, &files, out, far).await.map_err(Error::internal)?;
            out.finish().and_then(|file| Ok(file.sync_all()?)).map_err(Error::internal)?;
            Ok(written)
        })
    }
}
