//! How fast it is: `cargo test --release -p tongxin-db --test engine -- --ignored --nocapture figures`.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tongxin_base::TenantId;

use crate::house::{insert, on_each};

/// Durable writes of one row each, by 64 callers over four tenants, for three seconds.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement, not a test"]
async fn figures() {
    on_each(async |house| {
        let before = house.db.stats();
        let started = Instant::now();
        let writers = (0..64_i64).map(|writer| {
            let db = house.db.clone();
            tokio::spawn(async move {
                let mut n = 0;
                while started.elapsed() < Duration::from_secs(3) {
                    let id = writer * 1_000_000 + n;
                    db.write(TenantId(writer % 4), "figures.add", move |tx| insert(tx, id)).await.expect("a write");
                    n += 1;
                }
                n
            })
        });
        let written: i64 = join_all(writers).await.into_iter().map(|n| n.expect("no panic")).sum();
        let seconds = started.elapsed().as_secs_f64();
        let commits = house.db.stats().commits - before.commits;
        let build = if cfg!(debug_assertions) { "debug" } else { "release" };
        eprintln!(
            "{:?}, {build}: {:.0} durable writes a second, {:.1} callers a commit",
            house.engine,
            written as f64 / seconds,
            written as f64 / commits as f64
        );
    })
    .await;
}
