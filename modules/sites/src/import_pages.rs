//! A table of sites from the browser: chosen, looked at row by row, and then written as a whole or not at all.

use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tongxin_base::FieldError;
use tongxin_web::{Answer, Brought, Ctx, Fate, Form, FormErrors, ImportPage, LookPage, LookRow, csv_cell, see_other};

use crate::actions::Imported;
use crate::import::{Effect, Plan, Planned, columns, import_plan, plan_sites};
use crate::store;

/// Where it is.
const AT: &str = "/desk/sites/import";
/// The largest table, in bytes: two thousand rows have some hundred each.
const LARGEST: usize = 1 << 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    /// Added, changed, unchanged: `3.1.20`.
    done: String,
}

fn page(ctx: &Ctx, done: String, errors: FormErrors) -> Answer {
    let w = &ctx.words;
    let page = ImportPage {
        at: AT,
        back: ("/desk/sites", w.t("sites-desk-title")),
        title: w.t("sites-import-title"),
        lead: w.t("sites-import-lead"),
        steps: (1..=3).map(|step| w.t(&format!("sites-import-step-{step}"))).collect(),
        table: ("/desk/sites/import/table.csv", w.t("sites-import-table")),
        hint: w.t1("sites-import-file-hint", "columns", columns().join(", ")),
        accept: ".csv,text/csv",
        done,
        ..ImportPage::default()
    };
    page.show(ctx, errors)
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
    let Fields { kept, mark } = &form.fields;
    // A second press: it is written already, and the table is not kept any more.
    if !kept.is_empty() && ctx.kernel().was_answered(&ctx.call_once(&form.once)?).await? {
        return Ok(see_other("/desk/sites"));
    }
    let brought = match Brought::take(&ctx, &form.files, kept, LARGEST) {
        Ok(brought) => brought,
        Err(error) => return page(&ctx, String::new(), FormErrors::take(&ctx.words, error)?),
    };
    let call = ctx.call(&[])?;
    let plan = match plan_sites(ctx.kernel(), &call, &brought.bytes).await {
        Ok(plan) => plan,
        Err(error) => return page(&ctx, String::new(), FormErrors::take(&ctx.words, error)?),
    };
    if !brought.was_looked_at() || plan.mark() != *mark || plan.wrong() > 0 {
        return look(&ctx, &plan, brought);
    }
    let Imported { added, changed, unchanged } = import_plan(ctx.kernel(), ctx.call_once(&form.once)?, plan).await?;
    brought.forget(&ctx);
    Ok(see_other(&format!("{AT}?done={added}.{changed}.{unchanged}")))
}

fn look(ctx: &Ctx, plan: &Plan, brought: Brought) -> Answer {
    let w = &ctx.words;
    let label = |field: &str| w.t(&format!("sites-field-{}", field.replace('_', "-")));
    let named = |error: &FieldError| format!("{}: {}", label(&error.field), w.field_error(error));
    let row = |row: &Planned| LookRow {
        number: row.number as u64,
        cells: vec![
            if row.code.is_empty() { w.t("sites-import-own-code") } else { row.code.clone() },
            row.name.clone(),
        ],
        fate: match row.effect {
            Effect::Wrong(_) => Fate::Wrong,
            Effect::Changes(_) => Fate::Changes,
            Effect::Adds => Fate::Adds,
            Effect::Nothing => Fate::Nothing,
        },
        lines: match &row.effect {
            Effect::Wrong(errors) => errors.iter().map(named).collect(),
            Effect::Changes(fields) => fields
                .iter()
                .map(|(name, old, new)| format!("{}: {} → {}", label(name), said(old), said(new)))
                .collect(),
            Effect::Adds | Effect::Nothing => Vec::new(),
        },
    };
    let page = LookPage {
        at: AT,
        back: w.t("sites-import-title"),
        heads: ["code", "name"].map(|field| w.t(&format!("sites-field-{field}"))).into(),
        rows: plan.rows.iter().map(row).collect(),
        more_wrong: 0,
        notes: Vec::new(),
        mark: plan.mark(),
        again: Vec::new(),
    };
    page.show(ctx, brought)
}

/// A value as it is read: that there is none is said too.
fn said(value: &str) -> &str {
    if value.is_empty() { "–" } else { value }
}
