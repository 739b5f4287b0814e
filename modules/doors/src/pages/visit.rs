//! Going to an organisation and coming back: to sign in, to link an account, to use an invitation.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;
use tongxin_base::{Error, TenantId};
use tongxin_kernel::{PersonId, Tenant, people_store, use_up};
use tongxin_web::{Answer, Ctx, Face, Form, Page, Words, cookie, own_path, see_other, set_cookie};

use super::{Asked, Nothing};
use crate::actions::{Change, change};
use crate::entry::{INVITATION, ORGANISATION, enter, fresh};
use crate::oidc::{Organisations, Provider, Purpose, Said, Visit, state_of};
use crate::{store, ticket};

/// The cookie of a visit: who comes back must be who went.
const COOKIE: &str = "tongxin_visit";
/// The cookie that names the organisation by which this browser came in.
const CAME_BY: &str = "tongxin_organisation";
/// It is kept as long as a session may be.
const SESSION_SECONDS: u32 = 12 * 3600;

async fn send(ctx: &Ctx, name: &str, purpose: Purpose, (person, back): (Option<PersonId>, &str)) -> Answer {
    let kernel = ctx.kernel();
    let organisations = kernel.kept::<Organisations>();
    let provider = Provider::find(kernel, organisations.named(name)?, &ctx.origin).await?;
    let visit = provider.send(purpose, own_path(back).to_owned());
    let token = ticket::issue(kernel, &ctx.tenant, ticket::VISIT, person, &visit).await?;
    let mut response = see_other(&provider.address(&visit, state_of(kernel, &token))?);
    set_cookie(ctx.app.https(), &mut response, COOKIE, &token, 600);
    Ok(response)
}

/// `GET /sign-in/with/{name}`
pub(crate) async fn go(ctx: Ctx, headers: HeaderMap, Path(name): Path<String>, Query(asked): Query<Asked>) -> Answer {
    // Another site's page signs nobody in: whoever is sent here by one sees the door, and chooses.
    if headers.get("sec-fetch-site").is_some_and(|from| from == "cross-site") {
        return Ok(see_other(&format!("/sign-in?back={}", tongxin_web::url_escape(own_path(&asked.back)))));
    }
    send(&ctx, &name, Purpose::SignIn, (None, &asked.back)).await
}

/// `GET /me/sign-in/link/{name}`: a link, since a form may lead to ourselves alone.
pub(crate) async fn go_to_link(ctx: Ctx, Path(name): Path<String>) -> Answer {
    match fresh(&ctx, &format!("/me/sign-in/link/{name}")).await? {
        Ok(person) => send(&ctx, &name, Purpose::Link, (Some(person), "/me/sign-in?said=linked")).await,
        Err(again) => Ok(again),
    }
}

/// `GET /welcome/{token}/with/{name}`
pub(crate) async fn go_invited(ctx: Ctx, Path((token, name)): Path<(String, String)>) -> Answer {
    let invited = ctx.kernel().invited(ctx.tenant.id, &token).await?.ok_or(Error::NotFound)?;
    send(&ctx, &name, Purpose::Invitation(token), (Some(invited.person), "/")).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Brought {
    code: String,
    state: String,
    error: String,
    /// Who answers, where it says so (RFC 9207).
    iss: String,
}

#[derive(Template)]
#[template(path = "doors/visit.html")]
struct VisitPage {
    w: Words,
    title: String,
    words: String,
}

/// It did not come to a session: why, and the ways there are.
fn stranded(ctx: &Ctx, key: &str, status: StatusCode) -> Answer {
    let title = ctx.words.t(&format!("{key}-title"));
    let body = VisitPage { w: ctx.words.clone(), title: title.clone(), words: ctx.words.t(key) };
    Page::new(Face::Street, title).failed(status).show(ctx, &body)
}

/// `GET /sign-in/back/{name}`
pub(crate) async fn back(
    ctx: Ctx,
    headers: HeaderMap,
    Path(name): Path<String>,
    Query(brought): Query<Brought>,
) -> Answer {
    let kernel = ctx.kernel();
    let token = cookie(ctx.app.https(), &headers, COOKIE).unwrap_or_default();
    let tenant = ticket::house(kernel, &token, &ctx.tenant);
    // Derived anew and compared as codes of one length: nothing is learned from how long that takes.
    let ours = !token.is_empty()
        && kernel.secret().derive(&[b"state", brought.state.as_bytes()])
            == kernel.secret().derive(&[b"state", state_of(kernel, &token).as_bytes()]);
    if !ours {
        return stranded(&ctx, "doors-visit-lost", StatusCode::UNPROCESSABLE_ENTITY);
    }
    let taken = ticket::take::<Visit>(kernel, &tenant, ticket::VISIT, &token).await?;
    let Some((person, visit)) = taken.filter(|(_, visit)| visit.name == name) else {
        return stranded(&ctx, "doors-visit-lost", StatusCode::UNPROCESSABLE_ENTITY);
    };
    if !brought.error.is_empty() || brought.code.is_empty() {
        return stranded(&ctx, "doors-visit-declined", StatusCode::UNPROCESSABLE_ENTITY);
    }
    let organisations = kernel.kept::<Organisations>();
    let one = organisations.named(&name)?;
    // Another organisation's answer, handed to this one: the code is not shown to anybody.
    if !brought.iss.is_empty() && brought.iss != one.issuer {
        return stranded(&ctx, "doors-visit-lost", StatusCode::UNPROCESSABLE_ENTITY);
    }
    let provider = Provider::find(kernel, one, &ctx.origin).await?;
    let said = provider.said(&visit, brought.code).await?;
    let mut answer = match (&visit.purpose, person) {
        (Purpose::SignIn, _) => {
            signed_in(&ctx, &headers, &said, &visit).await.map(|answer| came_by(&ctx, answer, &name))
        }
        (Purpose::Link, Some(person)) => linked(&ctx, &tenant, person, &said, &visit).await,
        (Purpose::Invitation(invitation), Some(person)) => {
            let inside = invited(&ctx, &headers, (&tenant, person, invitation), &said).await;
            inside.map(|answer| came_by(&ctx, answer, &name))
        }
        _ => stranded(&ctx, "doors-visit-lost", StatusCode::UNPROCESSABLE_ENTITY),
    }?;
    set_cookie(ctx.app.https(), &mut answer, COOKIE, "", 0);
    Ok(answer)
}

/// Who was linked before; else who has the login that the organisation names, where the operator takes its word.
async fn whom(ctx: &Ctx, said: &Said) -> Result<Option<(Arc<Tenant>, PersonId)>, Error> {
    let kernel = ctx.kernel();
    for tenant in kernel.tenants() {
        let (id, said) = (tenant.id, said.clone());
        let found = move |read: &mut tongxin_db::Read<'_>| store::by_link(read, id, (&said.issuer, &said.subject));
        if let Some(person) = kernel.db().read(id, found).await? {
            return Ok(Some((tenant, person)));
        }
    }
    let Some(login) = said.login.clone() else { return Ok(None) };
    let whose = kernel.db().read(TenantId(0), move |read| people_store::whose_login(read, &login)).await?;
    let Some((tenant, person)) = whose.and_then(|(id, person)| Some((kernel.tenant(id)?, person))) else {
        return Ok(None);
    };
    link(ctx, &tenant, person, (said, None)).await?;
    Ok(Some((tenant, person)))
}

/// This browser is signed in at the organisation too: who signs out here is told.
fn came_by(ctx: &Ctx, mut answer: Response, name: &str) -> Response {
    set_cookie(ctx.app.https(), &mut answer, CAME_BY, name, SESSION_SECONDS);
    answer
}

/// The organisation by which this browser came in, where it is still one of ours.
pub(crate) fn organisation_of(ctx: &Ctx, headers: &HeaderMap) -> Option<String> {
    let name = cookie(ctx.app.https(), headers, CAME_BY)?;
    ctx.kernel().kept::<Organisations>().named(&name).is_ok().then_some(name)
}

#[derive(Template)]
#[template(path = "doors/out.html")]
struct OutPage {
    w: Words,
    name: String,
    href: Option<String>,
}

/// `GET /sign-in/out/{name}`: a session that came by an organisation ended here. A link leads on, since a form may lead to
/// ourselves alone; where to is the organisation's word, never the reader's.
pub(crate) async fn out(ctx: Ctx, Path(name): Path<String>) -> Answer {
    let organisations = ctx.kernel().kept::<Organisations>();
    let one = organisations.named(&name)?;
    // An organisation that is away is no reason to say less: one can close the browser.
    let provider = Provider::find(ctx.kernel(), one, &ctx.origin).await.ok();
    let href = provider.and_then(|provider| provider.way_out(&ctx.origin));
    let name = one.label.to(ctx.locale()).to_owned();
    let mut page = super::show(&ctx, "doors-out-title", false, &OutPage { w: ctx.words.clone(), name, href })?;
    set_cookie(ctx.app.https(), &mut page, CAME_BY, "", 0);
    Ok(page)
}

async fn signed_in(ctx: &Ctx, headers: &HeaderMap, said: &Said, visit: &Visit) -> Answer {
    match whom(ctx, said).await? {
        Some((tenant, person)) => enter(ctx, headers, (&tenant, person), ORGANISATION, &visit.back).await,
        None => stranded(ctx, "doors-visit-unknown", StatusCode::FORBIDDEN),
    }
}

/// Links somebody with what an organisation calls them; where that answers an invitation, it is used up in the same write.
///
/// # Errors
/// `Conflict` where that is linked with somebody already, `NotFound` where the invitation is good no more.
async fn link(
    ctx: &Ctx,
    tenant: &Arc<Tenant>,
    person: PersonId,
    (said, invitation): (&Said, Option<&str>),
) -> Result<(), Error> {
    let (id, said, invitation) = (tenant.id, said.clone(), invitation.map(str::to_owned));
    let payload = json!({"issuer": said.issuer});
    let linked = Change { person, action: "doors.link", payload, notice: "doors-notice-linked" };
    change(ctx.kernel(), tenant, linked, move |act| {
        let now = act.call.now;
        if let Some(token) = &invitation {
            use_up(act, person, token, None)?;
        }
        if store::add_link(act.tx, id, person, (&said.issuer, &said.subject), now)? {
            return Ok(());
        }
        match store::by_link(act.tx, id, (&said.issuer, &said.subject))? {
            Some(whose) if whose == person => Ok(()),
            _ => Err(Error::conflict("doors-link-taken")),
        }
    })
    .await
}

async fn linked(ctx: &Ctx, tenant: &Arc<Tenant>, person: PersonId, said: &Said, visit: &Visit) -> Answer {
    // Who comes back must still be who went: another may have signed in here meanwhile.
    if ctx.who.person().map(|who| who.id) != Some(person) {
        return stranded(ctx, "doors-visit-lost", StatusCode::UNPROCESSABLE_ENTITY);
    }
    link(ctx, tenant, person, (said, None)).await?;
    Ok(see_other(&visit.back))
}

async fn invited(
    ctx: &Ctx,
    headers: &HeaderMap,
    (tenant, person, invitation): (&Arc<Tenant>, PersonId, &str),
    said: &Said,
) -> Answer {
    match link(ctx, tenant, person, (said, Some(invitation))).await {
        Ok(()) => {}
        Err(Error::NotFound) => return stranded(ctx, "doors-visit-lost", StatusCode::GONE),
        Err(error) => return Err(error.into()),
    }
    let way = crate::entry::Way { whole: true, ..INVITATION };
    enter(ctx, headers, (tenant, person), way, "/").await
}

/// `POST /me/sign-in/unlink/{name}`
pub(crate) async fn unlink(ctx: Ctx, Path(name): Path<String>, _: Form<Nothing>) -> Answer {
    let person = match fresh(&ctx, "/me/sign-in").await? {
        Ok(person) => person,
        Err(again) => return Ok(again),
    };
    let organisations = ctx.kernel().kept::<Organisations>();
    let issuer = organisations.named(&name)?.issuer.clone();
    let id = ctx.tenant.id;
    let payload = json!({"issuer": issuer});
    let gone = Change { person, action: "doors.unlink", payload, notice: "doors-notice-unlinked" };
    change(ctx.kernel(), &ctx.tenant, gone, move |act| store::drop_link(act.tx, id, person, &issuer).map(drop)).await?;
    Ok(see_other("/me/sign-in?said=unlinked"))
}
