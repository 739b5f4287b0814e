//! The JSON API of sites, for programs: what the public pages show, without the words.

use axum::Json;
use axum::extract::{Path, Query};
use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Result, metres, parse_point};
use tongxin_kernel::{UnitTree, subtree};
use tongxin_web::{Answer, Ctx, Items, Problem};
use utoipa::{IntoParams, ToSchema};

use crate::domain::{Site, SiteCode, SiteLevel};
use crate::store::{self, Filter, one_range};

/// Sites in one answer.
const PAGE: i64 = 100;

/// A point, WGS 84 degrees.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = SitesPoint)]
pub(crate) struct Point {
    /// Latitude.
    pub lat: f64,
    /// Longitude.
    pub lon: f64,
}

/// A service site.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = SitesSite)]
pub(crate) struct SiteView {
    /// The code on its sign.
    pub code: String,
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
    /// The office's telephone.
    pub phone: Option<String>,
    /// Opening hours: days (1 is Monday) and spans, such as `1-5 09:00-12:00,13:00-17:00; 6 09:00-12:00`.
    pub hours: String,
    /// What it offers: `education`, `service`, `deliberation`, `errands`, `friendship`.
    pub services: Vec<String>,
    /// Where it is.
    pub location: Option<Point>,
    /// `open` or `closed`: whether it is in use.
    pub state: String,
    /// Metres from `near`, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<i64>,
}

impl SiteView {
    fn new(site: Site, near: Option<(f64, f64)>) -> Self {
        let d = site.details;
        let distance = d.point.zip(near).map(|(here, there)| metres(here, there).round());
        Self {
            code: site.code.to_string(),
            level: d.level.as_str().to_owned(),
            unit: d.unit_code().to_owned(),
            name: d.name.zh,
            name_en: d.name.en,
            address: d.address,
            phone: d.phone,
            hours: d.hours.to_string(),
            services: d.services.iter().map(|service| service.as_str().to_owned()).collect(),
            location: d.point.map(|(lat, lon)| Point { lat, lon }),
            state: site.state.as_str().to_owned(),
            // No two points on earth are further apart than an i64 counts metres.
            distance_m: distance.map(|metres| metres as i64),
        }
    }
}

/// Which sites to list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// The code of a unit: its sites and those of all units under it.
    unit: String,
    /// `institute`, `station`, `point` or `corner`.
    level: String,
    /// `lat,lon` in WGS 84 degrees, or `lat,lon,gcj02` where it comes from a Chinese map: the nearest first, those without a location not at all, one page only.
    near: String,
    /// What `next` said on the page before.
    cursor: String,
}

/// The range of unit paths that the code of a unit stands for; everything where it is empty.
///
/// # Errors
/// `Invalid` where there is no such unit.
pub(crate) fn range_of(units: &UnitTree, code: &str) -> Result<(String, String)> {
    match (code, units.by_code(code)) {
        ("", _) => Ok(subtree("")),
        (_, Some(unit)) => Ok(subtree(&unit.path)),
        (_, None) => Err(Error::field("unit", "sites-error-unit")),
    }
}

/// List service sites
///
/// In the order of the unit tree, or the nearest first. Closed ones are not listed.
#[utoipa::path(get, path = "/api/v1/sites", tag = "sites", params(ListQuery), responses(
    (status = 200, body = Items<SiteView>), (status = 422, body = Problem)
))]
pub(crate) async fn list_sites(ctx: Ctx, Query(query): Query<ListQuery>) -> Answer<Json<Items<SiteView>>> {
    let tenant = ctx.tenant.id;
    let range = range_of(&ctx.tenant.units, &query.unit)?;
    if !query.level.is_empty() && SiteLevel::parse(&query.level).is_none() {
        return Err(Error::field("level", "form-unknown-choice").into());
    }
    let near = if query.near.is_empty() { None } else { Some(parse_point(&query.near)) };
    if near == Some(None) {
        return Err(Error::field("near", "sites-error-near").into());
    }
    let near = near.flatten();
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let bounds = one_range(&range);
        let filter = Filter { bounds, level: &query.level, state: "open", words: "" };
        if let Some(point) = near {
            return store::nearest(read, tenant, &filter, point, PAGE);
        }
        let after = after(read, tenant, &query.cursor)?;
        store::list(read, tenant, &filter, after.as_ref(), PAGE + 1)
    };
    let mut sites = ctx.kernel().db().read(tenant, read).await?;
    let next = cut(&mut sites, PAGE);
    let items = sites.into_iter().map(|site| SiteView::new(site, near)).collect();
    Ok(Json(Items { items, next }))
}

/// The site a cursor names; it is a site's code, so it stays good whatever is added in the meantime.
pub(crate) fn after(
    read: &mut tongxin_db::Read<'_>,
    tenant: tongxin_base::TenantId,
    cursor: &str,
) -> Result<Option<Site>> {
    if cursor.is_empty() {
        return Ok(None);
    }
    let bad = || Error::field("cursor", "sites-error-cursor");
    let code = SiteCode::parse(cursor).ok_or_else(bad)?;
    store::by_code(read, tenant, &code)?.ok_or_else(bad).map(Some)
}

/// Cuts a list that was read one row too long, and names the cursor of the next page.
pub(crate) fn cut(sites: &mut Vec<Site>, page: i64) -> Option<String> {
    let page = usize::try_from(page).unwrap_or(usize::MAX);
    let more = sites.len() > page;
    sites.truncate(page);
    sites.last().filter(|_| more).map(|site| site.code.to_string())
}

/// One service site
///
/// By the code on its sign; a closed one says so in `state`.
#[utoipa::path(get, path = "/api/v1/sites/{code}", tag = "sites",
    params(("code" = String, Path, description = "The code on the sign; case, blanks and hyphens do not matter")),
    responses((status = 200, body = SiteView), (status = 404, body = Problem)))]
pub(crate) async fn get_site(ctx: Ctx, Path(code): Path<String>) -> Answer<Json<SiteView>> {
    let code = SiteCode::parse(&code).ok_or(Error::NotFound)?;
    let tenant = ctx.tenant.id;
    let site = ctx.kernel().db().read(tenant, move |read| store::by_code(read, tenant, &code)).await?;
    Ok(Json(SiteView::new(site.ok_or(Error::NotFound)?, None)))
}
