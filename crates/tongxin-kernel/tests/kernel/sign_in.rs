//! Signing in: one answer to whoever may not, and an end to every session.

use std::time::Duration;

use tongxin_base::Error;
use tongxin_db::{Tx, params, sql};
use tongxin_kernel::{Role, TokenScopes, Who, people_store};

use crate::house::{GRID, on_each};

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_sign_in_is_not_told_why() {
    on_each(async |house| {
        house.person(&house.tenant, "wang", &[]).await;
        let long = "x".repeat(1000);
        for (login, password) in [
            ("wang", "wrong"),
            ("wang", ""),
            ("wang", "Tongxin"),
            ("wang", "tongxin "),
            ("wang", long.as_str()),
            ("nobody", "tongxin"),
            ("nobody", long.as_str()),
            ("", ""),
            ("WANG", "tongxin"),
            ("wang' OR '1'='1", "tongxin"),
        ] {
            let tried = house.kernel.sign_in(login, password).await.map(drop);
            assert_eq!(tried, Err(Error::Unauthenticated), "{login}");
        }
        house.kernel.sign_in(" wang ", "tongxin").await.expect("blanks around a login are a slip of the hand");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends() {
    on_each(async |house| {
        let id = house.person(&house.tenant, "wang", &[(GRID, Role::GridWorker)]).await;
        let tenant = house.tenant.id;
        let sign_in = async || {
            let (at, who, token) = house.kernel.sign_in("wang", "tongxin").await.expect("signed in");
            assert_eq!((at.id, who), (tenant, id));
            assert!(token.starts_with("bh-"), "it finds its tenant");
            token
        };
        let who = async |token: &str| house.kernel.by_session(tenant, token).await.expect("an answer");
        let (one, two) = (sign_in().await, sign_in().await);
        assert_ne!(one, two);
        let Who::Person(person) = who(&one).await else { panic!("nobody") };
        assert_eq!((person.id, person.name.as_str(), &person.scopes), (id, "wang", &TokenScopes::All));
        assert!(person.is(Role::GridWorker));
        // By signing out,
        house.kernel.sign_out(tenant, &one).await.expect("signed out");
        assert_eq!(who(&one).await, Who::Nobody);
        assert_ne!(who(&two).await, Who::Nobody, "the other one goes on");
        // by time,
        house.pass(Duration::from_secs(12 * 3600) - Duration::from_micros(1));
        assert_ne!(who(&two).await, Who::Nobody);
        house.pass(Duration::from_micros(1));
        assert_eq!(who(&two).await, Who::Nobody);
        // by a new password.
        let three = sign_in().await;
        let (hash, now) = (house.kernel.hash_password("new").expect("a hash"), house.now());
        let set = move |tx: &mut Tx<'_>| people_store::set_password(tx, tenant, id, &hash, now);
        house.kernel.db().write(tenant, "tests.password", set).await.expect("set");
        assert_eq!(who(&three).await, Who::Nobody);
        assert_eq!(house.kernel.sign_in("wang", "tongxin").await.map(drop), Err(Error::Unauthenticated));
        house.kernel.sign_in("wang", "new").await.expect("signed in");
        assert_eq!(who("").await, Who::Nobody);
        assert_eq!(who("bh-00000000000000000000000000").await, Who::Nobody);
    })
    .await;
}

/// A copy of the database opens no door: neither sessions nor tokens nor passwords stand in it as they are used.
#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_not_kept_as_they_are() {
    on_each(async |house| {
        house.person(&house.tenant, "wang", &[]).await;
        let (_, _, session) = house.kernel.sign_in("wang", "tongxin").await.expect("signed in");
        let tenant = house.tenant.id;
        let kept: Vec<Vec<u8>> = house
            .kernel
            .db()
            .read(tenant, move |read| {
                let digests = sql!("SELECT digest FROM session WHERE tenant_id = $1 UNION ALL SELECT digest FROM token WHERE tenant_id = $1");
                read.rows(digests, params![tenant], |row| row.take())
            })
            .await
            .expect("digests");
        assert_eq!(kept.len(), 2);
        for secret in [session.as_bytes(), b"token-wang"] {
            assert!(kept.iter().all(|digest| digest.len() == 32 && digest != secret));
        }
        let hash = sql!("SELECT hash FROM password WHERE tenant_id = $1");
        let hash: String = house.kernel.db().read(tenant, move |read| read.one(hash, params![tenant], |row| row.take())).await.expect("a hash");
        assert!(hash.starts_with("$argon2id$") && !hash.contains("tongxin"), "{hash}");
        let again = house.kernel.hash_password("tongxin").expect("a hash");
        assert_ne!(again, hash, "the same password twice does not look the same");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_until_it_ends_or_is_taken_back() {
    on_each(async |house| {
        let id = house.person(&house.tenant, "wang", &[]).await;
        let (tenant, now) = (house.tenant.id, house.now());
        let narrow = move |tx: &mut Tx<'_>| {
            people_store::add_token(tx, tenant, id, ("narrow", "sensor", "deeds.see orders."), now)?;
            let end = sql!("UPDATE token SET expires_at = $2 WHERE tenant_id = $1 AND name = 'sensor'");
            tx.exec(end, params![tenant, now + Duration::from_secs(60)]).map(drop)
        };
        house.kernel.db().write(tenant, "tests.token", narrow).await.expect("a token");
        let scopes = async |token: &str| match house.kernel.by_token(tenant, token).await {
            Ok(Who::Person(person)) => Ok(person.scopes.clone()),
            Ok(Who::Nobody | Who::System) => panic!("a token is somebody's"),
            Err(error) => Err(error),
        };
        let only = TokenScopes::Only(vec!["deeds.see".to_owned(), "orders.".to_owned()]);
        assert_eq!(scopes("narrow").await, Ok(only));
        assert_eq!(scopes("token-wang").await, Ok(TokenScopes::All));
        for wrong in ["", "narro", "Narrow", "token-"] {
            assert_eq!(scopes(wrong).await, Err(Error::Unauthenticated), "{wrong}");
        }
        house.pass(Duration::from_secs(60));
        assert_eq!(scopes("narrow").await, Err(Error::Unauthenticated));
        let drop_all = move |tx: &mut Tx<'_>| people_store::drop_tokens(tx, tenant, id, "test");
        house.kernel.db().write(tenant, "tests.token", drop_all).await.expect("taken back");
        assert_eq!(scopes("token-wang").await, Err(Error::Unauthenticated));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_one_persons_in_all_tenants() {
    on_each(async |house| {
        house.person(&house.tenant, "wang", &[]).await;
        let (other, now) = (house.other.id, house.now());
        let id = house.person(&house.other, "li", &[]).await;
        let take = move |tx: &mut Tx<'_>| people_store::add_login(tx, other, id, "wang", "hash", now);
        let taken = house.kernel.db().write(other, "tests.login", take).await;
        assert_eq!(taken, Err(Error::conflict("error-login-taken").with("login", "wang")));
        let (at, _, token) = house.kernel.sign_in("li", "tongxin").await.expect("signed in");
        assert_eq!(at.id, other);
        assert!(token.starts_with("xw-"));
    })
    .await;
}
