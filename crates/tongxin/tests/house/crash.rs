//! The whole binary under load, killed as a power cut would: nothing acknowledged is missing, and the journal verifies.

use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tongxin_testkit::{Engine, database, engines};

struct Server {
    process: Child,
    base: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn start(data: &Path, postgres: Option<&str>, environment: &[(&str, String)]) -> Server {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
    let listen = format!("127.0.0.1:{port}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tongxin"));
    command.args(["demo", "--matters", "30"]).arg("--data").arg(data).args(["--listen", &listen]);
    if let Some(url) = postgres {
        command.args(["--database", url]);
    }
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
    Server { process, base: format!("http://{listen}") }
}

/// The lying disk of the engine's tests, compiled.
fn lying_disk(folder: &TempDir) -> String {
    let path = folder.path().join("liar.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../tongxin-db/tests/engine/faults/liar.c");
    let mut command = Command::new("cc");
    command.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&path).arg(source).args(["-ldl", "-lpthread"]);
    assert!(command.status().expect("a C compiler, which SQLite needs too").success());
    path.display().to_string()
}

type Acknowledged = Arc<Mutex<Vec<(String, String)>>>;

/// Sixteen callers who report until nobody answers any more.
fn callers(client: &reqwest::Client, base: &str, round: u64, acknowledged: &Acknowledged) -> Vec<JoinHandle<()>> {
    let caller = |caller| {
        let (client, base, acknowledged) = (client.clone(), base.to_owned(), Arc::clone(acknowledged));
        tokio::spawn(async move {
            for i in 0.. {
                let words = format!("第{round}轮，{caller}号，第{i}件");
                let body = json!({"category": "0201", "description": words, "place": "康城社区"});
                let sent = client.post(format!("{base}/api/v1/requests")).json(&body).send().await;
                let Ok(reply) = sent else { break };
                if reply.status() != 201 {
                    break;
                }
                let Ok(reply) = reply.json::<Value>().await else { break };
                let text = |name: &str| reply[name].as_str().unwrap_or_default().to_owned();
                acknowledged.lock().expect("a list").push((text("id"), text("token")));
            }
        })
    };
    (0..16).map(caller).collect()
}

/// Every acknowledged report is there, and the journal verifies.
async fn nothing_is_missing(
    client: &reqwest::Client,
    data: &Path,
    postgres: Option<&str>,
    acknowledged: &Acknowledged,
) {
    let (holds, said) = verify(data, postgres);
    assert!(holds, "{said}");
    let mut server = start(data, postgres, &[]);
    ready(client, &mut server).await;
    let acknowledged = acknowledged.lock().expect("a list").clone();
    for (id, token) in &acknowledged {
        let path = format!("{}/api/v1/requests/{id}?token={token}", server.base);
        let reply = client.get(path).send().await.expect("an answer");
        assert_eq!(reply.status(), 200, "{id} was acknowledged and is gone");
    }
}

/// Waits until the server answers, or is gone.
async fn ready(client: &reqwest::Client, server: &mut Server) {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(60) {
        if server.process.try_wait().is_ok_and(|ended| ended.is_some()) {
            return;
        }
        if client.get(format!("{}/readyz", server.base)).send().await.is_ok_and(|reply| reply.status() == 200) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the server did not come up within a minute");
}

fn verify(data: &Path, postgres: Option<&str>) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tongxin"));
    command.args(["journal", "verify", "--json", "--data"]).arg(data);
    if let Some(url) = postgres {
        command.args(["--database", url]);
    }
    let output = command.output().expect("the binary runs");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_under_load() {
    for engine in engines() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = postgres_url(engine, &folder);
        let client = reqwest::Client::new();
        let acknowledged = Acknowledged::default();
        for round in 0..3 {
            let mut server = start(folder.path(), url.as_deref(), &[]);
            ready(&client, &mut server).await;
            let callers = callers(&client, &server.base, round, &acknowledged);
            tokio::time::sleep(Duration::from_millis(700)).await;
            server.process.kill().expect("kill -9");
            server.process.wait().expect("it is gone");
            for caller in callers {
                caller.await.expect("a caller");
            }
        }
        let count = acknowledged.lock().expect("a list").len();
        assert!(count > 50, "only {count} reports were acknowledged");
        nothing_is_missing(&client, folder.path(), url.as_deref(), &acknowledged).await;
        eprintln!("{engine:?}: {count} acknowledged before three kills, none is missing");
    }
}

/// `kill -9` leaves the page cache in place; a power cut does not. The disk below the binary keeps back what was not
/// synced, and at the cut lets a random part of it reach the file.
#[tokio::test(flavor = "multi_thread")]
async fn the_power_goes_under_load() {
    let (folder, tools) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let client = reqwest::Client::new();
    let acknowledged = Acknowledged::default();
    drop({
        let mut server = start(folder.path(), None, &[]);
        ready(&client, &mut server).await;
        server
    });
    let shim = lying_disk(&tools);
    let real = folder.path().canonicalize().expect("a path").display().to_string();
    for round in 0..5_u64 {
        let lies = [
            ("LD_PRELOAD", shim.clone()),
            ("LIAR_FOLDER", real.clone()),
            // Putting the last cut's WAL into the file takes some hundred writes; the rounds end before, in and after that.
            ("LIAR_AFTER", (300 + 700 * round).to_string()),
            ("LIAR_SEED", round.to_string()),
        ];
        let mut server = start(&folder.path().canonicalize().expect("a path"), None, &lies);
        ready(&client, &mut server).await;
        for caller in callers(&client, &server.base, round, &acknowledged) {
            caller.await.expect("a caller");
        }
        let ended = server.process.wait().expect("it is gone");
        assert!(!ended.success(), "the power did not go");
    }
    let count = acknowledged.lock().expect("a list").len();
    assert!(count > 20, "only {count} reports were acknowledged");
    nothing_is_missing(&client, folder.path(), None, &acknowledged).await;
    eprintln!("{count} acknowledged before five power cuts, none is missing");
}

fn postgres_url(engine: Engine, folder: &TempDir) -> Option<String> {
    match database(engine, folder) {
        tongxin_db::Options::Postgres { url, .. } => Some(url),
        _ => None,
    }
}

#[test]
fn the_command_line_says_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tongxin"));
        let output =
            command.args(arguments).args(["--data", &folder.path().display().to_string()]).output().expect("runs");
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (ok, said) = run(&["user", "list"]);
    assert!(!ok && said.contains("tongxin init"), "{said}");
    let (ok, said) = run(&["import", "requests", "nowhere.csv"]);
    assert!(!ok && said.contains("nowhere.csv cannot be read"), "{said}");
    let (ok, said) = run(&["config", "--listen", "here"]);
    assert!(!ok && said.contains("127.0.0.1:8080"), "{said}");
    let busy = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = busy.local_addr().expect("an address").to_string();
    let (ok, said) = run(&["demo", "--listen", &address]);
    assert!(!ok && said.contains("is another server running there"), "{said}");
    let mut stdout = String::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tongxin"))
        .args(["user", "list", "--data", &folder.path().display().to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("runs");
    child.stdout.take().expect("a pipe").read_to_string(&mut stdout).expect("text");
    assert!(child.wait().expect("it ends").success());
    assert!(stdout.contains("secretary1"), "{stdout}");
}
