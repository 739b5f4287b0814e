//! Why somebody may or may not do something: the same for the command line and the page.

use std::sync::Arc;

use tongxin_base::{Error, Result, Time};
use tongxin_kernel::{Explained, Facts, Kernel, Post, Tenant, Thing, TokenScopes, Who, people_store, posts};
use tongxin_web::Words;

use crate::pages::{span, unit_name};

/// An answer with what it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Who was asked about: their name, or nobody's.
    pub name: Option<String>,
    /// The thing; nothing where none was named.
    pub thing: Option<Thing>,
    /// The decision.
    pub explained: Explained,
    /// Posts that do not count now: over, or still to come.
    pub not_now: Vec<Post>,
}

/// Answers whether `person` (a login, or `anyone`) may do `action` to `thing` (a number, a code, a unit; empty for "to anything").
///
/// # Errors
/// `Invalid` with the field that names nobody, nothing, or no action.
pub async fn explain(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    (person, action, thing): (&str, &str, &str),
) -> Result<Answered> {
    if !kernel.access().knows(action) {
        return Err(Error::field("action", "people-no-action"));
    }
    let (id, now, login) = (tenant.id, kernel.world().now(), person.to_owned());
    let find = move |read: &mut tongxin_db::Read<'_>| {
        let Some(found) = people_store::by_login(read, id, &login)?.or_else(|| login.parse().ok()) else {
            return Ok(None);
        };
        let Some(person) = people_store::person(read, id, found, TokenScopes::All, now)? else { return Ok(None) };
        Ok(Some((person, posts::of(read, id, found)?)))
    };
    let (who, all) = if person == "anyone" {
        (Who::Nobody, Vec::new())
    } else {
        let found = kernel.db().read(id, find).await?;
        let (person, posts) = found.ok_or_else(|| Error::field("person", "people-no-person"))?;
        (Who::Person(Arc::new(person)), posts)
    };
    let named = thing.trim().to_owned();
    let thing = if named.is_empty() { None } else { Some(find_thing(kernel, tenant, named, &who).await?) };
    let facts = thing.as_ref().map_or_else(Facts::default, |thing| Facts {
        unit_path: &thing.unit_path,
        own: thing.own,
        handler: thing.handler,
    });
    let explain = |facts: &Facts<'_>| kernel.access().explain(&who, action, facts);
    // Where no thing is named, it is whether they may at any of their own units.
    let units = who.person().map_or(&[][..], |person| &person.posts).iter().filter(|_| thing.is_none());
    let mut anywhere = units.map(|post| explain(&Facts { unit_path: &post.unit_path, ..Facts::default() }));
    let explained = anywhere.find(|explained| explained.allowed).unwrap_or_else(|| explain(&facts));
    Ok(Answered {
        name: who.person().map(|person| person.name.clone()),
        not_now: all.into_iter().filter(|post| !post.is_held(now)).collect(),
        thing,
        explained,
    })
}

async fn find_thing(kernel: &Kernel, tenant: &Arc<Tenant>, name: String, who: &Who) -> Result<Thing> {
    if let Some(unit) = tenant.units.by_code(&name) {
        let (name, unit_path) = (unit.name.zh.clone(), unit.path.clone());
        return Ok(Thing { kind: "unit", name, unit_path, own: false, handler: false });
    }
    let (id, asked, who) = (tenant.id, kernel.clone(), who.clone());
    let find = move |read: &mut tongxin_db::Read<'_>| {
        for finder in asked.rooms().iter().flat_map(|room| room.things) {
            if let Some(thing) = (finder.find)(read, id, &name, &who)? {
                return Ok(Some(thing));
            }
        }
        Ok(None)
    };
    kernel.db().read(id, find).await?.ok_or_else(|| Error::field("thing", "people-no-thing"))
}

/// A decision in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// What was decided.
    pub allowed: bool,
    /// The same with the name of who was asked about.
    pub title: String,
    /// What it stands on, a sentence each.
    pub reasons: Vec<String>,
    /// The rules that decided: the room and the text of each.
    pub rules: Vec<(String, String)>,
}

/// The same in a reader's words.
pub fn said(w: &Words, tenant: &Tenant, now: Time, answered: Answered) -> Why {
    let explained = answered.explained;
    let role = |role: &str| w.t(&format!("role-{role}"));
    let post = |post: &tongxin_kernel::Held| {
        format!("{} · {}", role(post.role.as_str()), unit_name(w, &tenant.units, &post.unit_path))
    };
    let mut reasons = Vec::new();
    if let Some(thing) = &answered.thing {
        let unit = unit_name(w, &tenant.units, &thing.unit_path);
        reasons.push(w.t2("people-why-thing", "name", thing.name.clone(), "unit", unit));
        if thing.own {
            reasons.push(w.t("people-why-own"));
        }
        if thing.handler {
            reasons.push(w.t("people-why-handler"));
        }
    }
    reasons.extend(explained.counted.iter().map(|held| w.t1("people-why-counted", "post", post(held))));
    reasons.extend(explained.elsewhere.iter().map(|held| w.t1("people-why-elsewhere", "post", post(held))));
    let not_now =
        |held: &Post| w.t2("people-why-not-now", "post", post(&held.held), "when", span(w, tenant, held, now).0);
    reasons.extend(answered.not_now.iter().map(not_now));
    if !explained.covered {
        reasons.push(w.t("people-why-token"));
    }
    if !explained.allowed {
        let enough: Vec<String> = explained.enough.iter().map(|one| role(one.as_str())).collect();
        if !enough.is_empty() {
            reasons.push(w.t1("people-why-enough", "roles", enough.join(&w.t("people-list-comma"))));
        }
        if explained.own {
            reasons.push(w.t("people-why-own-may"));
        }
        if explained.handler {
            reasons.push(w.t("people-why-handler-may"));
        }
        if explained.rules.is_empty() {
            reasons.push(w.t("people-why-no-rule"));
        }
    }
    let name = answered.name.unwrap_or_else(|| w.t("people-anyone"));
    Why {
        allowed: explained.allowed,
        title: w.t1(if explained.allowed { "people-why-yes" } else { "people-why-no" }, "name", name),
        reasons,
        rules: explained.rules.into_iter().map(|rule| (rule.room, rule.text)).collect(),
    }
}
