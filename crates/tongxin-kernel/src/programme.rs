//! Programme packs: a subdistrict's own names, units, categories, sites and aims as a folder of tables. A pack is read as a
//! whole before anything is written, and everything that is wrong with it is named by file, line and column. The kernel reads
//! what is its own (settings, units, holidays); each room reads its own tables and says how they are put in place.

mod apply;
mod table;
mod units;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use tongxin_base::calendar::{Date, Quiet, WorkHours};
use tongxin_base::{Coordinates, Error, FieldError, Label, Result, World};

pub use apply::Applied;
pub(crate) use apply::put_in_place;
pub use table::Line;

use crate::act::Act;
use crate::kernel::Room;
use crate::people::Role;
use crate::tenant::Settings;
use crate::unit::UnitTree;
use crate::workdays::CalendarDay;

/// The largest file of a pack, in bytes: areas drawn with every bend of a river stay far below.
const LARGEST_FILE: u64 = 16 << 20;
/// The largest pack, in files.
const MOST_FILES: usize = 64;
/// More remarks than this say nothing new; they are counted.
const MOST_REMARKS: usize = 200;
/// The file with the subdistrict's name and settings.
const SETTINGS_FILE: &str = "programme.toml";
const UNITS_FILE: &str = "units.csv";
const AREAS_FILE: &str = "areas.geojson";
const DAYS_FILE: &str = "holidays.csv";
/// What the kernel reads of a pack.
const OWN: &[PackFile] = &[
    PackFile { name: SETTINGS_FILE, columns: &[] },
    PackFile { name: UNITS_FILE, columns: units::COLUMNS },
    PackFile { name: AREAS_FILE, columns: &[] },
    PackFile { name: DAYS_FILE, columns: &["date", "kind", "name"] },
];

/// A file that a pack may have.
#[derive(Debug, Clone, Copy)]
pub struct PackFile {
    /// Its name.
    pub name: &'static str,
    /// The columns of its table; none where it is no table.
    pub columns: &'static [&'static str],
}

/// What a room reads of a programme.
#[derive(Clone, Copy)]
pub struct ProgrammeReader {
    /// The files it reads.
    pub files: &'static [PackFile],
    /// Reads them; what is wrong goes into the remarks.
    pub read: fn(&mut Reading<'_>) -> Part,
}

/// Puts a part of a programme in place, in one write with all other parts; it may be run again.
pub type Put = Box<dyn Fn(&mut Act<'_, '_>) -> Result<()> + Send + Sync>;

/// What a room read, ready to be put in place.
pub struct Part {
    /// How much of what: `("categories", 24)`.
    pub counts: Vec<(&'static str, usize)>,
    /// Puts it in place.
    pub put: Put,
}

/// The files of a pack as they lie in its folder.
#[derive(Debug, Clone, Default)]
pub struct Pack {
    files: BTreeMap<String, Vec<u8>>,
}

impl Pack {
    /// From a folder; sub-folders are not read.
    ///
    /// # Errors
    /// In words, what cannot be read.
    pub fn folder(folder: &Path) -> Result<Self, String> {
        let shown = folder.display();
        let entries = std::fs::read_dir(folder).map_err(|error| format!("{shown} cannot be opened: {error}"))?;
        let mut files = BTreeMap::new();
        for entry in entries {
            let entry = entry.map_err(|error| format!("{shown} cannot be read: {error}"))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let about = entry.metadata().map_err(|error| format!("{name} cannot be read: {error}"))?;
            if about.is_dir() && name.contains('.') && !name.starts_with('.') {
                return Err(format!("{name} is a folder, not a file"));
            }
            if !about.is_file() || name.starts_with('.') {
                continue;
            }
            if about.len() > LARGEST_FILE {
                return Err(format!("{name} is larger than {} MB", LARGEST_FILE >> 20));
            }
            files.insert(
                name.clone(),
                std::fs::read(entry.path()).map_err(|error| format!("{name} cannot be read: {error}"))?,
            );
        }
        Self::from_files(files)
    }

    /// From files by name, as they come out of an archive.
    ///
    /// # Errors
    /// In words, where it is too large.
    pub fn from_files(files: BTreeMap<String, Vec<u8>>) -> Result<Self, String> {
        if files.len() > MOST_FILES {
            return Err(format!("there are {} files, more than {MOST_FILES}", files.len()));
        }
        match files.iter().find(|(_, bytes)| bytes.len() as u64 > LARGEST_FILE) {
            Some((name, _)) => Err(format!("{name} is larger than {} MB", LARGEST_FILE >> 20)),
            None => Ok(Self { files }),
        }
    }

    /// The same pack with another file in it.
    #[must_use]
    pub fn with(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(name.to_owned(), bytes.into());
        self
    }

    /// The bytes of a file.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for (name, bytes) in &self.files {
            for part in [name.as_bytes(), bytes] {
                digest.update((part.len() as u64).to_be_bytes());
                digest.update(part);
            }
        }
        hex::encode(digest.finalize())
    }
}

/// Something about a pack that its author should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The file.
    pub file: String,
    /// The line, where it is about one; the header of a table is line 1.
    pub line: Option<u64>,
    /// What it is: the field is the column, or empty where it is about the whole line.
    pub what: FieldError,
    /// Whether the pack can not be used as it is; else it is advice.
    pub wrong: bool,
}

/// A pack that is being read: its files, the units it has, and what was found.
pub struct Reading<'a> {
    pack: &'a Pack,
    /// The units of the pack; empty while they are being read themselves.
    pub units: UnitTree,
    /// The system that the coordinates of the pack come in.
    pub coordinates: Coordinates,
    /// The names of all measures there are.
    pub measures: Vec<&'static str>,
    /// For ids.
    pub world: &'a World,
    remarks: Vec<Remark>,
    /// What was found beyond [`MOST_REMARKS`].
    more: usize,
}

impl<'a> Reading<'a> {
    /// Something is wrong.
    pub fn wrong(&mut self, file: &str, line: Option<u64>, what: FieldError) {
        self.find(Remark { file: file.to_owned(), line, what, wrong: true });
    }

    /// Something is as it should not be, but can be used.
    pub fn advise(&mut self, file: &str, line: Option<u64>, what: FieldError) {
        self.find(Remark { file: file.to_owned(), line, what, wrong: false });
    }

    fn find(&mut self, remark: Remark) {
        if self.remarks.len() < MOST_REMARKS { self.remarks.push(remark) } else { self.more += 1 }
    }

    /// The text of a file; `None` where the pack has none, or none that can be read as text.
    pub fn text(&mut self, file: &str) -> Option<&'a str> {
        let bytes = self.pack.bytes(file)?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes); // spreadsheets write a byte-order mark
        match std::str::from_utf8(bytes) {
            Ok(text) => Some(text),
            Err(error) => {
                let before = &bytes[..error.valid_up_to()];
                let line = 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64;
                self.wrong(file, Some(line), FieldError::new("", "programme-not-utf8"));
                None
            }
        }
    }

    /// The bytes of a file.
    pub fn bytes(&self, file: &str) -> Option<&'a [u8]> {
        self.pack.bytes(file)
    }
}

/// A programme that was read and holds.
pub struct Programme {
    /// The code of the subdistrict.
    pub code: String,
    /// The short code in its links and tokens.
    pub short_code: String,
    /// Its name.
    pub name: Label,
    /// Its settings.
    pub settings: Settings,
    /// Its units.
    pub units: UnitTree,
    /// How much of what is in it.
    pub counts: Vec<(&'static str, usize)>,
    /// SHA-256 of its files.
    pub digest: String,
    days: Vec<CalendarDay>,
    parts: Vec<Part>,
}

/// What reading a pack gave.
pub struct Checked {
    /// The programme, where nothing is wrong.
    pub programme: Option<Programme>,
    /// What was found, in the order of the files.
    pub remarks: Vec<Remark>,
    /// How much more was found.
    pub more: usize,
}

/// Reads a pack as the rooms of a house understand it.
pub fn read(pack: &Pack, rooms: &[Room], world: &World) -> Checked {
    let measures = rooms.iter().flat_map(|room| room.measures).map(|measure| measure.name).collect();
    let (units, coordinates) = (UnitTree::default(), Coordinates::default());
    let mut reading = Reading { pack, units, coordinates, measures, world, remarks: Vec::new(), more: 0 };
    let readers: Vec<ProgrammeReader> = rooms.iter().filter_map(|room| room.programme).collect();
    name_strangers(&mut reading, &readers);
    let settings = settings(&mut reading);
    reading.units = units::read(&mut reading, settings.as_ref().map(|it| it.code.as_str()));
    let days = days(&mut reading);
    let mut counts = vec![("units", reading.units.iter().count()), ("holidays", days.len())];
    let parts: Vec<Part> = readers.iter().map(|reader| (reader.read)(&mut reading)).collect();
    counts.extend(parts.iter().flat_map(|part| part.counts.iter().copied()));
    let Reading { units, remarks, more, .. } = reading;
    let holds = more == 0 && remarks.iter().all(|remark| !remark.wrong);
    let programme = settings.filter(|_| holds).map(|it| Programme {
        code: it.code,
        short_code: it.short_code,
        name: it.name,
        settings: it.settings,
        units,
        counts,
        digest: pack.digest(),
        days,
        parts,
    });
    Checked { programme, remarks, more }
}

/// Reads what one room reads of a pack, for a house that has units of its own.
pub fn read_part(pack: &Pack, room: &Room, units: &UnitTree, world: &World) -> (Option<Part>, Vec<Remark>) {
    let measures = room.measures.iter().map(|measure| measure.name).collect();
    let coordinates = Coordinates::default();
    let mut reading =
        Reading { pack, units: units.clone(), coordinates, measures, world, remarks: Vec::new(), more: 0 };
    let part = room.programme.map(|reader| (reader.read)(&mut reading));
    (part, reading.remarks)
}

/// Reads the table of units alone, as a pack has it, its points in WGS 84; `root` is the code of the subdistrict.
pub fn read_units(pack: &Pack, root: &str, world: &World) -> (UnitTree, Vec<Remark>) {
    let (measures, units, coordinates) = (Vec::new(), UnitTree::default(), Coordinates::default());
    let mut reading = Reading { pack, units, coordinates, measures, world, remarks: Vec::new(), more: 0 };
    let units = units::read(&mut reading, Some(root));
    (units, reading.remarks)
}

/// A file that nobody reads is likely a misspelt one.
fn name_strangers(reading: &mut Reading<'_>, readers: &[ProgrammeReader]) {
    let known: Vec<&str> =
        OWN.iter().chain(readers.iter().flat_map(|reader| reader.files)).map(|file| file.name).collect();
    let strangers: Vec<&String> = reading.pack.files.keys().filter(|name| !known.contains(&name.as_str())).collect();
    for name in strangers {
        if !name.ends_with(".md") && !name.ends_with(".txt") {
            let what = FieldError::new("", "programme-unread-file").with("known", known.join(", "));
            reading.advise(name, None, what);
        }
    }
}

/// What `programme.toml` may say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    code: String,
    short_code: String,
    name: String,
    #[serde(default)]
    name_en: String,
    zone: Option<String>,
    service_phone: Option<String>,
    open_orders_cap: Option<i64>,
    hours: Option<WorkHours>,
    quiet: Option<Quiet>,
    close_after_days: Option<u16>,
    /// The system of all coordinates of the pack, by its word.
    coordinates: Option<String>,
    session_idle_minutes: Option<u16>,
    second_factor_for: Option<Vec<Role>>,
    /// For those who read the pack: what is real in it and what is made up.
    #[serde(rename = "note", default)]
    _note: String,
}

struct Named {
    code: String,
    short_code: String,
    name: Label,
    settings: Settings,
}

fn settings(reading: &mut Reading<'_>) -> Option<Named> {
    if reading.pack.bytes(SETTINGS_FILE).is_none() {
        reading.wrong(SETTINGS_FILE, None, FieldError::new("", "programme-missing-file"));
        return None;
    }
    let text = reading.text(SETTINGS_FILE)?;
    let written: Written = match toml::from_str(text) {
        Ok(written) => written,
        Err(error) => {
            let at = error.span().map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count() as u64);
            let what = FieldError::new("", "programme-settings").with("why", error.message().trim());
            reading.wrong(SETTINGS_FILE, at, what);
            return None;
        }
    };
    let line_of =
        |name: &str| (1..).zip(text.lines()).find(|(_, line)| line.trim_start().starts_with(name)).map(|(n, _)| n);
    let mut wrong =
        |name: &str, key: &'static str| reading.wrong(SETTINGS_FILE, line_of(name), FieldError::new(name, key));
    let digits = written.code.chars().all(|c| c.is_ascii_alphanumeric());
    if !digits || !(1..=32).contains(&written.code.len()) {
        wrong("code", "programme-code");
    }
    let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !(2..=8).contains(&written.short_code.len()) || !written.short_code.chars().all(lower) {
        wrong("short_code", "programme-short-code");
    }
    if written.name.trim().is_empty() || written.name.chars().count() > units::LONGEST_NAME {
        wrong("name", "programme-name");
    }
    let standard = Settings::default();
    let settings = Settings {
        zone: written.zone.unwrap_or(standard.zone),
        service_phone: written.service_phone.unwrap_or(standard.service_phone),
        open_orders_cap: written.open_orders_cap.unwrap_or(standard.open_orders_cap),
        hours: written.hours.unwrap_or(standard.hours),
        quiet: written.quiet.unwrap_or(standard.quiet),
        close_after_days: written.close_after_days.unwrap_or(standard.close_after_days),
        session_idle_minutes: written.session_idle_minutes.unwrap_or(standard.session_idle_minutes),
        second_factor_for: written.second_factor_for.unwrap_or(standard.second_factor_for),
    };
    if jiff::tz::TimeZone::get(&settings.zone).is_err() {
        wrong("zone", "programme-zone");
    }
    if !(1..=100).contains(&settings.open_orders_cap) {
        wrong("open_orders_cap", "programme-cap");
    }
    if !(1..=365).contains(&settings.close_after_days) {
        wrong("close_after_days", "programme-close-after");
    }
    if !(5..=720).contains(&settings.session_idle_minutes) {
        wrong("session_idle_minutes", "programme-session-idle");
    }
    let coordinates = written.coordinates.as_deref().map_or(Some(Coordinates::default()), Coordinates::parse);
    let phone = settings.service_phone.trim();
    if phone.is_empty() || phone.len() > 32 || !phone.chars().all(|c| c.is_ascii_digit() || "+- ()".contains(c)) {
        wrong("service_phone", "programme-phone");
    }
    if coordinates.is_none() {
        let what = FieldError::new("coordinates", "programme-coordinates");
        let what = what.with("value", written.coordinates.unwrap_or_default());
        reading.wrong(SETTINGS_FILE, line_of("coordinates"), what);
    }
    reading.coordinates = coordinates.unwrap_or_default();
    let name = Label::new(written.name.trim(), written.name_en.trim());
    Some(Named { code: written.code, short_code: written.short_code, name, settings })
}

/// The days that the subdistrict keeps otherwise than the table of public holidays.
fn days(reading: &mut Reading<'_>) -> Vec<CalendarDay> {
    let mut days: BTreeMap<Date, CalendarDay> = BTreeMap::new();
    for line in reading.table(DAYS_FILE, OWN[3].columns, &["date", "kind"]) {
        let working = match line.get("kind") {
            "working" => Some(true),
            "holiday" => Some(false),
            _ => None,
        };
        let date = line.get("date").parse::<Date>().ok().filter(|date| (2000..=2099).contains(&date.year()));
        let name = line.get("name").to_owned();
        match (date, working) {
            (None, _) => line.wrong(reading, "date", "programme-date"),
            (_, None) => line.wrong(reading, "kind", "programme-day-kind"),
            _ if name.chars().count() > 40 => line.wrong(reading, "name", "programme-name"),
            (Some(date), Some(working)) => {
                if days.insert(date, CalendarDay { date, working, name }).is_some() {
                    line.wrong(reading, "date", "programme-twice");
                }
            }
        }
    }
    days.into_values().collect()
}

impl Checked {
    /// The programme, or what is wrong as an error for pages and programs: each field is `file:line column`.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn into_result(self) -> Result<Programme> {
        let named = |remark: &Remark| {
            let line = remark.line.map(|line| format!(":{line}")).unwrap_or_default();
            let mut what = remark.what.clone();
            what.field = format!("{}{line} {}", remark.file, what.field).trim_end().to_owned();
            what
        };
        let wrong = self.remarks.iter().filter(|remark| remark.wrong).map(named).collect();
        self.programme.ok_or(Error::Invalid(wrong))
    }
}
