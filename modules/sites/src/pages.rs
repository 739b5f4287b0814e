//! The pages of sites: what the street sees, and the desk where the register is kept. Thin: they show what the store reads
//! and call the actions.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tongxin_base::{Error, Result, metres, parse_point};
use tongxin_kernel::{Level, UnitTree, history, subtree};
use tongxin_web::{
    Answer, Choice, Ctx, Face, Fail, Files, Form, FormErrors, Page, Sheet, Words, moment, see_other, url_escape,
};

use crate::actions;
use crate::api::{after, cut, range_of};
use crate::domain::{Details, Draft, Service, Site, SiteCode, SiteLevel, State};
use crate::shown::{Shown, level_choices, level_key, service_choices, service_key, unit_choices};
use crate::sign;
use crate::store::{self, Filter, one_range};

/// Sites on one page of a list.
const PAGE: i64 = 30;
/// Others shown on the page of one.
const NEIGHBOURS: i64 = 3;

/// The filter of a list, as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    unit: String,
    level: String,
    q: String,
    lat: String,
    lon: String,
    state: String,
    after: String,
}

impl ListQuery {
    fn is_empty(&self) -> bool {
        [&self.unit, &self.level, &self.q, &self.lat, &self.state].iter().all(|text| text.is_empty())
    }

    /// The address of the next page.
    fn next(&self, base: &str, cursor: &str) -> String {
        let pairs = [("unit", &self.unit), ("level", &self.level), ("q", &self.q), ("state", &self.state)];
        let kept = pairs.iter().filter(|(_, value)| !value.is_empty());
        let kept: String = kept.map(|(name, value)| format!("{name}={}&", url_escape(value))).collect();
        format!("{base}?{kept}after={cursor}")
    }
}

struct Row {
    site: Shown,
    /// "350 m", where a position was given.
    far: String,
}

#[derive(Template)]
#[template(path = "sites/list.html")]
struct ListPage {
    w: Words,
    rows: Vec<Row>,
    units: Vec<Choice>,
    levels: Vec<Choice>,
    query: ListQuery,
    filtered: bool,
    next: String,
    files: Files,
}

/// `GET /sites`.
pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Answer {
    let tenant = ctx.tenant.id;
    let units = ctx.kernel().units(tenant)?;
    let near = parse_point(&format!("{},{}", query.lat, query.lon));
    let range = range_of(&units, &query.unit).ok();
    let (mut sites, asked, page) = (Vec::new(), query.clone(), ctx.rows(PAGE));
    if let Some(range) = range {
        let read = move |read: &mut tongxin_db::Read<'_>| {
            let bounds = one_range(&range);
            let filter = Filter { bounds, level: &asked.level, state: "open", words: &asked.q };
            match near {
                Some(point) => store::nearest(read, tenant, &filter, point, page),
                None => {
                    let after = after(read, tenant, &asked.after)?;
                    store::list(read, tenant, &filter, after.as_ref(), page + 1)
                }
            }
        };
        sites = ctx.kernel().db().read(tenant, read).await?;
    }
    let next = cut(&mut sites, page).map_or_else(String::new, |cursor| query.next("/sites", &cursor));
    let now = ctx.kernel().world().now();
    let row = |site: &Site| Row {
        site: Shown::new(&ctx.words, &ctx.tenant, &units, site, now),
        far: site.details.point.zip(near).map_or_else(String::new, |(a, b)| distance(&ctx.words, metres(a, b))),
    };
    let body = ListPage {
        w: ctx.words.clone(),
        rows: sites.iter().map(row).collect(),
        units: unit_choices(&ctx.words, &units, &query.unit, Level::Grid),
        levels: level_choices(&ctx.words, &query.level),
        filtered: !query.is_empty(),
        query,
        next,
        files: Files::of(&ctx),
    };
    let cells = |row: &Row| {
        let Shown { name, level, address, now, .. } = &row.site;
        [name, level, address, &row.far, now].map(String::clone)
    };
    let heads = ["sites-field-name", "sites-field-level", "sites-field-address", "sites-far", "sites-now"];
    let sheet = Sheet::new(heads.map(|key| ctx.words.t(key)), body.rows.iter().map(cells)).cut(!body.next.is_empty());
    Page::new(Face::Street, ctx.words.t("sites-title")).list(&ctx, &body, sheet).await
}

fn distance(words: &Words, metres: f64) -> String {
    if metres < 950.0 {
        // To ten metres: a phone does not know it better.
        words.t1("sites-metres", "metres", (metres / 10.0).round() * 10.0)
    } else {
        words.t1("sites-kilometres", "kilometres", format!("{:.1}", metres / 1000.0))
    }
}

#[derive(Template)]
#[template(path = "sites/site.html")]
struct SitePage {
    w: Words,
    site: Shown,
    neighbours: Vec<Row>,
    may_change: bool,
}

/// `GET /sites/{code}`.
pub(crate) async fn site(ctx: Ctx, Path(code): Path<String>) -> Answer {
    let code = SiteCode::parse(&code).ok_or(Error::NotFound)?;
    show(&ctx, &code).await
}

async fn show(ctx: &Ctx, code: &SiteCode) -> Answer {
    let (tenant, code) = (ctx.tenant.id, code.clone());
    let units = ctx.kernel().units(tenant)?;
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let site = store::by_code(read, tenant, &code)?.ok_or(Error::NotFound)?;
        let everywhere = subtree("");
        let bounds = one_range(&everywhere);
        let filter = Filter { bounds, state: "open", ..Filter::default() };
        let near = match site.details.point {
            Some(point) => store::nearest(read, tenant, &filter, point, NEIGHBOURS + 1)?,
            None => Vec::new(),
        };
        Ok((site, near))
    };
    let (site, near) = ctx.kernel().db().read(tenant, read).await?;
    let now = ctx.kernel().world().now();
    let shown = |site: &Site| Shown::new(&ctx.words, &ctx.tenant, &units, site, now);
    let neighbours = near.iter().filter(|other| other.id != site.id).take(NEIGHBOURS.unsigned_abs() as usize);
    let far = |other: &Site| {
        let both = other.details.point.zip(site.details.point);
        both.map_or_else(String::new, |(a, b)| distance(&ctx.words, metres(a, b)))
    };
    let facts = tongxin_kernel::Facts { unit_path: &site.details.unit_path, ..tongxin_kernel::Facts::default() };
    let body = SitePage {
        w: ctx.words.clone(),
        neighbours: neighbours.map(|other| Row { site: shown(other), far: far(other) }).collect(),
        site: shown(&site),
        may_change: ctx.kernel().access().allows(&ctx.who, "sites.change", &facts),
    };
    let title = body.site.name.clone();
    Page::new(Face::Street, title).show(ctx, &body)
}

#[derive(Template)]
#[template(path = "sites/unknown.html")]
struct UnknownPage {
    w: Words,
    code: String,
}

#[derive(Deserialize)]
pub(crate) struct AskedCode {
    #[serde(default)]
    code: String,
}

/// `GET /q`: for those whose camera will not do it.
pub(crate) async fn ask_code(ctx: Ctx, Query(AskedCode { code }): Query<AskedCode>) -> Answer {
    if !code.trim().is_empty() {
        // As it is printed, where it can be a code; else as it was typed, to be shown again.
        let code = SiteCode::parse(&code).map_or_else(|| url_escape(code.trim()), |code| code.to_string());
        return Ok(see_other(&format!("/q/{code}")));
    }
    let body = UnknownPage { w: ctx.words.clone(), code };
    Page::new(Face::Street, ctx.words.t("sites-code-title")).show(&ctx, &body)
}

/// `GET /q/{code}`: where a sign leads.
pub(crate) async fn scanned(ctx: Ctx, Path(text): Path<String>) -> Answer {
    let answer = match SiteCode::parse(&text) {
        Some(code) => show(&ctx, &code).await,
        None => Err(Fail(Error::NotFound)),
    };
    match answer {
        Err(Fail(Error::NotFound)) => {
            let body = UnknownPage { w: ctx.words.clone(), code: text };
            let page = Page::new(Face::Street, ctx.words.t("sites-code-unknown"));
            page.failed(StatusCode::NOT_FOUND).show(&ctx, &body)
        }
        answer => answer,
    }
}

struct DeskRow {
    site: Shown,
    /// Its own number; empty where it has none.
    phone: String,
    changed: String,
}

#[derive(Template)]
#[template(path = "sites/desk.html")]
struct DeskPage {
    w: Words,
    rows: Vec<DeskRow>,
    units: Vec<Choice>,
    levels: Vec<Choice>,
    states: Vec<Choice>,
    query: ListQuery,
    filtered: bool,
    next: String,
    files: Files,
    /// All signs of what is listed, on A4 and on A6.
    signs: (String, String),
}

/// `GET /desk/sites`: the sites in the units where the reader looks after them.
pub(crate) async fn desk(ctx: Ctx, Query(query): Query<ListQuery>) -> Answer {
    let tenant = ctx.tenant.id;
    let units = ctx.kernel().units(tenant)?;
    let mut scope = ctx.kernel().access().scope(&ctx.who, "sites.change")?;
    if !query.unit.is_empty() {
        scope = units.by_code(&query.unit).map_or_else(tongxin_kernel::Scope::nothing, |unit| scope.under(&unit.path));
    }
    let (asked, page) = (query.clone(), ctx.rows(PAGE));
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let after = after(read, tenant, &asked.after)?;
        let filter = Filter { bounds: scope.bounds(), level: &asked.level, state: &asked.state, words: &asked.q };
        store::list(read, tenant, &filter, after.as_ref(), page + 1)
    };
    let mut sites = ctx.kernel().db().read(tenant, read).await?;
    let next = cut(&mut sites, page).map_or_else(String::new, |cursor| query.next("/desk/sites", &cursor));
    let now = ctx.kernel().world().now();
    let row = |site: &Site| DeskRow {
        phone: site.details.phone.clone().unwrap_or_default(),
        site: Shown::new(&ctx.words, &ctx.tenant, &units, site, now),
        changed: moment(&ctx.words, ctx.tenant.zone(), site.changed_at),
    };
    let state = |state: State, label: &str| Choice {
        value: state.as_str().to_owned(),
        label: label.to_owned(),
        chosen: query.state == state.as_str(),
        ..Choice::default()
    };
    let body = DeskPage {
        w: ctx.words.clone(),
        rows: sites.iter().map(row).collect(),
        units: unit_choices(&ctx.words, &units, &query.unit, Level::Grid),
        levels: level_choices(&ctx.words, &query.level),
        states: vec![
            state(State::Open, &ctx.words.t("sites-state-open")),
            state(State::Closed, &ctx.words.t("sites-state-closed")),
        ],
        filtered: !query.is_empty(),
        signs: (sign::address("a4", &query.unit), sign::address("a6", &query.unit)),
        query,
        next,
        files: Files::of(&ctx),
    };
    let cells = |row: &DeskRow| {
        let Shown { code, name, level, unit, address, closed, .. } = &row.site;
        let state = ctx.words.t(if *closed { "sites-state-closed" } else { "sites-state-open" });
        [code, name, level, unit, address, &row.phone, &state, &row.changed].map(String::clone)
    };
    let heads =
        ["code", "name", "level", "unit", "address", "phone", "state"].map(|field| format!("sites-field-{field}"));
    let heads = heads.iter().map(String::as_str).chain(["sites-changed-at"]).map(|key| ctx.words.t(key));
    let sheet = Sheet::new(heads, body.rows.iter().map(cells)).cut(!body.next.is_empty());
    Page::new(Face::Desk, ctx.words.t("sites-desk-title")).list(&ctx, &body, sheet).await
}

struct HistoryRow {
    at: String,
    when: String,
    who: String,
    words: String,
    note: String,
}

/// The site a form changes; a new one has none yet.
struct Edited {
    code: String,
    spoken: String,
    version: i64,
    closed: bool,
    history: Vec<HistoryRow>,
}

#[derive(Template)]
#[template(path = "sites/form.html")]
struct FormPage {
    w: Words,
    csrf: String,
    once: String,
    title: String,
    draft: Draft,
    errors: FormErrors,
    levels: Vec<Choice>,
    units: Vec<Choice>,
    services: Vec<Choice>,
    systems: Vec<Choice>,
    site: Option<Edited>,
    /// What was just done; empty where nothing was.
    done: String,
    /// What somebody else saved in the meantime, field by field; empty where nobody did.
    theirs: Vec<(String, String)>,
}

impl FormPage {
    fn new(ctx: &Ctx, units: &UnitTree, draft: Draft, title: String) -> Self {
        let words = &ctx.words;
        Self {
            csrf: ctx.csrf(),
            once: ctx.kernel().world().secret(),
            title,
            levels: level_choices(words, &draft.level),
            units: unit_choices(words, units, &draft.unit, Level::Building),
            services: service_choices(words, &draft.services),
            systems: Choice::systems(words, &draft.system),
            errors: FormErrors::default(),
            site: None,
            done: String::new(),
            theirs: Vec::new(),
            w: words.clone(),
            draft,
        }
    }

    fn show(self, ctx: &Ctx, status: StatusCode) -> Answer {
        let page = Page::new(Face::Desk, self.title.clone());
        let page = if status.is_success() { page } else { page.failed(status) };
        page.show(ctx, &self)
    }
}

/// `GET /desk/sites/new`.
pub(crate) async fn new(ctx: Ctx) -> Answer {
    let units = ctx.kernel().units(ctx.tenant.id)?;
    FormPage::new(&ctx, &units, Draft::default(), ctx.words.t("sites-new-title")).show(&ctx, StatusCode::OK)
}

/// `POST /desk/sites/new`.
pub(crate) async fn add(ctx: Ctx, form: Form<Draft>) -> Answer {
    let call = ctx.call_once(&form.once)?;
    match actions::add_site(ctx.kernel(), call, &form.fields).await {
        Ok(code) => Ok(see_other(&format!("/desk/sites/{code}?done=added"))),
        Err(error) => {
            let errors = FormErrors::take_named(&ctx.words, error, "sites-field-")?;
            let units = ctx.kernel().units(ctx.tenant.id)?;
            let mut page = FormPage::new(&ctx, &units, form.fields, ctx.words.t("sites-new-title"));
            page.errors = errors;
            page.show(&ctx, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    done: String,
}

/// `GET /desk/sites/{code}`.
pub(crate) async fn edit(ctx: Ctx, Path(code): Path<String>, Query(Done { done }): Query<Done>) -> Answer {
    let site = to_change(&ctx, &code).await?;
    let mut page = edit_page(&ctx, &site, Draft::of(&site.details)).await?;
    page.done = match done.as_str() {
        "added" => ctx.words.t("sites-done-added"),
        "saved" => ctx.words.t("sites-done-saved"),
        "closed" => ctx.words.t("sites-done-closed"),
        "reopened" => ctx.words.t("sites-done-reopened"),
        _ => String::new(),
    };
    page.show(&ctx, StatusCode::OK)
}

async fn to_change(ctx: &Ctx, code: &str) -> Result<Site> {
    let code = SiteCode::parse(code).ok_or(Error::NotFound)?;
    let tenant = ctx.tenant.id;
    let found = ctx.kernel().db().read(tenant, move |read| store::by_code(read, tenant, &code)).await?;
    let site = found.ok_or(Error::NotFound)?;
    let facts = tongxin_kernel::Facts { unit_path: &site.details.unit_path, ..tongxin_kernel::Facts::default() };
    ctx.require("sites.change", tongxin_kernel::ReadOrNot::Known, &facts)?;
    Ok(site)
}

async fn edit_page(ctx: &Ctx, site: &Site, draft: Draft) -> Result<FormPage> {
    let (tenant, subject) = (ctx.tenant.id, actions::subject(site.id));
    let units = ctx.kernel().units(tenant)?;
    let items = ctx.kernel().db().read(tenant, move |read| history(read, tenant, &subject)).await?;
    let row = |item: tongxin_kernel::HistoryItem| HistoryRow {
        at: item.at.to_string(),
        when: moment(&ctx.words, ctx.tenant.zone(), item.at),
        who: item.actor,
        words: ctx.words.t(match item.action.as_str() {
            "sites.add" => "sites-history-add",
            "sites.close" => "sites-history-close",
            "sites.reopen" => "sites-history-reopen",
            _ => "sites-history-change",
        }),
        note: changes_in_words(&ctx.words, &item.payload),
    };
    let name = site.details.name.to(ctx.locale());
    let mut page = FormPage::new(ctx, &units, draft, ctx.words.t1("sites-edit-title", "name", name));
    page.site = Some(Edited {
        code: site.code.to_string(),
        spoken: site.code.spoken(),
        version: site.version,
        closed: site.state == State::Closed,
        history: items.into_iter().rev().map(row).collect(),
    });
    Ok(page)
}

/// "Phone: old → new", from the journal's own payload.
fn changes_in_words(words: &Words, payload: &serde_json::Value) -> String {
    let Some(changed) = payload.get("changed").and_then(|changed| changed.as_object()) else { return String::new() };
    let side = |field: &str, value: &serde_json::Value, side: usize| {
        value_name(words, field, value.get(side).and_then(|text| text.as_str()).unwrap_or_default())
    };
    let change = |(field, value): (&String, &serde_json::Value)| {
        format!("{}: {} → {}", field_name(words, field), side(field, value, 0), side(field, value, 1))
    };
    changed.iter().map(change).collect::<Vec<_>>().join("; ")
}

fn field_name(words: &Words, field: &str) -> String {
    words.t(&format!("sites-field-{}", field.replace('_', "-")))
}

/// The value of a field as a reader knows it: words of the field become words of the page.
fn value_name(words: &Words, field: &str, value: &str) -> String {
    match field {
        _ if value.is_empty() => words.t("common-none"),
        "level" => SiteLevel::parse(value).map_or_else(|| value.to_owned(), |level| words.t(level_key(level))),
        "services" => {
            let known = Service::parse_list(value).unwrap_or_default();
            known
                .into_iter()
                .map(|service| words.t(service_key(service)))
                .collect::<Vec<_>>()
                .join(&words.t("sites-and"))
        }
        _ => value.to_owned(),
    }
}

#[derive(Deserialize)]
pub(crate) struct ChangeForm {
    #[serde(flatten)]
    draft: Draft,
    #[serde(default)]
    version: String,
}

/// `POST /desk/sites/{code}`.
pub(crate) async fn change(ctx: Ctx, Path(code): Path<String>, form: Form<ChangeForm>) -> Answer {
    let site = to_change(&ctx, &code).await?;
    let ChangeForm { draft, version } = form.fields;
    let version = version.parse().unwrap_or(0);
    let call = ctx.call_once(&form.once)?;
    match actions::change_site(ctx.kernel(), call, &site.code, version, &draft).await {
        Ok(()) => Ok(see_other(&format!("/desk/sites/{}?done=saved", site.code))),
        Err(Error::Conflict(..)) => {
            // Nothing is overwritten and nothing is lost: what this clerk wrote stays in the form, what the other one
            // saved is named beside it, and sending again is a decision.
            let site = to_change(&ctx, &code).await?;
            let theirs = theirs(&ctx.words, &site.details, &draft);
            let mut page = edit_page(&ctx, &site, draft).await?;
            page.theirs = theirs;
            page.show(&ctx, StatusCode::CONFLICT)
        }
        Err(error) => {
            let errors = FormErrors::take_named(&ctx.words, error, "sites-field-")?;
            let mut page = edit_page(&ctx, &site, draft).await?;
            if let Some(site) = &mut page.site {
                site.version = version;
            }
            page.errors = errors;
            page.show(&ctx, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// The fields in which what is kept differs from what was sent, with what is kept.
fn theirs(words: &Words, kept: &Details, sent: &Draft) -> Vec<(String, String)> {
    let pairs = Draft::of(kept).fields().into_iter().zip(sent.fields().into_values());
    let differing = pairs.filter(|((_, kept), sent)| kept.as_str() != sent.trim());
    differing.map(|((field, kept), _)| (field_name(words, &field), value_name(words, &field, &kept))).collect()
}

#[derive(Deserialize)]
pub(crate) struct NoFields {}

/// `POST /desk/sites/{code}/close`.
pub(crate) async fn close(ctx: Ctx, Path(code): Path<String>, _: Form<NoFields>) -> Answer<Response> {
    let site = to_change(&ctx, &code).await?;
    actions::close_site(ctx.kernel(), ctx.call(b"")?, &site.code).await?;
    Ok(see_other(&format!("/desk/sites/{}?done=closed", site.code)))
}

/// `POST /desk/sites/{code}/reopen`.
pub(crate) async fn reopen(ctx: Ctx, Path(code): Path<String>, _: Form<NoFields>) -> Answer<Response> {
    let site = to_change(&ctx, &code).await?;
    actions::reopen_site(ctx.kernel(), ctx.call(b"")?, &site.code).await?;
    Ok(see_other(&format!("/desk/sites/{}?done=reopened", site.code)))
}
