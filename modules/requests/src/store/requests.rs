//! Matters, reports and messages.

use tongxin_base::calendar::{Deadline, Limit};
use tongxin_base::{Error, Id, Result, TenantId, Time};
use tongxin_db::{Param, Read, Row, Tx, params, sql};
use tongxin_kernel::PersonId;

use crate::domain::{Channel, MessageId, MessageWay, ReportId, RequestId, Status};

/// A matter as it stands.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns of requests_request under their own names")]
pub struct Request {
    pub id: RequestId,
    pub number: String,
    pub category: String,
    pub unit_path: String,
    pub site: Option<String>,
    pub point: Option<(f64, f64)>,
    pub channel: String,
    pub status: Status,
    pub created_at: Time,
    pub accepted_at: Option<Time>,
    pub contacted_at: Option<Time>,
    pub started_at: Option<Time>,
    pub done_at: Option<Time>,
    pub closed_at: Option<Time>,
    pub contact_due_at: Time,
    pub finish_limit: Limit,
    pub deadline: Deadline,
    pub paused_at: Option<Time>,
    pub round: i64,
    pub handler_id: Option<PersonId>,
    pub reason: Option<String>,
    pub version: i64,
    /// Farther from every grid than we look after.
    pub outside: bool,
    /// Its words speak of danger.
    pub urgent: bool,
    /// Why nobody but the desk sees it yet; none for what is seen.
    pub held: Option<String>,
    /// Why the clock stands still.
    pub pause_reason: Option<String>,
    /// How often its reporters said it is not solved.
    pub reopened: i64,
    /// Not in the assessment, by approval.
    pub excluded: bool,
    /// The card it was last given: `yellow` or `red`.
    pub card: Option<String>,
    pub merged_into: Option<RequestId>,
    pub split_from: Option<RequestId>,
}

impl Request {
    /// Whether the reporter was reached in time.
    pub fn contacted_in_time(&self) -> bool {
        self.contacted_at.is_some_and(|at| at <= self.contact_due_at)
    }
}

/// What one reporter said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of requests_report under their own names")]
pub struct Reported {
    pub id: ReportId,
    pub request_id: RequestId,
    pub person_id: Option<PersonId>,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub place: Option<String>,
    pub words: String,
    /// The report that holds name, phone and e-mail for this one.
    pub contact_of: Option<ReportId>,
    /// The matter it was made of, where that one was merged into this one.
    pub came_from: Option<RequestId>,
    pub created_at: Time,
}

/// A message as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of requests_message under their own names")]
pub struct Message {
    pub id: MessageId,
    pub way: MessageWay,
    pub person_id: Option<PersonId>,
    /// Whose answer it is.
    pub report_id: Option<ReportId>,
    pub text: String,
    pub at: Time,
}

pub(crate) fn request(row: &mut Row) -> Result<Request> {
    let (id, number, category, unit_path, site) = (row.take()?, row.take()?, row.take()?, row.take()?, row.take()?);
    let point = row.take::<Option<f64>>()?.zip(row.take::<Option<f64>>()?);
    let channel = row.take()?;
    let status: String = row.take()?;
    let status = Status::parse(&status).ok_or_else(|| Error::internal(format!("status {status}")))?;
    let (created_at, accepted_at, contacted_at) = (row.take()?, row.take()?, row.take()?);
    let (started_at, done_at, closed_at) = (row.take()?, row.take()?, row.take()?);
    let contact_due_at = row.take()?;
    let finish_limit = row.take::<String>()?.parse().map_err(Error::internal)?;
    let deadline = Deadline { yellow: row.take()?, due: row.take()? };
    Ok(Request {
        id,
        number,
        category,
        unit_path,
        site,
        point,
        channel,
        status,
        created_at,
        accepted_at,
        contacted_at,
        started_at,
        done_at,
        closed_at,
        contact_due_at,
        finish_limit,
        deadline,
        paused_at: row.take()?,
        round: row.take()?,
        handler_id: row.take()?,
        reason: row.open("requests_request.reason", id)?,
        version: row.take()?,
        outside: row.take()?,
        urgent: row.take()?,
        held: row.take()?,
        pause_reason: row.take()?,
        reopened: row.take()?,
        excluded: row.take()?,
        card: row.take()?,
        merged_into: row.take()?,
        split_from: row.take()?,
    })
}

fn request_params<'a>(tenant: TenantId, r: &'a Request, limit: &'a String, batch: Option<Id<()>>) -> [Param<'a>; 30] {
    let (lat, lon) = r.point.unzip();
    [
        tenant.into(),
        r.id.into(),
        (&r.number).into(),
        (&r.category).into(),
        (&r.unit_path).into(),
        (&r.site).into(),
        lat.into(),
        lon.into(),
        (&r.channel).into(),
        r.status.as_str().into(),
        r.created_at.into(),
        r.accepted_at.into(),
        r.contacted_at.into(),
        r.started_at.into(),
        r.done_at.into(),
        r.closed_at.into(),
        r.contact_due_at.into(),
        limit.into(),
        r.deadline.yellow.into(),
        r.deadline.due.into(),
        r.paused_at.into(),
        r.round.into(),
        r.handler_id.into(),
        Param::sealed("requests_request.reason", r.id, r.reason.as_deref()),
        r.version.into(),
        batch.into(),
        r.outside.into(),
        r.urgent.into(),
        (&r.held).into(),
        r.split_from.into(),
    ]
}

/// Adds matters, in one round trip; `batch` is the import they came with and stay unseen with.
pub fn add(tx: &mut Tx<'_>, tenant: TenantId, matters: &[Request], batch: Option<Id<()>>) -> Result<()> {
    let limits: Vec<String> = matters.iter().map(|r| r.finish_limit.to_string()).collect();
    let rows: Vec<[Param<'_>; 30]> =
        matters.iter().zip(&limits).map(|(r, limit)| request_params(tenant, r, limit, batch)).collect();
    tx.exec_many(
        sql!(
            "INSERT INTO requests_request(tenant_id, id, number, category, unit_path, site, lat, lon, channel, status,
               created_at, accepted_at, contacted_at, started_at, done_at, closed_at, contact_due_at, finish_limit,
               yellow_at, due_at, paused_at, round, handler_id, reason, version, batch_id, outside, urgent, held,
               split_from)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
               $23, $24, $25, $26, $27, $28, $29, $30)"
        ),
        &slices(&rows),
    )
}

fn slices<'a, const N: usize>(rows: &'a [[Param<'a>; N]]) -> Vec<&'a [Param<'a>]> {
    rows.iter().map(|row| &row[..]).collect()
}

/// Writes a matter back, if it is still the version that was read. Every field that an act can change is written.
///
/// # Errors
/// `Conflict` where somebody else was first.
pub fn save(tx: &mut Tx<'_>, tenant: TenantId, r: &Request) -> Result<()> {
    let saved = tx.exec(
        sql!(
            "UPDATE requests_request SET unit_path = $3, status = $4, accepted_at = $5, contacted_at = $6, started_at = $7,
               done_at = $8, closed_at = $9, yellow_at = $10, due_at = $11, paused_at = $12, round = $13,
               handler_id = $14, reason = $15, category = $17, contact_due_at = $18, finish_limit = $19, held = $20,
               pause_reason = $21, reopened = $22, excluded = $23, card = $24, merged_into = $25, outside = $26,
               version = version + 1
             WHERE tenant_id = $1 AND id = $2 AND version = $16"
        ),
        params![
            tenant,
            r.id,
            &r.unit_path,
            r.status.as_str(),
            r.accepted_at,
            r.contacted_at,
            r.started_at,
            r.done_at,
            r.closed_at,
            r.deadline.yellow,
            r.deadline.due,
            r.paused_at,
            r.round,
            r.handler_id,
            Param::sealed("requests_request.reason", r.id, r.reason.as_deref()),
            r.version,
            &r.category,
            r.contact_due_at,
            &r.finish_limit.to_string(),
            &r.held,
            &r.pause_reason,
            r.reopened,
            r.excluded,
            &r.card,
            r.merged_into,
            r.outside
        ],
    )?;
    if saved == 1 { Ok(()) } else { Err(Error::conflict("requests-changed-meanwhile")) }
}

/// A matter, held still until the end of the write. One that came with an import not yet live is not there.
pub fn hold(tx: &mut Tx<'_>, tenant: TenantId, id: RequestId) -> Result<Request> {
    tx.one(
        sql!(concat!(
            "SELECT ",
            request_columns!(),
            " FROM requests_request r WHERE tenant_id = $1 AND id = $2 AND ",
            seen!(),
            " FOR UPDATE"
        )),
        params![tenant, id],
        request,
    )
}

/// A matter, to look at.
pub fn one(read: &mut Read<'_>, tenant: TenantId, id: RequestId) -> Result<Request> {
    read.one(
        sql!(concat!(
            "SELECT ",
            request_columns!(),
            " FROM requests_request r WHERE tenant_id = $1 AND id = $2 AND ",
            seen!()
        )),
        params![tenant, id],
        request,
    )
}

fn report_params<'a>(tenant: TenantId, r: &'a Reported, link: Option<&'a [u8; 32]>) -> [Param<'a>; 12] {
    [
        tenant.into(),
        r.id.into(),
        r.request_id.into(),
        r.person_id.into(),
        Param::sealed("requests_report.name", r.id, r.name.as_deref()),
        Param::sealed("requests_report.phone", r.id, r.phone.as_deref()),
        Param::sealed("requests_report.place", r.id, r.place.as_deref()),
        Param::sealed("requests_report.words", r.id, r.words.as_str()),
        link.map(|digest| &digest[..]).into(),
        r.created_at.into(),
        Param::sealed("requests_report.email", r.id, r.email.as_deref()),
        r.contact_of.into(),
    ]
}

/// Adds what reporters said, in one round trip; `link` is the digest of a secret link's token.
pub fn add_reports(tx: &mut Tx<'_>, tenant: TenantId, reports: &[Reported], link: Option<&[u8; 32]>) -> Result<()> {
    let rows: Vec<[Param<'_>; 12]> = reports.iter().map(|r| report_params(tenant, r, link)).collect();
    tx.exec_many(
        sql!(
            "INSERT INTO requests_report(tenant_id, id, request_id, person_id, name, phone, place, words, link_digest,
               created_at, email, contact_of) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        &slices(&rows),
    )
}

pub(super) fn reported(row: &mut Row) -> Result<Reported> {
    let (id, request_id, person_id) = (row.take()?, row.take()?, row.take()?);
    let contact_of: Option<ReportId> = row.take()?;
    let mut contact = |column| -> Result<Option<String>> {
        let own: Option<String> = row.open(column, id)?;
        Ok(own.or(row.open(column, contact_of.unwrap_or(id))?))
    };
    Ok(Reported {
        id,
        request_id,
        person_id,
        name: contact("requests_report.name")?,
        phone: contact("requests_report.phone")?,
        email: contact("requests_report.email")?,
        place: row.open("requests_report.place", id)?,
        words: row.open("requests_report.words", id)?,
        contact_of,
        came_from: row.take()?,
        created_at: row.take()?,
    })
}

/// What was said of a matter, first report first.
pub fn reports(read: &mut Read<'_>, tenant: TenantId, id: RequestId) -> Result<Vec<Reported>> {
    read.rows(
        sql!(concat!(
            "SELECT ",
            report_columns!(),
            " FROM ",
            reports_with_contact!(),
            " WHERE r.tenant_id = $1 AND r.request_id = $2 ORDER BY r.id LIMIT 200"
        )),
        params![tenant, id],
        reported,
    )
}

/// A report.
pub fn by_id(read: &mut Read<'_>, tenant: TenantId, id: ReportId) -> Result<Option<Reported>> {
    read.maybe(
        sql!(concat!(
            "SELECT ",
            report_columns!(),
            " FROM ",
            reports_with_contact!(),
            " WHERE r.tenant_id = $1 AND r.id = $2"
        )),
        params![tenant, id],
        reported,
    )
}

/// The report behind a secret link.
pub fn by_link(read: &mut Read<'_>, tenant: TenantId, link: &[u8; 32]) -> Result<Option<Reported>> {
    read.maybe(
        sql!(concat!(
            "SELECT ",
            report_columns!(),
            " FROM ",
            reports_with_contact!(),
            " WHERE r.tenant_id = $1 AND r.link_digest = $2"
        )),
        params![tenant, link],
        reported,
    )
}

/// The report that a person with an account made of a matter.
pub fn by_person(read: &mut Read<'_>, tenant: TenantId, id: RequestId, person: PersonId) -> Result<Option<Reported>> {
    read.maybe(
        sql!(concat!(
            "SELECT ",
            report_columns!(),
            " FROM ",
            reports_with_contact!(),
            " WHERE r.tenant_id = $1 AND r.request_id = $2 AND r.person_id = $3 ORDER BY r.id LIMIT 1"
        )),
        params![tenant, id, person],
        reported,
    )
}

fn message_params<'a>(tenant: TenantId, id: RequestId, m: &'a Message) -> [Param<'a>; 8] {
    [
        tenant.into(),
        m.id.into(),
        id.into(),
        m.way.as_str().into(),
        m.person_id.into(),
        Param::sealed("requests_message.text", m.id, m.text.as_str()),
        m.at.into(),
        m.report_id.into(),
    ]
}

/// Adds messages, each to its matter, in one round trip.
pub fn add_messages(tx: &mut Tx<'_>, tenant: TenantId, messages: &[(RequestId, Message)]) -> Result<()> {
    let rows: Vec<[Param<'_>; 8]> = messages.iter().map(|(id, m)| message_params(tenant, *id, m)).collect();
    tx.exec_many(
        sql!(
            "INSERT INTO requests_message(tenant_id, id, request_id, kind, person_id, text, at, report_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        &slices(&rows),
    )
}

/// The messages of a matter, oldest first; the first five hundred.
pub fn messages(read: &mut Read<'_>, tenant: TenantId, id: RequestId) -> Result<Vec<Message>> {
    read.rows(
        sql!(
            "SELECT id, kind, person_id, report_id, text, at FROM requests_message
             WHERE tenant_id = $1 AND request_id = $2 ORDER BY id LIMIT 500"
        ),
        params![tenant, id],
        |row| {
            let id = row.take()?;
            let way: String = row.take()?;
            let way = MessageWay::parse(&way).ok_or_else(|| Error::internal(format!("message kind {way}")))?;
            let (person_id, report_id) = (row.take()?, row.take()?);
            let text = row.open("requests_message.text", id)?;
            Ok(Message { id, way, person_id, report_id, text, at: row.take()? })
        },
    )
}

/// A matter at its birth, nowhere yet, from a page of ours.
pub fn newborn(
    id: RequestId,
    number: String,
    category: String,
    now: Time,
    contact_due_at: Time,
    finish_limit: Limit,
    deadline: Deadline,
) -> Request {
    Request {
        id,
        number,
        category,
        unit_path: String::new(),
        site: None,
        point: None,
        channel: Channel::Web.as_str().to_owned(),
        status: Status::Received,
        created_at: now,
        accepted_at: None,
        contacted_at: None,
        started_at: None,
        done_at: None,
        closed_at: None,
        contact_due_at,
        finish_limit,
        deadline,
        paused_at: None,
        round: 0,
        handler_id: None,
        reason: None,
        version: 1,
        outside: false,
        urgent: false,
        held: None,
        pause_reason: None,
        reopened: 0,
        excluded: false,
        card: None,
        merged_into: None,
        split_from: None,
    }
}
