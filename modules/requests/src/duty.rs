//! Whether a worker is on duty: by the hours they gave, else in the tenant's working hours, and never while they are away.
//! Pure.

use tongxin_base::Time;
use tongxin_base::calendar::{Calendar, Quiet, WeekHours};

use crate::store::duty::Candidate;

/// Whether somebody is on duty at `now`. Hours they gave are taken at their word, at night too; where they gave none, the
/// tenant's working hours hold, but never in its quiet hours. A leave is from its first moment to just before its second.
pub fn on_duty(
    now: Time,
    hours: Option<&WeekHours>,
    leaves: &[(Time, Time)],
    calendar: &Calendar,
    quiet: Quiet,
) -> bool {
    if leaves.iter().any(|(from, to)| (*from..*to).contains(&now)) {
        return false;
    }
    match hours.filter(|hours| !hours.is_empty()) {
        Some(hours) => calendar.is_in(hours, now),
        None => calendar.is_open(now) && quiet.over(now, calendar) == now,
    }
}

impl Candidate {
    /// Whether they are on duty at `now`, the moment for which they were read; see [`on_duty`].
    pub fn on_duty(&self, now: Time, calendar: &Calendar, quiet: Quiet) -> bool {
        let hours = self.hours.as_deref().and_then(|hours| hours.parse().ok());
        !self.on_leave && on_duty(now, hours.as_ref(), &[], calendar, quiet)
    }
}
