//! What an import does to a house: places, categories, ratings, what is in already; and from an Open311 service at an address.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tongxin::fetch::{self, Windows};
use tongxin::outside::{Allowed, Gate};
use tongxin_base::{Error, Time};
use tongxin_requests::import::{Asked, Intake, Loaded, Mapping, Parsed, load, load_planned, parse, plan};
use tongxin_testkit::{TestApp, engines};

use crate::town::{by, town};

const HEADER: &str =
    "工单编号,受理时间,问题描述,问题分类,所属网格,纬度,经度,首次联系时间,办结时间,是否解决,满意度,来源,工单状态\n";

async fn bring(app: &TestApp, text: &str) -> (Parsed, Loaded) {
    let parsed = parse(text.as_bytes(), None).expect("it is read");
    assert_eq!(parsed.errors, []);
    let loaded = load(app.kernel(), &app.tenant, "f.csv", &parsed, |_| ()).await.expect("it goes in");
    app.work_off().await;
    (parsed, loaded)
}

async fn rates(app: &TestApp, query: &str) -> [(i64, i64); 3] {
    let rates = by(app, "subdistrict").get(&format!("/api/v1/rates{query}")).await.expect(200).json();
    ["response", "solved", "satisfied"].map(|rate| {
        let count = |name: &str| rates[rate][name].as_i64().expect("a count");
        (count("numerator"), count("denominator"))
    })
}

/// Ratings, limits and days of a history count as they would have counted here.
#[tokio::test(flavor = "multi_thread")]
async fn the_three_rates_of_a_history() {
    let rows = [
        // Monday morning; reached the same day; done, solved, very satisfied.
        "1,2025-03-03 09:00,a1,供水,150603003001,,,2025-03-03 10:00,2025-03-04 10:00,已解决,非常满意,电话,已归档",
        // Reached after four working days: too late.
        "2,2025-03-03 09:00,a2,供水,,,,2025-03-07 10:00,2025-03-07 12:00,已解决,基本满意,微信,已归档",
        // Nobody knows whether the reporter was reached; not solved, not satisfied.
        "3,2025-03-03 09:00,a3,供水,,,,,2025-03-05 12:00,未解决,不满意,电话,已归档",
        // Solved in part, and nobody asked how satisfied somebody was.
        "4,2025-03-03 09:00,a4,供水,,,,2025-03-03 09:30,2025-03-05 12:00,部分解决,,电话,已归档",
        // Done, and nobody asked anything.
        "5,2025-03-03 09:00,a5,供水,,,,2025-03-03 09:30,2025-03-05 12:00,,,电话,已办结",
        // Over, but nobody wrote down when: it counts nowhere, and neither does its rating.
        "6,2025-03-03 09:00,a6,供水,,,,2025-03-03 09:30,,已解决,满意,电话,已归档",
        // Not over; not taken on.
        "7,2025-03-03 09:00,a7,供水,,,,,,,,电话,处理中",
        "8,2025-03-03 09:00,a8,供水,,,,,2025-03-03 12:00,,,电话,不予受理",
    ];
    for engine in engines() {
        let app = town(engine).await;
        let (_, loaded) = bring(&app, &format!("{HEADER}{}\n", rows.join("\n"))).await;
        assert_eq!((loaded.rows, loaded.done_known, loaded.done_unknown), (8, 5, 1));
        assert_eq!((loaded.rated, loaded.ratings_left), (4, 1));
        let statuses: Vec<(&str, usize)> =
            loaded.statuses.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        assert_eq!(statuses, [("accepted", 1), ("closed", 6), ("declined", 1)]);
        assert_eq!(rates(&app, "").await, [(3, 5), (2, 5), (2, 5)]);
        assert_eq!(rates(&app, "?from=2025-03-04&to=2025-03-04").await, [(1, 1), (1, 1), (1, 1)]);
        let all = by(&app, "subdistrict").get("/api/v1/rates").await.expect(200).json();
        assert_eq!(all["unrated"], 1, "one that is done was rated by nobody");
        // What is left out of the assessment by approval takes its rating along.
        let found = by(&app, "subdistrict").get("/api/v1/requests?q=a1").await.expect(200);
        let id = found.at("/items/0/id");
        let why = json!({"reason": "weather", "text": "暴雪停工"});
        by(&app, "secretary").post(&format!("/api/v1/requests/{id}/exclude"), why).await.expect(200);
        let boss = by(&app, "subdistrict");
        boss.post(&format!("/api/v1/requests/{id}/exclusion"), json!({"approve": true})).await.expect(200);
        assert_eq!(rates(&app, "").await, [(2, 4), (1, 4), (1, 4)]);
    }
}

/// A name or a code first, then the point, then the mapping's unit; what lies far away is said to.
#[tokio::test(flavor = "multi_thread")]
async fn where_rows_belong_and_what_would_be_made() {
    for engine in engines() {
        let app = town(engine).await;
        let units = app.kernel().units(app.tenant.id).expect("units");
        let grid = units.iter().find(|unit| unit.level == tongxin_kernel::Level::Grid).expect("a grid").clone();
        let community = units.iter().find(|unit| unit.level == tongxin_kernel::Level::Community).expect("one").clone();
        let (lat, lon) = grid.point.expect("a point");
        let text = format!(
            "{HEADER}1,2025-03-03 09:00,b1,供水,{},,,,,,,,\n2,2025-03-03 09:00,b2,供水,,{lat},{lon},,,,,,\n\
             3,2025-03-03 09:00,b3,路灯照明,{},,,,,,,,\n4,2025-03-03 09:00,b4,供水,火星社区,41.3,-72.9,,,,,,\n\
             5,2025-03-03 09:00,b5,供水,,0,0,,,,,,\n",
            community.name.zh, grid.code
        );
        let parsed = parse(text.as_bytes(), None).expect("it is read");
        let planned = plan(app.kernel(), &app.tenant, &parsed, false).await.expect("a plan");
        let told = &planned.told;
        assert_eq!((told.new, told.known, told.outside), (5, 0, 1));
        assert_eq!(told.units_unknown.keys().collect::<Vec<_>>(), ["火星社区"]);
        let root = units.root().expect("a root").code.clone();
        let counts = [(&community.code, 1), (&grid.code, 2), (&root, 2)];
        for (code, count) in counts {
            assert_eq!(told.units.get(code), Some(&count), "{code} of {:?}", told.units);
        }
        assert!(parsed.notes.iter().any(|note| note.contains("0, 0")), "{:?}", parsed.notes);
        assert!(told.categories_made.contains(&"供水".to_owned()), "{:?}", told.categories_made);
        load_planned(app.kernel(), &app.tenant, "p.csv", &parsed, &planned, |_| ()).await.expect("it goes in");
        // Words of another house are in the lists, and nobody is asked to report as them.
        let desk = by(&app, "subdistrict");
        let offered = desk.get("/api/v1/categories").await.expect(200).text;
        assert!(!offered.contains("供水\""), "{offered}");
        let listed = desk.get("/api/v1/requests?q=b1").await.expect(200);
        assert_eq!(listed.at("/items/0/category/name"), "供水");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_already() {
    for engine in engines() {
        let app = town(engine).await;
        let row = |id: u32, words: &str| format!("{id},2025-03-03 09:00,{words},供水,,,,,,,,,\n");
        bring(&app, &format!("{HEADER}{}{}", row(1, "一"), row(2, "二"))).await;
        // A longer file of the same source: what it says again is passed over.
        let (_, loaded) = bring(&app, &format!("{HEADER}{}{}{}", row(1, "一"), row(2, "二"), row(3, "三"))).await;
        assert_eq!(loaded.rows, 1);
        // One that says something else is refused, row by row.
        let parsed =
            parse(format!("{HEADER}{}{}", row(2, "二，还没修好"), row(4, "四")).as_bytes(), None).expect("rows");
        let planned = plan(app.kernel(), &app.tenant, &parsed, false).await.expect("a plan");
        assert_eq!((planned.wrong(), planned.errors[0].line), (1, 2));
        assert!(planned.errors[0].wrong.contains("--skip-known"), "{}", planned.errors[0].wrong);
        assert!(load(app.kernel(), &app.tenant, "x.csv", &parsed, |_| ()).await.is_err());
        let planned = plan(app.kernel(), &app.tenant, &parsed, true).await.expect("a plan");
        assert_eq!((planned.wrong(), planned.told.changed, planned.told.new), (0, 1, 1));
        let loaded = load_planned(app.kernel(), &app.tenant, "x.csv", &parsed, &planned, |_| ()).await.expect("in");
        assert_eq!(loaded.rows, 1);
        // The numbers of another city are others.
        let mut intake = Intake::new(Asked { source: Some("elsewhere".to_owned()), ..Asked::default() });
        intake.add(format!("{HEADER}{}", row(2, "别处的二")).as_bytes()).expect("rows");
        let parsed = intake.finish().expect("rows");
        assert_eq!(load(app.kernel(), &app.tenant, "y.csv", &parsed, |_| ()).await.expect("in").rows, 1);
        // A report from tomorrow's tomorrow is a mistake.
        let ahead = format!("{HEADER}9,2199-01-01 00:00,未来,供水,,,,,,,,,\n");
        let parsed = parse(ahead.as_bytes(), None).expect("rows");
        assert_eq!(plan(app.kernel(), &app.tenant, &parsed, false).await.expect("a plan").wrong(), 1);
    }
}

/// A mapping of somebody's own, with limits by category and its own words.
#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_of_ones_own() {
    let mapping = Mapping::parse(
        "timezone = \"Asia/Shanghai\"\nsource = \"own\"\n[columns]\nsource_id = \"nr\"\nwords = [\"what\"]\ncategory = \"kind\"\n\
         created = \"when\"\ncontacted = \"called\"\ndone = \"ready\"\n[limits]\ncontact = \"1wd\"\nfinish = \"5wd\"\n\
         [category_limits]\nslow = { contact = \"10wd\", finish = \"30wd\" }\n[categories]\nlamp = \"0201\"\n",
    )
    .expect("a mapping");
    let table = "nr,what,kind,when,called,ready\n1,c1,slow,2025-03-03 09:00,2025-03-07 09:00,2025-03-08 09:00\n\
                 2,c2,quick,2025-03-03 09:00,2025-03-07 09:00,2025-03-08 09:00\n3,c3,lamp,2025-03-03 09:00,,\n";
    for engine in engines() {
        let app = town(engine).await;
        let parsed = parse(table.as_bytes(), Some(("own".to_owned(), mapping.clone()))).expect("it is read");
        load(app.kernel(), &app.tenant, "o.csv", &parsed, |_| ()).await.expect("it goes in");
        app.work_off().await;
        assert_eq!(rates(&app, "").await[0], (1, 2), "the slow kind has ten days, the other one");
        let lamp = by(&app, "subdistrict").get("/api/v1/requests?q=c3").await.expect(200);
        assert_eq!(lamp.at("/items/0/category/code"), "0201");
    }
    let said = parse(b"nr,what,when\n", Some(("own".to_owned(), mapping))).expect_err("no column kind");
    let said = format!("{said:?}");
    assert!(said.contains("requests-unread-no-column") && said.contains("\"kind\""), "{said}");
}

/// How an Open311 service of the test behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// Pages of fifty, whatever size is asked for; behind the last nothing.
    Pages,
    /// No pages: always all.
    NoPages,
    /// Busy at first, and says 404 behind the last page.
    Busy,
}

struct Service {
    habit: Habit,
    asked: AtomicUsize,
    queries: std::sync::Mutex<Vec<String>>,
}

const MATTERS: usize = 120;

fn matter(n: usize) -> Value {
    let day = 1 + n % 28;
    json!({"service_request_id": format!("s{n}"), "status": if n.is_multiple_of(2) { "closed" } else { "open" }, "service_name": "Pothole",
        "description": format!("Hole {n}"), "requested_datetime": format!("2025-02-{day:02}T08:00:00Z"),
        "updated_datetime": format!("2025-03-{day:02}T08:00:00Z"), "lat": 39.61, "long": 109.78})
}

async fn serve_requests(
    State(service): State<Arc<Service>>,
    Path(file): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let asked = service.asked.fetch_add(1, Ordering::Relaxed);
    let value = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    service.queries.lock().expect("a list").push(format!("{:?}", query));
    let page: usize = value("page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let all: Vec<Value> = (0..MATTERS).map(matter).collect();
    let wanted = |m: &Value| {
        let at = m["requested_datetime"].as_str().expect("a time");
        value("start_date").is_none_or(|from| at >= from.as_str())
            && value("end_date").is_none_or(|to| at <= to.as_str())
    };
    let all: Vec<Value> = all.into_iter().filter(wanted).collect();
    if service.habit == Habit::Busy && asked == 0 {
        return (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "0")]).into_response();
    }
    let some: Vec<Value> = match service.habit {
        Habit::NoPages => all,
        _ => all.into_iter().skip((page - 1) * 50).take(50).collect(),
    };
    if some.is_empty() && service.habit == Habit::Busy {
        return StatusCode::NOT_FOUND.into_response();
    }
    match file.as_str() {
        "requests.json" => axum::Json(some).into_response(),
        "requests.xml" => {
            let field = |(name, value): (&String, &Value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                format!("<{name}>{text}</{name}>")
            };
            let one = |m: &Value| {
                format!("<request>{}</request>", m.as_object().expect("fields").iter().map(field).collect::<String>())
            };
            let body: String = some.iter().map(one).collect();
            let body = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?><service_requests>{body}</service_requests>");
            ([("content-type", "text/xml; charset=utf-8")], body).into_response()
        }
        "moved.json" => (StatusCode::FOUND, [("location", "requests.json")]).into_response(),
        "circle.json" => (StatusCode::FOUND, [("location", "circle.json")]).into_response(),
        "page.json" => "<html><body>Sign in</body></html>".into_response(),
        _ => StatusCode::FORBIDDEN.into_response(),
    }
}

async fn service(habit: Habit) -> (Arc<Service>, String) {
    let service = Arc::new(Service { habit, asked: AtomicUsize::new(0), queries: std::sync::Mutex::default() });
    let routes = axum::Router::new()
        .route("/open311/v2/{file}", axum::routing::get(serve_requests))
        .with_state(Arc::clone(&service));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (service, format!("http://{address}/open311/v2"))
}

fn windows(from: &str, to: &str) -> Windows {
    let day = |text: &str| Some(text).filter(|text| !text.is_empty()).map(|text| text.parse().expect("a day"));
    Windows { from: day(from), to: day(to), today: Time::parse("2025-06-01T00:00:00Z").expect("a time") }
}

async fn fetched(address: &str, windows: Windows) -> anyhow::Result<Parsed> {
    let mut intake = Intake::new(Asked::default());
    // The service of the test is on this machine, where nobody may be sent unless the operator says so.
    let outside = Gate::new(Allowed::parse(["127.0.0.1"])?)?;
    fetch::requests(&*outside, address, windows, &mut intake).await?;
    intake.finish().map_err(|error| anyhow::anyhow!("{error:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open311_service_is_read_to_its_last_page() {
    for habit in [Habit::Pages, Habit::NoPages, Habit::Busy] {
        for file in ["requests.json", "requests.xml"] {
            let (asked, base) = service(habit).await;
            let parsed = fetched(&format!("{base}/{file}"), windows("", "")).await.expect("it is read");
            assert_eq!((parsed.rows.len(), parsed.wrong(), parsed.repeated), (MATTERS, 0, 0), "{file}");
            let done = parsed.rows.iter().filter(|row| row.done.is_some()).count();
            assert_eq!((done, parsed.mapping_name.as_str()), (MATTERS / 2, "open311"));
            assert!(asked.asked.load(Ordering::Relaxed) <= 6);
        }
    }
    let (asked, base) = service(Habit::Pages).await;
    let parsed = fetched(&format!("{base}/moved.json?jurisdiction_id=x"), windows("", "")).await.expect("it points on");
    assert!(!parsed.rows.is_empty());
    // Half a year is three questions of ninety days at most, and each matter comes once.
    let parsed = fetched(&format!("{base}/requests.json"), windows("2025-01-01", "2025-06-30")).await.expect("a year");
    assert_eq!((parsed.rows.len(), parsed.repeated), (MATTERS, 0));
    let queries = asked.queries.lock().expect("a list").join("\n");
    for range in ["2025-01-01T00:00:00Z", "2025-03-31T23:59:59Z", "2025-04-01T00:00:00Z", "2025-06-30T00:00:00Z"] {
        assert!(queries.contains(range), "{range} in {queries}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_at_an_address_is_said() {
    let (_, base) = service(Habit::Pages).await;
    for (file, why) in [
        ("nothing.json", "403"),
        ("circle.json", "points on more than"),
        ("page.json", "web page"),
        ("requests.json?start_date=2025-01-01T00:00:00Z", "names days itself"),
    ] {
        let said =
            format!("{:#}", fetched(&format!("{base}/{file}"), windows("2025-01-01", "")).await.expect_err(file));
        assert!(said.contains(why), "{file}: {said}");
    }
    let said = format!("{:#}", fetched("http://[not an address", windows("", "")).await.expect_err("no address"));
    assert!(said.contains("no address"), "{said}");
    let said = format!("{:#}", fetched(&base, windows("", "2025-01-01")).await.expect_err("no first day"));
    assert!(said.contains("--from"), "{said}");
}

/// What an import of an address is, on both engines: as of a file.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_goes_in_once() {
    for engine in engines() {
        let app = town(engine).await;
        let (_, base) = service(Habit::Pages).await;
        let parsed = fetched(&format!("{base}/requests.json"), windows("", "")).await.expect("it is read");
        let loaded = load(app.kernel(), &app.tenant, "a service", &parsed, |_| ()).await.expect("it goes in");
        assert_eq!((loaded.rows, loaded.done_known, loaded.on_map), (MATTERS, MATTERS / 2, MATTERS));
        let again = load(app.kernel(), &app.tenant, "a service", &parsed, |_| ()).await;
        assert!(matches!(again, Err(Error::Conflict(..))), "{again:?}");
    }
}
