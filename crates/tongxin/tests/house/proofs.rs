//! Receipts, proofs and the pages of the journal, as people and programs meet them.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64_URL;
use serde_json::{Value, json};
use tongxin_kernel::{BadReceipt, Receipt};
use tongxin_testkit::engines;

use crate::town::{by, done, report, town};

#[tokio::test(flavor = "multi_thread")]
async fn a_reporter_proves_report_and_rating_by_the_receipt_alone() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token, _) = done(&app, "路灯不亮，楼下的老人摔了一跤", "worker").await;
        let rating = json!({"solved": "partly", "satisfied": 2, "reasons": ["slow", "等了三天"]});
        app.anyone().post(&format!("/api/v1/requests/{id}/rating?token={token}"), rating).await.expect(200);
        report(&app, "别人的事").await;
        let page = app.anyone().get(&format!("/r/{token}")).await.expect(200);
        assert!(page.text.contains(&format!("/r/{token}/receipt")), "the way to the receipt");
        app.anyone().get(&format!("/r/{token}/receipt")).await.expect(200);
        app.anyone().get(&format!("/r/{token}/receipt.svg")).await.expect(200);
        let page = app.anyone().get(&format!("/r/{token}/receipt")).await.expect(200).text;
        let made = app.kernel().checkpoint(&app.tenant).await.expect("a checkpoint");
        assert!(page.contains(&tongxin_kernel::root_text(&made.root)), "the root as the checkpoint has it");
        let receipt = app.anyone().get(&format!("/r/{token}/receipt.json")).await.expect(200).text;
        let keys = app.kernel().journal_keys(&app.tenant).expect("keys");
        let proven = Receipt::check(&receipt, &keys).expect("it proves");
        let actions: Vec<&str> = proven.entries.iter().map(|entry| entry.row.action.as_str()).collect();
        assert_eq!(actions, ["requests.report", "ratings.rate"]);
        assert!(proven.entries[0].content.contains("摔了一跤") && proven.entries[1].content.contains("等了三天"));
        assert!(!receipt.contains("别人的事"));
        // As a page, for who has no program.
        let asked = app.anyone();
        let shown = asked.submit("/journal/check", "/journal/check", &[("receipt", &receipt)]).await.expect(200);
        assert!(shown.text.contains("摔了一跤"), "{}", shown.text);
        let forged = receipt.replace("摔了一跤", "没有摔跤");
        asked.submit("/journal/check", "/journal/check", &[("receipt", &forged)]).await.expect(422);
        asked.submit("/journal/check", "/journal/check", &[("receipt", "{")]).await.expect(422);
        assert!(matches!(Receipt::check(&forged, &keys), Err(BadReceipt::Words(_))));
        app.anyone().get("/r/bh-nobody/receipt.json").await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn erased_here_the_receipt_in_their_hand_still_proves() {
    for engine in engines() {
        let app = town(engine).await;
        let (_, token, _) = done(&app, "请勿外传的话", "worker").await;
        let receipt = app.anyone().get(&format!("/r/{token}/receipt.json")).await.expect(200).text;
        let keys = app.kernel().journal_keys(&app.tenant).expect("keys");
        let call = app.kernel().call(&app.tenant, &tongxin_kernel::Who::System);
        let whose = tongxin_kernel::Whose::Link(tongxin_kernel::token_digest(&token));
        app.kernel().erase_about(call, whose).await.expect("it is erased");
        app.work_off().await;
        assert!(Receipt::check(&receipt, &keys).is_ok(), "the resident proves");
        // Their link may be gone with their data; in no case is there anything to prove with.
        let gone = app.anyone().get(&format!("/r/{token}/receipt.json")).await;
        assert!([404, 410].contains(&gone.status.as_u16()), "{}", gone.text);
        let tenant = app.tenant.id;
        app.kernel().checkpoint(&app.tenant).await.expect("the journal holds");
        let verified = app
            .kernel()
            .db()
            .scan(tenant, move |read| tongxin_kernel::verify_signed(read, tenant, &keys, &[]))
            .await
            .expect("it is read");
        assert_eq!(verified.findings, []);
        let erased = std::fs::read_to_string(app.folder().join("files/erased")).expect("the list");
        assert_eq!(erased.lines().count(), 1);
        assert!(!erased.contains("请勿外传"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_checkpoints_and_proofs() {
    for engine in engines() {
        let app = town(engine).await;
        let anyone = app.anyone();
        anyone.get("/journal/checkpoint").await.expect(404);
        anyone.get("/journal").await.expect(200);
        report(&app, "一").await;
        report(&app, "二").await;
        let made = app.kernel().checkpoint(&app.tenant).await.expect("a checkpoint");
        assert_eq!(anyone.get("/journal/checkpoint").await.expect(200).text, made.note);
        assert!(anyone.get("/journal").await.expect(200).text.contains(made.origin()));
        let list = anyone.get("/api/v1/journal/checkpoints").await.expect(200).json();
        assert_eq!(list["items"][0]["note"], made.note.as_str());
        assert_eq!(list["items"][0]["root"], tongxin_kernel::root_text(&made.root));
        let older = format!("/api/v1/journal/checkpoints?cursor={}", made.size);
        assert_eq!(anyone.get(&older).await.expect(200).json()["items"], json!([]));
        let feed = anyone.get("/journal/checkpoints.atom").await.expect(200).text;
        assert!(feed.starts_with("<?xml") && feed.contains(made.note.trim_end()), "{feed}");
        anyone.get("/journal/checkpoints").await.expect(200);
        let size = made.size;
        let proof = anyone.get(&format!("/api/v1/journal/proof?seq=1&size={size}")).await.expect(200).json();
        assert!(!proof["hashes"].as_array().map(Vec::is_empty).unwrap_or(true), "{proof}");
        let grown: Value =
            anyone.get(&format!("/api/v1/journal/consistency?from=1&to={size}")).await.expect(200).json();
        assert!(grown["hashes"].is_array());
        anyone.get(&format!("/api/v1/journal/proof?seq={}&size={size}", size + 1)).await.expect(404);
        anyone.get(&format!("/api/v1/journal/consistency?from=0&to={size}")).await.expect(404);
        anyone.get(&format!("/api/v1/journal/consistency?from=1&to={}", i64::MAX)).await.expect(404);
        by(&app, "secretary").get("/api/v1/journal/proof?seq=x&size=1").await.expect(422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_on_paper_is_held_against_the_journal() {
    for engine in engines() {
        let app = town(engine).await;
        report(&app, "先有一件").await;
        let (_, token) = report(&app, "纸上的凭证").await;
        let receipt = app.anyone().get(&format!("/r/{token}/receipt.json")).await.expect(200).json();
        let base64 = |bytes: &[u8]| BASE64_URL.encode(bytes);
        let made = app.kernel().last_checkpoint(app.tenant.id).await.expect("read").expect("one");
        let leaf = hex::decode(receipt["entries"][0]["row"]["leaf"].as_str().expect("a leaf")).expect("hexadecimal");
        let seq = &receipt["entries"][0]["row"]["seq"];
        let (root, leaf) = (base64(&made.root), base64(&leaf));
        let at =
            |rows: i64, root: &str, leaf: &str| format!("/journal/seen?rows={rows}&root={root}&entries={seq}.{leaf}");
        let seen = async |path: String, status: u16| app.anyone().get(&path).await.expect(status).text;
        assert!(seen(at(made.size, &root, &leaf), 200).await.contains("属实"));
        report(&app, "又一件").await;
        app.kernel().checkpoint(&app.tenant).await.expect("a checkpoint");
        assert!(seen(at(made.size, &root, &leaf), 200).await.contains("属实"), "it only grew");
        assert!(seen(at(made.size, &root, &root), 422).await.contains("不一样"));
        assert!(seen(at(made.size, &leaf, &leaf), 422).await.contains("不一样"));
        assert!(seen(at(made.size + 100, &root, &leaf), 422).await.contains("少了一截"));
        for broken in ["/journal/seen", "/journal/seen?rows=-1&root=x", "/journal/seen?rows=9&root=zz&entries=,,."] {
            assert!(seen(broken.to_owned(), 422).await.contains("没有读全"));
        }
    }
}
