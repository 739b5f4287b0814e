//! A table of sites from the browser: chosen, looked at row by row, and then written as a whole or not at all.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use askama::Template;
use axum::extract::Query;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tongxin_base::{Error, FieldError, Result, Time};
use tongxin_kernel::PersonId;
use tongxin_web::{Answer, Ctx, Face, Form, FormErrors, Page, Words, csv_cell, see_other};

use crate::actions::Imported;
use crate::import::{Effect, Plan, Planned, columns, import_plan, plan_sites};
use crate::store;

/// A table that was looked at is kept so long for who looked, and so many of them.
const KEPT_FOR: Duration = Duration::from_secs(30 * 60);
const MOST_KEPT: usize = 20;
/// The largest table, in bytes: two thousand rows have some hundred each.
const LARGEST: usize = 1 << 20;
/// Rows shown; the rest are counted. Wrong ones are shown first.
const SHOWN: usize = 300;

struct Looked {
    who: Option<PersonId>,
    until: Time,
    bytes: Vec<u8>,
}

/// The tables that somebody looks at just now.
#[derive(Default)]
struct Tables(Mutex<BTreeMap<String, Looked>>);

impl Tables {
    fn keep(&self, ctx: &Ctx, bytes: Vec<u8>) -> Result<String> {
        let (key, now) = (ctx.kernel().world().secret(), ctx.kernel().world().now());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, table| table.until > now);
        if all.len() >= MOST_KEPT {
            return Err(Error::Unavailable);
        }
        all.insert(key.clone(), Looked { who: person(ctx), until: now + KEPT_FOR, bytes });
        Ok(key)
    }

    fn find(&self, ctx: &Ctx, key: &str) -> Option<Vec<u8>> {
        let now = ctx.kernel().world().now();
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let table = all.get(key).filter(|table| table.until > now && table.who == person(ctx));
        table.map(|table| table.bytes.clone())
    }

    fn forget(&self, key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

fn person(ctx: &Ctx) -> Option<PersonId> {
    ctx.who.person().map(|person| person.id)
}

#[derive(Template)]
#[template(path = "sites/import.html")]
struct ImportPage {
    w: Words,
    csrf: String,
    columns: String,
    done: String,
    errors: FormErrors,
}

/// A row as it is looked at.
struct Row {
    number: usize,
    code: String,
    name: String,
    /// `adds`, `changes`, `nothing`, `wrong`.
    kind: &'static str,
    words: String,
    /// What changes or is wrong, a line each.
    lines: Vec<String>,
}

#[derive(Template)]
#[template(path = "sites/import_look.html")]
struct LookPage {
    w: Words,
    csrf: String,
    once: String,
    kept: String,
    mark: String,
    /// What was looked at before is no more what is there.
    moved: bool,
    counts: Vec<String>,
    wrong: usize,
    rows: Vec<Row>,
    more: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    /// Added, changed, unchanged: `3.1.20`.
    done: String,
}

fn page(ctx: &Ctx, done: String, errors: FormErrors) -> Answer {
    let w = &ctx.words;
    let failed = !errors.is_empty();
    let body = ImportPage { w: w.clone(), csrf: ctx.csrf(), columns: columns().join(", "), done, errors };
    let page = Page::new(Face::Desk, w.t("sites-import-title"));
    let page = if failed { page.failed(StatusCode::UNPROCESSABLE_ENTITY) } else { page };
    page.show(ctx, &body)
}

/// `GET /desk/sites/import`.
pub(crate) async fn ask(ctx: Ctx, Query(Done { done }): Query<Done>) -> Answer {
    let counts: Vec<usize> = done.split('.').filter_map(|count| count.parse().ok()).collect();
    let words = match counts.as_slice() {
        [added, changed, unchanged] => {
            let args = [("added", added), ("changed", changed), ("unchanged", unchanged)];
            ctx.words.with("sites-import-done", &args.map(|(name, count)| (name.into(), count.to_string())))
        }
        _ => String::new(),
    };
    page(&ctx, words, FormErrors::default())
}

/// `GET /desk/sites/import/table.csv`: the sites as a table, to be changed and brought back. A cell that a spreadsheet would take
/// for a formula is no formula.
pub(crate) async fn table(ctx: Ctx) -> Answer<Response> {
    let tenant = ctx.tenant.id;
    let scope = ctx.kernel().access().scope(&ctx.who, "sites.change")?;
    let sites = ctx.kernel().db().read(tenant, move |read| store::all(read, tenant)).await?;
    let names = columns();
    let mut text = format!("\u{feff}{}\r\n", names.join(","));
    for site in sites.iter().filter(|site| scope.has(&site.details.unit_path)) {
        let fields = crate::domain::Draft::of(&site.details).fields();
        let cell = |name: &String| match fields.get(name) {
            Some(value) => csv_cell(value),
            None => csv_cell(&site.code.to_string()),
        };
        text.push_str(&names.iter().map(cell).collect::<Vec<_>>().join(","));
        text.push_str("\r\n");
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"sites.csv\""),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, text).into_response())
}

/// What is sent: a file to look at, or the key of one that was looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fields {
    kept: String,
    mark: String,
}

/// `POST /desk/sites/import`.
pub(crate) async fn take(ctx: Ctx, form: Form<Fields, 1>) -> Answer {
    let tables = ctx.kernel().kept::<Tables>();
    let wrong = |key: &'static str| FormErrors::take(&ctx.words, Error::field("file", key));
    let Fields { kept, mark } = form.fields;
    // A second press: it is written already, and the table is not kept any more.
    if !kept.is_empty() && ctx.kernel().was_answered(&ctx.call_once(&form.once)?).await? {
        return Ok(see_other("/desk/sites"));
    }
    let (bytes, kept) = if kept.is_empty() {
        let Some(file) = form.files.first().filter(|file| !file.bytes.is_empty() || file.too_large) else {
            return page(&ctx, String::new(), wrong("form-required")?);
        };
        if file.too_large || file.bytes.len() > LARGEST {
            return page(&ctx, String::new(), wrong("sites-error-large")?);
        }
        (file.bytes.to_vec(), String::new())
    } else {
        let Some(bytes) = tables.find(&ctx, &kept) else {
            return page(&ctx, String::new(), wrong("sites-error-forgotten")?);
        };
        (bytes, kept)
    };
    let call = ctx.call(&[])?;
    let plan = match plan_sites(ctx.kernel(), &call, &bytes).await {
        Ok(plan) => plan,
        Err(error) => return page(&ctx, String::new(), FormErrors::take(&ctx.words, error)?),
    };
    if kept.is_empty() {
        let kept = tables.keep(&ctx, bytes)?;
        return look(&ctx, &plan, kept, false);
    }
    if plan.mark() != mark || plan.wrong() > 0 {
        return look(&ctx, &plan, kept, true);
    }
    let Imported { added, changed, unchanged } = import_plan(ctx.kernel(), ctx.call_once(&form.once)?, plan).await?;
    tables.forget(&kept);
    Ok(see_other(&format!("/desk/sites/import?done={added}.{changed}.{unchanged}")))
}

fn look(ctx: &Ctx, plan: &Plan, kept: String, moved: bool) -> Answer {
    let w = &ctx.words;
    let kind = |row: &Planned| match row.effect {
        Effect::Wrong(_) => "wrong",
        Effect::Changes(_) => "changes",
        Effect::Adds => "adds",
        Effect::Nothing => "nothing",
    };
    let label = |field: &str| w.t(&format!("sites-field-{}", field.replace('_', "-")));
    let named = |error: &FieldError| format!("{}: {}", label(&error.field), w.field_error(error));
    let row = |row: &Planned| Row {
        number: row.number,
        code: row.code.clone(),
        name: row.name.clone(),
        kind: kind(row),
        words: w.t(&format!("sites-import-{}", kind(row))),
        lines: match &row.effect {
            Effect::Wrong(errors) => errors.iter().map(named).collect(),
            Effect::Changes(fields) => fields
                .iter()
                .map(|(name, old, new)| format!("{}: {} → {}", label(name), said(old), said(new)))
                .collect(),
            Effect::Adds | Effect::Nothing => Vec::new(),
        },
    };
    let order = ["wrong", "changes", "adds", "nothing"];
    let mut rows: Vec<Row> = plan.rows.iter().map(row).collect();
    rows.sort_by_key(|row| (order.iter().position(|one| *one == row.kind), row.number));
    let count = |one: &&str| {
        let count = plan.rows.iter().filter(|row| kind(row) == *one).count();
        w.t1(&format!("sites-import-count-{one}"), "count", count)
    };
    let more = rows.len().saturating_sub(SHOWN);
    rows.truncate(SHOWN);
    let body = LookPage {
        csrf: ctx.csrf(),
        once: ctx.kernel().world().secret(),
        kept,
        mark: plan.mark(),
        moved,
        counts: order.iter().map(count).collect(),
        wrong: plan.wrong(),
        rows,
        more,
        w: w.clone(),
    };
    let page = Page::new(Face::Desk, w.t("sites-import-look-title"));
    let page = if plan.wrong() > 0 { page.failed(StatusCode::UNPROCESSABLE_ENTITY) } else { page };
    page.show(ctx, &body)
}

/// A value as it is read: that there is none is said too.
fn said(value: &str) -> &str {
    if value.is_empty() { "–" } else { value }
}
