//! The page of the board.

use std::sync::Arc;

use crate::store::{self, Node, Target};
use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use tongxin_base::{Error, Result, TenantId};
use tongxin_db::Read;
use tongxin_kernel::{Days, Level, Measure, Rate, Share, Unit, sum};
use tongxin_web::{Answer, Choice, Ctx, Face, Page, Words, moment};

/// The measures of the loop's flow are named so; each gauge counts what stands at one place of it now.
const FLOW: &str = "requests.now.";

struct Figure {
    href: String,
    label: String,
    value: String,
    unit: String,
    of: String,
}

struct Cell {
    href: String,
    value: i64,
}

struct Line {
    href: String,
    name: String,
    cells: Vec<Cell>,
    rates: Vec<String>,
}

/// An aim of the programme, and how far it is.
struct Aim {
    name: String,
    of: String,
    /// What is counted now and where its list is; nothing where nobody counts it.
    now: Option<(String, i64)>,
    target: i64,
    reached: bool,
}

/// A part of the programme, with what hangs on it.
struct Part {
    name: String,
    text: String,
    aims: Vec<Aim>,
    parts: Vec<Part>,
}

#[derive(Template)]
#[template(path = "board/tree.html")]
struct Branch<'a> {
    w: Words,
    part: &'a Part,
}

#[derive(Template)]
#[template(path = "board/board.html")]
struct Board {
    w: Words,
    place: String,
    as_of: String,
    rates: Vec<Figure>,
    flow: Vec<Figure>,
    heads: Vec<String>,
    rate_heads: Vec<String>,
    lines: Vec<Line>,
    units: Vec<Choice>,
    tree: Vec<Part>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Where {
    unit: String,
}

/// The figures of one unit.
struct Figures {
    unit: Unit,
    flow: Vec<i64>,
    rates: Vec<Share>,
}

fn figures(read: &mut Read<'_>, tenant: TenantId, unit: &Unit, flow: &[Measure], rates: &[Rate]) -> Result<Figures> {
    let counted = flow.iter().map(|measure| sum(read, tenant, measure.name, &unit.path, Days::ALL));
    let flow = counted.collect::<Result<_>>()?;
    let rates = rates.iter().map(|rate| rate.of(read, tenant, &unit.path, Days::ALL)).collect::<Result<_>>()?;
    Ok(Figures { unit: unit.clone(), flow, rates })
}

pub(crate) async fn board(ctx: Ctx, Query(at): Query<Where>) -> Answer {
    let tenant = ctx.tenant.id;
    let rooms = ctx.kernel().rooms();
    let flow: Vec<Measure> =
        rooms.iter().flat_map(|room| room.measures).filter(|measure| measure.name.starts_with(FLOW)).copied().collect();
    let rates: Vec<Rate> = rooms.iter().flat_map(|room| room.rates).copied().collect();
    let (shown_flow, shown_rates, code) = (flow.clone(), rates.clone(), at.unit.clone());
    let house = Arc::clone(&ctx.tenant);
    let (top, below, nodes, targets) = ctx
        .kernel()
        .db()
        .read(tenant, move |read| {
            let tree = &house.units;
            let top = if code.is_empty() { tree.root() } else { tree.by_code(&code) };
            let top = top.cloned().ok_or(Error::NotFound)?;
            let mut below = Vec::new();
            for unit in tree.children(&top.path).filter(|unit| unit.level != Level::Compound) {
                below.push(figures(read, tenant, unit, &flow, &rates)?);
            }
            let targets = store::targets(read, tenant)?;
            let counted = targets.into_iter().map(|target| {
                let count = target.measure.as_deref().map(|name| sum(read, tenant, name, &top.path, Days::ALL));
                Ok((target, count.transpose()?))
            });
            let targets: Vec<(Target, Option<i64>)> = counted.collect::<Result<_>>()?;
            let nodes = store::nodes(read, tenant)?;
            let top = figures(read, tenant, &top, &flow, &rates)?;
            Ok((top, below, nodes, targets))
        })
        .await?;
    let w = &ctx.words;
    let heads: Vec<String> =
        shown_flow.iter().map(|measure| w.t(&format!("measure-{}", dashed(measure.name)))).collect();
    let rate_heads: Vec<String> = shown_rates.iter().map(|rate| w.t(&format!("rate-{}", rate.name))).collect();
    let list = |measure: &Measure, unit: &Unit| measure.list.replace("{unit}", &unit.code);
    let figure = |(measure, (value, label)): (&Measure, (&i64, &String))| Figure {
        href: list(measure, &top.unit),
        label: label.clone(),
        value: value.to_string(),
        unit: String::new(),
        of: String::new(),
    };
    let rate_figure = |(rate, (share, label)): (&Rate, (&Share, &String))| Figure {
        href: format!("/desk/requests?unit={}", top.unit.code),
        label: label.clone(),
        value: percent(*share),
        unit: if share.denominator > 0 { "%".to_owned() } else { String::new() },
        of: parts_in_words(w, rate, *share),
    };
    let line = |figures: &Figures| Line {
        href: format!("/board?unit={}", figures.unit.code),
        name: figures.unit.name.to(ctx.locale()).to_owned(),
        cells: shown_flow
            .iter()
            .zip(&figures.flow)
            .map(|(measure, value)| Cell { href: list(measure, &figures.unit), value: *value })
            .collect(),
        rates: figures.rates.iter().map(|share| with_parts(*share)).collect(),
    };
    let units = ctx.tenant.units.iter().filter(|unit| unit.level.is_staffed()).map(|unit| Choice {
        value: unit.code.clone(),
        label: unit.name.to(ctx.locale()).to_owned(),
        chosen: unit.code == top.unit.code,
        ..Choice::default()
    });
    let all: Vec<Measure> = rooms.iter().flat_map(|room| room.measures).copied().collect();
    let aim = |(target, now): &(Target, Option<i64>)| {
        let measure = all.iter().find(|measure| Some(measure.name) == target.measure.as_deref());
        let unit = target.unit.to(ctx.locale());
        Aim {
            name: target.name.to(ctx.locale()).to_owned(),
            of: w.t2("board-target-of", "target", target.target, "unit", unit),
            now: measure.zip(*now).map(|(measure, now)| (list(measure, &top.unit), now)),
            target: target.target,
            reached: now.is_some_and(|now| now >= target.target),
        }
    };
    let part = |node: &Node, parts: Vec<Part>| Part {
        name: node.name.to(ctx.locale()).to_owned(),
        text: node.text.to(ctx.locale()).to_owned(),
        aims: targets.iter().filter(|(target, _)| target.node == node.code).map(aim).collect(),
        parts,
    };
    let parts_of = |above: &Node| -> Vec<Part> {
        let below = nodes.iter().filter(|node| node.parent.as_ref() == Some(&above.code));
        below.map(|node| part(node, Vec::new())).collect()
    };
    let tree = nodes.iter().filter(|node| node.parent.is_none()).map(|node| part(node, parts_of(node))).collect();
    let body = Board {
        tree,
        place: top.unit.name.to(ctx.locale()).to_owned(),
        as_of: moment(w, ctx.tenant.zone(), ctx.kernel().world().now()),
        rates: shown_rates.iter().zip(top.rates.iter().zip(&rate_heads)).map(rate_figure).collect(),
        flow: shown_flow.iter().zip(top.flow.iter().zip(&heads)).map(figure).collect(),
        lines: below.iter().map(line).collect(),
        units: units.collect(),
        w: w.clone(),
        heads,
        rate_heads,
    };
    Page::new(Face::Board, w.t("board-title")).show(&ctx, &body)
}

/// `30 / 56`, what that means, and how many of the 56 nobody has answered.
fn parts_in_words(w: &Words, rate: &Rate, share: Share) -> String {
    let mut parts =
        format!("{} / {} · {}", share.numerator, share.denominator, w.t(&format!("rate-{}-words", rate.name)));
    if share.unanswered > 0 {
        parts.push_str(" · ");
        parts.push_str(&w.t1("board-unanswered", "count", share.unanswered));
    }
    parts
}

fn dashed(name: &str) -> String {
    name.replace(['.', '_'], "-")
}

/// The quotient with one decimal, without the sign.
fn percent(share: Share) -> String {
    share.rate().map_or_else(|| "–".to_owned(), |rate| format!("{:.1}", rate * 100.0))
}

fn with_parts(share: Share) -> String {
    match share.rate() {
        Some(rate) => format!("{:.1} % ({} / {})", rate * 100.0, share.numerator, share.denominator),
        None => "–".to_owned(),
    }
}
