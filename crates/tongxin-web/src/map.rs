//! What maps are drawn from: our own units and sites. Places, nothing about anybody. As GeoJSON for scripts, and as a page with a
//! picture and a list for who has none.

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tongxin_base::{Label, Result};
use tongxin_kernel::{Level, Located};

use crate::assets;
use crate::ctx::Ctx;
use crate::drawn::Sketch;
use crate::failure::Answer;
use crate::module::Face;
use crate::page::Page;
use crate::words::Words;

/// A map that is opened again within this many seconds asks nobody.
const KEPT: &str = "public, max-age=300";

fn place(kind: &str, code: &str, name: &Label, point: Option<(f64, f64)>, page: &str) -> Option<Value> {
    let (lat, lon) = point?;
    Some(json!({
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"kind": kind, "code": code, "zh": name.zh, "en": name.en, "page": page},
    }))
}

fn geojson(features: Vec<Value>) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/geo+json"), (header::CACHE_CONTROL, KEPT)];
    (headers, json!({"type": "FeatureCollection", "features": features}).to_string()).into_response()
}

async fn read_places(ctx: &Ctx) -> Result<Vec<Located>> {
    let (kernel, tenant) = (ctx.kernel().clone(), ctx.tenant.id);
    let db = kernel.db().clone();
    db.read(tenant, move |read| kernel.places(read, tenant)).await
}

/// `GET /map/places.json`: GeoJSON (RFC 7946, WGS 84) of all units and sites that have a point. `kind` is the unit's level, or the
/// kind of thing that stands there; `page` its page, where it has one.
pub(crate) async fn places(ctx: Ctx) -> Answer<Response> {
    let places = read_places(&ctx).await?;
    let units =
        ctx.tenant.units.iter().filter_map(|unit| place(unit.level.as_str(), &unit.code, &unit.name, unit.point, ""));
    let places = places.iter().filter_map(|it| place(&it.subject.kind, &it.code, &it.name, it.point, &it.page));
    Ok(geojson(units.chain(places).collect()))
}

/// `GET /map/ground.json`: the ground of the subdistrict and of its communities, where it is drawn.
pub(crate) async fn ground(ctx: Ctx) -> Answer<Response> {
    let drawn = ctx.tenant.units.iter().filter(|unit| unit.level <= Level::Community);
    let ground = |unit: &tongxin_kernel::Unit| {
        let coordinates = unit.area.as_ref()?.coordinates();
        Some(json!({
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": coordinates},
            "properties": {"level": unit.level.as_str(), "code": unit.code, "zh": unit.name.zh, "en": unit.name.en},
        }))
    };
    Ok(geojson(drawn.filter_map(ground).collect()))
}

/// A map that can be moved about, for who has a script and WebGL; the picture in it is for everybody else. `label` says what is seen.
///
/// # Errors
/// `Internal` where the template does not render.
pub fn open_map(w: &Words, picture: String) -> Result<String> {
    let frame = OpenMap { w: w.clone(), picture, script: assets::url("map.js"), worker: assets::url("map-worker.js") };
    frame.render().map_err(tongxin_base::Error::internal)
}

#[derive(Template)]
#[template(path = "open_map.html")]
struct OpenMap {
    w: Words,
    picture: String,
    script: String,
    worker: String,
}

struct Link {
    name: String,
    code: String,
    href: String,
}

struct Part {
    name: String,
    places: Vec<Link>,
}

#[derive(Template)]
#[template(path = "map.html")]
struct MapPage {
    w: Words,
    map: String,
    parts: Vec<Part>,
}

/// `GET /map`: our ground and what stands on it, as a picture, and beside it as a list by community.
pub(crate) async fn page(ctx: Ctx) -> Answer {
    let (places, w, locale) = (read_places(&ctx).await?, &ctx.words, ctx.locale());
    let picture = Sketch::new(&ctx.tenant.units, locale, w.t("map-label")).with_sites(&places).draw()?;
    let part = |unit: &tongxin_kernel::Unit| {
        let here = places.iter().filter(|place| place.unit_path.starts_with(&unit.path));
        let link = |place: &Located| Link {
            name: place.name.to(locale).to_owned(),
            code: place.code.clone(),
            href: place.page.clone(),
        };
        Part { name: unit.name.to(locale).to_owned(), places: here.map(link).collect() }
    };
    let communities = ctx.tenant.units.iter().filter(|unit| unit.level == Level::Community).map(part);
    let body = MapPage {
        map: open_map(w, picture)?,
        parts: communities.filter(|part| !part.places.is_empty()).collect(),
        w: w.clone(),
    };
    Page::new(Face::Street, w.t("map-title")).show(&ctx, &body)
}
