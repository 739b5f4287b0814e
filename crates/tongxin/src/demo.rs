//! `tongxin demo`: the Binhe programme with invented people and a month of matters, made once through the real actions.

mod matters;
mod people;

use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use tongxin_base::{Clock, FixedClock, Label, Seeded, SystemClock, TenantId, World};
use tongxin_kernel::{Kernel, Level, Role, Settings, Tenant, Unit, Who, put_unit};

use crate::config::Config;
use crate::house;

/// The one tenant of the demo.
const TENANT: TenantId = TenantId(1);
const UNITS: &str = include_str!("../../../programmes/binhe/units.csv");
const CATEGORIES: &str = include_str!("../../../programmes/binhe/categories.csv");
const SITES: &[u8] = include_bytes!("../../../programmes/binhe/sites.csv");
const POOLS: &str = include_str!("../../../programmes/binhe/pools.csv");
const PHRASES: &str = include_str!("../../../programmes/binhe/phrases.csv");

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
    sites(&kernel, &tenant, &cast).await.map_err(|error| anyhow!("the sites could not be set up: {error:?}"))?;
    matters::happen(&kernel, &tenant, &cast, &clock, now)
        .await
        .map_err(|error| anyhow!("the demo stopped: {error}"))?;
    kernel.work_off().await.map_err(|error| anyhow!("the demo's jobs stopped: {error}"))?;
    Ok(())
}

/// The service sites, entered by the administrator.
async fn sites(kernel: &Kernel, tenant: &Arc<Tenant>, cast: &[people::Member]) -> tongxin_base::Result<()> {
    let admin = cast.iter().find(|member| member.role == Role::Admin).ok_or(tongxin_base::Error::NotFound)?;
    let who = Who::Person(kernel.person(tenant.id, admin.id).await?);
    tongxin_sites::import_sites(kernel, kernel.call(tenant, &who), SITES).await.map(drop)
}

async fn programme(kernel: &Kernel) -> tongxin_base::Result<Arc<Tenant>> {
    let name = Label::new("滨河街道", "Binhe Subdistrict");
    let tenant = kernel.create_tenant(TENANT, "bh", name, Settings::default()).await?;
    let units = parse_units(UNITS)?;
    let now = kernel.world().now();
    let write = move |tx: &mut tongxin_db::Tx<'_>| units.iter().try_for_each(|unit| put_unit(tx, TENANT, now, unit));
    kernel.db().write(TENANT, "demo.units", write).await?;
    let lists = tongxin_requests::setup::Lists::parse(CATEGORIES, POOLS, PHRASES)?;
    tongxin_requests::setup::set_up(kernel, &tenant, lists).await?;
    Ok(tenant)
}

/// Reads `code,level,parent,name,name_en,lat,lon`, parents before children.
///
/// # Errors
/// `Internal` naming the line.
pub fn parse_units(csv: &str) -> tongxin_base::Result<Vec<Unit>> {
    let mut out: Vec<Unit> = Vec::new();
    for (line, record) in (2..).zip(csv::Reader::from_reader(csv.as_bytes()).records()) {
        let record = record.map_err(tongxin_base::Error::internal)?;
        let wrong = |what: &str| tongxin_base::Error::Internal(format!("units, line {line}: {what}"));
        let text = |i: usize| record.get(i).unwrap_or_default().trim();
        let parent = match text(2) {
            "" => String::new(),
            code => out
                .iter()
                .find(|unit| unit.code == code)
                .ok_or_else(|| wrong("its parent comes later or never"))?
                .path
                .clone(),
        };
        let degrees = |i: usize| text(i).parse::<f64>().ok();
        out.push(Unit {
            path: format!("{parent}{}/", text(0)),
            code: text(0).to_owned(),
            level: Level::parse(text(1)).ok_or_else(|| wrong("an unknown level"))?,
            name: Label::new(text(3), text(4)),
            point: degrees(5).zip(degrees(6)),
            area: None,
            compound: None,
        });
    }
    Ok(out)
}
