//! The desk: the list of matters one looks after, those held back, and what other units ask of one's own.

use askama::Template;
use axum::extract::Query;
use tongxin_base::Result;
use tongxin_web::{Answer, Choice, ChoiceGroup, Ctx, Face, Files, Page, Sheet, Words};

use super::map::on_map;
use super::saved::mine;
use super::table::{Column, Columns, Pairs, address, shown};
use super::together;
use super::{
    Clockwork, Row, Sign, category_groups, first_words, limit_choices, limit_sign, request_row, staffed_units,
    status_choices,
};
use crate::api::{PAGE, read_list, read_names};
use crate::narrowed::Narrowed;
use crate::store::lists::{Counted, Filter, Mark, Sorted};
use crate::store::saved::{Saved, SavedId};
use crate::store::{desk, requests};
use crate::views::RequestView;

/// A row of the table: the matter, and what its columns say.
struct Line {
    row: Row,
    /// Which one and which version of it, for what is done with several.
    mark: String,
    /// The chosen columns, each with its text where it has no sign.
    cells: Vec<(Column, String)>,
}

/// A list that the reader keeps.
struct Kept {
    id: SavedId,
    name: String,
    href: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "requests/desk.html")]
struct DeskPage {
    w: Words,
    csrf: String,
    /// The reader's own lists.
    saved: Vec<Kept>,
    /// This one may be kept: it is narrowed, and not kept yet.
    may_keep: bool,
    rows: Vec<Line>,
    heads: Vec<String>,
    columns: Vec<Choice>,
    statuses: Vec<Choice>,
    limits: Vec<Choice>,
    sorts: Vec<Choice>,
    categories: Vec<ChoiceGroup>,
    units: Vec<Choice>,
    /// Which figure of the rates these are, in words; empty for all.
    counted: String,
    counted_word: String,
    q: String,
    from: String,
    to: String,
    /// The same on the map, as files, and as it stands here.
    map: String,
    files: Files,
    here: String,
    may_act: bool,
    may_import: bool,
    /// Whom several may be given to; nobody where the reader may not.
    workers: Vec<Choice>,
    filtered: bool,
    /// Something is said in the part of the form that is folded away.
    more: bool,
    held: bool,
    /// How many are held back, and how many calls of other units wait.
    waiting: (usize, usize),
    next: String,
}

/// Counted up to so many; more are "more".
const COUNTED: i64 = 99;

pub(super) async fn list(ctx: Ctx, Query(said): Query<Pairs>, Query(query): Query<Narrowed>) -> Answer {
    let held = !query.held.is_empty();
    let columns = Columns::of(&said);
    let (items, next) = read_list(&ctx, &query, PAGE).await?;
    let names = read_names(&ctx, ctx.locale()).await?;
    let scope = ctx.kernel().access().scope(&ctx.who, "requests.list")?;
    let (tenant, counted) = (ctx.tenant.id, scope.clone());
    let calls = ctx.kernel().access().scope(&ctx.who, "requests.answer_delegation")?;
    let count = move |read: &mut tongxin_db::Read<'_>| -> Result<(usize, usize)> {
        let held = Filter { held: true, ..Filter::default() };
        let place = (Sorted::Newest, Mark::start(Sorted::Newest));
        let held = crate::store::lists::in_scope(read, tenant, &counted, &held, place, COUNTED)?;
        Ok((held.len(), desk::delegated_to(read, tenant, &calls, COUNTED)?.len()))
    };
    let waiting = ctx.kernel().db().read(tenant, count).await?;
    let units = staffed_units(&ctx, &names, &scope, &query.unit);
    let statuses = status_choices(&ctx.words, &query.status);
    let (kept, chosen) = (query.query(), columns.query());
    let at = |path: &str| address(path, &[&kept, &chosen]);
    let next = next.map(|cursor| address("/desk/requests", &[&format!("cursor={cursor}"), &kept, &chosen]));
    let w = &ctx.words;
    let line = |view: &RequestView| Line {
        row: request_row(&ctx, view),
        mark: format!("{}:{}", view.id, view.version),
        cells: columns.0.iter().map(|one| (*one, shown(&ctx, *one, view))).collect(),
    };
    let sort = |one: &Sorted| Choice {
        value: one.as_str().to_owned(),
        label: w.t(&format!("requests-sort-{}", one.as_str())),
        chosen: one.as_str() == query.sort,
        ..Choice::default()
    };
    let here = at("/desk/requests");
    let kept_list = |list: Saved| {
        let href = address("/desk/requests", &[&list.query]);
        Kept { id: list.id, name: list.name, here: href == here, href }
    };
    let saved: Vec<Kept> = mine(&ctx).await?.into_iter().map(kept_list).collect();
    let access = ctx.kernel().access();
    let counted = Counted::parse(&query.counted);
    let body = DeskPage {
        csrf: ctx.csrf(),
        rows: items.iter().map(line).collect(),
        heads: columns.0.iter().map(|one| one.heading(w)).collect(),
        columns: columns.choices(w),
        limits: limit_choices(w, &query.limit),
        sorts: Sorted::ALL.iter().map(sort).collect(),
        counted: counted
            .map(|one| w.t(&format!("requests-counted-{}", one.as_str().replace('_', "-"))))
            .unwrap_or_default(),
        map: on_map(&query),
        files: Files { csv: at("/desk/requests.csv"), xlsx: at("/desk/requests.xlsx") },
        may_keep: here != "/desk/requests" && !saved.iter().any(|list| list.here),
        saved,
        here,
        workers: together::workers(&ctx).await?,
        may_act: ["requests.accept", "requests.publish"].iter().any(|action| access.anywhere(&ctx.who, action)),
        may_import: access.anywhere(&ctx.who, "requests.import"),
        statuses,
        categories: category_groups(&ctx, names.even_retired(), &query.category),
        units,
        filtered: query.is_any(),
        more: [&query.category, &query.from, &query.to, &query.sort].iter().any(|said| !said.is_empty())
            || !columns.is_usual(),
        held,
        waiting,
        counted_word: query.counted,
        q: query.q,
        from: query.from,
        to: query.to,
        next: next.unwrap_or_default(),
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
    files: Files,
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
    let body = WhistlesPage { w: ctx.words.clone(), rows: rows.collect(), files: Files::of(&ctx) };
    let heads = ["number", "field-category", "call-from", "call-to", "column-words", "call-due", "filter-limit"];
    let heads = heads.map(|head| ctx.words.t(&format!("requests-{head}")));
    let cells = |row: &Called| {
        let Called { number, category, from, to, words, due, limit, .. } = row;
        [number, category, from, to, words, due, &limit.words].map(String::clone)
    };
    let sheet = Sheet::new(heads, body.rows.iter().map(cells));
    Page::new(Face::Desk, ctx.words.t("requests-whistles-title")).list(&ctx, &body, sheet).await
}
