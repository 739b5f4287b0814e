//! The `Kernel`: the database, the world, the policies and what the rooms brought, in one handle that is cheap to clone.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Notify;
use tongxin_base::{Error, Label, Locale, Result, TenantId, World};
use tongxin_db::{Db, Migration, Options};

use crate::access::Access;
use crate::act::{Act, Call};
use crate::batch::Ledger;
use crate::event::Subscription;
use crate::file::{FileStore, Files};
use crate::idempotency::once;
use crate::job::{JobKind, Running};
use crate::kept::Kept;
use crate::locator::{Located, Locator};
use crate::notice::push::Pusher;
use crate::notice::{AddressBook, Mailer};
use crate::outside::Outside;
use crate::password::{PasswordCost, Passwords};
use crate::people::{Person, PersonId, TokenScopes, Who, store};
use crate::rateable::{Rateable, RatingBook, Uncount};
use crate::secret::Secret;
use crate::session::NewSession;
use crate::subject::Subject;
use crate::tenant::{self, Settings, Tenant};
use crate::text::Texter;
use crate::unit::UnitTree;

/// The kernel's own tables.
pub const MIGRATIONS: &[Migration] = tongxin_db::migrations!("kernel": "0001_kernel", "0002_file", "0003_notice", "0004_calendar", "0005_area", "0006_invitation", "0007_ever", "0008_session", "0009_journal", "0010_rights", "0011_keys", "0012_sealed", "0013_push", "0014_chore");

/// A session ends this long after it was opened: a working day, so that a shared desk is not left open overnight.
pub(crate) const SESSION: Duration = Duration::from_secs(12 * 3600);

/// What a room brings to the kernel.
#[derive(Clone, Copy)]
pub struct Room {
    /// Its name, the prefix of its tables.
    pub name: &'static str,
    /// Its tables.
    pub migrations: &'static [Migration],
    /// Its policies, in Cedar.
    pub policy: &'static str,
    /// What it does in the background.
    pub jobs: &'static [JobKind],
    /// What it does for somebody that takes longer than a page may.
    pub chores: &'static [crate::ChoreKind],
    /// What it does each hour for each tenant, beside what its writes leave as jobs.
    pub hourly: Option<Hourly>,
    /// The events it wants to hear of.
    pub subscriptions: &'static [Subscription],
    /// The codes it can find on the ground.
    pub locators: &'static [Locator],
    /// The addresses that were left at its things by people without an account.
    pub address_books: &'static [AddressBook],
    /// The kinds of things it lets people rate.
    pub rateables: &'static [Rateable],
    /// How ratings it keeps are taken out of the figures.
    pub uncount: Option<Uncount>,
    /// How it takes the ratings of a history.
    pub rating_book: Option<RatingBook>,
    /// The columns of its tables that hold text.
    pub fields: &'static [crate::PersonalField],
    /// How it tells what one author wrote, for their receipt.
    pub own_words: Option<crate::OwnWords>,
    /// The columns of its tables that are kept sealed.
    pub sealed: &'static [tongxin_db::Sealed],
    /// The figures it keeps.
    pub measures: &'static [crate::Measure],
    /// The rates it takes of them.
    pub rates: &'static [crate::Rate],
    /// The figures it counts when somebody looks.
    pub tallies: &'static [crate::Tally],
    /// The things of it that everybody may read, counted.
    pub open_counts: &'static [crate::OpenCount],
    /// Where its things are shown on a map.
    pub map: Option<crate::OnMap>,
    /// What it reads of a programme.
    pub programme: Option<crate::ProgrammeReader>,
    /// What it holds about people.
    pub personal: Option<crate::PersonalData>,
    /// What it does only where a person agreed.
    pub agreements: &'static [crate::Agreement],
    /// Its acts that need a second person.
    pub dangerous: &'static [crate::Dangerous],
    /// How its things are found by the word people know them by.
    pub things: &'static [crate::ThingFinder],
}

/// What a room does each hour; it must be the same when two servers do it at once.
pub type Hourly = fn(Kernel, Arc<Tenant>) -> Running;

impl Room {
    /// A room that brings nothing: the rest of every other one (`..Room::EMPTY`).
    pub const EMPTY: Self = Self {
        name: "",
        migrations: &[],
        policy: "",
        jobs: &[],
        chores: &[],
        hourly: None,
        subscriptions: &[],
        locators: &[],
        address_books: &[],
        rateables: &[],
        uncount: None,
        rating_book: None,
        fields: &[],
        own_words: None,
        sealed: &[],
        measures: &[],
        rates: &[],
        tallies: &[],
        open_counts: &[],
        map: None,
        programme: None,
        personal: None,
        agreements: &[],
        dangerous: &[],
        things: &[],
    };
}

/// What a kernel is opened with.
pub struct Config {
    /// Where the data lives.
    pub database: Options,
    /// Clock and randomness.
    pub world: World,
    /// The secret kept outside the database.
    pub secret: Secret,
    /// How much work a password's hash costs.
    pub password_cost: PasswordCost,
    /// Where the bytes of files lie.
    pub files: FileStore,
    /// The rooms.
    pub rooms: Vec<Room>,
}

/// The kernel. Clones share it.
#[derive(Clone)]
pub struct Kernel {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    world: World,
    secret: Secret,
    access: Access,
    passwords: Passwords,
    password_cost: PasswordCost,
    rooms: Vec<Room>,
    jobs: HashMap<&'static str, JobKind>,
    tenants: RwLock<Vec<Arc<Tenant>>>,
    wake: Notify,
    files: Files,
    mailer: OnceLock<Arc<dyn Mailer>>,
    pusher: OnceLock<Arc<dyn Pusher>>,
    outside: OnceLock<Arc<dyn Outside>>,
    texter: OnceLock<Arc<dyn Texter>>,
    kept: Kept,
}

impl Kernel {
    /// Opens the database, migrates it and reads the tenants.
    ///
    /// # Errors
    /// `Internal` with a readable cause.
    pub async fn open(config: Config) -> Result<Self> {
        let Config { database, world, secret, password_cost, files, rooms } = config;
        files.own(&secret.code(&[b"files"]))?;
        let migrations: Vec<Migration> =
            MIGRATIONS.iter().chain(rooms.iter().flat_map(|room| room.migrations)).copied().collect();
        let subscriptions: Vec<Subscription> = rooms.iter().flat_map(|room| room.subscriptions).copied().collect();
        let own = [crate::keys::RESEAL, crate::erasure::RECORD];
        let jobs: HashMap<_, _> =
            own.iter().chain(rooms.iter().flat_map(|room| room.jobs)).map(|job| (job.kind, *job)).collect();
        if let Some(deaf) = subscriptions.iter().find(|s| !jobs.contains_key(s.job)) {
            return Err(Error::internal(format!("{} is subscribed to by {}, which nobody does", deaf.topic, deaf.job)));
        }
        let policies: Vec<(&str, &str)> = std::iter::once(("kernel", include_str!("../policy.cedar")))
            .chain(rooms.iter().map(|room| (room.name, room.policy)))
            .collect();
        let ledger = Arc::new(Ledger { world: world.clone(), subscriptions });
        let db = Db::open(database, secret.ring().clone(), &migrations, ledger)?;
        let kernel = Self {
            inner: Arc::new(Inner {
                access: Access::new(&policies)?,
                passwords: Passwords::new(password_cost, &world)?,
                password_cost,
                db,
                world,
                secret,
                rooms,
                jobs,
                tenants: RwLock::default(),
                wake: Notify::new(),
                files: Files::new(files),
                mailer: OnceLock::new(),
                pusher: OnceLock::new(),
                outside: OnceLock::new(),
                texter: OnceLock::new(),
                kept: Kept::default(),
            }),
        };
        kernel.reload().await?;
        kernel.settle_keys().await?;
        Ok(kernel)
    }

    /// Reads the tenants and their settings again.
    ///
    /// # Errors
    /// As `Db::read`.
    pub async fn reload(&self) -> Result<()> {
        let tenants = self.db().read(TenantId(0), tenant::all).await?;
        for tenant in &tenants {
            if let Err(why) = self.access().set_house_rules(tenant.id, &tenant.house_rules) {
                tracing::error!(%why, tenant = tenant.code, "the rules of this house cannot be read; those of the rooms hold");
            }
        }
        *self.inner.tenants.write().unwrap_or_else(PoisonError::into_inner) =
            tenants.into_iter().map(Arc::new).collect();
        Ok(())
    }

    /// Makes a tenant, unless its number is taken, and answers it.
    ///
    /// # Errors
    /// `Invalid` where its time zone does not exist; else as `Db::write`.
    pub async fn create_tenant(
        &self,
        id: TenantId,
        code: &str,
        name: Label,
        settings: Settings,
    ) -> Result<Arc<Tenant>> {
        // Checked here: no server would start again on a tenant that cannot be read.
        jiff::tz::TimeZone::get(&settings.zone).map_err(|_| Error::field("zone", "form-unknown-choice"))?;
        let (code, now) = (code.to_owned(), self.world().now());
        let create = move |tx: &mut tongxin_db::Tx<'_>| tenant::create(tx, id, &code, &name, &settings, now);
        self.db().write(id, "tenants.create", create).await?;
        self.reload().await?;
        self.tenant(id).ok_or(Error::NotFound)
    }

    /// All tenants, by number.
    pub fn tenants(&self) -> Vec<Arc<Tenant>> {
        self.inner.tenants.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The tenant with this number.
    pub fn tenant(&self, id: TenantId) -> Option<Arc<Tenant>> {
        self.tenants().into_iter().find(|tenant| tenant.id == id)
    }

    /// The tenant with this code.
    pub fn tenant_by_code(&self, code: &str) -> Option<Arc<Tenant>> {
        self.tenants().into_iter().find(|tenant| tenant.code == code)
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// Clock and randomness.
    pub fn world(&self) -> &World {
        &self.inner.world
    }

    /// The secret kept outside the database.
    pub fn secret(&self) -> &Secret {
        &self.inner.secret
    }

    /// The policies.
    pub fn access(&self) -> &Access {
        &self.inner.access
    }

    /// The rooms.
    pub fn rooms(&self) -> &[Room] {
        &self.inner.rooms
    }

    /// What stands on the ground under a printed code, whichever room knows it.
    ///
    /// # Errors
    /// As `Read::rows`.
    pub fn locate(&self, read: &mut tongxin_db::Read<'_>, tenant: TenantId, code: &str) -> Result<Option<Located>> {
        for locator in self.inner.rooms.iter().flat_map(|room| room.locators) {
            if let Some(found) = (locator.find)(read, tenant, code)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// All that stands on the ground under a printed code and that anybody may know of, whichever room keeps it.
    ///
    /// # Errors
    /// As `Read::rows`.
    pub fn places(&self, read: &mut tongxin_db::Read<'_>, tenant: TenantId) -> Result<Vec<Located>> {
        let mut places = Vec::new();
        for locator in self.inner.rooms.iter().flat_map(|room| room.locators) {
            places.extend((locator.all)(read, tenant)?);
        }
        Ok(places)
    }

    /// The columns that are kept sealed, in the whole house: `table.column`.
    pub fn columns_to_seal(&self) -> Vec<&'static str> {
        crate::SEALED.iter().chain(self.inner.rooms.iter().flat_map(|room| room.sealed)).map(|one| one.column).collect()
    }

    /// What people may agree to, in the whole house.
    pub fn agreements(&self) -> impl Iterator<Item = &crate::Agreement> {
        crate::consent::AGREEMENTS.iter().chain(self.inner.rooms.iter().flat_map(|room| room.agreements))
    }

    /// How things of this kind are rated.
    pub fn rateable(&self, kind: &str) -> Option<Rateable> {
        self.inner.rooms.iter().flat_map(|room| room.rateables).find(|rateable| rateable.kind == kind).copied()
    }

    pub(crate) fn files(&self) -> &Files {
        &self.inner.files
    }

    /// Brings the one who carries letters out; once, before work begins. Without one letters wait in the outbox.
    pub fn set_mailer(&self, mailer: Arc<dyn Mailer>) {
        if self.inner.mailer.set(mailer).is_err() {
            tracing::warn!("there is a mailer already; the second one stays outside");
        }
    }

    /// Who carries letters out.
    pub fn mailer(&self) -> Option<Arc<dyn Mailer>> {
        self.inner.mailer.get().cloned()
    }

    /// Brings the one who tells browsers; once, before work begins. Without one no browser is told.
    pub fn set_pusher(&self, pusher: Arc<dyn Pusher>) {
        if self.inner.pusher.set(pusher).is_err() {
            tracing::warn!("somebody tells browsers already");
        }
    }

    /// Who tells browsers.
    pub fn pusher(&self) -> Option<Arc<dyn Pusher>> {
        self.inner.pusher.get().cloned()
    }

    /// Brings the one who goes to other servers; once, before work begins. Without one nobody goes.
    pub fn set_outside(&self, outside: Arc<dyn Outside>) {
        if self.inner.outside.set(outside).is_err() {
            tracing::warn!("somebody goes to other servers already; the second one stays at home");
        }
    }

    /// Who goes to other servers.
    pub fn outside(&self) -> Option<Arc<dyn Outside>> {
        self.inner.outside.get().cloned()
    }

    /// Brings the one who carries text messages; once, before work begins. Without one nobody signs in by telephone.
    pub fn set_texter(&self, texter: Arc<dyn Texter>) {
        if self.inner.texter.set(texter).is_err() {
            tracing::warn!("somebody carries text messages already");
        }
    }

    /// Who carries text messages.
    pub fn texter(&self) -> Option<Arc<dyn Texter>> {
        self.inner.texter.get().cloned()
    }

    /// What a room keeps in memory for as long as the house is open, by its type; made when it is first asked for.
    pub fn kept<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.inner.kept.of()
    }

    /// The token of the secret link that belongs to a thing, such as a report. It is derived, never stored.
    pub fn link_token<K>(&self, tenant_code: &str, of: tongxin_base::Id<K>) -> String {
        format!("{tenant_code}-{}", self.secret().code(&[b"link", of.uuid().as_bytes()]))
    }

    /// Takes the ratings of a completion out of the figures, in whichever rooms they are kept.
    ///
    /// # Errors
    /// As `Tx::exec`.
    pub fn uncount_ratings(&self, act: &mut Act<'_, '_>, of: &Subject, round: i64) -> Result<()> {
        self.inner.rooms.iter().filter_map(|room| room.uncount).try_for_each(|uncount| uncount(act, of, round))
    }

    /// Where ratings of a history are kept; nowhere in a house without a room for them.
    pub fn rating_book(&self) -> Option<RatingBook> {
        self.inner.rooms.iter().find_map(|room| room.rating_book)
    }

    pub(crate) fn job_kind(&self, kind: &str) -> Option<JobKind> {
        self.inner.jobs.get(kind).copied()
    }

    pub(crate) async fn woken(&self) {
        self.inner.wake.notified().await;
    }

    /// A call by `who`, now.
    pub fn call(&self, tenant: &Arc<Tenant>, who: &Who) -> Call {
        Call {
            tenant: Arc::clone(tenant),
            who: who.clone(),
            now: self.world().now(),
            locale: Locale::default(),
            entropy: self.world().bytes(),
            claim: None,
        }
    }

    /// Does one act: all of it durable when this answers, or none of it. The closure may be run more than once.
    ///
    /// # Errors
    /// What the closure answers; see `Db::write` for the rest.
    pub async fn act<T, F>(&self, call: Call, action: &'static str, closure: F) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: Fn(&mut Act<'_, '_>) -> Result<T> + Send + 'static,
    {
        let tenant = call.tenant.id;
        let kernel = self.clone();
        let answer = self.db().write(tenant, action, move |tx| match &call.claim {
            None => closure(&mut Act::new(tx, &call, &kernel)).map(Ok),
            Some(claim) => once(tx, tenant, claim, call.now, |tx| closure(&mut Act::new(tx, &call, &kernel))),
        });
        let answer = answer.await?;
        self.inner.wake.notify_one();
        answer
    }

    /// Whether a call with this key was answered before, and would get the same answer now.
    ///
    /// # Errors
    /// As `Db::read`.
    pub async fn was_answered(&self, call: &Call) -> Result<bool> {
        let Some(claim) = call.claim.clone() else { return Ok(false) };
        let (tenant, now) = (call.tenant.id, call.now);
        let read = move |read: &mut tongxin_db::Read<'_>| crate::idempotency::was_answered(read, tenant, &claim, now);
        self.db().read(tenant, read).await
    }

    /// The unit tree of a tenant, as it stood when the tenants were last read.
    ///
    /// # Errors
    /// `NotFound` where there is no such tenant.
    pub fn units(&self, tenant: TenantId) -> Result<Arc<UnitTree>> {
        self.tenant(tenant).map(|tenant| Arc::clone(&tenant.units)).ok_or(Error::NotFound)
    }

    /// The hash of a password, at this installation's cost. Slow on purpose: not for a writer thread.
    ///
    /// # Errors
    /// `Invalid` where it is too long.
    pub fn hash_password(&self, password: &str) -> Result<String> {
        self.inner.password_cost.hash(self.world(), password)
    }

    /// As [`Kernel::hash_password`], in its turn and off the threads that answer.
    ///
    /// # Errors
    /// As [`Kernel::hash_password`].
    pub async fn hash_password_aside(&self, password: String) -> Result<String> {
        self.inner.passwords.hash(self.world().clone(), password).await
    }

    /// Who knows this login and this password. It takes as long for a login that nobody has.
    ///
    /// # Errors
    /// `Unauthenticated` where one of the two is wrong; it never says which.
    pub async fn check_login(&self, login: &str, password: &str) -> Result<(Arc<Tenant>, PersonId)> {
        let login = login.trim().to_owned();
        let known = self.db().read(TenantId(0), move |read| store::login(read, &login)).await?;
        let hash = known.as_ref().map(|(_, _, hash)| hash.clone());
        let right = self.inner.passwords.verify(password.to_owned(), hash.clone()).await?;
        let (Some((tenant, id, _)), true) = (known, right) else { return Err(Error::Unauthenticated) };
        let tenant = self.tenant(tenant).ok_or(Error::Unauthenticated)?;
        if hash.is_some_and(|hash| self.inner.password_cost.is_other_than(&hash)) {
            // What a hash should cost has changed since; only now is there the password to make it anew.
            let (number, now, hash) =
                (tenant.id, self.world().now(), self.hash_password_aside(password.to_owned()).await?);
            let rehash = move |tx: &mut tongxin_db::Tx<'_>| store::rehash_password(tx, number, id, &hash, now);
            self.db().write(number, "people.rehash", rehash).await?;
        }
        Ok((tenant, id))
    }

    /// Opens a session for who knows login and password, and answers its secret, which begins with the tenant's code.
    ///
    /// # Errors
    /// As [`Kernel::check_login`].
    pub async fn sign_in(&self, login: &str, password: &str) -> Result<(Arc<Tenant>, PersonId, String)> {
        let (tenant, id) = self.check_login(login, password).await?;
        let new = NewSession { how: "password", device: String::new(), scopes: "*", instead: None };
        let token = self.open_session(&tenant, id, new).await?;
        Ok((tenant, id, token))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// As `Db::write`.
    pub async fn sign_out(&self, tenant: TenantId, token: &str) -> Result<()> {
        let token = token.to_owned();
        self.db().write(tenant, "people.sign_out", move |tx| store::end_session(tx, tenant, &token)).await
    }

    /// Who a bearer token belongs to.
    ///
    /// # Errors
    /// `Unauthenticated` where it is nobody's.
    pub async fn by_token(&self, tenant: TenantId, token: &str) -> Result<Who> {
        let (token, now) = (token.to_owned(), self.world().now());
        let person = self.db().read(tenant, move |read| store::by_token(read, tenant, &token, now)).await?;
        person.map(|person| Who::Person(Arc::new(person))).ok_or(Error::Unauthenticated)
    }

    /// A person as they stand now, for acts done in their name by the command line, tests and simulations.
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub async fn person(&self, tenant: TenantId, id: PersonId) -> Result<Arc<Person>> {
        let now = self.world().now();
        let person = self.db().read(tenant, move |read| store::person(read, tenant, id, TokenScopes::All, now)).await?;
        person.map(Arc::new).ok_or(Error::NotFound)
    }

    /// Forgets what is over: idempotency answers older than we promise to keep them, notices after a year, files that nobody
    /// claimed.
    ///
    /// # Errors
    /// As `Db::write`.
    pub async fn tidy_up(&self) -> Result<()> {
        for tenant in self.tenants() {
            let (id, now) = (tenant.id, self.world().now());
            let forget = move |tx: &mut tongxin_db::Tx<'_>| crate::idempotency::forget(tx, id, now);
            while self.db().write(id, "idempotency.forget", forget).await? > 0 {}
            let forget = move |tx: &mut tongxin_db::Tx<'_>| crate::notice::store::forget(tx, id, now);
            while self.db().write(id, "notices.forget", forget).await? > 0 {}
            let forget = move |tx: &mut tongxin_db::Tx<'_>| crate::notice::push::forget(tx, id, now);
            self.db().write(id, "push.forget", forget).await?;
            let forget = move |tx: &mut tongxin_db::Tx<'_>| crate::invitation::forget(tx, id, now);
            self.db().write(id, "invitations.forget", forget).await?;
            self.tidy_files(id).await?;
            self.tidy_chores(id).await?;
            for hourly in self.rooms().iter().filter_map(|room| room.hourly) {
                hourly(self.clone(), Arc::clone(&tenant)).await?;
            }
        }
        self.expire().await?;
        self.files_are_swept();
        Ok(())
    }
}
