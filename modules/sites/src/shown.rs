//! How a site looks to a reader: hours, units and services in words, the same on every page.

use tongxin_base::Time;
use tongxin_kernel::{Level, Tenant, UnitTree};
use tongxin_web::{Choice, Words};

use crate::domain::{Hours, Now, Service, Site, SiteLevel, State, runs};

/// A site in words.
pub(crate) struct Shown {
    pub code: String,
    pub spoken: String,
    pub name: String,
    pub level: String,
    pub unit: String,
    pub address: String,
    /// Never empty: where the site has none, the subdistrict's.
    pub phone: String,
    /// The sign for `ui::status`.
    pub sign: &'static str,
    /// "Open now, until 17:00".
    pub now: String,
    pub closed: bool,
    /// Days and hours.
    pub hours: Vec<(String, String)>,
    pub services: Vec<String>,
    /// A `geo:` link that a phone opens in its own map; empty where the place is not known.
    pub map: String,
}

impl Shown {
    pub fn new(words: &Words, tenant: &Tenant, units: &UnitTree, site: &Site, at: Time) -> Self {
        let d = &site.details;
        let closed = site.state == State::Closed;
        let (sign, now) =
            if closed { ("closed", words.t("sites-state-closed")) } else { now(words, tenant, &d.hours, at) };
        Self {
            code: site.code.to_string(),
            spoken: site.code.spoken(),
            name: d.name.to(words.locale()).to_owned(),
            level: words.t(level_key(d.level)),
            unit: unit_name(words, units, &d.unit_path),
            address: d.address.clone(),
            phone: d.phone.clone().unwrap_or_else(|| tenant.settings.service_phone.clone()),
            sign,
            now,
            closed,
            hours: d
                .hours
                .parts()
                .map(|(days, hours)| (days_in_words(words, days), spans(words, hours.spans())))
                .collect(),
            services: d.services.iter().map(|service| words.t(service_key(*service))).collect(),
            map: d.point.map_or_else(String::new, |(lat, lon)| format!("geo:{lat},{lon}")),
        }
    }
}

/// Whether it is open at this moment, with the sign for it.
fn now(words: &Words, tenant: &Tenant, hours: &Hours, at: Time) -> (&'static str, String) {
    let wall = at.in_zone(tenant.zone());
    if !hours.is_empty() && tenant.calendar.days.get(wall.date()).is_some() {
        // A holiday or a make-up workday: what the week says may not hold today.
        return ("received", words.t("sites-now-holiday"));
    }
    let day = wall.weekday().to_monday_one_offset().unsigned_abs();
    let minute = u16::from(wall.hour().unsigned_abs()) * 60 + u16::from(wall.minute().unsigned_abs());
    match hours.at(day, minute) {
        Now::Open { until } => ("done", words.t1("sites-now-open", "time", clock(until))),
        Now::Closed { day: next, at } if next == day && at > minute => {
            ("withdrawn", words.t1("sites-now-today", "time", clock(at)))
        }
        Now::Closed { day, at } => {
            let args = [("day".into(), words.t(day_key(day))), ("time".into(), clock(at))];
            ("withdrawn", words.with("sites-now-closed", &args))
        }
        Now::Unknown => ("received", words.t("sites-now-unknown")),
    }
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn spans(words: &Words, spans: impl Iterator<Item = (u16, u16)>) -> String {
    let spans: Vec<String> = spans.map(|(open, close)| format!("{}–{}", clock(open), clock(close))).collect();
    spans.join(&words.t("sites-and"))
}

fn days_in_words(words: &Words, days: &[u8]) -> String {
    let run = |(from, to): (u8, u8)| {
        if from == to {
            return words.t(day_key(from));
        }
        let args = [("from".into(), words.t(day_key(from))), ("to".into(), words.t(day_key(to)))];
        words.with("sites-days", &args)
    };
    runs(days).into_iter().map(run).collect::<Vec<_>>().join(&words.t("sites-and"))
}

fn day_key(day: u8) -> &'static str {
    const KEYS: [&str; 7] =
        ["sites-day-1", "sites-day-2", "sites-day-3", "sites-day-4", "sites-day-5", "sites-day-6", "sites-day-7"];
    KEYS[usize::from(day - 1) % 7]
}

pub(crate) const fn level_key(level: SiteLevel) -> &'static str {
    match level {
        SiteLevel::Institute => "sites-level-institute",
        SiteLevel::Station => "sites-level-station",
        SiteLevel::Point => "sites-level-point",
        SiteLevel::Corner => "sites-level-corner",
    }
}

pub(crate) const fn service_key(service: Service) -> &'static str {
    match service {
        Service::Education => "sites-service-education",
        Service::Support => "sites-service-service",
        Service::Deliberation => "sites-service-deliberation",
        Service::Errands => "sites-service-errands",
        Service::Friendship => "sites-service-friendship",
    }
}

/// The name of a unit with those above it, without the subdistrict, which goes without saying.
pub(crate) fn unit_name(words: &Words, units: &UnitTree, path: &str) -> String {
    let ends = path.match_indices('/').map(|(at, _)| &path[..=at]);
    let chain: Vec<&str> =
        ends.filter_map(|path| units.by_path(path)).map(|unit| unit.name.to(words.locale())).collect();
    if chain.len() > 1 { chain[1..].join(" › ") } else { chain.concat() }
}

/// The units to choose from, parents before children.
pub(crate) fn unit_choices(words: &Words, units: &UnitTree, chosen: &str, down_to: Level) -> Vec<Choice> {
    let shown = units.iter().filter(|unit| unit.level <= down_to);
    shown
        .map(|unit| Choice {
            value: unit.code.clone(),
            label: unit_name(words, units, &unit.path),
            chosen: unit.code == chosen,
            ..Choice::default()
        })
        .collect()
}

/// The levels to choose from.
pub(crate) fn level_choices(words: &Words, chosen: &str) -> Vec<Choice> {
    let choice = |level: SiteLevel| Choice {
        value: level.as_str().to_owned(),
        label: words.t(level_key(level)),
        chosen: level.as_str() == chosen,
        ..Choice::default()
    };
    SiteLevel::ALL.into_iter().map(choice).collect()
}

/// The services to choose from; `chosen` as the form sends them.
pub(crate) fn service_choices(words: &Words, chosen: &str) -> Vec<Choice> {
    let choice = |service: Service| Choice {
        value: service.as_str().to_owned(),
        label: words.t(service_key(service)),
        hint: words.t(&format!("{}-words", service_key(service))),
        chosen: chosen.split_whitespace().any(|word| word == service.as_str()),
    };
    Service::ALL.into_iter().map(choice).collect()
}
