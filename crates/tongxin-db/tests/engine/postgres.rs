//! What only a server can do to us: refuse to serialize, end our connections, go away in the middle of a COMMIT.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tongxin_base::{Error, TenantId};
use tongxin_db::{Options, params, sql};

use crate::house::{Engine, House, TENANT, call, has_postgres, insert, raw};
use crate::proxy::{Fault, Proxy};

fn house() -> Option<House> {
    has_postgres().then(|| House::open(Engine::Postgres))
}

fn url(house: &House) -> &str {
    let Options::Postgres { url } = &house.options else { panic!("PostgreSQL") };
    url
}

/// Ends every connection to the database but the one that asks.
fn terminate_all(house: &House) {
    let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    raw(url(house), all).expect("they are ended");
}

/// The trap itself: PostgreSQL answers the COMMIT of a spoiled transaction without an error. If it ever stops to, our
/// guard can go.
#[test]
fn postgres_answers_a_spoiled_commit_without_an_error() {
    let Some(house) = house() else { return };
    let spoiled = "BEGIN; INSERT INTO thing(tenant_id, id) VALUES (1, 1)";
    let work = async {
        let (client, connection) =
            tokio_postgres::connect(url(&house), tokio_postgres::NoTls).await.expect("connected");
        tokio::spawn(connection);
        client.batch_execute(spoiled).await.expect("begun");
        assert!(client.batch_execute("INSERT INTO thing(tenant_id, id) VALUES (1, 1)").await.is_err());
        client.batch_execute("COMMIT").await.expect("no error, and nothing kept");
        client.query_one("SELECT COUNT(*) FROM thing", &[]).await.expect("a row").get::<_, i64>(0)
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    assert_eq!(runtime.block_on(work), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_serialization_failure_runs_the_batch_again() {
    let Some(house) = house() else { return };
    let runs = Arc::new(AtomicU64::new(0));
    let mut calls: Vec<_> = (0..5).map(|id| call(move |tx| insert(tx, id))).collect();
    let counted = Arc::clone(&runs);
    calls.insert(
        3,
        call(move |tx| {
            counted.fetch_add(1, Ordering::Relaxed);
            insert(tx, 10)?;
            // Swallowed on purpose: it is run again all the same.
            let tried = tx.one(sql!("SELECT fail_once()"), &[], |row| row.take::<i64>());
            Ok(tried.unwrap_or(-1))
        }),
    );
    let (answers, stats) = house.together(calls).await;
    assert_eq!(answers, [Ok(0), Ok(1), Ok(2), Ok(1), Ok(3), Ok(4)]);
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    assert!(stats.reruns >= 4, "{stats:?}");
    assert_eq!(house.things().await, [0, 1, 2, 3, 4, 10]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadlock_of_two_writers_is_run_again() {
    let Some(house) = house() else { return };
    house
        .db
        .write(TENANT, "tests.add", |tx| {
            for id in [1, 2] {
                tx.exec(sql!("INSERT INTO thing(tenant_id, id, n) VALUES ($1, $2, 0)"), params![TENANT, id as i64])?;
            }
            Ok(())
        })
        .await
        .expect("two rows");
    let both = Arc::new(std::sync::Barrier::new(2));
    let crossing = |tenant: i64, order: [i64; 2]| {
        let (db, both) = (house.db.clone(), Arc::clone(&both));
        let met = AtomicBool::new(false);
        tokio::spawn(async move {
            db.write(TenantId(tenant), "tests.cross", move |tx| {
                let add = sql!("UPDATE thing SET n = n + 1 WHERE tenant_id = $1 AND id = $2");
                tx.exec(add, params![TENANT, order[0]])?;
                if !met.swap(true, Ordering::Relaxed) {
                    both.wait();
                }
                tx.exec(add, params![TENANT, order[1]])
            })
            .await
        })
    };
    let (one, other) = tokio::join!(crossing(1, [1, 2]), crossing(2, [2, 1]));
    assert_eq!((one.expect("no panic"), other.expect("no panic")), (Ok(1), Ok(1)));
    let all = sql!("SELECT n FROM thing WHERE tenant_id = $1 ORDER BY id");
    let read = house.db.read(TENANT, move |read| read.rows(all, params![TENANT], |row| row.take::<i64>())).await;
    assert_eq!(read, Ok(vec![2, 2]), "each once");
    assert!(house.db.stats().reruns >= 1, "there was a deadlock");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_never_ends_is_told() {
    let Some(house) = house() else { return };
    raw(
        url(&house),
        "CREATE OR REPLACE FUNCTION fail_once() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
          RAISE EXCEPTION 'always' USING ERRCODE = '40001'; END $$",
    )
    .expect("replaced");
    let (answers, _) = house
        .together(vec![
            call(|tx| insert(tx, 1)),
            call(|tx| tx.one(sql!("SELECT fail_once()"), &[], |row| row.take::<i64>())),
            call(|tx| insert(tx, 2)),
        ])
        .await;
    assert_eq!(answers, [Ok(1), Err(Error::Unavailable), Ok(2)]);
    assert_eq!(house.things().await, [1, 2]);
}

/// The COMMIT was done and its answer lost: nobody knows, so nobody is told that it was, nor that it was not.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost_is_unknown_and_kept() {
    let Some(house) = house() else { return };
    let proxy = Proxy::before(&house.options);
    let db = house.again(proxy.options.clone());
    proxy.set(Fault::AfterCommit);
    let answer = db.write(TENANT, "tests.add", |tx| insert(tx, 1)).await;
    assert!(proxy.done());
    assert_eq!(answer, Err(Error::Unavailable));
    assert_eq!(house.things().await, [1]);
    assert_eq!(db.write(TENANT, "tests.add", |tx| insert(tx, 2)).await, Ok(2), "the next write finds a way");
    assert_eq!(db.stats().reruns, 0, "what may have been kept is never run again");
    assert_eq!(house.things().await, [1, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_never_arrived_is_never_half() {
    let Some(house) = house() else { return };
    let proxy = Proxy::before(&house.options);
    let db = house.again(proxy.options.clone());
    proxy.set(Fault::BeforeCommit);
    let two = |first: i64| {
        db.write(TENANT, "tests.two", move |tx| {
            insert(tx, first)?;
            insert(tx, first + 1)
        })
    };
    assert_eq!(two(1).await, Err(Error::Unavailable));
    assert!(proxy.done());
    assert!(house.things().await.is_empty());
    assert_eq!(two(3).await, Ok(4));
    assert_eq!(house.things().await, [3, 4]);
}

/// The network swallows it all and says nothing: no error ever comes, and no answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_falls_silent_counts_as_away() {
    let Some(house) = house() else { return };
    let proxy = Proxy::before(&house.options);
    let db = house.again(proxy.options.clone());
    proxy.set(Fault::Silence);
    let started = Instant::now();
    assert_eq!(db.write(TENANT, "tests.add", |tx| insert(tx, 1)).await, Err(Error::Unavailable));
    assert!(started.elapsed() < Duration::from_secs(15), "it waited {:?}", started.elapsed());
    assert_eq!(db.write(TENANT, "tests.add", |tx| insert(tx, 2)).await, Ok(2));
    assert_eq!(house.things().await, [2]);
}

/// Load with both kinds of cut: an id that was acknowledged is there once; one that was not is there whole or not at all.
#[tokio::test(flavor = "multi_thread")]
async fn cuts_under_load_lose_nothing_that_was_answered() {
    let Some(house) = house() else { return };
    let proxy = Proxy::before(&house.options);
    let db = house.again(proxy.options.clone());
    let acknowledged = std::sync::Mutex::new(BTreeSet::new());
    let unknown = AtomicU64::new(0);
    let stop = AtomicBool::new(false);
    let writers = (0..24_i64).map(|writer| {
        let (db, acknowledged, unknown, stop) = (&db, &acknowledged, &unknown, &stop);
        async move {
            for n in 0.. {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let id = writer * 100_000 + n * 2;
                let two = db.write(TenantId(writer % 4), "tests.two", move |tx| {
                    insert(tx, id)?;
                    insert(tx, id + 1)
                });
                match two.await {
                    Ok(_) => drop(acknowledged.lock().expect("the set").insert(id)),
                    Err(Error::Unavailable) => drop(unknown.fetch_add(1, Ordering::Relaxed)),
                    Err(other) => panic!("{other:?}"),
                }
            }
        }
    });
    let cutter = async {
        for round in 0..20 {
            proxy.set(if round % 2 == 0 { Fault::AfterCommit } else { Fault::BeforeCommit });
            while !proxy.done() {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.store(true, Ordering::Relaxed);
    };
    tokio::join!(join_all(writers), cutter);
    let there: BTreeSet<i64> = house.things().await.into_iter().collect();
    let acknowledged = acknowledged.into_inner().expect("the set");
    assert!(acknowledged.is_subset(&there), "{:?} are lost", acknowledged.difference(&there).collect::<Vec<_>>());
    assert!(there.iter().all(|id| there.contains(&(id ^ 1))), "a write is there by half");
    let unknown = unknown.into_inner();
    assert!(unknown >= 20, "each cut leaves somebody without an answer");
    let kept_unknown = there.len() as u64 / 2 - acknowledged.len() as u64;
    assert!(0 < kept_unknown && kept_unknown < unknown, "{kept_unknown} of {unknown}: both kinds of cut happened");
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_connections_are_replaced_unseen() {
    let Some(house) = house() else { return };
    let write = |tenant: i64, id: i64| house.db.write(TenantId(tenant), "tests.add", move |tx| insert(tx, id));
    for round in 0..5_i64 {
        join_all((0..8).map(|tenant| write(tenant, round * 100 + tenant))).await.into_iter().for_each(|a| {
            a.expect("a write");
        });
        terminate_all(&house);
        let after = join_all((0..8).map(|tenant| write(tenant, round * 100 + 50 + tenant))).await;
        assert!(after.iter().all(Result::is_ok), "writes: {after:?}");
        terminate_all(&house);
        let one = sql!("SELECT COUNT(*) FROM thing WHERE tenant_id = $1");
        let read = || house.db.read(TENANT, move |read| read.one(one, params![TENANT], |row| row.take::<i64>()));
        let counts = join_all((0..8).map(|_| read())).await;
        assert!(counts.iter().all(|count| *count == Ok((round + 1) * 16)), "reads: {counts:?}");
    }
}

/// A server that comes back is used again; while it is away, callers are told so soon, however many wait.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_told_soon() {
    let Some(house) = house() else { return };
    let proxy = Proxy::before(&house.options);
    let db = house.again(proxy.options.clone());
    db.write(TENANT, "tests.add", |tx| insert(tx, 1)).await.expect("a write");
    drop(proxy); // nobody listens there any more
    let started = Instant::now();
    let answers = join_all((10..74).map(|id| db.write(TENANT, "tests.add", move |tx| insert(tx, id)))).await;
    assert!(answers.iter().all(|answer| *answer == Err(Error::Unavailable)), "{answers:?}");
    assert!(started.elapsed() < Duration::from_secs(3), "64 callers waited {:?}", started.elapsed());
    let read = db.read(TENANT, |read| read.rows(sql!("SELECT id FROM thing"), &[], |row| row.take::<i64>())).await;
    assert_eq!(read, Err(Error::Unavailable));
    assert_eq!(house.things().await, [1]);
}
