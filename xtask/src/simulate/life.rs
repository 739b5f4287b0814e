//! The street: who asks what, and what they were answered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow};
use serde_json::{Value, json};
use tongxin_base::{Seeded, SystemClock, World};
use tongxin_kernel::{Held, PersonId, Role, people_store};
use tongxin_testkit::{Cast, Client, Engine, Reply, TestApp};

/// Workers who race.
const WORKERS: usize = 24;
/// Servers on the one database.
const SERVERS: usize = 2;

/// A matter as its reporter knows it: everything here was acknowledged.
#[derive(Debug, Clone)]
pub struct Matter {
    pub id: String,
    pub token: String,
    pub number: String,
    /// Verbs that were answered with "done", in the words of the journal, and how often.
    pub acknowledged: BTreeMap<&'static str, usize>,
}

/// The street so far.
pub struct Life {
    pub servers: Vec<Arc<TestApp>>,
    pub matters: Vec<Matter>,
    /// Order and the worker who was told that they won it.
    pub winners: BTreeMap<String, usize>,
    pub workers: Vec<String>,
    dice: World,
    asked: usize,
    broken_off: usize,
    lost_races: usize,
    restarts: u64,
}

/// Something somebody wants.
#[derive(Debug, Clone)]
struct Wish {
    /// Which server, and whose token.
    server: usize,
    token: Option<String>,
    path: String,
    body: Value,
    key: String,
    about: About,
    /// The caller hangs up after so many microseconds, and sends the same again.
    hang_up: Option<u64>,
}

/// What it is about, to write down the answer.
#[derive(Debug, Clone)]
enum About {
    Report,
    Matter(usize, &'static str),
    /// Whether it can be done is for the rules to say; done or refused, nothing may break.
    Try(usize, &'static str),
    Grab(usize, String, usize),
    Look,
}

impl Life {
    /// Moves in.
    pub async fn begin(seed: u64, engine: Engine) -> Result<Self> {
        let app = TestApp::start(engine, tongxin::MODULES).await;
        app.take_part(concat!(env!("CARGO_MANIFEST_DIR"), "/../programmes/binhe"), &tongxin_requests::MODULE).await;
        let workers = hire(&app).await?;
        let beside = app.beside(seed + 1000).await;
        Ok(Self {
            servers: vec![Arc::new(app), Arc::new(beside)],
            matters: Vec::new(),
            winners: BTreeMap::new(),
            workers,
            dice: World::new(Arc::new(SystemClock), Arc::new(Seeded::new(seed))),
            asked: 0,
            broken_off: 0,
            lost_races: 0,
            restarts: 0,
        })
    }

    /// A throw of the dice.
    pub fn below(&self, below: u32) -> u32 {
        self.dice.below(below)
    }

    fn index(&self, below: usize) -> usize {
        usize::try_from(self.dice.below(u32::try_from(below).unwrap_or(u32::MAX))).unwrap_or(0)
    }

    /// Lets time pass for everybody.
    pub fn pass(&self, time: Duration) {
        self.servers[0].pass(time);
    }

    /// Closes one server and opens it again, as after a crash of its process.
    pub async fn restart_one(&mut self) {
        self.restarts += 1;
        let fresh = self.servers[0].beside(2000 + self.restarts).await;
        self.servers[SERVERS - 1] = Arc::new(fresh);
    }

    /// What happened, in a line.
    pub fn summary(&self) -> String {
        format!(
            "{} asked, {} matters, {} orders won, {} races lost, {} calls broken off and sent again, {} restarts; all holds",
            self.asked,
            self.matters.len(),
            self.winners.len(),
            self.lost_races,
            self.broken_off,
            self.restarts
        )
    }

    /// Up to sixteen people at once, each with a wish.
    pub async fn crowd(&mut self) -> Result<()> {
        let size = 1 + self.below(16);
        let mut wishes = Vec::new();
        for _ in 0..size {
            wishes.extend(self.wishes().await?);
        }
        let mut running = Vec::new();
        for wish in wishes {
            self.asked += 1;
            self.broken_off += usize::from(wish.hang_up.is_some());
            let server = Arc::clone(&self.servers[wish.server]);
            running.push(tokio::spawn(async move {
                let reply = ask(&server, &wish).await;
                (wish, reply)
            }));
        }
        for done in running {
            let (wish, reply) = done.await?;
            self.note(&wish, &reply)?;
        }
        for server in &self.servers {
            server.work_off().await;
        }
        Ok(())
    }

    fn wish(&self, token: Option<String>, path: String, body: Value, about: About) -> Wish {
        let hang_up = (self.below(6) == 0).then(|| u64::from(self.below(3000)));
        let key = self.dice.secret();
        Wish { server: self.index(SERVERS), token, path, body, key, about, hang_up }
    }

    /// Somebody's next wish; for a grab, everybody's who races for the same order.
    async fn wishes(&self) -> Result<Vec<Wish>> {
        if self.matters.len() < 5 || self.below(5) == 0 {
            return Ok(vec![self.report()]);
        }
        let at = self.index(self.matters.len());
        let matter = &self.matters[at];
        let read =
            self.servers[0].anyone().get(&format!("/api/v1/requests/{}?token={}", matter.id, matter.token)).await;
        if read.status.as_u16() != 200 {
            return Err(anyhow!("the matter {} was acknowledged and is gone: {}", matter.number, read.text));
        }
        let of_matter = |verb: &str| format!("/api/v1/requests/{}/{verb}", matter.id);
        let desk = || Some(Cast::token(["secretary", "staff", "subdistrict"][self.index(3)]));
        let link = |verb: &str| format!("/api/v1/requests/{}/{verb}?token={}", matter.id, matter.token);
        let one = |wish| Ok(vec![wish]);
        if self.below(8) == 0 {
            return one(self.besides(at));
        }
        match read.at("/status").as_str() {
            "received" if self.below(12) == 0 => {
                one(self.wish(None, link("withdraw"), json!({}), About::Matter(at, "requests.withdraw")))
            }
            "received" => one(self.wish(desk(), of_matter("accept"), json!({}), About::Matter(at, "requests.accept"))),
            "accepted" if self.below(3) == 0 => one(self.wish(
                desk(),
                of_matter("contact"),
                json!({"how": "phone"}),
                About::Matter(at, "requests.contact"),
            )),
            // It lies at its former handler again, who begins; now and then the desk takes it away from them.
            "reopened" if read.at("/order/status") == "grabbed" && self.below(4) > 0 => {
                Ok(self.at_work(at, &read.at("/order/id"), "grabbed", &read.at("/order/worker")))
            }
            "accepted" | "reopened" => {
                one(self.wish(desk(), of_matter("publish"), json!({}), About::Matter(at, "requests.publish")))
            }
            "open" | "working" => {
                Ok(self.at_work(at, &read.at("/order/id"), &read.at("/order/status"), &read.at("/order/worker")))
            }
            "done" => {
                let solved = ["yes", "yes", "partly", "no"][self.index(4)];
                let body = json!({"solved": solved, "satisfied": 1 + self.below(5)});
                one(self.wish(None, link("rating"), body, About::Matter(at, "ratings.rate")))
            }
            _ => one(self.wish(desk(), of_matter("close"), json!({}), About::Look)),
        }
    }

    /// What happens to few matters: somebody joins, it is merged, split, moved, another unit is called, it is left out.
    fn besides(&self, at: usize) -> Wish {
        let id = &self.matters[at].id;
        let other = &self.matters[self.index(self.matters.len())].id;
        let (verb, body, action, who) = match self.below(7) {
            0 | 1 => ("join", json!({"description": "我也遇到了"}), "requests.join", None),
            2 => ("merge", json!({"into": other}), "requests.merge", Some("subdistrict")),
            3 => {
                let part = json!({"parts": [{"category": "0101", "description": "还有垃圾"}]});
                ("split", part, "requests.split", Some("subdistrict"))
            }
            4 => {
                let category = ["0201", "0101", "0302"][self.index(3)];
                let to = json!({"category": category, "unit": "150603003001"});
                ("move", to, "requests.move", Some("subdistrict"))
            }
            5 => {
                let call = json!({"unit": "150603003002", "text": "请配合"});
                ("delegate", call, "requests.delegate", Some("secretary"))
            }
            _ => ("exclude", json!({"reason": "weather", "text": "停工"}), "requests.exclude", Some("secretary")),
        };
        // What is asked to be left out is approved the next time the dice fall so.
        let (verb, body, action, who) = match (verb, self.below(2)) {
            ("exclude", 1) => ("exclusion", json!({"approve": true}), "requests.decide_exclusion", Some("subdistrict")),
            _ => (verb, body, action, who),
        };
        self.wish(who.map(Cast::token), format!("/api/v1/requests/{id}/{verb}"), body, About::Try(at, action))
    }

    fn report(&self) -> Wish {
        let category = ["0201", "0101", "0302", "0401"][self.index(4)];
        let point = [(39.611, 109.781), (39.589, 109.801), (10.0, 10.0)][self.index(3)];
        let spam = if self.below(20) == 0 { " http://a.example http://b.example" } else { "" };
        let words = format!("第{}件事{spam}", self.matters.len());
        let body = json!({"category": category, "description": words, "location": {"lat": point.0, "lon": point.1}});
        self.wish(None, "/api/v1/requests".to_owned(), body, About::Report)
    }

    fn at_work(&self, at: usize, order: &str, status: &str, holder: &str) -> Vec<Wish> {
        let of_order = |verb: &str| format!("/api/v1/orders/{order}/{verb}");
        if status == "open" {
            // A race: several workers for one order.
            let racers: BTreeSet<usize> = (0..=self.below(6)).map(|_| self.index(WORKERS)).collect();
            let racer = |worker: &usize| {
                let token = Some(self.workers[*worker].clone());
                self.wish(token, of_order("grab"), json!({}), About::Grab(at, order.to_owned(), *worker))
            };
            return racers.iter().map(racer).collect();
        }
        // Racers are called by their tokens; an order that was assigned to one of the cast lies until it lapses.
        let token = self.workers.iter().find(|worker| *worker == holder).cloned();
        if token.is_none() {
            return Vec::new();
        }
        let (verb, body, action) = match (status, self.below(8)) {
            ("working", 6) => ("wait", json!({"reason": "parts"}), "orders.wait"),
            ("working", 7) => ("resume", json!({}), "orders.resume"),
            (_, 0) => ("return", json!({"reason": "今天来不了"}), "orders.return"),
            ("grabbed", _) => ("start", json!({}), "orders.start"),
            _ => ("complete", json!({"note": "办好了"}), "orders.complete"),
        };
        vec![self.wish(token, of_order(verb), body, About::Matter(at, action))]
    }

    /// Writes down what was answered; only what was acknowledged counts.
    fn note(&mut self, wish: &Wish, reply: &Reply) -> Result<()> {
        match (&wish.about, reply.status.as_u16()) {
            (About::Report, 201) => self.matters.push(Matter {
                id: reply.at("/id"),
                token: reply.at("/token"),
                number: reply.at("/number"),
                acknowledged: BTreeMap::from([("requests.report", 1)]),
            }),
            (About::Matter(at, action) | About::Try(at, action), 200 | 201) => {
                *self.matters[*at].acknowledged.entry(action).or_default() += 1
            }
            (About::Grab(at, order, worker), 200) => {
                if let Some(first) = self.winners.insert(order.clone(), *worker) {
                    return Err(anyhow!("order {order} was won by worker {first} and by worker {worker}"));
                }
                *self.matters[*at].acknowledged.entry("orders.grab").or_default() += 1;
            }
            (About::Grab(..), 409) => self.lost_races += 1,
            // Somebody else was first, or the matter belongs to another desk, or is not there for this reader.
            (_, 200 | 403 | 404 | 409) | (About::Try(..), 422) => {}
            (_, other) => return Err(anyhow!("{} answered {other}: {}", wish.path, reply.text)),
        }
        Ok(())
    }
}

/// Sends a wish; who hangs up sends the same again, under the same key, to the other server too.
async fn ask(server: &TestApp, wish: &Wish) -> Reply {
    let client = |server: &TestApp| -> Client {
        let client = wish.token.as_deref().map_or_else(|| server.anyone(), |token| server.by(token));
        client.with("idempotency-key", &wish.key)
    };
    if let Some(micros) = wish.hang_up {
        let first = client(server);
        let post = first.post(&wish.path, wish.body.clone());
        if let Ok(reply) = tokio::time::timeout(Duration::from_micros(micros), post).await {
            return reply;
        }
    }
    for _ in 0..50 {
        let reply = client(server).post(&wish.path, wish.body.clone()).await;
        if reply.status.as_u16() != 503 {
            return reply;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    client(server).post(&wish.path, wish.body.clone()).await
}

async fn hire(app: &TestApp) -> Result<Vec<String>> {
    let ids: Vec<PersonId> = (0..WORKERS).map(|_| app.kernel().world().id()).collect();
    let (tenant, now) = (app.tenant.id, app.kernel().world().now());
    let tokens: Vec<String> = (0..WORKERS).map(|i| format!("bh-racer{i}")).collect();
    let given = tokens.clone();
    let write = move |tx: &mut tongxin_db::Tx<'_>| {
        for (id, token) in ids.iter().zip(&given) {
            people_store::add_person(tx, tenant, *id, (token, token), now)?;
            let post = Held { unit_path: "150603003/".to_owned(), role: Role::GridWorker };
            people_store::add_post(tx, tenant, *id, &post, now)?;
            people_store::add_token(tx, tenant, *id, (token, "simulation", "*"), now)?;
        }
        Ok(())
    };
    app.kernel().db().write(tenant, "simulate.hire", write).await.map_err(|e| anyhow!("{e}"))?;
    Ok(tokens)
}
