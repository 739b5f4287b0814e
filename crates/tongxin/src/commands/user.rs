//! `tongxin user`: logins for the first people of an installation, and for who lost theirs.

use std::io::{BufRead, IsTerminal, Write};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use clap::Subcommand;
use tongxin_base::World;
use tongxin_kernel::{Held, Kernel, PersonId, Role, Tenant, people_store};

use crate::config::Config;
use crate::house;

/// A password has at least this many characters (NIST SP 800-63B asks for eight).
const SHORTEST_PASSWORD: usize = 8;

/// What can be done with people.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a person with a login and a post; the password is read from standard input
    Add {
        /// The login
        login: String,
        /// The name
        #[arg(long)]
        name: String,
        /// The name others see [default: the name]
        #[arg(long)]
        public_name: Option<String>,
        /// resident, enterprise, part_time, grid_worker, mediator, lecturer, community_staff, secretary, subdistrict,
        /// auditor or admin
        #[arg(long)]
        role: String,
        /// The code of the unit [default: the subdistrict]
        #[arg(long)]
        unit: Option<String>,
    },
    /// Set a new password, read from standard input, and end all sessions
    Reset {
        /// The login
        login: String,
    },
    /// List logins
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// Says what is wrong and what would be right.
pub async fn run(config: &Config, command: Command) -> Result<()> {
    let kernel = house::open(config, World::system()).await?;
    let tenant = kernel.tenants().into_iter().next().context("there is no subdistrict in this database yet")?;
    match command {
        Command::Add { login, name, public_name, role, unit } => {
            let role = Role::parse(&role)
                .ok_or_else(|| anyhow!("{role} is no role; take one of {}", Role::ALL.map(Role::as_str).join(", ")))?;
            let public_name = public_name.unwrap_or_else(|| name.clone());
            add(&kernel, &tenant, login, (name, public_name), role, unit).await
        }
        Command::Reset { login } => reset(&kernel, &tenant, login).await,
        Command::List { json } => list(&kernel, &tenant, json).await,
    }
}

async fn add(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    login: String,
    (name, public_name): (String, String),
    role: Role,
    unit: Option<String>,
) -> Result<()> {
    let units = kernel.units(tenant.id).map_err(|error| anyhow!("{error}"))?;
    let unit = match &unit {
        Some(code) => units.by_code(code).ok_or_else(|| anyhow!("there is no unit {code}"))?,
        None => units.root().context("there are no units yet")?,
    };
    let post = Held { unit_path: unit.path.clone(), role };
    let hash = kernel.hash_password(&password()?).map_err(|error| anyhow!("{error}"))?;
    let (id, now, person): (_, _, PersonId) = (tenant.id, kernel.world().now(), kernel.world().id());
    let said = login.clone();
    let write = move |tx: &mut tongxin_db::Tx<'_>| {
        people_store::add_person(tx, id, person, (&name, &public_name), now)?;
        people_store::add_login(tx, id, person, &login, &hash, now)?;
        people_store::add_post(tx, id, person, &post, now)
    };
    match kernel.db().write(id, "user.add", write).await {
        Ok(()) => {
            println!("{said} can sign in now");
            Ok(())
        }
        Err(tongxin_base::Error::Conflict(..)) => bail!("the login {said} is taken; choose another"),
        Err(error) => bail!("{error}"),
    }
}

async fn reset(kernel: &Kernel, tenant: &Arc<Tenant>, login: String) -> Result<()> {
    let (id, wanted) = (tenant.id, login.clone());
    let known = kernel.db().read(id, move |read| people_store::login(read, &wanted)).await;
    let known = known.map_err(|error| anyhow!("{error}"))?.filter(|(at, ..)| *at == id);
    let (_, person, _) = known.ok_or_else(|| anyhow!("there is no login {login}; `tongxin user list` names them"))?;
    let hash = kernel.hash_password(&password()?).map_err(|error| anyhow!("{error}"))?;
    let now = kernel.world().now();
    let write = move |tx: &mut tongxin_db::Tx<'_>| people_store::set_password(tx, id, person, &hash, now);
    kernel.db().write(id, "user.reset", write).await.map_err(|error| anyhow!("{error}"))?;
    println!("{login} has a new password, and all sessions have ended");
    Ok(())
}

async fn list(kernel: &Kernel, tenant: &Arc<Tenant>, json: bool) -> Result<()> {
    let id = tenant.id;
    let logins = kernel.db().read(id, move |read| people_store::logins(read, id)).await;
    for (login, person, name) in logins.map_err(|error| anyhow!("{error}"))? {
        let person = kernel.person(id, person).await.map_err(|error| anyhow!("{error}"))?;
        let posts: Vec<String> = person.posts.iter().map(|post| format!("{} {}", post.role, post.unit_path)).collect();
        if json {
            println!("{}", serde_json::json!({"login": login, "name": name, "posts": posts}));
        } else {
            println!("{login:<16} {name:<12} {}", posts.join(", "));
        }
    }
    Ok(())
}

/// Reads a password from standard input, so that it is on no command line and in no shell history.
fn password() -> Result<String> {
    if std::io::stdin().is_terminal() {
        eprint!("Password (at least {SHORTEST_PASSWORD} characters; it is shown while you type): ");
        std::io::stderr().flush()?;
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.chars().count() < SHORTEST_PASSWORD {
        bail!("a password has at least {SHORTEST_PASSWORD} characters");
    }
    Ok(password)
}
