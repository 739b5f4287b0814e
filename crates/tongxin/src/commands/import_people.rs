//! `tongxin import people FILE`: who works here, all or nobody. Each new person gets a link of their own, in a file that only its
//! owner can read; no password is ever written or printed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use serde_json::json;
use tongxin_base::{Error, Locale, World};
use tongxin_kernel::{Kernel, Tenant, Who};
use tongxin_people::bring::{Newcomer, Plan, plan, write};
use tongxin_people::table::{WrongCell, parse};
use tongxin_web::words_of;

use crate::config::Config;
use crate::{MODULES, house};

/// The import of people.
#[derive(Debug, Args)]
pub struct People {
    /// The table, in UTF-8
    file: PathBuf,
    /// Where the links of the new people are written (login,name,link); a file that is not there yet
    #[arg(long, value_name = "FILE")]
    links: Option<PathBuf>,
    /// Only read the table and say what is wrong
    #[arg(long)]
    dry_run: bool,
    /// The result as JSON
    #[arg(long)]
    json: bool,
}

/// Lets the people in, all or none; exit code 1 where rows are wrong.
///
/// # Errors
/// Says what cannot be read or written.
pub async fn run(config: &Config, asked: People) -> Result<ExitCode> {
    let name = asked.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bytes = fs::read(&asked.file).with_context(|| format!("{} cannot be read", asked.file.display()))?;
    let kernel = house::open(config, World::system()).await?;
    let tenant = house::tenant(&kernel)?;
    let everybody = match parse(&bytes, &tenant.units) {
        Ok(everybody) => everybody,
        Err(wrong) => {
            let words = words_of(MODULES, Locale::En).map_err(|error| anyhow!("{error}"))?;
            for WrongCell { line, error } in &wrong {
                eprintln!("{name}:{line} {}: {}", error.field, words.field_error(error));
            }
            eprintln!("{name}: nobody was imported; mend these {} and run this again", wrong.len());
            return Ok(ExitCode::FAILURE);
        }
    };
    let people = everybody.len();
    let plan = plan(&kernel, &tenant, &Who::System, everybody).await.map_err(|error| anyhow!("{error}"))?;
    let (new, posts) = (plan.newcomers.len(), plan.posts.len());
    if !asked.dry_run {
        if let (Some(path), true) = (&asked.links, new > 0) {
            let_in(config, &kernel, &tenant, plan, path).await?;
        } else if new > 0 {
            bail!("{new} people are new, and each gets a link; say with --links FILE where they are written");
        } else {
            write(&kernel, kernel.call(&tenant, &Who::System), plan).await.map_err(told)?;
        }
    }
    if asked.json {
        let links = asked.links.filter(|_| new > 0 && !asked.dry_run);
        let said = json!({"file": name, "people": people, "new": new, "posts": posts, "links": links, "dry_run": asked.dry_run});
        println!("{said}");
    } else {
        let done = match (&asked.links, new) {
            _ if asked.dry_run => "dry run: nobody was imported".to_owned(),
            (Some(path), 1..) => format!("their links, good once and for seven days, are in {}", path.display()),
            _ => "nobody needs a link".to_owned(),
        };
        println!("{name}: {people} people, {new} new, {posts} more posts for those who were here; {done}");
    }
    Ok(ExitCode::SUCCESS)
}

/// The links are on the disk before anybody is let in: a link that opens nothing harms nobody, a person without one is lost.
async fn let_in(config: &Config, kernel: &Kernel, tenant: &Arc<Tenant>, plan: Plan, path: &Path) -> Result<()> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["login", "name", "link"])?;
    for Newcomer { listed, token, .. } in &plan.newcomers {
        let link = format!("{}/welcome/{token}", config.public_url);
        table.write_record([&listed.login, &listed.name, &link])?;
    }
    let table = table.into_inner().map_err(|error| anyhow!("{error}"))?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path);
    let mut file =
        file.with_context(|| format!("{} cannot be made; name a file that is not there yet", path.display()))?;
    file.write_all(&table)
        .and_then(|()| file.sync_all())
        .with_context(|| format!("{} cannot be written", path.display()))?;
    let written = write(kernel, kernel.call(tenant, &Who::System), plan).await;
    // Where nobody knows whether the write went through, the links stay: they may be good.
    if written.as_ref().is_err_and(|error| *error != Error::Unavailable) {
        drop(fs::remove_file(path));
    }
    written.map_err(told)
}

fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Conflict(_, args) => {
            let login = args.first().map(|(_, login)| login.as_str()).unwrap_or_default();
            anyhow!("the login {login} is taken by somebody else; nobody was imported")
        }
        Error::Unavailable => anyhow!("the database went away; run this again, naming another file for the links"),
        other => anyhow!("nobody was imported: {other}"),
    }
}
