//! `tongxin import requests`: a history of matters from a file or an address. First every row is read and every error named;
//! then it is looked up what that would do here; then the rows go in unseen, some hundreds at a time, and one write at the end
//! lets them be seen: all or nothing.

mod fit;
mod intake;
mod json;
mod load;
mod look;
mod mapping;
mod moment;
mod outcome;
mod plan;
mod rows;
mod sheet;
mod table;
mod xml;

pub use fit::{Asked, Used};
pub use intake::{Intake, Parsed, Summary, parse};
pub use load::{Bringing, End, Loaded, load, load_by, load_planned};
pub(crate) use look::{heads, mark, notes, rows};
pub use mapping::{BUILT_IN, Mapping};
pub use plan::{Plan, Told, plan};
pub use rows::{RowError, RowIn};
pub use table::LARGEST_FILE;

use tongxin_base::Time;
use tongxin_kernel::HistoryItem;

use crate::domain::Channel;
use crate::store::imports::Source;
use crate::store::requests::Request;

/// The steps that an import brought along, for a history; those the journal has a line of its own for are left to it.
pub(crate) fn imported_steps(request: &Request, source: Option<&Source>, journal: &[HistoryItem]) -> Vec<HistoryItem> {
    if request.channel != Channel::Import.as_str() {
        return Vec::new();
    }
    let steps: [(&str, &str, Option<Time>); 6] = [
        ("requests.imported.created", "requests.report", Some(request.created_at)),
        ("requests.imported.accepted", "requests.accept", request.accepted_at),
        ("requests.imported.contacted", "requests.contact", request.contacted_at),
        ("requests.imported.started", "orders.start", request.started_at),
        ("requests.imported.done", "orders.complete", request.done_at),
        ("requests.imported.reopened", "requests.reopen", source.and_then(|source| source.reopened_at)),
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
