//! Errors become pages or problem+json (RFC 9457) here and nowhere else. Handlers answer a `Fail`; the outermost layer,
//! which knows the reader and the path, gives it its form.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tongxin_base::{Error, FieldError};

use crate::api::{Problem, ProblemField};
use crate::ctx::Ctx;
use crate::module::Face;
use crate::page::{Frame, Page, see_other};
use crate::words::Words;

/// What a handler answers.
pub type Answer<T = Response> = Result<T, Fail>;

/// An error on its way out.
#[derive(Debug, Clone)]
pub struct Fail(pub Error);

impl<E: Into<Error>> From<E> for Fail {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        let mut response = status(&self.0).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

pub(crate) fn status(error: &Error) -> StatusCode {
    match error {
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Forbidden => StatusCode::FORBIDDEN,
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        Error::Rule(..) | Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Conflict(..) => StatusCode::CONFLICT,
        Error::TooLarge | Error::OverLimit(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Error::TooMany | Error::Later(_) => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    code: String,
    title: String,
    words: String,
    way: String,
    href: String,
    action: String,
    reference: String,
    service_phone: String,
    w: Words,
}

/// What the error says to this reader.
pub(crate) fn explain(words: &Words, error: &Error) -> String {
    match error {
        Error::Rule(key, args) | Error::Conflict(key, args) => words.with(key, args),
        Error::Invalid(fields) => fields.iter().map(|field| words.field_error(field)).collect::<Vec<_>>().join(" · "),
        Error::OverLimit(bytes) => words.t1("error-413-limit", "megabytes", bytes >> 20),
        Error::Later(seconds) => words.t1("error-429-later", "minutes", seconds.div_ceil(60)),
        other => words.t(&format!("error-{}-words", status(other).as_u16())),
    }
}

/// Gives a failed answer its form.
pub(crate) fn render(ctx: &Ctx, fail: &Fail) -> Response {
    let error = &fail.0;
    let status = status(error);
    let mut reference = String::new();
    if let Error::Internal(why) = error {
        reference = ctx.kernel().world().secret()[..10].to_owned();
        tracing::error!(reference, path = ctx.route_path(), why, "internal error");
    }
    // Not what came too fast: a line for each would fill the log for whoever sends it.
    if *error == Error::Forbidden {
        tracing::info!(actor = ctx.who.actor(), path = ctx.route_path(), status = status.as_u16(), "refused");
    }
    let mut response = if ctx.is_api() || ctx.json {
        problem(ctx, error, status, &reference)
    } else if *error == Error::Unauthenticated && !ctx.posted {
        see_other(&format!("/sign-in?back={}", url_escape(&ctx.path)))
    } else {
        page(ctx, error, status, reference)
    };
    if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS {
        let seconds = if let Error::Later(seconds) = error { *seconds } else { 5 };
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn page(ctx: &Ctx, error: &Error, status: StatusCode, reference: String) -> Response {
    framed(Frame::of(ctx), error, status, reference)
}

/// The page of an error, in whatever house there is.
pub(crate) fn framed(frame: Frame<'_>, error: &Error, status: StatusCode, reference: String) -> Response {
    let (words, code) = (frame.words, status.as_u16());
    let title = words.t(&format!("error-{code}-title"));
    let unauthenticated = *error == Error::Unauthenticated;
    let body = ErrorPage {
        code: code.to_string(),
        title: title.clone(),
        words: explain(words, error),
        way: words.t(&format!("error-{code}-way")),
        href: if unauthenticated { "/sign-in".to_owned() } else { String::new() },
        action: words.t("shell-sign-in"),
        reference,
        service_phone: frame.service_phone.clone(),
        w: words.clone(),
    };
    let page = Page::new(Face::Street, title).failed(status);
    page.framed(frame, &body).unwrap_or_else(|_| status.into_response())
}

fn problem(ctx: &Ctx, error: &Error, status: StatusCode, reference: &str) -> Response {
    let words = &ctx.words;
    let (code, errors) = match error {
        Error::Rule(key, _) | Error::Conflict(key, _) => (key.to_string(), Vec::new()),
        Error::Invalid(fields) => ("invalid".to_owned(), fields.iter().map(|f| field(words, f)).collect()),
        _ => (format!("error-{}", status.as_u16()), Vec::new()),
    };
    let args = match error {
        Error::Rule(_, args) | Error::Conflict(_, args) => args.iter().cloned().collect(),
        _ => std::collections::BTreeMap::new(),
    };
    let problem = Problem {
        kind: "about:blank".to_owned(),
        title: words.t(&format!("error-{}-title", status.as_u16())),
        status: status.as_u16(),
        detail: explain(words, error),
        code,
        args: args.into_iter().map(|(name, value)| (name.into_owned(), value)).collect(),
        errors,
        reference: (!reference.is_empty()).then(|| reference.to_owned()),
    };
    let mut response = (status, axum::Json(problem)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn field(words: &Words, error: &FieldError) -> ProblemField {
    ProblemField { field: error.field.clone(), code: error.key.to_string(), detail: words.field_error(error) }
}

/// A path as the value of a query parameter.
pub fn url_escape(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
