//! What was promised is kept: a changed limit rewrites nothing, every matter is found by what people know of it, and bad
//! input is named and changes nothing.

use serde_json::json;
use tongxin_requests::store::categories;
use tongxin_testkit::{TestApp, engines};

use crate::town::{by, done, published, report, town};

async fn view(app: &TestApp, id: &str) -> serde_json::Value {
    by(app, "secretary").get(&format!("/api/v1/requests/{id}")).await.expect(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_limit_never_rewrites_the_past() {
    for engine in engines() {
        let app = town(engine).await;
        let (finished, ..) = done(&app, "修好的路灯", "worker").await;
        let (running, _) = report(&app, "还没修的路灯").await;
        let before = (view(&app, &finished).await, view(&app, &running).await);
        let rates = || async { by(&app, "secretary").get("/api/v1/rates").await.expect(200).json() };
        let rates_before = rates().await;
        let tenant = app.tenant.id;
        let change = move |tx: &mut tongxin_db::Tx<'_>| {
            let mut category = categories::one(tx, tenant, "0201")?.expect("the category");
            category.finish_limit = "1h".parse().expect("a limit");
            category.contact_limit = "1h".parse().expect("a limit");
            categories::put(tx, tenant, &category, 5)
        };
        app.kernel().db().write(tenant, "test.change", change).await.expect("changed");
        app.pass(std::time::Duration::from_secs(2 * 3600));
        app.work_off().await;
        let after = (view(&app, &finished).await, view(&app, &running).await);
        for field in ["due_at", "contact_due_at", "limit"] {
            assert_eq!(before.0[field], after.0[field], "finished: {field}");
        }
        assert_eq!(before.1["due_at"], after.1["due_at"], "what was promised to who waits");
        assert_eq!(rates_before, rates().await);
        let (new, _) = report(&app, "换了时限以后的路灯").await;
        let due = view(&app, &new).await["due_at"].as_str().expect("a time").to_owned();
        assert_eq!(due, "2026-03-02T04:30:00Z", "an hour of the clock from now");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matter_is_found_by_number_words_and_place_in_both_languages() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, _) = report(&app, "三号楼 Gate B 的路灯不亮").await;
        let (other, _) = report(&app, "楼道里有杂物").await;
        app.work_off().await;
        let number = view(&app, &id).await["number"].as_str().expect("a number").to_owned();
        let found = |query: String| {
            let desk = by(&app, "secretary");
            async move {
                let list = desk.get(&format!("/api/v1/requests?q={query}")).await.expect(200).json();
                let items = list["items"].as_array().expect("items").clone();
                items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
            }
        };
        // 路灯, gate, the number: the one; 康城 and Kangcheng, where both are: both, the newest first.
        assert_eq!(found("%E8%B7%AF%E7%81%AF%E4%B8%8D%E4%BA%AE".to_owned()).await, std::slice::from_ref(&id));
        assert_eq!(found("gate".to_owned()).await, std::slice::from_ref(&id));
        assert_eq!(found(number).await, std::slice::from_ref(&id));
        assert_eq!(found("%E5%BA%B7%E5%9F%8E".to_owned()).await, [other.clone(), id.clone()]);
        assert_eq!(found("Kangcheng".to_owned()).await, [other, id]);
        assert!(found("%E4%B8%8D%E5%AD%98%E5%9C%A8%E7%9A%84%E8%AF%8D".to_owned()).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_bytes_and_late_hands_are_answered_and_change_nothing() {
    for engine in engines() {
        let app = town(engine).await;
        let anyone = app.anyone();
        let gbk =
            [&b"{\"category\":\"0201\",\"place\":\"x\",\"description\":\""[..], &[0xc2, 0xb7, 0xb5, 0xc6], b"\"}"]
                .concat();
        anyone.post_raw("/api/v1/requests", "application/json", gbk).await.expect(422);
        anyone.post_raw("/api/v1/requests", "application/xml", "<request/>").await.expect(422);
        for point in [json!({"lat": 91.0, "lon": 0.0}), json!({"lat": "NaN", "lon": 0.0}), json!({"lat": 1.0})] {
            let body = json!({"category": "0201", "description": "x", "location": point});
            anyone.post("/api/v1/requests", body).await.expect(422);
        }
        let (id, _, order) = published(&app, "抢晚了").await;
        let worker = by(&app, "worker");
        for (verb, body) in [("grab", json!({})), ("start", json!({})), ("complete", json!({"note": "好了"}))] {
            worker.post(&format!("/api/v1/orders/{order}/{verb}"), body).await.expect(200);
        }
        let late = by(&app, "worker2").post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(409);
        assert_eq!(late.at("/args/winner"), "网格员戊", "{}", late.text);
        let own = worker.post(&format!("/api/v1/orders/{order}/complete"), json!({"note": "又好了"})).await;
        assert_eq!(own.status.as_u16(), 409);
        assert_eq!(view(&app, &id).await["status"], "done");
        let list = by(&app, "secretary").get("/api/v1/requests").await.expect(200).json();
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "nothing half done");
    }
}
