//! People from a table in the browser: looked at row by row, let in all or nobody, and nobody gives what is not theirs to give.

use tongxin_testkit::{Client, Reply, engines, hidden};

use crate::town::town;

const AT: &str = "/admin/people/import";
const HEAD: &str = "login,name,public_name,role,unit,email\n";

async fn look(seat: &Client, rows: &str) -> Reply {
    seat.submit_files(AT, AT, &[], &[("file", "people.csv", format!("{HEAD}{rows}").as_bytes())]).await
}

async fn let_in(seat: &Client, looked: &str) -> Reply {
    let pairs = ["csrf", "once", "kept", "mark"]
        .map(|name| format!("{name}={}", tongxin_web::url_escape(&hidden(looked, name).unwrap_or_default())));
    seat.post_raw(AT, "application/x-www-form-urlencoded", pairs.join("&")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn all_or_nobody_and_each_with_a_link() {
    for engine in engines() {
        let app = town(engine).await;
        let seat = app.signed_in("secretary").await;
        let two = "new1,王小明,,community_staff,150603003001,\nnew2,李红,李大姐,grid_worker,康城第一网格,li@example.cn\n\
            worker,网格员戊,,part_time,150603003001001,\nworker2,网格员己,,grid_worker,150603003001001,\n";
        let page = look(&seat, two).await.expect(200).text;
        assert!(page.contains("2 new") && page.contains("1 changes") && page.contains("1 stays as it is"), "{page}");
        let before = seat.get("/admin/people.csv").await.expect(200).text;
        assert!(!before.contains("new1"), "looking lets nobody in");
        let links = let_in(&seat, &page).await.expect(200).text;
        assert_eq!(links.matches("/welcome/bh-").count(), 2, "{links}");
        let token = links.split("/welcome/").nth(1).and_then(|rest| rest.split('<').next()).expect("a link");
        assert!(app.anyone().get(&format!("/welcome/{token}")).await.expect(200).text.contains("王小明"));
        // A second press lets nobody in again, and shows no link again.
        assert_eq!(let_in(&seat, &page).await.expect(303).location(), "/admin/people");
        let after = seat.get("/admin/people.csv").await.expect(200).text;
        assert!(after.contains("new1") && after.contains("new2"), "{after}");
        let again = look(&seat, two).await.expect(200).text;
        assert!(again.contains("4 stay as they are"), "{again}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_what_is_not_theirs() {
    for engine in engines() {
        let app = town(engine).await;
        let seat = app.signed_in("secretary").await;
        for (row, said) in [
            ("a1,甲,,secretary,150603003001,", "not yours to give"),
            ("a1,甲,,grid_worker,150603003002001,", "not yours to give"),
            ("a1,甲,,admin,150603003,", "needs two people"),
            // Somebody of another community is not told of.
            ("other_secretary,书记丁,,grid_worker,150603003001001,", "taken"),
            ("a1,甲,,boss,150603003001,", "is no post"),
            ("a1,甲,,grid_worker,nowhere,", "There is no unit nowhere"),
        ] {
            let rows = format!("good,好,,grid_worker,150603003001001,\n{row}\n");
            let page = look(&seat, &rows).await.expect(422).text;
            assert!(page.contains(said) && hidden(&page, "kept").is_none(), "{row}: {page}");
        }
        let people = app.signed_in("admin").await.get("/admin/people.csv").await.expect(200).text;
        assert!(!people.contains("good") && !people.contains("a1"), "{people}");
        // What was looked at by one is nobody else's to write.
        let page = look(&seat, "good,好,,grid_worker,150603003001001,\n").await.expect(200).text;
        let admin = app.signed_in("admin").await;
        let csrf = hidden(&admin.get(AT).await.expect(200).text, "csrf").expect("a token");
        let theirs = page.replace(&hidden(&page, "csrf").expect("a token"), &csrf);
        assert!(let_in(&admin, &theirs).await.expect(422).text.contains("kept for 30 minutes"));
        for key in ["worker", "resident", "subdistrict"] {
            let _ = app.signed_in(key).await.get(AT).await.expect(403);
        }
    }
}
