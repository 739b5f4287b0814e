//! The house is in order: rooms, routes, schemas, on both engines.

use std::collections::BTreeMap;

use tongxin_base::Error;
use tongxin_testkit::{Cast, Engine, engines};
use tongxin_web::Gate;

use crate::town::town;

#[tokio::test(flavor = "multi_thread")]
async fn both_schemas_are_one() {
    if engines().len() < 2 {
        return;
    }
    let (lite, pg) = (town(Engine::Sqlite).await, town(Engine::Postgres).await);
    let columns = |app: &tongxin_testkit::TestApp| {
        let mut columns = app.kernel().db().columns().expect("columns");
        columns.sort();
        columns
    };
    let (lite, pg) = (columns(&lite), columns(&pg));
    for (a, b) in lite.iter().zip(&pg) {
        assert_eq!(a, b);
    }
    assert_eq!(lite.len(), pg.len());
}

/// Every route and who of the cast may knock there. A new route shows up here, and must be looked at.
#[tokio::test(flavor = "multi_thread")]
async fn who_may_knock_where() {
    let app = town(Engine::Sqlite).await;
    let access = app.kernel().access();
    let mut people: BTreeMap<String, tongxin_kernel::Who> = BTreeMap::new();
    for (key, role) in Cast::roles() {
        let who = app.kernel().by_token(app.tenant.id, &Cast::token(key)).await.expect("somebody");
        people.entry(role.to_string()).or_insert(who);
    }
    let mut table = String::new();
    for row in app.app.route_table() {
        let open_to = match row.gate {
            Gate::Public => "everybody".to_owned(),
            Gate::May(action) => {
                assert!(access.knows(action), "{} {}: no policy speaks of {action}", row.method, row.path);
                let may: Vec<&str> = people
                    .iter()
                    .filter(|(_, who)| access.anywhere(who, action))
                    .map(|(role, _)| role.as_str())
                    .collect();
                let anyone = access.anywhere(&tongxin_kernel::Who::Nobody, action);
                format!("{action}: {}{}", if anyone { "everybody, " } else { "" }, may.join(" "))
            }
        };
        table.push_str(&format!("{:<5} {:<42} {open_to}\n", row.method, row.path));
    }
    insta::assert_snapshot!(table);
}

/// Knocking for real: nobody gets past a gate that is not theirs, and no gated route answers anything but 401 to nobody.
#[tokio::test(flavor = "multi_thread")]
async fn gates_hold_when_knocked_at() {
    let app = town(Engine::Sqlite).await;
    let access = app.kernel().access();
    let id = "01920000-0000-7000-8000-000000000000";
    for row in app.app.route_table() {
        let Gate::May(action) = row.gate else { continue };
        let path = row.path.replace("{id}", id).replace("{verb}", "x").replace("{code}", "000000");
        for (key, _) in Cast::roles() {
            let who = app.kernel().by_token(app.tenant.id, &Cast::token(key)).await.expect("somebody");
            let client = app.by(&Cast::token(key));
            let reply = match row.method.as_str() {
                "GET" => client.get(&path).await,
                _ => client.post_raw(&path, "application/x-www-form-urlencoded", "").await,
            };
            let open = access.anywhere(&who, action);
            assert_eq!(reply.status == 403 && !open, !open, "{key} {} {path}: {}", row.method, reply.status);
        }
        let anyone = app.anyone();
        let reply = if row.method == "GET" { anyone.get(&path).await } else { anyone.post_raw(&path, "", "").await };
        if access.anywhere(&tongxin_kernel::Who::Nobody, action) {
            assert_ne!(reply.status, 401, "{path}");
        } else if path.starts_with("/api/") || row.method != "GET" {
            assert_eq!(reply.status, 401, "{} {path}", row.method);
        } else {
            assert!(reply.location().starts_with("/sign-in?back="), "{path}: {}", reply.status);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_describes_itself() {
    let app = town(Engine::Sqlite).await;
    let description = app.anyone().get("/api/openapi.json").await.expect(200).json();
    assert_eq!(description["openapi"], "3.1.0");
    for row in app.app.route_table().iter().filter(|row| row.path.starts_with("/api/")) {
        let method = row.method.to_lowercase();
        assert!(description["paths"][&row.path][&method].is_object(), "{method} {}", row.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_has_not_changed_is_not_sent_again() {
    let app = town(Engine::Sqlite).await;
    let first = app.anyone().get("/api/v1/categories").await.expect(200);
    let etag = first.headers["etag"].to_str().expect("a tag");
    let _ = app.anyone().with("if-none-match", etag).get("/api/v1/categories").await.expect(304);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_elsewhere_is_not_taken() {
    let app = town(Engine::Sqlite).await;
    let fields = [("category", "0201"), ("description", "x"), ("place", "y")];
    let good = app.anyone().with("origin", "http://localhost");
    let _ = good.submit("/report", "/report", &fields).await.expect(303);
    let foreign = app.anyone().with("origin", "http://evil.example");
    let _ = foreign.submit("/report", "/report", &fields).await.expect(422);
    let bare = app.anyone();
    let _ = bare.post_raw("/report", "application/x-www-form-urlencoded", "category=0201").await.expect(422);
    for back in ["//evil.example", "https://evil.example", "/\\evil.example", "/%09/evil.example", "/%0a/evil.example"]
    {
        let page = app.anyone().get(&format!("/sign-in?back={back}")).await.expect(200);
        assert!(!page.text.contains(&format!("value=\"{back}\"")), "{back}");
    }
    // Browsers leave control characters out, and what is left would lead elsewhere.
    for back in ["/\t/evil.example", "/\n/evil.example", "/\u{b}/evil.example"] {
        let fields = [("lang", "en"), ("back", back)];
        let led = app.anyone().submit("/", "/preferences", &fields).await.expect(303);
        assert_eq!(led.location(), "/", "{back:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_and_out() {
    let app = town(Engine::Sqlite).await;
    let anyone = app.anyone();
    let wrong = anyone.submit("/sign-in", "/sign-in", &[("login", "secretary"), ("password", "no")]).await.expect(422);
    let nobody = anyone.submit("/sign-in", "/sign-in", &[("login", "nobody"), ("password", "no")]).await.expect(422);
    assert_eq!(wrong.text.matches("账号或密码不对").count(), nobody.text.matches("账号或密码不对").count());
    let fields = [("login", "secretary"), ("password", "tongxin"), ("back", "/desk/requests")];
    let inside = anyone.submit("/sign-in", "/sign-in", &fields).await.expect(303);
    assert_eq!(inside.location(), "/desk/requests");
    let cookie = inside.headers["set-cookie"].to_str().expect("a cookie").split(';').next().expect("a pair").to_owned();
    assert!(inside.headers["set-cookie"].to_str().expect("a cookie").contains("HttpOnly; SameSite=Lax"));
    let seated = app.anyone().with("cookie", &cookie);
    let _ = seated.get("/desk/requests").await.expect(200);
    // The API does not take cookies: no other site can make a browser act there.
    let _ = seated.get("/api/v1/requests").await.expect(401);
    let _ = seated.submit("/me", "/sign-out", &[]).await.expect(303);
    assert!(seated.get("/desk/requests").await.location().starts_with("/sign-in"));
    let long = app.kernel().sign_in("secretary", &"x".repeat(10_000)).await;
    assert_eq!(long.err(), Some(Error::Unauthenticated));
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_counts_and_nobody() {
    let app = town(Engine::Sqlite).await;
    let _ = crate::town::report(&app, "路灯不亮").await;
    let text = app.anyone().get("/metrics").await.expect(200).text;
    assert!(text.contains("tongxin_jobs{tenant=\"bh\",state=\"waiting\"} 1"), "{text}");
    assert!(!text.contains("路灯"));
    let _ = app.anyone().get("/healthz").await.expect(200);
    let _ = app.anyone().get("/readyz").await.expect(200);
}
