//! Times as files write them: with and without an offset, with and without leading zeros, as Excel and as Unix count.

use jiff::civil::{DateTime, date};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use tongxin_base::Time;

use super::table::Cell;

/// Forms that cannot be mistaken for one another, so that every mapping knows them. `05/03/2016` is not among them.
const ALWAYS: [&str; 19] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y.%m.%d %H:%M:%S",
    "%Y.%m.%d",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日%H时%M分",
    "%Y年%m月%d日",
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y/%m/%d %H:%M:%S %z",
    "%Y%m%d%H%M%S",
    "%Y%m%d",
];

/// Days that Excel counts from the end of 1899, as far as a history may reach: 1954 to 2119.
const EXCEL: std::ops::Range<f64> = 20_000.0..80_000.0;
/// Seconds since 1970, from 1973 to 5138; what is larger counts milliseconds.
const UNIX_S: std::ops::Range<f64> = 1e8..1e11;
/// Milliseconds since 1970, from 1973 to 5138.
const UNIX_MS: std::ops::Range<f64> = 1e11..1e14;

/// The moment a cell names; `forms` are tried first. A time with an offset of its own needs no zone.
pub(super) fn moment(cell: &Cell, forms: &[String], zone: &TimeZone) -> Option<Time> {
    let local = |civil: DateTime| Some(Time::from(civil.to_zoned(zone.clone()).ok()?.timestamp()));
    match cell {
        Cell::Empty => None,
        Cell::Moment(civil) => local(*civil),
        Cell::Number(number) => counted(*number, zone),
        Cell::Text(text) => {
            let text = plain(text);
            forms
                .iter()
                .map(String::as_str)
                .find_map(|form| written(form, &text, zone))
                .or_else(|| text.parse::<Timestamp>().ok().map(Time::from))
                .or_else(|| local(text.parse().ok().filter(|_| text.contains('T'))?))
                .or_else(|| ALWAYS.iter().find_map(|form| written(form, &text, zone)))
                .or_else(|| counted(text.parse().ok()?, zone))
        }
    }
}

fn written(form: &str, text: &str, zone: &TimeZone) -> Option<Time> {
    let parts = BrokenDownTime::parse(form, text).ok()?;
    if parts.offset().is_some() {
        return parts.to_timestamp().ok().map(Time::from);
    }
    let civil = parts.to_datetime().ok().or_else(|| parts.to_date().ok().map(|day| day.at(0, 0, 0, 0)))?;
    Some(Time::from(civil.to_zoned(zone.clone()).ok()?.timestamp()))
}

fn counted(number: f64, zone: &TimeZone) -> Option<Time> {
    if EXCEL.contains(&number) {
        let civil = serial(number)?;
        return Some(Time::from(civil.to_zoned(zone.clone()).ok()?.timestamp()));
    }
    let seconds = if UNIX_S.contains(&number) {
        number
    } else if UNIX_MS.contains(&number) {
        number / 1e3
    } else {
        return None;
    };
    #[expect(clippy::cast_possible_truncation, reason = "both ranges end far below 2^63 microseconds")]
    Some(Time::from_micros((seconds * 1e6).round() as i64))
}

/// The time of an Excel serial number of the 1900 system, to the second: its fractions are not more exact than that.
pub(super) fn serial(days: f64) -> Option<DateTime> {
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    let seconds = EXCEL.contains(&days).then(|| (days * 86_400.0).round() as i64)?;
    date(1899, 12, 30).at(0, 0, 0, 0).checked_add(Span::new().try_seconds(seconds).ok()?).ok()
}

/// Full-width digits and signs as usual ones, and single blanks.
fn plain(text: &str) -> String {
    let narrow = text.chars().map(|c| match c {
        '０'..='９' | '：' | '／' | '－' | '．' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    });
    narrow.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
        let forms = ["%m/%d/%Y - %I:%M%p".to_owned(), "%m/%d/%Y".to_owned()];
        moment(&Cell::Text(text.to_owned()), &forms, &zone).map(|at| at.timestamp().to_string())
    }

    #[test]
    fn one_moment_in_many_forms() {
        for text in [
            "2019/4/25 9:32:09",
            "2019-04-25 09:32:09",
            "2019-04-25T09:32:09+08:00",
            "2019-04-25T01:32:09Z",
            "2019-04-24T20:32:09-05:00",
            "2019-04-25T09:32:09",
            "2019-04-25 09:32:09 +0800",
            "2019-04-25T09:32:09+0800",
            "2019-04-25T01:32:09.000Z",
            "2019年4月25日 9:32:09",
            "２０１９／４／２５　９：３２：０９",
            "20190425093209",
            "1556155929",
            "1556155929000",
            "43580.397326388891",
        ] {
            assert_eq!(read(text).as_deref(), Some("2019-04-25T01:32:09Z"), "{text}");
        }
        assert_eq!(read("04/25/2019 - 09:32AM").as_deref(), Some("2019-04-25T01:32:00Z"));
        assert_eq!(read("2019/4/25").as_deref(), Some("2019-04-24T16:00:00Z"));
        assert_eq!(read("43580").as_deref(), Some("2019-04-24T16:00:00Z"));
        for text in ["", "yesterday", "2019/13/1", "2019-02-30", "25/04/2019", "7", "-1", "NaN", "inf", "1e300"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        /// Whatever stands in a cell, it is a time or it is none; and Excel's count is the calendar's, to the second.
        #[test]
        fn any_text_and_any_number(text in "\\PC{0,40}", number in proptest::num::f64::ANY, seconds in 1_800_000_000_i64..6_900_000_000) {
            read(&text);
            let zone = TimeZone::UTC;
            moment(&Cell::Number(number), &[], &zone);
            #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
            let days = seconds as f64 / 86_400.0;
            let base = date(1899, 12, 30).at(0, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a day").timestamp().as_second();
            let at = moment(&Cell::Number(days), &[], &zone).expect("a serial");
            prop_assert_eq!(at.timestamp().as_second() - base, seconds);
        }
    }
}
