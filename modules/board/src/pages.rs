//! The page of the board.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::everybody;
use crate::flow::{Station, WAYS, stations};
use crate::rings::HUB;
use crate::tree::{self, Kept, Part, Programme, Teller};
use crate::trend::{Trend, Weeks, line_of_rates, shares};
use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use tongxin_base::{Error, Result, TenantId, Time};
use tongxin_db::Read;
use tongxin_kernel::{Days, Level, Measure, OnMap, Rate, Scope, Share, Tally, Unit, UnitTree, sum};
use tongxin_web::{Answer, Choice, Ctx, Face, Files, Page, Sheet, Sketch, Words, grouped, moment};

/// The measures of the loop's flow are named so; each gauge counts what stands at one place of it now.
const FLOW: &str = "requests.now.";

/// A figure of the page, with the list it counts.
pub(crate) struct Figure {
    /// The last part of its measure's name.
    pub(crate) name: &'static str,
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) count: i64,
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
pub(crate) struct Branch<'a> {
    pub(crate) w: Words,
    pub(crate) part: &'a Part,
}

impl Board {
    fn stations(&self) -> Vec<Station<'_>> {
        stations(&self.flow)
    }

    /// The limits as parts of a bar 1000 wide: the name, where it begins, how long it is.
    fn bar(&self) -> Vec<(&'static str, i64, i64)> {
        let all = self.limits.iter().map(|limit| limit.count).sum::<i64>().max(1);
        let mut before = 0;
        let part = |limit: &Figure| {
            let (from, to) = (before * 1000 / all, (before + limit.count) * 1000 / all);
            before += limit.count;
            (limit.name, from, to - from)
        };
        self.limits.iter().map(part).collect()
    }
}

/// One of the three rates, how it went, and the lists behind its numbers.
struct RateShown {
    label: String,
    words: String,
    percent: String,
    share: Share,
    numerator: String,
    denominator: String,
    rest: String,
    trend: Trend,
}

#[derive(Template)]
#[template(path = "board/board.html")]
struct Board {
    w: Words,
    place: String,
    as_of: String,
    rates: Vec<RateShown>,
    limits: Vec<Figure>,
    flow: Vec<Figure>,
    /// The pages that show things on a map, of those the reader may open, and the same as pictures.
    maps: Vec<(String, String)>,
    wall: bool,
    there: String,
    heads: Vec<String>,
    rate_heads: Vec<String>,
    lines: Vec<Line>,
    files: Files,
    units: Vec<Choice>,
    programme: Programme,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Where {
    unit: String,
    part: String,
    /// Anything: as it hangs on a wall.
    wall: String,
    /// Anything: as everybody sees it.
    open: String,
}

/// The figures of one unit.
struct Figures {
    unit: Unit,
    flow: Vec<i64>,
    limits: Vec<i64>,
    rates: Vec<Share>,
}

/// What the rooms count.
#[derive(Clone)]
struct Counters {
    flow: Vec<Measure>,
    tallies: Vec<Tally>,
    rates: Vec<Rate>,
    now: Time,
}

impl Counters {
    fn of(ctx: &Ctx) -> Self {
        let rooms = ctx.kernel().rooms();
        let measures = rooms.iter().flat_map(|room| room.measures);
        Self {
            flow: measures.filter(|measure| measure.name.starts_with(FLOW)).copied().collect(),
            tallies: rooms.iter().flat_map(|room| room.tallies).copied().collect(),
            rates: rooms.iter().flat_map(|room| room.rates).copied().collect(),
            now: ctx.kernel().world().now(),
        }
    }

    fn limits(&self) -> Vec<Measure> {
        self.tallies.iter().flat_map(|tally| tally.figures).copied().collect()
    }

    fn read(&self, read: &mut Read<'_>, tenant: TenantId, unit: &Unit) -> Result<Figures> {
        let counted = self.flow.iter().map(|measure| sum(read, tenant, measure.name, &unit.path, Days::ALL));
        let flow = counted.collect::<Result<_>>()?;
        let mut limits = Vec::new();
        for tally in &self.tallies {
            limits.extend((tally.count)(read, tenant, &unit.path, self.now)?);
        }
        let rates = self.rates.iter().map(|rate| rate.of(read, tenant, &unit.path, Days::ALL));
        Ok(Figures { unit: unit.clone(), flow, limits, rates: rates.collect::<Result<_>>()? })
    }
}

/// The figures of a unit, of those below it and of the programme.
struct Counted {
    top: Figures,
    below: Vec<Figures>,
    kept: Kept,
    weekly: Vec<Vec<Share>>,
}

async fn counted(ctx: &Ctx, top: Unit, counters: &Counters, weeks: &Arc<Weeks>) -> Result<Counted> {
    let (house, tenant) = (Arc::clone(&ctx.tenant), ctx.tenant.id);
    let (counters, weeks) = (counters.clone(), Arc::clone(weeks));
    let read = move |read: &mut Read<'_>| {
        let tree = &house.units;
        let mut below = Vec::new();
        for unit in tree.children(&top.path).filter(|unit| unit.level != Level::Compound) {
            below.push(counters.read(read, tenant, unit)?);
        }
        let kept = tree::read(read, tenant, &top.path, &weeks, |_| true)?;
        let weekly = counters.rates.iter().map(|rate| shares(read, tenant, rate, &top.path, &weeks));
        let weekly = weekly.collect::<Result<_>>()?;
        Ok(Counted { top: counters.read(read, tenant, &top)?, below, kept, weekly })
    };
    ctx.kernel().db().read(tenant, read).await
}

/// The lists behind the figures: a figure of a unit whose list the reader may not open is a figure without a way on.
pub(crate) struct Lists {
    scopes: HashMap<&'static str, Scope>,
}

impl Lists {
    /// Those that everybody may open.
    pub(crate) fn of_everybody() -> Self {
        Self { scopes: HashMap::new() }
    }

    fn of(ctx: &Ctx) -> Result<Self> {
        let rooms = ctx.kernel().rooms();
        let figures =
            rooms.iter().flat_map(|room| room.measures.iter().chain(room.tallies.iter().flat_map(|t| t.figures)));
        let actions =
            figures.map(|measure| measure.action).filter(|action| !action.is_empty()).collect::<BTreeSet<_>>();
        let scope = |action: &'static str| Ok((action, ctx.kernel().access().scope(&ctx.who, action)?));
        Ok(Self { scopes: actions.into_iter().map(scope).collect::<Result<_>>()? })
    }

    fn opens(&self, action: &str, unit: &Unit) -> bool {
        action.is_empty() || self.scopes.get(action).is_some_and(|scope| scope.has_all(&unit.path))
    }

    /// The list that a measure counts, for one unit; empty where it may not be opened.
    pub(crate) fn of_measure(&self, measure: &Measure, unit: &Unit) -> String {
        self.at(measure.list, measure.action, unit)
    }

    fn at(&self, list: &str, action: &str, unit: &Unit) -> String {
        if self.opens(action, unit) { list.replace("{unit}", &unit.code) } else { String::new() }
    }

    /// The unit a reader looks at first: the first of those whose lists are theirs.
    fn home<'a>(&self, tree: &'a UnitTree) -> Option<&'a Unit> {
        let theirs =
            |unit: &&Unit| unit.level.is_staffed() && self.scopes.keys().any(|action| self.opens(action, unit));
        tree.iter().find(theirs).or_else(|| tree.root())
    }

    /// Figures with their words and lists.
    fn shown(&self, w: &Words, measures: &[Measure], counts: &[i64], unit: &Unit) -> Vec<Figure> {
        let figure = |(measure, count): (&Measure, &i64)| Figure {
            name: measure.name.rsplit('.').next().unwrap_or_default(),
            href: self.of_measure(measure, unit),
            label: w.t(&format!("measure-{}", dashed(measure.name))),
            count: *count,
        };
        measures.iter().zip(counts).map(figure).collect()
    }
}

/// `GET /board`: the board of those who answer for a part of the subdistrict; for everybody else, what everybody may know.
pub(crate) async fn board(ctx: Ctx, Query(at): Query<Where>) -> Answer {
    if !at.open.is_empty() || !ctx.kernel().access().anywhere(&ctx.who, "board.open") {
        return everybody::page(&ctx, &at.part, !at.open.is_empty()).await;
    }
    let counters = Counters::of(&ctx);
    let weeks = Arc::new(Weeks::until(counters.now, ctx.tenant.zone(), &ctx.words));
    let lists = Lists::of(&ctx)?;
    let tree = &ctx.tenant.units;
    let top = if at.unit.is_empty() { lists.home(tree) } else { tree.by_code(&at.unit) };
    let top = top.cloned().ok_or(Error::NotFound)?;
    let Counted { top, below, kept, weekly } = counted(&ctx, top, &counters, &weeks).await?;
    let (w, access) = (&ctx.words, ctx.kernel().access());
    let rooms = ctx.kernel().rooms();
    let all: Vec<Measure> = rooms.iter().flat_map(|room| room.measures).copied().collect();
    let limits = counters.limits();
    let heads = counters.flow.iter().chain(&limits).map(|one| w.t(&format!("measure-{}", dashed(one.name)))).collect();
    let line = |figures: &Figures| Line {
        href: format!("/board?unit={}", figures.unit.code),
        name: figures.unit.name.to(ctx.locale()).to_owned(),
        cells: counters
            .flow
            .iter()
            .chain(&limits)
            .zip(figures.flow.iter().chain(&figures.limits))
            .map(|(measure, value)| Cell { href: lists.of_measure(measure, &figures.unit), value: *value })
            .collect(),
        rates: figures.rates.iter().map(|share| with_parts(*share)).collect(),
    };
    let units = ctx.tenant.units.iter().filter(|unit| unit.level.is_staffed()).map(|unit| Choice {
        value: unit.code.clone(),
        label: unit.name.to(ctx.locale()).to_owned(),
        chosen: unit.code == top.unit.code,
        ..Choice::default()
    });
    let board = format!("/board?unit={}&", top.unit.code);
    let teller = Teller {
        ctx: &ctx,
        unit: &top.unit,
        weeks: &weeks,
        measures: &all,
        lists: &lists,
        published: None,
        board: &board,
        chosen: &at.part,
    };
    let whole = format!("/board?unit={}#programme", top.unit.code);
    let programme = Programme::new(teller.tell(&kept), whole, &at.part)?;
    let list = |name: &str| {
        let known = all.iter().find(|measure| measure.name == name);
        known.map(|measure| lists.of_measure(measure, &top.unit)).unwrap_or_default()
    };
    let action = |name: &str| all.iter().find(|measure| measure.name == name).map_or("", |measure| measure.action);
    let rate = |((rate, share), weekly): ((&Rate, &Share), &Vec<Share>)| {
        let label = w.t(&format!("rate-{}", rate.name));
        RateShown {
            words: w.t(&format!("rate-{}-words", rate.name)),
            percent: percent(*share),
            share: *share,
            numerator: list(rate.numerator),
            denominator: list(rate.denominator),
            rest: lists.at(rate.rest, action(rate.numerator), &top.unit),
            trend: line_of_rates(weekly, &weeks, w.t1("board-trend", "name", &label), with_parts),
            label,
        }
    };
    let wall = !at.wall.is_empty();
    let (plain, hung) = (format!("/board?unit={}", top.unit.code), format!("/board?unit={}&wall=1", top.unit.code));
    let maps = rooms
        .iter()
        .filter_map(|room| room.map)
        .filter(|map| access.scope(&ctx.who, map.action).is_ok_and(|scope| scope.has_all(&top.unit.path)));
    let mut drawn = Vec::new();
    for map in if wall { Vec::new() } else { maps.collect() } {
        drawn.push((map.page.replace("{unit}", &top.unit.code), picture(&ctx, map, &top.unit).await?));
    }
    let body = Board {
        programme,
        place: top.unit.name.to(ctx.locale()).to_owned(),
        as_of: moment(w, ctx.tenant.zone(), counters.now),
        rates: counters.rates.iter().zip(&top.rates).zip(&weekly).map(rate).collect(),
        limits: lists.shown(w, &limits, &top.limits, &top.unit),
        flow: lists.shown(w, &counters.flow, &top.flow, &top.unit),
        maps: drawn,
        lines: below.iter().map(line).collect(),
        files: Files::of(&ctx),
        units: units.collect(),
        rate_heads: counters.rates.iter().map(|rate| w.t(&format!("rate-{}", rate.name))).collect(),
        w: w.clone(),
        heads,
        wall,
        there: if wall { plain } else { hung },
    };
    let page = Page::new(Face::Board, w.t("board-title"));
    let page = if wall { page.on_a_wall() } else { page };
    let heads = std::iter::once(w.t("board-unit")).chain(body.heads.iter().chain(&body.rate_heads).cloned());
    let cells = |line: &Line| {
        let values: Vec<String> = line.cells.iter().map(|cell| cell.value.to_string()).collect();
        std::iter::once(line.name.clone()).chain(values).chain(line.rates.clone()).collect::<Vec<_>>()
    };
    page.list(&ctx, &body, Sheet::new(heads, body.lines.iter().map(cells))).await
}

/// What a room shows on its map, as a picture of heaps.
async fn picture(ctx: &Ctx, map: OnMap, under: &Unit) -> Result<String> {
    let scope = ctx.kernel().access().scope(&ctx.who, map.action)?.under(&under.path);
    let (tenant, kernel) = (ctx.tenant.id, ctx.kernel().clone());
    let read = move |read: &mut Read<'_>| Ok(((map.count)(read, tenant, &scope)?, kernel.places(read, tenant)?));
    let (lying, places) = ctx.kernel().db().read(tenant, read).await?;
    let sketch = Sketch::new(&ctx.tenant.units, ctx.locale(), ctx.words.t("board-map")).with_grids();
    let words = |unit: &str, count: i64| format!("{unit} {count}");
    sketch.with_heaps(&lying, words, |unit| map.list.replace("{unit}", &unit.code)).with_sites(&places).draw()
}

pub(crate) fn dashed(name: &str) -> String {
    name.replace(['.', '_'], "-")
}

/// The quotient with one decimal, without the sign.
fn percent(share: Share) -> String {
    share.rate().map_or_else(|| "–".to_owned(), |rate| format!("{:.1}", rate * 100.0))
}

fn with_parts(share: Share) -> String {
    match share.rate() {
        Some(rate) => format!("{:.1} % ({} / {})", rate * 100.0, grouped(share.numerator), grouped(share.denominator)),
        None => "–".to_owned(),
    }
}
