//! Examples around the holidays, properties that hold for every calendar, and two judges that are not ours.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn limit(text: &str) -> Limit {
    text.parse().unwrap()
}

/// A moment on the wall clock of Shanghai, `2026-02-14 16:00`.
fn at(text: &str) -> Time {
    Time::parse(&format!("{}:00+08:00", text.replace(' ', "T"))).unwrap()
}

fn new_york() -> Calendar {
    Calendar { zone: TimeZone::get("America/New_York").unwrap(), ..Calendar::china() }
}

/// Works through the hours that a change of the clock adds or takes, with a span that begins inside a skipped hour.
fn night_shift() -> Calendar {
    Calendar { hours: "00:00-02:30,02:30-03:30,22:00-24:00".parse().unwrap(), ..new_york() }
}

#[test]
fn limits_are_read_and_printed() {
    for text in ["8wh", "5wd", "24h", "1wh", "250wd", "8760h", "2000wh"] {
        assert_eq!(limit(text).to_string(), text);
        assert_eq!(serde_json::to_string(&limit(text)).unwrap(), format!("{text:?}"));
        assert_eq!(serde_json::from_str::<Limit>(&format!("{text:?}")).unwrap(), limit(text));
    }
    for text in ["", "8", "wh", "8 wh", "-1h", "8WH", "1.5h", "８wh", "8h8"] {
        assert!(matches!(text.parse::<Limit>(), Err(BadLimit::Form(_))), "{text}");
    }
    for text in ["0wh", "251wd", "8761h", "99999999999h"] {
        assert!(matches!(text.parse::<Limit>(), Err(BadLimit::Amount(_))), "{text}");
    }
}

#[test]
fn office_hours_are_read_and_printed() {
    for text in ["09:00-12:00,13:00-17:00", "00:00-24:00", "08:30-12:00,14:30-18:00,19:00-20:15"] {
        assert_eq!(text.parse::<WorkHours>().unwrap().to_string(), text);
    }
    assert_eq!(WorkHours::default().to_string(), "09:00-12:00,13:00-17:00");
    for text in ["", "9:00-12:00", "09:00", "09:00-25:00", "09:60-12:00", "09:00-12:00,", "+9:00-12:00"] {
        assert_eq!(text.parse::<WorkHours>(), Err(BadHours::Form), "{text}");
    }
    for text in ["12:00-09:00", "09:00-09:00", "09:00-12:00,11:00-17:00"] {
        assert!(matches!(text.parse::<WorkHours>(), Err(BadHours::Order(_))), "{text}");
    }
}

#[test]
fn a_broken_table_names_its_line() {
    for (text, line, word) in [
        ("2026 off 01-01\n2026 holiday 01-02", 2, "holiday"),
        ("# ours\n\n26 off 01-01", 3, "26"),
        ("2026 off 02-30", 1, "02-30"),
        ("2026 off 01-03..01-01", 1, "01-03..01-01"),
        ("2026 off 01-01\n2026 work 01-01", 2, "01-01"),
        ("2026", 1, "2026"),
    ] {
        assert_eq!(text.parse::<Days>(), Err(BadDays { line, word: word.to_owned() }));
    }
}

#[test]
fn a_year_without_a_line_is_plain_weekdays() {
    let calendar = Calendar::china();
    assert!((2007..=2026).all(|year| calendar.covers(year)));
    assert!(!calendar.covers(2006) && !calendar.covers(2027));
    assert!(calendar.is_workday(date(2027, 10, 1)), "a Friday of a year that is not known");
    let mut edited = calendar;
    edited.days.set(date(2027, 10, 1), Day::Off);
    assert!(!edited.is_workday(date(2027, 10, 1)));
}

/// The sixteen days around 春节 2026: 02-14 (Saturday) and 02-28 (Saturday) are worked, 02-15..02-23 are off.
#[test]
fn spring_festival() {
    let calendar = Calendar::china();
    let due = |start, text| calendar.due(at(start), limit(text));
    assert_eq!(due("2026-02-14 16:00", "1wh"), at("2026-02-14 17:00"));
    assert_eq!(due("2026-02-14 16:00", "2wh"), at("2026-02-24 10:00"));
    assert_eq!(due("2026-02-18 03:00", "8wh"), at("2026-02-25 10:00"));
    assert_eq!(due("2026-02-14 16:59", "1wd"), at("2026-02-24 17:00"));
    assert_eq!(due("2026-02-14 17:00", "1wd"), at("2026-02-25 17:00"), "after closing counts as the next workday");
    assert_eq!(due("2026-02-18 12:00", "1wd"), at("2026-02-25 17:00"));
    assert_eq!(due("2026-02-24 08:00", "5wd"), at("2026-03-02 17:00"), "Saturday the 28th is worked");
    assert_eq!(due("2026-02-14 16:00", "24h"), at("2026-02-15 16:00"), "an emergency knows no holiday");
}

/// 国庆 and 中秋 2025: 10-01..10-08 off, Sunday 09-28 and Saturday 10-11 worked.
#[test]
fn national_day() {
    let calendar = Calendar::china();
    let due = |start, text| calendar.due(at(start), limit(text));
    assert_eq!(due("2025-09-28 10:00", "3wd"), at("2025-10-09 17:00"));
    assert_eq!(due("2025-09-30 16:30", "1wh"), at("2025-10-09 09:30"));
    assert_eq!(due("2025-10-10 12:30", "1wd"), at("2025-10-11 17:00"), "the lunch break belongs to its day");
    assert_eq!(
        calendar.working_between(at("2025-09-28 00:00"), at("2025-10-12 00:00")),
        Duration::from_secs(6 * 7 * 3600)
    );
}

#[test]
fn a_limit_ends_when_the_office_closes_not_when_it_opens() {
    let calendar = Calendar::china();
    assert_eq!(calendar.due(at("2026-03-02 09:00"), limit("3wh")), at("2026-03-02 12:00"));
    assert_eq!(calendar.due(at("2026-03-02 12:00"), limit("1wh")), at("2026-03-02 14:00"));
}

#[test]
fn the_card_turns_yellow_at_eighty_per_cent_and_red_after_the_limit() {
    let calendar = Calendar::china();
    let deadline = calendar.deadline(at("2026-03-02 09:00"), limit("5wh"));
    assert_eq!((deadline.yellow, deadline.due), (at("2026-03-02 14:00"), at("2026-03-02 15:00")));
    let micro = Duration::from_micros(1);
    assert_eq!(deadline.state(deadline.yellow - micro), State::Green);
    assert_eq!(deadline.state(deadline.yellow), State::Yellow);
    assert_eq!(deadline.state(deadline.due), State::Yellow);
    assert_eq!(deadline.state(deadline.due + micro), State::Red);
    // Five days from Monday 09:00 hold 42 working hours; 33.6 of them end on Friday at 15:36.
    let days = calendar.deadline(at("2026-03-02 09:00"), limit("5wd"));
    assert_eq!((days.yellow, days.due), (at("2026-03-06 15:36"), at("2026-03-09 17:00")));
}

#[test]
fn a_pause_shifts_by_what_had_remained() {
    let calendar = Calendar::china();
    let deadline = calendar.deadline(at("2026-02-13 09:00"), limit("10wh")); // due on Saturday the 14th, 12:00
    assert_eq!(deadline.due, at("2026-02-14 12:00"));
    let resume = |from, to, kind| calendar.resume(deadline, at(from), at(to), kind).due;
    let working = LimitKind::WorkingHours;
    assert_eq!(resume("2026-02-14 10:00", "2026-02-24 16:00", working), at("2026-02-25 10:00"));
    assert_eq!(resume("2026-02-13 17:00", "2026-02-14 09:00", working), deadline.due, "a pause at night costs nothing");
    assert_eq!(resume("2026-02-14 13:00", "2026-02-24 16:00", working), deadline.due, "too late to pause");
    assert_eq!(resume("2026-02-14 10:00", "2026-02-15 10:00", LimitKind::ClockHours), at("2026-02-15 12:00"));
}

/// Night of 8 March 2026 in New York: 02:00 jumps to 03:00. Night of 1 November: 02:00 falls back to 01:00.
#[test]
fn a_jump_of_the_clock_takes_or_gives_working_time() {
    let mut calendar = night_shift();
    for day in [date(2026, 3, 8), date(2026, 11, 1)] {
        calendar.days.set(day, Day::Workday); // both are Sundays
    }
    let hours = |from: &str, to: &str| {
        calendar.working_between(Time::parse(from).unwrap(), Time::parse(to).unwrap()).as_secs_f64() / 3600.0
    };
    assert_eq!(hours("2026-03-08T05:00:00Z", "2026-03-08T12:00:00Z"), 2.5, "of 00:00 to 03:30");
    assert_eq!(hours("2026-11-01T04:00:00Z", "2026-11-01T12:00:00Z"), 4.5, "of 00:00 to 03:30");
}

/// The calendars that every property must hold for.
fn calendars() -> impl Strategy<Value = Calendar> {
    let odd = Calendar { hours: "08:30-12:00,14:30-18:00".parse().unwrap(), ..Calendar::china() };
    prop_oneof![Just(Calendar::china()), Just(odd), Just(new_york()), Just(night_shift())]
}

/// Moments from 2008 to 2028, to the microsecond.
fn times() -> impl Strategy<Value = Time> {
    (1_200_000_000_000_000_i64..1_850_000_000_000_000).prop_map(Time::from_micros)
}

/// Up to six weeks, and none at all.
fn spells() -> impl Strategy<Value = Duration> {
    prop_oneof![Just(0), 0..3_628_800_000_000_u64].prop_map(Duration::from_micros)
}

fn limits() -> impl Strategy<Value = Limit> {
    (prop_oneof![Just(LimitKind::WorkingHours), Just(LimitKind::WorkingDays), Just(LimitKind::ClockHours)], 1..=120_u16)
        .prop_map(|(kind, amount)| Limit::new(kind, amount).unwrap())
}

proptest! {
    #[test]
    fn due_is_monotone(calendar in calendars(), start in times(), later in spells(), limit in limits()) {
        prop_assert!(calendar.due(start, limit) <= calendar.due(start + later, limit));
        if let Ok(longer) = Limit::new(limit.kind(), limit.amount() + 1) {
            prop_assert!(calendar.due(start, limit) < calendar.due(start, longer));
        }
    }

    #[test]
    fn a_limit_in_hours_is_used_up_exactly_when_due(calendar in calendars(), start in times(), amount in 1..=120_u16) {
        let due = calendar.due(start, Limit::new(LimitKind::WorkingHours, amount).unwrap());
        let whole = Duration::from_secs(u64::from(amount) * 3600);
        prop_assert_eq!(calendar.working_between(start, due), whole);
        prop_assert!(calendar.working_between(start, due - Duration::from_micros(1)) < whole, "and not before");
    }

    #[test]
    fn a_limit_in_days_ends_with_a_working_day(calendar in calendars(), start in times(), amount in 1..=60_u16) {
        let due = calendar.due(start, Limit::new(LimitKind::WorkingDays, amount).unwrap());
        let micro = Duration::from_micros(1);
        prop_assert_eq!(calendar.working_between(due - micro, due), micro);
        let first = calendar.due(start, limit("1wd"));
        let rest = calendar.working_between(first, due).as_secs();
        let longest = calendar.hours.spans().map(|(a, b)| u64::from(b - a) * 60).sum::<u64>() + 3600;
        prop_assert!(rest <= longest * u64::from(amount - 1));
    }

    #[test]
    fn parts_of_an_interval_add_up(calendar in calendars(), a in times(), one in spells(), two in spells()) {
        let (b, c) = (a + one, a + one + two);
        let whole = calendar.working_between(a, c);
        prop_assert_eq!(calendar.working_between(a, b) + calendar.working_between(b, c), whole);
        prop_assert!(whole <= c.since(a));
        prop_assert_eq!(calendar.working_between(c, a), Duration::ZERO);
    }

    #[test]
    fn colours_come_in_order(calendar in calendars(), start in times(), limit in limits()) {
        let deadline = calendar.deadline(start, limit);
        prop_assert!(start < deadline.yellow && deadline.yellow < deadline.due);
        prop_assert_eq!(deadline.due, calendar.due(start, limit));
        prop_assert_eq!(deadline.state(start), State::Green);
        let used = calendar.counted(start, deadline.yellow, limit.kind()).as_micros();
        let whole = calendar.counted(start, deadline.due, limit.kind()).as_micros();
        prop_assert!(used * 5 >= whole * 4 && (used - 1) * 5 < whole * 4);
    }

    #[test]
    fn a_pause_gives_back_just_what_it_took(
        calendar in calendars(), start in times(), limit in limits(), until in spells(), pause in spells(), more in spells(),
    ) {
        let kind = limit.kind();
        let deadline = calendar.deadline(start, limit);
        let paused_at = start + until;
        let none = calendar.resume(deadline, paused_at, paused_at, kind);
        prop_assert_eq!(none, deadline, "a pause of zero changes nothing");
        let resumed_at = paused_at + pause;
        let shifted = calendar.resume(deadline, paused_at, resumed_at, kind);
        prop_assert!(shifted.yellow >= deadline.yellow && shifted.due >= deadline.due);
        if paused_at < deadline.due {
            let remained = calendar.counted(paused_at, deadline.due, kind);
            prop_assert_eq!(calendar.counted(resumed_at, shifted.due, kind), remained);
            let twice = calendar.resume(shifted, resumed_at, resumed_at + more, kind);
            prop_assert_eq!(twice, calendar.resume(deadline, paused_at, resumed_at + more, kind));
        } else {
            prop_assert_eq!(shifted.due, deadline.due);
        }
    }

    #[test]
    fn no_moment_breaks_it(micros in any::<i64>(), limit in limits()) {
        let calendar = new_york();
        let start = Time::from_micros(micros);
        let deadline = calendar.deadline(start, limit);
        calendar.resume(deadline, start, deadline.due, limit.kind());
    }
}

/// Every day of 2007-2026.
fn covered_days() -> impl Iterator<Item = Date> {
    date(2007, 1, 1).series(jiff::Span::new().days(1)).take_while(|day| day.year() <= 2026)
}

/// Says so past the test runner, which swallows what a passing test prints.
fn skip(why: &str) {
    writeln!(std::io::stderr(), "SKIPPED: {why}").unwrap();
}

/// Judge: the published notices in JSON, where the shared data folder lies beside the project.
#[test]
fn agrees_with_the_published_notices() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/calendar");
    if !folder.is_dir() {
        return skip("no ../shared/data/calendar beside the project");
    }
    let mut notices = std::collections::BTreeMap::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ext| ext == "json") {
            let notice: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            for day in notice["days"].as_array().unwrap() {
                let when: Date = day["date"].as_str().unwrap().parse().unwrap();
                notices.insert(when, day["isOffDay"].as_bool().unwrap());
            }
        }
    }
    assert!(notices.len() > 600, "{} days in the notices", notices.len());
    let days = Days::china();
    for day in covered_days() {
        assert_eq!(days.get(day), notices.get(&day).map(|off| if *off { Day::Off } else { Day::Workday }), "{day}");
    }
}

/// Judge: PyPI's `chinesecalendar`, another people's reading of the same notices. `TONGXIN_TEST_PYTHON` names the
/// Python that has it, else `python3` is asked.
#[test]
fn agrees_with_chinesecalendar() {
    let python = std::env::var("TONGXIN_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = "import chinese_calendar as c, datetime as d\n\
        t = d.date(2007, 1, 1)\n\
        while t.year < 2027:\n    print(t, int(c.is_workday(t)))\n    t += d.timedelta(1)";
    let output = match Command::new(&python).args(["-c", script]).output() {
        Ok(output) if output.status.success() => output,
        _ if std::env::var_os("TONGXIN_TEST_PYTHON").is_some() => panic!("{python} has no chinesecalendar"),
        _ => return skip(&format!("{python} has no chinesecalendar; pip install it, or let ./test do so")),
    };
    let text = String::from_utf8(output.stdout).unwrap();
    let calendar = Calendar::china();
    let expected: String =
        covered_days().map(|day| format!("{day} {}\n", u8::from(calendar.is_workday(day)))).collect();
    assert_eq!(text.lines().count(), 7305);
    for (theirs, ours) in text.lines().zip(expected.lines()) {
        assert_eq!(theirs, ours);
    }
}

#[test]
fn quiet_hours_end_in_the_morning() {
    let calendar = Calendar::china();
    let at = |text: &str| Time::parse(&format!("{text}+08:00")).expect("a time");
    let over = |text: &str| Quiet::default().over(at(text), &calendar);
    assert_eq!(over("2026-03-02T21:59:59"), at("2026-03-02T21:59:59"));
    assert_eq!(over("2026-03-02T22:00:00"), at("2026-03-03T07:00:00"));
    assert_eq!(over("2026-03-03T06:59:59"), at("2026-03-03T07:00:00"));
    assert_eq!(over("2026-03-03T07:00:00"), at("2026-03-03T07:00:00"));
    let noon: Quiet = "12:00-14:00".parse().expect("quiet hours");
    assert_eq!(noon.over(at("2026-03-03T13:00:00"), &calendar), at("2026-03-03T14:00:00"));
    assert_eq!(noon.over(at("2026-03-03T23:00:00"), &calendar), at("2026-03-03T23:00:00"));
    let never: Quiet = "00:00-00:00".parse().expect("quiet hours");
    assert_eq!(never.over(at("2026-03-03T23:00:00"), &calendar), at("2026-03-03T23:00:00"));
    for wrong in ["", "22:00", "25:00-07:00", "22-7", "00:00-24:00", "08:00-07:00"] {
        assert!(wrong.parse::<Quiet>().is_err(), "{wrong}");
    }
}
