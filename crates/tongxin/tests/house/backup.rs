//! A backup made while people work, put into an empty place on either database: everything is there, the journal holds, and
//! without the key nobody reads a word of it.

use std::path::Path;

use serde_json::json;
use tongxin::backup::{Writer, read, seal, write};
use tongxin::config::{Config, Flags};
use tongxin_base::TenantId;
use tongxin_db::{Db, Options, Table};
use tongxin_kernel::{Secret, Whose, token_digest, verify};
use tongxin_testkit::{TestApp, database, engines};

use crate::town::{by, done, report, report_by, town};

const SECRET: [u8; 32] = [7; 32];

struct Keys {
    folder: tempfile::TempDir,
    public: age::x25519::Recipient,
}

impl Keys {
    fn make() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (secret, public) = seal::keygen();
        tongxin::keyring::write_new(&folder.path().join("key"), secret.as_bytes()).expect("a key");
        Self { folder, public: public.parse().expect("a key") }
    }

    fn restore(&self, from: &Path, to: &Options, files: &Path, secret: &Secret) -> anyhow::Result<read::Restored> {
        let identity = seal::identity(Some(&self.folder.path().join("key")), None)?;
        read::read(seal::open(from, &*identity)?, to, files, secret)
    }
}

/// How many rows each table has.
fn counts(options: &Options) -> Vec<(String, usize)> {
    let ring = Secret::new(SECRET).ring().clone();
    let mut found = Vec::new();
    Db::load(options, &ring, &[], |tx| {
        for table in TABLES.get().expect("tables") {
            let mut rows = 0;
            let mut last: Option<Vec<_>> = None;
            loop {
                let mut page = table.page(tx, last.as_deref(), 500)?;
                rows += page.len();
                last = page.pop();
                if last.is_none() {
                    break;
                }
            }
            found.push((table.name.clone(), rows));
        }
        Ok(())
    })
    .expect("it is read");
    found
}

static TABLES: std::sync::OnceLock<Vec<Table>> = std::sync::OnceLock::new();

async fn backed_up(app: &TestApp, keys: &Keys, to: &Path) {
    write::write(app.kernel(), &app.folder().join("files"), to, &keys.public).await.expect("a backup");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_is_whole_on_either_database() {
    let keys = Keys::make();
    for from in engines() {
        for to in engines() {
            let app = town(from).await;
            TABLES.get_or_init(|| Table::all(&app.kernel().db().columns().expect("columns")));
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join("house-1.age");
            let (_, token, _) = done(&app, "备份里的一件旧事", "worker").await;
            app.work_off().await;
            let before = counts(&app.database);
            backed_up(&app, &keys, &file).await;
            // And once more while people report.
            let busy = folder.path().join("busy-1.age");
            let load = async {
                for n in 0..30 {
                    report(&app, &format!("第{n}件")).await;
                }
            };
            tokio::join!(load, backed_up(&app, &keys, &busy));
            for (file, is_still) in [(&file, true), (&busy, false)] {
                let place = tempfile::tempdir().expect("a folder");
                let options = database(to, &place);
                let files = place.path().join("files");
                let secret = Secret::new(SECRET);
                keys.restore(file, &options, &files, &secret).expect("it is restored");
                if is_still {
                    // What a backup does itself: a checkpoint, and the tree under it.
                    let same =
                        |(name, _): &&(String, usize)| !["journal_node", "journal_checkpoint"].contains(&name.as_str());
                    let (now, then) = (counts(&options), before.clone());
                    assert_eq!(
                        now.iter().filter(same).collect::<Vec<_>>(),
                        then.iter().filter(same).collect::<Vec<_>>()
                    );
                }
                let again = app.elsewhere(&options, place).await;
                let tenant = TenantId(1);
                let verified = again.kernel().db().scan(tenant, move |read| verify(read, tenant)).await.expect("read");
                assert_eq!(verified.findings, []);
                let page = again.anyone().get(&format!("/r/{token}")).await.expect(200);
                assert!(page.text.contains("备份里的一件旧事"), "a secret link still leads there, and the words open");
                report(&again, "日子照样过").await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_key_it_is_noise_and_damaged_it_is_refused() {
    let keys = Keys::make();
    for engine in engines() {
        let app = town(engine).await;
        report_by(&app.anyone(), "只有街道知道的事", json!({"name": "欧阳晓柒", "phone": "13987651234"})).await;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("house-1.age");
        backed_up(&app, &keys, &file).await;
        assert!(
            write::write(app.kernel(), &app.folder().join("files"), &file, &keys.public).await.is_err(),
            "it overwrites nothing"
        );
        let bytes = std::fs::read(&file).expect("the file");
        for word in ["欧阳晓柒", "13987651234", "只有街道知道", "requests_report", "journal"] {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word} is in clear");
        }
        let refused = |keys: &Keys, bytes: &[u8], secret: [u8; 32]| {
            let place = tempfile::tempdir().expect("a folder");
            let path = place.path().join("b.age");
            std::fs::write(&path, bytes).expect("a file");
            let options = database(engine, &place);
            let files = place.path().join("files");
            let error = keys.restore(&path, &options, &files, &Secret::new(secret)).err().expect("it is refused");
            assert_eq!(std::fs::read_dir(&files).map_or(0, Iterator::count), 0, "nothing is left of it");
            format!("{error:#}")
        };
        let other = Keys::make();
        assert!(refused(&other, &bytes, SECRET).contains("does not open"));
        for cut in [bytes.len() - 1, bytes.len() / 2, 300] {
            refused(&keys, &bytes[..cut], SECRET);
        }
        for at in [200, bytes.len() / 3, bytes.len() - 20] {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            refused(&keys, &flipped, SECRET);
        }
        let said = refused(&keys, &bytes, [9; 32]);
        assert!(said.contains("keys export"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_since_stays_erased() {
    let keys = Keys::make();
    for engine in engines() {
        let app = town(engine).await;
        let (id, token, _) = done(&app, "后来删掉的话", "worker").await;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("house-1.age");
        backed_up(&app, &keys, &file).await;
        let call = app.kernel().call(&app.tenant, &tongxin_kernel::Who::System);
        app.kernel().erase_about(call, Whose::Link(token_digest(&token))).await.expect("it is erased");
        app.work_off().await;
        let place = tempfile::tempdir().expect("a folder");
        let (options, files) = (database(engine, &place), place.path().join("files"));
        std::fs::create_dir(&files).expect("a folder");
        std::fs::copy(app.folder().join("files/erased"), files.join("erased")).expect("the list is kept beside it");
        keys.restore(&file, &options, &files, &Secret::new(SECRET)).expect("it is restored");
        let again = app.elsewhere(&options, place).await;
        let desk = by(&again, "secretary");
        let held = desk.get(&format!("/api/v1/requests/{id}")).await.expect(200);
        assert!(held.text.contains("后来删掉的话"), "the backup is older than the wish");
        assert_eq!(again.kernel().erase_again().await, Ok(1));
        let held = desk.get(&format!("/api/v1/requests/{id}")).await.expect(200);
        assert!(!held.text.contains("后来删掉的话"), "{}", held.text);
        assert_eq!(again.kernel().erase_again().await, Ok(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_asked_for_in_the_browser_is_the_same_file_and_opens_with_the_key_alone() {
    let keys = Keys::make();
    for engine in engines() {
        let app = town(engine).await;
        let (_, token) = report(&app, "备份里的一件新事").await;
        let admin = app.signed_in("admin").await;
        let page = admin.get("/admin/backup").await.expect(200).text;
        assert!(page.contains("tongxin backup keygen") && !page.contains("action=\"/admin/backup\""), "{page}");
        let (files, public) = (app.folder().join("files"), keys.public.to_string());
        let set = |name: &str| match name {
            "TONGXIN_BACKUP_RECIPIENT" => Some(public.clone()),
            "TONGXIN_FILES" => Some(files.display().to_string()),
            _ => None,
        };
        let config = Config::load(&Flags::default(), set).expect("settings");
        app.kernel().kept::<tongxin_backups::Backers>().set(std::sync::Arc::new(Writer::new(&config)));
        assert!(admin.get("/admin/backup").await.expect(200).text.contains(&public), "who can open it is said");
        let asked = admin.submit("/admin/backup", "/admin/backup", &[]).await.expect(303);
        assert_eq!(asked.location(), "/me/chores?done=started");
        assert_eq!(app.kernel().do_chores().await.expect("done"), 1);
        let list = admin.get("/me/chores").await.expect(200).text;
        let link = list.split("href=\"/me/chores/").nth(1).unwrap_or_else(|| panic!("no file: {list}"));
        let made = admin.get(&format!("/me/chores/{}", link.split('"').next().unwrap_or_default())).await.expect(200);
        assert!(made.headers["content-disposition"].to_str().expect("a name").contains(".age"));
        assert!(made.bytes.starts_with(b"age-encryption.org/"), "sealed from its first line on");
        let place = tempfile::tempdir().expect("a folder");
        let file = place.path().join("house.age");
        std::fs::write(&file, &made.bytes).expect("kept");
        let options = database(engine, &place);
        let restored =
            keys.restore(&file, &options, &place.path().join("files"), &Secret::new(SECRET)).expect("restored");
        assert!(restored.rows > 0);
        let again = app.elsewhere(&options, place).await;
        let page = again.anyone().get(&format!("/r/{token}")).await.expect(200);
        assert!(page.text.contains("备份里的一件新事"), "it is the whole house");
    }
}
