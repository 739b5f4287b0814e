//! Putting a programme in place: all of it in one write, or none.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::{Error, Id, Result, TenantId};

use super::Programme;
use crate::act::Act;
use crate::kernel::Kernel;
use crate::people::Who;
use crate::subject::Subject;
use crate::tenant::{self, Tenant};
use crate::unit::put;
use crate::workdays::{DayChange, change_days};

/// What putting a programme in place did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Applied {
    /// Units that were there before and are not in the pack; they stay, because work hangs on them.
    pub units_left: Vec<String>,
}

impl Kernel {
    /// Puts a programme in place as the tenant with this number, which is made where it is missing. What is there already is
    /// changed to what the pack says; what the pack does not name stays.
    ///
    /// # Errors
    /// `Conflict` where the tenant is another subdistrict; else as [`Kernel::act`].
    pub async fn apply_programme(&self, id: TenantId, programme: Arc<Programme>) -> Result<(Arc<Tenant>, Applied)> {
        let there = self.tenant(id);
        if let Some(there) = &there
            && there.units.root().is_some_and(|root| root.code != programme.code)
        {
            return Err(Error::conflict("programme-other-subdistrict").with("name", &there.name.zh));
        }
        let known = |code: &str| programme.units.by_code(code).is_some();
        let gone = there.iter().flat_map(|there| there.units.iter()).filter(|unit| !known(&unit.code));
        let units_left = gone.map(|unit| unit.code.clone()).collect();
        let (name, settings) = (programme.name.clone(), programme.settings.clone());
        let made = Arc::new(Tenant::new(id, programme.short_code.clone(), name, settings)?);
        let call = self.call(&made, &Who::System);
        self.act(call, "programme.apply", move |act| put_in_place(act, &programme).map(drop)).await?;
        self.reload().await?;
        Ok((self.tenant(id).ok_or(Error::NotFound)?, Applied { units_left }))
    }
}

/// All of a programme in one write. Answers whether the tenant was made with it.
pub(crate) fn put_in_place(act: &mut Act<'_, '_>, programme: &Programme) -> Result<bool> {
    let (id, now) = (act.call.tenant.id, act.call.now);
    let made = tenant::create(act.tx, id, &programme.short_code, &programme.name, &programme.settings, now)?;
    tenant::change(act.tx, id, &programme.name, &programme.settings)?;
    programme.units.iter().try_for_each(|unit| put(act.tx, id, now, unit))?;
    change_days(act, &programme.days.iter().cloned().map(DayChange::Set).collect::<Vec<_>>())?;
    programme.parts.iter().try_for_each(|part| (part.put)(act))?;
    let counts: serde_json::Map<_, _> =
        programme.counts.iter().map(|(what, count)| ((*what).to_owned(), (*count).into())).collect();
    let payload = json!({"code": programme.code, "digest": programme.digest, "counts": counts});
    act.journal("programme.apply", &Subject::new("programme", Id::<()>::NONE), payload, None)?;
    Ok(made)
}
