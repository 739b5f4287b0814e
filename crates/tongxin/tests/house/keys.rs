//! What people wrote, and how they are called and reached, is in the database only sealed.

use serde_json::json;
use tongxin_base::TenantId;
use tongxin_db::{Options, Table, Value};
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
async fn main_loop(app: &TestApp) {
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
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_alone_tells_nothing_that_was_typed() {
    for engine in engines() {
        let app = town(engine).await;
        main_loop(&app).await;
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
        for typed in TYPED {
            let place = kept.lines().find(|line| line.contains(typed));
            assert_eq!(place, None, "{typed} is in clear on {engine:?}");
        }
        assert!(kept.contains("s1:1:"), "something is sealed");
        let Options::Sqlite { path } = &app.database else { continue };
        for end in ["", "-wal"] {
            let bytes = std::fs::read(format!("{}{end}", path.display())).expect("the file");
            for typed in TYPED {
                let found = bytes.windows(typed.len()).any(|window| window == typed.as_bytes());
                assert!(!found, "{typed} is in clear in tongxin.db{end}");
            }
        }
    }
}
