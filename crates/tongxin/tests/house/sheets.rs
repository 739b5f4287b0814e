//! Every list as a file: the rows of the page, in its order, narrowed and masked as it is, and every cell a text.

use std::io::Cursor;
use std::time::Duration;

use calamine::{Data, Reader, Xlsx};
use serde_json::json;
use tongxin_kernel::Who;
use tongxin_testkit::{Client, TestApp, engines};

use crate::town::{by, done, published, report_by, town};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A list: who reads it, where it is, which column names a row on the page, and what begins a row there.
const LISTS: &[(&str, &str, usize, &str)] = &[
    ("secretary", "/desk/requests?columns=status&columns=category&columns=unit&sort=oldest", 0, "<th scope=\"row\">"),
    ("secretary", "/desk/requests?status=done&columns=category", 0, "<th scope=\"row\">"),
    ("other_secretary", "/desk/whistles", 0, "<li class=\"row\">"),
    ("secretary", "/desk/ratings?figure=unrated", 0, "<th scope=\"row\">"),
    ("secretary", "/desk/workers", 0, "<th scope=\"row\">"),
    ("secretary", "/desk/sites", 0, "<th scope=\"row\">"),
    ("secretary", "/desk/sites?state=closed", 0, "<th scope=\"row\">"),
    ("", "/sites", 0, "<li class=\"row\">"),
    ("", "/sites?q=0477", 0, "<li class=\"row\">"),
    ("", "/matters", 0, "<li class=\"row\">"),
    ("", "/figures", 0, "<th scope=\"row\">"),
    ("", "/journal/checkpoints", 0, "<th scope=\"row\">"),
    ("", "/privacy/register", 1, "<th scope=\"row\">"),
    ("subdistrict", "/board", 0, "<th scope=\"row\"><a href=\"/board?unit="),
    ("admin", "/admin/people", 0, "<th scope=\"row\">"),
    ("admin", "/admin/people?q=secretary", 0, "<th scope=\"row\">"),
    ("admin", "/admin/categories", 0, "<th scope=\"row\">"),
    ("admin", "/admin/phrases?kind=decline", 0, "<li class=\"row\">"),
    ("admin", "/admin/calendar?year=2026", 0, "<li class=\"row\">"),
    ("admin", "/admin/outbox", 0, "<th scope=\"row\""),
    ("admin", "/admin/approvals", 0, "<li class=\"row\">"),
    ("auditor", "/admin/looks", 0, "<th scope=\"row\""),
    ("other_secretary", "/me/notices", 1, "<li class=\"row"),
    ("worker", "/work", 0, "<li class=\"row\""),
    ("worker", "/work/pool", 0, "<li class=\"row\">"),
];

/// A town with something in each of its lists.
async fn busy(engine: tongxin_testkit::Engine) -> TestApp {
    let app = town(engine).await;
    let table = "code,level,unit,name,address,phone,services\n\
        KC000F,station,150603003001,康城社区服务站,康城路 8 号,0477-8590199,service\n\
        ,point,150603003001001,=1+1 服务点,康城路 9 号,,service\n\
        ,corner,150603003001001,0477 便民角,康城路 10 号,,service\n";
    let call = app.kernel().call(
        &app.tenant,
        &Who::Person(app.kernel().person(app.tenant.id, app.cast.id("admin")).await.expect("admin")),
    );
    tongxin_sites::import_sites(app.kernel(), call, table.as_bytes()).await.expect("the sites");
    for n in 0..12 {
        let _ = done(&app, &format!("路灯不亮 {n}"), "worker").await;
    }
    let (id, _, _) = published(&app, "要两个社区一起办").await;
    let ask = json!({"unit": "150603003002", "text": "请协助通知对面的店主", "limit": "2wh"});
    by(&app, "secretary").post(&format!("/api/v1/requests/{id}/delegate"), ask).await.expect(200);
    let (_, _, order) = published(&app, "门锁坏了").await;
    by(&app, "worker").post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(200);
    let contact = json!({"name": "欧阳晓", "phone": "13987651234", "email": "ouyang@example.org"});
    let (matter, _) = report_by(&app.anyone(), "=1+1 树枝挡住路灯", contact).await;
    // What becomes of it is told by mail, which waits here for want of a server.
    by(&app, "secretary").post(&format!("/api/v1/requests/{matter}/accept"), json!({})).await.expect(200);
    app.work_off().await;
    let desk = app.signed_in("secretary").await;
    let at = format!("/desk/requests/{matter}");
    let _ = desk.submit(&at, &format!("{at}/reveal"), &[("purpose", "visit")]).await.expect(200);
    let share = format!("{at}/share");
    let _ = desk.submit(&share, &share, &[("words", "=1+1 树枝挡住路灯"), ("outcome", "")]).await.expect(303);
    let site = "/desk/sites/KC000F";
    let _ = desk.submit(site, &format!("{site}/close"), &[]).await.expect(303);
    let rules = [("rules", "forbid(principal, action == Action::\"sites.add\", resource);"), ("reason", "第 7 号")];
    let _ = app.signed_in("admin").await.submit("/admin/rules", "/admin/rules", &rules).await.expect(303);
    app.kernel().checkpoint(&app.tenant).await.expect("a checkpoint");
    app
}

async fn reader(app: &TestApp, key: &str) -> Client {
    if key.is_empty() { app.anyone().with("cookie", "lang=en") } else { app.signed_in(key).await }
}

fn file(path: &str, ending: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    format!("{path}.{ending}?{query}")
}

/// The rows of a CSV file, without the sign that keeps a cell from being a formula.
fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let plain = |cell: &str| {
        cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell).to_owned()
    };
    reader.records().map(|record| record.expect("a record").iter().map(plain).collect()).collect()
}

/// The rows of a workbook; every cell that is there must be a text, and none a formula.
pub fn book_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let name = book.sheet_names()[0].clone();
    assert_eq!(book.worksheet_formula(&name).expect("formulas").used_cells().count(), 0);
    let range = book.worksheet_range(&name).expect("a sheet");
    let text = |cell: &Data| match cell {
        Data::String(text) => text.clone(),
        Data::Empty => String::new(),
        other => panic!("no text: {other:?}"),
    };
    range.rows().map(|row| row.iter().map(text).collect()).collect()
}

/// What a page says, without its markup.
fn said(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<').skip(1) {
        text.push_str(part.split_once('>').map_or("", |(_, words)| words));
        text.push(' ');
    }
    for (sign, is) in [("&#38;", "&"), ("&#39;", "'"), ("&#34;", "\""), ("&#60;", "<"), ("&#62;", ">"), ("&amp;", "&")]
    {
        text = text.replace(sign, is);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_a_file_with_the_rows_of_its_page() {
    for engine in engines() {
        let app = busy(engine).await;
        app.pass(DAY * 70);
        app.kernel().tidy_up().await.expect("figures are published");
        for (key, path, name, row) in LISTS {
            let reader = reader(&app, key).await;
            let page = reader.get(path).await.expect(200).text;
            let main = page.split("<main").nth(1).expect("a page");
            let csv = reader.get(&file(path, "csv")).await.expect(200);
            let book = reader.get(&file(path, "xlsx")).await.expect(200);
            assert_eq!(
                csv.headers["cache-control"],
                if *path == "/figures" { "no-store" } else { "private, no-store" }
            );
            let rows = book_rows(&book.bytes);
            if *path != "/figures" {
                // The figures as CSV were there before, for programs: with codes, and null where few are counted.
                assert_eq!(csv_rows(&csv.text), rows, "{path}");
            }
            let lines = &rows[1..];
            assert!(!lines.is_empty(), "{path} has nothing to show");
            assert_eq!(main.matches(row).count(), lines.len(), "{path}: {lines:?}");
            let (text, mut at) = (said(main), 0);
            for line in lines {
                let head = squeezed(&line[*name]);
                let found = text[at..].find(&head).unwrap_or_else(|| panic!("{path}: {head:?} is not in its place"));
                at += found + head.len();
                for cell in line.iter().flat_map(|cell| cell.split(['\n', '·'])) {
                    let cell = squeezed(cell);
                    assert!(text.contains(&cell), "{path}: {cell:?} is not on the page");
                }
            }
            // The page leads to both, narrowed as it is.
            for ending in ["csv", "xlsx"] {
                let link = file(path, ending).trim_end_matches('?').replace('&', "&#38;");
                assert!(path.contains("sort=oldest") || main.contains(&link), "{path} does not lead to {link}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_and_telephones_stay_texts_and_nothing_is_a_formula() {
    for engine in engines() {
        let app = busy(engine).await;
        let desk = app.signed_in("secretary").await;
        let rows = book_rows(&desk.get("/desk/sites.xlsx").await.expect(200).bytes);
        assert_eq!((rows[1][0].as_str(), rows[1][5].as_str()), ("KC000F", "0477-8590199"));
        assert!(rows.iter().any(|row| row[1] == "=1+1 服务点"), "{rows:?}");
        let csv = desk.get("/desk/sites.csv").await.expect(200).text;
        assert!(csv.contains(",0477-8590199,") && csv.contains("\"'=1+1 服务点\""), "{csv}");
        let matters = book_rows(&app.anyone().get("/matters.xlsx").await.expect(200).bytes);
        assert_eq!(matters[1][0], "=1+1 树枝挡住路灯");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_opens_to_whom_its_page_does_and_masks_what_it_masks() {
    for engine in engines() {
        let app = busy(engine).await;
        for ending in ["csv", "xlsx"] {
            for (key, path) in [
                ("resident", "/desk/sites"),
                ("worker", "/admin/people"),
                ("secretary", "/admin/outbox"),
                ("secretary", "/admin/looks"),
            ] {
                let _ = app.signed_in(key).await.get(&format!("{path}.{ending}")).await.expect(403);
            }
            assert!(app.anyone().get(&format!("/desk/requests.{ending}")).await.location().starts_with("/sign-in"));
        }
        let outbox = app.signed_in("admin").await.get("/admin/outbox.csv").await.expect(200).text;
        assert!(outbox.contains('@') && !outbox.contains("ouyang@example.org"), "{outbox}");
        // What another unit has is in no file of ours.
        let theirs =
            app.signed_in("other_secretary").await.get("/desk/requests.csv?columns=words").await.expect(200).text;
        assert!(!theirs.contains("门锁坏了"), "{theirs}");
    }
}
