//! The page of the board.

use std::sync::Arc;

use crate::rings::{self, HUB, Segment};
use crate::tree::{self, Part, Teller};
use crate::trend::{Trend, Weeks, line_of_rates, shares};
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

#[derive(Template)]
#[template(path = "board/tree.html")]
struct Branch<'a> {
    w: Words,
    part: &'a Part,
}

/// The programme as rings, with the words of what is chosen beside them.
struct Programme {
    tree: Vec<Part>,
    reached: usize,
    aims: usize,
    /// The whole programme again, nothing chosen.
    whole: String,
    chosen: String,
}

impl Programme {
    fn segments(&self) -> Vec<Segment<'_>> {
        rings::segments(&self.tree)
    }

    fn chosen(&self) -> Option<&Part> {
        tree::find(&self.tree, &self.chosen)
    }
}

/// One of the three rates, and how it went.
struct RateShown {
    figure: Figure,
    trend: Trend,
}

#[derive(Template)]
#[template(path = "board/board.html")]
struct Board {
    w: Words,
    place: String,
    as_of: String,
    rates: Vec<RateShown>,
    flow: Vec<Figure>,
    heads: Vec<String>,
    rate_heads: Vec<String>,
    lines: Vec<Line>,
    units: Vec<Choice>,
    programme: Programme,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Where {
    unit: String,
    part: String,
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
    let weeks = Arc::new(Weeks::until(ctx.kernel().world().now(), ctx.tenant.zone(), &ctx.words));
    let counted = Arc::clone(&weeks);
    let (top, below, kept, weekly) = ctx
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
            let kept = tree::read(read, tenant, &top.path, &counted)?;
            let weekly = rates.iter().map(|rate| shares(read, tenant, rate, &top.path, &counted));
            let weekly: Vec<Vec<Share>> = weekly.collect::<Result<_>>()?;
            let top = figures(read, tenant, &top, &flow, &rates)?;
            Ok((top, below, kept, weekly))
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
    let teller = Teller { ctx: &ctx, unit: &top.unit, weeks: &weeks, measures: &all, chosen: &at.part };
    let tree = teller.tell(&kept);
    if !at.part.is_empty() && tree::find(&tree, &at.part).is_none() {
        return Err(Error::NotFound.into());
    }
    let (reached, aims) = tree.iter().map(Part::reached).fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
    let whole = format!("/board?unit={}#programme", top.unit.code);
    let rate_figures = shown_rates.iter().zip(top.rates.iter().zip(&rate_heads)).map(rate_figure).zip(&weekly);
    let rates = rate_figures.map(|(figure, shares)| RateShown {
        trend: line_of_rates(shares, &weeks, w.t1("board-trend", "name", &figure.label), with_parts),
        figure,
    });
    let body = Board {
        programme: Programme { tree, reached, aims, whole, chosen: at.part.clone() },
        place: top.unit.name.to(ctx.locale()).to_owned(),
        as_of: moment(w, ctx.tenant.zone(), ctx.kernel().world().now()),
        rates: rates.collect(),
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
