//! The calendar: a year at a glance for administrators, to change; and for programs, to read and to change.

use askama::Template;
use axum::Json;
use axum::extract::Query;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tongxin_base::calendar::{Date, Day};
use tongxin_base::{Error, FieldError, Result};
use tongxin_kernel::{
    Act, CalendarDay, Call, DayChange, Facts, Kernel, ReadOrNot, Tenant, WorkTimes, calendar_days, change_days,
    change_times,
};
use utoipa::{IntoParams, ToSchema};

use crate::api::{ApiBody, Problem};
use crate::ctx::Ctx;
use crate::failure::Answer;
use crate::form::{Form, FormErrors};
use crate::module::Face;
use crate::page::{Choice, Page, see_other};
use crate::routes::{Gate, Routes};
use crate::sheet::{Files, Sheet};
use crate::words::Words;

/// The years that can be looked at: those of the shipped table, and as far ahead as days may be entered.
const YEARS: std::ops::RangeInclusive<i16> = 2007..=2099;

pub(crate) fn routes() -> Routes {
    use utoipa_axum::routes;
    Routes::new()
        .list(Gate::May("calendar.change"), "/admin/calendar", page)
        .post(Gate::May("calendar.change"), "/admin/calendar", set_day)
        .post(Gate::May("calendar.change"), "/admin/calendar/remove", drop_day)
        .post(Gate::May("calendar.change"), "/admin/calendar/hours", set_times)
        .api(Gate::Public, routes!(get_calendar))
        .api(Gate::May("calendar.change"), routes!(change_calendar))
}

/// What the caller asks for, if they may; then it is in force here at once, and on other servers within a minute.
async fn change(kernel: &Kernel, call: Call, days: Vec<DayChange>, times: Option<WorkTimes>) -> Result<u64> {
    let change = move |act: &mut Act<'_, '_>| {
        act.kernel.access().require(&act.call.who, "calendar.change", ReadOrNot::Known, &Facts::default())?;
        if let Some(times) = &times {
            change_times(act, times)?;
        }
        change_days(act, &days)
    };
    let changed = kernel.act(call, "calendar.change", change).await?;
    kernel.reload().await?;
    Ok(changed)
}

/// The tenant as it stands now: the request's own was read before the change.
fn fresh(ctx: &Ctx) -> std::sync::Arc<Tenant> {
    ctx.kernel().tenant(ctx.tenant.id).unwrap_or_else(|| std::sync::Arc::clone(&ctx.tenant))
}

fn today(ctx: &Ctx) -> Date {
    ctx.kernel().world().now().in_zone(ctx.tenant.zone()).date()
}

/// The tenant's own days of a year.
async fn own_days(ctx: &Ctx, year: i16) -> Result<Vec<CalendarDay>> {
    let ends = Date::new(year, 1, 1).and_then(|from| Ok((from, Date::new(year, 12, 31)?))).map_err(Error::internal)?;
    let tenant = ctx.tenant.id;
    ctx.kernel().db().read(tenant, move |read| calendar_days(read, tenant, ends)).await
}

struct Cell {
    number: i8,
    href: String,
    /// `off`, `work`, `weekend` or nothing.
    look: &'static str,
    own: bool,
    today: bool,
    mark: String,
    label: String,
}

struct Month {
    name: String,
    weeks: Vec<Vec<Option<Cell>>>,
}

struct Special {
    date: String,
    when: String,
    kind: String,
    name: String,
    own: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct DayForm {
    date: String,
    kind: String,
    name: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct TimesForm {
    hours: String,
    quiet: String,
}

#[derive(Template)]
#[template(path = "calendar.html")]
struct CalendarPage {
    w: Words,
    csrf: String,
    year: i16,
    before: String,
    after: String,
    known: bool,
    months: Vec<Month>,
    weekdays: Vec<String>,
    specials: Vec<Special>,
    day: DayForm,
    kinds: Vec<Choice>,
    times: TimesForm,
    errors: FormErrors,
    done: String,
    files: Files,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    year: String,
    day: String,
    done: String,
}

/// `GET /admin/calendar?year=2026&day=2026-10-01`.
async fn page(ctx: Ctx, Query(asked): Query<Asked>) -> Answer {
    let chosen: Option<Date> = asked.day.parse().ok();
    let year = asked.year.parse().ok().or(chosen.map(Date::year)).unwrap_or_else(|| today(&ctx).year());
    let own = own_days(&ctx, year).await?;
    let day = chosen.map_or_else(DayForm::default, |date| {
        let known = own.iter().find(|day| day.date == date);
        let works = ctx.tenant.calendar.is_workday(date);
        DayForm {
            date: date.to_string(),
            kind: if works { "holiday" } else { "working" }.to_owned(),
            name: known.map(|day| day.name.clone()).unwrap_or_default(),
        }
    });
    show(&ctx, year, own, (day, None), FormErrors::default(), &asked.done).await
}

async fn show(
    ctx: &Ctx,
    year: i16,
    own: Vec<CalendarDay>,
    (day, times): (DayForm, Option<TimesForm>),
    errors: FormErrors,
    done: &str,
) -> Answer {
    if !YEARS.contains(&year) {
        return Err(Error::NotFound.into());
    }
    let (w, tenant) = (&ctx.words, fresh(ctx));
    let kind = |value: &str, key: &str| Choice {
        value: value.to_owned(),
        label: w.t(key),
        chosen: day.kind == value,
        ..Choice::default()
    };
    let link = |year: i16| if YEARS.contains(&year) { format!("/admin/calendar?year={year}") } else { String::new() };
    let body = CalendarPage {
        w: w.clone(),
        csrf: ctx.csrf(),
        year,
        before: link(year - 1),
        after: link(year + 1),
        known: tenant.calendar.covers(year),
        months: (1..=12).filter_map(|month| month_of(w, &tenant, &own, (year, month), today(ctx))).collect(),
        weekdays: (1..=7).map(|day| w.t(&format!("calendar-weekday-{day}"))).collect(),
        specials: specials(w, &tenant, &own, year),
        kinds: vec![kind("holiday", "calendar-kind-holiday"), kind("working", "calendar-kind-working")],
        day,
        times: times.unwrap_or_else(|| TimesForm {
            hours: tenant.settings.hours.to_string(),
            quiet: tenant.settings.quiet.to_string(),
        }),
        done: match done {
            "day" => w.t("calendar-done-day"),
            "removed" => w.t("calendar-done-removed"),
            "hours" => w.t("calendar-done-hours"),
            _ => String::new(),
        },
        errors,
        files: Files::of(ctx),
    };
    let page = Page::new(Face::Desk, w.t("calendar-title"));
    let page = if body.errors.is_empty() { page } else { page.failed(StatusCode::UNPROCESSABLE_ENTITY) };
    let cells = |day: &Special| {
        let whose = w.t(if day.own { "calendar-own" } else { "calendar-shipped" });
        [day.when.clone(), day.kind.clone(), day.name.clone(), whose]
    };
    let heads =
        ["calendar-field-date", "calendar-field-kind", "calendar-field-name", "calendar-whose"].map(|key| w.t(key));
    page.list(ctx, &body, Sheet::new(heads, body.specials.iter().map(cells))).await
}

fn month_of(w: &Words, tenant: &Tenant, own: &[CalendarDay], (year, month): (i16, i8), today: Date) -> Option<Month> {
    let first = Date::new(year, month, 1).ok()?;
    let blank = first.weekday().to_monday_zero_offset();
    let mut cells: Vec<Option<Cell>> = (0..blank).map(|_| None).collect();
    for number in 1..=first.days_in_month() {
        let date = Date::new(year, month, number).ok()?;
        cells.push(Some(cell(w, tenant, own, date, today)));
    }
    while !cells.len().is_multiple_of(7) {
        cells.push(None);
    }
    let mut weeks: Vec<Vec<Option<Cell>>> = Vec::new();
    for cell in cells {
        match weeks.last_mut().filter(|week| week.len() < 7) {
            Some(week) => week.push(cell),
            None => weeks.push(vec![cell]),
        }
    }
    Some(Month { name: first.strftime(&w.t("calendar-month")).to_string(), weeks })
}

fn cell(w: &Words, tenant: &Tenant, own: &[CalendarDay], date: Date, today: Date) -> Cell {
    let mine = own.iter().find(|day| day.date == date);
    let (look, mark, says) = match tenant.calendar.days.get(date) {
        Some(Day::Off) => ("off", w.t("calendar-mark-off"), w.t("calendar-kind-holiday")),
        Some(Day::Workday) => ("work", w.t("calendar-mark-work"), w.t("calendar-kind-working")),
        None if tenant.calendar.is_workday(date) => ("", String::new(), w.t("calendar-workday")),
        None => ("weekend", String::new(), w.t("calendar-weekend")),
    };
    let name = mine.map(|day| day.name.as_str()).unwrap_or_default();
    Cell {
        number: date.day(),
        href: format!("/admin/calendar?year={}&day={date}#day", date.year()),
        look,
        own: mine.is_some(),
        today: date == today,
        mark,
        label: format!("{} {says} {name}", date.strftime(&w.t("common-date"))).trim().to_owned(),
    }
}

/// The days that are not what the week says, and those that the tenant set.
fn specials(w: &Words, tenant: &Tenant, own: &[CalendarDay], year: i16) -> Vec<Special> {
    let special = |(date, day): (Date, Day)| {
        let mine = own.iter().find(|own| own.date == date);
        Special {
            date: date.to_string(),
            when: date.strftime(&w.t("calendar-day")).to_string(),
            kind: w.t(if day == Day::Off { "calendar-kind-holiday" } else { "calendar-kind-working" }),
            name: mine.map(|own| own.name.clone()).unwrap_or_default(),
            own: mine.is_some(),
        }
    };
    tenant.calendar.days.of_year(year).map(special).collect()
}

/// A date of a form, or what is wrong with it.
fn parse_date(text: &str) -> Result<Date> {
    text.trim().parse().map_err(|_| Error::field("date", "form-bad-date"))
}

impl DayForm {
    fn change(&self) -> Result<(i16, DayChange)> {
        let date = parse_date(&self.date)?;
        let working = match self.kind.as_str() {
            "holiday" => false,
            "working" => true,
            _ => return Err(Error::field("kind", "form-unknown-choice")),
        };
        Ok((date.year(), DayChange::Set(CalendarDay { date, working, name: self.name.clone() })))
    }
}

/// `POST /admin/calendar`: one day.
async fn set_day(ctx: Ctx, form: Form<DayForm>) -> Answer {
    let call = ctx.call(&[])?;
    let done = match form.fields.change() {
        Ok((year, day)) => change(ctx.kernel(), call, vec![day], None).await.map(|_| year),
        Err(error) => Err(error),
    };
    match done {
        Ok(year) => Ok(see_other(&format!("/admin/calendar?year={year}&done=day"))),
        Err(error) => {
            let errors = FormErrors::take_named(&ctx.words, error, "calendar-field-")?;
            let year = parse_date(&form.fields.date).map(Date::year).ok().filter(|year| YEARS.contains(year));
            let year = year.unwrap_or_else(|| today(&ctx).year());
            show(&ctx, year, own_days(&ctx, year).await?, (form.fields, None), errors, "").await
        }
    }
}

#[derive(Deserialize)]
struct Dropped {
    #[serde(default)]
    date: String,
}

/// `POST /admin/calendar/remove`: a day is again what the shipped table says.
async fn drop_day(ctx: Ctx, form: Form<Dropped>) -> Answer {
    let date = parse_date(&form.fields.date)?;
    change(ctx.kernel(), ctx.call(&[])?, vec![DayChange::Drop(date)], None).await?;
    Ok(see_other(&format!("/admin/calendar?year={}&done=removed", date.year())))
}

fn parse_times(hours: &str, quiet: &str) -> Result<WorkTimes> {
    let mut wrong = Vec::new();
    let plain = |text: &str| text.replace('，', ",").replace('：', ":").replace([' ', '　'], "");
    let hours = plain(hours).parse().map_err(|_| wrong.push(FieldError::new("hours", "calendar-bad-hours"))).ok();
    let quiet = plain(quiet).parse().map_err(|_| wrong.push(FieldError::new("quiet", "calendar-bad-quiet"))).ok();
    match (hours, quiet) {
        (Some(hours), Some(quiet)) => Ok(WorkTimes { hours, quiet }),
        _ => Err(Error::Invalid(wrong)),
    }
}

/// `POST /admin/calendar/hours`.
async fn set_times(ctx: Ctx, form: Form<TimesForm>) -> Answer {
    let call = ctx.call(&[])?;
    let done = match parse_times(&form.fields.hours, &form.fields.quiet) {
        Ok(times) => change(ctx.kernel(), call, Vec::new(), Some(times)).await.map(drop),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(see_other("/admin/calendar?done=hours")),
        Err(error) => {
            let errors = FormErrors::take_named(&ctx.words, error, "calendar-field-")?;
            let year = today(&ctx).year();
            let forms = (DayForm::default(), Some(form.fields));
            show(&ctx, year, own_days(&ctx, year).await?, forms, errors, "").await
        }
    }
}

/// A day that is not what the week says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "CalendarDay")]
pub(crate) struct DayView {
    /// Which day, `2026-10-01`.
    #[schema(value_type = String)]
    date: Date,
    /// Whether people work on it.
    working: bool,
    /// What it is called; empty for the shipped table's.
    name: String,
    /// Whether this subdistrict set it, over the shipped table.
    own: bool,
}

/// The working time of a year.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalendarView {
    /// The year.
    year: i16,
    /// Whether its holidays are known; where not, its days are plain weekdays and weekends.
    known: bool,
    /// The time zone in which all of it is read.
    zone: String,
    /// The office hours of a workday, `09:00-12:00,13:00-17:00`.
    hours: String,
    /// When nothing buzzes, `22:00-07:00`.
    quiet: String,
    /// Holidays and make-up workdays.
    days: Vec<DayView>,
}

/// Which year.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct YearQuery {
    /// The year; this one where it is left out.
    year: Option<i16>,
}

async fn view(ctx: &Ctx, year: i16) -> Result<CalendarView> {
    let (own, tenant) = (own_days(ctx, year).await?, fresh(ctx));
    let day = |(date, day): (Date, Day)| {
        let mine = own.iter().find(|own| own.date == date);
        let name = mine.map(|own| own.name.clone()).unwrap_or_default();
        DayView { date, working: day == Day::Workday, name, own: mine.is_some() }
    };
    Ok(CalendarView {
        year,
        known: tenant.calendar.covers(year),
        zone: tenant.settings.zone.clone(),
        hours: tenant.settings.hours.to_string(),
        quiet: tenant.settings.quiet.to_string(),
        days: tenant.calendar.days.of_year(year).map(day).collect(),
    })
}

/// The working time of a year
///
/// Holidays, make-up workdays, office hours: what limits are counted by.
#[utoipa::path(get, path = "/api/v1/calendar", tag = "calendar", params(YearQuery), responses(
    (status = 200, body = CalendarView), (status = 404, body = Problem)
))]
async fn get_calendar(ctx: Ctx, Query(query): Query<YearQuery>) -> Answer<Json<CalendarView>> {
    let year = query.year.unwrap_or_else(|| today(&ctx).year());
    if !YEARS.contains(&year) {
        return Err(Error::NotFound.into());
    }
    Ok(Json(view(&ctx, year).await?))
}

/// A day to be kept otherwise.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDay {
    /// Which day, `2026-10-01`.
    #[schema(value_type = String)]
    date: Date,
    /// Whether people work on it.
    working: bool,
    /// What it is called, at most 40 characters.
    #[serde(default)]
    name: String,
}

/// Changes of the calendar; whatever is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalendarChange {
    /// Days to set.
    #[serde(default)]
    days: Vec<NewDay>,
    /// Days that are again what the shipped table says.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    remove: Vec<Date>,
    /// The office hours of a workday.
    hours: Option<String>,
    /// When nothing buzzes.
    quiet: Option<String>,
}

/// How many days changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalendarChanged {
    /// So many.
    changed: u64,
}

/// Change the calendar
///
/// All of it or nothing. Limits that run already keep what they promised.
#[utoipa::path(post, path = "/api/v1/calendar", tag = "calendar", request_body = CalendarChange, responses(
    (status = 200, body = CalendarChanged), (status = 403, body = Problem), (status = 422, body = Problem)
))]
async fn change_calendar(ctx: Ctx, body: ApiBody<CalendarChange>) -> Answer<Json<CalendarChanged>> {
    let call = ctx.call(&body.raw)?;
    let CalendarChange { days, remove, hours, quiet } = body.value;
    let settings = &fresh(&ctx).settings;
    let times = match (&hours, &quiet) {
        (None, None) => None,
        _ => Some(parse_times(
            &hours.unwrap_or_else(|| settings.hours.to_string()),
            &quiet.unwrap_or_else(|| settings.quiet.to_string()),
        )?),
    };
    let set = days
        .into_iter()
        .map(|day| DayChange::Set(CalendarDay { date: day.date, working: day.working, name: day.name }));
    let all = set.chain(remove.into_iter().map(DayChange::Drop)).collect();
    Ok(Json(CalendarChanged { changed: change(ctx.kernel(), call, all, times).await? }))
}
