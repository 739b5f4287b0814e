//! Lists that somebody keeps for themselves. Nobody else sees them, and the journal does not speak of them.

use tongxin_base::{Error, Result};
use tongxin_kernel::{Act, Call, Kernel, PersonId};

use crate::store::saved::{self, Saved, SavedId};

/// Lists of one person: as many as fit above a table.
pub const MOST: i64 = 12;
/// Characters of a name.
const NAME: usize = 24;
/// Bytes of an address.
const QUERY: usize = 2000;

fn myself(act: &Act<'_, '_>) -> Result<PersonId> {
    act.call.who.person().map(|person| person.id).ok_or(Error::Unauthenticated)
}

/// Keeps a list under a name.
///
/// # Errors
/// `Invalid` for an empty or long name or address; a rule where there are too many.
pub async fn keep_list(kernel: &Kernel, call: Call, name: &str, query: &str) -> Result<()> {
    let name = name.trim().to_owned();
    if name.is_empty() {
        return Err(Error::field("name", "form-required"));
    }
    if name.chars().count() > NAME || query.len() > QUERY {
        return Err(Error::field("name", "requests-saved-long"));
    }
    let saved = Saved { id: kernel.world().id(), name, query: query.to_owned(), at: call.now };
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, me) = (act.call.tenant.id, myself(act)?);
        let kept = saved::all(act.tx, tenant, me, MOST)?;
        if i64::try_from(kept.len()).is_ok_and(|kept| kept >= MOST) {
            return Err(Error::rule("requests-saved-many").with("most", MOST));
        }
        saved::keep(act.tx, tenant, me, &saved)
    };
    kernel.act(call, "requests.keep_list", act).await
}

/// Keeps a list no longer.
///
/// # Errors
/// `NotFound` where the caller has none with this id.
pub async fn drop_list(kernel: &Kernel, call: Call, id: SavedId) -> Result<()> {
    let act = move |act: &mut Act<'_, '_>| {
        let (tenant, me) = (act.call.tenant.id, myself(act)?);
        if saved::drop(act.tx, tenant, me, id)? { Ok(()) } else { Err(Error::NotFound) }
    };
    kernel.act(call, "requests.drop_list", act).await
}
