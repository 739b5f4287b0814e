//! The sites of a programme.

use std::collections::{BTreeMap, BTreeSet};

use tongxin_base::{Error, Result};
use tongxin_kernel::{Act, PackFile, Part, ProgrammeReader, Reading};

use crate::actions::{DRAWS, draw_codes, record_birth, record_change};
use crate::domain::{Details, Draft, Site, SiteCode, SiteId};
use crate::store;

const SITES: PackFile = PackFile {
    name: "sites.csv",
    columns: &["code", "level", "unit", "name", "name_en", "address", "phone", "hours", "services", "lat", "lon"],
};

/// See [`ProgrammeReader`].
pub const READER: ProgrammeReader = ProgrammeReader { files: &[SITES], read };

/// A site of the pack, with what the write may not make itself.
struct Wanted {
    /// What the pack calls it; without a code it is known by its unit, level and name.
    code: Option<SiteCode>,
    drawn: [SiteCode; DRAWS],
    id: SiteId,
    details: Details,
}

impl Wanted {
    fn is(&self, site: &Site) -> bool {
        match &self.code {
            Some(code) => site.code == *code,
            None => {
                let (mine, its) = (&self.details, &site.details);
                mine.unit_path == its.unit_path && mine.level == its.level && mine.name.zh == its.name.zh
            }
        }
    }
}

fn read(reading: &mut Reading<'_>) -> Part {
    let mut wanted: Vec<Wanted> = Vec::new();
    let mut seen = BTreeSet::new();
    let lines = reading.table(SITES.name, SITES.columns, &["level", "unit", "name"]);
    // Where the units could not be read, there is nothing to say of where sites stand.
    let lines = if reading.units.root().is_some() { lines } else { Vec::new() };
    for line in lines {
        let code = line.some("code").map(|code| SiteCode::parse(&code).ok_or(()));
        match &code {
            Some(Err(())) => line.wrong(reading, "code", "sites-error-code"),
            Some(Ok(code)) if !seen.insert(code.clone()) => line.wrong(reading, "code", "programme-twice"),
            _ => {}
        }
        let fields: BTreeMap<String, String> =
            SITES.columns[1..].iter().map(|name| ((*name).to_owned(), line.get(name).to_owned())).collect();
        match Draft::from_fields(fields).parse(&reading.units) {
            Ok(mut details) => {
                details.point = details.point.map(|point| reading.coordinates.to_wgs84(point));
                let (drawn, id) = (draw_codes(reading.world), reading.world.id());
                let one = Wanted { code: code.and_then(Result::ok), drawn, id, details };
                let twice = |other: &&Wanted| {
                    let (a, b) = (&other.details, &one.details);
                    one.code.is_none() && a.unit_path == b.unit_path && a.level == b.level && a.name.zh == b.name.zh
                };
                if wanted.iter().any(|other| twice(&other)) {
                    line.wrong(reading, "name", "programme-twice");
                }
                wanted.push(one);
            }
            Err(Error::Invalid(fields)) => {
                for field in fields {
                    let value = line.get(&field.field).to_owned();
                    line.wrong_with(reading, field.with("value", value));
                }
            }
            Err(_) => line.wrong(reading, "level", "form-unknown-choice"),
        }
    }
    Part { counts: vec![("sites", wanted.len())], put: Box::new(move |act| put(act, &wanted)) }
}

fn put(act: &mut Act<'_, '_>, wanted: &[Wanted]) -> Result<()> {
    let (tenant, now) = (act.call.tenant.id, act.call.now);
    let known = store::all_locked(act.tx, tenant)?;
    let mut taken: BTreeSet<SiteCode> = known.iter().map(|site| site.code.clone()).collect();
    taken.extend(wanted.iter().filter_map(|one| one.code.clone()));
    let (mut added, mut changed) = (Vec::new(), Vec::new());
    for one in wanted {
        if let Some(before) = known.iter().find(|site| one.is(site)) {
            let differs = one.details.changes_since(&before.details);
            if !differs.is_empty() {
                let after = Site { details: one.details.clone(), changed_at: now, ..before.clone() };
                record_change(act, before, &after, differs.into())?;
                changed.push(after);
            }
            continue;
        }
        let drawn = || one.drawn.iter().find(|code| !taken.contains(*code)).cloned();
        let code = one.code.clone().or_else(drawn).ok_or(Error::Unavailable)?;
        taken.insert(code.clone());
        added.push(Site::new(one.id, code, one.details.clone(), now));
    }
    store::add_all(act.tx, tenant, &added)?;
    store::change_all(act.tx, tenant, &changed)?;
    added.iter().try_for_each(|site| record_birth(act, site))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_pack_has_the_columns_of_an_import() {
        let mut wanted = crate::columns();
        wanted.sort();
        let mut have: Vec<&str> = super::SITES.columns.to_vec();
        have.sort_unstable();
        assert_eq!(have, wanted);
    }
}
