//! 在岗: when a worker is there, what they can do, from where, and when they are away. They say so themselves; for who looks
//! after their unit there is all but the base point, which is theirs alone.

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::{Error, Result};
use tongxin_kernel::{Act, Call, Facts, Held, Kernel, PersonId, ReadOrNot, Role, Subject, TokenScopes, people_store};
use utoipa::ToSchema;

use crate::domain::PhraseKind;
use crate::duty::{RawLeave, base_point, parse_hours, parse_skills};
use crate::store::duty::{self, Leave, LeaveId};
use crate::store::phrases;

/// What changes; whatever is left out stays.
#[derive(Debug, Clone, Default)]
pub struct DutyChange {
    /// Hours of the week; empty for the tenant's working hours.
    pub hours: Option<String>,
    /// Codes of skills.
    pub skills: Option<Vec<String>>,
    /// The base point, or none for the point of the unit.
    pub base: Option<Option<(f64, f64)>>,
    /// A leave to be entered.
    pub away: Option<RawLeave>,
    /// A leave to be taken back.
    pub back: Option<LeaveId>,
}

/// What was done.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DutyChanged {
    /// What changed: `hours`, `skills`, `base`, `away`, `back`.
    pub changed: Vec<String>,
}

/// The posts through which somebody is a worker.
///
/// # Errors
/// `NotFound` where they are none.
pub fn worker_posts(read: &mut tongxin_db::Read<'_>, person: PersonId, now: tongxin_base::Time) -> Result<Vec<Held>> {
    let tenant = read.tenant();
    let known = people_store::person(read, tenant, person, TokenScopes::All, now)?.ok_or(Error::NotFound)?;
    let works = |post: &Held| matches!(post.role, Role::GridWorker | Role::PartTime);
    let posts: Vec<Held> = known.posts.into_iter().filter(works).collect();
    if posts.is_empty() { Err(Error::NotFound) } else { Ok(posts) }
}

/// Asks whether the caller may change when this worker is there.
fn require(act: &mut Act<'_, '_>, person: PersonId) -> Result<()> {
    let posts = worker_posts(act.tx, person, act.call.now)?;
    let (who, access) = (&act.call.who, act.kernel.access());
    if who.person().is_some_and(|me| me.id == person) {
        return access.require(who, "duty.own", ReadOrNot::Known, &Facts { own: true, ..Facts::default() });
    }
    let over = |post: &Held| {
        let facts = Facts { unit_path: &post.unit_path, ..Facts::default() };
        access.require(who, "duty.manage", ReadOrNot::If("duty.manage"), &facts)
    };
    posts.iter().map(over).reduce(Result::or).unwrap_or(Err(Error::NotFound))
}

/// Changes when a worker is there.
///
/// # Errors
/// `Invalid` for what cannot be kept; `NotFound` for who is no worker of the caller's; `Forbidden` for somebody else's base
/// point.
pub async fn change_duty(kernel: &Kernel, call: Call, person: PersonId, change: DutyChange) -> Result<DutyChanged> {
    let own = call.who.person().is_some_and(|me| me.id == person);
    if change.base.is_some() && !own {
        return Err(Error::Forbidden);
    }
    let hours = change.hours.as_deref().map(parse_hours).transpose()?;
    let base = change.base.map(|base| base.map(base_point).transpose()).transpose()?;
    let away = change.away.as_ref().map(|leave| leave.parse(call.now, &call.tenant.calendar)).transpose()?;
    let (id, skills, back): (LeaveId, _, _) = (kernel.world().id(), change.skills, change.back);
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        require(act, person)?;
        let before = duty::duty(act.tx, tenant, person)?;
        let mut after = before.clone();
        let mut changed = Vec::new();
        if let Some(hours) = &hours {
            after.hours.clone_from(hours);
        }
        if let Some(skills) = &skills {
            let list = phrases::all(act.tx, tenant)?;
            let known = list.into_iter().filter(|phrase| phrase.kind == PhraseKind::Skill && phrase.active);
            let known: Vec<String> = known.map(|phrase| phrase.code).chain(before.skills.iter().cloned()).collect();
            after.skills = parse_skills(skills, &known)?;
        }
        if let Some(base) = base {
            after.base = base;
        }
        for (name, differs) in [
            ("hours", before.hours != after.hours),
            ("skills", before.skills != after.skills),
            ("base", before.base != after.base),
        ] {
            if differs {
                changed.push(name.to_owned());
            }
        }
        if before != after {
            duty::put_duty(act.tx, tenant, person, &after, now)?;
        }
        if let Some((from, to, reason)) = &away {
            let leave = Leave { id, from: *from, to: *to, reason: reason.clone() };
            duty::add_leave(act.tx, tenant, person, &leave)?;
            changed.push("away".to_owned());
        }
        if let Some(back) = back {
            if !duty::drop_leave(act.tx, tenant, person, back)? {
                return Err(Error::NotFound);
            }
            changed.push("back".to_owned());
        }
        if !changed.is_empty() {
            // Where they set out from is theirs: not even a digest of it is kept.
            let personal = json!({"hours": after.hours, "skills": after.skills, "away": away});
            act.journal("duty.change", &Subject::new("person", person), json!({"changed": changed}), Some(&personal))?;
        }
        Ok(DutyChanged { changed })
    };
    kernel.act(call, "duty.change", act).await
}
