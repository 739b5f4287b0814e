//! `/sign-in/phone`: a code on a telephone, for residents. Whoever comes the first time has an account then; nothing here
//! needs one.

use std::sync::Arc;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::Error;
use tongxin_kernel::{Held, PersonId, Role, Subject, Tenant, Who, people_store};
use tongxin_web::{Answer, Ctx, Form, FormErrors, Words, own_path, see_other};

use super::{Asked, Nothing, one_wrong, show};
use crate::actions::{Change, change};
use crate::entry::{PHONE, enter, fresh};
use crate::phone::{self, Number};
use crate::throttle::{Throttle, Try};
use crate::{store, ticket};

/// What is kept while a code is on its way. The number of who is signed in already becomes another way in for them.
#[derive(Serialize, Deserialize)]
struct Waiting {
    number: Number,
    back: String,
}

#[derive(Template)]
#[template(path = "doors/phone.html")]
struct PhonePage {
    w: Words,
    csrf: String,
    back: String,
    number: String,
    demo: bool,
    errors: FormErrors,
}

#[derive(Template)]
#[template(path = "doors/phone_code.html")]
struct CodePage {
    w: Words,
    csrf: String,
    ticket: String,
    number: String,
    seconds: u64,
    demo: bool,
    errors: FormErrors,
}

/// Whether what is sent is shown: in the demo.
fn is_demo(ctx: &Ctx) -> bool {
    ctx.kernel().texter().is_some_and(|texter| texter.shown().is_some())
}

fn asking(ctx: &Ctx, number: String, back: &str, errors: FormErrors) -> Answer {
    if !phone::is_open(ctx.kernel()) {
        return Err(Error::NotFound.into());
    }
    let (back, demo) = (own_path(back).to_owned(), is_demo(ctx));
    let body = PhonePage { w: ctx.words.clone(), csrf: ctx.csrf(), back, number, demo, errors };
    show(ctx, "doors-phone-title", !body.errors.is_empty(), &body)
}

fn coding(ctx: &Ctx, ticket: String, number: &Number, errors: FormErrors) -> Answer {
    let body = CodePage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        ticket,
        number: number.masked(),
        seconds: phone::AGAIN.as_secs(),
        demo: is_demo(ctx),
        errors,
    };
    show(ctx, "doors-phone-code-title", !body.errors.is_empty(), &body)
}

/// `GET /sign-in/phone`
pub(crate) async fn page(ctx: Ctx, Query(asked): Query<Asked>) -> Answer {
    asking(&ctx, String::new(), &asked.back, FormErrors::default())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Wanted {
    number: String,
    back: String,
}

/// `POST /sign-in/phone`: sends a code; what is answered is the same for every number.
pub(crate) async fn send(ctx: Ctx, form: Form<Wanted>) -> Answer {
    let Wanted { number: typed, back } = form.fields;
    let kernel = ctx.kernel();
    let Some(number) = Number::parse(&typed) else {
        return asking(&ctx, typed, &back, one_wrong(&ctx, "number", "doors-phone-wrong")?);
    };
    let person = match ctx.who.person() {
        None => None,
        Some(_) => match fresh(&ctx, "/me/sign-in").await? {
            Ok(person) => Some(person),
            Err(again) => return Ok(again),
        },
    };
    // Whoever has codes sent all over town waits; the numbers themselves are counted where the codes are.
    let throttle = kernel.kept::<Throttle>();
    let place = Try::new(kernel.secret(), "send a code", &ctx.caller.bytes(), None);
    throttle.check(&place, kernel.world().now())?;
    throttle.wrong(&place, kernel.world().now());
    phone::send(kernel, &ctx.tenant, &number).await?;
    let waiting = Waiting { number: number.clone(), back: own_path(&back).to_owned() };
    let token = ticket::issue(kernel, &ctx.tenant, ticket::PHONE, person, &waiting).await?;
    coding(&ctx, token, &number, FormErrors::default())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    ticket: String,
    code: String,
    again: String,
}

/// `POST /sign-in/phone/code`
pub(crate) async fn check(ctx: Ctx, headers: HeaderMap, form: Form<Typed>) -> Answer {
    let kernel = ctx.kernel();
    let Typed { ticket: token, code, again } = form.fields;
    let held = ticket::look::<Waiting>(kernel, &ctx.tenant, ticket::PHONE, &token).await?;
    let Some((person, waiting)) = held else { return Ok(see_other("/sign-in/phone")) };
    if !again.is_empty() {
        phone::send(kernel, &ctx.tenant, &waiting.number).await?;
        return coding(&ctx, token, &waiting.number, FormErrors::default());
    }
    if !phone::check(kernel, &ctx.tenant, &waiting.number, &code).await? {
        let wrong = one_wrong(&ctx, "code", "doors-phone-code-wrong")?;
        return coding(&ctx, token, &waiting.number, wrong);
    }
    if ticket::take::<Waiting>(kernel, &ctx.tenant, ticket::PHONE, &token).await?.is_none() {
        return Ok(see_other("/sign-in/phone"));
    }
    if let Some(person) = person {
        if ctx.who.person().map(|who| who.id) != Some(person) {
            return Err(Error::Unauthenticated.into());
        }
        add(&ctx, person, &waiting.number).await?;
        return Ok(see_other("/me/sign-in?said=phone-added"));
    }
    let (person, new) = whose(&ctx, &waiting.number).await?;
    let back = if new && waiting.back == "/" { "/me/sign-in?said=welcome" } else { &waiting.back };
    enter(&ctx, &headers, (&ctx.tenant, person), PHONE, back).await
}

/// Whose a number is that was shown to be somebody's; a resident is made of who comes first.
async fn whose(ctx: &Ctx, number: &Number) -> Result<(PersonId, bool), Error> {
    let (kernel, id, asked) = (ctx.kernel(), ctx.tenant.id, number.clone());
    let known = kernel.db().read(id, move |read| store::by_phone(read, id, asked.as_str())).await?;
    if let Some(person) = known {
        return Ok((person, false));
    }
    let (person, number): (PersonId, _) = (kernel.world().id(), number.clone());
    let units = kernel.units(id)?;
    let root = units.root().map(|unit| unit.path.clone()).ok_or(Error::Unavailable)?;
    // A name is theirs to give, later or never.
    let name = ctx.words.t("doors-resident");
    let call = kernel.call(&ctx.tenant, &Who::Nobody);
    let made = kernel.act(call, "doors.join", move |act| {
        let now = act.call.now;
        people_store::add_person(act.tx, id, person, (&name, &name), now)?;
        let post = Held { unit_path: root.clone(), role: Role::Resident };
        people_store::add_post(act.tx, id, person, &post, now)?;
        if !store::add_phone(act.tx, id, person, number.as_str(), now)? {
            return Err(Error::conflict("doors-phone-taken"));
        }
        act.journal("doors.join", &Subject::new("person", person), json!({"how": "phone"}), None)
    });
    made.await?;
    Ok((person, true))
}

/// A number becomes a way in for who is signed in.
async fn add(ctx: &Ctx, person: PersonId, number: &Number) -> Result<(), Error> {
    let (kernel, id, number) = (ctx.kernel(), ctx.tenant.id, number.clone());
    let added = Change { person, action: "doors.add_phone", payload: json!({}), notice: "doors-notice-phone-added" };
    let tenant: &Arc<Tenant> = &ctx.tenant;
    change(kernel, tenant, added, move |act| {
        let now = act.call.now;
        store::drop_phone(act.tx, id, person)?;
        if store::add_phone(act.tx, id, person, number.as_str(), now)? {
            Ok(())
        } else {
            Err(Error::conflict("doors-phone-taken"))
        }
    })
    .await
}

/// `POST /me/sign-in/phone/remove`
pub(crate) async fn remove(ctx: Ctx, _: Form<Nothing>) -> Answer {
    let person = match fresh(&ctx, "/me/sign-in").await? {
        Ok(person) => person,
        Err(again) => return Ok(again),
    };
    let id = ctx.tenant.id;
    let gone = Change { person, action: "doors.drop_phone", payload: json!({}), notice: "doors-notice-phone-removed" };
    change(ctx.kernel(), &ctx.tenant, gone, move |act| store::drop_phone(act.tx, id, person).map(drop)).await?;
    Ok(see_other("/me/sign-in?said=phone-removed"))
}

struct Sent {
    number: String,
    code: String,
}

#[derive(Template)]
#[template(path = "doors/outbox.html")]
struct OutboxPage {
    w: Words,
    sent: Vec<Sent>,
}

/// `GET /demo/outbox`: the codes of the demo, where no gateway carries them; nowhere else.
pub(crate) async fn demo_outbox(ctx: Ctx) -> Answer {
    let sent = ctx.kernel().texter().and_then(|texter| texter.shown()).ok_or(Error::NotFound)?;
    let sent = sent.into_iter().map(|message| Sent { number: message.number, code: message.code }).collect();
    show(&ctx, "doors-outbox-title", false, &OutboxPage { w: ctx.words.clone(), sent })
}
