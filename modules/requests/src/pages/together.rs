//! Several matters at once: chosen in the desk's table, looked at before anything is done, then each done in a write of its own,
//! so that one which somebody else was faster with does not hold up the others.

use askama::Template;
use serde::Deserialize;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Call, PersonId, ReadOrNot, Role, people_store};
use tongxin_web::{Answer, Choice, Ctx, Face, Form, Page, Words};

use super::{Sign, request_sign};
use crate::actions::{self, Seen, Where, facts};
use crate::api::read_names;
use crate::domain::{OrderState, RequestId, Status};
use crate::store::orders::{self, Order};
use crate::store::requests::{self, Request};

/// Matters of one go.
const MOST: usize = 100;

/// What can be done with several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Accept,
    Publish,
    Assign,
}

impl Deed {
    fn parse(word: &str) -> Option<Self> {
        [Self::Accept, Self::Publish, Self::Assign].into_iter().find(|deed| deed.as_str() == word)
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Publish => "publish",
            Self::Assign => "assign",
        }
    }

    const fn action(self) -> &'static str {
        match self {
            Self::Accept => "requests.accept",
            Self::Publish => "requests.publish",
            Self::Assign => "orders.transfer",
        }
    }

    /// Whether it can be done with one that stands so.
    fn suits(self, request: &Request, order: Option<&Order>) -> bool {
        match self {
            Self::Accept => request.status == Status::Received,
            Self::Publish => matches!(request.status, Status::Accepted | Status::Reopened),
            Self::Assign => order.is_some_and(|order| {
                matches!(order.state, OrderState::Open | OrderState::Grabbed | OrderState::Working)
            }),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Together {
    /// The ids, with blanks between them; behind a colon the version that was looked at.
    ids: String,
    deed: String,
    /// Whom an order is given to.
    worker: String,
    /// The list one came from.
    back: String,
    confirmed: String,
}

/// One of the chosen ones.
struct Chosen {
    /// As it goes on in the form: `id:version`.
    mark: String,
    href: String,
    number: String,
    category: String,
    place: String,
    status: Sign,
    /// Nothing stands against it, or it was done.
    fine: bool,
    words: String,
}

#[derive(Template)]
#[template(path = "requests/together.html")]
struct TogetherPage {
    w: Words,
    title: String,
    csrf: String,
    deed: &'static str,
    worker: String,
    worker_name: String,
    back: String,
    once: String,
    rows: Vec<Chosen>,
    /// How many can be done, or were.
    fine: usize,
    done: bool,
}

/// `id:version`, as the table's boxes have it.
fn marked(text: &str) -> Result<Vec<Seen>> {
    let unknown = || Error::field("ids", "form-unknown-choice");
    let mut all: Vec<Seen> = Vec::new();
    for mark in text.split_whitespace() {
        let (id, version) = mark.split_once(':').unwrap_or((mark, ""));
        let id: RequestId = id.parse().map_err(|_| unknown())?;
        if all.iter().all(|seen| seen.id != id) {
            all.push(Seen { id, version: version.parse().ok() });
        }
    }
    match all.len() {
        0 => Err(Error::rule("requests-together-none")),
        chosen if chosen > MOST => Err(Error::rule("requests-together-many").with("most", MOST)),
        _ => Ok(all),
    }
}

/// Who may be given an order, by name.
async fn candidates(ctx: &Ctx) -> Result<Vec<(PersonId, String)>> {
    let (tenant, now) = (ctx.tenant.id, ctx.kernel().world().now());
    let workers = (Role::GridWorker, Role::PartTime);
    ctx.kernel().db().read(tenant, move |read| people_store::with_roles(read, tenant, workers, now)).await
}

/// The same as choices of the table's form; none for a reader who may not give orders to anybody.
pub(super) async fn workers(ctx: &Ctx) -> Result<Vec<Choice>> {
    if !ctx.kernel().access().anywhere(&ctx.who, Deed::Assign.action()) {
        return Ok(Vec::new());
    }
    let choice = |(id, label): (PersonId, String)| Choice { value: id.to_string(), label, ..Choice::default() };
    Ok(candidates(ctx).await?.into_iter().map(choice).collect())
}

async fn chosen_worker(ctx: &Ctx, id: &str) -> Result<(PersonId, String)> {
    let found = candidates(ctx).await?.into_iter().find(|(worker, _)| worker.to_string() == id);
    found.ok_or_else(|| Error::field("worker", "form-unknown-choice"))
}

/// Only a list of ours is gone back to.
pub(super) fn back_to(back: &str) -> String {
    let ours = back == "/desk/requests" || back.starts_with("/desk/requests?");
    if ours { back.to_owned() } else { "/desk/requests".to_owned() }
}

/// `POST /desk/requests`: first what would happen, then, confirmed, what did.
pub(super) async fn page(ctx: Ctx, form: Form<Together>) -> Answer {
    let asked = &form.fields;
    let deed = Deed::parse(&asked.deed).ok_or_else(|| Error::field("deed", "form-unknown-choice"))?;
    let seen = marked(&asked.ids)?;
    let worker = if deed == Deed::Assign { Some(chosen_worker(&ctx, &asked.worker).await?) } else { None };
    let to = worker.as_ref().map(|(id, _)| *id);
    let confirmed = !asked.confirmed.is_empty();
    let mut rows = look(&ctx, deed, &seen).await?;
    if confirmed {
        for (row, seen) in rows.iter_mut().zip(&seen) {
            let call = ctx.call_once(&format!("{}.{}", form.once, seen.id))?;
            (row.fine, row.words) = match act(&ctx, call, deed, *seen, to).await {
                Ok(()) => (true, ctx.words.t("requests-together-done")),
                Err(error) => (false, in_words(&ctx.words, error)?),
            };
        }
    }
    let title = ctx.words.t(&format!("requests-together-{}", deed.as_str()));
    let body = TogetherPage {
        w: ctx.words.clone(),
        title: title.clone(),
        csrf: ctx.csrf(),
        deed: deed.as_str(),
        worker: asked.worker.clone(),
        worker_name: worker.map(|(_, name)| name).unwrap_or_default(),
        back: back_to(&asked.back),
        once: ctx.kernel().world().secret(),
        fine: rows.iter().filter(|row| row.fine).count(),
        rows,
        done: confirmed,
    };
    Page::new(Face::Desk, title).show(&ctx, &body)
}

/// The chosen ones as they stand, and what stands against it. One that may not be seen is as if it were not there.
async fn look(ctx: &Ctx, deed: Deed, seen: &[Seen]) -> Result<Vec<Chosen>> {
    let (tenant, ids) = (ctx.tenant.id, seen.iter().map(|seen| seen.id).collect::<Vec<_>>());
    let read = move |read: &mut tongxin_db::Read<'_>| {
        ids.iter()
            .map(|id| Ok((requests::one(read, tenant, *id)?, orders::latest(read, tenant, *id)?)))
            .collect::<Result<Vec<_>>>()
    };
    let found = ctx.kernel().db().read(tenant, read).await?;
    let names = read_names(ctx, ctx.locale()).await?;
    let (access, w) = (ctx.kernel().access(), &ctx.words);
    let row = |((request, order), seen): ((Request, Option<Order>), &Seen)| {
        let facts = facts(&request, order.as_ref(), false, &ctx.who);
        access.require(&ctx.who, "requests.read", ReadOrNot::If("requests.read"), &facts)?;
        let changed = seen.version.is_some_and(|version| version != request.version);
        let against = if changed {
            "requests-together-changed"
        } else if !deed.suits(&request, order.as_ref()) {
            "requests-together-state"
        } else if !access.allows(&ctx.who, deed.action(), &facts) {
            "requests-together-may-not"
        } else {
            ""
        };
        Ok(Chosen {
            mark: format!("{}:{}", request.id, request.version),
            href: format!("/desk/requests/{}", request.id),
            category: names.category(&request.category).name,
            place: names.unit(&request.unit_path).name,
            status: request_sign(w, request.status),
            fine: against.is_empty(),
            words: if against.is_empty() { w.t("requests-together-ready") } else { w.t(against) },
            number: request.number,
        })
    };
    found.into_iter().zip(seen).map(row).collect()
}

async fn act(ctx: &Ctx, call: Call, deed: Deed, seen: Seen, to: Option<PersonId>) -> Result<()> {
    let kernel = ctx.kernel();
    match (deed, to) {
        (Deed::Accept, _) => actions::accept(kernel, call, seen).await.map(drop),
        (Deed::Publish, _) => actions::publish(kernel, call, seen, Where::default()).await.map(drop),
        (Deed::Assign, to) => {
            let tenant = ctx.tenant.id;
            let order = ctx.kernel().db().read(tenant, move |read| orders::latest(read, tenant, seen.id)).await?;
            let (order, to) = order.zip(to).ok_or(Error::NotFound)?;
            actions::transfer(kernel, call, order.id, to).await.map(drop)
        }
    }
}

/// Why one of several was not done; what is wrong with the house itself goes on as it is.
fn in_words(w: &Words, error: Error) -> Result<String> {
    match error {
        Error::Conflict(key, args) | Error::Rule(key, args) => Ok(w.with(&key, &args)),
        Error::Invalid(fields) => Ok(fields.iter().map(|field| w.field_error(field)).collect::<Vec<_>>().join(" ")),
        Error::Forbidden => Ok(w.t("requests-together-may-not")),
        Error::NotFound => Ok(w.t("requests-together-state")),
        other => Err(other),
    }
}
