//! Keys for programs: what one may do by oneself, or less, for a time.

use askama::Template;
use axum::extract::Path;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;
use tongxin_base::{Error, FieldError};
use tongxin_kernel::{TokenRow, add_token_until, drop_token, tokens_of};
use tongxin_web::{Answer, Choice, Ctx, Form, FormErrors, Words, see_other};

use super::{Nothing, show};
use crate::actions::{Change, change};
use crate::entry::{fresh, me};

/// A name is at most so long.
const LONGEST_NAME: usize = 60;
/// A key is good at most so many days; then a new one is made by somebody who still wants it.
const LONGEST_DAYS: u64 = 365;
/// Keys of one person.
const MOST: usize = 20;

/// How a form names a token: the beginning of its digest.
pub(crate) fn mark(token: &TokenRow) -> String {
    token.digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What a key may be used for, in words.
pub(crate) fn scopes(w: &Words, kept: &str) -> String {
    let word = |scope: &str| {
        let key = format!("doors-scope-{}", if scope == "*" { "all" } else { scope.trim_end_matches('.') });
        if w.has(&key) { w.t(&key) } else { scope.to_owned() }
    };
    kept.split_whitespace().map(word).collect::<Vec<_>>().join(" · ")
}

#[derive(Template)]
#[template(path = "doors/token.html")]
struct TokenPage {
    w: Words,
    csrf: String,
    form: Wanted,
    days: Vec<Choice>,
    scopes: Vec<Choice>,
    made: String,
    errors: FormErrors,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(crate) struct Wanted {
    name: String,
    scope: String,
    days: String,
}

fn page_of(ctx: &Ctx, form: Wanted, made: String, errors: FormErrors) -> Answer {
    let days = ["7", "30", "90", "365"].map(|days| Choice {
        value: days.to_owned(),
        label: ctx.words.t1("doors-token-days", "days", days),
        chosen: form.days == days || (form.days.is_empty() && days == "30"),
        ..Choice::default()
    });
    let scopes = ["requests.", "orders.", "sites.", "ratings.", "*"].map(|scope| Choice {
        value: scope.to_owned(),
        label: self::scopes(&ctx.words, scope),
        chosen: form.scope.split_whitespace().any(|chosen| chosen == scope),
        ..Choice::default()
    });
    let (days, scopes) = (days.into(), scopes.into());
    let body = TokenPage { w: ctx.words.clone(), csrf: ctx.csrf(), form, days, scopes, made, errors };
    show(ctx, "doors-token-title", !body.errors.is_empty(), &body)
}

/// `GET /me/sign-in/tokens/new`
pub(crate) async fn page(ctx: Ctx) -> Answer {
    match fresh(&ctx, "/me/sign-in/tokens/new").await? {
        Ok(_) => page_of(&ctx, Wanted::default(), String::new(), FormErrors::default()),
        Err(again) => Ok(again),
    }
}

fn parsed(form: &Wanted) -> Result<(String, String, u64), Error> {
    let (mut wrong, name) = (Vec::new(), form.name.trim().to_owned());
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        wrong.push(FieldError::new("name", "doors-token-name-needed"));
    }
    let known = ["requests.", "orders.", "sites.", "ratings.", "*"];
    let scopes: Vec<&str> = form.scope.split_whitespace().filter(|scope| known.contains(scope)).collect();
    if scopes.is_empty() {
        wrong.push(FieldError::new("scope", "doors-token-scope-needed"));
    }
    let days = form.days.parse().ok().filter(|days| (1..=LONGEST_DAYS).contains(days));
    if days.is_none() {
        wrong.push(FieldError::new("days", "form-unknown-choice"));
    }
    if wrong.is_empty() { Ok((name, scopes.join(" "), days.unwrap_or(1))) } else { Err(Error::Invalid(wrong)) }
}

/// `POST /me/sign-in/tokens/new`: the key is shown once, on the page that answers.
pub(crate) async fn make(ctx: Ctx, form: Form<Wanted>) -> Answer {
    let person = match fresh(&ctx, "/me/sign-in/tokens/new").await? {
        Ok(person) => person,
        Err(again) => return Ok(again),
    };
    let made = match parsed(&form.fields) {
        Err(error) => return page_of(&ctx, form.fields, String::new(), FormErrors::take(&ctx.words, error)?),
        Ok(made) => made,
    };
    let (id, (name, scopes, days)) = (ctx.tenant.id, made);
    let token = ctx.kernel().secret_for(&ctx.tenant);
    let kept = token.clone();
    let payload = json!({"scopes": scopes, "days": days});
    let added = Change { person, action: "people.add_token", payload, notice: "doors-notice-token" };
    change(ctx.kernel(), &ctx.tenant, added, move |act| {
        let now = act.call.now;
        if tokens_of(act.tx, id, person)?.len() >= MOST {
            return Err(Error::rule("doors-token-too-many"));
        }
        let until = now + Duration::from_secs(days * 24 * 3600);
        add_token_until(act.tx, id, person, (&kept, &name, &scopes), (now, until))
    })
    .await?;
    page_of(&ctx, Wanted::default(), token, FormErrors::default())
}

/// `POST /me/sign-in/tokens/{mark}/end`
pub(crate) async fn end(ctx: Ctx, Path(asked): Path<String>, _: Form<Nothing>) -> Answer {
    let (id, person) = (ctx.tenant.id, me(&ctx)?);
    let tokens = ctx.kernel().db().read(id, move |read| tokens_of(read, id, person)).await?;
    let token = tokens.into_iter().find(|token| mark(token) == asked).ok_or(Error::NotFound)?;
    let ended = Change { person, action: "people.drop_token", payload: json!({}), notice: "" };
    change(ctx.kernel(), &ctx.tenant, ended, move |act| drop_token(act.tx, id, person, &token.digest).map(drop))
        .await?;
    Ok(see_other("/me/sign-in?said=token-ended#tokens"))
}
