//! Measures: totals that equal the sum of what was added, whoever adds at the same time, on the right day and under the
//! right unit.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use proptest::prelude::*;
use tongxin_base::{Result, TenantId, Time};
use tongxin_db::Tx;
use tongxin_kernel::{Days, Kernel, Level, Who, day_number, sum};

use crate::house::{COMMUNITY, GRID, House, OTHER_COMMUNITY, ROOT, engines, on_each, refusal, unit};

async fn total(house: &House, tenant: TenantId, measure: &'static str, under: &str, days: Days) -> i64 {
    let under = under.to_owned();
    let read = house.kernel.db().read(tenant, move |read| sum(read, tenant, measure, &under, days));
    read.await.expect("a sum")
}

async fn add(house: &House, kernel: &Kernel, path: &'static str, delta: i64, keep: bool) -> Result<()> {
    let call = kernel.call(&house.tenant, &Who::Nobody);
    let act = kernel.act(call, "deeds.count", move |act| {
        let now = act.call.now;
        act.measure("deeds.done", path, now, delta);
        if keep { Ok(()) } else { Err(refusal()) }
    });
    act.await
}

#[tokio::test(flavor = "multi_thread")]
async fn totals_are_the_sum_of_what_was_added() {
    on_each(async |house| {
        let beside = house.beside(2).await;
        let paths = [GRID, COMMUNITY, OTHER_COMMUNITY, ROOT];
        let mut wanted: BTreeMap<&str, i64> = BTreeMap::new();
        let mut acts = Vec::new();
        for n in 0..300_i64 {
            let path = paths[usize::try_from(n % 4).expect("small")];
            let (delta, keep) = (n % 7 - 2, n % 3 != 0);
            *wanted.entry(path).or_default() += if keep { delta } else { 0 };
            let kernel = if n % 2 == 0 { &house.kernel } else { &beside };
            acts.push(async move {
                let answer = add(house, kernel, path, delta, keep).await;
                assert_eq!(answer, if keep { Ok(()) } else { Err(refusal()) });
            });
        }
        join_all(acts).await;
        let tenant = house.tenant.id;
        let at = async |under: &'static str| total(house, tenant, "deeds.done", under, Days::ALL).await;
        assert_eq!(at(GRID).await, wanted[GRID]);
        assert_eq!(at(COMMUNITY).await, wanted[COMMUNITY] + wanted[GRID]);
        assert_eq!(at(OTHER_COMMUNITY).await, wanted[OTHER_COMMUNITY]);
        let all = wanted.values().sum::<i64>();
        assert_eq!((at(ROOT).await, at("").await), (all, all));
        assert_ne!(all, 0);
        assert_eq!(total(house, tenant, "deeds.undone", ROOT, Days::ALL).await, 0);
        assert_eq!(total(house, house.other.id, "deeds.done", ROOT, Days::ALL).await, 0);
    })
    .await;
}

/// A day is a day on the tenant's wall: eight hours before midnight in Greenwich it begins in Shanghai.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_one_on_the_tenants_wall() {
    on_each(async |house| {
        for (at, delta) in [
            ("2026-02-28T15:59:59.999999Z", 1),
            ("2026-02-28T16:00:00Z", 10),
            ("2026-03-01T15:59:59Z", 100),
            ("2026-03-01T16:00:00Z", 1000),
        ] {
            let at = Time::parse(at).expect("a time");
            let call = house.kernel.call(&house.tenant, &Who::Nobody);
            let act = house.kernel.act(call, "deeds.count", move |act| {
                act.measure("deeds.done", GRID, at, delta);
                Ok(())
            });
            act.await.expect("an act");
        }
        let days = async |from, to| total(house, house.tenant.id, "deeds.done", ROOT, Days { from, to }).await;
        assert_eq!(days(20_260_301, 20_260_301).await, 110);
        assert_eq!(days(20_260_228, 20_260_301).await, 111);
        assert_eq!(days(20_260_302, 20_260_331).await, 1000);
        assert_eq!(days(20_260_401, 20_260_301).await, 0);
    })
    .await;
    let shanghai = jiff::tz::TimeZone::get("Asia/Shanghai").expect("a zone");
    assert_eq!(day_number(Time::parse("2026-12-31T16:00:00Z").expect("a time"), &shanghai), 20_270_101);
}

/// A tree of units from codes that are hard to tell apart, as (path, is under) pairs would be by plain text.
fn tree() -> impl Strategy<Value = Vec<String>> {
    let code = prop::sample::select(vec!["1", "10", "1-", "1.", "2", "a", "aa", "路", "路1", "~", "z"]);
    let path = prop::collection::vec(code, 1..4);
    prop::collection::btree_set(path, 1..14).prop_map(|paths| {
        let mut all: std::collections::BTreeSet<String> = std::collections::BTreeSet::new();
        for path in paths {
            // With its ancestors; codes are unique in a tenant, so each carries its whole way.
            let mut way = String::new();
            let mut whole = String::new();
            for code in path {
                way = format!("{way}{code}_");
                whole = format!("{whole}{way}/");
                all.insert(whole.clone());
            }
        }
        all.into_iter().collect()
    })
}

/// "Everything under a unit" is one range of an index; it holds exactly the unit and its descendants.
#[test]
fn a_range_of_paths_is_a_subtree() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for engine in engines() {
        let house = runtime.block_on(House::open(engine));
        let next = std::cell::Cell::new(100);
        let config = ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() };
        proptest!(config, |(paths in tree())| {
            let tenant = TenantId(next.replace(next.get() + 1));
            let (planted, now) = (paths.clone(), house.now());
            runtime.block_on(async {
                let code = format!("t{}", tenant.0);
                let name = tongxin_base::Label::new("t", "t");
                let made = house.kernel.create_tenant(tenant, &code, name, tongxin_kernel::Settings::default()).await;
                let made = made.expect("a tenant");
                let plant = move |tx: &mut Tx<'_>| {
                    planted.iter().try_for_each(|path| unit(tx, tenant, now, path, Level::Grid))
                };
                house.kernel.db().write(tenant, "tests.units", plant).await.expect("units");
                let counted = paths.clone();
                let count = house.kernel.act(house.kernel.call(&made, &Who::Nobody), "deeds.count", move |act| {
                    counted.iter().for_each(|path| act.measure("deeds.done", path, now, 1));
                    Ok(())
                });
                count.await.expect("an act");
            });
            runtime.block_on(house.kernel.reload()).expect("the tenants");
            let units = house.kernel.units(tenant).expect("the tree");
            prop_assert_eq!(units.iter().map(|unit| unit.path.clone()).collect::<Vec<_>>(), paths.clone());
            for under in paths.iter().map(String::as_str).chain([""]) {
                let below: Vec<&String> = paths.iter().filter(|path| path.starts_with(under)).collect();
                let counted = runtime.block_on(total(&house, tenant, "deeds.done", under, Days::ALL));
                prop_assert_eq!(counted, below.len() as i64, "under {}", under);
                let depth = under.matches('/').count() + 1;
                let mut children: Vec<&str> = units.children(under).map(|unit| unit.path.as_str()).collect();
                children.sort_unstable();
                let mut wanted: Vec<&str> = below.iter().map(|path| path.as_str()).filter(|path| path.matches('/').count() == depth).collect();
                wanted.sort_unstable();
                prop_assert_eq!(children, wanted);
            }
        });
    }
}
