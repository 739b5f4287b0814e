//! One's own page: the password, sessions, keys for programs, the way back in.

use std::time::Duration;

use tongxin_kernel::{contact, people_store};
use tongxin_testkit::for_each_engine;

use super::browser::{Browser, between};
use crate::MODULE;

#[tokio::test]
async fn another_password_ends_all_other_sessions() {
    for_each_engine!(&[&MODULE], |app| async move {
        let (here, there) = (Browser::new(&app), Browser::new(&app));
        here.sign_in("worker", "tongxin").await.expect(303);
        there.sign_in("worker", "tongxin").await.expect(303);
        let page = "/me/sign-in/password";
        let new = "a lilac bus at noon";
        for (current, password, again) in [
            ("wrong", new, new),
            ("tongxin", "12345678", "12345678"),
            ("tongxin", "short", "short"),
            ("tongxin", new, "other"),
        ] {
            let fields = [("current", current), ("password", password), ("again", again)];
            here.submit(page, page, &fields).await.expect(422);
        }
        there.get("/me").await.expect(200);
        let before = here.cookie("tongxin_session");
        here.submit(page, page, &[("current", "tongxin"), ("password", new), ("again", new)]).await.expect(303);
        assert_ne!(here.cookie("tongxin_session"), before, "another secret");
        here.get("/me").await.expect(200);
        there.get("/me").await.expect(303);
        assert!(here.get("/me/notices").await.text.contains("Your password was changed"));
        Browser::new(&app).sign_in("worker", "tongxin").await.expect(422);
        Browser::new(&app).sign_in("worker", new).await.expect(303);
    });
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    for_each_engine!(&[&MODULE], |app| async move {
        let all = [Browser::new(&app), Browser::new(&app), Browser::new(&app)];
        for browser in &all {
            browser.sign_in("worker", "tongxin").await.expect(303);
            app.pass(Duration::from_secs(1));
        }
        let page = all[0].get("/me/sign-in").await.expect(200).text;
        let ends: Vec<&str> =
            page.split("/me/sign-in/sessions/").skip(1).map(|part| part.split('"').next().unwrap_or("")).collect();
        let others: Vec<&&str> = ends.iter().filter(|end| end.ends_with("/end")).collect();
        assert_eq!(others.len(), 2, "{ends:?}");
        assert!(page.contains(">here<"), "{page}");
        // The newest stands first: it is the third browser's.
        let end = format!("/me/sign-in/sessions/{}", others[0]);
        all[0].submit("/me/sign-in", &end, &[]).await.expect(303);
        all[2].get("/me").await.expect(303);
        all[1].get("/me").await.expect(200);
        all[0].submit("/me/sign-in", &end, &[]).await.expect(404);
        all[0].submit("/me/sign-in", "/me/sign-in/sessions/end-others", &[]).await.expect(303);
        all[1].get("/me").await.expect(303);
        all[0].submit("/me/sign-in", "/me/sign-in/sessions/end-all", &[]).await.expect(303);
        all[0].get("/me").await.expect(303);
        // Somebody else's session is none of mine.
        let (mine, theirs) = (Browser::new(&app), Browser::new(&app));
        mine.sign_in("worker", "tongxin").await.expect(303);
        theirs.sign_in("worker2", "tongxin").await.expect(303);
        let mark = tongxin_kernel::session_mark(&theirs.cookie("tongxin_session").expect("a session"));
        mine.submit("/me/sign-in", &format!("/me/sign-in/sessions/{mark}/end"), &[]).await.expect(404);
        theirs.get("/me").await.expect(200);
    });
}

#[tokio::test]
async fn a_session_ends_with_idleness_and_with_the_last_post() {
    for_each_engine!(&[&MODULE], |app| async move {
        let (desk, round) = (Browser::new(&app), Browser::new(&app));
        desk.sign_in("secretary", "tongxin").await.expect(303);
        round.sign_in("worker", "tongxin").await.expect(303);
        for _ in 0..3 {
            app.pass(Duration::from_secs(50 * 60));
            desk.get("/me").await.expect(200);
        }
        app.pass(Duration::from_secs(61 * 60));
        desk.get("/me").await.expect(303);
        round.get("/me").await.expect(200);
        // Who leaves has left the house, wherever they are signed in.
        let (id, worker, now) = (app.tenant.id, app.cast.id("worker"), app.clock_now());
        let leave = move |tx: &mut tongxin_db::Tx<'_>| people_store::end_posts(tx, id, worker, now);
        app.kernel().db().write(id, "tests.leave", leave).await.expect("left");
        app.pass(Duration::from_secs(1));
        round.get("/me").await.expect(303);
    });
}

#[tokio::test]
async fn a_key_for_a_program_does_what_it_was_made_for_until_it_is_removed() {
    for_each_engine!(&[&MODULE], |app| async move {
        let browser = Browser::new(&app);
        browser.sign_in("secretary", "tongxin").await.expect(303);
        let page = "/me/sign-in/tokens/new";
        browser.submit(page, page, &[("name", ""), ("scope", "*"), ("days", "30")]).await.expect(422);
        browser.submit(page, page, &[("name", "a"), ("scope", "admin."), ("days", "30")]).await.expect(422);
        browser.submit(page, page, &[("name", "a"), ("scope", "*"), ("days", "9999")]).await.expect(422);
        let made =
            browser.submit(page, page, &[("name", "yardstick"), ("scope", "*"), ("days", "30")]).await.expect(200);
        let token = between(&made.text, "id=\"made\" class=\"key\">", "<").to_owned();
        app.by(&token).get("/api/v1/notices").await.expect(200);
        let list = browser.get("/me/sign-in").await.expect(200).text;
        assert!(list.contains("yardstick") && !list.contains(&token));
        let row = list.split("yardstick").nth(1).expect("a row");
        let end = format!("/me/sign-in/tokens/{}", between(row, "/me/sign-in/tokens/", "\""));
        app.pass(Duration::from_secs(31 * 24 * 3600));
        app.by(&token).get("/api/v1/notices").await.expect(401);
        browser.sign_in("secretary", "tongxin").await.expect(303);
        browser.submit("/me/sign-in", &end, &[]).await.expect(303);
        assert!(!browser.get("/me/sign-in").await.text.contains("yardstick"));
    });
}

#[tokio::test]
async fn a_link_by_mail_leads_back_in_once_and_only_to_an_address_that_was_confirmed() {
    for_each_engine!(&[&MODULE], |app| async move {
        let post = app.postbox();
        let browser = Browser::new(&app);
        browser.sign_in("worker", "tongxin").await.expect(303);
        browser.submit("/me", "/me/contact", &[("email", "wang@example.cn")]).await.expect(303);
        let ask = async || {
            let page = "/sign-in/recover";
            Browser::new(&app).submit(page, page, &[("login", "worker")]).await.expect(200);
            tokio::time::sleep(Duration::from_millis(200)).await;
            app.work_off().await;
        };
        ask().await;
        assert!(post.empty().is_empty(), "nobody has shown that the address is theirs");
        browser.submit("/me/sign-in", "/me/sign-in/mail", &[]).await.expect(303);
        app.work_off().await;
        let letter = post.empty().pop().expect("a letter");
        browser.get(&letter.path()).await.expect(303);
        assert!(browser.get("/me/sign-in").await.text.contains("we send a link to wang@example.cn"));
        ask().await;
        let link = post.empty().pop().expect("a letter").path();
        assert!(link.starts_with("/sign-in/recover/"), "{link}");
        let new = "a lilac bus at noon";
        let lost = Browser::new(&app);
        lost.submit(&link, &link, &[("password", "12345678"), ("again", "12345678")]).await.expect(422);
        lost.submit(&link, &link, &[("password", new), ("again", new)]).await.expect(303);
        lost.get("/me").await.expect(200);
        browser.get("/me").await.expect(303);
        assert!(lost.get("/me/notices").await.text.contains("A new password was set"));
        Browser::new(&app).get(&link).await.expect(410);
        // Half an hour later a link opens nothing.
        ask().await;
        let late = post.empty().pop().expect("a letter").path();
        app.pass(Duration::from_secs(30 * 60));
        Browser::new(&app).get(&late).await.expect(410);
        let (id, person) = (app.tenant.id, app.cast.id("worker"));
        let known = app
            .kernel()
            .db()
            .read(id, move |read| Ok((people_store::login_of(read, id, person)?, contact::of(read, id, person)?)));
        assert!(matches!(known.await, Ok((Some((_, true)), Some(_)))));
    });
}

/// Whoever finds an open desk changes nothing that would let them in later.
#[tokio::test]
async fn a_session_that_is_not_fresh_changes_no_way_in() {
    for_each_engine!(&[&MODULE], |app| async move {
        let (id, person, now) = (app.tenant.id, app.cast.id("worker"), app.clock_now());
        let own = contact::Contact {
            email: "worker@example.com".to_owned(),
            notices_by_mail: false,
            locale: tongxin_base::Locale::En,
        };
        let put = move |tx: &mut tongxin_db::Tx<'_>| contact::put(tx, id, person, &own, now);
        app.kernel().db().write(id, "tests.contact", put).await.expect("a contact");
        let desk = Browser::new(&app);
        desk.sign_in("worker", "tongxin").await.expect(303);
        let before = desk.cookie("tongxin_session");
        let confirm = async || desk.submit("/me/sign-in", "/me/sign-in/mail", &[]).await.expect(303);
        assert_eq!(confirm().await.location(), "/me/sign-in?said=mail-sent");
        app.pass(Duration::from_secs(16 * 60));
        let led = "/sign-in?again=yes&back=";
        assert!(confirm().await.location().starts_with(led), "the address");
        for path in ["/me/sign-in/app", "/me/sign-in/tokens/new"] {
            assert!(desk.get(path).await.expect(303).location().starts_with(led), "{path}");
        }
        for path in ["app/remove", "codes", "passkeys", "phone/remove"] {
            let path = format!("/me/sign-in/{path}");
            assert!(desk.submit("/me/sign-in", &path, &[]).await.expect(303).location().starts_with(led), "{path}");
        }
        // Signing in again is enough; the session is another one then, and the old one is over.
        desk.sign_in("worker", "tongxin").await.expect(303);
        assert_ne!(desk.cookie("tongxin_session"), before);
        let old = Browser::new(&app);
        old.set("tongxin_session", &before.expect("a session"));
        old.get("/me").await.expect(303);
        desk.get("/me/sign-in/app").await.expect(200);
    });
}

#[tokio::test]
async fn who_changed_a_factor_is_offered_to_end_the_others() {
    for_each_engine!(&[&MODULE], |app| async move {
        let (here, there) = (Browser::new(&app), Browser::new(&app));
        here.sign_in("worker", "tongxin").await.expect(303);
        let page = "/me/sign-in?said=passkey-added";
        let offered = "You are signed in elsewhere too";
        assert!(!here.get(page).await.expect(200).text.contains(offered), "there is no other");
        there.sign_in("worker", "tongxin").await.expect(303);
        assert!(here.get(page).await.expect(200).text.contains(offered));
        assert!(!here.get("/me/sign-in").await.expect(200).text.contains(offered));
        here.submit(page, "/me/sign-in/sessions/end-others", &[]).await.expect(303);
        there.get("/me").await.expect(303);
    });
}
