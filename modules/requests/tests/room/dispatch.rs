//! The rules of dispatch, for any workers and any order.

use proptest::prelude::*;
use tongxin_base::Id;
use tongxin_kernel::PersonId;
use tongxin_requests::dispatch::{Free, ranked};

fn free() -> impl Strategy<Value = Free> {
    let distance = proptest::option::of(0.0..20_000.0);
    (any::<u128>(), 0_i64..5, distance, proptest::option::of(any::<bool>())).prop_map(
        |(id, held, distance_m, skilled)| {
            let person: PersonId = Id::from_uuid(uuid::Uuid::from_u128(id));
            Free { person, held, distance_m, skilled }
        },
    )
}

proptest! {
    #[test]
    fn the_same_people_in_any_order_give_the_same_answer(mut some in prop::collection::vec(free(), 0..20), turn in 0_usize..20) {
        let one = ranked(some.clone());
        prop_assert_eq!(one.len(), some.len(), "nobody is lost");
        let turn = turn.min(some.len());
        some.rotate_left(turn);
        prop_assert_eq!(ranked(some), one);
    }

    #[test]
    fn nobody_is_passed_over_by_who_is_worse_in_everything(a in free(), b in free()) {
        let worse = |x: &Free, y: &Free| {
            x.held >= y.held
                && x.distance_m.zip(y.distance_m).is_some_and(|(x, y)| x >= y)
                && (x.skilled == y.skilled || y.skilled == Some(true))
        };
        let first = ranked(vec![a.clone(), b.clone()]).remove(0);
        let (worse_a, worse_b) = (worse(&a, &b), worse(&b, &a));
        if worse_a && !worse_b && a.skilled != Some(true) {
            prop_assert_eq!(first.person, b.person);
        }
    }
}
