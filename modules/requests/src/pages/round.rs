//! The round: the orders in hand, one order, and what a worker does with it.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::Deserialize;
use tongxin_base::{Error, FieldError, Id, Result};
use tongxin_web::{
    Answer, Choice, Ctx, Face, Files, Form, FormErrors, FormPhotos, KeptPhoto, Page, Sheet, Words, see_other,
};
use uuid::Uuid;

use super::photos::{Album, albums};
use super::pool::show_pool;
use super::round_queue::{self, Queue};
use super::{Clockwork, Row, material_words, order_row, why_words};
use crate::actions::{self, Cost, Decline, MOST_PHOTOS, NewMaterial};
use crate::api::{Offered, order_id, read_detail, read_orders};
use crate::domain::{ContactHow, MessageWay, OrderId, OrderState, PhotoKind, PhraseKind, RequestId};
use crate::store::{orders, phrases};
use crate::views::{LimitState, OrderView};

#[derive(Template)]
#[template(path = "requests/work.html")]
struct WorkPage {
    w: Words,
    groups: Vec<Group>,
    held: usize,
    cap: i64,
    files: Files,
    queue: Queue,
}

/// Orders whose limits stand alike.
struct Group {
    name: &'static str,
    title: String,
    rows: Vec<Held>,
}

/// An order in hand, and where it is: `lat,lon`, for the phone to reckon with; empty where it has no place.
struct Held {
    row: Row,
    place: String,
}

impl Group {
    /// What is over its limit, what is near it, and the rest; a group without an order is left out.
    fn all(ctx: &Ctx, mine: &[OrderView]) -> Vec<Self> {
        let name = |view: &OrderView| match view.limit {
            LimitState::Red => "over",
            LimitState::Yellow => "near",
            LimitState::Green | LimitState::Paused => "rest",
        };
        let held = |view: &OrderView| Held {
            row: order_row(ctx, view),
            place: view.location.map(|at| format!("{:.5},{:.5}", at.lat, at.lon)).unwrap_or_default(),
        };
        let group = |one: &'static str| {
            // They come by their limits already.
            let rows: Vec<Held> = mine.iter().filter(|view| name(view) == one).map(held).collect();
            let title = ctx.words.t1(&format!("requests-group-{one}"), "count", rows.len());
            Self { name: one, title, rows }
        };
        ["over", "near", "rest"].map(group).into_iter().filter(|group| !group.rows.is_empty()).collect()
    }
}

/// `GET /work`: the orders in one's own hands.
pub(super) async fn mine(ctx: Ctx) -> Answer {
    let top: OrderId = Id::from_uuid(Uuid::max());
    let (mine, _) = read_orders(&ctx, "mine", (String::new(), Offered::ToAnybody), None, top).await?;
    let hrefs: Vec<String> = mine.iter().map(|view| order_row(&ctx, view).href).collect();
    let body = WorkPage {
        queue: Queue::new(&ctx, &hrefs.iter().map(String::as_str).collect::<Vec<_>>()),
        w: ctx.words.clone(),
        groups: Group::all(&ctx, &mine),
        held: mine.len(),
        cap: ctx.tenant.settings.open_orders_cap,
        files: Files::of(&ctx),
    };
    let all = body.groups.iter().flat_map(|group| &group.rows);
    let rows = all.map(|held| held.row.cells(&held.row.status.words));
    let sheet = Sheet::new(Row::heads(&ctx.words, "column-status"), rows);
    Page::new(Face::Round, ctx.words.t("requests-work-title")).list(&ctx, &body, sheet).await
}

struct Said {
    who: String,
    when: String,
    at: String,
    text: String,
}

#[derive(Template)]
#[template(path = "requests/order.html")]
struct OrderPage {
    w: Words,
    csrf: String,
    row: Row,
    words: Vec<String>,
    place: String,
    contact_name: String,
    contact_phone: String,
    state: OrderState,
    mine: bool,
    why: String,
    start_by: String,
    waits: bool,
    waits_for: String,
    materials: Vec<String>,
    said: Vec<Said>,
    ways: Vec<Choice>,
    waitings: Vec<Choice>,
    returns: Vec<Choice>,
    meanwhile: String,
    errors: FormErrors,
    form: OrderForm,
    albums: Vec<Album>,
    kept: Vec<KeptPhoto>,
    kept_before: Vec<KeptPhoto>,
    hows: Vec<Choice>,
    queue: Queue,
}

pub(super) async fn order(ctx: Ctx, Path(id): Path<String>) -> Answer {
    show_order(&ctx, order_id(&id)?, (FormErrors::default(), String::new()), Sent::default()).await
}

/// What a form of the page brought, to be shown again where it was refused.
#[derive(Default)]
struct Sent {
    form: OrderForm,
    photos: FormPhotos,
    /// Whether the photos are from before the work.
    before: bool,
}

async fn show_order(ctx: &Ctx, id: OrderId, (errors, meanwhile): (FormErrors, String), sent: Sent) -> Answer {
    let tenant = ctx.tenant.id;
    let read = move |read: &mut tongxin_db::Read<'_>| Ok((orders::one(read, tenant, id)?, phrases::all(read, tenant)?));
    let (found, all) = ctx.kernel().db().read(tenant, read).await?;
    let detail = read_detail(ctx, found.request_id, None).await?;
    // Only the order that is under way: what came before it belongs to the history.
    let view = detail.view.order.clone().filter(|view| view.id == id).ok_or(Error::NotFound)?;
    let me = ctx.who.person().map(|person| person.id);
    let mine = detail.order.is_some_and(|order| order.worker_id == me);
    let reporter = detail.reports.first().filter(|_| mine);
    let (w, clock, locale) = (&ctx.words, Clockwork { ctx }, ctx.locale());
    let choices = |kind: PhraseKind, chosen: &str| {
        let some = all.iter().filter(|phrase| phrase.kind == kind && phrase.active);
        let choice = |phrase: &crate::domain::Phrase| Choice {
            value: phrase.code.clone(),
            label: phrase.name.to(locale).to_owned(),
            chosen: phrase.code == chosen,
            ..Choice::default()
        };
        some.map(choice).collect::<Vec<_>>()
    };
    let paused = detail.request.pause_reason.clone().unwrap_or_default();
    let waits_for = match paused.as_str() {
        "question" => w.t("requests-waits-for-answer"),
        code => choices(PhraseKind::Wait, code).into_iter().find(|c| c.chosen).map(|c| c.label).unwrap_or_default(),
    };
    let said = detail.messages.iter().map(|message| Said {
        who: w.t(&format!("requests-said-{}", message.way)),
        when: clock.say(message.at),
        at: message.at.to_string(),
        text: message.text.clone(),
    });
    let shown = sent.photos.shown(ctx).await?;
    let (kept, kept_before) = if sent.before { (Vec::new(), shown) } else { (shown, Vec::new()) };
    let form = sent.form;
    let way = if form.way.is_empty() { MessageWay::Note.as_str() } else { &form.way };
    let body = OrderPage {
        csrf: ctx.csrf(),
        row: order_row(ctx, &view),
        words: detail.reports.iter().map(|report| report.words.clone()).filter(|words| !words.is_empty()).collect(),
        place: detail.view.place.unwrap_or_default(),
        contact_name: reporter.and_then(|report| report.name.clone()).unwrap_or_default(),
        contact_phone: reporter.and_then(|report| report.phone.clone()).unwrap_or_default(),
        state: view.status,
        mine,
        why: view.why.as_ref().map(|why| why_words(w, why)).unwrap_or_default(),
        start_by: clock.say_if(view.lease_due_at.filter(|_| view.status == OrderState::Grabbed)),
        waits: !paused.is_empty() && paused != "question",
        waits_for,
        materials: detail.materials.iter().map(|material| material_words(w, material)).collect(),
        said: said.collect(),
        ways: [MessageWay::Note, MessageWay::Update, MessageWay::Question]
            .map(|one| Choice {
                value: one.to_string(),
                label: w.t(&format!("requests-way-{one}")),
                hint: w.t(&format!("requests-way-{one}-hint")),
                chosen: one.as_str() == way,
            })
            .into(),
        waitings: choices(PhraseKind::Wait, &form.wait_code),
        returns: choices(PhraseKind::Return, &form.code),
        w: w.clone(),
        meanwhile,
        errors,
        form,
        albums: albums(ctx, &detail.view.photos, PhotoKind::ALL),
        kept,
        kept_before,
        hows: ContactHow::ALL
            .iter()
            .map(|how| Choice {
                value: how.to_string(),
                label: w.t(&format!("requests-how-{how}")),
                chosen: *how == ContactHow::Phone,
                ..Choice::default()
            })
            .collect(),
        queue: Queue::new(ctx, &[]),
    };
    let page = Page::new(Face::Round, ctx.words.t1("requests-order-title", "number", &view.number));
    let page = match (body.errors.is_empty(), body.meanwhile.is_empty()) {
        (false, _) => page.failed(StatusCode::UNPROCESSABLE_ENTITY),
        (_, false) => page.failed(StatusCode::CONFLICT),
        _ => page,
    };
    page.show(ctx, &body)
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct OrderForm {
    note: String,
    code: String,
    reason: String,
    text: String,
    way: String,
    wait_code: String,
    wait_text: String,
    name: String,
    amount: String,
    cost: String,
    kept: String,
    dropped: String,
    how: String,
    contact_note: String,
}

pub(super) async fn act(
    ctx: Ctx,
    Path((id, verb)): Path<(String, String)>,
    form: Form<OrderForm, MOST_PHOTOS>,
) -> Answer {
    let id = order_id(&id)?;
    let Form { fields, files, left_out, once } = form;
    let photos = FormPhotos::take(&ctx, (&fields.kept, &fields.dropped), files, left_out, MOST_PHOTOS).await?;
    let done = match photos.with(Ok(())) {
        Ok(()) => do_it(&ctx, (id, &verb, &once), &fields, &photos).await,
        Err(error) => Err(error),
    };
    let before = verb == "before";
    match done {
        Ok(next) if ctx.json => Ok(round_queue::done(&next)),
        Ok(next) => Ok(see_other(&next)),
        Err(error) if ctx.json => Err(error.into()),
        Err(Error::Conflict(key, args)) if verb == "grab" => {
            show_pool(&ctx, "", ctx.words.with(&key, &args), StatusCode::CONFLICT).await
        }
        Err(Error::Conflict(key, args)) => {
            let meanwhile = ctx.words.with(&key, &args);
            show_order(&ctx, id, (FormErrors::default(), meanwhile), Sent { form: fields, photos, before }).await
        }
        Err(error) => {
            let mut errors = FormErrors::take(&ctx.words, error)?;
            for item in errors.items.iter_mut().filter(|item| before && item.field == "photos") {
                item.field.clone_from(&verb);
            }
            show_order(&ctx, id, (errors, String::new()), Sent { form: fields, photos, before }).await
        }
    }
}

/// Does one thing to an order, once under its key where it has one: what waited on a phone may come twice.
async fn do_it(
    ctx: &Ctx,
    (id, verb, once): (OrderId, &str, &str),
    form: &OrderForm,
    photos: &FormPhotos,
) -> Result<String> {
    let kernel = ctx.kernel();
    let call = if once.is_empty() { kernel.call(&ctx.tenant, &ctx.who) } else { ctx.call_once(once)? };
    let here = format!("/work/orders/{id}");
    match verb {
        "grab" => actions::grab(kernel, call, id).await.map(|_| here),
        "start" => actions::start(kernel, call, id).await.map(|_| here),
        "return" => {
            let why = Decline { code: form.code.clone(), words: form.reason.clone() };
            actions::give_back(kernel, call, id, why).await.map(|_| "/work".to_owned())
        }
        "complete" => {
            actions::complete_with(kernel, call, id, &form.note, &photos.ids).await.map(|_| "/work".to_owned())
        }
        "before" => actions::add_photos(kernel, call, id, PhotoKind::Before, photos.ids.clone()).await.map(|_| here),
        "wait" => {
            let done = actions::wait(kernel, call, id, &form.wait_code, &form.wait_text).await.map(|_| here);
            done.map_err(|error| match error {
                Error::Invalid(fields) => Error::Invalid(fields.into_iter().map(waiting_field).collect()),
                other => other,
            })
        }
        "resume" => actions::resume_work(kernel, call, id).await.map(|_| here),
        "material" => {
            let (name, amount) = (form.name.clone(), form.amount.clone());
            let new = NewMaterial { name, amount, cost: Cost::Yuan(form.cost.clone()) };
            actions::add_material(kernel, call, id, new).await.map(|_| here)
        }
        "message" => {
            let way = MessageWay::parse(&form.way).filter(|way| *way != MessageWay::Answer);
            let way = way.ok_or_else(|| Error::field("way", "form-unknown-choice"))?;
            let request = request_of(ctx, id).await?;
            actions::message(kernel, call, request, None, (form.text.clone(), way)).await.map(|_| here)
        }
        "contact" => {
            let how = ContactHow::parse(&form.how).ok_or_else(|| Error::field("how", "form-unknown-choice"))?;
            let request = request_of(ctx, id).await?;
            actions::contact(kernel, call, request, how, form.contact_note.clone()).await.map(|_| here)
        }
        _ => Err(Error::NotFound),
    }
}

/// The matter an order belongs to.
async fn request_of(ctx: &Ctx, id: OrderId) -> Result<RequestId> {
    let tenant = ctx.tenant.id;
    Ok(ctx.kernel().db().read(tenant, move |read| orders::one(read, tenant, id)).await?.request_id)
}

/// The fields of the form for waiting, beside others of the same name.
fn waiting_field(mut field: FieldError) -> FieldError {
    match field.field.as_str() {
        "reason" => "wait_code".clone_into(&mut field.field),
        "text" => "wait_text".clone_into(&mut field.field),
        _ => {}
    }
    field
}
