//! Real histories, read where they lie beside the project; without them these tests say so and pass.

use std::path::PathBuf;
use std::time::Duration;

use tongxin_base::Time;
use tongxin_base::calendar::{Calendar, Limit};
use tongxin_requests::import::{load, parse};
use tongxin_requests::store::categories;
use tongxin_testkit::engines;

use crate::town::{by, town};

/// A file of the shared data, or nothing where the folder is not there.
fn shared(name: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/requests").join(name);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        eprintln!("{} is not there: this test has nothing to read", path.display());
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn new_havens_year_stands_in_lists_search_and_rates() {
    let Some(bytes) = shared("newhaven_2014_jan_oct.csv") else { return };
    for engine in engines() {
        let app = town(engine).await;
        let parsed = parse(&bytes, None).expect("the file is read");
        assert_eq!((parsed.mapping_name.as_str(), parsed.rows.len(), parsed.errors.len()), ("seeclickfix", 8922, 0));
        let loaded = load(app.kernel(), &app.tenant, "nh.csv", &parsed, |_| ()).await.expect("it goes in");
        assert_eq!((loaded.rows, loaded.accepted_known, loaded.on_map), (8922, 5102, 8922));
        let again = load(app.kernel(), &app.tenant, "nh.csv", &parsed, |_| ()).await;
        assert!(matches!(again, Err(tongxin_base::Error::Conflict(..))), "{again:?}");
        app.work_off().await;
        // What was closed and is open again is not done; the source's own column "Minutes To Closed" says the same of it.
        let counted = new_havens_own_count(&bytes);
        assert_eq!((loaded.done_known, loaded.reopened, loaded.done_unknown), (counted.done, counted.reopened, 158));
        let desk = by(&app, "subdistrict");
        let found = desk.get("/api/v1/requests?q=roof%20rack%20fairing").await.expect(200);
        assert!(found.at("/items/0/description").contains("My roof rack fairing was stolen"), "{}", found.text);
        let by_number = desk.get("/api/v1/requests?q=873587").await.expect(200);
        assert_eq!(by_number.at("/items/0/id"), found.at("/items/0/id"), "their number finds it too");
        let rates = desk.get("/api/v1/rates?from=2014-01-01").await.expect(200).json();
        assert_eq!(rates["response"]["denominator"], counted.done);
        assert_eq!(rates["unrated"], counted.done);
        let in_time = rates["response"]["numerator"].as_u64().and_then(|n| usize::try_from(n).ok()).expect("a count");
        // A kind that is there already under this name has its own limits; the others have the mapping's five days.
        let tenant = app.tenant.id;
        let ours = app.kernel().db().read(tenant, move |read| categories::all(read, tenant)).await.expect("categories");
        let limit = |kind: &str| {
            let here = ours.iter().find(|category| category.name.en == kind);
            here.map_or_else(|| "5wd".parse().expect("a limit"), |category| category.contact_limit)
        };
        assert_eq!(in_time, counted.contacted_in_time(&app.tenant.calendar, limit), "reached in time");
        let none = desk.get("/api/v1/rates?from=2026-01-01").await.expect(200).json();
        assert_eq!(none["response"]["denominator"], 0);
        let january = desk.get("/api/v1/requests?from=2014-01-05&to=2014-01-06").await.expect(200).json();
        let days: Vec<&str> =
            january["items"].as_array().expect("items").iter().filter_map(|item| item["created_at"].as_str()).collect();
        assert!(
            !days.is_empty() && days.iter().all(|day| ("2014-01-04T16".."2014-01-06T16").contains(day)),
            "{days:?}"
        );
        let id = found.at("/items/0/id");
        let history = desk.get(&format!("/api/v1/requests/{id}/history")).await.expect(200).json();
        assert_eq!(history["items"][0]["action"], "requests.imported.created");
    }
}

/// What the file itself says, counted without our reader.
struct OwnCount {
    done: usize,
    reopened: usize,
    /// Kind, created and acknowledged, of those that are done and were acknowledged.
    steps: Vec<(String, Time, Time)>,
}

impl OwnCount {
    fn contacted_in_time(&self, calendar: &Calendar, limit: impl Fn(&str) -> Limit) -> usize {
        let in_time =
            |(kind, created, contacted): &&(String, Time, Time)| *contacted <= calendar.due(*created, limit(kind));
        self.steps.iter().filter(in_time).count()
    }
}

fn new_havens_own_count(bytes: &[u8]) -> OwnCount {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|have| have == name).expect("a column");
    let [kind, created, acknowledged, reopened, minutes] =
        ["Category", "Created At Local", "Acknowledged At Local", "Reopened At Local", "Minutes To Closed"].map(column);
    // 01/02/2014 - 07:24AM, five hours behind UTC.
    let time = |text: &str| {
        let (date, clock) = text.split_once(" - ").expect("a time");
        let [month, day, year] = [0, 3, 6].map(|at| &date[at..(at + if at == 6 { 4 } else { 2 })]);
        let hour: u32 = clock[..2].parse::<u32>().expect("an hour") % 12 + if clock.ends_with("PM") { 12 } else { 0 };
        let text = format!("{year}-{month}-{day}T{hour:02}:{}:00-05:00", &clock[3..5]);
        Time::parse(&text).expect("a moment")
    };
    let mut count = OwnCount { done: 0, reopened: 0, steps: Vec::new() };
    for row in reader.records().map(|row| row.expect("a row")) {
        count.reopened += usize::from(!row[reopened].is_empty());
        if !row[minutes].is_empty() {
            count.done += 1;
            if !row[acknowledged].is_empty() {
                count.steps.push((row[kind].to_owned(), time(&row[created]), time(&row[acknowledged])));
            }
        }
    }
    count
}

/// The source computed its own columns; ours must not differ by a minute.
#[test]
fn durations_are_the_sources_own() {
    let Some(bytes) = shared("newhaven_2014_jan_oct.csv") else { return };
    let parsed = parse(&bytes, None).expect("the file is read");
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|have| have == name).expect("a column");
    let (accepted, closed) = (column("Minutes To Acknowledged"), column("Minutes To Closed"));
    let mut compared = 0;
    for (record, row) in reader.records().zip(&parsed.rows) {
        let record = record.expect("a row");
        for (at, said) in [(row.accepted, &record[accepted]), (row.done, &record[closed])] {
            let Ok(said) = said.parse::<f64>() else { continue };
            let ours = at.expect("the step is known").since(row.created).as_secs_f64() / 60.0;
            // Their times are cut to the minute, their columns are not.
            assert!((ours - said).abs() <= 1.0, "line {}: {ours} minutes, the source says {said}", row.line);
            compared += 1;
        }
    }
    assert_eq!(compared, 10_284);
}

#[tokio::test(flavor = "multi_thread")]
async fn fuzhous_appeals_in_chinese() {
    let Some(bytes) = shared("fuzhou_appeals.dev.csv") else { return };
    for engine in engines() {
        let app = town(engine).await;
        let parsed = parse(&bytes, None).expect("the file is read");
        assert_eq!((parsed.mapping_name.as_str(), parsed.rows.len(), parsed.errors.len()), ("fuzhou", 1050, 0));
        let first = &parsed.rows[0];
        assert_eq!(first.done.expect("done").since(first.created), Duration::from_secs(6 * 86_400));
        let loaded = load(app.kernel(), &app.tenant, "fz.csv", &parsed, |_| ()).await.expect("it goes in");
        assert_eq!((loaded.rows, loaded.accepted_known, loaded.contacted_known), (1050, 982, 511));
        app.work_off().await;
        let found =
            by(&app, "subdistrict").get("/api/v1/requests?q=%E6%B2%BB%E7%90%86%20%E6%A2%85%E5%B3%B0%E6%B2%B3").await;
        assert!(!found.expect(200).json()["items"].as_array().expect("items").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn citizens_messages_with_and_without_replies() {
    let (Some(messages), Some(replies)) = (shared("tipdm_messages.dev.csv"), shared("tipdm_replies.dev.csv")) else {
        return;
    };
    for engine in engines() {
        let app = town(engine).await;
        let mut parsed = parse(&replies, None).expect("the file is read");
        assert_eq!((parsed.mapping_name.as_str(), parsed.rows.len(), parsed.wrong()), ("tipdm_replies", 1942, 0));
        // Enough to be found; making all of them findable takes longer than a test should.
        parsed.rows.truncate(200);
        let loaded = load(app.kernel(), &app.tenant, "r.csv", &parsed, |_| ()).await.expect("it goes in");
        assert_eq!((loaded.rows, loaded.done_known, loaded.contacted_known), (200, 200, 200));
        app.work_off().await;
        let desk = by(&app, "subdistrict");
        let found = desk.get("/api/v1/requests?q=%E6%99%AF%E8%93%89%E5%8D%8E%E8%8B%91").await.expect(200);
        assert!(found.at("/items/0/description").contains("景蓉华苑"), "{}", found.text);
        let parsed = parse(&messages, None).expect("the file is read");
        assert_eq!((parsed.mapping_name.as_str(), parsed.rows.len(), parsed.wrong()), ("tipdm", 3008, 0));
        assert_eq!(parsed.left_out, ["留言用户"], "a person's pseudonym is read into nothing");
        let votes: i64 = parsed.rows.iter().filter_map(|row| row.supporters).sum();
        let mut reader = csv::Reader::from_reader(&messages[..]);
        let own: i64 = reader.records().map(|row| row.expect("a row")[6].trim().parse::<i64>().expect("votes")).sum();
        assert_eq!(votes, own);
        let loaded = load(app.kernel(), &app.tenant, "m.csv", &parsed, |_| ()).await.expect("it goes in");
        assert_eq!((loaded.rows, loaded.done_known, loaded.categories_made), (3008, 0, 0));
        let rates = desk.get("/api/v1/rates").await.expect(200).json();
        assert_eq!(rates["response"]["denominator"], 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_wrong_row_changes_nothing_and_names_it() {
    let header =
        "Id,Summary,Description,Address,Category,Lat,Lng,Created At Local,Acknowledged At Local,Closed At Local\n";
    let good = "1,Lamp,out,Main St,Lights,41.3,-72.9,01/01/2014 - 07:24AM,,\n";
    let wrong = [
        ("2,Lamp,out,Main St,Lights,95,-72.9,01/01/2014 - 07:24AM,,\n", "Lat"),
        ("2,,,Main St,Lights,41,-72.9,01/01/2014 - 07:24AM,,\n", "Summary + Description"),
        ("2,Lamp,out,Main St,Lights,41,-72.9,yesterday,,\n", "Created At Local"),
        ("2,Lamp,out,Main St,Lights,41,-72.9,01/02/2014 - 07:24AM,01/01/2014 - 07:24AM,\n", "Acknowledged At Local"),
        ("1,Fence,out,Main St,Lights,41,-72.9,01/01/2014 - 07:24AM,,\n", "Id"),
    ];
    for (row, column) in wrong {
        let parsed = parse(format!("{header}{good}{row}").as_bytes(), None).expect("the file is read");
        assert_eq!((parsed.rows.len(), parsed.errors.len()), (1, 1), "{row}");
        assert_eq!((parsed.errors[0].line, parsed.errors[0].column.as_str()), (3, column));
    }
    assert!(parse(b"a,b\n1,2\n", None).is_err());
    assert!(parse(&[0xff, 0xff, 0xff, 0x00], None).is_err());
    let gbk = [&[0xb1, 0xea, 0xcc, 0xe2][..], b",x\n"].concat();
    let said = parse(&gbk, None).expect_err("no mapping fits");
    assert!(format!("{said:?}").contains("requests-unread-no-mapping"), "{said:?}");
}

/// A server that dies in the middle of an import leaves nothing to be seen, and the next import cleans up.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_broken_off_is_never_seen() {
    for engine in engines() {
        let app = town(engine).await;
        let mut file =
            "Id,Summary,Description,Address,Category,Lat,Lng,Created At Local,Acknowledged At Local,Closed At Local\n"
                .to_owned();
        for i in 0..450 {
            file.push_str(&format!("{i},Lamp {i},out,Main St,Lights,41.3,-72.9,01/01/2014 - 07:24AM,,\n"));
        }
        let parsed = parse(file.as_bytes(), None).expect("the file is read");
        let broken = {
            let load = load(app.kernel(), &app.tenant, "x.csv", &parsed, |done| {
                assert!(done < 400, "the server dies here");
            });
            std::panic::AssertUnwindSafe(load)
        };
        let handle = tokio::task::LocalSet::new();
        let died = futures_util::FutureExt::catch_unwind(broken);
        assert!(handle.run_until(died).await.is_err());
        let desk = by(&app, "subdistrict");
        assert_eq!(desk.get("/api/v1/requests").await.expect(200).json()["items"].as_array().map(Vec::len), Some(0));
        assert_eq!(
            desk.get("/api/v1/requests?q=Lamp").await.expect(200).json()["items"].as_array().map(Vec::len),
            Some(0)
        );
        let map = desk.get("/desk/map.json").await.expect(200).json();
        assert_eq!(map["features"].as_array().map(Vec::len), Some(0));
        let loaded = load(app.kernel(), &app.tenant, "x.csv", &parsed, |_| ()).await.expect("it goes in");
        assert_eq!(loaded.rows, 450);
        let tenant = app.tenant.id;
        let counts =
            app.kernel().db().read(tenant, move |read| tongxin_requests::store::lists::counts(read, tenant)).await;
        assert_eq!(counts.expect("counts").iter().map(|(_, _, n)| n).sum::<i64>(), 450);
    }
}

/// "Is it this one?" is asked when it may well be: messages of one city are seldom alike, and those told twice are.
#[test]
fn messages_that_are_alike_are_few_and_told_twice() {
    use tongxin_requests::likeness::{Likeness, alike};
    let Some(bytes) = shared("tipdm_messages.dev.csv") else { return };
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    let texts: Vec<(String, String)> = reader
        .records()
        .map(|row| row.expect("a row"))
        .map(|row| (row[2].trim().to_owned(), row[4].split_whitespace().collect()))
        .step_by(10)
        .collect();
    let known: Vec<Likeness> = texts.iter().map(|(_, text)| Likeness::of(text)).collect();
    let (mut pairs, mut like, mut twice) = (0_usize, 0_usize, 0_usize);
    for (i, one) in known.iter().enumerate() {
        for (other, _) in texts[..i].iter().zip(0..) {
            pairs += 1;
            let found = alike(one.to(&other.1));
            like += usize::from(found);
            let same = other.0 == texts[i].0;
            twice += usize::from(same);
            assert!(found || !same || other.1.chars().count() < 10, "told twice and not found: {}", other.0);
        }
    }
    println!("{pairs} pairs of messages, {like} alike, {twice} with one title");
    assert!(like * 1000 < pairs, "{like} of {pairs} would be asked about");
}

/// The column of a table of real texts.
fn column(bytes: &[u8], name: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let header = reader.headers().expect("a header").clone();
    let at = header.iter().position(|title| title.trim_start_matches('\u{feff}') == name).expect("the column");
    reader.records().filter_map(|record| record.ok()?.get(at).map(str::to_owned)).collect()
}

/// What the redaction finds in real texts. Nobody marked what is in them, so what it finds is counted, and printed to be looked at:
/// `cargo test -p tongxin --test house what_redaction_finds -- --nocapture`.
#[test]
fn what_redaction_finds_in_real_texts() {
    for (file, name, most_names) in
        [("tipdm_messages.dev.csv", "留言详情", 0.35), ("fuzhou_appeals.dev.csv", "投诉件内容", 0.35)]
    {
        let Some(bytes) = shared(file) else { continue };
        let texts = column(&bytes, name);
        let mut counts = std::collections::BTreeMap::new();
        let (mut with_names, mut characters) = (0, 0);
        for text in &texts {
            characters += text.chars().count();
            let hits = tongxin_kernel::find_telling(text);
            with_names += usize::from(hits.iter().any(|hit| hit.what == tongxin_kernel::Telling::Name));
            for hit in hits {
                *counts.entry(hit.what.as_str()).or_insert(0) += 1;
                println!("{} {}", hit.what.as_str(), &text[hit.range]);
            }
        }
        println!("{file}: {} texts, {characters} characters, {with_names} with a name, {counts:?}", texts.len());
        let share = with_names as f64 / texts.len() as f64;
        assert!(share < most_names, "{file}: {share} of the texts seem to name somebody");
    }
}
