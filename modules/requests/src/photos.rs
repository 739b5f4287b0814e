//! Which photos of a matter a reader gets to see, and the picture itself.

use axum::extract::{Path, Query};
use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Result, TenantId, Time};
use tongxin_db::Read;
use tongxin_kernel::Variant;
use tongxin_web::{Answer, Ctx, Gate, Routes, jpeg};
use utoipa::ToSchema;

use crate::actions::facts;
use crate::api::{read_detail, request_id};
use crate::domain::{OrderState, PhotoId, PhotoKind};
use crate::store::orders::Order;
use crate::store::photos::{self, Photo};
use crate::store::requests::{Reported, Request};
use crate::views::Asker;

/// A photo of a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PhotoView {
    /// Which one.
    #[schema(value_type = uuid::Uuid)]
    pub id: PhotoId,
    /// What it shows: the matter as it was reported, or how it looked before or after the work.
    pub kind: PhotoKind,
    /// Where the picture is: JPEG, its longer side at most 2048 pixels.
    pub href: String,
    /// Where a small one is: its longer side at most 400 pixels.
    pub thumb: String,
    /// When it was added.
    #[schema(value_type = String)]
    pub created_at: Time,
}

/// The photos that somebody sees who may read the matter. A reporter sees what they sent themselves, and the work when it is
/// done; what another reporter sent of the same matter is that reporter's.
pub(crate) fn seen(
    read: &mut Read<'_>,
    tenant: TenantId,
    request: &Request,
    (order, own): (Option<&Order>, Option<&Reported>),
    asker: &Asker<'_>,
) -> Result<Vec<Photo>> {
    let mut seen = photos::of_request(read, tenant, request.id)?;
    let handles = asker.access.allows(asker.who, "requests.read", &facts(request, order, false, asker.who));
    if let (false, Some(own)) = (handles, own) {
        let done = order.filter(|order| order.state == OrderState::Done).map(|order| order.id);
        seen.retain(|photo| match photo.kind {
            PhotoKind::Report => photo.report_id == Some(own.id),
            PhotoKind::Before | PhotoKind::After => photo.order_id == done,
        });
    }
    Ok(seen)
}

/// A photo with its addresses; who came by a secret link needs it for them too.
pub(crate) fn view(photo: &Photo, link: Option<&str>) -> PhotoView {
    let token = link.map(|token| format!("&token={}", tongxin_web::url_escape(token))).unwrap_or_default();
    let at = |size: &str| format!("/requests/{}/photos/{}?size={size}{token}", photo.request_id, photo.id);
    PhotoView { id: photo.id, kind: photo.kind, href: at("full"), thumb: at("thumb"), created_at: photo.created_at }
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    size: String,
    token: Option<String>,
}

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get(Gate::Public, "/requests/{id}/photos/{photo}", picture)
}

/// `GET /requests/{id}/photos/{photo}?size=thumb|full&token=`: for whoever may read the matter and sees this photo on it.
async fn picture(ctx: Ctx, Path((id, photo)): Path<(String, String)>, Query(wanted): Query<Wanted>) -> Answer {
    let (id, photo) = (request_id(&id)?, photo.parse::<PhotoId>().map_err(|_| Error::NotFound)?);
    let variant = match wanted.size.as_str() {
        "thumb" => Variant::Thumb,
        "" | "full" => Variant::Full,
        _ => return Err(Error::NotFound.into()),
    };
    // Somebody who is not signed in and has no link is not asked to sign in: there is nothing here to be seen.
    let detail = read_detail(&ctx, id, wanted.token).await.map_err(|error| match error {
        Error::Unauthenticated | Error::Forbidden => Error::NotFound,
        other => other,
    })?;
    let photo = detail.photos.iter().find(|seen| seen.id == photo).ok_or(Error::NotFound)?;
    Ok(jpeg(ctx.kernel().open_file(ctx.tenant.id, photo.file_id, variant).await?))
}
