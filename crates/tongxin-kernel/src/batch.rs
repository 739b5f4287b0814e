//! What is written once per batch, just before its commit: totals, journal, events and the jobs of their subscribers.
//! The journal's head comes last and once per tenant, tenants in order, so that servers never wait for one another in a
//! circle.

use std::collections::BTreeMap;

use serde_json::Value;
use tongxin_base::{Error, Id, Result, TenantId, Time, World};
use tongxin_db::{BeforeCommit, Note, Param, Tx, params, sql};

use crate::event::{Event, Subscription};
use crate::journal::{Entry, leaf_input, personal_digest};
use crate::measure::Cell;
use crate::merkle::{Frontier, leaf_hash};

/// What an act leaves for the end of its batch.
pub(crate) enum Noted {
    Entry(Box<Entry>),
    Event(Time, Box<Event>),
    Job(Box<Later>),
    Delta(Cell, i64),
}

/// A job for a moment to come.
pub(crate) struct Later {
    pub kind: &'static str,
    pub payload: Value,
    pub at: Time,
}

/// Writes the notes of a batch.
pub(crate) struct Ledger {
    pub world: World,
    pub subscriptions: Vec<Subscription>,
}

#[derive(Default)]
struct Batch {
    entries: Vec<Entry>,
    events: Vec<(Time, Event)>,
    jobs: Vec<Later>,
    deltas: BTreeMap<Cell, i64>,
}

impl BeforeCommit for Ledger {
    fn before_commit(&self, tx: &mut Tx<'_>, notes: Vec<(TenantId, Note)>) -> Result<()> {
        let mut batches: BTreeMap<TenantId, Batch> = BTreeMap::new();
        for (tenant, note) in notes {
            let batch = batches.entry(tenant).or_default();
            match *note.downcast::<Noted>().map_err(|_| Error::internal("a note of nobody we know"))? {
                Noted::Entry(entry) => batch.entries.push(*entry),
                Noted::Event(at, event) => batch.events.push((at, *event)),
                Noted::Job(job) => batch.jobs.push(*job),
                Noted::Delta(cell, delta) => *batch.deltas.entry(cell).or_default() += delta,
            }
        }
        for (tenant, batch) in &batches {
            write_deltas(tx, *tenant, &batch.deltas)?;
            self.write_jobs(tx, *tenant, &batch.jobs)?;
        }
        for (tenant, batch) in &batches {
            if !(batch.entries.is_empty() && batch.events.is_empty()) {
                self.write_head(tx, *tenant, batch)?;
            }
        }
        Ok(())
    }
}

fn write_deltas(tx: &mut Tx<'_>, tenant: TenantId, deltas: &BTreeMap<Cell, i64>) -> Result<()> {
    let rows: Vec<[Param<'_>; 5]> = deltas
        .iter()
        .filter(|(_, delta)| **delta != 0)
        .map(|(cell, delta)| {
            [tenant.into(), cell.measure.into(), (&cell.unit_path).into(), cell.day.into(), (*delta).into()]
        })
        .collect();
    let mut ever: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for (cell, delta) in deltas {
        *ever.entry((cell.measure, &cell.unit_path)).or_default() += delta;
    }
    let ever: Vec<[Param<'_>; 4]> = ever
        .into_iter()
        .filter(|(_, delta)| *delta != 0)
        .map(|((measure, unit_path), delta)| [tenant.into(), measure.into(), unit_path.into(), delta.into()])
        .collect();
    many(
        tx,
        sql!(
            "INSERT INTO measure_ever(tenant_id, measure, unit_path, value) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, measure, unit_path) DO UPDATE SET value = measure_ever.value + excluded.value"
        ),
        &ever,
    )?;
    many(
        tx,
        sql!(
            "INSERT INTO measure_total(tenant_id, measure, unit_path, day, value) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, measure, unit_path, day) DO UPDATE SET value = measure_total.value + excluded.value"
        ),
        &rows,
    )
}

fn many<const N: usize>(
    tx: &mut Tx<'_>,
    statement: &'static tongxin_db::Statement,
    rows: &[[Param<'_>; N]],
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    tx.exec_many(statement, &rows.iter().map(|row| &row[..]).collect::<Vec<_>>())
}

impl Ledger {
    fn write_jobs(&self, tx: &mut Tx<'_>, tenant: TenantId, jobs: &[Later]) -> Result<()> {
        let payloads: Vec<String> = jobs.iter().map(|job| job.payload.to_string()).collect();
        let rows: Vec<[Param<'_>; 5]> = jobs
            .iter()
            .zip(&payloads)
            .map(|(job, payload)| {
                let id: Id<()> = self.world.id();
                [tenant.into(), id.into(), job.kind.into(), payload.into(), job.at.into()]
            })
            .collect();
        many(tx, crate::job::insert(), &rows)
    }

    fn write_head(&self, tx: &mut Tx<'_>, tenant: TenantId, batch: &Batch) -> Result<()> {
        let (size, frontier, mut events): (i64, Vec<u8>, i64) = tx.one(
            sql!("SELECT size, frontier, events FROM journal_head WHERE tenant_id = $1 FOR UPDATE"),
            params![tenant],
            |row| Ok((row.take()?, row.take()?, row.take()?)),
        )?;
        let mut frontier = Frontier::from_bytes(size.unsigned_abs(), &frontier)
            .ok_or_else(|| Error::internal("the journal's head does not fit its size"))?;
        let mut seq = size;
        write_entries(tx, tenant, &batch.entries, &mut seq, &mut frontier)?;
        self.write_events(tx, tenant, &batch.events, &mut events)?;
        tx.exec(
            sql!("UPDATE journal_head SET size = $2, frontier = $3, events = $4 WHERE tenant_id = $1"),
            params![tenant, seq, &frontier.to_bytes(), events],
        )?;
        Ok(())
    }

    fn write_events(&self, tx: &mut Tx<'_>, tenant: TenantId, events: &[(Time, Event)], seq: &mut i64) -> Result<()> {
        struct Job<'a> {
            id: Id<()>,
            kind: &'a str,
            payload: String,
            at: Time,
        }
        let payloads: Vec<String> = events.iter().map(|(_, event)| event.payload.to_string()).collect();
        let mut rows = Vec::new();
        let mut jobs = Vec::new();
        for ((at, event), payload) in events.iter().zip(&payloads) {
            *seq += 1;
            let subject = &event.subject;
            rows.push([
                tenant.into(),
                (*seq).into(),
                (*at).into(),
                event.topic.as_str().into(),
                subject.kind.as_str().into(),
                subject.id.into(),
                payload.into(),
            ]);
            for subscription in self.subscriptions.iter().filter(|s| s.topic == event.topic) {
                let payload = serde_json::to_string(event).map_err(Error::internal)?;
                jobs.push(Job { id: self.world.id(), kind: subscription.job, payload, at: *at });
            }
        }
        many(
            tx,
            sql!(
                "INSERT INTO event(tenant_id, seq, at, topic, subject_kind, subject_id, payload)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)"
            ),
            &rows,
        )?;
        let jobs: Vec<[Param<'_>; 5]> = jobs
            .iter()
            .map(|job| [tenant.into(), job.id.into(), job.kind.into(), (&job.payload).into(), job.at.into()])
            .collect();
        many(tx, crate::job::insert(), &jobs)
    }
}

fn write_entries(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    entries: &[Entry],
    seq: &mut i64,
    frontier: &mut Frontier,
) -> Result<()> {
    let payloads: Vec<String> = entries.iter().map(|entry| Value::to_string(&entry.payload)).collect();
    let digests: Vec<_> = entries.iter().map(|entry| entry.personal.as_ref().map(personal_digest)).collect();
    let mut leaves = Vec::with_capacity(entries.len());
    let first = *seq;
    for ((entry, payload), digest) in entries.iter().zip(&payloads).zip(&digests) {
        *seq += 1;
        let input =
            leaf_input(tenant, *seq, entry.at, &entry.actor, &entry.action, &entry.subject, payload, digest.as_ref());
        let leaf = leaf_hash(&input);
        frontier.push(leaf);
        leaves.push(leaf);
    }
    let numbered = || entries.iter().zip(first + 1..);
    let rows: Vec<[Param<'_>; 10]> = numbered()
        .zip(payloads.iter().zip(&digests).zip(&leaves))
        .map(|((entry, seq), ((payload, digest), leaf))| {
            [
                tenant.into(),
                seq.into(),
                entry.at.into(),
                (&entry.actor).into(),
                (&entry.action).into(),
                entry.subject.kind.as_str().into(),
                entry.subject.id.into(),
                payload.into(),
                digest.as_ref().map(|digest| &digest[..]).into(),
                leaf.into(),
            ]
        })
        .collect();
    many(
        tx,
        sql!(
            "INSERT INTO journal(tenant_id, seq, at, actor, action, subject_kind, subject_id, payload, digest, leaf)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        &rows,
    )?;
    let salts: Vec<[Param<'_>; 3]> = numbered()
        .filter_map(|(entry, seq)| Some([tenant.into(), seq.into(), (&entry.personal.as_ref()?.salt).into()]))
        .collect();
    many(tx, sql!("INSERT INTO journal_salt(tenant_id, seq, salt) VALUES ($1, $2, $3)"), &salts)
}
