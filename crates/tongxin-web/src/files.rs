//! Photos on their way in: the call that takes one, the ones that came with a form, and the thumbnails of those that are not sent
//! yet.

use axum::extract::{Path, Query, Request};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tongxin_base::{Error, FieldError, Result};
use tongxin_kernel::{FileId, LARGEST_FILE};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::api::{Problem, json_created};
use crate::body;
use crate::ctx::Ctx;
use crate::failure::Answer;
use crate::routes::{Gate, Routes};
use crate::upload::{self, Upload};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.api(Gate::Public, routes!(take_file)).get(Gate::Public, "/files/{id}", thumbnail)
}

/// A photo that was taken in.
#[derive(Debug, Serialize, ToSchema)]
struct FileView {
    /// Its id: what to name in `photos` within a day.
    #[schema(value_type = uuid::Uuid)]
    id: FileId,
    /// Its width in pixels, as it is kept.
    width: u32,
    /// Its height in pixels.
    height: u32,
    /// Its size in bytes.
    bytes: usize,
}

/// A form with one file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body to readers of the API; it is read as it streams in")]
struct NewFile {
    /// JPEG, PNG, WebP, GIF, BMP or HEIC, at most 15 MB and 50 million pixels.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Takes a photo: `multipart/form-data` with one file, or the picture itself as the body. Its metadata is not kept. Nobody's until
/// a report or an order names it; gone after a day if none does.
#[utoipa::path(post, path = "/api/v1/files", tag = "files",
    request_body(content = inline(NewFile), content_type = "multipart/form-data"),
    responses((status = 201, body = FileView), (status = 413, body = Problem), (status = 422, body = Problem)))]
async fn take_file(ctx: Ctx, request: Request) -> Answer {
    let bytes = if upload::is_multipart(&request) {
        let parts = upload::read(request, 1, |_| Ok(())).await?;
        let file = parts.files.into_iter().next().unwrap_or_default();
        if file.too_large {
            return Err(Error::OverLimit(LARGEST_FILE).into());
        }
        file.bytes
    } else {
        body::read(request, LARGEST_FILE).await?
    };
    let call = ctx.call(&bytes)?;
    let file = ctx.kernel().take_photo(call, bytes).await?;
    Ok(json_created(FileView { id: file.id, width: file.width, height: file.height, bytes: file.bytes }))
}

#[derive(Deserialize)]
struct Code {
    #[serde(default)]
    code: String,
}

/// `GET /files/{id}?code=`: what was sent with a form that came back.
async fn thumbnail(ctx: Ctx, Path(id): Path<String>, Query(Code { code }): Query<Code>) -> Answer {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    Ok(jpeg(ctx.kernel().open_unclaimed(ctx.tenant.id, id, &code).await?))
}

/// A photo as an answer. It never changes under its address, and is for the asker alone.
pub fn jpeg(bytes: Vec<u8>) -> Response {
    let headers = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "private, max-age=86400, immutable")];
    (headers, bytes).into_response()
}

/// A photo of a form that was sent before and is still the form's.
#[derive(Debug, Clone)]
pub struct KeptPhoto {
    /// Its id, for a hidden field.
    pub id: String,
    /// Where its thumbnail is.
    pub thumb: String,
}

/// What a photo field of a form holds after it was sent.
#[derive(Debug, Clone, Default)]
pub struct FormPhotos {
    /// The photos, kept before and new, nobody's yet.
    pub ids: Vec<FileId>,
    /// What was wrong with others, on `photos`.
    pub wrong: Vec<FieldError>,
}

impl FormPhotos {
    /// Keeps what the field `photos` of a form sent: `kept` and `dropped` are ids with blanks between them, `files` the new ones,
    /// `left_out` the number of those that were not read; at most `most` are kept.
    ///
    /// # Errors
    /// `Internal`: whatever is wrong with a photo is in `wrong`, and loses nothing else.
    pub async fn take(
        ctx: &Ctx,
        (kept, dropped): (&str, &str),
        files: Vec<Upload>,
        left_out: usize,
        most: usize,
    ) -> Result<Self> {
        let mut ids: Vec<FileId> = Vec::new();
        for word in kept.split_whitespace().filter(|word| !dropped.split_whitespace().any(|gone| gone == *word)) {
            ids.extend(word.parse::<FileId>().ok().filter(|id| !ids.contains(id)));
        }
        let mut photos = Self { ids, wrong: Vec::new() };
        let mut too_many = left_out > 0 || photos.ids.len() > most;
        photos.ids.truncate(most);
        for file in files {
            if photos.ids.len() == most {
                too_many = true;
            } else if file.too_large {
                let largest = FieldError::new("photos", "form-photo-too-large").with("max", LARGEST_FILE >> 20);
                photos.wrong.push(largest);
            } else {
                photos.add(ctx, file).await?;
            }
        }
        if too_many {
            photos.wrong.push(FieldError::new("photos", "form-too-many-files").with("max", most));
        }
        photos.wrong.dedup();
        Ok(photos)
    }

    async fn add(&mut self, ctx: &Ctx, file: Upload) -> Result<()> {
        let call = ctx.kernel().call(&ctx.tenant, &ctx.who);
        match ctx.kernel().take_photo(call, file.bytes).await {
            Ok(taken) => self.ids.push(taken.id),
            Err(Error::Invalid(fields)) => {
                self.wrong.extend(fields.into_iter().map(|field| FieldError { field: "photos".to_owned(), ..field }));
            }
            Err(Error::Unavailable) => self.wrong.push(FieldError::new("photos", "form-photo-busy")),
            Err(other) => return Err(other),
        }
        Ok(())
    }

    /// Those that are still there and nobody's, for the form that comes back.
    ///
    /// # Errors
    /// As `Db::read`.
    pub async fn shown(&self, ctx: &Ctx) -> Result<Vec<KeptPhoto>> {
        let ids = ctx.kernel().still_unclaimed(ctx.tenant.id, self.ids.clone()).await?;
        let photo = |id: FileId| KeptPhoto {
            id: id.to_string(),
            thumb: format!("/files/{id}?code={}", ctx.kernel().file_code(id)),
        };
        Ok(ids.into_iter().map(photo).collect())
    }

    /// A result with what was wrong with photos added to what was wrong with the rest.
    ///
    /// # Errors
    /// `Invalid`, or any other error of `result`.
    pub fn with<T>(&self, result: Result<T>) -> Result<T> {
        match result {
            Ok(value) if self.wrong.is_empty() => Ok(value),
            Ok(_) => Err(Error::Invalid(self.wrong.clone())),
            Err(Error::Invalid(fields)) => Err(Error::Invalid([fields, self.wrong.clone()].concat())),
            Err(other) => Err(other),
        }
    }
}
