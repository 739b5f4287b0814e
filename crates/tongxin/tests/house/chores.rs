//! Work that takes longer than a page may: it is done for one person, found again, stopped, taken up after its server is gone, and
//! forgotten with its file after a day.

use std::time::Duration;

use tongxin_kernel::{ChoreState, chores_of};
use tongxin_testkit::{Client, TestApp, engines, hidden};

use crate::town::{by, report, town};

const DAY: Duration = Duration::from_secs(24 * 3600);
const HEADER: &str = "工单编号,受理时间,问题描述,问题分类,办结时间,工单状态\n";

/// Asks for the list as a file.
async fn ask(seat: &Client, query: &str, file: &str, once: &str) -> tongxin_testkit::Reply {
    let fields = [("query", query), ("file", file), ("once", once)];
    seat.submit("/desk/requests", "/desk/requests/export", &fields).await
}

/// Where the file of the newest chore is, as its page says.
async fn file(seat: &Client) -> String {
    let page = seat.get("/me/chores").await.expect(200).text;
    let link = page.split("href=\"/me/chores/").nth(1).unwrap_or_else(|| panic!("no file: {page}"));
    format!("/me/chores/{}", link.split('"').next().unwrap_or_default())
}

/// How many files lie in the folder of chores.
fn bytes_left(app: &TestApp) -> usize {
    std::fs::read_dir(app.folder().join("files/chores/1")).map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_made_while_nobody_waits_and_is_its_askers_alone() {
    for engine in engines() {
        let app = town(engine).await;
        for n in 0..7 {
            let _ = report(&app, &format!("=1+1 路灯 {n}")).await;
        }
        let seat = app.signed_in("secretary").await;
        let reply = ask(&seat, "status=received&columns=words&sort=oldest", "csv", "a").await.expect(303);
        assert_eq!(reply.location(), "/me/chores?done=started");
        let waits = seat.get("/me/chores?done=started").await.expect(200).text;
        assert!(waits.contains("<progress") && waits.contains("hx-trigger=\"every 2s\""), "{waits}");
        assert_eq!(app.kernel().do_chores().await.expect("done"), 1);
        let over = seat.get("/me/chores").await.expect(200).text;
        assert!(over.contains("7 rows") && !over.contains("<progress") && !over.contains("hx-trigger"), "{over}");
        let made = file(&seat).await;
        let got = seat.get(&made).await.expect(200);
        let same = seat.get("/desk/requests.csv?status=received&columns=words&sort=oldest").await.expect(200);
        assert_eq!(got.text, same.text, "what a page makes at once and what is made later are the same");
        assert!(got.headers["content-disposition"].to_str().expect("a name").contains("requests-"));
        // As a workbook too.
        let _ = ask(&seat, "status=received&columns=words&sort=oldest", "xlsx", "b").await.expect(303);
        app.kernel().do_chores().await.expect("done");
        let book = seat.get(&file(&seat).await).await.expect(200).bytes;
        let direct = seat.get("/desk/requests.xlsx?status=received&columns=words&sort=oldest").await.expect(200).bytes;
        assert_eq!(crate::sheets::book_rows(&book), crate::sheets::book_rows(&direct));
        // Nobody else's, and nobody's after a day.
        let _ = app.signed_in("admin").await.get(&made).await.expect(404);
        assert!(app.anyone().get(&made).await.location().starts_with("/sign-in"));
        assert_eq!(bytes_left(&app), 2);
        app.pass(DAY + Duration::from_secs(60));
        app.kernel().tidy_up().await.expect("tidied");
        let again = app.signed_in("secretary").await;
        let _ = again.get(&made).await.expect(404);
        assert!(again.get("/me/chores").await.expect(200).text.contains("Nothing is being done"));
        assert_eq!(bytes_left(&app), 0, "its bytes are gone too");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_stopped_and_nobody_asks_for_too_much() {
    for engine in engines() {
        let app = town(engine).await;
        let seat = app.signed_in("secretary").await;
        for once in ["a", "b", "c"] {
            let _ = ask(&seat, "", "csv", once).await.expect(303);
        }
        let full = ask(&seat, "", "csv", "d").await;
        assert_eq!(full.status, 422, "{}", full.text);
        assert!(full.text.contains("3 things"), "{}", full.text);
        // A second press of the same form is no second chore, and what cannot be read is refused at once.
        let _ = ask(&seat, "status=nonsense", "csv", "e").await.expect(422);
        let _ = ask(&seat, "", "pdf", "f").await.expect(422);
        let page = seat.get("/me/chores").await.expect(200).text;
        let at = page.split("action=\"/me/chores/").nth(1).and_then(|rest| rest.split('"').next()).expect("a form");
        let _ = app.signed_in("admin").await.submit("/me/chores", &format!("/me/chores/{at}"), &[]).await.expect(404);
        let _ = seat.submit("/me/chores", &format!("/me/chores/{at}"), &[]).await.expect(303);
        assert_eq!(app.kernel().do_chores().await.expect("done"), 2, "the one that was stopped is not begun");
        let page = seat.get("/me/chores").await.expect(200).text;
        assert!(page.contains("Stopped"), "{page}");
        let _ = seat.submit("/me/chores", &format!("/me/chores/{at}"), &[]).await.expect(303);
        assert!(!seat.get("/me/chores").await.expect(200).text.contains("Stopped"));
        // Who may not read a list has none made.
        let _ = ask(&app.signed_in("resident").await, "", "csv", "g").await.expect(403);
    }
}

/// Looks at a file, and answers the page.
async fn look(seat: &Client, name: &str, text: &str) -> tongxin_testkit::Reply {
    let at = "/desk/requests/import";
    seat.submit_files(at, at, &[], &[("file", name, text.as_bytes())]).await
}

/// Has what was looked at brought in.
async fn bring(seat: &Client, looked: &str) -> tongxin_testkit::Reply {
    let fields = ["csrf", "once", "kept", "mark", "mapping", "skip_known", "name"];
    let pairs =
        fields.map(|name| format!("{name}={}", tongxin_web::url_escape(&hidden(looked, name).unwrap_or_default())));
    seat.post_raw("/desk/requests/import", "application/x-www-form-urlencoded", pairs.join("&")).await
}

async fn count(app: &TestApp) -> usize {
    let csv = app.signed_in("admin").await.get("/desk/requests.csv").await.expect(200).text;
    csv.lines().count() - 1
}

#[tokio::test(flavor = "multi_thread")]
async fn matters_come_in_by_the_browser_all_or_none() {
    for engine in engines() {
        let app = town(engine).await;
        let seat = app.signed_in("admin").await;
        let row = |id: u32, at: &str| format!("0{id},{at},门口的路灯不亮,供水,,处理中\n");
        let wrong = format!("{HEADER}{}{}", row(1, "2025-03-03 09:00"), row(2, "soon"));
        let page = look(&seat, "工单.csv", &wrong).await.expect(422).text;
        assert!(page.contains("1 row is wrong") && page.contains("is no time of the form"), "{page}");
        let main = page.split("<tbody>").nth(1).expect("a table");
        assert!(main.find("is no time") < main.find("2025"), "wrong ones first: {main}");
        assert!(hidden(&page, "kept").is_none(), "nothing to press");
        // What cannot be read as a whole says why in the reader's words.
        for (name, text, english, chinese) in [
            ("a.csv", " \n", "The file is empty.", "文件是空的"),
            ("b.csv", "a,b\n1,2\n", "No mapping of ours fits these columns: a, b.", "认不出这些列：a, b"),
            ("c.json", "[{\"a\": ", "The content is broken (JSON)", "文件内容有损坏（JSON）"),
            ("d.xls", "<html><body></body></html>", "This is a web page", "这其实是一个网页"),
        ] {
            for (words, lang) in [(english, "en"), (chinese, "zh-CN")] {
                let (_, _, session) = app.kernel().sign_in("admin", "tongxin").await.expect("signed in");
                let cookies = format!("{}={session}; lang={lang}", tongxin_web::SESSION_COOKIE);
                let reader = app.anyone().with("cookie", &cookies);
                let said = look(&reader, name, text).await.expect(422).text;
                assert!(said.contains(words), "{name}: {said}");
            }
        }
        let right = format!("{HEADER}{}{}", row(1, "2025-03-03 09:00"), row(2, "2025-03-04 09:00"));
        let page = look(&seat, "工单.csv", &right).await.expect(200).text;
        assert!(page.contains("2 new") && page.contains(">01<") && page.contains("供水"), "{page}");
        assert_eq!(count(&app).await, 0, "looking brings nothing in");
        assert_eq!(bring(&seat, &page).await.expect(303).location(), "/me/chores?done=started");
        assert_eq!(bring(&seat, &page).await.expect(303).location(), "/me/chores", "a second press");
        app.kernel().do_chores().await.expect("done");
        let over = seat.get("/me/chores").await.expect(200).text;
        assert!(over.contains("2 matters came in"), "{over}");
        assert_eq!(count(&app).await, 2);
        let again = look(&seat, "noch einmal.csv", &right).await.expect(422).text;
        assert!(again.contains("imported before"), "{again}");
        // What changed between looking and bringing in is looked at again.
        let more = format!("{HEADER}{}", row(3, "2025-03-05 09:00"));
        let page = look(&seat, "c.csv", &more).await.expect(200).text;
        let moved = page.replace(&hidden(&page, "mark").expect("a mark"), "0000000000000000");
        assert!(bring(&seat, &moved).await.expect(200).text.contains("changed while you were looking"));
        for key in ["secretary", "subdistrict"] {
            let _ = app.signed_in(key).await.get("/desk/requests/import").await.expect(403);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_leaves_half_done_is_taken_up_again_and_done_once() {
    for engine in engines() {
        let app = town(engine).await;
        let seat = app.signed_in("admin").await;
        let rows: String = (0..900).map(|n| format!("{n},2025-03-03 09:00,第 {n} 盏路灯不亮,供水,,处理中\n")).collect();
        let page = look(&seat, "many.csv", &format!("{HEADER}{rows}")).await.expect(200).text;
        let _ = bring(&seat, &page).await.expect(303);
        // The server goes away in the middle.
        let (id, admin) = (app.tenant.id, app.cast.id("admin"));
        let state = || async {
            let found = app.kernel().db().read(id, move |read| chores_of(read, id, admin, 9)).await.expect("chores");
            (found[0].state, found[0].done)
        };
        let kernel = app.kernel().clone();
        let server = tokio::spawn(async move { kernel.do_chores().await });
        while state().await.0 == ChoreState::Waiting {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server.abort();
        drop(server.await);
        assert_eq!(state().await.0, ChoreState::Running);
        assert_eq!(count(&app).await, 0, "nobody sees half of it");
        // Another server leaves it alone for as long as the first may be there, and then begins it again.
        let other = app.beside(9).await;
        assert_eq!(other.kernel().do_chores().await.expect("looked"), 0);
        app.pass(Duration::from_secs(61));
        assert_eq!(other.kernel().do_chores().await.expect("done"), 1);
        assert_eq!(state().await, (ChoreState::Done, 900));
        assert_eq!(count(&app).await, 900);
        app.work_off().await;
        let found = by(&app, "admin").get("/api/v1/requests?q=%E7%AC%AC%20899").await.expect(200).json();
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{found}");
    }
}
