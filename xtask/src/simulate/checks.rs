//! What must always hold, whatever happened on the street.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, anyhow, ensure};
use tongxin_kernel::{Days, history, sum, verify};
use tongxin_requests::domain::{SUBJECT, Status};
use tongxin_requests::measures::{FINISHED, RECEIVED, gauge};
use tongxin_requests::store::lists;

use super::life::Life;

/// Checks everything.
///
/// # Errors
/// What does not hold.
pub async fn all(life: &mut Life) -> Result<()> {
    nothing_acknowledged_is_lost(life).await?;
    nobody_passes_the_cap(life).await?;
    sums_agree(life).await?;
    the_journal_verifies(life).await?;
    no_job_is_left(life).await
}

fn told(error: tongxin_base::Error) -> anyhow::Error {
    anyhow!("{error}")
}

/// Every acknowledged report is there under its number, and every acknowledged verb is in the history of its matter.
async fn nothing_acknowledged_is_lost(life: &Life) -> Result<()> {
    let app = &life.servers[0];
    let tenant = app.tenant.id;
    let numbers: BTreeSet<&String> = life.matters.iter().map(|matter| &matter.number).collect();
    ensure!(numbers.len() == life.matters.len(), "two matters were given one number");
    for matter in &life.matters {
        let subject = tongxin_kernel::Subject::new(SUBJECT, matter.id.parse::<tongxin_base::Id<()>>()?);
        let lines = app.kernel().db().read(tenant, move |read| history(read, tenant, &subject)).await.map_err(told)?;
        for (action, acknowledged) in &matter.acknowledged {
            let there = lines.iter().filter(|line| line.action == *action).count();
            ensure!(
                there >= *acknowledged,
                "{}: {action} was acknowledged {acknowledged} times, the history has {there}",
                matter.number
            );
        }
        for pair in lines.windows(2) {
            ensure!(pair[0].at <= pair[1].at, "{}: the history runs backwards", matter.number);
        }
    }
    Ok(())
}

/// A worker's list, their counter row and the cap agree.
async fn nobody_passes_the_cap(life: &Life) -> Result<()> {
    let app = &life.servers[0];
    let cap = app.tenant.settings.open_orders_cap;
    for token in &life.workers {
        let mine = app.by(token).get("/api/v1/orders?status=mine").await;
        let mine = mine.json()["items"].as_array().cloned().unwrap_or_default();
        let held = i64::try_from(mine.len())?;
        // What was not solved comes back to who had it, over the cap too: it is their own work.
        let back = i64::try_from(mine.iter().filter(|order| order["why"]["cause"] == "reopened").count())?;
        ensure!(held - back <= cap, "{token} holds {held} orders, {back} of them again; the cap is {cap}");
        let (tenant, session) = (app.tenant.id, token.clone());
        let who = app.kernel().by_token(tenant, &session).await.map_err(told)?;
        let id = who.person().ok_or_else(|| anyhow!("{token} is nobody"))?.id;
        let read = move |read: &mut tongxin_db::Read<'_>| tongxin_requests::store::orders::held(read, tenant, id);
        let counted = app.kernel().db().read(tenant, read).await.map_err(told)?;
        ensure!(counted == held, "{token} holds {held} orders, the counter row says {counted}");
    }
    Ok(())
}

/// The totals kept with every write are what counting again gives.
async fn sums_agree(life: &Life) -> Result<()> {
    let app = &life.servers[0];
    let tenant = app.tenant.id;
    let counts = app.kernel().db().read(tenant, move |read| lists::counts(read, tenant)).await.map_err(told)?;
    let mut by_status: BTreeMap<&str, i64> = BTreeMap::new();
    for (_, status, count) in &counts {
        *by_status.entry(status).or_default() += count;
    }
    let total = move |measure: &'static str| async move {
        app.kernel().db().read(tenant, move |read| sum(read, tenant, measure, "", Days::ALL)).await.map_err(told)
    };
    for status in Status::ALL {
        let (kept, counted) = (total(gauge(*status)).await?, by_status.get(status.as_str()).copied().unwrap_or(0));
        ensure!(kept == counted, "the gauge of {status} says {kept}, counting says {counted}");
    }
    let (received, seen) = (total(RECEIVED).await?, by_status.values().sum::<i64>());
    ensure!(received == seen, "{seen} matters are seen, the measure says {received}");
    let finished = app.kernel().db().read(tenant, move |read| lists::finished(read, tenant)).await.map_err(told)?;
    let assessed = total(FINISHED.assessed).await?;
    ensure!(assessed == finished, "assessed says {assessed}, counting says {finished}");
    for part in ["ratings.rated", "ratings.solved", "ratings.satisfied", FINISHED.contacted, FINISHED.in_time] {
        let counted = total(part).await?;
        ensure!((0..=assessed).contains(&counted), "{part} says {counted} of {assessed}");
    }
    Ok(())
}

async fn the_journal_verifies(life: &Life) -> Result<()> {
    let app = &life.servers[0];
    let tenant = app.tenant.id;
    let verified = app.kernel().db().scan(tenant, move |read| verify(read, tenant)).await.map_err(told)?;
    ensure!(verified.findings.is_empty(), "the journal does not hold: {:?}", verified.findings);
    Ok(())
}

async fn no_job_is_left(life: &Life) -> Result<()> {
    let app = &life.servers[0];
    app.work_off().await;
    let state = app.kernel().queue_state(app.tenant.id).await.map_err(told)?;
    ensure!(state.waiting == 0 && state.dead == 0, "jobs are left over: {state:?}");
    Ok(())
}
