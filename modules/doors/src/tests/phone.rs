//! Codes on a telephone.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tongxin_kernel::{TextMessage, Texter, Texting, Whose};
use tongxin_testkit::{TestApp, for_each_engine};

use super::browser::{Browser, between};
use crate::MODULE;

/// A gateway that remembers.
#[derive(Default)]
struct Remembers(Mutex<Vec<TextMessage>>);

impl Texter for Remembers {
    fn send(&self, message: TextMessage) -> Texting<'_> {
        self.0.lock().expect("messages").push(message);
        Box::pin(std::future::ready(Ok(())))
    }
}

fn gateway(app: &TestApp) -> Arc<Remembers> {
    let gateway = Arc::new(Remembers::default());
    app.kernel().set_texter(Arc::clone(&gateway) as Arc<dyn Texter>);
    gateway
}

async fn sent(gateway: &Remembers) -> Vec<TextMessage> {
    // A message goes after the answer.
    tokio::time::sleep(Duration::from_millis(50)).await;
    gateway.0.lock().expect("messages").clone()
}

async fn ask(browser: &Browser, number: &str) -> String {
    let page = browser.submit("/sign-in/phone", "/sign-in/phone", &[("number", number)]).await.expect(200);
    between(&page.text, "name=\"ticket\" value=\"", "\"").to_owned()
}

async fn show(browser: &Browser, ticket: &str, code: &str) -> tongxin_testkit::Reply {
    browser.submit("/sign-in/phone", "/sign-in/phone/code", &[("ticket", ticket), ("code", code)]).await
}

#[tokio::test]
async fn whoever_comes_first_is_a_resident_and_comes_again() {
    for_each_engine!(&[&MODULE], |app| async move {
        Browser::new(&app).get("/sign-in/phone").await.expect(404);
        let gateway = gateway(&app);
        let browser = Browser::new(&app);
        browser.submit("/sign-in/phone", "/sign-in/phone", &[("number", "12345")]).await.expect(422);
        let ticket = ask(&browser, "138 0013 8000").await;
        let code = sent(&gateway).await[0].code.clone();
        show(&browser, &ticket, "000000x").await.expect(422);
        let inside = show(&browser, &ticket, &code).await.expect(303);
        assert_eq!(inside.location(), "/me/sign-in?said=welcome");
        let page = browser.get("/me/sign-in").await.expect(200).text;
        assert!(page.contains("138****8000") && !page.contains("13800138000"), "{page}");
        // The code was good once.
        show(&Browser::new(&app), &ticket, &code).await.expect(303);
        app.pass(Duration::from_secs(61));
        let again = Browser::new(&app);
        let ticket = ask(&again, "+8613800138000").await;
        let code = sent(&gateway).await[1].code.clone();
        assert_eq!(show(&again, &ticket, &code).await.expect(303).location(), "/");
        let name = |page: String| between(&page, "switch__who", "</a>").to_owned();
        let one = name(browser.get("/me").await.expect(200).text);
        assert_eq!(one, name(again.get("/me").await.expect(200).text));
        app.anyone().get("/demo/outbox").await.expect(404);
    });
}

#[tokio::test]
async fn a_code_is_tried_five_times_and_good_for_five_minutes() {
    for_each_engine!(&[&MODULE], |app| async move {
        let (gateway, browser) = (gateway(&app), Browser::new(&app));
        let ticket = ask(&browser, "13800138000").await;
        let code = sent(&gateway).await[0].code.clone();
        let wrong = if code == "111111" { "222222" } else { "111111" };
        for _ in 0..5 {
            show(&browser, &ticket, wrong).await.expect(422);
        }
        show(&browser, &ticket, &code).await.expect(422);
        app.pass(Duration::from_secs(61));
        let ticket = ask(&browser, "13800138000").await;
        let code = sent(&gateway).await[1].code.clone();
        app.pass(Duration::from_secs(5 * 60));
        show(&browser, &ticket, &code).await.expect(422);
    });
}

#[tokio::test]
async fn a_number_is_not_rung_all_day_and_a_place_not_all_numbers() {
    for_each_engine!(&[&MODULE], |app| async move {
        let gateway = gateway(&app);
        for n in 0..20 {
            // Always from another place: what is counted is the number.
            let browser = Browser::at(&app, Ipv4Addr::new(198, 51, 100, n));
            ask(&browser, "13800138000").await;
            ask(&browser, "13800138000").await;
            app.pass(Duration::from_secs(61));
        }
        assert_eq!(sent(&gateway).await.len(), 8);
        let browser = Browser::at(&app, Ipv4Addr::new(198, 51, 100, 200));
        let mut refused = 0;
        for n in 0..30 {
            let number = format!("139001380{n:02}");
            let fields = [("number", number.as_str())];
            refused += u32::from(browser.submit("/sign-in/phone", "/sign-in/phone", &fields).await.status == 429);
        }
        assert!(refused >= 24, "{refused}");
    });
}

#[tokio::test]
async fn a_number_stands_nowhere_as_it_is() {
    for_each_engine!(&[&MODULE], |app| async move {
        let (gateway, browser) = (gateway(&app), Browser::new(&app));
        let ticket = ask(&browser, "13800138000").await;
        let code = sent(&gateway).await[0].code.clone();
        show(&browser, &ticket, &code).await.expect(303);
        for path in ["/me/sign-in", "/me/notices", "/me"] {
            assert!(!browser.get(path).await.text.contains("13800138000"), "{path}");
        }
        let id = app.tenant.id;
        let person = browser_person(&app, &browser).await;
        let sealed = app.kernel().db().read(id, move |read| crate::store::phone_of(read, id, person)).await;
        let number = sealed.expect("a read").map(|(number, _)| number);
        assert_eq!(number.as_deref(), Some("13800138000"), "it opens for us alone");
        let mine = app.kernel().db().read(id, move |read| (crate::rights::DATA.held)(read, id, &Whose::Person(person)));
        let mine = format!("{:?}", mine.await.expect("what is held"));
        assert!(mine.contains("13800138000"), "and for its owner, who takes it along: {mine}");
    });
}

async fn browser_person(app: &TestApp, browser: &Browser) -> tongxin_kernel::PersonId {
    let session = browser.cookie("tongxin_session").expect("a session");
    let who = app.kernel().by_session(app.tenant.id, &session).await.expect("an answer");
    who.person().expect("a person").id
}
