//! Files of days: a table `date,working|holiday,name`, or the JSON in which China's public holidays are published on the
//! net, `{"days": [{"name": .., "date": .., "isOffDay": ..}]}`.

use std::collections::BTreeMap;

use serde::Deserialize;
use tongxin_base::calendar::Date;
use tongxin_kernel::CalendarDay;

/// The years in which the kernel takes a day.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2099;
/// The longest name of a day, in characters.
const LONGEST_NAME: usize = 40;

/// A line that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongLine {
    /// Its number, from 1; of a JSON file, the number of the day.
    pub line: usize,
    /// What is wrong with it.
    pub wrong: String,
}

#[derive(Deserialize)]
struct Published {
    days: Vec<PublishedDay>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PublishedDay {
    #[serde(default)]
    name: String,
    date: String,
    is_off_day: bool,
}

/// Reads a file of either form. All days, or every line that is wrong.
///
/// # Errors
/// The wrong lines.
pub fn parse(bytes: &[u8]) -> Result<Vec<CalendarDay>, Vec<WrongLine>> {
    let wrong = |line: usize, wrong: String| vec![WrongLine { line, wrong }];
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        wrong(line, "is not UTF-8; save the table as \"CSV UTF-8\"".to_owned())
    })?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        let published: Published = serde_json::from_str(text)
            .map_err(|error| wrong(error.line(), format!("is not the JSON of holidays: {error}")))?;
        let days = published.days.into_iter().enumerate();
        return collect(days.map(|(at, day)| {
            (at + 1, day.date, if day.is_off_day { "holiday" } else { "working" }.to_owned(), day.name)
        }));
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|error| wrong(at + 1, error.to_string()))?;
        let line = record.position().and_then(|at| usize::try_from(at.line()).ok()).unwrap_or(at + 1);
        let cell = |at: usize| record.get(at).unwrap_or_default().trim().to_owned();
        let header = at == 0 && cell(0).eq_ignore_ascii_case("date");
        if !header && record.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push((line, cell(0), cell(1), cell(2)));
        }
    }
    collect(rows.into_iter())
}

fn collect(rows: impl Iterator<Item = (usize, String, String, String)>) -> Result<Vec<CalendarDay>, Vec<WrongLine>> {
    let mut days: BTreeMap<Date, (usize, CalendarDay)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (line, date, kind, name) in rows {
        match day(&date, &kind, &name) {
            Err(why) => wrong.push(WrongLine { line, wrong: why }),
            Ok(day) => {
                if let Some((first, _)) = days.get(&day.date) {
                    wrong.push(WrongLine { line, wrong: format!("{date} stands in line {first} already") });
                } else {
                    days.insert(day.date, (line, day));
                }
            }
        }
    }
    if wrong.is_empty() { Ok(days.into_values().map(|(_, day)| day).collect()) } else { Err(wrong) }
}

fn day(date: &str, kind: &str, name: &str) -> Result<CalendarDay, String> {
    let parsed: Date = date.parse().map_err(|_| format!("{date:?} is no date; write 2026-10-01"))?;
    if !YEARS.contains(&parsed.year()) {
        return Err(format!("{date} is out of {} to {}", YEARS.start(), YEARS.end()));
    }
    let working = match kind {
        "working" | "work" | "上班" | "班" => true,
        "holiday" | "off" | "放假" | "休" => false,
        _ => return Err(format!("{kind:?} is neither working nor holiday")),
    };
    if name.chars().count() > LONGEST_NAME {
        return Err(format!("the name is longer than {LONGEST_NAME} characters"));
    }
    Ok(CalendarDay { date: parsed, working, name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(usize, String)> {
        parse(text.as_bytes()).expect_err("wrong lines").into_iter().map(|wrong| (wrong.line, wrong.wrong)).collect()
    }

    #[test]
    fn a_table_is_read() {
        let table = "\u{feff}date,kind,name\n2027-01-01,holiday,元旦\n\n2027-01-02, working,\"补, 班\"\n";
        let days = parse(table.as_bytes()).expect("days");
        assert_eq!(
            days.iter().map(|day| (day.date.to_string(), day.working, day.name.as_str())).collect::<Vec<_>>(),
            [("2027-01-01".to_owned(), false, "元旦"), ("2027-01-02".to_owned(), true, "补, 班"),]
        );
    }

    #[test]
    fn every_wrong_line_is_named() {
        let wrong = lines(
            "2027-01-01,holiday,a\n2027-13-01,holiday,\n2027-01-03,free,\n2027-01-01,working,\n1999-01-01,holiday,\n",
        );
        assert_eq!(wrong.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 4, 5]);
        assert!(wrong[2].1.contains("line 1"), "{wrong:?}");
        assert_eq!(
            lines(
                "{\"days\": [{\"date\": \"2027-01-01\", \"isOffDay\": true},\n {\"date\": \"x\", \"isOffDay\": true}]}"
            )
            .len(),
            1
        );
        assert!(parse(b"2027-01-01,holiday,\xff").expect_err("not UTF-8")[0].wrong.contains("UTF-8"));
    }
}
