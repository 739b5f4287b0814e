//! Invitations: a link is good once, for a week, for one person, and only as long as no newer one was made.

use std::time::Duration;

use tongxin_base::Error;
use tongxin_db::{Tx, params, sql};
use tongxin_kernel::{Invited, PersonId, Role, Tenant, Who, invite, people_store};

use crate::house::{GRID, House, on_each};

const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

async fn link(house: &House, tenant: &Tenant, person: PersonId) -> String {
    let (id, now, token) = (tenant.id, house.now(), house.kernel.invitation_token(tenant));
    let kept = token.clone();
    let write = move |tx: &mut Tx<'_>| invite(tx, id, person, &kept, now);
    house.kernel.db().write(id, "test.invite", write).await.expect("invited");
    token
}

async fn invited(house: &House, tenant: &Tenant, token: &str) -> Option<Invited> {
    house.kernel.invited(tenant.id, token).await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_lets_one_person_in_once() {
    on_each(async |house| {
        let person = house.person(&house.tenant, "wang", &[(GRID, Role::GridWorker)]).await;
        let (_, _, session) = house.kernel.sign_in("wang", "tongxin").await.expect("signed in");
        let token = link(house, &house.tenant, person).await;
        assert!(token.starts_with("bh-"), "it finds its tenant");
        let who = Invited { person, login: "wang".to_owned(), name: "wang".to_owned() };
        assert_eq!(invited(house, &house.tenant, &token).await, Some(who));
        let accept = async |password: &str| house.kernel.accept_invitation(&house.tenant, &token, password).await;
        for (password, key) in [("1234567", "form-too-short"), (&"x".repeat(257), "form-too-long")] {
            let Err(Error::Invalid(wrong)) = accept(password).await else { panic!("{key}") };
            assert_eq!((wrong[0].field.as_str(), wrong[0].key.as_ref()), ("password", key));
        }
        assert_eq!(accept("another word").await, Ok(person), "in");
        assert_eq!(house.kernel.by_session(house.tenant.id, &session).await, Ok(Who::Nobody), "the old session ended");
        assert!(house.kernel.sign_in("wang", "tongxin").await.is_err(), "so did the old password");
        house.kernel.sign_in("wang", "another word").await.expect("the new one opens");
        assert_eq!(accept("a third word").await, Err(Error::NotFound), "once");
        assert_eq!(invited(house, &house.tenant, &token).await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_by_time_by_a_newer_one_and_at_the_next_door() {
    on_each(async |house| {
        let person = house.person(&house.tenant, "wang", &[]).await;
        let old = link(house, &house.tenant, person).await;
        let new = link(house, &house.tenant, person).await;
        assert_eq!(invited(house, &house.tenant, &old).await, None, "the newer one counts");
        assert!(invited(house, &house.tenant, &new).await.is_some());
        assert_eq!(invited(house, &house.other, &new).await, None, "not in another house");
        for garbage in ["", "bh-", "x", &new[1..], &new.to_uppercase()] {
            assert_eq!(invited(house, &house.tenant, garbage).await, None, "{garbage}");
        }
        house.pass(WEEK - Duration::from_micros(1));
        assert!(invited(house, &house.tenant, &new).await.is_some());
        house.pass(Duration::from_micros(1));
        assert_eq!(invited(house, &house.tenant, &new).await, None);
        let late = house.kernel.accept_invitation(&house.tenant, &new, "another word").await;
        assert_eq!(late, Err(Error::NotFound));
        house.pass(Duration::from_secs(1));
        house.kernel.tidy_up().await.expect("tidied");
        let id = house.tenant.id;
        let left = move |read: &mut tongxin_db::Read<'_>| {
            read.one(sql!("SELECT COUNT(*) FROM invitation WHERE tenant_id = $1"), params![id], |row| row.take::<i64>())
        };
        assert_eq!(house.kernel.db().read(id, left).await, Ok(0), "forgotten");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_without_a_password_opens_nothing() {
    on_each(async |house| {
        let person = house.person(&house.tenant, "wang", &[]).await;
        let id = house.tenant.id;
        let drop_it = move |tx: &mut Tx<'_>| people_store::drop_password(tx, id, person);
        house.kernel.db().write(id, "test.drop", drop_it).await.expect("dropped");
        for password in ["tongxin", ""] {
            assert!(house.kernel.sign_in("wang", password).await.is_err());
        }
        let known = move |read: &mut tongxin_db::Read<'_>| people_store::by_login(read, id, "wang");
        assert_eq!(house.kernel.db().read(id, known).await, Ok(Some(person)));
        let token = link(house, &house.tenant, person).await;
        house.kernel.accept_invitation(&house.tenant, &token, "another word").await.expect("in");
        house.kernel.sign_in("wang", "another word").await.expect("signed in");
    })
    .await;
}
