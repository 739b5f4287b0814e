//! A whole street in a virtual clock: residents report, desks accept and publish, workers race for orders, some calls are broken
//! off half-way and sent again, servers are closed and opened. The same seed asks the same things in the same order;
//! what must always hold is checked after each day.

mod checks;
mod life;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use tongxin_testkit::{Engine, engines};

use life::Life;

/// What to simulate.
#[derive(Debug, Clone, Args)]
pub struct Street {
    /// The same seed asks the same things
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Days of the street
    #[arg(long, default_value_t = 5)]
    pub days: u32,
    /// Crowds a day; each asks up to sixteen things at once
    #[arg(long, default_value_t = 60)]
    pub crowds: u32,
    /// `PostgreSQL` too, in the cluster that `TONGXIN_TEST_POSTGRES` names
    #[arg(long)]
    pub postgres: bool,
}

/// Simulates, and fails with the seed where something does not hold.
///
/// # Errors
/// What did not hold.
pub fn run(street: &Street) -> Result<()> {
    let engines = if street.postgres { engines() } else { vec![Engine::Sqlite] };
    if street.postgres && engines.len() < 2 {
        bail!("TONGXIN_TEST_POSTGRES is not set; it names the cluster, such as postgres://me@127.0.0.1:5432/postgres");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for engine in engines {
        let lived = runtime.block_on(live(street, engine));
        let life = lived.with_context(|| format!("on {engine:?} with --seed {}", street.seed))?;
        println!("{engine:?}, seed {}: {life}", street.seed);
    }
    Ok(())
}

async fn live(street: &Street, engine: Engine) -> Result<String> {
    let mut life = Life::begin(street.seed, engine).await?;
    for _ in 0..street.days {
        for _ in 0..street.crowds {
            life.crowd().await?;
            let minutes = u64::from(life.below(20));
            life.pass(Duration::from_secs(60 * minutes));
        }
        life.restart_one().await;
        checks::all(&mut life).await?;
    }
    Ok(life.summary())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_life_on_each_engine() {
        let postgres = std::env::var("TONGXIN_TEST_POSTGRES").is_ok();
        for seed in [1, 2, 3] {
            run(&Street { seed, days: 2, crowds: 25, postgres }).expect("everything holds");
        }
    }
}
