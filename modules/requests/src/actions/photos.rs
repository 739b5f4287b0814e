//! Photos of a matter: the reporter's, sent with the report, and the worker's, before and after.

use serde_json::{Value, json};
use tongxin_base::{Error, FieldError, Result};
use tongxin_kernel::{Act, Call, FileId, Kernel, claim_files};

use super::round::OrderMoved;
use super::{Moved, hold, subject};
use crate::domain::{OrderId, OrderState, PhotoId, PhotoKind, ReportId, RequestId};
use crate::store::photos::Photo;
use crate::store::{orders, photos};

/// Photos of one report, and of one order before and after the work, each. Enough to show a matter from all sides.
pub const MOST_PHOTOS: usize = 5;

/// What photos belong to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of {
    /// A report.
    Report(ReportId),
    /// An order.
    Order(OrderId, PhotoKind),
}

/// Files that are to become photos of a matter: an id of their own for each, made before the write.
#[derive(Debug, Clone)]
pub(super) struct NewPhotos(Vec<(PhotoId, FileId)>);

fn too_many() -> Error {
    Error::Invalid(vec![FieldError::new("photos", "form-too-many-files").with("max", MOST_PHOTOS)])
}

impl NewPhotos {
    /// Gives each file the id it will have as a photo.
    ///
    /// # Errors
    /// `Invalid` where there are too many.
    pub fn of(kernel: &Kernel, files: &[FileId]) -> Result<Self> {
        if files.len() > MOST_PHOTOS {
            return Err(too_many());
        }
        let mut ids: Vec<PhotoId> = files.iter().map(|_| kernel.world().id()).collect();
        ids.sort(); // of one moment, so that they stay in the order in which they came
        Ok(Self(ids.into_iter().zip(files.iter().copied()).collect()))
    }

    /// Claims the files and makes them photos of a matter that stands still. Answers what the journal says of them: ids, and
    /// the digest of each picture, so that it can be shown one day that it is the same.
    pub fn attach(&self, act: &mut Act<'_, '_>, request: RequestId, of: Of) -> Result<Value> {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        if self.0.is_empty() {
            return Ok(json!([]));
        }
        let (report_id, order_id, kind) = match of {
            Of::Report(report) => (Some(report), None, PhotoKind::Report),
            Of::Order(order, kind) => (None, Some(order), kind),
        };
        if let Some(order) = order_id {
            let there = photos::count(act.tx, tenant, request, order, kind)?;
            if usize::try_from(there).unwrap_or(usize::MAX) + self.0.len() > MOST_PHOTOS {
                return Err(too_many());
            }
        }
        let files: Vec<FileId> = self.0.iter().map(|(_, file)| *file).collect();
        let claimed = claim_files(act.tx, tenant, &files, &subject(request), now)?;
        let photo = |(id, file_id): &(PhotoId, FileId)| Photo {
            id: *id,
            request_id: request,
            report_id,
            order_id,
            kind,
            file_id: *file_id,
            created_at: now,
        };
        let rows: Vec<Photo> = self.0.iter().map(photo).collect();
        photos::add(act.tx, tenant, &rows)?;
        let said = rows.iter().zip(&claimed).map(|(photo, file)| {
            let digest: String = file.digest.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({"id": photo.id, "kind": photo.kind, "file": file.id, "sha256": digest})
        });
        Ok(said.collect())
    }
}

/// The worker adds photos of how it looks, before or after the work.
///
/// # Errors
/// `Invalid` without photos, with too many, or where one is gone; `NotFound` for an order that is not the asker's; `Conflict`
/// where nobody is at it.
pub async fn add_photos(
    kernel: &Kernel,
    call: Call,
    id: OrderId,
    when: PhotoKind,
    files: Vec<FileId>,
) -> Result<OrderMoved> {
    if files.is_empty() {
        return Err(Error::field("photos", "form-photo-empty"));
    }
    let new = NewPhotos::of(kernel, &files)?;
    let act = move |act: &mut Act<'_, '_>| {
        let tenant = act.call.tenant.id;
        let request = orders::one(act.tx, tenant, id)?.request_id;
        let held = hold(act, request, None)?;
        held.require(act, "orders.complete")?;
        let order = orders::one(act.tx, tenant, id)?;
        if !matches!(order.state, OrderState::Grabbed | OrderState::Working) {
            return Err(Error::conflict("requests-order-wrong-state").with("status", order.state));
        }
        let request = held.request;
        let photos = new.attach(act, request.id, Of::Order(id, when))?;
        act.journal("orders.photos", &subject(request.id), json!({"order": id, "photos": photos}), None)?;
        act.event("requests.photos", &subject(request.id), json!({"order": id, "kind": when}));
        let moved = Moved { id: request.id, number: request.number, status: request.status, version: request.version };
        super::round::moved(act, &order, moved)
    };
    kernel.act(call, "orders.photos", act).await
}
