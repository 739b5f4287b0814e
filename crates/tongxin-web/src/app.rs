//! The `App`: kernel, rooms and words, and the router in front of them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ipnet::IpNet;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tongxin_base::{Error, Locale, Result};
use tongxin_kernel::{Kernel, Letter, Notice, Tenant};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::openapi::OpenApi;

use crate::caller::Distance;
use crate::ctx::{Ctx, host};
use crate::failure::{Fail, render};
use crate::letters::{self, Mail, Nudge};
use crate::module::Module;
use crate::pace::{Kind, Pace, Rates};
use crate::routes::{Gate, Routes};
use crate::tiles::Tiles;
use crate::words::{Dictionary, Wordbook, Words};
use crate::{assets, standing};

/// A request that is not answered by then is given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// One that brings much with it: five photos of a phone at one megabit a second.
const LONG_PATIENCE: Duration = Duration::from_secs(300);
/// Much is more than this, in bytes.
const MUCH: u64 = 256 << 10;
/// The largest JSON answer that gets an ETag, in bytes; larger ones are pages of lists that change anyway.
const LARGEST_ETAG: usize = 1 << 20;
/// Nothing inline, nothing from elsewhere, framed by nobody; `{tiles}` is where the office's map tiles come from, or nothing.
const POLICY: &str = "default-src 'none'; object-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' blob:{tiles}; font-src 'self'; connect-src 'self'{tiles}; manifest-src 'self'; worker-src 'self'; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// How the house is reached.
#[derive(Debug, Clone, Default)]
pub struct AppConfig {
    /// Whether browsers reach us by HTTPS (here or at a proxy): cookies are then marked `Secure`.
    pub https: bool,
    /// Where the house is reached, without a slash at its end, where somebody set it: no other host name is answered then.
    pub public_url: Option<String>,
    /// The networks of the proxies in front of us: what they say of a caller's address is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How fast anybody may call.
    pub pace: Rates,
    /// Where holes are reported: `mailto:`, `https://` or `tel:`.
    pub security_contact: Option<String>,
    /// What lies below our maps, where somebody set it.
    pub tiles: Option<Tiles>,
}

/// One route and its gate, for the table of who may knock where.
#[derive(Debug, Clone, Serialize)]
pub struct RouteRow {
    /// The method.
    pub method: String,
    /// The path, with `{parameters}`.
    pub path: String,
    /// The gate.
    #[serde(serialize_with = "gate_words")]
    pub gate: Gate,
}

fn gate_words<S: serde::Serializer>(gate: &Gate, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    match gate {
        Gate::Public => serializer.serialize_str("public"),
        Gate::May(action) => serializer.serialize_str(action),
    }
}

/// The house. Clones share it.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    kernel: Kernel,
    modules: Vec<&'static Module>,
    dictionary: Arc<Dictionary>,
    config: AppConfig,
    pace: Pace,
    nowhere: Arc<Tenant>,
}

/// The words of the shell: Chinese, English.
const SHELL: (&str, &str) = (
    concat!(
        include_str!("../i18n/zh-CN.ftl"),
        "\n",
        include_str!("../i18n/programme/zh-CN.ftl"),
        "\n",
        include_str!("../i18n/style/zh-CN.ftl"),
        "\n",
        include_str!("../i18n/guide/zh-CN.ftl"),
        "\n",
        include_str!("../i18n/chores/zh-CN.ftl")
    ),
    concat!(
        include_str!("../i18n/en.ftl"),
        "\n",
        include_str!("../i18n/programme/en.ftl"),
        "\n",
        include_str!("../i18n/style/en.ftl"),
        "\n",
        include_str!("../i18n/guide/en.ftl"),
        "\n",
        include_str!("../i18n/chores/en.ftl")
    ),
);

/// The words of the shell and of all rooms: what they are called, in Chinese, in English.
pub fn word_files(modules: &[&'static Module]) -> Vec<(&'static str, &'static str, &'static str)> {
    let rooms = modules.iter().map(|module| (module.room.name, module.words.0, module.words.1));
    std::iter::once(("shell", SHELL.0, SHELL.1)).chain(rooms).collect()
}

pub(crate) fn dictionary(modules: &[&'static Module]) -> Result<Dictionary> {
    Dictionary::new(&word_files(modules))
}

/// The words of all rooms for a reader without a house: the command line's.
///
/// # Errors
/// `Internal` where words are doubled or do not parse.
pub fn words_of(modules: &[&'static Module], locale: Locale) -> Result<Words> {
    Ok(Words::new(Arc::new(dictionary(modules)?), locale))
}

impl App {
    /// Puts the rooms together.
    ///
    /// # Errors
    /// `Internal` where words are missing, doubled or do not parse.
    pub fn new(kernel: Kernel, modules: Vec<&'static Module>, config: AppConfig) -> Result<Self> {
        let nowhere =
            kernel.tenants().into_iter().next().ok_or_else(|| Error::internal("there is no subdistrict yet"))?;
        let dictionary = Arc::new(dictionary(&modules)?);
        kernel.kept::<Wordbook>().fill(&dictionary);
        Ok(Self {
            inner: Arc::new(Inner { kernel, modules, dictionary, pace: Pace::new(config.pace), config, nowhere }),
        })
    }

    /// The kernel.
    pub fn kernel(&self) -> &Kernel {
        &self.inner.kernel
    }

    /// The rooms.
    pub fn modules(&self) -> &[&'static Module] {
        &self.inner.modules
    }

    /// Whether browsers reach us by HTTPS.
    pub fn https(&self) -> bool {
        self.inner.config.https
    }

    /// Where the house is reached, without a slash at its end, where somebody set it.
    pub fn public_url(&self) -> Option<&str> {
        self.inner.config.public_url.as_deref()
    }

    pub(crate) fn security_contact(&self) -> Option<&str> {
        self.inner.config.security_contact.as_deref()
    }

    pub(crate) fn tiles(&self) -> Option<&Tiles> {
        self.inner.config.tiles.as_ref()
    }

    pub(crate) fn trusted_proxies(&self) -> &[IpNet] {
        &self.inner.config.trusted_proxies
    }

    /// Words for a reader.
    pub fn words(&self, locale: Locale) -> Words {
        Words::new(Arc::clone(&self.inner.dictionary), locale)
    }

    /// A letter in its reader's words. `public_url` is how the house is reached from outside, without a slash at its end.
    pub fn letter(&self, letter: &Letter, public_url: &str) -> Mail {
        letters::compose(&self.words(letter.address.locale), letter, public_url)
    }

    /// What a browser is told of a notice, in the language that was read there.
    pub fn nudge(&self, notice: &Notice, locale: Locale) -> Nudge {
        letters::nudge(&self.words(locale), notice)
    }

    /// The tenant whose code a token, a session or a link begins with; else the first one.
    pub(crate) fn tenant(&self, hint: Option<&str>) -> Arc<Tenant> {
        let code = hint.and_then(|hint| hint.split_once('-')).map(|(code, _)| code);
        let named = code.and_then(|code| self.kernel().tenant_by_code(code));
        named.or_else(|| self.kernel().tenants().into_iter().next()).unwrap_or_else(|| Arc::clone(&self.inner.nowhere))
    }

    fn all_routes(&self) -> Routes {
        let rooms = self.modules().iter().map(|module| (module.routes)());
        rooms.fold(standing::routes(), Routes::merge)
    }

    /// Every route and its gate.
    pub fn route_table(&self) -> Vec<RouteRow> {
        let mut table = self.all_routes().split().2;
        table.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
        table
    }

    /// The description of the API (OpenAPI 3.1).
    pub fn description(&self) -> OpenApi {
        let mut description = self.all_routes().split().1;
        description.info = utoipa::openapi::InfoBuilder::new()
            .title("Tongxin")
            .version(env!("CARGO_PKG_VERSION"))
            .description(Some("The neighbourhood service system: reports, orders, ratings, rates."))
            .build();
        description
    }

    /// The router, ready to serve.
    pub fn router(&self) -> Router {
        let (routes, _, _) = self.all_routes().split();
        let description = serde_json::to_string(&self.description()).unwrap_or_default();
        let (ready, measured, https) = (self.clone(), self.clone(), self.https());
        let policy = policy(self.tiles());
        let inner = routes
            .route(
                "/api/openapi.json",
                get(move || async move { ([(header::CONTENT_TYPE, "application/json")], description) }),
            )
            .fallback(|| async { Fail(Error::NotFound) })
            .method_not_allowed_fallback(|| async { Fail(Error::NotFound) })
            .layer(from_fn_with_state(self.clone(), around));
        Router::new()
            .route("/healthz", get(standing::healthz))
            .route("/readyz", get(move || standing::readyz(ready.clone())))
            .route("/metrics", get(move || standing::metrics(measured.clone())))
            .route("/assets/{name}", get(assets::serve))
            .merge(inner)
            .layer(CatchPanicLayer::new())
            .layer(from_fn(in_time))
            .layer(from_fn(move |request, next| guarded(https, policy.clone(), request, next)))
            .layer(CompressionLayer::new())
    }
}

/// Gives a request up that takes too long; who sends photos on a bad line gets longer.
pub(crate) async fn in_time(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (kind, length) = (text(header::CONTENT_TYPE), text(header::CONTENT_LENGTH).parse().unwrap_or(0));
    let much = length > MUCH || kind.starts_with("multipart/") || kind.starts_with("image/");
    let patience = if much { LONG_PATIENCE } else { PATIENCE };
    let answer = tokio::time::timeout(patience, next.run(request)).await;
    answer.unwrap_or_else(|_| StatusCode::SERVICE_UNAVAILABLE.into_response())
}

/// In front of every route: find out who asks; behind it: give errors their form and answers their headers.
async fn around(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let if_none_match = parts.headers.get(header::IF_NONE_MATCH).cloned();
    let (ctx, found) = match Ctx::find(&app, &parts).await {
        Ok(ctx) => (ctx, Ok(())),
        Err((ctx, error)) => (*ctx, Err(error)),
    };
    let found = in_pace(&ctx).and(found);
    let mut response = match (elsewhere(&app, &parts), found) {
        (Some(ours), _) => misdirected(&ctx, ours),
        // No path and no query of ours holds a NUL, and no database takes one.
        (None, Ok(())) if ctx.path.contains("%00") => Fail(Error::NotFound).into_response(),
        (None, Ok(())) => {
            let mut request = Request::from_parts(parts, body);
            request.extensions_mut().insert(ctx.clone());
            next.run(request).await
        }
        (None, Err(error)) => Fail(error).into_response(),
    };
    // What the framework could not read of the address: said by us, in the reader's language.
    if response.status() == StatusCode::BAD_REQUEST && response.extensions().get::<Fail>().is_none() {
        response = Fail(Error::field("query", "form-bad-query")).into_response();
    }
    if let Some(fail) = response.extensions_mut().remove::<Fail>() {
        response = render(&ctx, &fail);
    }
    if ctx.is_api() && !ctx.posted && response.status() == StatusCode::OK {
        response = with_etag(response, if_none_match).await;
    }
    response
}

/// Every answer, also of what stands outside the house itself: assets, health, what took too long.
async fn guarded(https: bool, policy: HeaderValue, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    guard(response.headers_mut(), https, policy);
    response
}

/// Counts the call for whoever it is; one that came over no connection is the house's own. Nobody is a stranger from this very
/// machine: that may be a proxy which we were not told of, and behind it is everybody.
fn in_pace(ctx: &Ctx) -> Result<()> {
    let pace = &ctx.app.inner.pace;
    match (ctx.who.person(), ctx.caller.distance()) {
        (_, Distance::Within) | (None, Distance::Here) => Ok(()),
        (None, Distance::Afar) => pace.count(Kind::Stranger, ctx.caller, ctx.posted),
        (Some(person), _) if ctx.is_api() => pace.count(Kind::Program, person.id, ctx.posted),
        (Some(person), _) => pace.count(Kind::Person, person.id, ctx.posted),
    }
}

/// Where the house is, if the reader came to a host that is not its own.
fn elsewhere<'a>(app: &'a App, parts: &Parts) -> Option<&'a str> {
    let ours = app.public_url()?;
    let own = ours.split_once("://").map_or(ours, |(_, host)| host);
    (!own.eq_ignore_ascii_case(host(parts))).then_some(ours)
}

/// Who only looks is led to where the house is; who sends something is told that it was not taken.
fn misdirected(ctx: &Ctx, ours: &str) -> Response {
    if ctx.posted || ctx.is_api() {
        let said = format!("this is not the host of this house; it is at {ours}\n");
        return (StatusCode::MISDIRECTED_REQUEST, said).into_response();
    }
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, format!("{ours}{}", ctx.path))]).into_response()
}

/// What pages may do: the policy, with room for the host of map tiles, for images and connections alone.
pub(crate) fn policy(tiles: Option<&Tiles>) -> HeaderValue {
    let origin = tiles.and_then(Tiles::origin).map(|origin| format!(" {origin}")).unwrap_or_default();
    // An origin has letters, digits, dots and colons only; were it otherwise, the strict policy is the one.
    HeaderValue::from_str(&POLICY.replace("{tiles}", &origin))
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}

/// The headers that every page answers with.
pub(crate) fn guard(headers: &mut HeaderMap, https: bool, policy: HeaderValue) {
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("permissions-policy"), "geolocation=(self), camera=(self), microphone=()"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if https {
        // A year; only this host, since others of the office's may not have HTTPS.
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// An ETag over the content: a program that asks again and again gets 304 while nothing has changed.
async fn with_etag(response: Response, if_none_match: Option<HeaderValue>) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST_ETAG).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let digest = Sha256::digest(&bytes);
    let tag: String = digest[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    let Ok(etag) = HeaderValue::from_str(&format!("W/\"{tag}\"")) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    let same = if_none_match.as_ref() == Some(&etag);
    parts.headers.insert(header::ETAG, etag);
    if same {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}
