//! Many writes in one commit: what one does wrong, the others do not pay for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tongxin_base::{Error, Result};
use tongxin_db::{Tx, params, sql};

use crate::house::{Engine, Noted, TENANT, call, insert, on_each};

#[tokio::test(flavor = "multi_thread")]
async fn one_batch_keeps_the_good_and_undoes_the_bad() {
    on_each(async |house| {
        let (answers, stats) = house
            .together(vec![
                call(|tx| insert(tx, 1)),
                call(|tx| {
                    insert(tx, 2)?;
                    tx.note(Noted::Line("refused"));
                    Err(Error::rule("no"))
                }),
                call(|tx| {
                    drop(insert(tx, 1)); // breaks the key, and goes on as if nothing were
                    Ok(3)
                }),
                call(|tx| {
                    insert(tx, 4)?;
                    tx.note(Noted::Line("kept"));
                    Ok(4)
                }),
                call(|tx| {
                    insert(tx, 5)?;
                    panic!("in the middle of a batch")
                }),
                call(|tx| {
                    insert(tx, 6)?;
                    tx.undo()?;
                    insert(tx, 7)
                }),
            ])
            .await;
        assert_eq!(answers[0], Ok(1));
        assert_eq!(answers[1], Err(Error::rule("no")));
        assert!(matches!(&answers[2], Err(Error::Internal(_))), "{:?}", answers[2]);
        assert_eq!(answers[3], Ok(4));
        assert!(matches!(&answers[4], Err(Error::Internal(_))), "{:?}", answers[4]);
        assert_eq!(answers[5], Ok(7));
        assert_eq!(house.things().await, [1, 4, 7]);
        assert_eq!(house.lines().await, ["kept"]);
        assert_eq!((stats.commits, stats.callers, stats.reruns), (1, 7, 0), "they were one batch");
    })
    .await;
}

/// The last caller of a batch spoils it, so that nothing runs between its failure and the COMMIT.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_last_caller_spoils_it_is_kept_without_it() {
    on_each(async |house| {
        for (id, spoil) in [(10, true), (20, false)] {
            let (answers, stats) = house
                .together(vec![
                    call(move |tx| insert(tx, id)),
                    call(move |tx| {
                        if spoil {
                            drop(insert(tx, id));
                            return Ok(0);
                        }
                        Err(Error::NotFound)
                    }),
                ])
                .await;
            assert_eq!(answers[0], Ok(id));
            assert!(answers[1].is_err());
            assert_eq!(stats.commits, 1);
        }
        assert_eq!(house.things().await, [10, 20]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_that_cannot_be_written_fail_their_caller_alone() {
    on_each(async |house| {
        let noting = |id, note: fn() -> Noted| {
            call(move |tx| {
                insert(tx, id)?;
                tx.note(note());
                Ok(id)
            })
        };
        let (answers, stats) = house
            .together(vec![
                noting(1, || Noted::Line("one")),
                noting(2, || Noted::Fail),
                noting(3, || Noted::Line("three")),
                noting(4, || Noted::Swallow),
                noting(5, || Noted::Panic),
                noting(6, || Noted::Line("six")),
            ])
            .await;
        assert_eq!(answers[0], Ok(1));
        assert_eq!(answers[1], Err(Error::rule("ledger-says-no")));
        assert_eq!(answers[2], Ok(3));
        assert!(matches!(answers[3], Err(Error::Internal(_))), "{:?}", answers[3]);
        assert!(matches!(answers[4], Err(Error::Internal(_))), "{:?}", answers[4]);
        assert_eq!(answers[5], Ok(6));
        assert_eq!(house.things().await, [1, 3, 6]);
        assert_eq!(house.lines().await, ["one", "three", "six"]);
        assert!(stats.reruns >= 6, "they were a batch first");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_only_the_commit_checks_fails_its_caller_alone() {
    on_each(async |house| {
        fn parent(tx: &mut Tx<'_>, id: i64, of: Option<i64>) -> Result<i64> {
            tx.exec(sql!("INSERT INTO parent(tenant_id, id, of) VALUES ($1, $2, $3)"), params![TENANT, id, of])?;
            Ok(id)
        }
        let (answers, _) = house
            .together(vec![
                call(|tx| parent(tx, 1, None)),
                call(|tx| parent(tx, 2, Some(99))), // nobody
                call(|tx| parent(tx, 3, Some(1))),
            ])
            .await;
        assert_eq!(answers[0], Ok(1));
        assert!(matches!(answers[1], Err(Error::Internal(_))), "{:?}", answers[1]);
        assert_eq!(answers[2], Ok(3));
        let all = sql!("SELECT id FROM parent WHERE tenant_id = $1 ORDER BY id");
        let rows = house.db.read(TENANT, move |read| read.rows(all, params![TENANT], |row| row.take::<i64>())).await;
        assert_eq!(rows, Ok(vec![1, 3]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_callers_share_their_commits() {
    on_each(async |house| {
        let before = house.db.stats();
        let writers = (0..64).map(|writer: i64| {
            let db = house.db.clone();
            tokio::spawn(async move {
                for n in 0..10 {
                    db.write(TENANT, "tests.add", move |tx| insert(tx, writer * 10 + n)).await.expect("a write");
                }
            })
        });
        join_all(writers).await.into_iter().for_each(|writer| writer.expect("no panic"));
        assert_eq!(house.things().await, (0..640).collect::<Vec<_>>());
        let after = house.db.stats();
        let (commits, callers) = (after.commits - before.commits, after.callers - before.callers);
        assert_eq!(callers, 640);
        assert!(commits * 4 < callers, "{commits} commits for {callers} callers");
    })
    .await;
}

/// A round trip is what a write costs on PostgreSQL: one for each statement, one for the commit, none for the rest.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_costs_a_round_trip_for_each_statement_and_one_for_its_commit() {
    on_each(async |house| {
        if house.engine == Engine::Sqlite {
            return;
        }
        let many = |first: i64| {
            call(move |tx| {
                let sets: Vec<[tongxin_db::Param<'_>; 2]> =
                    (first..first + 100).map(|id| [TENANT.into(), id.into()]).collect();
                tx.exec_many(crate::house::add(), &sets.iter().map(|set| &set[..]).collect::<Vec<_>>())?;
                Ok(0)
            })
        };
        let noted = |id: i64| {
            call(move |tx| {
                tx.note(Noted::Line("noted"));
                insert(tx, id)
            })
        };
        let (prepared, _) = house.together(vec![many(9000), noted(9100)]).await;
        assert!(prepared.iter().all(Result::is_ok), "{prepared:?}");

        let trips = async |calls| house.together(calls).await.1.round_trips;
        assert_eq!(trips((0..10).map(|id| call(move |tx| insert(tx, id))).collect()).await, 10 + 1);
        assert_eq!(trips(vec![many(1000), many(2000), many(3000)]).await, 3 + 1);
        assert_eq!(trips((100..110).map(noted).collect()).await, 10 + 10 + 1);
        // One that is undone costs no more than its statements.
        let undone = || call(|tx| insert(tx, 500).and(Err(Error::NotFound)));
        assert_eq!(trips(vec![call(|tx| insert(tx, 400)), undone(), undone()]).await, 3 + 1);
        assert_eq!(trips(vec![call(|_| Ok(1)), call(|_| Ok(2))]).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_sends_callers_away() {
    on_each(async |house| {
        let ran = Arc::new(AtomicU64::new(0));
        let held = house.db.clone();
        let holder = tokio::spawn(async move {
            let hold = |_: &mut Tx<'_>| {
                std::thread::sleep(Duration::from_millis(6500));
                Ok(())
            };
            held.write(TENANT, "tests.hold", hold).await
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        let started = Instant::now();
        let callers = (0..4096 + 100).map(|_| {
            let (db, ran) = (house.db.clone(), Arc::clone(&ran));
            tokio::spawn(async move {
                let run = move |_: &mut Tx<'_>| {
                    ran.fetch_add(1, Ordering::Relaxed);
                    Ok(())
                };
                (db.write(TENANT, "tests.wait", run).await, started.elapsed())
            })
        });
        let answers: Vec<_> = join_all(callers).await.into_iter().map(|call| call.expect("no panic")).collect();
        holder.await.expect("no panic").expect("the holder is answered");
        let away: Vec<_> = answers.iter().filter(|(answer, _)| answer.is_err()).collect();
        assert_eq!(away.len(), 100);
        assert!(
            away.iter().all(|(answer, after)| *answer == Err(Error::Unavailable) && after.as_secs() < 6),
            "{away:?}"
        );
        assert_eq!(ran.load(Ordering::Relaxed), 4096, "who was sent away is not done after all");
    })
    .await;
}

/// A caller whose page has long given up is told so and not run: the queue drains at once when the writer is free again.
#[tokio::test(flavor = "multi_thread")]
async fn who_waits_too_long_is_told_and_not_run() {
    on_each(async |house| {
        let held = house.db.clone();
        let holder = tokio::spawn(async move {
            let hold = |_: &mut Tx<'_>| {
                std::thread::sleep(Duration::from_millis(10_500));
                Ok(())
            };
            held.write(TENANT, "tests.hold", hold).await
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        let early = join_all((0..5).map(|id| house.db.write(TENANT, "tests.add", move |tx| insert(tx, id))));
        let gone =
            tokio::time::timeout(Duration::from_millis(50), house.db.write(TENANT, "tests.add", |tx| insert(tx, 6)));
        let late = async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            house.db.write(TENANT, "tests.add", |tx| insert(tx, 7)).await
        };
        let (early, gone, late) = tokio::join!(early, gone, late);
        holder.await.expect("no panic").expect("the holder is answered");
        assert!(early.iter().all(|answer| *answer == Err(Error::Unavailable)), "{early:?}");
        assert!(gone.is_err());
        assert_eq!(late, Ok(7));
        assert_eq!(house.things().await, [7]);
    })
    .await;
}
