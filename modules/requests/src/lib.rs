//! The main loop: report, accept, place an order, everybody may grab it and one wins, handle, feed back, rate.

pub mod actions;
mod api;
mod bring;
pub mod bulk;
pub mod dispatch;
pub mod domain;
pub mod duty;
mod export;
pub mod import;
mod jobs;
pub mod likeness;
pub mod measures;
mod narrowed;
pub mod notices;
mod pages;
mod photos;
mod privacy;
mod programme;
mod receipt;
mod rights;
pub mod store;
mod views;

use tongxin_base::{Result, TenantId};
use tongxin_db::Read;
use tongxin_kernel::{OnMap, Room, Thing, ThingFinder, Who};
use tongxin_web::{BarItem, Card, Module, NavItem, Routes};

pub use actions::link_token;
pub use photos::PhotoView;
pub use views::{OrderView, RequestView};

/// The room.
pub static MODULE: Module = Module {
    room: Room {
        name: "requests",
        migrations: tongxin_db::migrations!(
            "requests": "0001_request", "0002_loop", "0003_photo", "0004_duty", "0005_reader", "0006_source", "0007_open",
            "0008_rights", "0009_desk", "0010_limits"
        ),
        policy: include_str!("../policy.cedar"),
        jobs: jobs::JOBS,
        chores: &[export::EXPORT, bring::IMPORT],
        subscriptions: &notices::SUBSCRIPTIONS,
        address_books: &[notices::ADDRESSES],
        rateables: &[actions::RATEABLE],
        things: &[ThingFinder { find: thing }],
        fields: privacy::FIELDS,
        personal: Some(rights::DATA),
        sealed: privacy::SEALED,
        own_words: Some(receipt::own_words),
        measures: measures::MEASURES,
        tallies: &[measures::LIMITS],
        open_counts: &[measures::RELEASED],
        map: Some(OnMap {
            page: "/desk/map?unit={unit}",
            action: "requests.list",
            list: "/desk/requests?unit={unit}",
            count: store::map::all_lying,
        }),
        programme: Some(programme::READER),
        ..Room::EMPTY
    },
    routes,
    words: (
        concat!(
            include_str!("../i18n/zh-CN.ftl"),
            "\n",
            include_str!("../i18n/desk/zh-CN.ftl"),
            "\n",
            include_str!("../i18n/receipt/zh-CN.ftl"),
            "\n",
            include_str!("../i18n/round/zh-CN.ftl"),
            "\n",
            include_str!("../i18n/table/zh-CN.ftl"),
            "\n",
            include_str!("../i18n/import/zh-CN.ftl")
        ),
        concat!(
            include_str!("../i18n/en.ftl"),
            "\n",
            include_str!("../i18n/desk/en.ftl"),
            "\n",
            include_str!("../i18n/receipt/en.ftl"),
            "\n",
            include_str!("../i18n/round/en.ftl"),
            "\n",
            include_str!("../i18n/table/en.ftl"),
            "\n",
            include_str!("../i18n/import/en.ftl")
        ),
    ),
    nav: &[
        NavItem { href: "/report", label: "requests-nav-report", action: "" },
        NavItem { href: "/work", label: "requests-nav-work", action: "orders.grab" },
        NavItem { href: "/work/pool", label: "requests-nav-pool", action: "orders.grab" },
        NavItem { href: "/desk/requests", label: "requests-nav-desk", action: "requests.list" },
        NavItem { href: "/desk/workers", label: "requests-nav-workers", action: "duty.manage" },
    ],
    bar: &[
        BarItem { href: "/work", icon: "held", label: "requests-nav-work", action: "orders.grab" },
        BarItem { href: "/work/pool", icon: "work", label: "requests-nav-pool", action: "orders.grab" },
    ],
    news: Some(|ctx| Box::pin(pages::news(ctx))),
    cards: &[
        Card { href: "/report", icon: "report", title: "requests-card-report", action: "" },
        Card { href: "/matters", icon: "follow", title: "requests-card-matters", action: "" },
        Card { href: "/work", icon: "work", title: "requests-card-work", action: "orders.grab" },
        Card { href: "/desk/requests", icon: "desk", title: "requests-card-desk", action: "requests.list" },
        Card {
            href: "/admin/categories",
            icon: "kinds",
            title: "requests-card-categories",
            action: "categories.change",
        },
        Card { href: "/admin/phrases", icon: "words", title: "requests-card-phrases", action: "phrases.change" },
    ],
};

fn routes() -> Routes {
    photos::routes(pages::routes(api::routes()))
}

/// A matter by its number, as it stands to who asks why they may or may not.
fn thing(read: &mut Read<'_>, tenant: TenantId, number: &str, who: &Who) -> Result<Option<Thing>> {
    let Some(request) = store::lists::by_number(read, tenant, number)? else { return Ok(None) };
    let order = store::orders::latest(read, tenant, request.id)?;
    let own = actions::own_report(read, who, &request, None)?.is_some();
    let facts = actions::facts(&request, order.as_ref(), own, who);
    let (own, handler) = (facts.own, facts.handler);
    Ok(Some(Thing {
        kind: "request",
        name: request.number.clone(),
        unit_path: request.unit_path.clone(),
        own,
        handler,
    }))
}
