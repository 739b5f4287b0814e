//! What the desk does to matters besides taking them on: joining, merging, splitting, moving, calling other units, leaving
//! out of the assessment; and two clerks at one matter.

use serde_json::json;
use tongxin_testkit::{TestApp, engines};

use crate::town::{by, done, published, rates, report, status, town};

async fn view(app: &TestApp, id: &str) -> serde_json::Value {
    by(app, "secretary").get(&format!("/api/v1/requests/{id}")).await.expect(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_matter_is_found_and_joined() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token) = report(&app, "3号楼门口的路灯不亮了").await;
        app.work_off().await;
        let near = "/api/v1/requests/similar?category=0201&lat=39.6112&lon=109.7811";
        let found = app.anyone().get(near).await.expect(200).json();
        assert_eq!(found["items"][0]["id"], id.as_str(), "{found}");
        assert!(!found.to_string().contains("号楼"), "nobody's words: {found}");
        for far in [
            "/api/v1/requests/similar?category=0201&lat=39.62&lon=109.7811",
            "/api/v1/requests/similar?category=0101&lat=39.6112&lon=109.7811",
        ] {
            let found = app.anyone().get(far).await.expect(200).json();
            assert_eq!(found["items"].as_array().map(Vec::len), Some(0), "{far}");
        }
        // By words alone, in the same community.
        let words = "/api/v1/requests/similar?category=0201&place=%E5%BA%B7%E5%9F%8E%E7%A4%BE%E5%8C%BA\
            &description=3%E5%8F%B7%E6%A5%BC%E9%97%A8%E5%8F%A3%E8%B7%AF%E7%81%AF%E4%B8%8D%E4%BA%AE";
        let found = app.anyone().get(words).await.expect(200).json();
        assert_eq!(found["items"][0]["id"], id.as_str(), "{found}");

        let join = json!({"description": "我也遇到了", "contact": {"name": "王先生", "phone": "13800000000"}});
        let joined = app.anyone().post(&format!("/api/v1/requests/{id}/join"), join).await.expect(201);
        let second = joined.at("/token");
        assert_ne!(second, token);
        assert_eq!(status(&app, &id, &second).await, "received");
        assert_eq!(view(&app, &id).await["reporters"], 2);
        // One of two cannot take it away from the other.
        let take = format!("/api/v1/requests/{id}/withdraw?token={token}");
        assert_eq!(app.anyone().post(&take, json!({})).await.expect(409).at("/code"), "requests-others-wait");
        let me = by(&app, "resident");
        me.post(&format!("/api/v1/requests/{id}/join"), json!({})).await.expect(201);
        me.post(&format!("/api/v1/requests/{id}/join"), json!({})).await.expect(409);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_reporters_rate_and_the_matter_counts_once() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token) = report(&app, "路灯不亮").await;
        let joined = app.anyone().post(&format!("/api/v1/requests/{id}/join"), json!({})).await.expect(201);
        let desk = by(&app, "secretary");
        desk.post(&format!("/api/v1/requests/{id}/accept"), json!({})).await.expect(200);
        let order = desk.post(&format!("/api/v1/requests/{id}/publish"), json!({})).await.expect(200).at("/order/id");
        let worker = by(&app, "worker");
        for (verb, body) in [("grab", json!({})), ("start", json!({})), ("complete", json!({"note": "好了"}))] {
            worker.post(&format!("/api/v1/orders/{order}/{verb}"), body).await.expect(200);
        }
        let rate = |token: String| format!("/api/v1/requests/{id}/rating?token={token}");
        app.anyone().post(&rate(token.clone()), json!({"solved": "yes", "satisfied": 5})).await.expect(200);
        let one = rates(&app).await;
        assert_eq!((one["solved"]["numerator"].as_i64(), one["satisfied"]["numerator"].as_i64()), (Some(1), Some(1)));
        app.anyone().post(&rate(joined.at("/token")), json!({"solved": "partly", "satisfied": 2})).await.expect(200);
        let two = rates(&app).await;
        assert_eq!(two["solved"], json!({"numerator": 0, "denominator": 1, "rate": 0.0}), "not by everybody");
        assert_eq!(two["satisfied"]["numerator"], 0, "three and a half on the mean");
        assert_eq!(two["unrated"], 0);
        app.anyone().post(&rate(token), json!({"solved": "yes", "satisfied": 5})).await.expect(409);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn merged_reporters_follow_by_the_links_they_have() {
    for engine in engines() {
        let app = town(engine).await;
        let (first, first_link) = report(&app, "路灯不亮").await;
        let (second, second_link, order) = published(&app, "灯不亮了").await;
        by(&app, "worker").post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(200);
        let desk = by(&app, "secretary");
        let merge = format!("/api/v1/requests/{second}/merge");
        desk.post(&merge, json!({"into": second})).await.expect(422);
        desk.post(&merge, json!({"into": "20260302-000000-9999"})).await.expect(422);
        by(&app, "other_secretary").post(&merge, json!({"into": first})).await.expect(404);
        let number = view(&app, &first).await["number"].as_str().expect("a number").to_owned();
        desk.post(&merge, json!({"into": number})).await.expect(200);
        assert_eq!(view(&app, &second).await["status"], "closed");
        assert_eq!(view(&app, &second).await["merged_into"]["id"], first.as_str());
        assert_eq!(view(&app, &first).await["reporters"], 2);
        // Both links still work, at both ids, and the page behind the second one is the first matter's.
        assert_eq!(status(&app, &first, &second_link).await, "received");
        assert_eq!(status(&app, &second, &second_link).await, "closed");
        let page = app.anyone().get(&format!("/r/{second_link}")).await.expect(200);
        assert!(page.text.contains(&number), "the page says which one it is now");
        app.anyone().get(&format!("/api/v1/requests/{second}?token={first_link}")).await.expect(404);
        // Who had the order has room again, and a matter that is over takes nobody in.
        let mine = by(&app, "worker").get("/api/v1/orders?status=mine").await.expect(200).json();
        assert_eq!(mine["items"].as_array().map(Vec::len), Some(0));
        let (third, _) = report(&app, "还有一盏").await;
        desk.post(&format!("/api/v1/requests/{third}/merge"), json!({"into": second})).await.expect(422);
        desk.post(&merge, json!({"into": first})).await.expect(409);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_report_becomes_two_matters() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token) = report(&app, "路灯不亮，垃圾也没清").await;
        let desk = by(&app, "secretary");
        let split = format!("/api/v1/requests/{id}/split");
        let wrong = json!({"parts": [{"category": "9999", "description": "x"}]});
        desk.post(&split, wrong).await.expect(422);
        desk.post(&split, json!({"parts": []})).await.expect(422);
        let parts = json!({"parts": [{"category": "0101", "description": "垃圾没清"}]});
        let reply = desk.post(&split, parts).await.expect(200);
        let part = reply.at("/parts/0/id");
        let view = view(&app, &part).await;
        assert_eq!((view["category"]["code"].as_str(), view["status"].as_str()), (Some("0101"), Some("received")));
        assert_eq!(view["location"]["lat"], 39.611, "at the same place");
        // Its reporter is led there from the link they have.
        let page = app.anyone().get(&format!("/r/{token}")).await.expect(200);
        let number = view["number"].as_str().expect("a number");
        assert!(page.text.contains(number), "{}", page.text);
        let link = page.text.split("href=\"/r/").nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
        assert_eq!(status(&app, &part, link).await, "received");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_category_brings_its_limits_and_the_figures_move_along() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, _) = report(&app, "其实是垃圾").await;
        let before = view(&app, &id).await;
        let desk = by(&app, "secretary");
        let path = format!("/api/v1/requests/{id}/move");
        desk.post(&path, json!({})).await.expect(422);
        desk.post(&path, json!({"category": "nowhere"})).await.expect(422);
        desk.post(&path, json!({"category": "0101"})).await.expect(200);
        let after = view(&app, &id).await;
        assert_eq!(after["category"]["code"], "0101");
        assert!(after["due_at"].as_str() < before["due_at"].as_str(), "one working day instead of two");
        // To the other community: this desk sees it no more, the other one does.
        desk.post(&path, json!({"unit": "150603003002"})).await.expect(200);
        desk.get(&format!("/api/v1/requests/{id}")).await.expect(404);
        let other = by(&app, "other_secretary").get(&format!("/api/v1/requests/{id}")).await.expect(200).json();
        assert_eq!(other["unit"]["code"], "150603003002");
        let tenant = app.tenant.id;
        let (kept, counted) = app
            .kernel()
            .db()
            .read(tenant, move |read| {
                let days = tongxin_kernel::Days::ALL;
                let there = "150603003/150603003002/";
                let kept = tongxin_kernel::sum(read, tenant, "requests.now.received", there, days)?;
                Ok((kept, tongxin_requests::store::lists::counts(read, tenant)?))
            })
            .await
            .expect("figures");
        assert_eq!(kept, 1);
        assert_eq!(counted, [("150603003/150603003002/".to_owned(), "received".to_owned(), 1)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_unit_is_called_answers_and_has_its_own_clock() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, _, _) = published(&app, "要两个社区一起办").await;
        let (desk, other) = (by(&app, "secretary"), by(&app, "other_secretary"));
        let at = format!("/api/v1/requests/{id}");
        other.get(&at).await.expect(404);
        let call = format!("{at}/delegate");
        for (body, field) in [
            (json!({"unit": "nowhere", "text": "请看看"}), "unit"),
            (json!({"unit": "150603003002", "text": ""}), "text"),
            (json!({"unit": "150603003002", "text": "请看看", "limit": "soon"}), "limit"),
            (json!({"unit": "150603003001001", "text": "请看看"}), "unit"),
            (json!({"unit": "150603003001", "text": "请看看"}), "unit"),
        ] {
            assert_eq!(desk.post(&call, body).await.expect(422).at("/errors/0/field"), field);
        }
        let ask = json!({"unit": "150603003002", "text": "请协助通知对面的店主", "limit": "2wh"});
        let delegation = desk.post(&call, ask.clone()).await.expect(200).at("/delegation");
        desk.post(&call, ask).await.expect(409);
        // Now they may read it, write notes and reach the reporter, and nothing else.
        assert_eq!(other.get(&at).await.expect(200).at("/status"), "open");
        other.post(&format!("{at}/messages"), json!({"text": "收到"})).await.expect(200);
        other.post(&format!("{at}/move"), json!({"category": "0101"})).await.expect(403);
        let page = by(&app, "other_secretary").get("/desk/whistles").await;
        assert_eq!(page.status.as_u16(), 200);
        app.pass(std::time::Duration::from_secs(3 * 3600));
        app.work_off().await;
        let history = desk.get(&format!("{at}/history")).await.expect(200).text;
        assert!(history.contains("requests.delegation_late"), "{history}");
        let answer = format!("{at}/delegations/{delegation}/answer");
        desk.post(&answer, json!({"text": "替他们答"})).await.expect(403);
        other.post(&answer, json!({"text": "已经通知"})).await.expect(200);
        // Answered, they may still read it, and do nothing more.
        other.post(&answer, json!({"text": "再答一次"})).await.expect(409);
        assert_eq!(other.get(&at).await.expect(200).at("/status"), "open");
        other.post(&format!("{at}/messages"), json!({"text": "还有"})).await.expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_counts_nowhere_and_two_people_decide() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token, _) = done(&app, "路灯不亮", "worker").await;
        let rate = json!({"solved": "yes", "satisfied": 5});
        app.anyone().post(&format!("/api/v1/requests/{id}/rating?token={token}"), rate).await.expect(200);
        assert_eq!(rates(&app).await["solved"], json!({"numerator": 1, "denominator": 1, "rate": 1.0}));
        let (desk, above) = (by(&app, "secretary"), by(&app, "subdistrict"));
        let (ask, decide) = (format!("/api/v1/requests/{id}/exclude"), format!("/api/v1/requests/{id}/exclusion"));
        desk.post(&ask, json!({"reason": "because", "text": "x"})).await.expect(422);
        let why = json!({"reason": "weather", "text": "暴雪停工"});
        desk.post(&ask, why.clone()).await.expect(200);
        desk.post(&ask, why.clone()).await.expect(409);
        desk.post(&decide, json!({"approve": true})).await.expect(403);
        above.post(&decide, json!({"approve": false})).await.expect(200);
        assert_eq!(rates(&app).await["solved"]["denominator"], 1, "refused");
        above.post(&ask, why).await.expect(200);
        let own = above.post(&decide, json!({"approve": true})).await.expect(409);
        assert_eq!(own.at("/code"), "requests-second-person");
        let other = json!({"approve": true});
        assert_eq!(by(&app, "auditor").post(&decide, other).await.status.as_u16(), 403);
        assert_eq!(rates(&app).await["solved"]["denominator"], 1, "one person is not enough");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_exclusion_takes_the_matter_and_its_rating_out_of_the_rates() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token, _) = done(&app, "路灯不亮", "worker").await;
        let rate = json!({"solved": "yes", "satisfied": 5});
        app.anyone().post(&format!("/api/v1/requests/{id}/rating?token={token}"), rate).await.expect(200);
        let why = json!({"reason": "weather", "text": "暴雪停工"});
        by(&app, "secretary").post(&format!("/api/v1/requests/{id}/exclude"), why).await.expect(200);
        let approve = format!("/api/v1/requests/{id}/exclusion");
        by(&app, "subdistrict").post(&approve, json!({"approve": true})).await.expect(200);
        let after = rates(&app).await;
        for rate in ["response", "solved", "satisfied"] {
            assert_eq!(after[rate], json!({"numerator": 0, "denominator": 0, "rate": null}), "{rate}: {after}");
        }
        assert_eq!(after["unrated"], 0);
        assert_eq!(view(&app, &id).await["excluded"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clerks_do_not_undo_each_other() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, _) = report(&app, "路灯不亮").await;
        let seen = view(&app, &id).await["version"].as_i64().expect("a version");
        let accept = format!("/api/v1/requests/{id}/accept");
        by(&app, "staff").post(&accept, json!({"version": seen})).await.expect(200);
        let decline = json!({"code": "duplicate", "version": seen});
        let reply = by(&app, "secretary").post(&format!("/api/v1/requests/{id}/decline"), decline).await.expect(409);
        assert_eq!(reply.at("/code"), "requests-changed-since");
        assert_eq!(view(&app, &id).await["status"], "accepted");
        // Having looked again, they may.
        let seen = view(&app, &id).await["version"].as_i64().expect("a version");
        let decline = json!({"code": "duplicate", "version": seen});
        by(&app, "secretary").post(&format!("/api/v1/requests/{id}/decline"), decline).await.expect(200);
        assert!(view(&app, &id).await["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_like_advertising_waits_and_counts_only_when_let_through() {
    for engine in engines() {
        let app = town(engine).await;
        let words = "代开发票 https://example.com 加微信，还有 https://example.org";
        let (id, token) = report(&app, words).await;
        assert_eq!(status(&app, &id, &token).await, "received", "its reporter sees nothing of it");
        let desk = by(&app, "secretary");
        let listed = |query: &'static str| {
            let desk = by(&app, "secretary");
            async move {
                let list = desk.get(&format!("/api/v1/requests{query}")).await.expect(200).json();
                list["items"].as_array().map(Vec::len)
            }
        };
        assert_eq!((listed("").await, listed("?held=true").await), (Some(0), Some(1)));
        let counts = |app: &TestApp| {
            let (db, tenant) = (app.kernel().db().clone(), app.tenant.id);
            async move {
                let days = tongxin_kernel::Days::ALL;
                let read = move |read: &mut tongxin_db::Read<'_>| {
                    tongxin_kernel::sum(read, tenant, "requests.received", "150603003/", days)
                };
                db.read(tenant, read).await.expect("a sum")
            }
        };
        assert_eq!(counts(&app).await, 0);
        desk.post(&format!("/api/v1/requests/{id}/release"), json!({})).await.expect(200);
        desk.post(&format!("/api/v1/requests/{id}/release"), json!({})).await.expect(409);
        assert_eq!((listed("").await, counts(&app).await), (Some(1), 1));
        // Who signs in stands for what they write.
        let signed = json!({"category": "0201", "description": words, "place": "康城社区"});
        by(&app, "resident").post("/api/v1/requests", signed).await.expect(201);
        assert_eq!(listed("?held=true").await, Some(0));
    }
}
