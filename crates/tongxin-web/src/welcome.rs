//! Where an invitation's link leads: whoever was given a login chooses its password and is in. And what an administrator is
//! told to do next in a house that is still empty.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::Deserialize;
use tongxin_base::Error;
use tongxin_kernel::{Level, SHORTEST_PASSWORD, people_store};

use crate::ctx::Ctx;
use crate::failure::Answer;
use crate::form::{Form, FormErrors};
use crate::module::Face;
use crate::page::{Page, see_other};
use crate::routes::{Gate, Routes};
use crate::standing::set_session;
use crate::words::Words;

pub(crate) fn routes() -> Routes {
    Routes::new().get(Gate::Public, "/welcome/{token}", page).post(Gate::Public, "/welcome/{token}", accept)
}

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome {
    w: Words,
    csrf: String,
    path: String,
    place: String,
    name: String,
    login: String,
    shortest: usize,
    errors: FormErrors,
}

#[derive(Template)]
#[template(path = "welcome_over.html")]
struct Over {
    w: Words,
}

async fn page(ctx: Ctx, Path(token): Path<String>) -> Answer {
    show(&ctx, &token, FormErrors::default()).await
}

async fn show(ctx: &Ctx, token: &str, errors: FormErrors) -> Answer {
    let Some(invited) = ctx.kernel().invited(ctx.tenant.id, token).await? else {
        return over(ctx);
    };
    let wrong = !errors.is_empty();
    let body = Welcome {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        path: ctx.path.split('?').next().unwrap_or_default().to_owned(),
        place: ctx.tenant.name.to(ctx.locale()).to_owned(),
        name: invited.name,
        login: invited.login,
        shortest: SHORTEST_PASSWORD,
        errors,
    };
    let page = Page::new(Face::Street, ctx.words.t("welcome-title"));
    if wrong { page.failed(StatusCode::UNPROCESSABLE_ENTITY) } else { page }.show(ctx, &body)
}

/// The link opens nothing: it was used, has run out, or was not copied whole.
fn over(ctx: &Ctx) -> Answer {
    let body = Over { w: ctx.words.clone() };
    let page = Page::new(Face::Street, ctx.words.t("welcome-over-title"));
    page.with_status(StatusCode::GONE).show(ctx, &body)
}

#[derive(Deserialize)]
struct Chosen {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

async fn accept(ctx: Ctx, Path(token): Path<String>, form: Form<Chosen>) -> Answer {
    let Chosen { password, again } = form.fields;
    let used = if password == again {
        ctx.kernel().accept_invitation(&ctx.tenant, &token, &password).await
    } else {
        Err(Error::field("again", "welcome-not-the-same"))
    };
    match used {
        Ok(session) => {
            let who = ctx.kernel().by_session(ctx.tenant.id, &session).await?;
            let desk = ctx.kernel().access().anywhere(&who, "admin.open");
            let mut response = see_other(if desk { "/admin" } else { "/" });
            set_session(&ctx, &mut response, &session);
            Ok(response)
        }
        Err(Error::NotFound) => over(&ctx),
        Err(error) => {
            let errors = FormErrors::take(&ctx.words, error)?;
            show(&ctx, &token, errors).await
        }
    }
}

/// One thing to do in a new house.
pub(crate) struct Step {
    pub done: bool,
    pub title: String,
    pub words: String,
    /// How to do it by the command line; empty where it is done on a page.
    pub command: &'static str,
    /// Where to do it; empty where it is done by the command line.
    pub href: &'static str,
}

/// What an administrator still has to do; nothing once communities, people and sites are there.
pub(crate) async fn next_steps(ctx: &Ctx) -> Result<Vec<Step>, Error> {
    let (id, now, kernel) = (ctx.tenant.id, ctx.kernel().world().now(), ctx.kernel().clone());
    let units = ctx.kernel().units(id)?;
    let find = move |read: &mut tongxin_db::Read<'_>| {
        let people = people_store::logins(read, id)?.len() > 1;
        Ok((people, !kernel.places(read, id)?.is_empty()))
    };
    let (people, sites) = ctx.kernel().db().read(id, find).await?;
    let communities = units.iter().any(|unit| unit.level == Level::Community);
    if communities && people && sites {
        return Ok(Vec::new());
    }
    let holidays = ctx.tenant.calendar.covers(now.in_zone(ctx.tenant.zone()).year());
    let step = |name: &str, done, command, href| Step {
        done,
        title: ctx.words.t(&format!("next-{name}")),
        words: ctx.words.t(&format!("next-{name}-words")),
        command,
        href,
    };
    Ok(vec![
        step("units", communities, "tongxin import units FILE", ""),
        step("people", people, "tongxin import people FILE --links LINKS.csv", ""),
        step("sites", sites, "", ""),
        step("holidays", holidays, "", "/admin/calendar"),
        step("signs", false, "", ""),
    ])
}
