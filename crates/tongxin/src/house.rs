//! Opening the house: the data folder, its keys, the database, the rooms; and serving it.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use axum::Router;
use axum::http::{StatusCode, Uri, header};
use axum::response::IntoResponse;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tongxin_backups::Backers;
use tongxin_base::World;
use tongxin_db::Options;
use tongxin_doors::oidc::Organisations;
use tongxin_kernel::{Closing, Config as KernelConfig, FileStore, Kernel, Outside, PasswordCost, Tenant};
use tongxin_print::{Face, Own};
use tongxin_web::setup::{Founder, SetUp};
use tongxin_web::{App, AppConfig, Door};

use crate::MODULES;
use crate::backup::Writer;
use crate::config::Config;
use crate::founding::Foundry;
use crate::gateway::Carrier;
use crate::mail::Post;
use crate::outside::{Allowed, Gate};
use crate::push;
use crate::serve;
use crate::tls::{Certificate, TlsListener};
use crate::{keyring, languages};

/// After the signal to stop, requests under way get this long.
const FAREWELL: Duration = Duration::from_secs(10);

/// Opens the kernel on the settings' database.
///
/// # Errors
/// Says what could not be opened and why.
pub async fn open(config: &Config, world: World) -> Result<Kernel> {
    let database = Options::parse(config.database.as_deref(), &config.data).map_err(|error| anyhow!("{error}"))?;
    open_on(database, config, world).await
}

/// The same for a load that is started again from nothing where it is broken off: its commits do not wait for the disk.
///
/// # Errors
/// As [`open`].
pub async fn open_to_load(config: &Config, world: World) -> Result<Kernel> {
    let database = Options::parse(config.database.as_deref(), &config.data).map_err(|error| anyhow!("{error}"))?;
    let bulk = match database {
        Options::Sqlite { path } => Options::SqliteBulk { path },
        Options::Postgres { url } => Options::PostgresBulk { url },
        other => other,
    };
    open_on(bulk, config, world).await
}

async fn open_on(database: Options, config: &Config, world: World) -> Result<Kernel> {
    languages::bring(config)?;
    let mut folder = fs::DirBuilder::new();
    // Nobody else on the machine reads a database of people.
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.recursive(true).create(&config.data).with_context(|| {
        format!("the data folder {} cannot be made; give another with --data", config.data.display())
    })?;
    let secret = keyring::open(config, &world)?;
    let rooms = MODULES.iter().map(|module| module.room).collect();
    let files = FileStore::folder(&config.files).map_err(|error| anyhow!("{error}"))?;
    let kernel = KernelConfig { database, world, secret, password_cost: PasswordCost::Strong, files, rooms };
    Kernel::open(kernel).await.map_err(|error| anyhow!("the database cannot be opened: {error}"))
}

/// The one subdistrict of an installation.
///
/// # Errors
/// Says how to make one where there is none.
pub fn tenant(kernel: &Kernel) -> Result<Arc<Tenant>> {
    kernel
        .tenants()
        .into_iter()
        .next()
        .context("there is no subdistrict in this database yet; `tongxin init` makes one")
}

/// What goes on in the background while a house is served; it ends with this.
#[derive(Clone, Default)]
pub struct Work(Arc<Mutex<JoinSet<()>>>);

impl Work {
    fn begin(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).spawn(work);
    }
}

/// A face of the office's own, for its documents.
fn face(path: Option<&Path>) -> Result<Option<Face>> {
    let Some(path) = path else { return Ok(None) };
    let bytes = fs::read(path).with_context(|| format!("the face {} cannot be read", path.display()))?;
    let face = Face::parse(bytes).map_err(|error| anyhow!("the face {}: {error}", path.display()))?;
    Ok(Some(face))
}

/// Puts the rooms together and lets their work begin.
///
/// # Errors
/// Where the rooms do not fit together, or the mail server's settings are no good.
pub fn move_in(config: &Config, kernel: &Kernel, work: &Work) -> Result<App> {
    let reached = AppConfig {
        https: config.https,
        public_url: config.own_url(),
        trusted_proxies: config.trusted_proxies.clone(),
        pace: config.pace,
        security_contact: config.security_contact.clone(),
        tiles: config.tiles.clone(),
    };
    let set = Own { text: face(config.document_face.as_deref())?, title: face(config.document_title_face.as_deref())? };
    tongxin_print::set_own(set);
    let app = App::new(kernel.clone(), MODULES.to_vec(), reached)
        .map_err(|error| anyhow!("the rooms do not fit together: {error}"))?;
    if let Some(server) = &config.mail {
        kernel.set_mailer(Post::new(server, app.clone(), &config.public_url)?);
    }
    let allowed = Allowed::parse(config.outside_allowed.iter().map(String::as_str))?;
    let outside = Gate::new(allowed)?;
    kernel.set_outside(Arc::clone(&outside) as Arc<dyn Outside>);
    let contact = config.security_contact.as_deref().unwrap_or(&config.public_url);
    kernel.set_pusher(push::Service::new(app.clone(), Arc::clone(&outside) as Arc<dyn Outside>, contact)?);
    kernel.kept::<Organisations>().set(config.oidc.clone());
    kernel.kept::<Backers>().set(Arc::new(Writer::new(config)));
    if let Some(gateway) = &config.sms {
        kernel.set_texter(Carrier::new(gateway.clone(), outside));
    }
    let jobs = kernel.clone();
    work.begin(async move { jobs.work().await });
    let kernel = kernel.clone();
    work.begin(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            if let Err(error) = kernel.sign_journals().await {
                tracing::error!(%error, "a journal was not signed; `tongxin journal verify` says whether it holds");
            }
            if let Err(error) = kernel.tidy_up().await {
                tracing::warn!(%error, "tidying up did not go through");
            }
        }
    });
    Ok(app)
}

/// Serves until the process is told to stop: the house, or the pages that set one up where there is none. `ready` runs once
/// the address is bound; it is given the path of those pages, with the key of this start.
///
/// # Errors
/// Says why the address cannot be listened on, or why the certificate is no good.
pub async fn serve(config: &Config, kernel: Kernel, ready: impl FnOnce(Option<&str>)) -> Result<()> {
    let work = Work::default();
    let closing = kernel.kept::<Closing>();
    let certificate = config.tls.as_ref().map(Certificate::read).transpose()?;
    let (door, set_up) = if !kernel.tenants().is_empty() {
        (Door::new(move_in(config, &kernel, &work)?.router()), None)
    } else {
        let (door, path) = set_up(config, kernel, &work)?;
        (door, Some(path))
    };
    let listener = bind(config.listen, "--listen takes another").await?;
    if let Some(address) = config.http_redirect {
        let plain = bind(address, "http_redirect takes another").await?;
        work.begin(lead_to_https(plain, config.public_url.clone()));
    }
    ready(set_up.as_deref());
    let (told, stopping) = tokio::sync::oneshot::channel();
    let stop = async move {
        stop_signal().await;
        closing.set();
        told.send(()).unwrap_or_default();
    };
    let served = async {
        match certificate {
            None => serve::serve(listener, door.router(), stop).await,
            Some(certificate) => {
                work.begin(Arc::clone(&certificate).keep_fresh());
                let listener = TlsListener::new(listener, certificate)?;
                serve::serve(listener, door.router(), stop).await;
            }
        }
        anyhow::Ok(())
    };
    tokio::select! {
        served = served => served?,
        () = async { drop(stopping.await); tokio::time::sleep(FAREWELL).await; } => {
            tracing::warn!("some requests did not end in time");
        }
    }
    Ok(())
}

/// The pages of the set-up at a door that leads to the house as soon as it stands.
fn set_up(config: &Config, kernel: Kernel, work: &Work) -> Result<(Door, String)> {
    let world = kernel.world().clone();
    let foundry = Arc::new(Foundry::new(config.clone(), kernel, work.clone()));
    let answers = foundry.answers();
    let setup = SetUp::new(&world, MODULES, Arc::clone(&foundry) as Arc<dyn Founder>, answers, config.tls.is_some())
        .map_err(|error| anyhow!("the pages of the set-up do not fit together: {error}"))?;
    let door = Door::new(setup.router());
    foundry.door.get_or_init(|| door.clone());
    Ok((door, setup.path()))
}

async fn bind(address: SocketAddr, way: &str) -> Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; is another server running there? {way}"))
}

/// Plain HTTP: people are led to the house's address. Programs are not: their key has just gone over the wire unprotected, and
/// who writes them must hear of it.
async fn lead_to_https(listener: TcpListener, public_url: String) {
    let router = Router::new().fallback(move |uri: Uri| {
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let to = format!("{public_url}{path}");
        async move {
            if path.starts_with("/api/") {
                return (StatusCode::FORBIDDEN, format!("HTTPS alone: {to}\n")).into_response();
            }
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response()
        }
    });
    serve::serve(listener, router, std::future::pending()).await;
}

/// Waits until the process is told to stop.
pub async fn stop_signal() {
    let interrupt = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => {}, () = terminate => {} }
}
