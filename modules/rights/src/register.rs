//! The field register, for everybody: what this house can hold about a person, why, on what ground and for how long.

use std::collections::BTreeMap;

use askama::Template;
use tongxin_kernel::{Basis, FIELDS, PersonalField, purpose_key};
use tongxin_web::{Answer, Ctx, Face, Files, Page, Sheet, Words};

struct Row {
    column: &'static str,
    purpose: String,
    basis: String,
    kept: String,
    sealed: bool,
}

struct Part {
    name: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "rights/register.html")]
struct RegisterPage {
    w: Words,
    parts: Vec<Part>,
    files: Files,
}

/// `GET /privacy/register`.
pub(crate) async fn page(ctx: Ctx) -> Answer {
    let w = &ctx.words;
    let sealed: Vec<&str> = ctx.kernel().columns_to_seal();
    let rooms = ctx.kernel().rooms().iter().flat_map(|room| room.fields.iter().map(|field| (room.name, field)));
    let mut parts: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    for (room, field) in FIELDS.iter().map(|field| ("kernel", field)).chain(rooms) {
        let PersonalField::Personal { column, basis, retention_days } = *field else { continue };
        let basis = w.t(match basis {
            Basis::Service => "rights-basis-service",
            Basis::Employment => "rights-basis-employment",
            Basis::Law => "rights-basis-law",
            Basis::Consent => "rights-basis-consent",
        });
        let purpose = w.t(&purpose_key(column));
        let kept = match retention_days {
            0 => w.t("rights-kept-consent"),
            days => w.t1("rights-kept-days", "days", days),
        };
        parts.entry(room).or_default().push(Row { column, purpose, basis, kept, sealed: sealed.contains(&column) });
    }
    let part = |(room, rows): (&str, Vec<Row>)| Part { name: w.t(&format!("room-{room}")), rows };
    let body = RegisterPage { w: w.clone(), parts: parts.into_iter().map(part).collect(), files: Files::of(&ctx) };
    let heads = ["part", "column", "purpose", "basis", "kept", "sealed"];
    let rows = body.parts.iter().flat_map(|part| part.rows.iter().map(move |row| (&part.name, row)));
    let cells = |(part, row): (&String, &Row)| {
        let sealed = w.t(if row.sealed { "rights-yes" } else { "rights-no" });
        [part.clone(), row.column.to_owned(), row.purpose.clone(), row.basis.clone(), row.kept.clone(), sealed]
    };
    let sheet = Sheet::new(heads.map(|head| w.t(&format!("rights-register-{head}"))), rows.map(cells));
    Page::new(Face::Street, w.t("rights-register-title")).list(&ctx, &body, sheet).await
}
