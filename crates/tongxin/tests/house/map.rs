//! The map of matters: who sees which points, what stands in them and what never does.

use tongxin_kernel::{Area, put_unit};
use tongxin_requests::import::{load, parse};
use tongxin_testkit::{Client, TestApp, engines};

use crate::town::{by, report, town};

const HEADER: &str = "受理编号,受理时间,问题描述,问题分类,工单状态,纬度,经度\n";

/// Matters at all grids of the town and one without a place; how many there are.
async fn history(app: &TestApp) -> usize {
    let units = app.kernel().units(app.tenant.id).expect("units");
    let points: Vec<(f64, f64)> =
        units.iter().filter(|unit| unit.level == tongxin_kernel::Level::Grid).filter_map(|unit| unit.point).collect();
    let row = |(n, (lat, lon)): (usize, &(f64, f64))| {
        let state = if n.is_multiple_of(2) { "已办结" } else { "已受理" };
        format!("{n},2024-05-{:02} 09:00,秘密的话 张三 13800138000,供水,{state},{lat},{lon}\n", n % 28 + 1)
    };
    let rows: String = points.iter().enumerate().map(row).collect();
    let parsed =
        parse(format!("{HEADER}{rows}x,2024-05-01 09:00,无处,供水,已受理,,\n").as_bytes(), None).expect("rows");
    load(app.kernel(), &app.tenant, "map.csv", &parsed, |_| ()).await.expect("it goes in");
    points.len()
}

async fn count(who: &Client, query: &str) -> usize {
    let map = who.get(&format!("/desk/map.json{query}")).await.expect(200).json();
    map["features"].as_array().expect("features").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_has_the_points_of_its_list_and_no_words() {
    for engine in engines() {
        let app = town(engine).await;
        let all = history(&app).await;
        let desk = by(&app, "subdistrict");
        assert_eq!(count(&desk, "").await, all, "what has no place is not there");
        assert_eq!(count(&desk, "?status=closed").await, all.div_ceil(2));
        assert_eq!(count(&desk, "?from=2024-05-02&to=2024-05-02").await, 1);
        assert_eq!(count(&desk, "?from=2025-01-01").await, 0);
        let listed = desk.get("/api/v1/requests?from=2024-05-02&to=2024-05-02").await.expect(200).json();
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "the list is narrowed as the map is");
        let map = desk.get("/desk/map.json").await.expect(200);
        for word in ["秘密", "张三", "13800138000"] {
            assert!(!map.text.contains(word), "{word}");
        }
        let feature = &map.json()["features"][0];
        let mut fields: Vec<&String> = feature["properties"].as_object().expect("fields").keys().collect();
        fields.sort();
        assert_eq!(fields, ["category", "id", "number", "status", "unit"]);
        assert_eq!(map.json()["more"], 0);
        let page = desk.get("/desk/map?status=closed&from=2024-05-01").await.expect(200).text;
        assert!(page.contains("/desk/requests?status=closed&#38;from=2024-05-01"), "the way back keeps the filter");
        assert!(page.contains("data-points=\"/desk/map.json?status=closed&#38;from=2024-05-01\""));
        for wrong in ["status=nonsense", "unit=nowhere", "from=yesterday", "to=2024-02-30"] {
            assert_eq!(desk.get(&format!("/desk/map.json?{wrong}")).await.status, 422, "{wrong}");
        }
    }
}

/// The scope of the map is the scope of the list, for everybody.
#[tokio::test(flavor = "multi_thread")]
async fn who_sees_which_points() {
    for engine in engines() {
        let app = town(engine).await;
        let all = history(&app).await;
        let (mine, _) = report(&app, "我的灯坏了").await;
        for key in ["subdistrict", "secretary", "other_secretary", "staff", "worker", "auditor", "admin"] {
            let who = by(&app, key);
            let reply = who.get("/desk/map.json").await;
            if reply.status != 200 {
                assert_eq!(reply.status, who.get("/api/v1/requests").await.status, "{key}: no list, no map");
                continue;
            }
            let list = who.get("/api/v1/requests").await.expect(200).json();
            let items = list["items"].as_array().expect("items");
            let on_map = reply.json()["features"].as_array().expect("features").len();
            let placed = items.iter().filter(|item| !item["location"].is_null()).count();
            assert_eq!(on_map, placed, "{key}: {all} and one more");
            assert_eq!(reply.text.contains(&mine), items.iter().any(|item| item["id"] == mine.as_str()), "{key}");
        }
        assert_ne!(by(&app, "resident").get("/desk/map.json").await.status, 200);
        assert_ne!(app.anyone().get("/desk/map.json").await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ground_is_drawn_where_it_is_known() {
    for engine in engines() {
        let app = town(engine).await;
        let (tenant, now) = (app.tenant.id, app.kernel().world().now());
        let units = app.kernel().units(tenant).expect("units");
        let mut root = units.root().expect("a root").clone();
        let square =
            r#"{"type":"Polygon","coordinates":[[[109.7,39.5],[109.9,39.5],[109.9,39.7],[109.7,39.7],[109.7,39.5]]]}"#;
        root.area = Some(Area::from_geojson(square).expect("a square"));
        let code = root.code.clone();
        let write = move |tx: &mut tongxin_db::Tx<'_>| put_unit(tx, tenant, now, &root);
        app.kernel().db().write(tenant, "test.ground", write).await.expect("it is drawn");
        app.kernel().reload().await.expect("read again");
        let ground = by(&app, "subdistrict").get("/desk/map/ground.json").await.expect(200).json();
        let drawn = ground["features"]
            .as_array()
            .expect("features")
            .iter()
            .find(|one| one["properties"]["code"] == code.as_str());
        assert_eq!(drawn.expect("the subdistrict")["geometry"]["type"], "MultiPolygon");
    }
}
