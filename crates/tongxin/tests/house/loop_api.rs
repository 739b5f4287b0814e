//! The main loop by the API alone, as a client that has read only the contract would drive it.

use serde_json::json;
use tongxin_testkit::engines;

use crate::town::{by, done, published, rates, report, status, town};

#[tokio::test(flavor = "multi_thread")]
async fn from_report_to_rates() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token) = report(&app, "路灯不亮，晚上看不见路").await;
        assert_eq!(status(&app, &id, &token).await, "received");
        let desk = by(&app, "secretary");
        let at = |verb: &str| format!("/api/v1/requests/{id}/{verb}");
        assert_eq!(desk.post(&at("accept"), json!({})).await.expect(200).at("/status"), "accepted");
        desk.post(&at("contact"), json!({"how": "phone", "note": "说了今天修"})).await.expect(200);
        let published = desk.post(&at("publish"), json!({"pool": "all"})).await.expect(200);
        assert_eq!(published.at("/status"), "open");
        let order = published.at("/order/id");
        assert_eq!(published.at("/order/status"), "open");
        let worker = by(&app, "worker");
        let open = worker.get("/api/v1/orders?status=open&near=39.6,109.78").await.expect(200);
        assert_eq!(open.at("/items/0/id"), order);
        let grabbed = worker.post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(200);
        assert_eq!(grabbed.at("/status"), "grabbed");
        assert_eq!(grabbed.at("/worker"), "网格员戊");
        let second = by(&app, "worker2").post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(409);
        assert_eq!(second.at("/code"), "requests-somebody-was-first");
        assert_eq!(second.at("/args/winner"), "网格员戊");
        worker.post(&format!("/api/v1/orders/{order}/start"), json!({})).await.expect(200);
        assert_eq!(status(&app, &id, &token).await, "working");
        let finished = worker.post(&format!("/api/v1/orders/{order}/complete"), json!({"note": "换好了"})).await;
        assert_eq!(finished.expect(200).at("/request/status"), "done");
        let rating = json!({"solved": "yes", "satisfied": 5, "reasons": ["fast", "师傅很细心"]});
        let rate = format!("/api/v1/requests/{id}/rating?token={token}");
        app.anyone().post(&rate, rating.clone()).await.expect(200);
        assert_eq!(app.anyone().post(&rate, rating).await.expect(409).at("/code"), "ratings-twice");
        assert_eq!(status(&app, &id, &token).await, "rated");
        for rate in ["response", "solved", "satisfied"] {
            assert_eq!(rates(&app).await[rate], json!({"numerator": 1, "denominator": 1, "rate": 1.0}), "{rate}");
        }
        let history = app.anyone().get(&format!("/api/v1/requests/{id}/history?token={token}")).await.expect(200);
        assert!(!history.text.contains("细心"), "a reporter's own words are in no journal");
        let steps: Vec<String> = history.json()["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|item| item["action"].as_str().expect("an action").to_owned())
            .collect();
        assert_eq!(
            steps,
            [
                "requests.report",
                "requests.accept",
                "requests.contact",
                "requests.publish",
                "orders.grab",
                "orders.start",
                "orders.complete",
                "ratings.rate"
            ]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn not_solved_opens_it_again_and_counts_nothing() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token, _) = done(&app, "水管漏水", "worker").await;
        let rate = format!("/api/v1/requests/{id}/rating?token={token}");
        let reply = app.anyone().post(&rate, json!({"solved": "no", "satisfied": 4})).await.expect(200);
        assert_eq!(reply.at("/reopened"), "true");
        assert_eq!(status(&app, &id, &token).await, "reopened");
        assert_eq!(rates(&app).await["satisfied"], json!({"numerator": 0, "denominator": 0, "rate": null}));
        let again = by(&app, "secretary").post(&format!("/api/v1/requests/{id}/publish"), json!({})).await.expect(200);
        let order = again.at("/order/id");
        for (verb, body) in [("grab", json!({})), ("start", json!({})), ("complete", json!({"note": "这次换了阀门"}))]
        {
            by(&app, "worker2").post(&format!("/api/v1/orders/{order}/{verb}"), body).await.expect(200);
        }
        app.anyone().post(&rate, json!({"solved": "yes", "satisfied": 3})).await.expect(200);
        assert_eq!(rates(&app).await["solved"], json!({"numerator": 1, "denominator": 1, "rate": 1.0}));
        assert_eq!(rates(&app).await["satisfied"], json!({"numerator": 0, "denominator": 1, "rate": 0.0}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn given_back_handed_over_taken_back() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token, order) = published(&app, "楼道堆了杂物").await;
        let worker = by(&app, "worker");
        worker.post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(200);
        let back =
            worker.post(&format!("/api/v1/orders/{order}/return"), json!({"reason": "今天请假"})).await.expect(200);
        assert_eq!(back.at("/status"), "returned");
        let next = back.at("/next/id");
        assert_eq!(status(&app, &id, &token).await, "open");
        by(&app, "courier").post(&format!("/api/v1/orders/{next}/grab"), json!({})).await.expect(200);
        let over = by(&app, "courier").post(&format!("/api/v1/orders/{next}/transfer"), json!({"to": "worker2"})).await;
        assert_eq!(over.expect(200).at("/worker"), "网格员己");
        // No longer the courier's: they are not told what became of it.
        by(&app, "courier").post(&format!("/api/v1/orders/{next}/start"), json!({})).await.expect(404);
        let anyone = app.anyone();
        anyone.post(&format!("/api/v1/requests/{id}/withdraw?token=bh-wrong"), json!({})).await.expect(401);
        let gone = anyone.post(&format!("/api/v1/requests/{id}/withdraw?token={token}"), json!({})).await.expect(200);
        assert_eq!(gone.at("/status"), "withdrawn");
        let late = by(&app, "worker2").post(&format!("/api/v1/orders/{next}/start"), json!({})).await.expect(409);
        assert_eq!(
            (late.at("/code"), late.at("/args/status")),
            ("requests-order-wrong-state".into(), "cancelled".into())
        );
        assert_eq!(by(&app, "worker2").get("/api/v1/orders?status=mine").await.expect(200).json()["items"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_stops_the_clock_and_the_answer_starts_it_again() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token) = report(&app, "广场噪声").await;
        let read = format!("/api/v1/requests/{id}?token={token}");
        let due = app.anyone().get(&read).await.expect(200).at("/due_at");
        let at = format!("/api/v1/requests/{id}/messages");
        by(&app, "staff").post(&at, json!({"text": "是哪一天晚上？", "public": true})).await.expect(200);
        assert_eq!(app.anyone().get(&read).await.expect(200).at("/limit"), "paused");
        app.pass(std::time::Duration::from_secs(24 * 3600));
        app.anyone().post(&format!("{at}?token={token}"), json!({"text": "每天晚上"})).await.expect(200);
        let after = app.anyone().get(&read).await.expect(200);
        assert_eq!(after.at("/limit"), "green");
        assert!(after.at("/due_at") > due, "a working day was given back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gets_the_same_answer() {
    for engine in engines() {
        let app = town(engine).await;
        let body = json!({"category": "0201", "description": "路灯", "place": "康城社区门口"});
        let once = app.anyone().with("idempotency-key", "5f0c");
        let first = once.post("/api/v1/requests", body.clone()).await.expect(201);
        let second = once.post("/api/v1/requests", body).await.expect(201);
        assert_eq!(first.text, second.text);
        let other = once
            .post("/api/v1/requests", json!({"category": "0201", "description": "别的", "place": "康城社区"}))
            .await;
        assert_eq!(other.expect(409).at("/code"), "error-key-reused");
        let list = by(&app, "secretary").get("/api/v1/requests").await.expect(200).json();
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_named_and_changes_nothing() {
    for engine in engines() {
        let app = town(engine).await;
        let post = |body| {
            let anyone = app.anyone();
            async move { anyone.post("/api/v1/requests", body).await }
        };
        let reply =
            post(json!({"category": "", "description": " ", "location": {"lat": 91, "lon": "x"}})).await.expect(422);
        let fields: Vec<String> = reply.json()["errors"]
            .as_array()
            .expect("errors")
            .iter()
            .map(|error| error["field"].as_str().expect("a field").to_owned())
            .collect();
        assert_eq!(fields, ["category", "description", "lat", "lon"]);
        post(json!({"category": "9999", "description": "x", "place": "y"})).await.expect(422);
        post(json!({"category": "0201", "description": "x"})).await.expect(422);
        post(json!({"category": "0201", "description": "x", "place": "y", "colour": 1})).await.expect(422);
        post(json!({"category": "0201", "description": "字".repeat(2001), "place": "y"})).await.expect(422);
        let anyone = app.anyone();
        anyone.post_raw("/api/v1/requests", "application/json", "{").await.expect(422);
        post(json!({"category": "0201", "description": "a\u{0}b", "place": "y"})).await.expect(422);
        anyone.post_raw("/report", "application/x-www-form-urlencoded", "csrf=%00&description=%00").await.expect(422);
        anyone.get("/q/%00").await.expect(404);
        by(&app, "secretary").get("/api/v1/requests?status=open&unit=%00").await.expect(404);
        anyone.post_raw("/api/v1/requests/x/messages", "application/json", vec![b' '; 300 << 10]).await.expect(413);
        // Photos may come inside a report; more than five of them may not.
        let vast = anyone.clone().with("Content-Length", &(110_usize << 20).to_string());
        vast.post_raw("/api/v1/requests", "application/json", "{").await.expect(413);
        post(json!({"category": "0201", "description": "🏮𠮷 四字节", "location": "康城社区"})).await.expect(201);
        let list = by(&app, "subdistrict").get("/api/v1/requests").await.expect(200).json();
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_yours_is_not_there() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token, order) = published(&app, "只有该看的人能看").await;
        let read = format!("/api/v1/requests/{id}");
        app.anyone().get(&read).await.expect(401);
        app.anyone().get(&format!("{read}?token={}x", &token[..token.len() - 1])).await.expect(404);
        by(&app, "other_secretary").get(&read).await.expect(404);
        by(&app, "resident").get(&read).await.expect(404);
        by(&app, "other_secretary").post(&format!("{read}/accept"), json!({})).await.expect(404);
        by(&app, "auditor").post(&format!("{read}/accept"), json!({})).await.expect(403);
        by(&app, "resident").post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(403);
        app.by("bh-nobody").get(&read).await.expect(401);
        let shown = by(&app, "other_secretary").get("/api/v1/requests").await.expect(200).json();
        assert_eq!(shown["items"], json!([]));
        // A worker sees in the pool where and what kind, never the words.
        let pool = by(&app, "courier").get("/api/v1/orders").await.expect(200);
        assert!(!pool.text.contains("该看的人"), "{}", pool.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn found_by_words_number_and_place() {
    for engine in engines() {
        let app = town(engine).await;
        let (_, _) = report(&app, "小区公共晾衣架坏了").await;
        let (_, _) = report(&app, "Street lamp is broken").await;
        app.work_off().await;
        let desk = by(&app, "secretary");
        for (query, found) in [("%E6%99%BE%E8%A1%A3%E6%9E%B6", 1), ("lamp", 1), ("LAMP%20broken", 1), ("nothing", 0)] {
            let list = desk.get(&format!("/api/v1/requests?q={query}")).await.expect(200).json();
            assert_eq!(list["items"].as_array().map(Vec::len), Some(found), "{query}");
        }
        let number = desk.get("/api/v1/requests").await.expect(200).at("/items/0/number");
        let list = desk.get(&format!("/api/v1/requests?q={number}")).await.expect(200).json();
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    }
}
