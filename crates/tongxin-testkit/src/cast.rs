//! The cast: a subdistrict of two communities with a grid each, and one person for each part in the loop. Everybody's
//! login is their key here, their password `tongxin`, their token `bh-<key>`.

use std::collections::BTreeMap;
use std::sync::Arc;

use tongxin_base::Label;
use tongxin_kernel::{Held, Kernel, Level, PersonId, Role, Tenant, Unit, people_store, put_unit};

/// The code of the subdistrict.
pub const SUBDISTRICT: &str = "150603003";
/// The code of the community where most tests happen.
pub const COMMUNITY: &str = "150603003001";
/// The code of its grid.
pub const GRID: &str = "150603003001001";
/// The code of the other community.
pub const OTHER_COMMUNITY: &str = "150603003002";
/// The code of the other community's grid.
pub const OTHER_GRID: &str = "150603003002001";

const PEOPLE: [(&str, &str, &str, Role); 13] = [
    ("resident", "居民甲", SUBDISTRICT, Role::Resident),
    ("staff", "社工乙", COMMUNITY, Role::CommunityStaff),
    ("secretary", "书记丙", COMMUNITY, Role::Secretary),
    ("other_secretary", "书记丁", OTHER_COMMUNITY, Role::Secretary),
    ("worker", "网格员戊", GRID, Role::GridWorker),
    ("worker2", "网格员己", GRID, Role::GridWorker),
    ("courier", "骑手庚", OTHER_GRID, Role::PartTime),
    ("mediator", "调解员辛", COMMUNITY, Role::Mediator),
    ("lecturer", "宣讲员壬", COMMUNITY, Role::Lecturer),
    ("enterprise", "店主癸", COMMUNITY, Role::Enterprise),
    ("subdistrict", "街道子", SUBDISTRICT, Role::Subdistrict),
    ("auditor", "审计丑", SUBDISTRICT, Role::Auditor),
    ("admin", "管理员寅", SUBDISTRICT, Role::Admin),
];

/// Who lives and works there.
#[derive(Debug, Clone)]
pub struct Cast {
    people: BTreeMap<&'static str, PersonId>,
}

impl Cast {
    pub(crate) async fn move_in(kernel: &Kernel, tenant: &Arc<Tenant>) -> Self {
        let hash = kernel.hash_password("tongxin").expect("a hash");
        let people: BTreeMap<&'static str, PersonId> =
            PEOPLE.iter().map(|(key, ..)| (*key, kernel.world().id())).collect();
        let (id, now, made) = (tenant.id, kernel.world().now(), people.clone());
        let write = move |tx: &mut tongxin_db::Tx<'_>| {
            for (code, level, zh, en, point) in [
                (SUBDISTRICT, Level::Subdistrict, "滨河街道", "Binhe", (39.60, 109.79)),
                (COMMUNITY, Level::Community, "康城社区", "Kangcheng", (39.61, 109.78)),
                (GRID, Level::Grid, "康城第一网格", "Kangcheng grid 1", (39.611, 109.781)),
                (OTHER_COMMUNITY, Level::Community, "兴旺社区", "Xingwang", (39.59, 109.80)),
                (OTHER_GRID, Level::Grid, "兴旺第一网格", "Xingwang grid 1", (39.589, 109.801)),
            ] {
                let (path, code) = (path_of(code), code.to_owned());
                put_unit(
                    tx,
                    id,
                    now,
                    &Unit {
                        path,
                        code,
                        level,
                        name: Label::new(zh, en),
                        point: Some(point),
                        area: None,
                        compound: None,
                    },
                )?;
            }
            for (key, name, unit, role) in PEOPLE {
                let person = made[key];
                people_store::add_person(tx, id, person, (name, name), now)?;
                people_store::add_login(tx, id, person, key, &hash, now)?;
                people_store::add_post(tx, id, person, &Held { unit_path: path_of(unit), role }, now)?;
                people_store::add_token(tx, id, person, (&format!("bh-{key}"), "test", "*"), now)?;
            }
            Ok(())
        };
        kernel.db().write(id, "testkit.cast", write).await.expect("the cast moves in");
        Self { people }
    }

    /// The id of somebody of the cast, by key.
    pub fn id(&self, key: &str) -> PersonId {
        self.people[key]
    }

    /// The keys of the cast with their roles.
    pub fn roles() -> impl Iterator<Item = (&'static str, Role)> {
        PEOPLE.iter().map(|(key, _, _, role)| (*key, *role))
    }

    /// The token of somebody of the cast, by key.
    pub fn token(key: &str) -> String {
        format!("bh-{key}")
    }
}

/// The path of one of the cast's units: subdistrict 9 digits, community 12, grid 15.
fn path_of(code: &str) -> String {
    [9, 12, 15].into_iter().filter(|n| *n <= code.len()).map(|n| format!("{}/", &code[..n])).collect()
}
