//! The safe, through the binary: keys that are changed, given up, exported and put back; backups with a passphrase, under changed keys,
//! damaged, too old, and into a place that is not empty.

use std::path::Path;
use std::time::{Duration, SystemTime};

use tongxin_base::{Time, World};
use tongxin_testkit::engines;

use crate::setup::{INIT, Place, Server};

const WORDS: &str = "four lilac buses at noon";

/// `tongxin ARGUMENTS` with a passphrase: whether it went well, what it said and complained of.
fn run(place: &Place, passphrase: &str, arguments: &[&str]) -> (bool, String) {
    let output =
        place.command(arguments).env("TONGXIN_BACKUP_PASSPHRASE", passphrase).output().expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), format!("{}{}", text(&output.stdout), text(&output.stderr)))
}

fn well(place: &Place, arguments: &[&str]) -> String {
    let (ok, said) = run(place, WORDS, arguments);
    assert!(ok, "{arguments:?}: {said}");
    said
}

fn refused(place: &Place, passphrase: &str, arguments: &[&str]) -> String {
    let (ok, said) = run(place, passphrase, arguments);
    assert!(!ok, "{arguments:?}: {said}");
    said
}

fn at(place: &Place, name: &str) -> String {
    place.path().join(name).display().to_string()
}

/// Waits until a server has sealed everything with the key that seals.
fn resealed(place: &Place) {
    let server = Server::start(place, &[]);
    for _ in 0..300 {
        if well(place, &["keys", "list"]).contains("key 1: 0 values") {
            drop(server);
            return;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    panic!("it is not sealed anew: {}", well(place, &["keys", "list"]));
}

#[test]
fn keys_are_changed_and_backups_open_under_each() {
    for engine in engines() {
        let place = Place::new(engine);
        assert!(place.run(&INIT).0);
        well(&place, &["user", "add", "wang", "--name", "王芳", "--role", "secretary"]);
        let (old, new) = (at(&place, "house-2026-03-01.age"), at(&place, "house-2026-03-02.age"));
        well(&place, &["backup", &old]);
        well(&place, &["keys", "export", &at(&place, "keys-1.age")]);
        let said = refused(&place, WORDS, &["keys", "retire", "1"]);
        assert!(said.contains("key 1 is the one that seals"), "{said}");
        assert!(well(&place, &["keys", "rotate"]).contains("key 2 seals from now on"));
        let said = refused(&place, WORDS, &["keys", "retire", "1"]);
        assert!(said.contains("key 1 is still needed") && said.contains("of person.name in"), "{said}");
        assert!(well(&place, &["user", "list"]).contains("王芳"), "both keys open");
        resealed(&place);
        assert!(well(&place, &["keys", "retire", "1"]).contains("key 1 is given up"));
        assert!(well(&place, &["user", "list"]).contains("王芳"));
        well(&place, &["backup", &new]);
        well(&place, &["keys", "export", &at(&place, "keys-2.age")]);

        // Under changed keys: what was exported last opens the newest backup, and only an older export the older one.
        for (backup, keys, opens) in
            [(&new, "keys-2.age", true), (&old, "keys-1.age", true), (&old, "keys-2.age", false)]
        {
            let other = Place::new(engine);
            let said = well(&other, &["keys", "import", &at(&place, keys)]);
            assert!(said.contains("secret.key is there again"), "{said}");
            let said = refused(&other, WORDS, &["keys", "import", &at(&place, keys)]);
            assert!(said.contains("cannot be written"), "nothing is written over: {said}");
            if opens {
                assert!(well(&other, &["restore", backup]).contains("the journal holds"));
                assert!(well(&other, &["user", "list"]).contains("王芳"));
                let said = refused(&other, WORDS, &["restore", backup]);
                assert!(said.contains("empty"), "{said}");
            } else {
                let said = refused(&other, WORDS, &["restore", backup]);
                assert!(said.contains("key 1"), "{said}");
            }
        }
    }
}

#[test]
fn a_passphrase_opens_what_it_closed_and_damage_is_named() {
    let engine = engines()[0];
    let place = Place::new(engine);
    assert!(place.run(&INIT).0);
    let backup = at(&place, "house-2026-03-01.age");
    let said = refused(&place, "short", &["backup", &backup]);
    assert!(said.contains("twelve") || said.contains("12"), "{said}");
    well(&place, &["backup", &backup]);
    let said = refused(&place, WORDS, &["backup", &backup]);
    assert!(said.contains("overwrites nothing"), "{said}");
    well(&place, &["keys", "export", &at(&place, "keys.age")]);
    let other = Place::new(engine);
    let said = refused(&other, "another lilac bus", &["keys", "import", &at(&place, "keys.age")]);
    assert!(said.contains("another key or passphrase"), "{said}");
    let said = refused(&other, WORDS, &["restore", &backup]);
    assert!(said.contains("keys export"), "the keys come first: {said}");
    well(&other, &["keys", "import", &at(&place, "keys.age")]);
    let said = refused(&other, "another lilac bus", &["restore", &backup]);
    assert!(said.contains("another key or passphrase") && said.contains("house-2026-03-01.age"), "{said}");
    let bytes = std::fs::read(&backup).expect("the backup");
    let damaged = at(&place, "damaged.age");
    let mut flipped = bytes.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    for wrong in [&bytes[..bytes.len() - 1], &bytes[..bytes.len() / 2], &flipped[..], b"no backup"] {
        std::fs::write(&damaged, wrong).expect("a file");
        let said = refused(&other, WORDS, &["restore", &damaged]);
        assert!(said.contains("damaged") || said.contains("no backup"), "what is wrong is named: {said}");
        assert!(!other.path().join("data/tongxin.db").exists(), "nothing is left of it");
    }
    assert!(well(&other, &["restore", &backup]).contains("the journal holds"));
    let said = refused(&other, WORDS, &["restore", &backup]);
    assert!(said.contains("empty place"), "{said}");
}

#[test]
fn backups_that_are_too_old_go_and_nothing_else() {
    let place = Place::new(engines()[0]);
    assert!(place.run(&INIT).0);
    // The binary has the real clock, so the files' ages are by it.
    let now = World::system().now().since(Time::from_micros(0));
    let file = |name: &str, days: u64| {
        let path = place.path().join(name);
        let made = std::fs::File::create(&path).expect("a file");
        made.set_modified(SystemTime::UNIX_EPOCH + now - Duration::from_secs(days * 24 * 3600)).expect("its age");
        path
    };
    let old = file("house-2025-01-01.age", 91);
    let kept = [
        file("house-2025-12-01.age", 89),
        file("other-2025-01-01.age", 400),
        file("house-2025-01-01.age.txt", 400),
        file("house.age", 400),
    ];
    let said = well(&place, &["backup", &at(&place, "house-2026-03-03.age"), "--keep", "90"]);
    assert!(said.contains("house-2025-01-01.age, older than 90 days"), "{said}");
    assert!(!old.exists() && kept.iter().all(|path: &std::path::PathBuf| path.exists()));
    let said = refused(&place, WORDS, &["backup", &at(&place, "house.tar"), "--keep", "90"]);
    assert!(said.contains("put a date into this one"), "{said}");
    assert!(Path::new(&at(&place, "house-2026-03-03.age")).exists());
}
