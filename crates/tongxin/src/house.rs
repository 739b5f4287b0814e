//! Opening the house: the data folder, its secret, the database, the rooms; and serving it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use tongxin_base::World;
use tongxin_db::Options;
use tongxin_kernel::{Config as KernelConfig, FileStore, Kernel, PasswordCost, Secret};
use tongxin_web::{App, AppConfig};

use crate::MODULES;
use crate::config::Config;
use crate::mail::Post;

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
        other => other,
    };
    open_on(bulk, config, world).await
}

async fn open_on(database: Options, config: &Config, world: World) -> Result<Kernel> {
    fs::create_dir_all(&config.data).with_context(|| {
        format!("the data folder {} cannot be made; give another with --data", config.data.display())
    })?;
    let secret = secret(&config.data, &world)?;
    let rooms = MODULES.iter().map(|module| module.room).collect();
    let files = FileStore::folder(&config.files).map_err(|error| anyhow!("{error}"))?;
    let kernel = KernelConfig { database, world, secret, password_cost: PasswordCost::Strong, files, rooms };
    Kernel::open(kernel).await.map_err(|error| anyhow!("the database cannot be opened: {error}"))
}

/// The installation's secret: from `TONGXIN_SECRET` (64 hexadecimal digits, for several servers), else from
/// `secret.key` in the data folder, made on the first start and readable by its owner alone.
fn secret(data: &Path, world: &World) -> Result<Secret> {
    if let Ok(text) = std::env::var("TONGXIN_SECRET") {
        return Secret::parse(&text).ok_or_else(|| anyhow!("TONGXIN_SECRET must be 64 hexadecimal digits"));
    }
    let path = data.join("secret.key");
    if !path.exists() {
        let digits: String = World::system().bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).with_context(|| format!("{} cannot be written", path.display()))?;
        writeln!(file, "{digits}")?;
        file.sync_all()?;
        tracing::info!(at = %world.now(), "made a new secret");
    }
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    Secret::parse(&text).ok_or_else(|| anyhow!("{} must hold 64 hexadecimal digits", path.display()))
}

/// Serves until the process is told to stop; `ready` runs once the address is bound.
///
/// # Errors
/// Says why the address cannot be listened on.
pub async fn serve(config: &Config, kernel: Kernel, ready: impl FnOnce()) -> Result<()> {
    if kernel.tenants().is_empty() {
        return Err(anyhow!("there is no subdistrict in this database yet; `tongxin demo` makes one to try things on"));
    }
    let app = App::new(kernel.clone(), MODULES.to_vec(), AppConfig { https: config.https })
        .map_err(|error| anyhow!("the rooms do not fit together: {error}"))?;
    if let Some(server) = &config.mail {
        kernel.set_mailer(Post::new(server, app.clone(), &config.public_url)?);
    }
    let listener = tokio::net::TcpListener::bind(config.listen).await.with_context(|| {
        format!("cannot listen on {}; is another server running there? --listen takes another", config.listen)
    })?;
    ready();
    let jobs = tokio::spawn({
        let kernel = kernel.clone();
        async move { kernel.work().await }
    });
    let tidying = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            if let Err(error) = kernel.tidy_up().await {
                tracing::warn!(%error, "tidying up did not go through");
            }
        }
    });
    let (told, stopping) = tokio::sync::oneshot::channel();
    let server = axum::serve(listener, app.router()).with_graceful_shutdown(async move {
        stop_signal().await;
        told.send(()).unwrap_or_default();
    });
    tokio::select! {
        served = server => served?,
        () = async { drop(stopping.await); tokio::time::sleep(FAREWELL).await; } => {
            tracing::warn!("some requests did not end in time");
        }
    }
    jobs.abort();
    tidying.abort();
    Ok(())
}

async fn stop_signal() {
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
