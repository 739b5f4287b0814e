//! How a figure moved over the last weeks: the numbers by week, and the small line drawn of them.

use std::time::Duration;

use tongxin_base::calendar::TimeZone;
use tongxin_base::{Result, TenantId, Time};
use tongxin_db::Read;
use tongxin_kernel::{Days, Rate, Share, by_day, day_number, sum};
use tongxin_web::{Words, day};

/// A quarter of a year.
const WEEKS: u64 = 13;
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);
/// The size of a line, in its own units.
const WIDTH: f64 = 240.0;
const HEIGHT: f64 = 44.0;
/// Room for the line's breadth and its last dot.
const EDGE: f64 = 5.0;

/// The last weeks, oldest first; each ends today, a week ago, and so on.
pub(crate) struct Weeks {
    /// The day before the first week.
    before: i64,
    /// The last day of each.
    ends: Vec<i64>,
    /// The same in the reader's words.
    pub(crate) names: Vec<String>,
    words: [String; 2],
}

impl Weeks {
    pub(crate) fn until(now: Time, zone: &TimeZone, w: &Words) -> Self {
        let back = |weeks: u64| now - Duration::from_secs(WEEK.as_secs() * weeks);
        let ends: Vec<Time> = (0..WEEKS).rev().map(back).collect();
        Self {
            before: day_number(back(WEEKS), zone),
            names: ends.iter().map(|end| day(w, zone, *end)).collect(),
            ends: ends.iter().map(|end| day_number(*end, zone)).collect(),
            words: [w.t("board-by-week"), w.t("board-week")],
        }
    }

    /// What was added in each week.
    fn added(&self, changes: &[(i64, i64)]) -> Vec<i64> {
        let starts = std::iter::once(self.before).chain(self.ends.iter().copied());
        let within = |(after, end): (i64, &i64)| {
            changes.iter().filter(|(day, _)| *day > after && day <= end).map(|(_, value)| value).sum()
        };
        starts.zip(&self.ends).map(within).collect()
    }

    /// What stood at the end of each week, counted back from what stands now.
    fn stood(&self, now: i64, changes: &[(i64, i64)]) -> Vec<i64> {
        let later = |end: &i64| changes.iter().filter(|(day, _)| day > end).map(|(_, value)| value).sum::<i64>();
        self.ends.iter().map(|end| now - later(end)).collect()
    }
}

/// A count, and what it was at the end of each week.
pub(crate) struct Standing {
    pub(crate) now: i64,
    pub(crate) weeks: Vec<i64>,
}

impl Standing {
    pub(crate) fn of(read: &mut Read<'_>, tenant: TenantId, measure: &str, under: &str, weeks: &Weeks) -> Result<Self> {
        let now = sum(read, tenant, measure, under, Days::ALL)?;
        let changes = by_day(read, tenant, measure, under, weeks.before)?;
        Ok(Self { now, weeks: weeks.stood(now, &changes) })
    }

    /// The change since a week ago.
    pub(crate) fn change(&self) -> i64 {
        self.weeks.iter().rev().nth(1).map_or(0, |then| self.now - then)
    }
}

/// A rate in each week: of what was finished in it.
pub(crate) fn shares(
    read: &mut Read<'_>,
    tenant: TenantId,
    rate: &Rate,
    under: &str,
    weeks: &Weeks,
) -> Result<Vec<Share>> {
    let mut added = |measure| by_day(read, tenant, measure, under, weeks.before).map(|days| weeks.added(&days));
    let (numerators, denominators) = (added(rate.numerator)?, added(rate.denominator)?);
    let share = |(numerator, denominator)| Share { numerator, denominator, unanswered: 0 };
    Ok(numerators.into_iter().zip(denominators).map(share).collect())
}

/// A line as SVG draws it, and the table behind it.
pub(crate) struct Trend {
    /// The line, as `points`.
    pub(crate) points: String,
    /// Where it ends.
    pub(crate) x: String,
    pub(crate) y: String,
    /// The same in words for who does not see it.
    pub(crate) label: String,
    /// What the table behind it is called, and what its first column says.
    pub(crate) closer: String,
    pub(crate) head: String,
    /// Week by week, or month by month, and the figure.
    pub(crate) rows: Vec<(String, String)>,
}

/// The line of a count, from nought up, so that little does not look like much.
pub(crate) fn line_of_counts(standing: &Standing, weeks: &Weeks, label: String) -> Trend {
    let top = standing.weeks.iter().copied().max().unwrap_or_default().max(1);
    let heights: Vec<Option<f64>> = standing.weeks.iter().map(|value| Some(number(*value) / number(top))).collect();
    let rows = weeks.names.iter().cloned().zip(standing.weeks.iter().map(ToString::to_string)).collect();
    draw(&heights, label, rows, &weeks.words)
}

/// The line of a rate; weeks in which nothing was finished have no point.
pub(crate) fn line_of_rates(shares: &[Share], weeks: &Weeks, label: String, in_words: fn(Share) -> String) -> Trend {
    let heights: Vec<Option<f64>> = shares.iter().map(|share| share.rate()).collect();
    let rows = weeks.names.iter().cloned().zip(shares.iter().map(|share| in_words(*share))).collect();
    draw(&heights, label, rows, &weeks.words)
}

/// A line of heights from 0 to 1, some of them unknown. `words` are the name of the table behind it and of its first column.
pub(crate) fn draw(heights: &[Option<f64>], label: String, rows: Vec<(String, String)>, words: &[String; 2]) -> Trend {
    let [closer, head] = words.clone();
    let step = (WIDTH - 2.0 * EDGE) / number(heights.len().saturating_sub(1).max(1).try_into().unwrap_or(1));
    let places = (0_i64..).zip(heights).filter_map(|(week, height)| {
        let y = HEIGHT - EDGE - (*height)?.clamp(0.0, 1.0) * (HEIGHT - 2.0 * EDGE);
        Some((format!("{:.1}", EDGE + number(week) * step), format!("{y:.1}")))
    });
    let places: Vec<(String, String)> = places.collect();
    let points: Vec<String> = places.iter().map(|(x, y)| format!("{x},{y}")).collect();
    let (x, y) = places.last().cloned().unwrap_or_default();
    Trend { points: points.join(" "), x, y, label, closer, head, rows }
}

#[expect(clippy::cast_precision_loss, reason = "counts of matters are far below 2^53")]
fn number(count: i64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_has_what_was_added_in_it_and_what_stood_at_its_end() {
        let names = vec![String::new(); 2];
        let ends = vec![20_260_108, 20_260_115];
        let weeks = Weeks { before: 20_260_101, ends, names, words: Default::default() };
        let changes = [(20_260_101, 9), (20_260_102, 2), (20_260_108, 1), (20_260_109, 4), (20_260_115, -1)];
        assert_eq!(weeks.added(&changes), [3, 3]);
        assert_eq!(weeks.stood(15, &changes), [12, 15]);
        assert_eq!(Standing { now: 15, weeks: vec![12, 15] }.change(), 3);
    }

    #[test]
    fn a_week_without_anything_finished_has_no_point() {
        let share = |numerator, denominator| Share { numerator, denominator, unanswered: 0 };
        let names = vec![String::new(); 3];
        let weeks = Weeks { before: 0, ends: vec![1, 2, 3], names, words: Default::default() };
        let line = line_of_rates(&[share(1, 2), share(0, 0), share(2, 2)], &weeks, String::new(), |_| "x".to_owned());
        assert_eq!(line.points, "5.0,22.0 235.0,5.0");
        assert_eq!((line.x.as_str(), line.y.as_str(), line.rows.len()), ("235.0", "5.0", 3));
    }
}
