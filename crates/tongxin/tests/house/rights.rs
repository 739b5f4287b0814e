//! People see what is held about them and who looked, take it along, erase it; and what nobody needs any more goes by itself.

use std::io::Read;
use std::time::Duration;

use serde_json::{Value, json};
use tongxin_kernel::Whose;
use tongxin_testkit::{Engine, TestApp, engines};

use crate::town::{by, done, report_by, status, town};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn contact() -> Value {
    json!({"name": "欧阳晓", "phone": "13987651234", "email": "ouyang@example.org"})
}

/// A finished and rated matter of somebody without an account: id and token.
async fn rated(app: &TestApp) -> (String, String) {
    let (id, token) = report_by(&app.anyone(), "车棚的灯闪个不停", contact()).await;
    let desk = by(app, "secretary");
    let at = |verb: &str| format!("/api/v1/requests/{id}/{verb}");
    desk.post(&at("accept"), json!({})).await.expect(200);
    desk.post(&at("messages"), json!({"text": "第几盏", "public": true})).await.expect(200);
    app.anyone().post(&format!("{}?token={token}", at("messages")), json!({"text": "从左数第三盏"})).await.expect(200);
    let order = desk.post(&at("publish"), json!({})).await.expect(200).at("/order/id");
    for (verb, body) in [("grab", json!({})), ("start", json!({})), ("complete", json!({"note": "换了镇流器"}))] {
        by(app, "worker").post(&format!("/api/v1/orders/{order}/{verb}"), body).await.expect(200);
    }
    let rating = json!({"solved": "yes", "satisfied": 5, "reasons": ["来得特别快"]});
    app.anyone().post(&format!("{}?token={token}", at("rating")), rating).await.expect(200);
    app.work_off().await;
    (id, token)
}

async fn found(app: &TestApp, words: &str) -> usize {
    let query: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let list = by(app, "secretary").get(&format!("/api/v1/requests?q={query}")).await.expect(200).json();
    list["items"].as_array().map_or(0, Vec::len)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looked_and_why_is_seen_by_who_it_is_about() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token) = report_by(&app.anyone(), "树枝挡住路灯", contact()).await;
        let page = format!("/rights/{token}");
        let before = app.anyone().get(&page).await.expect(200).text;
        assert!(before.contains("还没有人看过") && before.contains("13987651234"), "{before}");
        let desk = app.signed_in("secretary").await;
        let matter = format!("/desk/requests/{id}");
        let masked = desk.get(&matter).await.expect(200).text;
        assert!(!masked.contains("13987651234"), "masked until somebody says what for");
        let shown = desk.submit(&matter, &format!("{matter}/reveal"), &[("purpose", "visit")]).await.expect(200).text;
        assert!(shown.contains("13987651234"));
        let after = app.anyone().get(&page).await.expect(200).text;
        assert!(after.contains("为了找到地点") && after.contains("社区书记"), "{after}");
        let looks = app.signed_in("auditor").await.get("/admin/looks").await.expect(200).text;
        assert!(looks.contains("书记丙") && !looks.contains("欧阳晓"), "{looks}");
        let _ = app.signed_in("secretary").await.get("/admin/looks").await.expect(403);
        // More than work needs: the auditor hears of it, once.
        for _ in 0..25 {
            let _ = desk.submit(&matter, &format!("{matter}/reveal"), &[("purpose", "contact")]).await.expect(200);
        }
        app.work_off().await;
        let told = by(&app, "auditor").get("/api/v1/notices").await.expect(200).text;
        assert_eq!(told.matches("people-notice-looks").count(), 1, "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_is_taken_along_whole() {
    let app = town(tongxin_testkit::Engine::Sqlite).await;
    let (_, token) = rated(&app).await;
    let data = app.anyone().get(&format!("/rights/{token}/data.json")).await.expect(200);
    assert!(data.headers["content-disposition"].to_str().expect("text").starts_with("attachment"));
    let text = data.text.clone();
    for held in ["欧阳晓", "13987651234", "ouyang@example.org", "车棚的灯闪个不停", "从左数第三盏", "来得特别快"]
    {
        assert!(text.contains(held), "{held} is missing in {text}");
    }
    assert!(!text.contains("第几盏"), "what the desk wrote is the desk's");
    let kinds: Vec<Value> =
        data.json()["held"].as_array().expect("a list").iter().map(|one| one["kind"].clone()).collect();
    assert_eq!(kinds, ["report", "answer", "rating"]);
    let zip = app.anyone().get(&format!("/rights/{token}/data.zip")).await.expect(200);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip.bytes)).expect("an archive");
    let mut page = String::new();
    archive.by_name("data.html").expect("for people").read_to_string(&mut page).expect("text");
    assert!(page.contains("欧阳晓") && page.contains("来得特别快"));
    assert!(archive.by_name("data.json").is_ok());
    let _ = app.anyone().get("/rights/bh-nothing").await.expect(404);
    // By an account the same, with what belongs to accounts.
    let own = app.signed_in("worker").await.get("/me/data.json").await.expect(200).text;
    for held in ["网格员戊", "grid_worker", "orders.grab"] {
        assert!(own.contains(held), "{held} is missing in {own}");
    }
    let _ = app.anyone().get("/me/data.json").await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_to_be_forgotten_is() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token) = rated(&app).await;
        let (_, other) = report_by(&app.anyone(), "车棚的灯不亮", json!({"name": "别人"})).await;
        app.work_off().await;
        assert_eq!(found(&app, "闪个不停").await, 1);
        let page = format!("/rights/{token}");
        let _ = app.anyone().submit(&page, &format!("{page}/erase"), &[]).await.expect(200);
        app.work_off().await;
        let _ = app.anyone().get(&page).await.expect(404);
        let _ = app.anyone().get(&format!("/r/{token}")).await.expect(404);
        assert_eq!(found(&app, "闪个不停").await, 0, "nothing finds it by its words");
        let seen = by(&app, "secretary").get(&format!("/api/v1/requests/{id}")).await.expect(200);
        for gone in ["欧阳晓", "13987651234", "ouyang", "闪个不停", "从左数第三盏"] {
            assert!(!seen.text.contains(gone), "{gone} in {}", seen.text);
        }
        assert_eq!(seen.at("/status"), "rated", "the matter stays, and its figures");
        let rates = by(&app, "secretary").get("/api/v1/rates").await.expect(200).json();
        assert_eq!(rates["solved"]["numerator"], 1);
        assert_eq!(status(&app, &app_id(&app, &other).await, &other).await, "received", "others are not touched");
        let tenant = app.tenant.id;
        let verified =
            app.kernel().db().scan(tenant, move |read| tongxin_kernel::verify(read, tenant)).await.expect("read");
        assert!(verified.findings.is_empty(), "the journal holds without the words: {:?}", verified.findings);
    }
}

async fn app_id(app: &TestApp, token: &str) -> String {
    let digest = tongxin_kernel::token_digest(token);
    let held = app.kernel().held_about(app.tenant.id, &Whose::Link(digest)).await.expect("read");
    let number = held.pieces[0].fields.iter().find(|(name, _)| *name == "number").expect("a number").1.clone();
    let list = by(app, "secretary").get(&format!("/api/v1/requests?q={number}")).await.expect(200).json();
    list["items"][0]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_erased_by_its_owner_and_not_while_they_work() {
    for engine in engines() {
        let app = town(engine).await;
        let resident = by(&app, "resident");
        let (id, _) = report_by(&resident, "单元门坏了", contact()).await;
        let seat = app.signed_in("resident").await;
        let contact = [("email", "jia@example.org"), ("by_mail", "yes")];
        let _ = seat.submit("/me", "/me/contact", &contact).await.expect(303);
        let agreed = seat.get("/me/consents").await.expect(200).text;
        assert!(agreed.contains("agreed since"), "{agreed}");
        let _ = seat.submit("/me/consents", "/me/consents/notices.mail/withdraw", &[]).await.expect(303);
        let mine = seat.get("/me/data.json").await.expect(200).text;
        assert!(!mine.contains("jia@example.org") && mine.contains("withdrawn"), "{mine}");
        let working = app.signed_in("worker").await;
        let _ = working.submit("/me/consents", "/me/erase", &[]).await.expect(422);
        let _ = seat.submit("/me/data", "/me/erase", &[]).await.expect(200);
        assert!(seat.get("/me").await.location().starts_with("/sign-in"));
        let _ = resident.get("/api/v1/notices").await.expect(401);
        let seen = by(&app, "secretary").get(&format!("/api/v1/requests/{id}")).await.expect(200).text;
        assert!(!seen.contains("单元门坏了") && !seen.contains("居民甲"), "{seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_needs_any_more_goes_by_itself() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token) = rated(&app).await;
        let (open, _, _) = done(&app, "还没评价", "worker").await;
        app.pass(DAY * 20);
        app.work_off().await;
        assert_eq!(status(&app, &id, &token).await, "closed");
        let (still, _) = report_by(&app.anyone(), "刚刚报的", contact()).await;
        app.pass(DAY * 700);
        app.kernel().tidy_up().await.expect("tidied");
        let desk = by(&app, "secretary");
        let words = |text: &str, said: &str| text.contains(said);
        assert!(words(&desk.get(&format!("/api/v1/requests/{id}")).await.expect(200).text, "闪个不停"), "not yet");
        app.pass(DAY * 60);
        app.kernel().tidy_up().await.expect("tidied");
        app.work_off().await;
        let text = desk.get(&format!("/api/v1/requests/{id}")).await.expect(200).text;
        for gone in ["闪个不停", "从左数第三盏", "第几盏", "换了镇流器", "欧阳晓"] {
            assert!(!words(&text, gone), "{gone} in {text}");
        }
        assert!(
            words(&desk.get(&format!("/api/v1/requests/{still}")).await.expect(200).text, "刚刚报的"),
            "it is open"
        );
        assert!(!words(&desk.get(&format!("/api/v1/requests/{open}")).await.expect(200).text, "还没评价"));
        let held = app.anyone().get(&format!("/rights/{token}/data.json")).await.expect(200).text;
        assert!(!held.contains("来得特别快") && !held.contains("13987651234"), "{held}");
        assert_eq!(app.kernel().expire().await.expect("none left"), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_is_for_everybody_to_read() {
    let app = town(tongxin_testkit::Engine::Sqlite).await;
    let page = app.anyone().get("/privacy/register").await.expect(200).text;
    for column in ["requests_report.phone", "person.name", "ratings_rating.reasons"] {
        assert!(page.contains(column), "{column}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn purposes_are_off_until_somebody_agrees_and_a_guardian_agrees_apart() {
    for engine in engines() {
        let app = town(engine).await;
        let (tenant, me) = (app.tenant.id, app.cast.id("resident"));
        let given = || app.kernel().db().read(tenant, move |read| tongxin_kernel::consents(read, tenant, me));
        assert_eq!(given().await.expect("read"), [], "nothing is agreed to by having an account");
        let names: Vec<&str> = app.kernel().agreements().map(|agreement| agreement.name).collect();
        assert!(!names.iter().any(|name| name.contains("abroad") || name.contains("share")), "{names:?}");
        let seat = app.signed_in("resident").await;
        let page = "/me/consents";
        assert!(seat.get(page).await.expect(200).text.contains("child under 14"));
        let _ = seat.submit(page, "/me/consents/people.guardian/give", &[]).await.expect(303);
        let now = given().await.expect("read");
        assert_eq!(now.len(), 1, "this one alone");
        assert_eq!((now[0].purpose.as_str(), now[0].withdrawn_at), (tongxin_kernel::GUARDIAN, None));
        let _ =
            seat.submit("/me", "/me/contact", &[("email", "jia@example.org"), ("by_mail", "yes")]).await.expect(303);
        let _ = seat.submit(page, "/me/consents/people.guardian/withdraw", &[]).await.expect(303);
        assert!(given().await.expect("read").iter().any(|one| one.withdrawn_at.is_some()));
        let mine = seat.get("/me/data.json").await.expect(200).text;
        assert!(!mine.contains("jia@example.org"), "what was held for it is gone: {mine}");
        // Reporting asks a child for nothing.
        let form = app.anyone().get("/report?category=0201").await.expect(200).text;
        assert!(form.contains("不满十四岁"), "{form}");
        let body = json!({"category": "0201", "description": "秋千坏了", "place": "康城小区"});
        app.anyone().post("/api/v1/requests", body).await.expect(201);
    }
}

/// What is held, and what for, in words that everybody reads in their own language.
#[tokio::test(flavor = "multi_thread")]
async fn the_register_speaks_to_its_reader() {
    let app = town(Engine::Sqlite).await;
    let rooms = app.kernel().rooms().iter().flat_map(|room| room.fields);
    let fields = tongxin_kernel::FIELDS.iter().chain(rooms);
    let personal: Vec<&str> = fields
        .filter(|field| matches!(field, tongxin_kernel::PersonalField::Personal { .. }))
        .map(tongxin_kernel::PersonalField::column)
        .collect();
    assert!(personal.len() > 30, "{}", personal.len());
    for language in ["zh-CN", "en"] {
        let page = app.anyone().with("accept-language", language).get("/privacy/register").await.expect(200).text;
        for column in &personal {
            assert!(page.contains(&format!("<code>{column}</code>")), "{column}");
            assert!(!page.contains(&tongxin_kernel::purpose_key(column)), "{column} has no words in {language}");
        }
        assert!(!page.contains("room-"), "{language}: a room without a name");
    }
}
