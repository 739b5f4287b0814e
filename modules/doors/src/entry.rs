//! Going in: whatever way somebody showed who they are, it ends here, in a second step, in a session, or in being led to
//! what is still missing.

use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Result};
use tongxin_kernel::{NewSession, PersonId, Tenant, Who};
use tongxin_web::{Answer, Ctx, cookie, own_path, see_other, set_cookie, set_session};

use std::sync::Arc;

use crate::device;
use crate::factors::{Factors, wanted};
use crate::ticket;

/// The cookie between the first step and the second.
pub const STEP_COOKIE: &str = "tongxin_step";
/// What a session may be used for while its person still has to set up a second factor.
const HALF: &str = "doors.mine";
/// A session this old does not change how one signs in: whoever came to an open desk is asked again.
pub const FRESH: std::time::Duration = std::time::Duration::from_secs(15 * 60);

/// How somebody showed who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// The word in the list of sessions and in the journal.
    pub how: &'static str,
    /// Whether it was two factors at once, or somebody else answers for it.
    pub whole: bool,
}

/// A password.
pub const PASSWORD: Way = Way { how: "password", whole: false };
/// A password, and a code.
pub const CODE: Way = Way { how: "code", whole: true };
/// A password, and a recovery code.
pub const PAPER: Way = Way { how: "paper", whole: true };
/// A passkey, with its person's finger, face or PIN.
pub const PASSKEY: Way = Way { how: "passkey", whole: true };
/// An organisation, which asks for what it wants.
pub const ORGANISATION: Way = Way { how: "organisation", whole: true };
/// A code on a telephone.
pub const PHONE: Way = Way { how: "phone", whole: false };
/// An invitation.
pub const INVITATION: Way = Way { how: "invitation", whole: false };

/// What is kept between the first step and the second.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Step {
    /// Where the reader wanted to go.
    pub back: String,
    /// Wrong codes so far.
    pub wrong: u32,
}

/// Lets somebody in who showed who they are, or leads them to the second step.
///
/// # Errors
/// As `Db::write`.
pub async fn enter(
    ctx: &Ctx,
    headers: &HeaderMap,
    (tenant, person): (&Arc<Tenant>, PersonId),
    way: Way,
    back: &str,
) -> Answer {
    let (id, kernel) = (tenant.id, ctx.kernel());
    let factors = kernel.db().read(id, move |read| Factors::of(read, id, person)).await?;
    let roles = kernel.person(id, person).await?.posts.iter().map(|post| post.role).collect::<Vec<_>>();
    let wanted = wanted(tenant, roles);
    if !way.whole && factors.asks(wanted) {
        let step = Step { back: own_path(back).to_owned(), wrong: 0 };
        let token = ticket::issue(kernel, tenant, ticket::SECOND, Some(person), &step).await?;
        let mut response = see_other("/sign-in/second");
        set_cookie(ctx.app.https(), &mut response, STEP_COOKIE, &token, 600);
        return Ok(response);
    }
    let half = wanted && !way.whole;
    let session = open(ctx, headers, (tenant, person), way, if half { HALF } else { "*" }).await?;
    let who = kernel.by_session(id, &session).await?;
    let to = match own_path(back) {
        _ if half => "/me/sign-in?said=second-needed",
        // An administrator begins where a new house is furnished.
        "/" if way == INVITATION && kernel.access().anywhere(&who, "admin.open") => "/admin",
        back => back,
    };
    let mut response = see_other(to);
    kept(ctx, headers, &mut response, (&session, person));
    Ok(response)
}

async fn open(
    ctx: &Ctx,
    headers: &HeaderMap,
    (tenant, person): (&Arc<Tenant>, PersonId),
    way: Way,
    scopes: &'static str,
) -> Result<String> {
    // A session that was there before goes: its secret may be known to somebody else.
    let instead = ctx.session().map(str::to_owned);
    let new = NewSession { how: way.how, device: device::kind(headers), scopes, instead };
    ctx.kernel().open_session(tenant, person, new).await
}

/// Gives the reader their session and their device its mark.
fn kept(ctx: &Ctx, headers: &HeaderMap, response: &mut Response, (session, person): (&str, PersonId)) {
    set_session(ctx, response, session);
    set_cookie(ctx.app.https(), response, STEP_COOKIE, "", 0);
    let mark = device::mark(ctx.kernel(), cookie(ctx.app.https(), headers, device::COOKIE).as_deref(), person);
    set_cookie(ctx.app.https(), response, device::COOKIE, &mark, device::KEPT_SECONDS);
}

/// The reader, where they signed in a moment ago; else they are led to do so once more and come back.
///
/// # Errors
/// `Unauthenticated` where nobody is signed in.
pub async fn fresh(ctx: &Ctx, back: &str) -> Result<std::result::Result<PersonId, Response>> {
    let person = me(ctx)?;
    let (id, now) = (ctx.tenant.id, ctx.kernel().world().now());
    let sessions = move |read: &mut tongxin_db::Read<'_>| tongxin_kernel::sessions_of(read, id, person, now);
    let sessions = ctx.kernel().db().read(id, sessions).await?;
    let mark = ctx.session().map(tongxin_kernel::session_mark).unwrap_or_default();
    let born = sessions.iter().find(|session| session.mark() == mark).map(|session| session.created_at);
    Ok(match born {
        Some(born) if born + FRESH > now => Ok(person),
        _ => Err(see_other(&format!("/sign-in?again=yes&back={}", tongxin_web::url_escape(back)))),
    })
}

/// Who is signed in.
///
/// # Errors
/// `Unauthenticated` where nobody is.
pub fn me(ctx: &Ctx) -> Result<PersonId> {
    match &ctx.who {
        Who::Person(person) => Ok(person.id),
        _ => Err(Error::Unauthenticated),
    }
}

/// A session goes on under another secret after a second factor came, and is whole now. Answers the request with it, for the
/// page that is shown, and gives it to the reader by `keep`.
///
/// # Errors
/// As `Db::write`.
pub async fn made_whole(ctx: &Ctx) -> Result<Ctx> {
    let Some(old) = ctx.session().map(str::to_owned) else { return Ok(ctx.clone()) };
    let (id, new) = (ctx.tenant.id, ctx.kernel().secret_for(&ctx.tenant));
    let kept = new.clone();
    let renew = move |tx: &mut tongxin_db::Tx<'_>| tongxin_kernel::renew_session(tx, id, (&old, &kept), "*");
    ctx.kernel().db().write(id, "doors.renew", renew).await?;
    Ok(ctx.renewed(&new))
}

/// Gives the reader the secret that their session has by now.
pub fn keep(ctx: &Ctx, response: &mut Response) {
    set_session(ctx, response, ctx.session().unwrap_or_default());
}
