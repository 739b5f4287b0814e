//! Who is there: a worker's own hours, skills, base point and leaves; and for who looks after them, the list of all workers.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use serde::Deserialize;
use tongxin_base::{Coordinates, Error, FieldError, Result};
use tongxin_kernel::{PersonId, Role, people_store};
use tongxin_web::{Answer, Choice, Ctx, Face, Files, Form, FormErrors, Gate, Page, Routes, Sheet, Words, see_other};

use super::Clockwork;
use crate::actions::{self, DutyChange, worker_posts};
use crate::api::{is_on_duty, read_duty};
use crate::domain::{Phrase, PhraseKind};
use crate::duty::RawLeave;
use crate::store::duty::{self, Candidate, Leave};
use crate::store::phrases;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(Gate::May("duty.own"), "/work/hours", own)
        .post(Gate::May("duty.own"), "/work/hours", save_own)
        .post(Gate::May("duty.own"), "/work/hours/leave", leave_own)
        .post(Gate::May("duty.own"), "/work/hours/back", back_own)
        .list(Gate::May("duty.manage"), "/desk/workers", workers)
        .get(Gate::May("duty.manage"), "/desk/workers/{person}", one)
        .post(Gate::May("duty.manage"), "/desk/workers/{person}", save_one)
        .post(Gate::May("duty.manage"), "/desk/workers/{person}/leave", leave_one)
        .post(Gate::May("duty.manage"), "/desk/workers/{person}/back", back_one)
}

/// Hours, skills and base point, as they are written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct HoursForm {
    hours: String,
    skills: String,
    lat: String,
    lon: String,
    /// What both come in, `wgs84` or `gcj02`; empty is the first, which is what is kept.
    system: String,
}

/// A leave, as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct LeaveForm {
    from: String,
    to: String,
    reason: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct BackForm {
    leave: String,
}

struct LeaveRow {
    id: String,
    when: String,
    reason: String,
    now: bool,
}

#[derive(Template)]
#[template(path = "requests/hours.html")]
struct HoursPage {
    w: Words,
    csrf: String,
    /// Where its forms go: the reader's own page, or one worker's.
    at: String,
    own: bool,
    title: String,
    on_duty: bool,
    office: String,
    skills: Vec<Choice>,
    systems: Vec<Choice>,
    form: HoursForm,
    leave: LeaveForm,
    leaves: Vec<LeaveRow>,
    errors: FormErrors,
    done: String,
}

/// Whose page: the reader's own, or that of a worker they look after.
struct Whose {
    person: PersonId,
    own: bool,
    name: String,
}

impl Whose {
    fn at(&self) -> String {
        if self.own { "/work/hours".to_owned() } else { format!("/desk/workers/{}", self.person) }
    }
}

fn me(ctx: &Ctx) -> Result<Whose> {
    let person = ctx.who.person().ok_or(Error::Unauthenticated)?;
    Ok(Whose { person: person.id, own: true, name: person.public_name.clone() })
}

/// A worker whom the reader looks after.
async fn theirs(ctx: &Ctx, id: &str) -> Result<Whose> {
    let person: PersonId = id.parse().map_err(|_| Error::NotFound)?;
    let (tenant, now) = (ctx.tenant.id, ctx.kernel().world().now());
    let read = move |read: &mut tongxin_db::Read<'_>| {
        Ok((worker_posts(read, person, now)?, people_store::public_name(read, tenant, person)?))
    };
    let (posts, name) = ctx.kernel().db().read(tenant, read).await?;
    let scope = ctx.kernel().access().scope(&ctx.who, "duty.manage")?;
    if posts.iter().any(|post| scope.has(&post.unit_path)) {
        Ok(Whose { person, own: false, name })
    } else {
        Err(Error::NotFound)
    }
}

async fn skill_list(ctx: &Ctx) -> Result<Vec<Phrase>> {
    let tenant = ctx.tenant.id;
    let all = ctx.kernel().db().read(tenant, move |read| phrases::all(read, tenant)).await?;
    Ok(all.into_iter().filter(|phrase| phrase.kind == PhraseKind::Skill).collect())
}

/// What a form that was refused holds, for the page to show again.
#[derive(Default)]
struct Refused {
    form: Option<HoursForm>,
    leave: LeaveForm,
    errors: FormErrors,
}

async fn show(ctx: &Ctx, whose: &Whose, refused: Refused, done: &str) -> Answer {
    let (kept, leaves) = read_duty(ctx, whose.person).await?;
    let on_duty = is_on_duty(ctx, &kept, &leaves);
    let (now, clock) = (ctx.kernel().world().now(), Clockwork { ctx });
    let form = refused.form.unwrap_or_else(|| HoursForm {
        hours: kept.hours.clone().unwrap_or_default(),
        skills: kept.skills.join(" "),
        lat: kept.base.map(|base| base.0.to_string()).unwrap_or_default(),
        lon: kept.base.map(|base| base.1.to_string()).unwrap_or_default(),
        system: String::new(),
    });
    let has = |code: &str| form.skills.split_whitespace().any(|skill| skill == code);
    let choice = |phrase: &Phrase| Choice {
        value: phrase.code.clone(),
        label: phrase.name.to(ctx.locale()).to_owned(),
        hint: String::new(),
        chosen: has(&phrase.code),
    };
    let listed = skill_list(ctx).await?;
    let row = |leave: &Leave| LeaveRow {
        id: leave.id.to_string(),
        when: format!("{} – {}", clock.say(leave.from), clock.say(leave.to)),
        reason: leave.reason.clone(),
        now: leave.from <= now,
    };
    let title = if whose.own {
        ctx.words.t("requests-hours-title")
    } else {
        ctx.words.t1("requests-hours-of", "name", &whose.name)
    };
    let body = HoursPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        at: whose.at(),
        own: whose.own,
        title: title.clone(),
        on_duty,
        office: ctx.tenant.settings.hours.to_string(),
        skills: listed.iter().filter(|phrase| phrase.active || has(&phrase.code)).map(choice).collect(),
        systems: Choice::systems(&ctx.words, &form.system),
        form,
        leave: refused.leave,
        leaves: leaves.iter().map(row).collect(),
        done: match done {
            "hours" => ctx.words.t("requests-hours-saved"),
            "leave" => ctx.words.t("requests-leave-saved"),
            "back" => ctx.words.t("requests-leave-dropped"),
            _ => String::new(),
        },
        errors: refused.errors,
    };
    let page = Page::new(if whose.own { Face::Round } else { Face::Desk }, title);
    let page = if body.errors.is_empty() { page } else { page.failed(StatusCode::UNPROCESSABLE_ENTITY) };
    page.show(ctx, &body)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Done {
    done: String,
}

async fn own(ctx: Ctx, Query(Done { done }): Query<Done>) -> Answer {
    show(&ctx, &me(&ctx)?, Refused::default(), &done).await
}

async fn one(ctx: Ctx, Path(person): Path<String>, Query(Done { done }): Query<Done>) -> Answer {
    show(&ctx, &theirs(&ctx, &person).await?, Refused::default(), &done).await
}

impl HoursForm {
    fn change(&self, own: bool) -> Result<DutyChange> {
        let skills = self.skills.split_whitespace().map(str::to_owned).collect();
        let base = if own { Some(self.base()?) } else { None };
        Ok(DutyChange { hours: Some(self.hours.clone()), skills: Some(skills), base, ..DutyChange::default() })
    }

    fn base(&self) -> Result<Option<(f64, f64)>> {
        let (lat, lon) = (self.lat.trim(), self.lon.trim());
        if lat.is_empty() && lon.is_empty() {
            return Ok(None);
        }
        let mut wrong = Vec::new();
        let mut degrees = |field: &'static str, text: &str| {
            let found = text.parse::<f64>().ok().filter(|x| x.is_finite());
            if found.is_none() {
                wrong.push(FieldError::new(field, "form-not-a-number"));
            }
            found
        };
        let (lat, lon) = (degrees("lat", lat), degrees("lon", lon));
        let system =
            if self.system.is_empty() { Some(Coordinates::default()) } else { Coordinates::parse(&self.system) };
        if system.is_none() {
            wrong.push(FieldError::new("system", "form-unknown-system"));
        }
        match (system, lat, lon) {
            (Some(system), Some(lat), Some(lon)) => Ok(Some(system.to_wgs84((lat, lon)))),
            _ => Err(Error::Invalid(wrong)),
        }
    }
}

async fn save(ctx: &Ctx, whose: &Whose, form: HoursForm) -> Answer {
    let call = ctx.call(&[])?;
    let done = match form.change(whose.own) {
        Ok(change) => actions::change_duty(ctx.kernel(), call, whose.person, change).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => Ok(see_other(&format!("{}?done=hours", whose.at()))),
        Err(error) => {
            let errors = FormErrors::take_named(&ctx.words, error, "requests-duty-")?;
            show(ctx, whose, Refused { form: Some(form), errors, ..Refused::default() }, "").await
        }
    }
}

async fn leave(ctx: &Ctx, whose: &Whose, form: LeaveForm) -> Answer {
    let LeaveForm { from, to, reason } = form.clone();
    let change = DutyChange { away: Some(RawLeave { from, to, reason }), ..DutyChange::default() };
    match actions::change_duty(ctx.kernel(), ctx.call(&[])?, whose.person, change).await {
        Ok(_) => Ok(see_other(&format!("{}?done=leave", whose.at()))),
        Err(error) => {
            let errors = FormErrors::take_named(&ctx.words, error, "requests-leave-")?;
            show(ctx, whose, Refused { leave: form, errors, ..Refused::default() }, "").await
        }
    }
}

async fn back(ctx: &Ctx, whose: &Whose, form: BackForm) -> Answer {
    let id = form.leave.parse().map_err(|_| Error::NotFound)?;
    let change = DutyChange { back: Some(id), ..DutyChange::default() };
    actions::change_duty(ctx.kernel(), ctx.call(&[])?, whose.person, change).await?;
    Ok(see_other(&format!("{}?done=back", whose.at())))
}

async fn save_own(ctx: Ctx, form: Form<HoursForm>) -> Answer {
    save(&ctx, &me(&ctx)?, form.fields).await
}

async fn leave_own(ctx: Ctx, form: Form<LeaveForm>) -> Answer {
    leave(&ctx, &me(&ctx)?, form.fields).await
}

async fn back_own(ctx: Ctx, form: Form<BackForm>) -> Answer {
    back(&ctx, &me(&ctx)?, form.fields).await
}

async fn save_one(ctx: Ctx, Path(person): Path<String>, form: Form<HoursForm>) -> Answer {
    save(&ctx, &theirs(&ctx, &person).await?, form.fields).await
}

async fn leave_one(ctx: Ctx, Path(person): Path<String>, form: Form<LeaveForm>) -> Answer {
    leave(&ctx, &theirs(&ctx, &person).await?, form.fields).await
}

async fn back_one(ctx: Ctx, Path(person): Path<String>, form: Form<BackForm>) -> Answer {
    back(&ctx, &theirs(&ctx, &person).await?, form.fields).await
}

struct WorkerRow {
    href: String,
    name: String,
    kind: String,
    unit: String,
    on_duty: bool,
    sign: String,
    held: i64,
    full: bool,
    hours: String,
    skills: String,
}

#[derive(Template)]
#[template(path = "requests/workers.html")]
struct WorkersPage {
    w: Words,
    rows: Vec<WorkerRow>,
    there: usize,
    cap: i64,
    only: bool,
    /// Whether the reader keeps the replies too.
    replies: bool,
    files: Files,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Only {
    only: String,
}

/// `GET /desk/workers`: those of the reader's part of the tree, on duty first.
async fn workers(ctx: Ctx, Query(Only { only }): Query<Only>) -> Answer {
    let (tenant, now) = (ctx.tenant.id, ctx.kernel().world().now());
    let scope = ctx.kernel().access().scope(&ctx.who, "duty.manage")?;
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let all = duty::candidates(read, tenant, now)?;
        let mine: Vec<Candidate> = all.into_iter().filter(|worker| scope.has(&worker.unit_path)).collect();
        let names = people_store::with_roles(read, tenant, (Role::GridWorker, Role::PartTime), now)?;
        let mut names: HashMap<PersonId, String> = names.into_iter().collect();
        // A very large house: the list of names is cut, the rest is read one by one.
        for worker in &mine {
            if let Entry::Vacant(place) = names.entry(worker.person_id) {
                place.insert(people_store::public_name(read, tenant, worker.person_id)?);
            }
        }
        Ok((mine, names))
    };
    let (found, names) = ctx.kernel().db().read(tenant, read).await?;
    let (units, skills) = (ctx.kernel().units(tenant)?, skill_list(&ctx).await?);
    let cap = ctx.tenant.settings.open_orders_cap;
    let skill = |code: &String| {
        let known = skills.iter().find(|phrase| phrase.code == *code);
        known.map_or_else(|| code.clone(), |phrase| phrase.name.to(ctx.locale()).to_owned())
    };
    let row = |worker: &Candidate| {
        let on_duty = worker.on_duty(now, &ctx.tenant.calendar, ctx.tenant.settings.quiet);
        let unit = units.by_path(&worker.unit_path);
        WorkerRow {
            href: format!("/desk/workers/{}", worker.person_id),
            name: names.get(&worker.person_id).cloned().unwrap_or_default(),
            kind: ctx.words.t(&format!("role-{}", worker.kind)),
            unit: unit.map(|unit| unit.name.to(ctx.locale()).to_owned()).unwrap_or_default(),
            on_duty,
            sign: ctx.words.t(match (on_duty, worker.on_leave) {
                (true, _) => "requests-on-duty",
                (false, true) => "requests-on-leave",
                (false, false) => "requests-off-duty",
            }),
            held: worker.held,
            full: worker.held >= cap,
            hours: worker.hours.clone().unwrap_or_else(|| ctx.words.t("requests-office-hours")),
            skills: worker.skills.iter().map(skill).collect::<Vec<_>>().join(&ctx.words.t("requests-list-comma")),
        }
    };
    let mut rows: Vec<WorkerRow> = found.iter().map(row).collect();
    let there = rows.iter().filter(|row| row.on_duty).count();
    rows.retain(|row| only != "duty" || row.on_duty);
    rows.sort_by(|a, b| (!a.on_duty, &a.unit, &a.name).cmp(&(!b.on_duty, &b.unit, &b.name)));
    let replies = ctx.kernel().access().anywhere(&ctx.who, "phrases.reply");
    let (w, files) = (ctx.words.clone(), Files::of(&ctx));
    let body = WorkersPage { w, rows, there, cap, only: only == "duty", replies, files };
    let w = &ctx.words;
    let heads = ["worker", "workers-now", "workers-held", "unit", "workers-kind", "duty-hours", "duty-skills"];
    let heads = heads.map(|head| w.t1(&format!("requests-{head}"), "cap", cap));
    let cells = |row: &WorkerRow| {
        let full = if row.full { format!(" {}", w.t("requests-workers-full")) } else { String::new() };
        let WorkerRow { name, sign, held, unit, kind, hours, skills, .. } = row;
        [name, sign, &format!("{held}{full}"), unit, kind, hours, skills].map(String::clone)
    };
    let sheet = Sheet::new(heads, body.rows.iter().map(cells));
    Page::new(Face::Desk, w.t("requests-workers-title")).list(&ctx, &body, sheet).await
}
