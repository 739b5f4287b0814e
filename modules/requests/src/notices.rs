//! Who is told what when something happens to a matter: one table, and the job that follows it.

use serde_json::Value;
use tongxin_base::calendar::LimitKind;
use tongxin_base::{Error, Result, TenantId, Time};
use tongxin_db::{Read, Tx};
use tongxin_kernel::{
    Address, AddressBook, Anything, Event, JobKind, JobRun, Kernel, NewNotice, NoticeLink, PersonId, Recipient,
    Subject, Subscription, contact, notice_store, people_store,
};

use crate::domain::{OrderId, OrderKind, ReportId};
use crate::jobs;
use crate::store::requests::{Reported, Request};
use crate::store::{categories, orders, requests, told};

/// The kind of subject a report is to the kernel: an address may have been left at it.
pub(crate) const REPORT: &str = "report";

/// Whom.
#[derive(Debug, Clone, Copy)]
enum Audience {
    /// Everybody who reported the matter: in the house, or by the address they left.
    Reporters,
    /// The worker: who the event says, else who has the newest order.
    Worker,
    /// Who had the order before.
    Former,
    /// Those who look after the matter's unit, of the nearest level.
    Manager,
    /// Those who look after the unit that the event names.
    Called,
    /// Those who look after the whole subdistrict.
    Top,
}

/// In which case.
#[derive(Debug, Clone, Copy)]
enum When {
    Always,
    /// The event's field is this word.
    Is(&'static str, &'static str),
    /// The event's field is true.
    True(&'static str),
    /// The event's field is above this number.
    Above(&'static str, i64),
    /// Somebody other than its reporters did it.
    ByStaff,
}

struct Rule {
    to: Audience,
    when: When,
    key: &'static str,
}

const fn reporters(key: &'static str) -> Rule {
    Rule { to: Audience::Reporters, when: When::Always, key }
}

const fn worker(key: &'static str) -> Rule {
    Rule { to: Audience::Worker, when: When::Always, key }
}

const fn manager(key: &'static str) -> Rule {
    Rule { to: Audience::Manager, when: When::Always, key }
}

const fn when(when: When, rule: Rule) -> Rule {
    Rule { when, ..rule }
}

/// The table. Nobody is told of their own act, and nobody twice of one event: the first rule that names them holds.
const TOLD: [(&str, &[Rule]); 24] = [
    ("requests.accepted", &[reporters("requests-notice-accepted")]),
    ("requests.declined", &[reporters("requests-notice-declined")]),
    ("requests.withdrawn", &[when(When::ByStaff, reporters("requests-notice-withdrawn"))]),
    (
        "requests.message",
        &[
            when(When::Is("kind", "question"), reporters("requests-notice-question")),
            when(When::Is("kind", "update"), reporters("requests-notice-update")),
            when(When::Is("kind", "answer"), worker("requests-notice-answer")),
            when(When::Is("kind", "answer"), manager("requests-notice-answer")),
        ],
    ),
    ("requests.started", &[reporters("requests-notice-started")]),
    ("requests.done", &[reporters("requests-notice-done")]),
    ("requests.merged", &[reporters("requests-notice-merged")]),
    ("requests.split", &[reporters("requests-notice-split")]),
    ("requests.moved", &[reporters("requests-notice-moved")]),
    ("requests.closed", &[reporters("requests-notice-closed")]),
    ("requests.order_assigned", &[worker("requests-notice-assigned"), manager("requests-notice-assigned-by-clock")]),
    ("requests.urgent", &[manager("requests-notice-urgent")]),
    (
        "requests.order_transferred",
        &[
            worker("requests-notice-transferred"),
            Rule { to: Audience::Former, when: When::Always, key: "requests-notice-taken-over" },
        ],
    ),
    ("requests.order_cancelled", &[worker("requests-notice-cancelled")]),
    (
        "requests.exclusion_asked",
        &[Rule { to: Audience::Top, when: When::Always, key: "requests-notice-exclusion-asked" }],
    ),
    ("requests.order_lapsed", &[worker("requests-notice-lapsed")]),
    (
        "requests.reopened",
        &[
            when(When::True("to_handler"), worker("requests-notice-yours-again")),
            when(When::Above("times", 2), manager("requests-notice-reopened-often")),
        ],
    ),
    ("requests.nobody_free", &[manager("requests-notice-nobody-free")]),
    ("requests.yellow", &[manager("requests-notice-yellow")]),
    ("requests.red", &[manager("requests-notice-red")]),
    ("requests.delegated", &[Rule { to: Audience::Called, when: When::Always, key: "requests-notice-delegated" }]),
    ("requests.delegation_answered", &[manager("requests-notice-delegation-answered")]),
    (
        "requests.delegation_late",
        &[
            Rule { to: Audience::Called, when: When::Always, key: "requests-notice-delegation-late" },
            manager("requests-notice-delegation-late"),
        ],
    ),
    (
        "requests.delegation_recalled",
        &[Rule { to: Audience::Called, when: When::Always, key: "requests-notice-delegation-recalled" }],
    ),
];

/// The job of this file.
const JOB: &str = "requests.notify";

/// What this file does in the background.
pub const NOTIFY: JobKind = JobKind { kind: JOB, run: |kernel, run| Box::pin(notify(kernel, run)) };

const HEARD: usize = jobs::SUBSCRIPTIONS.len() + TOLD.len();

/// What the room listens to: the topics of the other jobs, and those of the table.
pub const SUBSCRIPTIONS: [Subscription; HEARD] = {
    let mut all = [Subscription { topic: "", job: JOB }; HEARD];
    let mut i = 0;
    while i < HEARD {
        if i < TOLD.len() {
            all[i].topic = TOLD[i].0;
        } else {
            all[i] = jobs::SUBSCRIPTIONS[i - TOLD.len()];
        }
        i += 1;
    }
    all
};

/// The addresses that reporters without an account left.
pub const ADDRESSES: AddressBook = AddressBook { kind: REPORT, find: |read, tenant, id| address(read, tenant, id) };

fn address(read: &mut Read<'_>, tenant: TenantId, id: tongxin_base::Id<Anything>) -> Result<Option<Address>> {
    told::address(read, tenant, ReportId::from_uuid(id.uuid()))
}

/// An id in an event's payload.
fn id_in<K>(payload: &Value, field: &str) -> Option<tongxin_base::Id<K>> {
    payload.get(field)?.as_str()?.parse().ok()
}

impl When {
    fn holds(self, event: &Event, reporters: &[Reported]) -> bool {
        let field = |name: &str| event.payload.get(name);
        match self {
            Self::Always => true,
            Self::Is(name, word) => field(name).and_then(Value::as_str) == Some(word),
            Self::True(name) => field(name).and_then(Value::as_bool) == Some(true),
            Self::Above(name, number) => field(name).and_then(Value::as_i64).is_some_and(|value| value > number),
            Self::ByStaff => {
                event.actor.is_some_and(|actor| reporters.iter().all(|report| report.person_id != Some(actor)))
            }
        }
    }
}

/// What the job reads before it decides.
struct Facts {
    request: Request,
    category: Option<tongxin_base::Label>,
    reporters: Vec<Reported>,
    order: Option<(OrderId, Option<PersonId>)>,
}

impl Facts {
    fn load(read: &mut Read<'_>, tenant: TenantId, event: &Event) -> Result<Self> {
        let request = requests::one(read, tenant, event.subject.typed())?;
        let category = categories::one(read, tenant, &request.category)?.map(|category| category.name);
        // The reporters of a matter that was merged follow the other one from now on.
        let follows = id_in(&event.payload, "into").unwrap_or(request.id);
        let mut reporters = requests::reports(read, tenant, follows)?;
        if let Some(ids) = event.payload.get("reports").and_then(Value::as_array) {
            let named = |report: &Reported| ids.iter().any(|id| id.as_str() == Some(&report.id.to_string()));
            reporters.retain(named);
        }
        let order = match id_in::<OrderKind>(&event.payload, "order") {
            Some(id) => Some(orders::one(read, tenant, id)?),
            None => orders::latest(read, tenant, request.id)?,
        };
        Ok(Self { request, category, reporters, order: order.map(|order| (order.id, order.worker_id)) })
    }

    fn urgent(&self) -> bool {
        self.request.urgent || self.request.finish_limit.kind() == LimitKind::ClockHours
    }
}

/// Whom a rule names, and where their notice leads.
fn named(
    read: &mut Read<'_>,
    tenant: TenantId,
    (rule, event, facts): (&Rule, &Event, &Facts),
    now: Time,
) -> Result<Vec<(Recipient, NoticeLink)>> {
    let desk = || NoticeLink::path(format!("/desk/requests/{}", facts.request.id));
    let people = |people: Vec<PersonId>, link: NoticeLink| {
        people.into_iter().map(|person| (Recipient::Person(person), link.clone())).collect()
    };
    Ok(match rule.to {
        Audience::Reporters => {
            let mut all = Vec::new();
            for report in &facts.reporters {
                all.extend(reached(read, tenant, report, rule.key)?);
            }
            all
        }
        Audience::Worker => {
            let said = ["to", "worker"].into_iter().find_map(|field| id_in(&event.payload, field));
            let worker: Option<PersonId> = said.or(facts.order.and_then(|(_, worker)| worker));
            let link = facts.order.map(|(order, _)| NoticeLink::path(format!("/work/orders/{order}")));
            people(worker.into_iter().collect(), link.unwrap_or_else(|| NoticeLink::path("/work")))
        }
        Audience::Former => people(id_in(&event.payload, "from").into_iter().collect(), NoticeLink::path("/work")),
        Audience::Manager => people(people_store::staff_over(read, tenant, &facts.request.unit_path, now)?, desk()),
        Audience::Top => {
            let root = facts.request.unit_path.split_inclusive('/').next().unwrap_or_default();
            people(people_store::staff_over(read, tenant, root, now)?, desk())
        }
        Audience::Called => {
            let unit = event.payload.get("unit_path").and_then(Value::as_str).unwrap_or_default();
            people(people_store::staff_over(read, tenant, unit, now)?, desk())
        }
    })
}

/// The ways to one reporter: their account, and the address they left unless the account gets letters anyway.
fn reached(
    read: &mut Read<'_>,
    tenant: TenantId,
    report: &Reported,
    key: &str,
) -> Result<Vec<(Recipient, NoticeLink)>> {
    let place = if key == "requests-notice-done" { "#rate" } else { "" };
    let id = Subject::new(REPORT, report.id);
    let link = NoticeLink { path: format!("/r/*{place}"), secret_of: Some(id.id) };
    let mut ways = Vec::new();
    let mut by_mail = false;
    if let Some(person) = report.person_id {
        by_mail = contact::of(read, tenant, person)?.is_some_and(|contact| contact.notices_by_mail);
        ways.push((Recipient::Person(person), link.clone()));
    }
    if report.email.is_some() && !by_mail {
        ways.push((Recipient::Reachable(id), link));
    }
    Ok(ways)
}

/// Whether a recipient is who did it: no account did what somebody without one did.
fn did_it(to: &Recipient, event: &Event, facts: &Facts) -> bool {
    let Some(actor) = event.actor else { return false };
    match to {
        Recipient::Person(person) => *person == actor,
        Recipient::Reachable(report) => {
            facts.reporters.iter().any(|r| r.id == report.typed() && r.person_id == Some(actor))
        }
    }
}

/// The notices of one event.
fn notices(kernel: &Kernel, read: &mut Read<'_>, run: &JobRun, event: &Event, now: Time) -> Result<Vec<NewNotice>> {
    let tenant = run.tenant.id;
    let Some((_, rules)) = TOLD.iter().find(|(topic, _)| *topic == event.topic) else { return Ok(Vec::new()) };
    let facts = Facts::load(read, tenant, event)?;
    let mut made: Vec<NewNotice> = Vec::new();
    for rule in rules.iter().filter(|rule| rule.when.holds(event, &facts.reporters)) {
        for (to, link) in named(read, tenant, (rule, event, &facts), now)? {
            if did_it(&to, event, &facts) || made.iter().any(|notice| notice.to == to) {
                continue;
            }
            let mut notice = NewNotice::new(kernel.world(), run.id, to, event.subject.clone(), rule.key);
            notice.args.insert("number".to_owned(), facts.request.number.as_str().into());
            let category = facts.category.as_ref().map_or_else(|| facts.request.category.as_str().into(), Into::into);
            notice.args.insert("category".to_owned(), category);
            notice.link = link;
            notice.at_work = !matches!(rule.to, Audience::Reporters);
            notice.urgent = notice.at_work && facts.urgent();
            made.push(notice);
        }
    }
    Ok(made)
}

async fn notify(kernel: Kernel, run: JobRun) -> Result<()> {
    let event: Event = serde_json::from_value(run.payload.clone()).map_err(Error::internal)?;
    let (tenant, now) = (run.tenant.clone(), kernel.world().now());
    let decider = kernel.clone();
    let decide = move |read: &mut Read<'_>| notices(&decider, read, &run, &event, now);
    let made = match kernel.db().read(tenant.id, decide).await {
        // A matter that is not there any more concerns nobody.
        Err(Error::NotFound) => return Ok(()),
        made => made?,
    };
    if made.is_empty() {
        return Ok(());
    }
    let number = tenant.id;
    let write = move |tx: &mut Tx<'_>| notice_store::add(tx, &tenant, &made, now);
    kernel.db().write(number, JOB, write).await
}

/// Every key of the table, for the test that looks for its words.
pub fn keys() -> impl Iterator<Item = &'static str> {
    TOLD.iter().flat_map(|(_, rules)| rules.iter().map(|rule| rule.key))
}
