//! `tongxin import people FILE`: who works here, all or nobody. Each new person gets a link of their own, in a file that only its
//! owner can read; no password is ever written or printed.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use serde_json::json;
use tongxin_base::{Error, Locale, World};
use tongxin_kernel::{Act, Held, Kernel, PersonId, Subject, Tenant, Who, contact, invite, people_store};

use crate::config::Config;
use crate::house;
use crate::people_file::{Listed, parse};

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

/// Somebody who is not here yet.
#[derive(Debug, Clone)]
struct Newcomer {
    id: PersonId,
    listed: Listed,
    token: String,
}

/// What a table changes.
#[derive(Debug, Default)]
struct Plan {
    newcomers: Vec<Newcomer>,
    /// Posts that people who are here already do not hold yet.
    posts: Vec<(PersonId, Held)>,
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
            for cell in &wrong {
                eprintln!("{name}:{} {}: {}", cell.line, cell.column, cell.wrong);
            }
            eprintln!("{name}: nobody was imported; mend these {} and run this again", wrong.len());
            return Ok(ExitCode::FAILURE);
        }
    };
    let people = everybody.len();
    let plan = plan(&kernel, &tenant, everybody).await?;
    let (new, posts) = (plan.newcomers.len(), plan.posts.len());
    if !asked.dry_run {
        if let (Some(path), true) = (&asked.links, new > 0) {
            let_in(config, &kernel, &tenant, plan, path).await?;
        } else if new > 0 {
            bail!("{new} people are new, and each gets a link; say with --links FILE where they are written");
        } else {
            write(&kernel, &tenant, plan).await.map_err(told)?;
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

async fn plan(kernel: &Kernel, tenant: &Arc<Tenant>, everybody: Vec<Listed>) -> Result<Plan> {
    let id = tenant.id;
    let logins = kernel.db().read(id, move |read| people_store::logins(read, id)).await;
    let here = logins.map_err(|error| anyhow!("{error}"))?;
    let mut plan = Plan::default();
    for listed in everybody {
        let Some((_, person, _)) = here.iter().find(|(login, ..)| *login == listed.login) else {
            let (person, token) = (kernel.world().id(), kernel.invitation_token(tenant));
            plan.newcomers.push(Newcomer { id: person, listed, token });
            continue;
        };
        let held = kernel.person(id, *person).await.map_err(|error| anyhow!("{error}"))?;
        let held: BTreeSet<&Held> = held.posts.iter().collect();
        plan.posts.extend(listed.posts.into_iter().filter(|post| !held.contains(post)).map(|post| (*person, post)));
    }
    Ok(plan)
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
    let written = write(kernel, tenant, plan).await;
    // Where nobody knows whether the write went through, the links stay: they may be good.
    if written.as_ref().is_err_and(|error| *error != Error::Unavailable) {
        drop(fs::remove_file(path));
    }
    written.map_err(told)
}

async fn write(kernel: &Kernel, tenant: &Arc<Tenant>, plan: Plan) -> tongxin_base::Result<()> {
    if plan.newcomers.is_empty() && plan.posts.is_empty() {
        return Ok(());
    }
    let call = kernel.call(tenant, &Who::System);
    let done = kernel.act(call, "people.import", move |act| {
        plan.newcomers.iter().try_for_each(|newcomer| move_in(act, newcomer))?;
        let (id, now) = (act.call.tenant.id, act.call.now);
        for (person, post) in &plan.posts {
            people_store::add_post(act.tx, id, *person, post, now)?;
            let payload = json!({"unit": post.unit_path, "role": post.role});
            act.journal("people.post", &Subject::new("person", *person), payload, None)?;
        }
        Ok(())
    });
    done.await
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

fn move_in(act: &mut Act<'_, '_>, newcomer: &Newcomer) -> tongxin_base::Result<()> {
    let Newcomer { id: person, listed, token } = newcomer;
    let (id, now) = (act.call.tenant.id, act.call.now);
    people_store::add_person(act.tx, id, *person, (&listed.name, &listed.public_name), now)?;
    people_store::claim_login(act.tx, id, *person, &listed.login)?;
    for post in &listed.posts {
        people_store::add_post(act.tx, id, *person, post, now)?;
    }
    if let Some(email) = &listed.email {
        // Whether notices go there is for the person to say, on their own page.
        let contact = contact::Contact { email: email.clone(), notices_by_mail: false, locale: Locale::default() };
        contact::put(act.tx, id, *person, &contact, now)?;
    }
    invite(act.tx, id, *person, token, now)?;
    let posts: Vec<_> = listed.posts.iter().map(|post| json!({"unit": post.unit_path, "role": post.role})).collect();
    act.journal("people.add", &Subject::new("person", *person), json!({"posts": posts}), None)
}
