//! Every route times every role times where the thing lies, knocked at for real: what each gets is a table that somebody has
//! read. A route whose thing is not named here fails, so none goes uncovered.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tongxin_testkit::{COMMUNITY, Cast, Client, Engine, GRID, OTHER_COMMUNITY, OTHER_GRID, TestApp, hidden};

use crate::town::{by, town};

/// Who knocks, in the order of the table's columns.
const ACTORS: [&str; 13] = [
    "nobody",
    "resident",
    "enterprise",
    "mediator",
    "worker",
    "worker2",
    "courier",
    "staff",
    "secretary",
    "other_secretary",
    "subdistrict",
    "auditor",
    "admin",
];
/// No thing at all.
const NIL: &str = "01920000-0000-7000-8000-000000000000";

/// What lies here, in the cast's first community, and what there, in the other.
struct Things {
    /// Parameter by place: `request.here`.
    ids: BTreeMap<&'static str, String>,
}

async fn report_at(app: &TestApp, here: bool) -> (String, String) {
    let place = if here { json!({"lat": 39.611, "lon": 109.781}) } else { json!({"lat": 39.589, "lon": 109.801}) };
    let body = json!({"category": "0201", "description": "楼道的灯不亮", "location": place});
    let reply = app.anyone().post("/api/v1/requests", body).await.expect(201);
    (reply.at("/id"), reply.at("/token"))
}

/// An order in the pool.
async fn order_at(app: &TestApp, here: bool) -> String {
    let (id, _) = report_at(app, here).await;
    let desk = by(app, if here { "secretary" } else { "other_secretary" });
    desk.post(&format!("/api/v1/requests/{id}/accept"), json!({})).await.expect(200);
    desk.post(&format!("/api/v1/requests/{id}/publish"), json!({})).await.expect(200).at("/order/id")
}

impl Things {
    async fn new(app: &TestApp) -> Self {
        let mut ids = BTreeMap::new();
        for (name, desk, unit) in
            [("site.here", "secretary", COMMUNITY), ("site.there", "other_secretary", OTHER_COMMUNITY)]
        {
            let fields = [
                ("level", "station"),
                ("unit", unit),
                ("name", "便民服务站"),
                ("address", "一号楼"),
                ("phone", "0477-8590101"),
                ("hours", "1-5 09:00-12:00"),
                ("services", "education"),
            ];
            let made =
                app.signed_in(desk).await.submit("/desk/sites/new", "/desk/sites/new", &fields).await.expect(303);
            let code = made.location().rsplit('/').next().and_then(|rest| rest.split('?').next()).expect("a code");
            ids.insert(name, code.to_owned());
        }
        ids.insert("person.here", app.cast.id("lecturer").to_string());
        let body = json!({"name": "楼长卯", "login": "elder", "role": "mediator", "unit": OTHER_GRID});
        ids.insert("person.there", by(app, "admin").post("/api/v1/people", body).await.expect(201).at("/id"));
        let (target, _) = report_at(app, true).await;
        let number = by(app, "secretary").get(&format!("/api/v1/requests/{target}")).await.expect(200).at("/number");
        ids.insert("target", number);
        let mut things = Self { ids };
        things.renew(app, "request").await;
        things.renew(app, "order").await;
        things
    }

    /// What the forms of all pages ask for, of a place.
    fn form(&self, csrf: &str, kind: &str, place: &str) -> String {
        let (own, other) = if place == "there" { (OTHER_GRID, COMMUNITY) } else { (GRID, OTHER_COMMUNITY) };
        let code = if kind == "order" { "no_time" } else { "outside" };
        let into = &self.ids["target"];
        format!(
            "csrf={csrf}&code={code}&reason=x&text=x&note=x&how=phone&way=note&unit={own}&role=mediator&category=0201&to={NIL}\
             &part_category=0201&part_words=x&whistle_unit={other}&whistle_text=x&exclude_code=weather&exclude_text=x&into={into}\
             &to_role=mediator&to_unit={own}&wait_code=parts&wait_text=x&name=x&amount=1&cost=1&title=x&public_name=x&login=x"
        )
    }

    /// New ones, where the last were used up.
    async fn renew(&mut self, app: &TestApp, kind: &str) {
        if kind != "order" {
            for (name, link, here) in [("request.here", "link.here", true), ("request.there", "link.there", false)] {
                let (id, token) = report_at(app, here).await;
                self.ids.insert(name, id);
                self.ids.insert(link, token);
            }
        } else {
            self.ids.insert("order.here", order_at(app, true).await);
            self.ids.insert("order.there", order_at(app, false).await);
            let worker = by(app, "worker");
            if let Some(last) = self.ids.get("order.taken") {
                drop(worker.post(&format!("/api/v1/orders/{last}/return"), json!({"reason": "no_time"})).await);
            }
            let taken = order_at(app, true).await;
            let _ = worker.post(&format!("/api/v1/orders/{taken}/grab"), json!({})).await.expect(200);
            self.ids.insert("order.taken", taken);
        }
    }
}

/// Which kind of thing a path is about, the places it lies in, and the verbs of its forms.
fn about(path: &str) -> (&'static str, &'static [&'static str], &'static [&'static str]) {
    const BOTH: &[&str] = &["here", "there"];
    const NONE: &[&str] = &[""];
    match path {
        _ if !path.contains('{') => ("", NONE, NONE),
        "/desk/requests/{id}/{verb}" => (
            "request",
            BOTH,
            &[
                "accept", "decline", "publish", "contact", "message", "transfer", "withdraw", "close", "move", "merge",
                "split", "delegate", "answer", "recall", "exclude", "decide", "release",
            ],
        ),
        _ if path.starts_with("/desk/requests/{id}") || path.starts_with("/api/v1/requests/{id}") => {
            ("request", BOTH, NONE)
        }
        "/requests/{id}/photos/{photo}" | "/rate/{kind}/{id}" => ("request", BOTH, NONE),
        "/work/orders/{id}/{verb}" => (
            "order",
            &["here", "there", "taken"],
            &["grab", "start", "return", "complete", "before", "wait", "resume", "material", "message", "contact"],
        ),
        _ if path.starts_with("/work/orders/{id}") || path.starts_with("/api/v1/orders/{id}") => {
            ("order", &["here", "there", "taken"], NONE)
        }
        "/admin/people/{id}/{verb}" => {
            ("person", BOTH, &["give", "move", "end", "leave", "stand-in", "invite", "erase"])
        }
        _ if path.starts_with("/admin/people/{id}") || path.starts_with("/api/v1/people/{id}") => {
            ("person", BOTH, NONE)
        }
        _ if path.starts_with("/desk/workers/{person}") => ("person", BOTH, NONE),
        _ if path.starts_with("/desk/sites/{code}") || path.contains("/sites/{code}") || path == "/q/{code}" => {
            ("site", BOTH, NONE)
        }
        _ if path.starts_with("/r/{token}") || path.starts_with("/rights/{token}") => ("link", BOTH, NONE),
        "/admin/approvals/{id}/{verb}" => ("nothing", NONE, &["approve", "refuse", "withdraw"]),
        "/me/posts/{verb}" => ("nothing", NONE, &["stand-in", "end"]),
        "/me/consents/{name}/{verb}" => ("nothing", NONE, &["agree", "withdraw"]),
        _ if path.starts_with("/admin/categories/{code}") => ("category", NONE, NONE),
        _ if path.starts_with("/admin/phrases/{kind}/{code}") => ("phrase", NONE, NONE),
        // What somebody has themselves, found by what they have, and what is not there for anybody.
        "/admin/outbox/{id}/retry"
        | "/api/v1/approvals/{id}"
        | "/desk/lists/{id}/drop"
        | "/help/{part}"
        | "/files/{id}"
        | "/me/chores/{id}/drop"
        | "/me/chores/{id}/file"
        | "/me/notices/{id}"
        | "/me/sign-in/link/{name}"
        | "/me/sign-in/mail/{token}"
        | "/me/sign-in/passkeys/{id}/name"
        | "/me/sign-in/passkeys/{id}/remove"
        | "/me/sign-in/sessions/{mark}/end"
        | "/me/sign-in/tokens/{mark}/end"
        | "/me/sign-in/unlink/{name}"
        | "/sign-in/back/{name}"
        | "/sign-in/recover/{token}"
        | "/sign-in/with/{name}"
        | "/welcome/{token}"
        | "/welcome/{token}/passkey"
        | "/welcome/{token}/passkey/begin"
        | "/welcome/{token}/with/{name}" => ("nothing", NONE, NONE),
        _ => panic!("{path}: name its thing in `about`, and look at its rows in the table"),
    }
}

fn filled(path: &str, thing: &str, verb: &str) -> String {
    let mut out = path.replace("{verb}", verb).replace("{kind}/{code}", "decline/spam").replace("{kind}", "request");
    for name in ["{photo}", "{delegation}", "{name}", "{mark}", "{shift}"] {
        out = out.replace(name, NIL);
    }
    let thing = if thing.is_empty() { if path.contains("categories") { "0201" } else { NIL } } else { thing };
    for name in ["{id}", "{code}", "{token}", "{person}"] {
        out = out.replace(name, thing);
    }
    out
}

/// A body for a call of the API, from its own description.
struct Asked<'a> {
    description: &'a Value,
    path: &'a str,
    unit: &'a str,
    worker: String,
}

impl Asked<'_> {
    fn body(&self) -> Value {
        self.sample(
            &self.description["paths"][self.path]["post"]["requestBody"]["content"]["application/json"]["schema"],
        )
    }

    /// What a field must say to be understood.
    fn told(&self, name: &str) -> Option<Value> {
        Some(match name {
            "role" => json!("mediator"),
            "unit" => json!(self.unit),
            "category" => json!("0201"),
            "note" | "text" | "description" | "name" | "words" => json!("楼道的灯"),
            "how" => json!("phone"),
            "amount" | "cost" => json!("1"),
            "reason" if self.path.ends_with("/wait") => json!("parts"),
            "reason" if self.path.ends_with("/return") => json!("no_time"),
            "to" => json!(self.worker),
            "when" => json!("before"),
            _ => return None,
        })
    }

    /// The smallest value that the schema takes.
    fn sample(&self, schema: &Value) -> Value {
        if schema.is_null() {
            return json!({});
        }
        if let Some(name) = schema["$ref"].as_str().and_then(|at| at.rsplit('/').next()) {
            return self.sample(&self.description["components"]["schemas"][name]);
        }
        for several in ["oneOf", "anyOf", "allOf"] {
            let list = schema[several].as_array();
            if let Some(one) = list.and_then(|list| list.iter().find(|one| one["type"] != "null")) {
                return self.sample(one);
            }
        }
        let listed = |kind: &str| schema["type"].as_array().is_some_and(|list| list.contains(&kind.into()));
        let is = |kind: &str| schema["type"] == kind || listed(kind);
        if let Some(first) = schema["enum"].as_array().and_then(|list| list.first()) {
            return first.clone();
        }
        if is("object") {
            let needed = schema["required"].as_array().cloned().unwrap_or_default();
            let fields = schema["properties"].as_object().into_iter().flatten();
            let wanted = fields.filter(|(name, _)| needed.contains(&json!(name)) || self.told(name).is_some());
            return wanted
                .map(|(name, schema)| (name.clone(), self.told(name).unwrap_or_else(|| self.sample(schema))))
                .collect();
        }
        match () {
            () if is("array") => json!([self.sample(&schema["items"])]),
            () if is("integer") || is("number") => json!(1),
            () if is("boolean") => json!(true),
            () if schema["format"] == "uuid" => json!(NIL),
            () => json!("x"),
        }
    }
}

fn letter(reply: &tongxin_testkit::Reply) -> char {
    match reply.status.as_u16() {
        401 => '.',
        303 if reply.location().starts_with("/sign-in?back=") => '.',
        403 => 'x',
        404 | 410 => '0',
        500.. => '!', // never
        _ => '+',
    }
}

fn used_up(reply: &tongxin_testkit::Reply) -> bool {
    reply.status.is_success() || reply.status.is_redirection()
}

/// `.` sign in first, `x` not yours, `0` no such thing for you, `+` past all doors (done, or refused by a rule of the work).
#[tokio::test(flavor = "multi_thread")]
async fn what_each_role_gets_of_each_route() {
    let app = town(Engine::Sqlite).await;
    let description = app.anyone().get("/api/openapi.json").await.expect(200).json();
    let csrf = hidden(&app.anyone().get("/report").await.expect(200).text, "csrf").expect("a token");
    let mut things = Things::new(&app).await;
    let client = |key: &str| -> Client { if key == "nobody" { app.anyone() } else { app.by(&Cast::token(key)) } };
    let mut table = format!("{}\n", ACTORS.join(" "));
    for row in app.app.route_table() {
        // These take a session from who asks, or make one: they have journeys of their own.
        if row.path.starts_with("/sign-") || row.path == "/me/erase" || row.path.starts_with("/me/sign-in/sessions/end")
        {
            continue;
        }
        let (kind, places, verbs) = about(&row.path);
        for (place, verb) in places.iter().flat_map(|place| verbs.iter().map(move |verb| (*place, *verb))) {
            let mut got = String::new();
            for actor in ACTORS {
                let thing = things.ids.get(format!("{kind}.{place}").as_str()).cloned().unwrap_or_default();
                let path = filled(&row.path, &thing, verb);
                let reply = match (row.method.as_str(), row.path.starts_with("/api/")) {
                    ("GET", _) => client(actor).get(&path).await,
                    (_, true) => {
                        let unit = if place == "there" { OTHER_GRID } else { GRID };
                        let worker = app.cast.id("worker2").to_string();
                        let asked = Asked { description: &description, path: &row.path, unit, worker };
                        client(actor).post(&path, asked.body()).await
                    }
                    (_, false) => {
                        let form = things.form(&csrf, kind, place);
                        client(actor).post_raw(&path, "application/x-www-form-urlencoded", form).await
                    }
                };
                if row.method != "GET" && used_up(&reply) && ["request", "link", "order"].contains(&kind) {
                    things.renew(&app, kind).await;
                }
                got.push(letter(&reply));
            }
            let place = if place.is_empty() { String::new() } else { format!(" {place}") };
            let path = row.path.replace("{verb}", verb);
            table.push_str(&format!("{:<5} {:<52} {got}\n", row.method, format!("{path}{place}")));
        }
    }
    assert!(!table.contains('!'), "something broke: {table}");
    insta::assert_snapshot!(table);
}
