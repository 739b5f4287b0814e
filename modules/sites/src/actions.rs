//! What is done to sites: permission, rule, store, journal, event, inside one write each. Pages, the API, imports and the
//! command line all come through here, so none of them can do what another may not.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tongxin_base::{Error, Result, World};
use tongxin_kernel::{Act, Call, Facts, Kernel, ReadOrNot, Subject};

use crate::domain::{Draft, Site, SiteCode, SiteId, State, Verb};
use crate::store;

/// The kind of our subjects.
pub const KIND: &str = "site";
/// How many sites are open, by unit.
pub const OPEN_SITES: &str = "sites.open";
/// Codes drawn for one new site. Of 28 million codes some hundreds are taken, so two would do.
pub(crate) const DRAWS: usize = 4;

/// A site's subject.
pub fn subject(id: SiteId) -> Subject {
    Subject::new(KIND, id)
}

fn may(kernel: &Kernel, call: &Call, action: &str, unit_path: &str) -> Result<()> {
    kernel.access().require(&call.who, action, ReadOrNot::Known, &Facts { unit_path, ..Facts::default() })
}

/// The journal, the event and the figures of a new site.
pub(crate) fn record_birth(act: &mut Act<'_, '_>, site: &Site) -> Result<()> {
    let fields = Draft::of(&site.details).fields().into_iter().filter(|(_, value)| !value.is_empty());
    let mut payload: serde_json::Map<_, _> = fields.map(|(name, value)| (name, value.into())).collect();
    payload.insert("code".to_owned(), site.code.as_str().into());
    act.journal("sites.add", &subject(site.id), payload.into(), None)?;
    let told = json!({"code": site.code.as_str(), "unit": site.details.unit_code()});
    act.event("sites.added", &subject(site.id), told);
    act.measure(OPEN_SITES, &site.details.unit_path, act.call.now, 1);
    Ok(())
}

/// Codes for one new site, the first to be tried first.
pub(crate) fn draw_codes(world: &World) -> [SiteCode; DRAWS] {
    std::array::from_fn(|_| SiteCode::draw(world))
}

/// Adds a site and answers the code for its sign.
///
/// # Errors
/// `Invalid` where a field does not hold; `Unauthenticated` or `Forbidden` where the caller may not add one there.
pub async fn add_site(kernel: &Kernel, call: Call, draft: &Draft) -> Result<SiteCode> {
    let units = kernel.units(call.tenant.id)?;
    let details = draft.parse(&units)?;
    may(kernel, &call, "sites.add", &details.unit_path)?;
    let id: SiteId = kernel.world().id();
    let codes = draw_codes(kernel.world());
    let code = kernel.act(call, "sites.add", move |act| {
        let (tenant, now) = (act.call.tenant.id, act.call.now);
        for code in &codes {
            let site = Site::new(id, code.clone(), details.clone(), now);
            if store::add(act.tx, tenant, &site)? {
                record_birth(act, &site)?;
                return Ok(code.to_string());
            }
        }
        Err(Error::Unavailable) // every code drawn was taken: try again with others
    });
    SiteCode::parse(&code.await?).ok_or_else(|| Error::internal("a code that is none"))
}

/// Changes a site that the caller saw at `version`. Where nothing differs, nothing is done.
///
/// # Errors
/// `Conflict` where somebody else changed it in the meantime; `NotFound`; else as [`add_site`].
pub async fn change_site(kernel: &Kernel, call: Call, code: &SiteCode, version: i64, draft: &Draft) -> Result<()> {
    let units = kernel.units(call.tenant.id)?;
    let before = find(kernel, &call, code).await?;
    may(kernel, &call, "sites.change", &before.details.unit_path)?;
    let details = draft.parse(&units)?;
    may(kernel, &call, "sites.change", &details.unit_path)?; // nobody hands a site to a unit that is not theirs
    kernel
        .act(call, "sites.change", move |act| {
            // Two clerks: whoever saw an older version is told; the statement below holds it against the row itself.
            if before.version != version {
                return Err(moved_on());
            }
            let changed = details.changes_since(&before.details);
            if changed.is_empty() {
                return Ok(());
            }
            let after = Site { details: details.clone(), changed_at: act.call.now, ..before.clone() };
            if !store::change(act.tx, act.call.tenant.id, &after)? {
                return Err(moved_on());
            }
            record_change(act, &before, &after, changed.into())
        })
        .await
}

/// The journal, the event and the figures of a change.
pub(crate) fn record_change(act: &mut Act<'_, '_>, before: &Site, after: &Site, changed: Value) -> Result<()> {
    let (old, new) = (&before.details.unit_path, &after.details.unit_path);
    act.journal("sites.change", &subject(after.id), json!({"changed": changed}), None)?;
    act.event("sites.changed", &subject(after.id), json!({"code": after.code.as_str()}));
    if old != new && before.state == State::Open {
        act.measure(OPEN_SITES, old, act.call.now, -1);
        act.measure(OPEN_SITES, new, act.call.now, 1);
    }
    Ok(())
}

fn moved_on() -> Error {
    Error::conflict("sites-error-changed")
}

/// Takes a site out of use. Its page stays, and says so.
///
/// # Errors
/// `Conflict` where it is closed already; `NotFound`, `Unauthenticated`, `Forbidden`.
pub async fn close_site(kernel: &Kernel, call: Call, code: &SiteCode) -> Result<()> {
    turn(kernel, call, code, Verb::Close, ("sites.close", "sites.closed", -1)).await
}

/// Takes a site into use again.
///
/// # Errors
/// `Conflict` where it is open already; `NotFound`, `Unauthenticated`, `Forbidden`.
pub async fn reopen_site(kernel: &Kernel, call: Call, code: &SiteCode) -> Result<()> {
    turn(kernel, call, code, Verb::Reopen, ("sites.reopen", "sites.reopened", 1)).await
}

async fn turn(
    kernel: &Kernel,
    call: Call,
    code: &SiteCode,
    verb: Verb,
    (action, topic, delta): (&'static str, &'static str, i64),
) -> Result<()> {
    let site = find(kernel, &call, code).await?;
    may(kernel, &call, action, &site.details.unit_path)?;
    kernel
        .act(call, action, move |act| {
            let now = act.call.now;
            if store::move_on(act.tx, act.call.tenant.id, site.id, verb, now)?.is_none() {
                return Err(Error::conflict("sites-error-state"));
            }
            act.journal(action, &subject(site.id), json!({"code": site.code.as_str()}), None)?;
            act.event(topic, &subject(site.id), json!({"code": site.code.as_str()}));
            act.measure(OPEN_SITES, &site.details.unit_path, now, delta);
            Ok(())
        })
        .await
}

async fn find(kernel: &Kernel, call: &Call, code: &SiteCode) -> Result<Site> {
    let (tenant, code) = (call.tenant.id, code.clone());
    kernel.db().read(tenant, move |read| store::by_code(read, tenant, &code)).await?.ok_or(Error::NotFound)
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Sites that were not there.
    pub added: usize,
    /// Sites that were there and differed.
    pub changed: usize,
    /// Sites that were there just so.
    pub unchanged: usize,
}
