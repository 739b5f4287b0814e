//! Web push with a push service of a few lines: it reads what a browser would read, checks who we say we are, is busy, and says that
//! a browser is gone.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes128Gcm, Key, Nonce};
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey, ecdh};
use serde_json::{Value, json};
use sha2::Sha256;
use tongxin::outside::{Allowed, Gate};
use tongxin::push::Service;
use tongxin_kernel::{Outside, Whose};
use tongxin_testkit::{Client, TestApp, engines};

use crate::town::{by, published, town};

const AUTH: [u8; 16] = [3; 16];

/// What came with one push.
type Came = (HeaderMap, Vec<u8>);

/// What came, and how the next ones are answered.
#[derive(Clone, Default)]
struct PushService {
    answers: Arc<Mutex<VecDeque<u16>>>,
    came: Arc<Mutex<Vec<Came>>>,
    origin: String,
}

impl PushService {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let service = Self { origin, ..Self::default() };
        let here = service.clone();
        let take = move |headers: HeaderMap, body: Bytes| async move {
            let status = here.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front().unwrap_or(201);
            here.came.lock().unwrap_or_else(PoisonError::into_inner).push((headers, body.to_vec()));
            StatusCode::from_u16(status).expect("a status")
        };
        let routes = Router::new().route("/push/{browser}", post(take));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        service
    }

    fn empty(&self) -> Vec<Came> {
        std::mem::take(&mut self.came.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn will_answer(&self, answers: &[u16]) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).extend(answers);
    }
}

fn browser_key() -> SecretKey {
    SecretKey::from_slice(&[5; 32]).expect("a key")
}

fn point(key: &SecretKey) -> Vec<u8> {
    key.public_key().to_encoded_point(false).as_bytes().to_vec()
}

/// What a browser makes of a body (RFC 8291, the other way round).
fn opened(body: &[u8]) -> Value {
    let (salt, rest) = body.split_at(16);
    let (length, rest) = rest.split_at(4);
    assert_eq!(length, 4096_u32.to_be_bytes());
    let (theirs, sealed) = rest[1..].split_at(usize::from(rest[0]));
    let (own, sender) = (browser_key(), PublicKey::from_sec1_bytes(theirs).expect("a point"));
    let shared = ecdh::diffie_hellman(own.to_nonzero_scalar(), sender.as_affine());
    let info = [b"WebPush: info\0".as_slice(), &point(&own), theirs].concat();
    let (mut common, mut key, mut nonce) = ([0; 32], [0; 16], [0; 12]);
    Hkdf::<Sha256>::new(Some(&AUTH), shared.raw_secret_bytes()).expand(&info, &mut common).expect("32 bytes");
    let derived = Hkdf::<Sha256>::new(Some(salt), &common);
    derived.expand(b"Content-Encoding: aes128gcm\0", &mut key).expect("16 bytes");
    derived.expand(b"Content-Encoding: nonce\0", &mut nonce).expect("12 bytes");
    let cipher = Aes128Gcm::new(Key::<Aes128Gcm>::from_slice(&key));
    let plain = cipher.decrypt(Nonce::from_slice(&nonce), sealed).expect("it opens");
    assert_eq!(plain.len() % 512, 0, "its length says nothing");
    let end = plain.iter().rposition(|byte| *byte != 0).expect("a mark");
    assert_eq!(plain[end], 2);
    serde_json::from_slice(&plain[..end]).expect("JSON")
}

/// What we said of ourselves, after its signature was checked (RFC 8292).
fn vouched(headers: &HeaderMap) -> (Value, String) {
    let said = headers["authorization"].to_str().expect("text").strip_prefix("vapid ").expect("vapid").to_owned();
    let part = |name: &str| said.split(", ").find_map(|part| part.strip_prefix(name)).expect("a part").to_owned();
    let (token, key) = (part("t="), part("k="));
    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let read = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let verifying = VerifyingKey::from_sec1_bytes(&read(&key)).expect("a key");
    let signature = Signature::from_slice(&read(signature)).expect("a signature");
    verifying.verify(signed.as_bytes(), &signature).expect("it is ours");
    let (head, claims) = signed.split_once('.').expect("two parts");
    let head: Value = serde_json::from_slice(&read(head)).expect("JSON");
    assert_eq!(head, json!({"typ": "JWT", "alg": "ES256"}));
    (serde_json::from_slice(&read(claims)).expect("JSON"), key)
}

/// A house that goes to this machine alone.
async fn telling_town(engine: tongxin_testkit::Engine) -> TestApp {
    let app = town(engine).await;
    let gate = Gate::new(Allowed::parse(["127.0.0.1"]).expect("a host")).expect("a gate");
    let service = Service::new(app.app.clone(), gate as Arc<dyn Outside>, "mailto:ops@example.cn");
    app.kernel().set_pusher(service.expect("a key"));
    app
}

async fn asks(who: &Client, endpoint: &str) -> tongxin_testkit::Reply {
    let (p256dh, auth) = (URL_SAFE_NO_PAD.encode(point(&browser_key())), URL_SAFE_NO_PAD.encode(AUTH));
    let fields = [("endpoint", endpoint), ("p256dh", p256dh.as_str()), ("auth", auth.as_str())];
    who.submit("/me", "/me/push", &fields).await
}

/// Something that `worker2` is told of: an order that is handed over to them. Which one.
async fn news(app: &TestApp) -> String {
    let (_, _, order) = published(app, "秘密的话 张三 13800138000").await;
    let _ = by(app, "worker").post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(200);
    let _ = by(app, "secretary")
        .post(&format!("/api/v1/orders/{order}/transfer"), json!({"to": "worker2"}))
        .await
        .expect(200);
    app.work_off().await;
    order
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_told_that_there_is_something_and_nothing_of_what() {
    for engine in engines() {
        let (app, service) = (telling_town(engine).await, PushService::start().await);
        let endpoint = format!("{}/push/one", service.origin);
        news(&app).await;
        assert!(service.empty().is_empty(), "nobody asked for it");
        let worker = app.signed_in("worker2").await;
        let page = worker.get("/me").await.expect(200).text;
        assert_eq!(asks(&worker, &endpoint).await.expect(200).json(), json!({"kept": true}));
        assert!(worker.get("/me").await.expect(200).text.contains("One device of yours is told"));

        let order = news(&app).await;
        let came = service.empty();
        let [(headers, body)] = came.as_slice() else { panic!("{} came", came.len()) };
        let (claims, key) = vouched(headers);
        assert!(page.contains(&format!("data-key=\"{key}\"")), "the page offers the key that signs");
        let until = claims["exp"].as_i64().expect("an end") - app.clock_now().micros() / 1_000_000;
        assert!(until > 0 && until <= 24 * 3600, "{until}");
        assert_eq!(
            (claims["aud"].as_str(), claims["sub"].as_str()),
            (Some(&*service.origin), Some("mailto:ops@example.cn"))
        );
        assert_eq!(headers["content-encoding"], "aes128gcm");
        assert_eq!(headers["urgency"], "normal");
        assert!(headers["ttl"].to_str().expect("text").parse::<u32>().is_ok() && headers["topic"].len() <= 32);
        let told = opened(body);
        assert_eq!((&told["title"], &told["lang"]), (&json!("There is something new"), &json!("en")));
        let mut fields: Vec<&String> = told.as_object().expect("fields").keys().collect();
        fields.sort();
        assert_eq!(fields, ["body", "lang", "link", "tag", "title"]);
        for word in ["秘密", "张三", "13800138000", order.as_str(), "0201"] {
            assert!(!told.to_string().contains(word), "{word} in {told}");
        }
        // The link leads to the thing, for its person alone, and the notice is read then.
        let link = told["link"].as_str().expect("a link");
        assert_eq!(worker.get(link).await.expect(303).location(), format!("/work/orders/{order}"));
        assert_eq!(app.signed_in("worker").await.get(link).await.status, 404);
        assert!(app.anyone().get(link).await.location().starts_with("/sign-in"));
        // What is held of it is told to its person, sealed in the database, and goes with one button.
        let me = Whose::Person(app.cast.id("worker2"));
        let held = app.kernel().held_about(app.tenant.id, &me).await.expect("held");
        assert!(format!("{:?}", held.pieces).contains(&endpoint));
        worker.submit("/me", "/me/push/stop", &[]).await.expect(303);
        let held = app.kernel().held_about(app.tenant.id, &me).await.expect("held");
        assert!(!format!("{:?}", held.pieces).contains(&endpoint));
        news(&app).await;
        assert!(service.empty().is_empty(), "it was taken back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_push_service_is_asked_again_and_a_browser_that_is_gone_is_forgotten() {
    for engine in engines() {
        let (app, service) = (telling_town(engine).await, PushService::start().await);
        let worker = app.signed_in("worker2").await;
        for name in ["one", "two"] {
            asks(&worker, &format!("{}/push/{name}", service.origin)).await.expect(200);
        }
        service.will_answer(&[201, 503]);
        news(&app).await;
        assert_eq!(service.empty().len(), 2);
        app.pass(Duration::from_secs(60));
        app.work_off().await;
        assert_eq!(service.empty().len(), 1, "the one that was told is not told again");
        app.pass(Duration::from_secs(3600));
        app.work_off().await;
        assert!(service.empty().is_empty());
        service.will_answer(&[410, 404]);
        news(&app).await;
        assert_eq!(service.empty().len(), 2);
        assert!(!worker.get("/me").await.expect(200).text.contains("of yours"), "both are forgotten");
        let outbox = app.signed_in("admin").await.get("/admin/outbox").await.expect(200).text;
        assert!(outbox.contains("No browser of theirs wants to be told any more"));
        assert!(!outbox.contains(&service.origin), "no address stands there");
        // An address that leads into the house is gone to by nobody, and forgotten.
        asks(&worker, "https://10.0.0.1/push/inner").await.expect(200);
        news(&app).await;
        assert!(!worker.get("/me").await.expect(200).text.contains("of yours"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nights_are_quiet_and_who_signs_out_is_told_nothing() {
    for engine in engines() {
        let (app, service) = (telling_town(engine).await, PushService::start().await);
        let endpoint = format!("{}/push/one", service.origin);
        app.pass(Duration::from_secs(13 * 3600 + 1800)); // 23:00
        let worker = app.signed_in("worker2").await;
        asks(&worker, &endpoint).await.expect(200);
        news(&app).await;
        assert!(service.empty().is_empty(), "it is work, and it is night");
        app.pass(Duration::from_secs(8 * 3600 + 60));
        app.work_off().await;
        assert_eq!(service.empty().len(), 1);
        // What was read before it could be told wakes nobody.
        service.will_answer(&[503]);
        news(&app).await;
        assert_eq!(service.empty().len(), 1);
        worker.submit("/me/notices", "/me/notices/read", &[]).await.expect(303);
        app.pass(Duration::from_secs(60));
        app.work_off().await;
        assert!(service.empty().is_empty(), "it is read");
        // Somebody else sits before it now.
        let other = app.signed_in("courier").await;
        let renewed = |who: Client| {
            let fields = [("endpoint", endpoint.clone()), ("renew", "yes".to_owned())];
            async move {
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                who.submit("/me", "/me/push", &fields).await.expect(200).json()
            }
        };
        assert_eq!(renewed(worker.clone()).await, json!({"kept": true}));
        assert_eq!(renewed(other).await, json!({"kept": false}));
        assert_eq!(renewed(worker.clone()).await, json!({"kept": false}), "and it was forgotten");
        asks(&worker, &endpoint).await.expect(200);
        worker.submit("/me", "/sign-out", &[]).await.expect(303);
        news(&app).await;
        assert!(service.empty().is_empty(), "signed out, and told nothing");
        // A month in which nobody was seen there.
        let again = app.signed_in("worker2").await;
        asks(&again, &endpoint).await.expect(200);
        app.pass(Duration::from_secs(31 * 24 * 3600));
        app.kernel().tidy_up().await.expect("tidied");
        news(&app).await;
        assert!(service.empty().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_browser_is_not_kept() {
    for engine in engines() {
        let (app, service) = (telling_town(engine).await, PushService::start().await);
        let worker = app.signed_in("worker2").await;
        let long = format!("https://push.example.org/{}", "x".repeat(1000));
        for endpoint in ["", "push", "http://push.example.org/x", "file:///etc/passwd", "https://", &long] {
            assert_eq!(asks(&worker, endpoint).await.status, 422, "{endpoint}");
        }
        let keys = [("endpoint", "https://push.example.org/x"), ("p256dh", "AAAA"), ("auth", "AAAA")];
        assert_eq!(worker.submit("/me", "/me/push", &keys).await.status, 422);
        for n in 0..7 {
            asks(&worker, &format!("{}/push/{n}", service.origin)).await.expect(200);
            app.pass(Duration::from_secs(1));
        }
        assert!(worker.get("/me").await.expect(200).text.contains("5 devices of yours"), "five make room for more");
    }
}
