//! The pages, as a browser without scripts would use them.

use tongxin_testkit::{COMMUNITY, for_each_engine};

use super::{a_site, call, signed_in};
use crate::actions::{change_site, close_site};
use crate::domain::Draft;
use crate::{MODULE, import_sites};

const FIELDS: [(&str, &str); 9] = [
    ("level", "station"),
    ("unit", COMMUNITY),
    ("name", "康城社区同心站"),
    ("address", "康城社区二楼"),
    ("phone", "0477-8590101"),
    ("hours", "1-5 09:00-12:00"),
    ("services", "education"),
    ("services", "errands"),
    ("lat", "39.61"),
];

#[tokio::test]
async fn the_street_finds_a_site_and_reports_there() {
    for_each_engine!(&[&MODULE], |app| async move {
        let anyone = app.anyone();
        let empty = anyone.get("/sites").await.expect(200);
        assert!(empty.text.contains("没有找到服务点"), "{}", empty.text);
        let file = include_bytes!("../../examples/sites.csv");
        import_sites(app.kernel(), call(&app, "admin").await, file).await.unwrap();
        let list = anyone.get("/sites").await.expect(200).text;
        assert!(list.contains("康城社区同心站") && list.contains("正在开放，到 12:00"), "{list}");
        let found = anyone.get("/sites?q=slow+time").await.expect(200).text;
        assert!(found.contains("慢时光小院") && !found.contains("骑手驿站"), "{found}");
        let near = anyone.get("/sites?lat=39.6120&lon=109.7799").await.expect(200).text;
        assert!(near.find("骑手驿站").unwrap() < near.find("康城社区同心站").unwrap(), "{near}");
        let strange = anyone.get("/sites?unit=nowhere&q=%25").await.expect(200).text;
        assert!(strange.contains("没有找到服务点"), "{strange}");
        // The sign, typed by hand in small letters, leads to the page and on to the report.
        let asked = anyone.get("/q?code=kc%2000-0f").await.expect(303);
        let page = anyone.get(asked.location()).await.expect(200).text;
        assert!(page.contains("href=\"/report?site=KC000F\"") && page.contains("康城社区同心站"), "{page}");
        let unknown = anyone.get("/q/KC001F").await.expect(404).text;
        assert!(unknown.contains("没有这个编号") && unknown.contains("action=\"/q\""), "{unknown}");
        anyone.get("/sites/KC001F").await.expect(404);
    });
}

#[tokio::test]
async fn a_clerk_adds_a_site_and_nothing_typed_is_lost() {
    for_each_engine!(&[&MODULE], |app| async move {
        let clerk = signed_in(&app, "secretary").await;
        let wrong = clerk.submit("/desk/sites/new", "/desk/sites/new", &FIELDS).await.expect(422).text;
        assert!(wrong.contains("<title>Error: Add a site"), "{wrong}");
        assert!(wrong.contains("href=\"#f-lon\"") && wrong.contains("康城社区二楼"), "{wrong}");
        assert_eq!(wrong.matches(" checked").count(), 2, "{wrong}");
        let fields = [&FIELDS[..8], &[("lat", ""), ("lon", "")]].concat();
        let added = clerk.submit("/desk/sites/new", "/desk/sites/new", &fields).await.expect(303);
        let page = clerk.get(added.location()).await.expect(200).text;
        assert!(page.contains("Added.") && page.contains("书记丙"), "{page}");
        let list = clerk.get("/desk/sites").await.expect(200).text;
        assert!(list.contains("康城社区同心站"), "{list}");
        // Others do not get in: who is not signed in is asked to, who has no such post is told.
        assert!(app.anyone().get("/desk/sites").await.expect(303).location().starts_with("/sign-in"));
        signed_in(&app, "worker").await.get("/desk/sites/new").await.expect(403);
        let path = added.location().split('?').next().unwrap().to_owned();
        signed_in(&app, "other_secretary").await.get(&path).await.expect(403);
    });
}

#[tokio::test]
async fn the_second_clerk_sees_what_the_first_one_saved() {
    for_each_engine!(&[&MODULE], |app| async move {
        let code = a_site(&app).await;
        let path = format!("/desk/sites/{code}");
        let clerk = signed_in(&app, "staff").await;
        clerk.get(&path).await.expect(200);
        let first = Draft { phone: "0477-8590199".into(), ..super::draft() };
        change_site(app.kernel(), call(&app, "secretary").await, &code, 1, &first).await.unwrap();
        let mine = [
            ("version", "1"),
            ("level", "station"),
            ("unit", COMMUNITY),
            ("name", "新名字"),
            ("address", "康城社区二楼"),
            ("services", "errands"),
        ];
        let page = clerk.submit(&path, &path, &mine).await.expect(409).text;
        assert!(page.contains("Somebody saved this site before you") && page.contains("0477-8590199"), "{page}");
        assert!(page.contains("value=\"新名字\"") && page.contains("name=\"version\" value=\"2\""), "{page}");
        let mine = [&[("version", "2")], &mine[1..]].concat();
        let saved = clerk.submit(&path, &path, &mine).await.expect(303);
        let page = clerk.get(saved.location()).await.expect(200).text;
        assert!(page.contains("Saved") && page.contains("Name: 康城社区同心站 → 新名字"), "{page}");
    });
}

#[tokio::test]
async fn a_closed_site_says_so_and_shows_the_way() {
    for_each_engine!(&[&MODULE], |app| async move {
        let file = include_bytes!("../../examples/sites.csv");
        import_sites(app.kernel(), call(&app, "admin").await, file).await.unwrap();
        let clerk = signed_in(&app, "subdistrict").await;
        clerk.submit("/desk/sites/KC0300", "/desk/sites/KC0300/close", &[]).await.expect(303);
        let page = app.anyone().get("/q/KC0300").await.expect(200).text;
        assert!(
            page.contains("已经停用") && page.contains("附近的服务点") && page.contains("尚景小区楼道同心角"),
            "{page}"
        );
        let list = app.anyone().get("/sites").await.expect(200).text;
        assert!(!list.contains("骑手驿站"), "{list}");
        clerk.submit("/desk/sites/KC0300", "/desk/sites/KC0300/close", &[]).await.expect(409);
        clerk.submit("/desk/sites/KC0300", "/desk/sites/KC0300/reopen", &[]).await.expect(303);
        let code = crate::domain::SiteCode::parse("KC0300").unwrap();
        close_site(app.kernel(), call(&app, "admin").await, &code).await.unwrap();
    });
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    for_each_engine!(&[&MODULE], |app| async move {
        let clerk = signed_in(&app, "secretary").await;
        let form = "application/x-www-form-urlencoded";
        clerk.post_raw("/desk/sites/new", form, "name=x&csrf=guessed").await.expect(422);
        let foreign = clerk.with("origin", "https://elsewhere.example");
        foreign.submit("/desk/sites/new", "/desk/sites/new", &FIELDS).await.expect(422);
        let list = app.anyone().get("/api/v1/sites").await.expect(200);
        assert_eq!(list.json()["items"].as_array().unwrap().len(), 0);
    });
}

#[tokio::test]
async fn a_sign_is_printed_for_who_looks_after_the_site() {
    for_each_engine!(&[&MODULE], |app| async move {
        let admin = app.signed_in("admin").await;
        import_sites(app.kernel(), call(&app, "admin").await, include_bytes!("../../examples/sites.csv"))
            .await
            .unwrap();
        for path in
            ["/desk/sites/XW0200/sign.pdf", "/desk/sites/xw0200/sign.pdf?size=a6", "/desk/sites/signs.pdf?size=a6"]
        {
            let reply = admin.get(path).await.expect(200);
            assert!(reply.bytes.starts_with(b"%PDF-1."), "{path}");
        }
        admin.get("/desk/sites/XW0200/sign.pdf?size=a5").await.expect(422);
        admin.get("/desk/sites/AAAAAA/sign.pdf").await.expect(404);
        app.signed_in("resident").await.get("/desk/sites/XW0200/sign.pdf").await.expect(403);
    });
}
