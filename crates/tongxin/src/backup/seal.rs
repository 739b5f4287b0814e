//! The outside of a backup: compressed and encrypted on its way into a file that is there whole or not at all.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use age::secrecy::SecretString;
use age::stream::StreamWriter;
use age::{Decryptor, Encryptor, Identity, Recipient, scrypt, x25519};
use anyhow::{Context, Result, anyhow, bail};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use tempfile::NamedTempFile;

use crate::config::Config;
use crate::keyring;

/// Where a passphrase may come from; never from the command line, which everybody on the machine reads.
const PASSPHRASE: &str = "TONGXIN_BACKUP_PASSPHRASE";

/// A file that is being encrypted: one that gets its name in the end, or one that is there already.
pub struct Sealing<W: Write = NamedTempFile> {
    writer: GzEncoder<StreamWriter<BufWriter<W>>>,
}

fn passphrase(file: Option<&Path>) -> Result<Option<SecretString>> {
    let text = match file {
        Some(path) => {
            keyring::check_mode(path)?;
            Some(std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?)
        }
        None => std::env::var(PASSPHRASE).ok(),
    };
    let text = text.map(|text| text.trim_end_matches(['\r', '\n']).to_owned());
    match text {
        Some(text) if text.chars().count() < 12 => bail!("a passphrase has at least 12 characters"),
        text => Ok(text.map(SecretString::from)),
    }
}

/// Whom a file is encrypted for: the settings' public key, or whoever knows the passphrase.
///
/// # Errors
/// Says what to set where neither is there.
pub fn recipient(config: &Config, passphrase_file: Option<&Path>) -> Result<Box<dyn Recipient>> {
    if let Some(words) = passphrase(passphrase_file)? {
        return Ok(Box::new(scrypt::Recipient::new(words)));
    }
    let key = config.backup_recipient.as_deref().with_context(|| {
        format!(
            "whom is it for? `tongxin backup keygen FILE` makes a key; set backup_recipient to its public half, or \
             {PASSPHRASE} to a passphrase"
        )
    })?;
    let key: x25519::Recipient = key.parse().map_err(|why| anyhow!("backup_recipient {key:?} is no key: {why}"))?;
    Ok(Box::new(key))
}

/// Who can open it: the key in a file, or the passphrase.
///
/// # Errors
/// Says what is missing.
pub fn identity(key: Option<&Path>, passphrase_file: Option<&Path>) -> Result<Box<dyn Identity>> {
    if let Some(path) = key {
        keyring::check_mode(path)?;
        let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let line = text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-"));
        let key = line.and_then(|line| line.trim().parse::<x25519::Identity>().ok());
        return Ok(Box::new(key.with_context(|| format!("there is no key in {}", path.display()))?));
    }
    let words = passphrase(passphrase_file)?
        .with_context(|| format!("with what is it opened? --identity FILE, or {PASSPHRASE} for a passphrase"))?;
    Ok(Box::new(scrypt::Identity::new(words)))
}

/// A new key pair: the secret half as a file holds it, and the public half.
pub fn keygen() -> (String, String) {
    use age::secrecy::ExposeSecret;
    let key = x25519::Identity::generate();
    let public = key.to_public().to_string();
    (format!("# public key: {public}\n{}\n", key.to_string().expose_secret()), public)
}

impl Sealing<NamedTempFile> {
    /// Begins a file beside where it will be.
    ///
    /// # Errors
    /// Where the file is there already, or its folder cannot be written to.
    pub fn begin(path: &Path, recipient: &dyn Recipient) -> Result<Self> {
        if path.exists() {
            bail!("{} is there already; a backup overwrites nothing", path.display());
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new().prefix(".unfinished-backup").tempfile_in(folder);
        let file = file.with_context(|| format!("{} cannot be written to", folder.display()))?;
        Self::into(file, recipient)
    }

    /// Ends it: durable, under its name.
    ///
    /// # Errors
    /// Where the disk is full, or somebody made a file of this name meanwhile.
    pub fn end(self, path: &Path) -> Result<()> {
        let file = self.finish()?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        Ok(())
    }
}

impl<W: Write> Sealing<W> {
    /// Begins to write into something that is empty.
    ///
    /// # Errors
    /// Where it cannot be written to.
    pub fn into(out: W, recipient: &dyn Recipient) -> Result<Self> {
        let encryptor = Encryptor::with_recipients(std::iter::once(recipient))?;
        let writer = GzEncoder::new(encryptor.wrap_output(BufWriter::new(out))?, Compression::fast());
        Ok(Self { writer })
    }

    /// Writes what is left, and gives back what was written into.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn finish(self) -> Result<W> {
        Ok(self.writer.finish()?.finish()?.into_inner().map_err(|error| error.into_error())?)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.writer.write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.writer.flush()
    }
}

/// Opens an encrypted file for reading.
///
/// # Errors
/// Where it is none, or is for another key.
pub fn open(path: &Path, identity: &dyn Identity) -> Result<impl BufRead + Send + use<>> {
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    let what = || format!("{} does not open: another key or passphrase, or no backup", path.display());
    let opened = Decryptor::new_buffered(BufReader::new(file)).with_context(what)?;
    let opened: Box<dyn Read + Send> = Box::new(opened.decrypt(std::iter::once(identity)).with_context(what)?);
    Ok(BufReader::new(GzDecoder::new(opened)))
}
