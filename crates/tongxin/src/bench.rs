//! `tongxin bench`: the house under load, measured at the server: the whole way of a request from the router to its durable
//! answer, without sockets. Beside each figure stands what a bare grouped writer commits on the same disk in the same run.

mod scenarios;
mod street;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, ValueEnum};
use serde::Serialize;
use tongxin_base::World;
use tongxin_db::{Options, bare_writer};
use tongxin_requests::bulk;

use crate::config::Config;
use crate::house;
use street::Street;

/// Callers at once who write, as in a rush hour of a whole city, and who read, as many as keep two cores busy.
const WRITERS: usize = 64;
const READERS: usize = 4;

/// The desk's table as clerks narrow and order it.
const DESK: [&str; 10] = [
    "/desk/requests",
    "/desk/requests?sort=oldest",
    "/desk/requests?sort=due",
    "/desk/requests?status=open",
    "/desk/requests?status=closed&sort=oldest",
    "/desk/requests?category=0101",
    "/desk/requests?limit=red",
    "/desk/requests?limit=green&sort=due",
    "/desk/requests?counted=in_time",
    "/desk/requests?from=2020-01-01&to=2030-01-01&status=closed",
];

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// A matter's whole way: report, accept, publish, grab, start, complete, rate; each call counts
    Loop,
    /// Everybody grabs the same orders, one after the other
    Grab,
    /// The open orders of a grid, as the worker's list asks for them
    List,
    /// The board's page
    Board,
    /// The desk's table: each way to narrow it and to order it, a line each
    Desk,
    /// What a bare grouped writer commits, alone
    Limit,
    /// Fill the house with matters, to measure `list` and `board` on
    Load,
}

/// How it is measured.
#[derive(Debug, Clone, Args)]
pub struct Asked {
    /// What is measured; without it everything but `load`, a line each
    scenario: Option<Scenario>,
    /// Callers at once, each asking again as soon as it is answered [default: 64 who write, 4 who read]
    #[arg(long)]
    clients: Option<usize>,
    /// For how long
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// `load`: matters that are over
    #[arg(long, default_value_t = 1_000_000)]
    finished: u32,
    /// `load`: matters whose order waits in the pool
    #[arg(long, default_value_t = 20_000)]
    open: u32,
    /// One line of JSON for each
    #[arg(long)]
    json: bool,
}

/// One line of the result.
#[derive(Debug, Serialize)]
struct Line {
    scenario: String,
    database: &'static str,
    clients: usize,
    seconds: f64,
    per_s: f64,
    p50_ms: f64,
    p99_ms: f64,
    limit_per_s: f64,
    ratio: f64,
    /// Answers that were none of those expected; anything but 0 makes the rest worthless.
    unexpected: u64,
    requests: i64,
}

/// Runs the measurements in the data folder, which is theirs alone.
///
/// # Errors
/// Says what stands in the way; also where answers were not as expected.
pub async fn run(config: &Config, asked: Asked) -> Result<()> {
    if asked.clients == Some(0) || !(0.2..=600.0).contains(&asked.seconds) {
        bail!("give at least one of --clients, and --seconds from 0.2 to 600");
    }
    let scratch = tempfile::Builder::new().prefix("tongxin-bench-").tempdir_in(".");
    let (config, _scratch) = match config.sources.get("data") {
        // Nobody named a folder: one beside where we stand, gone afterwards.
        Some(crate::config::Source::Default) | None if config.database.is_none() => {
            let scratch = scratch.context("no folder can be made here; name one with --data")?;
            let data = scratch.path().to_path_buf();
            (Config { files: data.join("files"), data, ..config.clone() }, Some(scratch))
        }
        _ => (config.clone(), None),
    };
    let options = Options::parse(config.database.as_deref(), &config.data).map_err(|error| anyhow!("{error}"))?;
    if asked.scenario == Some(Scenario::Load) {
        return load(&config, &asked).await;
    }
    if asked.scenario == Some(Scenario::Limit) {
        std::fs::create_dir_all(&config.data)?;
        let limit = limit(&options, asked.clients.unwrap_or(WRITERS), asked.seconds).await?;
        return say(&asked, &limit.into_line(&options));
    }
    let street = Arc::new(Street::open(&config, asked.clients.unwrap_or(WRITERS)).await?);
    let chosen: Vec<Scenario> = match asked.scenario {
        Some(one) => vec![one],
        None => vec![Scenario::Loop, Scenario::Grab, Scenario::List, Scenario::Board, Scenario::Desk],
    };
    let pages = |scenario| match scenario {
        Scenario::Desk => DESK.to_vec(),
        _ => vec!["/board"],
    };
    for (scenario, page) in chosen.into_iter().flat_map(|one| pages(one).into_iter().map(move |page| (one, page))) {
        let reads = matches!(scenario, Scenario::List | Scenario::Board | Scenario::Desk);
        let callers = asked.clients.unwrap_or(if reads { READERS } else { WRITERS });
        let writers = if reads { WRITERS } else { callers };
        let before = limit(&options, writers, asked.seconds / 3.0).await?;
        let measured = scenarios::run(&street, (scenario, page), (callers, asked.seconds)).await?;
        let after = limit(&options, writers, asked.seconds / 3.0).await?;
        let limit_per_s = f64::midpoint(before.per_s, after.per_s);
        let line = Line {
            scenario: if scenario == Scenario::Desk { page.to_owned() } else { word(scenario) },
            database: database(&options),
            clients: callers,
            seconds: measured.seconds,
            per_s: measured.per_s,
            p50_ms: measured.p50_ms,
            p99_ms: measured.p99_ms,
            limit_per_s,
            ratio: measured.per_s / limit_per_s,
            unexpected: measured.unexpected,
            requests: street.count().await?,
        };
        say(&asked, &line)?;
        if let Some(what) = measured.surprise {
            bail!("{} answers were not as expected; one of them: {what}", measured.unexpected);
        }
    }
    Ok(())
}

fn word(scenario: Scenario) -> String {
    scenario.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

const fn database(options: &Options) -> &'static str {
    match options {
        Options::Postgres { .. } | Options::PostgresBulk { .. } => "postgres",
        Options::Sqlite { .. } | Options::SqliteBulk { .. } => "sqlite",
    }
}

struct Limit {
    callers: usize,
    seconds: f64,
    per_s: f64,
    p50_ms: f64,
    p99_ms: f64,
}

impl Limit {
    fn into_line(self, options: &Options) -> Line {
        Line {
            scenario: "limit".to_owned(),
            database: database(options),
            clients: self.callers,
            seconds: self.seconds,
            per_s: self.per_s,
            p50_ms: self.p50_ms,
            p99_ms: self.p99_ms,
            limit_per_s: self.per_s,
            ratio: 1.0,
            unexpected: 0,
            requests: 0,
        }
    }
}

async fn limit(options: &Options, callers: usize, seconds: f64) -> Result<Limit> {
    let world = World::system();
    let ids = Arc::new(move || world.id::<()>().uuid());
    let period = Duration::from_secs_f64(seconds.max(0.2));
    let done = bare_writer(options, callers, period, ids).await.map_err(|error| anyhow!("the limit: {error}"))?;
    let (p50_ms, p99_ms) = (percentile_ms(&done.waits_us, 50), percentile_ms(&done.waits_us, 99));
    Ok(Limit { callers, seconds: done.took.as_secs_f64(), per_s: done.per_second(), p50_ms, p99_ms })
}

/// So many of a hundred of the sorted waits were no longer than this.
fn percentile_ms(sorted_us: &[u32], part: usize) -> f64 {
    let at = (sorted_us.len() * part / 100).min(sorted_us.len().saturating_sub(1));
    f64::from(sorted_us.get(at).copied().unwrap_or_default()) / 1000.0
}

fn say(asked: &Asked, line: &Line) -> Result<()> {
    if asked.json {
        println!("{}", serde_json::to_string(line)?);
        return Ok(());
    }
    println!(
        "{:<56} {:>7.0}/s  p50 {:>7.2} ms  p99 {:>7.2} ms  limit {:>8.0}/s  ratio {:.3}  ({} callers, {:.1} s, {}, {} matters)",
        line.scenario,
        line.per_s,
        line.p50_ms,
        line.p99_ms,
        line.limit_per_s,
        line.ratio,
        line.clients,
        line.seconds,
        line.database,
        line.requests,
    );
    Ok(())
}

async fn load(config: &Config, asked: &Asked) -> Result<()> {
    let began = Instant::now();
    let street = Street::open(config, 1).await?;
    drop(street);
    let kernel = house::open_to_load(config, World::system()).await?;
    let tenant = kernel.tenants().into_iter().next().context("the house has no subdistrict")?;
    let wanted = bulk::Wanted { finished: asked.finished, open: asked.open };
    let bar = crate::demo::Bar::new("Matters");
    let total = u64::from(asked.finished) + u64::from(asked.open);
    let progress = |done: u32| bar.show(usize::try_from(u64::from(done) * 1000 / total.max(1)).unwrap_or(1000));
    bulk::load(&kernel, &tenant, wanted, progress).await.map_err(|error| anyhow!("the load: {error}"))?;
    bar.end();
    let db = kernel.db().clone();
    drop(kernel);
    db.close(Duration::from_secs(60));
    crate::demo::keep(config)?;
    let seconds = began.elapsed().as_secs_f64();
    if asked.json {
        let line = serde_json::json!({
            "scenario": "load", "finished": asked.finished, "open": asked.open, "seconds": seconds,
            "per_s": f64::from(asked.finished + asked.open) / seconds,
        });
        println!("{line}");
    } else {
        println!("loaded {} finished and {} open matters in {seconds:.1} s", asked.finished, asked.open);
    }
    Ok(())
}
