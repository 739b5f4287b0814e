//! The pages that belong to no room: home, preferences, one's own page, what we promise about privacy and
//! accessibility, health.

use std::time::Duration;

use askama::Template;
use axum::extract::Query;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tongxin_base::{Error, Locale};

use crate::chores;
use crate::ctx::Ctx;
use crate::failure::Answer;
use crate::form::{Form, FormErrors};
use crate::guide;
use crate::module::{BarItem, Card, Face, NavItem};
use crate::notices::{self, ContactForm};
use crate::outbox;
use crate::page::{Page, see_other};
use crate::push;
use crate::routes::{Gate, Routes};
use crate::style;
use crate::welcome;
use crate::words::Words;
use crate::workdays;

/// The cookie of a session; see [`cookie_name`] for what it is called over HTTPS.
pub const SESSION_COOKIE: &str = "tongxin_session";
/// Preferences are kept for a year.
pub(crate) const YEAR: u32 = 365 * 24 * 3600;
/// What we say of where to report a hole is good for so long.
const HALF_A_YEAR: Duration = Duration::from_secs(180 * 24 * 3600);

/// The links of the navigation that belong to no room; they stand last.
pub(crate) const NAV: [NavItem; 1] = [NavItem { href: ADMIN, label: "shell-nav-admin", action: "admin.open" }];
/// The last place of the bar on a telephone.
pub(crate) const BAR: [BarItem; 1] =
    [BarItem { href: "/me/notices", icon: "notice", label: "shell-notices", action: "notices.read" }];
/// Cards that lead under this path are for administrators: they stand on its page, not on the home page.
const ADMIN: &str = "/admin";
/// The same for one's own page.
const OWN: &str = "/me";
/// What administrators look after that belongs to no room.
const ADMIN_CARDS: [Card; 2] = [
    Card { href: "/admin/calendar", icon: "calendar", title: "calendar-card", action: "calendar.change" },
    Card { href: "/admin/outbox", icon: "post", title: "outbox-card", action: "outbox.read" },
];

/// What stands on one's own page and belongs to no room.
const OWN_CARDS: [Card; 2] = [
    Card { href: "/me/notices", icon: "notice", title: "me-notices-card", action: "people.me" },
    Card { href: "/me/chores", icon: "check", title: "chores-card", action: "people.me" },
];

pub(crate) fn routes() -> Routes {
    crate::installed::routes(crate::files::routes(Routes::new()))
        .get(Gate::Public, "/", home)
        .get(Gate::Public, "/map", crate::map::page)
        .get(Gate::Public, "/map/places.json", crate::map::places)
        .get(Gate::Public, "/map/ground.json", crate::map::ground)
        .post(Gate::Public, "/preferences", preferences)
        .get(Gate::May("people.me"), "/me", me)
        .get(Gate::May("admin.open"), ADMIN, admin)
        .get(Gate::Public, "/privacy", |ctx: Ctx| promise(ctx, "privacy"))
        .get(Gate::Public, "/accessibility", |ctx: Ctx| promise(ctx, "accessibility"))
        .get(Gate::Public, "/.well-known/security.txt", security)
        .get(Gate::Public, "/about", |ctx: Ctx| promise(ctx, "about"))
        .merge(guide::routes())
        .merge(style::routes())
        .merge(notices::routes())
        .merge(chores::routes())
        .merge(outbox::routes())
        .merge(workdays::routes())
}

/// Where a hole in the house is reported (RFC 9116): the address of the settings, else the telephone of the service.
async fn security(ctx: Ctx) -> Answer {
    let phone = || Some(format!("tel:{}", ctx.tenant.settings.service_phone)).filter(|uri| uri.len() > "tel:".len());
    let contact = ctx.app.security_contact().map(str::to_owned).or_else(phone).ok_or(Error::NotFound)?;
    let expires = ctx.kernel().world().now() + HALF_A_YEAR;
    let origin = &ctx.origin;
    let text = format!(
        "Contact: {contact}\nExpires: {expires}\nPreferred-Languages: zh, en\nCanonical: {origin}/.well-known/security.txt\n"
    );
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

struct HomeCard {
    href: &'static str,
    icon: &'static str,
    title: String,
    words: String,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    tour: Option<guide::Tour>,
    csrf: String,
    cards: Vec<HomeCard>,
    w: Words,
    place: String,
    /// What the rooms tell, each a piece of HTML.
    news: Vec<String>,
}

/// The cards that the reader may use.
fn cards<'a>(ctx: &Ctx, cards: impl Iterator<Item = &'a Card>) -> Vec<HomeCard> {
    let access = ctx.kernel().access();
    cards
        .filter(|card| card.action.is_empty() || access.anywhere(&ctx.who, card.action))
        .map(|card| HomeCard {
            href: card.href,
            icon: card.icon,
            title: ctx.words.t(card.title),
            words: ctx.words.t(&format!("{}-words", card.title)),
        })
        .collect()
}

#[derive(Template)]
#[template(path = "admin.html")]
struct Admin {
    cards: Vec<HomeCard>,
    steps: Vec<welcome::Step>,
    w: Words,
}

async fn admin(ctx: Ctx) -> Answer {
    let rooms = ctx.app.modules().iter().flat_map(|module| module.cards);
    let all = ADMIN_CARDS.iter().chain(rooms.filter(|card| card.href.starts_with(ADMIN)));
    let body = Admin { cards: cards(&ctx, all), steps: welcome::next_steps(&ctx).await?, w: ctx.words.clone() };
    Page::new(Face::Desk, ctx.words.t("admin-title")).show(&ctx, &body)
}

async fn home(ctx: Ctx) -> Answer {
    let rooms = ctx.app.modules().iter().flat_map(|module| module.cards);
    // Who looks after a part without being an administrator has no page of administration: the card stands here then.
    let admin = ctx.kernel().access().anywhere(&ctx.who, "admin.open");
    let elsewhere = |href: &str| href.starts_with(OWN) || (admin && href.starts_with(ADMIN));
    let mut news = Vec::new();
    for tell in ctx.app.modules().iter().filter_map(|module| module.news) {
        match tell(ctx.clone()).await {
            Ok(told) => news.push(told),
            // Nobody comes for the news: the doors open without them.
            Err(error) => tracing::warn!(%error, "a room has no news to tell"),
        }
    }
    let body = Home {
        news,
        tour: guide::tour(&ctx),
        csrf: ctx.csrf(),
        cards: cards(&ctx, rooms.filter(|card| !elsewhere(card.href))),
        place: ctx.tenant.name.to(ctx.locale()).to_owned(),
        w: ctx.words.clone(),
    };
    Page::new(Face::Street, ctx.words.t("home-title")).show(&ctx, &body)
}

/// Only a path of our own: a sign-in must not send anybody elsewhere.
pub fn own_path(back: &str) -> &str {
    let ours =
        back.starts_with('/') && !back.starts_with("//") && !back.contains(|c: char| c == '\\' || c.is_control());
    if ours { back } else { "/" }
}

/// What a reader wants of every page: their language, and whether larger.
#[derive(Deserialize)]
pub(crate) struct Preferences {
    lang: Option<String>,
    mode: Option<String>,
    #[serde(default)]
    back: String,
}

async fn preferences(ctx: Ctx, form: Form<Preferences>) -> Answer {
    Ok(prefer(ctx.app.https(), form.fields))
}

/// Keeps a reader's preferences with them, and leads back to where they were.
pub(crate) fn prefer(https: bool, Preferences { lang, mode, back }: Preferences) -> Response {
    let mut response = see_other(own_path(&back));
    if let Some(locale) = lang.and_then(|tag| tag.parse::<Locale>().ok()) {
        set_cookie(https, &mut response, "lang", locale.tag(), YEAR);
    }
    if let Some(mode) = mode {
        let mode = if mode == "elder" { "elder" } else { "normal" };
        set_cookie(https, &mut response, "mode", mode, YEAR);
    }
    response
}

/// Keeps a session with the reader; a working day, as long as the session itself. An empty one is taken from them.
pub fn set_session(ctx: &Ctx, response: &mut Response, session: &str) {
    let seconds = if session.is_empty() { 0 } else { 12 * 3600 };
    set_cookie(ctx.app.https(), response, SESSION_COOKIE, session, seconds);
}

/// What a cookie is called. With this beginning browsers take it from this very host alone, over HTTPS alone: no neighbour under
/// the same domain can put one in its place.
pub(crate) fn cookie_name(https: bool, name: &str) -> String {
    if https { format!("__Host-{name}") } else { name.to_owned() }
}

/// Keeps something with the reader for so many seconds; no script reads it, no other site sends it along with a form.
pub fn set_cookie(https: bool, response: &mut Response, name: &str, value: &str, seconds: u32) {
    let (name, secure) = (cookie_name(https, name), if https { "; Secure" } else { "" });
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

struct PostRow {
    role: String,
    unit: String,
}

#[derive(Template)]
#[template(path = "me.html")]
struct Me {
    w: Words,
    name: String,
    public_name: String,
    posts: Vec<PostRow>,
    cards: Vec<HomeCard>,
    csrf: String,
    contact: ContactForm,
    errors: FormErrors,
    done: bool,
    push: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Done {
    done: String,
}

async fn me(ctx: Ctx, Query(Done { done }): Query<Done>) -> Answer {
    let body = Me { done: done == "contact", ..me_page(&ctx, ContactForm::load(&ctx).await?).await? };
    Page::new(Face::Street, ctx.words.t("me-title")).show(&ctx, &body)
}

/// One's own page after a form on it was refused.
pub(crate) async fn show_me(ctx: &Ctx, contact: ContactForm, errors: FormErrors, status: StatusCode) -> Answer {
    let body = Me { errors, ..me_page(ctx, contact).await? };
    Page::new(Face::Street, ctx.words.t("me-title")).failed(status).show(ctx, &body)
}

async fn me_page(ctx: &Ctx, contact: ContactForm) -> Result<Me, Error> {
    let units = ctx.kernel().units(ctx.tenant.id)?;
    let person = ctx.who.person().ok_or(Error::Unauthenticated)?;
    let posts = person.posts.iter().map(|post| PostRow {
        role: ctx.words.t(&format!("role-{}", post.role)),
        unit: units.by_path(&post.unit_path).map_or_else(String::new, |unit| unit.name.to(ctx.locale()).to_owned()),
    });
    Ok(Me {
        w: ctx.words.clone(),
        name: person.name.clone(),
        public_name: person.public_name.clone(),
        posts: posts.collect(),
        cards: cards(
            ctx,
            OWN_CARDS.iter().chain(
                ctx.app.modules().iter().flat_map(|module| module.cards).filter(|card| card.href.starts_with(OWN)),
            ),
        ),
        csrf: ctx.csrf(),
        contact,
        errors: FormErrors::default(),
        done: false,
        push: push::section(ctx).await?,
    })
}

#[derive(Template)]
#[template(path = "promise.html")]
struct Promise {
    title: String,
    paragraphs: Vec<String>,
}

/// A page of words alone: `<name>-title`, and `<name>-1`, `<name>-2` .. as far as there are.
async fn promise(ctx: Ctx, name: &'static str) -> Answer {
    let keys = (1..).map(|i| format!("{name}-{i}")).take_while(|key| ctx.words.has(key));
    let title = ctx.words.t(&format!("{name}-title"));
    let mut paragraphs: Vec<String> = keys.map(|key| ctx.words.t(&key)).collect();
    // Whoever serves the tiles of our maps sees who looks at them: that is said where it is so.
    let elsewhere = ctx.app.tiles().and_then(crate::tiles::Tiles::origin).filter(|_| name == "privacy");
    paragraphs.extend(elsewhere.map(|host| ctx.words.t1("privacy-tiles", "host", host)));
    let body = Promise { paragraphs, title: title.clone() };
    Page::new(Face::Street, title).show(&ctx, &body)
}

/// `GET /healthz`: the process answers.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /metrics`: what operators watch, in Prometheus' text form. Counts alone; nothing about anybody.
pub(crate) async fn metrics(app: crate::app::App) -> Response {
    let stats = app.kernel().db().stats();
    let mut text = String::new();
    for (name, help, value) in [
        ("tongxin_commits_total", "Transactions made durable", stats.commits),
        ("tongxin_writes_total", "Writes answered", stats.callers),
        ("tongxin_reruns_total", "Writes run again after a failure that was not theirs", stats.reruns),
    ] {
        text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}\n"));
    }
    text.push_str("# HELP tongxin_jobs Jobs in the queue\n# TYPE tongxin_jobs gauge\n");
    for tenant in app.kernel().tenants() {
        let Ok(queue) = app.kernel().queue_state(tenant.id).await else { continue };
        let code = &tenant.code;
        text.push_str(&format!("tongxin_jobs{{tenant=\"{code}\",state=\"waiting\"}} {}\n", queue.waiting));
        text.push_str(&format!("tongxin_jobs{{tenant=\"{code}\",state=\"later\"}} {}\n", queue.later));
        text.push_str(&format!("tongxin_jobs{{tenant=\"{code}\",state=\"dead\"}} {}\n", queue.dead));
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

/// `GET /readyz`: the database answers too.
pub(crate) async fn readyz(app: crate::app::App) -> Response {
    match app.kernel().reload().await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response(),
    }
}
