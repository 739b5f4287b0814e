//! One matter on the desk: all that is known of it, and everything that can be done to it now.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::Deserialize;
use tongxin_base::{Error, FieldError, Label, Result, Time};
use tongxin_kernel::{Purpose, Role, people_store};
use tongxin_web::{Answer, Choice, ChoiceGroup, Ctx, Face, Form, FormErrors, Page, Words, see_other};

use super::photos::{Album, albums};
use super::{Clockwork, Sign, Step, category_groups, limit_sign, request_sign, steps, why_words};
use crate::actions::{self, Decline, Part, Seen, Where, asked_here, facts};
use crate::api::{read_detail, read_history, read_names, request_id, request_named, worker_named};
use crate::domain::{
    ContactHow, MessageWay, ORDER, OrderVerb, PhotoKind, Phrase, PhraseKind, Pool, REQUEST, RequestId, Status, Verb,
};
use crate::store::{categories, phrases};
use crate::views::Detail;

struct Said {
    who: String,
    when: String,
    at: String,
    text: String,
}

/// What one reporter said of it.
struct Report {
    name: String,
    phone: String,
    email: String,
    place: String,
    words: String,
    when: String,
}

/// Another matter that this one has to do with.
struct Relative {
    href: String,
    number: String,
    relation: String,
    status: Sign,
}

/// A unit that was called.
struct Call {
    id: String,
    unit: String,
    words: String,
    when: String,
    due: String,
    limit: Sign,
    /// How it ended; empty while it is open.
    end: String,
    answer: String,
    may_answer: bool,
}

/// A stage of its time.
struct StageRow {
    name: String,
    due: String,
    reached: String,
    late: bool,
}

#[derive(Template)]
#[template(path = "requests/matter.html")]
struct MatterPage {
    w: Words,
    csrf: String,
    id: String,
    base: String,
    version: i64,
    number: String,
    category: String,
    unit: String,
    point: String,
    site: String,
    reports: Vec<Report>,
    phone_hidden: bool,
    channel: String,
    source: Vec<(String, String)>,
    status: Sign,
    limit: Sign,
    running: bool,
    when: String,
    stages: Vec<StageRow>,
    waits_for: String,
    reason: String,
    worker: String,
    why: String,
    order_status: String,
    note: String,
    materials: Vec<String>,
    relatives: Vec<Relative>,
    calls: Vec<Call>,
    exclusion: String,
    urgent: bool,
    outside: bool,
    held: bool,
    excluded: bool,
    stars: Vec<Choice>,
    solved: Vec<Choice>,
    albums: Vec<Album>,
    said: Vec<Said>,
    steps: Vec<Step>,
    lists: Lists,
    may: May,
    meanwhile: String,
    errors: FormErrors,
    form: MatterForm,
}

/// What can be chosen.
#[derive(Default)]
struct Lists {
    pools: Vec<Choice>,
    workers: Vec<Choice>,
    hows: Vec<Choice>,
    ways: Vec<Choice>,
    skills: Vec<Choice>,
    declines: Vec<Choice>,
    excludes: Vec<Choice>,
    replies: Vec<Choice>,
    units: Vec<Choice>,
    categories: Vec<ChoiceGroup>,
}

/// What the asker may do now, by post and by the workflow.
struct May {
    accept: bool,
    release: bool,
    share: bool,
    decline: bool,
    publish: bool,
    contact: bool,
    message: bool,
    transfer: bool,
    withdraw: bool,
    close: bool,
    merge: bool,
    split: bool,
    move_on: bool,
    delegate: bool,
    exclude: bool,
    decide: bool,
    rate: bool,
    reveal: bool,
}

impl May {
    /// Whether there is anything in the drawer of what is seldom done.
    fn more(&self) -> bool {
        self.merge || self.split || self.move_on || self.delegate || self.exclude || self.withdraw
    }
}

/// Whatever a form of the page sends. Each field has a name of its own, so that an error finds its place.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct MatterForm {
    version: Option<i64>,
    code: String,
    reason: String,
    pool: String,
    publish_unit: String,
    publish_skill: String,
    how: String,
    note: String,
    reply: String,
    text: String,
    way: String,
    purpose: String,
    to: String,
    into: String,
    category: String,
    unit: String,
    part_category: String,
    part_words: String,
    whistle_unit: String,
    whistle_text: String,
    whistle_limit: String,
    delegation: String,
    answer: String,
    exclude_code: String,
    exclude_text: String,
    approve: String,
}

pub(super) async fn detail(ctx: Ctx, Path(id): Path<String>) -> Answer {
    show(&ctx, request_id(&id)?, Shown::default(), MatterForm::default()).await
}

/// How the page is shown, besides what stands in the tables.
#[derive(Default)]
struct Shown {
    errors: FormErrors,
    /// Why what was asked could not be done: something has changed meanwhile.
    meanwhile: String,
    revealed: bool,
}

fn may(ctx: &Ctx, detail: &Detail) -> May {
    let (access, request) = (ctx.kernel().access(), &detail.request);
    let facts = facts(request, detail.order.as_ref(), false, &ctx.who);
    let called = |action: &str| asked_here(access, &ctx.who, action, &detail.delegations);
    let allowed = |action: &str| access.allows(&ctx.who, action, &facts);
    let can = |action: &str, verb: Verb| allowed(action) && REQUEST.next(request.status, verb).is_some();
    let handed = |verb: OrderVerb| detail.order.as_ref().is_some_and(|order| ORDER.next(order.state, verb).is_some());
    let runs = detail.view.status.is_under_way();
    let asked = detail.exclusions.iter().any(|asked| asked.decided_at.is_none());
    May {
        accept: can("requests.accept", Verb::Accept),
        release: allowed("requests.release") && request.held.is_some(),
        share: allowed("requests.share") && request.held.is_none(),
        decline: can("requests.decline", Verb::Decline),
        publish: can("requests.publish", Verb::Publish),
        contact: (allowed("requests.contact") || called("requests.contact")) && runs,
        message: allowed("requests.message") || called("requests.message"),
        transfer: allowed("orders.transfer") && (handed(OrderVerb::Transfer) || handed(OrderVerb::Assign)),
        withdraw: can("requests.withdraw", Verb::Withdraw),
        close: can("requests.close", Verb::Close),
        merge: can("requests.merge", Verb::Merge),
        split: allowed("requests.split") && runs,
        move_on: allowed("requests.move") && runs,
        delegate: allowed("requests.delegate") && runs,
        exclude: allowed("requests.exclude") && !request.excluded && !asked,
        decide: allowed("requests.decide_exclusion") && asked,
        reveal: allowed("requests.reveal") || called("requests.reveal"),
        rate: allowed("requests.rate") && request.status == Status::Done,
    }
}

/// All but the last four digits of a phone number.
fn masked(phone: &str) -> String {
    let length = phone.chars().count();
    phone.chars().enumerate().map(|(i, c)| if i + 4 < length && c.is_ascii_digit() { '•' } else { c }).collect()
}

/// The first letter of an address, and where it is.
fn masked_email(email: &str) -> String {
    email
        .split_once('@')
        .map_or_else(String::new, |(user, host)| format!("{}•••@{host}", user.chars().next().unwrap_or('•')))
}

async fn show(ctx: &Ctx, id: RequestId, shown: Shown, form: MatterForm) -> Answer {
    let detail = read_detail(ctx, id, None).await?;
    let history = read_history(ctx, &detail).await?;
    let source = super::source::source_facts(ctx, detail.request.id, &detail.request.channel).await?;
    let lists = lists(ctx, &detail, &form).await?;
    let may = may(ctx, &detail);
    let (w, clock, view) = (&ctx.words, Clockwork { ctx }, &detail.view);
    let order = view.order.as_ref();
    let said = detail.messages.iter().map(|message| Said {
        who: w.t(match message.way {
            MessageWay::Question => "requests-said-question",
            MessageWay::Answer => "requests-said-answer",
            MessageWay::Note => "requests-said-note",
            MessageWay::Update => "requests-said-update",
        }),
        when: clock.say(message.at),
        at: message.at.to_string(),
        text: message.text.clone(),
    });
    let hidden = detail.reports.iter().any(|report| report.phone.is_some() || report.email.is_some());
    let stages = view.stages.iter().map(|stage| StageRow {
        name: w.t(&format!("requests-stage-{}", stage.name)),
        due: clock.say(stage.due_at),
        reached: clock.say_if(stage.reached_at),
        late: !stage.in_time,
    });
    let body = MatterPage {
        csrf: ctx.csrf(),
        id: id.to_string(),
        base: format!("/desk/requests/{id}"),
        version: view.version,
        number: view.number.clone(),
        category: view.category.name.clone(),
        unit: view.unit.name.clone(),
        point: view.location.map(|point| format!("{:.5}, {:.5}", point.lat, point.lon)).unwrap_or_default(),
        site: view.site.clone().unwrap_or_default(),
        reports: reports(&detail, (shown.revealed, may.reveal), &clock),
        phone_hidden: hidden && !shown.revealed,
        channel: w.t(&format!("requests-channel-{}", detail.request.channel)),
        source,
        status: request_sign(w, view.status),
        limit: limit_sign(w, view.limit),
        running: view.status.is_under_way(),
        when: clock.say(view.created_at),
        stages: stages.collect(),
        waits_for: waits_for(ctx, &detail, &lists.1),
        reason: view.reason.clone().unwrap_or_default(),
        worker: order.and_then(|order| order.worker.clone()).unwrap_or_default(),
        why: order.and_then(|order| order.why.as_ref()).map(|why| why_words(w, why)).unwrap_or_default(),
        order_status: order.map(|order| w.t(&format!("status-order-{}", order.status))).unwrap_or_default(),
        note: order.and_then(|order| order.note.clone()).unwrap_or_default(),
        materials: detail.materials.iter().map(|material| super::material_words(w, material)).collect(),
        relatives: relatives(w, &detail),
        calls: calls(ctx, &detail).await?,
        exclusion: exclusion(ctx, &detail, &lists.1),
        urgent: view.urgent,
        outside: view.outside,
        held: view.held.is_some(),
        excluded: view.excluded,
        stars: super::stars(w),
        solved: super::solved(w),
        albums: albums(ctx, &view.photos, PhotoKind::ALL),
        said: said.collect(),
        steps: steps(ctx, &history),
        lists: lists.0,
        w: w.clone(),
        may,
        errors: shown.errors,
        meanwhile: shown.meanwhile,
        form,
    };
    let page = Page::new(Face::Desk, w.t1("requests-matter-title", "number", &view.number));
    let page = match (body.errors.is_empty(), body.meanwhile.is_empty()) {
        (false, _) => page.failed(StatusCode::UNPROCESSABLE_ENTITY),
        (_, false) => page.failed(StatusCode::CONFLICT),
        _ => page,
    };
    page.show(ctx, &body)
}

/// What reporters said. Who they are is for those who may call them.
fn reports(detail: &Detail, (revealed, known): (bool, bool), clock: &Clockwork<'_>) -> Vec<Report> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let report = |report: &crate::store::requests::Reported| Report {
        name: if known { text(&report.name) } else { String::new() },
        phone: match (revealed, known) {
            (true, _) => text(&report.phone),
            (_, true) => masked(&text(&report.phone)),
            _ => String::new(),
        },
        email: match (revealed, known) {
            (true, _) => text(&report.email),
            (_, true) => masked_email(&text(&report.email)),
            _ => String::new(),
        },
        place: text(&report.place),
        words: report.words.clone(),
        when: clock.say(report.created_at),
    };
    detail.reports.iter().map(report).collect()
}

/// What the clock waits for, in words; empty where it runs.
fn waits_for(ctx: &Ctx, detail: &Detail, all: &[Phrase]) -> String {
    match detail.request.pause_reason.as_deref() {
        None => String::new(),
        Some("question") => ctx.words.t("requests-waits-for-answer"),
        Some(code) => named(ctx, all, PhraseKind::Wait, code),
    }
}

fn named(ctx: &Ctx, all: &[Phrase], kind: PhraseKind, code: &str) -> String {
    let found = all.iter().find(|phrase| phrase.kind == kind && phrase.code == code);
    found.map_or_else(|| code.to_owned(), |phrase| phrase.name.to(ctx.locale()).to_owned())
}

fn exclusion(ctx: &Ctx, detail: &Detail, all: &[Phrase]) -> String {
    let Some(asked) = detail.exclusions.last() else { return String::new() };
    let reason = named(ctx, all, PhraseKind::Exclude, &asked.reason);
    let key = match asked.approved {
        None => "requests-exclusion-waits",
        Some(true) => "requests-exclusion-approved",
        Some(false) => "requests-exclusion-refused",
    };
    let words = asked.words.clone().unwrap_or_default();
    ctx.words.with(key, &[("reason".into(), reason), ("words".into(), words)])
}

fn relatives(w: &Words, detail: &Detail) -> Vec<Relative> {
    let relative = |request: &crate::store::requests::Request, key: &str| Relative {
        href: format!("/desk/requests/{}", request.id),
        number: request.number.clone(),
        relation: w.t(key),
        status: request_sign(w, request.status),
    };
    let id = detail.request.id;
    let into = detail.merged_into.iter().map(|into| relative(into, "requests-kin-into"));
    let others = detail.kin.iter().map(|other| {
        relative(other, if other.split_from == Some(id) { "requests-kin-part" } else { "requests-kin-merged" })
    });
    into.chain(others).collect()
}

async fn calls(ctx: &Ctx, detail: &Detail) -> Result<Vec<Call>> {
    let names = read_names(ctx, ctx.locale()).await?;
    let (clock, now) = (Clockwork { ctx }, ctx.kernel().world().now());
    let access = ctx.kernel().access();
    let call = |call: &crate::store::desk::Delegation| {
        let end = match (call.answered_at, call.recalled) {
            (None, _) => String::new(),
            (Some(at), false) => ctx.words.t1("requests-call-answered", "time", clock.say(at)),
            (Some(at), true) => ctx.words.t1("requests-call-recalled", "time", clock.say(at)),
        };
        Call {
            id: call.id.to_string(),
            unit: names.unit(&call.unit_path).name,
            words: call.words.clone(),
            when: clock.say(call.asked_at),
            due: clock.say(call.deadline.due),
            limit: limit_sign(&ctx.words, call.deadline.state(call.answered_at.unwrap_or(now)).into()),
            end,
            answer: call.answer.clone().unwrap_or_default(),
            may_answer: asked_here(access, &ctx.who, "requests.answer_delegation", std::slice::from_ref(call)),
        }
    };
    Ok(detail.delegations.iter().map(call).collect())
}

async fn lists(ctx: &Ctx, detail: &Detail, form: &MatterForm) -> Result<(Lists, Vec<Phrase>)> {
    let (tenant, now) = (ctx.tenant.id, ctx.kernel().world().now());
    let names = read_names(ctx, ctx.locale()).await?;
    let read = move |read: &mut tongxin_db::Read<'_>| lookups(read, tenant, now);
    let (pools, workers, all) = ctx.kernel().db().read(tenant, read).await?;
    let (w, locale) = (&ctx.words, ctx.locale());
    let choice = |value: String, label: String, chosen: bool| Choice { value, label, chosen, ..Choice::default() };
    let label = |label: &Label| label.to(locale).to_owned();
    let phrases = |kind: PhraseKind, chosen: &str| {
        let some = all.iter().filter(|phrase| phrase.kind == kind && phrase.active);
        some.map(|phrase| choice(phrase.code.clone(), label(&phrase.name), phrase.code == chosen)).collect::<Vec<_>>()
    };
    let way = if form.way.is_empty() { MessageWay::Note.as_str() } else { &form.way };
    let lists = Lists {
        pools: pools
            .into_iter()
            .map(|Pool { code, name, .. }| choice(code.clone(), label(&name), code == form.pool))
            .collect(),
        workers: workers.into_iter().map(|(id, name)| choice(id.to_string(), name, false)).collect(),
        hows: ContactHow::ALL
            .iter()
            .map(|how| choice(how.to_string(), w.t(&format!("requests-how-{how}")), *how == ContactHow::Phone))
            .collect(),
        ways: [MessageWay::Note, MessageWay::Update, MessageWay::Question]
            .map(|one| Choice {
                hint: w.t(&format!("requests-way-{one}-hint")),
                ..choice(one.to_string(), w.t(&format!("requests-way-{one}")), one.as_str() == way)
            })
            .into(),
        skills: phrases(PhraseKind::Skill, &form.publish_skill),
        declines: phrases(PhraseKind::Decline, &form.code),
        excludes: phrases(PhraseKind::Exclude, &form.exclude_code),
        replies: phrases(PhraseKind::Reply, &form.reply),
        units: names
            .units()
            .iter()
            .filter(|unit| unit.level.is_staffed() && unit.path != detail.request.unit_path)
            .map(|unit| choice(unit.code.clone(), label(&unit.name), false))
            .collect(),
        categories: category_groups(ctx, names.categories(), &form.category),
    };
    Ok((lists, all))
}

type Lookups = (Vec<Pool>, Vec<(tongxin_kernel::PersonId, String)>, Vec<Phrase>);

fn lookups(read: &mut tongxin_db::Read<'_>, tenant: tongxin_base::TenantId, now: Time) -> Result<Lookups> {
    let workers = people_store::with_roles(read, tenant, (Role::GridWorker, Role::PartTime), now)?;
    Ok((categories::pools(read, tenant)?, workers, phrases::all(read, tenant)?))
}

pub(super) async fn act(ctx: Ctx, Path((id, verb)): Path<(String, String)>, form: Form<MatterForm>) -> Answer {
    let id = request_id(&id)?;
    if verb == "reveal" {
        let purpose = Purpose::parse(&form.fields.purpose).unwrap_or(Purpose::Contact);
        let call = ctx.kernel().call(&ctx.tenant, &ctx.who);
        actions::reveal(ctx.kernel(), call, id, (actions::Shown::Contact, purpose)).await?;
        let shown = Shown { revealed: true, ..Shown::default() };
        return show(&ctx, id, shown, MatterForm::default()).await;
    }
    if verb == "slip" {
        return super::slip::show(&ctx, id).await;
    }
    match do_it(&ctx, id, &verb, form.fields.clone()).await {
        // Once answered, a matter of another unit may be out of sight.
        Ok(()) if verb == "answer" => Ok(see_other("/desk/whistles")),
        Ok(()) => Ok(see_other(&format!("/desk/requests/{id}"))),
        // Somebody else was at it: how it stands now, and what was written still in its place.
        Err(Error::Conflict(key, args)) => {
            let meanwhile = ctx.words.with(&key, &args);
            show(&ctx, id, Shown { meanwhile, ..Shown::default() }, form.fields).await
        }
        Err(error) => {
            let errors = FormErrors::take(&ctx.words, error)?;
            show(&ctx, id, Shown { errors, ..Shown::default() }, form.fields).await
        }
    }
}

/// What an action calls a field, in the names that the forms of this page give it.
fn renamed(error: Error, names: &[(&str, &str)]) -> Error {
    let Error::Invalid(fields) = error else { return error };
    let rename = |mut field: FieldError| {
        if let Some((_, ours)) = names.iter().find(|(theirs, _)| *theirs == field.field) {
            (*ours).clone_into(&mut field.field);
        }
        field
    };
    Error::Invalid(fields.into_iter().map(rename).collect())
}

async fn do_it(ctx: &Ctx, id: RequestId, verb: &str, form: MatterForm) -> Result<()> {
    let (kernel, call) = (ctx.kernel(), ctx.kernel().call(&ctx.tenant, &ctx.who));
    let seen = Seen { id, version: form.version };
    match verb {
        "accept" => actions::accept(kernel, call, seen).await.map(drop),
        "release" => actions::release(kernel, call, seen).await.map(drop),
        "decline" => {
            let why = Decline { code: form.code, words: form.reason };
            actions::decline(kernel, call, seen, why).await.map(drop)
        }
        "publish" => {
            let to = Where { pool: form.pool, unit: form.publish_unit, skill: form.publish_skill };
            let done = actions::publish(kernel, call, seen, to).await.map(drop);
            done.map_err(|error| renamed(error, &[("unit", "publish_unit"), ("skill", "publish_skill")]))
        }
        "contact" => {
            let how = ContactHow::parse(&form.how).ok_or_else(|| Error::field("how", "form-unknown-choice"))?;
            actions::contact(kernel, call, seen, how, form.note).await.map(drop)
        }
        "message" => {
            let way = MessageWay::parse(&form.way).filter(|way| *way != MessageWay::Answer);
            let way = way.ok_or_else(|| Error::field("way", "form-unknown-choice"))?;
            let text = reply(ctx, &form.reply, form.text).await?;
            actions::message(kernel, call, id, None, (text, way)).await.map(drop)
        }
        "transfer" => {
            let to = worker_named(ctx, &form.to).await?;
            let order = read_detail(ctx, id, None).await?.order.ok_or(Error::NotFound)?;
            actions::transfer(kernel, call, order.id, to).await.map(drop)
        }
        "withdraw" => actions::withdraw(kernel, call, seen, None).await.map(drop),
        "close" => actions::close(kernel, call, seen).await.map(drop),
        "move" => actions::move_on(kernel, call, seen, &form.category, &form.unit).await.map(drop),
        "merge" => {
            let into = request_named(ctx, &form.into, "into").await?;
            actions::merge(kernel, call, seen, into).await.map(drop)
        }
        "split" => {
            let part = Part { category: form.part_category, words: form.part_words };
            let done = actions::split(kernel, call, seen, vec![part]).await.map(drop);
            done.map_err(|error| renamed(error, &[("category", "part_category"), ("description", "part_words")]))
        }
        "delegate" => {
            let (unit, words) = (&form.whistle_unit, (form.whistle_text.as_str(), form.whistle_limit.as_str()));
            let done = actions::delegate(kernel, call, seen, unit, words).await.map(drop);
            let names = [("unit", "whistle_unit"), ("text", "whistle_text"), ("limit", "whistle_limit")];
            done.map_err(|error| renamed(error, &names))
        }
        "answer" => {
            let delegation = form.delegation.parse().map_err(|_| Error::NotFound)?;
            let done = actions::answer(kernel, call, id, delegation, &form.answer).await.map(drop);
            done.map_err(|error| renamed(error, &[("text", "answer")]))
        }
        "recall" => {
            let delegation = form.delegation.parse().map_err(|_| Error::NotFound)?;
            actions::recall(kernel, call, id, delegation).await.map(drop)
        }
        "exclude" => {
            let why = (form.exclude_code.as_str(), form.exclude_text.as_str());
            let done = actions::exclude(kernel, call, seen, why).await.map(drop);
            done.map_err(|error| renamed(error, &[("reason", "exclude_code"), ("text", "exclude_text")]))
        }
        "decide" => actions::decide_exclusion(kernel, call, seen, form.approve == "yes").await.map(drop),
        _ => Err(Error::NotFound),
    }
}

/// The text of a message: what was chosen from the list of replies, and what was written.
async fn reply(ctx: &Ctx, code: &str, text: String) -> Result<String> {
    let (tenant, code) = (ctx.tenant.id, code.to_owned());
    let read = move |read: &mut tongxin_db::Read<'_>| phrases::chosen(read, tenant, PhraseKind::Reply, &code, "reply");
    let chosen = ctx.kernel().db().read(tenant, read).await?;
    let chosen = chosen.map(|phrase| phrase.text.to(ctx.locale()).to_owned()).filter(|chosen| !text.contains(chosen));
    Ok([chosen.unwrap_or_default(), text].join("\n").trim().to_owned())
}
