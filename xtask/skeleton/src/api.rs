//! The JSON API of this room, for programs.

use axum::Json;
use serde::{Deserialize, Serialize};
use tongxin_web::{Answer, Ctx, Items, Problem};
use utoipa::ToSchema;

use crate::store;

/// Items in one answer.
const PAGE: i64 = 100;

/// An item.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = SkeletonItem)]
pub(crate) struct ItemView {
    /// Its id.
    pub id: String,
    /// What it says.
    pub title: String,
    /// When it was added.
    pub created_at: String,
}

/// List items
///
/// The newest hundred in the units the caller looks after.
#[utoipa::path(get, path = "/api/v1/skeleton", tag = "skeleton", responses(
    (status = 200, body = Items<ItemView>), (status = 401, body = Problem), (status = 403, body = Problem)
))]
pub(crate) async fn list_skeleton(ctx: Ctx) -> Answer<Json<Items<ItemView>>> {
    let tenant = ctx.tenant.id;
    let scope = ctx.kernel().access().scope(&ctx.who, "skeleton.list")?;
    let items = ctx.kernel().db().read(tenant, move |read| store::list(read, tenant, &scope, PAGE)).await?;
    let view = |item: crate::domain::Item| ItemView {
        id: item.id.to_string(),
        title: item.title,
        created_at: item.created_at.to_string(),
    };
    Ok(Json(Items::all(items.into_iter().map(view).collect())))
}
