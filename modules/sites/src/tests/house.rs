//! What is written, by whom, and what becomes of it: actions and store on both engines.

use tongxin_base::Error;
use tongxin_kernel::{Days, Who, history, sum, verify};
use tongxin_testkit::{GRID, OTHER_COMMUNITY, SUBDISTRICT, check_room, for_each_engine};

use super::{a_site, call, draft};
use crate::actions::{OPEN_SITES, add_site, change_site, close_site, reopen_site};
use crate::domain::{Draft, Site, SiteCode, State};
use crate::{MODULE, store};

async fn read_site(app: &tongxin_testkit::TestApp, code: &SiteCode) -> Site {
    let (tenant, code) = (app.tenant.id, code.clone());
    app.kernel().db().read(tenant, move |read| store::by_code(read, tenant, &code)).await.unwrap().unwrap()
}

async fn open_sites(app: &tongxin_testkit::TestApp, unit: &str) -> i64 {
    let (tenant, path) = (app.tenant.id, app.kernel().units(app.tenant.id).unwrap());
    let path = path.by_code(unit).unwrap().path.clone();
    app.kernel().db().read(tenant, move |read| sum(read, tenant, OPEN_SITES, &path, Days::ALL)).await.unwrap()
}

#[tokio::test]
async fn the_room_is_in_order() {
    for_each_engine!(&[&MODULE], |app| async move { check_room(&app, &MODULE) });
}

#[tokio::test]
async fn a_site_is_added_found_and_counted() {
    for_each_engine!(&[&MODULE], |app| async move {
        let code = a_site(&app).await;
        let site = read_site(&app, &code).await;
        assert_eq!(Draft::of(&site.details), draft());
        assert_eq!((site.version, site.state, site.created_at), (1, State::Open, app.kernel().world().now()));
        assert_eq!(open_sites(&app, SUBDISTRICT).await, 1);
        let (tenant, kernel) = (app.tenant.id, app.kernel().clone());
        let spoken = code.spoken().to_lowercase();
        let found = app.kernel().db().read(tenant, move |read| kernel.locate(read, tenant, &spoken)).await.unwrap();
        let found = found.expect("a report made at the sign finds its place");
        assert_eq!((found.code.as_str(), found.unit_path), (code.as_str(), site.details.unit_path));
        assert_eq!(found.point, Some((39.6102, 109.7805)));
    });
}

#[tokio::test]
async fn only_who_looks_after_the_unit_may() {
    for_each_engine!(&[&MODULE], |app| async move {
        for (who, expected) in [
            ("resident", Some(Error::Forbidden)),
            ("worker", Some(Error::Forbidden)),
            ("other_secretary", Some(Error::Forbidden)),
            ("auditor", Some(Error::Forbidden)),
            ("staff", None),
            ("secretary", None),
            ("subdistrict", None),
            ("admin", None),
        ] {
            let answer = add_site(app.kernel(), call(&app, who).await, &draft()).await;
            assert_eq!(answer.as_ref().err(), expected.as_ref(), "{who}");
        }
        let nobody = app.kernel().call(&app.tenant, &Who::Nobody);
        assert_eq!(add_site(app.kernel(), nobody, &draft()).await, Err(Error::Unauthenticated));
        // And nobody hands a site to a unit that is not theirs.
        let code = a_site(&app).await;
        let elsewhere = Draft { unit: OTHER_COMMUNITY.into(), ..draft() };
        let answer = change_site(app.kernel(), call(&app, "secretary").await, &code, 1, &elsewhere).await;
        assert_eq!(answer, Err(Error::Forbidden));
    });
}

#[tokio::test]
async fn of_two_clerks_the_second_is_told() {
    for_each_engine!(&[&MODULE], |app| async move {
        let code = a_site(&app).await;
        let first = Draft { phone: "0477-8590199".into(), ..draft() };
        let second = Draft { address: "康城社区三楼".into(), ..draft() };
        change_site(app.kernel(), call(&app, "secretary").await, &code, 1, &first).await.unwrap();
        let late = change_site(app.kernel(), call(&app, "staff").await, &code, 1, &second).await;
        assert_eq!(late, Err(Error::conflict("sites-error-changed")));
        let site = read_site(&app, &code).await;
        assert_eq!((site.version, Draft::of(&site.details)), (2, first.clone()), "nothing was overwritten");
        // Both at once, from the same version: exactly one.
        let third = Draft { name: "甲".into(), ..first.clone() };
        let fourth = Draft { name: "乙".into(), ..first.clone() };
        let (a, b) = (call(&app, "secretary").await, call(&app, "staff").await);
        let (a, b) = tokio::join!(
            change_site(app.kernel(), a, &code, 2, &third),
            change_site(app.kernel(), b, &code, 2, &fourth)
        );
        assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
        // What differs in nothing is no change.
        let now = read_site(&app, &code).await;
        change_site(app.kernel(), call(&app, "staff").await, &code, 3, &Draft::of(&now.details)).await.unwrap();
        assert_eq!(read_site(&app, &code).await.version, 3);
    });
}

#[tokio::test]
async fn closing_and_reopening_count_once() {
    for_each_engine!(&[&MODULE], |app| async move {
        let code = a_site(&app).await;
        close_site(app.kernel(), call(&app, "secretary").await, &code).await.unwrap();
        assert_eq!(open_sites(&app, SUBDISTRICT).await, 0);
        let again = close_site(app.kernel(), call(&app, "secretary").await, &code).await;
        assert_eq!(again, Err(Error::conflict("sites-error-state")));
        assert_eq!(open_sites(&app, SUBDISTRICT).await, 0);
        reopen_site(app.kernel(), call(&app, "secretary").await, &code).await.unwrap();
        assert_eq!(open_sites(&app, SUBDISTRICT).await, 1);
        // A site that moves takes its count along.
        let moved = Draft { level: "corner".into(), unit: GRID.into(), ..draft() };
        change_site(app.kernel(), call(&app, "secretary").await, &code, 3, &moved).await.unwrap();
        assert_eq!((open_sites(&app, GRID).await, open_sites(&app, SUBDISTRICT).await), (1, 1));
        let site = read_site(&app, &code).await;
        let (tenant, subject) = (app.tenant.id, crate::actions::subject(site.id));
        let lines = app.kernel().db().read(tenant, move |read| history(read, tenant, &subject)).await.unwrap();
        let actions: Vec<&str> = lines.iter().map(|line| line.action.as_str()).collect();
        assert_eq!(actions, ["sites.add", "sites.close", "sites.reopen", "sites.change"]);
        assert_eq!(lines[3].payload["changed"]["level"], serde_json::json!(["station", "corner"]));
        let verified = app.kernel().db().scan(tenant, move |read| verify(read, tenant)).await.unwrap();
        assert_eq!((verified.rows, verified.findings), (4, vec![]));
    });
}

#[tokio::test]
async fn the_same_call_twice_adds_once() {
    for_each_engine!(&[&MODULE], |app| async move {
        let once = |call: tongxin_kernel::Call| call.once("key", &[b"asked"]).unwrap();
        let first = add_site(app.kernel(), once(call(&app, "secretary").await), &draft()).await.unwrap();
        let second = add_site(app.kernel(), once(call(&app, "secretary").await), &draft()).await.unwrap();
        assert_eq!((first, open_sites(&app, SUBDISTRICT).await), (second, 1));
    });
}
