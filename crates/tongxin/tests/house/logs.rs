//! Logs carry ids: with everything switched on, nothing that was typed is in them, and no key that opens anything.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;

const TYPED: [&str; 6] =
    ["欧阳晓柒", "13987651234", "ouyang.x7@example.org", "柒号楼东侧车棚", "车棚的灯闪个不停", "从左往右数第三盏"];

/// A number that a code is sent to.
const NUMBER: &str = "13312345678";

/// The binary at `trace`, through a report, an answer, a rating, a receipt and a sign-in that fails.
#[tokio::test(flavor = "multi_thread")]
async fn the_main_loop_at_trace_says_nothing_about_anybody() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
    let base = format!("http://127.0.0.1:{port}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tongxin"));
    command.args(["demo", "--matters", "5", "--listen", &format!("127.0.0.1:{port}"), "--data"]);
    command.arg(folder.path().join("data")).env("TONGXIN_LOG", "trace").stdout(Stdio::null());
    let mut server = command.stderr(std::fs::File::create(&log).expect("a log")).spawn().expect("the binary starts");
    let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().expect("a client");
    for _ in 0..600 {
        if client.get(format!("{base}/readyz")).send().await.is_ok_and(|reply| reply.status() == 200) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let [name, phone, email, place, words, answer] = TYPED;
    let post = async |path: &str, body: serde_json::Value| {
        let sent = client.post(format!("{base}{path}")).json(&body).send().await.expect("an answer");
        (sent.status(), sent.json::<serde_json::Value>().await.unwrap_or_default())
    };
    let report = json!({"category": "0201", "description": words, "place": place,
        "contact": {"name": name, "phone": phone, "email": email}});
    let (status, made) = post("/api/v1/requests", report).await;
    assert_eq!(status, 201, "{made}");
    let text = |key: &str| made[key].as_str().expect("a text").to_owned();
    let (id, token) = (text("id"), text("token"));
    post(&format!("/api/v1/requests/{id}/messages?token={token}"), json!({"text": answer})).await;
    for path in [format!("/r/{token}"), format!("/r/{token}/receipt.json"), "/journal".to_owned()] {
        let reply = client.get(format!("{base}{path}")).send().await.expect("an answer");
        assert!(reply.status().is_success(), "{path}: {}", reply.status());
    }
    let accounts = std::fs::read_to_string(folder.path().join("data/demo-accounts.json")).expect("accounts");
    let accounts: serde_json::Value = serde_json::from_str(&accounts).expect("JSON");
    let of = |key: &str| accounts[0][key].as_str().expect("a text").to_owned();
    let reply = client.get(format!("{base}/api/v1/orders")).bearer_auth(of("token")).send().await;
    assert!(reply.is_ok());
    // A code is sent to a number: its form, with the cookies and the token of the page, as a browser would.
    let page = client.get(format!("{base}/sign-in/phone")).send().await.expect("a page");
    let all = page.headers().get_all("set-cookie").iter().filter_map(|set| set.to_str().ok()?.split(';').next());
    let cookies = all.collect::<Vec<_>>().join("; ");
    let shown = page.text().await.expect("its text");
    let csrf = shown.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    let form = client.post(format!("{base}/sign-in/phone")).header("cookie", cookies).header("origin", &base);
    let form =
        form.header("content-type", "application/x-www-form-urlencoded").body(format!("csrf={csrf}&number={NUMBER}"));
    assert_eq!(form.send().await.expect("an answer").status(), 200);
    tokio::time::sleep(Duration::from_millis(300)).await; // it goes after the answer
    let outbox =
        client.get(format!("{base}/demo/outbox")).send().await.expect("a page").text().await.expect("its text");
    assert!(outbox.contains(NUMBER), "it was sent");
    let code =
        outbox.split("data-code").nth(1).and_then(|rest| rest.split(['>', '<']).nth(1)).expect("a code").to_owned();
    assert_eq!(code.len(), 6, "{code}");
    let secret = std::fs::read_to_string(folder.path().join("data/secret.key")).expect("the secret");
    server.kill().expect("it ends");
    server.wait().expect("it ended");
    let logged = std::fs::read_to_string(&log).expect("the log");
    assert!(logged.contains("INFO"), "there is a log");
    let (password, bearer) = (of("password"), of("token"));
    let keys = [secret.trim(), &token, &password, &bearer, NUMBER];
    // Behind the time of each line, whose fraction is six digits as well.
    let said = |line: &&str| {
        line.split_once(' ').map_or("", |(_, said)| said).split(|c: char| !c.is_ascii_digit()).any(|word| word == code)
    };
    let leaked = logged.lines().find(said);
    assert_eq!(leaked, None, "the code is in the log");
    for word in TYPED.into_iter().chain(keys) {
        let found = logged.lines().find(|line| line.contains(word));
        if let Some(line) = found {
            drop(writeln!(std::io::stderr(), "{line}"));
        }
        assert!(found.is_none(), "{word} is in the log");
    }
}
