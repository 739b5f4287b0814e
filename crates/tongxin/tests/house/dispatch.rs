//! What time does to an order: it lapses, it is assigned, it waits; and a matter that is not solved comes back.

use std::time::Duration;

use serde_json::json;
use tongxin_testkit::{Engine, TestApp, engines};

use crate::town::{by, done, published, status, town};

const HOUR: Duration = Duration::from_secs(3600);

async fn order_of(app: &TestApp, id: &str) -> serde_json::Value {
    by(app, "secretary").get(&format!("/api/v1/requests/{id}")).await.expect(200).json()
}

async fn actions_of(app: &TestApp, id: &str) -> Vec<String> {
    let history = by(app, "secretary").get(&format!("/api/v1/requests/{id}/history")).await.expect(200).json();
    let items = history["items"].as_array().expect("items");
    items.iter().map(|item| item["action"].as_str().unwrap_or_default().to_owned()).collect()
}

/// 0201: somebody must grab within 4 working hours, and begin within 4 more.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_nobody_grabs_goes_to_the_best_free_worker() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, _, order) = published(&app, "路灯不亮").await;
        app.pass(3 * HOUR);
        app.work_off().await;
        assert_eq!(order_of(&app, &id).await["order"]["status"], "open", "not yet");
        // Monday 14:30: four working hours after 09:30 with the noon break.
        app.pass(4 * HOUR);
        app.work_off().await;
        let view = order_of(&app, &id).await;
        assert_eq!(view["order"]["status"], "grabbed");
        assert_eq!(view["order"]["id"], order.as_str(), "the same order");
        let why = &view["order"]["why"];
        assert_eq!(why["cause"], "nobody_grabbed");
        // Two grid workers at the place itself are free, the courier sets out from two kilometres away.
        assert_eq!((why["distance_m"].as_i64(), why["free"].as_i64()), (Some(0), Some(3)), "{why}");
        assert_eq!(why["skilled"], false, "nobody said they know electrics");
        assert!(actions_of(&app, &id).await.contains(&"orders.assign".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn skill_beats_a_short_way_and_load_counts() {
    for engine in engines() {
        let app = town(engine).await;
        // The courier knows electrics: worth three kilometres.
        let skilled = json!({"skills": ["electric"]});
        by(&app, "courier").post("/api/v1/me/duty", skilled).await.expect(200);
        let (id, ..) = published(&app, "路灯不亮").await;
        app.pass(7 * HOUR);
        app.work_off().await;
        let view = order_of(&app, &id).await;
        assert_eq!(view["order"]["worker"], "骑手庚", "{view}");
        assert_eq!(view["order"]["why"]["skilled"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_night_nobody_is_free_and_the_manager_hears_of_it() {
    for engine in engines() {
        let app = town(engine).await;
        let desk = by(&app, "secretary");
        // 0202 counts hours of the clock: one to be grabbed.
        app.pass(13 * HOUR);
        let body = json!({"category": "0202", "description": "井盖没了", "location": {"lat": 39.611, "lon": 109.781}});
        let id = app.anyone().post("/api/v1/requests", body).await.expect(201).at("/id");
        desk.post(&format!("/api/v1/requests/{id}/accept"), json!({})).await.expect(200);
        desk.post(&format!("/api/v1/requests/{id}/publish"), json!({})).await.expect(200);
        app.pass(HOUR + Duration::from_secs(60));
        app.work_off().await;
        assert_eq!(order_of(&app, &id).await["order"]["status"], "open");
        assert!(actions_of(&app, &id).await.contains(&"orders.nobody_free".to_owned()));
        // In the morning somebody is.
        for _ in 0..12 {
            app.pass(HOUR);
            app.work_off().await;
        }
        assert_eq!(order_of(&app, &id).await["order"]["status"], "grabbed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_not_begun_goes_back_and_its_worker_waits() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, _, order) = published(&app, "路灯不亮").await;
        let worker = by(&app, "worker");
        worker.post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(200);
        app.pass(7 * HOUR);
        app.work_off().await;
        let view = order_of(&app, &id).await;
        assert_eq!(view["status"], "open");
        let next = view["order"]["id"].as_str().expect("an order").to_owned();
        assert_ne!(next, order, "a new order took its place");
        let reply = worker.post(&format!("/api/v1/orders/{next}/grab"), json!({})).await.expect(409);
        assert_eq!(reply.at("/code"), "requests-cooldown", "{}", reply.text);
        by(&app, "worker2").post(&format!("/api/v1/orders/{next}/grab"), json!({})).await.expect(200);
        // Whoever began in time keeps it.
        by(&app, "worker2").post(&format!("/api/v1/orders/{next}/start"), json!({})).await.expect(200);
        app.pass(24 * HOUR);
        app.work_off().await;
        assert_eq!(order_of(&app, &id).await["status"], "working");
        // The place in the hand of the first is free again: five more can be held.
        let mine = worker.get("/api/v1/orders?status=mine").await.expect(200).json();
        assert_eq!(mine["items"].as_array().map(Vec::len), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_others_stops_the_clock() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token, order) = published(&app, "路灯不亮").await;
        let worker = by(&app, "worker");
        worker.post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(200);
        // Who has not begun cannot wait: the lease would stand still.
        worker.post(&format!("/api/v1/orders/{order}/wait"), json!({"reason": "parts"})).await.expect(409);
        worker.post(&format!("/api/v1/orders/{order}/start"), json!({})).await.expect(200);
        let due = order_of(&app, &id).await["due_at"].clone();
        let path = format!("/api/v1/orders/{order}/wait");
        let reply = worker.post(&path, json!({"reason": "sunshine"})).await.expect(422);
        assert_eq!(reply.at("/errors/0/field"), "reason");
        worker.post(&path, json!({"reason": "parts", "text": "等灯头"})).await.expect(200);
        worker.post(&path, json!({"reason": "parts"})).await.expect(409);
        by(&app, "worker2").post(&path, json!({"reason": "parts"})).await.expect(403);
        by(&app, "courier").post(&path, json!({"reason": "parts"})).await.expect(404);
        let view = order_of(&app, &id).await;
        assert_eq!((view["limit"].as_str(), view["paused"].as_str()), (Some("paused"), Some("parts")));
        // An answer of the reporter does not bring the parts.
        let add = json!({"text": "补充一句"});
        app.anyone().post(&format!("/api/v1/requests/{id}/messages?token={token}"), add).await.expect(200);
        assert_eq!(order_of(&app, &id).await["limit"], "paused");
        app.pass(24 * HOUR);
        app.work_off().await;
        worker.post(&format!("/api/v1/orders/{order}/resume"), json!({})).await.expect(200);
        let view = order_of(&app, &id).await;
        assert_ne!(view["due_at"], due, "a day later");
        assert_eq!(view["limit"], "green");
        let material = json!({"name": "灯头", "amount": "2 个", "cost_fen": 3150});
        let path = format!("/api/v1/orders/{order}/materials");
        worker.post(&path, material).await.expect(200);
        let wrong = worker.post(&path, json!({"name": "", "amount": "", "cost_fen": -1})).await.expect(422);
        assert_eq!(wrong.json()["errors"].as_array().map(Vec::len), Some(3), "{}", wrong.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn not_solved_goes_back_to_its_handler_twice_and_then_to_the_manager() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token, _) = done(&app, "路灯不亮", "worker").await;
        let rate = format!("/api/v1/requests/{id}/rating?token={token}");
        for round in 1..=2 {
            app.anyone().post(&rate, json!({"solved": "no", "satisfied": 2})).await.expect(200);
            assert_eq!(status(&app, &id, &token).await, "reopened");
            let view = order_of(&app, &id).await;
            assert_eq!(view["order"]["worker"], "网格员戊", "round {round}");
            assert_eq!(view["order"]["why"]["cause"], "reopened");
            let order = view["order"]["id"].as_str().expect("an order").to_owned();
            let worker = by(&app, "worker");
            worker.post(&format!("/api/v1/orders/{order}/start"), json!({})).await.expect(200);
            let note = json!({"note": "又修了一次"});
            worker.post(&format!("/api/v1/orders/{order}/complete"), note).await.expect(200);
        }
        app.anyone().post(&rate, json!({"solved": "no", "satisfied": 1})).await.expect(200);
        let view = order_of(&app, &id).await;
        assert_eq!((view["status"].as_str(), view["reopened"].as_i64()), (Some("reopened"), Some(3)));
        assert_eq!(view["order"]["status"], "done", "no order is under way: the manager decides");
        by(&app, "secretary").post(&format!("/api/v1/requests/{id}/publish"), json!({})).await.expect(200);
        assert_eq!(status(&app, &id, &token).await, "open");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_may_take_a_reopened_matter_from_its_handler() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token, _) = done(&app, "路灯不亮", "worker").await;
        let rate = format!("/api/v1/requests/{id}/rating?token={token}");
        app.anyone().post(&rate, json!({"solved": "no", "satisfied": 2})).await.expect(200);
        let desk = by(&app, "secretary");
        let reply = desk.post(&format!("/api/v1/requests/{id}/publish"), json!({})).await.expect(200);
        let order = reply.at("/order/id");
        by(&app, "worker2").post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(200);
        let mine = by(&app, "worker").get("/api/v1/orders?status=mine").await.expect(200).json();
        assert_eq!(mine["items"].as_array().map(Vec::len), Some(0), "it was called back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_given_once_and_a_finished_matter_closes_itself() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, ..) = published(&app, "路灯不亮").await;
        // Two working days from Monday morning are over on Wednesday night; cards come at 80 % and at the end.
        for _ in 0..(4 * 24) {
            app.pass(HOUR);
            app.work_off().await;
        }
        let actions = actions_of(&app, &id).await;
        for card in ["requests.yellow", "requests.red"] {
            assert_eq!(actions.iter().filter(|action| *action == card).count(), 1, "{card}: {actions:?}");
        }
        let (id, token, _) = done(&app, "另一盏路灯", "worker").await;
        app.pass(14 * 24 * HOUR);
        app.work_off().await;
        assert_eq!(status(&app, &id, &token).await, "done");
        app.pass(2 * 24 * HOUR);
        app.work_off().await;
        assert_eq!(status(&app, &id, &token).await, "closed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_offered_to_those_it_is_for() {
    for engine in engines() {
        let app = town(engine).await;
        let desk = by(&app, "secretary");
        let mut publish = Vec::new();
        for (words, to) in [
            ("给网格员", json!({"pool": "grid"})),
            ("给会电工的", json!({"skill": "electric"})),
            ("给本网格", json!({"unit": "150603003001001"})),
        ] {
            let (id, _) = crate::town::report(&app, words).await;
            desk.post(&format!("/api/v1/requests/{id}/accept"), json!({})).await.expect(200);
            let reply = desk.post(&format!("/api/v1/requests/{id}/publish"), to).await.expect(200);
            publish.push(format!("/api/v1/orders/{}/grab", reply.at("/order/id")));
        }
        let courier = by(&app, "courier");
        for path in &publish {
            let reply = courier.post(path, json!({})).await.expect(409);
            assert_eq!(reply.at("/code"), "requests-not-offered", "{}", reply.text);
        }
        by(&app, "worker").post(&publish[0], json!({})).await.expect(200);
        by(&app, "worker").post(&publish[1], json!({})).await.expect(409);
        by(&app, "worker").post(&publish[2], json!({})).await.expect(200);
        let wrong = json!({"pool": "moon"});
        let (id, _) = crate::town::report(&app, "没有的池子").await;
        desk.post(&format!("/api/v1/requests/{id}/accept"), json!({})).await.expect(200);
        desk.post(&format!("/api/v1/requests/{id}/publish"), wrong).await.expect(422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_holds_the_lease_as_long_as_it_waits() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token, order) = published(&app, "路灯不亮").await;
        by(&app, "worker").post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(200);
        let ask = json!({"text": "是哪一盏？", "public": true});
        by(&app, "secretary").post(&format!("/api/v1/requests/{id}/messages"), ask).await.expect(200);
        app.pass(48 * HOUR);
        app.work_off().await;
        assert_eq!(
            order_of(&app, &id).await["order"]["status"],
            "grabbed",
            "nobody lapses while the reporter is asked"
        );
        let answer = json!({"text": "左边那盏"});
        app.anyone().post(&format!("/api/v1/requests/{id}/messages?token={token}"), answer).await.expect(200);
        app.work_off().await;
        let view = order_of(&app, &id).await;
        assert_eq!(view["order"]["status"], "grabbed");
        assert!(view["order"]["lease_due_at"].as_str() > Some("2026-03-04T01:30:00Z"), "{view}");
        app.pass(8 * HOUR);
        app.work_off().await;
        assert_eq!(order_of(&app, &id).await["status"], "open", "then it lapses");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_a_reporter_is_belongs_to_the_desk_and_to_who_has_the_order() {
    for engine in engines() {
        let app = town(engine).await;
        let body = json!({"category": "0201", "description": "路灯不亮", "location": {"lat": 39.611, "lon": 109.781},
            "contact": {"name": "李女士", "phone": "13800001234"}});
        let reply = app.anyone().post("/api/v1/requests", body).await.expect(201);
        let id = reply.at("/id");
        let desk = by(&app, "secretary");
        desk.post(&format!("/api/v1/requests/{id}/accept"), json!({})).await.expect(200);
        let reply = desk.post(&format!("/api/v1/requests/{id}/publish"), json!({})).await.expect(200);
        let order = reply.at("/order/id");
        let cookie = |login: &'static str| {
            let anyone = app.anyone();
            async move {
                let fields = [("login", login), ("password", "tongxin")];
                let inside = anyone.submit("/sign-in", "/sign-in", &fields).await.expect(303);
                let cookie = inside.headers["set-cookie"].to_str().expect("a cookie").to_owned();
                cookie.split(';').next().expect("a pair").to_owned()
            }
        };
        let (first, second) = (cookie("worker").await, cookie("worker2").await);
        by(&app, "worker").post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(200);
        let at = format!("/desk/requests/{id}");
        let other = app.anyone().with("cookie", &second);
        let page = other.get(&at).await.expect(200);
        assert!(!page.text.contains("李女士") && !page.text.contains("01234"), "{}", page.text);
        other.submit(&at, &format!("{at}/reveal"), &[]).await.expect(403);
        let holder = app.anyone().with("cookie", &first);
        let shown = holder.submit(&at, &format!("{at}/reveal"), &[]).await.expect(200);
        assert!(shown.text.contains("13800001234"));
    }
}

/// Everybody who works may grab; who has which order is for those who may read the matter.
#[tokio::test(flavor = "multi_thread")]
async fn orders_that_are_taken_are_seen_by_their_own_community() {
    let app = town(Engine::Sqlite).await;
    let (_, _, order) = published(&app, "楼道的灯不亮").await;
    let _ = by(&app, "worker").post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(200);
    for (who, sees) in
        [("secretary", true), ("worker", true), ("subdistrict", true), ("other_secretary", false), ("courier", false)]
    {
        let listed = by(&app, who).get("/api/v1/orders?status=grabbed").await.expect(200).text;
        assert_eq!(listed.contains(&order), sees, "{who}: {listed}");
    }
}
