//! Keys at rest: a new one seals everything anew, whatever happens meanwhile; a missing one is named.

use std::collections::BTreeMap;
use std::time::Duration;

use tongxin_base::{Id, Locale};
use tongxin_db::{Param, Tx, params, sql};
use tongxin_kernel::{KeyFile, PersonId, Secret, contact, people_store};

use crate::house::{House, on_each};

fn secret(keys: &[u32]) -> Secret {
    let data = keys.iter().map(|key| (key.to_string(), format!("{key:02x}").repeat(32))).collect();
    let file = KeyFile { data, ..KeyFile::default() };
    Secret::with_keys([7; 32], "keys.toml", move || Ok(file.clone())).expect("keys")
}

/// People with an address each; the last one's is as it was before there was sealing.
async fn people(house: &House, count: usize) -> Vec<PersonId> {
    let ids: Vec<PersonId> = (0..count).map(|_| house.kernel.world().id()).collect();
    let (tenant, now, made) = (house.tenant.id, house.now(), ids.clone());
    let write = move |tx: &mut Tx<'_>| {
        for (n, id) in made.iter().enumerate() {
            people_store::add_person(tx, tenant, *id, ("name", "public"), now)?;
            let email = format!("p{n}@example.org");
            let contact = contact::Contact { email, notices_by_mail: false, locale: Locale::En };
            contact::put(tx, tenant, *id, &contact, now)?;
        }
        let plain = sql!("UPDATE person_contact SET email = $3 WHERE tenant_id = $1 AND person_id = $2");
        let last = made.len() - 1;
        tx.exec(plain, params![tenant, made[last], &format!("p{last}@example.org")]).map(drop)
    };
    house.kernel.db().write(tenant, "tests.people", write).await.expect("people");
    ids
}

async fn emails(kernel: &tongxin_kernel::Kernel, house: &House, ids: &[PersonId]) -> Vec<String> {
    let (tenant, ids) = (house.tenant.id, ids.to_vec());
    let read = kernel.db().read(tenant, move |read| {
        ids.iter().map(|id| Ok(contact::of(read, tenant, *id)?.expect("a contact").email)).collect()
    });
    read.await.expect("every address opens")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_seals_everything_anew_even_when_the_server_dies_half_way() {
    on_each(async |house| {
        let ids = people(house, 450).await;
        let wanted: Vec<String> = (0..450).map(|n| format!("p{n}@example.org")).collect();
        let first = house.beside_with(secret(&[2])).await;
        // The process ends in the middle of it: some rows are sealed with the new key, the others are not.
        for wait_ms in [2, 5, 9] {
            drop(tokio::time::timeout(Duration::from_millis(wait_ms), first.work_off()).await);
            assert_eq!(emails(&first, house, &ids).await, wanted, "whoever reads meanwhile notices nothing");
        }
        drop(first);
        house.pass(Duration::from_secs(120));
        let second = house.beside_with(secret(&[2])).await;
        while second.work_off().await.expect("jobs") > 0 {}
        let columns = second.sealed_columns(house.tenant.id).await.expect("counts");
        let of = columns.iter().find(|column| column.column == "person_contact.email").expect("the column");
        assert_eq!((of.clear, &of.sealed), (0, &BTreeMap::from([(1, 0), (2, 450)])));
        assert!(second.keys_in_use(house.tenant.id).await.expect("keys")[1].done_at.is_some());
        assert_eq!(emails(&second, house, &ids).await, wanted);
        // A server that has not heard of the key says which one it lacks.
        let said = house.kernel.keys_in_use(house.tenant.id).await.expect_err("no key 2").to_string();
        assert!(said.contains("key 2") && said.contains("the secret"), "{said}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_secret_does_not_open_the_house() {
    on_each(async |house| {
        people(house, 1).await;
        // The folder of files knows its own secret, too; here it is the database that speaks.
        std::fs::remove_file(house.files().join("owner")).expect("the note");
        let said = house.try_beside_with(Secret::new([8; 32])).await.err().expect("it opens").to_string();
        assert!(said.contains("sealing_key.proof") && said.contains("key 1"), "{said}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_moved_to_another_row_does_not_open() {
    on_each(async |house| {
        let ids = people(house, 3).await;
        let (tenant, from, to) = (house.tenant.id, ids[0], ids[1]);
        house
            .meddle(move |tx| {
                let kept = sql!("SELECT email FROM person_contact WHERE tenant_id = $1 AND person_id = $2");
                let kept: String = tx.one(kept, params![tenant, from], |row| row.kept())?;
                let put = sql!("UPDATE person_contact SET email = $3 WHERE tenant_id = $1 AND person_id = $2");
                tx.exec(put, params![tenant, to, &kept]).map(drop)
            })
            .await;
        let read = house.kernel.db().read(tenant, move |read| contact::of(read, tenant, to));
        assert!(read.await.expect_err("moved").to_string().contains("person_contact.email"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_finds_what_is_sealed() {
    on_each(async |house| {
        let (tenant, id): (_, Id<()>) = (house.tenant.id, house.kernel.world().id());
        let found = house.kernel.db().write(tenant, "tests.index", move |tx| {
            let add = sql!("INSERT INTO deed(tenant_id, id, words) VALUES ($1, $2, $3)");
            tx.exec(add, params![tenant, id, Param::sealed("deed.words", id, "13800000000")])?;
            let words = sql!("SELECT words FROM deed WHERE tenant_id = $1 AND id = $2");
            tx.one(words, params![tenant, id], |row| row.open::<String, _>("deed.words", id))
        });
        assert_eq!(found.await.expect("it opens"), "13800000000");
    })
    .await;
}
