//! placeholder
use crate::store::requests::Request;
use tongxin_kernel::HistoryItem;
pub(crate) fn imported_steps(_: &Request) -> Vec<HistoryItem> {
    Vec::new()
}
