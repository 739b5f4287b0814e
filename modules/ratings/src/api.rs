//! Rating for programs, the form behind the secret link, and the rates.

use axum::Json;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use tongxin_base::{Error, Id, Result};
use tongxin_kernel::{Days, Subject};
use tongxin_web::{Answer, ApiBody, Ctx, Form, Gate, Link, Routes, parse_day, see_other};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::actions::{self, Given};
use crate::domain::{RawRating, parse};
use crate::pages;
use crate::rates::{Rates, rates};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Gate::Public, routes!(rate_request))
        .api(Gate::May("ratings.rates"), routes!(get_rates))
        .list(Gate::May("ratings.list"), "/desk/ratings", pages::list)
        .post(Gate::Public, "/rate/{kind}/{id}", rate_form)
}

/// A rating.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRating {
    /// `yes`, `partly` or `no`.
    #[serde(default)]
    solved: String,
    /// 1 to 5, as a number or a text.
    #[serde(default)]
    #[schema(value_type = i64)]
    satisfied: serde_json::Value,
    /// fast, friendly, thorough, kept_informed, slow, unfriendly, not_thorough, no_feedback, or words of one's own; at most
    /// ten, of at most 100 characters.
    #[serde(default)]
    reasons: Vec<String>,
}

#[utoipa::path(post, path = "/api/v1/requests/{id}/rating", tag = "ratings", params(("id" = Uuid, Path), Link),
    request_body = NewRating, responses((status = 200, body = Given), (status = 409, body = tongxin_web::Problem)))]
async fn rate_request(
    ctx: Ctx,
    Path(id): Path<String>,
    Query(link): Query<Link>,
    body: ApiBody<NewRating>,
) -> Answer<Json<Given>> {
    let satisfied = match &body.value.satisfied {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let raw = RawRating { solved: body.value.solved.clone(), satisfied, reasons: body.value.reasons.clone() };
    let subject = subject("request", &id)?;
    Ok(Json(actions::rate(ctx.kernel(), ctx.call(&body.raw)?, subject, link.token, parse(&raw)?).await?))
}

fn subject(kind: &str, id: &str) -> Result<Subject> {
    let id: Id<()> = id.parse().map_err(|_| Error::NotFound)?;
    Ok(Subject::new(kind, id))
}

#[derive(Deserialize)]
struct RatingForm {
    #[serde(default)]
    solved: String,
    #[serde(default)]
    satisfied: String,
    #[serde(default)]
    token: String,
    /// Codes, with blanks between them: the boxes that were ticked.
    #[serde(default)]
    reasons: String,
}

/// The form on the page of a secret link. What is wrong or too late is said on that page, where `rating` names it.
async fn rate_form(ctx: Ctx, Path((kind, id)): Path<(String, String)>, form: Form<RatingForm>) -> Answer<Response> {
    let RatingForm { solved, satisfied, token, reasons } = form.fields;
    // Without a link it is a desk that writes down what a caller says.
    let link = Some(token).filter(|token| !token.is_empty());
    let page = link.as_ref().map_or_else(|| format!("/desk/requests/{id}"), |token| format!("/r/{token}"));
    let back = |word: &str| see_other(&format!("{page}?rating={word}"));
    let reasons = reasons.split_whitespace().map(str::to_owned).collect();
    let raw = RawRating { solved, satisfied, reasons };
    let Ok(rating) = parse(&raw) else { return Ok(back("incomplete")) };
    let call = ctx.kernel().call(&ctx.tenant, &ctx.who);
    match actions::rate(ctx.kernel(), call, subject(&kind, &id)?, link.clone(), rating).await {
        Ok(Given { reopened: true }) => Ok(back("reopened")),
        Ok(_) => Ok(back("thanks")),
        Err(Error::Conflict(..)) => Ok(back("late")),
        Err(error) => Err(error.into()),
    }
}

/// Over what the rates are taken.
#[derive(Debug, Deserialize, IntoParams)]
struct RatesQuery {
    /// The first day of completion, `2026-01-01`; all of time where it is left out.
    from: Option<String>,
    /// The last day of completion.
    to: Option<String>,
    /// A unit's code: it and everything under it.
    unit: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/rates", tag = "ratings", params(RatesQuery), responses((status = 200, body = Rates)))]
async fn get_rates(ctx: Ctx, Query(query): Query<RatesQuery>) -> Answer<Json<Rates>> {
    let day = |field: &str, text: &Option<String>, otherwise: i64| match text.as_deref().filter(|t| !t.is_empty()) {
        None => Ok(otherwise),
        // A date, or a moment whose date is meant.
        Some(text) => parse_day(text.split('T').next().unwrap_or_default()).ok_or(Error::field(field, "form-bad-date")),
    };
    let days = Days { from: day("from", &query.from, Days::ALL.from)?, to: day("to", &query.to, Days::ALL.to)? };
    let tenant = ctx.tenant.id;
    let under = match query.unit.as_deref().filter(|code| !code.is_empty()) {
        None => String::new(),
        Some(code) => {
            let units = ctx.kernel().units(tenant)?;
            units.by_code(code).ok_or_else(|| Error::field("unit", "form-unknown-choice"))?.path.clone()
        }
    };
    Ok(Json(ctx.kernel().db().read(tenant, move |read| rates(read, tenant, &under, days)).await?))
}
