//! From what somebody wrote to what can be kept: a form, a line of a table and a call of the API all pass here, so a rule
//! is written once and a wrong field is named the same everywhere.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tongxin_base::{Coordinates, Error, FieldError, Label, Result};
use tongxin_kernel::UnitTree;

use super::{Hours, Service, SiteLevel};

/// The longest name, in characters: it has to fit a sign.
const LONGEST_NAME: usize = 60;
/// The longest address, in characters.
const LONGEST_ADDRESS: usize = 200;
/// The longest opening hours, in characters: seven days, three spans each.
const LONGEST_HOURS: usize = 300;

/// A site as somebody wrote it down. The names of the fields are those of the form, the data file and the API.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// `institute`, `station`, `point` or `corner`.
    pub level: String,
    /// The code of the unit it stands in.
    pub unit: String,
    /// Its name in Chinese.
    pub name: String,
    /// Its name in English; may be empty.
    pub name_en: String,
    /// Where one finds it, in words.
    pub address: String,
    /// The office's telephone; may be empty.
    pub phone: String,
    /// Opening hours, such as `1-5 09:00-12:00,13:00-17:00`; may be empty.
    pub hours: String,
    /// Services offered, with blanks between them.
    pub services: String,
    /// Latitude in degrees; empty together with `lon`.
    pub lat: String,
    /// Longitude in degrees.
    pub lon: String,
    /// The system that both come in, `wgs84` or `gcj02`; empty is the first, which is what is kept.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub system: String,
}

/// What a clerk fills in, once it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    /// Its level.
    pub level: SiteLevel,
    /// The unit it stands in, by path.
    pub unit_path: String,
    /// Its name.
    pub name: Label,
    /// Where one finds it, in words.
    pub address: String,
    /// The office's telephone; where there is none, the subdistrict's number is shown.
    pub phone: Option<String>,
    /// When it is open.
    pub hours: Hours,
    /// What it offers.
    pub services: BTreeSet<Service>,
    /// Where it is, WGS 84 degrees (latitude, longitude).
    pub point: Option<(f64, f64)>,
}

impl Draft {
    /// A site's details as they would be written down.
    pub fn of(details: &Details) -> Self {
        let (lat, lon) = details.point.unzip();
        let degrees = |degrees: Option<f64>| degrees.map(|degrees| degrees.to_string()).unwrap_or_default();
        Self {
            level: details.level.as_str().to_owned(),
            unit: details.unit_code().to_owned(),
            name: details.name.zh.clone(),
            name_en: details.name.en.clone(),
            address: details.address.clone(),
            phone: details.phone.clone().unwrap_or_default(),
            hours: details.hours.to_string(),
            services: Service::list(&details.services),
            lat: degrees(lat),
            lon: degrees(lon),
            system: String::new(),
        }
    }

    /// All fields by their names: what the journal, the table of an import and the page for two clerks go through, so that a
    /// new field is in all of them.
    pub fn fields(&self) -> BTreeMap<String, String> {
        // A struct of texts always becomes a map of texts.
        serde_json::to_value(self).and_then(serde_json::from_value).unwrap_or_default()
    }

    /// From fields by their names; those that are missing are empty.
    pub fn from_fields(fields: BTreeMap<String, String>) -> Self {
        serde_json::to_value(fields).and_then(serde_json::from_value).unwrap_or_default()
    }

    /// What it says, if all of it holds.
    ///
    /// # Errors
    /// `Invalid` with every field that does not.
    pub fn parse(&self, units: &UnitTree) -> Result<Details> {
        let mut wrong = Wrong(Vec::new()); // gathered in the order of the form
        let name = wrong.text("name", &self.name, LONGEST_NAME, true);
        let name_en = wrong.text("name_en", &self.name_en, LONGEST_NAME, false);
        let level = SiteLevel::parse(self.level.trim());
        match level {
            None if blank(&self.level) => wrong.add(FieldError::new("level", "form-required")),
            None => wrong.add(FieldError::new("level", "form-unknown-choice")),
            Some(_) => {}
        }
        let unit = units.by_code(self.unit.trim());
        match (unit, level) {
            (None, _) if blank(&self.unit) => wrong.add(FieldError::new("unit", "form-required")),
            (None, _) => wrong.add(FieldError::new("unit", "sites-error-unit")),
            (Some(unit), Some(level)) if !level.fits(unit.level) => {
                wrong.add(FieldError::new("unit", "sites-error-level"));
            }
            _ => {}
        }
        let address = wrong.text("address", &self.address, LONGEST_ADDRESS, true);
        let phone = wrong.or_none(parse_phone(&self.phone));
        let hours = wrong.text("hours", &self.hours, LONGEST_HOURS, false);
        let hours = wrong.or_none(hours.parse().map_err(|_| FieldError::new("hours", "sites-error-hours")));
        let services = Service::parse_list(&self.services);
        match &services {
            None => wrong.add(FieldError::new("services", "form-unknown-choice")),
            Some(chosen) if chosen.is_empty() => wrong.add(FieldError::new("services", "sites-error-services")),
            Some(_) => {}
        }
        let point = wrong.point(&self.lat, &self.lon, self.system.trim());
        match (level, unit, phone, hours, services) {
            (Some(level), Some(unit), Some(phone), Some(hours), Some(services)) if wrong.0.is_empty() => Ok(Details {
                level,
                unit_path: unit.path.clone(),
                name: Label::new(name, name_en),
                address,
                phone,
                hours,
                services,
                point,
            }),
            _ => Err(Error::Invalid(wrong.0)),
        }
    }
}

/// The fields that do not hold, in the order of the form.
struct Wrong(Vec<FieldError>);

impl Wrong {
    fn add(&mut self, error: FieldError) {
        self.0.push(error);
    }

    fn or_none<T>(&mut self, parsed: Result<T, FieldError>) -> Option<T> {
        parsed.map_err(|error| self.add(error)).ok()
    }

    /// A line of text without what stands around it.
    fn text(&mut self, field: &'static str, text: &str, longest: usize, required: bool) -> String {
        let text = text.trim();
        if required && text.is_empty() {
            self.add(FieldError::new(field, "form-required"));
        } else if text.chars().count() > longest {
            self.add(FieldError::new(field, "form-too-long").with("max", longest));
        }
        text.to_owned()
    }

    fn point(&mut self, lat: &str, lon: &str, system: &str) -> Option<(f64, f64)> {
        let system = if system.is_empty() { Some(Coordinates::default()) } else { Coordinates::parse(system) };
        if system.is_none() {
            self.add(FieldError::new("system", "form-unknown-system"));
        }
        if blank(lat) && blank(lon) {
            return None;
        }
        let lat = self.degrees("lat", lat, 90);
        let lon = self.degrees("lon", lon, 180);
        Some(system?.to_wgs84(lat.zip(lon)?))
    }

    fn degrees(&mut self, field: &'static str, text: &str, most: i32) -> Option<f64> {
        let Ok(degrees) = text.trim().parse::<f64>() else {
            self.add(FieldError::new(field, if blank(text) { "sites-error-point" } else { "form-not-a-number" }));
            return None;
        };
        if !(-f64::from(most)..=f64::from(most)).contains(&degrees) {
            self.add(FieldError::new(field, "form-out-of-range").with("min", -most).with("max", most));
            return None;
        }
        Some(degrees)
    }
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// An office's number: a landline with its area code, or a service number. A mobile number is somebody's own, and a register
/// of places keeps nothing of persons.
fn parse_phone(text: &str) -> Result<Option<String>, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits == 11 && text.starts_with('1') {
        return Err(FieldError::new("phone", "sites-error-mobile"));
    }
    let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | '+'));
    if !plain || !(5..=15).contains(&digits) {
        return Err(FieldError::new("phone", "sites-error-phone"));
    }
    Ok(Some(text.to_owned()))
}
