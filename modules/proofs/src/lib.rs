//! The journal as everybody may see it: what it was, signed; proofs made of hashes; and a page that checks a receipt.

mod api;
mod pages;
mod seen;

use tongxin_kernel::Room;
use tongxin_web::{Gate, Module, Routes};

/// The room.
pub static MODULE: Module = Module {
    room: Room { name: "proofs", policy: include_str!("../policy.cedar"), ..Room::EMPTY },
    routes,
    words: (include_str!("../i18n/zh-CN.ftl"), include_str!("../i18n/en.ftl")),
    nav: &[],
    bar: &[],
    news: None,
    cards: &[],
};

fn routes() -> Routes {
    use utoipa_axum::routes;
    Routes::new()
        .get(Gate::Public, "/journal", pages::show)
        .get(Gate::Public, "/journal/checkpoint", pages::checkpoint)
        .get(Gate::Public, "/journal/checkpoint.svg", pages::code)
        .list(Gate::Public, "/journal/checkpoints", pages::checkpoints)
        .get(Gate::Public, "/journal/checkpoints.atom", pages::feed)
        .get(Gate::Public, "/journal/seen", seen::page)
        .get(Gate::Public, "/journal/check", pages::ask)
        .post(Gate::Public, "/journal/check", pages::check)
        .api(Gate::Public, routes!(api::journal_checkpoints))
        .api(Gate::Public, routes!(api::journal_proof))
        .api(Gate::Public, routes!(api::journal_consistency))
}
