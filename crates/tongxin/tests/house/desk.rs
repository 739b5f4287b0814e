//! The desk's table: what an address narrows and sorts by, the same rows as a file, and several matters at once.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};
use std::time::Duration;

use serde_json::json;
use tongxin_testkit::{TestApp, engines, hidden};

use crate::town::{by, done, published, report, town};

/// The numbers of a list, page by page, in its order.
async fn numbers(app: &TestApp, query: &str) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = format!("/api/v1/requests?{query}&cursor={cursor}");
        let page = by(app, "secretary").get(&page).await.expect(200).json();
        all.extend(
            page["items"]
                .as_array()
                .expect("items")
                .iter()
                .map(|one| one["number"].as_str().expect("a text").to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return all,
        }
    }
}

fn sorted(mut all: Vec<String>) -> Vec<String> {
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_and_figures_open_the_list_they_count() {
    for engine in engines() {
        let app = town(engine).await;
        let (late, _) = report(&app, "路灯不亮").await;
        app.pass(Duration::from_secs(40 * 24 * 3600));
        let _ = report(&app, "井盖坏了").await;
        let _ = done(&app, "门锁坏了", "worker").await;
        let late = by(&app, "secretary").get(&format!("/api/v1/requests/{late}")).await.expect(200).at("/number");
        assert_eq!(numbers(&app, "limit=red").await, vec![late]);
        assert_eq!(numbers(&app, "limit=green").await.len(), 1, "what is done has no limit that runs");
        assert_eq!(numbers(&app, "limit=yellow").await.len(), 0);
        assert_eq!(numbers(&app, "counted=assessed").await.len(), 1);
        assert_eq!(numbers(&app, "counted=in_time").await.len(), 1);
        assert_eq!(numbers(&app, "counted=contacted").await.len(), 0, "nobody called");
        let seated = app.signed_in("subdistrict").await;
        let board = seated.get("/board").await.expect(200).text;
        for (limit, count) in [("red", 1), ("yellow", 0), ("green", 1), ("paused", 0)] {
            let link = board.split(&format!("limit={limit}&#38;unit=")).nth(1).expect("a way to the list");
            let shown = link.split("figure__value\">").nth(1).expect("a figure");
            assert!(shown.starts_with(&format!("{count}<")), "{limit}: {}", &shown[..40]);
        }
        for (figure, rows) in [("rated", 0), ("solved", 0), ("satisfied", 0), ("unrated", 1)] {
            let list = seated.get(&format!("/desk/ratings?figure={figure}")).await.expect(200).text;
            assert_eq!(list.matches("<tr><th scope=\"row\">").count(), rows, "{figure}");
        }
        seated.get("/desk/ratings?figure=best").await.expect(422);
        let news = seated.get("/events").await.expect(200).json();
        assert!(news["last"].as_i64().expect("a number") > 0 && news["topics"] == json!([]), "{news}");
        for wrong in ["limit=blue", "counted=all", "sort=size", "sort=due&cursor=x.y"] {
            by(&app, "secretary").get(&format!("/api/v1/requests?{wrong}")).await.expect(422);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_shows_each_matter_once_over_all_pages() {
    for engine in engines() {
        let app = town(engine).await;
        let secretary = by(&app, "secretary");
        for n in 0..130 {
            let category = if n % 3 == 0 { "0101" } else { "0201" };
            let asked = json!({"category": category, "description": format!("第{n}件"), "location": {"lat": 39.6112, "lon": 109.7811}});
            secretary.post("/api/v1/requests", asked).await.expect(201);
            app.pass(Duration::from_secs(60));
        }
        let newest = numbers(&app, "").await;
        let mut oldest = numbers(&app, "sort=oldest").await;
        assert_eq!(newest.iter().collect::<BTreeSet<_>>().len(), 130);
        oldest.reverse();
        assert_eq!(newest, oldest);
        let due = numbers(&app, "sort=due").await;
        assert_eq!(sorted(due.clone()), sorted(newest));
        let page = secretary.get("/api/v1/requests?sort=due").await.expect(200).json();
        let ends: Vec<String> = page["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|one| one["due_at"].as_str().expect("a text").to_owned())
            .collect();
        assert!(ends.is_sorted(), "{ends:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_holds_what_the_screen_shows() {
    for engine in engines() {
        let app = town(engine).await;
        let _ = report(&app, "=1+1 路灯不亮").await;
        let _ = published(&app, "井盖坏了").await;
        let seated = app.signed_in("secretary").await;
        let page = seated.get("/desk/requests?status=received&columns=words&columns=status").await.expect(200).text;
        assert!(page.contains("=1+1") && !page.contains("井盖"), "{page}");
        assert!(page.contains("/desk/requests.csv?status=received&#38;columns=status&#38;columns=words"), "{page}");
        let csv = seated.get("/desk/requests.csv?status=received&columns=words&columns=status").await.expect(200).text;
        let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines.len(), 2, "{csv}");
        assert_eq!(lines[0].split(',').count(), 3);
        assert!(lines[1].contains("\"'=1+1 路灯不亮\""), "no cell is a formula: {csv}");
        let book = seated.get("/desk/requests.xlsx?status=received&columns=words").await.expect(200).bytes;
        let mut book = zip::ZipArchive::new(Cursor::new(book)).unwrap();
        let mut sheet = String::new();
        book.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
        assert!(!sheet.contains("<f>"), "no formula: {sheet}");
        let mut words = String::new();
        book.by_name("xl/sharedStrings.xml").unwrap().read_to_string(&mut words).unwrap();
        assert!(words.contains("=1+1 路灯不亮") && !words.contains("井盖"), "{words}");
        app.signed_in("resident").await.get("/desk/requests.csv").await.expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_at_once_are_looked_at_first_and_done_once() {
    for engine in engines() {
        let app = town(engine).await;
        let (one, _) = report(&app, "路灯不亮").await;
        let (two, _) = report(&app, "井盖坏了").await;
        let (open, _, _) = published(&app, "门锁坏了").await;
        let seated = app.signed_in("secretary").await;
        let status = |id: String| {
            let app = &app;
            async move { by(app, "secretary").get(&format!("/api/v1/requests/{id}")).await.expect(200).at("/status") }
        };
        let ids = format!("{one} {two}:1 {open}");
        let list = "/desk/requests";
        let page = seated.submit(list, list, &[("ids", &ids), ("deed", "accept")]).await.expect(200).text;
        assert_eq!(status(one.clone()).await, "received", "only looked at");
        let once = hidden(&page, "once").expect("a key");
        let ids: Vec<&str> =
            page.split("name=\"ids\" value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(ids.len(), 2, "the one that is out already cannot be accepted: {page}");
        let ids = ids.join(" ");
        let fields = [("ids", ids.as_str()), ("deed", "accept"), ("confirmed", "yes"), ("once", once.as_str())];
        for _ in 0..2 {
            seated.submit(list, list, &fields).await.expect(200);
            assert_eq!(status(one.clone()).await, "accepted");
            assert_eq!(status(two.clone()).await, "accepted");
        }
        let history = by(&app, "secretary").get(&format!("/api/v1/requests/{one}/history")).await.expect(200).json();
        let accepted =
            history["items"].as_array().expect("items").iter().filter(|step| step["action"] == "requests.accept");
        assert_eq!(accepted.count(), 1, "a second press does nothing twice");
        // Another clerk was faster with one of them: the other one is done all the same.
        let both = format!("{one} {two}:1");
        let fields = [("ids", both.as_str()), ("deed", "publish"), ("confirmed", "yes"), ("once", "other")];
        seated.submit(list, list, &fields).await.expect(200);
        assert_eq!(status(one.clone()).await, "open");
        assert_eq!(status(two).await, "accepted", "it has changed since it was looked at");
        seated.submit(list, list, &[("ids", ""), ("deed", "accept")]).await.expect(422);
        let outsider = app.signed_in("resident").await;
        outsider.submit("/me", list, &[("ids", &one), ("deed", "publish")]).await.expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_kept_by_one_person_under_a_name() {
    for engine in engines() {
        let app = town(engine).await;
        let seated = app.signed_in("secretary").await;
        let kept = "/desk/requests?status=received&columns=status";
        let fields = [("name", "今天先看"), ("back", kept)];
        assert_eq!(seated.submit(kept, "/desk/lists", &fields).await.expect(303).location(), kept);
        let page = seated.get("/desk/requests").await.expect(200).text;
        assert!(page.contains("href=\"/desk/requests?status=received&#38;columns=status\">今天先看</a>"), "{page}");
        let other = app.signed_in("subdistrict").await;
        assert!(!other.get("/desk/requests").await.expect(200).text.contains("今天先看"), "nobody else's");
        let page = seated.get(kept).await.expect(200).text;
        let drop = page
            .split("action=\"/desk/lists/")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("a way to drop it");
        let drop = format!("/desk/lists/{drop}");
        other.submit("/desk/requests", &drop, &[]).await.expect(404);
        // Elsewhere is not led to, and no name is no name.
        let away = seated
            .submit(kept, "/desk/lists", &[("name", "x"), ("back", "https://example.org/?a=b")])
            .await
            .expect(303);
        assert_eq!(away.location(), "/desk/requests");
        seated.submit(kept, "/desk/lists", &[("name", " "), ("back", kept)]).await.expect(422);
        seated.submit(kept, &drop, &[]).await.expect(303);
        assert!(!seated.get("/desk/requests").await.expect(200).text.contains("今天先看"));
    }
}
