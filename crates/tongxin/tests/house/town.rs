//! A house with all rooms and the categories of the Binhe programme, and the steps of the loop as a client takes them.

use serde_json::{Value, json};
use tongxin_testkit::{Cast, Client, Engine, TestApp};

/// All rooms on an engine, ready for a report.
pub async fn town(engine: Engine) -> TestApp {
    let app = TestApp::start(engine, tongxin::MODULES).await;
    let binhe = concat!(env!("CARGO_MANIFEST_DIR"), "/../../programmes/binhe");
    app.take_part(binhe, &tongxin_requests::MODULE).await;
    app
}

/// Somebody of the cast.
pub fn by(app: &TestApp, key: &str) -> Client {
    app.by(&Cast::token(key))
}

/// A report of somebody at the first grid, with a contact: id and token of its secret link.
pub async fn report_by(who: &Client, words: &str, contact: Value) -> (String, String) {
    let place = json!({"lat": 39.611, "lon": 109.781});
    let body = json!({"category": "0201", "description": words, "location": place, "contact": contact});
    let reply = who.post("/api/v1/requests", body).await.expect(201);
    (reply.at("/id"), reply.at("/token"))
}

/// A report at the first grid: id and token of its secret link.
pub async fn report(app: &TestApp, words: &str) -> (String, String) {
    let body = json!({"category": "0201", "description": words, "location": {"lat": 39.611, "lon": 109.781}});
    let reply = app.anyone().post("/api/v1/requests", body).await.expect(201);
    (reply.at("/id"), reply.at("/token"))
}

/// The same, accepted and placed in the pool: request, token and order.
pub async fn published(app: &TestApp, words: &str) -> (String, String, String) {
    let (id, token) = report(app, words).await;
    let desk = by(app, "secretary");
    desk.post(&format!("/api/v1/requests/{id}/accept"), json!({})).await.expect(200);
    let reply = desk.post(&format!("/api/v1/requests/{id}/publish"), json!({})).await.expect(200);
    (id, token, reply.at("/order/id"))
}

/// The same, done by somebody of the cast.
pub async fn done(app: &TestApp, words: &str, worker: &str) -> (String, String, String) {
    let (id, token, order) = published(app, words).await;
    let round = by(app, worker);
    for (verb, body) in [("grab", json!({})), ("start", json!({})), ("complete", json!({"note": "换了灯泡"}))] {
        round.post(&format!("/api/v1/orders/{order}/{verb}"), body).await.expect(200);
    }
    (id, token, order)
}

/// The status of a request, as its reporter sees it.
pub async fn status(app: &TestApp, id: &str, token: &str) -> String {
    app.anyone().get(&format!("/api/v1/requests/{id}?token={token}")).await.expect(200).at("/status")
}

/// The rates over everything.
pub async fn rates(app: &TestApp) -> Value {
    by(app, "secretary").get("/api/v1/rates").await.expect(200).json()
}
