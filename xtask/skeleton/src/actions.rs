//! What is done here: permission, rule, store, journal, event, inside one write; one function a verb.

use serde_json::json;
use tongxin_base::Result;
use tongxin_kernel::{Call, Facts, Kernel, ReadOrNot, Subject};

use crate::domain::{Draft, Item, ItemId};
use crate::store;

/// The kind of our subjects.
pub const KIND: &str = "skeleton_item";

/// Adds an item and answers its id.
///
/// # Errors
/// `Invalid` where a field does not hold; `Unauthenticated` or `Forbidden` where the caller may not add one there.
pub async fn add_item(kernel: &Kernel, call: Call, draft: &Draft) -> Result<ItemId> {
    let units = kernel.units(call.tenant.id)?;
    let (title, unit_path) = draft.parse(&units)?;
    let facts = Facts { unit_path: &unit_path, ..Facts::default() };
    kernel.access().require(&call.who, "skeleton.add", ReadOrNot::Known, &facts)?;
    let id: ItemId = kernel.world().id();
    let add = kernel.act(call, "skeleton.add", move |act| {
        let (unit_path, title) = (unit_path.clone(), title.clone());
        let item = Item { id, unit_path, title, created_at: act.call.now };
        store::add(act.tx, act.call.tenant.id, &item)?;
        let subject = Subject::new(KIND, id);
        act.journal("skeleton.add", &subject, json!({"title": item.title}), None)?;
        act.event("skeleton.added", &subject, json!({}));
        Ok(())
    });
    add.await?;
    Ok(id)
}
