//! The desk: the list of matters one looks after, one matter with everything that can be done to it.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use serde::Deserialize;
use tongxin_base::{Error, Result, Time};
use tongxin_kernel::{Role, people_store};
use tongxin_web::{Answer, Choice, ChoiceGroup, Ctx, Face, Form, FormErrors, Page, Words, see_other, url_escape};

use super::{Clockwork, Row, Sign, Step, category_groups, limit_sign, request_row, request_sign, runs, steps};
use crate::actions::{self, Decline, Where, facts};
use crate::api::{known_status, read_detail, read_history, read_list, read_names, request_id, worker_named};
use crate::domain::Pool;
use crate::domain::{ContactHow, MessageWay, ORDER, OrderVerb, REQUEST, RequestId, Status, Verb};
use crate::store::categories;
use crate::store::lists::Filter;
use crate::views::Detail;

#[derive(Template)]
#[template(path = "requests/desk.html")]
struct DeskPage {
    w: Words,
    rows: Vec<Row>,
    statuses: Vec<Choice>,
    categories: Vec<ChoiceGroup>,
    units: Vec<Choice>,
    q: String,
    filtered: bool,
    next: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DeskQuery {
    status: String,
    category: String,
    unit: String,
    q: String,
    cursor: String,
}

pub(super) async fn list(ctx: Ctx, Query(query): Query<DeskQuery>) -> Answer {
    let filter = Filter {
        status: known_status(Some(query.status.clone()))?,
        category: Some(query.category.clone()).filter(|code| !code.is_empty()),
        held: false,
    };
    let (items, next) = read_list(&ctx, filter, query.q.clone(), Some(&query.unit), Some(&query.cursor)).await?;
    let names = read_names(&ctx, ctx.locale()).await?;
    let scope = ctx.kernel().access().scope(&ctx.who, "requests.list")?;
    let units = names.units().iter().filter(|unit| scope.has(&unit.path)).map(|unit| Choice {
        value: unit.code.clone(),
        label: unit.name.to(ctx.locale()).to_owned(),
        chosen: unit.code == query.unit,
        ..Choice::default()
    });
    let status = |status: &Status| Choice {
        value: status.to_string(),
        label: ctx.words.t(&format!("status-request-{status}")),
        chosen: status.as_str() == query.status,
        ..Choice::default()
    };
    let kept = [("status", &query.status), ("category", &query.category), ("unit", &query.unit), ("q", &query.q)];
    let next = next.map(|cursor| {
        let kept = kept.iter().filter(|(_, value)| !value.is_empty());
        let kept: String = kept.map(|(name, value)| format!("&{name}={}", url_escape(value))).collect();
        format!("/desk/requests?cursor={cursor}{kept}")
    });
    let body = DeskPage {
        rows: items.iter().map(|view| request_row(&ctx, view)).collect(),
        statuses: Status::ALL.iter().map(status).collect(),
        categories: category_groups(&ctx, names.categories(), &query.category),
        units: units.collect(),
        filtered: kept.iter().any(|(_, value)| !value.is_empty()),
        q: query.q,
        next: next.unwrap_or_default(),
        w: ctx.words.clone(),
    };
    Page::new(Face::Desk, ctx.words.t("requests-desk-title")).show(&ctx, &body)
}

struct Said {
    who: String,
    when: String,
    at: String,
    text: String,
}

#[derive(Template)]
#[template(path = "requests/matter.html")]
struct MatterPage {
    w: Words,
    csrf: String,
    base: String,
    number: String,
    category: String,
    unit: String,
    place: String,
    point: String,
    words: String,
    reporter: String,
    phone: String,
    phone_hidden: bool,
    channel: String,
    status: Sign,
    limit: Sign,
    running: bool,
    when: String,
    contact_due: String,
    contacted: String,
    due: String,
    reason: String,
    worker: String,
    order_status: String,
    note: String,
    said: Vec<Said>,
    steps: Vec<Step>,
    pools: Vec<Choice>,
    workers: Vec<Choice>,
    hows: Vec<Choice>,
    may: May,
    errors: FormErrors,
    form: MatterForm,
}

/// What the asker may do now, by post and by the workflow.
struct May {
    accept: bool,
    decline: bool,
    publish: bool,
    contact: bool,
    message: bool,
    transfer: bool,
    withdraw: bool,
    close: bool,
}

/// Whatever a form of the page sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct MatterForm {
    reason: String,
    pool: String,
    how: String,
    note: String,
    text: String,
    public: String,
    to: String,
}

pub(super) async fn detail(ctx: Ctx, Path(id): Path<String>) -> Answer {
    show(&ctx, request_id(&id)?, FormErrors::default(), MatterForm::default(), false).await
}

fn may(ctx: &Ctx, detail: &Detail) -> May {
    let (access, request) = (ctx.kernel().access(), &detail.request);
    let facts = facts(request, detail.order.as_ref(), false, &ctx.who);
    let allowed = |action: &str| access.allows(&ctx.who, action, &facts);
    let can = |action: &str, verb: Verb| allowed(action) && REQUEST.next(request.status, verb).is_some();
    let under_way = detail.order.as_ref().is_some_and(|order| ORDER.next(order.state, OrderVerb::Transfer).is_some());
    May {
        accept: can("requests.accept", Verb::Accept),
        decline: can("requests.decline", Verb::Decline),
        publish: can("requests.publish", Verb::Publish),
        contact: allowed("requests.contact") && runs(&detail.view),
        message: allowed("requests.message"),
        transfer: allowed("orders.transfer") && under_way,
        withdraw: can("requests.withdraw", Verb::Withdraw),
        close: can("requests.close", Verb::Close),
    }
}

/// All but the last four digits of a phone number.
fn masked(phone: &str) -> String {
    let length = phone.chars().count();
    phone.chars().enumerate().map(|(i, c)| if i + 4 < length && c.is_ascii_digit() { '•' } else { c }).collect()
}

async fn show(ctx: &Ctx, id: RequestId, errors: FormErrors, form: MatterForm, revealed: bool) -> Answer {
    let detail = read_detail(ctx, id, None).await?;
    let history = read_history(ctx, &detail).await?;
    let tenant = ctx.tenant.id;
    let now = ctx.kernel().world().now();
    let (pools, workers) = ctx.kernel().db().read(tenant, move |read| lookups(read, tenant, now)).await?;
    let may = may(ctx, &detail);
    let (w, clock, view) = (&ctx.words, Clockwork { ctx }, &detail.view);
    let reporter = detail.reports.first();
    let phone = reporter.and_then(|report| report.phone.clone()).unwrap_or_default();
    let order = view.order.as_ref();
    let said = detail.messages.iter().map(|message| Said {
        who: w.t(match message.way {
            MessageWay::Question => "requests-said-question",
            MessageWay::Answer => "requests-said-answer",
            MessageWay::Note => "requests-said-note",
            MessageWay::Update => "requests-said-update",
        }),
        when: clock.say(message.at),
        at: message.at.to_string(),
        text: message.text.clone(),
    });
    let choice = |value: String, label: String, chosen: bool| Choice { value, label, chosen, ..Choice::default() };
    let body = MatterPage {
        csrf: ctx.csrf(),
        base: format!("/desk/requests/{id}"),
        number: view.number.clone(),
        category: view.category.name.clone(),
        unit: view.unit.name.clone(),
        place: view.place.clone().unwrap_or_default(),
        point: view.location.map(|point| format!("{:.5}, {:.5}", point.lat, point.lon)).unwrap_or_default(),
        words: view.description.clone(),
        reporter: reporter.and_then(|report| report.name.clone()).unwrap_or_default(),
        phone_hidden: !phone.is_empty() && !revealed,
        phone: if revealed { phone } else { masked(&phone) },
        channel: w.t(&format!("requests-channel-{}", detail.request.channel)),
        status: request_sign(w, view.status),
        limit: limit_sign(w, view.limit),
        running: runs(view),
        when: clock.say(view.created_at),
        contact_due: clock.say(view.contact_due_at),
        contacted: clock.say_if(view.contacted_at),
        due: clock.say(view.due_at),
        reason: view.reason.clone().unwrap_or_default(),
        worker: order.and_then(|order| order.worker.clone()).unwrap_or_default(),
        order_status: order.map(|order| w.t(&format!("status-order-{}", order.status))).unwrap_or_default(),
        note: order.and_then(|order| order.note.clone()).unwrap_or_default(),
        said: said.collect(),
        steps: steps(ctx, &history),
        pools: pools
            .into_iter()
            .map(|Pool { code, name, .. }| choice(code, name.to(ctx.locale()).to_owned(), false))
            .collect(),
        workers: workers.into_iter().map(|(id, name)| choice(id.to_string(), name, false)).collect(),
        hows: ContactHow::ALL
            .iter()
            .map(|how| choice(how.to_string(), w.t(&format!("requests-how-{how}")), *how == ContactHow::Phone))
            .collect(),
        w: w.clone(),
        may,
        errors,
        form,
    };
    let page = Page::new(Face::Desk, w.t1("requests-matter-title", "number", &view.number));
    let page = if body.errors.is_empty() { page } else { page.failed(StatusCode::UNPROCESSABLE_ENTITY) };
    page.show(ctx, &body)
}

type Lookups = (Vec<Pool>, Vec<(tongxin_kernel::PersonId, String)>);

fn lookups(read: &mut tongxin_db::Read<'_>, tenant: tongxin_base::TenantId, now: Time) -> Result<Lookups> {
    let pools = categories::pools(read, tenant)?;
    Ok((pools, people_store::with_roles(read, tenant, (Role::GridWorker, Role::PartTime), now)?))
}

pub(super) async fn act(ctx: Ctx, Path((id, verb)): Path<(String, String)>, form: Form<MatterForm>) -> Answer {
    let id = request_id(&id)?;
    if verb == "reveal" {
        actions::reveal(ctx.kernel(), ctx.kernel().call(&ctx.tenant, &ctx.who), id).await?;
        return show(&ctx, id, FormErrors::default(), MatterForm::default(), true).await;
    }
    match do_it(&ctx, id, &verb, form.fields.clone()).await {
        Ok(()) => Ok(see_other(&format!("/desk/requests/{id}"))),
        Err(error) => {
            let errors = FormErrors::take(&ctx.words, error)?;
            show(&ctx, id, errors, form.fields, false).await
        }
    }
}

async fn do_it(ctx: &Ctx, id: RequestId, verb: &str, form: MatterForm) -> Result<()> {
    let (kernel, call) = (ctx.kernel(), ctx.kernel().call(&ctx.tenant, &ctx.who));
    match verb {
        "accept" => actions::accept(kernel, call, id).await.map(drop),
        "decline" => {
            actions::decline(kernel, call, id, Decline { words: form.reason, ..Decline::default() }).await.map(drop)
        }
        "publish" => actions::publish(kernel, call, id, Where { pool: form.pool, ..Where::default() }).await.map(drop),
        "contact" => {
            let how = ContactHow::parse(&form.how).ok_or_else(|| Error::field("how", "form-unknown-choice"))?;
            actions::contact(kernel, call, id, how, form.note).await.map(drop)
        }
        "message" => {
            let way = if form.public.is_empty() { MessageWay::Note } else { MessageWay::Question };
            actions::message(kernel, call, id, None, (form.text, way)).await.map(drop)
        }
        "transfer" => {
            let to = worker_named(ctx, &form.to).await?;
            let order = read_detail(ctx, id, None).await?.order.ok_or(Error::NotFound)?;
            actions::transfer(kernel, call, order.id, to).await.map(drop)
        }
        "withdraw" => actions::withdraw(kernel, call, id, None).await.map(drop),
        "close" => actions::close(kernel, call, id).await.map(drop),
        _ => Err(Error::NotFound),
    }
}
