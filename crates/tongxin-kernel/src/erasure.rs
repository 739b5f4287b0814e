//! What was erased, remembered outside the database: a backup that is older than somebody's wish brings their data back, and
//! then this list takes it out again. It holds digests alone, one a line, and lies in the folder of files.

use std::collections::BTreeSet;

use serde_json::json;
use tongxin_base::{Error, Result, TenantId};
use tongxin_db::{Read, params, sql};

use crate::act::Act;
use crate::job::{JobKind, JobRun, Running};
use crate::kernel::Kernel;
use crate::people::{PersonId, Who};
use crate::personal::Whose;
use crate::secret::Secret;

/// Writes a line of the list, after the erasure is durable.
pub(crate) const RECORD: JobKind = JobKind { kind: "erasures.record", run: |kernel, run| record(kernel, run) };

/// The line of an erasure; none for what hangs on something else.
fn line(secret: &Secret, tenant: TenantId, whose: &Whose) -> Option<String> {
    match whose {
        Whose::Person(person) => {
            let digest = secret.derive(&[b"erased", person.uuid().as_bytes()]);
            Some(format!("{} person {}", tenant.0, hex::encode(digest)))
        }
        Whose::Link(digest) => Some(format!("{} link {}", tenant.0, hex::encode(digest))),
        Whose::Of(_) => None,
    }
}

/// Remembers an erasure for the day on which a backup is restored that is older.
pub(crate) fn record_erasure(act: &mut Act<'_, '_>, whose: &Whose) {
    if let Some(line) = line(act.kernel.secret(), act.call.tenant.id, whose) {
        act.later(RECORD.kind, act.call.now, json!({ "line": line }));
    }
}

fn record(kernel: Kernel, run: JobRun) -> Running {
    Box::pin(async move {
        let line = run.payload["line"].as_str().unwrap_or_default().to_owned();
        let store = kernel.files().store().clone();
        let written = tokio::task::spawn_blocking(move || store.note_erased(&line)).await;
        written.map_err(Error::internal)?
    })
}

fn people(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<PersonId>> {
    read.rows(sql!("SELECT id FROM person WHERE tenant_id = $1"), params![tenant], |row| row.take())
}

impl Kernel {
    /// Erases again what the list says was erased, and is held all the same: a backup brought it back. Answers how many.
    ///
    /// # Errors
    /// As [`Kernel::erase_about`].
    pub async fn erase_again(&self) -> Result<u64> {
        let erased: BTreeSet<String> = self.files().store().erased()?.into_iter().collect();
        let mut again = 0;
        for tenant in self.tenants() {
            let id = tenant.id;
            let people = self.db().scan(id, move |read| people(read, id)).await?;
            let link = |line: &String| {
                let digest = line.strip_prefix(&format!("{} link ", id.0))?;
                Some(Whose::Link(hex::decode(digest).ok()?.try_into().ok()?))
            };
            let people = people.into_iter().map(Whose::Person);
            let people =
                people.filter(|whose| line(self.secret(), id, whose).is_some_and(|line| erased.contains(&line)));
            let all: Vec<Whose> = people.chain(erased.iter().filter_map(link)).collect();
            for whose in all {
                if self.held_about(id, &whose).await?.pieces.is_empty() {
                    continue;
                }
                match self.erase_about(self.call(&tenant, &Who::System), whose).await {
                    Ok(()) => again += 1,
                    Err(error) if error.is_refusal() => tracing::warn!(%error, "an erasure could not be applied again"),
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(again)
    }
}
