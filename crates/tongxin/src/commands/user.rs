//! `tongxin user`: logins for the first people of an installation, and for who lost theirs.

use std::io::{BufRead, IsTerminal, Write};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use clap::Subcommand;
use serde_json::json;
use tongxin_base::{TenantId, Time, World};
use tongxin_db::Tx;
use tongxin_kernel::{
    Held, Kernel, PersonId, Role, SHORTEST_PASSWORD, Subject, Tenant, Who, check_password, invite, people_store, posts,
};

use crate::config::Config;
use crate::house;
use crate::people_file::is_login;

/// What can be done with people.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a person with a login and a post; prints the link by which they choose a password
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
        /// Read a password from standard input instead
        #[arg(long)]
        password: bool,
    },
    /// Take the password and all other ways in away and end all sessions; prints a link by which a new one is chosen
    Reset {
        /// The login
        login: String,
        /// Read a new password from standard input instead
        #[arg(long)]
        password: bool,
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
    let tenant = house::tenant(&kernel)?;
    match command {
        Command::Add { login, name, public_name, role, unit, password } => {
            if !is_login(&login) {
                bail!("{login:?} is no login; it has 2 to 40 characters and no blanks");
            }
            let role = Role::parse(&role)
                .ok_or_else(|| anyhow!("{role} is no role; take one of {}", Role::ALL.map(Role::as_str).join(", ")))?;
            let public_name = public_name.unwrap_or_else(|| name.clone());
            let units = kernel.units(tenant.id).map_err(|error| anyhow!("{error}"))?;
            let unit = match &unit {
                Some(code) => units.by_code(code).ok_or_else(|| anyhow!("there is no unit {code}"))?,
                None => units.root().context("there are no units yet")?,
            };
            let post = Held { unit_path: unit.path.clone(), role };
            add(config, &kernel, &tenant, NewPerson { login, name, public_name, post }, password).await
        }
        Command::Reset { login, password } => reset(config, &kernel, &tenant, login, password).await,
        Command::List { json } => list(&kernel, &tenant, json).await,
    }
}

/// Somebody new: who they are, and at which post.
pub struct NewPerson {
    /// The login.
    pub login: String,
    /// The name.
    pub name: String,
    /// The name others see.
    pub public_name: String,
    /// The post.
    pub post: Held,
}

/// How somebody gets in first.
#[derive(Clone)]
enum Way {
    /// With this password's hash.
    Password(String),
    /// By a link with this token.
    Link(String),
}

impl Way {
    async fn find(kernel: &Kernel, tenant: &Tenant, typed: bool) -> Result<Self> {
        if !typed {
            return Ok(Self::Link(kernel.invitation_token(tenant)));
        }
        let password = password()?;
        check_password(&password, &[&tenant.name.zh, &tenant.name.en]).map_err(|error| match error {
            tongxin_base::Error::Invalid(_) => {
                anyhow!("this password is too short, too long or among the first to be guessed")
            }
            other => anyhow!("{other}"),
        })?;
        kernel.hash_password(&password).map(Self::Password).map_err(|error| anyhow!("{error}"))
    }

    fn open(&self, tx: &mut Tx<'_>, tenant: TenantId, person: PersonId, now: Time) -> tongxin_base::Result<()> {
        match self {
            Self::Password(hash) => people_store::set_password(tx, tenant, person, hash, now),
            Self::Link(token) => invite(tx, tenant, person, token, now),
        }
    }

    fn say(self, config: &Config, login: &str, known: &str) {
        match self {
            Self::Password(_) => println!("{login} {known}"),
            Self::Link(token) => {
                println!("The link for {login}, good once and for seven days; it is not shown again:\n");
                println!("  {}/welcome/{token}", config.public_url);
            }
        }
    }
}

async fn add(config: &Config, kernel: &Kernel, tenant: &Arc<Tenant>, new: NewPerson, typed: bool) -> Result<()> {
    let way = Way::find(kernel, tenant, typed).await?;
    let (id, person, login): (_, PersonId, _) = (tenant.id, kernel.world().id(), new.login.clone());
    let kept = way.clone();
    let call = kernel.call(tenant, &Who::System);
    let done = kernel.act(call, "people.add", move |act| {
        let now = act.call.now;
        people_store::add_person(act.tx, id, person, (&new.name, &new.public_name), now)?;
        people_store::claim_login(act.tx, id, person, &new.login)?;
        people_store::add_post(act.tx, id, person, &new.post, now)?;
        kept.open(act.tx, id, person, now)?;
        let payload = json!({"unit": new.post.unit_path, "role": new.post.role});
        act.journal("people.add", &Subject::new("person", person), payload, None)
    });
    match done.await {
        Ok(()) => {
            way.say(config, &login, "can sign in now");
            Ok(())
        }
        Err(tongxin_base::Error::Conflict(..)) => bail!("the login {login} is taken; choose another"),
        Err(error) => bail!("{error}"),
    }
}

async fn reset(config: &Config, kernel: &Kernel, tenant: &Arc<Tenant>, login: String, typed: bool) -> Result<()> {
    let (id, wanted) = (tenant.id, login.clone());
    let known = kernel.db().read(id, move |read| people_store::by_login(read, id, &wanted)).await;
    let person = known
        .map_err(|error| anyhow!("{error}"))?
        .ok_or_else(|| anyhow!("there is no login {login}; `tongxin user list` names them"))?;
    let way = Way::find(kernel, tenant, typed).await?;
    let kept = way.clone();
    let call = kernel.call(tenant, &Who::System);
    let done = kernel.act(call, "people.reset", move |act| {
        let now = act.call.now;
        people_store::drop_password(act.tx, id, person)?;
        posts::shut_out(act.tx, id, person)?;
        // Passkeys, apps and links with organisations too: who lost one of them may have lost it to somebody.
        tongxin_doors::forget(act.tx, id, person)?;
        kept.open(act.tx, id, person, now)?;
        act.journal("people.reset", &Subject::new("person", person), json!({}), None)
    });
    done.await.map_err(|error| anyhow!("{error}"))?;
    println!("the old password of {login} opens nothing any more, and all sessions have ended");
    way.say(config, &login, "has a new one");
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
