//! A journal that was written at the same time by many verifies; one that somebody touched says where.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::json;
use tongxin_base::{Error, Id, Result, TenantId};
use tongxin_db::{params, sql};
use tongxin_kernel::{
    Finding, Frontier, HistoryItem, Personal, Subject, Verified, Who, history, leaf_hash, leaf_input, personal_digest,
    verify,
};

use crate::house::{Engine, House, deed, on_each, refusal};

async fn verified(house: &House) -> Verified {
    let tenant = house.tenant.id;
    house.kernel.db().scan(tenant, move |read| verify(read, tenant)).await.expect("it is read")
}

async fn deeds(house: &House, n: usize) {
    let made = join_all((0..n).map(|_| house.deed(&house.kernel, "deed"))).await;
    assert!(made.iter().all(Result::is_ok), "{made:?}");
}

async fn seqs(house: &House) -> Vec<i64> {
    let tenant = house.tenant.id;
    let all = sql!("SELECT seq FROM journal WHERE tenant_id = $1 ORDER BY seq");
    house.kernel.db().read(tenant, move |read| read.rows(all, params![tenant], |row| row.take())).await.expect("a read")
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_leave_a_gapless_journal_that_verifies() {
    on_each(async |house| {
        assert_eq!(verified(house).await.findings, []);
        let beside = house.beside(2).await;
        let kernels = [&house.kernel, &beside];
        let acts = (0..200).map(|n| async move {
            let kernel = kernels[n % 2];
            if n % 5 == 4 {
                // Refused acts and their lines leave no gap.
                let call = kernel.call(&house.tenant, &Who::Nobody);
                let id: Id<()> = kernel.world().id();
                let refused = kernel.act(call, "deeds.refuse", move |act| {
                    deed(act, id, "never")?;
                    Err::<(), _>(refusal())
                });
                assert_eq!(refused.await, Err(refusal()));
                return;
            }
            house.deed(kernel, "deed").await.expect("a deed");
        });
        join_all(acts).await;
        assert_eq!(seqs(house).await, (1..=160).collect::<Vec<_>>());
        let verified = verified(house).await;
        assert_eq!((verified.rows, verified.findings), (160, vec![]));
        let stats = house.kernel.db().stats();
        assert!(stats.commits < stats.callers, "the head was taken once for many: {stats:?}");
    })
    .await;
}

/// The root over the rows is what somebody outside computes from the format alone.
#[tokio::test(flavor = "multi_thread")]
async fn the_root_can_be_computed_by_anybody() {
    on_each(async |house| {
        let id: Id<()> = house.kernel.world().id();
        let (call, salted) = (house.kernel.call(&house.tenant, &Who::Nobody), json!({"phone": "13800000000"}));
        let at = call.now;
        let told = salted.clone();
        house
            .kernel
            .act(call, "deeds.do", move |act| {
                let subject = Subject::new("deed", id);
                act.journal("deeds.one", &subject, json!({"b": 1, "a": [true, null]}), Some(&told))?;
                act.journal("deeds.two", &subject, json!("plain"), None)
            })
            .await
            .expect("an act");
        let tenant = house.tenant.id;
        let salt = sql!("SELECT salt FROM journal_salt WHERE tenant_id = $1 AND seq = 1");
        let salt: [u8; 32] = house
            .kernel
            .db()
            .read(tenant, move |read| read.one(salt, params![tenant], |row| row.take()))
            .await
            .expect("its salt");
        let digest = personal_digest(&Personal { salt, content: salted.to_string().into_bytes() });
        let subject = Subject::new("deed", id);
        let mut tree = Frontier::empty();
        // The payload is hashed as it is stored, whatever order its keys came in.
        let payload = sql!("SELECT payload FROM journal WHERE tenant_id = $1 AND seq = 1");
        let payload: String = house
            .kernel
            .db()
            .read(tenant, move |read| read.one(payload, params![tenant], |row| row.take()))
            .await
            .expect("its payload");
        assert_eq!(payload.parse::<serde_json::Value>().expect("JSON"), json!({"b": 1, "a": [true, null]}));
        let one = leaf_input(tenant, 1, at, "anyone", "deeds.one", &subject, &payload, Some(&digest));
        let two = leaf_input(tenant, 2, at, "anyone", "deeds.two", &subject, r#""plain""#, None);
        tree.push(leaf_hash(&one));
        tree.push(leaf_hash(&two));
        assert_eq!(verified(house).await.root, tongxin_kernel::root_text(&tree.root()));
    })
    .await;
}

/// Does something to a journal of ten rows and answers what the verification says.
async fn after(
    house: &House,
    meddle: impl Fn(&mut tongxin_db::Tx<'_>, TenantId) -> Result<()> + Send + 'static,
) -> Vec<Finding> {
    deeds(house, 10).await;
    assert_eq!(verified(house).await.findings, [], "it holds before");
    let tenant = house.tenant.id;
    house.meddle(move |tx| meddle(tx, tenant)).await;
    verified(house).await.findings
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_row_is_named() {
    on_each(async |house| {
        let findings = after(house, |tx, tenant| {
            let edit = sql!("UPDATE journal SET payload = '{\"words\":\"other\"}' WHERE tenant_id = $1 AND seq = 4");
            tx.exec(edit, params![tenant]).map(drop)
        });
        assert_eq!(findings.await, [Finding::Edited { seq: 4 }]);
        // Each column counts.
        for (seq, edit) in (5..).zip([
            sql!("UPDATE journal SET at = at + 1 WHERE tenant_id = $1 AND seq = 5"),
            sql!("UPDATE journal SET actor = 'person:1' WHERE tenant_id = $1 AND seq = 6"),
            sql!("UPDATE journal SET action = 'deeds.undo' WHERE tenant_id = $1 AND seq = 7"),
            sql!("UPDATE journal SET subject_kind = 'dee' WHERE tenant_id = $1 AND seq = 8"),
            sql!(
                "UPDATE journal SET subject_id = (SELECT subject_id FROM journal WHERE tenant_id = $1 AND seq = 1)
                  WHERE tenant_id = $1 AND seq = 9"
            ),
            sql!("UPDATE journal SET digest = leaf WHERE tenant_id = $1 AND seq = 10"),
        ]) {
            let tenant = house.tenant.id;
            house.meddle(move |tx| tx.exec(edit, params![tenant]).map(drop)).await;
            let found = verified(house).await.findings;
            assert_eq!(found.last(), Some(&Finding::Edited { seq }), "{found:?}");
        }
    })
    .await;
}

/// Who edits a row and its leaf has changed the tree, and the head knows.
#[tokio::test(flavor = "multi_thread")]
async fn an_edited_row_with_its_leaf_made_anew_is_found() {
    on_each(async |house| {
        let findings = after(house, |tx, tenant| {
            let leaf = sql!(
                "UPDATE journal SET leaf = (SELECT leaf FROM journal WHERE tenant_id = $1 AND seq = 2)
                 WHERE tenant_id = $1 AND seq = 4"
            );
            tx.exec(leaf, params![tenant]).map(drop)
        });
        assert_eq!(findings.await, [Finding::Edited { seq: 4 }, Finding::Head { head: 10, rows: 10 }]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_row_is_named() {
    on_each(async |house| {
        let findings = after(house, |tx, tenant| {
            tx.exec(sql!("DELETE FROM journal WHERE tenant_id = $1 AND seq IN (3, 4, 8)"), params![tenant]).map(drop)
        });
        let missing = |from, to| Finding::Missing { from, to };
        assert_eq!(findings.await, [missing(3, 4), missing(8, 8), Finding::Head { head: 10, rows: 7 }]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn swapped_rows_are_named() {
    on_each(async |house| {
        let findings = after(house, |tx, tenant| {
            for swap in [
                sql!("UPDATE journal SET seq = 100 WHERE tenant_id = $1 AND seq = 3"),
                sql!("UPDATE journal SET seq = 3 WHERE tenant_id = $1 AND seq = 7"),
                sql!("UPDATE journal SET seq = 7 WHERE tenant_id = $1 AND seq = 100"),
            ] {
                tx.exec(swap, params![tenant])?;
            }
            Ok(())
        });
        let edited = |seq| Finding::Edited { seq };
        assert_eq!(findings.await, [edited(3), edited(7), Finding::Head { head: 10, rows: 10 }]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_added_row_is_named() {
    on_each(async |house| {
        let findings = after(house, |tx, tenant| {
            // A row after the last, and one before the first.
            for seq in [11_i64, 0] {
                let add = sql!(
                    "INSERT INTO journal(tenant_id, seq, at, actor, action, subject_kind, subject_id, payload, digest, leaf)
                     SELECT tenant_id, $2, at, actor, action, subject_kind, subject_id, payload, digest, leaf
                     FROM journal WHERE tenant_id = $1 AND seq = 10"
                );
                tx.exec(add, params![tenant, seq])?;
            }
            Ok(())
        });
        let found = findings.await;
        for wanted in [Finding::Added { seq: 0 }, Finding::Added { seq: 11 }] {
            assert!(found.contains(&wanted), "{found:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_tail_is_named() {
    on_each(async |house| {
        let findings = after(house, |tx, tenant| {
            tx.exec(sql!("DELETE FROM journal WHERE tenant_id = $1 AND seq > 7"), params![tenant]).map(drop)
        });
        assert_eq!(findings.await, [Finding::Missing { from: 8, to: 10 }, Finding::Head { head: 10, rows: 7 }]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_journal_is_named() {
    on_each(async |house| {
        let findings = after(house, |tx, tenant| {
            tx.exec(sql!("DELETE FROM journal WHERE tenant_id = $1"), params![tenant]).map(drop)
        });
        assert_eq!(findings.await, [Finding::Missing { from: 1, to: 10 }, Finding::Head { head: 10, rows: 0 }]);
    })
    .await;
}

/// What is erased at a person's wish: the content in its room, and the salt here. The chain does not notice.
#[tokio::test(flavor = "multi_thread")]
async fn erasing_a_salt_leaves_the_journal_whole() {
    on_each(async |house| {
        let id: Id<()> = house.kernel.world().id();
        let call = house.kernel.call(&house.tenant, &Who::Nobody);
        let act = house.kernel.act(call, "deeds.do", move |act| {
            let phone = json!({"phone": "13800000000"});
            act.journal("deeds.do", &Subject::new("deed", id), json!({}), Some(&phone))?;
            act.journal("deeds.do", &Subject::new("deed", id), json!({}), Some(&phone))
        });
        act.await.expect("an act");
        let tenant = house.tenant.id;
        let digests = sql!("SELECT digest FROM journal WHERE tenant_id = $1 ORDER BY seq");
        let digests: Vec<[u8; 32]> = house
            .kernel
            .db()
            .read(tenant, move |read| read.rows(digests, params![tenant], |row| row.take()))
            .await
            .expect("digests");
        assert_ne!(digests[0], digests[1], "the same content twice must not be seen to be the same");
        let root = verified(house).await.root;
        house
            .meddle(move |tx| tx.exec(sql!("DELETE FROM journal_salt WHERE tenant_id = $1"), params![tenant]).map(drop))
            .await;
        let verified = verified(house).await;
        assert_eq!((verified.findings, verified.root), (vec![], root));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_has_a_limit() {
    on_each(async |house| {
        for (letters, kept) in [(64 * 1024 - 2, true), (64 * 1024 - 1, false)] {
            let call = house.kernel.call(&house.tenant, &Who::Nobody);
            let id: Id<()> = house.kernel.world().id();
            let payload = json!("x".repeat(letters));
            let act = house.kernel.act(call, "deeds.do", move |act| {
                act.journal("deeds.do", &Subject::new("deed", id), payload.clone(), None)
            });
            assert_eq!(act.await, if kept { Ok(()) } else { Err(Error::TooLarge) });
        }
        assert_eq!(seqs(house).await, [1]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_names_people_as_the_public_may() {
    on_each(async |house| {
        let person = house.person(&house.tenant, "wang", &[]).await;
        let who = Who::Person(house.kernel.person(house.tenant.id, person).await.expect("a person"));
        let id: Id<()> = house.kernel.world().id();
        for (who, action) in [(&Who::Nobody, "deeds.ask"), (&who, "deeds.do")] {
            let call = house.kernel.call(&house.tenant, who);
            let act = house.kernel.act(call, "deeds.do", move |act| {
                act.journal(action, &Subject::new("deed", id), json!({"n": 1}), None)
            });
            act.await.expect("an act");
        }
        deeds(house, 3).await;
        let tenant = house.tenant.id;
        let subject = Subject::new("deed", id);
        let items =
            house.kernel.db().read(tenant, move |read| history(read, tenant, &subject)).await.expect("a history");
        let shown: Vec<_> = items
            .iter()
            .map(|HistoryItem { seq, action, actor, .. }| (*seq, action.as_str(), actor.as_str()))
            .collect();
        assert_eq!(shown, [(1, "deeds.ask", ""), (2, "deeds.do", "wang, in public")]);
        assert_eq!(items[1].payload, json!({"n": 1}));
    })
    .await;
}

/// Two servers and one writer thread each: the head is the only place where they meet.
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_write_one_journal() {
    on_each(async |house| {
        let rounds = if house.engine == Engine::Sqlite { 2 } else { 6 };
        let beside = Arc::new(house.beside(3).await);
        for _ in 0..rounds {
            let both = (0..40).map(|n| house.deed(if n % 2 == 0 { &house.kernel } else { &beside }, "deed"));
            let made = join_all(both).await;
            assert!(made.iter().all(Result::is_ok), "{made:?}");
        }
        let verified = verified(house).await;
        assert_eq!((verified.rows, verified.findings), (rounds * 40, vec![]));
    })
    .await;
}
