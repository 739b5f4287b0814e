//! The calendar is the tenant's own: changed on a page, by a program or from a file; what was promised stays.

use std::path::Path;

use serde_json::{Value, json};
use tongxin::calendar_file;
use tongxin::commands::import::import_calendar;
use tongxin_kernel::{calendar_subject, history};
use tongxin_testkit::{Engine, TestApp, engines};

use crate::town::{by, report, town};

/// When a request is due, as its reporter sees it.
async fn due(app: &TestApp, (id, token): &(String, String)) -> String {
    app.anyone().get(&format!("/api/v1/requests/{id}?token={token}")).await.expect(200).at("/due_at")
}

/// What the journal says of the calendar.
async fn lines(app: &TestApp) -> Vec<(String, Value)> {
    let tenant = app.tenant.id;
    let read = app.kernel().db().read(tenant, move |read| history(read, tenant, &calendar_subject()));
    read.await.expect("a history").into_iter().map(|item| (item.action, item.payload)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_holds_for_what_begins_after_it() {
    for engine in engines() {
        let app = town(engine).await;
        let (admin, anyone) = (by(&app, "admin"), app.anyone());
        let before = report(&app, "东门的灯").await;
        let promised = due(&app, &before).await;
        let days: Vec<Value> = (3..=13)
            .map(|day| json!({"date": format!("2026-03-{day:02}"), "working": false, "name": "那达慕"}))
            .collect();
        let change = json!({"days": days, "hours": "10:00-12:00,14:00-18:00"});
        by(&app, "secretary").post("/api/v1/calendar", change.clone()).await.expect(403);
        anyone.post("/api/v1/calendar", change.clone()).await.expect(401);
        assert_eq!(admin.post("/api/v1/calendar", change.clone()).await.expect(200).at("/changed"), "11");
        assert_eq!(admin.post("/api/v1/calendar", change).await.expect(200).at("/changed"), "0", "nothing twice");
        assert_eq!(due(&app, &before).await, promised, "what was promised stays");
        let after = report(&app, "西门的灯").await;
        assert!(due(&app, &after).await > promised, "the next one waits for the holidays");
        let shown = anyone.get("/api/v1/calendar?year=2026").await.expect(200).json();
        assert_eq!(shown["hours"], "10:00-12:00,14:00-18:00");
        let naadam = shown["days"].as_array().expect("days").iter().find(|day| day["date"] == "2026-03-03");
        assert_eq!(naadam, Some(&json!({"date": "2026-03-03", "working": false, "name": "那达慕", "own": true})));

        let lines = lines(&app).await;
        assert_eq!(lines.len(), 12, "a line for each day, and one for the hours");
        assert_eq!(lines[1].1["to"], json!({"working": false, "name": "那达慕"}));
        let removed = json!({"remove": ["2026-03-03"]});
        assert_eq!(admin.post("/api/v1/calendar", removed).await.expect(200).at("/changed"), "1");
        assert!(
            app.kernel()
                .tenant(app.tenant.id)
                .expect("a tenant")
                .calendar
                .is_workday("2026-03-03".parse().expect("a day"))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_or_nothing_and_every_server() {
    for engine in engines() {
        let app = town(engine).await;
        let beside = app.beside(2).await;
        let admin = by(&app, "admin");
        let bad = json!({"days": [{"date": "2026-03-03", "working": false}, {"date": "1999-01-01", "working": true}]});
        assert_eq!(admin.post("/api/v1/calendar", bad).await.expect(422).at("/errors/0/field"), "date");
        let wrong = json!({"days": [{"date": "2026-03-03", "working": false}], "hours": "12:00-09:00"});
        admin.post("/api/v1/calendar", wrong).await.expect(422);
        assert!(lines(&app).await.is_empty(), "nothing of it was done");
        let days = json!({"days": [{"date": "2027-02-05", "working": false, "name": "春节"}]});
        admin.post("/api/v1/calendar", days).await.expect(200);
        let covers = |app: &TestApp| app.kernel().tenant(app.tenant.id).expect("a tenant").calendar.covers(2027);
        assert!(covers(&app) && !covers(&beside));
        beside.kernel().reload().await.expect("every minute a server reads them again");
        assert!(covers(&beside));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_a_year_and_changes_a_day() {
    for engine in engines() {
        let app = town(engine).await;
        app.signed_in("secretary").await.get("/admin/calendar").await.expect(403);
        let admin = app.signed_in("admin").await;
        let page = admin.get("/admin/calendar").await.expect(200);
        assert!(page.text.contains("Holidays and make-up workdays of 2026") && page.text.contains("1 Oct 2026"));
        let fields = [("date", "2026-07-11"), ("kind", "holiday"), ("name", "那达慕")];
        let saved = admin.submit("/admin/calendar", "/admin/calendar", &fields).await.expect(303);
        let page = admin.get(saved.location()).await.expect(200);
        assert!(page.text.contains("那达慕") && page.text.contains("Set here"));
        let chosen = admin.get("/admin/calendar?year=2026&day=2026-07-11").await.expect(200);
        assert!(chosen.text.contains("value=\"2026-07-11\"") && chosen.text.contains("value=\"那达慕\""));
        let wrong = [("date", "2026-02-30"), ("kind", "holiday"), ("name", "x")];
        let refused = admin.submit("/admin/calendar", "/admin/calendar", &wrong).await.expect(422);
        assert!(refused.text.contains("value=\"2026-02-30\"") && refused.text.contains("href=\"#f-date\""));
        let hours = [("hours", "8-12"), ("quiet", "22:00-07:00")];
        let refused = admin.submit("/admin/calendar", "/admin/calendar/hours", &hours).await.expect(422);
        assert!(refused.text.contains("value=\"8-12\""));
        let hours = [("hours", "08:30-12:00，14:30-18:00"), ("quiet", "21:00-08:00")];
        admin.submit("/admin/calendar", "/admin/calendar/hours", &hours).await.expect(303);
        assert!(admin.get("/admin/calendar").await.expect(200).text.contains("value=\"08:30-12:00,14:30-18:00\""));
        admin.submit("/admin/calendar", "/admin/calendar/remove", &[("date", "2026-07-11")]).await.expect(303);
        assert!(!admin.get("/admin/calendar").await.expect(200).text.contains("那达慕"));
        let next = admin.get("/admin/calendar?year=2027").await.expect(200);
        assert!(next.text.contains("The holidays of 2027 are not entered yet"));
        admin.get("/admin/calendar?year=1900").await.expect(404);
    }
}

/// The files in which the holidays are published, read where they are at hand: they say what the shipped table says.
#[tokio::test(flavor = "multi_thread")]
async fn published_files_agree_with_the_shipped_table() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/calendar");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED: no published files at hand");
        return;
    };
    let app = town(Engine::Sqlite).await;
    let shipped = tongxin_base::calendar::Calendar::china();
    let mut read = 0;
    for file in
        files.map(|file| file.expect("a file").path()).filter(|path| path.extension().is_some_and(|e| e == "json"))
    {
        let days = calendar_file::parse(&std::fs::read(&file).expect("a file")).expect("a published file is right");
        read += days.len();
        let days: Vec<_> = days.into_iter().filter(|day| day.date.year() >= 2007).collect();
        for day in &days {
            assert_eq!(shipped.is_workday(day.date), day.working, "{} in {}", day.date, file.display());
        }
        import_calendar(app.kernel(), &app.tenant, days).await.expect("it is imported");
    }
    assert!(read > 500, "{read} days");
}
