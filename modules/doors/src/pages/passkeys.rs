//! The two visits of a passkey, to make one and to sign in with one. A script asks the browser; what it brings is an
//! ordinary form.

use axum::Json;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::json;
use tongxin_base::Error;
use tongxin_kernel::people_store;
use tongxin_web::{Answer, Ctx, Form, see_other};

use super::{Nothing, sign_in};
use crate::actions::{Change, change};
use crate::entry::{self, INVITATION, PASSKEY, enter, fresh, made_whole, me};
use crate::{passkeys, store};

/// A name is at most so long.
const LONGEST_NAME: usize = 60;

fn house(ctx: &Ctx) -> Result<passkeys::House, Error> {
    passkeys::house(ctx).ok_or_else(|| Error::rule("doors-passkey-no-name"))
}

/// What the browser brings.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Brought {
    ticket: String,
    credential: String,
    name: String,
    back: String,
}

impl Brought {
    fn name(&self, ctx: &Ctx) -> String {
        let name: String = self.name.trim().chars().take(LONGEST_NAME).collect();
        if name.is_empty() { ctx.words.t("doors-passkey-unnamed") } else { name }
    }
}

/// `POST /sign-in/passkey/begin`
pub(crate) async fn begin(ctx: Ctx, _: Form<Nothing>) -> Answer {
    Ok(Json(passkeys::begin(ctx.kernel(), &ctx.tenant, &house(&ctx)?).await?).into_response())
}

/// `POST /sign-in/passkey`: it is never slowed by wrong passwords; there is nothing to guess.
pub(crate) async fn signed(ctx: Ctx, headers: HeaderMap, form: Form<Brought>) -> Answer {
    let brought = form.fields;
    let (house, made) = (house(&ctx)?, (brought.ticket.as_str(), brought.credential.as_str()));
    let (tenant, person) = passkeys::signed(ctx.kernel(), &ctx.tenant, &house, made).await?;
    // As a second step it must be the same person's, and leads where they wanted to go at the first.
    let back = match sign_in::at_second_step(&ctx, &headers).await? {
        Some((whose, back)) if whose == person => back,
        _ => brought.back,
    };
    enter(&ctx, &headers, (&tenant, person), PASSKEY, &back).await
}

/// `POST /me/sign-in/passkeys/begin`
pub(crate) async fn begin_new(ctx: Ctx, _: Form<Nothing>) -> Answer {
    let person = match fresh(&ctx, "/me/sign-in").await? {
        Ok(person) => person,
        Err(_) => return Err(Error::rule("doors-again-needed").into()),
    };
    let id = ctx.tenant.id;
    let login = ctx.kernel().db().read(id, move |read| people_store::login_of(read, id, person)).await?;
    let login = login.map(|(login, _)| login).unwrap_or_default();
    let name = ctx.who.person().map(|person| person.public_name.clone()).unwrap_or_default();
    let asked = passkeys::begin_new(ctx.kernel(), &ctx.tenant, &house(&ctx)?, (person, &login, &name)).await?;
    Ok(Json(asked).into_response())
}

/// `POST /me/sign-in/passkeys`
pub(crate) async fn keep(ctx: Ctx, form: Form<Brought>) -> Answer {
    let person = match fresh(&ctx, "/me/sign-in").await? {
        Ok(person) => person,
        Err(again) => return Ok(again),
    };
    let (name, brought) = (form.fields.name(&ctx), form.fields);
    let made = (name.as_str(), brought.credential.as_str(), None);
    passkeys::keep(ctx.kernel(), &ctx.tenant, &house(&ctx)?, (person, &brought.ticket), made).await?;
    let mut response = see_other("/me/sign-in?said=passkey-added");
    entry::keep(&made_whole(&ctx).await?, &mut response);
    Ok(response)
}

/// `POST /me/sign-in/passkeys/{id}/name`
pub(crate) async fn name(ctx: Ctx, Path(id): Path<String>, form: Form<Brought>) -> Answer {
    let (tenant, person) = (ctx.tenant.id, me(&ctx)?);
    let id: store::PasskeyId = id.parse().map_err(|_| Error::NotFound)?;
    let name = form.fields.name(&ctx);
    let named = Change { person, action: "doors.name_passkey", payload: json!({"passkey": id}), notice: "" };
    change(ctx.kernel(), &ctx.tenant, named, move |act| {
        if store::name_passkey(act.tx, tenant, (person, id), &name)? { Ok(()) } else { Err(Error::NotFound) }
    })
    .await?;
    Ok(see_other("/me/sign-in?said=passkey-named"))
}

/// `POST /me/sign-in/passkeys/{id}/remove`
pub(crate) async fn remove(ctx: Ctx, Path(id): Path<String>, _: Form<Nothing>) -> Answer {
    let person = match fresh(&ctx, "/me/sign-in").await? {
        Ok(person) => person,
        Err(again) => return Ok(again),
    };
    let tenant = ctx.tenant.id;
    let id: store::PasskeyId = id.parse().map_err(|_| Error::NotFound)?;
    let payload = json!({"passkey": id});
    let gone = Change { person, action: "doors.drop_passkey", payload, notice: "doors-notice-passkey-removed" };
    change(ctx.kernel(), &ctx.tenant, gone, move |act| {
        if store::drop_passkey(act.tx, tenant, person, id)? { Ok(()) } else { Err(Error::NotFound) }
    })
    .await?;
    Ok(see_other("/me/sign-in?said=passkey-removed"))
}

/// `POST /welcome/{token}/passkey/begin`
pub(crate) async fn begin_invited(ctx: Ctx, Path(token): Path<String>, _: Form<Nothing>) -> Answer {
    let invited = ctx.kernel().invited(ctx.tenant.id, &token).await?.ok_or(Error::NotFound)?;
    let who = (invited.person, invited.login.as_str(), invited.name.as_str());
    Ok(Json(passkeys::begin_new(ctx.kernel(), &ctx.tenant, &house(&ctx)?, who).await?).into_response())
}

/// `POST /welcome/{token}/passkey`: a passkey instead of a password.
pub(crate) async fn keep_invited(
    ctx: Ctx,
    headers: HeaderMap,
    Path(token): Path<String>,
    form: Form<Brought>,
) -> Answer {
    let kernel = ctx.kernel();
    let invited = kernel.invited(ctx.tenant.id, &token).await?.ok_or(Error::NotFound)?;
    let (name, brought, person) = (form.fields.name(&ctx), form.fields, invited.person);
    let made = (name.as_str(), brought.credential.as_str(), Some(token.as_str()));
    passkeys::keep(kernel, &ctx.tenant, &house(&ctx)?, (person, &brought.ticket), made).await?;
    let way = crate::entry::Way { whole: true, ..INVITATION };
    enter(&ctx, &headers, (&ctx.tenant, person), way, "/").await
}
