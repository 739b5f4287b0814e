//! The JSON API of people and posts, for programs that know who comes and goes: an office's own directory.

use axum::Json;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Result, Time};
use tongxin_kernel::{Approval, ApprovalId, Decision, Held, PersonId, Post, approvals, posts};
use tongxin_web::{Answer, ApiBody, Ctx, Items, Problem, json_created};
use utoipa::{IntoParams, ToSchema};

use crate::actions;
use crate::domain::{self, Term};
use crate::pages::{joining, listed_scope};

/// A post.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = PeoplePost)]
pub(crate) struct PostView {
    /// The code of the unit.
    unit: String,
    /// The role.
    role: String,
    /// From when on.
    #[schema(value_type = String, format = DateTime)]
    from: Time,
    /// Until when; null until further notice.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    /// Whose post it is, where somebody stands in.
    #[schema(value_type = Option<uuid::Uuid>)]
    stands_in_for: Option<PersonId>,
}

impl From<Post> for PostView {
    fn from(post: Post) -> Self {
        let code = post.held.unit_path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        Self {
            unit: code.to_owned(),
            role: post.held.role.to_string(),
            from: post.starts_at,
            until: post.ends_at,
            stands_in_for: post.stands_in_for,
        }
    }
}

/// Somebody with their posts, past, present and to come.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = PeoplePerson)]
pub(crate) struct PersonView {
    /// Which one.
    #[schema(value_type = uuid::Uuid)]
    id: PersonId,
    /// The name.
    name: String,
    /// The login.
    login: Option<String>,
    /// Their posts.
    posts: Vec<PostView>,
}

/// Which people to list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeopleQuery {
    /// The code of a unit: its people and those of all units under it.
    unit: String,
    /// Words of the name or the login.
    q: String,
    /// What `next` said on the page before.
    cursor: String,
}

/// People of one page.
const PAGE: usize = 50;

/// List people
///
/// By name, those with a post in the units that the caller looks after.
#[utoipa::path(get, path = "/api/v1/people", tag = "people", params(PeopleQuery), responses(
    (status = 200, body = Items<PersonView>), (status = 403, body = Problem)
))]
pub(crate) async fn list_people(ctx: Ctx, Query(query): Query<PeopleQuery>) -> Answer<Json<Items<PersonView>>> {
    let (tenant, scope) = (ctx.tenant.id, listed_scope(&ctx, &query.unit)?);
    let (id, name) = query.cursor.split_once(' ').unwrap_or_default();
    let (id, name) = (id.parse().unwrap_or(PersonId::NONE), name.to_owned());
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let mut found = posts::people(read, tenant, &scope, (query.q.trim(), (&name, id)), PAGE + 1)?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let next = found.last().filter(|_| more).map(|last| format!("{} {}", last.person, last.name));
        let mut items = Vec::with_capacity(found.len());
        for one in found {
            let posts = posts::of(read, tenant, one.person)?.into_iter().map(PostView::from).collect();
            items.push(PersonView { id: one.person, name: one.name, login: one.login, posts });
        }
        Ok(Items { items, next })
    };
    Ok(Json(ctx.kernel().db().read(tenant, read).await?))
}

/// Somebody new.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = PeopleNew)]
pub(crate) struct NewPerson {
    pub login: String,
    pub name: String,
    /// The name residents see; the name where it is left out.
    pub public_name: String,
    pub role: String,
    /// The code of the unit.
    pub unit: String,
    /// The first day, `2026-03-02`; today where it is left out.
    pub from: String,
    /// The last day; until further notice where it is left out.
    pub until: String,
}

/// Somebody who was added.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PeopleAdded)]
pub(crate) struct Added {
    #[schema(value_type = uuid::Uuid)]
    id: PersonId,
    /// The path of their invitation, good once and for seven days. It is not shown again.
    invitation: String,
}

/// Add a person
#[utoipa::path(post, path = "/api/v1/people", tag = "people", request_body = NewPerson, responses(
    (status = 201, body = Added), (status = 409, body = Problem), (status = 422, body = Problem)
))]
pub(crate) async fn add_person(ctx: Ctx, body: ApiBody<NewPerson>) -> Answer<Response> {
    // No key: the link would have to be kept to be given again.
    let call = ctx.kernel().call(&ctx.tenant, &ctx.who);
    let (id, token) = actions::join(ctx.kernel(), call, joining(&ctx, &body.value)?).await?;
    Ok(json_created(Added { id, invitation: format!("/welcome/{token}") }))
}

/// A post that is given or ended.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = PeoplePostBody)]
pub(crate) struct PostBody {
    role: String,
    /// The code of the unit.
    unit: String,
    /// The first day, `2026-03-02`; today where it is left out.
    from: String,
    /// The last day.
    until: String,
}

fn person(id: &str) -> Result<PersonId> {
    id.parse().map_err(|_| Error::NotFound)
}

fn read_post(ctx: &Ctx, body: &PostBody) -> Result<(Held, Term)> {
    let post = domain::post(&ctx.tenant.units, &body.role, &body.unit)?;
    let term = domain::term(ctx.tenant.zone(), ctx.kernel().world().now(), (&body.from, &body.until))?;
    Ok((post, term))
}

/// Give a post
#[utoipa::path(post, path = "/api/v1/people/{id}/posts", tag = "people", params(("id" = uuid::Uuid, Path)), request_body = PostBody,
    responses((status = 200), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn give_post(ctx: Ctx, Path(id): Path<String>, body: ApiBody<PostBody>) -> Answer<Json<()>> {
    let (post, term) = read_post(&ctx, &body.value)?;
    actions::give(ctx.kernel(), ctx.call(&body.raw)?, person(&id)?, post, term).await?;
    Ok(Json(()))
}

/// End a post
///
/// On the day `until`, which is its last; now where it is left out.
#[utoipa::path(post, path = "/api/v1/people/{id}/posts/end", tag = "people", params(("id" = uuid::Uuid, Path)),
    request_body = PostBody, responses((status = 200), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn end_post(ctx: Ctx, Path(id): Path<String>, body: ApiBody<PostBody>) -> Answer<Json<()>> {
    let (post, term) = read_post(&ctx, &body.value)?;
    actions::end(ctx.kernel(), ctx.call(&body.raw)?, person(&id)?, post, term.until).await?;
    Ok(Json(()))
}

/// When somebody leaves.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = PeopleLeave)]
pub(crate) struct Leave {
    /// The last day; now where it is left out.
    until: String,
}

/// Let somebody leave
///
/// All their posts end; with the last one their sessions and tokens.
#[utoipa::path(post, path = "/api/v1/people/{id}/leave", tag = "people", params(("id" = uuid::Uuid, Path)), request_body = Leave,
    responses((status = 200), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn leave(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Leave>) -> Answer<Json<()>> {
    let now = ctx.kernel().world().now();
    let term = domain::term(ctx.tenant.zone(), now, ("", &body.value.until))?;
    actions::leave(ctx.kernel(), ctx.call(&body.raw)?, person(&id)?, term.until).await?;
    Ok(Json(()))
}

/// Something that needs a second person.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PeopleApproval)]
pub(crate) struct ApprovalView {
    #[schema(value_type = uuid::Uuid)]
    id: ApprovalId,
    /// The action, such as `people.erase`.
    action: String,
    /// What it is about, such as `person`, and which one.
    subject: String,
    #[schema(value_type = uuid::Uuid)]
    subject_id: tongxin_base::Id<tongxin_kernel::Anything>,
    reason: String,
    #[schema(value_type = Option<uuid::Uuid>)]
    asked_by: Option<PersonId>,
    #[schema(value_type = String, format = DateTime)]
    asked_at: Time,
    /// `waiting`, `approved`, `refused` or `withdrawn`.
    state: &'static str,
}

impl From<Approval> for ApprovalView {
    fn from(one: Approval) -> Self {
        Self {
            id: one.id,
            action: one.action,
            subject: one.subject.kind,
            subject_id: one.subject.id,
            reason: one.reason,
            asked_by: one.asked_by,
            asked_at: one.asked_at,
            state: one.state.as_str(),
        }
    }
}

/// List approvals
#[utoipa::path(get, path = "/api/v1/approvals", tag = "people", responses((status = 200, body = Items<ApprovalView>)))]
pub(crate) async fn list_approvals(ctx: Ctx) -> Answer<Json<Items<ApprovalView>>> {
    let tenant = ctx.tenant.id;
    let all = ctx.kernel().db().read(tenant, move |read| approvals(read, tenant)).await?;
    Ok(Json(Items::all(all.into_iter().map(ApprovalView::from).collect())))
}

/// A decision.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = PeopleDecision)]
pub(crate) struct Verdict {
    approve: bool,
    /// Why it is refused; needed then.
    answer: String,
}

/// Approve or refuse
///
/// Not by who asked for it.
#[utoipa::path(post, path = "/api/v1/approvals/{id}", tag = "people", params(("id" = uuid::Uuid, Path)), request_body = Verdict,
    responses((status = 200), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn decide_approval(ctx: Ctx, Path(id): Path<String>, body: ApiBody<Verdict>) -> Answer<Json<()>> {
    let id: ApprovalId = id.parse().map_err(|_| Error::NotFound)?;
    let call = ctx.call(&body.raw)?;
    let Verdict { approve, answer } = body.value;
    let decision = if approve { Decision::Approve } else { Decision::Refuse(answer) };
    ctx.kernel().decide_approval(call, id, decision).await?;
    ctx.kernel().reload().await?;
    Ok(Json(()))
}
