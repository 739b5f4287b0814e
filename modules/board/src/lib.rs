//! The board: what the rooms' measures add up to, each figure with the way to what it counts.

mod pages;

use tongxin_kernel::Room;
use tongxin_web::{Card, Gate, Module, NavItem, Routes};

/// The room.
pub static MODULE: Module = Module {
    room: Room { name: "board", policy: include_str!("../policy.cedar"), ..Room::EMPTY },
    routes: || Routes::new().get(Gate::May("board.open"), "/board", pages::board),
    words: (include_str!("../i18n/zh-CN.ftl"), include_str!("../i18n/en.ftl")),
    nav: &[NavItem { href: "/board", label: "board-nav", action: "board.open" }],
    cards: &[Card { href: "/board", title: "board-card", action: "board.open" }],
};
