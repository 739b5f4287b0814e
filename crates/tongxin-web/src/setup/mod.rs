//! A house that is not there yet: until somebody with the key of this start has answered a few questions, nothing else is
//! served. There is no subdistrict, so these pages stand in front of the `App`, not in it.

mod answers;
mod pages;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::future::BoxFuture;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use tongxin_base::{Error, FieldError, Label, Locale, Result, World};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::failure::{Fail, framed, status};
use crate::form::FormToken;
use crate::module::Module;
use crate::page::Frame;
use crate::words::{Dictionary, Words};
use crate::{app, assets, ctx, standing};

pub use answers::{Answers, NewHouse, PublicUrl, Reach, Step};

/// The cookie that keeps the key with the browser that came with it.
const COOKIE: &str = "tongxin_setup";
/// How long the browser keeps it: a long day's work.
const KEPT_SECONDS: u32 = 12 * 3600;

/// A programme pack as somebody sent it, looked at and found good.
#[derive(Debug, Clone, Default)]
pub struct PackSeen {
    /// The name of its subdistrict.
    pub name: Label,
    /// The code of its subdistrict.
    pub code: String,
    /// How much of what is in it: `("categories", 24)`.
    pub counts: Vec<(&'static str, usize)>,
}

/// A house that was made.
#[derive(Debug, Clone)]
pub struct Founded {
    /// The first administrator's link, to be shown once.
    pub link: String,
    /// How to start the server again, where it must be, because it listens otherwise from now on.
    pub restart: Option<String>,
    /// The settings file.
    pub file: String,
    /// The settings that were added to it.
    pub added: Vec<&'static str>,
    /// Whether the database's address was left out of it, because it holds a password.
    pub without_database: bool,
}

/// Who makes the house: the binary, which knows files, packs and settings.
pub trait Founder: Send + Sync + 'static {
    /// Looks at a pack (a zip file) and keeps it for the house to be made; it takes the place of one that came before.
    /// What is wrong in it is answered by the places in its files.
    fn take_pack(&self, zip: Vec<u8>) -> BoxFuture<'_, Result<PackSeen>>;

    /// What only the machine can tell: files that are not there, a pack that is missing or of another subdistrict.
    fn check(&self, answers: &Answers, step: Step) -> Vec<FieldError>;

    /// Makes the house, and has the door lead there where that is possible.
    fn found(&self, house: NewHouse, answers: Answers) -> BoxFuture<'_, Result<Founded>>;
}

/// What was answered so far. There is one set-up at a time, and one key, so it is kept here and not in the forms.
#[derive(Default)]
pub(crate) struct Kept {
    pub answers: Answers,
    pub pack: Option<PackSeen>,
    pub done: bool,
}

/// The set-up of a house. Clones share it.
#[derive(Clone)]
pub struct SetUp {
    inner: Arc<Inner>,
}

struct Inner {
    dictionary: Arc<Dictionary>,
    key: String,
    founder: Arc<dyn Founder>,
    kept: Mutex<Kept>,
    https: bool,
}

impl SetUp {
    /// A set-up with a key of its own, and answers to begin with. Rooms say what is wrong in a pack, so it has their words. With `https`
    /// the key is kept for HTTPS alone.
    ///
    /// # Errors
    /// `Internal` where the words do not parse.
    pub fn new(
        world: &World,
        modules: &[&'static Module],
        founder: Arc<dyn Founder>,
        answers: Answers,
        https: bool,
    ) -> Result<Self> {
        let dictionary = Arc::new(app::dictionary(modules)?);
        let kept = Mutex::new(Kept { answers, ..Kept::default() });
        Ok(Self { inner: Arc::new(Inner { dictionary, key: world.secret(), founder, kept, https }) })
    }

    /// The path that opens it, with its key: for whoever reads what the server prints, and nobody else.
    pub fn path(&self) -> String {
        format!("/setup?key={}", self.inner.key)
    }

    pub(crate) fn https(&self) -> bool {
        self.inner.https
    }

    pub(crate) fn founder(&self) -> &dyn Founder {
        &*self.inner.founder
    }

    pub(crate) fn kept(&self) -> &Mutex<Kept> {
        &self.inner.kept
    }

    pub(crate) fn words(&self, locale: Locale) -> Words {
        Words::new(Arc::clone(&self.inner.dictionary), locale)
    }

    /// Whether this is the key. Digests are compared, every byte of them, so that the time tells nothing of the key.
    pub(crate) fn opens(&self, key: &str) -> bool {
        let (given, ours) = (Sha256::digest(key), Sha256::digest(&self.inner.key));
        given.iter().zip(ours.iter()).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
    }

    fn csrf(&self) -> String {
        Sha256::digest(format!("csrf {}", self.inner.key))[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The router, ready to serve.
    pub fn router(&self) -> Router {
        let inner = Router::new()
            .route("/setup", get(pages::enter))
            .route("/setup/review", get(pages::review))
            .route("/setup/found", post(pages::found))
            .route("/setup/{step}", get(pages::step).post(pages::answer))
            .route("/preferences", post(pages::prefer))
            .fallback(pages::elsewhere)
            .with_state(self.clone())
            .layer(from_fn_with_state(self.clone(), around));
        Router::new()
            .route("/healthz", get(standing::healthz))
            .route("/readyz", get(|| async { (StatusCode::SERVICE_UNAVAILABLE, "this house is being set up\n") }))
            .route("/assets/{name}", get(assets::serve))
            .merge(inner)
            .layer(CatchPanicLayer::new())
            .layer(from_fn(app::in_time))
            .layer(CompressionLayer::new())
    }
}

/// Who knocks while there is no house yet.
#[derive(Clone)]
pub(crate) struct Guest {
    pub words: Words,
    pub elder: bool,
    pub path: String,
    pub csrf: String,
    /// Whether they came with the key.
    pub trusted: bool,
}

impl Guest {
    fn of(setup: &SetUp, parts: &Parts) -> Self {
        let headers: &HeaderMap = &parts.headers;
        Self {
            words: setup.words(ctx::language(setup.https(), headers)),
            elder: ctx::elder(setup.https(), headers),
            path: parts.uri.path().to_owned(),
            csrf: setup.csrf(),
            trusted: ctx::cookie(setup.https(), headers, COOKIE).is_some_and(|key| setup.opens(&key)),
        }
    }

    pub fn frame(&self) -> Frame<'_> {
        Frame {
            words: &self.words,
            elder: self.elder,
            path: &self.path,
            csrf: self.csrf.clone(),
            place: String::new(),
            service_phone: String::new(),
            guest: None,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Guest {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Fail> {
        parts.extensions.get::<Self>().cloned().ok_or(Fail(Error::Unavailable))
    }
}

/// In front of every page of the set-up: who has no key gets one plain page, whatever they ask for.
async fn around(State(setup): State<SetUp>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let guest = Guest::of(&setup, &parts);
    // Language and larger letters change nothing, and the page for who has no key offers them.
    let open = guest.trusted || matches!(guest.path.as_str(), "/setup" | "/preferences");
    let mut response = if open {
        let mut request = Request::from_parts(parts, body);
        request.extensions_mut().insert(FormToken(guest.csrf.clone()));
        request.extensions_mut().insert(guest.clone());
        next.run(request).await
    } else {
        pages::closed(&guest)
    };
    if let Some(Fail(error)) = response.extensions_mut().remove::<Fail>() {
        if let Error::Internal(why) = &error {
            tracing::error!(path = guest.path, why, "internal error");
        }
        response = framed(guest.frame(), &error, status(&error), String::new());
    }
    app::guard(response.headers_mut(), false, app::policy(None));
    response
}

/// The answer to who came with the right key: it is kept, and out of the address again.
fn let_in(key: &str, https: bool) -> Response {
    let mut response = crate::page::see_other("/setup");
    standing::set_cookie(https, &mut response, COOKIE, key, KEPT_SECONDS);
    response.headers_mut().insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
    response.into_response()
}
