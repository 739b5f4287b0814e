//! The board for everybody. Figures about people are those of the published months and no others; figures that tell of nobody are
//! as they stand. All of it is read into one thing, and the page, the JSON and the files say that thing and nothing else.

use std::sync::Arc;

use askama::Template;
use serde::Serialize;
use tongxin_base::{Error, Result};
use tongxin_db::Read;
use tongxin_kernel::{Days, Level, Located, Lying, Measure, OpenCount, Rate, Tells, Unit, UnitTree, shown_share, sum};
use tongxin_web::{Answer, Ctx, Face, Files, Page, Sketch, Words, grouped, open_map};
use utoipa::ToSchema;

use crate::everybody_files;
use crate::open::{ALL, Month, Published, by_month, month_words, published};
use crate::pages::{Branch, Lists, dashed};
use crate::rings::HUB;
use crate::tree::{self, Kept, Programme, Teller};
use crate::trend::{Trend, Weeks, draw};

/// A rate in one published month.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = BoardOpenShare)]
pub(crate) struct Share {
    /// The month, `yyyymm`.
    pub(crate) month: i64,
    /// How many count. Null, here and below: fewer than ten count or do not, or it would tell of fewer than ten.
    pub(crate) numerator: Option<i64>,
    /// Of how many.
    pub(crate) denominator: Option<i64>,
    /// The quotient, 0 to 1.
    pub(crate) share: Option<f64>,
}

/// One of the three rates.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = BoardOpenRate)]
pub(crate) struct OpenRate {
    /// Its name.
    pub(crate) name: &'static str,
    /// The published months, newest first.
    pub(crate) months: Vec<Share>,
}

/// A figure that tells of nobody, as it stands now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BoardOpenCount)]
pub(crate) struct Count {
    /// Its name.
    pub(crate) measure: &'static str,
    /// How many.
    pub(crate) count: i64,
    /// The path of the list it counts.
    pub(crate) list: String,
}

/// A community, or the whole subdistrict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BoardOpenUnit)]
pub(crate) struct OpenUnit {
    /// The code of the unit.
    pub(crate) unit: String,
    /// Reported in the newest published month; null as above.
    pub(crate) received: Option<i64>,
    /// Solved in it by their raters' word; null as above.
    pub(crate) solved: Option<i64>,
    /// What tells of nobody, now.
    pub(crate) now: Vec<Count>,
}

/// An aim of the programme, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BoardOpenAim)]
pub(crate) struct OpenAim {
    /// Its code.
    pub(crate) aim: String,
    /// The code of the part of the programme it hangs on.
    pub(crate) part: String,
    /// How many are wanted.
    pub(crate) target: i64,
    /// How many there are. Null where nothing counts them, or nothing of it is published.
    pub(crate) count: Option<i64>,
    /// Whether there are more, in months that hide theirs.
    pub(crate) at_least: bool,
}

/// The board, as everybody may know it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = BoardOpen)]
pub(crate) struct OpenBoard {
    /// The newest published month, `yyyymm`; null where none is yet.
    pub(crate) month: Option<i64>,
    /// The aims of the programme.
    pub(crate) aims: Vec<OpenAim>,
    /// The three rates of the whole subdistrict.
    pub(crate) rates: Vec<OpenRate>,
    /// The communities, and last the whole subdistrict.
    pub(crate) units: Vec<OpenUnit>,
}

/// All that was read for it.
pub(crate) struct Known {
    pub(crate) board: OpenBoard,
    months: Vec<Month>,
    kept: Kept,
    weeks: Arc<Weeks>,
    /// What everybody may read one by one, by where it lies.
    lying: Vec<(OpenCount, Vec<Lying>)>,
    places: Vec<Located>,
}

/// The measures that tell of nobody; whatever says nothing of it tells of people.
fn of_nobody(ctx: &Ctx) -> Vec<Measure> {
    let all = ctx.kernel().rooms().iter().flat_map(|room| room.measures);
    all.filter(|measure| measure.tells == Tells::OfNobody && measure.action.is_empty()).copied().collect()
}

/// The communities, and last the whole.
fn shown_units(units: &UnitTree) -> Vec<Unit> {
    units.iter().filter(|unit| unit.level == Level::Community).chain(units.root()).cloned().collect()
}

fn share(rate: &Rate, month: &Month) -> Share {
    let of = |measure| month.whole().and_then(|row| row.of_measure(measure));
    let (numerator, denominator) = (of(rate.numerator), of(rate.denominator));
    // A share that is hidden shows neither of its numbers here: the one that counts may be all but all of the other.
    let share = shown_share(numerator, denominator);
    let shown = |figure: Option<i64>| figure.filter(|_| share.is_some());
    Share { month: month.month(), numerator: shown(numerator), denominator: shown(denominator), share }
}

/// The three rates of the whole in published months.
pub(crate) fn open_rates(ctx: &Ctx, months: &[Month]) -> Vec<OpenRate> {
    let rates = ctx.kernel().rooms().iter().flat_map(|room| room.rates);
    rates
        .map(|rate| OpenRate { name: rate.name, months: months.iter().map(|one| share(rate, one)).collect() })
        .collect()
}

/// Reads what everybody may know.
pub(crate) async fn known(ctx: &Ctx) -> Result<Known> {
    let months = published(ctx, ALL).await?;
    let (tenant, house, kernel) = (ctx.tenant.id, Arc::clone(&ctx.tenant), ctx.kernel().clone());
    let weeks = Arc::new(Weeks::until(ctx.kernel().world().now(), ctx.tenant.zone(), &ctx.words));
    let (measures, asked) = (of_nobody(ctx), Arc::clone(&weeks));
    let counts: Vec<OpenCount> = ctx.kernel().rooms().iter().flat_map(|room| room.open_counts).copied().collect();
    let read = move |read: &mut Read<'_>| {
        let root = house.units.root().map(|unit| unit.path.clone()).unwrap_or_default();
        let wanted = |name: &str| measures.iter().any(|measure| measure.name == name);
        let kept = tree::read(read, tenant, &root, &asked, wanted)?;
        let mut lying = Vec::new();
        for count in counts {
            lying.push((count, (count.count)(read, tenant)?));
        }
        let mut now = Vec::new();
        for unit in shown_units(&house.units) {
            let mut counts = Vec::new();
            for measure in &measures {
                counts.push((*measure, sum(read, tenant, measure.name, &unit.path, Days::ALL)?));
            }
            counts.extend(lying.iter().map(|(count, found): &(OpenCount, Vec<Lying>)| {
                let under = found.iter().filter(|one| one.unit_path.starts_with(&unit.path));
                (count.figure, under.map(|one| one.count).sum())
            }));
            now.push((unit, counts));
        }
        Ok((kept, lying, now, kernel.places(read, tenant)?))
    };
    let (kept, lying, now, places) = ctx.kernel().db().read(tenant, read).await?;
    let newest = months.first();
    let unit = |(unit, counts): (Unit, Vec<(Measure, i64)>)| {
        let row = newest.and_then(|month| month.row(&unit.code));
        let count = |(measure, count): (Measure, i64)| Count {
            measure: measure.name,
            count,
            list: Lists::of_everybody().of_measure(&measure, &unit),
        };
        OpenUnit {
            received: row.and_then(|row| row.of_measure("requests.received")),
            solved: row.and_then(|row| row.of_measure("ratings.solved")),
            now: counts.into_iter().map(count).collect(),
            unit: unit.code.clone(),
        }
    };
    let published = Published { months: &months };
    let aims = kept.aims.iter().map(|(target, standing)| {
        let live = standing.as_ref().map(|standing| (standing.now, false));
        let counted = live.or_else(|| published.total(target.measure.as_deref()?));
        OpenAim {
            aim: target.code.clone(),
            part: target.node.clone(),
            target: target.target,
            count: counted.map(|(count, _)| count),
            at_least: counted.is_some_and(|(_, more)| more),
        }
    });
    let board = OpenBoard {
        month: newest.map(Month::month),
        aims: aims.collect(),
        rates: open_rates(ctx, &months),
        units: now.into_iter().map(unit).collect(),
    };
    Ok(Known { board, months, kept, weeks, lying, places })
}

/// A bar of the picture of communities: how long it is, out of a thousand, and what it says; no length where it is hidden.
struct Bar {
    name: &'static str,
    label: String,
    length: i64,
    words: String,
}

/// A community's line of the picture and of the table behind it.
struct Line {
    name: String,
    whole: bool,
    bars: Vec<Bar>,
    now: Vec<Count>,
}

/// What a sign of the map stands for, and how many there are.
struct Sign {
    class: &'static str,
    words: String,
    href: String,
}

struct RateShown {
    label: String,
    percent: String,
    parts: String,
    trend: Trend,
}

#[derive(Template)]
#[template(path = "board/everybody.html")]
struct Everybody {
    files: Files,
    w: Words,
    place: String,
    /// The newest published month; empty where none is.
    month: String,
    figures: String,
    programme: Programme,
    rates: Vec<RateShown>,
    heads: Vec<String>,
    lines: Vec<Line>,
    map: String,
    legend: Vec<Sign>,
    /// Whether the reader may have the whole board.
    staff: bool,
}

fn name(ctx: &Ctx, code: &str) -> String {
    ctx.tenant.units.by_code(code).map_or_else(|| code.to_owned(), |unit| unit.name.to(ctx.locale()).to_owned())
}

/// A share as it is read, with its two numbers; nothing where it is hidden.
pub(crate) fn share_words(share: &Share) -> Option<(String, String)> {
    let (numerator, denominator) = share.numerator.zip(share.denominator)?;
    Some((format!("{:.1}", share.share? * 100.0), format!("{} / {}", grouped(numerator), grouped(denominator))))
}

fn rate(w: &Words, rate: &OpenRate) -> RateShown {
    let label = w.t(&format!("rate-{}", rate.name));
    let oldest_first = || rate.months.iter().rev();
    let heights: Vec<Option<f64>> = oldest_first().map(|one| one.share).collect();
    let said = |share: &Share| match share_words(share) {
        Some((percent, parts)) => format!("{percent} % ({parts})"),
        None => w.t("board-open-few"),
    };
    let rows = oldest_first().map(|one| (month_words(one.month), said(one))).collect();
    let newest = rate.months.first().and_then(share_words);
    RateShown {
        trend: draw(&heights, w.t1("board-trend-months", "name", &label), rows, &by_month(w)),
        percent: newest.as_ref().map(|(percent, _)| percent.clone()).unwrap_or_default(),
        parts: newest.map(|(_, parts)| parts).unwrap_or_default(),
        label,
    }
}

/// The communities as bars, and with the whole as a table. Bars are measured by the longest community.
fn lines(ctx: &Ctx, board: &OpenBoard) -> Vec<Line> {
    let w = &ctx.words;
    let communities = board.units.len().saturating_sub(1);
    let each = board.units.iter().take(communities).flat_map(|unit| [unit.received, unit.solved]);
    let longest = each.flatten().max().unwrap_or_default().max(1);
    let bar = |name: &'static str, figure: Option<i64>| Bar {
        name,
        label: w.t(&format!("board-open-{name}")),
        length: figure.map_or(0, |figure| figure * 1000 / longest),
        words: figure.map_or_else(|| w.t("board-open-few"), grouped),
    };
    let line = |(at, unit): (usize, &OpenUnit)| Line {
        name: name(ctx, &unit.unit),
        whole: at == communities,
        bars: vec![bar("received", unit.received), bar("solved", unit.solved)],
        now: unit.now.clone(),
    };
    board.units.iter().enumerate().map(line).collect()
}

/// The signs of the map: what lies in heaps, and what stands at its own place.
fn legend(w: &Words, known: &Known) -> Vec<Sign> {
    let in_heaps = |name: &str| known.lying.iter().any(|(count, _)| count.figure.name == name);
    let sign = |count: &Count| Sign {
        class: if in_heaps(count.measure) { "heap-sign" } else { "site-sign" },
        words: format!("{} {}", w.t(&format!("measure-{}", dashed(count.measure))), count.count),
        href: count.list.clone(),
    };
    known.board.units.last().map(|whole| whole.now.iter().map(sign).collect()).unwrap_or_default()
}

/// The map: our ground, service sites, and what everybody may read, in heaps by community.
fn map(ctx: &Ctx, known: &Known) -> Result<String> {
    let (w, lists) = (&ctx.words, Lists::of_everybody());
    let mut sketch = Sketch::new(&ctx.tenant.units, ctx.locale(), w.t("board-open-map-label"));
    for (count, lying) in &known.lying {
        let what = w.t(&format!("measure-{}", dashed(count.figure.name)));
        let words = |unit: &str, count: i64| format!("{unit} · {what} {count}");
        sketch = sketch.with_heaps(lying, words, |unit| lists.of_measure(&count.figure, unit));
    }
    let picture = sketch.with_sites(&known.places).draw()?;
    if picture.is_empty() { Ok(picture) } else { open_map(w, picture) }
}

/// `GET /board` for everybody. `asked` is whether somebody who may see more asks for this.
pub(crate) async fn page(ctx: &Ctx, part: &str, asked: bool) -> Answer {
    let known = known(ctx).await?;
    let w = &ctx.words;
    let root = ctx.tenant.units.root().ok_or(Error::NotFound)?;
    let all: Vec<Measure> = ctx.kernel().rooms().iter().flat_map(|room| room.measures).copied().collect();
    let address = if asked { "/board?open=1&" } else { "/board?" };
    let teller = Teller {
        ctx,
        unit: root,
        weeks: &known.weeks,
        measures: &all,
        lists: &Lists::of_everybody(),
        published: Some(&Published { months: &known.months }),
        board: address,
        chosen: part,
    };
    let whole = format!("{}#programme", address.trim_end_matches(['&', '?']));
    let programme = Programme::new(teller.tell(&known.kept), whole, part)?;
    let heads = known.board.units.first().map(|unit| unit.now.as_slice()).unwrap_or_default();
    let body = Everybody {
        place: ctx.tenant.name.to(ctx.locale()).to_owned(),
        month: known.board.month.map(month_words).unwrap_or_default(),
        figures: known.board.month.map(|month| format!("/figures?month={month}")).unwrap_or_default(),
        rates: known.board.rates.iter().map(|one| rate(w, one)).collect(),
        heads: heads.iter().map(|one| w.t(&format!("measure-{}", dashed(one.measure)))).collect(),
        lines: lines(ctx, &known.board),
        map: map(ctx, &known)?,
        legend: legend(w, &known),
        staff: asked && ctx.kernel().access().anywhere(&ctx.who, "board.open"),
        files: Files::of(ctx),
        w: w.clone(),
        programme,
    };
    Page::new(Face::Street, w.t("board-open-board")).list(ctx, &body, everybody_files::sheet(ctx, &known.board)).await
}
