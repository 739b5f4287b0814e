//! The desk's list as a file, however long it is: read by key in pieces and written row by row, so that a million rows need no more
//! memory than a page.

use std::io::{BufWriter, Seek, Write};

use axum::extract::Query;
use axum::http::Uri;
use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Result};
use tongxin_kernel::{ChoreKind, ChoreRun, Kernel, Outcome, Toiling, ToldOfChore};
use tongxin_web::{SheetKind, SheetWriter, Words};

use crate::api::{Reading, read_list_for};
use crate::narrowed::Narrowed;
use crate::pages::table::{Columns, Pairs, line};
use crate::store::lists;

/// Rows read at once.
const PIECE: i64 = 500;
/// Rows of one file: more than a city has in years, and no office program opens more.
const MOST: usize = 1_000_000;

/// The chore.
pub(crate) const EXPORT: ChoreKind =
    ChoreKind { kind: "requests.export", action: "requests.list", run: |kernel, run| export(kernel, run) };

/// What is asked for: a list as its address says it, and the form of the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Export {
    /// What stands behind `/desk/requests?`.
    pub query: String,
    /// `csv` or `xlsx`.
    pub file: String,
}

impl Export {
    /// As it is read.
    ///
    /// # Errors
    /// `Invalid` where there is no such form of a file, or the query cannot be read.
    pub fn parse(&self) -> Result<(SheetKind, Narrowed, Columns)> {
        let kind = SheetKind::parse(&self.file).ok_or_else(|| Error::field("file", "form-unknown-choice"))?;
        let wrong = || Error::field("query", "form-bad-query");
        let uri = Uri::builder().path_and_query(format!("/?{}", self.query)).build().map_err(|_| wrong())?;
        let Query(said) = Query::<Pairs>::try_from_uri(&uri).map_err(|_| wrong())?;
        let Query(query) = Query::<Narrowed>::try_from_uri(&uri).map_err(|_| wrong())?;
        Ok((kind, Narrowed { cursor: String::new(), ..query }, Columns::of(&said)))
    }
}

fn export(kernel: Kernel, run: ChoreRun) -> Toiling {
    Box::pin(async move {
        let asked: Export = serde_json::from_value(run.asked.clone()).map_err(Error::internal)?;
        let (kind, query, columns) = asked.parse()?;
        let words = Words::in_house(&kernel, run.locale)?;
        let out = BufWriter::new(run.create()?);
        let mut writer = SheetWriter::in_folder(kind, &columns.heads(&words), out, &run.folder)?;
        let rows = write(&kernel, &run, (query, &columns, &words), &mut writer).await?;
        let end = move || {
            writer
                .end()?
                .into_inner()
                .map_err(|error| Error::internal(error.error()))?
                .sync_all()
                .map_err(Error::internal)
        };
        tokio::task::spawn_blocking(end).await.map_err(Error::internal)??;
        Ok(Outcome { told: ToldOfChore::new("requests-export-told").with("count", rows), result: kind.ending() })
    })
}

/// Writes all rows; answers how many there were.
async fn write<W: Write + Seek + Send>(
    kernel: &Kernel,
    run: &ChoreRun,
    (mut query, columns, words): (Narrowed, &Columns, &Words),
    writer: &mut SheetWriter<W>,
) -> Result<usize> {
    let reading = Reading { kernel, tenant: &run.tenant, who: &run.who, locale: run.locale };
    let total = count(&reading, &query).await?;
    if total.is_some_and(|total| total > MOST) {
        return Err(Error::rule("requests-export-too-long").with("most", MOST));
    }
    let mut rows = 0;
    run.at(0, total);
    loop {
        let (items, next) = read_list_for(&reading, &query, PIECE).await?;
        for view in &items {
            writer.line(&line(words, run.tenant.zone(), columns, view))?;
        }
        rows += items.len();
        if rows > MOST {
            return Err(Error::rule("requests-export-too-long").with("most", MOST));
        }
        // More may have come in since they were counted.
        run.at(rows, total.map(|total| total.max(rows)));
        match next {
            Some(cursor) => query.cursor = cursor,
            None => return Ok(rows),
        }
    }
}

/// How many there are; nobody knows before where words are looked for.
async fn count(reading: &Reading<'_>, query: &Narrowed) -> Result<Option<usize>> {
    if !query.q.trim().is_empty() {
        return Ok(None);
    }
    let Reading { kernel, tenant, who, .. } = reading;
    let scope = query.under(kernel.access().scope(who, "requests.list")?, &tenant.units)?;
    let (filter, (sorted, _)) = (query.filter(tenant, kernel.world().now())?, query.place()?);
    let id = tenant.id;
    let found = kernel.db().scan(id, move |read| lists::count(read, id, &scope, &filter, sorted)).await?;
    Ok(usize::try_from(found).ok())
}
