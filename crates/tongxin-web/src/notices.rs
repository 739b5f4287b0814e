//! One's own notices, on a page and in the API; and the address to which they may go by mail.

use askama::Template;
use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::{Error, FieldError, Result, Time, parse_email};
use tongxin_kernel::{
    Act, BY_MAIL, Facts, Kernel, Notice, NoticeId, NoticeState, PersonId, ReadOrNot, Subject, contact, give_consent,
    notice_store, withdraw_consent,
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::{ApiBody, Items, Problem};
use crate::ctx::Ctx;
use crate::failure::Answer;
use crate::form::{Form, FormErrors};
use crate::letters;
use crate::module::Face;
use crate::page::{Page, see_other};
use crate::push;
use crate::routes::{Gate, Routes};
use crate::sheet::{Files, Sheet};
use crate::when::moment;
use crate::words::Words;

/// Notices of one page.
const PAGE: i64 = 30;
/// Notices that one call may mark.
const MOST_MARKED: usize = 200;

pub(crate) fn routes() -> Routes {
    use utoipa_axum::routes;
    Routes::new()
        .list(Gate::May("notices.read"), "/me/notices", list)
        .get(Gate::May("notices.read"), "/me/notices/{id}", open)
        .post(Gate::May("notices.read"), "/me/notices/read", mark)
        .post(Gate::May("people.me"), "/me/contact", set_contact)
        .post(Gate::May("people.me"), "/me/push", push::keep)
        .post(Gate::May("people.me"), "/me/push/stop", push::stop)
        .api(Gate::May("notices.read"), routes!(list_notices))
        .api(Gate::May("notices.read"), routes!(read_notices))
}

/// Who asks; the gate has seen to it that it is somebody.
fn me(ctx: &Ctx) -> Result<PersonId> {
    ctx.who.person().map(|person| person.id).ok_or(Error::Unauthenticated)
}

/// A page's notices and the cursor of the next page.
async fn page_of(ctx: &Ctx, cursor: Option<NoticeId>, page: i64) -> Result<(Vec<Notice>, Option<NoticeId>)> {
    let (tenant, person) = (ctx.tenant.id, me(ctx)?);
    let before = cursor.unwrap_or(NoticeId::LAST);
    let read = move |read: &mut tongxin_db::Read<'_>| notice_store::of_person(read, tenant, person, before, page + 1);
    let mut found = ctx.kernel().db().read(tenant, read).await?;
    let size = usize::try_from(page).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|last| last.id);
    Ok((found, next))
}

async fn mark_read(ctx: &Ctx, ids: Vec<NoticeId>) -> Result<u64> {
    let (tenant, person, now) = (ctx.tenant.id, me(ctx)?, ctx.kernel().world().now());
    let write = move |tx: &mut tongxin_db::Tx<'_>| notice_store::mark_read(tx, tenant, person, &ids, now);
    ctx.kernel().db().write(tenant, "notices.read", write).await
}

struct Row {
    href: String,
    title: String,
    words: String,
    at: String,
    when: String,
    unread: bool,
    urgent: bool,
}

#[derive(Template)]
#[template(path = "notices.html")]
struct ListPage {
    w: Words,
    csrf: String,
    rows: Vec<Row>,
    unread: bool,
    next: String,
    files: Files,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cursor {
    cursor: String,
}

/// `GET /me/notices`: newest first.
async fn list(ctx: Ctx, Query(Cursor { cursor }): Query<Cursor>) -> Answer {
    let (notices, next) = page_of(&ctx, cursor.parse().ok(), ctx.rows(PAGE)).await?;
    let row = |notice: &Notice| Row {
        href: format!("/me/notices/{}", notice.id),
        title: letters::title(&ctx.words, notice),
        words: letters::more(&ctx.words, notice),
        at: notice.created_at.to_string(),
        when: moment(&ctx.words, ctx.tenant.zone(), notice.created_at),
        unread: notice.state == NoticeState::Sent,
        urgent: notice.urgent,
    };
    let body = ListPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        rows: notices.iter().map(row).collect(),
        unread: ctx.unread > 0,
        next: next.map(|id| format!("/me/notices?cursor={id}")).unwrap_or_default(),
        files: Files::of(&ctx),
    };
    let w = &ctx.words;
    let cells = |row: &Row| {
        let states = [(row.urgent, "notices-urgent"), (row.unread, "notices-unread")];
        let states: Vec<String> = states.iter().filter(|(is, _)| *is).map(|(_, key)| w.t(key)).collect();
        [row.when.clone(), row.title.clone(), row.words.clone(), states.join(" · ")]
    };
    let heads = ["when", "what", "words", "state"].map(|head| w.t(&format!("notices-{head}")));
    let sheet = Sheet::new(heads, body.rows.iter().map(cells)).cut(next.is_some());
    Page::new(Face::Street, w.t("notices-title")).list(&ctx, &body, sheet).await
}

/// `GET /me/notices/{id}`: to the thing; the notice is read now.
async fn open(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id: NoticeId = id.parse().map_err(|_| Error::NotFound)?;
    let (tenant, person) = (ctx.tenant.id, me(&ctx)?);
    let read = move |read: &mut tongxin_db::Read<'_>| notice_store::one_of_person(read, tenant, person, id);
    let notice = ctx.kernel().db().read(tenant, read).await?;
    if notice.state == NoticeState::Sent {
        mark_read(&ctx, vec![id]).await?;
    }
    let path = notice.link.open(ctx.kernel(), &ctx.tenant);
    Ok(see_other(if path.is_empty() { "/me/notices" } else { &path }))
}

#[derive(Deserialize)]
struct Nothing {}

/// `POST /me/notices/read`: all of them.
async fn mark(ctx: Ctx, _: Form<Nothing>) -> Answer {
    mark_read(&ctx, Vec::new()).await?;
    Ok(see_other("/me/notices"))
}

/// A notice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Notice")]
pub(crate) struct NoticeView {
    /// Which one.
    #[schema(value_type = Uuid)]
    id: NoticeId,
    /// When.
    #[schema(value_type = String)]
    at: Time,
    /// What happened, for programs: a word that does not change with the language.
    key: String,
    /// What happened, in the caller's language.
    title: String,
    /// What to do about it; may be empty.
    words: String,
    /// The kind of thing it is about, such as `request`.
    kind: String,
    /// Which one.
    #[schema(value_type = Uuid)]
    about: Uuid,
    /// The page it leads to, a path of ours.
    link: String,
    /// Whether it cannot wait.
    urgent: bool,
    /// Whether it was read.
    read: bool,
}

/// Where a list goes on.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// What `next` said on the page before.
    cursor: String,
}

/// One's own notices
///
/// Newest first, read and unread.
#[utoipa::path(get, path = "/api/v1/notices", tag = "notices", params(ListQuery), responses(
    (status = 200, body = Items<NoticeView>), (status = 401, body = Problem)
))]
async fn list_notices(ctx: Ctx, Query(query): Query<ListQuery>) -> Answer<Json<Items<NoticeView>>> {
    let (notices, next) = page_of(&ctx, query.cursor.parse().ok(), PAGE).await?;
    let view = |notice: Notice| NoticeView {
        id: notice.id,
        at: notice.created_at,
        title: letters::title(&ctx.words, &notice),
        words: letters::more(&ctx.words, &notice),
        about: notice.subject.id.uuid(),
        link: notice.link.open(ctx.kernel(), &ctx.tenant),
        urgent: notice.urgent,
        read: notice.state == NoticeState::Read,
        key: notice.key,
        kind: notice.subject.kind,
    };
    let items = notices.into_iter().map(view).collect();
    Ok(Json(Items { items, next: next.map(|id| id.to_string()) }))
}

/// Which notices were read.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct ReadNotices {
    /// These; all where none is named. At most 200.
    #[schema(value_type = Vec<Uuid>)]
    ids: Vec<NoticeId>,
}

/// How many were unread before.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MarkedNotices {
    /// So many.
    marked: u64,
}

/// Mark notices as read
///
/// One's own alone; others are passed over.
#[utoipa::path(post, path = "/api/v1/notices/read", tag = "notices", request_body = ReadNotices, responses(
    (status = 200, body = MarkedNotices), (status = 401, body = Problem), (status = 422, body = Problem)
))]
async fn read_notices(ctx: Ctx, body: ApiBody<ReadNotices>) -> Answer<Json<MarkedNotices>> {
    let ids = body.value.ids;
    if ids.len() > MOST_MARKED {
        return Err(Error::Invalid(vec![FieldError::new("ids", "form-too-many").with("max", MOST_MARKED)]).into());
    }
    Ok(Json(MarkedNotices { marked: mark_read(&ctx, ids).await? }))
}

/// One's contact, as the form has it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ContactForm {
    pub email: String,
    pub by_mail: String,
}

impl ContactForm {
    /// As it is kept.
    pub(crate) async fn load(ctx: &Ctx) -> Result<Self> {
        let (tenant, person) = (ctx.tenant.id, me(ctx)?);
        let known = ctx.kernel().db().read(tenant, move |read| contact::of(read, tenant, person)).await?;
        Ok(known.map_or_else(Self::default, |known| Self {
            email: known.email,
            by_mail: if known.notices_by_mail { "yes".to_owned() } else { String::new() },
        }))
    }
}

/// `POST /me/contact`: an empty address takes it back.
async fn set_contact(ctx: Ctx, form: Form<ContactForm>) -> Answer {
    let asked = form.fields;
    let email = parse_email(&asked.email);
    if email.is_none() && !asked.email.trim().is_empty() {
        let errors = FormErrors::take(&ctx.words, Error::field("email", "form-bad-email"))?;
        return crate::standing::show_me(&ctx, asked, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let wanted =
        email.map(|email| contact::Contact { email, notices_by_mail: !asked.by_mail.is_empty(), locale: ctx.locale() });
    change_contact(ctx.kernel(), ctx.call(&[])?, wanted).await?;
    Ok(see_other("/me?done=contact"))
}

/// Sets or takes back one's own contact. The journal keeps that it was done; of the address a salted digest.
async fn change_contact(kernel: &Kernel, call: tongxin_kernel::Call, wanted: Option<contact::Contact>) -> Result<()> {
    let change = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        let person = act.call.who.person().map(|person| person.id).ok_or(Error::Unauthenticated)?;
        let facts = Facts { own: true, ..Facts::default() };
        act.kernel.access().require(&act.call.who, "people.me", ReadOrNot::Known, &facts)?;
        let payload = match &wanted {
            Some(contact) => {
                contact::put(act.tx, tenant, person, contact, now)?;
                if contact.notices_by_mail {
                    give_consent(act, person, BY_MAIL)?;
                }
                json!({"set": true, "by_mail": contact.notices_by_mail})
            }
            None => {
                let agreement = act.kernel.agreements().find(|one| one.name == BY_MAIL).copied();
                agreement.iter().try_for_each(|agreement| withdraw_consent(act, person, agreement))?;
                json!({"set": false})
            }
        };
        let personal = wanted.as_ref().map(|contact| json!({"email": contact.email}));
        act.journal("people.contact", &Subject::new("person", person), payload, personal.as_ref())
    };
    kernel.act(call, "people.contact", change).await
}
