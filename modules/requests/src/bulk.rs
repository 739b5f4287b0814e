//! Matters by the million, straight into the tables, for measurements: what a large subdistrict has after many years. They
//! have their reports, orders and figures, but no journal, and are not indexed for search.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tongxin_base::calendar::{Deadline, Limit};
use tongxin_base::{Error, Result, Time};
use tongxin_kernel::{Kernel, Level, Subject, Tenant, Unit, Who, day_number};

use crate::domain::{Category, OrderState, ReportId, RequestId, Status};
use crate::measures::{FINISHED, RECEIVED, gauge};
use crate::store::categories;
use crate::store::orders::{self, Order};
use crate::store::requests::{self, Reported, Request, newborn};

/// Rows of one write.
const CHUNK: u32 = 2000;
/// Over how long the finished ones are spread.
const YEARS: Duration = Duration::from_secs(5 * 365 * 24 * 3600);
/// How old the open ones are at most.
const LATELY: Duration = Duration::from_secs(30 * 24 * 3600);

/// How many of what.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Matters that are over.
    pub finished: u32,
    /// Matters whose order waits in the pool.
    pub open: u32,
}

struct Made {
    request: Request,
    report: Reported,
    order: Order,
}

/// Loads matters; `progress` hears how many are in.
///
/// # Errors
/// As `Db::write`.
pub async fn load(kernel: &Kernel, tenant: &Arc<Tenant>, wanted: Wanted, progress: impl Fn(u32)) -> Result<()> {
    let id = tenant.id;
    let categories = kernel.db().read(id, move |read| categories::all(read, id)).await?;
    let categories: Vec<Category> = categories.into_iter().filter(|category| category.parent.is_some()).collect();
    let grids: Vec<Unit> = tenant.units.iter().filter(|unit| unit.level == Level::Grid).cloned().collect();
    if categories.is_empty() || grids.is_empty() {
        return Err(Error::internal("a subdistrict without categories or without grids"));
    }
    let total = wanted.finished + wanted.open;
    let mut cells: HashMap<(&'static str, String, Time), i64> = HashMap::new();
    let mut done = 0;
    while done < total {
        let chunk = CHUNK.min(total - done);
        let made: Vec<Made> =
            (done..done + chunk).map(|at| make(kernel, tenant, (at, wanted), &categories, &grids)).collect();
        for one in &made {
            count(&one.request, &mut cells);
        }
        let (mut matters, mut reports, mut work) = (Vec::new(), Vec::new(), Vec::new());
        for one in made {
            matters.push(one.request);
            reports.push(one.report);
            work.push(one.order);
        }
        let write = move |tx: &mut tongxin_db::Tx<'_>| {
            requests::add(tx, id, &matters, None)?;
            requests::add_reports(tx, id, &reports, None)?;
            orders::add(tx, id, &work)
        };
        kernel.db().write(id, "requests.bulk", write).await?;
        done += chunk;
        progress(done);
    }
    let cells: Vec<_> = cells.into_iter().collect();
    let figures = move |act: &mut tongxin_kernel::Act<'_, '_>| {
        for ((measure, unit_path, at), delta) in &cells {
            act.measure(measure, unit_path, *at, *delta);
        }
        let payload = serde_json::json!({"finished": wanted.finished, "open": wanted.open});
        act.journal("requests.bulk", &Subject::new("import", RequestId::NONE), payload, None)
    };
    kernel.act(kernel.call(tenant, &Who::System), "requests.bulk", figures).await
}

fn make(
    kernel: &Kernel,
    tenant: &Tenant,
    (at, wanted): (u32, Wanted),
    categories: &[Category],
    grids: &[Unit],
) -> Made {
    let world = kernel.world();
    let pick = |of: usize| usize::try_from(world.below(u32::try_from(of).unwrap_or(1))).unwrap_or(0);
    let (category, grid) = (&categories[pick(categories.len())], &grids[pick(grids.len())]);
    let finished = at < wanted.finished;
    let share = |of: u32, whole: u32| f64::from(of) / f64::from(whole.max(1));
    let born = if finished {
        world.now() - LATELY - YEARS.mul_f64(1.0 - share(at, wanted.finished))
    } else {
        world.now() - LATELY.mul_f64(1.0 - share(at - wanted.finished, wanted.open))
    };
    let day = day_number(born, tenant.zone());
    let digits: String = grid.code.chars().skip(6).take(6).collect();
    // Numbers of the day's counter stay far below.
    let number = format!("{day}-{digits}-{}", 10_000_000 + at);
    let (contacted, began, ended) =
        (born + Duration::from_secs(3600), born + Duration::from_secs(7200), born + Duration::from_secs(36_000));
    let limit: Limit = category.finish_limit;
    let due = born + Duration::from_secs(if world.below(10) == 0 { 30_000 } else { 86_400 });
    let deadline = Deadline { yellow: due - Duration::from_secs(5000), due };
    let id: RequestId = world.id_at(born);
    let mut request = newborn(id, number, category.code.clone(), born, contacted, limit, deadline);
    request.unit_path.clone_from(&grid.path);
    let beside = |x: f64| x + (f64::from(world.below(4001)) - 2000.0) / 1e6;
    request.point = grid.point.map(|(lat, lon)| (beside(lat), beside(lon)));
    request.accepted_at = Some(born);
    request.contacted_at = Some(contacted);
    request.status = if finished { Status::Closed } else { Status::Open };
    if finished {
        (request.started_at, request.done_at, request.closed_at) = (Some(began), Some(ended), Some(ended));
        request.round = 1;
    }
    let report = Reported {
        id: world.id_at::<crate::domain::ReportKind>(born) as ReportId,
        request_id: id,
        person_id: None,
        name: None,
        phone: None,
        email: None,
        place: None,
        words: format!("{}，请来看一下。", category.name.zh),
        contact_of: None,
        came_from: None,
        created_at: born,
    };
    let mut order = Order::newborn(world.id_at(born), &request, "all", born);
    if finished {
        order.state = OrderState::Done;
        (order.grabbed_at, order.started_at, order.ended_at) = (Some(contacted), Some(began), Some(ended));
    }
    Made { request, report, order }
}

/// What a matter adds to the figures.
fn count(request: &Request, cells: &mut HashMap<(&'static str, String, Time), i64>) {
    // One cell a day: the moment is cut to it.
    let day = |at: Time| Time::from_micros(at.micros() - at.micros().rem_euclid(86_400_000_000));
    let mut add = |measure, at| *cells.entry((measure, request.unit_path.clone(), day(at))).or_default() += 1;
    add(RECEIVED, request.created_at);
    add(gauge(request.status), request.created_at);
    if let Some(done_at) = request.done_at {
        add(FINISHED.assessed, done_at);
        add(FINISHED.contacted, done_at);
        if done_at <= request.deadline.due {
            add(FINISHED.in_time, done_at);
        }
    }
}
