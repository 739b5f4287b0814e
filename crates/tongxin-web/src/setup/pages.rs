//! The pages of the set-up, a few calm steps: the subdistrict, its programme, how people reach it, who looks after it; then
//! one look at everything, and the house is made.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tongxin_base::{Error, FieldError};

use super::answers::{Answers, NewHouse, Step};
use super::{Founded, Guest, PackSeen, SetUp, let_in};
use crate::failure::{Answer, Fail};
use crate::form::{Form, FormErrors};
use crate::module::Face;
use crate::page::{Choice, Page, see_other};
use crate::standing::{self, Preferences};
use crate::words::Words;

/// What the labels of the questions begin with.
const LABELS: &str = "setup-field-";
/// More lines about a pack than this are not read by anybody; the rest comes up when these are mended.
const MOST_LINES: usize = 20;
/// A pack that is sent may be this large, in bytes; the largest of ours has 60 KB.
const LARGEST_PACK: usize = 4 << 20;

#[derive(Template)]
#[template(path = "setup/closed.html")]
struct Closed {
    w: Words,
}

/// What somebody without the key is shown, whatever they asked for.
pub(super) fn closed(guest: &Guest) -> Response {
    let page = Page::new(Face::Street, guest.words.t("setup-closed-title"));
    let shown =
        page.with_status(StatusCode::SERVICE_UNAVAILABLE).framed(guest.frame(), &Closed { w: guest.words.clone() });
    let mut response = shown.unwrap_or_else(IntoResponse::into_response);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    response
}

#[derive(Deserialize)]
pub(super) struct Key {
    #[serde(default)]
    key: String,
}

/// `GET /setup`: with the key, in; without, closed; and who is in goes where they stopped.
pub(super) async fn enter(State(setup): State<SetUp>, guest: Guest, Query(Key { key }): Query<Key>) -> Response {
    if !key.is_empty() && setup.opens(&key) {
        return let_in(&key, setup.https());
    }
    if !guest.trusted {
        return closed(&guest);
    }
    let kept = setup.kept().lock().await;
    if kept.done {
        return Fail(over()).into_response();
    }
    let open = Step::ALL.into_iter().find(|step| !wrong(&setup, &kept.answers, *step).is_empty());
    see_other(&format!("/setup/{}", open.map_or("review", Step::as_str)))
}

/// Any other address: who has the key is led to the questions.
pub(super) async fn elsewhere(_: Guest) -> Response {
    see_other("/setup")
}

pub(super) async fn prefer(State(setup): State<SetUp>, form: Form<Preferences>) -> Response {
    standing::prefer(setup.https(), form.fields)
}

fn wrong(setup: &SetUp, answers: &Answers, step: Step) -> Vec<FieldError> {
    let wrong = answers.wrong(step);
    if wrong.is_empty() { setup.founder().check(answers, step) } else { wrong }
}

/// The house is made; what is left is to start the server again where it must be.
fn over() -> Error {
    Error::conflict("setup-done-before")
}

fn named(name: &str) -> Result<Step, Error> {
    Step::ALL.into_iter().find(|step| step.as_str() == name).ok_or(Error::NotFound)
}

/// Whose a pack is.
fn of_whom(words: &Words, pack: &PackSeen) -> String {
    format!("{} {}", pack.name.to(words.locale()), pack.code)
}

/// What is in a pack, a line each.
fn lines(words: &Words, pack: &PackSeen) -> Vec<String> {
    let line = |(what, count): &(&'static str, usize)| words.t1(&format!("programme-count-{what}"), "count", count);
    pack.counts.iter().map(line).collect()
}

fn before(step: Step) -> String {
    let at = Step::ALL.iter().position(|one| *one == step).unwrap_or_default();
    at.checked_sub(1).map(|at| format!("/setup/{}", Step::ALL[at].as_str())).unwrap_or_default()
}

fn after(step: Step) -> String {
    let at = Step::ALL.iter().position(|one| *one == step).unwrap_or_default();
    format!("/setup/{}", Step::ALL.get(at + 1).map_or("review", |step| step.as_str()))
}

#[derive(Template)]
#[template(path = "setup/step.html")]
struct StepPage {
    w: Words,
    csrf: String,
    step: &'static str,
    title: String,
    lead: String,
    progress: String,
    back: String,
    a: Answers,
    programmes: Vec<Choice>,
    reaches: Vec<Choice>,
    pack: Option<TakenPack>,
    errors: FormErrors,
}

struct TakenPack {
    name: String,
    lines: Vec<String>,
}

/// `GET /setup/{step}`: its questions.
pub(super) async fn step(State(setup): State<SetUp>, guest: Guest, Path(name): Path<String>) -> Answer {
    let kept = setup.kept().lock().await;
    if kept.done {
        return Err(over().into());
    }
    show(&guest, named(&name)?, &kept.answers, kept.pack.clone(), FormErrors::default())
}

fn show(guest: &Guest, step: Step, answers: &Answers, pack: Option<PackSeen>, errors: FormErrors) -> Answer {
    let words = &guest.words;
    let choices = |field: &str, values: &[&str]| -> Vec<Choice> {
        let choice = |value: &&str| Choice {
            value: (*value).to_owned(),
            label: words.t(&format!("setup-{field}-{value}")),
            hint: words.t(&format!("setup-{field}-{value}-hint")),
            chosen: answers.of(field) == *value,
        };
        values.iter().map(choice).collect()
    };
    let failed = !errors.is_empty();
    let number = Step::ALL.iter().position(|one| *one == step).unwrap_or_default() + 1;
    let title = words.t(&format!("setup-{}-title", step.as_str()));
    let body = StepPage {
        csrf: guest.csrf.clone(),
        step: step.as_str(),
        title: title.clone(),
        lead: words.t(&format!("setup-{}-words", step.as_str())),
        progress: words.t2("setup-progress", "n", number, "of", Step::ALL.len() + 1),
        back: before(step),
        a: answers.clone(),
        programmes: choices("programme", &["basic", "own"]),
        reaches: choices("reach", &["cert", "proxy", "local"]),
        pack: pack.map(|pack| TakenPack { name: of_whom(words, &pack), lines: lines(words, &pack) }),
        errors,
        w: words.clone(),
    };
    let page = Page::new(Face::Street, title);
    if failed { page.failed(StatusCode::UNPROCESSABLE_ENTITY) } else { page }.framed(guest.frame(), &body)
}

/// `POST /setup/{step}`: what was written is kept, right or wrong; on to the next where it is right.
pub(super) async fn answer(
    State(setup): State<SetUp>,
    guest: Guest,
    Path(name): Path<String>,
    form: Form<BTreeMap<String, String>, 1>,
) -> Answer {
    let step = named(&name)?;
    let mut kept = setup.kept().lock().await;
    if kept.done {
        return Err(over().into());
    }
    for field in step.fields() {
        kept.answers.set(field, form.fields.get(*field).map_or("", String::as_str));
    }
    let mut errors = Vec::new();
    if let (Step::Programme, Some(file)) = (step, form.files.into_iter().next()) {
        if file.too_large || file.bytes.len() > LARGEST_PACK {
            let large = FieldError::new("pack", "setup-pack-too-large").with("max", LARGEST_PACK >> 20);
            errors.push(large);
        } else {
            match setup.founder().take_pack(file.bytes.to_vec()).await {
                // Who sends a pack means it to be taken.
                Ok(seen) => {
                    kept.pack = Some(seen);
                    kept.answers.set("programme", "own");
                }
                Err(Error::Invalid(wrong)) => {
                    let said = |error: FieldError| match error.field.as_str() {
                        "pack" => error,
                        place => {
                            let why = format!("{place}: {}", guest.words.field_error(&error));
                            FieldError::new("pack", "setup-pack-wrong").with("why", why)
                        }
                    };
                    errors.extend(wrong.into_iter().take(MOST_LINES).map(said));
                }
                Err(other) => return Err(other.into()),
            }
        }
    }
    if errors.is_empty() {
        errors = wrong(&setup, &kept.answers, step);
    }
    if errors.is_empty() {
        return Ok(see_other(&after(step)));
    }
    let errors = FormErrors::take_named(&guest.words, Error::Invalid(errors), LABELS)?;
    show(&guest, step, &kept.answers, kept.pack.clone(), errors)
}

struct ReviewPart {
    step: &'static str,
    title: String,
    facts: Vec<(String, String)>,
    wrong: bool,
}

#[derive(Template)]
#[template(path = "setup/review.html")]
struct Review {
    w: Words,
    csrf: String,
    progress: String,
    parts: Vec<ReviewPart>,
    ready: bool,
    errors: FormErrors,
}

/// `GET /setup/review`: one look at everything.
pub(super) async fn review(State(setup): State<SetUp>, guest: Guest) -> Answer {
    let kept = setup.kept().lock().await;
    if kept.done {
        return Err(over().into());
    }
    look_over(&setup, &guest, &kept.answers, kept.pack.as_ref(), FormErrors::default())
}

fn look_over(setup: &SetUp, guest: &Guest, answers: &Answers, pack: Option<&PackSeen>, errors: FormErrors) -> Answer {
    let words = &guest.words;
    let value = |field: &str| match field {
        "programme" if answers.of(field) == "own" => pack
            .map(|pack| format!("{} · {}", of_whom(words, pack), lines(words, pack).join(" · ")))
            .unwrap_or_default(),
        "programme" | "reach" if !answers.of(field).is_empty() => {
            words.t(&format!("setup-{field}-{}", answers.of(field)))
        }
        _ => answers.of(field).to_owned(),
    };
    let part = |step: Step| ReviewPart {
        step: step.as_str(),
        title: words.t(&format!("setup-part-{}", step.as_str())),
        facts: step
            .fields()
            .iter()
            // A certificate that was tried and given up is no part of the house.
            .filter(|field| !field.starts_with("tls_") || answers.of("reach") == "cert")
            .map(|field| (words.t(&format!("{LABELS}{}", field.replace('_', "-"))), value(field)))
            .filter(|(_, value)| !value.is_empty())
            .collect(),
        wrong: !wrong(setup, answers, step).is_empty(),
    };
    let parts: Vec<ReviewPart> = Step::ALL.into_iter().map(part).collect();
    let (count, failed) = (Step::ALL.len() + 1, !errors.is_empty());
    let body = Review {
        csrf: guest.csrf.clone(),
        progress: words.t2("setup-progress", "n", count, "of", count),
        ready: parts.iter().all(|part| !part.wrong),
        parts,
        errors,
        w: words.clone(),
    };
    let page = Page::new(Face::Street, words.t("setup-review-title"));
    if failed { page.failed(StatusCode::UNPROCESSABLE_ENTITY) } else { page }.framed(guest.frame(), &body)
}

#[derive(Template)]
#[template(path = "setup/done.html")]
struct Done {
    w: Words,
    place: String,
    login: String,
    link: String,
    restart: Option<String>,
    notes: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// `POST /setup/found`: the house is made, once; the link is on this one answer and nowhere else.
pub(super) async fn found(State(setup): State<SetUp>, guest: Guest, _: Form<Nothing>) -> Answer {
    let mut kept = setup.kept().lock().await;
    if kept.done {
        return Err(over().into());
    }
    let made = match NewHouse::parse(&kept.answers) {
        Ok(house) => {
            let (name, login) = (house.name.to(guest.words.locale()).to_owned(), house.admin.login.clone());
            setup.founder().found(house, kept.answers.clone()).await.map(|made| (made, name, login))
        }
        Err(wrong) => Err(wrong),
    };
    let refused = match made {
        Ok((Founded { link, restart, file, added, without_database }, place, login)) => {
            kept.done = true;
            let words = &guest.words;
            let mut notes = Vec::new();
            if !added.is_empty() {
                notes.push(words.t2("setup-note-written", "file", file, "names", added.join(", ")));
            }
            if without_database {
                notes.push(words.t("setup-note-database"));
            }
            let body = Done { w: guest.words.clone(), place, login, link, restart, notes };
            let page = Page::new(Face::Street, guest.words.t("setup-done-title"));
            return page.framed(guest.frame(), &body);
        }
        Err(Error::Conflict(key, args)) => Error::Invalid(vec![FieldError { field: "review".to_owned(), key, args }]),
        Err(other) => other,
    };
    let errors = FormErrors::take_named(&guest.words, refused, LABELS)?;
    look_over(&setup, &guest, &kept.answers, kept.pack.as_ref(), errors)
}
