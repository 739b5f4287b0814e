//! All SQL of this room, and nothing but SQL: rows in, rows out. Rules are in `domain.rs`, decisions in `actions.rs`.

use tongxin_base::{Error, Label, Result, TenantId, Time};
use tongxin_db::{Param, Read, Row, Tx, params, sql};

use crate::domain::{Details, Service, Site, SiteCode, SiteId, SiteLevel, State, Verb, WORKFLOW};

/// Ranges of unit paths, low and high, five times: what `Scope::bounds` gives.
pub type Bounds<'a> = [&'a str; 10];

/// One range of unit paths.
pub fn one_range<'a>((low, high): &'a (String, String)) -> Bounds<'a> {
    [low, high, "", "", "", "", "", "", "", ""]
}

/// Which sites a list shows. Empty texts stand for "all".
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// The parts of the unit tree.
    pub bounds: Bounds<'a>,
    /// The level.
    pub level: &'a str,
    /// The state.
    pub state: &'a str,
    /// Part of the name, the address or the code.
    pub words: &'a str,
}

/// The columns of a site, in the order `site` takes them.
macro_rules! columns {
    () => {
        "id, code, level, unit_path, name, name_en, address, phone, hours, services, lat, lon, state, version, \
         created_at, changed_at"
    };
}

fn site(row: &mut Row) -> Result<Site> {
    fn known<T>(what: &str, word: &str, found: Option<T>) -> Result<T> {
        found.ok_or_else(|| Error::internal(format!("sites_site holds the {what} {word}")))
    }
    let id: SiteId = row.take()?;
    let (code, level): (String, String) = (row.take()?, row.take()?);
    let unit_path = row.take()?;
    let name = Label::new(row.take::<String>()?, row.take::<String>()?);
    let (address, phone) = (row.take()?, row.take()?);
    let (hours, services): (String, String) = (row.take()?, row.take()?);
    let (lat, lon): (Option<f64>, Option<f64>) = (row.take()?, row.take()?);
    let state: String = row.take()?;
    let (version, created_at, changed_at) = (row.take()?, row.take()?, row.take()?);
    let details = Details {
        level: known("level", &level, SiteLevel::parse(&level))?,
        unit_path,
        name,
        address,
        phone,
        hours: known("hours", &hours, hours.parse().ok())?,
        services: known("services", &services, Service::parse_list(&services))?,
        point: lat.zip(lon),
    };
    Ok(Site {
        id,
        code: known("code", &code, SiteCode::parse(&code))?,
        details,
        state: known("state", &state, State::parse(&state))?,
        version,
        created_at,
        changed_at,
    })
}

/// The texts that are written from a site; they must live as long as its parameters.
struct Texts {
    hours: String,
    services: String,
}

impl Texts {
    fn of(site: &Site) -> Self {
        Self { hours: site.details.hours.to_string(), services: Service::list(&site.details.services) }
    }
}

fn add_params<'a>(tenant: TenantId, site: &'a Site, texts: &'a Texts) -> [Param<'a>; 17] {
    let Site { id, code, details: d, state, version, created_at, changed_at } = site;
    let (lat, lon) = d.point.unzip();
    [
        tenant.into(),
        (*id).into(),
        code.as_str().into(),
        d.level.as_str().into(),
        (&d.unit_path).into(),
        (&d.name.zh).into(),
        (&d.name.en).into(),
        (&d.address).into(),
        (&d.phone).into(),
        (&texts.hours).into(),
        (&texts.services).into(),
        lat.into(),
        lon.into(),
        state.as_str().into(),
        (*version).into(),
        (*created_at).into(),
        (*changed_at).into(),
    ]
}

/// The start of both statements that add.
macro_rules! insert {
    () => {
        concat!(
            "INSERT INTO sites_site(tenant_id, ",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
        )
    };
}

/// Adds a site; false where its code is taken.
///
/// # Errors
/// As [`Tx::exec`].
pub fn add(tx: &mut Tx<'_>, tenant: TenantId, site: &Site) -> Result<bool> {
    let statement = sql!(concat!(insert!(), " ON CONFLICT (tenant_id, code) DO NOTHING"));
    Ok(tx.exec(statement, &add_params(tenant, site, &Texts::of(site)))? == 1)
}

/// Adds many sites in one round trip. The caller knows their codes to be free by [`all_locked`]; one that another server
/// gives away in that very moment fails the write.
///
/// # Errors
/// As [`Tx::exec_many`].
pub fn add_all(tx: &mut Tx<'_>, tenant: TenantId, sites: &[Site]) -> Result<()> {
    let texts: Vec<Texts> = sites.iter().map(Texts::of).collect();
    let rows: Vec<_> = sites.iter().zip(&texts).map(|(site, texts)| add_params(tenant, site, texts)).collect();
    tx.exec_many(sql!(insert!()), &rows.iter().map(|row| &row[..]).collect::<Vec<_>>())
}

fn update() -> &'static tongxin_db::Statement {
    sql!(
        "UPDATE sites_site SET level = $4, unit_path = $5, name = $6, name_en = $7, address = $8, phone = $9,
           hours = $10, services = $11, lat = $12, lon = $13, changed_at = $14, version = version + 1
         WHERE tenant_id = $1 AND id = $2 AND version = $3"
    )
}

fn change_params<'a>(tenant: TenantId, site: &'a Site, texts: &'a Texts) -> [Param<'a>; 14] {
    let d = &site.details;
    let (lat, lon) = d.point.unzip();
    [
        tenant.into(),
        site.id.into(),
        site.version.into(),
        d.level.as_str().into(),
        (&d.unit_path).into(),
        (&d.name.zh).into(),
        (&d.name.en).into(),
        (&d.address).into(),
        (&d.phone).into(),
        (&texts.hours).into(),
        (&texts.services).into(),
        lat.into(),
        lon.into(),
        site.changed_at.into(),
    ]
}

/// Writes the details of a site, if it still has the version it is given with; false where it has moved on.
///
/// # Errors
/// As [`Tx::exec`].
pub fn change(tx: &mut Tx<'_>, tenant: TenantId, site: &Site) -> Result<bool> {
    Ok(tx.exec(update(), &change_params(tenant, site, &Texts::of(site)))? == 1)
}

/// Writes the details of many sites in one round trip. The caller holds their rows by [`all_locked`].
///
/// # Errors
/// As [`Tx::exec_many`].
pub fn change_all(tx: &mut Tx<'_>, tenant: TenantId, sites: &[Site]) -> Result<()> {
    let texts: Vec<Texts> = sites.iter().map(Texts::of).collect();
    let rows: Vec<_> = sites.iter().zip(&texts).map(|(site, texts)| change_params(tenant, site, texts)).collect();
    tx.exec_many(update(), &rows.iter().map(|row| &row[..]).collect::<Vec<_>>())
}

/// Does `verb` to a site, if its state allows it; the state it came to, or `None`.
///
/// # Errors
/// As [`Tx::exec`].
pub fn move_on(tx: &mut Tx<'_>, tenant: TenantId, id: SiteId, verb: Verb, now: Time) -> Result<Option<State>> {
    for from in WORKFLOW.sources(verb) {
        let Some(to) = WORKFLOW.next(from, verb) else { continue };
        let moved = tx.exec(
            sql!(
                "UPDATE sites_site SET state = $4, changed_at = $5, version = version + 1
                 WHERE tenant_id = $1 AND id = $2 AND state = $3"
            ),
            params![tenant, id, from.as_str(), to.as_str(), now],
        )?;
        if moved == 1 {
            return Ok(Some(to));
        }
    }
    Ok(None)
}

/// The site with this code.
///
/// # Errors
/// As [`Read::rows`].
pub fn by_code(read: &mut Read<'_>, tenant: TenantId, code: &SiteCode) -> Result<Option<Site>> {
    let statement = sql!(concat!("SELECT ", columns!(), " FROM sites_site WHERE tenant_id = $1 AND code = $2"));
    read.maybe(statement, params![tenant, code.as_str()], site)
}

/// All sites, a few hundred.
///
/// # Errors
/// As [`Read::rows`].
pub fn all(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<Site>> {
    let statement = sql!(concat!("SELECT ", columns!(), " FROM sites_site WHERE tenant_id = $1 ORDER BY code"));
    read.rows(statement, params![tenant], site)
}

/// All sites, held still until the write ends: for an import, which compares all of them with its file.
///
/// # Errors
/// As [`Read::rows`].
pub fn all_locked(tx: &mut Tx<'_>, tenant: TenantId) -> Result<Vec<Site>> {
    let statement =
        sql!(concat!("SELECT ", columns!(), " FROM sites_site WHERE tenant_id = $1 ORDER BY code FOR UPDATE"));
    tx.rows(statement, params![tenant], site)
}

/// A page of sites in the order of the tree, those behind `after` (a unit path and a code).
///
/// # Errors
/// As [`Read::rows`].
pub fn list(
    read: &mut Read<'_>,
    tenant: TenantId,
    filter: &Filter<'_>,
    after: Option<&Site>,
    limit: i64,
) -> Result<Vec<Site>> {
    let b = filter.bounds;
    let like = like(filter.words);
    let (path, code) = after.map_or(("", ""), |site| (site.details.unit_path.as_str(), site.code.as_str()));
    let statement = sql!(concat!(
        "SELECT ",
        columns!(),
        " FROM sites_site WHERE tenant_id = $1
          AND (unit_path >= $2 AND unit_path < $3 OR unit_path >= $4 AND unit_path < $5
            OR unit_path >= $6 AND unit_path < $7 OR unit_path >= $8 AND unit_path < $9
            OR unit_path >= $10 AND unit_path < $11)
          AND ($12::text = '' OR level = $12) AND ($13::text = '' OR state = $13)
          AND (lower(name) LIKE $14 ESCAPE '!' OR lower(name_en) LIKE $14 ESCAPE '!'
            OR lower(address) LIKE $14 ESCAPE '!' OR lower(code) LIKE $14 ESCAPE '!')
          AND (unit_path, code) > ($15, $16) ORDER BY unit_path, code LIMIT $17"
    ));
    let (level, state) = (filter.level, filter.state);
    let params = params![
        tenant, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], level, state, &like, path, code, limit
    ];
    read.rows(statement, params, site)
}

/// The sites nearest to a point (WGS 84 degrees), the nearest first; those without a point are not among them.
///
/// # Errors
/// As [`Read::rows`].
pub fn nearest(
    read: &mut Read<'_>,
    tenant: TenantId,
    filter: &Filter<'_>,
    (lat, lon): (f64, f64),
    limit: i64,
) -> Result<Vec<Site>> {
    // On a plane, with longitudes shrunk to this latitude: right for the order within a subdistrict.
    let shrunk = lat.to_radians().cos().powi(2);
    let statement = sql!(concat!(
        "SELECT ",
        columns!(),
        " FROM sites_site WHERE tenant_id = $1 AND unit_path >= $2 AND unit_path < $3
          AND ($4::text = '' OR level = $4) AND ($5::text = '' OR state = $5) AND lat IS NOT NULL
          AND (lower(name) LIKE $6 ESCAPE '!' OR lower(name_en) LIKE $6 ESCAPE '!'
            OR lower(address) LIKE $6 ESCAPE '!' OR lower(code) LIKE $6 ESCAPE '!')
         ORDER BY (lat - $7) * (lat - $7) + (lon - $8) * (lon - $8) * $9::float8, code LIMIT $10"
    ));
    let [low, high, ..] = filter.bounds;
    let like = like(filter.words);
    let params = params![tenant, low, high, filter.level, filter.state, &like, lat, lon, shrunk, limit];
    read.rows(statement, params, site)
}

/// The pattern that finds `words` anywhere, whatever signs are in them.
fn like(words: &str) -> String {
    let mut pattern = String::from("%");
    for c in words.trim().chars().flat_map(char::to_lowercase) {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
