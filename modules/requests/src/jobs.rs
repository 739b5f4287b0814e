//! What happens after a write: a new matter becomes findable by its words.

use tongxin_base::{Error, Result, TenantId};
use tongxin_db::{Read, Tx};
use tongxin_kernel::{Event, JobKind, JobRun, Kernel, Subscription, index_text};

use crate::domain::{RequestId, SUBJECT};
use crate::store::{imports, requests};

/// The jobs of this room.
pub const JOBS: &[JobKind] = &[
    JobKind { kind: "requests.index", run: |kernel, run| Box::pin(index(kernel, run)) },
    JobKind { kind: "requests.index_batch", run: |kernel, run| Box::pin(index_batch(kernel, run)) },
];

/// The events it listens to.
pub const SUBSCRIPTIONS: &[Subscription] = &[
    Subscription { topic: "requests.received", job: "requests.index" },
    Subscription { topic: "requests.imported", job: "requests.index_batch" },
];

async fn index(kernel: Kernel, run: JobRun) -> Result<()> {
    let event: Event = serde_json::from_value(run.payload).map_err(Error::internal)?;
    index_request(&kernel, run.tenant.id, event.subject.typed()).await
}

/// Matters of a batch that become findable in one write.
const CHUNK: i64 = 10;

async fn index_batch(kernel: Kernel, run: JobRun) -> Result<()> {
    let event: Event = serde_json::from_value(run.payload).map_err(Error::internal)?;
    let (tenant, batch) = (run.tenant.id, event.subject.typed());
    let mut after = RequestId::from_uuid(uuid::Uuid::nil());
    loop {
        let some = kernel.db().read(tenant, move |read| imports::members(read, tenant, batch, after, CHUNK)).await?;
        let Some(last) = some.last() else { return Ok(()) };
        after = *last;
        index_some(&kernel, tenant, some).await?;
    }
}

async fn index_request(kernel: &Kernel, tenant: TenantId, id: RequestId) -> Result<()> {
    index_some(kernel, tenant, vec![id]).await
}

/// Makes matters findable by number, words and place: read first, so that the writer only writes.
async fn index_some(kernel: &Kernel, tenant: TenantId, ids: Vec<RequestId>) -> Result<()> {
    let read = move |read: &mut Read<'_>| ids.into_iter().map(|id| Ok((id, text_of(read, tenant, id)?))).collect();
    let texts: Vec<(RequestId, String)> = kernel.db().read(tenant, read).await?;
    let write =
        move |tx: &mut Tx<'_>| texts.iter().try_for_each(|(id, text)| index_text(tx, tenant, SUBJECT, *id, text));
    kernel.db().write(tenant, "requests.index", write).await
}

fn text_of(read: &mut Read<'_>, tenant: TenantId, id: RequestId) -> Result<String> {
    let mut text = requests::one(read, tenant, id)?.number;
    for report in requests::reports(read, tenant, id)? {
        text.push('\n');
        text.push_str(&report.words);
        text.push('\n');
        text.push_str(report.place.as_deref().unwrap_or_default());
    }
    Ok(text)
}
