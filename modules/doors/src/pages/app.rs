//! `/me/sign-in/app`: an app that shows codes is set up by a picture or a key, and proves itself by a code before it counts.

use askama::Template;
use qrcode::QrCode;
use qrcode::render::svg;
use serde::{Deserialize, Serialize};
use tongxin_base::Error;
use tongxin_kernel::people_store;
use tongxin_web::{Answer, Ctx, Form, FormErrors, Words, see_other};

use super::{Nothing, one_wrong, show};
use crate::entry::{fresh, keep, made_whole, me};
use crate::throttle::{Throttle, Try};
use crate::{factors, ticket};

/// What is kept until the app has shown its first code.
#[derive(Serialize, Deserialize)]
struct NewApp {
    secret: Vec<u8>,
}

#[derive(Template)]
#[template(path = "doors/app.html")]
struct AppPage {
    w: Words,
    csrf: String,
    ticket: String,
    picture: String,
    key: String,
    link: String,
    errors: FormErrors,
}

#[derive(Template)]
#[template(path = "doors/codes.html")]
struct CodesPage {
    w: Words,
    codes: Vec<String>,
}

async fn page_of(ctx: &Ctx, (token, secret): (String, Vec<u8>), errors: FormErrors) -> Answer {
    let (id, person) = (ctx.tenant.id, me(ctx)?);
    let login = ctx.kernel().db().read(id, move |read| people_store::login_of(read, id, person)).await?;
    let account = login.map_or_else(|| "tongxin".to_owned(), |(login, _)| login);
    let app = factors::generator(&secret, &ctx.words.t("shell-name"), &account)?;
    let link = app.to_url().map_err(|error| Error::internal(format!("{error:?}")))?;
    let picture = QrCode::new(link.as_bytes()).map_err(Error::internal)?;
    let picture = picture.render::<svg::Color<'_>>().min_dimensions(220, 220).build();
    let key = app.secret().to_base32();
    let groups: Vec<&str> =
        (0..key.len().div_ceil(4)).filter_map(|i| key.get(4 * i..(4 * i + 4).min(key.len()))).collect();
    let body = AppPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        ticket: token,
        // The shell is HTML: what declares a document of its own is left out.
        picture: picture.split_once("?>").map_or(picture.clone(), |(_, svg)| svg.to_owned()),
        key: groups.join(" "),
        link,
        errors,
    };
    show(ctx, "doors-app-title", !body.errors.is_empty(), &body)
}

/// `GET /me/sign-in/app`
pub(crate) async fn page(ctx: Ctx) -> Answer {
    let person = match fresh(&ctx, "/me/sign-in/app").await? {
        Ok(person) => person,
        Err(again) => return Ok(again),
    };
    let secret = ctx.kernel().world().bytes::<{ factors::SECRET_BYTES }>().to_vec();
    let new = NewApp { secret: secret.clone() };
    let token = ticket::issue(ctx.kernel(), &ctx.tenant, ticket::NEW_APP, Some(person), &new).await?;
    page_of(&ctx, (token, secret), FormErrors::default()).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Confirm {
    ticket: String,
    code: String,
}

/// `POST /me/sign-in/app`
pub(crate) async fn confirm(ctx: Ctx, form: Form<Confirm>) -> Answer {
    let (kernel, person) = (ctx.kernel(), me(&ctx)?);
    let Confirm { ticket: token, code } = form.fields;
    let found = ticket::look::<NewApp>(kernel, &ctx.tenant, ticket::NEW_APP, &token).await?;
    let Some(new) = found.filter(|(whose, _)| *whose == Some(person)).map(|(_, new)| new) else {
        return Ok(see_other("/me/sign-in/app"));
    };
    let throttle = kernel.kept::<Throttle>();
    let attempt = Try::new(kernel.secret(), &format!("app {person}"), &ctx.caller.bytes(), None);
    throttle.check(&attempt, kernel.world().now())?;
    let Some(step) = factors::step_of(&new.secret, &code, kernel.world().now())? else {
        throttle.wrong(&attempt, kernel.world().now());
        return page_of(&ctx, (token, new.secret), one_wrong(&ctx, "code", "doors-app-code-wrong")?).await;
    };
    if ticket::take::<NewApp>(kernel, &ctx.tenant, ticket::NEW_APP, &token).await?.is_none() {
        return Ok(see_other("/me/sign-in"));
    }
    let codes = factors::keep_app(kernel, &ctx.tenant, person, (&new.secret, step)).await?;
    let ctx = made_whole(&ctx).await?;
    let mut response = codes_page(&ctx, codes)?;
    keep(&ctx, &mut response);
    Ok(response)
}

fn codes_page(ctx: &Ctx, codes: Vec<String>) -> Answer {
    show(ctx, "doors-codes-title", false, &CodesPage { w: ctx.words.clone(), codes })
}

/// `POST /me/sign-in/app/remove`
pub(crate) async fn remove(ctx: Ctx, _: Form<Nothing>) -> Answer {
    match fresh(&ctx, "/me/sign-in").await? {
        Ok(person) => factors::drop_app(ctx.kernel(), &ctx.tenant, person).await?,
        Err(again) => return Ok(again),
    }
    Ok(see_other("/me/sign-in?said=app-removed"))
}

/// `POST /me/sign-in/codes`
pub(crate) async fn new_codes(ctx: Ctx, _: Form<Nothing>) -> Answer {
    match fresh(&ctx, "/me/sign-in").await? {
        Ok(person) => codes_page(&ctx, factors::new_codes(ctx.kernel(), &ctx.tenant, person).await?),
        Err(again) => Ok(again),
    }
}
