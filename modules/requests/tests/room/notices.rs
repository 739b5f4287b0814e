//! Who is told what: reporters by the address they left, workers and managers on their pages.

use std::time::Duration;

use serde_json::{Value, json};
use tongxin_base::Locale;
use tongxin_requests::notices;
use tongxin_testkit::{Client, Engine, TestApp, engines};

use crate::house::{by, house};

/// A report with an address; id and token.
async fn report(app: &TestApp, who: &Client, email: Option<&str>) -> (String, String) {
    let body = json!({"category": "0201", "description": "路灯不亮", "location": {"lat": 39.611, "lon": 109.781},
        "contact": email.map(|email| json!({"email": email}))});
    let reply = who.post("/api/v1/requests", body).await.expect(201);
    app.work_off().await;
    (reply.at("/id"), reply.at("/token"))
}

/// A verb of the API on a request or an order, and what follows it.
async fn act(app: &TestApp, key: &str, path: &str, body: Value) -> Value {
    let reply = by(app, key).post(&format!("/api/v1/{path}"), body).await.expect(200);
    app.work_off().await;
    reply.json()
}

/// Keys of somebody's notices, newest first.
async fn told(app: &TestApp, key: &str) -> Vec<String> {
    let list = by(app, key).get("/api/v1/notices").await.expect(200).json();
    let items = list["items"].as_array().expect("items").iter();
    items.map(|item| item["key"].as_str().expect("a key").trim_start_matches("requests-notice-").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_notice_has_its_words() {
    let app = house(Engine::Sqlite).await;
    for locale in Locale::OURS {
        let words = app.app.words(locale);
        for key in notices::keys() {
            assert!(words.has(key) && words.has(&format!("{key}-words")), "{key} in {}", locale.tag());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reporter_without_an_account_is_written_to() {
    for engine in engines() {
        let app = house(engine).await;
        let post = app.postbox();
        let (id, token) = report(&app, &app.anyone(), Some("li@example.com")).await;
        assert!(post.empty().is_empty(), "nobody is told of their own report");
        // Somebody else met the same, reads English, and has a link of their own.
        let english = app.anyone().with("accept-language", "en");
        let joined = english
            .post(&format!("/api/v1/requests/{id}/join"), json!({"contact": {"email": "lee@example.com"}}))
            .await
            .expect(201);
        act(&app, "secretary", &format!("requests/{id}/accept"), json!({})).await;
        let letters = post.empty();
        let one = |to: &str| letters.iter().find(|letter| letter.to == to).unwrap_or_else(|| panic!("to {to}")).clone();
        assert_eq!(letters.len(), 2);
        let (li, lee) = (one("li@example.com"), one("lee@example.com"));
        assert!(li.mail.subject.contains("已受理") && li.mail.text.contains("留下了这个邮箱"), "{:?}", li.mail);
        assert!(lee.mail.subject.contains("was taken on") && !lee.mail.text.contains("灯不亮"), "{:?}", lee.mail);
        assert_eq!((li.path(), lee.path()), (format!("/r/{token}"), format!("/r/{}", joined.at("/token"))));
        app.anyone().get(&li.path()).await.expect(200);

        act(&app, "secretary", &format!("requests/{id}/messages"), json!({"text": "是哪一盏？", "kind": "question"}))
            .await;
        assert_eq!(post.empty().len(), 2);
        act(&app, "secretary", &format!("requests/{id}/messages"), json!({"text": "内部", "kind": "note"})).await;
        assert!(post.empty().is_empty(), "a note is for those who work on it");
        let answer = format!("/api/v1/requests/{id}/messages?token={token}");
        app.anyone().post(&answer, json!({"text": "东门那盏"})).await.expect(200);
        app.work_off().await;
        assert!(post.empty().is_empty(), "nobody has the order yet");
        let order = act(&app, "secretary", &format!("requests/{id}/publish"), json!({})).await["order"]["id"].clone();
        let order = order.as_str().expect("an order");
        for (verb, letters) in [("grab", 0), ("start", 2)] {
            act(&app, "worker", &format!("orders/{order}/{verb}"), json!({})).await;
            assert_eq!(post.empty().len(), letters, "{verb}");
        }
        act(&app, "worker", &format!("orders/{order}/complete"), json!({"note": "换了灯泡"})).await;
        let done = post.empty();
        assert!(done.iter().all(|letter| letter.path().ends_with("#rate")) && done.len() == 2, "{done:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_letter_goes_to_what_is_no_address() {
    let app = house(Engine::Sqlite).await;
    for email in ["li", "a b@example.com", "a@b@c.cn", "li@example"] {
        let body = json!({"category": "0201", "description": "路灯不亮", "place": "东门", "contact": {"email": email}});
        let refused = app.anyone().post("/api/v1/requests", body).await.expect(422);
        assert_eq!(refused.at("/errors/0/field"), "email", "{email}");
    }
    let page = app.anyone().with("cookie", "lang=en");
    let fields = [("category", "0201"), ("description", "Dark"), ("place", "East gate"), ("email", "li@")];
    let shown = page.submit("/report", "/report", &fields).await.expect(422);
    assert!(shown.text.contains("value=\"li@\"") && shown.text.contains("href=\"#f-email\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_an_account_is_told_on_their_pages() {
    for engine in engines() {
        let app = house(engine).await;
        let post = app.postbox();
        let (id, _) = report(&app, &by(&app, "resident"), None).await;
        act(&app, "staff", &format!("requests/{id}/accept"), json!({})).await;
        assert_eq!(told(&app, "resident").await, ["accepted"]);
        assert_eq!(told(&app, "staff").await, Vec::<String>::new());
        let order = act(&app, "staff", &format!("requests/{id}/publish"), json!({})).await["order"]["id"].clone();
        let order = order.as_str().expect("an order").to_owned();
        act(&app, "worker", &format!("orders/{order}/grab"), json!({})).await;
        act(&app, "staff", &format!("orders/{order}/transfer"), json!({"to": "worker2"})).await;
        assert_eq!(told(&app, "worker2").await, ["transferred"]);
        assert!(post.empty().is_empty(), "nobody asked for letters");

        let worker = app.signed_in("worker2").await;
        let page = worker.get("/work").await.expect(200);
        assert!(page.text.contains("(1 unread)"), "the shell counts");
        let list = worker.get("/me/notices").await.expect(200);
        assert!(list.text.contains("handed over to you") && list.text.contains("Mark all as read"));
        let open = list.text.split("href=\"/me/notices/").nth(1).and_then(|rest| rest.split('"').next());
        let open = format!("/me/notices/{}", open.expect("a link"));
        let there = worker.get(&open).await.expect(303);
        assert_eq!(there.location(), format!("/work/orders/{order}"));
        worker.get(there.location()).await.expect(200);
        assert!(!worker.get("/work").await.expect(200).text.contains("unread"), "it is read now");
        app.signed_in("worker").await.get(&open).await.expect(404);
        assert_eq!(by(&app, "resident").post("/api/v1/notices/read", json!({})).await.expect(200).at("/marked"), "1");
        assert_eq!(by(&app, "resident").post("/api/v1/notices/read", json!({})).await.expect(200).at("/marked"), "0");
        app.anyone().get("/api/v1/notices").await.expect(401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_set_and_taken_back() {
    for engine in engines() {
        let app = house(engine).await;
        let post = app.postbox();
        let resident = app.signed_in("resident").await;
        resident.submit("/me", "/me/contact", &[("email", "nobody"), ("by_mail", "yes")]).await.expect(422);
        resident.submit("/me", "/me/contact", &[("email", "me@example.com"), ("by_mail", "yes")]).await.expect(303);
        assert!(resident.get("/me").await.expect(200).text.contains("me@example.com"));
        let (id, _) = report(&app, &by(&app, "resident"), Some("other@example.com")).await;
        act(&app, "staff", &format!("requests/{id}/accept"), json!({})).await;
        let letters = post.empty();
        assert_eq!(
            letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(),
            ["me@example.com"],
            "one letter"
        );
        assert!(letters[0].mail.text.contains("/me"), "and a way to stop them");
        resident.submit("/me", "/me/contact", &[("email", "")]).await.expect(303);
        act(&app, "staff", &format!("requests/{id}/messages"), json!({"text": "好", "kind": "update"})).await;
        assert_eq!(told(&app, "resident").await, ["update", "accepted"]);
        assert_eq!(post.empty().iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), ["other@example.com"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_their_own_act() {
    for engine in engines() {
        let app = house(engine).await;
        let post = app.postbox();
        let (id, token) = report(&app, &app.anyone(), Some("li@example.com")).await;
        app.anyone().post(&format!("/api/v1/requests/{id}/withdraw?token={token}"), json!({})).await.expect(200);
        app.work_off().await;
        assert!(post.empty().is_empty(), "they took it back themselves");
        let (id, _) = report(&app, &app.anyone(), Some("li@example.com")).await;
        act(&app, "staff", &format!("requests/{id}/withdraw"), json!({})).await;
        assert_eq!(post.empty().len(), 1, "staff did it for them");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_look_after_the_unit_hear_of_late_matters() {
    for engine in engines() {
        let app = house(engine).await;
        let (id, _) = report(&app, &app.anyone(), None).await;
        act(&app, "secretary", &format!("requests/{id}/accept"), json!({})).await;
        for _ in 0..200 {
            app.pass(Duration::from_secs(3600));
            app.work_off().await;
        }
        for key in ["secretary", "staff"] {
            assert_eq!(told(&app, key).await, ["red", "yellow"], "{key}");
        }
        for key in ["other_secretary", "subdistrict", "worker"] {
            assert_eq!(told(&app, key).await, Vec::<String>::new(), "{key}");
        }
    }
}
