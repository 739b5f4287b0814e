//! A report as it comes in, and what makes it well-formed, urgent or suspect.

use tongxin_base::{Coordinates, Error, FieldError, Result, parse_email};

use super::{LONGEST_LINE, LONGEST_WORDS};

/// A report as it comes in, not yet looked at. Exactly one of point, site and place is needed; more do no harm.
#[derive(Debug, Clone, Default)]
pub struct RawReport {
    /// The category's code.
    pub category: String,
    /// What is the matter.
    pub words: String,
    /// The printed code of a site.
    pub site: String,
    /// The place in words.
    pub place: String,
    /// Latitude and longitude, as they were written.
    pub lat: String,
    /// See `lat`.
    pub lon: String,
    /// The system they come in, `wgs84` or `gcj02`; empty is the first.
    pub system: String,
    /// How the reporter wants to be called; may be empty.
    pub name: String,
    /// The reporter's phone; may be empty.
    pub phone: String,
    /// The reporter's e-mail; may be empty.
    pub email: String,
    /// A field that nobody sees: who fills it in is a program.
    pub trap: String,
}

/// How to reach a reporter; all of it may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// How they want to be called.
    pub name: Option<String>,
    /// Their phone.
    pub phone: Option<String>,
    /// Their e-mail.
    pub email: Option<String>,
}

impl Contact {
    /// Looks at every field and adds what is wrong.
    pub fn parse(wrong: &mut Vec<FieldError>, (name, phone, email): (&str, &str, &str)) -> Self {
        let contact = Self {
            name: line(wrong, "name", name),
            phone: line(wrong, "phone", phone),
            email: line(wrong, "email", email),
        };
        if contact.phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
            wrong.push(FieldError::new("phone", "form-bad-phone"));
        }
        if contact.email.as_deref().is_some_and(|email| parse_email(email).is_none()) {
            wrong.push(FieldError::new("email", "form-bad-email"));
        }
        contact
    }
}

/// A line of text that may be left out.
fn line(wrong: &mut Vec<FieldError>, field: &str, text: &str) -> Option<String> {
    let text = text.trim();
    check_length(wrong, field, text, LONGEST_LINE);
    (!text.is_empty()).then(|| text.to_owned())
}

/// A report that is well-formed.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The category's code; whether there is such a category is for the store to say.
    pub category: String,
    /// What is the matter.
    pub words: String,
    /// The printed code of a site.
    pub site: Option<String>,
    /// The place in words.
    pub place: Option<String>,
    /// Latitude and longitude, WGS 84 degrees.
    pub point: Option<(f64, f64)>,
    /// How to reach the reporter.
    pub contact: Contact,
    /// Somebody filled in what nobody sees.
    pub trapped: bool,
}

impl Report {
    /// Whether its words speak of danger to life, in which nobody should wait for us.
    pub fn urgent(&self) -> bool {
        let words = self.words.to_lowercase();
        DANGER.iter().any(|danger| words.contains(danger))
    }

    /// Looks at every field and names all that is wrong at once.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn parse(raw: &RawReport) -> Result<Self> {
        let mut wrong = Vec::new();
        let category = raw.category.trim().to_owned();
        if category.is_empty() {
            wrong.push(FieldError::new("category", "requests-category-needed"));
        }
        let words = raw.words.trim().to_owned();
        if words.is_empty() {
            wrong.push(FieldError::new("description", "requests-words-needed"));
        }
        check_length(&mut wrong, "description", &words, LONGEST_WORDS);
        let site = line(&mut wrong, "site", &raw.site).map(|site| site.to_uppercase());
        let place = line(&mut wrong, "place", &raw.place);
        let contact = Contact::parse(&mut wrong, (&raw.name, &raw.phone, &raw.email));
        let point = parse_point(&mut wrong, (&raw.lat, &raw.lon), &raw.system);
        if site.is_none() && place.is_none() && point.is_none() && !wrong.iter().any(|w| w.field == "lat") {
            wrong.push(FieldError::new("place", "requests-place-needed"));
        }
        if wrong.is_empty() {
            Ok(Self { category, words, site, place, point, contact, trapped: !raw.trap.trim().is_empty() })
        } else {
            Err(Error::Invalid(wrong))
        }
    }
}

pub(super) fn check_length(wrong: &mut Vec<FieldError>, field: &str, text: &str, longest: usize) {
    if text.chars().count() > longest {
        wrong.push(FieldError::new(field, "form-too-long").with("max", longest));
    }
}

/// Digits, at least seven, with what people put between them.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (7..=15).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || " +-()转".contains(c))
}

fn parse_point(wrong: &mut Vec<FieldError>, (lat, lon): (&str, &str), system: &str) -> Option<(f64, f64)> {
    let (lat, lon) = (lat.trim(), lon.trim());
    if lat.is_empty() && lon.is_empty() {
        return None;
    }
    let mut degrees = |field: &str, text: &str, bound: f64| match text.parse::<f64>() {
        Ok(x) if x.is_finite() && x.abs() <= bound => Some(x),
        Ok(_) => {
            wrong.push(FieldError::new(field, "form-out-of-range").with("min", -bound).with("max", bound));
            None
        }
        Err(_) => {
            wrong.push(FieldError::new(field, "form-not-a-number"));
            None
        }
    };
    let lat = degrees("lat", lat, 90.0);
    let lon = degrees("lon", lon, 180.0);
    let system = if system.is_empty() { Some(Coordinates::default()) } else { Coordinates::parse(system) };
    if system.is_none() {
        wrong.push(FieldError::new("system", "form-unknown-system"));
    }
    Some(system?.to_wgs84(lat.zip(lon)?))
}

/// Words of danger to life or limb, Chinese and English, in small letters: 110, 119 or 120 come faster than we do.
const DANGER: [&str; 36] = [
    "着火",
    "起火",
    "失火",
    "火灾",
    "冒烟",
    "爆炸",
    "燃气泄漏",
    "煤气泄漏",
    "天然气泄漏",
    "燃气味",
    "煤气味",
    "坍塌",
    "倒塌",
    "触电",
    "漏电",
    "溺水",
    "落水",
    "昏迷",
    "晕倒",
    "没有呼吸",
    "大出血",
    "心脏病",
    "打架",
    "持刀",
    "抢劫",
    "跳楼",
    "自杀",
    "被困电梯",
    "on fire",
    "explosion",
    "gas leak",
    "smell of gas",
    "collapsed",
    "unconscious",
    "not breathing",
    "drowning",
];

/// What programs that sell something write, in small letters.
const SALES: [&str; 12] = [
    "代开发票",
    "办证刻章",
    "加微信",
    "加v",
    "贷款秒批",
    "博彩",
    "兼职日结",
    "刷单",
    "casino",
    "viagra",
    "crypto giveaway",
    "seo service",
];

/// Why a report that nobody stands for should be looked at before it is seen: it may be spam. None for nearly all.
pub fn suspicion(report: &Report) -> Option<&'static str> {
    let words = report.words.to_lowercase();
    let links = words.matches("http://").count() + words.matches("https://").count() + words.matches("www.").count();
    let sells = SALES.iter().any(|sale| words.contains(sale));
    match (report.trapped, links, sells) {
        (true, ..) => Some("trap"),
        (_, 2.., _) => Some("links"),
        (_, 1, true) => Some("sales"),
        _ => None,
    }
}
