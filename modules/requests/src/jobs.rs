//! What happens after a write: a new matter becomes findable by its words; and what happens by the clock.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tongxin_base::{Error, Locale, Result, TenantId};
use tongxin_db::{Read, Tx};
use tongxin_kernel::{Act, Call, Event, JobKind, JobRun, Kernel, Subscription, Tenant, Who, index_text};

use crate::actions;
use crate::domain::{RequestId, SUBJECT};
use crate::store::{imports, requests};
use crate::views::Names;

/// The jobs of this room.
pub const JOBS: &[JobKind] = &[
    JobKind { kind: "requests.index", run: |kernel, run| Box::pin(index(kernel, run)) },
    JobKind { kind: INDEX_BATCH, run: |kernel, run| Box::pin(index_batch(kernel, run)) },
    crate::notices::NOTIFY,
    JobKind { kind: CARD_JOB, run: |kernel, run| Box::pin(card(kernel, run)) },
    JobKind { kind: GRAB_JOB, run: |kernel, run| Box::pin(grab_due(kernel, run)) },
    JobKind { kind: LEASE_JOB, run: |kernel, run| Box::pin(lease_due(kernel, run)) },
    JobKind { kind: CLOSE_JOB, run: |kernel, run| Box::pin(close_due(kernel, run)) },
    JobKind { kind: GONE_JOB, run: |kernel, run| Box::pin(gone(kernel, run)) },
    JobKind { kind: WHISTLE_JOB, run: |kernel, run| Box::pin(whistle_due(kernel, run)) },
];

/// A request has used 80 % of its time, or all of it.
pub(crate) const CARD_JOB: &str = "requests.card";
/// An order should have been grabbed by now.
pub(crate) const GRAB_JOB: &str = "requests.grab_due";
/// A grabbed order should have been begun by now.
pub(crate) const LEASE_JOB: &str = "requests.lease_due";
/// A finished request may be closed.
pub(crate) const CLOSE_JOB: &str = "requests.close_due";
/// Another unit should have answered by now.
pub(crate) const WHISTLE_JOB: &str = "requests.whistle_due";

/// Somebody does not hold a post any more.
const GONE_JOB: &str = "requests.colleague_gone";

/// A field of what a job was set with.
fn field<T: DeserializeOwned>(run: &JobRun, name: &str) -> Result<T> {
    T::deserialize(run.payload.get(name).unwrap_or(&serde_json::Value::Null)).map_err(Error::internal)
}

fn by_the_clock(kernel: &Kernel, run: &JobRun) -> Call {
    kernel.call(&run.tenant, &Who::System)
}

async fn card(kernel: Kernel, run: JobRun) -> Result<()> {
    actions::give_card(&kernel, by_the_clock(&kernel, &run), field(&run, "request")?).await
}

async fn grab_due(kernel: Kernel, run: JobRun) -> Result<()> {
    actions::nobody_grabbed(&kernel, by_the_clock(&kernel, &run), field(&run, "order")?).await
}

async fn lease_due(kernel: Kernel, run: JobRun) -> Result<()> {
    let call = by_the_clock(&kernel, &run);
    actions::lapse(&kernel, call, field(&run, "order")?, field(&run, "grabbed_at")?).await
}

async fn close_due(kernel: Kernel, run: JobRun) -> Result<()> {
    let call = by_the_clock(&kernel, &run);
    actions::auto_close(&kernel, call, field(&run, "request")?, field(&run, "round")?).await
}

async fn whistle_due(kernel: Kernel, run: JobRun) -> Result<()> {
    let call = by_the_clock(&kernel, &run);
    actions::unanswered(&kernel, call, field(&run, "request")?, field(&run, "delegation")?).await
}

async fn gone(kernel: Kernel, run: JobRun) -> Result<()> {
    let event: Event = serde_json::from_value(run.payload.clone()).map_err(Error::internal)?;
    actions::take_back_from(&kernel, by_the_clock(&kernel, &run), event.subject.typed()).await
}

/// The events it listens to.
pub const SUBSCRIPTIONS: &[Subscription] = &[
    Subscription { topic: "requests.received", job: "requests.index" },
    Subscription { topic: "requests.joined", job: "requests.index" },
    Subscription { topic: "requests.moved", job: "requests.index" },
    Subscription { topic: "requests.imported", job: INDEX_BATCH },
    Subscription { topic: "people.post_ended", job: GONE_JOB },
];

async fn index(kernel: Kernel, run: JobRun) -> Result<()> {
    let event: Event = serde_json::from_value(run.payload).map_err(Error::internal)?;
    index_request(&kernel, &run.tenant, event.subject.typed()).await
}

/// A batch becomes findable by and by.
const INDEX_BATCH: &str = "requests.index_batch";
/// Matters of a batch that become findable in one write, at most.
const CHUNK: i64 = 10;
/// Characters of their texts, of which each adds about two rows: some twenty milliseconds of the writer.
const CHUNK_CHARS: usize = 2000;
/// Writes of one job. A job may take half a minute, so a large batch takes many, each of which leaves the next.
const CHUNKS: usize = 20;

/// Goes on where the job before it ended, or was broken off.
async fn index_batch(kernel: Kernel, run: JobRun) -> Result<()> {
    let call = by_the_clock(&kernel, &run);
    let event: Event = Event::deserialize(&run.payload).map_err(Error::internal)?;
    let (tenant, batch) = (run.tenant.id, event.subject.typed());
    for _ in 0..CHUNKS {
        let house = Arc::clone(&run.tenant);
        let read = move |read: &mut Read<'_>| {
            let (_, last) = imports::findable(read, tenant, batch)?;
            let after = last.unwrap_or(RequestId::from_uuid(uuid::Uuid::nil()));
            let some = imports::members(read, tenant, batch, after, CHUNK)?;
            texts(read, &house, &some)
        };
        let mut texts = kernel.db().read(tenant, read).await?;
        let mut chars = 0;
        let fit = texts.iter().take_while(|(_, text)| {
            let first = chars == 0;
            chars += text.chars().count();
            first || chars <= CHUNK_CHARS
        });
        texts.truncate(fit.count());
        let Some((last, _)) = texts.last() else { return Ok(()) };
        let (last, some) = (*last, i64::try_from(texts.len()).unwrap_or(i64::MAX));
        let write = move |tx: &mut Tx<'_>| {
            texts.iter().try_for_each(|(id, text)| index_text(tx, tenant, SUBJECT, *id, text))?;
            imports::more_findable(tx, tenant, batch, some, last)
        };
        kernel.db().write(tenant, "requests.index", write).await?;
    }
    let leave = move |act: &mut Act<'_, '_>| {
        act.later(INDEX_BATCH, act.call.now, run.payload.clone());
        Ok(())
    };
    kernel.act(call, "requests.index_on", leave).await
}

/// Makes a matter findable by number, words and place: read first, so that the writer only writes.
async fn index_request(kernel: &Kernel, house: &Arc<Tenant>, id: RequestId) -> Result<()> {
    let (tenant, house) = (house.id, Arc::clone(house));
    let texts = kernel.db().read(tenant, move |read| texts(read, &house, &[id])).await?;
    let write =
        move |tx: &mut Tx<'_>| texts.iter().try_for_each(|(id, text)| index_text(tx, tenant, SUBJECT, *id, text));
    kernel.db().write(tenant, "requests.index", write).await
}

/// What matters are found by.
fn texts(read: &mut Read<'_>, tenant: &Tenant, ids: &[RequestId]) -> Result<Vec<(RequestId, String)>> {
    let names = Names::load(read, tenant, Locale::default())?;
    ids.iter().map(|id| Ok((*id, text_of(read, tenant.id, *id, &names)?))).collect()
}

fn text_of(read: &mut Read<'_>, tenant: TenantId, id: RequestId, names: &Names) -> Result<String> {
    let request = requests::one(read, tenant, id)?;
    let mut text = request.number.clone();
    text.push_str(&names.around(&request));
    text.push('\n');
    text.push_str(&imports::number_elsewhere(read, tenant, &request)?.unwrap_or_default());
    for report in requests::reports(read, tenant, id)? {
        text.push_str(&words_of(&report));
    }
    Ok(text)
}

/// What a matter is found by of one report.
pub(crate) fn words_of(report: &requests::Reported) -> String {
    format!("\n{}\n{}", report.words, report.place.as_deref().unwrap_or_default())
}
