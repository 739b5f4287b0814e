//! `tongxin user`: logins for the first people of an installation, and for who lost theirs.

use std::io::{BufRead, IsTerminal, Write};
use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use clap::Subcommand;
use serde_json::json;
use tongxin_base::{TenantId, Time, World};
use tongxin_db::Tx;
use tongxin_kernel::{
    Held, Kernel, PersonId, Role, SHORTEST_PASSWORD, Subject, Tenant, Who, check_password, invite, people_store, posts,
};

use tongxin_web::{Words, words_of};

use crate::config::Config;
use crate::house;
use crate::modules::MODULES;
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
    let words = words_of(MODULES, super::programme::reader())?;
    match command {
        Command::Add { login, name, public_name, role, unit, password } => {
            if !is_login(&login) {
                bail!("{}", words.t1("doors-command-no-login", "login", &login));
            }
            let role = Role::parse(&role).ok_or_else(|| {
                let all = Role::ALL.map(Role::as_str).join(", ");
                anyhow!("{}", words.t2("doors-command-no-role", "role", &role, "all", all))
            })?;
            let public_name = public_name.unwrap_or_else(|| name.clone());
            let units = kernel.units(tenant.id).map_err(|error| anyhow!("{error}"))?;
            let unit = match &unit {
                Some(code) => {
                    units.by_code(code).ok_or_else(|| anyhow!("{}", words.t1("doors-command-no-unit", "code", code)))?
                }
                None => units.root().ok_or_else(|| anyhow!("{}", words.t("doors-command-no-units")))?,
            };
            let post = Held { unit_path: unit.path.clone(), role };
            let new = NewPerson { login, name, public_name, post };
            add(config, (&kernel, &tenant, &words), new, password).await
        }
        Command::Reset { login, password } => reset(config, (&kernel, &tenant, &words), login, password).await,
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

/// The house, its tenant, and the words of who sits at the terminal.
type House<'a> = (&'a Kernel, &'a Arc<Tenant>, &'a Words);

/// How somebody gets in first.
#[derive(Clone)]
enum Way {
    /// With this password's hash.
    Password(String),
    /// By a link with this token.
    Link(String),
}

impl Way {
    async fn find((kernel, tenant, words): House<'_>, typed: bool) -> Result<Self> {
        if !typed {
            return Ok(Self::Link(kernel.invitation_token(tenant)));
        }
        let password = password(words)?;
        check_password(&password, &[&tenant.name.zh, &tenant.name.en]).map_err(|error| match error {
            tongxin_base::Error::Invalid(_) => anyhow!("{}", words.t("doors-command-password-guessed")),
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

    fn say(self, config: &Config, words: &Words, login: &str) {
        match self {
            Self::Password(_) => println!("{}", words.t1("doors-command-can", "login", login)),
            Self::Link(token) => {
                println!("{}\n", words.t1("doors-command-link", "login", login));
                println!("  {}/welcome/{token}", config.public_url);
            }
        }
    }
}

async fn add(config: &Config, house: House<'_>, new: NewPerson, typed: bool) -> Result<()> {
    let (kernel, tenant, words) = house;
    let way = Way::find(house, typed).await?;
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
            way.say(config, words, &login);
            Ok(())
        }
        Err(tongxin_base::Error::Conflict(..)) => bail!("{}", words.t1("doors-command-taken", "login", &login)),
        Err(error) => bail!("{error}"),
    }
}

async fn reset(config: &Config, house: House<'_>, login: String, typed: bool) -> Result<()> {
    let (kernel, tenant, words) = house;
    let (id, wanted) = (tenant.id, login.clone());
    let known = kernel.db().read(id, move |read| people_store::by_login(read, id, &wanted)).await;
    let person = known
        .map_err(|error| anyhow!("{error}"))?
        .ok_or_else(|| anyhow!("{}", words.t1("doors-command-unknown", "login", &login)))?;
    let way = Way::find(house, typed).await?;
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
    println!("{}", words.t1("doors-command-reset", "login", &login));
    way.say(config, words, &login);
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
fn password(words: &Words) -> Result<String> {
    if std::io::stdin().is_terminal() {
        eprint!("{} ", words.t1("doors-command-password", "min", SHORTEST_PASSWORD));
        std::io::stderr().flush()?;
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.chars().count() < SHORTEST_PASSWORD {
        bail!("{}", words.t1("doors-command-password-short", "min", SHORTEST_PASSWORD));
    }
    Ok(password)
}
