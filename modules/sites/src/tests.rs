//! The room's tests: rules alone, then the store, the pages and the API on a whole house, on both engines.

mod api;
mod house;
mod import;
mod pages;
mod rules;

use std::collections::BTreeSet;

use tongxin_base::Label;
use tongxin_kernel::{Call, Who};
use tongxin_testkit::TestApp;

use crate::actions::add_site;
use crate::domain::{Details, Draft, Service, SiteCode, SiteLevel};

/// A draft that holds, in the community of the cast.
fn draft() -> Draft {
    Draft {
        level: "station".into(),
        unit: tongxin_testkit::COMMUNITY.into(),
        name: "康城社区同心站".into(),
        name_en: "Kangcheng Station".into(),
        address: "康城社区二楼".into(),
        phone: "0477-8590101".into(),
        hours: "1-5 09:00-12:00,13:00-17:00".into(),
        services: "education errands".into(),
        lat: "39.6102".into(),
        lon: "109.7805".into(),
        system: String::new(),
    }
}

fn details(unit_path: &str) -> Details {
    Details {
        level: SiteLevel::Station,
        unit_path: unit_path.to_owned(),
        name: Label::new("康城社区同心站", "Kangcheng Station"),
        address: "康城社区二楼".to_owned(),
        phone: None,
        hours: "1-5 09:00-12:00".parse().unwrap(),
        services: BTreeSet::from([Service::Education]),
        point: Some((39.6102, 109.7805)),
    }
}

/// A call by somebody of the cast.
async fn call(app: &TestApp, key: &str) -> Call {
    let person = app.kernel().person(app.tenant.id, app.cast.id(key)).await.unwrap();
    app.kernel().call(&app.tenant, &Who::Person(person))
}

/// A site added by the secretary.
async fn a_site(app: &TestApp) -> SiteCode {
    add_site(app.kernel(), call(app, "secretary").await, &draft()).await.unwrap()
}

/// The same house seen by somebody who is signed in with a cookie, as pages want it.
async fn signed_in(app: &TestApp, key: &str) -> tongxin_testkit::Client {
    let (_, _, session) = app.kernel().sign_in(key, "tongxin").await.unwrap();
    app.anyone().with("cookie", &format!("{}={session}; lang=en", tongxin_web::SESSION_COOKIE))
}
