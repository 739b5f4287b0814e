//! Measures: named figures that are kept up to date in the same write as the change they count, and that each lead to
//! the list of what they count.

use tongxin_base::{Result, TenantId, Time};
use tongxin_db::{Read, params, sql};

use crate::access::Scope;

/// Of whom a figure tells, and so whether everybody may see it as it stands. What says nothing of it tells of people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tells {
    /// Of people: outside its unit it is seen in published months alone, where few are hidden.
    #[default]
    OfPeople,
    /// Of nobody, or of nothing that everybody cannot read one by one already: it is seen as it stands.
    OfNobody,
}

/// A figure that a room declares.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// `room.figure`, such as `requests.received`; the locale files name it under `measure-` with dashes.
    pub name: &'static str,
    /// The list it counts, as a path of ours; `{unit}`, `{from}` and `{to}` are filled in.
    pub list: &'static str,
    /// The action that the list asks for at the unit; empty where everybody may open it.
    pub action: &'static str,
    /// Of whom it tells.
    pub tells: Tells,
}

/// So many things lie in a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Lying {
    /// The unit, by its path.
    pub unit_path: String,
    /// How many.
    pub count: i64,
    /// The middle of those that have a place (latitude, longitude).
    pub middle: Option<(f64, f64)>,
}

/// Things that everybody may read one by one, such as matters that were released, counted when somebody looks.
#[derive(Clone, Copy)]
pub struct OpenCount {
    /// The figure, with the list that everybody may open.
    pub figure: Measure,
    /// Counts them, by the unit they lie in.
    pub count: fn(&mut Read<'_>, TenantId) -> Result<Vec<Lying>>,
}

/// A page of a room that shows its things on a map.
#[derive(Clone, Copy)]
pub struct OnMap {
    /// Its path; `{unit}` is filled in.
    pub page: &'static str,
    /// The action that must be allowed.
    pub action: &'static str,
    /// The list of what lies in a heap; `{unit}` is filled in.
    pub list: &'static str,
    /// Counts what lies within a part of the unit tree.
    pub count: fn(&mut Read<'_>, TenantId, &Scope) -> Result<Vec<Lying>>,
}

/// Figures that time alone moves, such as what is past its limit: nobody can keep them, so they are counted when somebody looks.
#[derive(Clone, Copy)]
pub struct Tally {
    /// The figures in the order in which they are counted; named and listed as measures are.
    pub figures: &'static [Measure],
    /// Counts them under a unit (all of its subtree) at a moment.
    pub count: fn(&mut Read<'_>, TenantId, &str, Time) -> Result<Vec<i64>>,
}

/// A rate that a room declares: one measure through another.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// Its name; the locale files name it under `rate-<name>`.
    pub name: &'static str,
    /// The measure that counts.
    pub numerator: &'static str,
    /// The measure it is taken of.
    pub denominator: &'static str,
    /// The measure of those of them that were answered at all, where not all are; the rest is shown apart.
    pub answered: Option<&'static str>,
    /// The list of that rest, as a measure's; empty where all are answered.
    pub rest: &'static str,
}

/// A rate over some days at some unit: never the quotient alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// How many count.
    pub numerator: i64,
    /// Of how many.
    pub denominator: i64,
    /// Of these, nobody has answered yet; they count, but are shown apart.
    pub unanswered: i64,
}

impl Share {
    /// The quotient, 0 to 1; `None` where there is nothing to take it of.
    #[expect(clippy::cast_precision_loss, reason = "counts of matters are far below 2^53")]
    pub fn rate(self) -> Option<f64> {
        (self.denominator > 0).then(|| self.numerator as f64 / self.denominator as f64)
    }
}

impl Rate {
    /// The rate under a unit (all of its subtree) over some days.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn of(&self, read: &mut Read<'_>, tenant: TenantId, under: &str, days: Days) -> Result<Share> {
        let mut total = |measure| sum(read, tenant, measure, under, days);
        let (numerator, denominator) = (total(self.numerator)?, total(self.denominator)?);
        let answered = self.answered.map_or(Ok(denominator), total)?;
        Ok(Share { numerator, denominator, unanswered: denominator - answered })
    }
}

/// A change of a total on its way into the batch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    pub measure: &'static str,
    pub unit_path: String,
    pub day: i64,
}

/// The days from the first to the last, both counted, as `yyyymmdd`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub from: i64,
    /// The last day.
    pub to: i64,
}

impl Days {
    /// All of time.
    pub const ALL: Self = Self { from: 0, to: 99_991_231 };
}

/// The day of a moment on the tenant's wall calendar, as `yyyymmdd`.
pub fn day_number(at: Time, zone: &jiff::tz::TimeZone) -> i64 {
    let date = at.in_zone(zone).date();
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// The total of a measure under a unit (all of its subtree) over some days; 0 where nothing was counted.
///
/// # Errors
/// As [`Read::rows`].
pub fn sum(read: &mut Read<'_>, tenant: TenantId, measure: &str, under: &str, days: Days) -> Result<i64> {
    let (low, high) = crate::unit::subtree(under);
    if days == Days::ALL {
        return read.one(
            sql!(
                "SELECT CAST(coalesce(SUM(value), 0) AS BIGINT) FROM measure_ever WHERE tenant_id = $1 AND measure = $2
                 AND unit_path >= $3 AND unit_path < $4"
            ),
            params![tenant, measure, &low, &high],
            |row| row.take(),
        );
    }
    read.one(
        sql!(
            "SELECT CAST(coalesce(SUM(value), 0) AS BIGINT) FROM measure_total WHERE tenant_id = $1 AND measure = $2
             AND unit_path >= $3 AND unit_path < $4 AND day >= $5 AND day <= $6"
        ),
        params![tenant, measure, &low, &high, days.from, days.to],
        |row| row.take(),
    )
}

/// What a measure changed by under a unit (all of its subtree) on each day from one on, earliest first; days without a
/// change are left out.
///
/// # Errors
/// As [`Read::rows`].
pub fn by_day(read: &mut Read<'_>, tenant: TenantId, measure: &str, under: &str, from: i64) -> Result<Vec<(i64, i64)>> {
    let (low, high) = crate::unit::subtree(under);
    read.rows(
        sql!(
            "SELECT day, CAST(SUM(value) AS BIGINT) FROM measure_total WHERE tenant_id = $1 AND measure = $2
             AND unit_path >= $3 AND unit_path < $4 AND day >= $5 GROUP BY day ORDER BY day"
        ),
        params![tenant, measure, &low, &high, from],
        |row| Ok((row.take()?, row.take()?)),
    )
}
