//! The people of the house, for who looks after them: who holds which post, who comes and who goes.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use serde::Deserialize;
use tongxin_base::{Error, FieldError, Result, Time};
use tongxin_kernel::{Held, ListedPerson, PersonId, Post, Role, Scope, Tenant, UnitTree, people_store, posts};
use tongxin_web::{Answer, Choice, Ctx, Face, Files, Form, FormErrors, Page, Sheet, Words, day, see_other, url_escape};

use crate::actions;
use crate::api::NewPerson;
use crate::domain::{self, Joining, action_to_end, action_to_give, check_name, may_be_handed_on};

/// A unit with the names of what it lies in.
pub(crate) fn unit_name(w: &Words, units: &UnitTree, path: &str) -> String {
    units.by_path(path).map_or_else(|| path.to_owned(), |unit| unit.name.to(w.locale()).to_owned())
}

/// Units to choose from, in which the reader may do something.
pub(crate) fn unit_choices(w: &Words, units: &UnitTree, scope: &Scope, chosen: &str) -> Vec<Choice> {
    let shown = units.iter().filter(|unit| unit.level.is_staffed() && scope.has(&unit.path));
    let choice = |unit: &tongxin_kernel::Unit| Choice {
        value: unit.code.clone(),
        label: unit.name.to(w.locale()).to_owned(),
        chosen: unit.code == chosen,
        ..Choice::default()
    };
    shown.map(choice).collect()
}

fn role_choices(ctx: &Ctx, chosen: &str, also: bool) -> Vec<Choice> {
    let access = ctx.kernel().access();
    let may = |role: &Role| {
        also && action_to_give(*role) == "posts.grant" && access.anywhere(&ctx.who, "posts.grant")
            || action_to_give(*role) != "posts.grant" && access.anywhere(&ctx.who, action_to_give(*role))
    };
    let choice = |role: Role| Choice {
        value: role.as_str().to_owned(),
        label: ctx.words.t(&format!("role-{role}")),
        chosen: role.as_str() == chosen,
        ..Choice::default()
    };
    Role::ALL.into_iter().filter(may).map(choice).collect()
}

/// The part of the tree whose people the reader looks after, or of that what a unit's code names.
pub(crate) fn listed_scope(ctx: &Ctx, unit: &str) -> Result<Scope> {
    let scope = ctx.kernel().access().scope(&ctx.who, "people.see")?;
    if unit.is_empty() {
        return Ok(scope);
    }
    let unit = ctx.tenant.units.by_code(unit).ok_or_else(|| Error::field("unit", "form-unknown-choice"))?;
    Ok(scope.under(&unit.path))
}

/// The filter of the list, as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    unit: String,
    q: String,
    after: String,
    id: String,
    done: String,
}

struct Row {
    id: String,
    name: String,
    login: String,
    posts: Vec<String>,
    gone: bool,
}

#[derive(Template)]
#[template(path = "people/list.html")]
struct ListPage {
    w: Words,
    rows: Vec<Row>,
    units: Vec<Choice>,
    query: ListQuery,
    next: String,
    files: Files,
    may_add: bool,
}

/// A post in words: "Grid worker, Kangcheng grid 1".
fn post_words(ctx: &Ctx, post: &Held) -> String {
    let role = ctx.words.t(&format!("role-{}", post.role));
    format!("{role} · {}", unit_name(&ctx.words, &ctx.tenant.units, &post.unit_path))
}

/// `GET /admin/people`.
pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Answer {
    let (tenant, now) = (ctx.tenant.id, ctx.kernel().world().now());
    let scope = listed_scope(&ctx, &query.unit).or_else(|_| listed_scope(&ctx, ""))?;
    let (words, after) = (query.q.trim().to_owned(), (query.after.clone(), query.id.parse().unwrap_or(PersonId::NONE)));
    let page = usize::try_from(ctx.rows(posts::PAGE)).unwrap_or(usize::MAX);
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let found = posts::people(read, tenant, &scope, (&words, (&after.0, after.1)), page + 1)?;
        let with = |one: ListedPerson| posts::of(read, tenant, one.person).map(|posts| (one, posts));
        found.into_iter().map(with).collect::<Result<Vec<_>>>()
    };
    let mut found = ctx.kernel().db().read(tenant, read).await?;
    let more = found.len() > page;
    found.truncate(page);
    let kept = [("unit", &query.unit), ("q", &query.q)];
    let kept: String = kept.iter().map(|(name, value)| format!("{name}={}&", url_escape(value))).collect();
    let next = found.last().filter(|_| more);
    let next = next.map(|(one, _)| format!("/admin/people?{kept}after={}&id={}", url_escape(&one.name), one.person));
    let row = |(one, posts): &(ListedPerson, Vec<Post>)| Row {
        id: one.person.to_string(),
        name: one.name.clone(),
        login: one.login.clone().unwrap_or_default(),
        posts: posts.iter().filter(|post| post.is_held(now)).map(|post| post_words(&ctx, &post.held)).collect(),
        gone: posts.iter().all(|post| post.is_over(now)),
    };
    let everywhere = ctx.kernel().access().scope(&ctx.who, "people.see")?;
    let body = ListPage {
        rows: found.iter().map(row).collect(),
        units: unit_choices(&ctx.words, &ctx.tenant.units, &everywhere, &query.unit),
        next: next.unwrap_or_default(),
        may_add: ctx.kernel().access().anywhere(&ctx.who, "people.add"),
        files: Files::of(&ctx),
        w: ctx.words.clone(),
        query,
    };
    let w = &ctx.words;
    let cells = |row: &Row| {
        let name = if row.name.is_empty() { w.t("people-erased") } else { row.name.clone() };
        let gone = row.gone.then(|| w.t("people-gone"));
        let posts: Vec<String> = gone.into_iter().chain(row.posts.iter().cloned()).collect();
        [name, posts.join("\n"), row.login.clone()]
    };
    let heads = ["people-name", "people-posts", "people-login"].map(|key| w.t(key));
    let sheet = Sheet::new(heads, body.rows.iter().map(cells)).cut(more);
    Page::new(Face::Desk, w.t("people-title")).list(&ctx, &body, sheet).await
}

#[derive(Template)]
#[template(path = "people/new.html")]
struct NewPage {
    w: Words,
    csrf: String,
    form: NewForm,
    units: Vec<Choice>,
    roles: Vec<Choice>,
    errors: FormErrors,
}

/// Somebody new, as they are written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewForm {
    login: String,
    name: String,
    public_name: String,
    role: String,
    unit: String,
    from: String,
    until: String,
}

impl From<NewForm> for NewPerson {
    fn from(form: NewForm) -> Self {
        let NewForm { login, name, public_name, role, unit, from, until } = form;
        Self { login, name, public_name, role, unit, from, until }
    }
}

/// Somebody new, looked at field by field.
///
/// # Errors
/// `Invalid` with every field that is wrong.
pub(crate) fn joining(ctx: &Ctx, new: &NewPerson) -> Result<Joining> {
    let (login, name) = (new.login.trim().to_owned(), new.name.trim().to_owned());
    let public_name = if new.public_name.trim().is_empty() { name.clone() } else { new.public_name.trim().to_owned() };
    let mut wrong: Vec<FieldError> = [
        check_name("login", &login, false),
        check_name("name", &name, true),
        check_name("public_name", &public_name, true).filter(|_| !name.is_empty()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut also = |error: Error| {
        if let Error::Invalid(more) = error {
            wrong.extend(more)
        }
    };
    let post = domain::post(&ctx.tenant.units, &new.role, &new.unit).map_err(&mut also);
    let now = ctx.kernel().world().now();
    let term = domain::term(ctx.tenant.zone(), now, (&new.from, &new.until)).map_err(&mut also);
    match (post, term) {
        (Ok(post), Ok(term)) if wrong.is_empty() => {
            if action_to_give(post.role) == "posts.grant" {
                return Err(Error::field("role", "people-needs-two"));
            }
            Ok(Joining { login, name, public_name, post, term })
        }
        _ => Err(Error::Invalid(wrong)),
    }
}

fn new_page(ctx: &Ctx, form: NewForm, errors: FormErrors) -> Result<NewPage> {
    let scope = ctx.kernel().access().scope(&ctx.who, "people.add")?;
    Ok(NewPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        units: unit_choices(&ctx.words, &ctx.tenant.units, &scope, &form.unit),
        roles: role_choices(ctx, &form.role, false),
        form,
        errors,
    })
}

/// `GET /admin/people/new`.
pub(crate) async fn new(ctx: Ctx) -> Answer {
    let body = new_page(&ctx, NewForm::default(), FormErrors::default())?;
    Page::new(Face::Desk, ctx.words.t("people-new")).show(&ctx, &body)
}

/// `POST /admin/people/new`.
pub(crate) async fn add(ctx: Ctx, form: Form<NewForm>) -> Answer {
    let asked: NewPerson = form.fields.clone().into();
    let call = ctx.kernel().call(&ctx.tenant, &ctx.who);
    let joined = match joining(&ctx, &asked) {
        Ok(joining) => actions::join(ctx.kernel(), call, joining).await,
        Err(error) => Err(error),
    };
    match joined {
        Ok((person, token)) => show(&ctx, person, Shown { link: token, ..Shown::default() }, StatusCode::OK).await,
        Err(error) => {
            let error = match error {
                Error::Conflict(key, _) if key == "error-login-taken" => Error::field("login", "people-login-taken"),
                error => error,
            };
            let body = new_page(&ctx, form.fields, FormErrors::take(&ctx.words, error)?)?;
            let page = Page::new(Face::Desk, ctx.words.t("people-new"));
            page.failed(StatusCode::UNPROCESSABLE_ENTITY).show(&ctx, &body)
        }
    }
}

struct PostRow {
    words: String,
    when: String,
    /// "for 网格员戊", where it is held in somebody's place.
    instead_of: String,
    role: &'static str,
    unit: String,
    state: &'static str,
    may_end: bool,
    may_stand_in: bool,
}

#[derive(Template)]
#[template(path = "people/person.html")]
struct PersonPage {
    w: Words,
    csrf: String,
    id: String,
    name: String,
    login: String,
    posts: Vec<PostRow>,
    stand_ins: Vec<PostRow>,
    units: Vec<Choice>,
    roles: Vec<Choice>,
    colleagues: Vec<Choice>,
    form: ChangeForm,
    errors: FormErrors,
    done: String,
    /// The whole link of an invitation that was just made; empty where none was.
    link: String,
    may_invite: bool,
    may_erase: bool,
    here: bool,
}

/// What the page of a person shows beside them.
#[derive(Default)]
struct Shown {
    form: ChangeForm,
    errors: FormErrors,
    done: String,
    link: String,
}

/// `GET /admin/people/{id}`.
pub(crate) async fn person(ctx: Ctx, Path(id): Path<String>, Query(query): Query<ListQuery>) -> Answer {
    let person = seen(&ctx, &id).await?;
    show(&ctx, person, Shown { done: query.done, ..Shown::default() }, StatusCode::OK).await
}

/// A person of the path, if the reader looks after one of their units.
async fn seen(ctx: &Ctx, id: &str) -> Result<PersonId> {
    let person: PersonId = id.parse().map_err(|_| Error::NotFound)?;
    let tenant = ctx.tenant.id;
    let all = ctx.kernel().db().read(tenant, move |read| posts::of(read, tenant, person)).await?;
    let scope = ctx.kernel().access().scope(&ctx.who, "people.see")?;
    let visible = all.iter().any(|post| scope.has(&post.held.unit_path));
    if visible { Ok(person) } else { Err(Error::NotFound) }
}

/// When a post holds, in words.
pub(crate) fn span(w: &Words, tenant: &Tenant, post: &Post, now: Time) -> (String, &'static str) {
    let say = |at: Time| day(w, tenant.zone(), at);
    // The end is the first moment of the next day: people count the last day in.
    let last = |at: Time| say(at - std::time::Duration::from_secs(1));
    let key = match (post.is_over(now), post.starts_at > now, post.ends_at) {
        (true, ..) => "people-post-over",
        (_, true, Some(_)) => "people-post-to-come-until",
        (_, true, None) => "people-post-to-come",
        (_, _, Some(_)) => "people-post-until",
        _ => "people-post-since",
    };
    let until = post.ends_at.map(last).unwrap_or_default();
    let words = w.t2(key, "from", say(post.starts_at), "until", until);
    (
        words,
        if post.is_over(now) {
            "closed"
        } else if post.starts_at > now {
            "received"
        } else {
            "done"
        },
    )
}

async fn show(ctx: &Ctx, person: PersonId, shown: Shown, status: StatusCode) -> Answer {
    let (tenant, now) = (ctx.tenant.id, ctx.kernel().world().now());
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let listed = posts::one(read, tenant, person)?.ok_or(Error::NotFound)?;
        let (own, instead) = (posts::of(read, tenant, person)?, posts::held_for(read, tenant, person, now)?);
        let named = |read: &mut tongxin_db::Read<'_>, post: Post, id: Option<PersonId>| {
            let name = id.map(|id| people_store::public_name(read, tenant, id)).transpose()?;
            Ok((post, name.unwrap_or_default()))
        };
        let own = own
            .into_iter()
            .map(|post| {
                let id = post.stands_in_for;
                named(read, post, id)
            })
            .collect::<Result<Vec<_>>>()?;
        let instead = instead
            .into_iter()
            .map(|post| {
                let id = Some(post.person);
                named(read, post, id)
            })
            .collect::<Result<Vec<_>>>()?;
        Ok((listed, own, instead, colleagues(read, tenant, person, now)?))
    };
    let (listed, own, instead, colleagues) = ctx.kernel().db().read(tenant, read).await?;
    let access = ctx.kernel().access();
    let at = |post: &Held, action: &str| {
        let facts = tongxin_kernel::Facts { unit_path: &post.unit_path, ..tongxin_kernel::Facts::default() };
        access.allows(&ctx.who, action, &facts)
    };
    let row = |(post, name): &(Post, String)| {
        let (when, state) = span(&ctx.words, &ctx.tenant, post, now);
        let open = !post.is_over(now);
        PostRow {
            words: post_words(ctx, &post.held),
            when,
            instead_of: name.clone(),
            role: post.held.role.as_str(),
            unit: post.held.unit_path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned(),
            state,
            may_end: open && at(&post.held, action_to_end(post.held.role)),
            may_stand_in: open
                && post.stands_in_for.is_none()
                && may_be_handed_on(post.held.role)
                && at(&post.held, "posts.stand_in_for_others"),
        }
    };
    let held = |role: Role| own.iter().any(|(post, _)| post.held.role == role && !post.is_over(now));
    let scope = access.scope(&ctx.who, "posts.give")?;
    let body = PersonPage {
        csrf: ctx.csrf(),
        id: person.to_string(),
        login: listed.login.clone().unwrap_or_default(),
        posts: own.iter().map(row).collect(),
        stand_ins: instead.iter().map(row).collect(),
        units: unit_choices(&ctx.words, &ctx.tenant.units, &scope, &shown.form.unit),
        roles: role_choices(ctx, &shown.form.role, true),
        colleagues: colleagues
            .into_iter()
            .map(|(id, name)| Choice {
                value: id.to_string(),
                label: name,
                chosen: id.to_string() == shown.form.deputy,
                ..Choice::default()
            })
            .collect(),
        done: if shown.done.is_empty() {
            String::new()
        } else {
            ctx.words.t(&format!("people-done-{}", known(&shown.done)))
        },
        link: if shown.link.is_empty() { String::new() } else { format!("{}/welcome/{}", ctx.origin, shown.link) },
        may_invite: access.anywhere(&ctx.who, "people.invite") && !listed.name.is_empty(),
        may_erase: access.anywhere(&ctx.who, "people.erase")
            && !listed.name.is_empty()
            && Role::ALL.iter().all(|role| *role == Role::Resident || !held(*role)),
        here: own.iter().any(|(post, _)| !post.is_over(now)),
        name: if listed.name.is_empty() { ctx.words.t("people-erased") } else { listed.name },
        form: shown.form,
        errors: shown.errors,
        w: ctx.words.clone(),
    };
    let title = body.name.clone();
    let page = Page::new(Face::Desk, title);
    let page = if status == StatusCode::OK { page } else { page.failed(status) };
    page.show(ctx, &body)
}

/// What was done, as a word of ours.
fn known(done: &str) -> &'static str {
    let words = ["give", "end", "move", "leave", "stand-in", "invite", "erase", "grant"];
    words.into_iter().find(|word| *word == done).unwrap_or("give")
}

/// Those who could stand in: who works here now.
pub(crate) fn colleagues(
    read: &mut tongxin_db::Read<'_>,
    tenant: tongxin_base::TenantId,
    but: PersonId,
    now: Time,
) -> Result<Vec<(PersonId, String)>> {
    let mut all = Vec::new();
    for pair in [
        (Role::GridWorker, Role::PartTime),
        (Role::CommunityStaff, Role::Secretary),
        (Role::Subdistrict, Role::Mediator),
    ] {
        all.extend(people_store::with_roles(read, tenant, pair, now)?);
    }
    all.retain(|(id, _)| *id != but);
    all.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    all.dedup();
    Ok(all)
}

/// What is done to a person, as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ChangeForm {
    /// A role and a unit in one choice.
    pub post: String,
    pub role: String,
    pub unit: String,
    pub from: String,
    pub until: String,
    pub deputy: String,
    pub reason: String,
    pub to_role: String,
    pub to_unit: String,
}

/// `POST /admin/people/{id}/{verb}`.
pub(crate) async fn change(ctx: Ctx, Path((id, verb)): Path<(String, String)>, form: Form<ChangeForm>) -> Answer {
    let person = seen(&ctx, &id).await?;
    match changed(&ctx, person, &verb, &form.fields).await {
        Ok(Some(token)) => {
            show(&ctx, person, Shown { link: token, done: verb, ..Shown::default() }, StatusCode::OK).await
        }
        Ok(None) => Ok(see_other(&format!("/admin/people/{person}?done={}", known(&verb)))),
        Err(error) => {
            let errors = FormErrors::take(&ctx.words, error)?;
            let shown = Shown { form: form.fields, errors, ..Shown::default() };
            show(&ctx, person, shown, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// The fields of the post somebody is moved to, beside those of the one they leave.
fn moved(error: Error) -> Error {
    let Error::Invalid(fields) = error else { return error };
    let rename = |mut field: FieldError| {
        field.field.insert_str(0, "to_");
        field
    };
    Error::Invalid(fields.into_iter().map(rename).collect())
}

async fn changed(ctx: &Ctx, person: PersonId, verb: &str, form: &ChangeForm) -> Result<Option<String>> {
    let (kernel, call) = (ctx.kernel(), ctx.call(&[])?);
    let post = || domain::post(&ctx.tenant.units, &form.role, &form.unit);
    let term = domain::term(ctx.tenant.zone(), kernel.world().now(), (&form.from, &form.until))?;
    match verb {
        "give" => {
            let post = post()?;
            if action_to_give(post.role) == "posts.grant" {
                let args = actions::grant_args(&post, term);
                let subject = actions::subject(person);
                kernel.ask_approval(call, actions::GRANT.action, subject, args, &form.reason).await?;
            } else {
                actions::give(kernel, call, person, post, term).await?;
            }
        }
        "end" => actions::end(kernel, call, person, post()?, term.until).await?,
        "move" => {
            let new = domain::post(&ctx.tenant.units, &form.to_role, &form.to_unit).map_err(moved)?;
            actions::change_post(kernel, call, person, (post()?, new), term.from).await?;
        }
        "leave" => actions::leave(kernel, call, person, term.until).await?,
        "stand-in" => {
            let deputy = form.deputy.parse().map_err(|_| Error::field("deputy", "form-required"))?;
            actions::stand_in(kernel, call, person, (post()?, deputy), term).await?;
        }
        "invite" => return actions::invite_again(kernel, call, person).await.map(Some),
        "erase" => {
            let args = serde_json::json!({});
            kernel.ask_approval(call, actions::ERASE.action, actions::subject(person), args, &form.reason).await?;
        }
        _ => return Err(Error::NotFound),
    }
    Ok(None)
}
