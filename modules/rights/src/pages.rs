//! The pages of one's own data: by an account, or by the secret link of a report.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tongxin_base::{Error, Result, Time};
use tongxin_kernel::{
    Act, Agreement, Holdings, Look, Piece, Role, Whose, consents as given, give_consent, token_digest, withdraw_consent,
};
use tongxin_web::{Answer, Ctx, Face, Form, Page, Words, moment, see_other};

use crate::export;

struct Field {
    name: String,
    value: String,
}

struct Shown {
    title: String,
    when: String,
    fields: Vec<Field>,
    photos: usize,
}

struct LookRow {
    when: String,
    role: String,
    purpose: String,
}

#[derive(Template)]
#[template(path = "rights/data.html")]
struct DataPage {
    w: Words,
    csrf: String,
    /// Where its downloads and its form are.
    at: String,
    /// Where the form of erasing goes.
    erase: String,
    pieces: Vec<Shown>,
    acts: usize,
    looks: Vec<LookRow>,
    /// Whether the reader came by a secret link.
    by_link: bool,
    /// Who works here cannot be erased while they do.
    works: bool,
}

fn me(ctx: &Ctx) -> Result<Whose> {
    Ok(Whose::Person(ctx.who.person().ok_or(Error::Unauthenticated)?.id))
}

/// Whoever has a secret link. One that opens nothing is none.
async fn linked(ctx: &Ctx, token: &str) -> Result<(Whose, Holdings)> {
    let whose = Whose::Link(token_digest(token));
    let held = ctx.kernel().held_about(ctx.tenant.id, &whose).await?;
    if held.pieces.is_empty() { Err(Error::NotFound) } else { Ok((whose, held)) }
}

/// A value in the reader's words, where it is one of ours.
fn value(w: &Words, ctx: &Ctx, name: &str, value: &str) -> String {
    let key = match name {
        "role" => format!("role-{value}"),
        "purpose" => format!("consent-{}", value.replace('.', "-")),
        "status" => format!("status-request-{value}"),
        "action" => format!("history-{}", value.replace('.', "-")),
        "unit" => {
            let unit = ctx.tenant.units.by_path(value);
            return unit.map_or_else(|| value.to_owned(), |unit| unit.name.to(w.locale()).to_owned());
        }
        "until" | "withdrawn" => {
            return Time::parse(value).map_or_else(|| value.to_owned(), |at| moment(w, ctx.tenant.zone(), at));
        }
        "reasons" => {
            let list: Vec<String> = serde_json::from_str(value).unwrap_or_default();
            let word = |code: &String| {
                let key = format!("requests-reason-{}", code.replace('_', "-"));
                if w.has(&key) { w.t(&key) } else { code.clone() }
            };
            return list.iter().map(word).collect::<Vec<_>>().join(" · ");
        }
        _ => return value.to_owned(),
    };
    if w.has(&key) { w.t(&key) } else { value.to_owned() }
}

fn shown(ctx: &Ctx, piece: &Piece) -> Shown {
    let w = &ctx.words;
    let field = |(name, text): &(&'static str, String)| Field {
        name: w.t(&format!("data-field-{}", name.replace('_', "-"))),
        value: value(w, ctx, name, text),
    };
    Shown {
        title: w.t(&format!("data-{}", piece.kind)),
        when: moment(w, ctx.tenant.zone(), piece.at),
        fields: piece.fields.iter().filter(|(_, text)| !text.is_empty()).map(field).collect(),
        photos: piece.files.len(),
    }
}

fn data_page(ctx: &Ctx, held: &Holdings, (at, erase): (String, String), by_link: bool) -> DataPage {
    let look = |look: &Look| LookRow {
        when: moment(&ctx.words, ctx.tenant.zone(), look.at),
        role: ctx.words.t(&format!("role-{}", look.role)),
        purpose: ctx.words.t(&format!("look-purpose-{}", look.purpose)),
    };
    let works = |person: &tongxin_kernel::Person| person.posts.iter().any(|post| post.role != Role::Resident);
    DataPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        at,
        erase,
        pieces: held.pieces.iter().filter(|piece| piece.kind != "act").map(|piece| shown(ctx, piece)).collect(),
        acts: held.pieces.iter().filter(|piece| piece.kind == "act").count(),
        looks: held.looks.iter().map(look).collect(),
        by_link,
        works: !by_link && ctx.who.person().is_some_and(works),
    }
}

/// `GET /me/data`.
pub(crate) async fn own(ctx: Ctx) -> Answer {
    let held = ctx.kernel().held_about(ctx.tenant.id, &me(&ctx)?).await?;
    let body = data_page(&ctx, &held, ("/me".to_owned(), "/me/erase".to_owned()), false);
    Page::new(Face::Street, ctx.words.t("rights-title")).show(&ctx, &body)
}

/// `GET /rights/{token}`.
pub(crate) async fn behind(ctx: Ctx, Path(token): Path<String>) -> Answer {
    let (_, held) = linked(&ctx, &token).await?;
    let at = format!("/rights/{token}");
    let body = data_page(&ctx, &held, (at.clone(), format!("{at}/erase")), true);
    Page::new(Face::Street, ctx.words.t("rights-title")).show(&ctx, &body)
}

fn download(bytes: Vec<u8>, kind: &'static str, name: &'static str) -> Response {
    let mut response = bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    response
}

fn json_file(ctx: &Ctx, held: &Holdings) -> Answer {
    let text = serde_json::to_vec_pretty(&export::as_json(ctx, held)).map_err(Error::internal)?;
    Ok(download(text, "application/json", "attachment; filename=\"tongxin-data.json\""))
}

async fn zip_file(ctx: &Ctx, held: &Holdings) -> Answer {
    let bytes = export::archive(ctx, held).await?;
    Ok(download(bytes, "application/zip", "attachment; filename=\"tongxin-data.zip\""))
}

/// `GET /me/data.json`.
pub(crate) async fn own_json(ctx: Ctx) -> Answer {
    json_file(&ctx, &ctx.kernel().held_about(ctx.tenant.id, &me(&ctx)?).await?)
}

/// `GET /me/data.zip`.
pub(crate) async fn own_zip(ctx: Ctx) -> Answer {
    zip_file(&ctx, &ctx.kernel().held_about(ctx.tenant.id, &me(&ctx)?).await?).await
}

/// `GET /rights/{token}/data.json`.
pub(crate) async fn behind_json(ctx: Ctx, Path(token): Path<String>) -> Answer {
    json_file(&ctx, &linked(&ctx, &token).await?.1)
}

/// `GET /rights/{token}/data.zip`.
pub(crate) async fn behind_zip(ctx: Ctx, Path(token): Path<String>) -> Answer {
    zip_file(&ctx, &linked(&ctx, &token).await?.1).await
}

#[derive(Template)]
#[template(path = "rights/erased.html")]
struct ErasedPage {
    w: Words,
}

#[derive(Deserialize)]
pub(crate) struct Nothing {}

async fn erased(ctx: &Ctx, whose: Whose) -> Answer {
    ctx.kernel().erase_about(ctx.kernel().call(&ctx.tenant, &ctx.who), whose).await?;
    Page::new(Face::Street, ctx.words.t("rights-erased")).show(ctx, &ErasedPage { w: ctx.words.clone() })
}

/// `POST /me/erase`.
pub(crate) async fn erase_own(ctx: Ctx, _: Form<Nothing>) -> Answer {
    erased(&ctx, me(&ctx)?).await
}

/// `POST /rights/{token}/erase`.
pub(crate) async fn erase_behind(ctx: Ctx, Path(token): Path<String>, _: Form<Nothing>) -> Answer {
    let (whose, _) = linked(&ctx, &token).await?;
    erased(&ctx, whose).await
}

struct ConsentRow {
    name: &'static str,
    title: String,
    words: String,
    when: String,
    given: bool,
    by_tick: bool,
}

#[derive(Template)]
#[template(path = "rights/consents.html")]
struct ConsentsPage {
    w: Words,
    csrf: String,
    rows: Vec<ConsentRow>,
    done: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    done: String,
}

/// `GET /me/consents`.
pub(crate) async fn consents(ctx: Ctx, Query(query): Query<Done>) -> Answer {
    let (tenant, me) = (ctx.tenant.id, ctx.who.person().ok_or(Error::Unauthenticated)?.id);
    let all = ctx.kernel().db().read(tenant, move |read| given(read, tenant, me)).await?;
    let row = |agreement: &Agreement| {
        let key = format!("consent-{}", agreement.name.replace('.', "-"));
        let one = all.iter().find(|one| one.purpose == agreement.name);
        let open = one.is_some_and(|one| one.withdrawn_at.is_none());
        let say = |at: Time| moment(&ctx.words, ctx.tenant.zone(), at);
        let when = one.map(|one| match one.withdrawn_at {
            None => ctx.words.t1("rights-consent-since", "when", say(one.given_at)),
            Some(at) => ctx.words.t1("rights-consent-withdrawn", "when", say(at)),
        });
        ConsentRow {
            name: agreement.name,
            title: ctx.words.t(&key),
            words: ctx.words.t(&format!("{key}-words")),
            when: when.unwrap_or_else(|| ctx.words.t("rights-consent-none")),
            given: open,
            by_tick: agreement.by_tick,
        }
    };
    let body = ConsentsPage {
        rows: ctx.kernel().agreements().map(row).collect(),
        csrf: ctx.csrf(),
        done: !query.done.is_empty(),
        w: ctx.words.clone(),
    };
    Page::new(Face::Street, ctx.words.t("rights-consents-title")).show(&ctx, &body)
}

/// `POST /me/consents/{name}/{verb}`.
pub(crate) async fn consent(ctx: Ctx, Path((name, verb)): Path<(String, String)>, _: Form<Nothing>) -> Answer {
    let me = ctx.who.person().ok_or(Error::Unauthenticated)?.id;
    let agreement = ctx.kernel().agreements().find(|one| one.name == name).copied().ok_or(Error::NotFound)?;
    let give = match verb.as_str() {
        "give" if agreement.by_tick => true,
        "withdraw" => false,
        _ => return Err(Error::NotFound.into()),
    };
    let act = move |act: &mut Act<'_, '_>| {
        if give { give_consent(act, me, agreement.name) } else { withdraw_consent(act, me, &agreement) }
    };
    ctx.kernel().act(ctx.call(&[])?, "consent.change", act).await?;
    Ok(see_other("/me/consents?done=yes"))
}
