//! What a rater wrote, as it was handed to the journal: so that their receipt proves exactly that.

use serde_json::{Value, json};
use tongxin_base::{Error, Id, Result, TenantId, Time};
use tongxin_db::Read;
use tongxin_kernel::{Anything, Subject};

use crate::store;

/// The words of the ratings of a thing by this rater.
pub(crate) fn own_words(
    read: &mut Read<'_>,
    tenant: TenantId,
    about: &Subject,
    author: Id<Anything>,
) -> Result<Vec<(Time, Value)>> {
    let said = store::reasons_by(read, tenant, about, &author.to_string())?;
    let content = |(at, reasons): (Time, String)| {
        let reasons: Value = serde_json::from_str(&reasons).map_err(Error::internal)?;
        Ok((at, json!({ "reasons": reasons })))
    };
    said.into_iter().map(content).collect()
}
