//! One function per verb: who comes, who moves, who goes, who stands in for whom, and what needs a second person.

use serde_json::{Value, json};
use tongxin_base::{Error, Result, Time};
use tongxin_kernel::{
    Act, Call, Dangerous, Facts, Held, Kernel, PersonId, Post, ReadOrNot, Role, Subject, Who, invite, people_store,
    posts,
};

use crate::domain::{Joining, Term, action_to_end, action_to_give, may_be_handed_on};

/// The job that looks again when a post is over.
pub const OVER_JOB: &str = "people.post_over";
/// The event: somebody does not hold a post any more.
pub const POST_ENDED: &str = "people.post_ended";
/// The longest time for which somebody stands in for another: three months; after that it is a post of their own.
pub const LONGEST_STAND_IN: std::time::Duration = std::time::Duration::from_secs(92 * 24 * 3600);

/// The subject a person is in the journal.
pub fn subject(person: PersonId) -> Subject {
    Subject::new("person", person)
}

fn at(unit_path: &str) -> Facts<'_> {
    Facts { unit_path, ..Facts::default() }
}

fn require(act: &mut Act<'_, '_>, action: &str, unit_path: &str) -> Result<()> {
    if act.call.who == Who::System {
        return Ok(());
    }
    act.kernel.access().require(&act.call.who, action, ReadOrNot::Known, &at(unit_path))
}

/// Whoever looks after none of a person's units is told that there is no such person.
fn see(act: &mut Act<'_, '_>, person: PersonId) -> Result<()> {
    if act.call.who == Who::System || act.call.who.person().is_some_and(|me| me.id == person) {
        return Ok(());
    }
    let scope = act.kernel.access().scope(&act.call.who, "people.see")?;
    let all = posts::of(act.tx, act.call.tenant.id, person)?;
    if all.iter().any(|post| scope.has(&post.held.unit_path)) { Ok(()) } else { Err(Error::NotFound) }
}

/// Somebody new, with a first post. Answers the token of their invitation.
///
/// # Errors
/// `Conflict` where the login is taken; `Forbidden` for a post that is not the caller's to give.
pub async fn join(kernel: &Kernel, call: Call, joining: Joining) -> Result<(PersonId, String)> {
    let (person, token): (PersonId, _) = (kernel.world().id(), kernel.invitation_token(&call.tenant));
    let kept = token.clone();
    kernel
        .act(call, "people.add", move |act| {
            let (tenant, now) = (act.call.tenant.id, act.call.now);
            require(act, "people.add", &joining.post.unit_path)?;
            people_store::add_person(act.tx, tenant, person, (&joining.name, &joining.public_name), now)?;
            people_store::claim_login(act.tx, tenant, person, &joining.login)?;
            invite(act.tx, tenant, person, &kept, now)?;
            give_here(act, person, &joining.post, joining.term, None)?;
            act.journal("people.add", &subject(person), json!({}), None)
        })
        .await?;
    Ok((person, token))
}

/// Gives a person a post for a time.
///
/// # Errors
/// `Rule` for a post that needs a second person; `Conflict` where it is held already.
pub async fn give(kernel: &Kernel, call: Call, person: PersonId, post: Held, term: Term) -> Result<()> {
    kernel
        .act(call, "posts.give", move |act| {
            if action_to_give(post.role) == GRANT.action {
                return Err(Error::rule("people-needs-two"));
            }
            see(act, person)?;
            give_here(act, person, &post, term, None)
        })
        .await
}

fn give_here(
    act: &mut Act<'_, '_>,
    person: PersonId,
    post: &Held,
    term: Term,
    instead_of: Option<PersonId>,
) -> Result<()> {
    let action = action_to_give(post.role);
    if instead_of.is_none() && action != GRANT.action {
        require(act, action, &post.unit_path)?;
    }
    put(act, person, post, term, instead_of)
}

fn put(act: &mut Act<'_, '_>, person: PersonId, post: &Held, term: Term, instead_of: Option<PersonId>) -> Result<()> {
    let (tenant, now) = (act.call.tenant.id, act.call.now);
    people_store::public_name(act.tx, tenant, person)?;
    let starts_at = term.from.unwrap_or(now).max(now);
    let row = Post { person, held: post.clone(), starts_at, ends_at: term.until, stands_in_for: instead_of };
    posts::give(act.tx, tenant, &row, now)?;
    posts::set_left(act.tx, tenant, person, None)?;
    watch(act, &row);
    let payload = json!({
        "unit": post.unit_path, "role": post.role, "from": starts_at, "until": term.until, "for": instead_of,
    });
    act.journal(if instead_of.is_some() { "posts.stand_in" } else { "posts.give" }, &subject(person), payload, None)?;
    act.event("people.post_given", &subject(person), json!({"unit": post.unit_path, "role": post.role}));
    Ok(())
}

/// Has a post looked at when it is over.
fn watch(act: &mut Act<'_, '_>, post: &Post) {
    if let Some(end) = post.ends_at {
        let payload = json!({"person": post.person, "unit": post.held.unit_path, "role": post.held.role});
        act.later(OVER_JOB, end, payload);
    }
}

/// Ends a post at a moment, now or to come.
///
/// # Errors
/// `NotFound` where it is not held; `Rule` for the last administrator.
pub async fn end(kernel: &Kernel, call: Call, person: PersonId, post: Held, when: Option<Time>) -> Result<()> {
    kernel
        .act(call, "posts.end", move |act| {
            let own = act.call.who.person().is_some_and(|me| me.id == person);
            if !own || post.role == Role::Admin {
                see(act, person)?;
                require(act, action_to_end(post.role), &post.unit_path)?;
            }
            end_here(act, person, &post, when)
        })
        .await
}

/// Moves somebody from one post to another: the old one ends the moment the new one begins, so that no day has neither or both.
///
/// # Errors
/// `Rule` for a post that needs a second person; `Conflict` where the new one is held already; `NotFound` where the old one is not.
pub async fn change_post(
    kernel: &Kernel,
    call: Call,
    person: PersonId,
    (old, new): (Held, Held),
    from: Option<Time>,
) -> Result<()> {
    kernel
        .act(call, "posts.move", move |act| {
            if action_to_give(new.role) == GRANT.action {
                return Err(Error::rule("people-needs-two"));
            }
            see(act, person)?;
            require(act, action_to_end(old.role), &old.unit_path)?;
            let (tenant, when) = (act.call.tenant.id, from.unwrap_or(act.call.now).max(act.call.now));
            let held = posts::of(act.tx, tenant, person)?;
            let held = held.iter().find(|post| post.held == old && !post.is_over(when)).ok_or(Error::NotFound)?;
            if held.stands_in_for.is_some() {
                return Err(Error::rule("people-not-handed-twice"));
            }
            let until = held.ends_at;
            give_here(act, person, &new, Term { from: Some(when), until }, None)?;
            end_here(act, person, &old, Some(when))
        })
        .await
}

fn end_here(act: &mut Act<'_, '_>, person: PersonId, post: &Held, when: Option<Time>) -> Result<()> {
    let (tenant, now) = (act.call.tenant.id, act.call.now);
    let when = when.unwrap_or(now).max(now);
    if post.role == Role::Admin && posts::others_with(act.tx, tenant, Role::Admin, person, when)? == 0 {
        return Err(Error::rule("people-last-admin"));
    }
    let instead = posts::held_for(act.tx, tenant, person, now)?;
    if !posts::end(act.tx, tenant, person, post, when)? {
        return Err(Error::NotFound);
    }
    let ended = instead.into_iter().filter(|other| other.held == *post).map(|other| other.person);
    for who in [person].into_iter().chain(ended) {
        act.later(OVER_JOB, when, json!({"person": who, "unit": post.unit_path, "role": post.role}));
        act.journal("posts.end", &subject(who), json!({"unit": post.unit_path, "role": post.role, "at": when}), None)?;
    }
    Ok(())
}

/// Ends all posts of a person at a moment. Their sessions and tokens end with the last one.
///
/// # Errors
/// `Forbidden` where one of the posts is not the caller's to end.
pub async fn leave(kernel: &Kernel, call: Call, person: PersonId, when: Option<Time>) -> Result<()> {
    kernel
        .act(call, "people.leave", move |act| {
            see(act, person)?;
            let (tenant, now) = (act.call.tenant.id, act.call.now);
            let held: Vec<Post> = posts::of(act.tx, tenant, person)?
                .into_iter()
                .filter(|post| !post.is_over(when.unwrap_or(now)))
                .collect();
            if held.is_empty() {
                return Err(Error::rule("people-no-post"));
            }
            for post in &held {
                require(act, action_to_end(post.held.role), &post.held.unit_path)?;
                end_here(act, person, &post.held, when)?;
            }
            act.journal("people.leave", &subject(person), json!({"at": when.unwrap_or(now)}), None)
        })
        .await
}

/// A post is over: whoever holds none any more is shown out, and the rooms hear of it.
///
/// # Errors
/// As `Tx::exec`.
pub fn post_over(act: &mut Act<'_, '_>, person: PersonId, post: &Held) -> Result<()> {
    let (tenant, now) = (act.call.tenant.id, act.call.now);
    let all = posts::of(act.tx, tenant, person)?;
    if all.iter().any(|other| other.held == *post && !other.is_over(now)) {
        return Ok(()); // given again, or for longer
    }
    act.event(POST_ENDED, &subject(person), json!({"unit": post.unit_path, "role": post.role}));
    if all.iter().all(|other| other.is_over(now)) {
        posts::shut_out(act.tx, tenant, person)?;
        posts::set_left(act.tx, tenant, person, Some(now))?;
        act.journal("people.left", &subject(person), json!({}), None)?;
    }
    Ok(())
}

/// Has somebody stand in for a post for a time: its holder says so themselves, or whoever looks after the unit does.
///
/// # Errors
/// `Rule` for posts that are not handed on, for standing in for oneself, for a post held in somebody's place; `Invalid` for the time.
pub async fn stand_in(
    kernel: &Kernel,
    call: Call,
    holder: PersonId,
    (post, deputy): (Held, PersonId),
    term: Term,
) -> Result<()> {
    kernel
        .act(call, "posts.stand_in", move |act| {
            let (tenant, now) = (act.call.tenant.id, act.call.now);
            see(act, holder)?;
            let own = act.call.who.person().is_some_and(|me| me.id == holder);
            require(act, if own { "posts.stand_in" } else { "posts.stand_in_for_others" }, &post.unit_path)
                .or_else(|error| if own { Ok(()) } else { Err(error) })?;
            if !may_be_handed_on(post.role) {
                return Err(Error::rule("people-not-handed-on"));
            }
            if deputy == holder {
                return Err(Error::field("deputy", "people-own-deputy"));
            }
            let held = posts::of(act.tx, tenant, holder)?;
            let held = held.iter().find(|other| other.held == post && !other.is_over(now)).ok_or(Error::NotFound)?;
            if held.stands_in_for.is_some() {
                return Err(Error::rule("people-not-handed-twice"));
            }
            let theirs = posts::of(act.tx, tenant, deputy)?;
            if !theirs.iter().any(|other| other.held.role != Role::Resident && other.is_held(now)) {
                return Err(Error::field("deputy", "people-deputy-works-here"));
            }
            let until = term.until.ok_or_else(|| Error::field("until", "form-required"))?;
            let from = term.from.unwrap_or(now).max(now).max(held.starts_at);
            let until = held.ends_at.map_or(until, |end| until.min(end));
            if until <= from || until.since(from) > LONGEST_STAND_IN {
                return Err(Error::field("until", "people-stand-in-time"));
            }
            put(act, deputy, &post, Term { from: Some(from), until: Some(until) }, Some(holder))
        })
        .await
}

/// Ends standing in before its time: by the holder, by who stands in, or by who looks after the unit.
///
/// # Errors
/// `NotFound` where nobody stands in.
pub async fn end_stand_in(kernel: &Kernel, call: Call, deputy: PersonId, post: Held) -> Result<()> {
    kernel
        .act(call, "posts.end", move |act| {
            let (tenant, now) = (act.call.tenant.id, act.call.now);
            let theirs = posts::of(act.tx, tenant, deputy)?;
            let row = theirs.iter().find(|other| other.held == post && !other.is_over(now)).ok_or(Error::NotFound)?;
            let holder = row.stands_in_for.ok_or(Error::NotFound)?;
            let me = act.call.who.person().map(|me| me.id);
            if me != Some(holder) && me != Some(deputy) {
                require(act, "posts.stand_in_for_others", &post.unit_path)?;
            }
            end_here(act, deputy, &post, None)
        })
        .await
}

/// A new invitation for somebody who lost their way in: their password and their sessions end. Answers its token.
///
/// # Errors
/// `NotFound` where there is no such person.
pub async fn invite_again(kernel: &Kernel, call: Call, person: PersonId) -> Result<String> {
    let token = kernel.invitation_token(&call.tenant);
    let kept = token.clone();
    kernel
        .act(call, "people.invite", move |act| {
            let (tenant, now) = (act.call.tenant.id, act.call.now);
            see(act, person)?;
            let held = posts::of(act.tx, tenant, person)?;
            let unit = held.first().map_or("", |post| post.held.unit_path.as_str()).to_owned();
            require(act, "people.invite", &unit)?;
            people_store::public_name(act.tx, tenant, person)?;
            people_store::drop_password(act.tx, tenant, person)?;
            invite(act.tx, tenant, person, &kept, now)?;
            act.journal("people.reset", &subject(person), json!({}), None)?;
            act.event("people.reset", &subject(person), json!({}));
            Ok(())
        })
        .await?;
    Ok(token)
}

/// Giving a post that looks after the installation itself.
pub const GRANT: Dangerous = Dangerous { action: "posts.grant", check: check_grant, run: grant };
/// Erasing somebody's data for them; what people do with their own needs nobody's leave.
pub const ERASE: Dangerous = Dangerous { action: "people.erase", check: check_erase, run: erase };

fn granted(args: &Value) -> Result<(Held, Term)> {
    let text = |name: &str| args.get(name).and_then(Value::as_str).map(str::to_owned);
    let time = |name: &str| args.get(name).and_then(Value::as_i64).map(Time::from_micros);
    let role =
        text("role").and_then(|word| Role::parse(&word)).ok_or_else(|| Error::field("role", "form-unknown-choice"))?;
    let unit_path = text("unit").ok_or_else(|| Error::field("unit", "form-required"))?;
    Ok((Held { unit_path, role }, Term { from: time("from"), until: time("until") }))
}

/// The arguments under which such a post is asked for.
pub fn grant_args(post: &Held, term: Term) -> Value {
    json!({
        "unit": post.unit_path, "role": post.role,
        "from": term.from.map(Time::micros), "until": term.until.map(Time::micros),
    })
}

fn check_grant(act: &mut Act<'_, '_>, subject: &Subject, args: &Value) -> Result<()> {
    let (post, _) = granted(args)?;
    let held = posts::of(act.tx, act.call.tenant.id, subject.typed())?;
    if held.iter().any(|other| other.held == post && !other.is_over(act.call.now)) {
        return Err(Error::conflict("people-post-held"));
    }
    people_store::public_name(act.tx, act.call.tenant.id, subject.typed()).map(drop)
}

fn grant(act: &mut Act<'_, '_>, subject: &Subject, args: &Value) -> Result<()> {
    let (post, term) = granted(args)?;
    put(act, subject.typed(), &post, term, None)
}

fn check_erase(act: &mut Act<'_, '_>, subject: &Subject, _: &Value) -> Result<()> {
    act.may_go(subject.typed())
}

fn erase(act: &mut Act<'_, '_>, subject: &Subject, _: &Value) -> Result<()> {
    act.erase(&tongxin_kernel::Whose::Person(subject.typed()))
}
