//! Settings: a file, then the environment, then flags; and for each, where it came from.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use tongxin_doors::oidc::Organisation;
use tongxin_web::setup::PublicUrl;
use tongxin_web::{Rate, Rates, Tiles};

use crate::gateway::{self, Gateway};
use crate::mail::MailServer;
use crate::organisations;
use crate::outside::Allowed;

/// The settings that flags may set. Secrets are not among them: a command line is read by everybody on the machine.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    /// Settings file [default: tongxin.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder for the database, keys and files [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDR")]
    pub listen: Option<String>,
    /// postgres://... instead of SQLite in the data folder
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
    /// How people reach it, such as https://tongxin.example.cn [default: http://localhost and the port]
    #[arg(long, global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// Certificate and chain, PEM: serve HTTPS; read again when it changes, and on SIGHUP
    #[arg(long, global = true, value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's key, PEM
    #[arg(long, global = true, value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Whether the settings file that is named may be missing, because it is to be written.
    #[arg(skip)]
    pub new: bool,
}

/// The settings file where none is named.
const SETTINGS: &str = "tongxin.toml";

/// What a settings file may hold.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    data: Option<PathBuf>,
    listen: Option<String>,
    database: Option<String>,
    files: Option<PathBuf>,
    keys: Option<PathBuf>,
    languages: Option<PathBuf>,
    https: Option<bool>,
    log: Option<String>,
    public_url: Option<String>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    http_redirect: Option<String>,
    mail: Option<String>,
    mail_from: Option<String>,
    mail_password: Option<String>,
    checkpoint_mail: Option<String>,
    backup_recipient: Option<String>,
    document_face: Option<PathBuf>,
    document_title_face: Option<PathBuf>,
    trusted_proxies: Option<Vec<String>>,
    outside_allowed: Option<Vec<String>>,
    security_contact: Option<String>,
    map_tiles: Option<String>,
    map_tiles_words: Option<String>,
    map_tiles_coordinates: Option<String>,
    pace_stranger: Option<String>,
    pace_person: Option<String>,
    pace_program: Option<String>,
    sms: Option<gateway::Written>,
    #[serde(default)]
    oidc: Vec<organisations::Written>,
}

/// A certificate and its key, PEM files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate and its chain.
    pub cert: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// Where a setting came from.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Nobody set it.
    Default,
    /// The settings file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// A flag.
    Flag(String),
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => path.display().fmt(f),
            Self::Environment(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// What is in force.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder for the database, keys and files.
    pub data: PathBuf,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// The database, where it is not SQLite in the data folder.
    pub database: Option<String>,
    /// Folder for photos, where it is not `files` in the data folder; several servers share it.
    pub files: PathBuf,
    /// The file of keys, where it is not `keys.toml` in the data folder; several servers share it.
    pub keys: PathBuf,
    /// The folder of further languages, where it is not `languages` in the data folder; it need not be there.
    pub languages: PathBuf,
    /// Whether browsers reach us by HTTPS, here or at a proxy in front of us.
    pub https: bool,
    /// The certificate we serve HTTPS with, where no proxy does.
    pub tls: Option<TlsFiles>,
    /// Where plain HTTP is answered with the way to `public_url`.
    pub http_redirect: Option<SocketAddr>,
    /// What is logged, in tracing's words: `info`, `tongxin_db=debug`.
    pub log: String,
    /// How the house is reached from outside, without a slash at its end: what links in letters begin with.
    pub public_url: String,
    /// The mail server that takes our letters, where there is one.
    pub mail: Option<MailServer>,
    /// Who gets the journal's checkpoints by mail.
    pub checkpoint_mail: Vec<String>,
    /// The public key that backups are encrypted for, `age1...`; with none, a passphrase is wanted.
    pub backup_recipient: Option<String>,
    /// The face that official documents are set in, where it is not Noto Serif SC: a TrueType or OpenType file.
    pub document_face: Option<PathBuf>,
    /// The face of their head and title.
    pub document_title_face: Option<PathBuf>,
    /// The networks of proxies in front of us, whose word on a caller's address is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Hosts of inner networks that this server may go to when it is sent to other servers.
    pub outside_allowed: Vec<String>,
    /// Where holes are reported, an address that begins with `mailto:`, `https://` or `tel:`.
    pub security_contact: Option<String>,
    /// What lies below our maps, where somebody set it.
    pub tiles: Option<Tiles>,
    /// How fast anybody may call.
    pub pace: Rates,
    /// The gateway that takes our text messages, where there is one.
    pub sms: Option<Gateway>,
    /// The organisations whose people may sign in with what they have there.
    pub oidc: Vec<Organisation>,
    /// The settings file: the one that was read, or the one that would be.
    pub file: PathBuf,
    /// Where each setting came from.
    pub sources: BTreeMap<&'static str, Source>,
}

impl Config {
    /// Puts flags over the environment over the file over the defaults.
    ///
    /// # Errors
    /// Names the setting that is wrong, where it came from and what it should look like.
    pub fn load(flags: &Flags, environment: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let (file, path) = read_file(flags, &environment)?;
        let mut sources = BTreeMap::new();
        let mut pick = |name: &'static str, flag: Option<String>, in_file: Option<String>, default: &str| {
            let variable = format!("TONGXIN_{}", name.to_uppercase());
            let (value, source) = if let Some(value) = flag {
                (value, Source::Flag(format!("--{}", name.replace('_', "-"))))
            } else if let Some(value) = environment(&variable) {
                (value, Source::Environment(variable))
            } else if let Some(value) = in_file {
                (value, Source::File(path.clone()))
            } else {
                (default.to_owned(), Source::Default)
            };
            sources.insert(name, source);
            value
        };
        let text = |path: &Path| path.display().to_string();
        let data = pick("data", flags.data.as_deref().map(text), file.data.as_deref().map(text), "./data");
        let listen = pick("listen", flags.listen.clone(), file.listen, "127.0.0.1:8080");
        let database = pick("database", flags.database.clone(), file.database, "");
        let files = pick("files", None, file.files.as_deref().map(text), "");
        let keys = pick("keys", None, file.keys.as_deref().map(text), "");
        let languages = pick("languages", None, file.languages.as_deref().map(text), "");
        let https = pick("https", None, file.https.map(|https| https.to_string()), "");
        let log = pick("log", None, file.log, "info,tokio_postgres=warn");
        let public_url = pick("public_url", flags.public_url.clone(), file.public_url, "");
        let tls_cert = pick("tls_cert", flags.tls_cert.as_deref().map(text), file.tls_cert.as_deref().map(text), "");
        let tls_key = pick("tls_key", flags.tls_key.as_deref().map(text), file.tls_key.as_deref().map(text), "");
        let http_redirect = pick("http_redirect", None, file.http_redirect, "");
        let mail = pick("mail", None, file.mail, "");
        let mail_from = pick("mail_from", None, file.mail_from, "");
        let mail_password = pick("mail_password", None, file.mail_password, "");
        let checkpoint_mail = pick("checkpoint_mail", None, file.checkpoint_mail, "");
        let checkpoint_mail: Vec<String> =
            checkpoint_mail.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect();
        let backup_recipient = pick("backup_recipient", None, file.backup_recipient, "");
        let backup_recipient = Some(backup_recipient).filter(|key| !key.is_empty());
        let in_documents = |path: String| Some(PathBuf::from(path)).filter(|path| !path.as_os_str().is_empty());
        let document_face = pick("document_face", None, file.document_face.as_deref().map(text), "");
        let document_title_face = pick("document_title_face", None, file.document_title_face.as_deref().map(text), "");
        let trusted_proxies = pick("trusted_proxies", None, file.trusted_proxies.map(|nets| nets.join(",")), "");
        let outside_allowed = pick("outside_allowed", None, file.outside_allowed.map(|hosts| hosts.join(",")), "");
        let contact = pick("security_contact", None, file.security_contact, "");
        let security_contact = Some(contact).filter(|contact| !contact.is_empty());
        if let Some(contact) = &security_contact
            && (!["mailto:", "https://", "tel:"].iter().any(|kind| contact.starts_with(kind))
                || contact.contains(char::is_whitespace))
        {
            bail!(
                "security_contact = {contact:?} ({}): write where holes are reported, such as mailto:security@example.cn",
                sources["security_contact"]
            );
        }
        let tiles = pick("map_tiles", None, file.map_tiles, "");
        let tiles_words = pick("map_tiles_words", None, file.map_tiles_words, "");
        let tiles_coordinates = pick("map_tiles_coordinates", None, file.map_tiles_coordinates, "wgs84");
        let usual = Rates::default();
        let stranger = pick("pace_stranger", None, file.pace_stranger, &usual.stranger.to_string());
        let person = pick("pace_person", None, file.pace_person, &usual.person.to_string());
        let program = pick("pace_program", None, file.pace_program, &usual.program.to_string());
        let rate = |name: &str, written: &str| -> Result<Rate> {
            written.parse().map_err(|said: String| anyhow!(said)).with_context(|| format!("{name} ({})", sources[name]))
        };
        let pace = Rates {
            stranger: rate("pace_stranger", &stranger)?,
            person: rate("pace_person", &person)?,
            program: rate("pace_program", &program)?,
        };
        let tiles = Tiles::parse(&tiles, &tiles_words, &tiles_coordinates)
            .map_err(|said| anyhow!(said))
            .with_context(|| format!("the map's tiles ({})", sources["map_tiles"]))?;
        let trusted_proxies = listed(&trusted_proxies)
            .map(|net| network(net).with_context(|| format!("trusted_proxies ({})", sources["trusted_proxies"])))
            .collect::<Result<Vec<IpNet>>>()?;
        let outside_allowed: Vec<String> = listed(&outside_allowed).map(str::to_owned).collect();
        Allowed::parse(outside_allowed.iter().map(String::as_str))
            .with_context(|| format!("outside_allowed ({})", sources["outside_allowed"]))?;
        let in_file = |there: bool| if there { Source::File(path.clone()) } else { Source::Default };
        sources.insert("sms", in_file(file.sms.is_some()));
        sources.insert("oidc", in_file(!file.oidc.is_empty()));
        let sms = file.sms.map(|written| Gateway::parse(written, &environment)).transpose()?;
        let oidc = organisations::parse(file.oidc, &environment)?;
        let address = |name: &str, written: &str| -> Result<SocketAddr> {
            written.parse().with_context(|| {
                format!("{name} = {written:?} ({}): write an address and a port, such as 127.0.0.1:8080", sources[name])
            })
        };
        let listen = address("listen", &listen)?;
        let http_redirect = match http_redirect.as_str() {
            "" => None,
            written => Some(address("http_redirect", written)?),
        };
        let tls = match (tls_cert.as_str(), tls_key.as_str()) {
            ("", "") => None,
            ("", _) => bail!("tls_key ({}) is set and tls_cert is not; both are needed", sources["tls_key"]),
            (_, "") => bail!("tls_cert ({}) is set and tls_key is not; both are needed", sources["tls_cert"]),
            (cert, key) => Some(TlsFiles { cert: cert.into(), key: key.into() }),
        };
        let public_url = match public_url.as_str() {
            "" if tls.is_some() => format!("https://localhost:{}", listen.port()),
            "" => format!("http://localhost:{}", listen.port()),
            url => PublicUrl::parse(url).map(|url| url.to_string()).with_context(|| {
                format!(
                    "public_url = {url:?} ({}): write how people reach this server, such as https://tongxin.example.cn",
                    sources["public_url"]
                )
            })?,
        };
        let https = match https.as_str() {
            "" => tls.is_some() || public_url.starts_with("https://"),
            written => {
                written.parse().with_context(|| format!("https = {written:?} ({}): true or false", sources["https"]))?
            }
        };
        let mail = MailServer::parse(&mail, &mail_from, &mail_password)
            .with_context(|| format!("mail ({})", sources["mail"]))?;
        let database = Some(database).filter(|url| !url.is_empty());
        if let Some(url) = &database
            && !url.starts_with("postgres://")
            && !url.starts_with("postgresql://")
        {
            bail!(
                "database ({}): write postgres://USER@HOST/DATABASE, or leave it out for SQLite",
                sources["database"]
            );
        }
        let data = PathBuf::from(data);
        let files = if files.is_empty() { data.join("files") } else { PathBuf::from(files) };
        let keys = if keys.is_empty() { data.join("keys.toml") } else { PathBuf::from(keys) };
        let languages = if languages.is_empty() { data.join("languages") } else { PathBuf::from(languages) };
        Ok(Self {
            data,
            listen,
            database,
            files,
            keys,
            languages,
            https,
            tls,
            http_redirect,
            log,
            public_url,
            mail,
            checkpoint_mail,
            backup_recipient,
            document_face: in_documents(document_face),
            document_title_face: in_documents(document_title_face),
            trusted_proxies,
            outside_allowed,
            security_contact,
            tiles,
            pace,
            sms,
            oidc,
            file: path,
            sources,
        })
    }

    /// Where the house is reached, if somebody set it.
    pub fn own_url(&self) -> Option<String> {
        (!matches!(self.sources["public_url"], Source::Default)).then(|| self.public_url.clone())
    }

    /// What is in force and where it came from; a password in a URL is not shown.
    pub fn report(&self) -> BTreeMap<&'static str, (String, Source)> {
        let hidden = |url: &str| match url.split_once("://").and_then(|(_, rest)| rest.split_once('@')) {
            Some((user, host)) => {
                let name = user.split(':').next().unwrap_or_default();
                format!("postgres://{name}{}@{host}", if user.contains(':') { ":***" } else { "" })
            }
            None => url.to_owned(),
        };
        let of_mail = |say: fn(&MailServer) -> String| self.mail.as_ref().map(say);
        let shown = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
        let value = |name: &str| match name {
            "data" => self.data.display().to_string(),
            "listen" => self.listen.to_string(),
            "database" => self.database.as_deref().map_or_else(|| "SQLite in the data folder".to_owned(), hidden),
            "files" => self.files.display().to_string(),
            "keys" => self.keys.display().to_string(),
            "languages" => self.languages.display().to_string(),
            "https" => self.https.to_string(),
            "public_url" => self.public_url.clone(),
            "tls_cert" => self.tls.as_ref().map(|tls| tls.cert.display().to_string()).unwrap_or_default(),
            "tls_key" => self.tls.as_ref().map(|tls| tls.key.display().to_string()).unwrap_or_default(),
            "http_redirect" => self.http_redirect.map(|address| address.to_string()).unwrap_or_default(),
            "mail" => of_mail(MailServer::url).unwrap_or_else(|| "none: letters wait in the outbox".to_owned()),
            "checkpoint_mail" => self.checkpoint_mail.join(", "),
            "backup_recipient" => self.backup_recipient.clone().unwrap_or_default(),
            "mail_from" => of_mail(|mail| mail.from.clone()).unwrap_or_default(),
            "mail_password" => {
                of_mail(|mail| mail.password.as_ref().map(|_| "***".to_owned()).unwrap_or_default()).unwrap_or_default()
            }
            "document_face" => shown(&self.document_face),
            "document_title_face" => shown(&self.document_title_face),
            "trusted_proxies" => self.trusted_proxies.iter().map(IpNet::to_string).collect::<Vec<_>>().join(", "),
            "outside_allowed" => self.outside_allowed.join(", "),
            "security_contact" => self.security_contact.clone().unwrap_or_default(),
            "map_tiles" => self.tiles.as_ref().map(|tiles| tiles.url().to_owned()).unwrap_or_default(),
            "map_tiles_words" => self.tiles.as_ref().map(|tiles| tiles.words().to_owned()).unwrap_or_default(),
            "map_tiles_coordinates" => {
                self.tiles.as_ref().map(|tiles| tiles.coordinates().as_str().to_owned()).unwrap_or_default()
            }
            "pace_stranger" => self.pace.stranger.to_string(),
            "pace_person" => self.pace.person.to_string(),
            "pace_program" => self.pace.program.to_string(),
            "sms" => self.sms.as_ref().map(|sms| sms.url.clone()).unwrap_or_default(),
            "oidc" => self.oidc.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", "),
            _ => self.log.clone(),
        };
        self.sources.iter().map(|(name, source)| (*name, (value(name), source.clone()))).collect()
    }
}

/// The entries of a list, as the environment holds one: with commas between them.
fn listed(written: &str) -> impl Iterator<Item = &str> {
    written.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

/// A network, or one address.
fn network(written: &str) -> Result<IpNet> {
    let one = || written.parse::<std::net::IpAddr>().ok().map(IpNet::from);
    written.parse().ok().or_else(one).with_context(|| {
        format!(
            "{written:?} is no network; write an address or a network such as 10.0.0.0/8, with commas between several"
        )
    })
}

/// Settings, and the path of their file, there or not.
fn read_file(flags: &Flags, environment: &impl Fn(&str) -> Option<String>) -> Result<(File, PathBuf)> {
    let named = flags.config.clone().or_else(|| environment("TONGXIN_CONFIG").map(PathBuf::from));
    let path = named.clone().unwrap_or_else(|| PathBuf::from(SETTINGS));
    let may_miss = named.is_none() || flags.new;
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let file =
                toml::from_str(&text).with_context(|| format!("{} cannot be read as settings", path.display()))?;
            Ok((file, path))
        }
        Err(error) if may_miss && error.kind() == std::io::ErrorKind::NotFound => Ok((File::default(), path)),
        Err(error) => Err(error).with_context(|| format!("the settings file {} cannot be opened", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_beat_the_environment_beats_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.toml");
        std::fs::write(&path, "listen = '127.0.0.1:1'\nlog = 'debug'\n").expect("a file");
        let flags = Flags { config: Some(path), data: Some("flag".into()), ..Flags::default() };
        let set = |name: &str| (name == "TONGXIN_LISTEN").then(|| "127.0.0.1:2".to_owned());
        let config = Config::load(&flags, set).expect("settings");
        assert_eq!(config.data, PathBuf::from("flag"));
        assert_eq!(config.listen.port(), 2);
        assert_eq!(config.log, "debug");
        assert!(matches!(config.sources["listen"], Source::Environment(_)));
        assert!(matches!(config.sources["https"], Source::Default));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let flags = Flags { listen: Some("here".into()), ..Flags::default() };
        let said = format!("{:#}", Config::load(&flags, |_| None).expect_err("no address"));
        assert!(said.contains("--listen") && said.contains("127.0.0.1:8080"), "{said}");
    }

    #[test]
    fn lists_are_read_and_what_is_none_is_named() {
        let set = |name: &str| match name {
            "TONGXIN_TRUSTED_PROXIES" => Some("10.0.0.0/8, ::1".to_owned()),
            "TONGXIN_OUTSIDE_ALLOWED" => Some("idp.example.cn,127.0.0.1:9000".to_owned()),
            _ => None,
        };
        let config = Config::load(&Flags::default(), set).expect("settings");
        assert_eq!((config.trusted_proxies.len(), config.outside_allowed.len()), (2, 2));
        for (name, value) in [("TONGXIN_TRUSTED_PROXIES", "the proxy"), ("TONGXIN_OUTSIDE_ALLOWED", "http://h/")] {
            let said = Config::load(&Flags::default(), |asked| (asked == name).then(|| value.to_owned()));
            let said = format!("{:#}", said.expect_err("no list"));
            assert!(said.contains(name) && said.contains(value), "{said}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let flags = Flags { database: Some("postgres://u:geheim@h/d".into()), ..Flags::default() };
        let report = format!("{:?}", Config::load(&flags, |_| None).expect("settings").report());
        assert!(!report.contains("geheim"), "{report}");
        let set = |name: &str| match name {
            "TONGXIN_MAIL" => Some("smtps://post:geheim1@mail.example.cn".to_owned()),
            "TONGXIN_MAIL_FROM" => Some("post@example.cn".to_owned()),
            "TONGXIN_MAIL_PASSWORD" => Some("geheim2".to_owned()),
            _ => None,
        };
        let config = Config::load(&Flags::default(), set).expect("settings");
        let said = format!("{:?} {config:?}", config.report());
        assert!(!said.contains("geheim") && said.contains("smtps://post@mail.example.cn:465"), "{said}");
    }
}
