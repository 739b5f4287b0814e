//! Kept lists: a name for an address of the desk's table.

use axum::extract::Path;
use serde::Deserialize;
use tongxin_base::{Error, Result};
use tongxin_web::{Answer, Ctx, Form, see_other};

use super::together::back_to;
use crate::actions::saved::{self, MOST};
use crate::store::saved::{Saved, all};

/// The lists that the reader keeps.
pub(super) async fn mine(ctx: &Ctx) -> Result<Vec<Saved>> {
    let Some(me) = ctx.who.person().map(|person| person.id) else { return Ok(Vec::new()) };
    let tenant = ctx.tenant.id;
    ctx.kernel().db().read(tenant, move |read| all(read, tenant, me, MOST)).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    name: String,
    back: String,
}

/// `POST /desk/lists`.
pub(super) async fn keep(ctx: Ctx, form: Form<Kept>) -> Answer {
    let back = back_to(&form.fields.back);
    let query = back.split_once('?').map(|(_, query)| query).unwrap_or_default();
    saved::keep_list(ctx.kernel(), ctx.call(&[])?, &form.fields.name, query).await?;
    Ok(see_other(&back))
}

/// `POST /desk/lists/{id}/drop`.
pub(super) async fn drop(ctx: Ctx, Path(id): Path<String>, form: Form<Kept>) -> Answer {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    saved::drop_list(ctx.kernel(), ctx.call(&[])?, id).await?;
    Ok(see_other(&back_to(&form.fields.back)))
}
