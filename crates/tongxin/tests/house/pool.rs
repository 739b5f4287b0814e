//! The worker's two lists: the orders in hand by their limits, and the pool, which is the same as a list and on a map.

use std::time::Duration;

use serde_json::json;
use tongxin_testkit::{TestApp, engines};

use crate::town::{by, published, town};

const HOUR: Duration = Duration::from_secs(3600);

async fn limit_of(app: &TestApp, order: &str) -> String {
    let mine = by(app, "worker").get("/api/v1/orders?status=mine").await.expect(200).json();
    let items = mine["items"].as_array().expect("items");
    let one = items.iter().find(|item| item["id"] == order).expect("it is in hand");
    one["limit"].as_str().expect("a limit").to_owned()
}

async fn until_it_is(app: &TestApp, order: &str, limit: &str) {
    for _ in 0..400 {
        if limit_of(app, order).await == limit {
            return;
        }
        app.pass(HOUR * 2);
    }
    panic!("it never became {limit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn my_orders_stand_in_groups_by_their_limits() {
    for engine in engines() {
        let app = town(engine).await;
        let worker = by(&app, "worker");
        let mut orders: Vec<String> = Vec::new();
        for words in ["灯一", "灯二", "灯三"] {
            let (_, _, order) = published(&app, words).await;
            for verb in ["grab", "start"] {
                worker.post(&format!("/api/v1/orders/{order}/{verb}"), json!({})).await.expect(200);
            }
            let limit = limit_of(&app, orders.first().unwrap_or(&order)).await;
            orders.push(order);
            match orders.len() {
                1 => until_it_is(&app, &orders[0], "yellow").await,
                2 => until_it_is(&app, &orders[1], "yellow").await,
                _ => assert_eq!(limit, "red", "the first is over by now"),
            }
        }
        let page = app.signed_in("worker").await.get("/work").await.expect(200).text;
        let at = |what: &str| page.find(what).unwrap_or_else(|| panic!("{what} is not on the page"));
        let link = |order: &str| at(&format!("href=\"/work/orders/{order}\""));
        let stand = [
            at("id=\"g-over\""),
            link(&orders[0]),
            at("id=\"g-near\""),
            link(&orders[1]),
            at("id=\"g-rest\""),
            link(&orders[2]),
        ];
        assert!(stand.is_sorted(), "{stand:?}");
        assert!(page.contains("data-place=\"39.61100,109.78100\""), "the phone reckons with the matter's place");
        assert!(page.contains("limit--red") && page.contains("limit--yellow") && page.contains("limit--green"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pool_is_the_same_on_the_map() {
    for engine in engines() {
        let app = town(engine).await;
        let (_, _, taken) = published(&app, "秘密的话").await;
        let (_, _, open) = published(&app, "另一件秘密").await;
        by(&app, "worker2").post(&format!("/api/v1/orders/{taken}/grab"), json!({})).await.expect(200);
        for key in ["worker", "worker2", "courier"] {
            let who = app.signed_in(key).await;
            let list = who.get("/work/pool").await.expect(200).text;
            let map = who.get("/work/pool/map.json").await.expect(200);
            let page = who.get("/work/pool/map").await.expect(200).text;
            let grab = format!("/work/orders/{open}/grab");
            assert_eq!(list.contains(&grab), map.text.contains(&open), "{key}: the map is the list");
            assert_eq!(list.contains(&grab), page.contains(&grab), "{key}: and so is the list beside it");
            for (name, text) in [("list", &list), ("map", &map.text), ("page", &page)] {
                assert!(!text.contains("秘密") && !text.contains(&taken), "{key} {name}");
            }
            who.get("/work/pool/ground.json").await.expect(200);
        }
        let map = app.signed_in("worker").await.get("/work/pool/map.json").await.expect(200).json();
        let mut fields: Vec<&String> = map["features"][0]["properties"].as_object().expect("fields").keys().collect();
        fields.sort();
        assert_eq!(fields, ["category", "due", "id", "number", "status", "unit"]);
        for key in ["resident", "mediator", "auditor"] {
            assert_ne!(app.signed_in(key).await.get("/work/pool/map.json").await.status, 200, "{key}");
        }
        assert_ne!(app.anyone().get("/work/pool/map.json").await.status, 200);
    }
}
