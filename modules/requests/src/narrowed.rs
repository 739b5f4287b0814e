//! What lists, the map and programs narrow matters by, as it stands in an address: the same words everywhere, so that a list
//! opens as a map and a map as a list.

use jiff::civil::Date;
use serde::Deserialize;
use tongxin_base::{Error, Result, Time};
use tongxin_kernel::{Scope, Tenant, UnitTree};
use tongxin_web::url_escape;

use crate::domain::Status;
use crate::store::lists::{Counted, Filter, Mark, Sorted};
use crate::views::LimitState;

/// The words of an address. Empty means all.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Narrowed {
    pub status: String,
    pub category: String,
    pub unit: String,
    pub q: String,
    pub held: String,
    /// The first day of reporting, `2026-01-01`.
    pub from: String,
    /// The last day.
    pub to: String,
    /// How the time limit of what is under way stands: `yellow`.
    pub limit: String,
    /// The figure of the rates that counts it: `in_time`.
    pub counted: String,
    /// In which order: `newest`, `oldest`, `due`.
    pub sort: String,
    pub cursor: String,
}

impl Narrowed {
    /// As the store takes it.
    ///
    /// # Errors
    /// `Invalid` for a status, a limit, a figure or a day that is none.
    pub(crate) fn filter(&self, tenant: &Tenant, now: Time) -> Result<Filter> {
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        known("status", &self.status, Status::parse)?;
        let limit = known("limit", &self.limit, LimitState::parse)?;
        Ok(Filter {
            status: some(&self.status),
            category: some(&self.category),
            held: !self.held.is_empty(),
            from: midnight(tenant, "from", &self.from, false)?,
            to: midnight(tenant, "to", &self.to, true)?,
            limit: limit.map(|limit| (limit, now)),
            counted: known("counted", &self.counted, Counted::parse)?,
        })
    }

    /// In which order, and behind which row. Words are looked for from the newest on.
    ///
    /// # Errors
    /// `Invalid` for an order or a cursor that is none.
    pub(crate) fn place(&self) -> Result<(Sorted, Mark)> {
        let sorted = Sorted::parse(&self.sort).ok_or_else(|| Error::field("sort", "form-unknown-choice"))?;
        let sorted = if self.q.trim().is_empty() { sorted } else { Sorted::Newest };
        if self.cursor.is_empty() {
            return Ok((sorted, Mark::start(sorted)));
        }
        let mark = Mark::parse(&self.cursor).ok_or_else(|| Error::field("cursor", "requests-bad-cursor"))?;
        Ok((sorted, mark))
    }

    /// The part of what somebody may see that is under the unit.
    ///
    /// # Errors
    /// `Invalid` for a unit that is none.
    pub(crate) fn under(&self, scope: Scope, units: &UnitTree) -> Result<Scope> {
        if self.unit.is_empty() {
            return Ok(scope);
        }
        let unit = units.by_code(&self.unit).ok_or_else(|| Error::field("unit", "form-unknown-choice"))?;
        Ok(scope.under(&unit.path))
    }

    /// Whether anything is narrowed.
    pub(crate) fn is_any(&self) -> bool {
        !Self { sort: String::new(), ..self.clone() }.query().is_empty()
    }

    /// The same in an address, without the page: `status=closed&from=2014-01-01`.
    pub(crate) fn query(&self) -> String {
        let Self { status, category, unit, q, held, from, to, limit, counted, sort, cursor: _ } = self;
        let all = [
            ("status", status),
            ("category", category),
            ("unit", unit),
            ("q", q),
            ("held", held),
            ("from", from),
            ("to", to),
            ("limit", limit),
            ("counted", counted),
            ("sort", sort),
        ];
        let kept = all.into_iter().filter(|(_, value)| !value.is_empty());
        kept.map(|(name, value)| format!("{name}={}", url_escape(value))).collect::<Vec<_>>().join("&")
    }
}

/// What a word of an address means; none where nothing is said.
fn known<T>(field: &'static str, word: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
    if word.is_empty() {
        return Ok(None);
    }
    parse(word).map(Some).ok_or_else(|| Error::field(field, "form-unknown-choice"))
}

/// The beginning of a day on the tenant's wall clock, or of the day after it.
fn midnight(tenant: &Tenant, field: &'static str, text: &str, after: bool) -> Result<Option<Time>> {
    // A date, or a moment whose date is meant.
    let Some(text) = text.split('T').next().filter(|text| !text.is_empty()) else { return Ok(None) };
    let bad = || Error::field(field, "form-bad-date");
    let day: Date = text.parse().map_err(|_| bad())?;
    let day = if after { day.tomorrow().map_err(|_| bad())? } else { day };
    let at = day.to_zoned(tenant.zone().clone()).map_err(|_| bad())?;
    Ok(Some(Time::from(at.timestamp())))
}
