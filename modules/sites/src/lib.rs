//! Service sites in four levels, institute, station, point and corner: where they are, when they are open, what they offer,
//! and the code on each one's sign. The room to read first: every other is built like it.

pub mod actions;
mod api;
pub mod domain;
mod import;
mod import_pages;
mod pages;
mod programme;
mod shown;
mod sign;
mod store;
#[cfg(test)]
mod tests;

use tongxin_base::{Result, TenantId};
use tongxin_db::{Migration, Read};
use tongxin_kernel::{Located, Locator, Measure, PersonalField, Room, Tells, Thing, ThingFinder, Who};
use tongxin_web::{Card, Gate, Module, NavItem, Routes};

pub use import::{columns, import_sites};

const MIGRATIONS: &[Migration] = tongxin_db::migrations!("sites": "0001_site");

/// All that this room brings to the house.
pub static MODULE: Module = Module {
    room: Room {
        name: "sites",
        migrations: MIGRATIONS,
        policy: include_str!("../policy.cedar"),
        locators: &[Locator { find: locate, all: on_the_map }],
        things: &[ThingFinder { find: thing }],
        fields: FIELDS,
        programme: Some(programme::READER),
        measures: &[Measure {
            name: actions::OPEN_SITES,
            list: "/sites?unit={unit}",
            action: "",
            tells: Tells::OfNobody,
        }],
        ..Room::EMPTY
    },
    routes,
    words: (include_str!("../i18n/zh-CN.ftl"), include_str!("../i18n/en.ftl")),
    nav: &[
        NavItem { href: "/sites", label: "sites-nav", action: "" },
        NavItem { href: "/desk/sites", label: "sites-nav-desk", action: "sites.change" },
    ],
    bar: &[],
    news: None,
    cards: &[Card { href: "/sites", icon: "place", title: "sites-card", action: "" }],
};

/// Every text column is declared. A site is a place: nothing here is about a person, and the rules keep it so (an office's
/// number, never a mobile).
const FIELDS: &[PersonalField] = &[
    PersonalField::Plain { column: "sites_site.code" },
    PersonalField::Plain { column: "sites_site.level" },
    PersonalField::Plain { column: "sites_site.unit_path" },
    PersonalField::Plain { column: "sites_site.name" },
    PersonalField::Plain { column: "sites_site.name_en" },
    PersonalField::Plain { column: "sites_site.address" },
    PersonalField::Plain { column: "sites_site.phone" },
    PersonalField::Plain { column: "sites_site.hours" },
    PersonalField::Plain { column: "sites_site.services" },
    PersonalField::Plain { column: "sites_site.state" },
];

fn routes() -> Routes {
    use utoipa_axum::routes;
    Routes::new()
        .list(Gate::Public, "/sites", pages::list)
        .get(Gate::Public, "/sites/{code}", pages::site)
        .get(Gate::Public, "/q", pages::ask_code)
        .get(Gate::Public, "/q/{code}", pages::scanned)
        .list(Gate::May("sites.change"), "/desk/sites", pages::desk)
        .get(Gate::May("sites.add"), "/desk/sites/new", pages::new)
        .post(Gate::May("sites.add"), "/desk/sites/new", pages::add)
        .get(Gate::May("sites.add"), "/desk/sites/import", import_pages::ask)
        .post(Gate::May("sites.add"), "/desk/sites/import", import_pages::take)
        .get(Gate::May("sites.add"), "/desk/sites/import/table.csv", import_pages::table)
        .get(Gate::May("sites.change"), "/desk/sites/{code}", pages::edit)
        .post(Gate::May("sites.change"), "/desk/sites/{code}", pages::change)
        .get(Gate::May("sites.change"), "/desk/sites/signs.pdf", sign::all)
        .get(Gate::May("sites.change"), "/desk/sites/{code}/sign.pdf", sign::one)
        .post(Gate::May("sites.close"), "/desk/sites/{code}/close", pages::close)
        .post(Gate::May("sites.reopen"), "/desk/sites/{code}/reopen", pages::reopen)
        .api(Gate::Public, routes!(api::list_sites))
        .api(Gate::Public, routes!(api::get_site))
}

/// A report made at a site knows its place by the code on the sign. A closed site's sign may still hang there, so it counts.
fn locate(read: &mut Read<'_>, tenant: TenantId, code: &str) -> Result<Option<Located>> {
    let Some(code) = domain::SiteCode::parse(code) else { return Ok(None) };
    Ok(store::by_code(read, tenant, &code)?.map(located))
}

/// A site by its code, for who asks why somebody may or may not.
fn thing(read: &mut Read<'_>, tenant: TenantId, code: &str, _: &Who) -> Result<Option<Thing>> {
    let found = locate(read, tenant, code)?;
    Ok(found.map(|site| Thing {
        kind: "site",
        name: site.name.zh,
        unit_path: site.unit_path,
        own: false,
        handler: false,
    }))
}

/// Those that are open to the public, for maps.
fn on_the_map(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<Located>> {
    let sites = store::all(read, tenant)?;
    Ok(sites.into_iter().filter(|site| site.state == domain::State::Open).map(located).collect())
}

fn located(site: domain::Site) -> Located {
    Located {
        subject: actions::subject(site.id),
        page: format!("/sites/{}", site.code),
        code: site.code.to_string(),
        name: site.details.name,
        unit_path: site.details.unit_path,
        point: site.details.point,
    }
}
