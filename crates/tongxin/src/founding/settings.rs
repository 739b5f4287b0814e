//! The settings file of a new house: what differs from the defaults, no secrets, and nothing of what stands there already is
//! changed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tongxin_web::setup::{NewHouse, PublicUrl, Reach};

use crate::config::{Config, Source, TlsFiles};

/// Settings that are to be in force from the next start on.
#[derive(Debug, Clone)]
pub struct Settings {
    path: PathBuf,
    /// Name and value, as TOML writes it.
    wanted: Vec<(&'static str, String)>,
    /// What the file cannot say, for whoever starts the server.
    pub notes: Vec<String>,
}

impl Settings {
    /// What a house needs beside what is in force by the defaults.
    ///
    /// # Errors
    /// Where the environment says something else, which would win over the file.
    pub fn of(config: &Config, house: &NewHouse) -> Result<Self> {
        let mut settings = Self { path: config.file.clone(), wanted: Vec::new(), notes: Vec::new() };
        let set = |name: &str| !matches!(config.sources[name], Source::Default);
        if set("data") {
            let data = std::path::absolute(&config.data).context("the data folder has no full path")?;
            settings.want("data", &data.display().to_string());
        }
        if let Some(url) = &config.database {
            if has_password(url) {
                let note = "the database's address holds a password and is not written: set it as TONGXIN_DATABASE";
                settings.notes.push(note.to_owned());
            } else {
                settings.want("database", url);
            }
        }
        let listen = listen(config, house);
        if set("listen") || listen != config.listen {
            settings.want("listen", &listen.to_string());
        }
        settings.want("public_url", &house.url.to_string());
        if let Some(TlsFiles { cert, key }) = tls(house)? {
            settings.want("tls_cert", &cert.display().to_string());
            settings.want("tls_key", &key.display().to_string());
        }
        for (name, value) in &settings.wanted {
            if let Source::Environment(variable) = &config.sources[name]
                && std::env::var(variable).is_ok_and(|there| there.trim_end_matches('/') != *value)
            {
                bail!(
                    "{variable} is set in the environment and would win over {name} = {value:?}; unset it or answer the same"
                );
            }
        }
        Ok(settings)
    }

    fn want(&mut self, name: &'static str, value: &str) {
        self.wanted.push((name, value.to_owned()));
    }

    /// What the file would hold: all of what it holds now, and the settings it does not have yet.
    ///
    /// # Errors
    /// Where it holds other ones, or cannot be read.
    fn text(&self) -> Result<(String, Vec<&'static str>)> {
        let there = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                "# The settings of this house; `tongxin config` shows what is in force.\n".to_owned()
            }
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", self.path.display())),
        };
        let held: toml::Table =
            toml::from_str(&there).with_context(|| format!("{} is no TOML", self.path.display()))?;
        let (mut text, mut added) = (there, Vec::new());
        if !text.ends_with('\n') {
            text.push('\n');
        }
        for (name, value) in &self.wanted {
            match held.get(*name) {
                None => {
                    text.push_str(&format!("{name} = {}\n", toml::Value::String(value.clone())));
                    added.push(*name);
                }
                Some(held) if held.as_str().is_some_and(|held| held.trim_end_matches('/') == value) => {}
                Some(held) => bail!(
                    "{} says {name} = {held}, and {value:?} was answered; change one of the two",
                    self.path.display()
                ),
            }
        }
        Ok((text, added))
    }

    /// Whether it can be written, before anything is made.
    ///
    /// # Errors
    /// As [`Settings::write`].
    pub fn check(&self) -> Result<()> {
        self.text().map(drop)
    }

    /// Writes the file whole or not at all, and says what was written.
    ///
    /// # Errors
    /// Says why it cannot be written.
    pub fn write(&self) -> Result<Vec<String>> {
        let (text, added) = self.text()?;
        let mut notes = self.notes.clone();
        if !added.is_empty() {
            replace(&self.path, &text).with_context(|| {
                format!("{} cannot be written; name another file with --config", self.path.display())
            })?;
            notes.insert(0, format!("{}: {}", self.path.display(), added.join(", ")));
        }
        Ok(notes)
    }
}

fn replace(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    #[cfg(unix)]
    fs::set_permissions(file.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    file.persist(path)?;
    Ok(())
}

fn has_password(url: &str) -> bool {
    let user = url.split_once("://").and_then(|(_, rest)| rest.split_once('@')).map(|(user, _)| user);
    user.is_some_and(|user| user.contains(':')) || url.contains("password=")
}

/// The certificate of a house that brings its own.
///
/// # Errors
/// Where a path cannot be made whole.
pub fn tls(house: &NewHouse) -> Result<Option<TlsFiles>> {
    let Reach::OwnCertificate { cert, key } = &house.reach else { return Ok(None) };
    let whole = |path: &Path| std::path::absolute(path).with_context(|| format!("{} is no path", path.display()));
    Ok(Some(TlsFiles { cert: whole(cert)?, key: whole(key)? }))
}

/// Where the server listens from now on: with a certificate of its own at the port of its address, unless somebody said
/// otherwise; else where it does.
fn listen(config: &Config, house: &NewHouse) -> std::net::SocketAddr {
    let own = matches!(house.reach, Reach::OwnCertificate { .. });
    let PublicUrl { port, .. } = house.url;
    if own && matches!(config.sources["listen"], Source::Default) {
        return ([0, 0, 0, 0], port.unwrap_or(443)).into();
    }
    config.listen
}
