//! `/me/sign-in/password`: another password, by who knows the one there is; or a first one, by who came another way.

use askama::Template;
use serde::Deserialize;
use serde_json::json;
use tongxin_base::{Error, FieldError};
use tongxin_kernel::{LONGEST_PASSWORD, NewSession, SHORTEST_PASSWORD, check_password, open_session, people_store};
use tongxin_web::{Answer, Ctx, Form, FormErrors, Words, asset_url, see_other, set_session};

use axum::http::HeaderMap;

use super::show;
use crate::actions::{Change, change};
use crate::device;
use crate::entry::{fresh, me};
use crate::throttle::{Throttle, Try};

#[derive(Template)]
#[template(path = "doors/password.html")]
struct PasswordPage {
    w: Words,
    csrf: String,
    login: String,
    has_password: bool,
    shortest: usize,
    longest: usize,
    script: String,
    errors: FormErrors,
}

async fn page_of(ctx: &Ctx, errors: FormErrors) -> Answer {
    let (id, person) = (ctx.tenant.id, me(ctx)?);
    let found = ctx.kernel().db().read(id, move |read| people_store::login_of(read, id, person)).await?;
    let Some((login, has_password)) = found else { return Err(Error::NotFound.into()) };
    if !has_password && let Err(again) = fresh(ctx, "/me/sign-in/password").await? {
        return Ok(again);
    }
    let body = PasswordPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        login,
        has_password,
        shortest: SHORTEST_PASSWORD,
        longest: LONGEST_PASSWORD,
        script: asset_url("passkeys.js"),
        errors,
    };
    show(ctx, "doors-password-title", !body.errors.is_empty(), &body)
}

/// `GET /me/sign-in/password`
pub(crate) async fn page(ctx: Ctx) -> Answer {
    page_of(&ctx, FormErrors::default()).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Wanted {
    current: String,
    password: String,
    again: String,
}

/// `POST /me/sign-in/password`
pub(crate) async fn set(ctx: Ctx, headers: HeaderMap, form: Form<Wanted>) -> Answer {
    match set_password(&ctx, &headers, form.fields).await {
        Ok(Ok(session)) => {
            let mut response = see_other("/me/sign-in?said=password");
            set_session(&ctx, &mut response, &session);
            Ok(response)
        }
        Ok(Err(again)) => Ok(again),
        Err(error) => page_of(&ctx, FormErrors::take(&ctx.words, error)?).await,
    }
}

type OrAgain = Result<String, axum::response::Response>;

async fn set_password(ctx: &Ctx, headers: &HeaderMap, wanted: Wanted) -> Result<OrAgain, Error> {
    let (id, person, kernel) = (ctx.tenant.id, me(ctx)?, ctx.kernel());
    let found = kernel.db().read(id, move |read| people_store::login_of(read, id, person)).await?;
    let (login, has_password) = found.ok_or(Error::NotFound)?;
    if has_password {
        let throttle = kernel.kept::<Throttle>();
        // Counted beside the door's own tries: who sits at somebody's open desk guesses no faster.
        let attempt = Try::new(kernel.secret(), &format!("change {person}"), &ctx.caller.bytes(), None);
        throttle.check(&attempt, kernel.world().now())?;
        match kernel.check_login(&login, &wanted.current).await {
            Ok(_) => throttle.right(&attempt),
            Err(Error::Unauthenticated) => {
                throttle.wrong(&attempt, kernel.world().now());
                return Err(Error::field("current", "doors-password-current-wrong"));
            }
            Err(error) => return Err(error),
        }
    } else if let Err(again) = fresh(ctx, "/me/sign-in/password").await? {
        return Ok(Err(again));
    }
    let name = ctx.who.person().map(|person| person.name.clone()).unwrap_or_default();
    check_password(&wanted.password, &[&login, &name, &ctx.tenant.name.zh, &ctx.tenant.name.en])?;
    if wanted.password != wanted.again {
        return Err(Error::Invalid(vec![FieldError::new("again", "welcome-not-the-same")]));
    }
    let hash = kernel.hash_password_aside(wanted.password).await?;
    let session = kernel.secret_for(&ctx.tenant);
    let scopes = if kernel.access().anywhere(&ctx.who, "people.me") { "*" } else { "doors.mine" };
    let new = NewSession { how: "password", device: device::kind(headers), scopes, instead: None };
    let kept = session.clone();
    let set = Change { person, action: "people.set_password", payload: json!({}), notice: "doors-notice-password" };
    change(kernel, &ctx.tenant, set, move |act| {
        // All sessions end with the old password; this one goes on under another secret.
        people_store::set_password(act.tx, id, person, &hash, act.call.now)?;
        open_session(act.tx, id, person, (&kept, &new), act.call.now)
    })
    .await?;
    Ok(Ok(session))
}
