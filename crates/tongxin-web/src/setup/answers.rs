//! The questions of a set-up and what may be answered: the same for the command line and for the pages.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use tongxin_base::{Error, FieldError, Label, Result};
use tongxin_kernel::{FirstAdmin, Settings};

/// The longest name of a subdistrict or of a person, in characters.
const LONGEST_NAME: usize = 40;
/// The digits of a subdistrict: six of its district, three of its own (GB/T 30428, GB/T 2260).
const CODE: usize = 9;
/// Hosts that a browser trusts without HTTPS, because they never leave the machine.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The steps of the pages, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Which subdistrict.
    Subdistrict,
    /// Which programme.
    Programme,
    /// How people reach it.
    Reach,
    /// Who looks after it.
    Admin,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Subdistrict, Self::Programme, Self::Reach, Self::Admin];

    /// Its word in addresses and keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subdistrict => "subdistrict",
            Self::Programme => "programme",
            Self::Reach => "reach",
            Self::Admin => "admin",
        }
    }

    /// The questions it asks.
    pub const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Subdistrict => &["name", "name_en", "code", "short_code", "zone", "phone"],
            Self::Programme => &["programme"],
            Self::Reach => &["reach", "public_url", "tls_cert", "tls_key"],
            Self::Admin => &["login", "admin_name"],
        }
    }
}

/// What was answered, as it was written.
#[derive(Debug, Clone)]
pub struct Answers(BTreeMap<&'static str, String>);

impl Default for Answers {
    fn default() -> Self {
        let settings = Settings::default();
        let mut answers = Self(BTreeMap::new());
        answers.set("zone", &settings.zone);
        answers.set("phone", &settings.service_phone);
        answers.set("programme", "basic");
        answers.set("login", "admin");
        answers
    }
}

impl Answers {
    /// Writes an answer down; one to a question that nobody asks is not kept.
    pub fn set(&mut self, field: &str, text: &str) {
        let asked = Step::ALL.iter().flat_map(|step| step.fields()).find(|name| **name == field);
        if let Some(name) = asked {
            self.0.insert(name, text.trim().to_owned());
        }
    }

    /// An answer; empty where there is none.
    pub fn of(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    /// What is wrong with the answers of a step.
    pub fn wrong(&self, step: Step) -> Vec<FieldError> {
        let mut wrong = Vec::new();
        drop(self.parse_into(&mut wrong));
        wrong.retain(|error| step.fields().contains(&error.field.as_str()));
        wrong
    }

    fn parse_into(&self, wrong: &mut Vec<FieldError>) -> Option<NewHouse> {
        let name = self.line("name", wrong);
        let name_en = self.of("name_en");
        if name_en.chars().count() > LONGEST_NAME {
            wrong.push(FieldError::new("name_en", "form-too-long").with("max", LONGEST_NAME));
        }
        let code = self.code(wrong);
        let short_code = self.short_code(wrong);
        let zone = self.of("zone");
        if TimeZone::get(zone).is_err() {
            wrong.push(FieldError::new("zone", "setup-bad-zone"));
        }
        let phone = self.of("phone");
        if phone.len() > 20 || !phone.chars().all(|c| c.is_ascii_digit() || "+- ".contains(c)) {
            wrong.push(FieldError::new("phone", "setup-bad-phone"));
        }
        if !["basic", "own"].contains(&self.of("programme")) {
            wrong.push(FieldError::new("programme", "form-unknown-choice"));
        }
        let reach = self.reach(wrong);
        let url = self.url(reach.as_ref(), wrong);
        let login = self.of("login");
        let plain = |c: char| !c.is_whitespace() && !c.is_control();
        if !(2..=LONGEST_NAME).contains(&login.chars().count()) || !login.chars().all(plain) {
            wrong.push(FieldError::new("login", "setup-bad-login"));
        }
        let admin_name = self.line("admin_name", wrong);
        Some(NewHouse {
            name: Label::new(name?, name_en),
            code: code?,
            short_code: short_code?,
            settings: Settings { zone: zone.to_owned(), service_phone: phone.to_owned(), ..Settings::default() },
            url: url?,
            reach: reach?,
            admin: FirstAdmin { login: login.to_owned(), name: admin_name? },
        })
    }

    /// A line that must be there and is not too long.
    fn line(&self, field: &'static str, wrong: &mut Vec<FieldError>) -> Option<String> {
        let text = self.of(field);
        if text.is_empty() {
            wrong.push(FieldError::new(field, "form-required"));
        } else if text.chars().count() > LONGEST_NAME {
            wrong.push(FieldError::new(field, "form-too-long").with("max", LONGEST_NAME));
        } else {
            return Some(text.to_owned());
        }
        None
    }

    /// The nine digits of the subdistrict, also where the noughts of a longer code (12 of the statistics, 15 of the grids)
    /// stand behind them.
    fn code(&self, wrong: &mut Vec<FieldError>) -> Option<String> {
        let code = self.of("code");
        let digits = code.chars().all(|c| c.is_ascii_digit());
        let key = match code.len() {
            0 => "form-required",
            CODE | 12 | 15 if digits => {
                let (own, rest) = code.split_at(CODE);
                if rest.chars().all(|c| c == '0') && !own.ends_with("000") {
                    return Some(own.to_owned());
                }
                "setup-code-of-part"
            }
            _ => "setup-bad-code",
        };
        wrong.push(FieldError::new("code", key));
        None
    }

    /// The short code in links; where none is given, the English name's first word or the last digits of the code.
    fn short_code(&self, wrong: &mut Vec<FieldError>) -> Option<String> {
        let given = self.of("short_code");
        let short = if given.is_empty() { self.short_code_or_default() } else { given.to_owned() };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        if (2..=8).contains(&short.len()) && short.chars().all(plain) {
            return Some(short);
        }
        wrong.push(FieldError::new("short_code", "setup-bad-short-code"));
        None
    }

    fn short_code_or_default(&self) -> String {
        let word = self.of("name_en").split_whitespace().next().unwrap_or_default();
        let word: String = word.chars().filter(char::is_ascii_alphabetic).take(8).collect();
        if word.len() >= 2 { word.to_ascii_lowercase() } else { "tx".to_owned() }
    }

    fn reach(&self, wrong: &mut Vec<FieldError>) -> Option<Reach> {
        match self.of("reach") {
            "proxy" => return Some(Reach::Proxy),
            "local" => return Some(Reach::LocalOnly),
            "cert" => {
                let missing = ["tls_cert", "tls_key"].into_iter().filter(|field| self.of(field).is_empty());
                let before = wrong.len();
                wrong.extend(missing.map(|field| FieldError::new(field, "form-required")));
                let file = |field| PathBuf::from(self.of(field));
                let files = Reach::OwnCertificate { cert: file("tls_cert"), key: file("tls_key") };
                return (wrong.len() == before).then_some(files);
            }
            "" => wrong.push(FieldError::new("reach", "setup-reach-needed")),
            _ => wrong.push(FieldError::new("reach", "form-unknown-choice")),
        }
        None
    }

    fn url(&self, reach: Option<&Reach>, wrong: &mut Vec<FieldError>) -> Option<PublicUrl> {
        let text = self.of("public_url");
        let key = match PublicUrl::parse(text) {
            _ if text.is_empty() => "form-required",
            None => "setup-bad-url",
            Some(url) => match reach {
                Some(Reach::LocalOnly) if !url.is_local() => "setup-url-not-local",
                Some(Reach::OwnCertificate { .. } | Reach::Proxy) if !url.https => "setup-url-needs-https",
                Some(Reach::LocalOnly) if url.https => "setup-url-local-https",
                _ => return Some(url),
            },
        };
        wrong.push(FieldError::new("public_url", key));
        None
    }
}

/// How the house is reached: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    /// Whether by HTTPS.
    pub https: bool,
    /// Host name or address.
    pub host: String,
    /// The port, where it is not the scheme's own.
    pub port: Option<u16>,
}

impl PublicUrl {
    /// From `https://tongxin.example.cn`: no path, no user, nothing behind it.
    pub fn parse(text: &str) -> Option<Self> {
        let (https, rest) = match text.split_once("://")? {
            ("https", rest) => (true, rest),
            ("http", rest) => (false, rest),
            _ => return None,
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port.parse().ok()?)),
            _ => (rest, None),
        };
        let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let fine = match inner {
            Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok(),
            None => {
                let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
                !host.is_empty() && host.len() <= 253 && host.chars().all(plain) && !host.starts_with(['-', '.'])
            }
        };
        let usual = if https { 443 } else { 80 };
        fine.then(|| Self { https, host: host.to_ascii_lowercase(), port: port.filter(|port| *port != usual) })
    }

    /// Whether it never leaves the machine.
    pub fn is_local(&self) -> bool {
        LOCAL.contains(&self.host.as_str())
    }
}

impl std::fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}", if self.https { "https" } else { "http" }, self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// Who brings HTTPS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// We do, with a certificate of the office's.
    OwnCertificate {
        /// The certificate and its chain, PEM.
        cert: PathBuf,
        /// Its key, PEM.
        key: PathBuf,
    },
    /// A proxy in front of us.
    Proxy,
    /// Nobody: only browsers on this machine.
    LocalOnly,
}

/// A house that can be made: every answer is there and holds.
#[derive(Debug, Clone)]
pub struct NewHouse {
    /// The subdistrict's name.
    pub name: Label,
    /// Its code, nine digits.
    pub code: String,
    /// Its short code, in links and tokens.
    pub short_code: String,
    /// Time zone and telephone; the rest as usual.
    pub settings: Settings,
    /// How it is reached.
    pub url: PublicUrl,
    /// Who brings HTTPS.
    pub reach: Reach,
    /// Who looks after it first.
    pub admin: FirstAdmin,
}

impl NewHouse {
    /// From the answers.
    ///
    /// # Errors
    /// `Invalid` with every answer that is missing or does not hold, in the order of the questions.
    pub fn parse(answers: &Answers) -> Result<Self> {
        let mut wrong = Vec::new();
        let house = answers.parse_into(&mut wrong);
        let order = |error: &FieldError| {
            let all = Step::ALL.iter().flat_map(|step| step.fields());
            all.enumerate().find(|(_, name)| **name == error.field).map_or(usize::MAX, |(at, _)| at)
        };
        wrong.sort_by_key(order);
        match house {
            Some(house) if wrong.is_empty() => Ok(house),
            _ => Err(Error::Invalid(wrong)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(pairs: &[(&str, &str)]) -> Answers {
        let mut answers = Answers::default();
        let fine = [
            ("name", "康宁街道"),
            ("code", "150603009"),
            ("reach", "proxy"),
            ("public_url", "https://tongxin.example.cn"),
            ("admin_name", "白主任"),
        ];
        for (field, text) in fine.iter().chain(pairs) {
            answers.set(field, text);
        }
        answers
    }

    fn wrong(pairs: &[(&str, &str)]) -> Vec<String> {
        match NewHouse::parse(&answers(pairs)) {
            Err(Error::Invalid(wrong)) => {
                wrong.into_iter().map(|error| format!("{} {}", error.field, error.key)).collect()
            }
            Err(other) => vec![other.to_string()],
            Ok(_) => Vec::new(),
        }
    }

    #[test]
    fn what_is_whole_is_a_house() {
        let house = NewHouse::parse(&answers(&[("code", "150603009000000")])).expect("a house");
        assert_eq!((house.code.as_str(), house.short_code.as_str()), ("150603009", "tx"));
        assert_eq!(house.url.to_string(), "https://tongxin.example.cn");
        assert_eq!(
            NewHouse::parse(&answers(&[("name_en", "Kangning Subdistrict")])).expect("a house").short_code,
            "kangning"
        );
    }

    #[test]
    fn every_wrong_answer_is_named_in_the_order_of_the_questions() {
        assert_eq!(wrong(&[("admin_name", ""), ("name", "")]), ["name form-required", "admin_name form-required"]);
        for (field, text, key) in [
            ("code", "150603009001", "setup-code-of-part"),
            ("code", "150603009001001", "setup-code-of-part"),
            ("code", "15060300", "setup-bad-code"),
            ("code", "１５０６０３００９", "setup-bad-code"),
            ("short_code", "K-1", "setup-bad-short-code"),
            ("zone", "Asia/Nowhere", "setup-bad-zone"),
            ("phone", "call us", "setup-bad-phone"),
            ("programme", "theirs", "form-unknown-choice"),
            ("reach", "", "setup-reach-needed"),
            ("public_url", "http://tongxin.example.cn", "setup-url-needs-https"),
            ("public_url", "https://tongxin.example.cn/desk", "setup-bad-url"),
            ("public_url", "https://a b", "setup-bad-url"),
            ("public_url", "tongxin.example.cn", "setup-bad-url"),
            ("login", "a b", "setup-bad-login"),
        ] {
            assert_eq!(wrong(&[(field, text)]), [format!("{field} {key}")], "{text}");
        }
        assert_eq!(wrong(&[("reach", "local")]), ["public_url setup-url-not-local"]);
        assert!(wrong(&[("reach", "local"), ("public_url", "http://localhost:8080")]).is_empty());
        assert_eq!(wrong(&[("reach", "cert")]), ["tls_cert form-required", "tls_key form-required"]);
    }

    #[test]
    fn an_address_is_read_strictly() {
        for (text, said) in [
            ("https://Tongxin.Example.cn:443/", Some("https://tongxin.example.cn")),
            ("http://[::1]:8080", Some("http://[::1]:8080")),
            ("https://10.0.0.4:8443", Some("https://10.0.0.4:8443")),
            ("https://u@h", None),
            ("https://", None),
            ("ftp://h", None),
            ("https://h:99999", None),
            ("https://h?x", None),
        ] {
            assert_eq!(PublicUrl::parse(text).map(|url| url.to_string()).as_deref(), said, "{text}");
        }
    }
}
