//! Values go in and come out as they were, NULL is NULL, and a value of the wrong kind is refused rather than bent.

use proptest::prelude::*;
use tongxin_base::{Error, Id, Result, TenantId, Time, World};
use tongxin_db::{Db, Param, Tx, params, sql};

use crate::house::{House, TENANT, engines, on_each};

#[derive(Debug, Clone, PartialEq)]
struct Thing {
    n: Option<i64>,
    x: Option<f64>,
    words: Option<String>,
    raw: Option<Vec<u8>>,
    key: Option<Id<()>>,
}

async fn round_trip(db: &Db, id: i64, thing: Thing) -> Result<Thing> {
    let kept = thing.clone();
    let write = move |tx: &mut Tx<'_>| {
        tx.exec(
            sql!("INSERT INTO thing(tenant_id, id, n, x, words, raw, key) VALUES ($1, $2, $3, $4, $5, $6, $7)"),
            params![TENANT, id, kept.n, kept.x, &kept.words, kept.raw.as_ref(), kept.key],
        )
    };
    assert_eq!(db.write(TENANT, "tests.put", write).await?, 1);
    db.read(TENANT, move |read| {
        let one = sql!("SELECT n, x, words, raw, key FROM thing WHERE tenant_id = $1 AND id = $2");
        read.one(one, params![TENANT, id], |row| {
            Ok(Thing { n: row.take()?, x: row.take()?, words: row.take()?, raw: row.take()?, key: row.take()? })
        })
    })
    .await
}

fn any_thing() -> impl Strategy<Value = Thing> {
    let number = any::<f64>().prop_filter("a number", |x| !x.is_nan());
    (
        any::<Option<i64>>(),
        proptest::option::of(number),
        proptest::option::of("[^\u{0}]{0,40}"),
        proptest::option::of(proptest::collection::vec(any::<u8>(), 0..64)),
        proptest::option::of(any::<u128>().prop_map(|x| Id::from_uuid(uuid::Uuid::from_u128(x)))),
    )
        .prop_map(|(n, x, words, raw, key)| Thing { n, x, words, raw, key })
}

#[test]
fn values_come_out_as_they_went_in() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for engine in engines() {
        let house = House::open(engine);
        let ids = std::cell::Cell::new(0);
        let config = ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() };
        proptest!(config, |(thing in any_thing())| {
            ids.set(ids.get() + 1);
            let back = runtime.block_on(round_trip(&house.db, ids.get(), thing.clone())).expect("a round trip");
            prop_assert_eq!(back, thing);
        });
    }
}

#[tokio::test]
async fn edges_of_each_kind_come_out_as_they_went_in() {
    on_each(async |house| {
        let uuid = uuid::Uuid::from_bytes([0; 16]);
        let edges = [
            Thing { n: Some(i64::MIN), x: Some(-0.0), words: Some(String::new()), raw: Some(vec![]), key: None },
            Thing {
                n: Some(i64::MAX),
                x: Some(f64::MAX),
                words: Some("路灯坏了 🏮".into()),
                raw: Some(vec![0]),
                key: None,
            },
            Thing { n: None, x: None, words: None, raw: None, key: Some(Id::from_uuid(uuid)) },
            Thing {
                n: Some(0),
                x: Some(f64::INFINITY),
                words: Some("{\"b\" :1,\"a\":2}".into()),
                raw: None,
                key: None,
            },
        ];
        for (id, thing) in edges.into_iter().enumerate() {
            let id = i64::try_from(id).expect("few");
            assert_eq!(round_trip(&house.db, id, thing.clone()).await, Ok(thing));
        }
    })
    .await;
}

#[tokio::test]
async fn null_is_never_read_as_a_default_and_kinds_do_not_mix() {
    on_each(async |house| {
        round_trip(&house.db, 1, Thing { n: Some(2), x: None, words: None, raw: None, key: None })
            .await
            .expect("a row");
        macro_rules! read_as {
            ($column:literal, $kind:ty) => {
                house
                    .db
                    .read(TENANT, |read| {
                        let one = sql!(concat!("SELECT ", $column, " FROM thing WHERE tenant_id = $1 AND id = 1"));
                        read.one(one, params![TENANT], |row| row.take::<$kind>())
                    })
                    .await
            };
        }
        assert_eq!(read_as!("n", i64), Ok(2));
        assert_eq!(read_as!("n", Time), Ok(Time::from_micros(2)));
        assert_eq!(read_as!("n", TenantId), Ok(TenantId(2)));
        assert_eq!(read_as!("x", Option<f64>), Ok(None));
        let says = |answer: Result<()>, what: &str| {
            let Err(Error::Internal(text)) = answer else { panic!("{answer:?}, wanted {what}") };
            assert!(text.contains(what) && text.contains("values.rs:"), "{text}");
        };
        says(read_as!("x", f64).map(drop), "is NULL");
        says(read_as!("words", String).map(drop), "is NULL");
        says(read_as!("key", Id<()>).map(drop), "is NULL");
        says(read_as!("n", bool).map(drop), "another type"); // 2 is neither
        says(read_as!("n", String).map(drop), "another type");
        says(read_as!("n", Option<f64>).map(drop), "another type");
        let more = house.db.read(TENANT, |read| {
            let one = sql!("SELECT id FROM thing WHERE tenant_id = $1");
            read.one(one, params![TENANT], |row| Ok((row.take::<i64>()?, row.take::<i64>()?)))
        });
        says(more.await.map(drop), "does not exist");
    })
    .await;
}

/// A value of the wrong kind must not be reinterpreted byte by byte: PostgreSQL takes eight bytes for eight bytes.
#[tokio::test]
async fn a_value_of_the_wrong_kind_is_refused() {
    on_each(async |house| {
        let put = |name: &'static str, statement: &'static tongxin_db::Statement, param: Param<'static>| {
            let write = house.db.write(TENANT, name, move |tx| tx.exec(statement, &[TENANT.into(), param]));
            async move {
                let started = std::time::Instant::now();
                let answer = write.await;
                let Err(Error::Internal(why)) = answer else { panic!("{name}: {answer:?}") };
                assert!(!why.contains("eight by") && !why.contains("words\""), "the log must not say {why}");
                assert!(started.elapsed().as_millis() < 200, "{name}: a wrong value is not tried again");
            }
        };
        let n = sql!("INSERT INTO thing(tenant_id, id, n) VALUES ($1, 1, $2)");
        let x = sql!("INSERT INTO thing(tenant_id, id, x) VALUES ($1, 2, $2)");
        let words = sql!("INSERT INTO thing(tenant_id, id, words) VALUES ($1, 3, $2)");
        let raw = sql!("INSERT INTO thing(tenant_id, id, raw) VALUES ($1, 4, $2)");
        put("text into a number", n, Param::Text("eight by")).await;
        put("bytes into a number", n, Param::Bytes(&[0; 8])).await;
        put("real into a number", n, Param::Real(1.5)).await;
        put("text into a real", x, Param::Text("eight by")).await;
        put("bytes into a text", words, Param::Bytes(b"words")).await;
        put("text into bytes", raw, Param::Text("words")).await;
        put("a text with a NUL, which PostgreSQL cannot hold", words, Param::Text("a\0b")).await;
        put("a number that is none", x, Param::Real(f64::NAN)).await;
        assert!(house.things().await.is_empty());
    })
    .await;
}

/// A sum is NUMERIC on PostgreSQL: without its cast it is our mistake, told at once, and no reason to wait for the database.
#[tokio::test]
async fn an_answer_of_a_kind_we_do_not_know_is_our_mistake() {
    if !crate::house::has_postgres() {
        return;
    }
    let house = House::open(crate::house::Engine::Postgres);
    house.db.write(TENANT, "tests.add", |tx| crate::house::insert(tx, 1)).await.expect("a row");
    let sum = sql!("SELECT SUM(id) FROM thing WHERE tenant_id = $1");
    let started = std::time::Instant::now();
    let write = house.db.write(TENANT, "tests.sum", move |tx| tx.one(sum, params![TENANT], |row| row.take::<i64>()));
    let answer = write.await;
    assert!(matches!(answer, Err(Error::Internal(_))), "{answer:?}");
    assert!(started.elapsed().as_millis() < 200, "it was tried again");
    let read = house.db.read(TENANT, move |read| read.one(sum, params![TENANT], |row| row.take::<i64>())).await;
    assert!(matches!(read, Err(Error::Internal(_))), "{read:?}");
}

#[tokio::test]
async fn ids_keep_their_order_on_both_engines() {
    on_each(async |house| {
        let world = World::system();
        let mut ids: Vec<Id<()>> = (0..20).map(|_| world.id()).collect();
        for (n, id) in ids.iter().enumerate() {
            let thing = Thing { n: None, x: None, words: None, raw: None, key: Some(*id) };
            round_trip(&house.db, i64::try_from(n).expect("few"), thing).await.expect("a row");
        }
        ids.sort();
        let all = sql!("SELECT key FROM thing WHERE tenant_id = $1 ORDER BY key");
        let read = house.db.read(TENANT, move |read| read.rows(all, params![TENANT], |row| row.take::<Id<()>>()));
        assert_eq!(read.await.expect("a read"), ids);
    })
    .await;
}
