//! `tongxin demo`: the Binhe programme with invented people and a month of matters, made once through the real actions.

mod matters;
mod people;

use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use tongxin_base::{Clock, FixedClock, Seeded, SystemClock, TenantId, World};
use tongxin_kernel::{Kernel, Pack, Tenant};

use crate::config::Config;
use crate::house;

/// The one tenant of the demo.
const TENANT: TenantId = TenantId(1);

/// Makes the demo where it is missing, and serves it.
///
/// # Errors
/// Says what could not be made or served.
pub async fn run(config: &Config, seed: u64) -> Result<()> {
    let accounts = config.data.join("demo-accounts.json");
    let making = config.data.join("demo-making");
    if making.exists() {
        start_over(config, &making)?;
    }
    let kernel = house::open(config, World::system()).await?;
    if kernel.tenants().is_empty() {
        drop(kernel);
        std::fs::write(&making, "the demo is being made\n")
            .with_context(|| format!("{} cannot be written", making.display()))?;
        make(config, seed).await?;
        std::fs::remove_file(&making)?;
    }
    let kernel = house::open(config, World::system()).await?;
    let tenant =
        kernel.tenant(TENANT).context("this database holds another installation; give the demo its own --data")?;
    if !accounts.exists() {
        people::write_accounts(&kernel, &tenant, &accounts).await?;
    }
    let shown = people::read_accounts(&accounts)?;
    house::serve(config, kernel, |_| people::greet(config, &shown)).await
}

/// The last start was broken off while the demo was being made. Nothing but the demo is in its file, so it is made anew.
fn start_over(config: &Config, making: &std::path::Path) -> Result<()> {
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
async fn make(config: &Config, seed: u64) -> Result<()> {
    let now = SystemClock.now();
    let clock = Arc::new(FixedClock::at(now - matters::PERIOD));
    let world = World::new(Arc::clone(&clock) as Arc<dyn Clock>, Arc::new(Seeded::new(seed)));
    let kernel = house::open(config, world).await?;
    let tenant = programme(&kernel).await.map_err(|error| anyhow!("the programme could not be set up: {error}"))?;
    let cast = people::move_in(&kernel, &tenant).await.map_err(|error| anyhow!("nobody could move in: {error}"))?;
    matters::happen(&kernel, &tenant, &cast, &clock, now)
        .await
        .map_err(|error| anyhow!("the demo stopped: {error}"))?;
    kernel.work_off().await.map_err(|error| anyhow!("the demo's jobs stopped: {error}"))?;
    Ok(())
}

async fn programme(kernel: &Kernel) -> tongxin_base::Result<Arc<Tenant>> {
    let pack = Pack::folder(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../programmes/binhe")));
    let pack = pack.map_err(tongxin_base::Error::Internal)?;
    let programme = crate::commands::programme::check(&pack).into_result()?;
    Ok(kernel.apply_programme(TENANT, Arc::new(programme)).await?.0)
}
