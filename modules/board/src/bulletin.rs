//! The bulletin: a month of a unit as an official document, to be signed, sent and filed.

use std::sync::Arc;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;
use tongxin_base::{Error, FieldError, Result};
use tongxin_kernel::{Days, Level, Rate, Share, Unit, UnitTree, day_number, sum};
use tongxin_web::{Answer, Choice, Ctx, Document, Face, Imprint, Page, Part, Words, day, document, grouped};

use crate::open::days_of;
use crate::store::{self, Target};

/// Months to choose from.
const MONTHS: usize = 24;
/// The longest line somebody writes on it, in characters: a name of an office, a list of communities.
const LONGEST: usize = 60;

/// What is written about: the unit, the month (`202610`), and the lines that an office writes itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    unit: String,
    month: String,
    office: String,
    number: String,
    to: String,
    copies: String,
}

/// The month before this one, `yyyymm`.
const fn before(month: i64) -> i64 {
    if month % 100 == 1 { month - 89 } else { month - 1 }
}

/// Months that are over, newest first.
fn months(ctx: &Ctx) -> Vec<i64> {
    let this = day_number(ctx.kernel().world().now(), ctx.tenant.zone()) / 100;
    std::iter::successors(Some(before(this)), |month| Some(before(*month))).take(MONTHS).collect()
}

fn month_words(w: &Words, month: i64) -> String {
    w.t2("board-bulletin-month", "year", month / 100, "month", month % 100)
}

/// The unit, and the month: the newest that is over where none is named.
fn asked(ctx: &Ctx, asked: &Asked) -> Result<(Unit, i64)> {
    let units = &ctx.tenant.units;
    let unit = if asked.unit.is_empty() { units.root() } else { units.by_code(&asked.unit) };
    let unit = unit.cloned().ok_or(Error::NotFound)?;
    let known = months(ctx);
    let month = if asked.month.is_empty() { known.first().copied() } else { asked.month.parse().ok() };
    let month = month.filter(|month| known.contains(month)).ok_or(Error::field("month", "form-unknown-choice"))?;
    Ok((unit, month))
}

#[derive(Template)]
#[template(path = "board/bulletin.html")]
struct BulletinPage {
    w: Words,
    units: Vec<Choice>,
    months: Vec<Choice>,
    office: String,
    /// How long a line may be, as an input says it.
    longest: String,
}

/// `GET /board/bulletin`: what the bulletin is to be about.
pub(crate) async fn ask(ctx: Ctx, Query(said): Query<Asked>) -> Answer {
    let (unit, month) = asked(&ctx, &said)?;
    let choice = |value: String, label: String, chosen: bool| Choice { value, label, chosen, ..Choice::default() };
    let units = ctx.tenant.units.iter().filter(|unit| unit.level.is_staffed());
    let body = BulletinPage {
        units: units
            .map(|one| choice(one.code.clone(), one.name.to(ctx.locale()).to_owned(), one.code == unit.code))
            .collect(),
        months: months(&ctx)
            .into_iter()
            .map(|one| choice(one.to_string(), month_words(&ctx.words, one), one == month))
            .collect(),
        office: ctx.tenant.name.to(ctx.locale()).to_owned(),
        longest: format!("maxlength=\"{LONGEST}\""),
        w: ctx.words.clone(),
    };
    Page::new(Face::Board, ctx.words.t("board-bulletin-title")).show(&ctx, &body)
}

/// What a unit's month came to.
struct Month {
    name: String,
    received: i64,
    rates: Vec<Share>,
}

impl Month {
    fn is_assessed(&self) -> bool {
        self.rates.iter().any(|share| share.denominator > 0)
    }
}

/// What the bulletin says, before it is put into words.
struct Told {
    top: Month,
    below: Vec<Month>,
    /// The aims that somebody counts, and how far they are today.
    aims: Vec<(Target, i64)>,
}

async fn told(ctx: &Ctx, unit: Unit, days: Days) -> Result<Told> {
    let (house, tenant, locale) = (Arc::clone(&ctx.tenant), ctx.tenant.id, ctx.locale());
    let rates: Vec<Rate> = ctx.kernel().rooms().iter().flat_map(|room| room.rates).copied().collect();
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let tree: &UnitTree = &house.units;
        let mut of = |unit: &Unit| -> Result<Month> {
            let rates = rates.iter().map(|rate| rate.of(read, tenant, &unit.path, days)).collect::<Result<_>>()?;
            let received = sum(read, tenant, "requests.received", &unit.path, days)?;
            Ok(Month { name: unit.name.to(locale).to_owned(), received, rates })
        };
        let below = tree.children(&unit.path).filter(|unit| unit.level != Level::Compound && unit.level.is_staffed());
        let (top, mut below) = (of(&unit)?, below.map(|unit| Ok((unit.level, of(unit)?))).collect::<Result<Vec<_>>>()?);
        // An office that nothing came to says nothing; a community does.
        below.retain(|(level, month)| *level != Level::Office || month.received > 0 || month.is_assessed());
        let below = below.into_iter().map(|(_, month)| month).collect();
        let mut aims = Vec::new();
        for target in store::targets(read, tenant)? {
            if let Some(measure) = target.measure.clone() {
                let now = sum(read, tenant, &measure, &unit.path, Days::ALL)?;
                aims.push((target, now));
            }
        }
        Ok(Told { top, below, aims })
    };
    ctx.kernel().db().read(tenant, read).await
}

/// Puts the headings in order: 一、二、三.
struct Parts<'a> {
    w: &'a Words,
    all: Vec<Part>,
}

impl Parts<'_> {
    fn add(&mut self, heading: &str, part: Part) {
        let nth = self.w.t1("board-bulletin-nth", "n", self.all.len() + 1);
        self.all.push(Part { heading: format!("{nth}{}", self.w.t(heading)), ..part });
    }
}

fn percent(share: Share) -> String {
    share.rate().map_or_else(|| "–".to_owned(), |rate| format!("{:.1}%", rate * 100.0))
}

/// `GET /board/bulletin.pdf`.
pub(crate) async fn pdf(ctx: Ctx, Query(said): Query<Asked>) -> Answer<Response> {
    let (unit, month) = asked(&ctx, &said)?;
    for (field, line) in
        [("office", &said.office), ("number", &said.number), ("to", &said.to), ("copies", &said.copies)]
    {
        if line.chars().count() > LONGEST {
            return Err(Error::Invalid(vec![FieldError::new(field, "form-too-long").with("max", LONGEST)]).into());
        }
    }
    let (w, locale) = (&ctx.words, ctx.locale());
    let Told { top, below, aims } = told(&ctx, unit, days_of(month).ok_or(Error::NotFound)?).await?;
    let when = month_words(w, month);
    let rates: Vec<&Rate> = ctx.kernel().rooms().iter().flat_map(|room| room.rates).collect();
    let names: Vec<String> = rates.iter().map(|rate| w.t(&format!("rate-{}", rate.name))).collect();
    let assessed = top.rates.first().map_or(0, |share| share.denominator);
    let mut parts = Parts { w, all: Vec::new() };
    let counts = [
        ("month", when.clone()),
        ("place", top.name.clone()),
        ("received", grouped(top.received)),
        ("assessed", grouped(assessed)),
    ];
    let sentence = w.with("board-bulletin-all", &counts.map(|(name, value)| (name.into(), value)));
    parts.add("board-bulletin-heading-all", Part { paragraphs: vec![sentence], ..Part::default() });
    let of_rate = |(rate, share): (&&Rate, &Share)| {
        let said = [
            ("name", w.t(&format!("rate-{}", rate.name))),
            ("rate", percent(*share)),
            ("of", grouped(share.numerator)),
            ("all", grouped(share.denominator)),
            ("words", w.t(&format!("rate-{}-words", rate.name))),
        ];
        w.with("board-bulletin-rate", &said.map(|(name, value)| (name.into(), value)))
    };
    let paragraphs = rates.iter().zip(&top.rates).map(of_rate).collect();
    parts.add("board-bulletin-heading-rates", Part { paragraphs, ..Part::default() });
    if !below.is_empty() {
        let heads = [w.t("board-unit"), w.t("board-open-received")].into_iter().chain(names).collect();
        let row = |one: &Month| {
            let rates = one.rates.iter().map(|share| percent(*share));
            [one.name.clone(), grouped(one.received)].into_iter().chain(rates).collect()
        };
        let part = Part { heads, rows: below.iter().map(row).collect(), ..Part::default() };
        parts.add("board-bulletin-heading-units", part);
    }
    if !aims.is_empty() {
        let heads = ["board-aim", "board-now", "board-wanted"].map(|key| w.t(key)).to_vec();
        let row = |(target, now): &(Target, i64)| {
            let unit = target.unit.to(locale);
            vec![target.name.to(locale).to_owned(), grouped(*now), format!("{} {unit}", grouped(target.target))]
        };
        let part = Part { heads, rows: aims.iter().map(row).collect(), ..Part::default() };
        parts.add("board-bulletin-heading-aims", part);
    }
    let office = Some(said.office.trim()).filter(|office| !office.is_empty());
    let office = office.map_or_else(|| ctx.tenant.name.to(locale).to_owned(), str::to_owned);
    let today = day(w, ctx.tenant.zone(), ctx.kernel().world().now());
    let copies = said.copies.trim();
    let imprint = Imprint {
        copies: if copies.is_empty() { String::new() } else { w.t1("board-bulletin-copied", "copies", copies) },
        by: office.clone(),
        sent: w.t1("board-bulletin-sent", "day", &today),
    };
    let sheet = Document {
        lang: locale.tag().to_owned(),
        head: w.t1("board-bulletin-head", "office", &office),
        number: said.number.trim().to_owned(),
        title: w.t2("board-bulletin-about", "place", &top.name, "month", &when),
        to: said.to.trim().to_owned(),
        parts: parts.all,
        from: office,
        date: today,
        imprint,
    };
    document(sheet, &format!("bulletin-{month}")).await
}
