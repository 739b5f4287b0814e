//! What leaves the house for everybody: open figures that tell of nobody, and matters in words that staff released.

use std::time::Duration;

use serde_json::{Value, json};
use tongxin_testkit::{TestApp, engines};

use crate::town::{by, report, report_by, town};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A finished and rated matter at a point.
pub async fn finished(app: &TestApp, lat: f64, lon: f64, (secretary, solved): (&str, &str)) {
    let body = json!({"category": "0201", "description": "路灯", "location": {"lat": lat, "lon": lon}});
    let made = app.anyone().post("/api/v1/requests", body).await.expect(201);
    let (id, token) = (made.at("/id"), made.at("/token"));
    let desk = by(app, secretary);
    desk.post(&format!("/api/v1/requests/{id}/accept"), json!({})).await.expect(200);
    let order = desk.post(&format!("/api/v1/requests/{id}/publish"), json!({})).await.expect(200).at("/order/id");
    for (verb, body) in [("grab", json!({})), ("start", json!({})), ("complete", json!({"note": "好"}))] {
        by(app, "worker").post(&format!("/api/v1/orders/{order}/{verb}"), body).await.expect(200);
    }
    let rating = json!({"solved": solved, "satisfied": 5});
    app.anyone().post(&format!("/api/v1/requests/{id}/rating?token={token}"), rating).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn open_figures_tell_of_nobody_in_any_form() {
    for engine in engines() {
        let app = town(engine).await;
        for _ in 0..14 {
            finished(&app, 39.611, 109.781, ("secretary", "yes")).await;
        }
        for _ in 0..11 {
            finished(&app, 39.611, 109.781, ("secretary", "partly")).await;
        }
        // A community in which three people can be named by what they said.
        for _ in 0..3 {
            finished(&app, 39.589, 109.801, ("other_secretary", "partly")).await;
        }
        let empty = app.anyone().get("/api/v1/figures").await.expect(200).json();
        assert_eq!(empty["items"], json!([]), "the month is not over");
        app.pass(DAY * 70);
        let waiting = app.anyone().get("/api/v1/figures").await.expect(200).json();
        assert_eq!(waiting["items"], json!([]), "asking writes nothing");
        app.kernel().tidy_up().await.expect("published");
        let list = app.anyone().get("/api/v1/figures").await.expect(200).json();
        let month = &list["items"][0];
        assert_eq!(month["month"], 202_603);
        let rows = month["rows"].as_array().expect("rows");
        let (first, few, whole) = (&rows[0], &rows[1], &rows[2]);
        assert_eq!(
            (&few["received"], &few["not_solved"], &few["assessed"]),
            (&Value::Null, &Value::Null, &Value::Null)
        );
        // The whole and the other community together would give the few away.
        for figure in ["received", "assessed"] {
            assert!(first[figure].is_null() || whole[figure].is_null(), "{figure}: {month}");
        }
        let csv = app.anyone().get("/figures.csv").await.expect(200).text;
        let lines: Vec<Vec<&str>> = csv.lines().skip(1).map(|line| line.split(',').collect()).collect();
        let names: Vec<&str> = csv.lines().next().expect("a header").split(',').collect();
        for (line, row) in lines.iter().zip(rows) {
            for (name, cell) in names.iter().zip(line).skip(3) {
                let same = row[*name].as_i64().map(|figure| figure.to_string()).unwrap_or_default();
                assert_eq!(*cell, same, "{name} in {csv}");
            }
        }
        let page = app.anyone().get("/figures").await.expect(200).text;
        let shown: Vec<i64> =
            rows.iter().flat_map(|row| row.as_object().expect("a row").values()).filter_map(Value::as_i64).collect();
        assert!(shown.iter().all(|figure| *figure >= 10), "{month}");
        assert!(page.contains("太少"), "{page}");
        // One more afterwards changes nothing of what is out: no subtracting one day from another.
        finished(&app, 39.611, 109.781, ("secretary", "yes")).await;
        app.kernel().tidy_up().await.expect("nothing anew");
        assert_eq!(app.anyone().get("/api/v1/figures").await.expect(200).json()["items"][0], *month);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_private_until_somebody_releases_them() {
    for engine in engines() {
        let app = town(engine).await;
        let words = "我叫李秀英，电话13800138000，3号楼门口的路灯不亮";
        let (id, token) = report_by(&app.anyone(), words, json!({})).await;
        let (other, _) = report(&app, "另一件").await;
        app.work_off().await;
        for open in [
            "/matters",
            "/api/v1/matters",
            "/map/places.json",
            "/figures",
            "/",
            "/api/v1/requests/similar?category=0201&lat=39.611&lon=109.781",
        ] {
            let text = app.anyone().get(open).await.expect(200).text;
            assert!(!text.contains("路灯不亮") && !text.contains("李秀英"), "{open}: {text}");
        }
        let desk = app.signed_in("secretary").await;
        let page = format!("/desk/requests/{id}/share");
        let form = desk.get(&page).await.expect(200).text;
        assert!(form.contains("某某") && form.contains("［电话］"), "what was found is proposed without: {form}");
        // As it was written it does not go out, unless somebody says that they looked.
        let raw = [("words", words), ("outcome", "")];
        let refused = desk.submit(&page, &page, &raw).await.expect(422);
        assert!(refused.text.contains("13800138000"));
        let good = [("words", "3号楼门口的路灯不亮"), ("outcome", "已更换灯泡")];
        let _ = app.signed_in("other_secretary").await.get(&page).await.expect(404);
        let _ = app.signed_in("worker").await.get(&page).await.expect(403);
        let _ = desk.submit(&page, &page, &good).await.expect(303);
        let list = app.anyone().get("/api/v1/matters").await.expect(200).json();
        assert_eq!(list["items"][0]["words"], "3号楼门口的路灯不亮");
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{other} stays private");
        assert!(!list.to_string().contains(&id), "no way back to the matter");
        // Its reporter can take it out with all the rest.
        let rights = format!("/rights/{token}");
        let _ = app.anyone().submit(&rights, &format!("{rights}/erase"), &[]).await.expect(200);
        let list = app.anyone().get("/api/v1/matters").await.expect(200).json();
        assert_eq!(list["items"], json!([]));
    }
}
