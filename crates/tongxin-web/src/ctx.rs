//! The context of one request: whose house, who asks, in which language. Made once, in front of every route.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use tongxin_base::{Error, Locale, Result};
use tongxin_kernel::{Call, Facts, Kernel, ReadOrNot, Tenant, Who, notice_store};

use crate::app::App;
use crate::caller::Caller;
use crate::failure::Fail;
use crate::standing::{SESSION_COOKIE, cookie_name};
use crate::words::Words;

/// The context of one request.
#[derive(Clone)]
pub struct Ctx {
    /// The house.
    pub app: App,
    /// The subdistrict this is about.
    pub tenant: Arc<Tenant>,
    /// Who asks.
    pub who: Who,
    /// Words in the reader's language.
    pub words: Words,
    /// Whether the reader wants it larger and simpler.
    pub elder: bool,
    /// Whose first steps this device has shown: a part of the guide.
    pub(crate) toured: Option<String>,
    /// Path and query.
    pub path: String,
    /// Scheme and host as the reader reached us, for links to be kept.
    pub origin: String,
    /// How many notices the reader of a page has not read, counted up to 100.
    pub unread: i64,
    /// Where the caller is in the network: to slow somebody down, in memory alone.
    pub caller: Caller,
    pub(crate) session: Option<String>,
    pub(crate) posted: bool,
    /// Whether a script of ours asks, which wants data and no page.
    pub json: bool,
    key: Option<String>,
}

impl Ctx {
    /// Finds out who asks.
    ///
    /// # Errors
    /// `Unauthenticated` where a bearer token is nobody's; `Unavailable` where there is no tenant yet.
    pub(crate) async fn find(app: &App, parts: &Parts) -> std::result::Result<Self, (Box<Self>, Error)> {
        let headers = &parts.headers;
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let api = path.starts_with("/api/");
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let bearer = bearer.and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
        // The API knows tokens alone: a cookie that a browser sends by itself must not be able to act there.
        let session = if api { None } else { cookie(app.https(), headers, SESSION_COOKIE) };
        let link = ["/r/", "/rights/", "/welcome/", "/sign-in/recover/", "/me/sign-in/mail/"]
            .iter()
            .find_map(|before| path.strip_prefix(before))
            .and_then(|rest| rest.split(['/', '?']).next());
        let query = path.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let link = link.or_else(|| query.split('&').find_map(|pair| pair.strip_prefix("token=")));
        let hint = bearer.as_deref().or(session.as_deref()).or(link);
        let language = language(app.https(), headers);
        let scheme = if app.https() { "https" } else { "http" };
        let host = host(parts);
        let mut ctx = Self {
            origin: app.public_url().map_or_else(|| format!("{scheme}://{host}"), str::to_owned),
            tenant: app.tenant(hint),
            who: Who::Nobody,
            words: app.words(language),
            elder: elder(app.https(), headers),
            toured: cookie(app.https(), headers, "tour"),
            path,
            unread: 0,
            caller: Caller::of(parts, app.trusted_proxies()),
            session,
            posted: parts.method != Method::GET && parts.method != Method::HEAD,
            json: headers.get(header::ACCEPT).is_some_and(|kind| kind == "application/json"),
            key: headers.get("idempotency-key").and_then(|value| value.to_str().ok()).map(str::to_owned),
            app: app.clone(),
        };
        let found = match (&bearer, &ctx.session) {
            (Some(token), _) => ctx.kernel().by_token(ctx.tenant.id, token).await,
            (None, Some(session)) => ctx.kernel().by_session(ctx.tenant.id, session).await,
            (None, None) => Ok(Who::Nobody),
        };
        match found {
            Ok(who) => ctx.who = who,
            Err(error) => return Err((Box::new(ctx), error)),
        }
        match ctx.who.person().map(|person| person.id) {
            None => ctx.session = None,
            Some(person) if ctx.session.is_some() => {
                let tenant = ctx.tenant.id;
                let unread = ctx.kernel().db().read(tenant, move |read| notice_store::unread(read, tenant, person));
                match unread.await {
                    Ok(unread) => ctx.unread = unread,
                    Err(error) => return Err((Box::new(ctx), error)),
                }
            }
            Some(_) => {}
        }
        Ok(ctx)
    }

    /// The kernel.
    pub fn kernel(&self) -> &Kernel {
        self.app.kernel()
    }

    /// The reader's language.
    pub fn locale(&self) -> Locale {
        self.words.locale()
    }

    /// Whether a program asks.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }

    /// The path without the parts that may carry a secret, for logs.
    pub fn route_path(&self) -> &str {
        match self.path.split('/').nth(1) {
            Some("r") => "/r/..",
            Some("welcome") => "/welcome/..",
            Some("sign-in") => "/sign-in/..",
            Some("me") => "/me/..",
            Some("rights") => "/rights/..",
            _ => self.path.split('?').next().unwrap_or_default(),
        }
    }

    /// A call by whoever asks, now. An `Idempotency-Key` makes it one that is done once: `asked` is the body.
    ///
    /// # Errors
    /// `Invalid` where the key is empty or too long.
    pub fn call(&self, asked: &[u8]) -> Result<Call> {
        let call = self.any_call();
        match &self.key {
            Some(key) => call.once(key, &[self.path.as_bytes(), asked]),
            None => Ok(call),
        }
    }

    /// As [`Ctx::call`] for a form that carries its own key.
    ///
    /// # Errors
    /// As [`Ctx::call`].
    pub fn call_once(&self, key: &str) -> Result<Call> {
        self.any_call().once(key, &[self.path.as_bytes()])
    }

    fn any_call(&self) -> Call {
        let mut call = self.kernel().call(&self.tenant, &self.who);
        call.locale = self.locale();
        call
    }

    /// The secret of the session that asks, where it is one.
    pub fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// The same request after its session got another secret: forms of the answer carry its token.
    #[must_use]
    pub fn renewed(&self, session: &str) -> Self {
        Self { session: Some(session.to_owned()), ..self.clone() }
    }

    /// Asks the policies; see `Access::require`.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden` or `NotFound`.
    pub fn require(&self, action: &str, known: ReadOrNot<'_>, facts: &Facts<'_>) -> Result<()> {
        self.kernel().access().require(&self.who, action, known, facts)
    }

    /// The token that a form of this reader carries, so that no other site can send one in their name.
    pub fn csrf(&self) -> String {
        let session = self.session.as_deref().unwrap_or_default();
        self.kernel().secret().code(&[b"csrf", session.as_bytes()])
    }
}

/// The name and port the reader asked for: the `Host` header of HTTP/1.1, the authority of HTTP/2.
pub(crate) fn host(parts: &Parts) -> &str {
    let header = parts.headers.get(header::HOST).and_then(|value| value.to_str().ok());
    header.or_else(|| parts.uri.authority().map(|authority| authority.as_str())).unwrap_or_default()
}

/// The reader's language: what they chose, else what their browser wishes.
pub(crate) fn language(https: bool, headers: &HeaderMap) -> Locale {
    cookie(https, headers, "lang").and_then(|tag| tag.parse().ok()).unwrap_or_else(|| {
        let wish = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        wish.map_or_else(Locale::default, Locale::negotiate)
    })
}

/// Whether the reader wants it larger and simpler.
pub(crate) fn elder(https: bool, headers: &HeaderMap) -> bool {
    cookie(https, headers, "mode").is_some_and(|mode| mode == "elder")
}

/// The value of a cookie that `set_cookie` set.
pub fn cookie(https: bool, headers: &HeaderMap, name: &str) -> Option<String> {
    let name = cookie_name(https, name);
    let all = headers.get_all(header::COOKIE);
    let pairs = all.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

impl<S: Sync> FromRequestParts<S> for Ctx {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Fail> {
        parts.extensions.get::<Self>().cloned().ok_or(Fail(Error::Unavailable))
    }
}
