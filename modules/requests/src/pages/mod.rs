//! The pages of the loop: the street (report, follow), the round (pool, my orders), the desk (triage).

mod desk;
mod duty;
mod import;
mod lists;
mod long;
mod map;
mod matter;
mod news;
mod photos;
mod pool;
mod receipt;
mod report;
mod round;
mod round_queue;
mod saved;
mod shared;
mod slip;
mod source;
mod street;
pub(crate) mod table;
mod together;

use tongxin_base::Time;
use tongxin_kernel::{HistoryItem, Scope, Unit};
use tongxin_web::{Choice, ChoiceGroup, Ctx, Gate, Routes, Words, moment};

use crate::domain::{Category, Status};
use crate::views::{LimitState, Names, OrderView, RequestView};

pub(crate) use news::news;

pub(crate) fn routes(routes: Routes) -> Routes {
    shared::routes(lists::routes(duty::routes(routes)))
        .get(Gate::May("requests.report"), "/report", report::report_page)
        .post(Gate::May("requests.report"), "/report", report::report)
        .get(Gate::Public, "/r/{token}", street::follow)
        .get(Gate::Public, "/r/{token}/qr.svg", slip::code)
        .get(Gate::Public, "/r/{token}/receipt", receipt::show)
        .get(Gate::Public, "/r/{token}/receipt.json", receipt::file)
        .get(Gate::Public, "/r/{token}/receipt.svg", receipt::code)
        .post(Gate::Public, "/r/{token}/message", street::message)
        .post(Gate::Public, "/r/{token}/withdraw", street::withdraw)
        .list(Gate::May("orders.grab"), "/work", round::mine)
        .list(Gate::May("orders.grab"), "/work/pool", pool::pool)
        .get(Gate::May("orders.grab"), "/work/pool/map", pool::page)
        .get(Gate::May("orders.grab"), "/work/pool/map.json", pool::points)
        .get(Gate::May("orders.grab"), "/work/pool/ground.json", map::ground)
        .get(Gate::May("orders.grab"), "/work/token", round_queue::token)
        .get(Gate::May("orders.grab"), "/work/orders/{id}", round::order)
        .post(Gate::May("orders.grab"), "/work/orders/{id}/{verb}", round::act)
        .get(Gate::May("requests.list"), "/desk/requests", desk::list)
        .get(Gate::May("requests.list"), "/desk/requests.csv", table::file)
        .get(Gate::May("requests.list"), "/desk/requests.xlsx", table::file)
        .post(Gate::May("requests.list"), "/desk/requests/export", long::ask)
        .get(Gate::May("requests.import"), "/desk/requests/import", import::ask)
        .post(Gate::May("requests.import"), "/desk/requests/import", import::take)
        .post(Gate::May("requests.list"), "/desk/requests", together::page)
        .post(Gate::May("requests.list"), "/desk/lists", saved::keep)
        .post(Gate::May("requests.list"), "/desk/lists/{id}/drop", saved::drop)
        .get(Gate::May("requests.list"), "/desk/map", map::page)
        .get(Gate::May("requests.list"), "/desk/map.json", map::points)
        .get(Gate::May("requests.list"), "/desk/map/ground.json", map::ground)
        .list(Gate::May("requests.answer_delegation"), "/desk/whistles", desk::whistles)
        .get(Gate::May("requests.list"), "/desk/requests/{id}", matter::detail)
        .post(Gate::May("requests.list"), "/desk/requests/{id}/{verb}", matter::act)
}

/// A state with its words.
struct Sign {
    state: &'static str,
    words: String,
}

/// One request or order in a list.
struct Row {
    href: String,
    number: String,
    title: String,
    place: String,
    when: String,
    at: String,
    due: String,
    status: Sign,
    limit: Sign,
    running: bool,
    urgent: bool,
    distance: String,
}

impl Row {
    /// What both lists of orders show of it, as the cells of a file, and what one of them shows besides.
    fn cells(&self, besides: &str) -> [String; 6] {
        let Self { number, title, place, due, limit, .. } = self;
        [number.as_str(), title, place, due, &limit.words, besides].map(str::to_owned)
    }

    /// What is above those cells.
    fn heads(w: &Words, besides: &str) -> [String; 6] {
        let heads = ["number", "field-category", "unit", "column-due", "filter-limit", besides];
        heads.map(|head| w.t(&format!("requests-{head}")))
    }
}

/// Times as this reader reads them.
struct Clockwork<'a> {
    ctx: &'a Ctx,
}

impl Clockwork<'_> {
    fn say(&self, at: Time) -> String {
        moment(&self.ctx.words, self.ctx.tenant.zone(), at)
    }

    fn say_if(&self, at: Option<Time>) -> String {
        at.map(|at| self.say(at)).unwrap_or_default()
    }
}

/// How limits may stand, to narrow a list by.
fn limit_choices(words: &Words, chosen: &str) -> Vec<Choice> {
    let choice = |limit: &LimitState| Choice {
        value: limit.as_str().to_owned(),
        label: words.t(&format!("status-limit-{}", limit.as_str())),
        chosen: limit.as_str() == chosen,
        ..Choice::default()
    };
    LimitState::ALL.iter().map(choice).collect()
}

fn limit_sign(words: &Words, state: LimitState) -> Sign {
    let state = state.as_str();
    Sign { state, words: words.t(&format!("status-limit-{state}")) }
}

fn request_sign(words: &Words, status: crate::domain::Status) -> Sign {
    Sign { state: status.as_str(), words: words.t(&format!("status-request-{status}")) }
}

fn request_row(ctx: &Ctx, view: &RequestView) -> Row {
    let clock = Clockwork { ctx };
    Row {
        href: format!("/desk/requests/{}", view.id),
        number: view.number.clone(),
        title: view.category.name.clone(),
        place: view.unit.name.clone(),
        when: clock.say(view.created_at),
        at: view.created_at.to_string(),
        due: clock.say(view.due_at),
        status: request_sign(&ctx.words, view.status),
        limit: limit_sign(&ctx.words, view.limit),
        running: view.status.is_under_way(),
        urgent: view.urgent,
        distance: String::new(),
    }
}

fn order_row(ctx: &Ctx, view: &OrderView) -> Row {
    let clock = Clockwork { ctx };
    Row {
        href: format!("/work/orders/{}", view.id),
        number: view.number.clone(),
        title: view.category.name.clone(),
        place: view.unit.name.clone(),
        when: clock.say(view.opened_at),
        at: view.opened_at.to_string(),
        due: clock.say(view.due_at),
        status: Sign { state: view.status.as_str(), words: ctx.words.t(&format!("status-order-{}", view.status)) },
        limit: limit_sign(&ctx.words, view.limit),
        running: true,
        urgent: false,
        distance: view.distance_m.map(|m| ctx.words.t1("requests-distance", "metres", m)).unwrap_or_default(),
    }
}

/// The first sixty characters of a text, on one line.
fn first_words(text: &str) -> String {
    const SHOWN: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = line.chars().take(SHOWN).collect();
    if line.chars().count() > SHOWN {
        short.push('…');
    }
    short
}

/// A line of a history.
struct Step {
    at: String,
    when: String,
    who: String,
    words: String,
}

fn steps(ctx: &Ctx, items: &[HistoryItem]) -> Vec<Step> {
    let clock = Clockwork { ctx };
    let step = |item: &HistoryItem| {
        let key = format!("history-{}", item.action.replace(['.', '_'], "-"));
        Step {
            at: item.at.to_string(),
            when: clock.say(item.at),
            who: if item.actor.is_empty() { ctx.words.t("requests-somebody") } else { item.actor.clone() },
            words: ctx.words.t(&key),
        }
    };
    items.iter().map(step).collect()
}

/// The five answers to "are you satisfied?".
fn stars(w: &Words) -> Vec<Choice> {
    let star =
        |n: i64| Choice { value: n.to_string(), label: w.t(&format!("requests-stars-{n}")), ..Choice::default() };
    (1..=5).map(star).collect()
}

/// The three answers to "is it solved?".
fn solved(w: &Words) -> Vec<Choice> {
    let one = |answer: &str| Choice {
        value: answer.to_owned(),
        label: w.t(&format!("requests-solved-{answer}")),
        ..Choice::default()
    };
    ["yes", "partly", "no"].map(one).into()
}

/// Why an order was assigned to who has it, in words.
fn why_words(w: &Words, why: &crate::actions::Why) -> String {
    let mut text = w.t(&format!("requests-why-{}", why.cause.replace('_', "-")));
    if why.cause == "nobody_grabbed" {
        let facts = [
            why.distance_m.map(|metres| w.t1("requests-why-distance", "metres", metres)),
            Some(w.t1("requests-why-held", "count", why.held)),
            why.skilled.map(|skilled| w.t(if skilled { "requests-why-skilled" } else { "requests-why-unskilled" })),
            Some(w.with(
                "requests-why-others",
                &[("free".into(), why.free.to_string()), ("busy".into(), why.busy.to_string())],
            )),
        ];
        for fact in facts.into_iter().flatten() {
            text.push_str(&fact);
        }
    }
    text
}

/// Something that was used up, in words: name, amount, and what it cost where that is known.
fn material_words(w: &Words, material: &crate::store::orders::Material) -> String {
    let cost = material.cost_fen.map(|fen| format!("{}.{:02}", fen / 100, fen % 100));
    let name = ("name".into(), material.name.clone());
    let amount = ("amount".into(), material.amount.clone());
    match cost {
        Some(cost) => w.with("requests-material-cost", &[name, amount, ("cost".into(), cost)]),
        None => w.with("requests-material", &[name, amount]),
    }
}

/// The categories one may choose, each under its 大类.
fn category_groups(ctx: &Ctx, categories: &[Category], chosen: &str) -> Vec<ChoiceGroup> {
    let name = |category: &Category| category.name.to(ctx.locale()).to_owned();
    let above = |category: &Category| {
        let parent = categories.iter().find(|other| Some(&other.code) == category.parent.as_ref());
        parent.map(name).unwrap_or_default()
    };
    let has_none_below =
        |category: &&Category| !categories.iter().any(|other| other.parent.as_ref() == Some(&category.code));
    let mut groups: Vec<ChoiceGroup> = Vec::new();
    for category in categories.iter().filter(has_none_below) {
        let choice = Choice {
            value: category.code.clone(),
            label: name(category),
            hint: String::new(),
            chosen: category.code == chosen,
        };
        let label = above(category);
        match groups.iter_mut().find(|group| group.label == label) {
            Some(group) => group.options.push(choice),
            None => groups.push(ChoiceGroup { label, options: vec![choice] }),
        }
    }
    groups
}

/// The units that somebody looks after, as far as the reader does, to narrow a list by.
fn staffed_units(ctx: &Ctx, names: &Names, scope: &Scope, chosen: &str) -> Vec<Choice> {
    let staffed = names.units().iter().filter(|unit| unit.level.is_staffed() && scope.has(&unit.path));
    let choice = |unit: &Unit| Choice {
        value: unit.code.clone(),
        label: unit.name.to(ctx.locale()).to_owned(),
        chosen: unit.code == chosen,
        ..Choice::default()
    };
    staffed.map(choice).collect()
}

/// All states of a matter, to narrow a list by.
fn status_choices(words: &Words, chosen: &str) -> Vec<Choice> {
    let choice = |status: &Status| Choice {
        value: status.to_string(),
        label: words.t(&format!("status-request-{status}")),
        chosen: status.as_str() == chosen,
        ..Choice::default()
    };
    Status::ALL.iter().map(choice).collect()
}
