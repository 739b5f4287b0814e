//! `tongxin demo`: a programme with invented people and a year of work, made once through the real actions.

mod people;
mod year;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use tongxin_base::calendar::Date;
use tongxin_base::{Clock, FixedClock, Seeded, SystemClock, TenantId, Time, World};
use tongxin_kernel::{Pack, Programme, read_programme};

use crate::MODULES;
use crate::commands::programme::put_in_words;
use crate::config::Config;
use crate::gateway::DemoOutbox;
use crate::{house, packs};

/// The one tenant of the demo.
const TENANT: TenantId = TenantId(1);

/// What the demo is made of.
#[derive(Debug, Clone, Args)]
pub struct Wanted {
    /// The same seed and the same base date make the same people and the same year
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The day the year ends at noon [default: now]
    #[arg(long, value_name = "DATE")]
    base: Option<Date>,
    /// How many matters the year has
    #[arg(long, default_value_t = 1200)]
    matters: u32,
    /// Another programme than that of Binhe
    #[arg(long, value_name = "DIR")]
    programme: Option<PathBuf>,
}

/// Makes the demo where it is missing, and serves it.
///
/// # Errors
/// Says what could not be made or served.
pub async fn run(config: &Config, wanted: Wanted) -> Result<()> {
    let accounts = config.data.join("demo-accounts.json");
    let making = config.data.join("demo-making");
    if making.exists() {
        start_over(config, &making)?;
    }
    let kernel = house::open(config, World::system()).await?;
    if kernel.tenants().is_empty() {
        drop(kernel);
        let programme = programme(wanted.programme.as_deref(), wanted.seed)?;
        std::fs::write(&making, "the demo is being made\n")
            .with_context(|| format!("{} cannot be written", making.display()))?;
        make(config, &wanted, programme).await?;
        std::fs::remove_file(&making)?;
    }
    let kernel = house::open(config, World::system()).await?;
    let tenant =
        kernel.tenant(TENANT).context("this database holds another installation; give the demo its own --data")?;
    if !accounts.exists() {
        people::write_accounts(&kernel, &tenant, &accounts).await?;
    }
    let shown = people::read_accounts(&accounts)?;
    if config.sms.is_none() {
        // No telephone rings for a demo: its codes are read on a page.
        kernel.set_texter(Arc::new(DemoOutbox::default()));
    }
    house::serve(config, kernel, |_| people::greet(config, &shown)).await
}

fn programme(folder: Option<&Path>, seed: u64) -> Result<Programme> {
    let pack = match folder {
        None => packs::pack("binhe"),
        Some(folder) => Pack::folder(folder).map_err(|why| anyhow!("{why}"))?,
    };
    let rooms: Vec<_> = MODULES.iter().map(|module| module.room).collect();
    // Codes of sites are drawn here, so these dice are the demo's too.
    let world = World::new(Arc::new(SystemClock), Arc::new(Seeded::new(!seed)));
    let checked = read_programme(&pack, &rooms, &world);
    let said = put_in_words(&checked)?;
    checked.programme.ok_or_else(|| anyhow!("{said}"))
}

/// The last start was broken off while the demo was being made. Nothing but the demo is in its file, so it is made anew.
fn start_over(config: &Config, making: &Path) -> Result<()> {
    if config.database.is_some() {
        let marker = making.display();
        return Err(anyhow!(
            "the demo was broken off while it was being made; empty the database, delete {marker}, start again"
        ));
    }
    for name in ["tongxin.db", "tongxin.db-wal", "tongxin.db-shm"] {
        let path = config.data.join(name);
        if path.exists() {
            std::fs::remove_file(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
        }
    }
    Ok(())
}

/// Programme, people and matters, in a world whose clock the demo moves.
async fn make(config: &Config, wanted: &Wanted, programme: Programme) -> Result<()> {
    let zone = jiff::tz::TimeZone::get(&programme.settings.zone)?;
    let end = match wanted.base {
        Some(day) => Time::from(day.at(12, 0, 0, 0).to_zoned(zone)?.timestamp()),
        None => SystemClock.now(),
    };
    let clock = Arc::new(FixedClock::at(end - year::PERIOD - Duration::from_secs(24 * 3600)));
    let world = World::new(Arc::clone(&clock) as Arc<dyn Clock>, Arc::new(Seeded::new(wanted.seed)));
    let kernel = house::open_to_load(config, world).await?;
    let broken = |what: &'static str| move |error: tongxin_base::Error| anyhow!("{what}: {error}");
    let (tenant, _) = kernel
        .apply_programme(TENANT, Arc::new(programme))
        .await
        .map_err(broken("the programme could not be set up"))?;
    let members = people::move_in(&kernel, &tenant).await.map_err(broken("nobody could move in"))?;
    clock.set(end - year::PERIOD);
    let bar = Bar::new("A year of work");
    year::happen(&kernel, &tenant, &members, (&clock, end), wanted.matters, |done| bar.show(done))
        .await
        .map_err(broken("the demo stopped"))?;
    bar.end();
    // What rooms do each hour has been done, too: the months of the year are published.
    for hourly in kernel.rooms().iter().filter_map(|room| room.hourly) {
        hourly(kernel.clone(), Arc::clone(&tenant)).await.map_err(broken("the hour's work was not done"))?;
    }
    let db = kernel.db().clone();
    drop(kernel);
    db.close(Duration::from_secs(10));
    keep(config)
}

/// The load did not wait for the disk; now it does, once.
pub(crate) fn keep(config: &Config) -> Result<()> {
    for name in ["tongxin.db", "tongxin.db-wal"] {
        let path = config.data.join(name);
        if config.database.is_none() && path.exists() {
            std::fs::File::open(&path)?.sync_all().with_context(|| format!("{} cannot be kept", path.display()))?;
        }
    }
    Ok(())
}

/// How far the making is, on a terminal.
pub(crate) struct Bar {
    what: &'static str,
    shown: AtomicUsize,
    watched: bool,
}

impl Bar {
    pub(crate) fn new(what: &'static str) -> Self {
        Self { what, shown: AtomicUsize::new(usize::MAX), watched: std::io::stderr().is_terminal() }
    }

    /// So many of a thousand parts are done.
    pub(crate) fn show(&self, done: usize) {
        if self.watched && self.shown.swap(done, Ordering::Relaxed) != done {
            let full = "█".repeat(done.min(1000) / 33);
            eprint!("\r{} {full:░<30} {:>3} %", self.what, done.min(1000) / 10);
            drop(std::io::stderr().flush());
        }
    }

    pub(crate) fn end(&self) {
        self.show(1000);
        if self.watched {
            eprintln!();
        }
    }
}
