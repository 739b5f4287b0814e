//! A table of units for a house that stands: its rows are read among the units that are there, by the same rules as those of a
//! programme, so that a new grid may hang under an old community.

use std::collections::BTreeMap;

use csv::StringRecord;
use tongxin_base::{Coordinates, FieldError, World, parse_point};
use tongxin_kernel::{Pack, Remark, Unit, UnitTree, read_units};
use tongxin_people::table::line_of;

/// The file of a pack that holds units.
const FILE: &str = "units.csv";

/// What a table says.
#[derive(Debug, Default)]
pub struct Change {
    /// Rows that were read.
    pub rows: usize,
    /// Units that are new or not as they were, parents before children.
    pub units: Vec<Unit>,
    /// How many of them are new.
    pub new: usize,
    /// What is wrong, and what is only advice, by the lines of the table.
    pub remarks: Vec<Remark>,
}

impl Change {
    /// Whether it can be done.
    pub fn holds(&self) -> bool {
        self.remarks.iter().all(|remark| !remark.wrong)
    }
}

/// Reads a table among the units that are there. Its points come in a system of coordinates; ours are in WGS 84.
///
/// # Errors
/// In words, where it is no table at all.
pub fn read(bytes: &[u8], there: &UnitTree, system: Coordinates, world: &World) -> Result<Change, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8; save the table as \"CSV UTF-8\"".to_owned())?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let at = |name: &str| header.iter().position(|column| column == name);
    let code_at = at("code").ok_or("has no column code; it begins with code,level,parent,name,name_en,lat,lon")?;
    let mut rows: Vec<(u64, StringRecord)> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = line_of(text, &record);
        if record.iter().any(|cell| !cell.is_empty()) {
            rows.push((line, turned(&record, at("lat").zip(at("lon")), system)));
        }
    }
    let code_of = |record: &StringRecord| record.get(code_at).unwrap_or_default().to_owned();
    let mut of_code: BTreeMap<String, Vec<&(u64, StringRecord)>> = BTreeMap::new();
    for row in &rows {
        of_code.entry(code_of(&row.1)).or_default().push(row);
    }
    // What is there comes first, in its order and with what the table says of it; then what is new, in the table's order.
    let mut merged = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut lines: Vec<Option<u64>> = Vec::new();
    let mut write = |record: &mut dyn Iterator<Item = String>, line: Option<u64>| {
        lines.push(line);
        // One row is one line, so that lines can be counted.
        merged.write_record(record.map(|cell| cell.replace(['\n', '\r'], " "))).map_err(|error| error.to_string())
    };
    write(&mut header.iter().map(str::to_owned), Some(1))?;
    for unit in there.iter() {
        match of_code.get(&unit.code) {
            Some(said) => {
                for (line, record) in said {
                    write(&mut record.iter().map(str::to_owned), Some(*line))?;
                }
            }
            None => write(&mut header.iter().map(|column| cell(unit, column)), None)?,
        }
    }
    for (line, record) in rows.iter().filter(|(_, record)| there.by_code(&code_of(record)).is_none()) {
        write(&mut record.iter().map(str::to_owned), Some(*line))?;
    }
    let table = merged.into_inner().map_err(|error| error.to_string())?;
    let root = there.root().map(|unit| unit.code.clone()).unwrap_or_default();
    let (tree, found) = read_units(&Pack::default().with(FILE, table), &root, world);
    let told = |line: u64| usize::try_from(line).ok().and_then(|line| lines.get(line.checked_sub(1)?)).copied();
    let remarks = found.into_iter().filter_map(|mut remark| {
        let line = remark.line.and_then(told).flatten();
        // Advice on what was there before is not asked for here.
        if line.is_none() && !remark.wrong {
            return None;
        }
        remark.line = line;
        Some(remark)
    });
    let mut change = Change { rows: rows.len(), remarks: remarks.collect(), ..Change::default() };
    let line_of_code = |code: &str| of_code.get(code).and_then(|said| said.first()).map(|(line, _)| *line);
    for unit in tree.iter().filter(|unit| of_code.contains_key(&unit.code)) {
        let Some(old) = there.by_code(&unit.code) else {
            change.new += 1;
            change.units.push(unit.clone());
            continue;
        };
        if old.path != unit.path || old.level != unit.level {
            let what = FieldError::new("parent", "units-stay").with("value", &unit.code);
            change.remarks.push(Remark { file: FILE.to_owned(), line: line_of_code(&unit.code), what, wrong: true });
            continue;
        }
        let unit = beside(old, unit.clone());
        if unit != *old {
            change.units.push(unit);
        }
    }
    change.remarks.sort_by_key(|remark| remark.line);
    Ok(change)
}

/// A row with its point in WGS 84; what is no point stays as it is, for those who say what is wrong with it.
fn turned(record: &StringRecord, places: Option<(usize, usize)>, system: Coordinates) -> StringRecord {
    let point = places.and_then(|(lat, lon)| parse_point(&format!("{},{}", record.get(lat)?, record.get(lon)?)));
    let Some(((lat_at, lon_at), point)) = places.zip(point) else { return record.clone() };
    let (lat, lon) = system.to_wgs84(point);
    let cell = |(at, cell): (usize, &str)| match at {
        at if at == lat_at => lat.to_string(),
        at if at == lon_at => lon.to_string(),
        _ => cell.to_owned(),
    };
    record.iter().enumerate().map(cell).collect()
}

/// What the table says of a unit, and what it leaves out as it was.
fn beside(old: &Unit, mut unit: Unit) -> Unit {
    if unit.name.en.is_empty() {
        unit.name.en.clone_from(&old.name.en);
    }
    Unit {
        point: unit.point.or(old.point),
        area: old.area.clone(),
        compound: unit.compound.clone().or_else(|| old.compound.clone()),
        ..unit
    }
}

/// What a unit that is there has in a column.
fn cell(unit: &Unit, column: &str) -> String {
    match column {
        "code" => unit.code.clone(),
        "level" => unit.level.as_str().to_owned(),
        "parent" => unit.path.trim_end_matches('/').rsplit('/').nth(1).unwrap_or_default().to_owned(),
        "name" => unit.name.zh.clone(),
        "name_en" => unit.name.en.clone(),
        "compound" => unit.compound.clone().unwrap_or_default(),
        "lat" => unit.point.map(|(lat, _)| lat.to_string()).unwrap_or_default(),
        "lon" => unit.point.map(|(_, lon)| lon.to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use tongxin_base::Label;
    use tongxin_kernel::Level;

    use super::*;

    const TABLE: &str = "code,level,parent,name,name_en,lat,lon\n\
        150603009001,community,150603009,一社区,One,39.6,109.8\n\
        150603009001001,grid,150603009001,第一网格,Grid 1,39.61,109.81\n";

    fn alone() -> UnitTree {
        let (path, code) = ("150603009/".to_owned(), "150603009".to_owned());
        let name = Label::new("康宁街道", "Kangning");
        UnitTree::of(vec![Unit {
            path,
            code,
            level: Level::Subdistrict,
            name,
            point: None,
            area: None,
            compound: None,
        }])
    }

    fn change(text: &str, there: &UnitTree) -> Change {
        read(text.as_bytes(), there, Coordinates::default(), &World::system()).expect("a table")
    }

    fn wrong(change: &Change) -> Vec<(Option<u64>, &str, &str)> {
        let wrong = change.remarks.iter().filter(|remark| remark.wrong);
        wrong.map(|remark| (remark.line, remark.what.field.as_str(), remark.what.key.as_ref())).collect()
    }

    #[test]
    fn a_table_hangs_under_what_is_there_and_changes_nothing_twice() {
        let first = change(TABLE, &alone());
        assert!(first.holds(), "{:?}", first.remarks);
        assert_eq!((first.rows, first.new, first.units.len()), (2, 2, 2));
        let there = UnitTree::of(alone().iter().chain(&first.units).cloned().collect());
        let again = change(TABLE, &there);
        assert!(again.holds() && again.units.is_empty(), "{again:?}");
        let more = "code,level,parent,name\n150603009001002,grid,150603009001,第二网格\n150603009001,community,150603009,一号社区\n";
        let more = change(more, &there);
        assert!(more.holds(), "{:?}", more.remarks);
        assert_eq!((more.new, more.units.len()), (1, 2));
        let renamed = more.units.iter().find(|unit| unit.code == "150603009001").expect("renamed");
        assert_eq!((renamed.name.zh.as_str(), renamed.name.en.as_str()), ("一号社区", "One"));
        assert_eq!(renamed.point, Some((39.6, 109.8)), "what a table leaves out stays");
    }

    #[test]
    fn what_is_wrong_is_named_by_the_lines_of_the_table() {
        let there = UnitTree::of(alone().iter().chain(&change(TABLE, &alone()).units).cloned().collect());
        let table = "code,level,parent,name,lat,lon\n\
            150603009002,community,150603009,二社区,,\n\n\
            150603009002001,grid,150603009003,网格,,\n\
            150603009002002,street,150603009002,网格,,\n\
            150603009001001,grid,150603009002,第一网格,,\n\
            150603009002003,grid,150603009002,,1,x\n\
            150603009002,community,150603009,二社区,,\n";
        let change = change(table, &there);
        let found = wrong(&change);
        for expected in [
            (Some(4), "parent", "programme-unknown-parent"),
            (Some(5), "level", "programme-level"),
            (Some(7), "name", "programme-name"),
            (Some(8), "code", "programme-twice"),
        ] {
            assert!(found.contains(&expected), "{expected:?} in {found:?}");
        }
        assert!(found.iter().any(|(line, ..)| *line == Some(6)), "a grid does not move: {found:?}");
        assert!(read(b"name\nx\n", &there, Coordinates::default(), &World::system()).is_err());
        assert!(read(b"code\n\xff\n", &there, Coordinates::default(), &World::system()).is_err());
    }

    #[test]
    fn points_may_come_in_another_system() {
        let here = (39.6, 109.8);
        let (lat, lon) = Coordinates::Gcj02.of_wgs84(here);
        let there = alone();
        let root = &there.root().expect("a root").code;
        let table = format!("code,level,parent,name,lat,lon\n{root}009,community,{root},一社区,{lat},{lon}\n");
        let change = read(table.as_bytes(), &there, Coordinates::Gcj02, &World::system()).expect("a table");
        let point = change.units[0].point.expect("a point");
        assert!(tongxin_base::metres(point, here) < 0.02, "{point:?}");
    }
}
