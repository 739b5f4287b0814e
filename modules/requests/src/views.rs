//! What a reader gets to see of a request and an order; words and contacts only where they may be read.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tongxin_base::calendar::State;
use tongxin_base::{Error, Label, Locale, Result, TenantId, Time, metres};
use tongxin_db::Read;
use tongxin_kernel::{Access, PersonId, ReadOrNot, Tenant, UnitTree, Who, people_store};
use utoipa::ToSchema;

use crate::actions::{Why, asked_here, facts, own_report};
use crate::domain::{Category, MessageWay, OrderId, OrderState, ReportId, RequestId, Status};
use crate::photos::{self, PhotoView};
use crate::store::categories;
use crate::store::desk::{self, Delegation, Exclusion};
use crate::store::lists;
use crate::store::orders::{self, Listed, Material, Order};
use crate::store::photos::Photo;
use crate::store::requests::{self, Message, Reported, Request};

mod listed;

pub use listed::list;

/// A point, WGS 84 degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Point {
    /// Latitude, -90 to 90.
    pub lat: f64,
    /// Longitude, -180 to 180.
    pub lon: f64,
}

impl From<(f64, f64)> for Point {
    fn from((lat, lon): (f64, f64)) -> Self {
        Self { lat, lon }
    }
}

/// A name with its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Named {
    /// The code.
    pub code: String,
    /// The name, in the reader's language.
    pub name: String,
}

/// How a time limit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitState {
    /// Less than 80 % used.
    Green,
    /// 80 % or more.
    Yellow,
    /// Over.
    Red,
    /// Standing still while the reporter is asked something.
    Paused,
}

impl LimitState {
    /// The word for classes and keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::Paused => "paused",
        }
    }

    /// All of them, the most pressing first.
    pub const ALL: [Self; 4] = [Self::Red, Self::Yellow, Self::Green, Self::Paused];

    /// The state of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

impl From<State> for LimitState {
    fn from(state: State) -> Self {
        match state {
            State::Green => Self::Green,
            State::Yellow => Self::Yellow,
            State::Red => Self::Red,
        }
    }
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OrderView {
    /// Which one.
    #[schema(value_type = uuid::Uuid)]
    pub id: OrderId,
    /// Its request.
    #[schema(value_type = uuid::Uuid)]
    pub request_id: RequestId,
    /// The number of its request.
    pub number: String,
    /// Where it stands.
    pub status: OrderState,
    /// The pool it was placed in.
    pub pool: String,
    /// The kind of matter.
    pub category: Named,
    /// The unit.
    pub unit: Named,
    /// Where it is.
    pub location: Option<Point>,
    /// The printed code of the site it is at.
    pub site: Option<String>,
    /// The public name of who has it.
    pub worker: Option<String>,
    /// When it was placed.
    #[schema(value_type = String)]
    pub opened_at: Time,
    /// By when it must be done.
    #[schema(value_type = String)]
    pub due_at: Time,
    /// How that stands.
    pub limit: LimitState,
    /// Metres from the `near` of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<f64>,
    /// By when somebody must have grabbed it; then it is assigned.
    #[schema(value_type = Option<String>)]
    pub grab_due_at: Option<Time>,
    /// By when who has it must have begun; then it goes back to the pool.
    #[schema(value_type = Option<String>)]
    pub lease_due_at: Option<Time>,
    /// The skill it asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill: Option<String>,
    /// Why it was assigned to who has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
    /// What was done; for those who may read the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RequestView {
    /// Which one.
    #[schema(value_type = uuid::Uuid)]
    pub id: RequestId,
    /// The number to name on the phone.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// The kind of matter.
    pub category: Named,
    /// The unit it belongs to.
    pub unit: Named,
    /// Where it is.
    pub location: Option<Point>,
    /// The printed code of the site it is at.
    pub site: Option<String>,
    /// What the reporter wrote.
    pub description: String,
    /// The place in the reporter's words.
    pub place: Option<String>,
    /// When it was reported.
    #[schema(value_type = String)]
    pub created_at: Time,
    /// When it was taken on.
    #[schema(value_type = Option<String>)]
    pub accepted_at: Option<Time>,
    /// When the reporter was reached.
    #[schema(value_type = Option<String>)]
    pub contacted_at: Option<Time>,
    /// By when the reporter must be reached.
    #[schema(value_type = String)]
    pub contact_due_at: Time,
    /// By when it must be done.
    #[schema(value_type = String)]
    pub due_at: Time,
    /// How that stands.
    pub limit: LimitState,
    /// When it was done.
    #[schema(value_type = Option<String>)]
    pub done_at: Option<Time>,
    /// Why it was declined.
    pub reason: Option<String>,
    /// How often it was completed: a request that was opened again is completed again.
    pub round: i64,
    /// Grows with each change.
    pub version: i64,
    /// The newest piece of work on it.
    pub order: Option<OrderView>,
    /// Its photos, as far as the reader sees them; empty in lists.
    #[serde(default)]
    pub photos: Vec<PhotoView>,
    /// How many reported it.
    pub reporters: i64,
    /// Its words speak of danger.
    pub urgent: bool,
    /// Its point is farther from every grid than we look after.
    pub outside: bool,
    /// Why nobody but the desk sees it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
    /// Why the clock stands still: `question`, or a code of the reasons to wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<String>,
    /// How often it was opened again.
    pub reopened: i64,
    /// Left out of the assessment, by approval.
    pub excluded: bool,
    /// The stages of its time, each with its own limit.
    pub stages: Vec<Stage>,
    /// The matter it became part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Kin>,
    /// The matters that were split off it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Kin>,
}

/// Another matter that this one has to do with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Kin {
    /// Which one.
    #[schema(value_type = uuid::Uuid)]
    pub id: RequestId,
    /// Its number.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// The token of the reader's own link there, where they reported what it was split off from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

impl From<&Request> for Kin {
    fn from(request: &Request) -> Self {
        Self { id: request.id, number: request.number.clone(), status: request.status, token: None }
    }
}

/// One stage of a matter's time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Stage {
    /// `contact`, `grab`, `start` or `finish`.
    pub name: String,
    /// By when.
    #[schema(value_type = String)]
    pub due_at: Time,
    /// When it was reached; null while it is not.
    #[schema(value_type = Option<String>)]
    pub reached_at: Option<Time>,
    /// Whether it was reached in time, or still can be.
    pub in_time: bool,
}

fn stage(name: &str, due_at: Time, reached_at: Option<Time>, now: Time) -> Stage {
    Stage { name: name.to_owned(), due_at, reached_at, in_time: reached_at.unwrap_or(now) <= due_at }
}

/// The stages of a matter and of the order on it.
fn stages(request: &Request, order: Option<&Order>, now: Time) -> Vec<Stage> {
    let mut stages = vec![stage("contact", request.contact_due_at, request.contacted_at, now)];
    if let Some(order) = order {
        let grab = order.grab_due_at.map(|due| stage("grab", due, order.grabbed_at, now));
        let start = order.lease_due_at.map(|due| stage("start", due, order.started_at, now));
        stages.extend(grab.into_iter().chain(start));
    }
    stages.push(stage("finish", request.deadline.due, request.done_at, now));
    stages
}

/// What is needed to give things their names.
pub struct Names {
    units: Arc<UnitTree>,
    categories: Vec<Category>,
    in_use: usize,
    locale: Locale,
}

impl Names {
    /// Reads the categories; the units are the tenant's.
    ///
    /// # Errors
    /// As `Read::rows`.
    pub fn load(read: &mut Read<'_>, tenant: &Tenant, locale: Locale) -> Result<Self> {
        let categories = categories::even_retired(read, tenant.id)?;
        let in_use = categories.iter().filter(|(_, active)| *active).count();
        let categories = categories.into_iter().map(|(category, _)| category).collect();
        Ok(Self { units: Arc::clone(&tenant.units), categories, in_use, locale })
    }

    /// The unit tree.
    pub fn units(&self) -> &UnitTree {
        &self.units
    }

    /// The categories that may be chosen.
    pub fn categories(&self) -> &[Category] {
        self.categories.get(..self.in_use).unwrap_or_default()
    }

    /// The categories that matters may have, those no longer chosen at the end.
    pub fn even_retired(&self) -> &[Category] {
        &self.categories
    }

    /// The names of where a matter is, in both languages, and the code of its site: it is found by them too.
    pub(crate) fn around(&self, request: &Request) -> String {
        let units = self.units.iter().filter(|unit| request.unit_path.starts_with(&unit.path)).map(|unit| &unit.name);
        let mut text: String = units.map(|name| format!("\n{}\n{}", name.zh, name.en)).collect();
        text.push('\n');
        text.push_str(request.site.as_deref().unwrap_or_default());
        text
    }

    /// The name of a category.
    pub fn category(&self, code: &str) -> Named {
        let known = self.categories.iter().find(|category| category.code == code);
        let name = known.map_or_else(|| code.to_owned(), |category| category.name.to(self.locale).to_owned());
        Named { code: code.to_owned(), name }
    }

    /// The name of a unit.
    pub fn unit(&self, path: &str) -> Named {
        let label = |name: &Label| name.to(self.locale).to_owned();
        match self.units.by_path(path) {
            Some(unit) => Named { code: unit.code.clone(), name: label(&unit.name) },
            None => Named { code: path.to_owned(), name: path.to_owned() },
        }
    }
}

/// How a request's limit stands: where it ended, then; where it is paused, it stands still.
pub fn limit_state(request: &Request, now: Time) -> LimitState {
    if request.paused_at.is_some() {
        return LimitState::Paused;
    }
    let at = request.done_at.or(request.closed_at).unwrap_or(now);
    request.deadline.state(at).into()
}

/// Everything about one request, for who may read it.
pub struct Detail {
    /// The matter.
    pub request: Request,
    /// As it is shown.
    pub view: RequestView,
    /// The newest order.
    pub order: Option<Order>,
    /// All reports.
    pub reports: Vec<Reported>,
    /// All messages.
    pub messages: Vec<Message>,
    /// The photos the reader sees.
    pub photos: Vec<Photo>,
    /// What was used up.
    pub materials: Vec<Material>,
    /// Which other units were called.
    pub delegations: Vec<Delegation>,
    /// What was asked to be left out.
    pub exclusions: Vec<Exclusion>,
    /// Matters that were split off this one or went into it.
    pub kin: Vec<Request>,
    /// The matter that this one went into.
    pub merged_into: Option<Request>,
    /// The asker's own reports at the matters that were split off this one.
    pub own_parts: Vec<(Kin, ReportId)>,
}

/// Who asks, with what in hand.
pub struct Asker<'a> {
    /// The policies.
    pub access: &'a Access,
    /// Who.
    pub who: &'a Who,
    /// The token of a secret link.
    pub link: Option<&'a str>,
    /// The moment of asking.
    pub now: Time,
    /// The reader's language.
    pub locale: Locale,
}

/// One request, if the asker may read it.
///
/// # Errors
/// `NotFound` where there is none or none they may see.
pub fn detail(read: &mut Read<'_>, house: &Tenant, id: RequestId, asker: &Asker<'_>) -> Result<Detail> {
    let tenant = house.id;
    let request = requests::one(read, tenant, id)?;
    let order = orders::latest(read, tenant, id)?;
    let own = own_report(read, asker.who, &request, asker.link)?;
    let facts = facts(&request, order.as_ref(), own.is_some(), asker.who);
    let delegations = desk::delegations(read, tenant, id)?;
    if !asked_here(asker.access, asker.who, "requests.read", &delegations) {
        let known = ReadOrNot::If("requests.read");
        asker.access.require(asker.who, "requests.read", known, &facts).map_err(|error| match error {
            // A link that is wrong and a request that is not there look the same.
            Error::Unauthenticated if asker.link.is_some() => Error::NotFound,
            other => other,
        })?;
    }
    let names = Names::load(read, house, asker.locale)?;
    let reports = requests::reports(read, tenant, id)?;
    let mut messages = requests::messages(read, tenant, id)?;
    if let Some(own) = &own {
        // Of several reporters each reads what they answered themselves, and nobody the notes of those who work on it.
        messages.retain(|message| match message.way {
            MessageWay::Answer => message.report_id == Some(own.id),
            MessageWay::Note => false,
            MessageWay::Question | MessageWay::Update => true,
        });
    }
    let materials = orders::materials(read, tenant, id)?;
    let exclusions = desk::exclusions(read, tenant, id)?;
    let kin = lists::kin(read, tenant, id)?;
    let merged_into = request.merged_into.map(|into| requests::one(read, tenant, into)).transpose()?;
    let mut view = request_view(&request, &names, asker.now);
    view.reporters = i64::try_from(reports.len()).unwrap_or_default();
    view.merged_into = merged_into.as_ref().map(Kin::from);
    view.parts = kin.iter().filter(|other| other.split_from == Some(id)).map(Kin::from).collect();
    let shown = own.as_ref().or(reports.first());
    view.description = shown.map(|report| report.words.clone()).unwrap_or_default();
    view.place = shown.and_then(|report| report.place.clone());
    view.reason.clone_from(&request.reason);
    // Where exactly somebody else said it is, is theirs; category and unit are everybody's.
    let joined = own.as_ref().is_some_and(|own| reports.first().is_some_and(|first| first.id != own.id));
    if joined {
        view.location = None;
    }
    if let Some(order) = &order {
        let worker = worker_name(read, tenant, order.worker_id)?;
        let listed = Listed::of(order, &request);
        let mut order_view = order_view(&listed, worker, &names, asker.now);
        order_view.note.clone_from(&order.note);
        if joined {
            order_view.location = None;
        }
        view.order = Some(order_view);
        view.stages = stages(&request, Some(order), asker.now);
    }
    let photos = photos::seen(read, tenant, &request, (order.as_ref(), own.as_ref()), asker)?;
    view.photos = photos.iter().map(|photo| photos::view(photo, asker.link)).collect();
    let mut own_parts = Vec::new();
    if let Some(own) = &own {
        for part in kin.iter().filter(|other| other.split_from == Some(id)) {
            let said = requests::reports(read, tenant, part.id)?;
            let mine = said.iter().find(|report| report.contact_of == Some(own.contact_of.unwrap_or(own.id)));
            own_parts.extend(mine.map(|report| (Kin::from(part), report.id)));
        }
    }
    Ok(Detail {
        request,
        view,
        order,
        reports,
        messages,
        photos,
        materials,
        delegations,
        exclusions,
        kin,
        merged_into,
        own_parts,
    })
}

fn worker_name(read: &mut Read<'_>, tenant: TenantId, worker: Option<PersonId>) -> Result<Option<String>> {
    worker.map_or(Ok(None), |worker| people_store::public_name(read, tenant, worker).map(Some))
}

/// A request without anybody's words.
pub fn request_view(request: &Request, names: &Names, now: Time) -> RequestView {
    RequestView {
        id: request.id,
        number: request.number.clone(),
        status: request.status,
        category: names.category(&request.category),
        unit: names.unit(&request.unit_path),
        location: request.point.map(Point::from),
        site: request.site.clone(),
        description: String::new(),
        place: None,
        created_at: request.created_at,
        accepted_at: request.accepted_at,
        contacted_at: request.contacted_at,
        contact_due_at: request.contact_due_at,
        due_at: request.deadline.due,
        limit: limit_state(request, now),
        done_at: request.done_at,
        reason: None,
        round: request.round,
        version: request.version,
        order: None,
        photos: Vec::new(),
        reporters: 1,
        urgent: request.urgent,
        outside: request.outside,
        held: request.held.clone(),
        paused: request.pause_reason.clone(),
        reopened: request.reopened,
        excluded: request.excluded,
        stages: stages(request, None, now),
        merged_into: None,
        parts: Vec::new(),
    }
}

fn order_view(listed: &Listed, worker: Option<String>, names: &Names, now: Time) -> OrderView {
    let order = &listed.order;
    let at = order.ended_at.unwrap_or(now);
    let limit = if listed.paused { LimitState::Paused } else { order.deadline.state(at).into() };
    OrderView {
        id: order.id,
        request_id: order.request_id,
        number: listed.number.clone(),
        status: order.state,
        pool: order.pool.clone(),
        category: names.category(&order.category),
        unit: names.unit(&order.unit_path),
        location: order.point.map(Point::from),
        site: listed.site.clone(),
        worker,
        opened_at: order.opened_at,
        due_at: order.deadline.due,
        limit,
        distance_m: None,
        grab_due_at: order.grab_due_at,
        lease_due_at: order.lease_due_at,
        skill: order.skill.clone(),
        why: order.why.as_deref().and_then(Why::parse),
        note: None,
    }
}

/// Names for a list of orders, nearest first where a point is given.
///
/// # Errors
/// As `Read::rows`.
pub fn order_views(
    read: &mut Read<'_>,
    house: &Tenant,
    found: &[Listed],
    (locale, now): (Locale, Time),
    near: Option<(f64, f64)>,
) -> Result<Vec<OrderView>> {
    let (tenant, names) = (house.id, Names::load(read, house, locale)?);
    let mut views = Vec::with_capacity(found.len());
    for listed in found {
        let worker = worker_name(read, tenant, listed.order.worker_id)?;
        let mut view = order_view(listed, worker, &names, now);
        view.distance_m = near.zip(listed.order.point).map(|(here, there)| metres(here, there).round());
        views.push(view);
    }
    if near.is_some() {
        let far = |view: &OrderView| view.distance_m.unwrap_or(f64::MAX);
        views.sort_by(|a, b| far(a).total_cmp(&far(b)));
    }
    Ok(views)
}
