//! A house for one test: its own database, its own clock, the rooms it asks for.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tempfile::TempDir;
use tongxin_base::{FixedClock, Label, Seeded, TenantId, Time, World};
use tongxin_db::Options;
use tongxin_kernel::{
    Config, FileStore, Kernel, Pack, PasswordCost, Secret, Settings, Tenant, Who, change_tenant, read_part,
};
use tongxin_web::{App, AppConfig, Module};

use crate::cast::Cast;
use crate::postbox::Postbox;
use crate::reply::Client;

/// The engine a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in a temporary folder.
    Sqlite,
    /// A database of its own in the cluster that `TONGXIN_TEST_POSTGRES` names.
    Postgres,
}

/// The engines there are: SQLite always, PostgreSQL where a server is named.
pub fn engines() -> Vec<Engine> {
    if std::env::var("TONGXIN_TEST_POSTGRES").is_ok() {
        vec![Engine::Sqlite, Engine::Postgres]
    } else {
        eprintln!("TONGXIN_TEST_POSTGRES is not set: this test runs on SQLite alone");
        vec![Engine::Sqlite]
    }
}

/// An empty database; the folder must outlive it.
pub fn database(engine: Engine, folder: &TempDir) -> Options {
    match engine {
        Engine::Sqlite => Options::Sqlite { path: folder.path().join("tongxin.db") },
        Engine::Postgres => {
            let url = std::env::var("TONGXIN_TEST_POSTGRES").expect("a PostgreSQL test needs TONGXIN_TEST_POSTGRES");
            let name = format!("test_{}", World::system().secret());
            Options::Postgres { url }.create_database(&name).expect("PostgreSQL makes a database")
        }
    }
}

/// A house for one test.
pub struct TestApp {
    /// The house.
    pub app: App,
    /// Its one subdistrict.
    pub tenant: Arc<Tenant>,
    /// Its clock: Monday 2026-03-02, 09:30 in Shanghai, until a test moves it.
    pub clock: Arc<FixedClock>,
    /// Who lives and works there.
    pub cast: Cast,
    /// Where its data is, to open it again.
    pub database: Options,
    modules: Vec<&'static Module>,
    router: Router,
    folder: Arc<TempDir>,
}

impl TestApp {
    /// A new house with these rooms.
    pub async fn start(engine: Engine, modules: &[&'static Module]) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        let database = database(engine, &folder);
        let clock = Arc::new(FixedClock::at(Time::parse("2026-03-02T01:30:00Z").expect("a time")));
        let (kernel, tenant) = Self::open(&database, &folder, modules, &clock, 1).await;
        let cast = Cast::move_in(&kernel, &tenant).await;
        kernel.reload().await.expect("the units");
        let tenant = kernel.tenant(tenant.id).expect("the tenant");
        Self::with(kernel, tenant, clock, cast, database, modules.to_vec(), folder)
    }

    async fn open(
        database: &Options,
        folder: &TempDir,
        modules: &[&'static Module],
        clock: &Arc<FixedClock>,
        seed: u64,
    ) -> (Kernel, Arc<Tenant>) {
        let config = Config {
            files: FileStore::folder(folder.path().join("files")).expect("a folder for files"),
            database: database.clone(),
            world: World::new(Arc::clone(clock) as Arc<_>, Arc::new(Seeded::new(seed))),
            secret: Secret::new([7; 32]),
            password_cost: PasswordCost::Cheap,
            rooms: modules.iter().map(|module| module.room).collect(),
        };
        let kernel = Kernel::open(config).await.expect("the kernel opens");
        let name = Label::new("滨河街道", "Binhe");
        let tenant = kernel.create_tenant(TenantId(1), "bh", name, Settings::default()).await.expect("a tenant");
        (kernel, tenant)
    }

    fn with(
        kernel: Kernel,
        tenant: Arc<Tenant>,
        clock: Arc<FixedClock>,
        cast: Cast,
        database: Options,
        modules: Vec<&'static Module>,
        folder: Arc<TempDir>,
    ) -> Self {
        let app = App::new(kernel, modules.clone(), AppConfig::default()).expect("the rooms fit together");
        let router = app.router();
        Self { app, tenant, clock, cast, database, modules, router, folder }
    }

    /// The same house, reached in another way.
    #[must_use]
    pub fn reached(mut self, config: AppConfig) -> Self {
        self.app = App::new(self.kernel().clone(), self.modules.clone(), config).expect("the rooms fit together");
        self.router = self.app.router();
        self
    }

    /// The same house opened once more, as another server beside the first would.
    pub async fn beside(&self, seed: u64) -> Self {
        let (kernel, tenant) = Self::open(&self.database, &self.folder, &self.modules, &self.clock, seed).await;
        let (clock, cast) = (Arc::clone(&self.clock), self.cast.clone());
        Self::with(kernel, tenant, clock, cast, self.database.clone(), self.modules.clone(), Arc::clone(&self.folder))
    }

    /// The same rooms and people on another database, which a backup filled; its folder has the files.
    pub async fn elsewhere(&self, database: &Options, folder: TempDir) -> Self {
        let folder = Arc::new(folder);
        let (kernel, tenant) = Self::open(database, &folder, &self.modules, &self.clock, 77).await;
        let (clock, cast) = (Arc::clone(&self.clock), self.cast.clone());
        Self::with(kernel, tenant, clock, cast, database.clone(), self.modules.clone(), folder)
    }

    /// The data folder; files lie in `files`.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The kernel.
    pub fn kernel(&self) -> &Kernel {
        self.app.kernel()
    }

    /// Somebody without an account.
    pub fn anyone(&self) -> Client {
        Client::new(self.router.clone(), None)
    }

    /// Somebody with a bearer token.
    pub fn by(&self, token: &str) -> Client {
        Client::new(self.router.clone(), Some(token.to_owned()))
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// What its clock says.
    pub fn clock_now(&self) -> Time {
        self.kernel().world().now()
    }

    /// Changes what an administrator sets for the whole subdistrict.
    pub async fn change_settings(&self, change: impl FnOnce(&mut Settings)) {
        let (id, name) = (self.tenant.id, self.tenant.name.clone());
        let mut settings = self.kernel().tenant(id).expect("the tenant").settings.clone();
        change(&mut settings);
        let write = move |tx: &mut tongxin_db::Tx<'_>| change_tenant(tx, id, &name, &settings);
        self.kernel().db().write(id, "testkit.settings", write).await.expect("the settings");
        self.kernel().reload().await.expect("the settings hold");
    }

    /// Does all jobs that are due, and sends the letters they leave.
    pub async fn work_off(&self) {
        self.kernel().work_off().await.expect("the jobs are done");
        self.kernel().post_off().await.expect("the letters are sent");
    }

    /// Somebody who is signed in with a cookie, as pages want it, by key.
    pub async fn signed_in(&self, key: &str) -> Client {
        let (_, _, session) = self.kernel().sign_in(key, "tongxin").await.expect("the cast signs in");
        self.anyone().with("cookie", &format!("{}={session}; lang=en", tongxin_web::SESSION_COOKIE))
    }

    /// Puts in place what a room reads of the pack in a folder; units and people stay those of the cast.
    pub async fn take_part(&self, folder: impl AsRef<std::path::Path>, module: &Module) {
        let pack = Pack::folder(folder.as_ref()).expect("a pack");
        let (part, remarks) = read_part(&pack, &module.room, &self.tenant.units, self.kernel().world());
        assert!(!remarks.iter().any(|remark| remark.wrong), "{remarks:?}");
        let put = part.expect("the room reads packs").put;
        let call = self.kernel().call(&self.tenant, &Who::System);
        self.kernel().act(call, "programme.apply", move |act| put(act)).await.expect("the part is in place");
    }

    /// A postbox for all letters of this house; without one they wait.
    pub fn postbox(&self) -> Arc<Postbox> {
        Postbox::of(&self.app)
    }
}
