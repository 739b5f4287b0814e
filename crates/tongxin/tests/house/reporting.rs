//! The report page: a look before a report is sent, at danger and at like matters; joining; places outside.

use tongxin_testkit::{Client, Reply, TestApp, engines, hidden, multipart};

use crate::town::{by, report, town};

const HERE: [(&str, &str); 2] = [("lat", "39.6111"), ("lon", "109.7811")];

fn fields<'a>(words: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let first = [("category", "0201"), ("description", words), ("place", "三号楼门口"), ("name", "李女士")];
    first.into_iter().chain(HERE).chain(more.iter().copied()).collect()
}

async fn send(app: &TestApp, words: &str, more: &[(&str, &str)]) -> Reply {
    app.anyone().submit("/report", "/report", &fields(words, more)).await
}

/// Sends the hidden fields of a page again, with one of its buttons.
async fn press(client: &Client, page: &Reply, button: (&str, &str)) -> Reply {
    let mut fields: Vec<(String, String)> = Vec::new();
    for part in page
        .text
        .split("<form class=\"stack stack--wide\"")
        .nth(1)
        .expect("the draft")
        .split("type=\"hidden\" name=\"")
        .skip(1)
    {
        let (name, rest) = part.split_once("\" value=\"").expect("a value");
        let value = rest.split('"').next().expect("an end").replace("&#39;", "'").replace("&#38;", "&");
        fields.push((name.to_owned(), value));
    }
    fields.push((button.0.to_owned(), button.1.to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (kind, body) = multipart(&fields, &[]);
    client.post_raw("/report", &kind, body).await
}

fn ids(page: &Reply) -> Vec<String> {
    page.text.split("name=\"join\" value=\"").skip(1).map(|rest| rest[..36].to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn like_matters_are_shown_before_a_report_is_sent() {
    for engine in engines() {
        let app = town(engine).await;
        let (first, _) = report(&app, "张三家门口的路灯不亮，电话13800000000").await;
        let page = send(&app, "路灯不亮，晚上看不见", &[]).await.expect(200);
        assert_eq!(ids(&page), std::slice::from_ref(&first));
        // Category, place, age and how many; never the words of who reported it.
        assert!(page.text.contains("路灯不亮") && page.text.contains("康城第一网格"));
        for secret in ["张三", "13800000000"] {
            assert!(!page.text.contains(secret), "{secret}");
        }
        // Nothing was done yet, however often it is sent.
        send(&app, "路灯不亮，晚上看不见", &[]).await.expect(200);
        let count =
            by(&app, "secretary").get("/api/v1/requests").await.expect(200).json()["items"].as_array().map(Vec::len);
        assert_eq!(count, Some(1));
        // Changed: the form as it was filled in.
        let form = press(&app.anyone(), &page, ("edit", "1")).await.expect(200);
        assert!(form.text.contains("三号楼门口") && form.text.contains("晚上看不见"));
        // Another matter: sent once.
        let sent = press(&app.anyone(), &page, ("sure", "1")).await.expect(303);
        assert!(sent.location().ends_with("?sent=1"));
        assert_eq!(press(&app.anyone(), &page, ("sure", "1")).await.expect(303).location(), sent.location());
        // A second press on the form itself gets the same answer, and is not asked whether it is itself.
        let once = hidden(&page.text, "once").expect("a key");
        let again = send(&app, "路灯不亮，晚上看不见", &[("once", &once)]).await;
        assert!(matches!(again.status.as_u16(), 200 | 303));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_met_it_too_joins() {
    for engine in engines() {
        let app = town(engine).await;
        let (first, token) = report(&app, "路灯不亮").await;
        let page = send(&app, "路灯不亮，老人摔倒过", &[]).await.expect(200);
        let joined = press(&app.anyone(), &page, ("join", &first)).await.expect(303);
        assert!(joined.location().ends_with("?sent=joined"), "{}", joined.location());
        assert_eq!(press(&app.anyone(), &page, ("join", &first)).await.expect(303).location(), joined.location());
        let theirs = joined.location().trim_start_matches("/r/").split('?').next().expect("a token").to_owned();
        assert_ne!(theirs, token);
        let follow = app.anyone().get(joined.location()).await.expect(200);
        assert!(follow.text.contains("已经加入这件事") && follow.text.contains("老人摔倒过"));
        let mine = app.anyone().get(&format!("/r/{token}")).await.expect(200);
        assert!(!mine.text.contains("老人摔倒过"));
        let desk = by(&app, "secretary").get(&format!("/api/v1/requests/{first}")).await.expect(200);
        assert_eq!(desk.at("/reporters"), "2");
        // A matter that is not there, or over.
        let page = send(&app, "路灯不亮", &[]).await.expect(200);
        press(&app.anyone(), &page, ("join", "no id")).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn danger_is_named_first() {
    for engine in engines() {
        let app = town(engine).await;
        for words in ["楼道里有煤气味，很浓", "There is a gas leak in the cellar"] {
            let page = send(&app, words, &[]).await.expect(200);
            for number in ["tel:110", "tel:119", "tel:120"] {
                assert!(page.text.contains(number), "{words}");
            }
            assert!(page.text.find("role=\"alert\"") < page.text.find("<h1"), "before everything else");
            let sent = press(&app.anyone(), &page, ("sure", "1")).await.expect(303);
            app.anyone().get(sent.location()).await.expect(200);
        }
        // The numbers stand on the form itself too.
        assert!(app.anyone().get("/report").await.expect(200).text.contains("tel:119"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_outside_is_said_kindly() {
    for engine in engines() {
        let app = town(engine).await;
        let far = [("category", "0201"), ("description", "路灯不亮"), ("lat", "40.9"), ("lon", "111.7")];
        let sent = app.anyone().submit("/report", "/report", &far).await.expect(303);
        let page = app.anyone().get(sent.location()).await.expect(200);
        assert!(page.text.contains("好像不在我们辖区") && page.text.contains("滨河街道会先看"), "{}", page.text);
        let near = send(&app, "井盖响", &[]).await.expect(303);
        assert!(!app.anyone().get(near.location()).await.expect(200).text.contains("好像不在我们辖区"));
    }
}
