//! The unit tree: subdistrict, community, grid, building (and compounds). A unit is named by its path, the codes of its
//! ancestors and its own, so that "everything under it" is one range of an index.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Label, Result, TenantId, Time};
use tongxin_db::{Read, Tx, params, sql};

use crate::area::Area;

/// A level of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 街道
    Subdistrict,
    /// 社区
    Community,
    /// 网格
    Grid,
    /// 小区, inside a community; it may span grids.
    Compound,
    /// 楼栋
    Building,
    /// 科室、站所: an office of the subdistrict, for what one grid cannot do alone.
    Office,
}

impl Level {
    /// The word in code, data files and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subdistrict => "subdistrict",
            Self::Community => "community",
            Self::Grid => "grid",
            Self::Compound => "compound",
            Self::Building => "building",
            Self::Office => "office",
        }
    }

    /// Whether people look after units of this level, so that work is given to them; compounds and buildings are places.
    pub const fn is_staffed(self) -> bool {
        matches!(self, Self::Subdistrict | Self::Community | Self::Grid | Self::Office)
    }

    /// From the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Subdistrict, Self::Community, Self::Grid, Self::Compound, Self::Building, Self::Office]
            .into_iter()
            .find(|level| level.as_str() == text)
    }
}

/// One unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Codes from the root to this unit, each followed by `/`: `150603003/150603003001/`.
    pub path: String,
    /// Its own code (GB/T 30428 for grids: 15 digits), unique in the tenant.
    pub code: String,
    /// Its level.
    pub level: Level,
    /// Its name.
    pub name: Label,
    /// A point inside it, WGS 84 degrees (latitude, longitude), where known.
    pub point: Option<(f64, f64)>,
    /// Its ground, where it is drawn.
    pub area: Option<Area>,
    /// The code of the compound a building belongs to; compounds may span grids.
    pub compound: Option<String>,
}

/// The half-open range of paths under (and including) `path`; all paths where it is empty.
pub fn subtree(path: &str) -> (String, String) {
    match path.strip_suffix('/') {
        // '0' follows '/' in ASCII, so the range ends just behind the last descendant.
        Some(stem) => (path.to_owned(), format!("{stem}0")),
        None => (String::new(), char::MAX.to_string()),
    }
}

/// The whole tree of a tenant, some hundreds of units, read at once.
#[derive(Debug, Clone, Default)]
pub struct UnitTree {
    by_path: BTreeMap<String, Unit>,
    path_of: BTreeMap<String, String>,
}

impl UnitTree {
    /// Reads the tree.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn load(read: &mut Read<'_>, tenant: TenantId) -> Result<Self> {
        let units = read.rows(
            sql!("SELECT path, code, level, name, name_en, lat, lon, area, compound FROM unit WHERE tenant_id = $1 ORDER BY path"),
            params![tenant],
            |row| {
                let (path, code) = (row.take()?, row.take()?);
                let level: String = row.take()?;
                let level = Level::parse(&level).ok_or_else(|| Error::internal(format!("unit level {level}")))?;
                let name = Label::new(row.take::<String>()?, row.take::<String>()?);
                let (lat, lon) = (row.take::<Option<f64>>()?, row.take::<Option<f64>>()?);
                let area: Option<String> = row.take()?;
                let area = area.as_deref().map(Area::from_coordinates).transpose()?;
                Ok(Unit { path, code, level, name, point: lat.zip(lon), area, compound: row.take()? })
            },
        )?;
        Ok(Self::of(units))
    }

    /// A tree of these units.
    pub fn of(units: Vec<Unit>) -> Self {
        Self {
            path_of: units.iter().map(|unit| (unit.code.clone(), unit.path.clone())).collect(),
            by_path: units.into_iter().map(|unit| (unit.path.clone(), unit)).collect(),
        }
    }

    /// The unit with this code.
    pub fn by_code(&self, code: &str) -> Option<&Unit> {
        self.by_path.get(self.path_of.get(code)?)
    }

    /// The unit with this path.
    pub fn by_path(&self, path: &str) -> Option<&Unit> {
        self.by_path.get(path)
    }

    /// The root: the subdistrict.
    pub fn root(&self) -> Option<&Unit> {
        self.by_path.values().next()
    }

    /// All units, parents before children.
    pub fn iter(&self) -> impl Iterator<Item = &Unit> {
        self.by_path.values()
    }

    /// The units directly under `path`.
    pub fn children<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Unit> {
        let depth = path.matches('/').count() + 1;
        let (low, high) = subtree(path);
        self.by_path.range(low..high).map(|(_, unit)| unit).filter(move |unit| unit.path.matches('/').count() == depth)
    }

    /// The unit of the given level that a point lies in; `None` where none is drawn around it.
    pub fn around(&self, level: Level, point: (f64, f64)) -> Option<&Unit> {
        let holds = |unit: &&Unit| unit.area.as_ref().is_some_and(|area| area.contains(point));
        self.by_path.values().filter(|unit| unit.level == level).find(holds)
    }

    /// The unit of the given level whose point is nearest, of those that have one.
    pub fn nearest(&self, level: Level, (lat, lon): (f64, f64)) -> Option<&Unit> {
        let far = |unit: &Unit| {
            let (a, b) = unit.point.unwrap_or((f64::MAX, f64::MAX));
            // Good enough to compare within one subdistrict; longitudes shrink with the latitude.
            (a - lat).powi(2) + ((b - lon) * lat.to_radians().cos()).powi(2)
        };
        self.by_path
            .values()
            .filter(|unit| unit.level == level && unit.point.is_some())
            .min_by(|a, b| far(a).total_cmp(&far(b)))
    }
}

/// Adds a unit, or renames and moves the point of the one that stands at its path.
///
/// # Errors
/// As [`Tx::exec`].
pub fn put(tx: &mut Tx<'_>, tenant: TenantId, now: Time, unit: &Unit) -> Result<()> {
    debug_assert!(unit.path.ends_with(&format!("{}/", unit.code)), "a path ends with its unit's code");
    let (lat, lon) = unit.point.unzip();
    let area = unit.area.as_ref().map(|area| area.coordinates().to_string());
    tx.exec(
        sql!(
            "INSERT INTO unit(tenant_id, path, code, level, name, name_en, lat, lon, created_at, area, compound)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (tenant_id, path) DO UPDATE SET name = excluded.name, name_en = excluded.name_en,
               lat = excluded.lat, lon = excluded.lon, area = excluded.area, compound = excluded.compound"
        ),
        params![
            tenant,
            &unit.path,
            &unit.code,
            unit.level.as_str(),
            &unit.name.zh,
            &unit.name.en,
            lat,
            lon,
            now,
            &area,
            &unit.compound
        ],
    )?;
    Ok(())
}
