//! One write alone: kept whole or not at all, whatever its closure does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tongxin_base::{Error, TenantId};
use tongxin_db::{params, sql};

use crate::house::{Noted, TENANT, insert, on_each};

#[tokio::test]
async fn a_write_that_fails_is_undone() {
    on_each(async |house| {
        let refused = house.db.write(TENANT, "tests.refuse", |tx| {
            insert(tx, 1)?;
            tx.note(Noted::Line("never"));
            Err::<(), _>(Error::rule("no"))
        });
        assert_eq!(refused.await, Err(Error::rule("no")));
        house.db.write(TENANT, "tests.add", |tx| insert(tx, 2)).await.expect("a write");
        assert_eq!(house.things().await, [2]);
        assert!(house.lines().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_failed_statement_fails_the_write_even_if_the_closure_goes_on() {
    on_each(async |house| {
        house.db.write(TENANT, "tests.add", |tx| insert(tx, 1)).await.expect("a write");
        let ran = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&ran);
        let swallowed = house.db.write(TENANT, "tests.swallow", move |tx| {
            counted.fetch_add(1, Ordering::Relaxed);
            insert(tx, 2)?;
            assert!(insert(tx, 1).is_err());
            // PostgreSQL would refuse all that follows; SQLite must not be more lenient.
            assert!(insert(tx, 3).is_err(), "a spoiled write runs nothing more");
            assert!(tx.undo().is_err(), "a spoiled write stays spoiled");
            tx.note(Noted::Line("never"));
            Ok(7)
        });
        let Err(Error::Internal(why)) = swallowed.await else { panic!("it was kept") };
        assert!(why.contains("tests.swallow") && why.contains("house.rs:"), "{why}");
        assert_eq!(ran.load(Ordering::Relaxed), 1, "a broken constraint is no reason to run it again");
        assert_eq!(house.things().await, [1]);
        assert!(house.lines().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_does_not_fit_the_schema_fails_its_write_alone() {
    on_each(async |house| {
        let wrong = house.db.write(TENANT, "tests.wrong", |tx| {
            insert(tx, 1)?;
            drop(tx.exec(crate::statements::beyond_the_schema(), params![TENANT]));
            Ok(())
        });
        assert!(matches!(wrong.await, Err(Error::Internal(_))));
        house.db.write(TENANT, "tests.add", |tx| insert(tx, 2)).await.expect("a write");
        assert_eq!(house.things().await, [2]);
    })
    .await;
}

#[tokio::test]
async fn a_panic_is_told_and_undone() {
    on_each(async |house| {
        let panicked = house.db.write(TENANT, "tests.panic", |tx| {
            insert(tx, 1)?;
            if tx.tenant() == TENANT {
                panic!("with words");
            }
            Ok(())
        });
        let Err(Error::Internal(why)) = panicked.await else { panic!("it was kept") };
        assert!(why.contains("tests.panic") && why.contains("with words"), "{why}");
        house.db.write(TENANT, "tests.add", |tx| insert(tx, 2)).await.expect("the writer lives");
        assert_eq!(house.things().await, [2]);
    })
    .await;
}

#[tokio::test]
async fn undo_starts_the_write_anew() {
    on_each(async |house| {
        let written = house.db.write(TENANT, "tests.undo", |tx| {
            insert(tx, 1)?;
            tx.note(Noted::Line("forgotten"));
            tx.undo()?;
            insert(tx, 1)?; // free again
            insert(tx, 2)?;
            tx.undo()?;
            insert(tx, 3)?;
            tx.note(Noted::Line("kept"));
            Ok("answer")
        });
        assert_eq!(written.await, Ok("answer"));
        assert_eq!(house.things().await, [3]);
        assert_eq!(house.lines().await, ["kept"]);
    })
    .await;
}

#[tokio::test]
async fn undo_at_the_end_keeps_nothing() {
    on_each(async |house| {
        let written = house.db.write(TENANT, "tests.undo", |tx| {
            insert(tx, 1)?;
            tx.undo()
        });
        assert_eq!(written.await, Ok(()));
        assert!(house.things().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_write_that_does_nothing_is_answered() {
    on_each(async |house| {
        assert_eq!(house.db.write(TENANT, "tests.nothing", |_| Ok(1)).await, Ok(1));
        assert_eq!(house.db.write(TenantId(-7), "tests.nothing", |tx| Ok(tx.tenant())).await, Ok(TenantId(-7)));
    })
    .await;
}

#[tokio::test]
async fn a_write_sees_itself_and_a_read_sees_it_after() {
    on_each(async |house| {
        let seen = house.db.write(TENANT, "tests.see", |tx| {
            insert(tx, 1)?;
            let count = sql!("SELECT COUNT(*) FROM thing WHERE tenant_id = $1");
            tx.one(count, params![TENANT], |row| row.take::<i64>())
        });
        assert_eq!(seen.await, Ok(1));
        assert_eq!(house.things().await, [1]);
        assert!(
            house
                .db
                .clone()
                .write(TENANT, "tests.none", |tx| {
                    tx.one(sql!("SELECT id FROM thing WHERE tenant_id = $1 AND id = 99"), params![TENANT], |row| {
                        row.take::<i64>()
                    })
                })
                .await
                .is_err_and(|error| error == Error::NotFound),
            "no row is no failure of the statement, but an answer"
        );
    })
    .await;
}

/// Many sets in one round trip, in order: the last one wins.
#[tokio::test]
async fn many_sets_run_in_order() {
    on_each(async |house| {
        house
            .db
            .write(TENANT, "tests.many", |tx| {
                let put = sql!(
                    "INSERT INTO thing(tenant_id, id, n) VALUES ($1, $2, $3)
                     ON CONFLICT (tenant_id, id) DO UPDATE SET n = thing.n * 3 + excluded.n"
                );
                let sets: Vec<[tongxin_db::Param<'_>; 3]> =
                    (0..500).map(|n: i64| [TENANT.into(), (n % 50).into(), n.rem_euclid(7).into()]).collect();
                tx.exec_many(put, &sets.iter().map(|set| &set[..]).collect::<Vec<_>>())
            })
            .await
            .expect("a write");
        let mut wanted = [None; 50];
        for n in 0..500_i64 {
            let cell = &mut wanted[usize::try_from(n % 50).expect("small")];
            *cell = Some(cell.map_or(n % 7, |before: i64| before * 3 + n % 7));
        }
        let all = sql!("SELECT n FROM thing WHERE tenant_id = $1 ORDER BY id");
        let read = house.db.read(TENANT, move |read| read.rows(all, params![TENANT], |row| row.take::<Option<i64>>()));
        assert_eq!(read.await.expect("a read"), wanted);
        let failing = house.db.write(TENANT, "tests.many", |tx| {
            let sets: [[tongxin_db::Param<'_>; 2]; 3] = [100_i64, 0, 101].map(|id| [TENANT.into(), id.into()]);
            tx.exec_many(crate::house::add(), &sets.iter().map(|set| &set[..]).collect::<Vec<_>>())
        });
        assert!(matches!(failing.await, Err(Error::Internal(_))));
        assert_eq!(house.things().await.len(), 50, "all or none");
    })
    .await;
}
