//! The door: the listener stays, the house behind it may change. A house that was set up in the browser opens where its
//! set-up pages were, without a restart.

use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::Request;
use tower::ServiceExt;

/// A door. Clones are the same door.
#[derive(Clone)]
pub struct Door(Arc<RwLock<Router>>);

impl Door {
    /// A door to a house.
    pub fn new(house: Router) -> Self {
        Self(Arc::new(RwLock::new(house)))
    }

    /// From now on it leads to another house; requests under way end where they began.
    pub fn lead_to(&self, house: Router) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = house;
    }

    /// What a server serves.
    pub fn router(&self) -> Router {
        let door = self.clone();
        Router::new().fallback(move |request: Request| {
            let house = door.0.read().unwrap_or_else(PoisonError::into_inner).clone();
            async move { house.oneshot(request).await }
        })
    }
}
