//! A table of people, brought in as a whole or not at all: what it would do here, and the one write. The command line and the
//! browser come here; whoever is not the house itself gives only the posts that are theirs to give.

use std::collections::{BTreeSet, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde_json::json;
use tongxin_base::{Error, Locale, Result};
use tongxin_kernel::{
    Act, Call, Facts, Held, Kernel, PersonId, ReadOrNot, Subject, Tenant, Who, contact, invite, people_store, posts,
};

use crate::domain::action_to_give;
use crate::table::Listed;

/// Somebody who is not here yet.
#[derive(Debug, Clone)]
pub struct Newcomer {
    id: PersonId,
    /// Who.
    pub listed: Listed,
    /// The token of their invitation.
    pub token: String,
}

/// What a person of the table would come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// They are new.
    Joins,
    /// They are here, and get so many more posts.
    Gets(usize),
    /// They are here, with all of it.
    Nothing,
    /// Not the caller's to do: the word says why.
    Refused(&'static str),
}

/// What a table changes.
#[derive(Debug, Default)]
pub struct Plan {
    /// Everybody of the table, with what they would come to.
    pub people: Vec<(Listed, Effect)>,
    /// Those who are not here yet.
    pub newcomers: Vec<Newcomer>,
    /// Posts that people who are here already do not hold yet.
    pub posts: Vec<(PersonId, Held)>,
}

impl Plan {
    /// How many would be refused.
    pub fn refused(&self) -> usize {
        self.people.iter().filter(|(_, effect)| matches!(effect, Effect::Refused(_))).count()
    }

    /// The same for the same table as long as it would do the same here.
    pub fn mark(&self) -> String {
        let mut hasher = std::hash::DefaultHasher::new();
        for (listed, effect) in &self.people {
            (listed.line, &listed.login, &listed.name, &listed.email, effect).hash(&mut hasher);
            listed.posts.iter().for_each(|post| (&post.unit_path, post.role.as_str()).hash(&mut hasher));
        }
        format!("{:016x}", hasher.finish())
    }
}

/// Whether somebody may give all of these posts, and have a newcomer at them.
fn may_give(kernel: &Kernel, who: &Who, post: &Held, newcomer: bool) -> Option<&'static str> {
    if *who == Who::System {
        return None;
    }
    let action = action_to_give(post.role);
    if action == "posts.grant" {
        return Some("people-needs-two");
    }
    let facts = Facts { unit_path: &post.unit_path, ..Facts::default() };
    let allowed = |action: &str| kernel.access().allows(who, action, &facts);
    (!allowed(action) || newcomer && !allowed("people.add")).then_some("people-table-not-yours")
}

/// What everybody of a table would come to.
///
/// # Errors
/// As `Db::read`.
pub async fn plan(kernel: &Kernel, tenant: &Arc<Tenant>, who: &Who, everybody: Vec<Listed>) -> Result<Plan> {
    let id = tenant.id;
    let here = kernel.db().read(id, move |read| people_store::logins(read, id)).await?;
    let here: HashMap<String, PersonId> = here.into_iter().map(|(login, person, _)| (login, person)).collect();
    let seen = if *who == Who::System { None } else { Some(kernel.access().scope(who, "people.see")?) };
    let mut plan = Plan::default();
    for listed in everybody {
        let Some(person) = here.get(&listed.login).copied() else {
            let refused = listed.posts.iter().find_map(|post| may_give(kernel, who, post, true));
            plan.people.push((listed.clone(), refused.map_or(Effect::Joins, Effect::Refused)));
            let token = kernel.invitation_token(tenant);
            plan.newcomers.push(Newcomer { id: kernel.world().id(), listed, token });
            continue;
        };
        let all = kernel.db().read(id, move |read| posts::of(read, id, person)).await?;
        if seen.as_ref().is_some_and(|scope| !all.iter().any(|post| scope.has(&post.held.unit_path))) {
            // Whoever looks after none of their units is not told who it is.
            plan.people.push((listed, Effect::Refused("people-login-taken")));
            continue;
        }
        let held = kernel.person(id, person).await?;
        let held: BTreeSet<&Held> = held.posts.iter().collect();
        let fresh: Vec<Held> = listed.posts.iter().filter(|post| !held.contains(post)).cloned().collect();
        let refused = fresh.iter().find_map(|post| may_give(kernel, who, post, false));
        let effect = match (refused, fresh.len()) {
            (Some(why), _) => Effect::Refused(why),
            (None, 0) => Effect::Nothing,
            (None, more) => Effect::Gets(more),
        };
        plan.people.push((listed, effect));
        plan.posts.extend(fresh.into_iter().map(|post| (person, post)));
    }
    Ok(plan)
}

/// Lets everybody in, or nobody.
///
/// # Errors
/// `Conflict` where a login is taken elsewhere; `Forbidden` or `Rule` for a post that is not the caller's to give.
pub async fn write(kernel: &Kernel, call: Call, plan: Plan) -> Result<()> {
    if plan.newcomers.is_empty() && plan.posts.is_empty() {
        return Ok(());
    }
    let write = move |act: &mut Act<'_, '_>| {
        plan.newcomers.iter().try_for_each(|newcomer| move_in(act, newcomer))?;
        let (id, now) = (act.call.tenant.id, act.call.now);
        for (person, post) in &plan.posts {
            require(act, post, false)?;
            people_store::add_post(act.tx, id, *person, post, now)?;
            let payload = json!({"unit": post.unit_path, "role": post.role});
            act.journal("people.post", &Subject::new("person", *person), payload, None)?;
        }
        Ok(())
    };
    kernel.act(call, "people.import", write).await
}

fn require(act: &mut Act<'_, '_>, post: &Held, newcomer: bool) -> Result<()> {
    if act.call.who == Who::System {
        return Ok(());
    }
    if action_to_give(post.role) == "posts.grant" {
        return Err(Error::rule("people-needs-two"));
    }
    let facts = Facts { unit_path: &post.unit_path, ..Facts::default() };
    let actions = [Some(action_to_give(post.role)), newcomer.then_some("people.add")];
    let require = |action| act.kernel.access().require(&act.call.who, action, ReadOrNot::Known, &facts);
    actions.into_iter().flatten().try_for_each(require)
}

fn move_in(act: &mut Act<'_, '_>, newcomer: &Newcomer) -> Result<()> {
    let Newcomer { id: person, listed, token } = newcomer;
    let (id, now) = (act.call.tenant.id, act.call.now);
    listed.posts.iter().try_for_each(|post| require(act, post, true))?;
    people_store::add_person(act.tx, id, *person, (&listed.name, &listed.public_name), now)?;
    people_store::claim_login(act.tx, id, *person, &listed.login)?;
    for post in &listed.posts {
        people_store::add_post(act.tx, id, *person, post, now)?;
    }
    if let Some(email) = &listed.email {
        // Whether notices go there is for the person to say, on their own page.
        let contact = contact::Contact { email: email.clone(), notices_by_mail: false, locale: Locale::default() };
        contact::put(act.tx, id, *person, &contact, now)?;
    }
    invite(act.tx, id, *person, token, now)?;
    let posts: Vec<_> = listed.posts.iter().map(|post| json!({"unit": post.unit_path, "role": post.role})).collect();
    act.journal("people.add", &Subject::new("person", *person), json!({"posts": posts}), None)
}
