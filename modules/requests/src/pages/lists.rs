//! The lists that staff choose from, to be kept: phrases by kind, and categories with their limits.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use serde::Deserialize;
use tongxin_base::calendar::{Limit, LimitKind};
use tongxin_base::{Error, Result};
use tongxin_web::{Answer, Choice, Ctx, Face, Files, Form, FormErrors, Gate, Page, Routes, Sheet, Words, see_other};

use crate::actions::{self, RawCategory, RawPhrase, Shift, may_change};
use crate::domain::{Phrase, PhraseKind};
use crate::store::lists_admin::{self, Listed};

/// What stands for a code in the path of one that is not there yet.
const NEW: &str = "new";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .list(Gate::May("phrases.reply"), "/admin/phrases", phrases)
        .get(Gate::May("phrases.reply"), "/admin/phrases/{kind}/{code}", phrase)
        .post(Gate::May("phrases.reply"), "/admin/phrases/{kind}/{code}", save_phrase)
        .post(Gate::May("phrases.reply"), "/admin/phrases/{kind}/{code}/{shift}", shift)
        .list(Gate::May("categories.change"), "/admin/categories", categories)
        .get(Gate::May("categories.change"), "/admin/categories/{code}", category)
        .post(Gate::May("categories.change"), "/admin/categories/{code}", save_category)
}

/// The kinds that the reader may change.
fn kinds(ctx: &Ctx) -> Vec<PhraseKind> {
    let access = ctx.kernel().access();
    PhraseKind::ALL.iter().copied().filter(|kind| access.anywhere(&ctx.who, may_change(*kind))).collect()
}

/// A kind of a path, if the reader may change it.
fn kind_of(ctx: &Ctx, word: &str) -> Result<PhraseKind> {
    let kind = PhraseKind::parse(word).ok_or(Error::NotFound)?;
    if kinds(ctx).contains(&kind) { Ok(kind) } else { Err(Error::Forbidden) }
}

fn kind_words(w: &Words, kind: PhraseKind) -> String {
    w.t(&format!("requests-phrases-{kind}"))
}

struct Tab {
    href: String,
    words: String,
    here: bool,
}

struct PhraseRow {
    code: String,
    name: String,
    text: String,
    active: bool,
    first: bool,
    last: bool,
}

#[derive(Template)]
#[template(path = "requests/phrases.html")]
struct PhrasesPage {
    w: Words,
    csrf: String,
    kind: PhraseKind,
    title: String,
    why: String,
    tabs: Vec<Tab>,
    rows: Vec<PhraseRow>,
    done: String,
    files: Files,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    kind: String,
    done: String,
}

async fn list(ctx: &Ctx, kind: PhraseKind) -> Result<Vec<Phrase>> {
    let tenant = ctx.tenant.id;
    ctx.kernel().db().read(tenant, move |read| lists_admin::phrases(read, tenant, kind)).await
}

async fn phrases(ctx: Ctx, Query(asked): Query<Asked>) -> Answer {
    let may = kinds(&ctx);
    let kind = PhraseKind::parse(&asked.kind).filter(|kind| may.contains(kind)).or(may.first().copied());
    let kind = kind.ok_or(Error::Forbidden)?;
    let (all, w) = (list(&ctx, kind).await?, &ctx.words);
    let last = all.len().saturating_sub(1);
    let row = |(at, phrase): (usize, &Phrase)| PhraseRow {
        code: phrase.code.clone(),
        name: phrase.name.to(ctx.locale()).to_owned(),
        text: phrase.text.to(ctx.locale()).to_owned(),
        active: phrase.active,
        first: at == 0,
        last: at == last,
    };
    let tab = |one: &PhraseKind| Tab {
        href: format!("/admin/phrases?kind={one}"),
        words: kind_words(w, *one),
        here: *one == kind,
    };
    let body = PhrasesPage {
        w: w.clone(),
        csrf: ctx.csrf(),
        kind,
        title: kind_words(w, kind),
        why: w.t(&format!("requests-phrases-{kind}-words")),
        tabs: may.iter().map(tab).collect(),
        rows: all.iter().enumerate().map(row).collect(),
        done: done_words(w, &asked.done),
        files: Files::of(&ctx),
    };
    let heads = ["name", "text", "active"].map(|head| w.t(&format!("requests-list-{head}")));
    let cells = |row: &PhraseRow| {
        [row.name.clone(), row.text.clone(), if row.active { String::new() } else { use_words(w, false) }]
    };
    let sheet = Sheet::new(heads, body.rows.iter().map(cells));
    Page::new(Face::Desk, w.t("requests-phrases-title")).list(&ctx, &body, sheet).await
}

fn use_words(w: &Words, active: bool) -> String {
    w.t(if active { "requests-list-in-use" } else { "requests-list-not-used" })
}

fn done_words(w: &Words, done: &str) -> String {
    match done {
        "saved" => w.t("requests-list-saved"),
        "retire" => w.t("requests-list-retired"),
        "use" => w.t("requests-list-used"),
        _ => String::new(),
    }
}

/// A phrase, as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct PhraseForm {
    name: String,
    name_en: String,
    text: String,
    text_en: String,
}

#[derive(Template)]
#[template(path = "requests/phrase.html")]
struct PhrasePage {
    w: Words,
    csrf: String,
    kind: PhraseKind,
    title: String,
    of: String,
    read_by_reporters: bool,
    form: PhraseForm,
    errors: FormErrors,
}

fn show_phrase(ctx: &Ctx, kind: PhraseKind, code: &str, form: PhraseForm, errors: FormErrors) -> Answer {
    let w = &ctx.words;
    let body = PhrasePage {
        w: w.clone(),
        csrf: ctx.csrf(),
        kind,
        title: w.t(if code == NEW { "requests-phrase-new" } else { "requests-phrase-change" }),
        of: kind_words(w, kind),
        read_by_reporters: matches!(kind, PhraseKind::Decline | PhraseKind::Reply),
        form,
        errors,
    };
    let page = Page::new(Face::Desk, body.title.clone());
    let page = if body.errors.is_empty() { page } else { page.failed(StatusCode::UNPROCESSABLE_ENTITY) };
    page.show(ctx, &body)
}

async fn phrase(ctx: Ctx, Path((kind, code)): Path<(String, String)>) -> Answer {
    let kind = kind_of(&ctx, &kind)?;
    let form = if code == NEW {
        PhraseForm::default()
    } else {
        let all = list(&ctx, kind).await?;
        let Phrase { name, text, .. } = all.into_iter().find(|phrase| phrase.code == code).ok_or(Error::NotFound)?;
        PhraseForm { name: name.zh, name_en: name.en, text: text.zh, text_en: text.en }
    };
    show_phrase(&ctx, kind, &code, form, FormErrors::default())
}

async fn save_phrase(ctx: Ctx, Path((kind, code)): Path<(String, String)>, form: Form<PhraseForm>) -> Answer {
    let kind = kind_of(&ctx, &kind)?;
    let PhraseForm { name, name_en, text, text_en } = form.fields.clone();
    let raw = RawPhrase { name, name_en, text, text_en };
    let known = Some(code.clone()).filter(|code| code != NEW);
    match actions::put_phrase(ctx.kernel(), ctx.call(&[])?, (kind, known), &raw).await {
        Ok(_) => Ok(see_other(&format!("/admin/phrases?kind={kind}&done=saved"))),
        Err(error) => {
            let errors = FormErrors::take_named(&ctx.words, error, "requests-list-")?;
            show_phrase(&ctx, kind, &code, form.fields, errors)
        }
    }
}

#[derive(Deserialize)]
struct Nothing {}

async fn shift(ctx: Ctx, Path((kind, code, word)): Path<(String, String, String)>, _: Form<Nothing>) -> Answer {
    let (kind, shift) = (kind_of(&ctx, &kind)?, Shift::parse(&word).ok_or(Error::NotFound)?);
    actions::shift_phrase(ctx.kernel(), ctx.call(&[])?, (kind, code), shift).await?;
    Ok(see_other(&format!("/admin/phrases?kind={kind}&done={word}")))
}

/// A limit in words: "2 working hours".
fn limit_words(w: &Words, limit: Limit) -> String {
    let key = match limit.kind() {
        LimitKind::WorkingHours => "requests-limit-in-wh",
        LimitKind::WorkingDays => "requests-limit-in-wd",
        LimitKind::ClockHours => "requests-limit-in-h",
    };
    w.t1(key, "n", limit.amount())
}

struct CategoryRow {
    code: String,
    name: String,
    below: bool,
    contact: String,
    grab: String,
    start: String,
    finish: String,
    radius: i64,
    skill: String,
    active: bool,
}

#[derive(Template)]
#[template(path = "requests/categories.html")]
struct CategoriesPage {
    w: Words,
    rows: Vec<CategoryRow>,
    done: String,
    files: Files,
}

async fn all_categories(ctx: &Ctx) -> Result<Vec<Listed>> {
    let tenant = ctx.tenant.id;
    ctx.kernel().db().read(tenant, move |read| lists_admin::categories(read, tenant)).await
}

async fn categories(ctx: Ctx, Query(asked): Query<Asked>) -> Answer {
    let (all, skills, w) = (all_categories(&ctx).await?, list(&ctx, PhraseKind::Skill).await?, &ctx.words);
    let skill = |code: &String| {
        let known = skills.iter().find(|phrase| phrase.code == *code);
        known.map_or_else(|| code.clone(), |phrase| phrase.name.to(ctx.locale()).to_owned())
    };
    let row = |listed: &Listed| {
        let c = &listed.category;
        CategoryRow {
            code: c.code.clone(),
            name: c.name.to(ctx.locale()).to_owned(),
            below: c.parent.is_some(),
            contact: limit_words(w, c.contact_limit),
            grab: limit_words(w, c.grab_limit),
            start: limit_words(w, c.start_limit),
            finish: limit_words(w, c.finish_limit),
            radius: c.radius_m,
            skill: c.skill.as_ref().map(skill).unwrap_or_default(),
            active: listed.active,
        }
    };
    let rows = all.iter().map(row).collect();
    let body = CategoriesPage { w: w.clone(), rows, done: done_words(w, &asked.done), files: Files::of(&ctx) };
    let heads = ["code", "name", "contact", "grab", "start", "finish", "radius", "skill", "active"];
    let cells = |row: &CategoryRow| {
        let CategoryRow { code, name, contact, grab, start, finish, radius, skill, .. } = row;
        let (radius, active) = (radius.to_string(), use_words(w, row.active));
        [code, name, contact, grab, start, finish, &radius, skill, &active].map(String::clone)
    };
    let sheet = Sheet::new(heads.map(|head| w.t(&format!("requests-list-{head}"))), body.rows.iter().map(cells));
    Page::new(Face::Desk, w.t("requests-categories-title")).list(&ctx, &body, sheet).await
}

/// A category, as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct CategoryForm {
    code: String,
    parent: String,
    name: String,
    name_en: String,
    contact: String,
    grab: String,
    start: String,
    finish: String,
    radius: String,
    skill: String,
    active: String,
}

impl CategoryForm {
    fn of(listed: &Listed) -> Self {
        let c = &listed.category;
        Self {
            code: c.code.clone(),
            parent: c.parent.clone().unwrap_or_default(),
            name: c.name.zh.clone(),
            name_en: c.name.en.clone(),
            contact: c.contact_limit.to_string(),
            grab: c.grab_limit.to_string(),
            start: c.start_limit.to_string(),
            finish: c.finish_limit.to_string(),
            radius: c.radius_m.to_string(),
            skill: c.skill.clone().unwrap_or_default(),
            active: if listed.active { "yes".to_owned() } else { String::new() },
        }
    }

    fn raw(&self) -> RawCategory {
        let Self { code, parent, name, name_en, contact, grab, start, finish, radius, skill, active } = self.clone();
        let active = !active.is_empty();
        RawCategory { code, parent, name, name_en, contact, grab, start, finish, radius, skill, active }
    }
}

#[derive(Template)]
#[template(path = "requests/category.html")]
struct CategoryPage {
    w: Words,
    csrf: String,
    title: String,
    fresh: bool,
    form: CategoryForm,
    parents: Vec<Choice>,
    skills: Vec<Choice>,
    errors: FormErrors,
}

async fn show_category(ctx: &Ctx, code: &str, form: CategoryForm, errors: FormErrors) -> Answer {
    let w = &ctx.words;
    let choice = |value: &str, label: &str, chosen: bool| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        chosen,
        ..Choice::default()
    };
    let (all, skills) = (all_categories(ctx).await?, list(ctx, PhraseKind::Skill).await?);
    let tops = all.iter().map(|listed| &listed.category).filter(|c| c.parent.is_none() && c.code != form.code);
    let parents = tops.map(|c| choice(&c.code, c.name.to(ctx.locale()), form.parent == c.code)).collect();
    let known = skills.iter().filter(|phrase| phrase.active || phrase.code == form.skill);
    let skills =
        known.map(|phrase| choice(&phrase.code, phrase.name.to(ctx.locale()), form.skill == phrase.code)).collect();
    let fresh = code == NEW;
    let body = CategoryPage {
        w: w.clone(),
        csrf: ctx.csrf(),
        title: w.t(if fresh { "requests-category-new" } else { "requests-category-change" }),
        fresh,
        form,
        parents,
        skills,
        errors,
    };
    let page = Page::new(Face::Desk, body.title.clone());
    let page = if body.errors.is_empty() { page } else { page.failed(StatusCode::UNPROCESSABLE_ENTITY) };
    page.show(ctx, &body)
}

async fn category(ctx: Ctx, Path(code): Path<String>) -> Answer {
    let form = if code == NEW {
        CategoryForm { active: "yes".to_owned(), radius: "50".to_owned(), ..CategoryForm::default() }
    } else {
        let all = all_categories(&ctx).await?;
        CategoryForm::of(all.iter().find(|listed| listed.category.code == code).ok_or(Error::NotFound)?)
    };
    show_category(&ctx, &code, form, FormErrors::default()).await
}

async fn save_category(ctx: Ctx, Path(code): Path<String>, form: Form<CategoryForm>) -> Answer {
    let mut fields = form.fields;
    let changes = code != NEW;
    if changes {
        fields.code.clone_from(&code);
    }
    match actions::put_category(ctx.kernel(), ctx.call(&[])?, &fields.raw(), changes).await {
        Ok(()) => Ok(see_other("/admin/categories?done=saved")),
        Err(error) => {
            let errors = FormErrors::take_named(&ctx.words, error, "requests-list-")?;
            show_category(&ctx, &code, fields, errors).await
        }
    }
}
