//! The tenant's working time, as it may be changed: days that are off or worked, and the hours. What is promised already
//! stays: a limit's end is stored when it begins, so a change holds for what begins after it.

use serde::{Deserialize, Serialize};
use serde_json::json;
use tongxin_base::calendar::{Calendar, Date, Day, Quiet, WorkHours};
use tongxin_base::{Error, FieldError, Id, Result, TenantId};
use tongxin_db::{Read, Row, Tx, params, sql};

use crate::act::Act;
use crate::subject::Subject;
use crate::tenant::Settings;

/// The years in which a day may be entered: as far back as published files go, and as far ahead as anybody plans.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2099;
/// The longest name of a day, in characters.
const LONGEST_NAME: usize = 40;
/// Days of one change: three years of holidays, ten times over.
const MOST_DAYS: usize = 1500;

/// A day that the tenant keeps in its own way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarDay {
    /// Which day.
    pub date: Date,
    /// Whether people work on it.
    pub working: bool,
    /// What it is called; may be empty.
    pub name: String,
}

/// A change of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DayChange {
    /// It is kept like this.
    Set(CalendarDay),
    /// It is again what the shipped table and the week say.
    Drop(Date),
}

/// When the office is open, and when nothing buzzes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkTimes {
    /// The office hours of a workday.
    pub hours: WorkHours,
    /// The quiet hours.
    pub quiet: Quiet,
}

/// A day as a number: 20261001.
fn number(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

fn date(number: i64) -> Result<Date> {
    let part = |by: i64, of: i64| i8::try_from(number / by % of).unwrap_or(0);
    let year = i16::try_from(number / 10_000).unwrap_or(0);
    Date::new(year, part(100, 100), part(1, 100)).map_err(Error::internal)
}

fn calendar_day(row: &mut Row) -> Result<CalendarDay> {
    Ok(CalendarDay { date: date(row.take()?)?, working: row.take::<i64>()? == 1, name: row.take()? })
}

/// The days that a tenant keeps in its own way, from one to another, both included.
///
/// # Errors
/// As [`Read::rows`].
pub fn days(read: &mut Read<'_>, tenant: TenantId, (from, to): (Date, Date)) -> Result<Vec<CalendarDay>> {
    read.rows(
        sql!(
            "SELECT day, working, name FROM calendar_day WHERE tenant_id = $1 AND day >= $2 AND day <= $3 ORDER BY day"
        ),
        params![tenant, number(from), number(to)],
        calendar_day,
    )
}

/// Lays the tenant's own days over a calendar.
pub(crate) fn lay_over(read: &mut Read<'_>, tenant: TenantId, calendar: &mut Calendar) -> Result<()> {
    for day in days(read, tenant, (Date::MIN, Date::MAX))? {
        calendar.days.set(day.date, if day.working { Day::Workday } else { Day::Off });
    }
    Ok(())
}

fn one(read: &mut Read<'_>, tenant: TenantId, date: Date) -> Result<Option<CalendarDay>> {
    read.maybe(
        sql!("SELECT day, working, name FROM calendar_day WHERE tenant_id = $1 AND day = $2"),
        params![tenant, number(date)],
        calendar_day,
    )
}

/// Changes days, all or none, each with a line in the journal where it changes something. Answers how many did. Whether
/// the caller may is for them to ask; `Kernel::reload` brings it into force here, other servers follow within a minute.
///
/// # Errors
/// `Invalid` for a day out of 2000 to 2099, a long name or too many days.
pub fn change_days(act: &mut Act<'_, '_>, changes: &[DayChange]) -> Result<u64> {
    if changes.len() > MOST_DAYS {
        return Err(Error::Invalid(vec![FieldError::new("days", "form-too-many").with("max", MOST_DAYS)]));
    }
    let tenant = act.call.tenant.id;
    let mut changed = 0;
    for change in changes {
        let date = match change {
            DayChange::Set(day) => day.date,
            DayChange::Drop(date) => *date,
        };
        let before = one(act.tx, tenant, date)?;
        let after = match change {
            DayChange::Set(day) => Some(checked(day)?),
            DayChange::Drop(_) => None,
        };
        if before == after {
            continue;
        }
        match &after {
            Some(day) => put(act.tx, tenant, day)?,
            None => {
                let gone = sql!("DELETE FROM calendar_day WHERE tenant_id = $1 AND day = $2");
                act.tx.exec(gone, params![tenant, number(date)])?;
            }
        }
        let say = |day: &Option<CalendarDay>| day.as_ref().map(|day| json!({"working": day.working, "name": day.name}));
        let payload = json!({"date": date.to_string(), "from": say(&before), "to": say(&after)});
        act.journal("calendar.change", &subject(), payload, None)?;
        changed += 1;
    }
    Ok(changed)
}

fn checked(day: &CalendarDay) -> Result<CalendarDay> {
    let mut wrong = Vec::new();
    if !YEARS.contains(&day.date.year()) {
        let range = FieldError::new("date", "calendar-year-range").with("from", YEARS.start()).with("to", YEARS.end());
        wrong.push(range);
    }
    let name = day.name.trim();
    if name.chars().count() > LONGEST_NAME {
        wrong.push(FieldError::new("name", "form-too-long").with("max", LONGEST_NAME));
    }
    if wrong.is_empty() {
        Ok(CalendarDay { date: day.date, working: day.working, name: name.to_owned() })
    } else {
        Err(Error::Invalid(wrong))
    }
}

fn put(tx: &mut Tx<'_>, tenant: TenantId, day: &CalendarDay) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO calendar_day(tenant_id, day, working, name) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, day) DO UPDATE SET working = excluded.working, name = excluded.name"
        ),
        params![tenant, number(day.date), i64::from(day.working), &day.name],
    )?;
    Ok(())
}

/// Sets office and quiet hours, with a line in the journal where that changes something. See [`change_days`] for who may
/// and when it holds.
///
/// # Errors
/// As `Tx::exec`.
pub fn change_times(act: &mut Act<'_, '_>, times: &WorkTimes) -> Result<()> {
    let tenant = act.call.tenant.id;
    let settings: String =
        act.tx.one(sql!("SELECT settings FROM tenant WHERE id = $1 FOR UPDATE"), params![tenant], |row| row.take())?;
    let mut settings: Settings = serde_json::from_str(&settings).map_err(Error::internal)?;
    let before = WorkTimes { hours: settings.hours.clone(), quiet: settings.quiet };
    if before == *times {
        return Ok(());
    }
    settings.hours.clone_from(&times.hours);
    settings.quiet = times.quiet;
    let text = serde_json::to_string(&settings).map_err(Error::internal)?;
    act.tx.exec(sql!("UPDATE tenant SET settings = $2 WHERE id = $1"), params![tenant, &text])?;
    act.journal("calendar.hours", &subject(), json!({"from": before, "to": times}), None)
}

/// What the calendar is in the journal: there is one.
pub fn subject() -> Subject {
    Subject::new("calendar", Id::<()>::NONE)
}
