//! The desk: the list of matters one looks after, those held back, and what other units ask of one's own.

use askama::Template;
use axum::extract::Query;
use tongxin_base::Result;
use tongxin_web::{Answer, Choice, ChoiceGroup, Ctx, Face, Page, Words};

use super::map::on_map;
use super::{
    Clockwork, Row, Sign, category_groups, first_words, limit_sign, request_row, staffed_units, status_choices,
};
use crate::api::{read_list, read_names};
use crate::narrowed::Narrowed;
use crate::store::lists::Filter;
use crate::store::{desk, requests};

#[derive(Template)]
#[template(path = "requests/desk.html")]
struct DeskPage {
    w: Words,
    rows: Vec<Row>,
    statuses: Vec<Choice>,
    categories: Vec<ChoiceGroup>,
    units: Vec<Choice>,
    q: String,
    from: String,
    to: String,
    /// The same on the map.
    map: String,
    filtered: bool,
    held: bool,
    /// How many are held back, and how many calls of other units wait.
    waiting: (usize, usize),
    next: String,
}

/// Counted up to so many; more are "more".
const COUNTED: i64 = 99;

pub(super) async fn list(ctx: Ctx, Query(query): Query<Narrowed>) -> Answer {
    let held = !query.held.is_empty();
    let (items, next) = read_list(&ctx, &query).await?;
    let names = read_names(&ctx, ctx.locale()).await?;
    let scope = ctx.kernel().access().scope(&ctx.who, "requests.list")?;
    let (tenant, counted) = (ctx.tenant.id, scope.clone());
    let calls = ctx.kernel().access().scope(&ctx.who, "requests.answer_delegation")?;
    let count = move |read: &mut tongxin_db::Read<'_>| -> Result<(usize, usize)> {
        let held = Filter { held: true, ..Filter::default() };
        let last = tongxin_base::Id::from_uuid(uuid::Uuid::max());
        let held = crate::store::lists::in_scope(read, tenant, &counted, &held, last, COUNTED)?;
        Ok((held.len(), desk::delegated_to(read, tenant, &calls, COUNTED)?.len()))
    };
    let waiting = ctx.kernel().db().read(tenant, count).await?;
    let units = staffed_units(&ctx, &names, &scope, &query.unit);
    let statuses = status_choices(&ctx.words, &query.status);
    let kept = query.query();
    let next = next.map(|cursor| format!("/desk/requests?cursor={cursor}&{kept}")).unwrap_or_default();
    let map = on_map(&query);
    let body = DeskPage {
        rows: items.iter().map(|view| request_row(&ctx, view)).collect(),
        statuses,
        categories: category_groups(&ctx, names.even_retired(), &query.category),
        units,
        filtered: query.is_any(),
        held,
        waiting,
        map,
        q: query.q,
        from: query.from,
        to: query.to,
        next,
        w: ctx.words.clone(),
    };
    let title = if held { "requests-held-title" } else { "requests-desk-title" };
    Page::new(Face::Desk, ctx.words.t(title)).show(&ctx, &body)
}

/// What another unit asks of ours.
struct Called {
    href: String,
    number: String,
    category: String,
    from: String,
    to: String,
    words: String,
    due: String,
    limit: Sign,
}

#[derive(Template)]
#[template(path = "requests/whistles.html")]
struct WhistlesPage {
    w: Words,
    rows: Vec<Called>,
}

pub(super) async fn whistles(ctx: Ctx) -> Answer {
    let names = read_names(&ctx, ctx.locale()).await?;
    let scope = ctx.kernel().access().scope(&ctx.who, "requests.answer_delegation")?;
    let tenant = ctx.tenant.id;
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let open = desk::delegated_to(read, tenant, &scope, 200)?;
        open.into_iter()
            .map(|call| Ok((requests::one(read, tenant, call.request_id)?, call)))
            .collect::<Result<Vec<_>>>()
    };
    let found = ctx.kernel().db().read(tenant, read).await?;
    let (clock, now) = (Clockwork { ctx: &ctx }, ctx.kernel().world().now());
    let rows = found.into_iter().map(|(request, call)| Called {
        href: format!("/desk/requests/{}", request.id),
        number: request.number,
        category: names.category(&request.category).name,
        from: names.unit(&request.unit_path).name,
        to: names.unit(&call.unit_path).name,
        words: first_words(&call.words),
        due: clock.say(call.deadline.due),
        limit: limit_sign(&ctx.words, call.deadline.state(now).into()),
    });
    let body = WhistlesPage { w: ctx.words.clone(), rows: rows.collect() };
    Page::new(Face::Desk, ctx.words.t("requests-whistles-title")).show(&ctx, &body)
}
