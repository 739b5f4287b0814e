//! Files: durable before they are promised, claimed once, gone when nobody wanted them; on both engines.

use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::join_all;
use image::ImageFormat;
use tongxin_base::{Error, Id, Result};
use tongxin_db::{Tx, params, sql};
use tongxin_kernel::{
    Config, FileId, FileStore, Kernel, LARGEST_FILE, PasswordCost, Secret, Subject, TakenFile, Variant, Who,
    claim_files, release_files,
};

use crate::house::{House, on_each};
use crate::photos::{picture, written};

const DAY: Duration = Duration::from_secs(25 * 3600);

fn jpeg() -> Vec<u8> {
    written(&picture(640, 480), ImageFormat::Jpeg)
}

async fn take(house: &House, bytes: Vec<u8>) -> Result<TakenFile> {
    house.kernel.take_photo(house.kernel.call(&house.tenant, &Who::Nobody), bytes).await
}

async fn claim(house: &House, ids: Vec<FileId>) -> Result<Vec<[u8; 32]>> {
    let (tenant, now) = (house.tenant.id, house.now());
    let subject = Subject::new("deed", Id::<()>::from_uuid(house.kernel.world().id::<()>().uuid()));
    let write = move |tx: &mut Tx<'_>| {
        let claimed = claim_files(tx, tenant, &ids, &subject, now)?;
        Ok(claimed.into_iter().map(|file| file.digest).collect())
    };
    house.kernel.db().write(tenant, "tests.claim", write).await
}

/// The names of all files of the first tenant that are on the disk.
fn on_disk(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![house.files().join("1")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.file_name().expect("a name").to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

async fn bytes_of(kernel: &Kernel, house: &House, id: FileId) -> Result<usize> {
    kernel.open_file(house.tenant.id, id, Variant::Full).await.map(|bytes| bytes.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn taken_claimed_and_there_for_another_server() {
    on_each(async |house| {
        let file = take(house, jpeg()).await.expect("a photo");
        assert_eq!((file.width, file.height), (640, 480));
        assert_eq!(bytes_of(&house.kernel, house, file.id).await, Ok(file.bytes));
        assert_eq!(claim(house, vec![file.id]).await.expect("claimed").len(), 1);
        let other = house.beside(2).await;
        assert_eq!(bytes_of(&other, house, file.id).await, Ok(file.bytes));
        let thumb = other.open_file(house.tenant.id, file.id, Variant::Thumb).await.expect("a thumbnail");
        assert!(thumb.len() < file.bytes && thumb.starts_with(&[0xFF, 0xD8]));
        // Another tenant has no such file.
        assert_eq!(other.open_file(house.other.id, file.id, Variant::Full).await, Err(Error::NotFound));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_claims_a_file_twice() {
    on_each(async |house| {
        let (one, two) = (take(house, jpeg()).await.expect("one"), take(house, jpeg()).await.expect("two"));
        let gone = Err(Error::field("photos", "form-photo-gone"));
        assert_eq!(claim(house, vec![one.id, one.id]).await, gone, "twice in one write");
        let claims = join_all((0..8).map(|_| claim(house, vec![one.id]))).await;
        assert_eq!(claims.iter().filter(|claim| claim.is_ok()).count(), 1, "{claims:?}");
        assert_eq!(claim(house, vec![two.id, one.id]).await, gone);
        assert!(claim(house, vec![two.id]).await.is_ok(), "what was refused has claimed nothing");
        let unknown = house.kernel.world().id();
        assert_eq!(claim(house, vec![unknown]).await, gone);
        let tenant = house.other.id;
        let (subject, now) = (Subject::new("deed", one.id), house.now());
        let write = move |tx: &mut Tx<'_>| claim_files(tx, tenant, &[two.id], &subject, now).map(|_| ());
        let foreign = house.kernel.db().write(tenant, "tests.claim", write).await;
        assert_eq!(foreign, Err(Error::field("photos", "form-photo-gone")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_claims_goes_after_a_day() {
    on_each(async |house| {
        let (mine, nobodys, given_up) = (
            take(house, jpeg()).await.expect("1"),
            take(house, jpeg()).await.expect("2"),
            take(house, jpeg()).await.expect("3"),
        );
        claim(house, vec![mine.id, given_up.id]).await.expect("claimed");
        house.kernel.tidy_up().await.expect("tidied");
        assert_eq!(on_disk(house).len(), 6, "a day is not over");
        house.pass(DAY);
        let young = take(house, jpeg()).await.expect("4");
        let (tenant, id) = (house.tenant.id, given_up.id);
        house.meddle(move |tx| release_files(tx, tenant, &[id])).await;
        house.kernel.tidy_up().await.expect("tidied");
        let code = house.kernel.file_code(nobodys.id);
        assert_eq!(house.kernel.open_unclaimed(tenant, nobodys.id, &code).await, Err(Error::NotFound));
        let left = on_disk(house);
        assert_eq!(left.len(), 4, "{left:?}");
        for id in [mine.id, young.id] {
            assert!(left.contains(&format!("{id}.jpg")) && left.contains(&format!("{id}.thumb.jpg")));
        }
        house.pass(DAY);
        house.kernel.tidy_up().await.expect("tidied");
        assert_eq!(on_disk(house).len(), 2, "now the young one is old");
        assert!(bytes_of(&house.kernel, house, mine.id).await.is_ok());
    })
    .await;
}

/// A server may die after the bytes and before the row, or in the middle of the bytes.
#[tokio::test(flavor = "multi_thread")]
async fn bytes_without_a_row_go_too() {
    on_each(async |house| {
        let file = take(house, jpeg()).await.expect("a photo");
        claim(house, vec![file.id]).await.expect("claimed");
        let dead: FileId = house.kernel.world().id();
        let kept = on_disk(house);
        let folder = house.files().join("1").join(&file.id.uuid().simple().to_string()[..6]);
        for name in [format!("{dead}.jpg"), format!("{dead}.thumb.jpg.part"), "not ours.txt".to_owned()] {
            std::fs::write(folder.join(name), b"half").expect("a file");
        }
        house.kernel.tidy_up().await.expect("tidied");
        assert_eq!(on_disk(house).len(), 5, "it may be written right now");
        house.pass(DAY);
        house.kernel.tidy_up().await.expect("tidied");
        let mut left = on_disk(house);
        left.retain(|name| name != "not ours.txt");
        assert_eq!(left, kept);
        // Half a write is no file.
        assert_eq!(bytes_of(&house.kernel, house, dead).await, Err(Error::NotFound));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_call_is_taken_once() {
    on_each(async |house| {
        let send = async |body: &[u8]| {
            let call = house.kernel.call(&house.tenant, &Who::Nobody).once("key", &[body]).expect("a key");
            house.kernel.take_photo(call, body.to_vec()).await
        };
        let first = send(&jpeg()).await.expect("a photo");
        assert_eq!(send(&jpeg()).await, Ok(first.clone()));
        let other = written(&picture(30, 30), ImageFormat::Png);
        assert_eq!(send(&other).await, Err(Error::conflict("error-key-reused")));
        assert_eq!(on_disk(house), [format!("{}.jpg", first.id), format!("{}.thumb.jpg", first.id)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_cannot_fill_the_disk() {
    on_each(async |house| {
        assert_eq!(take(house, vec![0; LARGEST_FILE + 1]).await, Err(Error::OverLimit(LARGEST_FILE)));
        assert_eq!(take(house, Vec::new()).await, Err(Error::field("file", "form-photo-empty")));
        assert_eq!(take(house, b"words".to_vec()).await, Err(Error::field("file", "form-photo-not-a-photo")));
        assert!(on_disk(house).is_empty());
        // As if much had been sent, to another tenant: the disk is one.
        let (other, id, now) = (house.other.id, house.kernel.world().id::<()>(), house.now());
        let much = sql!(
            "INSERT INTO file(tenant_id, id, digest, width, height, bytes, created_at) VALUES ($1, $2, $3, 1, 1, $4, $5)"
        );
        let full = move |tx: &mut Tx<'_>| tx.exec(much, params![other, id, &[0_u8; 32], 1_i64 << 30, now]).map(|_| ());
        house.kernel.db().write(other, "tests.much", full).await.expect("a row");
        house.pass(Duration::from_secs(61));
        assert_eq!(take(house, jpeg()).await, Err(Error::Unavailable));
        house.pass(DAY);
        house.kernel.tidy_up().await.expect("tidied");
        assert!(take(house, jpeg()).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_taken_or_told_to_wait() {
    on_each(async |house| {
        let sent = join_all((0..60).map(|_| take(house, jpeg()))).await;
        let taken = sent.iter().filter(|sent| sent.is_ok()).count();
        assert!(taken >= 20, "{taken}");
        assert!(sent.iter().all(|sent| sent.is_ok() || *sent == Err(Error::Unavailable)));
        assert_eq!(on_disk(house).len(), 2 * taken);
    })
    .await;
}

/// Tidying up takes bytes without a row for nobody's, so a folder has one installation.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_belongs_to_one_installation() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = async |database: &str, secret: u8| {
        Kernel::open(Config {
            database: tongxin_db::Options::Sqlite { path: folder.path().join(database) },
            world: tongxin_base::World::system(),
            secret: Secret::new([secret; 32]),
            password_cost: PasswordCost::Cheap,
            files: FileStore::folder(folder.path().join("files")).expect("a folder"),
            rooms: Vec::new(),
        })
        .await
        .map(|_| ())
    };
    open("a.db", 1).await.expect("the first one");
    open("a.db", 1).await.expect("the first one again");
    let other = open("b.db", 2).await.expect_err("another one").to_string();
    assert!(other.contains("another installation"), "{other}");
}
