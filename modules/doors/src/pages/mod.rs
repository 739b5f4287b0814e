//! The pages of the doors. Each is thin: it reads a form, asks the room, and shows what came of it.

pub mod app;
pub mod invited;
pub mod mine;
pub mod passkeys;
pub mod password;
pub mod phone;
pub mod recover;
pub mod sign_in;
pub mod tokens;
pub mod visit;

use axum::http::StatusCode;
use serde::Deserialize;
use tongxin_base::{Error, FieldError};
use tongxin_web::{Answer, Ctx, Face, FormErrors, Page};

/// A form of a button alone.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// Where the reader wanted to go, and what is to be said to them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Where they wanted to go.
    pub back: String,
    /// Whether they are signed in and asked once more.
    pub again: String,
    /// What was done: the end of a key.
    pub said: String,
}

/// A page of the street, with the status of what came before it.
pub(crate) fn show(ctx: &Ctx, title: &str, wrong: bool, body: &impl askama::Template) -> Answer {
    let page = Page::new(Face::Street, ctx.words.t(title));
    if wrong { page.failed(StatusCode::UNPROCESSABLE_ENTITY) } else { page }.show(ctx, body)
}

/// One wrong field, in words.
pub(crate) fn one_wrong(ctx: &Ctx, field: &str, key: &'static str) -> Result<FormErrors, tongxin_web::Fail> {
    FormErrors::take(&ctx.words, Error::Invalid(vec![FieldError::new(field, key)]))
}

/// The words of what was done; empty where nothing was, or what is no word of ours.
pub(crate) fn said(ctx: &Ctx, said: &str) -> String {
    let key = format!("doors-said-{said}");
    if !said.is_empty() && ctx.words.has(&key) { ctx.words.t(&key) } else { String::new() }
}
