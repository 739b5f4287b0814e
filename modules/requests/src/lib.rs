//! The main loop: report, accept, place an order, everybody may grab it and one wins, handle, feed back, rate.

pub mod actions;
mod api;
pub mod bulk;
pub mod dispatch;
pub mod domain;
pub mod duty;
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
pub mod store;
mod views;

use tongxin_kernel::Room;
use tongxin_web::{Card, Module, NavItem, Routes};

pub use actions::link_token;
pub use photos::PhotoView;
pub use views::{OrderView, RequestView};

/// The room.
pub static MODULE: Module = Module {
    room: Room {
        name: "requests",
        migrations: tongxin_db::migrations!(
            "requests": "0001_request", "0002_loop", "0003_photo", "0004_duty", "0005_reader", "0006_source", "0007_open"
        ),
        policy: include_str!("../policy.cedar"),
        jobs: jobs::JOBS,
        subscriptions: &notices::SUBSCRIPTIONS,
        address_books: &[notices::ADDRESSES],
        rateables: &[actions::RATEABLE],
        fields: privacy::FIELDS,
        sealed: privacy::SEALED,
        measures: measures::MEASURES,
        programme: Some(programme::READER),
        ..Room::EMPTY
    },
    routes,
    words: (
        concat!(include_str!("../i18n/zh-CN.ftl"), "\n", include_str!("../i18n/desk/zh-CN.ftl")),
        concat!(include_str!("../i18n/en.ftl"), "\n", include_str!("../i18n/desk/en.ftl")),
    ),
    nav: &[
        NavItem { href: "/report", label: "requests-nav-report", action: "" },
        NavItem { href: "/work", label: "requests-nav-work", action: "orders.grab" },
        NavItem { href: "/desk/requests", label: "requests-nav-desk", action: "requests.list" },
        NavItem { href: "/desk/workers", label: "requests-nav-workers", action: "duty.manage" },
    ],
    cards: &[
        Card { href: "/report", title: "requests-card-report", action: "" },
        Card { href: "/work", title: "requests-card-work", action: "orders.grab" },
        Card { href: "/desk/requests", title: "requests-card-desk", action: "requests.list" },
        Card { href: "/admin/categories", title: "requests-card-categories", action: "categories.change" },
        Card { href: "/admin/phrases", title: "requests-card-phrases", action: "phrases.change" },
    ],
};

fn routes() -> Routes {
    photos::routes(pages::routes(api::routes()))
}
