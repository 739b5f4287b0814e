//! The house that is measured: the Binhe programme, a clerk and a worker for each caller, the real router, the real jobs.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use serde_json::Value;
use tongxin_base::{TenantId, World};
use tongxin_kernel::{Days, Held, Kernel, Level, PersonId, Role, Tenant, people_store, sum};
use tongxin_web::{App, AppConfig};
use tower::ServiceExt;

use crate::commands::programme::check;
use crate::config::Config;
use crate::{MODULES, house, packs};

/// Written into the data folder of a house that is only for measuring: no other is filled with rubbish.
const MARKER: &str = "bench-house";
const TENANT: TenantId = TenantId(1);
const A_DAY: Duration = Duration::from_secs(24 * 3600);
/// As many orders as one worker of a measurement may hold.
const CAP: &str = "open_orders_cap = 100";
/// The largest answer a caller reads.
const LARGEST_ANSWER: usize = 4 << 20;

/// The house.
pub struct Street {
    pub kernel: Kernel,
    pub tenant: Arc<Tenant>,
    router: Router,
    /// Tokens of workers, one for each caller.
    pub workers: Vec<String>,
    /// Tokens of clerks, one for each caller.
    pub clerks: Vec<String>,
    /// Codes and points of the grids.
    pub grids: Vec<(String, (f64, f64))>,
    jobs: tokio::task::JoinHandle<()>,
}

impl Drop for Street {
    fn drop(&mut self) {
        self.jobs.abort();
    }
}

impl Street {
    /// Opens the house in the data folder, or makes it, with as many people as there are callers.
    pub async fn open(config: &Config, callers: usize) -> Result<Self> {
        let marker = config.data.join(MARKER);
        let kernel = house::open(config, World::system()).await?;
        if kernel.tenants().is_empty() {
            std::fs::write(&marker, "this house is only for measuring\n")?;
            found(&kernel).await?;
        } else if !marker.exists() {
            bail!("{} holds an installation; measure in a folder of its own: --data DIR", config.data.display());
        }
        let tenant = kernel.tenant(TENANT).context("the house has no subdistrict")?;
        let grids = tenant.units.iter().filter(|unit| unit.level == Level::Grid);
        let grids: Vec<_> = grids.filter_map(|unit| Some((unit.code.clone(), unit.point?))).collect();
        let paths: Vec<String> =
            tenant.units.iter().filter(|unit| unit.level == Level::Grid).map(|unit| unit.path.clone()).collect();
        let root = tenant.units.root().map(|unit| unit.path.clone()).unwrap_or_default();
        let workers = (0..callers).map(|at| (Role::GridWorker, paths[at % paths.len()].clone())).collect();
        let clerks = (0..callers).map(|_| (Role::Subdistrict, root.clone())).collect();
        let (workers, clerks) = (hire(&kernel, &tenant, workers).await?, hire(&kernel, &tenant, clerks).await?);
        let app = App::new(kernel.clone(), MODULES.to_vec(), AppConfig::default()).map_err(|e| anyhow!("{e}"))?;
        let jobs = tokio::spawn({
            let kernel = kernel.clone();
            async move { kernel.work().await }
        });
        Ok(Self { kernel, tenant, router: app.router(), workers, clerks, grids, jobs })
    }

    /// One call: what it answered. `key` makes it one that is done once.
    pub async fn call(
        &self,
        (method, path): (Method, &str),
        token: Option<&str>,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Result<(StatusCode, Vec<u8>)> {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.answer(request.body(body)?).await
    }

    /// A page, as somebody who is signed in sees it.
    pub async fn page(&self, path: &str, session: &str) -> Result<(StatusCode, Vec<u8>)> {
        let cookie = format!("{}={session}", tongxin_web::SESSION_COOKIE);
        self.answer(Request::builder().uri(path).header(header::COOKIE, cookie).body(Body::empty())?).await
    }

    async fn answer(&self, request: Request<Body>) -> Result<(StatusCode, Vec<u8>)> {
        let answer = self.router.clone().oneshot(request).await?;
        let status = answer.status();
        Ok((status, to_bytes(answer.into_body(), LARGEST_ANSWER).await?.to_vec()))
    }

    /// How many matters there are.
    pub async fn count(&self) -> Result<i64> {
        let tenant = self.tenant.id;
        let counted = self
            .kernel
            .db()
            .scan(tenant, move |read| sum(read, tenant, tongxin_requests::measures::RECEIVED, "", Days::ALL));
        counted.await.map_err(|error| anyhow!("{error}"))
    }
}

async fn found(kernel: &Kernel) -> Result<()> {
    let pack = packs::pack("binhe");
    let settings = String::from_utf8_lossy(pack.bytes("programme.toml").unwrap_or_default()).into_owned();
    let pack = pack.with("programme.toml", settings.replace("open_orders_cap = 5", CAP));
    let programme = check(&pack).into_result().map_err(|error| anyhow!("the pack: {error}"))?;
    kernel.apply_programme(TENANT, Arc::new(programme)).await.map_err(|error| anyhow!("the programme: {error}"))?;
    Ok(())
}

/// New people with a token each.
async fn hire(kernel: &Kernel, tenant: &Tenant, posts: Vec<(Role, String)>) -> Result<Vec<String>> {
    let (id, now) = (tenant.id, kernel.world().now());
    let people: Vec<(PersonId, String, Held)> = posts
        .into_iter()
        .map(|(role, unit_path)| {
            let token = format!("{}-{}", tenant.code, kernel.world().secret());
            (kernel.world().id(), token, Held { unit_path, role })
        })
        .collect();
    let tokens = people.iter().map(|(_, token, _)| token.clone()).collect();
    let write = move |tx: &mut tongxin_db::Tx<'_>| {
        for (person, token, post) in &people {
            people_store::add_person(tx, id, *person, ("测试", "测试员"), now)?;
            people_store::add_post(tx, id, *person, post, now)?;
            people_store::add_token(tx, id, *person, (token, "bench", "*"), now)?;
            people_store::add_session(tx, id, *person, token, now, now + A_DAY)?;
        }
        Ok(())
    };
    kernel.db().write(id, "bench.hire", write).await.map_err(|error| anyhow!("nobody could be hired: {error}"))?;
    Ok(tokens)
}
