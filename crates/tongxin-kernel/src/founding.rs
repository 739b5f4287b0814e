//! Founding a house: a programme, and the first administrator, in one write. Broken off at any moment, there is nothing or all of
//! it, so it can be begun again.

use std::sync::Arc;

use serde_json::json;
use tongxin_base::{Error, Result, TenantId};

use crate::kernel::Kernel;
use crate::people::{Held, PersonId, Role, Who, store as people};
use crate::programme::{Programme, put_in_place};
use crate::subject::Subject;
use crate::tenant::Tenant;

/// The one tenant of an installation that is set up by hand.
const FIRST: TenantId = TenantId(1);

/// The first person of a house.
#[derive(Debug, Clone)]
pub struct FirstAdmin {
    /// Their login.
    pub login: String,
    /// Their name.
    pub name: String,
}

impl Kernel {
    /// Makes the first tenant by a programme, with an administrator at its subdistrict and nobody else. Answers the token of the
    /// administrator's invitation.
    ///
    /// # Errors
    /// `Conflict` where there is a house already or the login is taken; else as [`Kernel::act`].
    pub async fn found(&self, programme: Programme, admin: FirstAdmin) -> Result<String> {
        let refused = |name: &str| Error::conflict("setup-exists").with("name", name);
        if let Some(there) = self.tenants().first() {
            return Err(refused(&there.name.zh));
        }
        let root = programme.units.root().map(|unit| unit.path.clone()).unwrap_or_default();
        let (name, settings) = (programme.name.clone(), programme.settings.clone());
        let made = Arc::new(Tenant::new(FIRST, programme.short_code.clone(), name, settings)?);
        let (token, person): (_, PersonId) = (self.invitation_token(&made), self.world().id());
        let (kept, post) = (token.clone(), Held { unit_path: root, role: Role::Admin });
        let call = self.call(&made, &Who::System);
        self.act(call, "house.found", move |act| {
            // The row decides: of two set-ups at once, one is first.
            if !put_in_place(act, &programme)? {
                return Err(refused(&programme.name.zh));
            }
            let (id, now) = (act.call.tenant.id, act.call.now);
            people::add_person(act.tx, id, person, (&admin.name, &admin.name), now)?;
            people::claim_login(act.tx, id, person, &admin.login)?;
            people::add_post(act.tx, id, person, &post, now)?;
            crate::invitation::invite(act.tx, id, person, &kept, now)?;
            let payload = json!({"unit": post.unit_path, "role": post.role});
            act.journal("people.add", &Subject::new("person", person), payload, None)
        })
        .await?;
        self.reload().await?;
        Ok(token)
    }
}
