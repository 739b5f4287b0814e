//! A `Module` is all that a room brings to the house. The binary lists them once, in `modules.rs`.

use std::pin::Pin;

use tongxin_base::Result;
use tongxin_kernel::Room;

use crate::ctx::Ctx;

use crate::routes::Routes;

/// The four faces of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// A phone in a hand, no account.
    Street,
    /// A worker's phone.
    Round,
    /// Staff, a wide screen.
    Desk,
    /// A wall screen.
    Board,
}

impl Face {
    /// The word for `data-face`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Street => "street",
            Self::Round => "round",
            Self::Desk => "desk",
            Self::Board => "board",
        }
    }
}

/// A link of the main navigation, shown to those who may use it somewhere.
#[derive(Debug, Clone, Copy)]
pub struct NavItem {
    /// Where it leads.
    pub href: &'static str,
    /// The key of its words.
    pub label: &'static str,
    /// The action that must be allowed; empty where everybody may.
    pub action: &'static str,
}

/// A place of the bar within the thumb's reach, shown on a telephone to those who work outside.
#[derive(Debug, Clone, Copy)]
pub struct BarItem {
    /// Where it leads.
    pub href: &'static str,
    /// The sign above its name, one of `icons.html`.
    pub icon: &'static str,
    /// The key of its words.
    pub label: &'static str,
    /// The action that must be allowed.
    pub action: &'static str,
}

/// Something one can do on the home page.
#[derive(Debug, Clone, Copy)]
pub struct Card {
    /// Where it leads.
    pub href: &'static str,
    /// The sign beside its name, one of `icons.html`.
    pub icon: &'static str,
    /// The key of its title; `<key>-words` says more.
    pub title: &'static str,
    /// The action that must be allowed; empty where everybody may.
    pub action: &'static str,
}

/// What is new in a room, for the home page: a piece of HTML as its template wrote it; empty where there is nothing.
pub type News = fn(Ctx) -> Pin<Box<dyn Future<Output = Result<String>> + Send>>;

/// A room, as the web sees it.
#[derive(Clone, Copy)]
pub struct Module {
    /// What it brings to the kernel.
    pub room: Room,
    /// Its pages and its API.
    pub routes: fn() -> Routes,
    /// Its words: Chinese, English.
    pub words: (&'static str, &'static str),
    /// Its links in the navigation.
    pub nav: &'static [NavItem],
    /// Its places in the bar of a telephone; one's notices stand last in it by themselves.
    pub bar: &'static [BarItem],
    /// What it offers on the home page.
    pub cards: &'static [Card],
    /// What it tells everybody on the home page, below the doors.
    pub news: Option<News>,
}
