//! What the callers do, each one call after the other, and how long every answer took.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::street::Street;
use super::{Scenario, percentile_ms};

/// This part of the time warms up and is not counted.
const WARM_UP: f64 = 0.1;
/// `grab`: how many orders each caller may win, within the cap.
const ORDERS_EACH: usize = 40;

/// What came out.
pub struct Measured {
    pub seconds: f64,
    pub per_s: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub unexpected: u64,
    pub surprise: Option<String>,
}

/// What one caller noted: how long each counted answer took, in microseconds.
struct Caller {
    street: Arc<Street>,
    /// The page that is asked for, where it is one.
    page: &'static str,
    at: usize,
    from: Instant,
    until: Instant,
    took: Vec<u32>,
    surprises: Vec<String>,
}

impl Caller {
    fn goes_on(&self) -> bool {
        Instant::now() < self.until
    }

    async fn post(&mut self, path: &str, token: Option<&str>, body: Value, wanted: &[u16]) -> Result<Value> {
        let key = self.street.kernel.world().secret();
        let began = Instant::now();
        let answer = self.street.call((Method::POST, path), token, Some(&body), Some(&key)).await?;
        let body = self.note(began, answer, wanted)?;
        Ok(serde_json::from_slice(&body).unwrap_or_default())
    }

    fn note(&mut self, began: Instant, (status, body): (StatusCode, Vec<u8>), wanted: &[u16]) -> Result<Vec<u8>> {
        if began >= self.from {
            self.took.push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
        if !wanted.contains(&status.as_u16()) {
            let said: String = String::from_utf8_lossy(&body).chars().take(300).collect();
            self.surprises.push(format!("{status}: {said}"));
            return Err(anyhow!("{status}"));
        }
        Ok(body)
    }

    fn place(&self, turn: usize) -> Value {
        let (_, (lat, lon)) = &self.street.grids[(self.at + turn) % self.street.grids.len()];
        json!({"lat": lat, "lon": lon})
    }

    /// One matter's whole way; an answer that was not expected ends it.
    async fn matter(&mut self, turn: usize) -> Result<()> {
        let street = Arc::clone(&self.street);
        let (clerk, worker) = (Some(street.clerks[self.at].as_str()), Some(street.workers[self.at].as_str()));
        let report =
            json!({"category": "0101", "description": "垃圾桶满了，请来清一下。", "location": self.place(turn)});
        let made = self.post("/api/v1/requests", None, report, &[201]).await?;
        let (id, token) = (text(&made, "id"), text(&made, "token"));
        self.post(&format!("/api/v1/requests/{id}/accept"), clerk, json!({}), &[200]).await?;
        let published = self.post(&format!("/api/v1/requests/{id}/publish"), clerk, json!({}), &[200]).await?;
        let order = text(&published["order"], "id");
        for (verb, body) in [("grab", json!({})), ("start", json!({})), ("complete", json!({"note": "已清走。"}))] {
            self.post(&format!("/api/v1/orders/{order}/{verb}"), worker, body, &[200]).await?;
        }
        let rating = json!({"solved": "yes", "satisfied": 5});
        self.post(&format!("/api/v1/requests/{id}/rating?token={token}"), None, rating, &[200]).await?;
        Ok(())
    }

    /// An order in the pool; for those who then grab it.
    async fn order(&mut self, turn: usize) -> Result<String> {
        let street = Arc::clone(&self.street);
        let clerk = Some(street.clerks[self.at].as_str());
        let report = json!({"category": "0101", "description": "大家都来抢的一单。", "location": self.place(turn)});
        let made = self.post("/api/v1/requests", None, report, &[201]).await?;
        let id = text(&made, "id");
        self.post(&format!("/api/v1/requests/{id}/accept"), clerk, json!({}), &[200]).await?;
        let published = self.post(&format!("/api/v1/requests/{id}/publish"), clerk, json!({}), &[200]).await?;
        Ok(text(&published["order"], "id"))
    }
}

fn text(of: &Value, name: &str) -> String {
    of[name].as_str().unwrap_or_default().to_owned()
}

/// Runs one scenario.
pub async fn run(
    street: &Arc<Street>,
    (scenario, page): (Scenario, &'static str),
    (callers, seconds): (usize, f64),
) -> Result<Measured> {
    let orders = if scenario == Scenario::Grab { prepare(street, callers).await? } else { Vec::new() };
    let (orders, won, spent) = (Arc::new(orders), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let period = Duration::from_secs_f64(seconds);
    let began = Instant::now();
    let (from, until) = (began + period.mul_f64(WARM_UP), began + period);
    let ended = Arc::new(AtomicU64::new(0));
    let callers: Vec<_> = (0..callers)
        .map(|at| {
            let street = Arc::clone(street);
            let (orders, won, spent, ended) =
                (Arc::clone(&orders), Arc::clone(&won), Arc::clone(&spent), Arc::clone(&ended));
            let mut caller = Caller { street, page, at, from, until, took: Vec::new(), surprises: Vec::new() };
            tokio::spawn(async move {
                let mut turn = at;
                while caller.goes_on() && !spent.load(Ordering::Relaxed) && caller.surprises.is_empty() {
                    // What was not expected is noted by the caller; the rest goes on.
                    drop(one_turn(&mut caller, scenario, turn, (&orders, &won, &spent)).await);
                    turn += 1;
                }
                let last = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
                ended.fetch_max(last, Ordering::Relaxed);
                (caller.took, caller.surprises)
            })
        })
        .collect();
    let (mut took, mut surprises) = (Vec::new(), Vec::new());
    for caller in callers {
        let (some, odd) = caller.await?;
        took.extend(some);
        surprises.extend(odd);
    }
    let seconds = Duration::from_micros(ended.load(Ordering::Relaxed)).as_secs_f64() - period.as_secs_f64() * WARM_UP;
    took.sort_unstable();
    let ms = |part: usize| percentile_ms(&took, part);
    #[expect(clippy::cast_precision_loss, reason = "answers are few")]
    let per_s = took.len() as f64 / seconds.max(0.001);
    let unexpected = surprises.len() as u64;
    Ok(Measured { seconds, per_s, p50_ms: ms(50), p99_ms: ms(99), unexpected, surprise: surprises.into_iter().next() })
}

async fn one_turn(
    caller: &mut Caller,
    scenario: Scenario,
    turn: usize,
    (orders, won, spent): (&[String], &AtomicUsize, &AtomicBool),
) -> Result<()> {
    let street = Arc::clone(&caller.street);
    let worker = street.workers[caller.at].as_str();
    match scenario {
        Scenario::Loop => caller.matter(turn).await,
        Scenario::Grab => {
            // All are after the same order until somebody has it, then after the next.
            let now = won.load(Ordering::Relaxed);
            let Some(order) = orders.get(now) else {
                spent.store(true, Ordering::Relaxed);
                return Ok(());
            };
            let path = format!("/api/v1/orders/{order}/grab");
            caller.post(&path, Some(worker), json!({}), &[200, 409]).await?;
            won.fetch_max(now + 1, Ordering::Relaxed);
            Ok(())
        }
        Scenario::List => {
            let (grid, _) = &street.grids[turn % street.grids.len()];
            let path = format!("/api/v1/orders?status=open&unit={grid}");
            let began = Instant::now();
            let answer = street.call((Method::GET, &path), Some(worker), None, None).await?;
            caller.note(began, answer, &[200]).map(drop)
        }
        _ => {
            let began = Instant::now();
            let answer = street.page(caller.page, &street.clerks[caller.at]).await?;
            caller.note(began, answer, &[200]).map(drop)
        }
    }
}

/// Orders to be grabbed, made by all callers together.
async fn prepare(street: &Arc<Street>, callers: usize) -> Result<Vec<String>> {
    let far = Instant::now() + Duration::from_secs(600);
    let makers: Vec<_> = (0..callers)
        .map(|at| {
            let street = Arc::clone(street);
            tokio::spawn(async move {
                let (took, surprises) = (Vec::new(), Vec::new());
                let mut caller = Caller { street, page: "", at, from: far, until: far, took, surprises };
                let mut made = Vec::new();
                for turn in 0..ORDERS_EACH {
                    made.push(caller.order(turn).await?);
                }
                Ok::<_, anyhow::Error>(made)
            })
        })
        .collect();
    let mut orders = Vec::new();
    for maker in makers {
        orders.extend(maker.await??);
    }
    Ok(orders)
}
