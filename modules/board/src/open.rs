//! Open figures: what everybody may know of a month, per community. Each figure has passed the one place where figures of few
//! people are hidden, and every form (page, JSON, CSV) shows what was stored there and nothing else.

use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::extract::Query;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tongxin_base::calendar::Date;
use tongxin_base::{Error, Result, Time};
use tongxin_db::Read;
use tongxin_kernel::{
    Days, Kernel, Level, Measure, Running, SumOf, Tenant, day_number, shown_share, shown_to_all, sum,
};
use tongxin_web::{Answer, Choice, Ctx, Face, Files, Items, Page, Sheet, Words, grouped};
use utoipa::{IntoParams, ToSchema};

use crate::store;
use crate::tree::Counted;
use crate::trend::draw;

/// A month is published so many days after its end: by then nearly all of it has been rated.
const AFTER_DAYS: i64 = 30;
/// Months of a list.
const MONTHS: usize = 24;

/// What is counted of a community and of the whole, in the order in which it is kept.
const FIGURES: [&str; 9] =
    ["received", "assessed", "reached", "not_reached", "solved", "not_solved", "unrated", "satisfied", "not_satisfied"];

/// One community's figures, or the whole subdistrict's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = BoardOpenRow)]
pub(crate) struct Row {
    /// The code of the unit.
    unit: String,
    /// Reported in the month. Null, here and below: fewer than ten, or what would tell of fewer than ten.
    received: Option<i64>,
    /// Finished in the month and assessed.
    assessed: Option<i64>,
    /// Of these, the reporter was reached in time.
    reached: Option<i64>,
    /// Of these, not.
    not_reached: Option<i64>,
    /// Of the assessed, solved by their raters' word.
    solved: Option<i64>,
    /// Rated, and not solved.
    not_solved: Option<i64>,
    /// Not rated.
    unrated: Option<i64>,
    /// Of the assessed, their raters were satisfied.
    satisfied: Option<i64>,
    /// Rated, and not satisfied.
    not_satisfied: Option<i64>,
}

impl Row {
    fn of(unit: &str, shown: &[Option<i64>]) -> Self {
        let [received, assessed, reached, not_reached, solved, not_solved, unrated, satisfied, not_satisfied] =
            <[Option<i64>; 9]>::try_from(shown).unwrap_or_default();
        let unit = unit.to_owned();
        Self { unit, received, assessed, reached, not_reached, solved, not_solved, unrated, satisfied, not_satisfied }
    }

    fn values(&self) -> [Option<i64>; 9] {
        [
            self.received,
            self.assessed,
            self.reached,
            self.not_reached,
            self.solved,
            self.not_solved,
            self.unrated,
            self.satisfied,
            self.not_satisfied,
        ]
    }
}

impl Row {
    /// What was published of a measure: nothing where it is hidden, or not published at all.
    pub(crate) fn of_measure(&self, measure: &str) -> Option<i64> {
        let apart = |part: Option<i64>, other: Option<i64>| part.zip(other).map(|(part, other)| part + other);
        match measure {
            "requests.received" => self.received,
            "requests.assessed" => self.assessed,
            "requests.contacted" => self.reached,
            "ratings.solved" => self.solved,
            "ratings.satisfied" => self.satisfied,
            // Not published by itself: what was rated is what was solved and what was not, where both are shown.
            "ratings.rated" => {
                apart(self.solved, self.not_solved).or_else(|| apart(self.satisfied, self.not_satisfied))
            }
            _ => None,
        }
    }
}

impl Month {
    pub(crate) const fn month(&self) -> i64 {
        self.month
    }

    /// What was published of a unit.
    pub(crate) fn row(&self, unit: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.unit == unit)
    }

    /// What was published of the whole subdistrict.
    pub(crate) fn whole(&self) -> Option<&Row> {
        self.rows.last()
    }
}

/// The months that were published, newest first: all that everybody knows of figures about people. What is worked out here comes of
/// nothing else, and so tells nothing that was hidden.
pub(crate) struct Published<'a> {
    pub(crate) months: &'a [Month],
}

impl Published<'_> {
    /// What is shown of a measure in all months together, and whether it is more in truth since some months hide theirs.
    pub(crate) fn total(&self, measure: &str) -> Option<(i64, bool)> {
        let each: Vec<Option<i64>> = self.each(measure);
        let shown: Vec<i64> = each.iter().flatten().copied().collect();
        (!shown.is_empty()).then(|| (shown.iter().sum(), shown.len() < each.len()))
    }

    /// The figure of each month, oldest first.
    fn each(&self, measure: &str) -> Vec<Option<i64>> {
        self.months.iter().rev().map(|month| month.whole()?.of_measure(measure)).collect()
    }

    /// The same for an aim of the programme.
    pub(crate) fn counted(&self, w: &Words, measure: &Measure, name: &str) -> Option<Counted> {
        let (now, more) = self.total(measure.name)?;
        let each = self.each(measure.name);
        let top = each.iter().flatten().copied().max().unwrap_or_default().max(1);
        let heights: Vec<Option<f64>> = each.iter().map(|figure| figure.map(|figure| quotient(figure, top))).collect();
        let few = |figure: &Option<i64>| figure.map_or_else(|| w.t("board-open-few"), grouped);
        let names = self.months.iter().rev().map(|month| month_words(month.month));
        let rows = names.zip(each.iter().map(few)).collect();
        Some(Counted {
            href: "/figures".to_owned(),
            now,
            shown: if more { w.t1("board-at-least", "count", now) } else { grouped(now) },
            change: String::new(),
            trend: draw(&heights, w.t1("board-trend-months", "name", name), rows, &by_month(w)),
        })
    }
}

/// What the table behind a line of months is called, and its first column.
pub(crate) fn by_month(w: &Words) -> [String; 2] {
    [w.t("board-by-month"), w.t("board-open-month")]
}

#[expect(clippy::cast_precision_loss, reason = "counts of matters are far below 2^53")]
pub(crate) fn quotient(part: i64, of: i64) -> f64 {
    part as f64 / of as f64
}

/// A published month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = BoardOpenMonth)]
pub(crate) struct Month {
    /// The month, `yyyymm`.
    month: i64,
    /// The communities, and last the whole subdistrict.
    rows: Vec<Row>,
}

/// The days of a month, `yyyymm`.
pub(crate) fn days_of(month: i64) -> Option<Days> {
    let first = Date::new(i16::try_from(month / 100).ok()?, i8::try_from(month % 100).ok()?, 1).ok()?;
    Some(Days { from: month * 100 + 1, to: month * 100 + i64::from(first.days_in_month()) })
}

/// The newest month that may be published.
fn newest(tenant: &Tenant, now: Time) -> i64 {
    let late = now - std::time::Duration::from_secs(AFTER_DAYS.unsigned_abs() * 24 * 3600);
    let month = day_number(late, tenant.zone()) / 100;
    if month % 100 == 1 { month - 89 } else { month - 1 }
}

/// The figures of a month as they are, then as they may be shown.
fn make(read: &mut Read<'_>, tenant: &Tenant, month: i64) -> Result<Option<Month>> {
    let Some(days) = days_of(month) else { return Ok(None) };
    let root = tenant.units.root().ok_or(Error::NotFound)?;
    let communities: Vec<_> = tenant.units.iter().filter(|unit| unit.level == Level::Community).collect();
    let (mut figures, mut sums, mut totals) = (Vec::new(), Vec::new(), [0; FIGURES.len()]);
    for community in &communities {
        let mut count = |measure: &str| sum(read, tenant.id, measure, &community.path, days);
        let (received, assessed, reached) =
            (count("requests.received")?, count("requests.assessed")?, count("requests.contacted")?);
        let (rated, solved, satisfied) =
            (count("ratings.rated")?, count("ratings.solved")?, count("ratings.satisfied")?);
        let row = [
            received,
            assessed,
            reached,
            assessed - reached,
            solved,
            rated - solved,
            assessed - rated,
            satisfied,
            rated - satisfied,
        ];
        totals.iter_mut().zip(row).for_each(|(total, figure)| *total += figure);
        figures.extend(row);
    }
    figures.extend(totals);
    if totals[0] + totals[1] == 0 {
        return Ok(None);
    }
    for row in 0..=communities.len() {
        let at = |figure: usize| row * FIGURES.len() + figure;
        sums.push(SumOf { whole: at(1), parts: vec![at(2), at(3)] });
        sums.push(SumOf { whole: at(1), parts: vec![at(4), at(5), at(6)] });
        sums.push(SumOf { whole: at(1), parts: vec![at(7), at(8), at(6)] });
    }
    for figure in 0..FIGURES.len() {
        let parts = (0..communities.len()).map(|row| row * FIGURES.len() + figure).collect();
        sums.push(SumOf { whole: communities.len() * FIGURES.len() + figure, parts });
    }
    let shown = shown_to_all(&figures, &sums);
    let codes = communities.iter().map(|unit| unit.code.as_str()).chain([root.code.as_str()]);
    let rows = codes.zip(shown.chunks(FIGURES.len())).map(|(code, shown)| Row::of(code, shown)).collect();
    Ok(Some(Month { month, rows }))
}

/// Publishes what may be published and is not yet: the newest month, and those before it, back to the first without anything. Each
/// hour; a second server that does the same finds the month there, and whoever was first decided.
pub(crate) fn publish(kernel: Kernel, tenant: Arc<Tenant>) -> Running {
    Box::pin(async move {
        let (id, now) = (tenant.id, kernel.world().now());
        let fresh = kernel.db().scan(id, move |read| unpublished(read, &tenant, now)).await?;
        if fresh.is_empty() {
            return Ok(());
        }
        let write = move |tx: &mut tongxin_db::Tx<'_>| {
            fresh.iter().try_for_each(|(month, text)| store::publish(tx, id, *month, text, now))
        };
        kernel.db().write(id, "board.publish", write).await
    })
}

fn unpublished(read: &mut Read<'_>, tenant: &Tenant, now: Time) -> Result<Vec<(i64, String)>> {
    let there = store::months(read, tenant.id, ALL)?;
    let (mut month, mut fresh) = (newest(tenant, now), Vec::new());
    while fresh.len() < MONTHS && !there.iter().any(|(known, _)| *known == month) {
        let Some(made) = make(read, tenant, month)? else { break };
        fresh.push((month, serde_json::to_string(&made).map_err(Error::internal)?));
        month = if month % 100 == 1 { month - 89 } else { month - 1 };
    }
    Ok(fresh)
}

/// All that was published, to twenty years back.
pub(crate) const ALL: i64 = 240;

/// The published months, newest first, at most so many: what every form shows.
pub(crate) async fn published(ctx: &Ctx, most: i64) -> Result<Vec<Month>> {
    let id = ctx.tenant.id;
    let there = ctx.kernel().db().read(id, move |read| store::months(read, id, most)).await?;
    there.into_iter().map(|(_, text)| serde_json::from_str(&text).map_err(Error::internal)).collect()
}

/// Which month.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The month, `yyyymm`; the newest where it is left out.
    month: String,
}

struct Shown {
    name: String,
    whole: bool,
    received: String,
    assessed: String,
    reached: String,
    solved: String,
    satisfied: String,
}

#[derive(Template)]
#[template(path = "board/open.html")]
struct OpenPage {
    w: Words,
    months: Vec<Choice>,
    rows: Vec<Shown>,
    month: String,
    files: Files,
}

pub(crate) fn month_words(month: i64) -> String {
    format!("{}-{:02}", month / 100, month % 100)
}

fn name(ctx: &Ctx, code: &str) -> String {
    ctx.tenant.units.by_code(code).map_or_else(|| code.to_owned(), |unit| unit.name.to(ctx.locale()).to_owned())
}

/// `GET /figures`.
pub(crate) async fn page(ctx: Ctx, Query(asked): Query<Asked>) -> Answer {
    let all = published(&ctx, ALL).await?;
    let month = all.iter().find(|one| one.month.to_string() == asked.month).or(all.first());
    let few = || ctx.words.t("board-open-few");
    let count = |figure: Option<i64>| figure.map_or_else(few, grouped);
    let share = |part: Option<i64>, of: Option<i64>| {
        let said = shown_share(part, of).map(|share| format!("{:.0} % ({}/{})", share * 100.0, count(part), count(of)));
        said.unwrap_or_else(few)
    };
    let rows = month.iter().flat_map(|month| {
        let last = month.rows.len().saturating_sub(1);
        month.rows.iter().enumerate().map(move |(at, row)| (at == last, row))
    });
    let body = OpenPage {
        rows: rows
            .map(|(whole, row)| Shown {
                name: name(&ctx, &row.unit),
                whole,
                received: count(row.received),
                assessed: count(row.assessed),
                reached: share(row.reached, row.assessed),
                solved: share(row.solved, row.assessed),
                satisfied: share(row.satisfied, row.assessed),
            })
            .collect(),
        months: all
            .iter()
            .map(|one| Choice {
                value: one.month.to_string(),
                label: month_words(one.month),
                chosen: month.is_some_and(|month| month.month == one.month),
                ..Choice::default()
            })
            .collect(),
        month: month.map(|month| month_words(month.month)).unwrap_or_default(),
        files: Files::of(&ctx),
        w: ctx.words.clone(),
    };
    let heads = ["unit", "received", "assessed", "reached", "solved", "satisfied"];
    let cells = |row: &Shown| {
        let Shown { name, received, assessed, reached, solved, satisfied, .. } = row;
        [name, received, assessed, reached, solved, satisfied].map(String::clone)
    };
    let heads = heads.map(|head| ctx.words.t(&format!("board-open-{head}")));
    let sheet = Sheet::new(heads, body.rows.iter().map(cells));
    Page::new(Face::Street, ctx.words.t("board-open-title")).list(&ctx, &body, sheet).await
}

/// `GET /figures.csv`.
pub(crate) async fn csv(ctx: Ctx, Query(asked): Query<Asked>) -> Answer<Response> {
    let all = published(&ctx, ALL).await?;
    let month = all.iter().find(|one| one.month.to_string() == asked.month).or(all.first()).ok_or(Error::NotFound)?;
    let mut text = format!("month,unit,name,{}\r\n", FIGURES.join(","));
    for row in &month.rows {
        let figures = row.values().map(|figure| figure.map(|figure| figure.to_string()).unwrap_or_default());
        let name = tongxin_web::csv_cell(&name(&ctx, &row.unit));
        text.push_str(&format!("{},{},{name},{}\r\n", month_words(month.month), row.unit, figures.join(",")));
    }
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    Ok(response)
}

/// List open figures
///
/// Per month and community. What counts fewer than ten, or would tell of fewer than ten, is null. A month is published once,
/// thirty days after its end.
#[utoipa::path(get, path = "/api/v1/figures", tag = "board", responses((status = 200, body = Items<Month>)))]
pub(crate) async fn list_figures(ctx: Ctx) -> Answer<Json<Items<Month>>> {
    Ok(Json(Items::all(published(&ctx, ALL).await?)))
}
