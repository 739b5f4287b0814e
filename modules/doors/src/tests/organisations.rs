//! An organisation that lies, in every way in which one can: it is on the other side of the house's own gate to the outside,
//! signs with a real key, and what it says is bent as a test wants it.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use axum::http::Uri;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use openidconnect::core::{
    CoreEdDsaPrivateSigningKey, CoreIdToken, CoreIdTokenClaims, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    Audience, EmptyAdditionalClaims, IssuerUrl, JsonWebKeyId, Nonce, PrivateSigningKey, StandardClaims,
    SubjectIdentifier,
};
use serde_json::{Value, json};
use tongxin_base::{Label, World};
use tongxin_kernel::{Ask, Asking, Errand, NoAnswer, Outside, Told};
use tongxin_testkit::{Reply, TestApp, for_each_engine};

use super::browser::{Browser, between};
use crate::MODULE;
use crate::oidc::{Organisation, Organisations};

const ISSUER: &str = "https://id.example.cn";

/// What the organisation says this time.
#[derive(Clone)]
struct Says {
    issuer: &'static str,
    audience: &'static str,
    subject: &'static str,
    nonce: Option<String>,
    minutes_left: i64,
    key: u8,
    unsigned: bool,
    named: &'static str,
    end: Value,
}

const TRUTH: Says = Says {
    issuer: ISSUER,
    audience: "tongxin",
    subject: "li",
    nonce: None,
    minutes_left: 5,
    key: 1,
    unsigned: false,
    named: ISSUER,
    end: Value::Null,
};

struct City {
    world: World,
    says: Mutex<Says>,
    nonce: Mutex<String>,
    used: Mutex<Vec<String>>,
    asked: Mutex<Vec<Ask>>,
}

/// A signing key made of one number, so that no key stands in this file.
fn key(number: u8) -> CoreEdDsaPrivateSigningKey {
    let head = [0x30, 0x2e, 0x02, 0x01, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let body = BASE64_STANDARD.encode([&head[..], &[number; 32]].concat());
    let pem = format!("-----BEGIN {0}-----\n{body}\n-----END {0}-----\n", "PRIVATE KEY");
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new("one".to_owned()))).expect("a key")
}

impl City {
    fn id_token(&self) -> String {
        let says = self.says.lock().expect("says").clone();
        let now = chrono::DateTime::from_timestamp_micros(self.world.now().micros()).expect("a time");
        let claims = CoreIdTokenClaims::new(
            IssuerUrl::new(says.issuer.to_owned()).expect("an address"),
            vec![Audience::new(says.audience.to_owned())],
            now + chrono::TimeDelta::minutes(says.minutes_left),
            now,
            StandardClaims::new(SubjectIdentifier::new(says.subject.to_owned())),
            EmptyAdditionalClaims {},
        );
        let nonce = says.nonce.unwrap_or_else(|| self.nonce.lock().expect("a nonce").clone());
        let claims = claims.set_nonce(Some(Nonce::new(nonce)));
        if says.unsigned {
            let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
            return format!("{}.{}.", part(&json!({"alg": "none"})), part(&json!(claims)));
        }
        CoreIdToken::new(claims, &key(says.key), CoreJwsSigningAlgorithm::EdDsa, None, None)
            .expect("a token")
            .to_string()
    }

    fn answer(&self, ask: &Ask) -> (u16, Value) {
        let path = ask.url.strip_prefix(ISSUER).expect("nobody else is asked").split('?').next().unwrap_or_default();
        match path {
            "/.well-known/openid-configuration" => {
                let says = self.says.lock().expect("says").clone();
                let mut metadata = json!({
                    "issuer": says.named, "authorization_endpoint": format!("{ISSUER}/go"),
                    "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/keys"),
                    "response_types_supported": ["code"], "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["EdDSA"],
                });
                if !says.end.is_null() {
                    metadata["end_session_endpoint"] = says.end;
                }
                (200, metadata)
            }
            "/keys" => (200, json!(CoreJsonWebKeySet::new(vec![key(1).as_verification_key()]))),
            "/token" => {
                assert_eq!(ask.errand, Errand::Post);
                let form: Vec<(String, String)> = url::form_urlencoded::parse(&ask.body).into_owned().collect();
                let of = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
                let code = of("code").expect("a code");
                assert!(of("code_verifier").expect("a verifier").len() >= 43);
                let mut used = self.used.lock().expect("used");
                if used.contains(&code) {
                    return (400, json!({"error": "invalid_grant"}));
                }
                used.push(code);
                (200, json!({"access_token": "a", "token_type": "Bearer", "id_token": self.id_token()}))
            }
            other => panic!("{other} was asked for"),
        }
    }
}

impl Outside for City {
    fn ask(&self, ask: Ask) -> Asking<'_> {
        let (status, body) = self.answer(&ask);
        self.asked.lock().expect("asked").push(ask);
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let told: Result<_, NoAnswer> = Ok(Told { status, headers, body: body.to_string().into_bytes() });
        Box::pin(std::future::ready(told))
    }
}

fn city(app: &TestApp) -> Arc<City> {
    let city = Arc::new(City {
        world: app.kernel().world().clone(),
        says: Mutex::new(TRUTH),
        nonce: Mutex::default(),
        used: Mutex::default(),
        asked: Mutex::default(),
    });
    app.kernel().set_outside(Arc::clone(&city) as Arc<dyn Outside>);
    app.kernel().kept::<Organisations>().set(vec![Organisation {
        name: "city".to_owned(),
        label: Label::new("市政务账号", "the city's account"),
        issuer: ISSUER.to_owned(),
        client_id: "tongxin".to_owned(),
        client_secret: Some("a secret of this test".to_owned()),
        login_claim: None,
        email_domains: Vec::new(),
    }]);
    city
}

/// Goes there, and answers the state to come back with; the organisation knows the nonce now.
async fn go(city: &City, browser: &Browser, path: &str) -> String {
    let sent = browser.get(path).await.expect(303);
    let to: Uri = sent.location().parse().expect("an address");
    let query = to.query().expect("a query").to_owned();
    let of = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).expect("it goes along")
    };
    *city.nonce.lock().expect("a nonce") = of("nonce");
    of("state")
}

/// A code that was never used.
fn code() -> String {
    static LAST: OnceLock<Mutex<u32>> = OnceLock::new();
    let mut last = LAST.get_or_init(Mutex::default).lock().expect("the last");
    *last += 1;
    format!("code-{last}")
}

async fn back(browser: &Browser, state: &str, code: &str) -> Reply {
    browser.get(&format!("/sign-in/back/city?state={state}&code={code}")).await
}

/// Links the worker with `li`.
async fn linked(city: &City, app: &TestApp) {
    let worker = Browser::new(app);
    worker.sign_in("worker", "tongxin").await.expect(303);
    let state = go(city, &worker, "/me/sign-in/link/city").await;
    assert_eq!(back(&worker, &state, &code()).await.expect(303).location(), "/me/sign-in?said=linked");
}

#[tokio::test]
async fn what_does_not_hold_lets_nobody_in() {
    for_each_engine!(&[&MODULE], |app| async move {
        let city = city(&app);
        linked(&city, &app).await;
        let lies = [
            ("another nonce", Says { nonce: Some("another".to_owned()), ..TRUTH }),
            ("no nonce", Says { nonce: Some(String::new()), ..TRUTH }),
            ("another issuer", Says { issuer: "https://id.example.org", ..TRUTH }),
            ("for somebody else", Says { audience: "another", ..TRUTH }),
            ("over since a minute", Says { minutes_left: -1, ..TRUTH }),
            ("another key", Says { key: 2, ..TRUTH }),
            ("unsigned", Says { unsigned: true, ..TRUTH }),
            ("it says it is somebody else", Says { named: "https://id.example.org", ..TRUTH }),
        ];
        for (what, says) in lies {
            let browser = Browser::new(&app);
            let state = go(&city, &browser, "/sign-in/with/city").await;
            *city.says.lock().expect("says") = says;
            let refused = back(&browser, &state, &code()).await;
            assert_eq!(refused.status, 422, "{what}");
            assert!(browser.cookie("tongxin_session").is_none(), "{what}");
            *city.says.lock().expect("says") = TRUTH;
        }
        // The same way with the truth leads in.
        let browser = Browser::new(&app);
        let state = go(&city, &browser, "/sign-in/with/city").await;
        back(&browser, &state, &code()).await.expect(303);
        browser.get("/me").await.expect(200);
    });
}

#[tokio::test]
async fn another_sites_page_signs_nobody_in() {
    for_each_engine!(&[&MODULE], |app| async move {
        let city = city(&app);
        let sent =
            app.anyone().with("sec-fetch-site", "cross-site").get("/sign-in/with/city?back=/me").await.expect(303);
        assert_eq!(sent.location(), "/sign-in?back=/me");
        assert!(city.asked.lock().expect("asked").is_empty(), "nobody was asked");
        let own = app.anyone().with("sec-fetch-site", "same-origin").get("/sign-in/with/city").await.expect(303);
        assert!(own.location().starts_with(ISSUER));
    });
}

#[tokio::test]
async fn the_way_back_is_ones_own_and_good_once() {
    for_each_engine!(&[&MODULE], |app| async move {
        let city = city(&app);
        linked(&city, &app).await;
        let asked =
            |city: &City| city.asked.lock().expect("asked").iter().filter(|a| a.url.ends_with("/token")).count();
        let before = asked(&city);
        let (one, two) = (Browser::new(&app), Browser::new(&app));
        let state = go(&city, &one, "/sign-in/with/city").await;
        let other = go(&city, &two, "/sign-in/with/city").await;
        back(&one, &other, &code()).await.expect(422);
        back(&one, "", &code()).await.expect(422);
        back(&Browser::new(&app), &state, &code()).await.expect(422);
        let mixed = format!("/sign-in/back/city?state={other}&code={}&iss=https://id.example.org", code());
        two.get(&mixed).await.expect(422);
        assert_eq!(asked(&city), before, "no code was shown to anybody");
        // Its own: once. Then neither the visit nor the code is good.
        let state = go(&city, &one, "/sign-in/with/city").await;
        let visit = one.cookie("tongxin_visit").expect("a visit");
        let once = code();
        back(&one, &state, &once).await.expect(303);
        let thief = Browser::new(&app);
        thief.set("tongxin_visit", &visit);
        back(&thief, &state, &once).await.expect(422);
        let state = go(&city, &thief, "/sign-in/with/city").await;
        back(&thief, &state, &once).await.expect(422);
        assert!(thief.cookie("tongxin_session").is_none());
        // A visit that took too long.
        let state = go(&city, &thief, "/sign-in/with/city").await;
        app.pass(Duration::from_secs(10 * 60));
        back(&thief, &state, &code()).await.expect(422);
    });
}

/// Invites the second worker anew; answers the link.
async fn invitation(app: &TestApp) -> String {
    let (kernel, id, now) = (app.kernel(), app.tenant.id, app.clock_now());
    let token = kernel.invitation_token(&app.tenant);
    let (kept, person) = (token.clone(), app.cast.id("worker2"));
    let invite = move |tx: &mut tongxin_db::Tx<'_>| tongxin_kernel::invite(tx, id, person, &kept, now);
    kernel.db().write(id, "test.invite", invite).await.expect("an invitation");
    format!("/welcome/{token}")
}

#[tokio::test]
async fn an_invitation_is_answered_whole_or_not_at_all() {
    for_each_engine!(&[&MODULE], |app| async move {
        let city = city(&app);
        linked(&city, &app).await;
        let (link, guest) = (invitation(&app).await, Browser::new(&app));
        // What the organisation says is somebody else's here: the invitation stays, and so does the password until then.
        let state = go(&city, &guest, &format!("{link}/with/city")).await;
        back(&guest, &state, &code()).await.expect(409);
        guest.get(&link).await.expect(200);
        Browser::new(&app).sign_in("worker2", "tongxin").await.expect(303);
        *city.says.lock().expect("says") = Says { subject: "zhao", ..TRUTH };
        let (first, second) = (Browser::new(&app), Browser::new(&app));
        let state = go(&city, &first, &format!("{link}/with/city")).await;
        let nonce = city.nonce.lock().expect("a nonce").clone();
        let late = go(&city, &second, &format!("{link}/with/city")).await;
        let late_nonce = std::mem::replace(&mut *city.nonce.lock().expect("a nonce"), nonce);
        back(&first, &state, &code()).await.expect(303);
        first.get("/me").await.expect(200);
        // Of two who use one link, one is first; the other's account is not linked.
        *city.nonce.lock().expect("a nonce") = late_nonce;
        *city.says.lock().expect("says") = Says { subject: "a stranger", ..TRUTH };
        back(&second, &late, &code()).await.expect(410);
        assert!(second.cookie("tongxin_session").is_none());
        let state = go(&city, &second, "/sign-in/with/city").await;
        back(&second, &state, &code()).await.expect(403);
        guest.get(&link).await.expect(410);
        Browser::new(&app).sign_in("worker2", "tongxin").await.expect(422);
    });
}

#[tokio::test]
async fn who_came_by_an_organisation_is_led_to_its_way_out() {
    for_each_engine!(&[&MODULE], |app| async move {
        let city = city(&app);
        linked(&city, &app).await;
        let says = |end: Value| *city.says.lock().expect("says") = Says { end, ..TRUTH };
        for (end, href) in [
            (
                json!(format!("{ISSUER}/out")),
                Some("href=\"https://id.example.cn/out?client_id=tongxin&#38;post_logout_redirect_uri=http"),
            ),
            (Value::Null, None),
            (json!("javascript:alert(1)"), None),
        ] {
            says(end);
            let browser = Browser::new(&app);
            let state = go(&city, &browser, "/sign-in/with/city").await;
            back(&browser, &state, &code()).await.expect(303);
            let out = browser.submit("/me", "/sign-out", &[]).await.expect(303);
            assert_eq!(out.location(), "/sign-in/out/city");
            browser.get("/me").await.expect(303);
            let page =
                browser.get("/sign-in/out/city?post_logout_redirect_uri=https://evil.example").await.expect(200).text;
            let page = between(&page, "<h1>", "</main>");
            assert!(!page.contains("evil.example") && !page.contains("javascript:"), "{page}");
            match href {
                Some(href) => assert!(page.contains(href), "{page}"),
                None => assert!(page.contains("close the browser"), "{page}"),
            }
            assert!(browser.cookie("tongxin_organisation").is_none(), "said once");
        }
        let worker = Browser::new(&app);
        worker.get("/sign-in/out/nobody").await.expect(404);
        worker.sign_in("worker", "tongxin").await.expect(303);
        worker.set("tongxin_organisation", "//evil.example");
        assert_eq!(worker.submit("/me", "/sign-out", &[]).await.expect(303).location(), "/");
    });
}
