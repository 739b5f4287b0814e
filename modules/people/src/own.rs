//! One's own posts: which they are, and who stands in while one is away.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use serde::Deserialize;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Post, people_store, posts};
use tongxin_web::{Answer, Choice, Ctx, Face, Form, FormErrors, Page, Words, see_other};

use crate::actions;
use crate::domain::{self, may_be_handed_on};
use crate::pages::{ChangeForm, colleagues, span, unit_name};

struct Row {
    words: String,
    when: String,
    role: &'static str,
    unit: String,
    /// Whose post it is, where it is held in somebody's place.
    instead_of: String,
    person: String,
    may_stand_in: bool,
}

#[derive(Template)]
#[template(path = "people/own.html")]
struct OwnPage {
    w: Words,
    csrf: String,
    posts: Vec<Row>,
    stand_ins: Vec<Row>,
    choices: Vec<Choice>,
    colleagues: Vec<Choice>,
    form: ChangeForm,
    errors: FormErrors,
    done: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    done: String,
}

/// `GET /me/posts`.
pub(crate) async fn posts(ctx: Ctx, Query(query): Query<Done>) -> Answer {
    show(&ctx, ChangeForm::default(), FormErrors::default(), !query.done.is_empty(), StatusCode::OK).await
}

async fn show(ctx: &Ctx, form: ChangeForm, errors: FormErrors, done: bool, status: StatusCode) -> Answer {
    let me = ctx.who.person().ok_or(Error::Unauthenticated)?.id;
    let (tenant, now) = (ctx.tenant.id, ctx.kernel().world().now());
    let read = move |read: &mut tongxin_db::Read<'_>| {
        let mut own = posts::of(read, tenant, me)?;
        own.retain(|post| !post.is_over(now));
        let mut rows = Vec::new();
        for post in own.into_iter().chain(posts::held_for(read, tenant, me, now)?) {
            let other = if post.person == me { post.stands_in_for } else { Some(post.person) };
            let name = other.map(|id| people_store::public_name(read, tenant, id)).transpose()?;
            rows.push((post, name.unwrap_or_default()));
        }
        Ok((rows, colleagues(read, tenant, me, now)?))
    };
    let (rows, colleagues) = ctx.kernel().db().read(tenant, read).await?;
    let row = |(post, name): &(Post, String)| Row {
        words: format!(
            "{} · {}",
            ctx.words.t(&format!("role-{}", post.held.role)),
            unit_name(&ctx.words, &ctx.tenant.units, &post.held.unit_path)
        ),
        when: span(&ctx.words, &ctx.tenant, post, now).0,
        role: post.held.role.as_str(),
        unit: post.held.unit_path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned(),
        instead_of: name.clone(),
        person: post.person.to_string(),
        may_stand_in: post.stands_in_for.is_none() && may_be_handed_on(post.held.role),
    };
    let (own, instead): (Vec<_>, Vec<_>) = rows.iter().partition(|(post, _)| post.person == me);
    let own: Vec<Row> = own.into_iter().map(row).collect();
    let choice = |row: &Row| Choice {
        value: format!("{} {}", row.role, row.unit),
        label: row.words.clone(),
        chosen: form.post == format!("{} {}", row.role, row.unit),
        ..Choice::default()
    };
    let body = OwnPage {
        csrf: ctx.csrf(),
        choices: own.iter().filter(|row| row.may_stand_in).map(choice).collect(),
        posts: own,
        stand_ins: instead.into_iter().map(row).collect(),
        colleagues: colleagues
            .into_iter()
            .map(|(id, name)| Choice {
                chosen: id.to_string() == form.deputy,
                value: id.to_string(),
                label: name,
                ..Choice::default()
            })
            .collect(),
        form,
        errors,
        done,
        w: ctx.words.clone(),
    };
    let page = Page::new(Face::Street, ctx.words.t("people-own-title"));
    let page = if status == StatusCode::OK { page } else { page.failed(status) };
    page.show(ctx, &body)
}

/// `POST /me/posts/{verb}`.
pub(crate) async fn change(ctx: Ctx, Path(verb): Path<String>, form: Form<ChangeForm>) -> Answer {
    match changed(&ctx, &verb, &form.fields).await {
        Ok(()) => Ok(see_other("/me/posts?done=yes")),
        Err(error) => {
            let errors = FormErrors::take(&ctx.words, error)?;
            show(&ctx, form.fields, errors, false, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn changed(ctx: &Ctx, verb: &str, form: &ChangeForm) -> Result<()> {
    let (kernel, call) = (ctx.kernel(), ctx.call(&[])?);
    let me = ctx.who.person().ok_or(Error::Unauthenticated)?.id;
    let (role, unit) = form.post.split_once(' ').unwrap_or((&form.role, &form.unit));
    let post = domain::post(&ctx.tenant.units, role, unit).map_err(|_| Error::field("post", "form-required"))?;
    match verb {
        "stand-in" => {
            let deputy = form.deputy.parse().map_err(|_| Error::field("deputy", "form-required"))?;
            let term = domain::term(ctx.tenant.zone(), kernel.world().now(), (&form.from, &form.until))?;
            actions::stand_in(kernel, call, me, (post, deputy), term).await
        }
        "end" => {
            let deputy = form.deputy.parse().map_err(|_| Error::NotFound)?;
            actions::end_stand_in(kernel, call, deputy, post).await
        }
        _ => Err(Error::NotFound),
    }
}
