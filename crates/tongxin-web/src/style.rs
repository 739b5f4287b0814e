//! The living style page: what the house looks like, part by part, from the same tokens, macros and classes as every page.

use askama::Template;
use serde::Deserialize;
use tongxin_base::Result;
use tongxin_kernel::{Level, Lying, Unit};

use crate::assets;
use crate::ctx::Ctx;
use crate::drawn::Sketch;
use crate::failure::Answer;
use crate::form::FormError;
use crate::module::Face;
use crate::page::{Choice, Page};
use crate::routes::{Gate, Routes};
use crate::sheet::Files;
use crate::words::Words;

/// The sections of the page; each has its heading in `style-<part>`.
const PARTS: [&str; 15] = [
    "marks", "colours", "type", "space", "icons", "buttons", "doors", "form", "notices", "receipt", "states", "way",
    "lists", "table", "pictures",
];
/// Where the icons are drawn: the page shows each of them.
const ICONS: &str = include_str!("../templates/icons.html");
const REQUEST_STATES: [&str; 10] =
    ["received", "accepted", "declined", "withdrawn", "open", "working", "done", "rated", "reopened", "closed"];
const ORDER_STATES: [&str; 5] = ["open", "grabbed", "working", "done", "returned"];
const LIMITS: [&str; 4] = ["green", "yellow", "red", "paused"];

/// A design token with its value in each look; an empty one is the same as the look before it.
#[derive(Debug, Clone, Deserialize)]
struct Token {
    name: String,
    light: String,
    dark: String,
    elder: String,
    elder_dark: String,
}

struct Icon {
    name: &'static str,
}

struct Row {
    number: &'static str,
    what: String,
    state: Choice,
    limit: Choice,
}

#[derive(Template)]
#[template(path = "style.html")]
struct Style {
    w: Words,
    css: String,
    mark: String,
    icon: String,
    csrf: String,
    link: String,
    parts: Vec<Choice>,
    colours: Vec<Token>,
    type_sizes: Vec<Token>,
    distances: Vec<Token>,
    icon_names: Vec<Icon>,
    states: Vec<Choice>,
    orders: Vec<Choice>,
    limits: Vec<Choice>,
    errors: Vec<FormError>,
    kinds: Vec<Choice>,
    units: Vec<Choice>,
    marks: Vec<Choice>,
    rows: Vec<Row>,
    /// Bars, each out of a thousand, and a map as it is drawn here.
    bars: Vec<(String, i64, i64)>,
    map: String,
    files: Files,
}

pub(crate) fn routes() -> Routes {
    Routes::new().get(Gate::Public, "/style", show)
}

/// The tokens as the bundle wrote them down; none where `web/` has not been built.
fn tokens() -> Vec<Token> {
    assets::bytes("tokens.json").and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default()
}

fn icon_names() -> Vec<Icon> {
    ICONS.split("when \"").skip(1).filter_map(|rest| rest.split('"').next()).map(|name| Icon { name }).collect()
}

/// Values with their words, which are called `<prefix><value>`.
fn named(w: &Words, prefix: &str, values: &[&str]) -> Vec<Choice> {
    let choice = |value: &&str| Choice {
        value: (*value).to_owned(),
        label: w.t(&format!("{prefix}{value}")),
        ..Choice::default()
    };
    values.iter().map(choice).collect()
}

/// The house's own ground, with made-up heaps.
fn picture(ctx: &Ctx) -> Result<String> {
    let communities = ctx.tenant.units.iter().filter(|unit| unit.level == Level::Community);
    let lie = |(count, unit): (i64, &Unit)| Lying { unit_path: unit.path.clone(), count, middle: None };
    let lying: Vec<Lying> = [7, 42, 128, 1004].into_iter().cycle().zip(communities).map(lie).collect();
    let sketch = Sketch::new(&ctx.tenant.units, ctx.locale(), ctx.words.t("map-label"));
    sketch.with_heaps(&lying, |unit, count| format!("{unit} {count}"), |_| "#pictures".to_owned()).draw()
}

async fn show(ctx: Ctx) -> Answer {
    let w = ctx.words.clone();
    let (colours, others): (Vec<_>, Vec<_>) = tokens().into_iter().partition(|token| token.light.starts_with('#'));
    let (type_sizes, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|token| token.name.starts_with("text-"));
    let is_distance = |name: &str| name.strip_prefix('s').is_some_and(|n| n.parse::<u8>().is_ok());
    let choice = |value: &str, label: String, hint: String, chosen: bool| Choice {
        value: value.to_owned(),
        label,
        hint,
        chosen,
    };
    let wrong = |field: &str, text: String| FormError { field: field.to_owned(), short: text.clone(), text };
    let none = String::new;
    let row = |number, what, state, limit| Row {
        number,
        what: w.t(what),
        state: choice(state, w.t(&format!("status-request-{state}")), none(), false),
        limit: choice(limit, w.t(&format!("style-limit-{limit}")), none(), false),
    };
    let body = Style {
        css: assets::url("style.css"),
        mark: assets::url("mark.svg"),
        icon: assets::url("icon.svg"),
        csrf: ctx.csrf(),
        link: format!("{}/r/4Q7F-9KXM-2TDW-8HJP", ctx.origin),
        parts: named(&w, "style-", &PARTS),
        colours,
        type_sizes,
        distances: others.into_iter().filter(|token| is_distance(&token.name)).collect(),
        icon_names: icon_names(),
        states: named(&w, "status-request-", &REQUEST_STATES),
        orders: named(&w, "status-order-", &ORDER_STATES),
        limits: named(&w, "style-limit-", &LIMITS),
        errors: vec![wrong("place", w.t("style-form-place-error")), wrong("phone", w.t("form-bad-phone"))],
        kinds: vec![
            choice("light", w.t("style-form-light"), none(), true),
            choice("public", w.t("style-form-public"), w.t("style-form-public-hint"), false),
            choice("other", w.t("style-form-other"), none(), false),
        ],
        units: vec![
            choice("one", w.t("style-form-unit-one"), none(), false),
            choice("two", w.t("style-form-unit-two"), none(), true),
        ],
        marks: (1..=5).map(|n| choice(&n.to_string(), w.t(&format!("style-rating-{n}")), none(), n == 4)).collect(),
        rows: vec![
            row("20260501-0042", "style-row-lamp", "working", "green"),
            row("20260501-0017", "style-row-water", "open", "yellow"),
            row("20260430-0039", "style-row-lift", "reopened", "red"),
            row("20260430-0008", "style-form-public", "accepted", "paused"),
        ],
        bars: vec![(w.t("style-form-unit-one"), 1000, 760), (w.t("style-form-unit-two"), 640, 0)],
        map: picture(&ctx)?,
        files: Files { csv: "#table".to_owned(), xlsx: "#table".to_owned() },
        w,
    };
    Page::new(Face::Street, ctx.words.t("style-title")).show(&ctx, &body)
}
