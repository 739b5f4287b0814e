//! What changes how somebody signs in: one write each, with its line in the journal and word to the person, so that nobody
//! else can do it unseen.

use std::sync::Arc;

use serde_json::Value;
use tongxin_base::{Id, Result};
use tongxin_kernel::{Act, Kernel, NewNotice, NoticeLink, PersonId, Recipient, Subject, Tenant, Who, notice_store};

/// The kind of subject a person is.
pub const PERSON: &str = "person";

/// A change of how a person signs in.
pub struct Change {
    /// The person.
    pub person: PersonId,
    /// Its name in the journal.
    pub action: &'static str,
    /// What the journal keeps: ids and words of the field.
    pub payload: Value,
    /// The key of the notice to the person; empty where they need none.
    pub notice: &'static str,
}

/// A notice to a person about their own way in.
pub fn notice(kernel: &Kernel, person: PersonId, key: &'static str) -> NewNotice {
    let (world, subject) = (kernel.world(), Subject::new(PERSON, person));
    let mut notice = NewNotice::new(world, world.id::<()>(), Recipient::Person(person), subject, key);
    notice.link = NoticeLink::path("/me/sign-in");
    // Somebody else may be at it right now.
    notice.urgent = true;
    notice
}

/// Does a change by its person.
///
/// # Errors
/// What `write` answers; else as `Kernel::act`.
pub async fn change<T, F>(kernel: &Kernel, tenant: &Arc<Tenant>, change: Change, write: F) -> Result<T>
where
    T: serde::Serialize + serde::de::DeserializeOwned + Send + 'static,
    F: Fn(&mut Act<'_, '_>) -> Result<T> + Send + 'static,
{
    let Change { person, action, payload, notice: key } = change;
    let who = Who::Person(kernel.person(tenant.id, person).await?);
    let told = (!key.is_empty()).then(|| notice(kernel, person, key));
    kernel
        .act(kernel.call(tenant, &who), action, move |act| {
            let done = write(act)?;
            act.journal(action, &Subject::new(PERSON, person), payload.clone(), None)?;
            if let Some(told) = &told {
                let (tenant, now) = (Arc::clone(&act.call.tenant), act.call.now);
                notice_store::add(act.tx, &tenant, std::slice::from_ref(told), now)?;
            }
            Ok(done)
        })
        .await
}

/// A fresh id that only serves to derive a link's token.
pub fn link_id(kernel: &Kernel) -> Id<()> {
    kernel.world().id()
}
