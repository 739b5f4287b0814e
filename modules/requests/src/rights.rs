//! What this room holds about people, for themselves; how it is erased, and how it goes by itself two years after a matter is
//! over. That there was a matter, of what kind and where, stays: others stand on it.

use std::time::Duration;

use serde_json::json;
use tongxin_base::{Error, Id, Result, TenantId};
use tongxin_db::Read;
use tongxin_kernel::{Act, PersonalData, Piece, Subject, Whose, forget_text, release_files};

use crate::actions::saved::MOST;
use crate::actions::subject;
use crate::domain::RequestId;
use crate::jobs::words_of;
use crate::notices::REPORT;
use crate::store::requests::Reported;
use crate::store::{requests, rights, saved};

/// Two years after a matter is over nobody needs its words any more.
const KEPT: Duration = Duration::from_secs(730 * 24 * 3600);
/// Matters emptied in one write.
const AT_ONCE: i64 = 10;

/// For the kernel, which asks all rooms.
pub const DATA: PersonalData = PersonalData { held, erase, expire };

fn report_subject(report: &Reported) -> Subject {
    Subject::new(REPORT, report.id)
}

/// All reports of one and the same reporter.
fn theirs(read: &mut Read<'_>, tenant: TenantId, whose: &Whose) -> Result<Vec<Reported>> {
    match whose {
        Whose::Person(person) => rights::reports_by(read, tenant, *person),
        Whose::Link(digest) => match requests::by_link(read, tenant, digest)? {
            Some(report) => rights::reports_with(read, tenant, report.contact_of.unwrap_or(report.id)),
            None => Ok(Vec::new()),
        },
        Whose::Of(_) => Ok(Vec::new()),
    }
}

fn held(read: &mut Read<'_>, tenant: TenantId, whose: &Whose) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    for report in theirs(read, tenant, whose)? {
        let request = requests::one(read, tenant, report.request_id)?;
        let mut fields = vec![("number", request.number.clone()), ("status", request.status.to_string())];
        let said =
            [("name", &report.name), ("phone", &report.phone), ("email", &report.email), ("place", &report.place)];
        fields.extend(said.into_iter().filter_map(|(name, value)| value.clone().map(|value| (name, value))));
        fields.push(("words", report.words.clone()));
        fields.extend(request.point.map(|(lat, lon)| ("point", format!("{lat:.5}, {lon:.5}"))));
        let (subject, files) = (report_subject(&report), rights::photos_of(read, tenant, &report)?);
        pieces.push(Piece { kind: "report", subject: subject.clone(), at: report.created_at, fields, files });
        for message in requests::messages(read, tenant, report.request_id)? {
            if message.report_id == Some(report.id) && !message.text.is_empty() {
                let fields = vec![("number", request.number.clone()), ("words", message.text)];
                let subject = subject.clone();
                pieces.push(Piece { kind: "answer", subject, at: message.at, fields, files: Vec::new() });
            }
        }
    }
    if let Whose::Person(person) = whose {
        for (at, fields) in rights::worker(read, tenant, *person)? {
            let subject = Subject::new("person", *person);
            pieces.push(Piece { kind: "duty", subject, at, fields, files: Vec::new() });
        }
        for list in saved::all(read, tenant, *person, MOST)? {
            let (subject, fields) =
                (Subject::new("person", *person), vec![("words", list.name), ("query", list.query)]);
            pieces.push(Piece { kind: "list", subject, at: list.at, fields, files: Vec::new() });
        }
    }
    Ok(pieces)
}

fn erase(act: &mut Act<'_, '_>, whose: &Whose) -> Result<()> {
    let tenant = act.call.tenant.id;
    for report in theirs(act.tx, tenant, whose)? {
        empty(act, &report, true)?;
        rights::take_back(act.tx, tenant, report.request_id)?;
        let named = report.id.to_string();
        act.forget_salts(&subject(report.request_id), Some(&named))?;
        act.erase_of(&report_subject(&report))?;
        act.journal("requests.erase", &subject(report.request_id), json!({"report": report.id}), None)?;
        // What is left of the matter is found again by what is left.
        act.event("requests.moved", &subject(report.request_id), json!({}));
    }
    if let Whose::Person(person) = whose {
        rights::empty_worker(act.tx, tenant, *person)?;
    }
    Ok(())
}

/// Empties one report, and forgets by what it was found.
fn empty(act: &mut Act<'_, '_>, report: &Reported, link: bool) -> Result<()> {
    let tenant = act.call.tenant.id;
    forget_text(act.tx, tenant, crate::domain::SUBJECT, report.request_id, &words_of(report))?;
    rights::empty_report(act.tx, tenant, report.id, link)?;
    rights::empty_answers(act.tx, tenant, report)?;
    let files = rights::drop_photos(act.tx, tenant, report)?;
    release_files(act.tx, tenant, &files)
}

fn expire(act: &mut Act<'_, '_>) -> Result<u64> {
    let (tenant, now) = (act.call.tenant.id, act.call.now);
    let before = now - KEPT;
    let born: RequestId = Id::made_of(before, &[0xff; 10]);
    let over = rights::to_empty(act.tx, tenant, (born, before), AT_ONCE)?;
    for id in &over {
        for report in requests::reports(act.tx, tenant, *id)? {
            empty(act, &report, false)?;
            act.erase_of(&report_subject(&report))?;
        }
        let files = rights::empty_matter(act.tx, tenant, *id, now)?;
        release_files(act.tx, tenant, &files)?;
        act.forget_salts(&subject(*id), None)?;
        act.journal("requests.expire", &subject(*id), json!({}), None)?;
        act.event("requests.moved", &subject(*id), json!({}));
    }
    u64::try_from(over.len()).map_err(Error::internal)
}
