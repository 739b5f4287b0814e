//! What people wrote, and how they are called and reached, is in the database only sealed.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tongxin_base::TenantId;
use tongxin_db::{Options, Table, Value};
use tongxin_kernel::{TextMessage, Texter, Texting, invite, people_store};
use tongxin_testkit::{TestApp, engines};

use crate::town::{by, town};

/// All that somebody typed in the main loop below, each so odd that it is nowhere else.
const TYPED: [&str; 9] = [
    "欧阳晓柒",
    "13987651234",
    "ouyang.x7@example.org",
    "柒号楼东侧车棚",
    "车棚的灯闪个不停",
    "请问是第几盏灯呢",
    "从左往右数第三盏",
    "镇流器已经换新",
    "师傅来得特别快",
];

/// The main loop, with everything typed that people type.
async fn main_loop(app: &TestApp) -> String {
    let [name, phone, email, place, words, question, answer, note, reason] = TYPED;
    let report = json!({"category": "0201", "description": words, "place": place,
        "contact": {"name": name, "phone": phone, "email": email}});
    let made = app.anyone().with("idempotency-key", "k1").post("/api/v1/requests", report).await.expect(201);
    let (id, token) = (made.at("/id"), made.at("/token"));
    let at = |verb: &str| format!("/api/v1/requests/{id}/{verb}");
    let desk = by(app, "secretary");
    desk.post(&at("accept"), json!({})).await.expect(200);
    desk.post(&at("messages"), json!({"text": question, "public": true})).await.expect(200);
    app.anyone().post(&format!("{}?token={token}", at("messages")), json!({"text": answer})).await.expect(200);
    desk.post(&at("contact"), json!({"how": "phone", "note": answer})).await.expect(200);
    let order = desk.post(&at("publish"), json!({"pool": "all"})).await.expect(200).at("/order/id");
    for (verb, body) in [("grab", json!({})), ("start", json!({})), ("complete", json!({"note": note}))] {
        by(app, "worker").post(&format!("/api/v1/orders/{order}/{verb}"), body).await.expect(200);
    }
    let rating = json!({"solved": "yes", "satisfied": 5, "reasons": [reason]});
    app.anyone().post(&format!("{}?token={token}", at("rating")), rating).await.expect(200);
    app.work_off().await;
    // It is there for who may read it.
    let shown = desk.get(&format!("/api/v1/requests/{id}")).await.expect(200).text;
    for typed in [place, words, note] {
        assert!(shown.contains(typed), "{typed} is not in {shown}");
    }
    token
}

/// What opens a door, or says who somebody is, beside what is typed into reports.
const NUMBER: &str = "13312345678";
const NAME: &str = "司徒晓捌";
const PUBLIC_NAME: &str = "司徒师傅";
const PASSWORD: &str = "a lilac bus at noon";

/// A gateway that remembers.
#[derive(Default)]
struct Remembers(Mutex<Vec<TextMessage>>);

impl Texter for Remembers {
    fn send(&self, message: TextMessage) -> Texting<'_> {
        self.0.lock().expect("messages").push(message);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Somebody comes, chooses a password and signs in with it; a resident signs in by telephone. Answers all secrets that came of it.
async fn sign_ins(app: &TestApp) -> Vec<String> {
    let (kernel, id, now) = (app.kernel(), app.tenant.id, app.clock_now());
    let person = kernel.world().id();
    let token = kernel.invitation_token(&app.tenant);
    let kept = token.clone();
    let add = move |tx: &mut tongxin_db::Tx<'_>| {
        people_store::add_person(tx, id, person, (NAME, PUBLIC_NAME), now)?;
        people_store::claim_login(tx, id, person, "situ")?;
        invite(tx, id, person, &kept, now)
    };
    kernel.db().write(id, "tests.add", add).await.expect("somebody new");
    let link = format!("/welcome/{token}");
    let fields = [("password", PASSWORD), ("again", PASSWORD)];
    let inside = app.anyone().submit(&link, &link, &fields).await.expect(303);
    let mut cookies = inside.headers.get_all("set-cookie").iter().filter_map(|set| set.to_str().ok());
    let session = cookies.find_map(|set| set.strip_prefix("tongxin_session=")?.split(';').next()).expect("a session");
    let session = session.to_owned();
    let gateway = Arc::new(Remembers::default());
    kernel.set_texter(Arc::clone(&gateway) as Arc<dyn Texter>);
    let guest = app.anyone();
    let page = guest.submit("/sign-in/phone", "/sign-in/phone", &[("number", NUMBER)]).await.expect(200).text;
    let ticket = page.split("name=\"ticket\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let ticket = ticket.expect("a ticket").to_owned();
    // A message goes after the answer.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let code = gateway.0.lock().expect("messages")[0].code.clone();
    guest.submit("/sign-in/phone", "/sign-in/phone/code", &[("ticket", &ticket), ("code", &code)]).await.expect(303);
    // A second one stays open, so that its row is looked at as well.
    let open = guest.submit("/sign-in/phone", "/sign-in/phone", &[("number", "13387654321")]).await.expect(200).text;
    assert!(open.contains("133****4321"));
    let shown = kernel.person(id, person).await.expect("a person");
    assert_eq!((shown.name.as_str(), shown.public_name.as_str()), (NAME, PUBLIC_NAME), "it opens for us");
    vec![token, session, ticket, "13387654321".to_owned()]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_alone_tells_nothing_that_was_typed() {
    for engine in engines() {
        let app = town(engine).await;
        let token = main_loop(&app).await;
        let secrets = sign_ins(&app).await;
        let known: Vec<&str> = TYPED.into_iter().chain([NUMBER, NAME, PUBLIC_NAME, PASSWORD, &token]).collect();
        let known: Vec<&str> = known.into_iter().chain(secrets.iter().map(String::as_str)).collect();
        // Every value of every table, as it is kept.
        let tables = Table::all(&app.kernel().db().columns().expect("columns"));
        let read = app.kernel().db().scan(TenantId(0), move |read| {
            let mut all = String::new();
            for table in &tables {
                let mut last: Option<Vec<Value>> = None;
                loop {
                    let mut rows = table.page(read, last.as_deref(), 500)?;
                    rows.iter().flatten().for_each(|value| match value {
                        Value::Text(text) => all.push_str(&format!("{}: {text}\n", table.name)),
                        Value::Bytes(bytes) => {
                            all.push_str(&format!("{}: {}\n", table.name, String::from_utf8_lossy(bytes)))
                        }
                        _ => {}
                    });
                    last = rows.pop();
                    if last.is_none() {
                        break;
                    }
                }
            }
            Ok(all)
        });
        let kept = read.await.expect("all tables");
        for typed in &known {
            let place = kept.lines().find(|line| line.contains(typed));
            assert_eq!(place, None, "{typed} is in clear on {engine:?}");
        }
        assert!(kept.contains("s1:1:"), "something is sealed");
        // A login is found before anybody knows whose house it is, and is chosen to be read out: the declared exception.
        assert_eq!(kept.lines().find(|line| line.contains("situ")), Some("login: situ"));
        let columns = app.kernel().columns_to_seal();
        for column in
            ["person.name", "person.public_name", "idempotency.answer", "doors_phone.sealed", "doors_ticket.state"]
        {
            assert!(columns.contains(&column), "{column}");
        }
        let Options::Sqlite { path } = &app.database else { continue };
        for end in ["", "-wal"] {
            let bytes = std::fs::read(format!("{}{end}", path.display())).expect("the file");
            for typed in &known {
                let found = bytes.windows(typed.len()).any(|window| window == typed.as_bytes());
                assert!(!found, "{typed} is in clear in tongxin.db{end}");
            }
        }
    }
}
