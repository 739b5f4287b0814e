//! What holds for people and posts; pure.

use std::time::Duration;

use tongxin_base::calendar::TimeZone;
use tongxin_base::{Error, FieldError, Result, Time};
use tongxin_kernel::{Held, Role, UnitTree};

/// The longest name or login, in characters.
pub const LONGEST: usize = 40;
/// A post is planned at most so far ahead: ten years.
const FARTHEST: Duration = Duration::from_secs(3653 * 24 * 3600);

/// From when to when; open ends are "now" and "until further notice".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Term {
    /// From this moment on.
    pub from: Option<Time>,
    /// Up to this moment.
    pub until: Option<Time>,
}

/// A term as it is written: two dates, both of them counted in.
///
/// # Errors
/// `Invalid` for what is no date, and for an end before its beginning.
pub fn term(zone: &TimeZone, now: Time, (from, until): (&str, &str)) -> Result<Term> {
    let mut wrong = Vec::new();
    let mut day = |name: &'static str, text: &str, days: i64| -> Option<Time> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let date = text.parse::<jiff::civil::Date>().ok();
        let start = date.and_then(|date| date.checked_add(jiff::Span::new().days(days)).ok());
        let moment = start.and_then(|date| date.to_zoned(zone.clone()).ok());
        let moment = moment.map(|zoned| Time::from_micros(zoned.timestamp().as_microsecond()));
        let near = moment.filter(|at| *at < now + FARTHEST);
        if near.is_none() {
            wrong.push(FieldError::new(name, "people-bad-date"));
        }
        near
    };
    let term = Term { from: day("from", from, 0), until: day("until", until, 1) };
    // Today has begun already; a day that is over is a slip of the hand.
    if term.from.is_some_and(|first| first + std::time::Duration::from_secs(25 * 3600) <= now) {
        wrong.push(FieldError::new("from", "people-begins-before"));
    }
    if term.until.is_some_and(|end| end <= term.from.unwrap_or(now).max(now)) {
        wrong.push(FieldError::new("until", "people-ends-before"));
    }
    if wrong.is_empty() { Ok(term) } else { Err(Error::Invalid(wrong)) }
}

/// The action by which a post with this role is given.
pub const fn action_to_give(role: Role) -> &'static str {
    match role {
        Role::Admin | Role::Auditor => "posts.grant",
        Role::Secretary | Role::Subdistrict => "posts.give_lead",
        _ => "posts.give",
    }
}

/// The action by which a post with this role is ended: what takes two to give, one may end.
pub const fn action_to_end(role: Role) -> &'static str {
    match role {
        Role::Admin | Role::Auditor => "posts.give_lead",
        _ => action_to_give(role),
    }
}

/// Whether somebody may stand in at such a post. Who looks after the installation, and who checks it, does so in person.
pub const fn may_be_handed_on(role: Role) -> bool {
    !matches!(role, Role::Admin | Role::Auditor | Role::Resident | Role::Enterprise)
}

/// Somebody who comes, as they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joining {
    /// The login.
    pub login: String,
    /// The name.
    pub name: String,
    /// The name others see.
    pub public_name: String,
    /// The first post.
    pub post: Held,
    /// For how long.
    pub term: Term,
}

/// A post as it is written: a role and the code of a unit.
///
/// # Errors
/// `Invalid`.
pub fn post(units: &UnitTree, role: &str, unit: &str) -> Result<Held> {
    let mut wrong = Vec::new();
    let role = Role::parse(role);
    if role.is_none() {
        wrong.push(FieldError::new("role", "form-unknown-choice"));
    }
    let unit = units.by_code(unit).filter(|unit| unit.level.is_staffed());
    if unit.is_none() {
        wrong.push(FieldError::new("unit", "form-unknown-choice"));
    }
    match (role, unit) {
        (Some(role), Some(unit)) => Ok(Held { unit_path: unit.path.clone(), role }),
        _ => Err(Error::Invalid(wrong)),
    }
}

/// A name, or a login, of a length that can be shown.
pub fn check_name(name: &'static str, text: &str, blanks: bool) -> Option<FieldError> {
    let length = text.chars().count();
    if text.is_empty() {
        Some(FieldError::new(name, "form-required"))
    } else if length > LONGEST {
        Some(FieldError::new(name, "form-too-long").with("max", LONGEST))
    } else if (!blanks && (length < 2 || text.contains(char::is_whitespace))) || text.chars().any(char::is_control) {
        Some(FieldError::new(name, "people-bad-login"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Shanghai").expect("a zone")
    }

    #[test]
    fn both_days_of_a_term_count() {
        let now = Time::parse("2026-03-02T01:00:00Z").expect("a time");
        let term = term(&zone(), now, ("2026-03-09", "2026-03-13")).expect("a term");
        assert_eq!(term.from, Time::parse("2026-03-08T16:00:00Z"));
        assert_eq!(term.until, Time::parse("2026-03-13T16:00:00Z"));
    }

    #[test]
    fn what_is_no_term_is_named() {
        let now = Time::parse("2026-03-02T01:00:00Z").expect("a time");
        for (from, until, field) in [
            ("yesterday", "", "from"),
            ("", "2026-02-30", "until"),
            ("2026-03-09", "2026-03-01", "until"),
            ("", "2026-03-01", "until"),
            ("2226-03-09", "", "from"),
        ] {
            let Err(Error::Invalid(wrong)) = term(&zone(), now, (from, until)) else { panic!("{from} {until}") };
            assert_eq!(wrong[0].field, field);
        }
        assert_eq!(term(&zone(), now, ("", "")), Ok(Term::default()));
    }

    #[test]
    fn the_keys_of_the_house_are_not_handed_on() {
        for role in Role::ALL {
            let house = matches!(role, Role::Admin | Role::Auditor);
            assert_eq!(action_to_give(role) == "posts.grant", house);
            assert!(!(house && may_be_handed_on(role)));
        }
    }
}
