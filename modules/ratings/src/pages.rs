//! The list behind the rates: finished things, and what their raters' answers come to.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use tongxin_base::{Error, Id, Result, Time};
use tongxin_db::Read;
use tongxin_kernel::{Anything, Assessed, Rateable, Scope, Tenant};
use tongxin_web::{Answer, Choice, Ctx, Face, Files, Page, Sheet, Words, day, url_escape};

use crate::actions::{Verdict, verdict};
use crate::store::{self, Counted};

/// Rows of a page.
const PAGE: i64 = 50;
/// Finished things looked at for one page; where so many have none of what is asked for, the reader goes on by hand.
const LOOKED_AT: usize = 2000;
/// Rows of a page, and how many finished things are looked at for them.
type Size = (usize, usize);
/// Read at once.
const PIECE: i64 = 200;

/// The figures, in the order in which they may be chosen.
const FIGURES: [&str; 4] = ["rated", "solved", "satisfied", "unrated"];

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    figure: String,
    unit: String,
    /// Behind this thing.
    cursor: String,
}

/// A finished thing, and what its raters said.
struct Found {
    thing: Assessed,
    ratings: Vec<Counted>,
}

impl Found {
    fn has(&self, figure: &str) -> bool {
        let verdict = verdict(&self.ratings);
        match figure {
            "solved" => verdict.is_some_and(|Verdict { solved, .. }| solved),
            "satisfied" => verdict.is_some_and(|Verdict { satisfied, .. }| satisfied),
            "unrated" => verdict.is_none(),
            _ => verdict.is_some(),
        }
    }
}

/// One page of those that count for a figure, and behind which thing it goes on.
fn page_of(
    read: &mut Read<'_>,
    house: &Tenant,
    rateables: &[Rateable],
    (scope, figure): (&Scope, &str),
    mut behind: Option<Id<Anything>>,
    (page, most): Size,
) -> Result<(Vec<Found>, Option<Id<Anything>>)> {
    let Some(rateable) = rateables.first() else { return Ok((Vec::new(), None)) };
    let (mut found, mut looked_at) = (Vec::new(), 0);
    loop {
        let piece = (rateable.assessed)(read, house.id, scope, behind, PIECE)?;
        let ends = i64::try_from(piece.len()).unwrap_or(i64::MAX) < PIECE;
        for thing in piece {
            let ratings = store::standing(read, house.id, &thing.subject, thing.round)?;
            behind = Some(thing.subject.id);
            looked_at += 1;
            let one = Found { thing, ratings };
            if one.has(figure) {
                found.push(one);
            }
            if found.len() == page || looked_at == most {
                return Ok((found, behind));
            }
        }
        if ends {
            return Ok((found, None));
        }
    }
}

struct Row {
    href: String,
    number: String,
    unit: String,
    at: Time,
    done: String,
    raters: usize,
    solved: String,
    stars: String,
}

#[derive(Template)]
#[template(path = "ratings/list.html")]
struct ListPage {
    w: Words,
    figures: Vec<Choice>,
    units: Vec<Choice>,
    lead: String,
    rows: Vec<Row>,
    next: String,
    files: Files,
}

/// What the raters' answers come to, in words; nothing where nobody rated.
fn solved_words(w: &Words, ratings: &[Counted]) -> String {
    let answers: Vec<&str> = ratings.iter().filter_map(|rating| rating.solved.as_deref()).collect();
    match answers.as_slice() {
        [] => String::new(),
        all if all.iter().all(|answer| *answer == "yes") => w.t("ratings-solved-yes"),
        all if all.iter().all(|answer| *answer == "no") => w.t("ratings-solved-no"),
        _ => w.t("ratings-solved-partly"),
    }
}

/// The mean of five with one decimal.
#[expect(clippy::cast_precision_loss, reason = "at most five each, and no more raters than reporters")]
fn stars(ratings: &[Counted]) -> String {
    let given: Vec<i64> = ratings.iter().filter_map(|rating| rating.satisfied).collect();
    if given.is_empty() {
        String::new()
    } else {
        format!("{:.1}", given.iter().sum::<i64>() as f64 / given.len() as f64)
    }
}

/// `GET /desk/ratings`: those who count for `figure` (`rated`, `solved`, `satisfied`, `unrated`) under `unit`, the newest first.
pub(crate) async fn list(ctx: Ctx, Query(asked): Query<Asked>) -> Answer {
    let w = &ctx.words;
    let figure = FIGURES.into_iter().find(|one| *one == asked.figure || asked.figure.is_empty());
    let figure = figure.ok_or_else(|| Error::field("figure", "form-unknown-choice"))?;
    let behind = match asked.cursor.as_str() {
        "" => None,
        text => Some(text.parse::<Id<Anything>>().map_err(|_| Error::field("cursor", "form-unknown-choice"))?),
    };
    let whole = ctx.kernel().access().scope(&ctx.who, "ratings.list")?;
    let scope = if asked.unit.is_empty() {
        whole.clone()
    } else {
        let unit = ctx.tenant.units.by_code(&asked.unit);
        whole.under(&unit.ok_or_else(|| Error::field("unit", "form-unknown-choice"))?.path)
    };
    let house = std::sync::Arc::clone(&ctx.tenant);
    let rateables: Vec<Rateable> = ctx.kernel().rooms().iter().flat_map(|room| room.rateables).copied().collect();
    let page = usize::try_from(ctx.rows(PAGE)).unwrap_or(usize::MAX);
    // A file is the whole list: what it may hold is looked at.
    let size = (page, page.max(LOOKED_AT));
    let read = move |read: &mut Read<'_>| page_of(read, &house, &rateables, (&scope, figure), behind, size);
    let (found, next) = ctx.kernel().db().read(ctx.tenant.id, read).await?;
    let unit_name = |path: &str| {
        let unit = ctx.tenant.units.by_path(path);
        unit.map(|unit| unit.name.to(ctx.locale()).to_owned()).unwrap_or_default()
    };
    let row = |one: &Found| Row {
        href: one.thing.href.clone(),
        number: one.thing.name.clone(),
        unit: unit_name(&one.thing.unit_path),
        at: one.thing.done_at,
        done: day(w, ctx.tenant.zone(), one.thing.done_at),
        raters: one.ratings.len(),
        solved: solved_words(w, &one.ratings),
        stars: stars(&one.ratings),
    };
    let staffed = ctx.tenant.units.iter().filter(|unit| unit.level.is_staffed() && whole.has(&unit.path));
    let body = ListPage {
        figures: FIGURES
            .iter()
            .map(|one| Choice {
                value: (*one).to_owned(),
                label: w.t(&format!("ratings-figure-{one}")),
                chosen: *one == figure,
                ..Choice::default()
            })
            .collect(),
        units: staffed
            .map(|unit| Choice {
                value: unit.code.clone(),
                label: unit.name.to(ctx.locale()).to_owned(),
                chosen: unit.code == asked.unit,
                ..Choice::default()
            })
            .collect(),
        lead: w.t(&format!("ratings-figure-{figure}-words")),
        rows: found.iter().map(row).collect(),
        next: next
            .map(|id| format!("/desk/ratings?figure={figure}&unit={}&cursor={id}", url_escape(&asked.unit)))
            .unwrap_or_default(),
        files: Files::of(&ctx),
        w: w.clone(),
    };
    let said = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
    let cells = |row: &Row| {
        let Row { number, unit, done, solved, stars, raters, .. } = row;
        [number.clone(), unit.clone(), done.clone(), said(solved), said(stars), raters.to_string()]
    };
    let heads = ["number", "unit", "done", "solved", "stars", "raters"];
    let heads = heads.map(|head| w.t(&format!("ratings-list-{head}")));
    let sheet = Sheet::new(heads, body.rows.iter().map(cells)).cut(next.is_some());
    Page::new(Face::Desk, w.t("ratings-list-title")).list(&ctx, &body, sheet).await
}
