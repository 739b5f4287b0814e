//! The people of the demo: invented names, one password, a token each.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use serde::{Deserialize, Serialize};
use tongxin_base::World;
use tongxin_kernel::{Held, Kernel, PersonId, Role, Tenant, UnitTree, people_store};

use crate::config::Config;

/// The password of everybody in the demo. It is a demo: it is printed at every start.
const PASSWORD: &str = "tongxin-demo";
/// The name of the tokens in `demo-accounts.json`.
const TOKEN_NAME: &str = "demo";

const FAMILY: [(&str, &str); 20] = [
    ("王", "Wang"),
    ("李", "Li"),
    ("张", "Zhang"),
    ("刘", "Liu"),
    ("陈", "Chen"),
    ("杨", "Yang"),
    ("赵", "Zhao"),
    ("黄", "Huang"),
    ("周", "Zhou"),
    ("吴", "Wu"),
    ("徐", "Xu"),
    ("孙", "Sun"),
    ("马", "Ma"),
    ("朱", "Zhu"),
    ("胡", "Hu"),
    ("郭", "Guo"),
    ("何", "He"),
    ("高", "Gao"),
    ("林", "Lin"),
    ("白", "Bai"),
];
const GIVEN: [&str; 16] = [
    "晓明",
    "建国",
    "丽娟",
    "志强",
    "秀兰",
    "海波",
    "雪梅",
    "文博",
    "春燕",
    "永利",
    "其其格",
    "巴图",
    "雨欣",
    "国栋",
    "玉珍",
    "浩然",
];

/// One line of `demo-accounts.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// The login.
    pub login: String,
    /// The password.
    pub password: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: String,
    /// The code of the unit.
    pub unit: String,
    /// A bearer token for the API.
    pub token: String,
}

/// Somebody of the demo.
#[derive(Debug, Clone)]
pub struct Member {
    /// Who.
    pub id: PersonId,
    /// In what part.
    pub role: Role,
    /// Where.
    pub unit_path: String,
}

struct Plan {
    login: String,
    name: String,
    public_name: String,
    role: Role,
    unit_path: String,
}

/// Who works where: a secretary and two staff per community, ten grid workers and three couriers per grid.
fn plan(units: &UnitTree, world: &World) -> Vec<Plan> {
    use tongxin_kernel::Level::{Community, Grid, Office, Subdistrict};
    let mut out: Vec<Plan> = Vec::new();
    let mut hire = |login: String, role: Role, unit_path: &str, title: &str| {
        let pick = |n: usize| usize::try_from(world.below(u32::try_from(n).unwrap_or(1))).unwrap_or(0);
        let (family, _) = FAMILY[pick(FAMILY.len())];
        let name = format!("{family}{}", GIVEN[pick(GIVEN.len())]);
        out.push(Plan { login, name, public_name: format!("{family}{title}"), role, unit_path: unit_path.to_owned() });
    };
    let (mut community, mut grid, mut courier, mut office) = (0, 0, 0, 0);
    for unit in units.iter() {
        match unit.level {
            Subdistrict => {
                for (login, role, title) in [
                    ("admin", Role::Admin, "管理员"),
                    ("auditor", Role::Auditor, "审计"),
                    ("subdistrict1", Role::Subdistrict, "主任"),
                    ("subdistrict2", Role::Subdistrict, "科员"),
                    ("resident1", Role::Resident, "女士"),
                    ("resident2", Role::Resident, "先生"),
                    ("resident3", Role::Resident, "阿姨"),
                    ("enterprise1", Role::Enterprise, "老板"),
                ] {
                    hire(login.to_owned(), role, &unit.path, title);
                }
            }
            Community => {
                community += 1;
                hire(format!("secretary{community}"), Role::Secretary, &unit.path, "书记");
                hire(format!("staff{}", 2 * community - 1), Role::CommunityStaff, &unit.path, "社工");
                hire(format!("staff{}", 2 * community), Role::CommunityStaff, &unit.path, "社工");
                hire(format!("mediator{community}"), Role::Mediator, &unit.path, "调解员");
                hire(format!("lecturer{community}"), Role::Lecturer, &unit.path, "老师");
            }
            Grid => {
                for _ in 0..10 {
                    grid += 1;
                    hire(format!("worker{grid}"), Role::GridWorker, &unit.path, "师傅");
                }
                for _ in 0..3 {
                    courier += 1;
                    hire(format!("courier{courier}"), Role::PartTime, &unit.path, "小哥");
                }
            }
            Office => {
                office += 1;
                hire(format!("subdistrict{}", office + 2), Role::Subdistrict, &unit.path, "科员");
            }
            _ => {}
        }
    }
    out
}

/// Puts the people in place.
///
/// # Errors
/// As `Db::write`.
pub async fn move_in(kernel: &Kernel, tenant: &Arc<Tenant>) -> tongxin_base::Result<Vec<Member>> {
    let units = kernel.units(tenant.id)?;
    let plans = plan(&units, kernel.world());
    // One hash for all: they share the one password that is printed anyway.
    let hash = kernel.hash_password(PASSWORD)?;
    let ids: Vec<PersonId> = plans.iter().map(|_| kernel.world().id()).collect();
    let (id, now) = (tenant.id, kernel.world().now());
    let member =
        |(plan, id): (&Plan, &PersonId)| Member { id: *id, role: plan.role, unit_path: plan.unit_path.clone() };
    let members: Vec<Member> = plans.iter().zip(&ids).map(member).collect();
    let write = move |tx: &mut tongxin_db::Tx<'_>| {
        for (plan, person) in plans.iter().zip(&ids) {
            people_store::add_person(tx, id, *person, (&plan.name, &plan.public_name), now)?;
            people_store::add_login(tx, id, *person, &plan.login, &hash, now)?;
            let post = Held { unit_path: plan.unit_path.clone(), role: plan.role };
            people_store::add_post(tx, id, *person, &post, now)?;
        }
        Ok(())
    };
    kernel.db().write(id, "demo.people", write).await?;
    Ok(members)
}

/// Gives everybody a fresh token and writes the file that lists them.
///
/// # Errors
/// Says what could not be read or written.
pub async fn write_accounts(kernel: &Kernel, tenant: &Arc<Tenant>, path: &Path) -> Result<()> {
    let id = tenant.id;
    let failed = |error: tongxin_base::Error| anyhow!("the demo accounts cannot be made: {error}");
    let logins = kernel.db().read(id, move |read| people_store::logins(read, id)).await.map_err(failed)?;
    let units = kernel.units(id).map_err(failed)?;
    let (mut accounts, mut tokens) = (Vec::new(), Vec::new());
    for (login, person, name) in logins {
        let posts = kernel.person(id, person).await.map_err(failed)?.posts.clone();
        let Some(post) = posts.first() else { continue };
        let token = format!("{}-{}", tenant.code, kernel.world().secret());
        tokens.push((person, token.clone()));
        accounts.push(Account {
            login,
            password: PASSWORD.to_owned(),
            name,
            role: post.role.to_string(),
            unit: units.by_path(&post.unit_path).map(|unit| unit.code.clone()).unwrap_or_default(),
            token,
        });
    }
    let now = kernel.world().now();
    let write = move |tx: &mut tongxin_db::Tx<'_>| {
        for (person, token) in &tokens {
            people_store::drop_tokens(tx, id, *person, TOKEN_NAME)?;
            people_store::add_token(tx, id, *person, (token, TOKEN_NAME, "*"), now)?;
        }
        Ok(())
    };
    kernel.db().write(id, "demo.tokens", write).await.map_err(failed)?;
    let text = serde_json::to_string_pretty(&accounts)?;
    std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

/// Reads the file that lists the accounts.
///
/// # Errors
/// Says what is wrong with it.
pub fn read_accounts(path: &Path) -> Result<Vec<Account>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is damaged; delete it and start again", path.display()))
}

/// What the demo prints once it is up: where it is and who can sign in.
pub fn greet(config: &Config, accounts: &[Account]) {
    println!("\nTongxin is at http://localhost:{}\n", config.listen.port());
    println!("Sign in (password: {PASSWORD}):");
    let mut seen: Vec<&str> = Vec::new();
    for account in accounts {
        if !seen.contains(&account.role.as_str()) {
            seen.push(&account.role);
            println!("  {:<14} {:<16} {}", account.login, account.role, account.name);
        }
    }
    let file = config.data.join("demo-accounts.json");
    println!("\nAll {} of them, with a token each for the API: {}", accounts.len(), file.display());
    println!("Stop with Ctrl-C.\n");
}
