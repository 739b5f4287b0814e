//! The pages of this room. Thin: they show what the store reads and call the actions.

use askama::Template;
use axum::http::StatusCode;
use tongxin_web::{Answer, Choice, Ctx, Face, Form, FormErrors, Page, Words, see_other};

use crate::actions;
use crate::domain::{Draft, Item};
use crate::store;

/// Items on the page.
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "skeleton/list.html")]
struct ListPage {
    w: Words,
    csrf: String,
    once: String,
    items: Vec<Item>,
    units: Vec<Choice>,
    draft: Draft,
    errors: FormErrors,
}

/// `GET /desk/skeleton`.
pub(crate) async fn list(ctx: Ctx) -> Answer {
    show(&ctx, Draft::default(), FormErrors::default()).await
}

async fn show(ctx: &Ctx, draft: Draft, errors: FormErrors) -> Answer {
    let tenant = ctx.tenant.id;
    let scope = ctx.kernel().access().scope(&ctx.who, "skeleton.list")?;
    let items = ctx.kernel().db().read(tenant, move |read| store::list(read, tenant, &scope, SHOWN)).await?;
    let units = ctx.kernel().units(tenant)?;
    let choice = |unit: &tongxin_kernel::Unit| Choice {
        value: unit.code.clone(),
        label: unit.name.to(ctx.locale()).to_owned(),
        chosen: unit.code == draft.unit,
        ..Choice::default()
    };
    let failed = !errors.is_empty();
    let body = ListPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        once: ctx.kernel().world().secret(),
        items,
        units: units.iter().map(choice).collect(),
        draft,
        errors,
    };
    let page = Page::new(Face::Desk, ctx.words.t("skeleton-title"));
    let page = if failed { page.failed(StatusCode::UNPROCESSABLE_ENTITY) } else { page };
    page.show(ctx, &body)
}

/// `POST /desk/skeleton`.
pub(crate) async fn add(ctx: Ctx, form: Form<Draft>) -> Answer {
    match actions::add_item(ctx.kernel(), ctx.call_once(&form.once)?, &form.fields).await {
        Ok(_) => Ok(see_other("/desk/skeleton")),
        Err(error) => {
            let errors = FormErrors::take_named(&ctx.words, error, "skeleton-field-")?;
            show(&ctx, form.fields, errors).await
        }
    }
}
