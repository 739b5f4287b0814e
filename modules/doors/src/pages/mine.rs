//! `/me/sign-in`: the ways in that somebody has, and where they are signed in now.

use askama::Template;
use axum::extract::{Path, Query};
use serde_json::json;
use tongxin_base::{Error, Time};
use tongxin_kernel::{
    Session, TokenRow, contact, end_one, end_others, people_store, session_mark, sessions_of, tokens_of,
};
use tongxin_web::{Answer, Ctx, Form, Words, asset_url, moment, see_other, set_session};

use super::{Asked, Nothing, said, show};
use crate::actions::{Change, change};
use crate::entry::me;
use crate::factors::Factors;
use crate::oidc::Organisations;
use crate::{factors, passkeys, phone, store};

struct SessionRow {
    mark: String,
    device: String,
    how: String,
    since: String,
    seen: String,
    here: bool,
}

pub(crate) struct PasskeyRow {
    id: String,
    name: String,
    since: String,
    used: String,
}

struct Tokens {
    mark: String,
    name: String,
    scopes: String,
    since: String,
    until: String,
}

struct LinkRow {
    name: String,
    label: String,
    since: String,
    linked: bool,
}

#[derive(Template)]
#[template(path = "doors/mine.html")]
struct Mine {
    w: Words,
    csrf: String,
    said: String,
    warn: bool,
    changed: bool,
    login: String,
    has_password: bool,
    app_since: String,
    codes: i64,
    passkeys: Vec<PasskeyRow>,
    passkeys_possible: bool,
    phone: String,
    phone_possible: bool,
    mail: String,
    mail_confirmed: bool,
    links: Vec<LinkRow>,
    sessions: Vec<SessionRow>,
    tokens: Vec<Tokens>,
    script: String,
}

/// What was done, where somebody else could still be signed in by what it was before. A new password ends all others by itself.
const CHANGES: [&str; 7] =
    ["app-removed", "passkey-added", "passkey-removed", "phone-added", "phone-removed", "linked", "unlinked"];

/// A device's kind, in words.
fn device(w: &Words, kind: &str) -> String {
    let (browser, system) = kind.split_once(' ').unwrap_or(("other", "other"));
    let word = |part: &str, name: &str| {
        let key = format!("doors-{part}-{name}");
        if w.has(&key) { w.t(&key) } else { w.t(&format!("doors-{part}-other")) }
    };
    w.t2("doors-device", "browser", word("browser", browser), "system", word("system", system))
}

/// How a session began, in words.
fn how(w: &Words, how: &str) -> String {
    let key = format!("doors-how-{how}");
    if w.has(&key) { w.t(&key) } else { w.t("doors-how-password") }
}

struct Found {
    login: Option<(String, bool)>,
    factors: Factors,
    keys: Vec<store::Passkey>,
    number: Option<String>,
    contact: Option<contact::Contact>,
    confirmed: bool,
    links: Vec<(String, Time)>,
    sessions: Vec<Session>,
    tokens: Vec<TokenRow>,
}

/// `GET /me/sign-in`
pub(crate) async fn page(ctx: Ctx, Query(asked): Query<Asked>) -> Answer {
    let (id, person, now) = (ctx.tenant.id, me(&ctx)?, ctx.kernel().world().now());
    let find = move |read: &mut tongxin_db::Read<'_>| {
        let contact = contact::of(read, id, person)?;
        let mail = contact.as_ref().map(|contact| contact.email.clone()).unwrap_or_default();
        Ok(Found {
            login: people_store::login_of(read, id, person)?,
            factors: factors::Factors::of(read, id, person)?,
            keys: store::passkeys(read, id, person)?,
            number: store::phone_of(read, id, person)?.map(|(number, _)| number),
            contact,
            confirmed: store::is_confirmed(read, id, person, &mail)?,
            links: store::links(read, id, person)?,
            sessions: sessions_of(read, id, person, now)?,
            tokens: tokens_of(read, id, person)?,
        })
    };
    let found = ctx.kernel().db().read(id, find).await?;
    let when = |at: Time| moment(&ctx.words, ctx.tenant.zone(), at);
    let here = ctx.session().map(session_mark).unwrap_or_default();
    let session = |session: &Session| SessionRow {
        mark: session.mark(),
        device: device(&ctx.words, &session.device),
        how: how(&ctx.words, &session.how),
        since: when(session.created_at),
        seen: when(session.seen_at.max(session.created_at)),
        here: session.mark() == here,
    };
    let passkey = |key: &store::Passkey| PasskeyRow {
        id: key.id.to_string(),
        name: key.name.clone(),
        since: when(key.created_at),
        used: when(key.used_at),
    };
    let token = |token: &TokenRow| Tokens {
        mark: super::tokens::mark(token),
        name: token.name.clone(),
        scopes: super::tokens::scopes(&ctx.words, &token.scopes),
        since: when(token.created_at),
        until: token.expires_at.map(when).unwrap_or_default(),
    };
    let organisations = ctx.kernel().kept::<Organisations>();
    let links = organisations.all().iter().map(|one| {
        let since = found.links.iter().find(|(issuer, _)| *issuer == one.issuer).map(|(_, since)| *since);
        LinkRow {
            name: one.name.clone(),
            label: one.label.to(ctx.locale()).to_owned(),
            since: since.map(when).unwrap_or_default(),
            linked: since.is_some(),
        }
    });
    let links = links.collect();
    let mail = found.contact.as_ref().map(|contact| contact.email.clone()).unwrap_or_default();
    let (login, has_password) = found.login.clone().unwrap_or_default();
    let body = Mine {
        csrf: ctx.csrf(),
        said: said(&ctx, &asked.said),
        warn: asked.said == "second-needed",
        changed: CHANGES.contains(&asked.said.as_str()),
        login,
        has_password,
        app_since: found.factors.app_since.map(when).unwrap_or_default(),
        codes: found.factors.codes,
        passkeys: found.keys.iter().map(passkey).collect(),
        passkeys_possible: passkeys::house(&ctx).is_some(),
        phone: found.number.map(phone::shown).unwrap_or_default(),
        phone_possible: phone::is_open(ctx.kernel()),
        mail_confirmed: found.confirmed,
        mail,
        links,
        sessions: found.sessions.iter().map(session).collect(),
        tokens: found.tokens.iter().map(token).collect(),
        script: asset_url("passkeys.js"),
        w: ctx.words.clone(),
    };
    show(&ctx, "doors-mine-title", false, &body)
}

/// `POST /me/sign-in/sessions/{mark}/end`
pub(crate) async fn end(ctx: Ctx, Path(mark): Path<String>, _: Form<Nothing>) -> Answer {
    let (id, person, now) = (ctx.tenant.id, me(&ctx)?, ctx.kernel().world().now());
    let sessions = ctx.kernel().db().read(id, move |read| sessions_of(read, id, person, now)).await?;
    let session = sessions.into_iter().find(|session| session.mark() == mark).ok_or(Error::NotFound)?;
    let ended = Change { person, action: "people.end_session", payload: json!({}), notice: "" };
    change(ctx.kernel(), &ctx.tenant, ended, move |act| end_one(act.tx, id, person, &session.digest).map(drop)).await?;
    Ok(see_other("/me/sign-in?said=ended#sessions"))
}

/// `POST /me/sign-in/sessions/end-others`
pub(crate) async fn end_the_others(ctx: Ctx, _: Form<Nothing>) -> Answer {
    end_sessions(&ctx, ctx.session().map(str::to_owned)).await?;
    Ok(see_other("/me/sign-in?said=ended-others#sessions"))
}

/// `POST /me/sign-in/sessions/end-all`
pub(crate) async fn end_all(ctx: Ctx, _: Form<Nothing>) -> Answer {
    end_sessions(&ctx, None).await?;
    let mut response = see_other("/sign-in?said=ended-all");
    set_session(&ctx, &mut response, "");
    Ok(response)
}

async fn end_sessions(ctx: &Ctx, but: Option<String>) -> Result<(), Error> {
    let (id, person) = (ctx.tenant.id, me(ctx)?);
    let ended = Change { person, action: "people.end_sessions", payload: json!({}), notice: "" };
    change(ctx.kernel(), &ctx.tenant, ended, move |act| end_others(act.tx, id, person, but.as_deref()).map(drop)).await
}
