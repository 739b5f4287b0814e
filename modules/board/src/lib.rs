//! The board: what the rooms' measures add up to, each figure with the way to what it counts.

mod bulletin;
mod everybody;
mod everybody_files;
mod flow;
mod live;
mod news;
mod open;
mod pages;
mod programme;
mod rings;
pub mod store;
mod tree;
mod trend;

use tongxin_kernel::{PersonalField, Room};
use tongxin_web::{Card, Gate, Module, NavItem, Routes};
use utoipa_axum::routes;

/// The room.
pub static MODULE: Module = Module {
    room: Room {
        name: "board",
        migrations: tongxin_db::migrations!("board": "0001_tree", "0002_open"),
        policy: include_str!("../policy.cedar"),
        fields: FIELDS,
        programme: Some(programme::READER),
        hourly: Some(open::publish),
        ..Room::EMPTY
    },
    routes: || {
        Routes::new()
            .list(Gate::Public, "/board", pages::board)
            .api(Gate::Public, routes!(everybody_files::show_board))
            .get(Gate::May("board.open"), "/board/bulletin", bulletin::ask)
            .get(Gate::May("board.open"), "/board/bulletin.pdf", bulletin::pdf)
            .get(Gate::May("board.open"), "/events", live::events)
            .get(Gate::Public, "/figures", open::page)
            .get(Gate::Public, "/figures.csv", open::csv)
            .get(Gate::Public, "/figures.xlsx", open::page)
            .api(Gate::Public, routes!(open::list_figures))
    },
    words: (include_str!("../i18n/zh-CN.ftl"), include_str!("../i18n/en.ftl")),
    nav: &[NavItem { href: "/board", label: "board-nav", action: "board.open" }],
    bar: &[],
    news: Some(|ctx| Box::pin(news::news(ctx))),
    cards: &[
        Card { href: "/board", icon: "board", title: "board-card", action: "board.open" },
        Card { href: "/board?open=1", icon: "figures", title: "board-open-card", action: "" },
    ],
};

/// What the programme says of itself; nothing is about anybody.
const FIELDS: &[PersonalField] = &[
    PersonalField::Plain { column: "board_open.figures" },
    PersonalField::Plain { column: "board_node.code" },
    PersonalField::Plain { column: "board_node.parent" },
    PersonalField::Plain { column: "board_node.name" },
    PersonalField::Plain { column: "board_node.name_en" },
    PersonalField::Plain { column: "board_node.text" },
    PersonalField::Plain { column: "board_node.text_en" },
    PersonalField::Plain { column: "board_target.code" },
    PersonalField::Plain { column: "board_target.node" },
    PersonalField::Plain { column: "board_target.name" },
    PersonalField::Plain { column: "board_target.name_en" },
    PersonalField::Plain { column: "board_target.unit" },
    PersonalField::Plain { column: "board_target.unit_en" },
    PersonalField::Plain { column: "board_target.measure" },
];
