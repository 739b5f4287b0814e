//! The import of matters as a chore: the table that was looked at is read once more, and comes in as a whole or not at all, in the
//! same write that ends the chore.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Result};
use tongxin_kernel::{ChoreKind, ChoreRun, Facts, Kernel, Outcome, ReadOrNot, Tenant, Toiling, ToldOfChore, Who};

use crate::import::{Asked, BUILT_IN, Bringing, Intake, Mapping, Parsed, Plan, load_by, mark, plan};

/// The chore.
pub(crate) const IMPORT: ChoreKind =
    ChoreKind { kind: "requests.import", action: "requests.import", run: |kernel, run| import(kernel, run) };

/// How a file is to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Import {
    /// Its name, under which it is remembered.
    pub name: String,
    /// One of our mappings; empty for the one that knows most of its columns.
    pub mapping: String,
    /// Whether matters that are in already stay as they are, even where the file says something else of them.
    pub skip_known: bool,
    /// What was looked at.
    pub mark: String,
}

/// Whoever brings matters in does so for the whole house.
///
/// # Errors
/// `Unauthenticated` or `Forbidden`.
pub(crate) fn may_import(kernel: &Kernel, tenant: &Tenant, who: &Who) -> Result<()> {
    let root = tenant.units.root().ok_or(Error::NotFound)?;
    let facts = Facts { unit_path: &root.path, ..Facts::default() };
    kernel.access().require(who, IMPORT.action, ReadOrNot::Known, &facts)
}

impl Import {
    fn mapping(&self) -> Result<Option<(String, Mapping)>> {
        if self.mapping.is_empty() {
            return Ok(None);
        }
        let known = BUILT_IN.iter().find(|(name, _)| *name == self.mapping);
        let (name, text) = known.ok_or_else(|| Error::field("mapping", "form-unknown-choice"))?;
        Ok(Some(((*name).to_owned(), Mapping::parse(text)?)))
    }

    /// Reads a file and finds out what it would do here.
    ///
    /// # Errors
    /// `Invalid` about the `file` where it cannot be read, or the `mapping` is none.
    pub async fn look(&self, kernel: &Kernel, tenant: &Arc<Tenant>, bytes: Vec<u8>) -> Result<(Parsed, Plan)> {
        let mapping = self.mapping()?;
        let read = move || -> Result<Parsed> {
            // Names and telephones stay out: nobody who brings a history in needs them here.
            let mut intake = Intake::new(Asked { mapping, ..Asked::default() });
            intake.add(&bytes)?;
            intake.finish()
        };
        let parsed = tokio::task::spawn_blocking(read).await.map_err(Error::internal)?.map_err(too_much)?;
        let plan = plan(kernel, tenant, &parsed, self.skip_known).await.map_err(too_much)?;
        Ok((parsed, plan))
    }
}

/// What is too large is said of the file, beside its field.
fn too_much(error: Error) -> Error {
    match error {
        Error::TooLarge => Error::field("file", "requests-import-too-much"),
        other => other,
    }
}

fn import(kernel: Kernel, run: ChoreRun) -> Toiling {
    Box::pin(async move {
        may_import(&kernel, &run.tenant, &run.who)?;
        let asked: Import = serde_json::from_value(run.asked.clone()).map_err(Error::internal)?;
        let reader = run.clone();
        let bytes = tokio::task::spawn_blocking(move || reader.sent()).await.map_err(Error::internal)??;
        let (parsed, plan) = asked.look(&kernel, &run.tenant, bytes).await?;
        if let Some(before) = &plan.told.imported_as {
            return Err(Error::conflict("requests-imported-before").with("file", before));
        }
        if parsed.wrong() + plan.wrong() > 0 || mark(&parsed, &plan) != asked.mark {
            return Err(Error::rule("requests-import-moved"));
        }
        let total = plan.told.new;
        run.at(0, Some(total));
        let told = |rows: usize| ToldOfChore::new("requests-import-told").with("count", rows);
        let (ending, clock) = (run.clone(), kernel.clone());
        let end = Arc::new(move |tx: &mut tongxin_db::Tx<'_>, rows: usize| {
            ending.end_with(tx, &told(rows), clock.world().now())
        });
        let bringing = Bringing { who: &run.who, end };
        let watch = run.clone();
        let file = (asked.name.as_str(), &parsed, &plan);
        let loaded = load_by(&kernel, &run.tenant, file, bringing, move |done| watch.at(done, Some(total))).await?;
        Ok(Outcome { told: told(loaded.rows), result: "" })
    })
}
