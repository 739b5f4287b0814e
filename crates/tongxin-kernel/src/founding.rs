//! Founding a house: a tenant comes to be in many writes (its units and lists may be large), and counts only when the last
//! one, which lets the first administrator in, is durable. One that was broken off in between is begun again where it stood.

use std::sync::Arc;

use serde_json::json;
use tongxin_base::{Error, Label, Result, TenantId};

use crate::kernel::Kernel;
use crate::people::{Held, PersonId, Role, Who, store as people};
use crate::subject::Subject;
use crate::tenant::{self, Settings, Tenant};

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
    /// The tenant that is finished: the house people live in.
    pub fn founded(&self) -> Option<Arc<Tenant>> {
        self.tenants().into_iter().find(|tenant| tenant.settings.founding.is_none())
    }

    /// Begins a house, or goes on with the one that was broken off. `mark` says what is made: its code, and which programme.
    ///
    /// # Errors
    /// `Conflict` where there is a house already, or where another one was begun here.
    pub async fn begin_founding(&self, code: &str, name: Label, settings: Settings, mark: &str) -> Result<Arc<Tenant>> {
        if self.tenants().is_empty() {
            let settings = Settings { founding: Some(mark.to_owned()), ..settings };
            self.create_tenant(FIRST, code, name, settings).await?;
        }
        // Read again either way: somebody else may have been faster.
        self.reload().await?;
        if let Some(house) = self.founded() {
            return Err(Error::conflict("setup-exists").with("name", &house.name.zh));
        }
        let begun = self.tenants().into_iter().next().ok_or(Error::NotFound)?;
        if begun.code != code || begun.settings.founding.as_deref() != Some(mark) {
            let was = begun.settings.founding.clone().unwrap_or_default();
            let other = Error::conflict("setup-broken-off").with("name", &begun.name.zh).with("mark", was);
            return Err(other.with("code", &begun.code));
        }
        Ok(begun)
    }

    /// Ends the founding: the last name and settings, and the first administrator at `root`, the path of the subdistrict.
    /// Answers the token of their invitation.
    ///
    /// # Errors
    /// `Conflict` where it was ended before or the login is taken; else as [`Kernel::act`].
    pub async fn finish_founding(
        &self,
        begun: &Arc<Tenant>,
        (name, settings): (Label, Settings),
        root: &str,
        admin: FirstAdmin,
    ) -> Result<String> {
        let (id, person): (_, PersonId) = (begun.id, self.world().id());
        let token = self.invitation_token(begun);
        let (kept, post) = (token.clone(), Held { unit_path: root.to_owned(), role: Role::Admin });
        let call = self.call(begun, &Who::System);
        self.act(call, "house.found", move |act| {
            let now = act.call.now;
            tenant::finish(act.tx, id, &name, &settings)?;
            people::add_person(act.tx, id, person, (&admin.name, &admin.name), now)?;
            people::claim_login(act.tx, id, person, &admin.login)?;
            people::add_post(act.tx, id, person, &post, now)?;
            crate::invitation::invite(act.tx, id, person, &kept, now)?;
            let house = json!({"name": name, "unit": post.unit_path, "role": post.role});
            act.journal("house.found", &Subject::new("person", person), house, None)
        })
        .await?;
        self.reload().await?;
        Ok(token)
    }
}
