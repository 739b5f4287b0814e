//! A page is composed: a room renders its body, and the shell is put around it here. No template reaches across crates.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::assets;
use crate::ctx::Ctx;
use crate::failure::Fail;
use crate::module::Face;
use crate::standing;
use crate::words::Words;
use tongxin_base::Error;

struct NavLink {
    href: &'static str,
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
    who: Option<String>,
    /// Unread notices, as they are shown; empty where there are none.
    unread: String,
    path: String,
    csrf: String,
    w: Words,
    body: String,
    service_phone: String,
    place: String,
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
}

impl Page {
    /// A page with this title, which is the first thing a screen reader says.
    pub fn new(face: Face, title: impl Into<String>) -> Self {
        Self { face, title: title.into(), error: false, status: StatusCode::OK }
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
        let body = body.render().map_err(Error::internal)?;
        let access = ctx.kernel().access();
        let nav = ctx.app.modules().iter().flat_map(|module| module.nav).chain(&standing::NAV);
        let nav = nav.filter(|item| item.action.is_empty() || access.anywhere(&ctx.who, item.action));
        let nav: Vec<_> = nav.collect();
        let here =
            nav.iter().map(|item| item.href).filter(|href| is_under(&ctx.path, href)).max_by_key(|href| href.len());
        let shell = Shell {
            lang: ctx.words.locale().tag(),
            title: self.title,
            error: self.error,
            elder: ctx.elder,
            face: self.face.as_str(),
            css: assets::url("app.css"),
            js: assets::url("app.js"),
            mark: assets::url("mark.svg"),
            icon: assets::url("icon.svg"),
            nav: nav
                .iter()
                .map(|item| NavLink {
                    href: item.href,
                    label: ctx.words.t(item.label),
                    current: match here {
                        Some(href) if href == item.href && ctx.path.split('?').next() == Some(href) => "page",
                        Some(href) if href == item.href => "true",
                        _ => "",
                    },
                })
                .collect(),
            unread: match ctx.unread {
                0 => String::new(),
                n if n < 100 => n.to_string(),
                _ => "99+".to_owned(),
            },
            who: ctx.who.person().map(|person| person.public_name.clone()),
            path: ctx.path.clone(),
            csrf: ctx.csrf(),
            w: ctx.words.clone(),
            body,
            service_phone: ctx.tenant.settings.service_phone.clone(),
            place: ctx.tenant.name.to(ctx.words.locale()).to_owned(),
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
