//! The journal from a shell, as an auditor uses it: the real binary over the live store, over an export and over receipts; and a
//! judge in another language (`scripts/judge_journal.py`) that must come to the same end.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tongxin_db::Options;
use tongxin_testkit::{Cast, TestApp, engines};

use crate::mail::Server;
use crate::town::{done, report, town};

/// The secret of the houses of tests.
const SECRET: &str = "0707070707070707070707070707070707070707070707070707070707070707";

struct Shell<'a> {
    app: &'a TestApp,
    folder: PathBuf,
    mail: String,
}

impl<'a> Shell<'a> {
    fn new(app: &'a TestApp, mail: &str) -> Self {
        let folder = app.folder().join("auditor");
        std::fs::create_dir_all(&folder).expect("a folder");
        Self { app, folder, mail: mail.to_owned() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).expect("it is written");
        self.path(name).display().to_string()
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file")
    }

    /// Runs `tongxin journal ..`: whether it succeeded, and what it said.
    fn journal(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tongxin"));
        command.arg("journal").args(arguments).arg("--data").arg(self.app.folder());
        if let Options::Postgres { url } = &self.app.database {
            command.args(["--database", url]);
        }
        command.env("TONGXIN_SECRET", SECRET).env("TONGXIN_MAIL", &self.mail);
        command.env("TONGXIN_MAIL_FROM", "tongxin@example.cn");
        command.env("TONGXIN_CHECKPOINT_MAIL", "auditor@example.org, paper@example.org");
        let done = command.output().expect("the binary runs");
        let said = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (done.status.success(), said.concat())
    }

    fn holds(&self, arguments: &[&str]) -> String {
        let (holds, said) = self.journal(arguments);
        assert!(holds, "{arguments:?}: {said}");
        said
    }

    fn fails(&self, arguments: &[&str]) -> String {
        let (holds, said) = self.journal(arguments);
        assert!(!holds, "{arguments:?}: {said}");
        said
    }
}

/// A rated report's receipt, which has both.
async fn receipt(app: &TestApp) -> String {
    let (id, token, _) = done(app, "路灯不亮，台阶很黑", "worker").await;
    let rating = json!({"solved": "no", "satisfied": 1, "reasons": ["还是黑的"]});
    app.anyone().post(&format!("/api/v1/requests/{id}/rating?token={token}"), rating).await.expect(200);
    app.anyone().get(&format!("/r/{token}/receipt.json")).await.expect(200).text
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_checks_everything_from_a_shell() {
    for engine in engines() {
        let app = town(engine).await;
        let (post, settings) = Server::start(&[]).await;
        let shell = Shell::new(&app, &settings.url());
        let receipt = shell.write("receipt.json", &receipt(&app).await);
        let kept = shell.path("kept.txt").display().to_string();
        shell.holds(&["checkpoint", "--out", &kept, "--mail"]);
        assert!(shell.fails(&["checkpoint", "--out", &kept]).contains("cannot be written"), "nothing is overwritten");
        let letters = post.letters();
        assert_eq!(letters.len(), 2, "one for each address");
        assert_eq!(letters[0].text.trim(), shell.text("kept.txt").trim(), "the letter is the checkpoint");
        let key = shell.holds(&["key"]).trim().to_owned();
        // The live store, the export and the receipt hold, with the key alone.
        report(&app, "后来的一件").await;
        assert!(shell.holds(&["verify", "--checkpoint", &kept]).contains(": holds:"));
        let export = shell.path("journal.jsonl").display().to_string();
        shell.holds(&["export", "--out", &export]);
        shell.holds(&["verify", &export, "--key", &key, "--checkpoint", &kept]);
        let proven = shell.holds(&["verify", "--receipt", &receipt, "--key", &key]);
        assert!(proven.contains("requests.report") && proven.contains("ratings.rate"), "{proven}");
        let anew = shell.holds(&["prove", "--receipt", &receipt]);
        let lines: Vec<Value> = anew.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines.len(), 2, "one line for each entry");
        assert_eq!(lines[0]["row"]["action"], "requests.report");
        // A letter is kept as it came: with other ends of lines and a blank line at the end.
        let mailed = shell.write("mailed.txt", &format!("{}\r\n", shell.text("kept.txt").replace('\n', "\r\n")));
        shell.holds(&["verify", "--checkpoint", &mailed]);
        assert!(shell.holds(&["verify", "--json"]).contains(&root_of(&app).await), "one form of a root everywhere");
        forged(&shell, &key, &receipt, &export);
        cut_off(&shell, &key).await;
    }
}

async fn root_of(app: &TestApp) -> String {
    let made = app.kernel().checkpoint(&app.tenant).await.expect("it holds");
    let root = made.note.lines().nth(2).expect("a root").to_owned();
    assert_eq!(serde_json::to_value(&made).expect("JSON")["root"], root.as_str());
    root
}

/// What somebody changed is found.
fn forged(shell: &Shell<'_>, key: &str, receipt: &str, export: &str) {
    let name = |path: &str| Path::new(path).file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
    let words = shell.text(&name(receipt)).replace("还是黑的", "已经亮了");
    assert!(shell.fails(&["verify", "--receipt", &shell.write("forged.json", &words), "--key", key]).contains("NOT"));
    let edited =
        shell.text(&name(export)).replacen("\"action\":\"requests.report\"", "\"action\":\"requests.retort\"", 1);
    assert!(shell.fails(&["verify", &shell.write("edited.jsonl", &edited), "--key", key]).contains("\"edited\""));
    let whole = shell.text(&name(export));
    let mut lines: Vec<&str> = whole.lines().collect();
    let end = lines.pop().expect("a checkpoint");
    lines.pop();
    let short = lines.join("\n");
    let cut = shell.fails(&["verify", &shell.write("short.jsonl", &short), "--key", key]);
    assert!(cut.contains("ends without its checkpoint"), "{cut}");
    let cut = shell.fails(&["verify", &shell.write("cut.jsonl", &format!("{short}\n{end}\n")), "--key", key]);
    assert!(cut.contains("\"missing\"") && cut.contains("cut_off"), "{cut}");
}

/// The end is cut off with all that belongs to it: only the checkpoint that was kept elsewhere finds it.
async fn cut_off(shell: &Shell<'_>, key: &str) {
    let (app, tenant) = (shell.app, shell.app.tenant.id);
    let size = app.kernel().last_checkpoint(tenant).await.expect("read").expect("one").size;
    let newest = shell.path("newest.txt").display().to_string();
    shell.holds(&["checkpoint", "--out", &newest]);
    let fewer = size - 3;
    let lines = app.kernel().db().read(tenant, move |read| tongxin_kernel::journal_lines(read, tenant, 0, fewer)).await;
    let mut frontier = tongxin_kernel::Frontier::empty();
    lines.expect("rows").iter().for_each(|line| frontier.push(line.leaf));
    let head = frontier.to_bytes();
    let write = move |tx: &mut tongxin_db::Tx<'_>| {
        use tongxin_db::{params, sql};
        tx.exec(sql!("DELETE FROM journal_salt WHERE tenant_id = $1 AND seq > $2"), params![tenant, fewer])?;
        tx.exec(sql!("DELETE FROM journal WHERE tenant_id = $1 AND seq > $2"), params![tenant, fewer])?;
        tx.exec(sql!("DELETE FROM journal_checkpoint WHERE tenant_id = $1 AND size > $2"), params![tenant, fewer])?;
        tx.exec(sql!("DELETE FROM journal_node WHERE tenant_id = $1"), params![tenant])?;
        tx.exec(
            sql!("UPDATE journal_head SET size = $2, frontier = $3 WHERE tenant_id = $1"),
            params![tenant, fewer, &head],
        )
    };
    app.kernel().db().write(tenant, "test.cut", write).await.expect("it is cut off");
    shell.holds(&["verify"]);
    let found = shell.fails(&["verify", "--checkpoint", &newest, "--key", key]);
    assert!(found.contains("cut_off"), "{found}");
}

/// The judge: `TONGXIN_TEST_PYTHON` names a Python with the package `cryptography`.
fn judged(python: &str, arguments: &[&str]) -> (bool, String) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/judge_journal.py");
    let done = Command::new(python).arg(script).args(arguments).env("PYTHONUTF8", "1").output().expect("python runs");
    let said = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (done.status.success(), said.concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_judge_in_another_language_agrees() {
    let Ok(python) = std::env::var("TONGXIN_TEST_PYTHON") else {
        eprintln!("TONGXIN_TEST_PYTHON is not set: the journal is not judged by another program");
        return;
    };
    for engine in engines() {
        let app = town(engine).await;
        let shell = Shell::new(&app, "");
        let receipt = shell.write("receipt.json", &receipt(&app).await);
        let key = shell.holds(&["key"]).trim().to_owned();
        let old = shell.path("old.txt").display().to_string();
        shell.holds(&["checkpoint", "--out", &old]);
        for n in 0..9 {
            report(&app, &format!("第{n}件")).await;
        }
        let (new, export) =
            (shell.path("new.txt").display().to_string(), shell.path("all.jsonl").display().to_string());
        shell.holds(&["checkpoint", "--out", &new]);
        shell.holds(&["export", "--out", &export]);
        let size = |name: &str| shell.text(name).lines().nth(1).expect("a size").to_owned();
        let path = format!("/api/v1/journal/consistency?from={}&to={}", size("old.txt"), size("new.txt"));
        let grown = app.by(&Cast::token("auditor")).get(&path).await.expect(200).text;
        let grown = shell.write("grown.json", &grown);
        for (question, answer) in [
            (vec!["export", &export], "HOLDS export"),
            (vec!["receipt", &receipt], "HOLDS receipt: requests.report ratings.rate"),
            (vec!["consistency", &old, &new, &grown], "HOLDS consistency"),
        ] {
            let (holds, said) = judged(&python, &[&[key.as_str()], &question[..]].concat());
            assert!(holds && said.contains(answer), "{said}");
            println!("{engine:?}: {}", said.trim());
        }
        let forged = shell.write("forged.json", &shell.text("receipt.json").replace("还是黑的", "已经亮了"));
        assert!(!judged(&python, &[&key, "receipt", &forged]).0);
        let edited = shell.text("all.jsonl").replacen("requests.report", "requests.retort", 1);
        assert!(!judged(&python, &[&key, "export", &shell.write("edited.jsonl", &edited)]).0);
        assert!(!judged(&python, &[&key, "consistency", &new, &old, &grown]).0);
    }
}
