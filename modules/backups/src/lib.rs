//! Backups from the browser: asked for by an administrator, made as a chore, sealed for a key that is not here.

mod pages;

use std::fs::File;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use tongxin_base::{Error, Result};
use tongxin_kernel::{ChoreKind, ChoreRun, Kernel, Outcome, Room, Toiling, ToldOfChore};
use tongxin_web::{Card, Gate, Module, Routes};

/// The room.
pub static MODULE: Module = Module {
    room: Room { name: "backups", policy: include_str!("../policy.cedar"), chores: &[BACKUP], ..Room::EMPTY },
    routes: || {
        Routes::new().get(Gate::May("backups.make"), "/admin/backup", pages::show).post(
            Gate::May("backups.make"),
            "/admin/backup",
            pages::make,
        )
    },
    words: (include_str!("../i18n/zh-CN.ftl"), include_str!("../i18n/en.ftl")),
    nav: &[],
    bar: &[],
    news: None,
    cards: &[Card { href: "/admin/backup", icon: "lock", title: "backups-card", action: "backups.make" }],
};

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Rows of all tables.
    pub rows: u64,
    /// Files.
    pub files: u64,
}

/// How far a backup is, in rows and files.
pub type Far = Arc<dyn Fn(usize) + Send + Sync>;
/// A backup on its way.
pub type Writing = Pin<Box<dyn Future<Output = Result<Written>> + Send>>;

/// Who knows how a backup of this house is written: the binary.
pub trait Backer: Send + Sync {
    /// The public key it is sealed for; none where the settings name none.
    fn recipient(&self) -> Option<String>;

    /// Writes a backup of the house into a file.
    fn write(&self, kernel: Kernel, into: File, far: Far) -> Writing;
}

/// The one who writes the backups of this house.
#[derive(Default)]
pub struct Backers(OnceLock<Arc<dyn Backer>>);

impl Backers {
    /// Sets it, once.
    pub fn set(&self, backer: Arc<dyn Backer>) {
        if self.0.set(backer).is_err() {
            tracing::warn!("somebody writes backups already");
        }
    }

    fn get(&self) -> Option<Arc<dyn Backer>> {
        self.0.get().cloned()
    }
}

/// Who writes backups here, and for which key; nobody where the settings name no key.
pub(crate) fn backer(kernel: &Kernel) -> Option<(Arc<dyn Backer>, String)> {
    let backer = kernel.kept::<Backers>().get()?;
    let key = backer.recipient()?;
    Some((backer, key))
}

/// The chore.
pub(crate) const BACKUP: ChoreKind =
    ChoreKind { kind: "backups.make", action: "backups.make", run: |kernel, run| make(kernel, run) };

fn make(kernel: Kernel, run: ChoreRun) -> Toiling {
    Box::pin(async move {
        // Whoever took the key out of the settings meanwhile wants no backup for it.
        let (backer, _) = backer(&kernel).ok_or(Error::rule("backups-no-key"))?;
        let (into, told) = (run.create()?, run.clone());
        let far: Far = Arc::new(move |done| told.at(done, None));
        let written = backer.write(kernel, into, far).await?;
        let told = ToldOfChore::new("backups-told").with("rows", written.rows).with("files", written.files);
        Ok(Outcome { told, result: "age" })
    })
}
