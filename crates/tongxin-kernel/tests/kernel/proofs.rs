//! The journal proves itself: checkpoints, proofs and receipts hold for another implementation, and find what the head alone does
//! not. Whoever writes to the database can make rows, leaves, head and frontier fit one another; they cannot sign.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tongxin_base::{Id, Result, TenantId};
use tongxin_db::{Read, Tx, params, sql};
use tongxin_kernel::{
    BadReceipt, Checkpoint, Finding, Frontier, JournalLine, KeyFile, Known, Receipt, Secret, Subject, Verified,
    Verifier, Who, journal_lines, leaf_hash, leaf_input, verify_signed,
};

use crate::house::{House, on_each};

async fn deeds(house: &House, n: usize) {
    for _ in 0..n {
        house.deed(&house.kernel, "deed").await.expect("a deed");
    }
}

async fn checkpoint(house: &House) -> Checkpoint {
    house.kernel.checkpoint(&house.tenant).await.expect("a checkpoint")
}

async fn verified(house: &House, elsewhere: &[&Checkpoint]) -> Verified {
    let (tenant, keys) = (house.tenant.id, house.kernel.journal_keys(&house.tenant).expect("keys"));
    let elsewhere: Vec<Known> = elsewhere.iter().map(|kept| Known { size: kept.size, root: kept.root }).collect();
    let read = house.kernel.db().scan(tenant, move |read| verify_signed(read, tenant, &keys, &elsewhere));
    read.await.expect("it is read")
}

async fn rows(house: &House) -> Vec<JournalLine> {
    let tenant = house.tenant.id;
    house.kernel.db().scan(tenant, move |read| journal_lines(read, tenant, i64::MIN, 10_000)).await.expect("rows")
}

fn bytes_of(row: &JournalLine, tenant: TenantId) -> Vec<u8> {
    let subject = Subject { kind: row.subject_kind.clone(), id: row.subject_id };
    let at = tongxin_base::Time::from_micros(row.at);
    leaf_input(tenant, row.seq, at, &row.actor, &row.action, &subject, &row.payload, row.digest.as_ref())
}

#[tokio::test(flavor = "multi_thread")]
async fn proofs_hold_for_another_implementation() {
    on_each(async |house| {
        let tenant = house.tenant.id;
        let mut roots = Vec::new();
        for more in [1, 1, 5, 30] {
            deeds(house, more).await;
            let made = checkpoint(house).await;
            roots.push((made.size, made.root));
        }
        let mut judge: MemoryBackedTree<Sha256, Vec<u8>> = MemoryBackedTree::new();
        for row in rows(house).await {
            judge.push(bytes_of(&row, tenant));
            let size = i64::try_from(judge.len()).expect("small");
            if let Some((_, root)) = roots.iter().find(|(at, _)| *at == size) {
                assert_eq!(judge.root().as_bytes()[..], root[..], "the root of {size}");
            }
        }
        let (size, root) = *roots.last().expect("some");
        let judged = RootHash::<Sha256>::new(root.into(), size.unsigned_abs());
        for row in rows(house).await {
            let proof = house.kernel.prove(tenant, row.seq, size).await.expect("a proof").concat();
            let proof = InclusionProof::<Sha256>::try_from_bytes(proof).expect("a proof");
            let index = (row.seq - 1).unsigned_abs();
            judged.verify_inclusion(&bytes_of(&row, tenant), index, &proof).expect("row is in it");
        }
        for (from, was) in &roots[..3] {
            let proof = house.kernel.prove_growth(tenant, *from, size).await.expect("a proof").concat();
            let proof = ConsistencyProof::<Sha256>::try_from_bytes(proof).expect("a proof");
            let was = RootHash::<Sha256>::new((*was).into(), from.unsigned_abs());
            judged.verify_consistency(&was, &proof).expect("it grew out of it");
        }
        assert!(house.kernel.prove(tenant, size + 1, size).await.is_err());
        assert!(house.kernel.prove(tenant, 1, size + 1).await.is_err(), "no checkpoint is as large");
        assert_eq!(verified(house, &[]).await.signed, size);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_is_read_with_the_right_key_alone() {
    on_each(async |house| {
        deeds(house, 3).await;
        let made = checkpoint(house).await;
        assert_eq!(checkpoint(house).await, made, "nothing came since");
        let keys = house.kernel.journal_keys(&house.tenant).expect("keys");
        let read = Checkpoint::read(&made.note, &keys).expect("ours");
        assert_eq!((read.size, read.root), (3, made.root));
        assert!(Checkpoint::read(&made.note, &[]).is_err());
        assert!(Checkpoint::read(&made.note.replacen("\n3\n", "\n4\n", 1), &keys).is_err());
        // Another key signs from now on; what the first one signed stays good.
        let keys = KeyFile { signer: [("2".to_owned(), "ab".repeat(32))].into(), ..KeyFile::default() };
        let beside = house.beside_with(Secret::with_keys([7; 32], "", move || Ok(keys.clone())).expect("keys")).await;
        let again = beside.checkpoint(&house.tenant).await.expect("a checkpoint");
        assert_ne!(again.note, made.note);
        let both = beside.journal_keys(&house.tenant).expect("keys");
        assert_eq!(both.len(), 2);
        assert!(Checkpoint::read(&again.note, &both).is_ok() && Checkpoint::read(&made.note, &both).is_ok());
        assert!(Checkpoint::read(&again.note, &both[..1]).is_err());
    })
    .await;
}

/// Makes the head fit the rows as they are now, as somebody would who knows how it is made.
fn fit_head(tx: &mut Tx<'_>, tenant: TenantId) -> Result<()> {
    let rows = journal_lines(tx, tenant, i64::MIN, 10_000)?;
    let mut frontier = Frontier::empty();
    rows.iter().for_each(|row| frontier.push(row.leaf));
    let head = sql!("UPDATE journal_head SET size = $2, frontier = $3 WHERE tenant_id = $1");
    tx.exec(head, params![tenant, i64::try_from(rows.len()).expect("small"), &frontier.to_bytes()]).map(drop)
}

/// Changes a row's words and makes its leaf anew.
fn forge(tx: &mut Tx<'_>, tenant: TenantId, seq: i64) -> Result<()> {
    let mut row = journal_lines(tx, tenant, seq - 1, 1)?.remove(0);
    row.payload = r#"{"words":"other"}"#.to_owned();
    let leaf = leaf_hash(&bytes_of(&row, tenant));
    let edit = sql!("UPDATE journal SET payload = $3, leaf = $4 WHERE tenant_id = $1 AND seq = $2");
    tx.exec(edit, params![tenant, seq, &row.payload, &leaf]).map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_row_is_narrowed_down_between_two_checkpoints() {
    on_each(async |house| {
        for _ in 0..3 {
            deeds(house, 4).await;
            checkpoint(house).await;
        }
        let tenant = house.tenant.id;
        house.meddle(move |tx| forge(tx, tenant, 6)).await;
        let rewritten = Finding::Rewritten { from: 5, to: 8 };
        let found = verified(house, &[]).await.findings;
        assert_eq!(found, [rewritten.clone(), Finding::Head { head: 12, rows: 12 }]);
        // The head fits again, and the checkpoints still know.
        house.meddle(move |tx| fit_head(tx, tenant)).await;
        assert_eq!(verified(house, &[]).await.findings, [rewritten]);
        deeds(house, 1).await;
        assert!(house.kernel.checkpoint(&house.tenant).await.is_err(), "it is not signed any more");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_cut_off_with_its_head_needs_a_checkpoint_kept_elsewhere() {
    on_each(async |house| {
        deeds(house, 8).await;
        let printed = checkpoint(house).await;
        let tenant = house.tenant.id;
        house
            .meddle(move |tx| {
                tx.exec(sql!("DELETE FROM journal WHERE tenant_id = $1 AND seq > 5"), params![tenant])?;
                tx.exec(sql!("DELETE FROM journal_checkpoint WHERE tenant_id = $1"), params![tenant])?;
                fit_head(tx, tenant)
            })
            .await;
        assert_eq!(verified(house, &[]).await.findings, [], "nothing in the database says so");
        let found = verified(house, &[&printed]).await.findings;
        assert_eq!(found, [Finding::CutOff { checkpoint: 8, rows: 5 }]);
        // And where others were written in their place.
        deeds(house, 4).await;
        assert_eq!(verified(house, &[&printed]).await.findings, [Finding::Rewritten { from: 1, to: 8 }]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_checkpoint_is_named() {
    on_each(async |house| {
        deeds(house, 4).await;
        checkpoint(house).await;
        let tenant = house.tenant.id;
        let forge = sql!("UPDATE journal_checkpoint SET root = $2 WHERE tenant_id = $1");
        house.meddle(move |tx| tx.exec(forge, params![tenant, &[1_u8; 32]]).map(drop)).await;
        assert_eq!(verified(house, &[]).await.findings, [Finding::Unsigned { size: 4 }]);
    })
    .await;
}

/// The lines of an export, tampered with, without the database.
#[tokio::test(flavor = "multi_thread")]
async fn a_tampered_export_names_its_rows() {
    on_each(async |house| {
        deeds(house, 12).await;
        let made = checkpoint(house).await;
        let (tenant, rows) = (house.tenant.id, rows(house).await);
        let judge = |change: &dyn Fn(&mut Vec<JournalLine>)| {
            let mut rows = rows.clone();
            change(&mut rows);
            let mut verifier = Verifier::new(tenant, Some(made.size), vec![Known { size: made.size, root: made.root }]);
            rows.iter().for_each(|row| verifier.push(row));
            verifier.end(None).findings
        };
        assert_eq!(judge(&|_| {}), []);
        let edited = judge(&|rows| rows[3].actor = "person:1".to_owned());
        assert_eq!(edited, [Finding::Edited { seq: 4 }]);
        let dropped = judge(&|rows| drop(rows.remove(3)));
        assert_eq!(dropped[0], Finding::Missing { from: 4, to: 4 });
        assert!(dropped.contains(&Finding::CutOff { checkpoint: 12, rows: 11 }));
        let swapped = judge(&|rows| rows.swap(3, 6));
        assert!(swapped.contains(&Finding::Moved { seq: 4 }), "{swapped:?}");
        assert!(swapped.contains(&Finding::Rewritten { from: 1, to: 12 }));
        let repeated = judge(&|rows| rows.insert(5, rows[4].clone()));
        assert!(repeated.contains(&Finding::Repeated { seq: 5 }), "{repeated:?}");
        let inserted = judge(&|rows| {
            let mut new = rows[11].clone();
            new.seq = 13;
            rows.push(new);
        });
        assert!(inserted.contains(&Finding::Added { seq: 13 }), "{inserted:?}");
        let forged = judge(&|rows| {
            rows[3].payload = "{}".to_owned();
            rows[3].leaf = rows[3].made(tenant);
        });
        assert_eq!(forged, [Finding::Rewritten { from: 1, to: 12 }]);
        // Two rows with their numbers exchanged.
        let exchanged = judge(&|rows| {
            (rows[3].seq, rows[6].seq) = (rows[6].seq, rows[3].seq);
            rows.swap(3, 6);
        });
        let edited = |seq| Finding::Edited { seq };
        assert_eq!(exchanged[..2], [edited(4), edited(7)]);
    })
    .await;
}

fn said(
    _: &mut Read<'_>,
    _: TenantId,
    _: &Subject,
    _: Id<tongxin_kernel::Anything>,
) -> Result<Vec<(tongxin_base::Time, serde_json::Value)>> {
    Ok(vec![(tongxin_base::Time::parse("2026-03-02T01:30:00Z").expect("a time"), json!({"words": "路灯不亮"}))])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_proves_by_itself_and_outlives_the_words() {
    on_each(async |house| {
        let teller = house.beside_that_tells(said).await;
        let id: Id<()> = house.kernel.world().id();
        let subject = Subject::new("deed", id);
        deeds(house, 5).await;
        for words in ["路灯不亮", "somebody else's"] {
            let (call, subject) = (house.kernel.call(&house.tenant, &Who::Nobody), subject.clone());
            let act = house.kernel.act(call, "deeds.say", move |act| {
                act.journal("deeds.say", &subject, json!({"n": 1}), Some(&json!({"words": words})))
            });
            act.await.expect("an act");
        }
        let author = Id::from_uuid(id.uuid());
        let receipt = teller
            .receipt(&house.tenant, std::slice::from_ref(&subject), author)
            .await
            .expect("a receipt")
            .expect("one");
        deeds(house, 5).await;
        let keys = house.kernel.journal_keys(&house.tenant).expect("keys");
        let text = serde_json::to_string_pretty(&receipt).expect("JSON");
        let checked = Receipt::check(&text, &keys).expect("it proves");
        assert_eq!(checked.entries.len(), 1, "their own words alone");
        assert_eq!((checked.entries[0].row.seq, checked.checkpoint.size), (6, 7));
        assert!(matches!(Receipt::check(&text, &[]), Err(BadReceipt::Checkpoint(_))), "the key must be known");
        assert_eq!(Receipt::check(&text.replace("路灯不亮", "路灯很亮"), &keys), Err(BadReceipt::Words(6)));
        assert_eq!(Receipt::check(&text.replace("deeds.say", "deeds.sat"), &keys), Err(BadReceipt::Entry(6)));
        assert_eq!(Receipt::check("{}", &keys), Err(BadReceipt::Unreadable));
        // Erased here, it proves there; and the journal does not notice.
        let tenant = house.tenant.id;
        let erase = sql!("DELETE FROM journal_salt WHERE tenant_id = $1");
        house.meddle(move |tx| tx.exec(erase, params![tenant]).map(drop)).await;
        assert!(Receipt::check(&text, &keys).is_ok());
        assert_eq!(teller.receipt(&house.tenant, &[subject], author).await, Ok(None));
        assert_eq!(verified(house, &[&checked.checkpoint]).await.findings, []);
        // The judge knows SHA-256 alone.
        let entry = &receipt.entries[0];
        let digest = Sha256::new().chain_update(entry.salt).chain_update(&entry.content).finalize();
        assert_eq!(entry.row.digest.expect("a digest")[..], digest[..]);
    })
    .await;
}
