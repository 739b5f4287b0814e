//! Photos, from the phone to whoever may look at them: by the API, by forms without a script, on both engines.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use tongxin_testkit::{Client, Engine, Reply, TestApp, engines, hidden, multipart};

use crate::town::{by, done, report, town};

/// A picture of one colour, in a format.
fn picture(colour: [u8; 3], format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    RgbImage::from_pixel(600, 400, Rgb(colour)).write_to(&mut out, format).expect("a picture");
    out.into_inner()
}

fn jpeg(shade: u8) -> Vec<u8> {
    picture([shade, 0, 0], ImageFormat::Jpeg)
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let word = three.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            let six = usize::try_from(word >> (18 - 6 * place) & 63).expect("small");
            out.push(char::from(LETTERS[six]));
        }
    }
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

async fn sent(client: &Client, bytes: Vec<u8>) -> String {
    client.post_raw("/api/v1/files", "image/jpeg", bytes).await.expect(201).at("/id")
}

async fn with_photos(app: &TestApp, photos: Value) -> Reply {
    let body = json!({
        "category": "0201", "description": "路灯不亮，晚上看不见路", "location": {"lat": 39.611, "lon": 109.781},
        "photos": photos,
    });
    app.anyone().post("/api/v1/requests", body).await
}

/// The photos of a request as its answer to `client` lists them: kind and address.
async fn seen(client: &Client, id: &str, token: &str) -> Vec<(String, String)> {
    let view = client.get(&format!("/api/v1/requests/{id}?token={token}")).await.expect(200).json();
    let text = |photo: &Value, name: &str| photo[name].as_str().expect("a text").to_owned();
    let photos = view["photos"].as_array().expect("photos");
    photos.iter().map(|photo| (text(photo, "kind"), text(photo, "href"))).collect()
}

#[track_caller]
fn wrong(reply: Reply) -> (String, String) {
    let reply = reply.expect(422);
    assert_eq!(reply.headers["content-type"], "application/problem+json");
    (reply.at("/errors/0/field"), reply.at("/errors/0/code"))
}

fn pair(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_taken_by_what_it_is() {
    for engine in engines() {
        let app = town(engine).await;
        let anyone = app.anyone();
        let gif = picture([0, 200, 0], ImageFormat::Gif);
        let reply = anyone.post_raw("/api/v1/files", "image/jpeg", gif.clone()).await.expect(201).json();
        assert_eq!((&reply["width"], &reply["height"]), (&json!(600), &json!(400)));
        assert!(reply["bytes"].as_u64().expect("bytes") > 100);
        // The same as a form; the file's name says nothing.
        let (kind, body) = multipart(&[], &[("file", "photo.jpg", &gif)]);
        anyone.post_raw("/api/v1/files", &kind, body).await.expect(201);
        // Under a key it is taken once.
        let once = anyone.clone().with("Idempotency-Key", "photo-1");
        assert_eq!(sent(&once, jpeg(9)).await, sent(&once, jpeg(9)).await);
        assert_eq!(
            once.post_raw("/api/v1/files", "image/jpeg", jpeg(8)).await.expect(409).at("/code"),
            "error-key-reused"
        );
        let not: [(&[u8], &str); 5] = [
            ("路灯坏了".as_bytes(), "form-photo-not-a-photo"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "form-photo-not-a-photo"),
            (&jpeg(1)[..900], "form-photo-broken"),
            (b"\x89PNG\r\n\x1a\n", "form-photo-broken"),
            (b"", "form-photo-empty"),
        ];
        for (bytes, code) in not {
            assert_eq!(wrong(anyone.post_raw("/api/v1/files", "image/jpeg", bytes).await), pair("file", code));
            let (kind, body) = multipart(&[], &[("file", "photo.jpg", bytes)]);
            assert_eq!(wrong(anyone.post_raw("/api/v1/files", &kind, body).await), pair("file", code));
        }
        let (kind, body) = multipart(&[("words", "no file")], &[]);
        assert_eq!(wrong(anyone.post_raw("/api/v1/files", &kind, body).await), pair("file", "form-photo-empty"));
    }
}

/// 100 MB: refused by what the request says, or as soon as there is too much of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_not_read_into_memory() {
    let app = town(Engine::Sqlite).await;
    const MB: usize = 1 << 20;
    for announced in [true, false] {
        for kind in ["image/jpeg", "multipart/form-data; boundary=x"] {
            let given = Arc::new(AtomicUsize::new(0));
            let count = Arc::clone(&given);
            let head = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n";
            let pieces = (0..100).map(move |n| {
                count.fetch_add(1, Ordering::Relaxed);
                let piece = if n == 0 { Bytes::from_static(head) } else { Bytes::from(vec![0; MB]) };
                Ok::<_, std::io::Error>(piece)
            });
            let body = Body::from_stream(futures_util::stream::iter(pieces));
            let client = app.anyone();
            let client = if announced { client.with("Content-Length", &(100 * MB).to_string()) } else { client };
            let reply = client.post_stream("/api/v1/files", kind, body).await.expect(413);
            assert_eq!(reply.headers["content-type"], "application/problem+json");
            assert!(reply.at("/detail").contains("15 MB"), "{}", reply.text);
            assert!(given.load(Ordering::Relaxed) <= 100);
        }
    }
    // One that is merely too large for a photo, in base64, where a body of that size may come.
    let large = with_photos(&app, json!([base64(&vec![0; 15 * MB + 1])])).await.expect(413);
    assert!(large.at("/detail").contains("15 MB"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_brings_its_photos() {
    for engine in engines() {
        let app = town(engine).await;
        let (one, two) = (sent(&app.anyone(), jpeg(1)).await, sent(&app.anyone(), jpeg(2)).await);
        let data = format!("data:image/jpeg;base64,{}", base64(&jpeg(3)));
        let plain = base64(&picture([0, 0, 9], ImageFormat::Png));
        let all = json!([one, {"id": two}, data, plain, {"data": base64(&jpeg(4))}]);
        let made = with_photos(&app, all).await.expect(201);
        let (id, token) = (made.at("/id"), made.at("/token"));
        let photos = seen(&app.anyone(), &id, &token).await;
        assert_eq!(photos.len(), 5);
        for (kind, href) in &photos {
            assert_eq!(kind, "report");
            for size in ["full", "thumb"] {
                let picture = app.anyone().get(&href.replace("size=full", &format!("size={size}"))).await.expect(200);
                assert_eq!(picture.headers["content-type"], "image/jpeg");
                assert_eq!(picture.headers["x-content-type-options"], "nosniff");
                assert!(picture.headers["cache-control"].to_str().expect("text").starts_with("private, max-age="));
                let shown = image::load_from_memory_with_format(&picture.bytes, ImageFormat::Jpeg).expect("a JPEG");
                assert_eq!(shown.width(), if size == "full" { 600 } else { 400 });
            }
        }
        // What may stand in the list, and what may not.
        let photos = |code| pair("photos", code);
        assert_eq!(wrong(with_photos(&app, json!([one])).await), photos("form-photo-gone"), "claimed before");
        let three = sent(&app.anyone(), jpeg(3)).await;
        assert_eq!(wrong(with_photos(&app, json!([three, three])).await), photos("form-photo-gone"));
        assert_eq!(wrong(with_photos(&app, json!(vec![three.as_str(); 6])).await), photos("form-too-many-files"));
        assert_eq!(wrong(with_photos(&app, json!([id])).await), photos("form-photo-gone"), "no file");
        assert_eq!(wrong(with_photos(&app, json!([base64(b"words")])).await), photos("form-photo-not-a-photo"));
        for entry in [json!("路灯"), json!({}), json!({"id": three, "data": "AAAA"}), json!("data:image/png,AAAA")] {
            assert_eq!(wrong(with_photos(&app, json!([entry])).await), photos("requests-photo-entry"));
        }
        // What was refused has claimed nothing.
        with_photos(&app, json!([three])).await.expect(201);
        // The journal has ids and digests, and verifies; a list shows no photos.
        let history = app.anyone().get(&format!("/api/v1/requests/{id}/history?token={token}")).await.expect(200);
        let said = &history.json()["items"][0]["details"]["photos"];
        assert_eq!(said.as_array().expect("photos").len(), 5);
        assert_eq!(said[0]["sha256"].as_str().expect("a digest").len(), 64);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_read_the_matter_sees_them() {
    for engine in engines() {
        let app = town(engine).await;
        let made = with_photos(&app, json!([base64(&jpeg(5))])).await.expect(201);
        let (id, token) = (made.at("/id"), made.at("/token"));
        let mine = seen(&app.anyone(), &id, &token).await.remove(0).1;
        let bare = mine.split("&token=").next().expect("an address").to_owned();
        app.anyone().get(&bare).await.expect(404);
        let (other, foreign) = report(&app, "井盖松动，车一过就响").await;
        app.anyone().get(&format!("{bare}&token={foreign}")).await.expect(404);
        app.anyone().get(&bare.replace(&id, &other)).await.expect(404);
        app.anyone().get(&format!("{bare}&token={foreign}").replace(&id, &other)).await.expect(404);
        app.anyone().get(&mine.replace("size=full", "size=huge")).await.expect(404);
        for key in ["secretary", "staff", "worker", "subdistrict", "auditor"] {
            by(&app, key).get(&bare).await.expect(200);
        }
        for key in ["resident", "other_secretary", "courier", "mediator", "enterprise"] {
            by(&app, key).get(&bare).await.expect(404);
        }
        // Who joins the matter follows it by a link of their own, and sees nobody else's photos.
        let joined = app.anyone().post(&format!("/api/v1/requests/{id}/join"), json!({})).await;
        if joined.status == 201 {
            let theirs = joined.at("/token");
            assert!(seen(&app.anyone(), &id, &theirs).await.is_empty());
            app.anyone().get(&format!("{bare}&token={theirs}")).await.expect(404);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_shows_before_and_after() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, token) = report(&app, "路灯不亮").await;
        let desk = by(&app, "secretary");
        desk.post(&format!("/api/v1/requests/{id}/accept"), json!({})).await.expect(200);
        let order = desk.post(&format!("/api/v1/requests/{id}/publish"), json!({})).await.expect(200).at("/order/id");
        let (path, worker) = (format!("/api/v1/orders/{order}/photos"), by(&app, "worker"));
        let add = async |who: &Client, when: &str, count: usize| {
            let photos: Vec<String> = (0..count).map(|_| base64(&jpeg(7))).collect();
            who.post(&path, json!({"when": when, "photos": photos})).await
        };
        // Nobody is at it yet, and then it is somebody else's.
        assert_ne!(add(&worker, "before", 1).await.status, 200);
        worker.post(&format!("/api/v1/orders/{order}/grab"), json!({})).await.expect(200);
        assert_ne!(add(&by(&app, "worker2"), "before", 1).await.status, 200);
        add(&worker, "before", 2).await.expect(200);
        worker.post(&format!("/api/v1/orders/{order}/start"), json!({})).await.expect(200);
        add(&worker, "before", 3).await.expect(200);
        assert_eq!(wrong(add(&worker, "before", 1).await), pair("photos", "form-too-many-files"));
        assert_eq!(wrong(add(&worker, "after", 0).await), pair("photos", "form-photo-empty"));
        assert_eq!(wrong(add(&worker, "report", 1).await), pair("when", "form-unknown-choice"));
        add(&worker, "after", 1).await.expect(200);
        assert_eq!(seen(&worker, &id, "").await.len(), 6);
        assert!(seen(&app.anyone(), &id, &token).await.is_empty(), "the work is not done yet");
        let complete = async |count: usize| {
            let photos: Vec<String> = (0..count).map(|_| base64(&jpeg(6))).collect();
            worker.post(&format!("/api/v1/orders/{order}/complete"), json!({"note": "换好了", "photos": photos})).await
        };
        assert_eq!(wrong(complete(5).await), pair("photos", "form-too-many-files"), "one is there already");
        complete(4).await.expect(200);
        let mut kinds: Vec<String> = seen(&app.anyone(), &id, &token).await.into_iter().map(|(kind, _)| kind).collect();
        kinds.sort();
        assert_eq!(kinds, [["after"; 5], ["before"; 5]].concat());
        add(&worker, "after", 1).await.expect(409);
    }
}

const FIELDS: [(&str, &str); 3] = [("category", "0201"), ("description", "路灯不亮"), ("place", "康城社区3号楼")];

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_a_script_loses_nothing() {
    for engine in engines() {
        let app = town(engine).await;
        let anyone = app.anyone();
        let (red, blue) = (jpeg(200), picture([0, 0, 200], ImageFormat::Png));
        // Two photos, one text that is none, and no description: everything else stays.
        let files: [(&str, &str, &[u8]); 3] =
            [("photos", "a.jpg", &red), ("photos", "b.txt", b"words"), ("photos", "c.png", &blue)];
        let fields = [("category", "0201"), ("place", "康城社区3号楼")];
        let back = anyone.submit_files("/report", "/report", &fields, &files).await.expect(422);
        assert!(back.text.contains("康城社区3号楼") && back.text.contains("#f-photos"), "{}", back.text);
        let kept: Vec<String> =
            back.text.split("name=\"kept\" value=\"").skip(1).map(|rest| rest[..36].to_owned()).collect();
        assert_eq!(kept.len(), 2);
        for src in back.text.split("src=\"/files/").skip(1).map(|rest| rest.split('"').next().expect("an end")) {
            let thumb =
                anyone.get(&format!("/files/{}", src.replace("&#38;", "&").replace("&amp;", "&"))).await.expect(200);
            assert_eq!(thumb.headers["content-type"], "image/jpeg");
        }
        anyone.get(&format!("/files/{}?code=guessed", kept[0])).await.expect(404);
        // Sent again: one is left out, one more comes.
        let once = hidden(&back.text, "once").expect("a key");
        let again = [("kept", kept[0].as_str()), ("kept", &kept[1]), ("dropped", &kept[1]), ("once", &once)];
        let fields: Vec<_> = FIELDS.into_iter().chain(again).collect();
        let (kind, body) = {
            let csrf = hidden(&back.text, "csrf").expect("a token");
            let fields: Vec<_> = [("csrf", csrf.as_str())].into_iter().chain(fields).collect();
            multipart(&fields, &[("photos", "d.jpg", &red)])
        };
        let done = anyone.post_raw("/report", &kind, body.clone()).await.expect(303);
        let page = anyone.get(done.location()).await.expect(200);
        assert_eq!(page.text.matches("class=\"photo\"").count(), 2, "{}", page.text);
        // A reload sends nothing twice.
        assert_eq!(anyone.post_raw("/report", &kind, body).await.expect(303).location(), done.location());
        // Six are too many, and five of them stay.
        let six: Vec<(&str, &str, &[u8])> = vec![("photos", "a.jpg", &red); 6];
        let back = anyone.submit_files("/report", "/report", &FIELDS, &six).await.expect(422);
        assert_eq!(back.text.matches("name=\"kept\"").count(), 5);
        // Nothing chosen is nothing wrong.
        let sure: Vec<_> = FIELDS.into_iter().chain([("sure", "1")]).collect();
        anyone.submit_files("/report", "/report", &sure, &[("photos", "", b"")]).await.expect(303);
        // A form of somebody else's page is refused, with files as without; and before its files are read.
        let (kind, body) = multipart(&FIELDS, &[("photos", "a.jpg", &red)]);
        let refused = anyone.post_raw("/report", &kind, body).await;
        assert_eq!(refused.status, 422);
        assert!(!refused.text.contains("name=\"kept\""));
        let foreign = anyone.clone().with("Origin", "https://elsewhere.example");
        assert_eq!(foreign.submit_files("/report", "/report", &FIELDS, &[("photos", "a.jpg", &red)]).await.status, 422);
        let nul = [("category", "0201"), ("description", "a\0b"), ("place", "x")];
        anyone.submit_files("/report", "/report", &nul, &[]).await.expect(422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_go_with_their_reporters_when_matters_become_one() {
    for engine in engines() {
        let app = town(engine).await;
        let made = with_photos(&app, json!([base64(&jpeg(3))])).await.expect(201);
        let (from, token) = (made.at("/id"), made.at("/token"));
        let (into, _) = report(&app, "三号楼的路灯坏了").await;
        let merged = by(&app, "secretary").post(&format!("/api/v1/requests/{from}/merge"), json!({"into": into})).await;
        merged.expect(200);
        assert_eq!(seen(&by(&app, "secretary"), &into, "").await.len(), 1);
        let mine = seen(&app.anyone(), &into, &token).await;
        app.anyone().get(&mine[0].1).await.expect(200);
    }
}

/// What the server answered is there after it was started again, photo and all.
#[tokio::test(flavor = "multi_thread")]
async fn another_server_shows_them_too() {
    for engine in engines() {
        let app = town(engine).await;
        let made = with_photos(&app, json!([base64(&jpeg(3))])).await.expect(201);
        let other = app.beside(77).await;
        let photos = seen(&other.anyone(), &made.at("/id"), &made.at("/token")).await;
        other.anyone().get(&photos[0].1).await.expect(200);
        let (id, token, _) = done(&app, "水管漏水", "worker").await;
        assert!(seen(&other.anyone(), &id, &token).await.is_empty());
    }
}
