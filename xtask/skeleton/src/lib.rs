//! Say here in one sentence why this room exists.

pub mod actions;
mod api;
pub mod domain;
mod pages;
mod store;
#[cfg(test)]
mod tests;

use tongxin_kernel::{PersonalField, Room};
use tongxin_web::{Gate, Module, NavItem, Routes};

/// All that this room brings to the house.
pub static MODULE: Module = Module {
    room: Room {
        name: "skeleton",
        migrations: tongxin_db::migrations!("skeleton": "0001_item"),
        policy: include_str!("../policy.cedar"),
        // Every text column; `Personal` where it can hold something about a person.
        fields: &[
            PersonalField::Plain { column: "skeleton_item.unit_path" },
            PersonalField::Plain { column: "skeleton_item.title" },
        ],
        ..Room::EMPTY
    },
    routes,
    words: (include_str!("../i18n/zh-CN.ftl"), include_str!("../i18n/en.ftl")),
    nav: &[NavItem { href: "/desk/skeleton", label: "skeleton-title", action: "skeleton.list" }],
    bar: &[],
    news: None,
    cards: &[],
};

fn routes() -> Routes {
    use utoipa_axum::routes;
    Routes::new()
        .get(Gate::May("skeleton.list"), "/desk/skeleton", pages::list)
        .post(Gate::May("skeleton.add"), "/desk/skeleton", pages::add)
        .api(Gate::May("skeleton.list"), routes!(api::list_skeleton))
}
