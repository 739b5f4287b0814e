//! A list filtered by `scope` shows exactly the rows that `allows` would allow one by one, whatever the policies and
//! posts.

use std::sync::Arc;

use proptest::prelude::*;
use tongxin_base::{Error, Id};
use tongxin_kernel::{Access, Facts, Held, Person, Role, Scope, TokenScopes, Who};

use crate::house::{COMMUNITY, GRID, OTHER_COMMUNITY, ROOT};

pub fn somebody(posts: Vec<(String, Role)>, scopes: TokenScopes) -> Who {
    let mut posts: Vec<Held> = posts.into_iter().map(|(unit_path, role)| Held { unit_path, role }).collect();
    posts.sort(); // as they are read from the table
    posts.dedup();
    let id = Id::from_uuid(Default::default());
    Who::Person(Arc::new(Person {
        tenant: tongxin_base::TenantId(1),
        id,
        name: String::new(),
        public_name: String::new(),
        posts,
        scopes,
    }))
}

const ROLES: [Role; 4] = [Role::GridWorker, Role::Secretary, Role::Auditor, Role::Subdistrict];

/// A condition as a policy may state it.
fn condition() -> impl Strategy<Value = String> {
    let role = || prop::sample::select(ROLES.to_vec());
    let leaf = prop_oneof![
        4 => role().prop_map(|role| format!("context.roles.contains(\"{role}\")")),
        1 => (role(), role()).prop_map(|(a, b)| format!("context.roles.containsAny([\"{a}\", \"{b}\"])")),
        1 => role().prop_map(|role| format!("context.anywhere.contains(\"{role}\")")),
        1 => Just("context.own".to_owned()),
        1 => Just("context.handler".to_owned()),
        1 => Just("context.signed_in".to_owned()),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            inner.prop_map(|a| format!("!({a})")),
        ]
    })
}

fn policy() -> impl Strategy<Value = String> {
    let effect = prop_oneof![4 => Just("permit"), 1 => Just("forbid")];
    let clause = prop_oneof![4 => Just("when"), 1 => Just("unless")];
    (effect, clause, condition()).prop_map(|(effect, clause, condition)| {
        format!("{effect} (principal, action == Action::\"deeds.see\", resource) {clause} {{ {condition} }};")
    })
}

/// Paths that are hard to tell apart by their beginning.
fn path() -> impl Strategy<Value = String> {
    let code = prop::sample::select(vec!["1", "10", "1-", "a", "路", "~"]);
    prop::collection::vec(code, 1..5).prop_map(|codes| codes.iter().map(|code| format!("{code}/")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_list_shows_what_is_allowed_one_by_one(
        policies in prop::collection::vec(policy(), 1..4),
        posts in prop::collection::vec((path(), prop::sample::select(ROLES.to_vec())), 0..5),
        mut things in prop::collection::vec(path(), 1..12),
        under in prop::option::of(path()),
        token in prop::sample::select(vec!["*", "deeds.see", "deeds.", "orders."]),
    ) {
        let access = Access::new(&[("deeds", &policies.join("\n"))]).expect("the policies parse");
        // What lies just beside, above and below the posts is where ranges go wrong.
        things.extend(posts.iter().flat_map(|(path, _)| {
            [path.clone(), format!("{path}1/"), format!("{path}~/"), path[..path.len() - 1].to_owned() + "0/"]
        }));
        let who = somebody(posts, TokenScopes::parse(token));
        let scope = match access.scope(&who, "deeds.see") {
            Ok(scope) => scope,
            Err(Error::Rule(key, _)) if key == "error-too-many-parts" => return Err(TestCaseError::reject("many parts")),
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        };
        let narrow = scope.under(under.as_deref().unwrap_or_default());
        for thing in &things {
            let allowed = access.allows(&who, "deeds.see", &Facts { unit_path: thing, ..Facts::default() });
            prop_assert_eq!(scope.has(thing), allowed, "{}", thing);
            let below = under.as_ref().is_none_or(|under| thing.starts_with(under.as_str()));
            prop_assert_eq!(narrow.has(thing), allowed && below, "{} under {:?}", thing, under);
        }
        prop_assert_eq!(scope.is_nothing(), scope == Scope::nothing());
    }
}

const SEE: &str = "permit (principal, action == Action::\"deeds.see\", resource)
    when { context.roles.containsAny([\"grid_worker\", \"secretary\"]) };";

#[test]
fn posts_one_under_the_other_are_one_part() {
    let access = Access::new(&[("deeds", SEE)]).expect("the policies parse");
    let posts = [ROOT, COMMUNITY, GRID, OTHER_COMMUNITY].map(|path| (path.to_owned(), Role::GridWorker));
    let scope = access.scope(&somebody(posts.to_vec(), TokenScopes::All), "deeds.see").expect("a scope");
    let [low, high, rest @ ..] = scope.bounds();
    assert_eq!((low, high), (ROOT, "1506030030"));
    assert!(rest.iter().all(|bound| bound.is_empty()), "{rest:?}");
}

#[test]
fn more_parts_than_a_list_can_ask_for_are_refused_and_not_forgotten() {
    let access = Access::new(&[("deeds", SEE)]).expect("the policies parse");
    let posts = |n: usize| (0..n).map(|n| (format!("1/{}/", n * 2), Role::GridWorker)).collect();
    let four = access.scope(&somebody(posts(4), TokenScopes::All), "deeds.see").expect("four parts");
    assert!((0..4).all(|n| four.has(&format!("1/{}/x/", n * 2))));
    let five = access.scope(&somebody(posts(5), TokenScopes::All), "deeds.see");
    assert_eq!(five, Err(Error::rule("error-too-many-parts")));
}
