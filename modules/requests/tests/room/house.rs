//! A house with this room alone, on the lists of the Binhe programme.

use tongxin_requests::MODULE;
use tongxin_testkit::{Cast, Client, Engine, TestApp};

/// The house.
pub async fn house(engine: Engine) -> TestApp {
    let app = TestApp::start(engine, &[&MODULE]).await;
    app.take_part(concat!(env!("CARGO_MANIFEST_DIR"), "/../../programmes/binhe"), &MODULE).await;
    app
}

/// Somebody of the cast.
pub fn by(app: &TestApp, key: &str) -> Client {
    app.by(&Cast::token(key))
}
