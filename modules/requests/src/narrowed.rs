//! What lists, the map and programs narrow matters by, as it stands in an address: the same words everywhere, so that a list
//! opens as a map and a map as a list.

use jiff::civil::Date;
use serde::Deserialize;
use tongxin_base::{Error, Result, Time};
use tongxin_kernel::{Scope, Tenant, UnitTree};
use tongxin_web::url_escape;

use crate::domain::Status;
use crate::store::lists::Filter;

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
    pub cursor: String,
}

impl Narrowed {
    /// As the store takes it.
    ///
    /// # Errors
    /// `Invalid` for a status or a day that is none.
    pub(crate) fn filter(&self, tenant: &Tenant) -> Result<Filter> {
        if !self.status.is_empty() && Status::parse(&self.status).is_none() {
            return Err(Error::field("status", "form-unknown-choice"));
        }
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        Ok(Filter {
            status: some(&self.status),
            category: some(&self.category),
            held: !self.held.is_empty(),
            from: midnight(tenant, "from", &self.from, false)?,
            to: midnight(tenant, "to", &self.to, true)?,
        })
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
        !self.query().is_empty()
    }

    /// The same in an address, without the page: `status=closed&from=2014-01-01`.
    pub(crate) fn query(&self) -> String {
        let Self { status, category, unit, q, held, from, to, .. } = self;
        let all = [
            ("status", status),
            ("category", category),
            ("unit", unit),
            ("q", q),
            ("held", held),
            ("from", from),
            ("to", to),
        ];
        let kept = all.into_iter().filter(|(_, value)| !value.is_empty());
        kept.map(|(name, value)| format!("{name}={}", url_escape(value))).collect::<Vec<_>>().join("&")
    }
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
