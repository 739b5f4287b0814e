//! When workers are on duty: the rule alone, then the store on both engines.

use std::time::Duration;

use serde_json::json;
use tongxin_base::calendar::{Calendar, Quiet, WeekHours};
use tongxin_base::{Coordinates, Time};
use tongxin_kernel::{Kernel, Role};
use tongxin_requests::MODULE;
use tongxin_requests::duty::on_duty;
use tongxin_requests::store::duty::{self, Candidate, Duty, Leave};
use tongxin_testkit::{TestApp, engines, for_each_engine};

use crate::house::{by, house};

fn at(text: &str) -> Time {
    Time::parse(&format!("{text}+08:00")).expect("a time")
}

fn week(text: &str) -> WeekHours {
    text.parse().expect("hours of a week")
}

#[test]
fn who_gave_no_hours_works_when_the_office_does() {
    let (calendar, quiet) = (Calendar::china(), Quiet::default());
    let on = |now: &str| on_duty(at(now), None, &[], &calendar, quiet);
    assert!(on("2026-03-02T09:00:00") && on("2026-03-02T11:59:59"));
    assert!(!on("2026-03-02T08:59:59") && !on("2026-03-02T12:00:00") && !on("2026-03-07T10:00:00"));
    assert!(!on("2026-10-01T10:00:00"), "a public holiday");
    assert!(on("2026-02-14T10:00:00"), "a make-up workday");
}

#[test]
fn who_gave_hours_is_taken_at_their_word() {
    let (calendar, quiet) = (Calendar::china(), Quiet::default());
    let hours = week("1-5 08:30-12:00; 6 20:00-24:00; 7 10:00-12:00");
    let on = |now: &str| on_duty(at(now), Some(&hours), &[], &calendar, quiet);
    assert!(on("2026-03-02T08:30:00") && !on("2026-03-02T13:00:00"));
    assert!(on("2026-03-07T23:30:00"), "at night too, if they say so");
    assert!(!on("2026-10-01T08:45:00") && on("2026-10-01T11:00:00"), "a public holiday is a Sunday");
    assert!(on("2026-02-14T09:00:00") && on("2026-02-14T21:00:00"), "a make-up Saturday is a Monday too");
}

#[test]
fn nobody_is_on_duty_while_away() {
    let (calendar, quiet) = (Calendar::china(), Quiet::default());
    let leave = [(at("2026-03-02T10:00:00"), at("2026-03-02T11:00:00"))];
    let on = |now: &str| on_duty(at(now), None, &leave, &calendar, quiet);
    assert!(on("2026-03-02T09:59:59") && !on("2026-03-02T10:00:00"));
    assert!(!on("2026-03-02T10:59:59") && on("2026-03-02T11:00:00"));
}

async fn read(app: &TestApp) -> Vec<Candidate> {
    let (tenant, now) = (app.tenant.id, app.kernel().world().now());
    app.kernel().db().read(tenant, move |read| duty::candidates(read, tenant, now)).await.expect("the database answers")
}

async fn write<F>(kernel: &Kernel, app: &TestApp, closure: F)
where
    F: Fn(&mut tongxin_db::Tx<'_>) -> tongxin_base::Result<()> + Send + 'static,
{
    kernel.db().write(app.tenant.id, "test", closure).await.expect("the database answers");
}

#[tokio::test]
async fn candidates_know_what_they_said() {
    for_each_engine!(&[&MODULE], |app| async move {
        let all = read(&app).await;
        assert_eq!(all.len(), 3, "two grid workers and a courier");
        let one = |all: &[Candidate], key: &str| {
            all.iter().find(|candidate| candidate.person_id == app.cast.id(key)).cloned().expect("one of them")
        };
        let plain = one(&all, "worker");
        assert_eq!((plain.kind, plain.held, plain.hours.clone()), (Role::GridWorker, 0, None));
        assert_eq!((plain.base, plain.on_leave), (Some((39.611, 109.781)), false), "their unit's point");
        assert_eq!(one(&all, "courier").kind, Role::PartTime);

        let (tenant, now, worker) = (app.tenant.id, app.kernel().world().now(), app.cast.id("worker"));
        let said = Duty {
            hours: Some("1-5 08:30-12:00,14:30-17:30".to_owned()),
            skills: vec!["electric".to_owned(), "water".to_owned()],
            base: Some((39.62, 109.77)),
        };
        let leave =
            Leave { id: app.kernel().world().id(), from: now, to: now + Duration::from_secs(3600), reason: "".into() };
        let (kept, away) = (said.clone(), leave.clone());
        write(app.kernel(), &app, move |tx| {
            duty::put_duty(tx, tenant, worker, &kept, now)?;
            duty::add_leave(tx, tenant, worker, &away)
        })
        .await;
        let now_known = one(&read(&app).await, "worker");
        assert_eq!((&now_known.hours, &now_known.skills, now_known.base), (&said.hours, &said.skills, said.base));
        assert!(now_known.on_leave && !one(&read(&app).await, "worker2").on_leave);
        app.pass(Duration::from_secs(3600));
        assert!(!one(&read(&app).await, "worker").on_leave, "back at the moment the leave ends");
        let (left, gone) = (leave.id, app.cast.id("worker2"));
        let dropped = app.kernel().db().write(tenant, "test", move |tx| {
            Ok((duty::drop_leave(tx, tenant, gone, left)?, duty::drop_leave(tx, tenant, worker, left)?))
        });
        assert_eq!(dropped.await.expect("the database answers"), (false, true), "only their own");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_says_when_they_are_there() {
    for engine in engines() {
        let app = house(engine).await;
        let worker = by(&app, "worker");
        let before = worker.get("/api/v1/me/duty").await.expect(200).json();
        assert_eq!((&before["hours"], &before["base"], &before["on_duty"]), (&json!(null), &json!(null), &json!(true)));
        let said = json!({"hours": "1-5 13:00-17:00；6 09:00-12:00", "base": {"lat": 39.612345, "lon": 109.781234}});
        let changed = worker.post("/api/v1/me/duty", said).await.expect(200).json();
        assert_eq!(changed["changed"], json!(["hours", "base"]));
        let after = worker.get("/api/v1/me/duty").await.expect(200).json();
        assert_eq!(after["hours"], "1-5 13:00-17:00; 6 09:00-12:00");
        let base = json!({"lat": 39.612, "lon": 109.781, "system": "wgs84"});
        assert_eq!(after["base"], base, "to about a hundred metres, and in which system");
        assert_eq!(after["on_duty"], false, "it is half past nine");
        let none = worker.post("/api/v1/me/duty", json!({"hours": "", "no_base": true})).await.expect(200).json();
        assert_eq!(none["changed"], json!(["hours", "base"]));

        let away = json!({"away": {"from": "2026-03-02", "to": "2026-03-03", "reason": "孩子"}});
        worker.post("/api/v1/me/duty", away).await.expect(200);
        let shown = worker.get("/api/v1/me/duty").await.expect(200).json();
        assert_eq!(shown["on_duty"], false);
        assert_eq!(shown["leaves"][0]["to"], "2026-03-03T16:00:00Z", "the last day is part of it");
        let leave = shown["leaves"][0]["id"].clone();
        by(&app, "worker2").post("/api/v1/me/duty", json!({"back": leave})).await.expect(404);
        worker.post("/api/v1/me/duty", json!({"back": leave})).await.expect(200);
        assert_eq!(worker.get("/api/v1/me/duty").await.expect(200).json()["on_duty"], true);

        for (wrong, field) in [
            (json!({"hours": "9 to 5"}), "hours"),
            (json!({"skills": ["flying"]}), "skills"),
            (json!({"base": {"lat": 99.0, "lon": 0.0}}), "lat"),
            (json!({"away": {"from": "2026-03-05", "to": "2026-03-04"}}), "to"),
            (json!({"away": {"from": "2026-02-01", "to": "2026-02-02"}}), "to"),
            (json!({"away": {"from": "soon", "to": "later"}}), "from"),
        ] {
            let refused = worker.post("/api/v1/me/duty", wrong.clone()).await.expect(422);
            assert_eq!(refused.at("/errors/0/field"), field, "{wrong}");
        }
        by(&app, "staff").get("/api/v1/me/duty").await.expect(403);
        app.anyone().get("/api/v1/me/duty").await.expect(401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_after_them_sees_all_but_the_base_point() {
    for engine in engines() {
        let app = house(engine).await;
        let own = app.signed_in("worker").await;
        let fields = [("hours", "1-7 06:00-09:00"), ("lat", "39.6123"), ("lon", "109.7812")];
        own.submit("/work/hours", "/work/hours", &fields).await.expect(303);
        assert!(own.get("/work/hours").await.expect(200).text.contains("value=\"39.612\""));
        // Read off a map in China it is the same place.
        let (lat, lon) = Coordinates::Gcj02.of_wgs84((39.6123, 109.7812));
        let (lat, lon) = (lat.to_string(), lon.to_string());
        let read_off = [("hours", "1-7 06:00-09:00"), ("lat", &lat), ("lon", &lon), ("system", "gcj02")];
        own.submit("/work/hours", "/work/hours", &read_off).await.expect(303);
        assert!(own.get("/work/hours").await.expect(200).text.contains("value=\"39.612\""));
        let nowhere = [("lat", "39.6"), ("lon", "109.7"), ("system", "mars")];
        let wrong = own.submit("/work/hours", "/work/hours", &nowhere).await.expect(422);
        assert!(wrong.text.contains("href=\"#f-system\""), "{}", wrong.text);
        let wrong = own.submit("/work/hours", "/work/hours", &[("hours", "morning")]).await.expect(422);
        assert!(wrong.text.contains("value=\"morning\"") && wrong.text.contains("href=\"#f-hours\""));

        let secretary = app.signed_in("secretary").await;
        let list = secretary.get("/desk/workers").await.expect(200).text;
        assert!(list.contains("网格员戊") && list.contains("1-7 06:00-09:00") && list.contains("One is on duty now"));
        assert!(!list.contains("骑手庚"), "another community's");
        let page = format!("/desk/workers/{}", app.cast.id("worker"));
        let shown = secretary.get(&page).await.expect(200).text;
        assert!(!shown.contains("39.612"), "the base point is the worker's own");
        secretary.submit(&page, &page, &[("hours", "1-5 09:00-17:00"), ("lat", "1"), ("lon", "1")]).await.expect(303);
        let leave = format!("{page}/leave");
        let away = [("from", "2026-03-02T09:00"), ("to", "2026-03-02T12:00"), ("reason", "开会")];
        secretary.submit(&page, &leave, &away).await.expect(303);
        assert!(own.get("/work/hours").await.expect(200).text.contains("value=\"39.612\""), "and stays what it was");
        let known = read(&app).await.into_iter().find(|worker| worker.person_id == app.cast.id("worker"));
        assert!(known.expect("the worker").on_leave);
        let other = app.signed_in("other_secretary").await;
        other.get(&page).await.expect(404);
        other.submit("/desk/workers", &page, &[("hours", "")]).await.expect(404);
        app.signed_in("staff").await.get("/desk/workers").await.expect(403);
    }
}
