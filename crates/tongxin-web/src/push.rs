//! Notices in the browser one sits before: asked for by a button, kept until one signs out, taken back at any time.

use askama::Template;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::json;
use tongxin_base::{Error, Result};
use tongxin_kernel::push::{self, Subscription};
use tongxin_kernel::{Act, BY_PUSH, Facts, PersonId, ReadOrNot, Subject, give_consent, withdraw_consent};

use crate::assets;
use crate::ctx::Ctx;
use crate::failure::Answer;
use crate::form::Form;
use crate::page::see_other;
use crate::words::Words;

/// The longest address of a browser that is taken, in bytes; those in use have a quarter of it.
const LONGEST: usize = 1000;
/// A point of the curve, and the secret beside it.
const POINT: usize = 65;
const SECRET: usize = 16;

#[derive(Template)]
#[template(path = "push.html")]
struct Section {
    w: Words,
    csrf: String,
    script: String,
    key: String,
    /// How many browsers are told now.
    told: usize,
}

/// The part of one's own page; empty in a house that tells no browser.
pub(crate) async fn section(ctx: &Ctx) -> Result<String> {
    let Some(pusher) = ctx.kernel().pusher() else { return Ok(String::new()) };
    let (tenant, person) = (ctx.tenant.id, me(ctx)?);
    let told = ctx.kernel().db().read(tenant, move |read| push::of(read, tenant, person)).await?.len();
    let (w, csrf, script) = (ctx.words.clone(), ctx.csrf(), assets::url("push.js"));
    Section { w, csrf, script, key: pusher.key(), told }.render().map_err(Error::internal)
}

fn me(ctx: &Ctx) -> Result<PersonId> {
    ctx.who.person().map(|person| person.id).ok_or(Error::Unauthenticated)
}

/// What a browser says of itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Browser {
    endpoint: String,
    p256dh: String,
    auth: String,
    /// That it was told before, and its person is here again.
    renew: String,
}

impl Browser {
    /// Whether it can be one. Who it leads to is looked at when somebody is sent there.
    fn check(&self) -> Result<()> {
        let wrong = || Err(Error::field("endpoint", "push-no-browser"));
        let Ok(uri) = self.endpoint.parse::<Uri>() else { return wrong() };
        // Unencrypted only to this machine, where the gate sends nobody whom the operator did not allow it.
        let encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => matches!(uri.host(), Some("127.0.0.1" | "localhost")),
            _ => false,
        };
        let long = |text: &str, bytes: usize| {
            URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).is_ok_and(|found| found.len() == bytes)
        };
        let keys = !self.renew.is_empty() || (long(&self.p256dh, POINT) && long(&self.auth, SECRET));
        if !encrypted || self.endpoint.len() > LONGEST || uri.host().is_none_or(str::is_empty) || !keys {
            return wrong();
        }
        Ok(())
    }
}

fn said(kept: bool) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], axum::Json(json!({ "kept": kept }))).into_response()
}

/// `POST /me/push`: this browser wants to be told; or its person is here again. Answers whether it is theirs.
pub(crate) async fn keep(ctx: Ctx, form: Form<Browser>) -> Answer {
    let browser = form.fields;
    browser.check()?;
    let Some(session) = ctx.session.clone().filter(|_| ctx.kernel().pusher().is_some()) else {
        return Err(Error::NotFound.into());
    };
    let (tenant, person, now, locale) = (ctx.tenant.id, me(&ctx)?, ctx.kernel().world().now(), ctx.locale());
    if !browser.renew.is_empty() {
        let renew = move |tx: &mut tongxin_db::Tx<'_>| {
            push::renew(tx, tenant, (person, &session), &browser.endpoint, (locale, now))
        };
        return Ok(said(ctx.kernel().db().write(tenant, "push.renew", renew).await?));
    }
    let keys = (browser.p256dh.as_str(), browser.auth.as_str());
    let new = Subscription::new(ctx.kernel().world().id(), &browser.endpoint, keys, locale, now);
    let keep = move |act: &mut Act<'_, '_>| {
        let facts = Facts { own: true, ..Facts::default() };
        act.kernel.access().require(&act.call.who, "people.me", ReadOrNot::Known, &facts)?;
        give_consent(act, person, BY_PUSH)?;
        push::put(act.tx, tenant, (person, &session), &new, now)?;
        act.journal("people.push", &Subject::new("person", person), json!({"set": true}), None)
    };
    ctx.kernel().act(ctx.call(&[])?, "people.push", keep).await?;
    Ok(said(true))
}

/// `POST /me/push/stop`: one browser, or none of them any more.
pub(crate) async fn stop(ctx: Ctx, form: Form<Browser>) -> Answer {
    let (tenant, person, endpoint) = (ctx.tenant.id, me(&ctx)?, form.fields.endpoint);
    let stop = move |act: &mut Act<'_, '_>| {
        let facts = Facts { own: true, ..Facts::default() };
        act.kernel.access().require(&act.call.who, "people.me", ReadOrNot::Known, &facts)?;
        let one = Some(endpoint.as_str()).filter(|endpoint| !endpoint.is_empty());
        push::stop(act.tx, tenant, person, one)?;
        if push::of(act.tx, tenant, person)?.is_empty() {
            // Nothing is held for it any more, so the word that allowed it is taken back too.
            let agreement = act.kernel.agreements().find(|one| one.name == BY_PUSH).copied();
            agreement.iter().try_for_each(|agreement| withdraw_consent(act, person, agreement))?;
        }
        act.journal("people.push", &Subject::new("person", person), json!({"set": false}), None)
    };
    ctx.kernel().act(ctx.call(&[])?, "people.push", stop).await?;
    Ok(if ctx.json { said(false) } else { see_other("/me#push") })
}
