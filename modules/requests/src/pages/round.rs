//! The round: the pool, one order, and what a worker does with it.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use serde::Deserialize;
use tongxin_base::{Error, Id, Result};
use tongxin_web::{Answer, Ctx, Face, Form, FormErrors, Page, Words, see_other};
use uuid::Uuid;

use super::{Row, order_row};
use crate::actions::{self, Decline};
use crate::api::{order_id, read_detail, read_orders};
use crate::domain::{OrderId, OrderState};
use crate::store::orders;

#[derive(Template)]
#[template(path = "requests/work.html")]
struct WorkPage {
    w: Words,
    csrf: String,
    mine: Vec<Row>,
    open: Vec<Row>,
    cap: i64,
    missed: String,
    next: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Where {
    cursor: String,
}

pub(super) async fn pool(ctx: Ctx, Query(at): Query<Where>) -> Answer {
    show_pool(&ctx, &at.cursor, String::new(), StatusCode::OK).await
}

/// The pool; after a lost race with kind words on top, not as an error page.
async fn show_pool(ctx: &Ctx, cursor: &str, missed: String, status: StatusCode) -> Answer {
    let top: OrderId = Id::from_uuid(Uuid::max());
    let before = cursor.parse().unwrap_or(top);
    let (mine, _) = read_orders(ctx, "mine", String::new(), None, top).await?;
    let (open, next) = read_orders(ctx, "open", String::new(), None, before).await?;
    let body = WorkPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        mine: mine.iter().map(|view| order_row(ctx, view)).collect(),
        open: open.iter().map(|view| order_row(ctx, view)).collect(),
        cap: ctx.tenant.settings.open_orders_cap,
        missed,
        next: next.map(|cursor| format!("/work?cursor={cursor}")).unwrap_or_default(),
    };
    let page = Page::new(Face::Round, ctx.words.t("requests-work-title"));
    let page = if status == StatusCode::OK { page } else { page.with_status(status) };
    page.show(ctx, &body)
}

#[derive(Template)]
#[template(path = "requests/order.html")]
struct OrderPage {
    w: Words,
    csrf: String,
    row: Row,
    words: String,
    place: String,
    contact_name: String,
    contact_phone: String,
    state: OrderState,
    errors: FormErrors,
    note: String,
    reason: String,
}

pub(super) async fn order(ctx: Ctx, Path(id): Path<String>) -> Answer {
    show_order(&ctx, order_id(&id)?, FormErrors::default(), OrderForm::default()).await
}

async fn show_order(ctx: &Ctx, id: OrderId, errors: FormErrors, form: OrderForm) -> Answer {
    let tenant = ctx.tenant.id;
    let found = ctx.kernel().db().read(tenant, move |read| orders::one(read, tenant, id)).await?;
    let detail = read_detail(ctx, found.request_id, None).await?;
    // Only the order that is under way: what came before it belongs to the history.
    let view = detail.view.order.filter(|view| view.id == id).ok_or(Error::NotFound)?;
    let me = ctx.who.person().map(|person| person.id);
    let mine = detail.order.is_some_and(|order| order.worker_id == me);
    let reporter = detail.reports.first().filter(|_| mine);
    let body = OrderPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        row: order_row(ctx, &view),
        words: detail.view.description,
        place: detail.view.place.unwrap_or_default(),
        contact_name: reporter.and_then(|report| report.name.clone()).unwrap_or_default(),
        contact_phone: reporter.and_then(|report| report.phone.clone()).unwrap_or_default(),
        state: view.status,
        errors,
        note: form.note,
        reason: form.reason,
    };
    let page = Page::new(Face::Round, ctx.words.t1("requests-order-title", "number", &view.number));
    let page = if body.errors.is_empty() { page } else { page.failed(StatusCode::UNPROCESSABLE_ENTITY) };
    page.show(ctx, &body)
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct OrderForm {
    note: String,
    reason: String,
}

pub(super) async fn act(ctx: Ctx, Path((id, verb)): Path<(String, String)>, form: Form<OrderForm>) -> Answer {
    let id = order_id(&id)?;
    match do_it(&ctx, id, &verb, &form.fields).await {
        Ok(next) => Ok(see_other(&next)),
        Err(error @ Error::Conflict(..)) if verb == "grab" => {
            let Error::Conflict(key, args) = &error else { return Err(error.into()) };
            show_pool(&ctx, "", ctx.words.with(key, args), StatusCode::CONFLICT).await
        }
        Err(error) => {
            let errors = FormErrors::take(&ctx.words, error)?;
            show_order(&ctx, id, errors, form.fields).await
        }
    }
}

async fn do_it(ctx: &Ctx, id: OrderId, verb: &str, form: &OrderForm) -> Result<String> {
    let (kernel, call) = (ctx.kernel(), ctx.kernel().call(&ctx.tenant, &ctx.who));
    let here = format!("/work/orders/{id}");
    match verb {
        "grab" => actions::grab(kernel, call, id).await.map(|_| here),
        "start" => actions::start(kernel, call, id).await.map(|_| here),
        "return" => actions::give_back(kernel, call, id, Decline { words: form.reason.clone(), ..Decline::default() })
            .await
            .map(|_| "/work".to_owned()),
        "complete" => actions::complete(kernel, call, id, &form.note).await.map(|_| "/work".to_owned()),
        _ => Err(Error::NotFound),
    }
}
