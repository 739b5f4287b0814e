//! When workers are on duty: the rule alone, then the store on both engines.

use std::time::Duration;

use tongxin_base::Time;
use tongxin_base::calendar::{Calendar, Quiet, WeekHours};
use tongxin_kernel::{Kernel, Role};
use tongxin_requests::MODULE;
use tongxin_requests::duty::on_duty;
use tongxin_requests::store::duty::{self, Candidate, Duty, Leave};
use tongxin_testkit::{TestApp, for_each_engine};

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
            all.iter().find(|candidate| candidate.person_id == app.cast.id(key)).cloned().unwrap()
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
        assert_eq!(dropped.await.unwrap(), (false, true), "only their own");
    });
}
