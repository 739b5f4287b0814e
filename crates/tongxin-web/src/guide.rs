//! The guide: what a person of each role does here, in both languages, from the files of `docs/guide`; and on the home page, for
//! who is new to a role, its first steps.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use pulldown_cmark::{Parser, html};
use serde::Deserialize;
use tongxin_base::{Error, Locale};

use crate::ctx::Ctx;
use crate::failure::Answer;
use crate::form::Form;
use crate::module::Face;
use crate::page::{Page, see_other};
use crate::routes::{Gate, Routes};
use crate::standing::{YEAR, set_cookie};
use crate::words::Words;

/// One page of the guide: who it is for, and its text in each language; the first line is its title.
struct Part {
    name: &'static str,
    icon: &'static str,
    /// Who may do this is the one it is written for; empty for everybody.
    action: &'static str,
    /// Where its first step is done.
    start: &'static str,
    zh: &'static str,
    en: &'static str,
}

macro_rules! part {
    ($name:literal, $icon:literal, $action:literal, $start:literal) => {
        Part {
            name: $name,
            icon: $icon,
            action: $action,
            start: $start,
            zh: include_str!(concat!("../../../docs/guide/", $name, ".zh-CN.md")),
            en: include_str!(concat!("../../../docs/guide/", $name, ".en.md")),
        }
    };
}

/// In the order in which the guide lists them; who does several things is greeted by the last that fits.
const PARTS: [Part; 5] = [
    part!("street", "report", "", "/report"),
    part!("board", "board", "board.open", "/board"),
    part!("desk", "desk", "requests.accept", "/desk/requests"),
    part!("round", "work", "orders.grab", "/work"),
    part!("office", "settings", "admin.open", "/admin"),
];

/// The pages of the guide: their names, in Chinese, in English.
pub fn guide_files() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    PARTS.iter().map(|part| (part.name, part.zh, part.en))
}

impl Part {
    fn text(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::En => self.en,
            Locale::ZhCn => self.zh,
            Locale::Brought(language) => {
                language.guide.iter().find(|(name, _)| name == self.name).map_or(self.zh, |(_, text)| text)
            }
        }
    }

    fn title(&self, locale: Locale) -> &'static str {
        self.text(locale).lines().next().unwrap_or_default().trim_start_matches("# ")
    }

    fn named(name: &str) -> Option<&'static Self> {
        PARTS.iter().find(|part| part.name == name)
    }
}

/// The first steps of a reader's role.
pub(crate) struct Tour {
    pub(crate) name: &'static str,
    pub(crate) start: &'static str,
    pub(crate) steps: Vec<String>,
}

/// What the home page greets a signed-in reader with, until they have said that it was seen.
pub(crate) fn tour(ctx: &Ctx) -> Option<Tour> {
    let access = ctx.kernel().access();
    ctx.who.person()?;
    let fits = |part: &&Part| part.action.is_empty() || access.anywhere(&ctx.who, part.action);
    let part = PARTS.iter().rfind(fits)?;
    if ctx.toured.as_deref() == Some(part.name) {
        return None;
    }
    let steps = (1..=3).map(|n| ctx.words.t(&format!("tour-{}-{n}", part.name))).collect();
    Some(Tour { name: part.name, start: part.start, steps })
}

pub(crate) fn routes() -> Routes {
    Routes::new().get(Gate::Public, "/help", index).get(Gate::Public, "/help/{part}", show).post(
        Gate::Public,
        "/help/seen",
        seen,
    )
}

struct Door {
    href: String,
    icon: &'static str,
    title: &'static str,
}

#[derive(Template)]
#[template(path = "guide.html")]
struct Index {
    w: Words,
    doors: Vec<Door>,
}

#[derive(Template)]
#[template(path = "guide_part.html")]
struct Shown {
    w: Words,
    text: String,
}

async fn index(ctx: Ctx) -> Answer {
    let door =
        |part: &Part| Door { href: format!("/help/{}", part.name), icon: part.icon, title: part.title(ctx.locale()) };
    let body = Index { doors: PARTS.iter().map(door).collect(), w: ctx.words.clone() };
    Page::new(Face::Street, ctx.words.t("guide-title")).show(&ctx, &body)
}

async fn show(ctx: Ctx, Path(name): Path<String>) -> Answer {
    let part = Part::named(&name).ok_or(Error::NotFound)?;
    let mut text = String::new();
    html::push_html(&mut text, Parser::new(part.text(ctx.locale())));
    let body = Shown { text, w: ctx.words.clone() };
    Page::new(Face::Street, part.title(ctx.locale())).show(&ctx, &body)
}

#[derive(Deserialize)]
struct Seen {
    name: String,
}

/// `POST /help/seen`: the first steps of a role need not be shown again on this device.
async fn seen(ctx: Ctx, form: Form<Seen>) -> Answer {
    let part = Part::named(&form.fields.name).ok_or(Error::NotFound)?;
    let mut response: Response = see_other("/");
    set_cookie(ctx.app.https(), &mut response, "tour", part.name, YEAR);
    Ok(response)
}
