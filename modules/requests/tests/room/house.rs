//! A house with this room alone, on the lists of the Binhe programme.

use tongxin_requests::{MODULE, setup};
use tongxin_testkit::{Cast, Client, Engine, TestApp};

/// The house.
pub async fn house(engine: Engine) -> TestApp {
    let app = TestApp::start(engine, &[&MODULE]).await;
    let lists = setup::Lists::parse(
        include_str!("../../../../programmes/binhe/categories.csv"),
        include_str!("../../../../programmes/binhe/pools.csv"),
        include_str!("../../../../programmes/binhe/phrases.csv"),
    );
    setup::set_up(app.kernel(), &app.tenant, lists.expect("the lists parse")).await.expect("the lists");
    app
}

/// Somebody of the cast.
pub fn by(app: &TestApp, key: &str) -> Client {
    app.by(&Cast::token(key))
}
