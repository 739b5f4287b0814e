//! What was answered outlives the process and the power: `kill -9` under load on both engines, and on SQLite a disk that
//! loses and tears what was not synced.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tongxin_base::TenantId;
use tongxin_db::{Db, Options, params, sql};

use crate::house::{Engine, SCHEMA, TENANT, engines, ledger, ring};
use crate::liar::shim;

/// Where the child writes: a PostgreSQL URL, a file, or `bulk:` and a file.
const WHERE: &str = "TONGXIN_CRASH_DATABASE";
/// After so many writes the child closes the database and opens it again, so that checkpoints are in the picture.
const REOPEN: &str = "TONGXIN_CRASH_REOPEN";

/// The process that is to die: writes two rows at a time from sixteen tasks and prints each id once it has the answer.
#[test]
#[ignore = "the child of the crash tests; nothing on its own"]
fn child() {
    let Ok(place) = std::env::var(WHERE) else { return };
    let options = options(&place);
    let reopen: u64 = std::env::var(REOPEN).expect("how often").parse().expect("a number");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
    for round in 0_u64.. {
        let db = Db::open(options.clone(), ring(), &[SCHEMA], ledger()).expect("the database opens");
        runtime.block_on(async {
            let writers = (0..16_u64).map(|writer| tokio::spawn(write(db.clone(), round, writer, reopen / 16)));
            futures_util::future::join_all(writers).await.into_iter().for_each(|done| done.expect("no panic"));
        });
        db.close(Duration::from_secs(5));
    }
}

async fn write(db: Db, round: u64, writer: u64, times: u64) {
    let words = "words ".repeat(40 + 60 * usize::try_from(writer).expect("small"));
    for n in 0..times {
        let id = i64::try_from((round * 16 + writer) * 1_000_000 + n).expect("small");
        let words = words.clone();
        let two = db.write(TENANT, "tests.two", move |tx| {
            let half = sql!("INSERT INTO half(tenant_id, id, side, words) VALUES ($1, $2, $3, $4)");
            for side in [0, 1] {
                tx.exec(half, params![TENANT, id, side as i64, &words])?;
            }
            Ok(())
        });
        two.await.expect("a write");
        let mut out = std::io::stdout().lock();
        writeln!(out, "answered {id}").and_then(|()| out.flush()).expect("the parent listens");
    }
}

fn options(place: &str) -> Options {
    match place.strip_prefix("bulk:") {
        Some(path) => Options::SqliteBulk { path: path.into() },
        None => Options::parse(place.starts_with("postgres").then_some(place), Path::new("")).map_or_else(
            |_| unreachable!("a URL is one"),
            |options| match options {
                Options::Postgres { .. } => options,
                _ => Options::Sqlite { path: place.into() },
            },
        ),
    }
}

fn start(place: &str, reopen: u64, liar: Option<(&Path, u64, u64)>) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "crash::child", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(WHERE, place).env(REOPEN, reopen.to_string()).stdout(Stdio::piped()).stderr(Stdio::null());
    if let Some((folder, seed, after)) = liar {
        command.env("LD_PRELOAD", shim()).env("LIAR_FOLDER", folder);
        command.env("LIAR_SEED", seed.to_string()).env("LIAR_AFTER", after.to_string());
    }
    command.spawn().expect("a child")
}

/// The ids the child was answered, until it is gone.
fn answered(child: &mut Child) -> BTreeSet<i64> {
    let out = BufReader::new(child.stdout.take().expect("its output"));
    out.lines().map_while(Result::ok).filter_map(|line| line.strip_prefix("answered ")?.parse().ok()).collect()
}

/// What is wrong with what is left.
#[derive(Debug, Default)]
struct Damage {
    lost: usize,
    half: usize,
    broken: Option<String>,
}

impl Damage {
    fn is_none(&self) -> bool {
        self.lost == 0 && self.half == 0 && self.broken.is_none()
    }
}

/// Opens what is left as the next start would, and looks.
fn inspect(options: &Options, answered: &BTreeSet<i64>) -> Damage {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let read = || {
        let db = Db::open(options.clone(), ring(), &[SCHEMA], ledger())?;
        let all = sql!("SELECT id, COUNT(*) FROM half WHERE tenant_id = $1 GROUP BY id");
        let rows = |read: &mut tongxin_db::Read<'_>| {
            read.rows(all, params![TENANT], |row| Ok((row.take::<i64>()?, row.take::<i64>()?)))
        };
        let rows = runtime.block_on(db.scan(TENANT, rows))?;
        // It takes writes again, too.
        runtime.block_on(
            db.write(TenantId(9), "tests.add", |tx| tx.exec(crate::house::add(), params![TenantId(9), 1_i64])),
        )?;
        db.close(Duration::from_secs(5));
        Ok::<_, tongxin_base::Error>(rows)
    };
    let rows = match read() {
        Ok(rows) => rows,
        Err(error) => return Damage { broken: Some(error.to_string()), ..Damage::default() },
    };
    let broken = match options {
        Options::Sqlite { path } | Options::SqliteBulk { path } => {
            let connection = rusqlite::Connection::open(path).expect("the file");
            let said: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("an answer");
            (said != "ok").then_some(said)
        }
        Options::Postgres { .. } | Options::PostgresBulk { .. } => None,
    };
    let there: BTreeSet<i64> = rows.iter().map(|(id, _)| *id).collect();
    Damage {
        lost: answered.difference(&there).count(),
        half: rows.iter().filter(|(_, sides)| *sides != 2).count(),
        broken,
    }
}

#[test]
fn kill_9_loses_nothing_that_was_answered() {
    for engine in engines() {
        let mut seen = 0;
        for round in 0..4_u64 {
            let fresh = crate::house::empty(engine);
            let place = match &fresh.options {
                Options::Postgres { url } => url.clone(),
                _ => fresh.folder().join("house.db").display().to_string(),
            };
            let mut child = start(&place, 2000, None);
            let killer = child.id();
            let killing = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(700 + 150 * round));
                Command::new("kill").args(["-9", &killer.to_string()]).status().expect("kill")
            });
            let answers = answered(&mut child);
            assert!(killing.join().expect("no panic").success());
            child.wait().expect("it is gone");
            let damage = inspect(&fresh.options, &answers);
            assert!(damage.is_none(), "{engine:?}, round {round}: {damage:?} of {}", answers.len());
            seen += answers.len();
        }
        assert!(seen > 200, "{engine:?}: only {seen} answers in four rounds");
        eprintln!("{engine:?}: {seen} answers outlived kill -9");
    }
}

/// Lets a child write on the lying disk until the power goes.
fn power_cut(seed: u64, bulk: bool) -> (usize, Damage) {
    let fresh = crate::house::empty(Engine::Sqlite);
    let path = fresh.folder().join("house.db");
    let place = format!("{}{}", if bulk { "bulk:" } else { "" }, path.display());
    // From the first page of the first migration to some thousand commits and several checkpoints.
    let after = 20 + (seed * seed * 37) % 6000;
    let mut child =
        start(&place, [160, 480, 1600][usize::try_from(seed % 3).expect("small")], Some((fresh.folder(), seed, after)));
    let answers = answered(&mut child);
    let status = child.wait().expect("it is gone");
    assert_eq!(status.code(), Some(99), "seed {seed}: the child ended some other way");
    (answers.len(), inspect(&options(&place), &answers))
}

#[test]
fn a_disk_that_loses_what_was_not_synced_loses_nothing_that_was_answered() {
    let mut seen = 0;
    for seed in 1..=60 {
        let (answers, damage) = power_cut(seed, false);
        assert!(damage.is_none(), "seed {seed}: {damage:?} after {answers} answers");
        seen += answers;
    }
    assert!(seen > 2000, "only {seen} answers over all seeds");
    eprintln!("{seen} answers outlived 60 power cuts");
}

/// The control: without an fsync at each commit the same disk must do harm, else it proves nothing.
#[test]
fn the_same_disk_harms_who_does_not_sync() {
    let damages: Vec<Damage> = (1..=10).map(|seed| power_cut(seed, true).1).collect();
    let harmed = damages.iter().filter(|damage| !damage.is_none()).count();
    eprintln!("{harmed} of {} were harmed: {damages:?}", damages.len());
    assert!(harmed >= 3, "{damages:?}");
}
