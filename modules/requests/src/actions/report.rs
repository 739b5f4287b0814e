//! 发现问题: somebody reports a matter. No account is needed; the answer carries the secret link to follow it.

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::{Error, Result, TenantId, metres};
use tongxin_db::Read;
use tongxin_kernel::{Act, Call, FileId, Kernel, Level, Unit, day_number, next_numbers, token_digest};

use super::photos::{NewPhotos, Of};
use super::{enter, subject, watch};
use crate::domain::{Category, Channel, LONGEST_LINE, Report, ReportId, RequestId, suspicion};
use crate::store::requests::{self, Reported, Request, newborn};
use crate::store::{categories, lists_admin, told};

/// A point farther from every grid than this, in metres, is not ours to place: the subdistrict's desk looks at it.
pub(crate) const FARTHEST_M: f64 = 5_000.0;

/// What the reporter gets back; their link is derived from it, never stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Received {
    /// The request.
    pub id: RequestId,
    /// The report within it.
    pub report: ReportId,
    /// The number to name on the phone.
    pub number: String,
}

/// The token of the secret link that belongs to a report.
pub fn link_token(kernel: &Kernel, tenant_code: &str, report: ReportId) -> String {
    kernel.link_token(tenant_code, report)
}

/// Where a report belongs, found before the write.
pub(super) struct Placed {
    category: Category,
    pub unit_path: String,
    pub site: Option<String>,
    pub point: Option<(f64, f64)>,
    /// A point that no grid of ours is near.
    outside: bool,
}

pub(super) fn place(kernel: &Kernel, read: &mut Read<'_>, tenant: TenantId, report: &Report) -> Result<Placed> {
    let category = categories::one(read, tenant, &report.category)?
        .ok_or_else(|| Error::field("category", "form-unknown-choice"))?;
    if !lists_admin::is_used(read, tenant, &category.code)? {
        return Err(Error::field("category", "form-unknown-choice"));
    }
    let units = kernel.units(tenant)?;
    let root = units.root().ok_or_else(|| Error::internal("a subdistrict without units"))?;
    let mut placed = Placed { category, unit_path: root.path.clone(), site: None, point: report.point, outside: false };
    let unit = if let Some(code) = &report.site {
        let found = kernel.locate(read, tenant, code)?.ok_or_else(|| Error::field("site", "requests-unknown-site"))?;
        placed.site = Some(found.code);
        placed.point = placed.point.or(found.point);
        units.by_path(&found.unit_path)
    } else if let Some(point) = report.point {
        let near = |grid: &&Unit| grid.point.is_some_and(|at| metres(at, point) <= FARTHEST_M);
        let grid = units.around(Level::Grid, point).or_else(|| units.nearest(Level::Grid, point).filter(near));
        placed.outside = grid.is_none() && units.iter().any(|unit| unit.level == Level::Grid && unit.point.is_some());
        grid
    } else {
        // In words: a community or a grid that is named in them.
        let words = report.place.as_deref().unwrap_or_default();
        let named = units
            .iter()
            .filter(|unit| !matches!(unit.level, Level::Subdistrict | Level::Office) && words.contains(&unit.name.zh));
        let named = named.max_by_key(|unit| unit.path.len());
        // Nobody looks after a compound: what is in one is in the grid there.
        let compound = named.filter(|unit| unit.level == Level::Compound).and_then(|unit| unit.point);
        compound.and_then(|middle| units.around(Level::Grid, middle)).or(named)
    };
    if let Some(unit) = unit {
        placed.unit_path.clone_from(&unit.path);
    }
    Ok(placed)
}

/// The next number of a unit: `20261123-003001-0042`, the day, street and community (000 for none), the day's counter.
pub(super) fn numbered(act: &mut Act<'_, '_>, unit_path: &str) -> Result<String> {
    let day = day_number(act.call.now, act.call.tenant.zone());
    let counter = next_numbers(act.tx, act.call.tenant.id, &format!("requests.{day}"), 1)?;
    let code = unit_path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let digits: String = code.chars().skip(6).take(6).collect();
    Ok(format!("{day}-{digits:0<6}-{counter:04}"))
}

/// A matter of a category that is reported now, with its limits; where it is, is for the caller to say.
pub(super) fn bear(act: &Act<'_, '_>, id: RequestId, number: String, category: &Category, channel: &str) -> Request {
    let (now, calendar) = (act.call.now, &act.call.tenant.calendar);
    Request {
        channel: channel.to_owned(),
        ..newborn(
            id,
            number,
            category.code.clone(),
            now,
            calendar.due(now, category.contact_limit),
            category.finish_limit,
            calendar.deadline(now, category.finish_limit),
        )
    }
}

/// Takes a report in.
///
/// # Errors
/// `Invalid` for fields that do not parse, an unknown category or site.
pub async fn report(kernel: &Kernel, call: Call, report: Report, channel: Channel) -> Result<Received> {
    report_with(kernel, call, report, channel, &[]).await
}

/// As [`report`], with photos.
///
/// # Errors
/// As [`report`]; `Invalid` on `photos` where there are too many or one is gone.
pub async fn report_with(
    kernel: &Kernel,
    call: Call,
    report: Report,
    channel: Channel,
    photos: &[FileId],
) -> Result<Received> {
    let photos = NewPhotos::of(kernel, photos)?;
    let tenant = call.tenant.id;
    let (asked, finder) = (report.clone(), kernel.clone());
    let placed = kernel.db().read(tenant, move |read| place(&finder, read, tenant, &asked)).await?;
    let (id, report_id): (RequestId, ReportId) = (kernel.world().id(), kernel.world().id());
    let link = token_digest(&link_token(kernel, &call.tenant.code, report_id));
    // Only what nobody stands for is held back; who is signed in speaks for themselves.
    let held = suspicion(&report).filter(|_| call.who.person().is_none());
    let act = move |act: &mut Act<'_, '_>| {
        let call = act.call;
        let Placed { category, unit_path, site, point, outside } = &placed;
        let number = numbered(act, unit_path)?;
        let mut request = bear(act, id, number, category, channel.as_str());
        request.unit_path.clone_from(unit_path);
        request.site.clone_from(site);
        request.point = *point;
        request.outside = *outside;
        request.urgent = report.urgent();
        request.held = held.map(str::to_owned);
        requests::add(act.tx, tenant, std::slice::from_ref(&request), None)?;
        // Staff who type in for a caller are not the reporter.
        let reporter = call.who.person().filter(|_| channel != Channel::Staff);
        let said = Reported {
            id: report_id,
            request_id: id,
            person_id: reporter.map(|person| person.id),
            name: report.contact.name.clone(),
            phone: report.contact.phone.clone(),
            email: report.contact.email.clone(),
            place: report.place.clone().map(|place| place.chars().take(LONGEST_LINE).collect()),
            words: report.words.clone(),
            contact_of: None,
            came_from: None,
            created_at: call.now,
        };
        requests::add_reports(act.tx, tenant, std::slice::from_ref(&said), Some(&link))?;
        if said.email.is_some() {
            told::set_locale(act.tx, tenant, report_id, call.locale)?;
        }
        let photos = photos.attach(act, id, Of::Report(report_id))?;
        if request.held.is_none() {
            enter(act, &request, 1);
        }
        watch(act, &request);
        let unit_code = unit_path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let payload = json!({
            "number": request.number, "category": category.code, "unit": unit_code, "site": site, "channel": channel.as_str(),
            "report": report_id, "held": request.held, "photos": photos,
        });
        let personal = json!({"words": said.words, "place": said.place, "name": said.name, "phone": said.phone});
        act.journal("requests.report", &subject(id), payload, Some(&personal))?;
        act.event("requests.received", &subject(id), json!({}));
        if request.urgent && request.held.is_none() {
            act.event("requests.urgent", &subject(id), json!({}));
        }
        Ok(Received { id, report: report_id, number: request.number })
    };
    kernel.act(call, "requests.report", act).await
}
