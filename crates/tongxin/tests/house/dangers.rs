//! What the web sends: too much, too fast, half a request, two requests in one, and paths that lead out of the house.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tongxin_testkit::{Engine, TestApp, hidden};
use tongxin_web::{AppConfig, Rate, Rates, Tiles};

use crate::setup::{INIT, Place, Server, free_port};
use crate::town::{by, town};

fn from(n: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(203, 0, 113, n))
}

async fn slow_town() -> TestApp {
    let rate = Rate { looks: 30, acts: 10 };
    let pace = Rates { stranger: rate, person: rate, program: Rate { looks: 40, acts: 10 } };
    town(Engine::Sqlite).await.reached(AppConfig { pace, ..AppConfig::default() })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_calls_too_fast_is_slowed_and_nobody_else() {
    let app = slow_town().await;
    let (greedy, other) = (app.anyone().at(from(1)), app.anyone().at(from(2)));
    let mut refused = 0;
    for _ in 0..60 {
        let reply = greedy.get("/api/v1/categories").await;
        if reply.status == 429 {
            refused += 1;
            assert_eq!(reply.headers["content-type"], "application/problem+json");
            let wait: u32 = reply.headers["retry-after"].to_str().expect("a header").parse().expect("seconds");
            assert!((1..=60).contains(&wait), "{wait}");
        }
    }
    assert!(refused >= 20, "of 60 calls {refused} were refused");
    let page = greedy.get("/report").await.expect(429);
    assert!(page.text.contains("操作太快了"), "{}", page.text);
    // A neighbour, who looks and who acts; somebody signed in at the greedy place; the house's own calls.
    let _ = other.get("/").await.expect(200);
    let seated = app.signed_in("secretary").await.at(from(1));
    let _ = seated.get("/desk/requests").await.expect(200);
    for _ in 0..50 {
        let _ = app.anyone().get("/api/v1/categories").await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_programs_have_a_pace_wherever_they_come_from() {
    let app = slow_town().await;
    let mut taken = 0;
    for n in 0..60 {
        let reply = by(&app, "secretary").at(from(n)).get("/api/v1/requests").await;
        taken += usize::from(reply.status == 200);
    }
    assert!((40..50).contains(&taken), "a program from sixty places: {taken}");
    let _ = by(&app, "other_secretary").at(from(1)).get("/api/v1/requests").await.expect(200);
    // Guessing keys counts for the place where it happens.
    let mut refused = 0;
    for n in 0..60 {
        refused += usize::from(app.by(&format!("bh-guess{n}")).at(from(9)).get("/api/v1/requests").await.status == 429);
    }
    assert!(refused >= 20, "{refused}");
    // A proxy on this machine that nobody named: everybody is behind it.
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    for _ in 0..60 {
        let _ = app.anyone().at(here).get("/").await.expect(200);
    }
}

/// Whatever answers, the browser is told what it may do with it.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_rules_of_the_house() {
    let app = town(Engine::Sqlite).await.reached(AppConfig { https: true, ..AppConfig::default() });
    let asset = app.anyone().get("/").await.expect(200);
    let asset = asset.text.split('"').find(|part| part.starts_with("/assets/")).expect("an asset").to_owned();
    let paths = [
        "/",
        "/nowhere",
        "/api/v1/categories",
        "/api/v1/nowhere",
        "/api/openapi.json",
        "/healthz",
        "/readyz",
        "/metrics",
    ];
    for path in paths.into_iter().chain([asset.as_str(), "/assets/nothing.js", "/map/places.json", "/desk/requests"]) {
        let reply = app.anyone().get(path).await;
        let header = |name: &str| reply.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let policy = header("content-security-policy");
        for rule in ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}: {policy}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert!(header("strict-transport-security").contains("max-age=31536000"), "{path}");
        assert!(!reply.headers.contains_key("access-control-allow-origin"), "{path}");
        assert!(reply.text.is_empty() || !header("content-type").is_empty(), "{path} says what it is");
    }
}

/// Tiles below our maps open the policy by their host, for images and connections, and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn tiles_open_the_policy_by_one_host() {
    let policy = |app: TestApp| async move {
        let reply = app.anyone().get("/").await.expect(200);
        reply.headers.get("content-security-policy").and_then(|text| text.to_str().ok()).expect("a policy").to_owned()
    };
    let plain = policy(town(Engine::Sqlite).await).await;
    assert!(!plain.contains("http") && !plain.contains('{'), "{plain}");
    for (url, origin) in [("https://t.example.cn/{z}/{x}/{y}.png", " https://t.example.cn"), ("/t/{z}/{x}/{y}.png", "")]
    {
        let tiles = Tiles::parse(url, "©", "gcj02").expect("tiles");
        let app = town(Engine::Sqlite).await.reached(AppConfig { tiles, ..AppConfig::default() });
        let privacy = app.anyone().get("/privacy").await.expect(200).text;
        assert_eq!(privacy.contains("t.example.cn"), !origin.is_empty(), "it is said where it is so");
        let opened = plain
            .replace("img-src 'self' blob:", &format!("img-src 'self' blob:{origin}"))
            .replace("connect-src 'self'", &format!("connect-src 'self'{origin}"));
        assert_eq!(policy(app).await, opened);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_holes_are_reported() {
    let app = town(Engine::Sqlite).await;
    let told = app.anyone().get("/.well-known/security.txt").await.expect(200).text;
    assert!(told.contains("Contact: tel:12345\n"), "without an address it is the service's telephone: {told}");
    let contact = Some("mailto:security@example.cn".to_owned());
    let app = app.reached(AppConfig { security_contact: contact, ..AppConfig::default() });
    let told = app.anyone().get("/.well-known/security.txt").await.expect(200).text;
    assert!(told.contains("Contact: mailto:security@example.cn\n"), "{told}");
    assert!(told.contains("Expires: 2026-08-29T01:30:00Z\n"), "{told}");
}

/// The cookie of a session over HTTPS is one that no neighbour under the same domain can set.
#[tokio::test(flavor = "multi_thread")]
async fn over_https_the_session_is_this_hosts_alone() {
    let app = town(Engine::Sqlite).await.reached(AppConfig { https: true, ..AppConfig::default() });
    let fields = [("login", "secretary"), ("password", "tongxin")];
    let inside = app.anyone().submit("/sign-in", "/sign-in", &fields).await.expect(303);
    let mut set = inside.headers.get_all("set-cookie").iter().filter_map(|set| set.to_str().ok());
    let session = set.find(|set| set.contains("session=")).expect("a session");
    assert!(session.starts_with("__Host-tongxin_session="), "{session}");
    for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(session.contains(part), "{session}");
    }
    assert!(!session.contains("Domain"), "{session}");
    let pair = session.split(';').next().expect("a pair");
    let _ = app.anyone().with("cookie", pair).get("/desk/requests").await.expect(200);
    // The same secret under the bare name, as a neighbour could plant it, is nobody's.
    let planted = pair.trim_start_matches("__Host-");
    let reply = app.anyone().with("cookie", planted).get("/desk/requests").await;
    assert!(reply.location().starts_with("/sign-in"), "{}", reply.status);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_belongs_to_the_session_it_was_given_to() {
    let app = town(Engine::Sqlite).await;
    let (one, other) = (app.signed_in("secretary").await, app.signed_in("other_secretary").await);
    let token = hidden(&one.get("/me").await.expect(200).text, "csrf").expect("a token");
    let form = format!("csrf={token}");
    let kind = "application/x-www-form-urlencoded";
    let _ = other.post_raw("/sign-out", kind, form.clone()).await.expect(422);
    let _ = other.get("/desk/requests").await.expect(200);
    let _ = one.post_raw("/sign-out", kind, form).await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_out_of_the_house() {
    let app = town(Engine::Sqlite).await;
    let out = [
        "..",
        "%2e%2e",
        "..%2f..",
        "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "..%5c..",
        "....//",
        "%00",
        "%c0%ae%c0%ae",
        "~root",
        ".",
    ];
    let below =
        ["/assets/", "/api/v1/files/", "/files/", "/r/", "/q/", "/rights/", "/journal/", "/welcome/", "/guide/"];
    let mut asked = 0;
    for folder in below {
        for way in out {
            let reply = app.anyone().get(&format!("{folder}{way}")).await;
            assert!(reply.status == 303 || reply.status.is_client_error(), "{folder}{way}: {}", reply.status);
            assert!(!reply.text.contains("root:x:"), "{folder}{way}");
            asked += 1;
        }
    }
    println!("{asked} ways out of the house, none of them leads anywhere");
}

/// The binary at work, for as long as the first two are kept, and its port.
fn served() -> (Place, Server, u16) {
    let place = Place::new(Engine::Sqlite);
    let (ok, _, complaint) = place.run(&INIT);
    assert!(ok, "{complaint}");
    let port = free_port();
    let url = format!("http://localhost:{port}");
    let server = Server::start_at(&place, port, &["--public-url", &url]);
    (place, server, port)
}

/// What one connection says, and all that is answered on it.
async fn say(port: u16, words: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    stream.write_all(words).await.expect("sent");
    let mut answer = Vec::new();
    drop(tokio::time::timeout(Duration::from_secs(3), stream.read_to_end(&mut answer)).await);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Requests that two servers could read in two ways are refused, or end the connection: nothing after them is a request of its own.
#[tokio::test(flavor = "multi_thread")]
async fn one_request_is_one_request() {
    let (_place, _server, port) = served();
    let host = format!("Host: localhost:{port}\r\n");
    let hidden = format!("GET /about HTTP/1.1\r\n{host}X: y\r\n\r\n");
    let whole = say(port, format!("GET /sign-in HTTP/1.1\r\n{host}Connection: close\r\n\r\n").as_bytes()).await;
    assert!(whole.starts_with("HTTP/1.1 200"), "{whole}");

    let heads: [(&str, String); 9] = [
        ("a length and chunks", format!("{host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")),
        ("two lengths", format!("{host}Content-Length: 4\r\nContent-Length: 0\r\n")),
        ("lengths in a list", format!("{host}Content-Length: 4, 0\r\n")),
        ("a length with a sign", format!("{host}Content-Length: +4\r\n")),
        ("chunks, then something else", format!("{host}Transfer-Encoding: chunked, identity\r\n")),
        ("chunks spelt otherwise", format!("{host}Transfer-Encoding: xchunked\r\n")),
        ("a space before the colon", format!("{host}Content-Length : 4\r\n")),
        ("a folded line", format!("{host}X: y\r\n Content-Length: 4\r\nContent-Length: 0\r\n")),
        ("a name with a NUL", format!("{host}Content\0-Length: 4\r\n")),
    ];
    for (what, head) in &heads {
        let answer = say(port, format!("POST /report HTTP/1.1\r\n{head}\r\n0\r\n\r\n{hidden}").as_bytes()).await;
        let answers = answer.matches("HTTP/1.1 ").count();
        let refused = ["HTTP/1.1 400", "HTTP/1.1 422"].iter().any(|start| answer.starts_with(start));
        assert!(answers <= 1 && (answer.is_empty() || refused), "{what}: {answers} answers\n{answer}");
    }

    let lines = "X: y\r\n".repeat(200);
    let long = format!("X: {}\r\n", "y".repeat(100 << 10));
    for (what, head) in [("two hundred lines", lines), ("a line of 100 kB", long)] {
        let answer = say(port, format!("GET / HTTP/1.1\r\n{host}{head}\r\n").as_bytes()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{what}: {answer}");
    }
    let answer = say(port, format!("GET /{} HTTP/1.1\r\n{host}\r\n", "y".repeat(100 << 10)).as_bytes()).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    println!("{} smuggled requests, 3 heads that are too large: none was taken for more than one request", heads.len());
}

/// Heads that never end, many of them: others are answered meanwhile, and each is given up.
#[tokio::test(flavor = "multi_thread")]
async fn a_head_without_an_end_is_given_up() {
    let (_place, _server, port) = served();
    let began = Instant::now();
    let mut slow = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
        stream.write_all(b"GET / HTTP/1.1\r\nX: ").await.expect("sent");
        slow.push(stream);
    }
    let head = format!("GET /sign-in HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    assert!(say(port, head.as_bytes()).await.starts_with("HTTP/1.1 200"), "others are answered");
    for stream in &mut slow {
        let ended = tokio::time::timeout(Duration::from_secs(60), async {
            // A letter now and then does not keep it alive.
            while stream.write_all(b"y").await.is_ok() {
                let mut answer = [0; 64];
                let heard = tokio::time::timeout(Duration::from_secs(1), stream.read(&mut answer)).await;
                if matches!(heard, Ok(Ok(0) | Err(_))) {
                    break;
                }
            }
        });
        ended.await.expect("it is given up");
    }
    assert!(began.elapsed() > Duration::from_secs(10), "not before its time: {:?}", began.elapsed());
}
