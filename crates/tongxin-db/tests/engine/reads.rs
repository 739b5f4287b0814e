//! Reads: a snapshot, a deadline, and no way to write.

use std::time::{Duration, Instant};

use tongxin_base::Error;
use tongxin_db::{params, sql};

use crate::house::{TENANT, insert, on_each};

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_cannot_write() {
    on_each(async |house| {
        for long in [false, true] {
            let write = |read: &mut tongxin_db::Read<'_>| {
                let insert = sql!("INSERT INTO thing(tenant_id, id) VALUES ($1, 1) RETURNING id");
                read.rows(insert, params![TENANT], |row| row.take::<i64>())
            };
            let tried = if long { house.db.scan(TENANT, write).await } else { house.db.read(TENANT, write).await };
            assert!(matches!(tried, Err(Error::Internal(_))), "{tried:?}");
        }
        assert!(house.things().await.is_empty());
        house.db.write(TENANT, "tests.add", |tx| insert(tx, 1)).await.expect("the writer can");
        assert_eq!(house.things().await, [1]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_sees_one_moment() {
    on_each(async |house| {
        house.db.write(TENANT, "tests.add", |tx| insert(tx, 1)).await.expect("a write");
        let (read, write) = (std::sync::mpsc::channel::<()>(), std::sync::mpsc::channel::<()>());
        let db = house.db.clone();
        let reader = tokio::spawn(async move {
            db.read(TENANT, move |snapshot| {
                let count = sql!("SELECT COUNT(*) FROM thing WHERE tenant_id = $1");
                let first: i64 = snapshot.one(count, params![TENANT], |row| row.take())?;
                read.0.send(()).ok();
                write.1.recv().ok();
                Ok((first, snapshot.one(count, params![TENANT], |row| row.take::<i64>())?))
            })
            .await
        });
        tokio::task::spawn_blocking(move || read.1.recv()).await.expect("no panic").expect("the first look");
        house.db.write(TENANT, "tests.add", |tx| insert(tx, 2)).await.expect("a write");
        write.0.send(()).expect("the second look");
        assert_eq!(reader.await.expect("no panic"), Ok((1, 1)));
        assert_eq!(house.things().await, [1, 2]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_ends_at_its_deadline() {
    on_each(async |house| {
        let endless =
            sql!("WITH RECURSIVE n(i) AS (SELECT $1::bigint UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n");
        let short = sql!("SELECT COUNT(*) FROM thing WHERE tenant_id = $1");
        let started = Instant::now();
        let one_long = house.db.read(TENANT, move |read| read.one(endless, params![TENANT], |row| row.take::<i64>()));
        let many_short = house.db.read(TENANT, move |read| {
            loop {
                read.one(short, params![TENANT], |row| row.take::<i64>())?;
            }
            #[expect(unreachable_code, reason = "it says what the closure answers")]
            Ok(())
        });
        let swallowed = house.db.read(TENANT, move |read| {
            while started.elapsed() < Duration::from_secs(7) {
                drop(read.one(short, params![TENANT], |row| row.take::<i64>()));
            }
            Ok(read.one(short, params![TENANT], |row| row.take::<i64>()).is_err())
        });
        let (one_long, many_short, swallowed) = tokio::join!(one_long, many_short, swallowed);
        let took = started.elapsed();
        assert_eq!(one_long, Err(Error::Unavailable));
        assert_eq!(many_short, Err(Error::Unavailable));
        assert_eq!(swallowed, Ok(true));
        assert!((5.0..9.0).contains(&took.as_secs_f64()), "{took:?}");
        for _ in 0..8 {
            assert!(house.things().await.is_empty(), "every reader works after it");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_a_read_ends_that_read_alone() {
    on_each(async |house| {
        for _ in 0..6 {
            let panicked = house.db.read(TENANT, |read| {
                let count = sql!("SELECT COUNT(*) FROM thing WHERE tenant_id = $1");
                read.one(count, params![TENANT], |row| row.take::<i64>())?;
                if read.tenant() == TENANT {
                    panic!("in a read");
                }
                Ok(())
            });
            assert!(matches!(panicked.await, Err(Error::Internal(_))));
        }
        assert!(house.things().await.is_empty());
    })
    .await;
}

/// What waits for a reader is bounded: each of them is a request that already waits.
#[tokio::test(flavor = "multi_thread")]
async fn too_many_readers_are_sent_away() {
    on_each(async |house| {
        let slow = (0..4 + 1024 + 100).map(|_| {
            house.db.read(TENANT, |_| {
                std::thread::sleep(Duration::from_millis(2));
                Ok(())
            })
        });
        let answers = futures_util::future::join_all(slow).await;
        let away = answers.iter().filter(|answer| **answer == Err(Error::TooMany)).count();
        assert!((1..=104).contains(&away), "{away} were sent away");
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count() + away, answers.len());
    })
    .await;
}
