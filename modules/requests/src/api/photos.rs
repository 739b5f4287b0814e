//! Photos for programs: what may stand in a list of photos, and the call that adds some to an order.

use axum::Json;
use axum::extract::Path;
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};
use tongxin_base::{Error, FieldError, Result};
use tongxin_kernel::{FileId, LARGEST_FILE};
use tongxin_web::{Answer, ApiBody, Ctx, Gate, Routes, with_photos};
use utoipa::ToSchema;
use utoipa_axum::routes;
use uuid::Uuid;

use super::order_id;
use crate::actions::{self, MOST_PHOTOS, OrderMoved};
use crate::domain::PhotoKind;

/// A body with as many photos as one call may bring.
pub(super) const LARGEST: usize = with_photos(MOST_PHOTOS);

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const PLAIN: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const FOR_URLS: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

pub(super) fn routes(routes: Routes) -> Routes {
    routes.api(Gate::May("orders.complete"), routes!(add_photos))
}

/// A photo: the id that `POST /api/v1/files` answered, a `data:image/..;base64,` URL or base64 alone; or an object with one of
/// the two.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub(super) enum NewPhoto {
    /// An id, a data URL or base64.
    Text(String),
    /// The same with a name.
    Named(NamedPhoto),
}

/// One of the two.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NamedPhoto {
    /// The id that `POST /api/v1/files` answered.
    id: Option<Uuid>,
    /// A data URL or base64.
    data: Option<String>,
}

/// What an entry turns out to be.
enum Entry {
    Known(FileId),
    New(Vec<u8>),
}

fn unreadable() -> Error {
    Error::field("photos", "requests-photo-entry")
}

impl NewPhoto {
    fn entry(self) -> Result<Entry> {
        match self {
            Self::Text(text) => match text.trim().parse() {
                Ok(id) => Ok(Entry::Known(id)),
                Err(_) => decoded(&text).map(Entry::New),
            },
            Self::Named(NamedPhoto { id: Some(id), data: None }) => Ok(Entry::Known(FileId::from_uuid(id))),
            Self::Named(NamedPhoto { id: None, data: Some(data) }) => decoded(&data).map(Entry::New),
            Self::Named(_) => Err(unreadable()),
        }
    }
}

/// The bytes of a data URL or of base64 alone, in either alphabet, with line breaks or without.
fn decoded(text: &str) -> Result<Vec<u8>> {
    let text = text.trim();
    let letters = match text.strip_prefix("data:") {
        Some(url) => url.split_once(";base64,").map(|(_, letters)| letters).ok_or_else(unreadable)?,
        None => text,
    };
    let letters: String = letters.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let alphabet = if letters.contains(['-', '_']) { FOR_URLS } else { PLAIN };
    alphabet.decode(letters).map_err(|_| unreadable())
}

/// Makes files of a list of photos; those that are files already are taken as they are.
///
/// # Errors
/// `Invalid` on `photos`; `OverLimit`, `Unavailable`.
pub(super) async fn take_photos(ctx: &Ctx, photos: Vec<NewPhoto>) -> Result<Vec<FileId>> {
    if photos.len() > MOST_PHOTOS {
        let too_many = FieldError::new("photos", "form-too-many-files").with("max", MOST_PHOTOS);
        return Err(Error::Invalid(vec![too_many]));
    }
    let entries = photos.into_iter().map(NewPhoto::entry).collect::<Result<Vec<_>>>()?;
    let mut files = Vec::with_capacity(entries.len());
    for entry in entries {
        files.push(match entry {
            Entry::Known(id) => id,
            Entry::New(bytes) if bytes.len() > LARGEST_FILE => return Err(Error::OverLimit(LARGEST_FILE)),
            Entry::New(bytes) => {
                let taken = ctx.kernel().take_photo(ctx.kernel().call(&ctx.tenant, &ctx.who), bytes).await;
                taken.map_err(on_photos)?.id
            }
        });
    }
    Ok(files)
}

/// What was wrong with a file is wrong with `photos` here.
fn on_photos(error: Error) -> Error {
    match error {
        Error::Invalid(fields) => {
            let named = |field: FieldError| FieldError { field: "photos".to_owned(), ..field };
            Error::Invalid(fields.into_iter().map(named).collect())
        }
        other => other,
    }
}

/// Photos of the work.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrderPhotos {
    /// `before` or `after`.
    when: String,
    /// At most five of each.
    photos: Vec<NewPhoto>,
}

#[utoipa::path(post, path = "/api/v1/orders/{id}/photos", tag = "orders", params(("id" = Uuid, Path)),
    request_body = OrderPhotos,
    responses((status = 200, body = OrderMoved), (status = 409, body = tongxin_web::Problem),
        (status = 422, body = tongxin_web::Problem)))]
async fn add_photos(ctx: Ctx, Path(id): Path<String>, body: ApiBody<OrderPhotos, LARGEST>) -> Answer<Json<OrderMoved>> {
    let call = ctx.call(&body.raw)?;
    let when = PhotoKind::parse(&body.value.when).filter(|kind| *kind != PhotoKind::Report);
    let when = when.ok_or_else(|| Error::field("when", "form-unknown-choice"))?;
    let files = take_photos(&ctx, body.value.photos).await?;
    Ok(Json(actions::add_photos(ctx.kernel(), call, order_id(&id)?, when, files).await?))
}
