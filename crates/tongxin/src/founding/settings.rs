//! The settings file of a new house: what differs from the defaults, no secrets, and nothing of what stands there already is
//! changed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tongxin_base::{Error, FieldError, Result};
use tongxin_web::setup::{NewHouse, PublicUrl, Reach};

use crate::config::{Config, Source, TlsFiles};

/// Settings that are to be in force from the next start on.
#[derive(Debug, Clone)]
pub struct Settings {
    path: PathBuf,
    /// Name and value, as TOML writes it.
    wanted: Vec<(&'static str, String)>,
    /// Whether the database's address was left out, because it holds a password.
    pub without_database: bool,
}

/// Something about the settings that the one who sets the house up can mend.
fn wrong(key: &'static str) -> FieldError {
    FieldError::new("review", key)
}

fn refused(what: FieldError) -> Error {
    Error::Invalid(vec![what])
}

impl Settings {
    /// What a house needs beside what is in force by the defaults.
    ///
    /// # Errors
    /// Where the environment says something else, which would win over the file.
    pub fn of(config: &Config, house: &NewHouse) -> Result<Self> {
        let mut settings = Self { path: config.file.clone(), wanted: Vec::new(), without_database: false };
        let set = |name: &str| !matches!(config.sources[name], Source::Default);
        if set("data") {
            let data = std::path::absolute(&config.data).map_err(Error::internal)?;
            settings.want("data", &data.display().to_string());
        }
        if let Some(url) = &config.database {
            if has_password(url) {
                settings.without_database = true;
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
                return Err(refused(
                    wrong("setup-settings-environment").with("variable", variable).with("value", value),
                ));
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
        let of_file = |key| refused(wrong(key).with("file", self.path.display()));
        let there = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                "# The settings of this house; `tongxin config` shows what is in force.\n".to_owned()
            }
            Err(_) => return Err(of_file("setup-settings-unreadable")),
        };
        let held: toml::Table = toml::from_str(&there).map_err(|_| of_file("setup-settings-unreadable"))?;
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
                Some(held) => {
                    let other = wrong("setup-settings-other").with("file", self.path.display()).with("name", name);
                    return Err(refused(other.with("held", held.as_str().unwrap_or_default()).with("value", value)));
                }
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

    /// Writes the file whole or not at all, and answers which settings were added to it.
    ///
    /// # Errors
    /// `Invalid` where it cannot be written.
    pub fn write(&self) -> Result<Vec<&'static str>> {
        let (text, added) = self.text()?;
        if !added.is_empty()
            && let Err(error) = replace(&self.path, &text)
        {
            tracing::warn!(%error, file = %self.path.display(), "the settings cannot be written");
            return Err(refused(wrong("setup-settings-unwritable").with("file", self.path.display())));
        }
        Ok(added)
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.path
    }
}

fn replace(path: &Path, text: &str) -> std::io::Result<()> {
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
    let whole = |path: &Path| std::path::absolute(path).map_err(Error::internal);
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
