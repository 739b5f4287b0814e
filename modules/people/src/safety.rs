//! What keeps the house honest: decisions that need two, the rules of the house, why somebody may, and who looked at what.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use serde::Deserialize;
use tongxin_base::{Error, Result, Time};
use tongxin_kernel::{
    Approval, ApprovalId, ApprovalState, Decision, PersonId, all_looks, approvals as all_approvals, people_store,
    rules as house,
};
use tongxin_web::{Answer, Ctx, Face, Files, Form, FormErrors, Page, Sheet, Words, moment, see_other};

use crate::explain::{Why, explain, said};
use crate::pages::unit_name;

struct ApprovalRow {
    id: String,
    what: String,
    about: String,
    reason: String,
    asked: String,
    state: &'static str,
    state_words: String,
    decided: String,
    /// Why it was refused.
    answer: String,
    /// It waits, and the reader is not who asked.
    may_decide: bool,
    own: bool,
}

#[derive(Template)]
#[template(path = "people/approvals.html")]
struct ApprovalsPage {
    w: Words,
    csrf: String,
    rows: Vec<ApprovalRow>,
    done: String,
    files: Files,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    done: String,
}

/// `GET /admin/approvals`.
pub(crate) async fn approvals(ctx: Ctx, Query(query): Query<Done>) -> Answer {
    let (tenant, now) = (ctx.tenant.id, ctx.kernel().world().now());
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let mut rows = Vec::new();
        for one in all_approvals(read, tenant)? {
            let mut name = |id: Option<PersonId>| -> Result<String> {
                id.map_or(Ok(String::new()), |id| people_store::public_name(read, tenant, id))
            };
            let about = if one.subject.kind == "person" { name(Some(one.subject.typed()))? } else { String::new() };
            let (asked, decided) = (name(one.asked_by)?, name(one.decided_by)?);
            rows.push((one, about, asked, decided));
        }
        Ok(rows)
    };
    let rows = ctx.kernel().db().read(tenant, read).await?;
    let me = ctx.who.person().map(|me| me.id);
    let row = |(one, about, asked, decided): (Approval, String, String, String)| {
        let say = |at: Time, who: String| format!("{} {who}", moment(&ctx.words, ctx.tenant.zone(), at));
        let open = one.is_open(now);
        let key = one.action.replace(['.', '_'], "-");
        let about = if about.is_empty() { rules_text(&one) } else { granted(&ctx, &one, about) };
        ApprovalRow {
            id: one.id.to_string(),
            what: ctx.words.t(&format!("people-approval-{key}")),
            about,
            asked: say(one.asked_at, asked),
            decided: one.decided_at.map(|at| say(at, decided)).unwrap_or_default(),
            state: if open {
                "open"
            } else if one.state == ApprovalState::Approved {
                "done"
            } else {
                "closed"
            },
            state_words: if one.state == ApprovalState::Waiting && !open {
                ctx.words.t("people-approval-state-over")
            } else {
                ctx.words.t(&format!("people-approval-state-{}", one.state.as_str()))
            },
            may_decide: open && one.asked_by != me && ctx.kernel().access().anywhere(&ctx.who, &one.action),
            own: open && one.asked_by == me,
            answer: one.answer.unwrap_or_default(),
            reason: one.reason,
        }
    };
    let body = ApprovalsPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        rows: rows.into_iter().map(row).collect(),
        done: match query.done.as_str() {
            "approve" | "refuse" | "withdraw" | "asked" => ctx.words.t(&format!("people-approval-done-{}", query.done)),
            _ => String::new(),
        },
        files: Files::of(&ctx),
    };
    let heads = ["what", "state", "who-asked", "who-decided", "about", "reason", "answer"];
    let heads = heads.map(|head| ctx.words.t(&format!("people-approval-head-{head}")));
    let cells = |row: &ApprovalRow| {
        let ApprovalRow { what, state_words, asked, decided, about, reason, answer, .. } = row;
        [what, state_words, asked, decided, about, reason, answer].map(String::clone)
    };
    let sheet = Sheet::new(heads, body.rows.iter().map(cells));
    Page::new(Face::Desk, ctx.words.t("people-approvals-title")).list(&ctx, &body, sheet).await
}

fn rules_text(one: &Approval) -> String {
    one.args.get("rules").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// "林森 · Administrator, Binhe", where it is a post that is asked for.
fn granted(ctx: &Ctx, one: &Approval, name: String) -> String {
    let text = |field: &str| one.args.get(field).and_then(serde_json::Value::as_str);
    match (text("role"), text("unit")) {
        (Some(role), Some(unit)) => {
            let role = ctx.words.t(&format!("role-{role}"));
            format!("{name} · {role} · {}", unit_name(&ctx.words, &ctx.tenant.units, unit))
        }
        _ => name,
    }
}

#[derive(Deserialize)]
pub(crate) struct DecisionForm {
    #[serde(default)]
    answer: String,
}

/// `POST /admin/approvals/{id}/{verb}`.
pub(crate) async fn decide(ctx: Ctx, Path((id, verb)): Path<(String, String)>, form: Form<DecisionForm>) -> Answer {
    let id: ApprovalId = id.parse().map_err(|_| Error::NotFound)?;
    let (kernel, call) = (ctx.kernel(), ctx.call(&[])?);
    match verb.as_str() {
        "approve" => kernel.decide_approval(call, id, Decision::Approve).await?,
        "refuse" => kernel.decide_approval(call, id, Decision::Refuse(form.fields.answer)).await?,
        "withdraw" => kernel.withdraw_approval(call, id).await?,
        _ => return Err(Error::NotFound.into()),
    }
    // New rules of the house hold from the next request on.
    kernel.reload().await?;
    Ok(see_other(&format!("/admin/approvals?done={verb}")))
}

struct RoomRules {
    room: String,
    text: String,
}

#[derive(Template)]
#[template(path = "people/rules.html")]
struct RulesPage {
    w: Words,
    csrf: String,
    rules: String,
    reason: String,
    rooms: Vec<RoomRules>,
    errors: FormErrors,
}

/// The rules of the house, as they are written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RulesForm {
    rules: String,
    reason: String,
}

fn rules_page(ctx: &Ctx, form: RulesForm, errors: FormErrors) -> RulesPage {
    let rooms = ctx.kernel().access().texts().iter();
    RulesPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        rules: form.rules,
        reason: form.reason,
        rooms: rooms.map(|(room, text)| RoomRules { room: room.clone(), text: text.clone() }).collect(),
        errors,
    }
}

/// `GET /admin/rules`.
pub(crate) async fn rules(ctx: Ctx) -> Answer {
    let form = RulesForm { rules: ctx.tenant.house_rules.clone(), ..RulesForm::default() };
    let body = rules_page(&ctx, form, FormErrors::default());
    Page::new(Face::Desk, ctx.words.t("people-rules-title")).show(&ctx, &body)
}

/// `POST /admin/rules`: asks for a change.
pub(crate) async fn ask_rules(ctx: Ctx, form: Form<RulesForm>) -> Answer {
    let (fields, kernel) = (form.fields, ctx.kernel());
    let args = serde_json::json!({"rules": fields.rules.replace("\r\n", "\n")});
    let asked = kernel.ask_approval(ctx.call(&[])?, house::CHANGE_RULES, house::subject(), args, &fields.reason).await;
    match asked {
        Ok(_) => Ok(see_other("/admin/approvals?done=asked")),
        Err(error) => {
            let errors = FormErrors::take(&ctx.words, error)?;
            let page = Page::new(Face::Desk, ctx.words.t("people-rules-title"));
            page.failed(StatusCode::UNPROCESSABLE_ENTITY).show(&ctx, &rules_page(&ctx, fields, errors))
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AccessQuery {
    person: String,
    action: String,
    thing: String,
}

#[derive(Template)]
#[template(path = "people/access.html")]
struct AccessPage {
    w: Words,
    query: AccessQuery,
    why: Option<Why>,
    errors: FormErrors,
}

/// `GET /admin/access`.
pub(crate) async fn access(ctx: Ctx, Query(query): Query<AccessQuery>) -> Answer {
    let (mut why, mut errors) = (None, FormErrors::default());
    if !query.person.is_empty() && !query.action.is_empty() {
        match explain(ctx.kernel(), &ctx.tenant, (query.person.trim(), query.action.trim(), &query.thing)).await {
            Ok(answered) => why = Some(said(&ctx.words, &ctx.tenant, ctx.kernel().world().now(), answered)),
            Err(error) => errors = FormErrors::take(&ctx.words, error)?,
        }
    }
    let body = AccessPage { w: ctx.words.clone(), query, why, errors };
    Page::new(Face::Desk, ctx.words.t("people-access-title")).show(&ctx, &body)
}

struct LookRow {
    when: String,
    who: String,
    role: String,
    purpose: String,
    what: String,
}

#[derive(Template)]
#[template(path = "people/looks.html")]
struct LooksPage {
    w: Words,
    rows: Vec<LookRow>,
    files: Files,
}

/// `GET /admin/looks`.
pub(crate) async fn looks(ctx: Ctx) -> Answer {
    let (tenant, now) = (ctx.tenant.id, ctx.kernel().world().now());
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let looks = all_looks(read, tenant, now + std::time::Duration::from_secs(1))?;
        let mut rows = Vec::with_capacity(looks.len());
        for look in looks {
            let name = look.viewer.map(|id| people_store::public_name(read, tenant, id)).transpose()?;
            rows.push((look, name.unwrap_or_default()));
        }
        Ok(rows)
    };
    let row = |(look, who): (tongxin_kernel::Look, String)| LookRow {
        when: moment(&ctx.words, ctx.tenant.zone(), look.at),
        who,
        role: ctx.words.t(&format!("role-{}", look.role)),
        purpose: ctx.words.t(&format!("look-purpose-{}", look.purpose)),
        what: ctx.words.t(&format!("look-at-{}", look.subject.kind)),
    };
    let rows = ctx.kernel().db().read(tenant, read).await?.into_iter().map(row).collect();
    let body = LooksPage { w: ctx.words.clone(), rows, files: Files::of(&ctx) };
    let heads = ["people-looks-when", "people-looks-who", "people-role", "people-looks-what", "people-looks-why"];
    let cells =
        |LookRow { when, who, role, what, purpose }: &LookRow| [when, who, role, what, purpose].map(String::clone);
    let sheet = Sheet::new(heads.map(|key| ctx.words.t(key)), body.rows.iter().map(cells));
    Page::new(Face::Desk, ctx.words.t("people-looks-title")).list(&ctx, &body, sheet).await
}
