//! Lists of matters, by the part of the tree that the reader looks after.

use tongxin_base::{Result, TenantId, Time};
use tongxin_db::{Param, Read, params, sql};
use tongxin_kernel::Scope;

use super::requests::{Request, request};
use crate::domain::RequestId;
use crate::views::{LimitState, limit_state};

/// What a list may be narrowed by; everything empty means all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// One status.
    pub status: Option<String>,
    /// One category.
    pub category: Option<String>,
    /// Those that wait to be let through, instead of all others.
    pub held: bool,
    /// Reported at this moment or later.
    pub from: Option<Time>,
    /// Reported before this moment.
    pub to: Option<Time>,
    /// Under way, and its time limit stands so at this moment.
    pub limit: Option<(LimitState, Time)>,
    /// Counted by this figure of the rates.
    pub counted: Option<Counted>,
}

/// A figure that counts finished matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Finished and not excluded: what all rates are of.
    Assessed,
    /// Those whose reporter was reached in time.
    Contacted,
    /// Those finished within their limit.
    InTime,
}

impl Counted {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Assessed, Self::Contacted, Self::InTime];

    /// The word in addresses and statements.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assessed => "assessed",
            Self::Contacted => "contacted",
            Self::InTime => "in_time",
        }
    }

    /// The figure of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    fn has(self, request: &Request) -> bool {
        let Some(done_at) = request.done_at.filter(|_| !request.excluded) else { return false };
        match self {
            Self::Assessed => true,
            Self::Contacted => request.contacted_in_time(),
            Self::InTime => done_at <= request.deadline.due,
        }
    }
}

/// In which order a list goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sorted {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// Matters under way, the one whose limit ends first at the top.
    Due,
}

impl Sorted {
    /// All of them, the usual one first.
    pub const ALL: [Self; 3] = [Self::Newest, Self::Oldest, Self::Due];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Due => "due",
        }
    }

    /// The order of this word; nothing said is the newest first.
    pub fn parse(word: &str) -> Option<Self> {
        if word.is_empty() { Some(Self::default()) } else { Self::ALL.into_iter().find(|one| one.as_str() == word) }
    }
}

/// Where a page of a list ends: what its last row is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// By when it must be done.
    pub due: Time,
    /// Which one.
    pub id: RequestId,
}

impl Mark {
    /// In front of every list that goes so.
    pub fn start(sorted: Sorted) -> Self {
        let id = if sorted == Sorted::Newest { uuid::Uuid::max() } else { uuid::Uuid::nil() };
        Self { due: Time::from_micros(i64::MIN), id: RequestId::from_uuid(id) }
    }

    /// Behind this matter.
    pub const fn after(request: &Request) -> Self {
        Self { due: request.deadline.due, id: request.id }
    }

    /// As it stands in an address.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once('.') {
            Some((due, id)) => Some(Self { due: Time::from_micros(due.parse().ok()?), id: id.parse().ok()? }),
            None => Some(Self { due: Time::from_micros(0), id: text.parse().ok()? }),
        }
    }

    /// For the address of the next page of a list that goes so.
    pub fn write(self, sorted: Sorted) -> String {
        match sorted {
            Sorted::Newest | Sorted::Oldest => self.id.to_string(),
            Sorted::Due => format!("{}.{}", self.due.micros(), self.id),
        }
    }
}

impl Filter {
    /// Whether a matter is what is looked for.
    pub fn fits(&self, request: &Request) -> bool {
        self.status.as_ref().is_none_or(|status| request.status.as_str() == status)
            && self.category.as_ref().is_none_or(|category| request.category == *category)
            && self.held == request.held.is_some()
            && self.from.is_none_or(|from| request.created_at >= from)
            && self.to.is_none_or(|to| request.created_at < to)
            && self.limit.is_none_or(|(limit, now)| request.status.is_under_way() && limit_state(request, now) == limit)
            && self.counted.is_none_or(|counted| counted.has(request))
    }
}

/// The parameters of `narrowed!`, and those that a statement has behind them.
pub(super) fn narrowed<'a, const N: usize>(
    tenant: TenantId,
    bounds: &[&'a str; 10],
    filter: &'a Filter,
    more: [Param<'a>; N],
) -> Vec<Param<'a>> {
    let mut all: Vec<Param<'a>> = vec![tenant.into(), (&filter.status).into(), (&filter.category).into()];
    all.extend(bounds.iter().map(|bound| Param::from(*bound)));
    let (limit, now) = filter.limit.unzip();
    let limit = limit.map(LimitState::as_str);
    let now = now.map_or(0, Time::micros);
    let counted = filter.counted.map(Counted::as_str);
    let rest: [Param<'a>; 6] =
        [filter.held.into(), filter.from.into(), filter.to.into(), limit.into(), now.into(), counted.into()];
    all.extend(rest);
    all.extend(more);
    all
}

/// Matters in the scope behind `mark`, at most `limit`. Those of an import not yet live are not there.
pub fn in_scope(
    read: &mut Read<'_>,
    tenant: TenantId,
    scope: &Scope,
    filter: &Filter,
    (sorted, mark): (Sorted, Mark),
    limit: i64,
) -> Result<Vec<Request>> {
    macro_rules! listed {
        ($part:expr, $behind:literal) => {
            sql!(concat!("SELECT ", request_columns!(), narrowed!(), $part, $behind))
        };
    }
    macro_rules! part {
        (held) => {
            " AND held IS NOT NULL"
        };
        (under_way) => {
            " AND status IN ('received', 'accepted', 'open', 'working', 'reopened')"
        };
    }
    let bounds = scope.bounds();
    // What is held back and what is under way are small parts of all: said so, their own indexes find them.
    let statement = match (sorted, filter.held, filter.limit) {
        (Sorted::Due, ..) => {
            let due = listed!(part!(under_way), " AND (due_at, id) > ($22, $21) ORDER BY due_at, id LIMIT $20");
            let params = narrowed(tenant, &bounds, filter, [limit.into(), mark.id.into(), mark.due.into()]);
            return read.rows(due, &params, request);
        }
        (Sorted::Newest, true, _) => listed!(part!(held), " AND id < $21 ORDER BY id DESC LIMIT $20"),
        (Sorted::Newest, false, Some(_)) => listed!(part!(under_way), " AND id < $21 ORDER BY id DESC LIMIT $20"),
        (Sorted::Newest, false, None) => listed!("", " AND id < $21 ORDER BY id DESC LIMIT $20"),
        (Sorted::Oldest, true, _) => listed!(part!(held), " AND id > $21 ORDER BY id LIMIT $20"),
        (Sorted::Oldest, false, Some(_)) => listed!(part!(under_way), " AND id > $21 ORDER BY id LIMIT $20"),
        (Sorted::Oldest, false, None) => listed!("", " AND id > $21 ORDER BY id LIMIT $20"),
    };
    read.rows(statement, &narrowed(tenant, &bounds, filter, [limit.into(), mark.id.into()]), request)
}

/// How many matters a list has from its beginning to its end.
///
/// # Errors
/// As `Read::rows`.
pub fn count(read: &mut Read<'_>, tenant: TenantId, scope: &Scope, filter: &Filter, sorted: Sorted) -> Result<i64> {
    let bounds = scope.bounds();
    let params = narrowed(tenant, &bounds, filter, []);
    if sorted == Sorted::Due || filter.limit.is_some() {
        let under_way = sql!(concat!(
            "SELECT COUNT(*)",
            narrowed!(),
            " AND status IN ('received', 'accepted', 'open', 'working', 'reopened')"
        ));
        return read.one(under_way, &params, |row| row.take());
    }
    read.one(sql!(concat!("SELECT COUNT(*)", narrowed!())), &params, |row| row.take())
}

/// What is under way under a unit, by its time limit: red, yellow, green, paused.
pub fn limits(read: &mut Read<'_>, tenant: TenantId, under: &str, now: Time) -> Result<Vec<i64>> {
    let (low, high) = tongxin_kernel::subtree(under);
    let found: Vec<(String, i64)> = read.rows(
        sql!(concat!(
            "SELECT CASE WHEN paused_at IS NOT NULL THEN 'paused' WHEN due_at < $4::bigint THEN 'red'
                      WHEN yellow_at <= $4::bigint THEN 'yellow' ELSE 'green' END AS state, COUNT(*)
             FROM requests_request r WHERE tenant_id = $1 AND unit_path >= $2 AND unit_path < $3 AND held IS NULL
               AND status IN ('received', 'accepted', 'open', 'working', 'reopened') AND ",
            seen!(),
            " GROUP BY state"
        )),
        params![tenant, &low, &high, now.micros()],
        |row| Ok((row.take()?, row.take()?)),
    )?;
    let count =
        |state: LimitState| found.iter().find(|(known, _)| known == state.as_str()).map_or(0, |(_, count)| *count);
    Ok([LimitState::Red, LimitState::Yellow, LimitState::Green, LimitState::Paused].map(count).to_vec())
}

/// The matter with this number.
pub fn by_number(read: &mut Read<'_>, tenant: TenantId, number: &str) -> Result<Option<Request>> {
    read.maybe(
        sql!(concat!(
            "SELECT ",
            request_columns!(),
            " FROM requests_request r WHERE tenant_id = $1 AND number = $2 AND ",
            seen!()
        )),
        params![tenant, number],
        request,
    )
}

/// Current matters under the root, per unit and status: what the gauges must add up to.
pub fn counts(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<(String, String, i64)>> {
    read.rows(
        sql!(
            "SELECT unit_path, status, COUNT(*) FROM requests_request r WHERE tenant_id = $1
               AND held IS NULL
               AND NOT EXISTS (SELECT 1 FROM requests_batch b WHERE b.tenant_id = $1 AND b.id = r.batch_id AND b.live = 0)
             GROUP BY unit_path, status ORDER BY unit_path, status"
        ),
        params![tenant],
        |row| Ok((row.take()?, row.take()?, row.take()?)),
    )
}

/// Matters that are finished and in the assessment: what the denominator of the rates must be.
pub fn finished(read: &mut Read<'_>, tenant: TenantId) -> Result<i64> {
    read.one(
        sql!(concat!(
            "SELECT COUNT(*) FROM requests_request r WHERE tenant_id = $1 AND done_at IS NOT NULL AND excluded = 0 AND ",
            seen!()
        )),
        params![tenant],
        |row| row.take(),
    )
}

/// Matters of a category under way within a box of degrees, to be measured one by one; the first two hundred.
pub fn in_box(
    read: &mut Read<'_>,
    tenant: TenantId,
    category: &str,
    (south, north): (f64, f64),
    (west, east): (f64, f64),
) -> Result<Vec<Request>> {
    read.rows(
        sql!(concat!(
            "SELECT ",
            request_columns!(),
            " FROM requests_request r WHERE tenant_id = $1 AND category = $2 AND lat IS NOT NULL
               AND status IN ('received', 'accepted', 'open', 'working', 'reopened')
               AND lat >= $3 AND lat <= $4 AND lon >= $5 AND lon <= $6 AND held IS NULL AND ",
            seen!(),
            " ORDER BY id DESC LIMIT 200"
        )),
        params![tenant, category, south, north, west, east],
        request,
    )
}

/// The newest matters of a category under way under a unit, to compare their words; the first hundred.
pub fn under_way(
    read: &mut Read<'_>,
    tenant: TenantId,
    category: &str,
    (low, high): (&str, &str),
) -> Result<Vec<Request>> {
    read.rows(
        sql!(concat!(
            "SELECT ",
            request_columns!(),
            " FROM requests_request r WHERE tenant_id = $1 AND unit_path >= $3 AND unit_path < $4 AND category = $2
               AND status IN ('received', 'accepted', 'open', 'working', 'reopened') AND held IS NULL AND ",
            seen!(),
            " ORDER BY id DESC LIMIT 100"
        )),
        params![tenant, category, low, high],
        request,
    )
}

/// Matters that came out of one (`split_from`), or went into it (`merged_into`).
pub fn kin(read: &mut Read<'_>, tenant: TenantId, id: RequestId) -> Result<Vec<Request>> {
    read.rows(
        sql!(concat!(
            "SELECT ",
            request_columns!(),
            " FROM requests_request r WHERE tenant_id = $1 AND (split_from = $2 OR merged_into = $2)
             ORDER BY id LIMIT 50"
        )),
        params![tenant, id],
        request,
    )
}
