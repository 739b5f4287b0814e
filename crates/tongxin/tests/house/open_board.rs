//! The board for everybody: what it says of people comes of published months in every form, and who may see more sees the board.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};
use std::time::Duration;

use serde_json::{Value, json};
use tongxin_base::Label;
use tongxin_board::store::{Node, Target, replace};
use tongxin_kernel::Tells;
use tongxin_testkit::{TestApp, engines};

use crate::open::finished;
use crate::town::{by, report_by, town};

const DAY: Duration = Duration::from_secs(24 * 3600);
const FORMS: [&str; 4] = ["/board", "/api/v1/board", "/board.csv", "/board.xlsx"];

/// A town with a programme, in whose first community much was done and in whose second three people can be named.
async fn measured() -> Vec<TestApp> {
    let mut all = Vec::new();
    for engine in engines() {
        let app = town(engine).await;
        want(&app).await;
        for n in 0..25 {
            finished(&app, 39.611, 109.781, ("secretary", if n < 14 { "yes" } else { "partly" })).await;
        }
        for _ in 0..3 {
            finished(&app, 39.589, 109.801, ("other_secretary", "partly")).await;
        }
        all.push(app);
    }
    all
}

/// A programme of two parts: service sites, which tell of nobody, and matters that were solved, which tell of people.
async fn want(app: &TestApp) {
    let (tenant, label) = (app.tenant.id, |zh: &str| Label::new(zh, ""));
    let node = |code: &str, parent: Option<&str>| Node {
        code: code.to_owned(),
        parent: parent.map(str::to_owned),
        name: label(code),
        text: label(""),
    };
    let aim = |code: &str, measure: Option<&str>| Target {
        code: code.to_owned(),
        node: "part".to_owned(),
        name: label(code),
        target: 20,
        unit: label("件"),
        measure: measure.map(str::to_owned),
    };
    let nodes = [node("line", None), node("part", Some("line"))];
    let aims = [aim("solved", Some("ratings.solved")), aim("sites", Some("sites.open")), aim("walls", None)];
    let write = move |tx: &mut tongxin_db::Tx<'_>| replace(tx, tenant, &nodes, &aims);
    app.kernel().db().write(tenant, "test.programme", write).await.expect("a programme");
}

/// What a form says, without what is drawn anew for each reader: the token of its forms, the day in a workbook.
async fn said(app: &TestApp, form: &str) -> String {
    let reply = app.anyone().get(form).await.expect(200);
    if form.ends_with(".xlsx") {
        return cells(reply.bytes).join("\n");
    }
    let lines = reply.text.lines().map(|line| line.split("name=\"csrf\" value=\"").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The texts of a workbook, each once.
fn cells(bytes: Vec<u8>) -> Vec<String> {
    let mut book = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook");
    let mut words = String::new();
    book.by_name("xl/sharedStrings.xml").expect("texts").read_to_string(&mut words).expect("UTF-8");
    words.split("<t>").skip(1).filter_map(|rest| rest.split("</t>").next()).map(str::to_owned).collect()
}

async fn board(app: &TestApp) -> Value {
    app.anyone().get("/api/v1/board").await.expect(200).json()
}

fn aim<'a>(board: &'a Value, code: &str) -> &'a Value {
    board["aims"].as_array().expect("aims").iter().find(|aim| aim["aim"] == code).expect("the aim")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_people_was_published() {
    for app in measured().await {
        let early = board(&app).await;
        assert_eq!(early["month"], Value::Null, "the month is not over");
        assert_eq!(aim(&early, "solved")["count"], Value::Null, "nor is anything said of it");
        assert_eq!(early["rates"][0]["months"], json!([]));
        app.pass(DAY * 70);
        assert_eq!(board(&app).await, early, "looking publishes nothing");
        app.kernel().tidy_up().await.expect("published");

        let (shown, figures) = (board(&app).await, app.anyone().get("/api/v1/figures").await.expect(200).json());
        let month = &figures["items"][0];
        assert_eq!(shown["month"], month["month"]);
        let rows = month["rows"].as_array().expect("rows");
        for (unit, row) in shown["units"].as_array().expect("units").iter().zip(rows) {
            for figure in ["unit", "received", "solved"] {
                assert_eq!(unit[figure], row[figure], "{figure}: {shown} as in {month}");
            }
        }
        let whole = rows.last().expect("the whole");
        assert_eq!(aim(&shown, "solved")["count"], whole["solved"]);
        for (rate, (numerator, denominator)) in shown["rates"].as_array().expect("rates").iter().zip([
            ("reached", "assessed"),
            ("solved", "assessed"),
            ("satisfied", "assessed"),
        ]) {
            let one = &rate["months"][0];
            let hidden = one["share"].is_null();
            assert_eq!(one["numerator"], if hidden { Value::Null } else { whole[numerator].clone() }, "{rate}");
            assert_eq!(one["denominator"], if hidden { Value::Null } else { whole[denominator].clone() }, "{rate}");
            if let (Some(part), Some(of)) = (one["numerator"].as_i64(), one["denominator"].as_i64()) {
                assert!(part >= 10 && of - part >= 10, "nobody can be named by a rate: {rate}");
            }
        }
    }
}

/// Whoever has all forms of the board on two days, and all open figures, has no number more than was published.
#[tokio::test(flavor = "multi_thread")]
async fn no_two_days_and_no_two_forms_differ() {
    for app in measured().await {
        app.pass(DAY * 70);
        app.kernel().tidy_up().await.expect("published");
        let mut before = Vec::new();
        for form in FORMS {
            before.push(said(&app, form).await);
        }
        // Much happens, also where few can be named, and nothing of it is out.
        finished(&app, 39.611, 109.781, ("secretary", "yes")).await;
        finished(&app, 39.589, 109.801, ("other_secretary", "yes")).await;
        app.kernel().tidy_up().await.expect("nothing anew");
        for (form, was) in FORMS.iter().zip(&before) {
            assert_eq!(&said(&app, form).await, was, "{form}");
        }

        let shown = board(&app).await;
        let csv = app.anyone().get("/board.csv").await.expect(200).text;
        let lines: Vec<Vec<&str>> =
            csv.trim_start_matches('\u{feff}').lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(lines[0], ["figure", "code", "name", "month", "count", "of", "at_least"]);
        let cell = |figure: &str, code: &Value| {
            let line = lines.iter().find(|line| line[0] == figure && Some(line[1]) == code.as_str());
            line.map(|line| line[4].parse::<i64>().ok()).unwrap_or_else(|| panic!("{figure} of {code} in {csv}"))
        };
        for unit in shown["units"].as_array().expect("units") {
            assert_eq!(cell("received", &unit["unit"]), unit["received"].as_i64(), "{csv}");
            assert_eq!(cell("solved", &unit["unit"]), unit["solved"].as_i64(), "{csv}");
        }
        for rate in shown["rates"].as_array().expect("rates") {
            assert_eq!(cell("rate", &rate["name"]), rate["months"][0]["numerator"].as_i64(), "{csv}");
        }
        for aim in shown["aims"].as_array().expect("aims") {
            assert_eq!(cell("aim", &aim["aim"]), aim["count"].as_i64(), "{csv}");
        }
        let in_csv: BTreeSet<String> =
            lines.iter().flatten().map(|cell| (*cell).to_owned()).filter(|cell| !cell.is_empty()).collect();
        let in_book: BTreeSet<String> =
            cells(app.anyone().get("/board.xlsx").await.expect(200).bytes).into_iter().collect();
        let in_book: BTreeSet<String> = in_book.into_iter().filter(|cell| !cell.is_empty()).collect();
        assert_eq!(in_book, in_csv, "the workbook has the cells of the table");

        // The page: each bar says what the JSON says, and the few are called few.
        let page = app.anyone().get("/board").await.expect(200).text;
        let bars = page.split("bars__figure\">").skip(1).filter_map(|rest| rest.split('<').next());
        let units = shown["units"].as_array().expect("units");
        let communities = &units[..units.len() - 1];
        let figures = communities.iter().flat_map(|unit| [&unit["received"], &unit["solved"]]);
        let words =
            figures.map(|figure| figure.as_i64().map_or_else(|| "太少".to_owned(), |figure| figure.to_string()));
        assert_eq!(bars.collect::<Vec<_>>(), words.collect::<Vec<_>>());
        assert!(communities.iter().any(|unit| unit["received"].is_null()), "three people can be named: {shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_tells_of_nobody_is_as_it_stands_and_opens_its_list() {
    for app in measured().await {
        let (id, _) = report_by(&app.anyone(), "3号楼门口的路灯不亮", json!({})).await;
        let released = |board: &Value| -> Vec<(i64, String)> {
            let units = board["units"].as_array().expect("units").iter();
            let now = units.flat_map(|unit| unit["now"].as_array().expect("counts"));
            let mine = now.filter(|count| count["measure"] == "requests.released");
            mine.map(|one| (one["count"].as_i64().expect("a count"), one["list"].as_str().expect("a list").to_owned()))
                .collect()
        };
        assert!(released(&board(&app).await).iter().all(|(count, _)| *count == 0));
        let desk = app.signed_in("secretary").await;
        let page = format!("/desk/requests/{id}/share");
        let _ = desk.submit(&page, &page, &[("words", "路灯不亮"), ("outcome", "")]).await.expect(303);
        let shown = released(&board(&app).await);
        assert_eq!(
            shown.iter().map(|(count, _)| *count).collect::<Vec<_>>(),
            [1, 0, 1],
            "one community, and the whole"
        );
        for (count, list) in &shown {
            let rows = app.anyone().get(list).await.expect(200).text.matches("class=\"row\"").count();
            assert_eq!(i64::try_from(rows).ok(), Some(*count), "{list}");
            let api = list.replace("/matters", "/api/v1/matters");
            let items = app.anyone().get(&api).await.expect(200).json()["items"].as_array().map(Vec::len);
            assert_eq!(items.and_then(|rows| i64::try_from(rows).ok()), Some(*count), "{api}");
        }
        let page = app.anyone().get("/board").await.expect(200).text;
        assert!(
            page.contains(&format!("class=\"drawn__heap\" href=\"{}\"", shown[0].1)),
            "its heap on the map leads there"
        );
        // Nobody is told where in its community a matter was.
        let grids = app.tenant.units.iter().filter(|unit| unit.level == tongxin_kernel::Level::Grid);
        for grid in grids.map(|unit| unit.code.clone()).collect::<Vec<_>>() {
            app.anyone().get(&format!("/matters?unit={grid}")).await.expect(422);
            app.anyone().get(&format!("/api/v1/matters?unit={grid}")).await.expect(422);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_see_more_sees_the_board() {
    for engine in engines() {
        let app = town(engine).await;
        let whole = |text: &str| text.contains("data-live=\"/events\"");
        let leads_to_the_desk = |text: &str| text.split("<main").nth(1).expect("a page").contains("/desk/");
        for key in ["secretary", "subdistrict", "auditor", "admin"] {
            let who = app.signed_in(key).await;
            assert!(whole(&who.get("/board").await.expect(200).text), "{key}");
            assert!(!whole(&who.get("/board?open=1").await.expect(200).text), "{key} as everybody");
        }
        for key in ["worker", "resident"] {
            let who = app.signed_in(key).await;
            let text = who.get("/board").await.expect(200).text;
            assert!(!whole(&text) && !leads_to_the_desk(&text), "{key}: {text}");
            assert_ne!(who.get("/events").await.status, 200, "{key}");
        }
        let text = app.anyone().get("/board?unit=1&wall=1").await.expect(200).text;
        assert!(!whole(&text) && !leads_to_the_desk(&text), "{text}");
        assert_ne!(app.anyone().get("/events").await.status, 200);
        let _ = by(&app, "secretary").get("/api/v1/board").await.expect(200);
    }
}

/// Whoever says of a new figure that it tells of nobody writes it down here, too.
#[test]
fn figures_tell_of_people_unless_somebody_thought_about_it() {
    assert_eq!(Tells::default(), Tells::OfPeople);
    let rooms = || tongxin::MODULES.iter().map(|module| module.room);
    let open = rooms().flat_map(|room| room.open_counts).map(|count| &count.figure);
    let of_nobody = rooms().flat_map(|room| room.measures).filter(|measure| measure.tells == Tells::OfNobody);
    let names: BTreeSet<&str> = of_nobody.chain(open).map(|measure| measure.name).collect();
    assert_eq!(names, BTreeSet::from(["requests.released", "sites.open"]));
}
