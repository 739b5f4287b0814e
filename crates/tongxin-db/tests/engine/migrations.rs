//! Migrations: each applied once, none changed after, any number of servers starting at the same moment.

use tongxin_base::{Error, TenantId};
use tongxin_db::{ColumnKind, Db, Migration, Options, params, sql};

use crate::house::{Engine, SCHEMA, TENANT, empty, engines, insert, ledger, on_each, ring};

const MORE: Migration = Migration {
    module: "house",
    name: "0002_more",
    sqlite: "ALTER TABLE thing ADD COLUMN more TEXT; CREATE TABLE extra(tenant_id INTEGER NOT NULL PRIMARY KEY) STRICT;",
    postgres: "ALTER TABLE thing ADD COLUMN more TEXT; CREATE TABLE extra(tenant_id BIGINT NOT NULL PRIMARY KEY);",
};

#[tokio::test]
async fn a_migration_is_applied_once() {
    on_each(async |house| {
        house.db.write(TENANT, "tests.add", |tx| insert(tx, 1)).await.expect("a write");
        for migrations in [&[SCHEMA][..], &[SCHEMA, MORE], &[SCHEMA, MORE]] {
            let db = Db::open(house.options.clone(), ring(), migrations, ledger()).expect("it opens again");
            let names = sql!("SELECT name FROM migration ORDER BY name");
            let names = db.read(TenantId(0), move |read| read.rows(names, &[], |row| row.take::<String>())).await;
            assert_eq!(names.map(|names| names.len()), Ok(migrations.len()));
        }
        assert_eq!(house.things().await, [1]);
        let columns = house.db.columns().expect("the columns");
        let more: Vec<_> = columns.iter().filter(|column| column.table == "extra" || column.name == "more").collect();
        assert_eq!(more.len(), 2, "{more:?}");
    })
    .await;
}

#[tokio::test]
async fn a_migration_changed_after_it_was_applied_is_refused() {
    on_each(async |house| {
        let changed = Migration { sqlite: "SELECT 1", postgres: "SELECT 1", ..SCHEMA };
        let Err(Error::Internal(why)) = Db::open(house.options.clone(), ring(), &[changed, MORE], ledger()).map(drop)
        else {
            panic!("it opened")
        };
        assert!(why.contains("house/0001_house") && why.contains("changed"), "{why}");
        assert!(
            house.db.columns().expect("the columns").iter().all(|column| column.table != "extra"),
            "nothing after it"
        );
    })
    .await;
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_behind() {
    on_each(async |house| {
        let broken = Migration {
            name: "0002_broken",
            sqlite: "CREATE TABLE extra(tenant_id INTEGER NOT NULL PRIMARY KEY) STRICT; SELECT nonsense;",
            postgres: "CREATE TABLE extra(tenant_id BIGINT NOT NULL PRIMARY KEY); SELECT nonsense;",
            ..SCHEMA
        };
        let Err(Error::Internal(why)) = Db::open(house.options.clone(), ring(), &[SCHEMA, broken], ledger()).map(drop)
        else {
            panic!("it opened")
        };
        assert!(why.contains("nonsense") && why.contains("house/0002_broken"), "{why}");
        drop(Db::open(house.options.clone(), ring(), &[SCHEMA, MORE], ledger()).expect("the mended one is applied"));
    })
    .await;
}

/// Many migrations and many servers, so that one that loses the race for each of them still comes through.
#[test]
fn servers_that_start_at_once_all_come_up() {
    for engine in engines() {
        for round in 0..3 {
            let fresh = empty(engine);
            let migrations: Vec<Migration> = (0..16)
                .map(|n| {
                    let name: &'static str = Box::leak(format!("{n:04}_part").into_boxed_str());
                    let kind = if engine == Engine::Sqlite { "INTEGER" } else { "BIGINT" };
                    let text = format!("CREATE TABLE part_{n}(tenant_id {kind} NOT NULL PRIMARY KEY)");
                    let text: &'static str = Box::leak(text.into_boxed_str());
                    Migration { module: "part", name, sqlite: text, postgres: text }
                })
                .collect();
            if round > 0 {
                // An update rather than the first start: all of them find the table of migrations and go on at once.
                drop(Db::open(fresh.options.clone(), ring(), &migrations[..round], ledger()).expect("the first start"));
            }
            let servers = if engine == Engine::Sqlite { 4 } else { 3 };
            let start = std::sync::Barrier::new(servers);
            let opened: Vec<Result<Db, Error>> = std::thread::scope(|scope| {
                let open = || {
                    start.wait();
                    Db::open(fresh.options.clone(), ring(), &migrations, ledger())
                };
                let threads: Vec<_> = (0..servers).map(|_| scope.spawn(open)).collect();
                threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
            });
            for db in opened {
                let columns = db.expect("every server comes up").columns().expect("the columns");
                assert_eq!(columns.iter().filter(|column| column.table.starts_with("part_")).count(), 16);
            }
        }
    }
}

#[tokio::test]
async fn columns_say_what_the_database_holds() {
    let mut seen = Vec::new();
    for engine in engines() {
        let house = crate::house::House::open(engine);
        let columns = house.db.columns().expect("the columns");
        let thing: Vec<_> = columns
            .iter()
            .filter(|column| column.table == "thing")
            .map(|column| (column.name.as_str(), column.kind, column.nullable, column.key_position))
            .collect();
        let wanted = [
            ("id", ColumnKind::Int, false, 2),
            ("key", ColumnKind::Bytes, true, 0),
            ("n", ColumnKind::Int, true, 0),
            ("raw", ColumnKind::Bytes, true, 0),
            ("tenant_id", ColumnKind::Int, false, 1),
            ("words", ColumnKind::Text, true, 0),
            ("x", ColumnKind::Real, true, 0),
        ];
        assert_eq!(thing, wanted);
        seen.push(columns);
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
}

#[test]
fn a_setting_names_an_engine() {
    let data = std::path::Path::new("data");
    assert!(matches!(Options::parse(None, data), Ok(Options::Sqlite { path }) if path == data.join("tongxin.db")));
    for url in ["postgres://tongxin@db/tongxin", "postgresql://tongxin@db/tongxin"] {
        assert!(matches!(Options::parse(Some(url), data), Ok(Options::Postgres { url: kept }) if kept == url));
    }
    assert!(matches!(Options::parse(Some("mysql://db"), data), Err(Error::Invalid(_))));
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_says_which() {
    let folder = tempfile::tempdir().expect("a folder");
    let nowhere = Options::Sqlite { path: folder.path().join("not/there.db") };
    let Err(Error::Internal(why)) = Db::open(nowhere, ring(), &[SCHEMA], ledger()).map(drop) else {
        panic!("it opened")
    };
    assert!(why.contains("there.db"), "{why}");
    let away = Options::Postgres { url: "postgres://tongxin@127.0.0.1:1/tongxin".to_owned() };
    let Err(Error::Internal(why)) = Db::open(away, ring(), &[SCHEMA], ledger()).map(drop) else { panic!("it opened") };
    assert!(why.contains("refused"), "{why}");
    // A runtime can be shut down after all of it: nothing of the engine's own runtimes is left inside.
    let again = Options::Sqlite { path: folder.path().join("here.db") };
    let db = Db::open(again, ring(), &[SCHEMA], ledger()).expect("it opens");
    db.write(TENANT, "tests.add", |tx| tx.exec(crate::house::add(), params![TENANT, 1_i64])).await.expect("a write");
    db.close(std::time::Duration::from_secs(2));
}
