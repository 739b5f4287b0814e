//! The rules, without a house around them.

use proptest::prelude::*;
use tongxin_base::{Error, FixedClock, Label, Seeded, Time, World, metres, parse_point};
use tongxin_kernel::{Level, Unit, UnitTree};

use super::{details, draft};
use crate::domain::{Draft, Hours, Now, Service, SiteCode, SiteLevel, WORKFLOW, runs};

fn world() -> World {
    World::new(std::sync::Arc::new(FixedClock::at(Time::default())), std::sync::Arc::new(Seeded::new(7)))
}

const LETTERS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

proptest! {
    #[test]
    fn a_code_is_read_however_it_is_typed(seed in 0_u64..1000) {
        let world = World::new(std::sync::Arc::new(FixedClock::at(Time::default())), std::sync::Arc::new(Seeded::new(seed)));
        let code = SiteCode::draw(&world);
        prop_assert_eq!(SiteCode::parse(code.as_str()), Some(code.clone()));
        let typed = code.spoken().to_lowercase().replace('0', "o").replace('1', "l");
        prop_assert_eq!(SiteCode::parse(&typed), Some(code));
    }

    #[test]
    fn one_wrong_character_is_always_caught(seed in 0_u64..1000, at in 0_usize..6, by in 1_usize..32) {
        let world = World::new(std::sync::Arc::new(FixedClock::at(Time::default())), std::sync::Arc::new(Seeded::new(seed)));
        let mut text: Vec<char> = SiteCode::draw(&world).as_str().chars().collect();
        let letters: Vec<char> = LETTERS.chars().collect();
        let was = letters.iter().position(|letter| *letter == text[at]).unwrap();
        text[at] = letters[(was + by) % 32];
        prop_assert_eq!(SiteCode::parse(&text.iter().collect::<String>()), None);
    }

    #[test]
    fn two_characters_that_changed_places_are_always_caught(seed in 0_u64..1000, at in 0_usize..5) {
        let world = World::new(std::sync::Arc::new(FixedClock::at(Time::default())), std::sync::Arc::new(Seeded::new(seed)));
        let mut text: Vec<char> = SiteCode::draw(&world).as_str().chars().collect();
        prop_assume!(text[at] != text[at + 1]);
        text.swap(at, at + 1);
        prop_assert_eq!(SiteCode::parse(&text.iter().collect::<String>()), None);
    }

    #[test]
    fn nothing_typed_breaks_the_parsers(text in "\\PC{0,40}") {
        let _ = SiteCode::parse(&text);
        let _ = text.parse::<Hours>();
        let _ = parse_point(&text);
        let wild = Draft { hours: text.clone(), phone: text.clone(), lat: text.clone(), ..draft() };
        let _ = wild.parse(&UnitTree::default());
    }

    #[test]
    fn hours_are_written_as_they_are_read(from in 1_u8..=7, length in 0_u8..6, open in 0_u16..23) {
        let to = (from + length).min(7);
        let text = format!("{from}-{to} {open:02}:00-{:02}:30", open + 1);
        let hours: Hours = text.parse().unwrap();
        let again: Hours = hours.to_string().parse().unwrap();
        prop_assert_eq!(&again, &hours);
        prop_assert_eq!(hours.at(from, open * 60), Now::Open { until: (open + 1) * 60 + 30 });
    }
}

#[test]
fn codes_that_are_none() {
    for text in ["", "7K2M9", "7K2MB0T", "7K2 M9!", "７Ｋ２Ｍ９Ｔ", "U00000", "é1234"] {
        assert_eq!(SiteCode::parse(text), None, "{text}");
    }
    let first = SiteCode::draw(&world());
    assert_eq!(first.as_str().len(), 6);
}

#[test]
fn hours_say_what_comes_next() {
    let hours: Hours = "1-5 09:00-12:00,13:00-17:00; 7 10:00-12:00".parse().unwrap();
    assert_eq!(hours.at(1, 8 * 60), Now::Closed { day: 1, at: 540 });
    assert_eq!(hours.at(1, 9 * 60), Now::Open { until: 720 });
    assert_eq!(hours.at(1, 12 * 60), Now::Closed { day: 1, at: 780 });
    assert_eq!(hours.at(5, 17 * 60), Now::Closed { day: 7, at: 600 });
    assert_eq!(hours.at(7, 13 * 60), Now::Closed { day: 1, at: 540 });
    assert_eq!("3 09:00-10:00".parse::<Hours>().unwrap().at(3, 11 * 60), Now::Closed { day: 3, at: 540 }, "in a week");
    assert_eq!(Hours::default().at(1, 0), Now::Unknown);
    assert_eq!("1,3-4 09：00-10:00".parse::<Hours>().unwrap().to_string(), "1,3-4 09:00-10:00");
    for text in
        ["09:00-12:00", "8 09:00-12:00", "5-1 09:00-12:00", "1 12:00-09:00", "1 09:00-10:00; 1-5 11:00-12:00", "一 9-5"]
    {
        assert!(text.parse::<Hours>().is_err(), "{text}");
    }
    assert_eq!(runs(&[1, 2, 3, 5, 7]), [(1, 3), (5, 5), (7, 7)]);
}

fn tree() -> UnitTree {
    // The tree is read from the database elsewhere; here it is empty, which is enough for what does not ask for units.
    UnitTree::default()
}

fn wrong(draft: &Draft) -> Vec<(String, String)> {
    match draft.parse(&tree()) {
        Err(Error::Invalid(fields)) => fields.into_iter().map(|field| (field.field, field.key.into_owned())).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let found = wrong(&Draft::default());
    let fields: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["name", "level", "unit", "address", "services"]);
    let has = |draft: &Draft, field: &str, key: &str| {
        assert!(wrong(draft).contains(&(field.to_owned(), key.to_owned())), "{field} {key}: {:?}", wrong(draft));
    };
    has(&Draft { level: "palace".into(), ..draft() }, "level", "form-unknown-choice");
    has(&Draft { name: "长".repeat(61), ..draft() }, "name", "form-too-long");
    has(&Draft { phone: "13800138000".into(), ..draft() }, "phone", "sites-error-mobile");
    has(&Draft { phone: "call me".into(), ..draft() }, "phone", "sites-error-phone");
    has(&Draft { hours: "always".into(), ..draft() }, "hours", "sites-error-hours");
    has(&Draft { services: "education magic".into(), ..draft() }, "services", "form-unknown-choice");
    has(&Draft { lat: "91".into(), ..draft() }, "lat", "form-out-of-range");
    has(&Draft { lat: "NaN".into(), ..draft() }, "lat", "form-out-of-range");
    has(&Draft { lon: String::new(), ..draft() }, "lon", "sites-error-point");
    has(&Draft { lon: "east".into(), ..draft() }, "lon", "form-not-a-number");
}

#[test]
fn each_level_has_its_place() {
    assert!(SiteLevel::Institute.fits(Level::Subdistrict) && !SiteLevel::Institute.fits(Level::Community));
    assert!(SiteLevel::Station.fits(Level::Community) && !SiteLevel::Station.fits(Level::Grid));
    assert!(SiteLevel::Point.fits(Level::Grid) && !SiteLevel::Point.fits(Level::Subdistrict));
    assert!(SiteLevel::Corner.fits(Level::Building) && !SiteLevel::Corner.fits(Level::Community));
    for level in SiteLevel::ALL {
        assert_eq!(SiteLevel::parse(level.as_str()), Some(level));
    }
    for service in Service::ALL {
        assert_eq!(Service::parse_list(service.as_str()).map(|all| all.len()), Some(1));
    }
}

#[test]
fn changes_name_what_differs_and_nothing_else() {
    let before = details("1/2/");
    let mut after = before.clone();
    assert!(after.changes_since(&before).is_empty());
    after.phone = Some("0477-1".to_owned());
    after.unit_path = "1/3/".to_owned();
    let changes = serde_json::Value::from(after.changes_since(&before));
    assert_eq!(changes, serde_json::json!({"phone": ["", "0477-1"], "unit": ["2", "3"]}));
}

#[test]
fn distances_are_right_to_half_a_percent() {
    // One degree of latitude at 39.5 to 40.5 north is 111,035 m on the WGS 84 ellipsoid.
    let degree = metres((39.5, 109.7), (40.5, 109.7));
    assert!((degree / 111_035.0 - 1.0).abs() < 0.005, "{degree}");
    assert_eq!(metres((39.6, 109.7), (39.6, 109.7)), 0.0);
    assert_eq!(parse_point("39.6, 109.7"), Some((39.6, 109.7)));
    assert_eq!(parse_point("109.7,39.6"), None);
    assert_eq!(parse_point("NaN,1"), None);
}

#[test]
fn the_readme_shows_the_workflow_as_it_is() {
    assert!(include_str!("../../README.md").contains(&WORKFLOW.diagram()), "{}", WORKFLOW.diagram());
}

#[test]
fn the_unit_is_named_by_its_code() {
    let unit = Unit {
        path: "1/2/".into(),
        code: "2".into(),
        level: Level::Community,
        name: Label::new("二", ""),
        point: None,
        area: None,
        compound: None,
    };
    assert_eq!(details(&unit.path).unit_code(), unit.code);
}
