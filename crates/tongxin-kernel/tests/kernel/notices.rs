//! Notices: each once, at the right hour, by one server, and none lost.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tongxin_base::{Locale, Time};
use tongxin_db::{params, sql};
use tongxin_kernel::{
    Kernel, Letter, Mailer, NewNotice, Notice, NoticeFilter, NoticeId, NoticeLink, NoticeState, PersonId, Recipient,
    Role, Sending, Subject, Tenant, Undelivered, contact, notice_store,
};

use crate::house::{COMMUNITY, House, on_each};

const HOUR: Duration = Duration::from_secs(3600);

/// Answers as it is told, then takes every letter; remembers what it was given.
#[derive(Default)]
struct Postman {
    answers: Mutex<VecDeque<Result<(), Undelivered>>>,
    seen: Mutex<Vec<(String, NoticeId)>>,
    sleeps: bool,
}

impl Postman {
    fn told(answers: impl IntoIterator<Item = Result<(), Undelivered>>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), ..Self::default() })
    }

    fn seen(&self) -> Vec<(String, NoticeId)> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn addresses(&self) -> Vec<String> {
        self.seen().into_iter().map(|(address, _)| address).collect()
    }
}

impl Mailer for Postman {
    fn send(&self, letter: Letter) -> Sending<'_> {
        let seen = (letter.address.email.clone(), letter.notice.id);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        let answer = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front().unwrap_or(Ok(()));
        Box::pin(async move {
            if self.sleeps {
                std::future::pending::<()>().await;
            }
            answer
        })
    }
}

fn later(why: &str) -> Result<(), Undelivered> {
    Err(Undelivered::Later(why.to_owned()))
}

/// A worker who wants their notices by mail at `key@example.com`.
async fn reader(house: &House, key: &str) -> PersonId {
    let person = house.person(&house.tenant, key, &[(COMMUNITY, Role::CommunityStaff)]).await;
    let (tenant, now) = (house.tenant.id, house.now());
    let wish = contact::Contact { email: format!("{key}@example.com"), notices_by_mail: true, locale: Locale::En };
    let put = house.kernel.db().write(tenant, "tests.contact", move |tx| contact::put(tx, tenant, person, &wish, now));
    put.await.expect("a contact");
    person
}

fn notice(house: &House, to: &Recipient) -> NewNotice {
    let world = house.kernel.world();
    let mut notice = NewNotice::new(world, world.id(), to.clone(), Subject::new("deed", world.id::<()>()), "told");
    notice.args.insert("number".to_owned(), "7".into());
    notice.link = NoticeLink::path("/there");
    notice.at_work = true;
    notice
}

async fn add(house: &House, notices: Vec<NewNotice>) {
    let (tenant, now) = (Arc::clone(&house.tenant), house.now());
    let write = move |tx: &mut tongxin_db::Tx<'_>| notice_store::add(tx, &tenant, &notices, now);
    house.kernel.db().write(house.tenant.id, "tests.notices", write).await.expect("notices");
}

async fn outbox(house: &House) -> Vec<Notice> {
    let (tenant, last) = (house.tenant.id, NoticeId::LAST);
    let read =
        move |read: &mut tongxin_db::Read<'_>| notice_store::outbox(read, tenant, &NoticeFilter::default(), last, 99);
    house.kernel.db().read(tenant, read).await.expect("the outbox")
}

async fn in_house(house: &House, tenant: &Tenant, person: PersonId) -> (Vec<Notice>, i64) {
    let (id, last) = (tenant.id, NoticeId::LAST);
    let read = move |read: &mut tongxin_db::Read<'_>| {
        Ok((notice_store::of_person(read, id, person, last, 99)?, notice_store::unread(read, id, person)?))
    };
    house.kernel.db().read(id, read).await.expect("notices")
}

async fn post(kernel: &Kernel) -> u64 {
    kernel.post_off().await.expect("the post goes out")
}

/// Puts the clock to an hour of the tenant's day.
fn at(house: &House, clock: &str) {
    house.clock.set(Time::parse(&format!("2026-03-02T{clock}:00+08:00")).expect("a time"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_is_made_once_for_each_who_should_know() {
    on_each(async |house| {
        let with_mail = reader(house, "li").await;
        let without = house.person(&house.tenant, "wu", &[]).await;
        let one = notice(house, &Recipient::Person(with_mail));
        let mut two = notice(house, &Recipient::Person(without));
        two.cause = one.cause;
        add(house, vec![one.clone(), two.clone()]).await;
        // The job runs again: the same cause, new ids.
        let again = |old: &NewNotice| {
            let mut new = notice(house, &old.to);
            new.cause = old.cause;
            new
        };
        add(house, vec![again(&one), again(&two)]).await;
        for person in [with_mail, without] {
            let (notices, unread) = in_house(house, &house.tenant, person).await;
            assert_eq!((notices.len(), unread), (1, 1));
            assert_eq!((notices[0].state, notices[0].args["number"].to(Locale::En)), (NoticeState::Sent, "7"));
            assert_eq!(in_house(house, &house.other, person).await, (Vec::new(), 0), "nobody else's");
        }
        let waiting = outbox(house).await;
        assert_eq!(waiting.len(), 1);
        assert_eq!((waiting[0].state, &waiting[0].to), (NoticeState::Waiting, &Recipient::Person(with_mail)));
        let (tenant, now, id) = (house.tenant.id, house.now(), in_house(house, &house.tenant, without).await.0[0].id);
        let mark = move |person, ids: Vec<NoticeId>| {
            house
                .kernel
                .db()
                .write(tenant, "tests.read", move |tx| notice_store::mark_read(tx, tenant, person, &ids, now))
        };
        assert_eq!(mark(with_mail, vec![id]).await, Ok(0), "somebody else's stays unread");
        assert_eq!(mark(without, vec![id]).await, Ok(1));
        assert_eq!(mark(without, Vec::new()).await, Ok(0));
        assert_eq!(mark(with_mail, Vec::new()).await, Ok(1));
        assert_eq!(in_house(house, &house.tenant, with_mail).await.1, 0);
        assert_eq!(outbox(house).await[0].state, NoticeState::Waiting, "what is read in the house still goes out");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_about_work_buzzes_at_night() {
    on_each(async |house| {
        at(house, "23:00");
        let postman = Postman::told([]);
        house.kernel.set_mailer(Arc::clone(&postman) as Arc<dyn Mailer>);
        let person = reader(house, "li").await;
        let staff = Recipient::Person(person);
        let [mut urgent, mut mine, work] = std::array::from_fn(|_| notice(house, &staff));
        urgent.urgent = true;
        mine.at_work = false;
        let left = Subject::new("deed", house.deed(&house.kernel, "anyone@example.com").await.expect("a deed"));
        let mut reporter = notice(house, &Recipient::Reachable(left));
        reporter.at_work = false;
        add(house, vec![urgent, mine, work, reporter]).await;
        assert_eq!(in_house(house, &house.tenant, person).await.1, 3);
        assert_eq!(post(&house.kernel).await, 3, "all but the one about work");
        assert_eq!(postman.addresses().iter().filter(|to| *to == "anyone@example.com").count(), 1);
        house.pass(7 * HOUR);
        assert_eq!(post(&house.kernel).await, 0, "six in the morning");
        house.pass(HOUR);
        assert_eq!(post(&house.kernel).await, 1, "seven");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_go_is_tried_again_or_set_aside() {
    on_each(async |house| {
        let staff = Recipient::Person(reader(house, "li").await);
        add(house, vec![notice(house, &staff)]).await;
        assert_eq!(post(&house.kernel).await, 0, "nobody carries letters yet");
        assert_eq!(outbox(house).await[0].state, NoticeState::Waiting);
        let postman = Postman::told([
            later("busy"),
            later("busy"),
            Ok(()),
            Err(Undelivered::Never("no such: <li@example.com>".to_owned())),
        ]);
        house.kernel.set_mailer(Arc::clone(&postman) as Arc<dyn Mailer>);
        assert_eq!(post(&house.kernel).await, 1);
        let waiting = outbox(house).await.remove(0);
        assert_eq!(
            (waiting.state, waiting.attempts, waiting.error.as_deref()),
            (NoticeState::Waiting, 1, Some("busy"))
        );
        assert_eq!(post(&house.kernel).await, 0, "not at once");
        house.pass(Duration::from_secs(30));
        assert_eq!(post(&house.kernel).await, 1);
        house.pass(Duration::from_secs(30));
        assert_eq!(post(&house.kernel).await, 0, "longer each time");
        house.pass(Duration::from_secs(30));
        assert_eq!(post(&house.kernel).await, 1);
        let sent = outbox(house).await.remove(0);
        assert_eq!((sent.state, sent.sent_at, sent.error), (NoticeState::Sent, Some(house.now()), None));
        assert_eq!(postman.seen().iter().map(|(_, id)| id).collect::<std::collections::HashSet<_>>().len(), 1);

        add(house, vec![notice(house, &staff)]).await;
        assert_eq!(post(&house.kernel).await, 1);
        let failed = outbox(house).await.remove(0);
        assert_eq!((failed.state, failed.error.as_deref()), (NoticeState::Failed, Some("no such: <(address)>")));
        house.pass(24 * HOUR);
        assert_eq!(post(&house.kernel).await, 0);
        let (tenant, other, now, id) = (Arc::clone(&house.tenant), Arc::clone(&house.other), house.now(), failed.id);
        let retry = |whose: Arc<Tenant>| {
            let number = whose.id;
            house.kernel.db().write(number, "tests.retry", move |tx| notice_store::retry(tx, &whose, id, now))
        };
        assert_eq!(retry(other).await, Err(tongxin_base::Error::NotFound));
        assert_eq!(retry(Arc::clone(&tenant)).await, Ok(()));
        assert_eq!(retry(tenant).await, Err(tongxin_base::Error::NotFound), "it waits already");
        assert_eq!(post(&house.kernel).await, 1);
        assert_eq!(outbox(house).await[0].state, NoticeState::Sent);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_took_their_address_back_is_not_written_to() {
    on_each(async |house| {
        let person = reader(house, "li").await;
        let gone = Subject::new("deed", house.kernel.world().id::<()>());
        add(house, vec![notice(house, &Recipient::Person(person)), notice(house, &Recipient::Reachable(gone))]).await;
        let tenant = house.tenant.id;
        house.kernel.db().write(tenant, "tests.drop", move |tx| contact::drop(tx, tenant, person)).await.expect("gone");
        let postman = Postman::told([]);
        house.kernel.set_mailer(Arc::clone(&postman) as Arc<dyn Mailer>);
        assert_eq!(post(&house.kernel).await, 2);
        assert!(postman.seen().is_empty());
        for notice in outbox(house).await {
            assert_eq!((notice.state, notice.error.as_deref()), (NoticeState::Failed, Some("outbox-no-address")));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_send_each_letter_once() {
    on_each(async |house| {
        let staff = Recipient::Person(reader(house, "li").await);
        add(house, (0..40).map(|_| notice(house, &staff)).collect()).await;
        let beside = house.beside(2).await;
        let postman = Postman::told([]);
        house.kernel.set_mailer(Arc::clone(&postman) as Arc<dyn Mailer>);
        beside.set_mailer(Arc::clone(&postman) as Arc<dyn Mailer>);
        let (a, b) = tokio::join!(post(&house.kernel), post(&beside));
        let ids: std::collections::HashSet<_> = postman.seen().into_iter().map(|(_, id)| id).collect();
        assert_eq!((a + b, postman.seen().len(), ids.len()), (40, 40, 40));
    })
    .await;
}

/// A server dies over a letter: it goes again after the claim has run out, and is recognised by its id.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_outlives_its_server() {
    on_each(async |house| {
        let staff = Recipient::Person(reader(house, "li").await);
        add(house, vec![notice(house, &staff)]).await;
        let dying = house.beside(2).await;
        let sleeper = Arc::new(Postman { sleeps: true, ..Postman::default() });
        dying.set_mailer(Arc::clone(&sleeper) as Arc<dyn Mailer>);
        tokio::time::timeout(Duration::from_secs(2), dying.post_off()).await.expect_err("it hangs, and dies");
        let postman = Postman::told([]);
        house.kernel.set_mailer(Arc::clone(&postman) as Arc<dyn Mailer>);
        assert_eq!(post(&house.kernel).await, 0, "still the other's");
        house.pass(Duration::from_secs(240));
        assert_eq!(post(&house.kernel).await, 1);
        assert_eq!((postman.seen(), sleeper.seen().len()), (sleeper.seen(), 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_notices_are_forgotten_and_waiting_ones_are_not() {
    on_each(async |house| {
        let person = reader(house, "li").await;
        add(house, vec![notice(house, &Recipient::Person(person))]).await;
        house.pass(366 * 24 * HOUR);
        house.kernel.tidy_up().await.expect("tidy");
        let count = sql!("SELECT COUNT(*) FROM notice WHERE tenant_id = $1");
        let tenant = house.tenant.id;
        let left =
            house.kernel.db().read(tenant, move |read| read.one(count, params![tenant], |row| row.take::<i64>()));
        assert_eq!(left.await, Ok(1), "the letter that waits");
        assert_eq!(in_house(house, &house.tenant, person).await.0, []);
    })
    .await;
}
