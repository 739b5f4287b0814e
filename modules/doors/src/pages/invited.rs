//! Where an invitation's link leads: whoever was given a login chooses how to sign in, and is in.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tongxin_base::Error;
use tongxin_kernel::SHORTEST_PASSWORD;
use tongxin_web::{Answer, Ctx, Face, Form, FormErrors, Page, Words, asset_url};

use super::show;
use crate::entry::{INVITATION, enter};
use crate::oidc::Organisations;
use crate::passkeys;

struct Organisation {
    name: String,
    href: String,
}

#[derive(Template)]
#[template(path = "doors/welcome.html")]
struct Welcome {
    w: Words,
    csrf: String,
    path: String,
    place: String,
    name: String,
    login: String,
    shortest: usize,
    passkeys: bool,
    organisations: Vec<Organisation>,
    script: String,
    errors: FormErrors,
}

#[derive(Template)]
#[template(path = "doors/welcome_over.html")]
struct Over {
    w: Words,
}

/// `GET /welcome/{token}`
pub(crate) async fn page(ctx: Ctx, Path(token): Path<String>) -> Answer {
    page_of(&ctx, &token, FormErrors::default()).await
}

async fn page_of(ctx: &Ctx, token: &str, errors: FormErrors) -> Answer {
    let Some(invited) = ctx.kernel().invited(ctx.tenant.id, token).await? else {
        return over(ctx);
    };
    let known = ctx.kernel().kept::<Organisations>();
    let organisations = known.all().iter().map(|one| Organisation {
        name: one.label.to(ctx.locale()).to_owned(),
        href: format!("/welcome/{token}/with/{}", one.name),
    });
    let body = Welcome {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        path: ctx.path.split('?').next().unwrap_or_default().to_owned(),
        place: ctx.tenant.name.to(ctx.locale()).to_owned(),
        name: invited.name,
        login: invited.login,
        shortest: SHORTEST_PASSWORD,
        passkeys: passkeys::house(ctx).is_some(),
        organisations: organisations.collect(),
        script: asset_url("passkeys.js"),
        errors,
    };
    show(ctx, "welcome-title", !body.errors.is_empty(), &body)
}

/// The link opens nothing: it was used, has run out, or was not copied whole.
fn over(ctx: &Ctx) -> Answer {
    let body = Over { w: ctx.words.clone() };
    let page = Page::new(Face::Street, ctx.words.t("welcome-over-title"));
    page.with_status(StatusCode::GONE).show(ctx, &body)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Chosen {
    password: String,
    again: String,
}

/// `POST /welcome/{token}`
pub(crate) async fn accept(ctx: Ctx, headers: HeaderMap, Path(token): Path<String>, form: Form<Chosen>) -> Answer {
    let Chosen { password, again } = form.fields;
    let used = if password == again {
        ctx.kernel().accept_invitation(&ctx.tenant, &token, &password).await
    } else {
        Err(Error::field("again", "welcome-not-the-same"))
    };
    match used {
        Ok(person) => enter(&ctx, &headers, (&ctx.tenant, person), INVITATION, "/").await,
        Err(Error::NotFound) => over(&ctx),
        Err(error) => page_of(&ctx, &token, FormErrors::take(&ctx.words, error)?).await,
    }
}
