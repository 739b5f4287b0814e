//! What happens by itself: a post that is over is looked at, and those are told who must decide or should know.

use serde_json::Value;
use tongxin_base::{Error, Id, Result};
use tongxin_kernel::{
    Event, Held, JobKind, JobRun, Kernel, NewNotice, NoticeArg, NoticeLink, PersonId, Recipient, Role, Subject,
    Subscription, Who, notice_store, people_store,
};

use crate::actions::{self, OVER_JOB};

pub(crate) const JOBS: &[JobKind] = &[
    JobKind { kind: OVER_JOB, run: |kernel, run| Box::pin(over(kernel, run)) },
    JobKind { kind: NOTIFY, run: |kernel, run| Box::pin(notify(kernel, run)) },
];
const NOTIFY: &str = "people.notify";

pub(crate) const SUBSCRIPTIONS: &[Subscription] = &[
    Subscription { topic: "approvals.asked", job: NOTIFY },
    Subscription { topic: "approvals.decided", job: NOTIFY },
    Subscription { topic: "privacy.many_looks", job: NOTIFY },
    Subscription { topic: "people.post_given", job: NOTIFY },
    Subscription { topic: "people.post_ended", job: NOTIFY },
];

async fn over(kernel: Kernel, run: JobRun) -> Result<()> {
    let bad = || Error::internal("a post that is over without its person");
    let text = |name: &str| run.payload.get(name).and_then(Value::as_str);
    let person: PersonId = text("person").and_then(|id| id.parse().ok()).ok_or_else(bad)?;
    let role = text("role").and_then(Role::parse).ok_or_else(bad)?;
    let post = Held { unit_path: text("unit").ok_or_else(bad)?.to_owned(), role };
    let call = kernel.call(&run.tenant, &Who::System);
    kernel.act(call, "people.post_over", move |act| actions::post_over(act, person, &post)).await
}

async fn notify(kernel: Kernel, run: JobRun) -> Result<()> {
    let event: Event = serde_json::from_value(run.payload.clone()).map_err(Error::internal)?;
    let (tenant, now) = (run.tenant.id, kernel.world().now());
    let asked = event.payload.get("approval").and_then(Value::as_str).and_then(|id| id.parse::<Id<_>>().ok());
    let topic = event.topic.clone();
    let read = move |read: &mut tongxin_db::Read<'_>| match topic.as_str() {
        "approvals.asked" => people_store::with_roles(read, tenant, (Role::Admin, Role::Subdistrict), now),
        "privacy.many_looks" => people_store::with_roles(read, tenant, (Role::Auditor, Role::Auditor), now),
        "approvals.decided" => {
            let all = tongxin_kernel::approvals(read, tenant)?;
            let one = all.into_iter().find(|one| Some(one.id) == asked);
            Ok(one.and_then(|one| one.asked_by).map(|person| (person, String::new())).into_iter().collect())
        }
        _ => Ok(Vec::new()),
    };
    let mut people: Vec<PersonId> =
        kernel.db().read(tenant, read).await?.into_iter().map(|(person, _)| person).collect();
    if event.topic.starts_with("people.") {
        people.push(event.subject.typed());
    }
    let (key, href) = match event.topic.as_str() {
        "approvals.asked" => ("people-notice-asked", "/admin/approvals"),
        "approvals.decided" => ("people-notice-decided", "/admin/approvals"),
        "privacy.many_looks" => ("people-notice-looks", "/admin/looks"),
        "people.post_given" => ("people-notice-post", "/me"),
        _ => ("people-notice-post-ended", "/me"),
    };
    let notices: Vec<NewNotice> = people
        .into_iter()
        .filter(|person| event.actor != Some(*person))
        .map(|person| {
            let to = Recipient::Person(person);
            let subject: Subject = event.subject.clone();
            let mut notice = NewNotice::new(kernel.world(), run.id, to, subject, key);
            notice.link = NoticeLink::path(href);
            if let Some(looks) = event.payload.get("looks") {
                notice.args.insert("looks".to_owned(), NoticeArg::Text(looks.to_string()));
            }
            notice
        })
        .collect();
    let told = std::sync::Arc::clone(&run.tenant);
    kernel.db().write(tenant, "people.notify", move |tx| notice_store::add(tx, &told, &notices, now)).await
}
