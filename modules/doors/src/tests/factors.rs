//! The second step: an app, codes on paper, and roles that want one.

use std::time::Duration;

use tongxin_kernel::Role;
use tongxin_testkit::{TestApp, for_each_engine};

use super::browser::{Browser, between};
use crate::MODULE;
use crate::factors::generator;

fn code(app: &TestApp, key: &str) -> String {
    let key: String = key.split_whitespace().collect();
    let secret = totp_rs::Secret::try_from_base32(key).expect("a key");
    let seconds = u64::try_from(app.clock_now().micros() / 1_000_000).expect("after 1970");
    generator(secret.as_bytes(), "", "-").expect("a generator").generate(seconds).to_string()
}

/// Sets an app up and answers its key and the recovery codes.
async fn set_up(app: &TestApp, browser: &Browser) -> (String, Vec<String>) {
    let page = browser.get("/me/sign-in/app").await.expect(200).text;
    let key = between(&page, "<code class=\"key\">", "</code>").to_owned();
    let ticket = between(&page, "name=\"ticket\" value=\"", "\"").to_owned();
    assert!(page.contains("<svg"), "a picture to scan");
    let fields = [("ticket", ticket.as_str()), ("code", "000000")];
    browser.submit("/me/sign-in", "/me/sign-in/app", &fields).await.expect(422);
    let (now, fields) = (code(app, &key), ticket.clone());
    let done =
        browser.submit("/me/sign-in", "/me/sign-in/app", &[("ticket", &fields), ("code", &now)]).await.expect(200);
    let codes = done.text.split("<li><code class=\"number\">").skip(1);
    let codes: Vec<String> = codes.map(|part| part.split('<').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(codes.len(), 10);
    (key, codes)
}

#[tokio::test]
async fn an_app_is_asked_for_and_no_code_works_twice() {
    for_each_engine!(&[&MODULE], |app| async move {
        let browser = Browser::new(&app);
        browser.sign_in("secretary", "tongxin").await.expect(303);
        let (key, codes) = set_up(&app, &browser).await;
        app.pass(Duration::from_secs(30));
        let second = Browser::new(&app);
        assert_eq!(second.sign_in("secretary", "tongxin").await.expect(303).location(), "/sign-in/second");
        assert_eq!(second.get("/me").await.status, 303, "half a sign-in is none");
        let page = "/sign-in/second";
        second.submit(page, page, &[("code", "123456")]).await.expect(422);
        let now = code(&app, &key);
        assert_eq!(second.submit(page, page, &[("code", &now)]).await.expect(303).location(), "/");
        second.get("/me").await.expect(200);
        // The same code again, by who looked over the shoulder.
        let third = Browser::new(&app);
        third.sign_in("secretary", "tongxin").await.expect(303);
        third.submit(page, page, &[("code", &now)]).await.expect(422);
        // Paper works once.
        third.submit(page, page, &[("code", &codes[3].to_uppercase())]).await.expect(303);
        third.get("/me/sign-in").await.expect(200);
        let fourth = Browser::new(&app);
        fourth.sign_in("secretary", "tongxin").await.expect(303);
        fourth.submit(page, page, &[("code", &codes[3])]).await.expect(422);
        // Five wrong ones, and it begins with the password again.
        for _ in 0..3 {
            fourth.submit(page, page, &[("code", "123456")]).await.expect(422);
        }
        let over = fourth.submit(page, page, &[("code", "123456")]).await.expect(303);
        assert!(over.location().starts_with("/sign-in?said="));
        let told = third.get("/me/notices").await.expect(200).text;
        assert!(told.contains("An app with codes was set up") && told.contains("A recovery code was used"), "{told}");
    });
}

#[tokio::test]
async fn an_app_is_taken_away_and_its_codes_with_it() {
    for_each_engine!(&[&MODULE], |app| async move {
        let browser = Browser::new(&app);
        browser.sign_in("worker", "tongxin").await.expect(303);
        set_up(&app, &browser).await;
        browser.submit("/me/sign-in", "/me/sign-in/app/remove", &[]).await.expect(303);
        assert_eq!(Browser::new(&app).sign_in("worker", "tongxin").await.expect(303).location(), "/");
        // An old session asks to sign in once more before it changes how one signs in.
        app.pass(Duration::from_secs(16 * 60));
        let page = browser.get("/me/sign-in/app").await.expect(303);
        assert!(page.location().starts_with("/sign-in?again=yes&back="), "{}", page.location());
    });
}

#[tokio::test]
async fn a_role_that_wants_a_second_factor_is_led_to_it() {
    for_each_engine!(&[&MODULE], |app| async move {
        app.change_settings(|settings| settings.second_factor_for = vec![Role::Secretary]).await;
        let browser = Browser::new(&app);
        let in_half = browser.sign_in("secretary", "tongxin").await.expect(303);
        assert_eq!(in_half.location(), "/me/sign-in?said=second-needed");
        let page = browser.get(in_half.location()).await.expect(200).text;
        assert!(page.contains("Your post needs a second factor"), "{page}");
        browser.get("/me").await.expect(403);
        browser.get("/me/sign-in/tokens/new").await.expect(403);
        set_up(&app, &browser).await;
        browser.get("/me").await.expect(200);
        // Others are not asked.
        assert_eq!(Browser::new(&app).sign_in("worker", "tongxin").await.expect(303).location(), "/");
    });
}
