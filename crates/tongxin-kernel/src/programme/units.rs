//! The units of a pack: a table of the tree, and the ground of its units as GeoJSON.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;
use tongxin_base::{Coordinates, FieldError};

use super::{AREAS_FILE, Line, Reading, UNITS_FILE};
use crate::area::Area;
use crate::unit::{Level, Unit, UnitTree};

/// The columns of the table of units.
pub const COLUMNS: &[&str] = &["code", "level", "parent", "name", "name_en", "lat", "lon", "compound"];
/// The longest name, in characters.
pub const LONGEST_NAME: usize = 60;
/// Two grids that share more than this part of the smaller one are drawn wrongly; less is the pencil's breadth.
const OVERLAP: f64 = 0.01;
/// A unit that lies less than this part inside the one above it is drawn wrongly or hangs elsewhere.
const INSIDE: f64 = 0.98;

impl Level {
    /// What a unit of this level may hang under.
    const fn may_hang_under(self, above: Self) -> bool {
        match self {
            Self::Subdistrict => false,
            Self::Community | Self::Office => matches!(above, Self::Subdistrict),
            Self::Grid | Self::Compound => matches!(above, Self::Community),
            Self::Building => matches!(above, Self::Grid | Self::Compound | Self::Community),
        }
    }
}

/// Reads the units; `root` is the code that the settings give the subdistrict.
pub(super) fn read(reading: &mut Reading<'_>, root: Option<&str>) -> UnitTree {
    if reading.bytes(UNITS_FILE).is_none() {
        reading.wrong(UNITS_FILE, None, FieldError::new("", "programme-missing-file"));
        return UnitTree::default();
    }
    let mut areas = read_areas(reading);
    let lines = reading.table(UNITS_FILE, COLUMNS, &["code", "level", "parent", "name"]);
    let mut units: Vec<Unit> = Vec::new();
    let mut place_of: HashMap<String, usize> = HashMap::new();
    for line in &lines {
        let known = |code: &str| place_of.get(code).map(|at| &units[*at]);
        let Some(mut unit) = unit(reading, line, known, root) else { continue };
        if place_of.contains_key(&unit.code) {
            line.wrong(reading, "code", "programme-twice");
            continue;
        }
        unit.area = areas.remove(&unit.code);
        if let (Some(area), Some(point)) = (&unit.area, unit.point)
            && !area.contains(point)
        {
            line.advise(reading, "lat", "programme-point-outside");
        }
        unit.point = unit.point.or_else(|| unit.area.as_ref().and_then(Area::point));
        place_of.insert(unit.code.clone(), units.len());
        units.push(unit);
    }
    if units.is_empty() {
        // What hangs on units cannot be said anything of.
        reading.wrong(UNITS_FILE, None, FieldError::new("", "programme-no-units"));
        return UnitTree::default();
    }
    let mut left: Vec<&String> = areas.keys().collect();
    left.sort();
    for code in left {
        let what = FieldError::new("unit", "programme-area-of-nobody").with("value", code);
        reading.wrong(AREAS_FILE, None, what);
    }
    compare_ground(reading, &units, &lines);
    UnitTree::of(units)
}

fn unit<'u>(
    reading: &mut Reading<'_>,
    line: &Line,
    known: impl Fn(&str) -> Option<&'u Unit>,
    root: Option<&str>,
) -> Option<Unit> {
    let code = line.get("code");
    let Some(level) = Level::parse(line.get("level")) else {
        line.wrong(reading, "level", "programme-level");
        return None;
    };
    if code.is_empty() || code.len() > 32 || !code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        line.wrong(reading, "code", "programme-code");
        return None;
    }
    let above = known(line.get("parent"));
    let path = match (level, above, line.get("parent")) {
        (Level::Subdistrict, _, "") => {
            if root.is_some_and(|root| root != code) {
                line.wrong(reading, "code", "programme-root-code");
            }
            format!("{code}/")
        }
        (Level::Subdistrict, ..) => {
            line.wrong(reading, "parent", "programme-root-parent");
            return None;
        }
        (_, None, "") => {
            line.wrong(reading, "parent", "programme-no-parent");
            return None;
        }
        (_, None, _) => {
            line.wrong(reading, "parent", "programme-unknown-parent");
            return None;
        }
        (_, Some(above), _) if !level.may_hang_under(above.level) => {
            line.wrong(reading, "parent", "programme-wrong-parent");
            return None;
        }
        (_, Some(above), _) => format!("{}{code}/", above.path),
    };
    if let (Level::Grid, Some(above)) = (level, above)
        && !(code.len() == 15 && code.chars().all(|c| c.is_ascii_digit()) && code.starts_with(&above.code))
    {
        line.advise(reading, "code", "programme-grid-code");
    }
    let name = line.label("name", "name_en");
    if name.zh.is_empty() || name.zh.chars().count() > LONGEST_NAME || name.en.chars().count() > 2 * LONGEST_NAME {
        line.wrong(reading, "name", "programme-name");
    }
    let compound = line.some("compound");
    match (&compound, level) {
        (None, _) => {}
        (Some(_), Level::Building) => {
            let community = |path: &str| path.split('/').nth(1).map(str::to_owned);
            match known(line.get("compound")).filter(|unit| unit.level == Level::Compound) {
                None => line.wrong(reading, "compound", "programme-compound"),
                Some(there) if community(&there.path) != community(&path) => {
                    line.wrong(reading, "compound", "programme-compound-elsewhere");
                }
                Some(_) => {}
            }
        }
        (Some(_), _) => line.wrong(reading, "compound", "programme-compound-of"),
    }
    Some(Unit { path, code: code.to_owned(), level, name, point: point(reading, line), area: None, compound })
}

fn point(reading: &mut Reading<'_>, line: &Line) -> Option<(f64, f64)> {
    let (lat, lon) = (line.get("lat"), line.get("lon"));
    if lat.is_empty() && lon.is_empty() {
        return None;
    }
    let degrees = |text: &str| text.parse::<f64>().ok().filter(|x| x.is_finite());
    match (degrees(lat), degrees(lon)) {
        (Some(lat), Some(lon)) if lat.abs() <= 90.0 && lon.abs() <= 180.0 => {
            Some(reading.coordinates.to_wgs84((lat, lon)))
        }
        (Some(lat), Some(lon)) if lon.abs() <= 90.0 && lat.abs() <= 180.0 => {
            line.wrong(reading, "lat", "programme-point-swapped");
            None
        }
        (None, _) => {
            line.wrong(reading, "lat", "programme-degrees");
            None
        }
        _ => {
            line.wrong(reading, "lon", "programme-degrees");
            None
        }
    }
}

/// What we take of a GeoJSON file.
#[derive(Deserialize)]
struct Features {
    /// The system of the coordinates, by its word, where it is another one than the pack's. GeoJSON itself knows none but WGS 84.
    system: Option<String>,
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    properties: Option<Properties>,
    geometry: Box<serde_json::value::RawValue>,
}

#[derive(Default, Deserialize)]
struct Properties {
    #[serde(default)]
    unit: String,
}

/// The grounds by the codes of their units.
fn read_areas(reading: &mut Reading<'_>) -> BTreeMap<String, Area> {
    let mut areas = BTreeMap::new();
    let Some(text) = reading.text(AREAS_FILE) else { return areas };
    let features: Features = match serde_json::from_str(text) {
        Ok(features) => features,
        Err(error) => {
            let what = FieldError::new("", "programme-geojson").with("why", &error);
            reading.wrong(AREAS_FILE, u64::try_from(error.line()).ok(), what);
            return areas;
        }
    };
    let system = features.system.as_deref().map_or(Some(reading.coordinates), Coordinates::parse);
    let Some(system) = system else {
        let word = features.system.unwrap_or_default();
        reading.wrong(AREAS_FILE, None, FieldError::new("system", "programme-coordinates").with("value", word));
        return areas;
    };
    for (number, feature) in (1..).zip(features.features) {
        let code = feature.properties.unwrap_or_default().unit;
        let of = |key| {
            FieldError::new("unit", key)
                .with("value", if code.is_empty() { format!("#{number}") } else { code.clone() })
        };
        if code.is_empty() {
            reading.wrong(AREAS_FILE, None, of("programme-area-without-unit"));
            continue;
        }
        match Area::from_geojson(feature.geometry.get()).map(|area| area.to_wgs84(system)) {
            Err(why) => reading.wrong(AREAS_FILE, None, of("programme-area").with("why", why)),
            Ok(area) => {
                if let Some(why) = area.flaw() {
                    reading.wrong(AREAS_FILE, None, of("programme-area").with("why", why));
                } else if areas.insert(code.clone(), area).is_some() {
                    reading.wrong(AREAS_FILE, None, of("programme-area-twice"));
                }
            }
        }
    }
    areas
}

/// Grids do not overlap, and what hangs under a unit lies in it.
fn compare_ground(reading: &mut Reading<'_>, units: &[Unit], lines: &[Line]) {
    let line_of: HashMap<&str, &Line> = lines.iter().map(|line| (line.get("code"), line)).collect();
    let drawn: Vec<(&Unit, &Area)> = units.iter().filter_map(|unit| Some((unit, unit.area.as_ref()?))).collect();
    let grids: Vec<&(&Unit, &Area)> = drawn.iter().filter(|(unit, _)| unit.level == Level::Grid).collect();
    for (at, (one, ground)) in grids.iter().enumerate() {
        for (other, others) in &grids[at + 1..] {
            let shared = ground.shared_m2(others);
            if shared > OVERLAP * ground.m2().min(others.m2()) {
                let what = FieldError::new("unit", "programme-overlap")
                    .with("value", &one.code)
                    .with("other", &other.code)
                    .with("m2", format!("{shared:.0}"));
                reading.wrong(AREAS_FILE, None, what);
            }
        }
    }
    let by_path: HashMap<&str, &Area> = drawn.iter().map(|(unit, area)| (unit.path.as_str(), *area)).collect();
    for (unit, area) in &drawn {
        let above = unit.path.strip_suffix(&format!("{}/", unit.code)).and_then(|above| by_path.get(above));
        if above.is_some_and(|above| area.shared_m2(above) < INSIDE * area.m2()) {
            reading.advise(AREAS_FILE, None, FieldError::new("unit", "programme-not-inside").with("value", &unit.code));
        }
    }
    let with_ground: HashSet<&str> = drawn.iter().map(|(unit, _)| unit.code.as_str()).collect();
    for unit in units.iter().filter(|unit| unit.level == Level::Grid && !with_ground.contains(unit.code.as_str())) {
        if let Some(line) = line_of.get(unit.code.as_str()) {
            line.advise(
                reading,
                "code",
                if unit.point.is_some() { "programme-no-ground" } else { "programme-nowhere" },
            );
        }
    }
}
