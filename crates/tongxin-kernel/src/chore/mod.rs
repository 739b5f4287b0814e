//! A `Chore` is work that takes longer than a page may: a long list as a file, a large import, a backup. Somebody asks for it, goes
//! on with something else and finds it again, with how far it is and what came of it. One at a time is done by each server; what a
//! server leaves half done when it stops is taken up again from its beginning, by itself or by another.

mod folder;
mod store;

use folder::ChoreFile;
pub use store::{of_person as chores_of, one as chore_of};

use std::fs::File;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::task::JoinSet;
use tongxin_base::{Arg, Error, Id, Locale, Result, TenantId, Time};
use tongxin_db::Tx;

use crate::act::{Act, Call};
use crate::kernel::Kernel;
use crate::people::{PersonId, Who};
use crate::tenant::Tenant;

/// What one person may have under way at once: more would only wait longer.
pub const MOST_CHORES: i64 = 3;
/// The same for a whole subdistrict: a queue of more is hours long.
const MOST_OF_ALL: i64 = 50;
/// A chore that stops its server each time is not begun a fourth time.
const ATTEMPTS: i64 = 3;
/// What came of a chore is kept so long after its end.
pub const KEPT: Duration = Duration::from_secs(24 * 3600);
/// Bytes without a row are younger than this while somebody is still asking.
const UNCLAIMED: Duration = Duration::from_secs(3600);
/// How often a run says how far it is.
const BEAT: Duration = Duration::from_secs(1);
/// No chore takes longer: a million rows are written in minutes.
const LONGEST: Duration = Duration::from_secs(3 * 3600);

/// A marker for the id of a chore.
#[derive(Debug)]
pub enum ChoreMark {}
/// The id of a chore.
pub type ChoreId = Id<ChoreMark>;

/// How a chore stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChoreState {
    /// Nobody has begun it.
    Waiting,
    /// A server is at it.
    Running,
    /// It is done.
    Done,
    /// It did not go through.
    Failed,
    /// Who asked for it wanted it no more.
    Cancelled,
}

impl ChoreState {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        let all = [Self::Waiting, Self::Running, Self::Done, Self::Failed, Self::Cancelled];
        all.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether it is still to be done.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
}

/// What is said of a chore's end: a key of the words, and its values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The key; empty where nothing is said.
    pub key: String,
    /// The values.
    pub args: Vec<(String, String)>,
}

impl Told {
    /// Words without values.
    pub fn new(key: &str) -> Self {
        Self { key: key.to_owned(), args: Vec::new() }
    }

    /// The same with one more value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }

    /// The values as words take them.
    pub fn values(&self) -> Vec<Arg> {
        self.args.iter().map(|(name, value)| (name.clone().into(), value.clone())).collect()
    }

    fn of(error: &Error) -> Self {
        let (key, args) = match error {
            Error::Rule(key, args) | Error::Conflict(key, args) => (key.as_ref(), args.as_slice()),
            Error::Invalid(fields) => match fields.first() {
                Some(field) => (field.key.as_ref(), field.args.as_slice()),
                None => ("chore-failed", [].as_slice()),
            },
            Error::Forbidden | Error::NotFound | Error::Unauthenticated => ("chore-may-not", [].as_slice()),
            _ => ("chore-failed", [].as_slice()),
        };
        Self { key: key.to_owned(), args: args.iter().map(|(name, value)| (name.to_string(), value.clone())).collect() }
    }
}

/// A chore as it stands.
#[derive(Debug, Clone)]
pub struct Chore {
    /// Which one.
    pub id: ChoreId,
    /// Who asked for it.
    pub person: PersonId,
    /// What is done, `room.verb`.
    pub kind: String,
    /// What is asked for, as its room understands it.
    pub asked: Value,
    /// The language of what comes of it.
    pub locale: Locale,
    /// How it stands.
    pub state: ChoreState,
    /// How much is done.
    pub done: i64,
    /// Of how much, where that is known.
    pub total: Option<i64>,
    /// What is said of its end.
    pub told: Told,
    /// What its file ends with; empty where there is none.
    pub result: String,
    attempts: i64,
    /// When it was asked for.
    pub made_at: Time,
    /// When it was over.
    pub ended_at: Option<Time>,
}

/// The future of a chore.
pub type Toiling = Pin<Box<dyn Future<Output = Result<Outcome>> + Send>>;

/// A kind of chore and what does it.
#[derive(Clone, Copy)]
pub struct ChoreKind {
    /// Its name, `room.verb`; `chore-<room>-<verb>` is what people read.
    pub kind: &'static str,
    /// What its person must be allowed somewhere: when they ask, and still when it is done.
    pub action: &'static str,
    /// Does it. It may be run again from its beginning when a server stopped half-way.
    pub run: fn(Kernel, ChoreRun) -> Toiling,
}

/// What came of a chore.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// What is said of it.
    pub told: Told,
    /// What its file ends with, where it wrote one.
    pub result: &'static str,
}

#[derive(Debug, Default)]
struct Far {
    done: AtomicI64,
    /// Negative where nobody knows.
    total: AtomicI64,
}

/// One run of a chore.
#[derive(Debug, Clone)]
pub struct ChoreRun {
    /// Which chore.
    pub id: ChoreId,
    /// Whose house.
    pub tenant: Arc<Tenant>,
    /// Who asked, with the posts they hold now.
    pub who: Who,
    /// What they asked for.
    pub asked: Value,
    /// The language of what comes of it.
    pub locale: Locale,
    /// Where its file is written, and whatever it needs for that.
    pub folder: PathBuf,
    claim: Id<()>,
    far: Arc<Far>,
}

impl ChoreRun {
    /// Says how far it is. Costs nothing: it is written down once a second.
    pub fn at(&self, done: usize, total: Option<usize>) {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.far.done.store(count(done), Ordering::Relaxed);
        self.far.total.store(total.map_or(-1, count), Ordering::Relaxed);
    }

    fn far(&self) -> (i64, Option<i64>) {
        let (done, total) = (self.far.done.load(Ordering::Relaxed), self.far.total.load(Ordering::Relaxed));
        (done, Some(total).filter(|total| *total >= 0))
    }

    /// Ends it in a write of its own room: the two hold together, or neither does.
    ///
    /// # Errors
    /// `Conflict` where its person wants it no more, or another server has it; then the write must not hold either.
    pub fn end_with(&self, tx: &mut Tx<'_>, told: &Told, now: Time) -> Result<()> {
        let end = (ChoreState::Done, told, "");
        let ended = store::end(tx, self.tenant.id, (self.id, self.claim), end, self.far(), now)?;
        if ended { Ok(()) } else { Err(Error::conflict("chore-not-ours")) }
    }

    /// Begins its file, for the eyes of this server's account alone.
    ///
    /// # Errors
    /// `Internal` where it cannot be made.
    pub fn create(&self) -> Result<File> {
        folder::own_file(&folder::place(&self.folder, self.id, ChoreFile::Result)).map_err(Error::internal)
    }

    /// What was sent along with the asking. Blocks.
    ///
    /// # Errors
    /// `Internal` where it cannot be read.
    pub fn sent(&self) -> Result<Vec<u8>> {
        std::fs::read(folder::place(&self.folder, self.id, ChoreFile::Sent)).map_err(Error::internal)
    }
}

impl Kernel {
    fn chore_kind(&self, kind: &str) -> Option<ChoreKind> {
        self.rooms().iter().flat_map(|room| room.chores).find(|known| known.kind == kind).copied()
    }

    /// Asks for a chore of this kind; `sent` are bytes it needs. A call with a key is asked once.
    ///
    /// # Errors
    /// `Rule` where the person, or the house, has too many under way; `Unauthenticated` or `Forbidden`.
    pub async fn ask_chore(
        &self,
        call: Call,
        kind: &'static str,
        asked: Value,
        sent: Option<Vec<u8>>,
    ) -> Result<ChoreId> {
        let known = self.chore_kind(kind).ok_or_else(|| Error::internal(format!("no room does {kind}")))?;
        let person = call.who.person().ok_or(Error::Unauthenticated)?.id;
        if !self.access().anywhere(&call.who, known.action) {
            return Err(Error::Forbidden);
        }
        let id: ChoreId = self.world().id();
        if let Some(bytes) = sent {
            let folder = self.files().store().chores(call.tenant.id)?;
            let kept = tokio::task::spawn_blocking(move || folder::keep(&folder, id, &bytes)).await;
            kept.map_err(Error::internal)??;
        }
        let locale = call.locale;
        let write = move |act: &mut Act<'_, '_>| {
            let (tenant, now) = (act.call.tenant.id, act.call.now);
            let (own, all) = store::open(act.tx, tenant, person)?;
            if own >= MOST_CHORES {
                return Err(Error::rule("chore-too-many").with("most", MOST_CHORES));
            }
            if all >= MOST_OF_ALL {
                return Err(Error::rule("chore-too-busy"));
            }
            store::add(act.tx, tenant, (id, person), (kind, &asked, locale), now)?;
            Ok(id)
        };
        self.act(call, "chores.ask", write).await
    }

    /// Wants somebody's chore no more, or forgets one that is over, with its file.
    ///
    /// # Errors
    /// `NotFound` where they have none of this id.
    pub async fn drop_chore(&self, tenant: TenantId, person: PersonId, id: ChoreId) -> Result<()> {
        let now = self.world().now();
        let write = move |tx: &mut Tx<'_>| {
            Ok(store::cancel(tx, tenant, person, id, now)? || store::forget(tx, tenant, person, id)?)
        };
        if !self.db().write(tenant, "chores.drop", write).await? {
            return Err(Error::NotFound);
        }
        // A run that is at it finds out within a second and takes its own file away.
        self.clear_chore(tenant, id).await
    }

    async fn clear_chore(&self, tenant: TenantId, id: ChoreId) -> Result<()> {
        let folder = self.files().store().chores(tenant)?;
        tokio::task::spawn_blocking(move || folder::clear(&folder, id)).await.map_err(Error::internal)?
    }

    /// The file of somebody's chore.
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub async fn chore_file(&self, tenant: TenantId, person: PersonId, id: ChoreId) -> Result<(Chore, PathBuf)> {
        let chore = self.db().read(tenant, move |read| store::one(read, tenant, person, id)).await?;
        let path = folder::place(&self.files().store().chores(tenant)?, id, ChoreFile::Result);
        if chore.state == ChoreState::Done && !chore.result.is_empty() {
            Ok((chore, path))
        } else {
            Err(Error::NotFound)
        }
    }

    /// Does the chores that wait, for all tenants, until none does. Answers how many were begun.
    ///
    /// # Errors
    /// `Unavailable` where the database is away.
    pub async fn do_chores(&self) -> Result<u64> {
        let mut begun = 0;
        loop {
            let before = begun;
            // One of each house in its turn: a long queue in one keeps no other waiting.
            for tenant in self.tenants() {
                begun += u64::from(self.do_one_chore(&tenant).await?);
            }
            if begun == before {
                return Ok(begun);
            }
        }
    }

    async fn do_one_chore(&self, tenant: &Arc<Tenant>) -> Result<bool> {
        let (id, now) = (tenant.id, self.world().now());
        if !self.db().read(id, move |read| store::is_due(read, id, now)).await? {
            return Ok(false);
        }
        let claim: Id<()> = self.world().id();
        let claimed = self.db().write(id, "chores.claim", move |tx| store::claim(tx, id, claim, now)).await?;
        let Some(chore) = claimed else { return Ok(false) };
        let far = Arc::new(Far { done: AtomicI64::new(0), total: AtomicI64::new(-1) });
        let run = ChoreRun {
            id: chore.id,
            tenant: Arc::clone(tenant),
            who: Who::Nobody,
            asked: chore.asked.clone(),
            locale: chore.locale,
            folder: self.files().store().chores(id)?,
            claim,
            far,
        };
        let outcome = self.toil(&chore, run.clone()).await;
        let (state, told, result) = match outcome {
            Ok(Some(Outcome { told, result })) => (ChoreState::Done, told, result),
            Ok(None) => {
                self.clear_chore(id, chore.id).await?;
                return Ok(true);
            }
            Err(error) => {
                if !error.is_refusal() {
                    tracing::warn!(kind = chore.kind, id = %chore.id, %error, "a chore did not go through");
                }
                (ChoreState::Failed, Told::of(&error), "")
            }
        };
        let (far, ended) = (run.far(), self.world().now());
        let end = move |tx: &mut Tx<'_>| store::end(tx, id, (run.id, claim), (state, &told, result), far, ended);
        let ended = self.db().write(id, "chores.end", end).await?;
        if !ended || result.is_empty() {
            // What it was sent is needed no more, and without a result there is no file to keep.
            self.clear_chore(id, chore.id).await?;
        }
        Ok(true)
    }

    /// Does a chore, and says once a second how far it is; nothing where it is no longer this server's to do.
    async fn toil(&self, chore: &Chore, mut run: ChoreRun) -> Result<Option<Outcome>> {
        if chore.attempts > ATTEMPTS {
            return Err(Error::rule("chore-given-up"));
        }
        let kind =
            self.chore_kind(&chore.kind).ok_or_else(|| Error::internal(format!("no room does {}", chore.kind)))?;
        let tenant = run.tenant.id;
        run.who = Who::Person(self.person(tenant, chore.person).await?);
        if !self.access().anywhere(&run.who, kind.action) {
            return Err(Error::Forbidden);
        }
        let beats = run.clone();
        // A task of its own, so that a panic is this chore's failure and nobody else's; it goes with this future.
        let mut toiling = JoinSet::new();
        toiling.spawn((kind.run)(self.clone(), run));
        let began = tokio::time::Instant::now();
        loop {
            match tokio::time::timeout(BEAT, toiling.join_next()).await {
                Ok(Some(Ok(done))) => return done.map(Some),
                Ok(_) => return Err(Error::internal("the chore panicked")),
                Err(_) if began.elapsed() > LONGEST => return Err(Error::rule("chore-too-long")),
                Err(_) => {}
            }
            let (far, now, which) = (beats.far(), self.world().now(), (beats.id, beats.claim));
            let beat = move |tx: &mut Tx<'_>| store::beat(tx, tenant, which, far, now);
            match self.db().write(tenant, "chores.beat", beat).await {
                Ok(true) => {}
                Ok(false) => {
                    // Stopped, or ended by its own write just now: that says so itself in a moment.
                    let last = tokio::time::timeout(BEAT, toiling.join_next()).await;
                    toiling.shutdown().await;
                    return match last {
                        Ok(Some(Ok(Ok(outcome)))) => Ok(Some(outcome)),
                        _ => Ok(None),
                    };
                }
                // The database is away for a moment: the lease is long enough for that.
                Err(error) => tracing::warn!(%error, "a chore could not say how far it is"),
            }
        }
    }

    /// Does chores for as long as the house is open.
    pub(crate) async fn toil_on(&self) {
        loop {
            if let Err(error) = self.do_chores().await {
                tracing::warn!(%error, "the chores could not be looked at");
            }
            tokio::time::sleep(BEAT).await;
        }
    }

    /// Forgets what is over for long enough, and bytes that belong to no chore.
    pub(crate) async fn tidy_chores(&self, tenant: TenantId) -> Result<()> {
        let now = self.world().now();
        let forget = move |tx: &mut Tx<'_>| store::forget_old(tx, tenant, now - KEPT);
        while self.db().write(tenant, "chores.forget", forget).await? > 0 {}
        let known = self.db().read(tenant, move |read| store::known(read, tenant)).await?;
        let folder = self.files().store().chores(tenant)?;
        let sweep = move || folder::sweep(&folder, &known, now - UNCLAIMED);
        tokio::task::spawn_blocking(sweep).await.map_err(Error::internal)?
    }
}

/// Forgets all of somebody's chores; their bytes go with the next tidying up.
pub(crate) fn forget_all(act: &mut Act<'_, '_>, person: PersonId) -> Result<()> {
    store::forget_all(act.tx, act.call.tenant.id, person)
}
