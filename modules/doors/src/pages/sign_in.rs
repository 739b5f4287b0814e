//! The door itself: login and password, the second step, and the way out.

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use serde::Deserialize;
use tongxin_base::{Error, TenantId};
use tongxin_kernel::people_store;
use tongxin_web::{Answer, Ctx, Form, FormErrors, cookie, own_path, see_other, set_session};
use tongxin_web::{Words, asset_url};

use super::{Asked, Nothing, one_wrong, said, show};
use crate::entry::{CODE, PAPER, PASSWORD, STEP_COOKIE, Step, enter};
use crate::factors::{self, Shown};
use crate::oidc::Organisations;
use crate::throttle::{Throttle, Try};
use crate::{device, ticket};

/// Wrong codes of one second step; then it begins with the password again.
const MOST_WRONG: u32 = 5;

struct Organisation {
    name: String,
    href: String,
}

#[derive(Template)]
#[template(path = "doors/sign_in.html")]
struct SignIn {
    w: Words,
    csrf: String,
    back: String,
    login: String,
    again: bool,
    said: String,
    errors: FormErrors,
    organisations: Vec<Organisation>,
    phone: bool,
    script: String,
}

async fn door(ctx: &Ctx, asked: &Asked, login: String, errors: FormErrors) -> Answer {
    let back = own_path(&asked.back).to_owned();
    let known = ctx.kernel().kept::<Organisations>();
    let to = tongxin_web::url_escape(&back);
    let organisations = known.all().iter().map(|one| Organisation {
        name: one.label.to(ctx.locale()).to_owned(),
        href: format!("/sign-in/with/{}?back={to}", one.name),
    });
    let body = SignIn {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        back,
        login,
        again: !asked.again.is_empty() && ctx.session().is_some(),
        said: said(ctx, &asked.said),
        organisations: organisations.collect(),
        phone: crate::phone::is_open(ctx.kernel()),
        script: asset_url("passkeys.js"),
        errors,
    };
    show(ctx, "sign-in-title", !body.errors.is_empty(), &body)
}

/// `GET /sign-in`
pub(crate) async fn page(ctx: Ctx, Query(asked): Query<Asked>) -> Answer {
    door(&ctx, &asked, String::new(), FormErrors::default()).await
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(crate) struct SignInForm {
    login: String,
    password: String,
    back: String,
}

/// `POST /sign-in`
pub(crate) async fn sign_in(ctx: Ctx, headers: HeaderMap, form: Form<SignInForm>) -> Answer {
    let SignInForm { login, password, back } = form.fields;
    let (kernel, throttle) = (ctx.kernel(), ctx.kernel().kept::<Throttle>());
    let attempt = attempt(&ctx, &headers, &login).await?;
    throttle.check(&attempt, kernel.world().now())?;
    match kernel.check_login(&login, &password).await {
        Ok((tenant, person)) => {
            throttle.right(&attempt);
            enter(&ctx, &headers, (&tenant, person), PASSWORD, &back).await
        }
        Err(Error::Unauthenticated) => {
            throttle.wrong(&attempt, kernel.world().now());
            let errors = one_wrong(&ctx, "login", "sign-in-wrong")?;
            door(&ctx, &Asked { back, ..Asked::default() }, login, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A try at a login from where the reader is, with the device they have.
async fn attempt(ctx: &Ctx, headers: &HeaderMap, login: &str) -> Result<Try, Error> {
    let (kernel, asked) = (ctx.kernel(), login.trim().to_owned());
    // Looked up whether the device has a mark or not: how long it takes says nothing.
    let whose = kernel.db().read(TenantId(0), move |read| people_store::whose_login(read, &asked)).await?;
    let mark = cookie(ctx.app.https(), headers, device::COOKIE);
    let device = whose.and_then(|(_, person)| device::known(kernel, mark.as_deref(), person));
    Ok(Try::new(kernel.secret(), login, &ctx.caller.bytes(), device))
}

#[derive(Template)]
#[template(path = "doors/second.html")]
struct Second {
    w: Words,
    csrf: String,
    app: bool,
    passkeys: bool,
    script: String,
    errors: FormErrors,
}

async fn second_page(ctx: &Ctx, headers: &HeaderMap, errors: FormErrors) -> Answer {
    let Some((token, person, _)) = step(ctx, headers).await? else { return Ok(see_other("/sign-in")) };
    let id = ticket::house(ctx.kernel(), &token, &ctx.tenant).id;
    let factors = ctx.kernel().db().read(id, move |read| factors::Factors::of(read, id, person)).await?;
    let body = Second {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        app: factors.app_since.is_some(),
        passkeys: factors.passkeys > 0,
        script: asset_url("passkeys.js"),
        errors,
    };
    show(ctx, "doors-second-title", !body.errors.is_empty(), &body)
}

/// The second step that the reader is at.
async fn step(ctx: &Ctx, headers: &HeaderMap) -> Result<Option<(String, tongxin_kernel::PersonId, Step)>, Error> {
    let Some(token) = cookie(ctx.app.https(), headers, STEP_COOKIE) else { return Ok(None) };
    let tenant = ticket::house(ctx.kernel(), &token, &ctx.tenant);
    let found = ticket::look::<Step>(ctx.kernel(), &tenant, ticket::SECOND, &token).await?;
    Ok(found.and_then(|(person, step)| person.map(|person| (token, person, step))))
}

/// `GET /sign-in/second`
pub(crate) async fn second(ctx: Ctx, headers: HeaderMap) -> Answer {
    second_page(&ctx, &headers, FormErrors::default()).await
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(crate) struct CodeForm {
    code: String,
}

/// `POST /sign-in/second`
pub(crate) async fn show_second(ctx: Ctx, headers: HeaderMap, form: Form<CodeForm>) -> Answer {
    let Some((token, person, at)) = step(&ctx, &headers).await? else {
        return Ok(see_other("/sign-in?said=step-over"));
    };
    let kernel = ctx.kernel();
    let tenant = ticket::house(kernel, &token, &ctx.tenant);
    let throttle = kernel.kept::<Throttle>();
    let mark = cookie(ctx.app.https(), &headers, device::COOKIE);
    let device = device::known(kernel, mark.as_deref(), person);
    let attempt = Try::new(kernel.secret(), &format!("second {person}"), &ctx.caller.bytes(), device);
    throttle.check(&attempt, kernel.world().now())?;
    let way = match factors::show(kernel, &tenant, person, &form.fields.code).await? {
        Shown::App => CODE,
        Shown::Paper => PAPER,
        Shown::Nothing => {
            throttle.wrong(&attempt, kernel.world().now());
            let wrong = Step { wrong: at.wrong + 1, ..at };
            if wrong.wrong >= MOST_WRONG {
                ticket::take::<Step>(kernel, &tenant, ticket::SECOND, &token).await?;
                return Ok(see_other("/sign-in?said=step-over"));
            }
            ticket::rewrite(kernel, &tenant, &token, &wrong).await?;
            return second_page(&ctx, &headers, one_wrong(&ctx, "code", "doors-code-wrong")?).await;
        }
    };
    throttle.right(&attempt);
    let taken = ticket::take::<Step>(kernel, &tenant, ticket::SECOND, &token).await?;
    let Some((_, at)) = taken else { return Ok(see_other("/sign-in?said=step-over")) };
    enter(&ctx, &headers, (&tenant, person), way, &at.back).await
}

/// `POST /sign-out`
pub(crate) async fn sign_out(ctx: Ctx, headers: HeaderMap, _: Form<Nothing>) -> Answer {
    if let Some(session) = ctx.session() {
        ctx.kernel().sign_out(ctx.tenant.id, session).await?;
    }
    let to = super::visit::organisation_of(&ctx, &headers).map(|name| format!("/sign-in/out/{name}"));
    let mut response = see_other(to.as_deref().unwrap_or("/"));
    set_session(&ctx, &mut response, "");
    Ok(response)
}

/// Whether the reader is between the first step and the second, and as whom: a passkey may be the second.
pub(crate) async fn at_second_step(
    ctx: &Ctx,
    headers: &HeaderMap,
) -> Result<Option<(tongxin_kernel::PersonId, String)>, Error> {
    Ok(step(ctx, headers).await?.map(|(_, person, step)| (person, step.back)))
}
