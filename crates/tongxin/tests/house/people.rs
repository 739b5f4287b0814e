//! People come, move, stand in and go; some things need two; and every decision can be explained.

use std::time::Duration;

use serde_json::{Value, json};
use tongxin_people::explain::explain;
use tongxin_testkit::{Cast, TestApp, engines, hidden};

use crate::town::{by, published, report, town};

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn person(app: &TestApp, login: &str) -> Value {
    let all = by(app, "admin").get(&format!("/api/v1/people?q={login}")).await.expect(200).json();
    let items = all["items"].as_array().cloned().unwrap_or_default();
    items.into_iter().find(|one| one["login"] == login).expect("somebody")
}

async fn id(app: &TestApp, login: &str) -> String {
    person(app, login).await["id"].as_str().expect("an id").to_owned()
}

/// The local date `days` from now.
fn date(app: &TestApp, days: u32) -> String {
    let at = app.kernel().world().now() + DAY * days;
    at.in_zone(app.tenant.zone()).strftime("%Y-%m-%d").to_string()
}

async fn sign_in(app: &TestApp, login: &str, password: &str) -> Option<String> {
    let reply = app.anyone().submit("/sign-in", "/sign-in", &[("login", login), ("password", password)]).await;
    let cookie = reply.headers.get("set-cookie")?.to_str().ok()?.split(';').next()?.to_owned();
    (reply.status == 303).then_some(cookie)
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_comes_works_and_goes_by_the_dates_of_their_post() {
    for engine in engines() {
        let app = town(engine).await;
        let desk = by(&app, "secretary");
        let new = json!({
            "login": "newcomer", "name": "新来的", "role": "grid_worker", "unit": "150603003001001",
            "from": date(&app, 2), "until": date(&app, 4),
        });
        let added = desk.post("/api/v1/people", new).await.expect(201);
        let invitation = added.at("/invitation");
        let fields = [("password", "a long and quiet word"), ("again", "a long and quiet word")];
        let inside = app.anyone().submit(&invitation, &invitation, &fields).await.expect(303);
        let cookie = inside.headers["set-cookie"].to_str().expect("text").split(';').next().expect("a pair").to_owned();
        // Not yet: the post begins the day after tomorrow.
        let _ = app.anyone().with("cookie", &cookie).get("/work").await.expect(403);
        let (_, _, order) = published(&app, "路灯不亮").await;
        app.pass(DAY * 2);
        let cookie = sign_in(&app, "newcomer", "a long and quiet word").await.expect("a session");
        let worker = app.anyone().with("cookie", &cookie);
        let _ = worker.get("/work").await.expect(200);
        let grab = format!("/work/orders/{order}/grab");
        let page = worker.get("/work/pool").await.expect(200).text;
        let csrf = hidden(&page, "csrf").expect("a token");
        let body = format!("csrf={csrf}");
        assert_eq!(worker.post_raw(&grab, "application/x-www-form-urlencoded", body).await.status, 303);
        // The last day counts; after it the session opens nothing and the order is free again.
        app.pass(DAY * 3);
        app.work_off().await;
        let gone = worker.get("/work").await;
        assert!(gone.location().starts_with("/sign-in"), "{}", gone.status);
        let pool = by(&app, "worker").get("/api/v1/orders?status=open").await.expect(200).json();
        assert_eq!(pool["items"].as_array().map(Vec::len), Some(1), "{pool}");
        assert_eq!(person(&app, "newcomer").await["posts"][0]["role"], "grid_worker");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_what_is_not_theirs_to_give() {
    let app = town(tongxin_testkit::Engine::Sqlite).await;
    let (worker, admin) = (id(&app, "worker").await, id(&app, "admin").await);
    let post = |role: &str, unit: &str| json!({"role": role, "unit": unit});
    let give = |who: &str| format!("/api/v1/people/{who}/posts");
    let secretary = by(&app, "secretary");
    for (role, unit, status) in [
        ("part_time", "150603003001", 200),
        ("part_time", "150603003002", 403), // another community
        ("secretary", "150603003001", 403), // a leading post
        ("subdistrict", "150603003", 403),
        ("admin", "150603003", 422), // needs two, whoever asks
        ("auditor", "150603003", 422),
        ("worker", "150603003001", 422),
        ("part_time", "nowhere", 422),
    ] {
        let reply = secretary.post(&give(&worker), post(role, unit)).await;
        assert_eq!(reply.status, status, "{role} at {unit}: {}", reply.text);
    }
    let _ = by(&app, "admin").post(&give(&worker), post("secretary", "150603003002")).await.expect(200);
    let _ = by(&app, "admin").post(&give(&worker), post("secretary", "150603003002")).await.expect(409);
    for other in ["staff", "worker", "subdistrict", "auditor", "resident"] {
        let _ = by(&app, other).post(&give(&worker), post("part_time", "150603003001")).await.expect(403);
    }
    // The last administrator stays.
    let last = by(&app, "admin").post(&format!("/api/v1/people/{admin}/leave"), json!({})).await.expect(422);
    assert_eq!(last.at("/code"), "people-last-admin");
    let days = [("from", "2026-13-01"), ("until", "gestern"), ("until", "1999-01-01")];
    for (field, text) in days {
        let mut body = post("part_time", "150603003001001");
        body[field] = json!(text);
        let wrong = secretary.post(&give(&worker), body).await.expect(422);
        assert_eq!(wrong.at("/errors/0/field"), field);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_stands_in_for_a_time() {
    for engine in engines() {
        let app = town(engine).await;
        let (number, _) = report(&app, "楼道堆物").await;
        let desk = app.signed_in("secretary").await;
        let deputy = id(&app, "staff").await;
        let accept = format!("/api/v1/requests/{number}/accept");
        let _ = by(&app, "other_secretary").post(&accept, json!({})).await.expect(404);
        let other = id(&app, "other_secretary").await;
        let fields = |who: &str, until: &str| -> Vec<(String, String)> {
            [("post", "secretary 150603003001"), ("deputy", who), ("until", until)]
                .map(|(a, b)| (a.into(), b.into()))
                .into()
        };
        let send = |fields: Vec<(String, String)>| {
            let desk = &desk;
            async move {
                let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
                desk.submit("/me/posts", "/me/posts/stand-in", &fields).await
            }
        };
        let _ = send(fields(&other, "")).await.expect(422); // no end
        let _ = send(fields(&other, &date(&app, 200))).await.expect(422); // too long
        let resident = id(&app, "resident").await;
        let _ = send(fields(&resident, &date(&app, 3))).await.expect(422); // does not work here
        let _ = send(fields(&other, &date(&app, 3))).await.expect(303);
        let _ = by(&app, "other_secretary").post(&accept, json!({})).await.expect(200);
        // What is held for somebody else is not passed on.
        let passed = app.signed_in("other_secretary").await;
        let on = [("post", "secretary 150603003001"), ("deputy", &deputy), ("until", &date(&app, 2))];
        let _ = passed.submit("/me/posts", "/me/posts/stand-in", &on).await.expect(422);
        app.pass(DAY * 4);
        app.work_off().await;
        let publish = format!("/api/v1/requests/{number}/publish");
        let _ = by(&app, "other_secretary").post(&publish, json!({})).await.expect(404);
        // It ends with the post itself, too.
        let me = id(&app, "secretary").await;
        let desk = app.signed_in("secretary").await;
        let again = [("post", "secretary 150603003001"), ("deputy", other.as_str()), ("until", &date(&app, 9))];
        let _ = desk.submit("/me/posts", "/me/posts/stand-in", &again).await.expect(303);
        let end = json!({"role": "secretary", "unit": "150603003001"});
        let _ = by(&app, "admin").post(&format!("/api/v1/people/{me}/posts/end"), end).await.expect(200);
        let _ = by(&app, "other_secretary").post(&publish, json!({})).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_dangerous_needs_two() {
    for engine in engines() {
        let app = town(engine).await;
        let (admin, lead) = (by(&app, "admin"), by(&app, "subdistrict"));
        let worker = id(&app, "worker").await;
        let page = format!("/admin/people/{worker}");
        let desk = app.signed_in("admin").await;
        let grant = [("role", "auditor"), ("unit", "150603003"), ("reason", "")];
        let _ = desk.submit(&page, &format!("{page}/give"), &grant).await.expect(422); // no reason
        let grant = [("role", "auditor"), ("unit", "150603003"), ("reason", "接任审计")];
        let _ = desk.submit(&page, &format!("{page}/give"), &grant).await.expect(303);
        let roles = |person: &Value| person["posts"].to_string();
        assert!(!roles(&person(&app, "worker").await).contains("auditor"));
        let waiting = lead.get("/api/v1/approvals").await.expect(200).json();
        let one = format!("/api/v1/approvals/{}", waiting["items"][0]["id"].as_str().expect("an id"));
        let own = admin.post(&one, json!({"approve": true})).await.expect(422);
        assert_eq!(own.at("/code"), "approvals-own");
        let _ = by(&app, "auditor").post(&one, json!({"approve": true})).await.expect(403);
        let _ = by(&app, "secretary").post(&one, json!({"approve": true})).await.expect(403);
        app.work_off().await;
        let told = lead.get("/api/v1/notices").await.expect(200).text;
        assert!(told.contains("people-notice-asked"), "{told}");
        let _ = lead.post(&one, json!({"approve": true})).await.expect(200);
        let _ = lead.post(&one, json!({"approve": true})).await.expect(409);
        assert!(roles(&person(&app, "worker").await).contains("auditor"));
        // Erasing: not while they work here; then by two, and for good.
        let erase = [("reason", "本人书面要求")];
        let _ = desk.submit(&page, &format!("{page}/erase"), &erase).await.expect(422);
        let _ = admin.post(&format!("/api/v1/people/{worker}/leave"), json!({})).await.expect(200);
        app.work_off().await;
        let _ = desk.submit(&page, &format!("{page}/erase"), &erase).await.expect(303);
        let waiting = lead.get("/api/v1/approvals").await.expect(200).json();
        let one = format!("/api/v1/approvals/{}", waiting["items"][0]["id"].as_str().expect("an id"));
        let _ = lead.post(&one, json!({"approve": true})).await.expect(200);
        let all = admin.get("/api/v1/people?cursor=").await.expect(200).text;
        assert!(!all.contains("网格员戊"), "{all}");
        assert!(sign_in(&app, "worker", "tongxin").await.is_none());
        // What nobody decides on lapses.
        let rules = [("rules", ""), ("reason", "test")];
        let _ = desk.submit("/admin/rules", "/admin/rules", &rules).await.expect(303);
        app.pass(DAY * 8);
        let waiting = lead.get("/api/v1/approvals").await.expect(200).json();
        let one = format!("/api/v1/approvals/{}", waiting["items"][0]["id"].as_str().expect("an id"));
        assert_eq!(lead.post(&one, json!({"approve": true})).await.expect(409).at("/code"), "approvals-over");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_forbids_more_and_never_permits_more() {
    let app = town(tongxin_testkit::Engine::Sqlite).await;
    let desk = app.signed_in("admin").await;
    let ask = |rules: &'static str| {
        let desk = &desk;
        async move { desk.submit("/admin/rules", "/admin/rules", &[("rules", rules), ("reason", "office order 7")]).await }
    };
    for bad in [
        "permit (principal, action, resource);",
        "forbid (principal, action == Action::\"orders.steal\", resource);",
        "forbid (principal",
        "forbid (principal == ?principal, action, resource);",
    ] {
        let refused = ask(bad).await.expect(422);
        assert!(refused.text.contains("error-summary"), "{bad}");
    }
    let (_, _, order) = published(&app, "井盖响").await;
    let rule = "forbid (principal, action == Action::\"orders.grab\", resource)\nwhen { context.anywhere.contains(\"part_time\") };";
    let _ = ask(rule).await.expect(303);
    let waiting = by(&app, "subdistrict").get("/api/v1/approvals").await.expect(200).json();
    let one = format!("/api/v1/approvals/{}", waiting["items"][0]["id"].as_str().expect("an id"));
    let _ = by(&app, "subdistrict").post(&one, json!({"approve": true})).await.expect(200);
    let _ = by(&app, "courier").post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(403);
    let why = explain(app.kernel(), &app.tenant, ("courier", "orders.grab", "")).await.expect("an answer");
    assert!(!why.explained.allowed);
    assert_eq!(why.explained.rules[0].room, "house");
    let _ = by(&app, "worker").post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_decision_can_be_explained() {
    let app = town(tongxin_testkit::Engine::Sqlite).await;
    let (id, _) = report(&app, "树枝挡路").await;
    let number = by(&app, "secretary").get(&format!("/api/v1/requests/{id}")).await.expect(200).at("/number");
    for (person, action, thing, allowed) in [
        ("secretary", "requests.accept", number.as_str(), true),
        ("other_secretary", "requests.accept", &number, false),
        ("worker", "requests.read", &number, true),
        ("worker2", "orders.grab", "", true),
        ("secretary", "requests.accept", "", true),
        ("worker", "requests.accept", "", false),
        ("courier", "requests.read", &number, false),
        ("anyone", "requests.report", "", true),
        ("anyone", "orders.grab", "", false),
        ("auditor", "requests.read", "150603003001", true),
        ("auditor", "requests.accept", "150603003001", false),
    ] {
        let why = explain(app.kernel(), &app.tenant, (person, action, thing)).await.expect("an answer");
        assert_eq!(why.explained.allowed, allowed, "{person} {action} {thing}: {why:?}");
        assert_eq!(why.explained.rules.is_empty(), !allowed, "{person} {action}");
        assert!(allowed || !why.explained.enough.is_empty(), "what would be enough for {action}");
    }
    for (person, action, thing, field) in [
        ("nobody", "orders.grab", "", "person"),
        ("worker", "orders.steal", "", "action"),
        ("worker", "orders.grab", "x", "thing"),
    ] {
        let Err(tongxin_base::Error::Invalid(wrong)) =
            explain(app.kernel(), &app.tenant, (person, action, thing)).await
        else {
            panic!("{person} {action} {thing}")
        };
        assert_eq!(wrong[0].field, field);
    }
    let page = app
        .signed_in("auditor")
        .await
        .get("/admin/access?person=courier&action=requests.read&thing=150603003001")
        .await;
    let page = page.expect(200).text;
    assert!(page.contains("would be enough: Grid worker"), "{page}");
    assert_eq!(Cast::token("worker"), "bh-worker");
}

/// From one grid to another in one step: no moment without a post, none with both; and nobody moves whom they do not look after.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_moves_from_one_post_to_another() {
    for engine in engines() {
        let app = town(engine).await;
        let worker = id(&app, "worker").await;
        let page = format!("/admin/people/{worker}");
        let to = [
            ("role", "grid_worker"),
            ("unit", "150603003001001"),
            ("to_role", "grid_worker"),
            ("to_unit", "150603003002001"),
            ("from", "2026-03-05"),
        ];
        // The secretary of one community does not give posts in the other; the other does not know the worker.
        let here = app.signed_in("secretary").await;
        let _ = here.submit(&page, &format!("{page}/move"), &to).await.expect(403);
        let there = app.signed_in("other_secretary").await;
        let _ = there.submit("/admin/people", &format!("{page}/move"), &to).await.expect(404);
        let post = json!({"role": "mediator", "unit": "150603003002"});
        let _ = by(&app, "other_secretary").post(&format!("/api/v1/people/{worker}/posts"), post).await.expect(404);
        let _ =
            by(&app, "other_secretary").post(&format!("/api/v1/people/{worker}/leave"), json!({})).await.expect(404);

        let desk = app.signed_in("admin").await;
        let nowhere =
            [("role", "grid_worker"), ("unit", "150603003001001"), ("to_role", "grid_worker"), ("to_unit", "")];
        let refused = desk.submit(&page, &format!("{page}/move"), &nowhere).await.expect(422);
        assert!(refused.text.contains("error-summary"), "{}", refused.text);
        let _ = desk.submit(&page, &format!("{page}/move"), &to).await.expect(303);
        let posts = person(&app, "worker").await["posts"].to_string();
        assert!(posts.contains("150603003001001") && posts.contains("150603003002001"), "{posts}");
        app.pass(DAY * 3);
        app.work_off().await;
        let posts = person(&app, "worker").await["posts"].clone();
        let at =
            |unit: &str| posts.as_array().and_then(|all| all.iter().find(|post| post["unit"] == unit)).expect("a post");
        let (old, new) = (at("150603003001001"), at("150603003002001"));
        assert_eq!(old["until"], new["from"], "one ends the moment the other begins: {posts}");
        let _ = by(&app, "worker").get("/api/v1/orders").await.expect(200); // still at work
        let again = [
            ("role", "grid_worker"),
            ("unit", "150603003001001"),
            ("to_role", "grid_worker"),
            ("to_unit", "150603003002001"),
        ];
        let desk = app.signed_in("admin").await;
        let _ = desk.submit(&page, &format!("{page}/move"), &again).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_refuses_says_why() {
    let app = town(tongxin_testkit::Engine::Sqlite).await;
    let worker = id(&app, "worker").await;
    let page = format!("/admin/people/{worker}");
    let grant = [("role", "auditor"), ("unit", "150603003"), ("reason", "接任审计")];
    let _ = app.signed_in("admin").await.submit(&page, &format!("{page}/give"), &grant).await.expect(303);
    let lead = by(&app, "subdistrict");
    let waiting = lead.get("/api/v1/approvals").await.expect(200).json();
    let one = format!("/api/v1/approvals/{}", waiting["items"][0]["id"].as_str().expect("an id"));
    let bare = lead.post(&one, json!({"approve": false})).await.expect(422);
    assert_eq!(bare.at("/errors/0/field"), "answer");
    let _ = lead.post(&one, json!({"approve": false, "answer": "等新的任命文件"})).await.expect(200);
    let shown = app.signed_in("admin").await.get("/admin/approvals").await.expect(200).text;
    assert!(shown.contains("等新的任命文件"), "{shown}");
    assert!(!person(&app, "worker").await["posts"].to_string().contains("auditor"));
}

/// What a walk by somebody else found: no house without an administrator, nobody decides about themselves, nothing asked twice, no
/// slip of the hand that moves somebody in the past, and what one only stands in for is not made one's own.
#[tokio::test(flavor = "multi_thread")]
async fn slips_of_the_hand_are_caught() {
    let app = town(tongxin_testkit::Engine::Sqlite).await;
    let desk = app.signed_in("admin").await;
    let (lead, admin, worker) = (id(&app, "subdistrict").await, id(&app, "admin").await, id(&app, "worker").await);
    let page = |who: &str| format!("/admin/people/{who}");
    let grant = [("role", "admin"), ("unit", "150603003"), ("until", "2026-03-20"), ("reason", "代管")];
    let _ = desk.submit(&page(&lead), &format!("{}/give", page(&lead)), &grant).await.expect(303);
    let twice = desk.submit(&page(&lead), &format!("{}/give", page(&lead)), &grant).await.expect(409);
    assert!(twice.text.contains("asked for already"), "{}", twice.text);
    let waiting = by(&app, "subdistrict").get("/api/v1/approvals").await.expect(200).json();
    let one = format!("/api/v1/approvals/{}", waiting["items"][0]["id"].as_str().expect("an id"));
    let own = by(&app, "subdistrict").post(&one, json!({"approve": true})).await.expect(422);
    assert_eq!(own.at("/code"), "approvals-about-oneself");
    // The command line is the second person; then there are two, one of them for a time.
    let call = app.kernel().call(&app.tenant, &tongxin_kernel::Who::System);
    let which = waiting["items"][0]["id"].as_str().expect("an id").parse().expect("an id");
    app.kernel().decide_approval(call, which, tongxin_kernel::Decision::Approve).await.expect("decided");
    let end = [("role", "admin"), ("unit", "150603003"), ("until", "2026-03-10")];
    let last = desk.submit(&page(&admin), &format!("{}/end", page(&admin)), &end).await.expect(422);
    assert!(last.text.contains("administrator"), "{}", last.text);

    let to = |from: &'static str| {
        [
            ("role", "grid_worker"),
            ("unit", "150603003001001"),
            ("to_role", "grid_worker"),
            ("to_unit", "150603003002001"),
            ("from", from),
        ]
    };
    let verb = format!("{}/move", page(&worker));
    let slip = desk.submit(&page(&worker), &verb, &to("2020-01-01")).await.expect(422);
    assert!(slip.text.contains("must not be over"), "{}", slip.text);

    let shown = page(&worker);
    let mediator = id(&app, "mediator").await;
    let stand =
        [("role", "grid_worker"), ("unit", "150603003001001"), ("deputy", mediator.as_str()), ("until", "2026-03-09")];
    let _ = desk.submit(&shown, &format!("{shown}/stand-in"), &stand).await.expect(303);
    let verb = format!("{}/move", page(&mediator));
    let _ = desk.submit(&page(&mediator), &verb, &to("")).await.expect(422);
}
