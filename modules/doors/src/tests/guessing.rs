//! Who guesses waits; who lives here gets in.

use std::net::Ipv4Addr;
use std::time::Duration;

use tongxin_testkit::for_each_engine;

use super::browser::Browser;
use crate::MODULE;

fn address(n: u32) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(Ipv4Addr::new(100, 0, 0, 0)) + n)
}

#[tokio::test]
async fn known_and_unknown_logins_are_answered_alike() {
    for_each_engine!(&[&MODULE], |app| async move {
        let plain = |text: String| {
            let without = text.split("name=\"csrf\"").map(|part| part.split_once('>').map_or("", |(_, rest)| rest));
            without.collect::<String>().replace("secretary", "LOGIN").replace("nobody-here", "LOGIN")
        };
        let known = Browser::new(&app).sign_in("secretary", "not the one").await.expect(422);
        let unknown = Browser::new(&app).sign_in("nobody-here", "not the one").await.expect(422);
        assert_eq!(plain(known.text), plain(unknown.text));
        assert!(known.headers.get("set-cookie").is_none() && unknown.headers.get("set-cookie").is_none());
        let recover = |login: &'static str| {
            let browser = Browser::new(&app);
            async move { browser.submit("/sign-in/recover", "/sign-in/recover", &[("login", login)]).await.expect(200).text }
        };
        assert_eq!(plain(recover("secretary").await), plain(recover("nobody-here").await));
    });
}

#[tokio::test]
async fn a_thousand_tries_lock_nobody_out() {
    for_each_engine!(&[&MODULE], |app| async move {
        // The owner has been here before, with one device; and has a new one, too.
        let known = Browser::at(&app, address(1));
        known.sign_in("secretary", "tongxin").await.expect(303);
        known.submit("/me/sign-in", "/sign-out", &[]).await.expect(303);
        assert!(known.cookie("tongxin_device").is_some());
        for n in 0..1000 {
            // A hundred addresses, ten tries each.
            let status = Browser::at(&app, address(1000 + n % 100)).sign_in("secretary", "wrong").await.status;
            assert!(status == 422 || status == 429, "{status}");
        }
        known.sign_in("secretary", "tongxin").await.expect(303);
        let new = Browser::at(&app, address(2));
        new.sign_in("secretary", "tongxin").await.expect(303);
    });
}

#[tokio::test]
async fn at_the_same_place_the_owner_waits_a_bounded_time() {
    for_each_engine!(&[&MODULE], |app| async move {
        let known = Browser::at(&app, address(7));
        known.sign_in("secretary", "tongxin").await.expect(303);
        for _ in 0..60 {
            Browser::at(&app, address(7)).sign_in("secretary", "wrong").await;
            app.pass(Duration::from_secs(1));
        }
        // With the device's mark at once, from the very place of the attack.
        known.submit("/me/sign-in", "/sign-out", &[]).await.expect(303);
        known.sign_in("secretary", "tongxin").await.expect(303);
        // Without it after what the answer says, a quarter of an hour at most.
        let new = Browser::at(&app, address(7));
        let told = new.sign_in("secretary", "tongxin").await.expect(429);
        let wait: u64 = told.headers["retry-after"].to_str().expect("a number").parse().expect("a number");
        assert!(wait <= 900 && told.text.contains("Please try again in"), "{wait}");
        app.pass(Duration::from_secs(wait));
        new.sign_in("secretary", "tongxin").await.expect(303);
    });
}

#[tokio::test]
async fn a_made_up_mark_is_none() {
    for_each_engine!(&[&MODULE], |app| async move {
        let other = Browser::at(&app, address(9));
        other.sign_in("worker", "tongxin").await.expect(303);
        let mark = other.cookie("tongxin_device").expect("a mark");
        // The mark of somebody else's account, and marks of the guesser's own making, count for nothing here.
        let mut seen = 0;
        for n in 0..20 {
            let guesser = Browser::at(&app, address(10));
            guesser.set("tongxin_device", &if n % 2 == 0 { mark.clone() } else { format!("{n}.{n}") });
            seen += u32::from(guesser.sign_in("secretary", "wrong").await.status == 429);
        }
        assert!(seen >= 14, "{seen}");
    });
}

#[tokio::test]
async fn nobody_is_sent_elsewhere() {
    for_each_engine!(&[&MODULE], |app| async move {
        for (back, to) in [
            ("/sites?a=b", "/sites?a=b"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil.example", "/"),
            ("javascript:alert(1)", "/"),
            ("/x\r\nSet-Cookie: a=b", "/"),
        ] {
            let fields = [("login", "worker"), ("password", "tongxin"), ("back", back)];
            let reply = Browser::new(&app).submit("/sign-in", "/sign-in", &fields).await.expect(303);
            assert_eq!(reply.location(), to, "{back}");
        }
    });
}
