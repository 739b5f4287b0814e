//! Everybody grabs at once.

use std::sync::Arc;

use serde_json::json;
use tongxin_kernel::{Held, PersonId, Role, people_store};
use tongxin_testkit::{TestApp, engines};

use crate::town::{by, published, town};

/// Hires more grid workers and answers their tokens.
async fn hire(app: &TestApp, count: usize) -> Vec<String> {
    let ids: Vec<PersonId> = (0..count).map(|_| app.kernel().world().id()).collect();
    let (tenant, now) = (app.tenant.id, app.kernel().world().now());
    let write = move |tx: &mut tongxin_db::Tx<'_>| {
        for (i, id) in ids.iter().enumerate() {
            people_store::add_person(tx, tenant, *id, (&format!("网格员{i}"), &format!("网格员{i}")), now)?;
            let post = Held { unit_path: "150603003/".to_owned(), role: Role::GridWorker };
            people_store::add_post(tx, tenant, *id, &post, now)?;
            people_store::add_token(tx, tenant, *id, (&format!("bh-hired{i}"), "test", "*"), now)?;
        }
        Ok(())
    };
    app.kernel().db().write(tenant, "test.hire", write).await.expect("hired");
    (0..count).map(|i| format!("bh-hired{i}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_grab_one_order_and_one_wins() {
    for engine in engines() {
        let app = Arc::new(town(engine).await);
        let tokens = hire(&app, 200).await;
        // A second server on the same database, as behind a load balancer.
        let beside = Arc::new(app.beside(2).await);
        let (_, _, order) = published(&app, "抢单").await;
        let mut grabs = Vec::new();
        for (i, token) in tokens.into_iter().enumerate() {
            let client = if i % 2 == 0 { app.by(&token) } else { beside.by(&token) };
            let path = format!("/api/v1/orders/{order}/grab");
            grabs.push(tokio::spawn(async move { client.post(&path, json!({})).await }));
        }
        let (mut won, mut lost) = (0, 0);
        for grab in grabs {
            let reply = grab.await.expect("a reply");
            match reply.status.as_u16() {
                200 => won += 1,
                409 => {
                    lost += 1;
                    assert!(reply.at("/args/winner").starts_with("网格员"), "{}", reply.text);
                }
                other => panic!("{other}: {}", reply.text),
            }
        }
        assert_eq!((won, lost), (1, 199), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_passes_the_cap_however_many_hands_they_use() {
    for engine in engines() {
        let app = Arc::new(town(engine).await);
        let beside = Arc::new(app.beside(2).await);
        let mut orders = Vec::new();
        for i in 0..12 {
            orders.push(published(&app, &format!("第{i}件")).await.2);
        }
        let mut grabs = Vec::new();
        for (i, order) in orders.into_iter().enumerate() {
            let client = by(if i % 2 == 0 { &app } else { &beside }, "worker");
            let path = format!("/api/v1/orders/{order}/grab");
            grabs.push(tokio::spawn(async move { client.post(&path, json!({})).await }));
        }
        let mut won = 0;
        for grab in grabs {
            let reply = grab.await.expect("a reply");
            match reply.status.as_u16() {
                200 => won += 1,
                409 => assert_eq!(reply.at("/code"), "requests-over-cap"),
                other => panic!("{other}: {}", reply.text),
            }
        }
        assert_eq!(won, 5, "the cap of a tenant that sets none, on {engine:?}");
        let mine = by(&app, "worker").get("/api/v1/orders?status=mine").await.expect(200).json();
        assert_eq!(mine["items"].as_array().map(Vec::len), Some(5));
    }
}
