//! What maps are drawn from: our own units and sites as points. Places, nothing about anybody; no tiles from elsewhere.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tongxin_base::Label;

use crate::ctx::Ctx;
use crate::failure::Answer;

/// A map that is opened again within this many seconds asks nobody.
const KEPT: &str = "public, max-age=300";

fn place(kind: &str, code: &str, name: &Label, point: Option<(f64, f64)>) -> Option<Value> {
    let (lat, lon) = point?;
    Some(json!({
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"kind": kind, "code": code, "zh": name.zh, "en": name.en},
    }))
}

/// `GET /map/places.json`: GeoJSON (RFC 7946, WGS 84) of all units and sites that have a point. `kind` is the unit's level, or the
/// kind of thing that stands there.
pub(crate) async fn places(ctx: Ctx) -> Answer<Response> {
    let (kernel, tenant) = (ctx.kernel().clone(), ctx.tenant.id);
    let db = kernel.db().clone();
    let places = db.read(tenant, move |read| kernel.places(read, tenant)).await?;
    let units =
        ctx.tenant.units.iter().filter_map(|unit| place(unit.level.as_str(), &unit.code, &unit.name, unit.point));
    let places = places.iter().filter_map(|it| place(&it.subject.kind, &it.code, &it.name, it.point));
    let features: Vec<Value> = units.chain(places).collect();
    let headers = [(header::CONTENT_TYPE, "application/geo+json"), (header::CACHE_CONTROL, KEPT)];
    Ok((headers, json!({"type": "FeatureCollection", "features": features}).to_string()).into_response())
}
