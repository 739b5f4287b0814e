//! Two subdistricts in one database never see each other, whichever function is asked.

use serde_json::json;
use tongxin_base::{Error, Id, Label, TenantId};
use tongxin_db::Tx;
use tongxin_kernel::{
    Days, Kernel, PersonId, Role, Settings, Subject, Tenant, Who, history, index_text, people_store, search, sum,
    verify,
};

use crate::house::{COMMUNITY, GRID, House, ROOT, deed, on_each, tell};

/// Does one of everything in a tenant.
async fn fill(house: &House, tenant: &std::sync::Arc<Tenant>, key: &str) -> (PersonId, Id<()>, String) {
    let person = house.person(tenant, key, &[(GRID, Role::GridWorker)]).await;
    let (_, _, session) = house.kernel.sign_in(key, "tongxin").await.expect("signed in");
    let who = Who::Person(house.kernel.person(tenant.id, person).await.expect("a person"));
    let thing: Id<()> = house.kernel.world().id();
    let call = house.kernel.call(tenant, &who).once("key", &[b"body"]).expect("a key");
    let (id, words) = (tenant.id, key.to_owned());
    let act = house.kernel.act(call, "deeds.do", move |act| {
        deed(act, thing, &words)?;
        tell(act, "deeds.done", thing, "");
        let now = act.call.now;
        act.measure("deeds.done", GRID, now, 1);
        index_text(act.tx, id, "deed", thing, "路灯")
    });
    act.await.expect("an act");
    (person, thing, session)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_one_is_seen_by_the_other() {
    on_each(async |house| {
        let (wang, thing, session) = fill(house, &house.tenant, "wang").await;
        let kernel: &Kernel = &house.kernel;
        let last: Id<()> = "ffffffff-ffff-ffff-ffff-ffffffffffff".parse().expect("an id");
        // The same questions, first to whose it is, so that each of them can find something, then to the other.
        for (tenant, own) in [(&house.tenant, true), (&house.other, false)] {
            let id: TenantId = tenant.id;
            let db = kernel.db();
            let subject = Subject::new("deed", thing);
            let lines = db.read(id, move |read| history(read, id, &subject)).await.expect("a history");
            assert_eq!(!lines.is_empty(), own, "history");
            assert_eq!(db.scan(id, move |read| verify(read, id)).await.expect("a journal").rows > 0, own, "verify");
            let total = db.read(id, move |read| sum(read, id, "deeds.done", ROOT, Days::ALL)).await.expect("a sum");
            assert_eq!(total > 0, own, "sum");
            let found = db.read(id, move |read| search(read, id, "deed", "路灯", last, 10)).await.expect("a search");
            assert_eq!(!found.is_empty(), own, "search");
            assert_eq!(kernel.person(id, wang).await.is_ok(), own, "person");
            assert_eq!(kernel.by_session(id, &session).await.expect("an answer") != Who::Nobody, own, "session");
            assert_eq!(kernel.by_token(id, "token-wang").await.is_ok(), own, "token");
            assert_eq!(kernel.queue_state(id).await.expect("a state").waiting > 0, own, "jobs");
            let logins = db.read(id, move |read| people_store::logins(read, id)).await.expect("logins");
            assert_eq!(!logins.is_empty(), own, "logins");
            let name = db.read(id, move |read| people_store::public_name(read, id, wang)).await;
            assert_eq!(name.is_ok(), own, "public name");
            let (pair, now) = ((Role::GridWorker, Role::PartTime), house.now());
            let holders =
                db.read(id, move |read| people_store::with_roles(read, id, pair, now)).await.expect("holders");
            assert_eq!(!holders.is_empty(), own, "roles");
            assert_eq!(house.deeds(tenant).await.len(), usize::from(own), "the room's own rows");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_one_is_changed_by_the_other() {
    on_each(async |house| {
        let (wang, _, session) = fill(house, &house.tenant, "wang").await;
        let (li, ..) = fill(house, &house.other, "li").await;
        let (ours, other, now) = (house.tenant.id, house.other.id, house.now());
        house.kernel.sign_out(other, &session).await.expect("nothing to end");
        let meddle = move |tx: &mut Tx<'_>| {
            people_store::end_session(tx, other, "token-wang")?;
            people_store::drop_tokens(tx, other, wang, "test")?;
            index_text(
                tx,
                other,
                "deed",
                tx.tenant().0.to_string().parse::<Id<()>>().unwrap_or(li_as_thing(li)),
                "电梯",
            )
        };
        house.kernel.db().write(other, "tests.meddle", meddle).await.expect("it touches nothing of ours");
        let password = move |tx: &mut Tx<'_>| people_store::set_password(tx, other, wang, "hash", now);
        let answer = house.kernel.db().write(other, "tests.meddle", password).await;
        assert!(matches!(answer, Err(Error::Internal(_))), "they have no such person: {answer:?}");
        assert_ne!(house.kernel.by_session(ours, &session).await.expect("an answer"), Who::Nobody);
        house.kernel.by_token(ours, "token-wang").await.expect("still good");
        house.kernel.sign_in("wang", "tongxin").await.expect("still the same password");
        // Both journals hold, each with its own numbers.
        for (id, rows) in [(ours, 3), (other, 2)] {
            let verified = house.kernel.db().scan(id, move |read| verify(read, id)).await.expect("a journal");
            assert_eq!((verified.rows, verified.findings), (rows, vec![]), "a deed, and each time somebody signed in");
        }
    })
    .await;
}

fn li_as_thing(li: PersonId) -> Id<()> {
    Id::from_uuid(li.uuid())
}

/// Many tenants in one batch: each has its own head, events and totals.
#[tokio::test(flavor = "multi_thread")]
async fn one_batch_of_many_tenants_keeps_them_apart() {
    on_each(async |house| {
        let acts = (0..60_i64).map(|n| {
            let tenant = if n % 3 == 0 { &house.other } else { &house.tenant };
            let (call, id): (_, Id<()>) = (house.kernel.call(tenant, &Who::Nobody), house.kernel.world().id());
            house.kernel.act(call, "deeds.do", move |act| {
                let now = act.call.now;
                act.measure("deeds.done", COMMUNITY, now, 1);
                act.journal("deeds.do", &Subject::new("deed", id), json!({ "n": n }), None)
            })
        });
        futures_util::future::join_all(acts).await.into_iter().for_each(|done| done.expect("an act"));
        for (id, wanted) in [(house.tenant.id, 40), (house.other.id, 20)] {
            let verified = house.kernel.db().scan(id, move |read| verify(read, id)).await.expect("a journal");
            assert_eq!((verified.rows, verified.findings), (wanted, vec![]));
            let total = house.kernel.db().read(id, move |read| sum(read, id, "deeds.done", "", Days::ALL)).await;
            assert_eq!(total, Ok(wanted));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_made_once_and_found_by_its_code() {
    on_each(async |house| {
        let again =
            house.kernel.create_tenant(house.tenant.id, "again", Label::new("又", "again"), Settings::default());
        assert_eq!(again.await.expect("the one that stands").code, "bh");
        let settings = Settings { zone: "Nowhere/City".to_owned(), ..Settings::default() };
        let nowhere = house.kernel.create_tenant(TenantId(9), "nw", Label::new("无", "nowhere"), settings).await;
        assert!(nowhere.is_err(), "a zone that does not exist is refused");
        house.kernel.reload().await.expect("what is not refused must be readable");
        let codes: Vec<String> = house.kernel.tenants().iter().map(|tenant| tenant.code.clone()).collect();
        assert_eq!(codes, ["bh", "xw"]);
        assert_eq!(house.kernel.tenant_by_code("xw").map(|tenant| tenant.id), Some(house.other.id));
        assert!(house.kernel.tenant_by_code("XW").is_none() && house.kernel.tenant(TenantId(9)).is_none());
    })
    .await;
}
