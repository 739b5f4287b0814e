//! What rooms keep in memory: one of each type, for as long as the house is open. Nothing correct rests on it beyond one
//! server: counts that slow somebody down, what the settings said.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

type Thing = Arc<dyn Any + Send + Sync>;

/// One of each type.
#[derive(Default)]
pub(crate) struct Kept(Mutex<HashMap<TypeId, Thing>>);

impl Kept {
    /// The one of this type.
    pub fn of<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let thing = all.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        // It lies under its own type, so it is of it.
        Arc::clone(thing).downcast().unwrap_or_default()
    }
}
