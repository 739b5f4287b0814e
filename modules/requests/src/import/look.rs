//! What an import would do, row by row, for somebody who looks at it before it is written.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use tongxin_base::calendar::TimeZone;
use tongxin_kernel::UnitTree;
use tongxin_web::{Fate, LookRow, Words, moment};

use super::intake::Parsed;
use super::plan::Plan;
use super::rows::RowError;

/// Characters of a row's words that are shown.
const SHOWN: usize = 60;

/// What is above the cells of [`rows`].
pub(crate) fn heads(w: &Words) -> Vec<String> {
    let heads = ["import-id", "field-category", "column-words", "unit", "column-when"];
    heads.iter().map(|head| w.t(&format!("requests-{head}"))).collect()
}

fn wrong(w: &Words, error: &RowError) -> LookRow {
    let why = w.with(error.key, &error.args);
    let column = Some(error.column.clone()).filter(|column| !column.is_empty());
    LookRow {
        number: error.line,
        cells: Vec::new(),
        fate: Fate::Wrong,
        lines: vec![column.map_or_else(|| why.clone(), |column| format!("{column}: {why}"))],
    }
}

/// Every row with what it would do; and how many wrong ones are not among them.
pub(crate) fn rows(
    (w, zone, units): (&Words, &TimeZone, &UnitTree),
    parsed: &Parsed,
    plan: &Plan,
) -> (Vec<LookRow>, usize) {
    let errors = || parsed.errors.iter().chain(&plan.errors);
    let more = parsed.more_errors + plan.more_errors;
    let mut all: Vec<LookRow> = errors().map(|error| wrong(w, error)).collect();
    if more > 0 {
        // Which of the rest are wrong is not known one by one: they are looked at when these are mended.
        return (all, more);
    }
    let named: BTreeSet<u64> = errors().map(|error| error.line).collect();
    let name = |path: &str| units.by_path(path).map_or_else(String::new, |unit| unit.name.to(w.locale()).to_owned());
    for (row, placed) in parsed.rows.iter().zip(&plan.placed).filter(|(row, _)| !named.contains(&row.line)) {
        let mut words: String = row.words.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((end, _)) = words.char_indices().nth(SHOWN) {
            words.truncate(end);
            words.push('…');
        }
        all.push(LookRow {
            number: row.line,
            cells: vec![
                row.source_id.clone().unwrap_or_default(),
                row.category.clone(),
                words,
                placed.as_ref().map(|placed| name(&placed.unit_path)).unwrap_or_default(),
                moment(w, zone, row.created),
            ],
            fate: if placed.is_some() { Fate::Adds } else { Fate::Nothing },
            lines: Vec::new(),
        });
    }
    (all, 0)
}

/// What else somebody should know before they write it, a line each.
pub(crate) fn notes(w: &Words, parsed: &Parsed, plan: &Plan) -> Vec<String> {
    let told = &plan.told;
    let used: Vec<&str> = parsed.used.iter().map(|used| used.column.as_str()).collect();
    let mut notes = vec![
        w.t1("requests-import-read-with", "mapping", &parsed.mapping_name),
        w.t1("requests-import-used", "columns", used.join(", ")),
    ];
    let lists = [("left-out", &parsed.left_out), ("made", &told.categories_made)];
    for (key, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        notes.push(w.t1(&format!("requests-import-{key}"), "names", list.join(", ")));
    }
    let unknown: Vec<String> = told.units_unknown.iter().map(|(name, rows)| format!("{name} ({rows})")).collect();
    if !unknown.is_empty() {
        notes.push(w.t1("requests-import-units-unknown", "names", unknown.join(", ")));
    }
    let counts = [("repeated", parsed.repeated), ("outside", told.outside), ("changed", told.changed)];
    for (key, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        notes.push(w.t1(&format!("requests-import-{key}"), "count", count));
    }
    notes
}

/// The same for the same file as long as it would do the same here.
pub(crate) fn mark(parsed: &Parsed, plan: &Plan) -> String {
    let mut hasher = std::hash::DefaultHasher::new();
    (parsed.digest, &parsed.mapping_name, plan.told.new, plan.told.known, plan.told.changed).hash(&mut hasher);
    (&plan.told.categories_made, plan.told.units.iter().collect::<Vec<_>>()).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
