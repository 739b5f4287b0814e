//! The JSON API, as a program sees it.

use serde_json::json;
use tongxin_testkit::{GRID, OTHER_COMMUNITY, for_each_engine};

use super::{a_site, call};
use crate::actions::{add_site, close_site};
use crate::domain::Draft;
use crate::{MODULE, import_sites};

#[tokio::test]
async fn one_site_by_its_code() {
    for_each_engine!(&[&MODULE], |app| async move {
        let code = a_site(&app).await;
        let site = app.anyone().get(&format!("/api/v1/sites/{}", code.as_str().to_lowercase())).await.expect(200);
        assert_eq!(
            site.json(),
            json!({
                "code": code.as_str(), "level": "station", "unit": "150603003001", "name": "康城社区同心站",
                "name_en": "Kangcheng Station", "address": "康城社区二楼", "phone": "0477-8590101",
                "hours": "1-5 09:00-12:00,13:00-17:00", "services": ["education", "errands"],
                "location": {"lat": 39.6102, "lon": 109.7805}, "state": "open"
            })
        );
        let missing = app.anyone().get("/api/v1/sites/nothing").await.expect(404);
        assert_eq!(missing.at("/code"), "error-404");
    });
}

#[tokio::test]
async fn lists_filter_and_go_on_page_by_page() {
    for_each_engine!(&[&MODULE], |app| async move {
        let file = include_bytes!("../../examples/sites.csv");
        import_sites(app.kernel(), call(&app, "admin").await, file).await.unwrap();
        let codes = |reply: tongxin_testkit::Reply| -> Vec<String> {
            let items = reply.expect(200).json()["items"].as_array().unwrap().clone();
            items.iter().map(|item| item["code"].as_str().unwrap().to_owned()).collect()
        };
        let anyone = app.anyone();
        let all = codes(anyone.get("/api/v1/sites").await);
        assert_eq!((all.len(), all[0].as_str()), (10, "BH000E"), "from the top of the tree");
        assert_eq!(codes(anyone.get(&format!("/api/v1/sites?unit={OTHER_COMMUNITY}")).await).len(), 5);
        assert_eq!(codes(anyone.get("/api/v1/sites?level=station").await), ["KC000F", "XW000A"]);
        let near = anyone.get("/api/v1/sites?near=39.6120,109.7799").await.expect(200);
        assert_eq!(near.at("/items/0/code"), "KC0300");
        assert_eq!((near.at("/items/0/distance_m").as_str(), near.at("/next").as_str()), ("0", "null"));
        for bad in ["unit=nowhere", "level=palace", "near=here", "cursor=KC001F", "cursor=x"] {
            let field = bad.split('=').next().unwrap();
            let refused = anyone.get(&format!("/api/v1/sites?{bad}")).await.expect(422);
            assert_eq!(refused.at("/errors/0/field"), field);
        }
        // Behind the last one there is nothing; a cursor goes on behind the site it names.
        let behind = codes(anyone.get("/api/v1/sites?cursor=KC000F").await);
        assert_eq!(behind, all[2..]);
        // Closed sites are not listed, and can still be asked for.
        let code = crate::domain::SiteCode::parse("KC0300").unwrap();
        close_site(app.kernel(), call(&app, "admin").await, &code).await.unwrap();
        assert_eq!(codes(anyone.get("/api/v1/sites").await).len(), 9);
        assert_eq!(anyone.get("/api/v1/sites/KC0300").await.expect(200).at("/state"), "closed");
    });
}

#[tokio::test]
async fn a_hundred_and_more_come_in_pages_without_gaps() {
    for_each_engine!(&[&MODULE], |app| async move {
        for n in 0..103 {
            let corner = Draft { level: "corner".into(), unit: GRID.into(), name: format!("角{n}"), ..super::draft() };
            add_site(app.kernel(), call(&app, "admin").await, &corner).await.unwrap();
        }
        let first = app.anyone().get("/api/v1/sites").await.expect(200).json();
        let cursor = first["next"].as_str().unwrap();
        let second = app.anyone().get(&format!("/api/v1/sites?cursor={cursor}")).await.expect(200).json();
        let items = [first["items"].as_array().unwrap().as_slice(), second["items"].as_array().unwrap()].concat();
        let names: std::collections::BTreeSet<&str> = items.iter().map(|item| item["name"].as_str().unwrap()).collect();
        assert_eq!((items.len(), names.len(), second["next"].is_null()), (103, 103, true));
    });
}

#[tokio::test]
async fn the_description_names_what_there_is() {
    for_each_engine!(&[&MODULE], |app| async move {
        let described = app.anyone().get("/api/openapi.json").await.expect(200).json();
        let list = &described["paths"]["/api/v1/sites"]["get"];
        assert_eq!(list["parameters"].as_array().unwrap().len(), 4, "{list}");
        assert!(described["components"]["schemas"]["SitesSite"]["properties"]["hours"].is_object());
    });
}
