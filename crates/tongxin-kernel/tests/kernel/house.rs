//! A kernel for one test: two tenants, a room that does as it is told, and a clock that stands.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use tongxin_base::{Error, FixedClock, Id, Label, Locale, Result, Seeded, TenantId, Time, World};
use tongxin_db::{Migration, Options, Read, Tx, params, sql};
use tongxin_kernel::{
    Act, Address, AddressBook, Anything, Config, FileStore, Held, JobKind, JobRun, Kernel, Level, PasswordCost,
    PersonId, Role, Room, Secret, Settings, Subject, Subscription, Tenant, Unit, Who, people_store, put_unit,
};

pub const POSTGRES: &str = "TONGXIN_TEST_POSTGRES";
/// The root and a community and a grid under it.
pub const ROOT: &str = "150603003/";
pub const COMMUNITY: &str = "150603003/150603003001/";
pub const GRID: &str = "150603003/150603003001/150603003001001/";
pub const OTHER_COMMUNITY: &str = "150603003/150603003002/";

/// The room's one table.
const DEEDS: Migration = Migration {
    module: "deeds",
    name: "0001_deed",
    sqlite: "CREATE TABLE deed(tenant_id INTEGER NOT NULL, id BLOB NOT NULL, words TEXT NOT NULL,
               PRIMARY KEY (tenant_id, id)) STRICT, WITHOUT ROWID",
    postgres: "CREATE TABLE deed(tenant_id BIGINT NOT NULL, id UUID NOT NULL, words TEXT NOT NULL,
               PRIMARY KEY (tenant_id, id))",
};

/// What the room's jobs are to do, by the word in their event's payload: `(event, run) -> result`. Jobs are plain
/// functions, so what they meet lies here.
type Script = Arc<dyn Fn(Kernel, JobRun) -> futures_util::future::BoxFuture<'static, Result<()>> + Send + Sync>;
static SCRIPTS: Mutex<BTreeMap<String, Script>> = Mutex::new(BTreeMap::new());

/// Gives the jobs of events with this word something to do, and answers the word.
pub fn script<F>(world: &World, run: impl Fn(Kernel, JobRun) -> F + Send + Sync + 'static) -> String
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let word = world.id::<()>().to_string() + &World::system().secret();
    let script: Script = Arc::new(move |kernel, job| Box::pin(run(kernel, job)));
    SCRIPTS.lock().unwrap_or_else(PoisonError::into_inner).insert(word.clone(), script);
    word
}

const JOB: JobKind = JobKind {
    kind: "deeds.hear",
    run: |kernel, job| {
        Box::pin(async move {
            let word = job.payload["payload"]["word"].as_str().unwrap_or_default().to_owned();
            let script = SCRIPTS.lock().unwrap_or_else(PoisonError::into_inner).get(&word).cloned();
            match script {
                Some(script) => script(kernel, job).await,
                None => Ok(()),
            }
        })
    },
};
const DEAF: JobKind = JobKind { kind: "deeds.also_hear", run: |_, _| Box::pin(async { Ok(()) }) };

pub const ROOM: Room = Room {
    name: "deeds",
    migrations: &[DEEDS],
    policy: "",
    jobs: &[JOB, DEAF],
    subscriptions: &[
        Subscription { topic: "deeds.done", job: "deeds.hear" },
        Subscription { topic: "deeds.twice", job: "deeds.hear" },
        Subscription { topic: "deeds.twice", job: "deeds.also_hear" },
    ],
    address_books: &[AddressBook { kind: "deed", find: left_at }],
    ..Room::EMPTY
};

/// A deed's words are an address that was left at it.
fn left_at(read: &mut Read<'_>, tenant: TenantId, id: Id<Anything>) -> Result<Option<Address>> {
    let found = sql!("SELECT words FROM deed WHERE tenant_id = $1 AND id = $2");
    read.maybe(found, params![tenant, id], |row| Ok(Address { email: row.take()?, locale: Locale::En }))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// SQLite always, PostgreSQL where a server is named.
pub fn engines() -> Vec<Engine> {
    if std::env::var(POSTGRES).is_ok() {
        vec![Engine::Sqlite, Engine::Postgres]
    } else {
        eprintln!("{POSTGRES} is not set: this test runs on SQLite alone");
        vec![Engine::Sqlite]
    }
}

pub struct House {
    pub engine: Engine,
    pub kernel: Kernel,
    pub clock: Arc<FixedClock>,
    /// Where most happens.
    pub tenant: Arc<Tenant>,
    /// Who must not notice.
    pub other: Arc<Tenant>,
    options: Options,
    folder: TempDir,
}

async fn open(options: &Options, folder: &TempDir, clock: &Arc<FixedClock>, seed: u64, rooms: Vec<Room>) -> Kernel {
    try_open(options, folder, clock, seed, rooms, Secret::new([7; 32])).await.expect("the kernel opens")
}

async fn try_open(
    options: &Options,
    folder: &TempDir,
    clock: &Arc<FixedClock>,
    seed: u64,
    rooms: Vec<Room>,
    secret: Secret,
) -> Result<Kernel> {
    let config = Config {
        files: FileStore::folder(folder.path().join("files")).expect("a folder for files"),
        database: options.clone(),
        world: World::new(Arc::clone(clock) as Arc<_>, Arc::new(Seeded::new(seed))),
        secret,
        password_cost: PasswordCost::Cheap,
        rooms,
    };
    Kernel::open(config).await
}

impl House {
    pub async fn open(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let options = match engine {
            Engine::Sqlite => Options::Sqlite { path: folder.path().join("house.db") },
            Engine::Postgres => {
                let url = std::env::var(POSTGRES).expect("PostgreSQL is there");
                let name = format!("kernel_{}", World::system().secret());
                Options::Postgres { url }.create_database(&name).expect("a database")
            }
        };
        let clock = Arc::new(FixedClock::at(Time::parse("2026-03-02T01:30:00Z").expect("a time")));
        let kernel = open(&options, &folder, &clock, 1, vec![ROOM]).await;
        let mut tenants = Vec::new();
        for (id, code) in [(1, "bh"), (2, "xw")] {
            let made = kernel.create_tenant(TenantId(id), code, Label::new(code, code), Settings::default()).await;
            let tenant = made.expect("a tenant");
            let (id, now) = (tenant.id, clock_now(&clock));
            let plant = move |tx: &mut Tx<'_>| {
                unit(tx, id, now, ROOT, Level::Subdistrict)?;
                unit(tx, id, now, COMMUNITY, Level::Community)?;
                unit(tx, id, now, GRID, Level::Grid)?;
                unit(tx, id, now, OTHER_COMMUNITY, Level::Community)
            };
            kernel.db().write(id, "tests.units", plant).await.expect("units");
            tenants.push(tenant);
        }
        let [tenant, other] = tenants.try_into().expect("two");
        Self { engine, kernel, clock, tenant, other, options, folder }
    }

    /// Another server on the same data.
    pub async fn beside(&self, seed: u64) -> Kernel {
        open(&self.options, &self.folder, &self.clock, seed, vec![ROOM]).await
    }

    /// Another server on the same data, with these keys.
    pub async fn try_beside_with(&self, secret: Secret) -> Result<Kernel> {
        try_open(&self.options, &self.folder, &self.clock, 50, vec![ROOM], secret).await
    }

    /// Another server on the same data whose room tells these words.
    pub async fn beside_that_tells(&self, own_words: tongxin_kernel::OwnWords) -> Kernel {
        let rooms = vec![Room { own_words: Some(own_words), ..ROOM }];
        open(&self.options, &self.folder, &self.clock, 60, rooms).await
    }

    /// The same, where they fit.
    pub async fn beside_with(&self, secret: Secret) -> Kernel {
        self.try_beside_with(secret).await.expect("the kernel opens")
    }

    /// Another server on the same data that lacks the room.
    pub async fn beside_without_the_room(&self) -> Kernel {
        open(&self.options, &self.folder, &self.clock, 99, Vec::new()).await
    }

    /// Where its files lie.
    pub fn files(&self) -> std::path::PathBuf {
        self.folder.path().join("files")
    }

    pub fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    pub fn now(&self) -> Time {
        clock_now(&self.clock)
    }

    /// A person of a tenant with these posts, a login and a token, both named by `key`, and a password.
    pub async fn person(&self, tenant: &Tenant, key: &str, posts: &[(&str, Role)]) -> PersonId {
        let hash = self.kernel.hash_password("tongxin").expect("a hash");
        let (id, now): (PersonId, _) = (self.kernel.world().id(), self.now());
        let posts: Vec<Held> =
            posts.iter().map(|(path, role)| Held { unit_path: (*path).to_owned(), role: *role }).collect();
        let (tenant, key) = (tenant.id, key.to_owned());
        let write = move |tx: &mut Tx<'_>| {
            people_store::add_person(tx, tenant, id, (&key, &format!("{key}, in public")), now)?;
            people_store::add_login(tx, tenant, id, &key, &hash, now)?;
            people_store::add_token(tx, tenant, id, (&format!("token-{key}"), "test", "*"), now)?;
            posts.iter().try_for_each(|post| people_store::add_post(tx, tenant, id, post, now))
        };
        self.kernel.db().write(tenant, "tests.person", write).await.expect("a person");
        id
    }

    /// Does one act as nobody: a deed with its line in the journal.
    pub async fn deed(&self, kernel: &Kernel, words: &str) -> Result<Id<()>> {
        let (id, words): (Id<()>, _) = (kernel.world().id(), words.to_owned());
        let call = kernel.call(&self.tenant, &Who::Nobody);
        kernel.act(call, "deeds.do", move |act| deed(act, id, &words).map(|()| id)).await
    }

    /// The words of all deeds of a tenant, by id.
    pub async fn deeds(&self, tenant: &Tenant) -> Vec<String> {
        let (id, all) = (tenant.id, sql!("SELECT words FROM deed WHERE tenant_id = $1 ORDER BY id"));
        let read = self.kernel.db().read(id, move |read| read.rows(all, params![id], |row| row.take()));
        read.await.expect("a read")
    }

    /// Runs statements as somebody at the database would.
    pub async fn meddle(&self, write: impl Fn(&mut Tx<'_>) -> Result<()> + Send + 'static) {
        self.kernel.db().write(self.tenant.id, "tests.meddle", write).await.expect("it is done");
    }
}

fn clock_now(clock: &FixedClock) -> Time {
    tongxin_base::Clock::now(clock)
}

impl Drop for House {
    fn drop(&mut self) {
        if let Options::Postgres { url } = &self.options {
            let (_, name) = url.rsplit_once('/').expect("a database of its own");
            let admin = Options::Postgres { url: std::env::var(POSTGRES).expect("PostgreSQL is there") };
            drop(admin.drop_database(name));
        }
    }
}

pub fn unit(tx: &mut Tx<'_>, tenant: TenantId, now: Time, path: &str, level: Level) -> Result<()> {
    let code = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let unit = Unit {
        path: path.to_owned(),
        name: Label::new(&code, &code),
        code,
        level,
        point: None,
        area: None,
        compound: None,
    };
    put_unit(tx, tenant, now, &unit)
}

/// A row, a line in the journal.
pub fn deed(act: &mut Act<'_, '_>, id: Id<()>, words: &str) -> Result<()> {
    let tenant = act.call.tenant.id;
    act.tx.exec(sql!("INSERT INTO deed(tenant_id, id, words) VALUES ($1, $2, $3)"), params![tenant, id, words])?;
    act.journal("deeds.do", &Subject::new("deed", id), json!({ "words": words }), None)
}

/// An event with a word for its jobs.
pub fn tell(act: &mut Act<'_, '_>, topic: &str, id: Id<()>, word: &str) {
    act.event(topic, &Subject::new("deed", id), json!({ "word": word, "id": id }));
}

/// What a job was told, from its payload.
pub fn told(job: &JobRun) -> String {
    job.payload["payload"]["id"].as_str().unwrap_or_default().to_owned()
}

pub fn refusal() -> Error {
    Error::rule("deeds-not-today")
}

/// Runs a test on each engine.
pub async fn on_each(test: impl AsyncFn(&House)) {
    for engine in engines() {
        eprintln!("on {engine:?}");
        test(&House::open(engine).await).await;
    }
}
