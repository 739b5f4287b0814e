//! The lists that staff choose from: kept by administrators, replies by secretaries too; nothing rewrites the past.

use serde_json::{Value, json};
use tongxin_testkit::{Cast, Client, TestApp, engines};

use crate::house::house;

/// The names of a kind, as staff are offered them.
async fn offered(app: &TestApp, kind: &str) -> Vec<String> {
    let list = app.by(&Cast::token("staff")).get(&format!("/api/v1/phrases?kind={kind}")).await.expect(200).json();
    let items = list["items"].as_array().expect("items").iter();
    let active = items.filter(|item| item.get("active").and_then(Value::as_bool) != Some(false));
    active.map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
}

async fn report(who: &Client, category: &str) -> tongxin_testkit::Reply {
    who.post("/api/v1/requests", json!({"category": category, "description": "灯坏了", "place": "东门"})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn phrases_are_added_changed_moved_and_retired() {
    for engine in engines() {
        let app = house(engine).await;
        let admin = app.signed_in("admin").await;
        let before = offered(&app, "decline").await;
        let page = admin.get("/admin/phrases?kind=decline").await.expect(200).text;
        assert!(page.contains("Why something is not taken on"));
        let new = "/admin/phrases/decline/new";
        let wrong = admin.submit(new, new, &[("name", ""), ("text", "请看这里")]).await.expect(422);
        assert!(wrong.text.contains("href=\"#f-name\"") && wrong.text.contains("请看这里"));
        let fields = [("name", "试一试"), ("text", "谢谢您告诉我们。"), ("text_en", "Thank you.")];
        admin.submit(new, new, &fields).await.expect(303);
        let after = offered(&app, "decline").await;
        assert_eq!((after.len(), after.last().map(String::as_str)), (before.len() + 1, Some("试一试")));

        let page = admin.get("/admin/phrases?kind=decline").await.expect(200).text;
        let code = page.split("/admin/phrases/decline/").filter_map(|rest| rest.split(['"', '/']).next());
        let code = code.filter(|code| *code != "new").last().expect("the last one").to_owned();
        let at = |verb: &str| format!("/admin/phrases/decline/{code}/{verb}");
        admin.submit(new, &at("up"), &[]).await.expect(303);
        let moved = offered(&app, "decline").await;
        assert_eq!(moved[moved.len() - 2], "试一试");
        admin.submit(new, &at("retire"), &[]).await.expect(303);
        assert_eq!(offered(&app, "decline").await, before, "retired, and the rest in its order");
        admin.submit(new, &at("use"), &[]).await.expect(303);
        assert_eq!(offered(&app, "decline").await, moved);
        let one = format!("/admin/phrases/decline/{code}");
        assert!(admin.get(&one).await.expect(200).text.contains("Thank you."));
        admin.submit(&one, &one, &[("name", "改过了"), ("text", "谢谢。")]).await.expect(303);
        assert!(offered(&app, "decline").await.contains(&"改过了".to_owned()));
        admin.get("/admin/phrases/decline/nothing").await.expect(404);
        admin.get("/admin/phrases/nothing/new").await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn secretaries_keep_replies_and_nothing_else() {
    for engine in engines() {
        let app = house(engine).await;
        let secretary = app.signed_in("secretary").await;
        let page = secretary.get("/admin/phrases").await.expect(200).text;
        assert!(page.contains("Ready to be used in messages") && !page.contains("kind=decline"));
        let new = "/admin/phrases/reply/new";
        secretary.submit(new, new, &[("name", "收到"), ("text", "收到，马上安排。")]).await.expect(303);
        assert!(offered(&app, "reply").await.contains(&"收到".to_owned()));
        secretary.get("/admin/phrases/decline/new").await.expect(403);
        secretary.submit(new, "/admin/phrases/decline/new", &[("name", "x")]).await.expect(403);
        secretary.get("/admin/categories").await.expect(403);
        app.signed_in("staff").await.get("/admin/phrases").await.expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_limit_never_rewrites_the_past() {
    for engine in engines() {
        let app = house(engine).await;
        let (admin, anyone) = (app.signed_in("admin").await, app.anyone());
        let due = async |reply: &tongxin_testkit::Reply| {
            let path = format!("/api/v1/requests/{}?token={}", reply.at("/id"), reply.at("/token"));
            anyone.get(&path).await.expect(200).at("/due_at")
        };
        let before = report(&anyone, "0201").await.expect(201);
        let promised = due(&before).await;
        let one = "/admin/categories/0201";
        let shown = admin.get(one).await.expect(200).text;
        assert!(shown.contains("name=\"finish\"") && !shown.contains("name=\"code\""));
        let fields = |finish: &'static str, active: &'static str| {
            [
                ("name", "路灯不亮"),
                ("parent", "02"),
                ("contact", "2wh"),
                ("grab", "4wh"),
                ("start", "4wh"),
                ("finish", finish),
                ("radius", "80"),
                ("active", active),
            ]
        };
        let wrong = admin.submit(one, one, &fields("soon", "yes")).await.expect(422);
        assert!(wrong.text.contains("value=\"soon\"") && wrong.text.contains("href=\"#f-finish\""));
        admin.submit(one, one, &fields("20wd", "yes")).await.expect(303);
        assert_eq!(due(&before).await, promised);
        assert!(due(&report(&anyone, "0201").await.expect(201)).await > promised);
        assert!(admin.get("/admin/categories").await.expect(200).text.contains("20 working days"));
        admin.submit(one, one, &fields("20wd", "")).await.expect(303);
        assert_eq!(report(&anyone, "0201").await.expect(422).at("/errors/0/field"), "category", "retired");
        assert_eq!(due(&before).await, promised);

        let new = "/admin/categories/new";
        let mut fresh = fields("3wd", "yes").to_vec();
        fresh.push(("code", "0201"));
        assert!(admin.submit(new, new, &fresh).await.expect(422).text.contains("This code is taken"));
        fresh.pop();
        fresh.push(("code", "0299"));
        admin.submit(new, new, &fresh).await.expect(303);
        report(&anyone, "0299").await.expect(201);
        admin.get("/admin/categories/none").await.expect(404);
    }
}
