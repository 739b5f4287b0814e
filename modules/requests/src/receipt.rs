//! What a reporter wrote about a matter, as it was handed to the journal: so that their receipt proves exactly that.

use serde_json::{Value, json};
use tongxin_base::{Id, Result, TenantId, Time};
use tongxin_db::Read;
use tongxin_kernel::{Anything, Subject};

use crate::domain::{RequestId, SUBJECT};
use crate::store::requests;

/// The report `author` and the answers to questions; each in every form in which an action hands it over.
pub(crate) fn own_words(
    read: &mut Read<'_>,
    tenant: TenantId,
    about: &Subject,
    author: Id<Anything>,
) -> Result<Vec<(Time, Value)>> {
    if about.kind != SUBJECT {
        return Ok(Vec::new());
    }
    let id = RequestId::from_uuid(about.id.uuid());
    let author = author.uuid();
    let Some(report) = requests::by_id(read, tenant, Id::from_uuid(author))? else { return Ok(Vec::new()) };
    let whole = json!({"words": report.words, "place": report.place, "name": report.name, "phone": report.phone});
    let mut words = vec![(report.created_at, whole), (report.created_at, json!({"words": report.words}))];
    for message in requests::messages(read, tenant, id)? {
        if message.report_id.is_some_and(|by| by.uuid() == author) {
            words.push((message.at, json!({"text": message.text})));
        }
    }
    Ok(words)
}
