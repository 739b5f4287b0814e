//! One's own data: what is held, who looked at it and why, to take along, to erase; what one agreed to; and what this house holds
//! of anybody, why and for how long.

mod export;
mod pages;
mod register;

use tongxin_kernel::Room;
use tongxin_web::{Card, Gate, Module, Routes};

/// All that this room brings to the house. It has no tables: it asks the others.
pub static MODULE: Module = Module {
    room: Room { name: "rights", policy: include_str!("../policy.cedar"), ..Room::EMPTY },
    routes,
    words: (include_str!("../i18n/zh-CN.ftl"), include_str!("../i18n/en.ftl")),
    nav: &[],
    bar: &[],
    news: None,
    cards: &[
        Card { href: "/me/data", icon: "lock", title: "rights-card", action: "rights.own" },
        Card { href: "/me/consents", icon: "consent", title: "rights-consents-card", action: "rights.own" },
    ],
};

fn routes() -> Routes {
    Routes::new()
        .get(Gate::May("rights.own"), "/me/data", pages::own)
        .get(Gate::May("rights.own"), "/me/data.json", pages::own_json)
        .get(Gate::May("rights.own"), "/me/data.zip", pages::own_zip)
        .post(Gate::May("rights.erase"), "/me/erase", pages::erase_own)
        .get(Gate::May("rights.own"), "/me/consents", pages::consents)
        .post(Gate::May("rights.own"), "/me/consents/{name}/{verb}", pages::consent)
        .get(Gate::Public, "/rights/{token}", pages::behind)
        .get(Gate::Public, "/rights/{token}/data.json", pages::behind_json)
        .get(Gate::Public, "/rights/{token}/data.zip", pages::behind_zip)
        .post(Gate::Public, "/rights/{token}/erase", pages::erase_behind)
        .list(Gate::Public, "/privacy/register", register::page)
}
