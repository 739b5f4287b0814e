//! Every table, whatever room it belongs to: where somebody's data is before they take it along and erase it, and where nothing of
//! it may be afterwards. A table that is not named here fails the test, so that nobody adds one and forgets the people in it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::json;
use tongxin_base::TenantId;
use tongxin_db::{Column, ColumnKind, Table, Value};
use tongxin_kernel::{PersonId, PersonalField, Whose, people_store};
use tongxin_testkit::{TestApp, engines};
use uuid::Uuid;

use crate::town::{by, published, town};

/// Tables that hold nothing of anybody: the programme, the units, figures, books of the house itself.
const OF_NOBODY: [&str; 23] = [
    "board_node",
    "board_open",
    "board_target",
    "calendar_day",
    "counter",
    "doors_phone_code",
    "journal_checkpoint",
    "journal_head",
    "journal_node",
    "measure_ever",
    "measure_total",
    "requests_batch",
    "requests_category",
    "requests_material",
    "requests_pause",
    "requests_phrase",
    "requests_pool",
    "requests_source",
    "sealing_key",
    "sites_site",
    "tenant",
    "unit",
    "search_gram",
];
/// Tables that point at people or hold what they wrote: each must do so in the walk.
const OF_SOMEBODY: [&str; 35] = [
    "approval",
    "consent",
    "doors_app",
    "doors_link",
    "doors_mail",
    "doors_passkey",
    "doors_phone",
    "doors_recovery_code",
    "doors_ticket",
    "event",
    "file",
    "idempotency",
    "invitation",
    "job",
    "journal",
    "journal_salt",
    "login",
    "look",
    "notice",
    "password",
    "person",
    "person_contact",
    "post",
    "ratings_rating",
    "requests_cooldown",
    "requests_delegation",
    "requests_duty",
    "requests_exclusion",
    "requests_leave",
    "requests_message",
    "requests_order",
    "requests_release",
    "requests_report",
    "requests_request",
    "requests_saved",
];
/// What came later.
const OF_SOMEBODY_TOO: [&str; 6] =
    ["chore", "push_subscription", "requests_photo", "requests_worker", "session", "token"];

/// Where the bare number of somebody may stand after they are gone, and why.
const STAYS: &[(&str, &str)] = &[
    ("person.id", "a row without a name, at which old acts point"),
    ("post.person_id", "that there was a post, and until when: who decided is answered for"),
    ("journal.actor", "a number that stands for nobody any more; the tree holds"),
    ("journal.subject_id", "the same"),
    ("journal.payload", "the same"),
    ("event.subject_id", "gone by itself with the events"),
    ("event.payload", "the same"),
    ("job.payload", "what was to be done, gone when done"),
    ("look.viewer_id", "who looked is what others have a right to read, for two years"),
    ("approval.asked_by", "who asked for a dangerous act, for two years"),
    ("approval.decided_by", "who agreed to one, for two years"),
    ("approval.subject_id", "whom it was about, for two years"),
    ("requests_order.worker_id", "who did the work stands for nobody, and figures stand on it"),
    ("requests_request.handler_id", "the same"),
    ("ratings_rating.handler_id", "the same"),
    ("file.uploader_id", "a file of a matter, gone with the matter"),
];

/// A hand on every table: rows as they are kept.
async fn rows(app: &TestApp) -> BTreeMap<String, Vec<(String, Value)>> {
    let tables = Table::all(&app.kernel().db().columns().expect("columns"));
    let read = app.kernel().db().scan(TenantId(0), move |read| {
        let mut all: BTreeMap<String, Vec<(String, Value)>> = BTreeMap::new();
        for table in &tables {
            let kept = all.entry(table.name.clone()).or_default();
            let mut last: Option<Vec<Value>> = None;
            loop {
                let mut page = table.page(read, last.as_deref(), 500)?;
                for row in &page {
                    kept.extend(table.columns.iter().cloned().zip(row.iter().cloned()));
                }
                last = page.pop();
                if last.is_none() {
                    break;
                }
            }
        }
        Ok(all)
    });
    read.await.expect("all tables")
}

fn tells(value: &Value, person: PersonId) -> bool {
    match value {
        Value::Uuid(id) => *id == person.uuid(),
        Value::Bytes(bytes) => bytes.as_slice() == person.uuid().as_bytes(),
        Value::Text(text) => text.contains(&person.to_string()),
        _ => false,
    }
}

/// `table.column` wherever a person's number stands.
fn places(all: &BTreeMap<String, Vec<(String, Value)>>, person: PersonId) -> BTreeSet<String> {
    let cells = all.iter().flat_map(|(table, cells)| cells.iter().map(move |(column, value)| (table, column, value)));
    cells.filter(|(_, _, value)| tells(value, person)).map(|(table, column, _)| format!("{table}.{column}")).collect()
}

/// All sealed values with their places.
fn sealed(all: &BTreeMap<String, Vec<(String, Value)>>) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (table, cells) in all {
        for (column, value) in cells {
            let text = match value {
                Value::Text(text) => text.clone(),
                Value::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                _ => continue,
            };
            if text.starts_with("s1:") {
                found.insert((format!("{table}.{column}"), text));
            }
        }
    }
    found
}

/// A row of a table that points at somebody, for what only a telephone, a key or another organisation could bring about.
async fn by_hand(app: &TestApp, table: &'static str, person: PersonId) {
    let columns = app.kernel().db().columns().expect("columns");
    let of: Vec<&Column> = columns.iter().filter(|column| column.table == table).collect();
    let postgres = matches!(app.database, tongxin_db::Options::Postgres { .. });
    let id = |id: Uuid| if postgres { Value::Uuid(id) } else { Value::Bytes(id.as_bytes().to_vec()) };
    let requests = rows(app).await.remove("requests_request").unwrap_or_default();
    let request = requests.into_iter().find(|(column, _)| column == "id").expect("a matter").1;
    let value = |column: &Column| match (column.name.as_str(), column.kind) {
        ("tenant_id", _) => Value::Int(1),
        ("person_id", _) => id(person.uuid()),
        ("request_id", _) => request.clone(),
        ("told", _) => Value::Null,
        ("id", _) => id(Uuid::from_u128(person.uuid().as_u128() ^ 1)),
        (_, ColumnKind::Int) => Value::Int(i64::MAX / 4),
        (_, ColumnKind::Real) => Value::Real(0.0),
        (_, ColumnKind::Text) => Value::Text(format!("of {table}")),
        (_, ColumnKind::Bytes) => Value::Bytes(table.as_bytes().to_vec()),
    };
    let row: Vec<Value> = of.iter().map(|column| value(column)).collect();
    let names: Vec<String> = of.iter().map(|column| column.name.clone()).collect();
    let write = move |tx: &mut tongxin_db::Tx<'_>| {
        Table::named(table, &names).expect("ours").fill(tx, std::slice::from_ref(&row))
    };
    app.kernel().db().write(app.tenant.id, "test.fill", write).await.expect("a row");
}

/// What somebody types on the way, each so odd that it is nowhere else.
fn typed(who: &str) -> [String; 9] {
    ["姓", "址", "事", "答", "评", "假", "岗", "问", "结"].map(|what| format!("{what}·{who}·词"))
}

/// Everything that somebody who works here can leave behind: as a reporter, as a worker, as an account.
async fn lives(app: &TestApp, key: &'static str, other: &str) {
    let [name, place, words, answer, reason, leave, kept, question, note] = typed(key);
    let me = by(app, key);
    let contact = json!({"name": name, "phone": "13987651234", "email": format!("{key}@example.org")});
    let mut red = std::io::Cursor::new(Vec::new());
    let shade = key.bytes().fold(0_u8, u8::wrapping_add);
    let picture = image::RgbImage::from_pixel(64, 64, image::Rgb([shade, 1, 2]));
    picture.write_to(&mut red, image::ImageFormat::Jpeg).expect("a picture");
    let photo = me.post_raw("/api/v1/files", "image/jpeg", red.into_inner()).await.expect(201).at("/id");
    let body = json!({"category": "0201", "description": words, "place": place, "contact": contact, "photos": [photo],
        "location": {"lat": 39.611, "lon": 109.781}});
    let made = by(app, key).with("idempotency-key", "k-walk").post("/api/v1/requests", body).await.expect(201);
    let (id, token) = (made.at("/id"), made.at("/token"));
    let at = |verb: &str| format!("/api/v1/requests/{id}/{verb}");
    let desk = by(app, "secretary");
    desk.post(&at("accept"), json!({})).await.expect(200);
    desk.post(&at("messages"), json!({"text": question, "public": true})).await.expect(200);
    app.anyone().post(&format!("{}?token={token}", at("messages")), json!({"text": answer})).await.expect(200);
    let seat = app.signed_in("secretary").await;
    let matter = format!("/desk/requests/{id}");
    let _ = seat.submit(&matter, &format!("{matter}/reveal"), &[("purpose", "visit")]).await.expect(200);
    let order = desk.post(&at("publish"), json!({})).await.expect(200).at("/order/id");
    let colleague = if key == "worker" { "worker2" } else { "worker" };
    for (verb, body) in [("grab", json!({})), ("start", json!({})), ("complete", json!({"note": "好了"}))] {
        by(app, colleague).post(&format!("/api/v1/orders/{order}/{verb}"), body).await.expect(200);
    }
    for (verb, body) in [("grab", json!({})), ("start", json!({})), ("complete", json!({"note": note}))] {
        me.post(&format!("/api/v1/orders/{other}/{verb}"), body).await.expect(200);
    }
    let rating = json!({"solved": "yes", "satisfied": 5, "reasons": [reason]});
    app.anyone().post(&format!("{}?token={token}", at("rating")), rating).await.expect(200);
    let share = format!("/desk/requests/{id}/share");
    let _ = seat.submit(&share, &share, &[("words", "门口的路灯不亮"), ("outcome", "修好了")]).await.expect(303);
    let away = json!({"from": "2026-03-20", "to": "2026-03-21", "reason": leave});
    let duty = json!({"hours": "1-5 09:00-12:00", "base": {"lat": 39.61, "lon": 109.78}, "away": away});
    me.post("/api/v1/me/duty", duty).await.expect(200);
    let own = app.signed_in(key).await;
    let _ = own.submit("/me", "/me/contact", &[("email", "x@example.org"), ("by_mail", "yes")]).await.expect(303);
    let list = [("name", kept.as_str()), ("back", "/desk/requests?status=open")];
    let _ = own.submit("/desk/requests", "/desk/lists", &list).await.expect(303);
    let query = format!("q={}", tongxin_web::url_escape(&kept));
    let file = [("query", query.as_str()), ("file", "csv"), ("once", "walk")];
    let _ = own.submit("/desk/requests", "/desk/requests/export", &file).await.expect(303);
    app.work_off().await;
}

/// What comes about only with a second person, another organisation, a key or a telephone.
async fn rest(app: &TestApp, person: PersonId) {
    for table in [
        "doors_app",
        "doors_link",
        "doors_mail",
        "doors_passkey",
        "doors_phone",
        "doors_recovery_code",
        "doors_ticket",
        "push_subscription",
        "requests_cooldown",
    ] {
        by_hand(app, table, person).await;
    }
    let (tenant, now) = (app.tenant.id, app.clock_now());
    let invite = move |tx: &mut tongxin_db::Tx<'_>| tongxin_kernel::invite(tx, tenant, person, "of invitation", now);
    app.kernel().db().write(tenant, "test.invite", invite).await.expect("invited");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_is_walked_by_who_takes_their_data_and_goes() {
    for engine in engines() {
        let app = town(engine).await;
        let tables: BTreeSet<String> =
            Table::all(&app.kernel().db().columns().expect("columns")).into_iter().map(|table| table.name).collect();
        let somebody = OF_SOMEBODY.iter().chain(&OF_SOMEBODY_TOO);
        let known: BTreeSet<String> = OF_NOBODY.iter().chain(somebody.clone()).map(|name| (*name).to_owned()).collect();
        let strange: Vec<&String> = tables.difference(&known).collect();
        assert!(strange.is_empty(), "say in this test whether these hold anything of anybody: {strange:?}");
        let gone: Vec<&String> = known.difference(&tables).collect();
        assert!(gone.is_empty(), "there are no such tables: {gone:?}");

        let (_, _, first) = published(&app, "别人报的事").await;
        let (_, _, second) = published(&app, "别人报的另一件").await;
        lives(&app, "worker2", &first).await;
        let before = sealed(&rows(&app).await);
        lives(&app, "worker", &second).await;
        let me = app.cast.id("worker");
        rest(&app, me).await;
        let full = rows(&app).await;
        let mine: BTreeSet<(String, String)> = sealed(&full).difference(&before).cloned().collect();
        let there = places(&full, me);
        let touched: BTreeSet<&str> =
            there.iter().map(String::as_str).chain(mine.iter().map(|(place, _)| place.as_str())).collect();
        println!("{engine:?}: the walk leaves something in {touched:?}");
        for table in tables.iter().filter(|table| !OF_NOBODY.contains(&table.as_str())) {
            assert!(!full[table].is_empty() || NOT_WALKED.contains(&table.as_str()), "the walk leaves {table} empty");
        }
        for table in OF_NOBODY {
            let prefix = format!("{table}.");
            let found = touched.iter().find(|place| place.starts_with(&prefix));
            assert!(found.is_none(), "{found:?} is of somebody after all");
        }

        // All of it is taken along, and nothing of anybody else's.
        let held = app.kernel().held_about(app.tenant.id, &Whose::Person(me)).await.expect("held");
        let text = format!("{:?}", held.pieces);
        let [name, place, words, answer, reason, leave, kept, ..] = typed("worker");
        for word in [
            name,
            place,
            words,
            answer,
            reason,
            leave,
            kept,
            "x@example.org".to_owned(),
            "of doors_passkey".to_owned(),
            "of push_subscription".to_owned(),
        ] {
            assert!(text.contains(&word), "{word} is not in what is taken along: {text}");
        }
        for word in typed("worker2") {
            assert!(!text.contains(&word), "{word} is somebody else's");
        }
        assert!(!held.looks.is_empty(), "who looked is told");

        // They leave, and go.
        let (tenant, now) = (app.tenant.id, app.clock_now());
        let leave = move |tx: &mut tongxin_db::Tx<'_>| people_store::end_posts(tx, tenant, me, now);
        app.kernel().db().write(tenant, "test.leave", leave).await.expect("they left");
        app.pass(Duration::from_secs(1));
        let call = app.kernel().call(&app.tenant, &tongxin_kernel::Who::System);
        app.kernel().erase_about(call, Whose::Person(me)).await.expect("erased");
        app.work_off().await;
        let left = rows(&app).await;
        let odd: Vec<String> =
            places(&left, me).into_iter().filter(|place| !STAYS.iter().any(|(stays, _)| stays == place)).collect();
        assert!(odd.is_empty(), "they are still in {odd:?}");
        let kept: BTreeSet<String> = sealed(&left).intersection(&mine).map(|(place, _)| place.clone()).collect();
        let odd: Vec<&String> =
            kept.iter().filter(|place| !WORDS_STAY.iter().any(|(stays, _)| stays == place)).collect();
        assert!(odd.is_empty(), "their words are still in {odd:?}");
        let text = format!("{left:?}");
        for word in typed("worker") {
            assert!(!text.contains(&word), "{word} is in clear");
        }
        // Whoever is still there lost nothing.
        let now_sealed = sealed(&left);
        let others: Vec<_> = before.difference(&now_sealed).collect();
        // Their own name, which the cast had from the beginning, is all that went of what was there before them.
        let names: Vec<&str> = others.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(names, ["person.name", "person.public_name"], "others lost {others:?}");
        retention(&app).await;
    }
}

/// What staff wrote about a matter is the matter's, and goes when its time is over.
const WORDS_STAY: &[(&str, &str)] = &[
    ("requests_message.text", "what the desk asked: the staff's words, until the matter's time is over"),
    ("requests_order.note", "what was done, in the worker's words, until the matter's time is over"),
    ("requests_order.reason", "why an order came back, until the matter's time is over"),
    ("idempotency.answer", "an answer that may be asked for again, for a day"),
];
/// Tables whose people come only by acts that other tests do (another unit's help, a second person's yes).
const NOT_WALKED: [&str; 3] = ["approval", "requests_delegation", "requests_exclusion"];

/// Three years later everybody has left, and of what has a clock nothing is there.
async fn retention(app: &TestApp) {
    let (tenant, now) = (app.tenant.id, app.clock_now());
    app.pass(Duration::from_secs(30 * 24 * 3600));
    app.work_off().await;
    let all: Vec<PersonId> = tongxin_testkit::Cast::roles().map(|(key, _)| app.cast.id(key)).collect();
    let leave = move |tx: &mut tongxin_db::Tx<'_>| {
        use tongxin_db::{params, sql};
        all.iter().try_for_each(|person| people_store::end_posts(tx, tenant, *person, now))?;
        tx.exec(sql!("UPDATE person SET left_at = $2 WHERE tenant_id = $1"), params![tenant, now])
    };
    app.kernel().db().write(tenant, "test.leave", leave).await.expect("they left");
    for _ in 0..3 {
        app.pass(Duration::from_secs(400 * 24 * 3600));
        app.kernel().tidy_up().await.expect("tidied");
        app.work_off().await;
    }
    let left = rows(app).await;
    let fields: Vec<&PersonalField> =
        tongxin_kernel::FIELDS.iter().chain(app.kernel().rooms().iter().flat_map(|room| room.fields)).collect();
    let mut odd = Vec::new();
    for field in fields {
        let PersonalField::Personal { column, retention_days, .. } = field else { continue };
        let (table, name) = column.split_once('.').expect("table.column");
        if *column == "search_gram.gram" {
            continue; // a matter is still found by its number and kind; by its words it is not (`rights::who_wants_to_be_forgotten_is`)
        }
        let full = |value: &Value| match value {
            Value::Null => false,
            Value::Text(text) => !text.is_empty() && text != "[]" && !text.starts_with("gone:"),
            Value::Bytes(bytes) => !bytes.is_empty(),
            _ => true,
        };
        if left[table].iter().any(|(column, value)| column == name && full(value)) {
            odd.push(format!("{column} after {retention_days} days"));
        }
    }
    assert!(odd.is_empty(), "nobody needs these any more, and they are there: {odd:?}");
}
