//! Access: denied unless a policy says otherwise, by posts held now, within a token's scopes.

use std::time::Duration;

use tongxin_base::Error;
use tongxin_db::{params, sql};
use tongxin_kernel::{Access, Facts, Held, ReadOrNot, Role, TokenScopes, Who, people_store};

use crate::house::{COMMUNITY, GRID, OTHER_COMMUNITY, ROOT, on_each};
use crate::scope::somebody;

const POLICIES: &str = r#"
    permit (principal, action == Action::"deeds.see", resource) when { context.roles.contains("grid_worker") };
    permit (principal, action == Action::"deeds.do", resource)
    when { context.roles.contains("grid_worker") && context.handler };
    permit (principal, action == Action::"deeds.own", resource) when { context.own };
"#;

fn access() -> Access {
    Access::new(&[("deeds", POLICIES)]).expect("the policies parse")
}

fn at(unit_path: &str) -> Facts<'_> {
    Facts { unit_path, ..Facts::default() }
}

fn worker(scopes: &str) -> Who {
    somebody(vec![(COMMUNITY.to_owned(), Role::GridWorker)], TokenScopes::parse(scopes))
}

#[test]
fn nothing_is_allowed_that_no_policy_allows() {
    let access = access();
    let everything = Facts { unit_path: GRID, own: true, handler: true };
    let all = somebody(Role::ALL.map(|role| (ROOT.to_owned(), role)).to_vec(), TokenScopes::All);
    for action in ["deeds.unheard_of", "", "deeds", "deeds.see ", "DEEDS.SEE", "*", "\"", "deeds.see\" || true"] {
        assert!(!access.allows(&all, action, &everything), "{action}");
        assert!(!access.anywhere(&all, action), "{action}");
        assert!(access.scope(&all, action).expect("a scope").is_nothing(), "{action}");
    }
    assert!(access.allows(&all, "deeds.see", &everything));
    let none = Access::new(&[]).expect("no policies");
    assert!(!none.allows(&all, "deeds.see", &everything));
    assert!(!access.allows(&Who::Nobody, "deeds.see", &everything));
    assert!(access.knows("deeds.see") && !access.knows("deeds.se") && !access.knows("see"));
}

#[test]
fn a_role_counts_at_its_unit_and_under_it_alone() {
    let (access, worker) = (access(), worker("*"));
    for (path, allowed) in [
        (COMMUNITY, true),
        (GRID, true),
        (OTHER_COMMUNITY, false),
        (ROOT, false),
        ("", false),
        // Another unit whose code begins with ours.
        ("150603003/1506030030011/", false),
    ] {
        assert_eq!(access.allows(&worker, "deeds.see", &at(path)), allowed, "{path}");
    }
    assert!(access.anywhere(&worker, "deeds.see"));
    assert!(!access.allows(&worker, "deeds.do", &at(GRID)));
    assert!(access.allows(&worker, "deeds.do", &Facts { handler: true, ..at(GRID) }));
    assert!(!access.allows(&worker, "deeds.do", &Facts { handler: true, ..at(OTHER_COMMUNITY) }));
    assert!(access.anywhere(&worker, "deeds.do"), "there may be something");
    assert!(access.allows(&Who::Nobody, "deeds.own", &Facts { own: true, ..at("") }), "the secret link is enough");
}

#[test]
fn a_refusal_says_no_more_than_the_asker_may_know() {
    let (access, worker) = (access(), worker("*"));
    let require = |who: &Who, known, path| access.require(who, "deeds.do", known, &at(path));
    assert_eq!(require(&worker, ReadOrNot::If("deeds.see"), GRID), Err(Error::Forbidden));
    assert_eq!(require(&worker, ReadOrNot::If("deeds.see"), OTHER_COMMUNITY), Err(Error::NotFound));
    assert_eq!(require(&worker, ReadOrNot::Known, OTHER_COMMUNITY), Err(Error::Forbidden));
    assert_eq!(require(&Who::Nobody, ReadOrNot::If("deeds.see"), GRID), Err(Error::Unauthenticated));
    assert_eq!(access.require(&worker, "deeds.do", ReadOrNot::Known, &Facts { handler: true, ..at(GRID) }), Ok(()));
}

#[test]
fn a_token_may_no_more_than_its_scopes() {
    let access = access();
    for (scopes, allowed) in [
        ("*", true),
        ("orders.grab *", true),
        ("deeds.see", true),
        ("deeds.", true),
        ("orders. deeds.see", true),
        ("", false),
        ("deeds", false),
        ("deeds.se", false),
        ("deeds.seen", false),
        ("deed.", false),
        ("orders.", false),
        ("deeds.*", false),
        (".", false),
    ] {
        let worker = worker(scopes);
        assert_eq!(access.allows(&worker, "deeds.see", &at(GRID)), allowed, "{scopes}");
        assert_eq!(access.anywhere(&worker, "deeds.see"), allowed, "{scopes}");
        assert_eq!(!access.scope(&worker, "deeds.see").expect("a scope").is_nothing(), allowed, "{scopes}");
    }
    // A token never adds anything.
    assert!(!access.allows(&worker("deeds.do"), "deeds.do", &at(GRID)));
}

#[test]
fn a_policy_that_does_not_parse_says_whose_it_is() {
    let Err(Error::Internal(why)) = Access::new(&[("deeds", "permit (")]).map(drop) else { panic!("it parsed") };
    assert!(why.contains("deeds"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_posts_held_now_count() {
    on_each(async |house| {
        let posts = [(GRID, Role::GridWorker), (COMMUNITY, Role::Secretary)];
        let id = house.person(&house.tenant, "wang", &posts).await;
        let (tenant, ends) = (house.tenant.id, house.now() + Duration::from_secs(3600));
        house
            .meddle(move |tx| {
                let end = sql!("UPDATE post SET ends_at = $2 WHERE tenant_id = $1 AND role = 'grid_worker'");
                tx.exec(end, params![tenant, ends])?;
                let start = sql!("UPDATE post SET starts_at = $2 WHERE tenant_id = $1 AND role = 'secretary'");
                tx.exec(start, params![tenant, ends]).map(drop)
            })
            .await;
        let roles = async || {
            let person = house.kernel.person(tenant, id).await.expect("a person");
            person.posts.iter().map(|post| post.role).collect::<Vec<_>>()
        };
        assert_eq!(roles().await, [Role::GridWorker]);
        house.pass(Duration::from_secs(3600) - Duration::from_micros(1));
        assert_eq!(roles().await, [Role::GridWorker]);
        house.pass(Duration::from_micros(1));
        assert_eq!(roles().await, [Role::Secretary]);
        let pair = (Role::GridWorker, Role::Auditor);
        let now = house.now();
        let listed =
            house.kernel.db().read(tenant, move |read| people_store::with_roles(read, tenant, pair, now)).await;
        assert_eq!(listed, Ok(vec![]));
        // Given again, it counts again from now on, however it ended and whenever it was to begin.
        house
            .meddle(move |tx| {
                let later = sql!("UPDATE post SET starts_at = starts_at + 7200000000 WHERE tenant_id = $1");
                tx.exec(later, params![tenant])?;
                [(GRID, Role::GridWorker), (COMMUNITY, Role::Secretary)].iter().try_for_each(|(path, role)| {
                    let post = Held { unit_path: (*path).to_owned(), role: *role };
                    people_store::add_post(tx, tenant, id, &post, now)
                })
            })
            .await;
        let mut held = roles().await;
        held.sort_unstable();
        assert_eq!(held, [Role::GridWorker, Role::Secretary]);
    })
    .await;
}
