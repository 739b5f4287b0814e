//! Coordinates that come in as GCJ-02 are kept as WGS 84, wherever they come in; they say so by name, and a name that nobody knows is
//! refused.

use std::path::Path;

use serde_json::{Value, json};
use tongxin::commands::programme::{check, put_in_words};
use tongxin::packs;
use tongxin_base::{Coordinates, metres};
use tongxin_kernel::{Area, Level, Pack};
use tongxin_requests::import::{BUILT_IN, Mapping, parse};
use tongxin_testkit::engines;

use crate::town::{by, town};

/// A point of the town, and the same as a Chinese map says it.
const HERE: (f64, f64) = (39.611, 109.781);

fn there() -> (f64, f64) {
    Coordinates::Gcj02.of_wgs84(HERE)
}

fn close(a: (f64, f64), b: (f64, f64)) -> bool {
    metres(a, b) < 0.02
}

fn location(view: &Value) -> (f64, f64) {
    let degrees = |name: &str| view["location"][name].as_f64().expect("degrees");
    (degrees("lat"), degrees("lon"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_says_which_system_its_place_comes_in() {
    for engine in engines() {
        let app = town(engine).await;
        let body = |system: Option<&str>| {
            let (lat, lon) = if system == Some("gcj02") { there() } else { HERE };
            let mut place = json!({"lat": lat, "lon": lon});
            if let Some(system) = system {
                place["system"] = system.into();
            }
            json!({"category": "0201", "description": "路灯", "location": place})
        };
        for system in [None, Some("wgs84"), Some("gcj02")] {
            let made = app.anyone().post("/api/v1/requests", body(system)).await.expect(201);
            let path = format!("/api/v1/requests/{}", made.at("/id"));
            let seen = by(&app, "secretary").get(&path).await.expect(200).json();
            assert!(close(location(&seen), HERE), "{system:?}: {seen}");
        }
        let refused = app.anyone().post("/api/v1/requests", body(Some("mars"))).await.expect(422);
        assert!(refused.text.contains("\"system\"") && refused.text.contains("gcj02"), "{}", refused.text);

        // The form of a page, where somebody's own map fills it in.
        let (lat, lon) = there();
        let (lat, lon) = (lat.to_string(), lon.to_string());
        let fields = |system: &'static str| {
            [
                ("category", "0201"),
                ("description", "路灯"),
                ("lat", lat.as_str()),
                ("lon", lon.as_str()),
                ("system", system),
            ]
        };
        let refused = app.anyone().submit("/report", "/report", &fields("mars")).await.expect(422);
        assert!(refused.text.contains("gcj02"), "{}", refused.text);
        let similar = format!("/api/v1/requests/similar?category=0201&lat={lat}&lon={lon}&system=gcj02");
        let found = app.anyone().get(&similar).await.expect(200).json();
        assert!(found["items"].as_array().is_some_and(|items| !items.is_empty()), "at the same place: {found}");
        let near = |text: &str| format!("/api/v1/orders?near={text}");
        let _ = by(&app, "worker").get(&near(&format!("{lat},{lon},gcj02"))).await.expect(200);
        let _ = by(&app, "worker").get(&near(&format!("{lat},{lon},mars"))).await.expect(422);
        let base = json!({"base": {"lat": there().0, "lon": there().1, "system": "gcj02"}});
        let _ = by(&app, "worker").post("/api/v1/me/duty", base).await.expect(200);
        let duty = by(&app, "worker").get("/api/v1/me/duty").await.expect(200).json();
        let kept = (duty["base"]["lat"].as_f64().expect("degrees"), duty["base"]["lon"].as_f64().expect("degrees"));
        assert!(metres(kept, HERE) < 100.0, "a base is kept roughly: {duty}");
        let odd = json!({"base": {"lat": 39.6, "lon": 109.7, "system": "mars"}});
        let _ = by(&app, "worker").post("/api/v1/me/duty", odd).await.expect(422);
    }
}

/// The pack of Binhe with every coordinate as a Chinese map says it.
fn shifted(setting: &str) -> Pack {
    let binhe = packs::pack("binhe");
    let text = |name: &str| std::str::from_utf8(binhe.bytes(name).expect("a file")).expect("UTF-8").to_owned();
    let turned = |lat: &str, lon: &str| -> Option<(String, String)> {
        let (lat, lon) = Coordinates::Gcj02.of_wgs84((lat.parse().ok()?, lon.parse().ok()?));
        Some((lat.to_string(), lon.to_string()))
    };
    let table = |name: &str| {
        let mut reader = csv::Reader::from_reader(binhe.bytes(name).expect("a table"));
        let header = reader.headers().expect("a header").clone();
        let at = |column: &str| header.iter().position(|one| one == column).expect("a column");
        let (lat_at, lon_at) = (at("lat"), at("lon"));
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&header).expect("a line");
        for record in reader.records() {
            let record = record.expect("a line");
            let mut cells: Vec<String> = record.iter().map(str::to_owned).collect();
            if let Some((lat, lon)) = turned(&record[lat_at], &record[lon_at]) {
                (cells[lat_at], cells[lon_at]) = (lat, lon);
            }
            writer.write_record(&cells).expect("a line");
        }
        writer.into_inner().expect("a table")
    };
    let mut areas: Value = serde_json::from_str(&text("areas.geojson")).expect("JSON");
    fn turn(value: &mut Value) {
        match value.as_array_mut() {
            Some(pair) if pair.len() == 2 && pair[0].is_number() => {
                let (lat, lon) = (pair[1].as_f64().expect("degrees"), pair[0].as_f64().expect("degrees"));
                let (lat, lon) = Coordinates::Gcj02.of_wgs84((lat, lon));
                (pair[0], pair[1]) = (lon.into(), lat.into());
            }
            Some(list) => list.iter_mut().for_each(turn),
            None => {}
        }
    }
    for feature in areas["features"].as_array_mut().expect("features") {
        turn(&mut feature["geometry"]["coordinates"]);
    }
    packs::pack("binhe")
        .with("programme.toml", format!("{setting}\n{}", text("programme.toml")))
        .with("units.csv", table("units.csv"))
        .with("sites.csv", table("sites.csv"))
        .with("areas.geojson", areas.to_string())
}

#[test]
fn a_pack_in_gcj02_is_the_same_programme() {
    let plain = check(&packs::pack("binhe")).programme.expect("it holds");
    let checked = check(&shifted("coordinates = \"gcj02\""));
    let said = put_in_words(&checked).expect("words");
    let turned = checked.programme.unwrap_or_else(|| panic!("{said}"));
    for (one, other) in plain.units.iter().zip(turned.units.iter()) {
        match (one.point, other.point) {
            (Some(a), Some(b)) => assert!(close(a, b), "{}: {a:?} {b:?}", one.code),
            (a, b) => assert_eq!(a, b, "{}", one.code),
        }
        let (ours, theirs) = (one.area.as_ref().map(Area::rings), other.area.as_ref().map(Area::rings));
        for (a, b) in ours.iter().flatten().flatten().zip(theirs.iter().flatten().flatten()) {
            assert!(close(*a, *b), "{}: {a:?} {b:?}", one.code);
        }
    }
    let wrong = check(&shifted("coordinates = \"mars\""));
    let said = put_in_words(&wrong).expect("words");
    assert!(wrong.programme.is_none() && said.contains("mars") && said.contains("gcj02"), "{said}");
}

/// A file of areas may name a system of its own.
#[test]
fn areas_may_come_in_another_system_than_the_pack() {
    let binhe = packs::pack("binhe");
    let turned = shifted("");
    let areas = std::str::from_utf8(turned.bytes("areas.geojson").expect("a file")).expect("UTF-8");
    let named = |system: &str| areas.replacen('{', &format!("{{\"system\":\"{system}\","), 1);
    let checked = check(&binhe.clone().with("areas.geojson", named("gcj02")));
    let said = put_in_words(&checked).expect("words");
    let programme = checked.programme.unwrap_or_else(|| panic!("{said}"));
    let plain = check(&binhe).programme.expect("it holds");
    let grid = |programme: &tongxin_kernel::Programme| {
        let grid = programme.units.iter().find(|unit| unit.level == Level::Grid).expect("a grid");
        grid.area.as_ref().map(Area::rings).expect("its ground")[0][0]
    };
    assert!(close(grid(&programme), grid(&plain)));
    let said = put_in_words(&check(&binhe.with("areas.geojson", named("mars")))).expect("words");
    assert!(said.contains("mars"), "{said}");
}

#[test]
fn a_mapping_says_which_system_a_history_comes_in() {
    let (lat, lon) = there();
    let file = format!(
        "受理编号,受理时间,问题描述,问题分类,工单状态,纬度,经度\n1,2024-05-01 09:00,路灯,供水,已办结,{lat},{lon}\n"
    );
    let usual = parse(file.as_bytes(), None).expect("rows");
    let point = usual.rows[0].point.expect("a point");
    assert!(!close(point, HERE), "nothing is guessed");
    let (_, ours) = BUILT_IN.iter().find(|(name, _)| *name == usual.mapping_name).expect("one of ours");
    let named = |system: &str| Mapping::parse(&format!("coordinates = \"{system}\"\n{ours}"));
    let mapping = ("ours".to_owned(), named("gcj02").expect("a mapping"));
    let turned = parse(file.as_bytes(), Some(mapping)).expect("rows");
    assert!(close(turned.rows[0].point.expect("a point"), HERE));
    let said = named("mars").expect_err("no system").to_string();
    assert!(said.contains("gcj02"), "{said}");
}

/// A boundary as a Chinese map draws it. It is not ours to copy, so it is looked at where it lies.
#[test]
fn a_boundary_of_a_chinese_map_comes_to_lie_where_it_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/units");
    let Ok(text) = std::fs::read_to_string(folder.join("kangbashi_150603_feature_array.json")) else {
        eprintln!("{} is not there: no boundary in GCJ-02 was looked at", folder.display());
        return;
    };
    let read: Value = serde_json::from_str(&text).expect("JSON");
    let feature = if read.is_array() { &read[0] } else { &read["features"][0] };
    let drawn = Area::from_geojson(&feature["geometry"].to_string()).expect("ground");
    let ground = drawn.clone().to_wgs84(Coordinates::Gcj02);
    for (a, b) in drawn.rings().iter().flatten().zip(ground.rings().iter().flatten()) {
        let far = metres(*a, *b);
        assert!((300.0..800.0).contains(&far), "{a:?} is {far} m from {b:?}");
        assert!(close(Coordinates::Gcj02.of_wgs84(*b), *a), "and back");
    }
    assert!((ground.m2() / drawn.m2() - 1.0).abs() < 0.001, "its size stays");
    assert!(ground.flaw().is_none());
}
