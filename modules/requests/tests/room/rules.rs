//! What holds for every request and every order, whatever people do to them, and for every report, whatever they write.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tongxin_base::{Error, metres};
use tongxin_requests::domain::{ORDER, OrderState, OrderVerb, REQUEST, RawReport, Report, Status, Verb, required_text};

/// States from which nothing leads on.
const OVER: [Status; 3] = [Status::Declined, Status::Withdrawn, Status::Closed];

proptest! {
    /// Any sequence of verbs: what the table does not allow changes nothing, and what is over stays over.
    #[test]
    fn a_request_never_leaves_its_table(verbs in proptest::collection::vec(0..Verb::ALL.len(), 0..40)) {
        let mut state = REQUEST.initial;
        for verb in verbs.into_iter().map(|i| Verb::ALL[i]) {
            if let Some(next) = REQUEST.next(state, verb) {
                prop_assert!(!OVER.contains(&state), "{state} is over, yet {verb} led to {next}");
                prop_assert!(next != Status::Received, "nothing is received twice");
                prop_assert!(next != Status::Done || state == Status::Working, "{state} was done without work");
                prop_assert!(next != Status::Rated || state == Status::Done, "{state} was rated before it was done");
                state = next;
            }
        }
    }

    #[test]
    fn an_order_never_leaves_its_table(verbs in proptest::collection::vec(0..OrderVerb::ALL.len(), 0..40)) {
        let mut state = ORDER.initial;
        let mut grabbed = false;
        for verb in verbs.into_iter().map(|i| OrderVerb::ALL[i]) {
            if let Some(next) = ORDER.next(state, verb) {
                prop_assert!(![OrderState::Done, OrderState::Returned, OrderState::Cancelled].contains(&state));
                grabbed |= next == OrderState::Grabbed;
                prop_assert!(next != OrderState::Working || grabbed, "nobody had it, yet it is worked on");
                state = next;
            }
        }
    }

    /// Whatever is written, a report is either well-formed within its limits or every wrong field is named once.
    #[test]
    fn a_report_parses_or_names_what_is_wrong(
        category in ".{0,12}", words in "\\PC{0,2100}", place in "\\PC{0,220}", lat in "[-0-9.x]{0,8}", lon in "[-0-9.x]{0,8}",
        phone in "[-+0-9 a]{0,16}", site in "\\PC{0,8}",
    ) {
        let raw = RawReport { category, words, place, lat, lon, phone, site, ..RawReport::default() };
        match Report::parse(&raw) {
            Ok(report) => {
                prop_assert!(!report.category.is_empty() && !report.words.is_empty());
                prop_assert!(report.words.chars().count() <= 2000);
                prop_assert!(report.site.is_some() || report.place.is_some() || report.point.is_some());
                if let Some((lat, lon)) = report.point {
                    prop_assert!(lat.abs() <= 90.0 && lon.abs() <= 180.0);
                }
            }
            Err(Error::Invalid(wrong)) => {
                let fields: BTreeSet<_> = wrong.iter().map(|error| (&error.field, &error.key)).collect();
                prop_assert_eq!(fields.len(), wrong.len());
                prop_assert!(!wrong.is_empty());
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn distances_are_distances(a in (-90.0..90.0, -180.0..180.0), b in (-90.0..90.0, -180.0..180.0)) {
        let there = metres(a, b);
        prop_assert!((0.0..=20_040_000.0).contains(&there));
        prop_assert!((there - metres(b, a)).abs() < 1e-6);
        prop_assert!(metres(a, a) < 1e-6);
    }
}

#[test]
fn every_state_can_be_reached_and_every_verb_is_used() {
    let mut reached = BTreeSet::from([REQUEST.initial.as_str()]);
    while REQUEST.transitions.iter().any(|t| reached.contains(t.from.as_str()) && reached.insert(t.to.as_str())) {}
    assert_eq!(reached.len(), Status::ALL.len());
    assert!(Verb::ALL.iter().all(|verb| REQUEST.sources(*verb).next().is_some()));
    assert!(OrderVerb::ALL.iter().all(|verb| ORDER.sources(*verb).next().is_some()));
}

#[test]
fn a_table_never_gives_two_answers() {
    for t in REQUEST.transitions {
        let same = REQUEST.transitions.iter().filter(|other| other.from == t.from && other.verb == t.verb);
        assert_eq!(same.count(), 1, "{} {}", t.from, t.verb);
    }
    for t in ORDER.transitions {
        let same = ORDER.transitions.iter().filter(|other| other.from == t.from && other.verb == t.verb);
        assert_eq!(same.count(), 1, "{} {}", t.from, t.verb);
    }
}

#[test]
fn a_kilometre_in_kangbashi_is_a_kilometre() {
    // 0.01 degrees of latitude are 1,112 m everywhere.
    assert!((metres((39.60, 109.79), (39.61, 109.79)) - 1112.0).abs() < 1.0);
}

#[test]
fn texts_are_counted_in_characters_not_bytes() {
    assert_eq!(required_text("note", &"𠮷".repeat(5), 5).as_deref(), Ok("𠮷𠮷𠮷𠮷𠮷"));
    assert!(required_text("note", &"𠮷".repeat(6), 5).is_err());
    assert!(required_text("note", " \u{3000}\t", 5).is_err());
}
