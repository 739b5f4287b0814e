//! `tongxin import requests`: a history of matters from a file. First every row is read and every error named; then the
//! rows go in unseen, some hundreds at a time, and one write at the end lets them be seen: all or nothing.

mod load;
mod mapping;
mod rows;

pub use load::{Loaded, load};
pub use mapping::{BUILT_IN, Mapping};
pub use rows::{Parsed, RowError, RowIn, parse};

use tongxin_base::Time;
use tongxin_kernel::HistoryItem;

use crate::domain::Channel;
use crate::store::requests::Request;

/// The steps that an import brought along, for a history; those the journal has a line of its own for are left to it.
pub(crate) fn imported_steps(request: &Request, journal: &[HistoryItem]) -> Vec<HistoryItem> {
    if request.channel != Channel::Import.as_str() {
        return Vec::new();
    }
    let steps: [(&str, &str, Option<Time>); 4] = [
        ("requests.imported.created", "requests.report", Some(request.created_at)),
        ("requests.imported.accepted", "requests.accept", request.accepted_at),
        ("requests.imported.contacted", "requests.contact", request.contacted_at),
        ("requests.imported.done", "orders.complete", request.done_at),
    ];
    let mut items: Vec<HistoryItem> = steps
        .into_iter()
        .filter(|(_, ours, _)| !journal.iter().any(|item| item.action == *ours))
        .filter_map(|(action, _, at)| {
            let (action, actor, payload) = (action.to_owned(), String::new(), serde_json::Value::Null);
            Some(HistoryItem { seq: 0, at: at?, action, actor, payload })
        })
        .collect();
    items.sort_by_key(|item| item.at);
    items
}
