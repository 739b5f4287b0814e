//! 发现问题: somebody reports a matter. No account is needed; the answer carries the secret link to follow it.

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::{Error, Result, TenantId, metres};
use tongxin_db::Read;
use tongxin_kernel::{Act, Call, FileId, Kernel, Level, UnitTree, day_number, next_numbers, token_digest};

use super::photos::{Of, attach, numbered};
use super::subject;
use crate::domain::{Category, Channel, LONGEST_LINE, Report, ReportId, RequestId, Status};
use crate::measures::{RECEIVED, gauge};
use crate::store::categories;
use crate::store::requests::{self, Reported, newborn};

/// A point farther from every grid than this, in metres, is not ours to place: the subdistrict's desk looks at it.
const FARTHEST_M: f64 = 5_000.0;

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
    format!("{tenant_code}-{}", kernel.secret().code(&[b"link", report.uuid().as_bytes()]))
}

/// Where a report belongs, found before the write.
struct Placed {
    category: Category,
    unit_path: String,
    unit_code: String,
    site: Option<String>,
    point: Option<(f64, f64)>,
}

fn place(kernel: &Kernel, read: &mut Read<'_>, tenant: TenantId, report: &Report) -> Result<Placed> {
    let category = categories::one(read, tenant, &report.category)?
        .ok_or_else(|| Error::field("category", "form-unknown-choice"))?;
    let units = UnitTree::load(read, tenant)?;
    let root = units.root().ok_or_else(|| Error::internal("a subdistrict without units"))?;
    let mut placed = Placed {
        category,
        unit_path: root.path.clone(),
        unit_code: root.code.clone(),
        site: None,
        point: report.point,
    };
    let unit = if let Some(code) = &report.site {
        let found = kernel.locate(read, tenant, code)?.ok_or_else(|| Error::field("site", "requests-unknown-site"))?;
        placed.site = Some(found.code);
        placed.point = placed.point.or(found.point);
        units.by_path(&found.unit_path)
    } else if let Some(point) = report.point {
        units.nearest(Level::Grid, point).filter(|grid| grid.point.is_some_and(|at| metres(at, point) <= FARTHEST_M))
    } else {
        // In words: a community or a grid that is named in them.
        let words = report.place.as_deref().unwrap_or_default();
        let named = units.iter().filter(|unit| unit.level != Level::Subdistrict && words.contains(&unit.name.zh));
        named.max_by_key(|unit| unit.path.len())
    };
    if let Some(unit) = unit {
        placed.unit_path.clone_from(&unit.path);
        placed.unit_code.clone_from(&unit.code);
    }
    Ok(placed)
}

/// `20261123-003001-0042`: the day, street and community of the unit (000 for none), the day's counter.
fn number(day: i64, unit_code: &str, counter: i64) -> String {
    let digits: String = unit_code.chars().skip(6).take(6).collect();
    format!("{day}-{digits:0<6}-{counter:04}")
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
    let photos = numbered(kernel, photos)?;
    let tenant = call.tenant.id;
    let (asked, finder) = (report.clone(), kernel.clone());
    let placed = kernel.db().read(tenant, move |read| place(&finder, read, tenant, &asked)).await?;
    let (id, report_id): (RequestId, ReportId) = (kernel.world().id(), kernel.world().id());
    let link = token_digest(&link_token(kernel, &call.tenant.code, report_id));
    let act = move |act: &mut Act<'_, '_>| {
        let (call, calendar) = (act.call, &act.call.tenant.calendar);
        let Placed { category, unit_path, unit_code, site, point } = &placed;
        let day = day_number(call.now, call.tenant.zone());
        let counter = next_numbers(act.tx, tenant, &format!("requests.{day}"), 1)?;
        let request = newborn(
            id,
            number(day, unit_code, counter),
            category.code.clone(),
            unit_path.clone(),
            site.clone(),
            *point,
            channel,
            call.now,
            calendar.due(call.now, category.contact_limit),
            category.finish_limit,
            calendar.deadline(call.now, category.finish_limit),
        );
        requests::add(act.tx, tenant, std::slice::from_ref(&request), None)?;
        // Staff who type in for a caller are not the reporter.
        let reporter = call.who.person().filter(|_| channel != Channel::Staff);
        let said = Reported {
            id: report_id,
            request_id: id,
            person_id: reporter.map(|person| person.id),
            name: report.name.clone(),
            phone: report.phone.clone(),
            place: report.place.clone().map(|place| place.chars().take(LONGEST_LINE).collect()),
            words: report.words.clone(),
            created_at: call.now,
        };
        requests::add_reports(act.tx, tenant, std::slice::from_ref(&said), Some(&link))?;
        let photos = attach(act, id, Of::Report(report_id), &photos)?;
        act.measure(RECEIVED, unit_path, call.now, 1);
        act.measure(gauge(Status::Received), unit_path, call.now, 1);
        let payload = json!({
            "number": request.number, "category": category.code, "unit": unit_code, "site": site, "channel": channel.as_str(),
            "report": report_id, "photos": photos,
        });
        let personal = json!({"words": said.words, "place": said.place, "name": said.name, "phone": said.phone});
        act.journal("requests.report", &subject(id), payload, Some(&personal))?;
        act.event("requests.received", &subject(id), json!({}));
        Ok(Received { id, report: report_id, number: request.number })
    };
    kernel.act(call, "requests.report", act).await
}
