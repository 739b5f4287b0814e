//! The house is about to close: whoever holds a connection open lets go of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

/// Whether the house closes; one for the house, by [`Kernel::kept`](crate::Kernel::kept).
#[derive(Default)]
pub struct Closing {
    set: AtomicBool,
    told: Notify,
}

impl Closing {
    /// Tells everybody who waits.
    pub fn set(&self) {
        self.set.store(true, Ordering::Release);
        self.told.notify_waiters();
    }

    /// Whether it closes.
    pub fn is_set(&self) -> bool {
        self.set.load(Ordering::Acquire)
    }

    /// Waits so long, or until it closes.
    pub async fn or_after(&self, wait: Duration) {
        drop(tokio::time::timeout(wait, self.told.notified()).await);
    }
}
