//! The working-time calendar: when a limit runs out, with office hours, public holidays, make-up workdays (调休) and
//! pauses. Pure arithmetic over moments; what a limit is and where it is stored is decided elsewhere.
//!
//! What is counted:
//!
//! * **Working hours** count only time inside the [`WorkHours`] of workdays. A limit that is used up exactly when the
//!   office closes is due at that moment, not when it opens again.
//! * **Working days** count whole days after the day of the start: N days started on day D are due when the office
//!   closes on the Nth workday after D. A start outside working time counts as the next moment the office is open
//!   (so before opening and in the lunch break D is that same day, after closing it is the next workday).
//! * **Clock hours** count every hour.
//! * A **pause** stops the count: what had remained when it began runs on from the moment it ends. For working hours
//!   and working days that is the working time which had remained, for clock hours the time.

mod days;
mod hours;
mod limit;
mod quiet;
#[cfg(test)]
mod tests;
mod week;

use std::time::Duration;

pub use days::{BadDays, Day, Days};
pub use hours::{BadHours, WorkHours};
pub use jiff::civil::Date;
pub use jiff::tz::TimeZone;
pub use limit::{BadLimit, Limit, LimitKind};
pub use quiet::{BadQuiet, Quiet};
pub use week::{BadWeekHours, OpenNow, WeekHours, runs};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::AmbiguousOffset;

use crate::Time;

/// When a unit works: its time zone, its office hours and the days that are not what the week says.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The zone in which dates and office hours are read.
    pub zone: TimeZone,
    /// The office hours of a workday.
    pub hours: WorkHours,
    /// Holidays and make-up workdays; any other day is off on Saturday and Sunday only.
    pub days: Days,
}

/// The two moments that a limit leads to. Both are stored, so that lists and jobs need no calendar and a changed
/// limit or calendar does not rewrite what was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// When 80 % of the limit is used.
    pub yellow: Time,
    /// When all of it is used. Done at this very moment is still in time.
    pub due: Time,
}

/// How a running limit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Less than 80 % is used.
    Green,
    /// 80 % or more is used.
    Yellow,
    /// The due moment has passed.
    Red,
}

impl Deadline {
    /// How the limit stands at `now`; while it is paused, ask for the moment the pause began.
    pub fn state(self, now: Time) -> State {
        if now > self.due {
            State::Red
        } else if now >= self.yellow {
            State::Yellow
        } else {
            State::Green
        }
    }
}

impl Calendar {
    /// China: Asia/Shanghai, 09:00-12:00 and 13:00-17:00, public holidays and make-up workdays of 2007-2026.
    pub fn china() -> Self {
        let zone = TimeZone::get("Asia/Shanghai").expect("the time zone data is built in");
        Self { zone, hours: WorkHours::default(), days: Days::china() }
    }

    /// Whether somebody works on `date`.
    pub fn is_workday(&self, date: Date) -> bool {
        self.days.is_workday(date)
    }

    /// Whether the holidays of `year` are known; where not, its days are plain weekdays and weekends.
    pub fn covers(&self, year: i16) -> bool {
        self.days.covers(year)
    }

    /// Whether the office is open at `now`.
    pub fn is_open(&self, now: Time) -> bool {
        let wall = now.in_zone(&self.zone);
        let minute = minute_of(&wall);
        self.is_workday(wall.date()) && self.hours.spans().any(|(open, close)| (open..close).contains(&minute))
    }

    /// Whether hours of a week hold at `now`. A public holiday counts as a Sunday, for those who work on Sundays; on a
    /// make-up workday the hours of a Monday hold beside its own.
    pub fn is_in(&self, hours: &WeekHours, now: Time) -> bool {
        let wall = now.in_zone(&self.zone);
        let (day, minute) = (wall.weekday().to_monday_one_offset().unsigned_abs(), minute_of(&wall));
        let open = |day: u8| matches!(hours.at(day, minute), OpenNow::Open { .. });
        match self.days.get(wall.date()) {
            Some(Day::Off) => open(7),
            Some(Day::Workday) => open(1) || open(day),
            None => open(day),
        }
    }

    /// When `limit`, begun at `start`, turns yellow and when it is due.
    pub fn deadline(&self, start: Time, limit: Limit) -> Deadline {
        let due = self.due(start, limit);
        let whole = self.counted(start, due, limit.kind());
        // Rounded up to the microsecond: at the yellow moment at least 80 % is used.
        let used = Duration::from_micros(u64::try_from((whole.as_micros() * 4).div_ceil(5)).unwrap_or(u64::MAX));
        Deadline { yellow: self.after(start, used, limit.kind()), due }
    }

    /// When `limit`, begun at `start`, is used up.
    pub fn due(&self, start: Time, limit: Limit) -> Time {
        let hours = Duration::from_secs(u64::from(limit.amount()) * 3600);
        match limit.kind() {
            LimitKind::WorkingHours => self.after(start, hours, LimitKind::WorkingHours),
            LimitKind::ClockHours => start + hours,
            LimitKind::WorkingDays => self
                .open_date(start)
                .and_then(|first| self.workdays_from(first).nth(usize::from(limit.amount())))
                .map_or(Timestamp::MAX.into(), |last| self.moment(last, self.hours.closing())),
        }
    }

    /// The deadline after a pause: what had remained of `limit`'s kind at `paused_at` runs on from `resumed_at`. A
    /// moment that had passed when the pause began stays where it was, and no pause makes a deadline earlier.
    pub fn resume(&self, deadline: Deadline, paused_at: Time, resumed_at: Time, kind: LimitKind) -> Deadline {
        let shift = |moment: Time| {
            if moment <= paused_at || resumed_at <= paused_at {
                return moment;
            }
            self.after(resumed_at, self.counted(paused_at, moment, kind), kind).max(moment)
        };
        Deadline { yellow: shift(deadline.yellow), due: shift(deadline.due) }
    }

    /// The working time between two moments; zero where `to` is not later than `from`. Costs a step for each day.
    pub fn working_between(&self, from: Time, to: Time) -> Duration {
        self.spans_from(from)
            .take_while(|(open, _)| *open < to)
            .map(|(open, close)| close.min(to).since(open.max(from)))
            .sum()
    }

    /// The time that counts for a limit of `kind` between two moments.
    fn counted(&self, from: Time, to: Time, kind: LimitKind) -> Duration {
        match kind {
            LimitKind::ClockHours => to.since(from),
            LimitKind::WorkingHours | LimitKind::WorkingDays => self.working_between(from, to),
        }
    }

    /// The first moment at which `amount` has been counted since `start`.
    fn after(&self, start: Time, amount: Duration, kind: LimitKind) -> Time {
        if kind == LimitKind::ClockHours || amount.is_zero() {
            return start + amount;
        }
        let mut left = amount;
        for (open, close) in self.spans_from(start) {
            let open = open.max(start);
            let here = close.since(open);
            if here >= left {
                return open + left;
            }
            left -= here;
        }
        Timestamp::MAX.into()
    }

    /// The date of the first moment at or after `start` at which the office is open.
    fn open_date(&self, start: Time) -> Option<Date> {
        let closing = self.hours.closing();
        self.workdays_from(start.in_zone(&self.zone).date()).find(|date| self.moment(*date, closing) > start)
    }

    /// The spans of working time that end after `start`, in order, without end but that of the calendar (year 9999).
    fn spans_from(&self, start: Time) -> impl Iterator<Item = (Time, Time)> {
        self.workdays_from(start.in_zone(&self.zone).date())
            .flat_map(|date| self.hours.spans().map(move |(open, close)| (date, open, close)))
            .map(|(date, open, close)| (self.moment(date, open), self.moment(date, close)))
            .filter(move |(open, close)| open < close && *close > start)
    }

    /// The workdays from `date` on, itself included.
    fn workdays_from(&self, date: Date) -> impl Iterator<Item = Date> {
        std::iter::successors(Some(date), |day| day.tomorrow().ok()).filter(|day| self.is_workday(*day))
    }

    /// The first moment at which the wall clock of our zone reaches `minute` (0 to 1440) of `date`. Where the clock
    /// jumps over that reading, it is the moment of the jump; where it shows it twice, the first. So a later reading
    /// never gives an earlier moment, and spans of working time never overlap.
    fn moment(&self, date: Date, minute: u16) -> Time {
        let (date, minute) = match date.tomorrow() {
            Ok(next) if minute >= 1440 => (next, 0),
            _ => (date, minute.min(1439)),
        };
        let hour = i8::try_from(minute / 60).unwrap_or(0);
        let wall: DateTime = date.at(hour, i8::try_from(minute % 60).unwrap_or(0), 0, 0);
        let at = match self.zone.to_ambiguous_timestamp(wall).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(wall),
            AmbiguousOffset::Fold { before, .. } => before.to_timestamp(wall),
            // Read with the offset after the jump, the moment lies before it, and the jump is the next transition.
            AmbiguousOffset::Gap { before, after } => after
                .to_timestamp(wall)
                .ok()
                .and_then(|early| self.zone.following(early).next())
                .map_or_else(|| before.to_timestamp(wall), |jump| Ok(jump.timestamp())),
        };
        at.unwrap_or(Timestamp::MAX).into()
    }
}

/// Minutes since midnight on a wall clock, 0 to 1439.
fn minute_of(wall: &jiff::Zoned) -> u16 {
    u16::from(wall.hour().unsigned_abs()) * 60 + u16::from(wall.minute().unsigned_abs())
}
