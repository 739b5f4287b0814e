//! The pool: what a worker may grab, as a list and on a map. Both show the same of an order, and to the same people.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use tongxin_base::{Id, Result};
use tongxin_kernel::{Lying, UnitTree};
use tongxin_web::{Answer, Ctx, Face, Files, Page, Sheet, Sketch, Words, asset_url};
use uuid::Uuid;

use super::map::{geojson, heap_words};
use super::round_queue::Queue;
use super::{Row, Sign, limit_sign, order_row};
use crate::api::{Offered, PAGE, read_some};
use crate::domain::OrderId;
use crate::views::{LimitState, OrderView};

/// Open orders of one map; a pool with more wants more workers first.
const MOST_PINS: i64 = 2000;
/// Orders in the list beside the map, for those who do not see it.
const LISTED: usize = 50;

/// The order before which all others are.
fn top() -> OrderId {
    Id::from_uuid(Uuid::max())
}

#[derive(Template)]
#[template(path = "requests/pool.html")]
struct PoolPage {
    w: Words,
    csrf: String,
    open: Vec<Row>,
    missed: String,
    next: String,
    files: Files,
    queue: Queue,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Where {
    cursor: String,
}

/// `GET /work/pool`.
pub(super) async fn pool(ctx: Ctx, Query(at): Query<Where>) -> Answer {
    show_pool(&ctx, &at.cursor, String::new(), StatusCode::OK).await
}

/// The pool, as far as it is offered to the reader; after a lost race with kind words on top, not as an error page.
pub(super) async fn show_pool(ctx: &Ctx, cursor: &str, missed: String, status: StatusCode) -> Answer {
    let before = cursor.parse().unwrap_or_else(|_| top());
    let place = (before, ctx.rows(PAGE));
    let (open, next) = read_some(ctx, "open", (String::new(), Offered::ToMe), None, place).await?;
    let body = PoolPage {
        queue: Queue::new(ctx, &[]),
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        open: open.iter().map(|view| order_row(ctx, view)).collect(),
        missed,
        next: next.map(|cursor| format!("/work/pool?cursor={cursor}")).unwrap_or_default(),
        files: Files { csv: "/work/pool.csv".to_owned(), xlsx: "/work/pool.xlsx".to_owned() },
    };
    let page = Page::new(Face::Round, ctx.words.t("requests-pool"));
    let page = if status == StatusCode::OK { page } else { page.with_status(status) };
    let rows = body.open.iter().map(|row| row.cells(&row.distance));
    let sheet = Sheet::new(Row::heads(&ctx.words, "far"), rows).cut(!body.next.is_empty());
    page.list(ctx, &body, sheet).await
}

#[derive(Template)]
#[template(path = "requests/pool_map.html")]
struct MapPage {
    w: Words,
    csrf: String,
    /// The same orders as a picture, for who sees no map.
    picture: String,
    rows: Vec<Row>,
    /// How many have a place, and how many have none.
    counts: (usize, usize),
    signs: Vec<Sign>,
    script: String,
    worker: String,
    queue: Queue,
}

async fn offered(ctx: &Ctx) -> Result<Vec<OrderView>> {
    let (found, _) = read_some(ctx, "open", (String::new(), Offered::ToMe), None, (top(), MOST_PINS)).await?;
    Ok(found)
}

/// Orders by the unit they lie in.
fn lying(units: &UnitTree, placed: &[&OrderView]) -> Vec<Lying> {
    let mut found: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for view in placed {
        let unit = units.by_code(&view.unit.code).map(|unit| unit.path.as_str());
        if let Some((unit, at)) = unit.zip(view.location) {
            found.entry(unit).or_default().push((at.lat, at.lon));
        }
    }
    let lie = |(unit, points): (&str, Vec<(f64, f64)>)| {
        let many = f64::from(u32::try_from(points.len()).unwrap_or(u32::MAX));
        let (lat, lon) = points.iter().fold((0.0, 0.0), |(lat, lon), at| (lat + at.0, lon + at.1));
        let count = i64::try_from(points.len()).unwrap_or(i64::MAX);
        Lying { unit_path: unit.to_owned(), count, middle: Some((lat / many, lon / many)) }
    };
    found.into_iter().map(lie).collect()
}

/// `GET /work/pool/map`: the pool on the map, and beside it as a list.
pub(super) async fn page(ctx: Ctx) -> Answer {
    let found = offered(&ctx).await?;
    let all = found.len();
    let placed: Vec<&OrderView> = found.iter().filter(|view| view.location.is_some()).collect();
    let lying = lying(&ctx.tenant.units, &placed);
    let sketch = Sketch::new(&ctx.tenant.units, ctx.locale(), ctx.words.t("requests-pool-map-label")).with_grids();
    // No address says "what of the pool lies here": the list stands beside the picture.
    let sketch = sketch.with_heaps(&lying, |unit, count| heap_words(&ctx.words, unit, count), |_| String::new());
    let body = MapPage {
        picture: sketch.draw()?,
        queue: Queue::new(&ctx, &[]),
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        rows: placed.iter().take(LISTED).map(|view| order_row(&ctx, view)).collect(),
        counts: (placed.len(), all - placed.len()),
        signs: LimitState::ALL.iter().map(|state| limit_sign(&ctx.words, *state)).collect(),
        script: asset_url("map.js"),
        worker: asset_url("map-worker.js"),
    };
    Page::new(Face::Round, ctx.words.t("requests-pool-map-title")).show(&ctx, &body)
}

/// `GET /work/pool/map.json`: GeoJSON of the pool. Of each order what the list shows; its sign says how its time limit stands.
pub(super) async fn points(ctx: Ctx) -> Answer<Response> {
    let found = offered(&ctx).await?;
    let (mut categories, mut units) = (BTreeMap::new(), BTreeMap::new());
    let mut features: Vec<Value> = Vec::with_capacity(found.len());
    for view in &found {
        let Some(point) = view.location else { continue };
        categories.insert(view.category.code.as_str(), view.category.name.as_str());
        units.insert(view.unit.code.as_str(), view.unit.name.as_str());
        features.push(json!({
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [point.lon, point.lat]},
            "properties": {
                "id": view.id, "number": view.number, "category": view.category.code, "unit": view.unit.code,
                "status": view.limit.as_str(), "due": order_row(&ctx, view).due,
            },
        }));
    }
    let names = json!({"categories": categories, "units": units});
    Ok(geojson(&json!({"type": "FeatureCollection", "features": features, "names": names})))
}
