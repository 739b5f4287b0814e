//! A page is composed: a room renders its body, and the shell is put around it here. No template reaches across crates.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::assets;
use crate::ctx::Ctx;
use crate::failure::Fail;
use crate::module::{BarItem, Face};
use crate::standing;
use crate::tiles::Tiles;
use crate::words::Words;
use tongxin_base::{Coordinates, Error};

struct NavLink {
    href: &'static str,
    /// The sign above it; empty in the navigation, which has none.
    icon: &'static str,
    label: String,
    /// What `aria-current` says: this page, the part it is in, or nothing.
    current: &'static str,
}

#[derive(Template)]
#[template(path = "shell.html")]
struct Shell {
    lang: &'static str,
    title: String,
    error: bool,
    elder: bool,
    face: &'static str,
    css: String,
    js: String,
    mark: String,
    icon: String,
    nav: Vec<NavLink>,
    /// The bar within the thumb's reach; empty where there is none.
    bar: Vec<NavLink>,
    /// What rooms show everybody in figures: it is found at the foot of each page.
    figures: Vec<NavLink>,
    who: Option<String>,
    /// Unread notices, as they are shown; empty where there are none.
    unread: String,
    path: String,
    csrf: String,
    w: Words,
    body: String,
    service_phone: String,
    place: String,
    /// What lies below our maps.
    tiles: Option<Tiles>,
    /// Whether nothing but this page can be reached: no sign-in, no links at the foot.
    bare: bool,
    /// Whether it hangs on a wall: nobody reaches for anything.
    wall: bool,
}

/// Who reads a page, and from where: what the shell around it shows.
pub(crate) struct Frame<'a> {
    pub words: &'a Words,
    pub elder: bool,
    pub path: &'a str,
    pub csrf: String,
    /// The subdistrict's name, and the number to call; empty where there is none yet.
    pub place: String,
    pub service_phone: String,
    /// Who is signed in, and where they may go; nobody, and nowhere, in a house that is still being set up.
    pub guest: Option<&'a Ctx>,
}

impl<'a> Frame<'a> {
    pub(crate) fn of(ctx: &'a Ctx) -> Self {
        Self {
            words: &ctx.words,
            elder: ctx.elder,
            path: &ctx.path,
            csrf: ctx.csrf(),
            place: ctx.tenant.name.to(ctx.words.locale()).to_owned(),
            service_phone: ctx.tenant.settings.service_phone.clone(),
            guest: Some(ctx),
        }
    }
}

/// Which of these places a page belongs to: the longest that it is under.
fn here(ctx: &Ctx, hrefs: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    hrefs.filter(|href| is_under(&ctx.path, href)).max_by_key(|href| href.len())
}

fn link(ctx: &Ctx, (href, icon, label): (&'static str, &'static str, &str), here: Option<&str>) -> NavLink {
    let current = match here {
        Some(at) if at == href && ctx.path.split('?').next() == Some(at) => "page",
        Some(at) if at == href => "true",
        _ => "",
    };
    NavLink { href, icon, label: ctx.words.t(label), current }
}

/// The navigation of whoever is signed in, or not.
fn nav(ctx: &Ctx) -> Vec<NavLink> {
    let access = ctx.kernel().access();
    let all = ctx.app.modules().iter().flat_map(|module| module.nav).chain(&standing::NAV);
    let open: Vec<_> = all.filter(|item| item.action.is_empty() || access.anywhere(&ctx.who, item.action)).collect();
    let here = here(ctx, open.iter().map(|item| item.href));
    open.iter().map(|item| link(ctx, (item.href, "", item.label), here)).collect()
}

/// The open figures of the rooms, by the sign that their cards have.
fn figures(ctx: &Ctx) -> Vec<NavLink> {
    let cards = ctx.app.modules().iter().flat_map(|module| module.cards);
    let open = cards.filter(|card| card.action.is_empty() && card.icon == "figures");
    open.map(|card| link(ctx, (card.href, "", card.title), None)).collect()
}

/// The bar of who works outside, on the pages that are theirs: what a room has for them, and their notices.
fn bar(ctx: &Ctx, face: Face) -> Vec<NavLink> {
    let access = ctx.kernel().access();
    let open = |item: &&BarItem| access.anywhere(&ctx.who, item.action);
    let rooms: Vec<_> = ctx.app.modules().iter().flat_map(|module| module.bar).filter(open).collect();
    let all: Vec<_> = rooms.iter().copied().chain(&standing::BAR).collect();
    let here = here(ctx, all.iter().map(|item| item.href));
    if rooms.is_empty() || (face != Face::Round && here.is_none()) {
        return Vec::new();
    }
    all.iter().map(|item| link(ctx, (item.href, item.icon, item.label), here)).collect()
}

/// A choice of a list: a select, radio buttons, check boxes.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// What helps to choose; may be empty.
    pub hint: String,
    /// Whether it is chosen now.
    pub chosen: bool,
}

impl Choice {
    /// The systems that a point's numbers may be in, by the maps people take them from.
    pub fn systems(w: &Words, chosen: &str) -> Vec<Self> {
        let choice = |system: &Coordinates| Self {
            value: system.as_str().to_owned(),
            label: w.t(&format!("form-system-{}", system.as_str())),
            chosen: system.as_str() == chosen,
            ..Self::default()
        };
        Coordinates::ALL.iter().map(choice).collect()
    }
}

/// Choices under one heading of a long select; without a heading they stand by themselves.
#[derive(Debug, Clone, Default)]
pub struct ChoiceGroup {
    /// The heading; may be empty.
    pub label: String,
    /// What may be chosen.
    pub options: Vec<Choice>,
}

/// A page on its way out.
pub struct Page {
    face: Face,
    title: String,
    error: bool,
    status: StatusCode,
    wall: bool,
}

impl Page {
    /// A page with this title, which is the first thing a screen reader says.
    pub fn new(face: Face, title: impl Into<String>) -> Self {
        Self { face, title: title.into(), error: false, status: StatusCode::OK, wall: false }
    }

    /// The same page as it hangs on a wall: nothing around it, all of it on one screen.
    #[must_use]
    pub fn on_a_wall(mut self) -> Self {
        self.wall = true;
        self
    }

    /// The same page after something went wrong: the status, and "Error:" in front of the title.
    #[must_use]
    pub fn failed(mut self, status: StatusCode) -> Self {
        self.error = true;
        self.status = status;
        self
    }

    /// The same page with a status of its own: a lost race is no error of the reader's.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Puts the shell around a body.
    ///
    /// # Errors
    /// `Internal` where a template does not render.
    pub fn show(self, ctx: &Ctx, body: &impl Template) -> Result<Response, Fail> {
        self.framed(Frame::of(ctx), body)
    }

    /// The same where there is no house yet.
    pub(crate) fn framed(self, frame: Frame<'_>, body: &impl Template) -> Result<Response, Fail> {
        let body = body.render().map_err(Error::internal)?;
        let shell = Shell {
            lang: frame.words.locale().tag(),
            title: self.title,
            error: self.error,
            elder: frame.elder,
            face: self.face.as_str(),
            css: assets::url("app.css"),
            js: assets::url("app.js"),
            mark: assets::url("mark.svg"),
            icon: assets::url("icon.svg"),
            nav: frame.guest.map(nav).unwrap_or_default(),
            bar: frame.guest.map(|ctx| bar(ctx, self.face)).unwrap_or_default(),
            figures: frame.guest.map(figures).unwrap_or_default(),
            unread: match frame.guest.map_or(0, |ctx| ctx.unread) {
                0 => String::new(),
                n if n < 100 => n.to_string(),
                _ => "99+".to_owned(),
            },
            who: frame.guest.and_then(|ctx| ctx.who.person()).map(|person| person.public_name.clone()),
            path: frame.path.to_owned(),
            csrf: frame.csrf,
            w: frame.words.clone(),
            body,
            service_phone: frame.service_phone,
            place: frame.place,
            tiles: frame.guest.and_then(|ctx| ctx.app.tiles().cloned()),
            bare: frame.guest.is_none(),
            wall: self.wall,
        };
        let html = shell.render().map_err(Error::internal)?;
        let personal = [(header::CACHE_CONTROL, "no-store"), (header::VARY, "Cookie, Accept-Language")];
        Ok((self.status, personal, Html(html)).into_response())
    }
}

/// Whether a path is a link's own page or one below it.
fn is_under(path: &str, href: &str) -> bool {
    path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

/// "Done; now look there": what a form answers, so that a reload never sends twice.
pub fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path.to_owned())]).into_response()
}
