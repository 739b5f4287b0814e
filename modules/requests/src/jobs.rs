//! What happens after a write: a new matter becomes findable by its words.

use tongxin_base::{Error, Result, TenantId};
use tongxin_kernel::{Event, JobKind, JobRun, Kernel, Subscription, index_text};

use crate::domain::{RequestId, SUBJECT};
use crate::store::requests;

/// The jobs of this room.
pub const JOBS: &[JobKind] = &[JobKind { kind: "requests.index", run: |kernel, run| Box::pin(index(kernel, run)) }];

/// The events it listens to.
pub const SUBSCRIPTIONS: &[Subscription] = &[Subscription { topic: "requests.received", job: "requests.index" }];

async fn index(kernel: Kernel, run: JobRun) -> Result<()> {
    let event: Event = serde_json::from_value(run.payload).map_err(Error::internal)?;
    index_request(&kernel, run.tenant.id, event.subject.typed()).await
}

/// Makes a matter findable by number, words and place.
///
/// # Errors
/// As `Db::write`.
pub async fn index_request(kernel: &Kernel, tenant: TenantId, id: RequestId) -> Result<()> {
    let write = move |tx: &mut tongxin_db::Tx<'_>| {
        let request = requests::one(tx, tenant, id)?;
        let mut text = request.number;
        for report in requests::reports(tx, tenant, id)? {
            text.push('\n');
            text.push_str(&report.words);
            text.push('\n');
            text.push_str(report.place.as_deref().unwrap_or_default());
        }
        index_text(tx, tenant, SUBJECT, id, &text)
    };
    kernel.db().write(tenant, "requests.index", write).await
}
