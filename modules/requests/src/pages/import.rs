//! A history of matters from a file, in the browser: chosen, looked at row by row, and then brought in while one goes on with
//! something else.

use serde::Deserialize;
use serde_json::json;
use tongxin_base::Error;
use tongxin_web::{Answer, Brought, Choice, Ctx, Form, FormErrors, ImportPage, LookPage, see_other};

use crate::bring::{IMPORT, Import, may_import};
use crate::import::{BUILT_IN, heads, mark, notes, rows};

/// Where it is.
const AT: &str = "/desk/requests/import";
/// The largest file, in bytes: some fifty thousand rows. What is larger goes in by the command line.
const LARGEST: usize = 15 << 20;
/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 100;

/// What is sent: a file to look at, or the key of one that was looked at; and how it is to be read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    mapping: String,
    skip_known: String,
    name: String,
    kept: String,
    mark: String,
}

fn page(ctx: &Ctx, fields: &Fields, errors: FormErrors) -> Answer {
    let w = &ctx.words;
    let mapping = |(name, _): &(&str, &str)| Choice {
        value: (*name).to_owned(),
        label: w.t(&format!("requests-mapping-{}", name.replace('_', "-"))),
        chosen: *name == fields.mapping,
        ..Choice::default()
    };
    let page = ImportPage {
        at: AT,
        back: ("/desk/requests", w.t("requests-back-to-desk")),
        title: w.t("requests-import-title"),
        lead: w.t("requests-import-lead"),
        steps: (1..=3).map(|step| w.t(&format!("requests-import-step-{step}"))).collect(),
        hint: w.t1("requests-import-hint", "megabytes", LARGEST >> 20),
        accept: ".csv,.xlsx,.xls,.json,.geojson,.xml",
        mappings: BUILT_IN.iter().map(mapping).collect(),
        ticks: vec![("skip_known", w.t("requests-import-skip-known"), !fields.skip_known.is_empty())],
        ..ImportPage::default()
    };
    page.show(ctx, errors)
}

/// `GET /desk/requests/import`.
pub(super) async fn ask(ctx: Ctx) -> Answer {
    may_import(ctx.kernel(), &ctx.tenant, &ctx.who)?;
    page(&ctx, &Fields::default(), FormErrors::default())
}

/// `POST /desk/requests/import`.
pub(super) async fn take(ctx: Ctx, form: Form<Fields, 1>) -> Answer {
    may_import(ctx.kernel(), &ctx.tenant, &ctx.who)?;
    let fields = form.fields.clone();
    // A second press: it was asked for already, and the table is not kept any more.
    if !fields.kept.is_empty() && ctx.kernel().was_answered(&ctx.call_once(&form.once)?).await? {
        return Ok(see_other("/me/chores"));
    }
    let brought = match Brought::take(&ctx, &form.files, &fields.kept, LARGEST) {
        Ok(brought) => brought,
        Err(error) => return page(&ctx, &fields, FormErrors::take(&ctx.words, error)?),
    };
    let chosen = form.files.first().map(|file| file.name.clone()).filter(|_| !brought.was_looked_at());
    let name: String = chosen.unwrap_or_else(|| fields.name.clone()).chars().take(LONGEST_NAME).collect();
    let asked = Import {
        name,
        mapping: fields.mapping.clone(),
        skip_known: !fields.skip_known.is_empty(),
        mark: fields.mark.clone(),
    };
    let (parsed, plan) = match asked.look(ctx.kernel(), &ctx.tenant, brought.bytes.clone()).await {
        Ok(looked) => looked,
        Err(error) => return page(&ctx, &fields, FormErrors::take(&ctx.words, error)?),
    };
    if let Some(before) = &plan.told.imported_as {
        let field = tongxin_base::FieldError::new("file", "requests-imported-before").with("file", before);
        return page(&ctx, &fields, FormErrors::take(&ctx.words, Error::Invalid(vec![field]))?);
    }
    let (w, found) = (&ctx.words, mark(&parsed, &plan));
    if !brought.was_looked_at() || found != fields.mark || parsed.wrong() + plan.wrong() > 0 {
        let (shown, more_wrong) = rows((w, ctx.tenant.zone(), &ctx.tenant.units), &parsed, &plan);
        let look = LookPage {
            at: AT,
            back: w.t("requests-import-title"),
            heads: heads(w),
            rows: shown,
            more_wrong,
            notes: notes(w, &parsed, &plan),
            mark: found,
            again: vec![("mapping", fields.mapping), ("skip_known", fields.skip_known), ("name", asked.name)],
        };
        return look.show(&ctx, brought);
    }
    let bytes = brought.bytes.clone();
    ctx.kernel().ask_chore(ctx.call_once(&form.once)?, IMPORT.kind, json!(asked), Some(bytes)).await?;
    brought.forget(&ctx);
    Ok(see_other("/me/chores?done=started"))
}
