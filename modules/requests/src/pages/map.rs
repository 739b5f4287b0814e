//! The matters of a list on a map of our own units: places, kinds and states, no word that anybody wrote.

use std::sync::Arc;

use askama::Template;
use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tongxin_base::Result;
use tongxin_kernel::{Level, Located, Lying, Scope, Unit};
use tongxin_web::{Answer, Choice, ChoiceGroup, Ctx, Face, Page, Sketch, Words, asset_url};

use super::{Sign, category_groups, request_sign, staffed_units, status_choices};
use crate::api::read_names;
use crate::domain::Status;
use crate::narrowed::Narrowed;
use crate::store::map::{Pin, count, lying, pins};

/// Points of one map: as many as a telephone still moves smoothly.
const MOST_PINS: i64 = 20_000;
/// Counted up to so many; more are "more than".
const COUNTED: i64 = 200_000;
/// Matters in the list beside the map, for those who do not see it.
const LISTED: usize = 50;
/// A map is somebody's own view: nobody else's browser or server keeps it.
const KEPT: &str = "private, no-store";

/// A matter beside the map.
struct Beside {
    href: String,
    number: String,
    category: String,
    unit: String,
    status: Sign,
}

#[derive(Template)]
#[template(path = "requests/map.html")]
struct MapPage {
    w: Words,
    statuses: Vec<Choice>,
    categories: Vec<ChoiceGroup>,
    units: Vec<Choice>,
    from: String,
    to: String,
    filtered: bool,
    /// The same as a list.
    list: String,
    points: String,
    script: String,
    worker: String,
    /// The same matters as a picture, for who sees no map.
    picture: String,
    rows: Vec<Beside>,
    /// How many have a place and how many have none; and how many are not shown.
    counts: (i64, i64, i64),
    signs: Vec<Sign>,
}

fn address(path: &str, query: &Narrowed) -> String {
    // Words are looked for in the list; a map has none.
    let narrowed = Narrowed { q: String::new(), held: String::new(), sort: String::new(), ..query.clone() }.query();
    if narrowed.is_empty() { path.to_owned() } else { format!("{path}?{narrowed}") }
}

/// The same matters on the map.
pub(super) fn on_map(query: &Narrowed) -> String {
    address("/desk/map", query)
}

/// A heap in words: "康城社区 12 件".
pub(super) fn heap_words(w: &Words, unit: &str, count: i64) -> String {
    w.t2("requests-map-heap", "unit", unit, "count", count)
}

fn scope_of(ctx: &Ctx, query: &Narrowed) -> Result<Scope> {
    query.under(ctx.kernel().access().scope(&ctx.who, "requests.list")?, &ctx.tenant.units)
}

pub(super) async fn page(ctx: Ctx, Query(query): Query<Narrowed>) -> Answer {
    let query = Narrowed { q: String::new(), held: String::new(), ..query };
    let whole = ctx.kernel().access().scope(&ctx.who, "requests.list")?;
    let (scope, filter, tenant) =
        (scope_of(&ctx, &query)?, query.filter(&ctx.tenant, ctx.kernel().world().now())?, ctx.tenant.id);
    let kernel = ctx.kernel().clone();
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let listed = pins(read, tenant, &scope, &filter, i64::try_from(LISTED).unwrap_or(i64::MAX))?;
        let counts = count(read, tenant, &scope, &filter, COUNTED)?;
        Ok((listed, counts, lying(read, tenant, &scope, &filter)?, kernel.places(read, tenant)?))
    };
    let found = ctx.kernel().db().read(tenant, read).await?;
    let (listed, (placed, nowhere), lying, places): (Vec<Pin>, (i64, i64), Vec<Lying>, Vec<Located>) = found;
    let names = read_names(&ctx, ctx.locale()).await?;
    let beside = |pin: &Pin| Beside {
        href: format!("/desk/requests/{}", pin.id),
        number: pin.number.clone(),
        category: names.category(&pin.category).name,
        unit: names.unit(&pin.unit_path).name,
        status: request_sign(&ctx.words, Status::parse(&pin.status).unwrap_or(Status::Received)),
    };
    let in_unit = |unit: &Unit| address("/desk/requests", &Narrowed { unit: unit.code.clone(), ..query.clone() });
    let sketch = Sketch::new(&ctx.tenant.units, ctx.locale(), ctx.words.t("requests-map-matters")).with_grids();
    let sketch = sketch.with_heaps(&lying, |unit, count| heap_words(&ctx.words, unit, count), in_unit);
    let picture = sketch.with_sites(&places).draw()?;
    let units = staffed_units(&ctx, &names, &whole, &query.unit);
    let statuses = status_choices(&ctx.words, &query.status);
    let body = MapPage {
        statuses,
        categories: category_groups(&ctx, names.even_retired(), &query.category),
        units,
        filtered: query.is_any(),
        list: address("/desk/requests", &query),
        points: address("/desk/map.json", &query),
        script: asset_url("map.js"),
        worker: asset_url("map-worker.js"),
        picture,
        rows: listed.iter().map(beside).collect(),
        counts: (placed, nowhere, (placed - MOST_PINS).max(0)),
        signs: Status::ALL.iter().map(|status| request_sign(&ctx.words, *status)).collect(),
        from: query.from,
        to: query.to,
        w: ctx.words.clone(),
    };
    Page::new(Face::Desk, ctx.words.t("requests-map-title")).show(&ctx, &body)
}

/// `GET /desk/map.json`: GeoJSON of the newest matters that have a place. Of each its id, number, category and status; `names`
/// says the categories and units in the reader's language, `more` how many are not here.
pub(super) async fn points(ctx: Ctx, Query(query): Query<Narrowed>) -> Answer<Response> {
    let (scope, filter, tenant) =
        (scope_of(&ctx, &query)?, query.filter(&ctx.tenant, ctx.kernel().world().now())?, ctx.tenant.id);
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let found = pins(read, tenant, &scope, &filter, MOST_PINS)?;
        let full = i64::try_from(found.len()) == Ok(MOST_PINS);
        let all = if full { count(read, tenant, &scope, &filter, COUNTED)?.0 } else { 0 };
        Ok((found, (all - MOST_PINS).max(0)))
    };
    let (found, more): (Vec<Pin>, i64) = ctx.kernel().db().read(tenant, read).await?;
    let names = read_names(&ctx, ctx.locale()).await?;
    let units = Arc::clone(&ctx.tenant.units);
    let code = |pin: &Pin| units.by_path(&pin.unit_path).map(|unit| unit.code.clone()).unwrap_or_default();
    let features: Vec<Value> = found
        .iter()
        .map(|pin| {
            json!({
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [pin.point.1, pin.point.0]},
                "properties": {
                    "id": pin.id, "number": pin.number, "category": pin.category, "status": pin.status, "unit": code(pin),
                },
            })
        })
        .collect();
    let categories: serde_json::Map<String, Value> =
        names.even_retired().iter().map(|c| (c.code.clone(), c.name.to(ctx.locale()).into())).collect();
    let units: serde_json::Map<String, Value> =
        names.units().iter().map(|unit| (unit.code.clone(), unit.name.to(ctx.locale()).into())).collect();
    let body = json!({
        "type": "FeatureCollection", "features": features, "more": more,
        "names": {"categories": categories, "units": units},
    });
    Ok(geojson(&body))
}

/// `GET /desk/map/ground.json`: the ground of the subdistrict, its communities and grids, where it is drawn; and its service sites.
pub(super) async fn ground(ctx: Ctx) -> Answer<Response> {
    let drawn = ctx.tenant.units.iter().filter(|unit| unit.level <= Level::Grid);
    let features: Vec<Value> = drawn
        .filter_map(|unit| {
            let coordinates = unit.area.as_ref()?.coordinates();
            Some(json!({
                "type": "Feature",
                "geometry": {"type": "MultiPolygon", "coordinates": coordinates},
                "properties": {
                    "level": unit.level.as_str(), "code": unit.code, "name": unit.name.to(ctx.locale()),
                    "at": unit.point.map(|(lat, lon)| [lon, lat]),
                },
            }))
        })
        .collect();
    let tenant = ctx.tenant.id;
    let kernel = ctx.kernel().clone();
    let places = ctx.kernel().db().read(tenant, move |read| kernel.places(read, tenant)).await?;
    let sites = places.iter().filter_map(|place| {
        let (lat, lon) = place.point?;
        Some(json!({
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {"level": "site", "code": place.code, "name": place.name.to(ctx.locale()), "page": place.page},
        }))
    });
    let features: Vec<Value> = features.into_iter().chain(sites).collect();
    Ok(geojson(&json!({"type": "FeatureCollection", "features": features})))
}

/// An answer that is a map of its reader's own.
pub(super) fn geojson(body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/geo+json"), (header::CACHE_CONTROL, KEPT)];
    (headers, body.to_string()).into_response()
}
