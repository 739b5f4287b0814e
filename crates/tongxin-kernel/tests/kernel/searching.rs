//! Search: whatever stands in a text is found by any part of it, on both engines.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tongxin_base::Id;
use tongxin_kernel::{grams, index_text, search};

use crate::house::{House, on_each};

async fn index(house: &House, kind: &'static str, id: Id<()>, text: &str) {
    let (tenant, text) = (house.tenant.id, text.to_owned());
    let write = house.kernel.db().write(tenant, "tests.index", move |tx| index_text(tx, tenant, kind, id, &text));
    write.await.expect("indexed");
}

async fn find(house: &House, kind: &'static str, query: &str, before: Id<()>, limit: i64) -> Vec<Id<()>> {
    let (tenant, query) = (house.tenant.id, query.to_owned());
    let read = house.kernel.db().read(tenant, move |read| search(read, tenant, kind, &query, before, limit));
    read.await.expect("a search")
}

fn last() -> Id<()> {
    Id::from_uuid("ffffffff-ffff-ffff-ffff-ffffffffffff".parse::<Id<()>>().expect("an id").uuid())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_found_by_its_parts_newest_first() {
    on_each(async |house| {
        let texts = ["3号楼路灯坏了", "路灯和电梯都坏了 Lift B2", "电梯 lift", "楼道堆物", "𠀀路"];
        let mut ids: Vec<Id<()>> = Vec::new();
        for text in texts {
            let id = house.kernel.world().id();
            index(house, "request", id, text).await;
            index(house, "request", id, text).await; // twice is no harm
            ids.push(id);
            house.pass(std::time::Duration::from_millis(2));
        }
        index(house, "site", house.kernel.world().id(), "路灯").await;
        for (query, found) in [
            ("路灯", vec![1, 0]),
            ("路灯坏了", vec![0]), // pairs: 灯坏 is in the first alone
            ("坏了 路灯", vec![1, 0]),
            ("LIFT", vec![2, 1]),
            ("lif", vec![]),
            ("b2 电梯", vec![1]),
            ("路", vec![4, 1, 0]),
            ("𠀀", vec![4]),
            ("3", vec![0]),
            ("路灯 楼道", vec![]),
            ("", vec![]),
            (" ,。! ", vec![]),
        ] {
            let wanted: Vec<Id<()>> = found.into_iter().map(|n: usize| ids[n]).collect();
            assert_eq!(find(house, "request", query, last(), 10).await, wanted, "{query}");
        }
        assert_eq!(find(house, "request", "路灯", last(), 1).await, [ids[1]]);
        assert_eq!(find(house, "request", "路灯", ids[1], 10).await, [ids[0]], "the next page");
        assert_eq!(find(house, "request", "路灯", ids[0], 10).await, []);
    })
    .await;
}

#[test]
fn a_text_adds_a_bounded_number_of_parts() {
    let han: String = (0..20_000).filter_map(|n| char::from_u32(0x4E00 + n)).collect();
    let words: String = (0..20_000).map(|n| format!("w{n} ")).collect();
    for text in [han.as_str(), words.as_str(), &"x".repeat(100_000)] {
        let parts = grams(text, false);
        assert!(!parts.is_empty() && parts.len() <= 2001, "{}", parts.len());
        assert!(parts.iter().all(|part| part.chars().count() <= 32));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What a query asks for is what an index holds: any run of characters cut out between words is found.
    #[test]
    fn a_part_of_a_text_asks_for_parts_of_it(
        text in "([路灯坏了电梯楼道]{1,6}|[A-Za-z0-9]{1,40}|[ ,。]){1,10}",
        from in 0..30_usize,
        length in 1..12_usize,
    ) {
        let held: BTreeSet<String> = grams(&text, false);
        prop_assert!(grams(&text, true).is_subset(&held));
        let han: Vec<char> = text.chars().filter(|c| "路灯坏了电梯楼道".contains(*c) || !c.is_alphanumeric()).collect();
        let only: String = han.iter().collect();
        let part: String = han.iter().skip(from % han.len().max(1)).take(length).collect();
        prop_assert!(grams(&part, true).is_subset(&grams(&only, false)), "{} in {}", part, only);
        prop_assert_eq!(grams(&text.to_uppercase(), false), grams(&text.to_lowercase(), false));
    }
}
