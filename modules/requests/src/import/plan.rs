//! What an import would do to this installation, found out before anything is written: categories, units, and what is in already.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};
use tongxin_base::calendar::Limit;
use tongxin_base::{Error, FieldError, Label, Result, metres};
use tongxin_kernel::{Kernel, Level, Tenant, Unit, UnitTree};

use super::intake::Parsed;
use super::mapping::Limits;
use super::rows::{RowError, RowIn, Why};
use crate::actions::FARTHEST_M;
use crate::domain::Category;
use crate::store::{categories, imports};

/// Errors that are named; the rest are counted.
const MOST_ERRORS: usize = 100;
/// Unknown names of units that are shown.
const MOST_UNITS: usize = 20;
/// Known numbers of a source that are read at a time.
const PAGE: i64 = 5000;
/// A report from later than this after now is a mistake: clocks differ by minutes, zones by a day.
const AHEAD: std::time::Duration = std::time::Duration::from_secs(86_400);

/// A category as the rows of a file get it.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    pub code: String,
    pub limits: Limits,
}

/// Where a row belongs.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub unit_path: Arc<str>,
    /// Farther from every grid than we look after.
    pub outside: bool,
}

/// What an import would do.
#[derive(Debug, Default)]
pub struct Plan {
    /// By the file's words for the category above and the category.
    pub(super) kinds: HashMap<(Option<String>, String), Kind>,
    /// Categories to be made, those above first.
    pub(super) fresh: Vec<Category>,
    /// For each row: where it goes, or nothing where it is passed over.
    pub(super) placed: Vec<Option<Placed>>,
    /// What is wrong with rows of this file here, the first hundred.
    pub errors: Vec<RowError>,
    /// Wrong rows beyond those.
    pub more_errors: usize,
    /// For the reader.
    pub told: Told,
}

/// What a reader should know of a plan.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Told {
    /// The name under which the same file was imported before.
    pub imported_as: Option<String>,
    /// Matters that would come in.
    pub new: usize,
    /// Matters that are in already and are said the same of.
    pub known: usize,
    /// Matters that are in already, of which the file says something else; passed over.
    pub changed: usize,
    /// Names of categories that would be made.
    pub categories_made: Vec<String>,
    /// Categories that are there already.
    pub categories_known: usize,
    /// Rows by the code of their unit.
    pub units: BTreeMap<String, usize>,
    /// Names of units that are none of ours, with their rows: the point decides, or else the mapping.
    pub units_unknown: BTreeMap<String, usize>,
    /// Rows farther from every grid than we look after.
    pub outside: usize,
}

impl Plan {
    /// How many rows are wrong.
    pub fn wrong(&self) -> usize {
        self.errors.len() + self.more_errors
    }

    /// Goes on without the rows that are wrong: they were never going to come in.
    pub fn leave_out_wrong(&mut self) {
        self.errors.clear();
        self.more_errors = 0;
    }

    fn refuse(&mut self, error: RowError) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(error);
        } else {
            self.more_errors += 1;
        }
    }
}

/// Finds out what an import would do. With `skip_known`, matters that are in already stay as they are.
///
/// # Errors
/// `Invalid` where the mapping names a unit or a category that is not there; else as `Db::read`.
pub async fn plan(kernel: &Kernel, tenant: &Arc<Tenant>, parsed: &Parsed, skip_known: bool) -> Result<Plan> {
    let id = tenant.id;
    let mut plan = Plan::default();
    let digest = parsed.digest;
    plan.told.imported_as = kernel.db().read(id, move |read| imports::by_digest(read, id, &digest)).await?;
    let units = kernel.units(id)?;
    let fallback = if parsed.mapping.unit.is_empty() { units.root() } else { units.by_code(&parsed.mapping.unit) };
    let fallback = fallback.ok_or_else(|| {
        Error::Invalid(vec![FieldError::new("mapping", "requests-unread-no-unit").with("unit", &parsed.mapping.unit)])
    })?;
    kinds(kernel, tenant, parsed, &mut plan).await?;
    let known = known(kernel, tenant, &parsed.source).await?;
    let latest = kernel.world().now() + AHEAD;
    let mut finder = Finder::new(&units, fallback);
    for row in &parsed.rows {
        let wrong = |column: &str, Why(key, args): Why, wrong: String| {
            let place = format!("{} {}", parsed.label, row.line);
            let used = parsed.used.iter().find(|used| used.field == column);
            let column = used.map_or(column, |used| &used.column).to_owned();
            RowError { line: row.line, place, column, wrong, key, args }
        };
        if row.created > latest {
            let why = Why::new("requests-import-future").with("created", row.created);
            plan.refuse(wrong("created", why, format!("was reported in the future ({})", row.created)));
            plan.placed.push(None);
            continue;
        }
        let before = row.source_id.as_ref().and_then(|source_id| known.get(source_id));
        let placed = match before {
            Some(digest) if digest[..] == row.digest() => {
                plan.told.known += 1;
                None
            }
            Some(_) if skip_known => {
                plan.told.changed += 1;
                None
            }
            Some(_) => {
                let id = row.source_id.clone().unwrap_or_default();
                let said =
                    format!("{id:?} of {} is in already, and this file says something else of it; with", parsed.source);
                let why = Why::new("requests-import-known").with("id", &id);
                plan.refuse(wrong("source_id", why, format!("{said} --skip-known it stays as it is")));
                None
            }
            None => Some(finder.place(row, &mut plan.told)),
        };
        plan.placed.push(placed);
    }
    plan.told.new = plan.placed.iter().flatten().count();
    Ok(plan)
}

async fn known(kernel: &Kernel, tenant: &Arc<Tenant>, source: &str) -> Result<HashMap<String, Vec<u8>>> {
    let id = tenant.id;
    let mut all: HashMap<String, Vec<u8>> = HashMap::new();
    let mut after = String::new();
    loop {
        let (source, from) = (source.to_owned(), after);
        let some = kernel.db().read(id, move |read| imports::known_sources(read, id, &source, &from, PAGE)).await?;
        let full = i64::try_from(some.len()) == Ok(PAGE);
        after = some.last().map(|(last, _)| last.clone()).unwrap_or_default();
        all.extend(some);
        if !full {
            return Ok(all);
        }
    }
}

/// The code and limits of each of the file's categories; those that are not there yet are to be made.
async fn kinds(kernel: &Kernel, tenant: &Arc<Tenant>, parsed: &Parsed, plan: &mut Plan) -> Result<()> {
    let id = tenant.id;
    let known = kernel.db().read(id, move |read| categories::even_retired(read, id)).await?;
    let known: Vec<Category> = known.into_iter().map(|(category, _)| category).collect();
    let mapping = &parsed.mapping;
    for row in &parsed.rows {
        let key = (row.category_above.clone(), row.category.clone());
        if plan.kinds.contains_key(&key) {
            continue;
        }
        let own = mapping.category_limits.get(&row.category).copied();
        let of_ours = |category: &Category| Kind {
            code: category.code.clone(),
            limits: own.unwrap_or(Limits { contact: category.contact_limit, finish: category.finish_limit }),
        };
        let limits = own.unwrap_or(mapping.limits);
        let kind = match mapping.categories.get(&row.category) {
            Some(code) => {
                let ours = known.iter().find(|category| category.code == *code);
                let none = || FieldError::new("mapping", "requests-unread-no-category").with("category", code);
                ours.map(of_ours).ok_or_else(|| Error::Invalid(vec![none()]))?
            }
            None => {
                let above = row.category_above.as_ref().map(|name| made(&known, &mut plan.fresh, name, None, limits));
                let code = made(&known, &mut plan.fresh, &row.category, above.as_deref(), limits);
                let ours = known.iter().find(|category| category.code == code);
                // What an earlier import made has the limits of its mapping; so has what an administrator changed since.
                ours.map_or(Kind { code, limits }, of_ours)
            }
        };
        plan.kinds.insert(key, kind);
    }
    plan.told.categories_made = plan.fresh.iter().map(|category| category.name.zh.clone()).collect();
    plan.told.categories_known = plan.kinds.len().saturating_sub(plan.fresh.len());
    Ok(())
}

/// The code of a category by its name, which is made where it is not there.
fn made(known: &[Category], fresh: &mut Vec<Category>, name: &str, above: Option<&str>, limits: Limits) -> String {
    let here = |category: &&Category| {
        (category.name.zh == name || category.name.en == name)
            && (above.is_none() || category.parent.as_deref() == above)
    };
    if let Some(found) = known.iter().find(here).or_else(|| fresh.iter().find(here)) {
        return found.code.clone();
    }
    let digest = Sha256::digest(format!("{}/{name}", above.unwrap_or_default()).trim_start_matches('/').as_bytes());
    let code = format!("I{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2]);
    fresh.push(Category {
        code: code.clone(),
        parent: above.map(str::to_owned),
        name: Label::new(name.to_owned(), String::new()),
        contact_limit: limits.contact,
        grab_limit: Limit::WORKDAY,
        start_limit: Limit::WORKDAY,
        finish_limit: limits.finish,
        radius_m: 50,
        skill: None,
    });
    code
}

/// Finds the unit of a row: by the name or code it has, else by its point, else the mapping's.
struct Finder<'a> {
    units: &'a UnitTree,
    fallback: Arc<str>,
    fallback_code: String,
    by_name: HashMap<String, Option<&'a Unit>>,
    paths: HashMap<String, Arc<str>>,
    /// Whether there is any grid that something could be far from.
    has_grids: bool,
}

impl<'a> Finder<'a> {
    fn new(units: &'a UnitTree, fallback: &Unit) -> Self {
        let mut by_name: HashMap<String, Option<&Unit>> = HashMap::new();
        for unit in units.iter() {
            for name in [&unit.name.zh, &unit.name.en] {
                // A name that two units have says nothing.
                by_name
                    .entry(bare(name))
                    .and_modify(|found| *found = found.filter(|f| f.path == unit.path))
                    .or_insert(Some(unit));
            }
        }
        let paths = units.iter().map(|unit| (unit.path.clone(), Arc::from(unit.path.as_str()))).collect();
        let fallback_code = fallback.code.clone();
        let has_grids = units.iter().any(|unit| unit.level == Level::Grid && unit.point.is_some());
        Self { has_grids, units, fallback: fallback.path.as_str().into(), fallback_code, by_name, paths }
    }

    fn place(&mut self, row: &RowIn, told: &mut Told) -> Placed {
        let of_ours =
            |name: &String| self.units.by_code(name).or_else(|| self.by_name.get(&bare(name)).copied().flatten());
        let named = row.units.iter().find_map(of_ours);
        if let (Some(name), None) = (row.units.first(), named)
            && (told.units_unknown.len() < MOST_UNITS || told.units_unknown.contains_key(name))
        {
            *told.units_unknown.entry(name.clone()).or_default() += 1;
        }
        // As for a report.
        let near = row.point.and_then(|point| {
            let ours = |grid: &&Unit| grid.point.is_some_and(|at| metres(at, point) <= FARTHEST_M);
            let around = self.units.around(Level::Grid, point);
            around.or_else(|| self.units.nearest(Level::Grid, point).filter(ours))
        });
        let outside = self.has_grids && row.point.is_some() && near.is_none();
        told.outside += usize::from(outside);
        let unit = named.or(near);
        let code = unit.map_or(&self.fallback_code, |unit| &unit.code);
        *told.units.entry(code.clone()).or_default() += 1;
        let path = unit.and_then(|unit| self.paths.get(&unit.path)).unwrap_or(&self.fallback);
        Placed { unit_path: Arc::clone(path), outside }
    }
}

/// A unit's name without what offices add to it or leave out.
fn bare(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let ends = ["社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区"];
    let short = ends.iter().find_map(|end| name.strip_suffix(end)).filter(|short| !short.is_empty());
    short.map(str::to_owned).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn a_community_has_one_name() {
        for name in ["宁馨", "宁馨社区", "宁馨 社区居委会", "宁馨居委会"] {
            assert_eq!(bare(name), "宁馨");
        }
        assert_eq!(bare("社区"), "社区");
    }
}
