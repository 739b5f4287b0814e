//! The room's tests, on both databases.

use tongxin_base::Error;
use tongxin_kernel::Who;
use tongxin_testkit::{COMMUNITY, Cast, TestApp, check_room, for_each_engine};

use crate::MODULE;
use crate::actions::add_item;
use crate::domain::Draft;

fn draft() -> Draft {
    Draft { title: "第一条".into(), unit: COMMUNITY.into() }
}

async fn add_by(app: &TestApp, key: &str) -> Result<(), Error> {
    let person = app.kernel().person(app.tenant.id, app.cast.id(key)).await?;
    let call = app.kernel().call(&app.tenant, &Who::Person(person));
    add_item(app.kernel(), call, &draft()).await.map(drop)
}

#[tokio::test]
async fn the_room_is_in_order() {
    for_each_engine!(&[&MODULE], |app| async move { check_room(&app, &MODULE) });
}

#[tokio::test]
async fn an_item_is_added_and_listed_for_those_who_look_after_it() {
    for_each_engine!(&[&MODULE], |app| async move {
        assert_eq!(add_by(&app, "worker").await, Err(Error::Forbidden));
        assert_eq!(add_by(&app, "other_secretary").await, Err(Error::Forbidden));
        assert_eq!(add_by(&app, "secretary").await, Ok(()));
        let mine = app.by(&Cast::token("secretary")).get("/api/v1/skeleton").await.expect(200);
        assert_eq!(mine.at("/items/0/title"), "第一条");
        let theirs = app.by(&Cast::token("other_secretary")).get("/api/v1/skeleton").await.expect(200);
        assert_eq!(theirs.json()["items"].as_array().unwrap().len(), 0);
        app.anyone().get("/api/v1/skeleton").await.expect(401);
    });
}

#[tokio::test]
async fn the_form_keeps_what_was_filled_in() {
    for_each_engine!(&[&MODULE], |app| async move {
        let (_, _, session) = app.kernel().sign_in("secretary", "tongxin").await.unwrap();
        let clerk = app.anyone().with("cookie", &format!("{}={session}", tongxin_web::SESSION_COOKIE));
        let page = "/desk/skeleton";
        let wrong = clerk.submit(page, page, &[("title", "第二条"), ("unit", "nowhere")]).await.expect(422).text;
        assert!(wrong.contains("第二条") && wrong.contains("href=\"#f-unit\""), "{wrong}");
        clerk.submit(page, page, &[("title", "第二条"), ("unit", COMMUNITY)]).await.expect(303);
        assert!(clerk.get(page).await.expect(200).text.contains("第二条"));
    });
}
