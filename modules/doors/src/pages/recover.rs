//! `/sign-in/recover`: who lost their password asks for a link; and the confirmation of an address that such links may go to.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tongxin_base::Error;
use tongxin_kernel::{SHORTEST_PASSWORD, check_password, people_store};
use tongxin_web::{Answer, Ctx, Face, Form, FormErrors, Page, Words, asset_url, see_other};

use super::{Nothing, show};
use crate::entry::{PASSWORD, enter, fresh, me};
use crate::recovery;
use crate::throttle::{Throttle, Try};

#[derive(Template)]
#[template(path = "doors/recover.html")]
struct RecoverPage {
    w: Words,
    csrf: String,
    asked: bool,
    mail: bool,
    phone: bool,
}

fn asking(ctx: &Ctx, asked: bool) -> Answer {
    let (mail, phone) = (ctx.kernel().mailer().is_some(), crate::phone::is_open(ctx.kernel()));
    let body = RecoverPage { w: ctx.words.clone(), csrf: ctx.csrf(), asked, mail, phone };
    show(ctx, "doors-recover-title", false, &body)
}

/// `GET /sign-in/recover`
pub(crate) async fn page(ctx: Ctx) -> Answer {
    asking(&ctx, false)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Asked {
    login: String,
}

/// `POST /sign-in/recover`: the answer is the same for every login, and comes before anything is looked up.
pub(crate) async fn ask(ctx: Ctx, form: Form<Asked>) -> Answer {
    let kernel = ctx.kernel().clone();
    let throttle = kernel.kept::<Throttle>();
    let attempt = Try::new(kernel.secret(), &format!("recover {}", form.fields.login), &ctx.caller.bytes(), None);
    throttle.check(&attempt, kernel.world().now())?;
    throttle.wrong(&attempt, kernel.world().now());
    tokio::spawn(async move {
        if let Err(error) = recovery::ask(&kernel, &form.fields.login).await {
            tracing::warn!(%error, "a link to a new password could not be sent");
        }
    });
    asking(&ctx, true)
}

#[derive(Template)]
#[template(path = "doors/renew.html")]
struct RenewPage {
    w: Words,
    csrf: String,
    path: String,
    login: String,
    shortest: usize,
    script: String,
    errors: FormErrors,
}

#[derive(Template)]
#[template(path = "doors/visit.html")]
struct Over {
    w: Words,
    title: String,
    words: String,
}

fn over(ctx: &Ctx) -> Answer {
    let title = ctx.words.t("doors-recover-over-title");
    let body = Over { w: ctx.words.clone(), title: title.clone(), words: ctx.words.t("doors-recover-over") };
    Page::new(Face::Street, title).with_status(StatusCode::GONE).show(ctx, &body)
}

async fn renewing(ctx: &Ctx, token: &str, errors: FormErrors) -> Answer {
    let Some(person) = recovery::whose(ctx.kernel(), &ctx.tenant, token).await? else { return over(ctx) };
    let id = ctx.tenant.id;
    let login = ctx.kernel().db().read(id, move |read| people_store::login_of(read, id, person)).await?;
    let body = RenewPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        path: format!("/sign-in/recover/{token}"),
        login: login.map(|(login, _)| login).unwrap_or_default(),
        shortest: SHORTEST_PASSWORD,
        script: asset_url("passkeys.js"),
        errors,
    };
    show(ctx, "doors-renew-title", !body.errors.is_empty(), &body)
}

/// `GET /sign-in/recover/{token}`
pub(crate) async fn link(ctx: Ctx, Path(token): Path<String>) -> Answer {
    renewing(&ctx, &token, FormErrors::default()).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Chosen {
    password: String,
    again: String,
}

/// `POST /sign-in/recover/{token}`: the new password is the first factor; the second is asked for as ever.
pub(crate) async fn renew(ctx: Ctx, headers: HeaderMap, Path(token): Path<String>, form: Form<Chosen>) -> Answer {
    match set(&ctx, &token, form.fields).await {
        Ok(person) => enter(&ctx, &headers, (&ctx.tenant, person), PASSWORD, "/").await,
        Err(Error::NotFound) => over(&ctx),
        Err(error) => renewing(&ctx, &token, FormErrors::take(&ctx.words, error)?).await,
    }
}

async fn set(ctx: &Ctx, token: &str, chosen: Chosen) -> Result<tongxin_kernel::PersonId, Error> {
    let kernel = ctx.kernel();
    let person = recovery::whose(kernel, &ctx.tenant, token).await?.ok_or(Error::NotFound)?;
    let id = ctx.tenant.id;
    let login = kernel.db().read(id, move |read| people_store::login_of(read, id, person)).await?;
    let login = login.map(|(login, _)| login).unwrap_or_default();
    let name = kernel.person(id, person).await?.name.clone();
    check_password(&chosen.password, &[&login, &name, &ctx.tenant.name.zh, &ctx.tenant.name.en])?;
    if chosen.password != chosen.again {
        return Err(Error::field("again", "welcome-not-the-same"));
    }
    let hash = kernel.hash_password_aside(chosen.password).await?;
    recovery::set(kernel, &ctx.tenant, (person, token), hash).await?;
    Ok(person)
}

/// `POST /me/sign-in/mail`: a link to one's own address, to see whether it is one's own.
pub(crate) async fn confirm(ctx: Ctx, _: Form<Nothing>) -> Answer {
    // An address that was shown to be one's own leads back in: at an open desk it is not for whoever comes by.
    let person = match fresh(&ctx, "/me/sign-in").await? {
        Ok(person) => person,
        Err(again) => return Ok(again),
    };
    let kernel = ctx.kernel();
    let throttle = kernel.kept::<Throttle>();
    let attempt = Try::new(kernel.secret(), &format!("mail {person}"), &ctx.caller.bytes(), None);
    throttle.check(&attempt, kernel.world().now())?;
    throttle.wrong(&attempt, kernel.world().now());
    recovery::confirm(kernel, &ctx.tenant, person).await?;
    Ok(see_other("/me/sign-in?said=mail-sent"))
}

/// `GET /me/sign-in/mail/{token}`: the link of that letter.
pub(crate) async fn confirmed(ctx: Ctx, Path(token): Path<String>) -> Answer {
    let person = me(&ctx)?;
    let own = recovery::confirmed(ctx.kernel(), &ctx.tenant, person, &token).await?;
    Ok(see_other(if own { "/me/sign-in?said=mail-confirmed" } else { "/me/sign-in?said=mail-over" }))
}
