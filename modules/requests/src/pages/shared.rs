//! Matters that everybody may read of: the list for the street, and the desk's page where one is released.

use askama::Template;
use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Result, Time};
use tongxin_kernel::{Level, find_telling, redacted};
use tongxin_web::{
    Answer, Choice, Ctx, Face, Files, Form, FormErrors, Gate, Items, Page, Routes, Sheet, Words, see_other, url_escape,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::{Clockwork, Sign, request_sign};
use crate::actions::{self, Sharing};
use crate::api::{read_detail, request_id};
use crate::domain::RequestId;
use crate::store::shared::{self, Shared};
use crate::views::Names;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .list(Gate::Public, "/matters", list)
        .get(Gate::May("requests.share"), "/desk/requests/{id}/share", form)
        .post(Gate::May("requests.share"), "/desk/requests/{id}/share", share)
        .post(Gate::May("requests.share"), "/desk/requests/{id}/unshare", unshare)
        .api(Gate::Public, routes!(list_matters))
}

pub(super) struct Row {
    pub(super) category: String,
    pub(super) unit: String,
    pub(super) when: String,
    pub(super) at: String,
    pub(super) status: Sign,
    pub(super) words: String,
    pub(super) outcome: String,
}

#[derive(Template)]
#[template(path = "requests/matters.html")]
struct MattersPage {
    w: Words,
    rows: Vec<Row>,
    communities: Vec<Choice>,
    next: String,
    files: Files,
}

/// Which page of the list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The code of a community: what lies in it. Closer than that nobody is told where a matter was.
    unit: String,
    /// What `next` said on the page before.
    cursor: String,
}

impl Asked {
    /// The path of what is asked for.
    fn under(&self, ctx: &Ctx) -> Result<String> {
        if self.unit.is_empty() {
            return Ok(String::new());
        }
        let unit = ctx.tenant.units.by_code(&self.unit).filter(|unit| unit.level <= Level::Community);
        Ok(unit.ok_or_else(|| Error::field("unit", "form-unknown-choice"))?.path.clone())
    }
}

async fn read(ctx: &Ctx, asked: &Asked, page: i64) -> Result<(Vec<Shared>, Option<String>, Names)> {
    let (tenant, house, locale) = (ctx.tenant.id, std::sync::Arc::clone(&ctx.tenant), ctx.locale());
    let latest = ctx.kernel().world().now() + std::time::Duration::from_secs(1);
    let before = asked.cursor.parse().map_or(latest, Time::from_micros);
    let under = asked.under(ctx)?;
    let read = move |read: &mut tongxin_db::Read<'_>| {
        Ok((shared::list(read, tenant, &under, before, page + 1)?, Names::load(read, &house, locale)?))
    };
    let (mut found, names) = ctx.kernel().db().read(tenant, read).await?;
    let page = usize::try_from(page).unwrap_or(usize::MAX);
    let more = found.len() > page;
    found.truncate(page);
    let next = found.last().filter(|_| more).map(|last| last.released_at.micros().to_string());
    Ok((found, next, names))
}

/// The name of a kind and of the community a unit lies in: no closer.
fn names_of(ctx: &Ctx, names: &Names, one: &Shared) -> (String, String) {
    let community: Vec<&str> = one.unit_path.split_inclusive('/').take(2).collect();
    let unit = ctx.tenant.units.by_path(&community.concat());
    let category = names.categories().iter().find(|category| category.code == one.category);
    (
        category.map_or_else(|| one.category.clone(), |category| category.name.to(ctx.locale()).to_owned()),
        unit.map_or_else(String::new, |unit| unit.name.to(ctx.locale()).to_owned()),
    )
}

fn row(ctx: &Ctx, names: &Names, one: &Shared) -> Row {
    let (category, unit) = names_of(ctx, names, one);
    Row {
        category,
        unit,
        when: Clockwork { ctx }.say(one.created_at),
        at: one.created_at.to_string(),
        status: request_sign(&ctx.words, one.status),
        words: one.words.clone(),
        outcome: one.outcome.clone(),
    }
}

/// The newest of them that have an outcome.
pub(super) async fn with_outcome(ctx: &Ctx, most: i64) -> Result<Vec<Row>> {
    let (tenant, house, locale) = (ctx.tenant.id, std::sync::Arc::clone(&ctx.tenant), ctx.locale());
    let read = move |read: &mut tongxin_db::Read<'_>| {
        Ok((shared::with_outcome(read, tenant, most)?, Names::load(read, &house, locale)?))
    };
    let (found, names) = ctx.kernel().db().read(tenant, read).await?;
    Ok(found.iter().map(|one| row(ctx, &names, one)).collect())
}

async fn list(ctx: Ctx, Query(asked): Query<Asked>) -> Answer {
    let (found, next, names) = read(&ctx, &asked, ctx.rows(shared::PAGE)).await?;
    let communities = ctx.tenant.units.iter().filter(|unit| unit.level == Level::Community).map(|unit| Choice {
        value: unit.code.clone(),
        label: unit.name.to(ctx.locale()).to_owned(),
        chosen: unit.code == asked.unit,
        ..Choice::default()
    });
    let unit = url_escape(&asked.unit);
    let body = MattersPage {
        w: ctx.words.clone(),
        rows: found.iter().map(|one| row(&ctx, &names, one)).collect(),
        communities: communities.collect(),
        next: next.map(|cursor| format!("/matters?unit={unit}&cursor={cursor}")).unwrap_or_default(),
        files: Files::of(&ctx),
    };
    let heads = ["column-words", "column-status", "field-category", "unit", "column-when", "matters-done"];
    let heads = heads.map(|head| ctx.words.t(&format!("requests-{head}")));
    let cells = |row: &Row| {
        let Row { words, status, category, unit, when, outcome, .. } = row;
        [words, &status.words, category, unit, when, outcome].map(String::clone)
    };
    let sheet = Sheet::new(heads, body.rows.iter().map(cells)).cut(!body.next.is_empty());
    Page::new(Face::Street, ctx.words.t("requests-matters-title")).list(&ctx, &body, sheet).await
}

/// A matter that everybody may read of.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RequestsShared)]
pub(super) struct SharedView {
    /// The code of its kind.
    category: String,
    /// The community it lies in.
    community: String,
    /// Where it stands.
    status: String,
    /// When it was reported.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// What it was about, as staff released it.
    words: String,
    /// What was done, as staff released it; may be empty.
    outcome: String,
}

/// List matters that everybody may read of
///
/// Newest release first. Only what staff released: no number, no point, nobody's own words.
#[utoipa::path(get, path = "/api/v1/matters", tag = "requests", params(Asked), responses((status = 200, body = Items<SharedView>)))]
pub(super) async fn list_matters(ctx: Ctx, Query(asked): Query<Asked>) -> Answer<Json<Items<SharedView>>> {
    let (found, next, names) = read(&ctx, &asked, shared::PAGE).await?;
    let view = |one: Shared| SharedView {
        community: names_of(&ctx, &names, &one).1,
        category: one.category,
        status: one.status.to_string(),
        created_at: one.created_at,
        words: one.words,
        outcome: one.outcome,
    };
    Ok(Json(Items { items: found.into_iter().map(view).collect(), next }))
}

#[derive(Template)]
#[template(path = "requests/share.html")]
struct SharePage {
    w: Words,
    csrf: String,
    base: String,
    number: String,
    /// What its reporter wrote.
    said: String,
    /// What in it seems to tell who somebody is.
    found: Vec<String>,
    form: ShareForm,
    errors: FormErrors,
    released: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct ShareForm {
    words: String,
    outcome: String,
    sure: String,
}

async fn show(ctx: &Ctx, id: RequestId, typed: Option<ShareForm>, errors: FormErrors) -> Answer {
    let detail = read_detail(ctx, id, None).await?;
    ctx.require(
        "requests.share",
        tongxin_kernel::ReadOrNot::If("requests.read"),
        &tongxin_kernel::Facts { unit_path: &detail.request.unit_path, ..tongxin_kernel::Facts::default() },
    )?;
    let tenant = ctx.tenant.id;
    let released = ctx.kernel().db().read(tenant, move |read| shared::one(read, tenant, id)).await?;
    let said = detail.reports.first().map(|report| report.words.clone()).unwrap_or_default();
    let note = detail.order.as_ref().and_then(|order| order.note.clone()).unwrap_or_default();
    let found = find_telling(&said)
        .into_iter()
        .map(|hit| format!("{}: {}", ctx.words.t(&format!("telling-{}", hit.what.as_str())), &said[hit.range]));
    let proposed = || match &released {
        Some(one) => ShareForm { words: one.words.clone(), outcome: one.outcome.clone(), sure: String::new() },
        None => ShareForm { words: redacted(&said), outcome: redacted(&note), sure: String::new() },
    };
    let failed = !errors.is_empty();
    let body = SharePage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        base: format!("/desk/requests/{id}"),
        number: detail.view.number.clone(),
        found: found.collect(),
        form: typed.unwrap_or_else(proposed),
        released: released.is_some(),
        said,
        errors,
    };
    let page = Page::new(Face::Desk, ctx.words.t("requests-share"));
    let page = if failed { page.failed(StatusCode::UNPROCESSABLE_ENTITY) } else { page };
    page.show(ctx, &body)
}

async fn form(ctx: Ctx, Path(id): Path<String>) -> Answer {
    show(&ctx, request_id(&id)?, None, FormErrors::default()).await
}

async fn share(ctx: Ctx, Path(id): Path<String>, form: Form<ShareForm>) -> Answer {
    let (id, fields) = (request_id(&id)?, form.fields);
    let sharing =
        Sharing { words: fields.words.clone(), outcome: fields.outcome.clone(), sure: !fields.sure.is_empty() };
    match actions::share(ctx.kernel(), ctx.call(&[])?, id, sharing).await {
        Ok(()) => Ok(see_other(&format!("/desk/requests/{id}"))),
        Err(error @ Error::Invalid(_)) => {
            let errors = FormErrors::take(&ctx.words, error)?;
            show(&ctx, id, Some(fields), errors).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
struct Nothing {}

async fn unshare(ctx: Ctx, Path(id): Path<String>, _: Form<Nothing>) -> Answer {
    let id = request_id(&id)?;
    actions::unshare(ctx.kernel(), ctx.call(&[])?, id).await?;
    Ok(see_other(&format!("/desk/requests/{id}")))
}
