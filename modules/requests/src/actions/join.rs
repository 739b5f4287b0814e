//! "我也遇到了": like matters are shown before a report is sent, and whoever meets the same one joins it instead of
//! reporting it again. Nobody's words are shown: category, place and age are enough to know it by.

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::{Error, Result, TenantId, Time, metres};
use tongxin_db::Read;
use tongxin_kernel::{Act, Call, FileId, Kernel, subtree, token_digest};
use utoipa::ToSchema;

use super::desk::not_over;
use super::photos::{NewPhotos, Of};
use super::report::{Received, link_token, place};
use super::{resume, subject};
use crate::domain::{Contact, LONGEST_WORDS, Report, ReportId, RequestId, Status};
use crate::likeness::{Likeness, alike};
use crate::store::desk::reporters;
use crate::store::requests::{self, Reported, Request};
use crate::store::{categories, lists, told};

/// A matter under way that may be the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Similar {
    /// Which one.
    #[schema(value_type = uuid::Uuid)]
    pub id: RequestId,
    /// The code of its category.
    pub category: String,
    /// The path of its unit.
    #[serde(skip)]
    pub unit_path: String,
    /// The printed code of the site it is at.
    pub site: Option<String>,
    /// When it was reported first.
    #[schema(value_type = String)]
    pub created_at: Time,
    /// Where it stands.
    pub status: Status,
    /// Metres between the two, where both have a point.
    pub distance_m: Option<i64>,
    /// How many reported it.
    pub reporters: i64,
}

/// So many are shown: more are not read.
const MOST: usize = 5;

/// Matters under way that a report may be about: of the same category, within its radius or at the same site; or in the
/// same part of the tree with words that are much alike.
///
/// # Errors
/// As [`super::report`].
pub async fn similar(kernel: &Kernel, tenant: TenantId, report: &Report) -> Result<Vec<Similar>> {
    let (asked, finder) = (report.clone(), kernel.clone());
    kernel.db().read(tenant, move |read| find(&finder, read, tenant, &asked)).await
}

fn find(kernel: &Kernel, read: &mut Read<'_>, tenant: TenantId, report: &Report) -> Result<Vec<Similar>> {
    let placed = place(kernel, read, tenant, report)?;
    let category = categories::one(read, tenant, &report.category)?
        .ok_or_else(|| Error::field("category", "form-unknown-choice"))?;
    #[expect(clippy::cast_precision_loss, reason = "radii are some hundred metres")]
    let radius = category.radius_m as f64;
    let mut found: Vec<(f64, Request, Option<i64>)> = Vec::new();
    if let Some(point) = placed.point {
        // A degree of latitude is 111 km; one of longitude less, by the cosine of the latitude.
        let (up, wide) = (radius / 111_000.0, radius / (111_000.0 * point.0.to_radians().cos().max(0.01)));
        let box_ = ((point.0 - up, point.0 + up), (point.1 - wide, point.1 + wide));
        for request in lists::in_box(read, tenant, &category.code, box_.0, box_.1)? {
            let Some(there) = request.point else { continue };
            let far = metres(point, there);
            if far <= radius {
                #[expect(clippy::cast_possible_truncation, reason = "within the radius")]
                found.push((far / radius.max(1.0), request, Some(far.round() as i64)));
            }
        }
    }
    let (low, high) = subtree(&placed.unit_path);
    let words = Likeness::of(&report.words);
    for request in lists::under_way(read, tenant, &category.code, (&low, &high))? {
        if found.iter().any(|(_, other, _)| other.id == request.id) {
            continue;
        }
        // Two points that are known and far from one another are two matters, whatever the words.
        let apart = placed.point.zip(request.point).is_some_and(|(a, b)| metres(a, b) > 5.0 * radius);
        if apart {
            continue;
        }
        let same_site = placed.site.is_some() && placed.site == request.site;
        let said = requests::reports(read, tenant, request.id)?;
        let like = said.iter().map(|report| words.to(&report.words)).fold(0.0, f64::max);
        if same_site || alike(like) {
            found.push((1.0 - like, request, None));
        }
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.id.uuid().cmp(&b.1.id.uuid())));
    found.truncate(MOST);
    let similar = |(_, request, distance_m): (f64, Request, Option<i64>)| {
        let reporters = reporters(read, tenant, request.id)?;
        let Request { id, category, unit_path, site, created_at, status, .. } = request;
        Ok(Similar { id, category, unit_path, site, created_at, status, distance_m, reporters })
    };
    found.into_iter().map(similar).collect()
}

/// What somebody adds who met the same matter.
#[derive(Debug, Clone, Default)]
pub struct Join {
    /// Words of their own; may be empty.
    pub words: String,
    /// The place in words; may be empty.
    pub place: Option<String>,
    /// How to reach them.
    pub contact: Contact,
    /// Photos of their own; at most [`MOST_PHOTOS`](super::MOST_PHOTOS).
    pub photos: Vec<FileId>,
}

/// Joins a matter that somebody else reported: one more reporter, with a secret link of their own, told of every step and
/// asked for a rating.
///
/// # Errors
/// `NotFound` for a matter that is not there; `Conflict` where it is over, or where this person reports it already.
pub async fn join(kernel: &Kernel, call: Call, id: RequestId, join: Join) -> Result<Received> {
    let report_id: ReportId = kernel.world().id();
    let link = token_digest(&link_token(kernel, &call.tenant.code, report_id));
    let photos = NewPhotos::of(kernel, &join.photos)?;
    let words: String = join.words.trim().chars().take(LONGEST_WORDS).collect();
    let act = move |act: &mut Act<'_, '_>| {
        let tenant = act.call.tenant.id;
        let mut request = requests::hold(act.tx, tenant, id)?;
        if request.held.is_some() {
            return Err(Error::NotFound);
        }
        not_over(&request)?;
        let me = act.call.who.person().map(|person| person.id);
        if let Some(me) = me
            && requests::by_person(act.tx, tenant, id, me)?.is_some()
        {
            return Err(Error::conflict("requests-joined-already").with("number", &request.number));
        }
        if request.pause_reason.as_deref() == Some(super::desk::QUESTION) && !words.is_empty() {
            resume(act, &mut request)?;
        }
        let said = Reported {
            id: report_id,
            request_id: id,
            person_id: me,
            name: join.contact.name.clone(),
            phone: join.contact.phone.clone(),
            email: join.contact.email.clone(),
            place: join.place.clone(),
            words: words.clone(),
            contact_of: None,
            came_from: None,
            created_at: act.call.now,
        };
        requests::add_reports(act.tx, tenant, std::slice::from_ref(&said), Some(&link))?;
        if said.email.is_some() {
            told::set_locale(act.tx, tenant, report_id, act.call.locale)?;
        }
        let photos = photos.attach(act, id, Of::Report(report_id))?;
        requests::save(act.tx, tenant, &request)?;
        let personal = json!({"words": said.words, "place": said.place, "name": said.name, "phone": said.phone});
        act.journal("requests.join", &subject(id), json!({"report": report_id, "photos": photos}), Some(&personal))?;
        act.event("requests.joined", &subject(id), json!({"report": report_id}));
        Ok(Received { id, report: report_id, number: request.number.clone() })
    };
    kernel.act(call, "requests.join", act).await
}
