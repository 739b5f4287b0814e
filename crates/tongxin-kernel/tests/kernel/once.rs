//! The same call twice is done once, whoever sends it at the same time and whatever the answer was.

use std::time::Duration;

use futures_util::future::join_all;
use tongxin_base::{Error, Id, Result};
use tongxin_db::{params, sql};
use tongxin_kernel::{Kernel, Tenant, Who};

use crate::house::{Engine, House, deed, on_each, refusal};

/// A deed under a key, done with a fresh id each time: only one of them may be there in the end.
async fn once(kernel: &Kernel, tenant: &std::sync::Arc<Tenant>, who: &Who, key: &str, body: &str) -> Result<String> {
    let id: Id<()> = kernel.world().id();
    let call = kernel.call(tenant, who).once(key, &[b"POST /deeds", body.as_bytes()])?;
    let words = body.to_owned();
    kernel.act(call, "deeds.do", move |act| deed(act, id, &words).map(|()| id.to_string())).await
}

async fn keys(house: &House) -> i64 {
    let tenant = house.tenant.id;
    let count = sql!("SELECT COUNT(*) FROM idempotency WHERE tenant_id = $1");
    house
        .kernel
        .db()
        .read(tenant, move |read| read.one(count, params![tenant], |row| row.take()))
        .await
        .expect("a read")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_call_gets_the_same_answer() {
    on_each(async |house| {
        let send = async |key, body| once(&house.kernel, &house.tenant, &Who::Nobody, key, body).await;
        let first = send("key", "words").await.expect("a deed");
        assert_eq!(send("key", "words").await, Ok(first.clone()));
        assert_eq!(send("key", "other words").await, Err(Error::conflict("error-key-reused")));
        assert_ne!(send("another key", "words").await.expect("a deed"), first);
        assert_eq!(house.deeds(&house.tenant).await, ["words", "words"]);
        assert_ne!(once(&house.kernel, &house.other, &Who::Nobody, "key", "words").await.expect("a deed"), first);
        let person = house.person(&house.tenant, "wang", &[]).await;
        let wang = Who::Person(house.kernel.person(house.tenant.id, person).await.expect("a person"));
        assert_ne!(once(&house.kernel, &house.tenant, &wang, "key", "words").await.expect("a deed"), first);
        for wrong in ["", &"k".repeat(129)] {
            assert!(matches!(send(wrong, "words").await, Err(Error::Invalid(_))));
        }
    })
    .await;
}

/// A refusal is an answer, kept with its own write; what the refused act had done is undone.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_given_again() {
    on_each(async |house| {
        let refuse = async |words: &'static str| {
            let id: Id<()> = house.kernel.world().id();
            let call = house.kernel.call(&house.tenant, &Who::Nobody).once("key", &[b"body"]).expect("a key");
            let act = house.kernel.act(call, "deeds.refuse", move |act| {
                deed(act, id, words)?;
                act.measure("deeds.done", crate::house::GRID, act.call.now, 1);
                Err::<String, _>(refusal().with("why", words))
            });
            act.await
        };
        let first = refuse("first").await;
        assert_eq!(first, Err(refusal().with("why", "first")));
        assert_eq!(refuse("second").await, first, "the answer, not the act, is repeated");
        assert!(house.deeds(&house.tenant).await.is_empty());
        let tenant = house.tenant.id;
        let lines = sql!("SELECT COUNT(*) FROM journal WHERE tenant_id = $1");
        let lines =
            house.kernel.db().read(tenant, move |read| read.one(lines, params![tenant], |row| row.take::<i64>()));
        assert_eq!(lines.await, Ok(0));
        assert_eq!(keys(house).await, 1);
    })
    .await;
}

/// A failure is no answer: it may go better next time.
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_not_kept() {
    on_each(async |house| {
        for error in [Error::Unavailable, Error::TooMany, Error::internal("ours")] {
            let call = house.kernel.call(&house.tenant, &Who::Nobody).once("key", &[b"body"]).expect("a key");
            let told = error.clone();
            let act = house.kernel.act(call, "deeds.fail", move |_| Err::<String, _>(told.clone()));
            assert_eq!(act.await, Err(error));
        }
        let call = house.kernel.call(&house.tenant, &Who::Nobody).once("key", &[b"body"]).expect("a key");
        let panicking = house.kernel.act(call, "deeds.panic", |act| {
            if act.call.tenant.id.0 == 1 {
                panic!("in an act");
            }
            Ok(String::new())
        });
        assert!(matches!(panicking.await, Err(Error::Internal(_))));
        assert_eq!(keys(house).await, 0);
        let done = once(&house.kernel, &house.tenant, &Who::Nobody, "key", "body").await;
        assert!(done.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_at_once_have_one_effect() {
    on_each(async |house| {
        let send = || once(&house.kernel, &house.tenant, &Who::Nobody, "key", "words");
        let answers = join_all((0..20).map(|_| send())).await;
        let first = answers[0].clone().expect("an answer");
        assert!(answers.iter().all(|answer| *answer == Ok(first.clone())), "{answers:?}");
        assert_eq!(house.deeds(&house.tenant).await, ["words"]);
    })
    .await;
}

/// On two servers the second may be told to come back; then it gets the first one's answer.
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_have_one_effect() {
    on_each(async |house| {
        let beside = house.beside(2).await;
        let rounds = if house.engine == Engine::Sqlite { 5 } else { 20 };
        for round in 0..rounds {
            let key = format!("key {round}");
            let send = |n: usize| {
                once(
                    if n.is_multiple_of(2) { &house.kernel } else { &beside },
                    &house.tenant,
                    &Who::Nobody,
                    &key,
                    "words",
                )
            };
            let answers = join_all((0..20).map(send)).await;
            let settled = send(0).await.expect("an answer in the end");
            for answer in answers {
                assert!(answer == Ok(settled.clone()) || answer == Err(Error::Unavailable), "{answer:?}");
            }
            assert_eq!(house.deeds(&house.tenant).await.len(), round + 1);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_forgotten_after_a_day() {
    on_each(async |house| {
        let send = async |body| once(&house.kernel, &house.tenant, &Who::Nobody, "key", body).await;
        let first = send("words").await.expect("a deed");
        house.pass(Duration::from_secs(24 * 3600 - 1));
        assert_eq!(send("words").await, Ok(first.clone()));
        house.pass(Duration::from_secs(1));
        let second = send("other words").await.expect("a new one, under an old key");
        assert_ne!(second, first);
        assert_eq!(send("other words").await, Ok(second));
        assert_eq!(keys(house).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tidying_up_forgets_old_keys_alone() {
    on_each(async |house| {
        let send = async |key: String| once(&house.kernel, &house.tenant, &Who::Nobody, &key, "words").await;
        join_all((0..1100).map(|n| send(format!("old {n}"))))
            .await
            .into_iter()
            .for_each(|done| drop(done.expect("done")));
        house.pass(Duration::from_secs(24 * 3600));
        let kept = send("new".to_owned()).await;
        house.pass(Duration::from_secs(1));
        house.kernel.tidy_up().await.expect("tidied");
        assert_eq!(keys(house).await, 1);
        assert_eq!(send("new".to_owned()).await, kept);
    })
    .await;
}
