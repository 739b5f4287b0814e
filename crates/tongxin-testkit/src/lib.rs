//! Tests stand on this: real databases, the real router, a clock that stands still, and a small cast of people.
//!
//! `for_each_engine!` runs a test on SQLite, and on PostgreSQL where `TONGXIN_TEST_POSTGRES` names a server (as `./test` sees to).

mod app;
mod cast;
mod postbox;
mod reply;
mod room;

pub use app::{Engine, TestApp, database, engines};
pub use cast::{COMMUNITY, Cast, GRID, OTHER_COMMUNITY, OTHER_GRID, SUBDISTRICT};
pub use postbox::{PUBLIC_URL, Postbox, Posted};
pub use reply::{Client, Reply, hidden, multipart};
pub use room::{check_kernel, check_room};

/// Runs an async test body on each engine: `for_each_engine!(rooms, |app| async move { .. })`.
#[macro_export]
macro_rules! for_each_engine {
    ($modules:expr, |$app:ident| $body:expr) => {
        for engine in $crate::engines() {
            let $app = $crate::TestApp::start(engine, $modules).await;
            eprintln!("on {engine:?}");
            $body.await;
        }
    };
}
