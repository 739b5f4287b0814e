//! People and posts: who comes, moves and goes, who stands in for whom; what needs a second person; and why somebody may or may not
//! do something.

pub mod actions;
mod api;
pub mod bring;
pub mod domain;
pub mod explain;
mod import_pages;
mod jobs;
mod own;
mod pages;
mod safety;
pub mod table;

use tongxin_kernel::{Room, rules};
use tongxin_web::{Card, Gate, Module, Routes};

/// All that this room brings to the house. It has no tables: people and posts are the kernel's.
pub static MODULE: Module = Module {
    room: Room {
        name: "people",
        policy: include_str!("../policy.cedar"),
        jobs: jobs::JOBS,
        subscriptions: jobs::SUBSCRIPTIONS,
        dangerous: &[actions::GRANT, actions::ERASE, rules::CHANGE],
        ..Room::EMPTY
    },
    routes,
    words: (include_str!("../i18n/zh-CN.ftl"), include_str!("../i18n/en.ftl")),
    nav: &[],
    bar: &[],
    news: None,
    cards: &[
        Card { href: "/me/posts", icon: "held", title: "people-own-card", action: "posts.stand_in" },
        Card { href: "/admin/people", icon: "people", title: "people-card", action: "people.see" },
        Card { href: "/admin/approvals", icon: "check", title: "people-approvals-card", action: "approvals.open" },
        Card { href: "/admin/access", icon: "help", title: "people-access-card", action: "access.explain" },
        Card { href: "/admin/rules", icon: "rules", title: "people-rules-card", action: "policies.change" },
        Card { href: "/admin/looks", icon: "look", title: "people-looks-card", action: "looks.all" },
    ],
};

fn routes() -> Routes {
    use utoipa_axum::routes;
    Routes::new()
        .list(Gate::May("people.see"), "/admin/people", pages::list)
        .get(Gate::May("people.add"), "/admin/people/new", pages::new)
        .post(Gate::May("people.add"), "/admin/people/new", pages::add)
        .get(Gate::May("people.add"), "/admin/people/import", import_pages::ask)
        .post(Gate::May("people.add"), "/admin/people/import", import_pages::take)
        .get(Gate::May("people.add"), "/admin/people/import/table.csv", import_pages::table)
        .get(Gate::May("people.see"), "/admin/people/{id}", pages::person)
        .post(Gate::May("people.see"), "/admin/people/{id}/{verb}", pages::change)
        .list(Gate::May("approvals.open"), "/admin/approvals", safety::approvals)
        .post(Gate::May("approvals.open"), "/admin/approvals/{id}/{verb}", safety::decide)
        .get(Gate::May("access.explain"), "/admin/access", safety::access)
        .get(Gate::May("policies.change"), "/admin/rules", safety::rules)
        .post(Gate::May("policies.change"), "/admin/rules", safety::ask_rules)
        .list(Gate::May("looks.all"), "/admin/looks", safety::looks)
        .get(Gate::May("people.me"), "/me/posts", own::posts)
        .post(Gate::May("people.me"), "/me/posts/{verb}", own::change)
        .api(Gate::May("people.see"), routes!(api::list_people))
        .api(Gate::May("people.add"), routes!(api::add_person))
        .api(Gate::May("people.see"), routes!(api::give_post))
        .api(Gate::May("people.see"), routes!(api::end_post))
        .api(Gate::May("people.see"), routes!(api::leave))
        .api(Gate::May("approvals.open"), routes!(api::list_approvals))
        .api(Gate::May("approvals.open"), routes!(api::decide_approval))
}
