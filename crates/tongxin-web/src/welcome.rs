//! What an administrator is told to do next in a house that is still empty.

use tongxin_base::Error;
use tongxin_kernel::{Level, people_store};

use crate::ctx::Ctx;

/// One thing to do in a new house.
pub(crate) struct Step {
    pub done: bool,
    pub title: String,
    pub words: String,
    /// How to do it by the command line; empty where it is done on a page.
    pub command: &'static str,
    /// Where to do it; empty where it is done by the command line.
    pub href: &'static str,
}

/// What an administrator still has to do; nothing once communities, people and sites are there.
pub(crate) async fn next_steps(ctx: &Ctx) -> Result<Vec<Step>, Error> {
    let (id, now, kernel) = (ctx.tenant.id, ctx.kernel().world().now(), ctx.kernel().clone());
    let units = ctx.kernel().units(id)?;
    let find = move |read: &mut tongxin_db::Read<'_>| {
        let people = people_store::logins(read, id)?.len() > 1;
        Ok((people, !kernel.places(read, id)?.is_empty()))
    };
    let (people, sites) = ctx.kernel().db().read(id, find).await?;
    let communities = units.iter().any(|unit| unit.level == Level::Community);
    if communities && people && sites {
        return Ok(Vec::new());
    }
    let holidays = ctx.tenant.calendar.covers(now.in_zone(ctx.tenant.zone()).year());
    let step = |name: &str, done, command, href| Step {
        done,
        title: ctx.words.t(&format!("next-{name}")),
        words: ctx.words.t(&format!("next-{name}-words")),
        command,
        href,
    };
    Ok(vec![
        step("units", communities, "tongxin import units FILE", ""),
        step("people", people, "tongxin import people FILE --links LINKS.csv", ""),
        step("sites", sites, "", ""),
        step("holidays", holidays, "", "/admin/calendar"),
        step("signs", false, "", ""),
    ])
}
