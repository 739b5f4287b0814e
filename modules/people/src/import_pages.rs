//! A table of people from the browser: chosen, looked at row by row, and then let in, all of them or nobody. Each new person gets a
//! link of their own, which is shown once.

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tongxin_base::Error;
use tongxin_kernel::{Held, Role};
use tongxin_web::{
    Answer, Brought, Ctx, Face, Fate, Form, FormErrors, ImportPage, LookPage, LookRow, Page, Words, see_other,
};

use crate::bring::{Effect, Plan, plan, write};
use crate::domain::action_to_give;
use crate::pages::unit_name;
use crate::table::{COLUMNS, Listed, WrongCell, parse};

/// Where it is.
const AT: &str = "/admin/people/import";
/// The largest table, in bytes: five thousand rows have some hundred each.
const LARGEST: usize = 1 << 20;

fn page(ctx: &Ctx, errors: FormErrors) -> Answer {
    let w = &ctx.words;
    // The posts that the reader may give somewhere, as the table writes them.
    let may = |role: &Role| {
        action_to_give(*role) != "posts.grant" && ctx.kernel().access().anywhere(&ctx.who, action_to_give(*role))
    };
    let role = |role: Role| format!("{role} ({})", w.t(&format!("role-{role}")));
    let roles: Vec<String> = Role::ALL.into_iter().filter(may).map(role).collect();
    let page = ImportPage {
        at: AT,
        back: ("/admin/people", w.t("people-title")),
        title: w.t("people-import-title"),
        lead: w.t("people-import-lead"),
        steps: vec![
            w.t("people-import-step-1"),
            w.t1("people-import-step-2", "roles", roles.join(", ")),
            w.t("people-import-step-3"),
        ],
        table: ("/admin/people/import/table.csv", w.t("people-import-table")),
        hint: w.t1("people-import-hint", "columns", COLUMNS.join(", ")),
        accept: ".csv,text/csv",
        ..ImportPage::default()
    };
    page.show(ctx, errors)
}

/// `GET /admin/people/import`.
pub(crate) async fn ask(ctx: Ctx) -> Answer {
    page(&ctx, FormErrors::default())
}

/// `GET /admin/people/import/table.csv`: the columns, to begin with.
pub(crate) async fn table() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"people.csv\""),
    ];
    (headers, format!("\u{feff}{}\r\n", COLUMNS.join(","))).into_response()
}

/// What is sent: a file to look at, or the key of one that was looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fields {
    kept: String,
    mark: String,
}

struct LinkRow {
    login: String,
    name: String,
    link: String,
}

#[derive(Template)]
#[template(path = "people/links.html")]
struct LinksPage {
    w: Words,
    rows: Vec<LinkRow>,
    count: usize,
}

/// `POST /admin/people/import`.
pub(crate) async fn take(ctx: Ctx, form: Form<Fields, 1>) -> Answer {
    let Fields { kept, mark } = &form.fields;
    // A second press: they are in already, and their links were shown.
    if !kept.is_empty() && ctx.kernel().was_answered(&ctx.call_once(&form.once)?).await? {
        return Ok(see_other("/admin/people"));
    }
    let brought = match Brought::take(&ctx, &form.files, kept, LARGEST) {
        Ok(brought) => brought,
        Err(error) => return page(&ctx, FormErrors::take(&ctx.words, error)?),
    };
    let everybody = match parse(&brought.bytes, &ctx.tenant.units) {
        Ok(everybody) => everybody,
        Err(wrong) if wrong.iter().any(|cell| cell.error.field == "file") => {
            let errors = wrong.into_iter().map(|cell| cell.error).filter(|error| error.field == "file").collect();
            return page(&ctx, FormErrors::take(&ctx.words, Error::Invalid(errors))?);
        }
        Err(wrong) => return look(&ctx, wrong.iter().map(|cell| wrong_row(&ctx.words, cell)).collect(), "", brought),
    };
    let plan = plan(ctx.kernel(), &ctx.tenant, &ctx.who, everybody).await?;
    if !brought.was_looked_at() || plan.mark() != *mark || plan.refused() > 0 {
        let rows = plan.people.iter().map(|(listed, effect)| row(&ctx, listed, *effect)).collect();
        return look(&ctx, rows, &plan.mark(), brought);
    }
    let rows = links(&ctx, &plan);
    let count = plan.people.len();
    match write(ctx.kernel(), ctx.call_once(&form.once)?, plan).await {
        Ok(()) => {}
        Err(Error::Conflict(key, args)) if key == "error-login-taken" => {
            let login = args.first().map(|(_, login)| login.clone()).unwrap_or_default();
            let field = tongxin_base::FieldError::new("file", "people-table-login-taken").with("login", login);
            return page(&ctx, FormErrors::take(&ctx.words, Error::Invalid(vec![field]))?);
        }
        Err(error) => return Err(error.into()),
    }
    brought.forget(&ctx);
    let body = LinksPage { w: ctx.words.clone(), rows, count };
    Page::new(Face::Desk, ctx.words.t("people-links-title")).show(&ctx, &body)
}

fn links(ctx: &Ctx, plan: &Plan) -> Vec<LinkRow> {
    let row = |newcomer: &crate::bring::Newcomer| LinkRow {
        login: newcomer.listed.login.clone(),
        name: newcomer.listed.name.clone(),
        link: format!("{}/welcome/{}", ctx.origin, newcomer.token),
    };
    plan.newcomers.iter().map(row).collect()
}

fn look(ctx: &Ctx, rows: Vec<LookRow>, mark: &str, brought: Brought) -> Answer {
    let w = &ctx.words;
    let page = LookPage {
        at: AT,
        back: w.t("people-import-title"),
        heads: ["people-login", "people-name", "people-posts"].map(|key| w.t(key)).into(),
        rows,
        more_wrong: 0,
        notes: Vec::new(),
        mark: mark.to_owned(),
        again: Vec::new(),
    };
    page.show(ctx, brought)
}

fn wrong_row(w: &Words, cell: &WrongCell) -> LookRow {
    LookRow {
        number: cell.line,
        cells: Vec::new(),
        fate: Fate::Wrong,
        lines: vec![format!("{}: {}", cell.error.field, w.field_error(&cell.error))],
    }
}

fn row(ctx: &Ctx, listed: &Listed, effect: Effect) -> LookRow {
    let w = &ctx.words;
    let post = |post: &Held| {
        let unit = unit_name(w, &ctx.tenant.units, &post.unit_path);
        format!("{} · {unit}", w.t(&format!("role-{}", post.role)))
    };
    let posts: Vec<String> = listed.posts.iter().map(post).collect();
    let (fate, lines) = match effect {
        Effect::Joins => (Fate::Adds, vec![w.t("people-import-joins")]),
        Effect::Gets(more) => (Fate::Changes, vec![w.t1("people-import-gets", "count", more)]),
        Effect::Nothing => (Fate::Nothing, Vec::new()),
        Effect::Refused(why) => (Fate::Wrong, vec![w.t(why)]),
    };
    let cells = vec![listed.login.clone(), listed.name.clone(), posts.join(", ")];
    LookRow { number: listed.line, cells, fate, lines }
}
