//! Bytes from outside, bent in every way, through the doors they come in by. Nothing may panic or answer that it was our fault; what
//! was refused is counted and printed: `cargo test -p tongxin --test house fuzz -- --nocapture`. The seeds are fixed.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use image::{ImageFormat, Rgb, RgbImage};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use tongxin::MODULES;
use tongxin_kernel::{Checkpoint, Exported, Receipt, Verifier, develop, find_telling};
use tongxin_testkit::{Engine, Reply, TestApp, hidden, multipart};

use crate::town::{by, done, report, town};

/// So many of each kind, so that all of it stays under a minute without optimisation.
const CASES: usize = 150;

/// What came of what.
#[derive(Default)]
struct Tally(BTreeMap<String, usize>);

impl Tally {
    fn count(&mut self, kind: &str, came: impl std::fmt::Display) {
        *self.0.entry(format!("{kind}: {came}")).or_default() += 1;
    }

    /// A reply; never may it be our fault.
    fn reply(&mut self, kind: &str, reply: &Reply) {
        assert!(reply.status.as_u16() < 500, "{kind}: {} {}", reply.status, reply.text);
        self.count(kind, reply.status.as_u16());
    }

    fn result<T, E>(&mut self, kind: &str, came: &Result<T, E>) {
        self.count(kind, if came.is_ok() { "taken" } else { "refused" });
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        for (what, times) in &self.0 {
            println!("fuzz {what} {times}");
        }
    }
}

/// Values of a strategy, the same in every run.
fn some<S: Strategy>(strategy: &S, cases: usize) -> Vec<S::Value> {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let value = |_| strategy.new_tree(&mut runner).expect("a value").current();
    (0..cases).map(value).collect()
}

/// What one bend does at a place.
#[derive(Debug, Clone)]
enum Bend {
    Flip(u8),
    Cut,
    Put(Vec<u8>),
    Drop(usize),
    Twice(usize),
}

fn bends() -> impl Strategy<Value = Vec<(prop::sample::Index, Bend)>> {
    let bend = prop_oneof![
        4 => (1..=255_u8).prop_map(Bend::Flip),
        1 => Just(Bend::Cut),
        2 => prop::collection::vec(any::<u8>(), 1..12).prop_map(Bend::Put),
        2 => prop::sample::select(vec!["\0", "\"", "{", "<", "&a;", "\r\n", "9999999999999999999", "-1", "=1+1", "\u{202e}"])
            .prop_map(|text| Bend::Put(text.as_bytes().to_vec())),
        2 => (1..40_usize).prop_map(Bend::Drop),
        1 => (1..400_usize).prop_map(Bend::Twice),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), bend), 1..6)
}

fn bent(bytes: &[u8], bends: &[(prop::sample::Index, Bend)]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for (at, bend) in bends {
        if out.is_empty() {
            return out;
        }
        let at = at.index(out.len());
        match bend {
            Bend::Flip(bits) => out[at] ^= bits,
            Bend::Cut => out.truncate(at),
            Bend::Put(bytes) => drop(out.splice(at..at, bytes.iter().copied())),
            Bend::Drop(length) => drop(out.drain(at..(at + length).min(out.len()))),
            Bend::Twice(length) => {
                let piece = out[at..(at + length).min(out.len())].to_vec();
                drop(out.splice(at..at, piece));
            }
        }
    }
    out
}

/// A document bent `cases` times.
fn variants(bytes: &[u8], cases: usize) -> Vec<Vec<u8>> {
    some(&bends(), cases).iter().map(|bends| bent(bytes, bends)).collect()
}

fn picture(format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let shade = |x, y| Rgb([(x * 7 % 256) as u8, (y * 11 % 256) as u8, 90]);
    RgbImage::from_fn(48, 32, shade).write_to(&mut out, format).expect("a picture");
    out.into_inner()
}

/// A JPEG with an EXIF block in front, as telephones write it: turned, with a place.
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let mut exif =
        b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0"
            .to_vec();
    exif.extend(b"\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0");
    let mut out = jpeg[..2].to_vec();
    out.extend([0xff, 0xe1]);
    out.extend(u16::try_from(exif.len() + 2).expect("short").to_be_bytes());
    out.extend(exif);
    out.extend(&jpeg[2..]);
    out
}

async fn house() -> TestApp {
    town(Engine::Sqlite).await
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_and_what_is_in_them() {
    let app = house().await;
    let mut tally = Tally::default();
    let jpeg = picture(ImageFormat::Jpeg);
    let heic = include_bytes!("../../../tongxin-kernel/tests/files/phone.heic");
    assert!(develop(&with_exif(&jpeg)).is_ok(), "the one that is not bent is a photo");
    for (kind, bytes) in [
        ("jpeg", jpeg.clone()),
        ("exif", with_exif(&jpeg)[..120].to_vec()),
        ("png", picture(ImageFormat::Png)),
        ("webp", picture(ImageFormat::WebP)),
        ("heic header", heic[..3000.min(heic.len())].to_vec()),
    ] {
        for bytes in variants(&bytes, CASES) {
            // The bends of the header alone keep the rest of the picture behind it.
            let bytes = if kind == "exif" { [bytes, with_exif(&jpeg)[120..].to_vec()].concat() } else { bytes };
            tally.result(kind, &develop(&bytes));
        }
    }
    for bytes in variants(&jpeg, 20) {
        tally.reply("photo sent", &app.anyone().post_raw("/api/v1/files", "image/jpeg", bytes).await);
    }
    // A picture of four thousand million points, and one of a size that is none.
    for (width, height) in [(0xffff_u16, 0xffff_u16), (0, 0), (0xffff, 1)] {
        let mut bomb = jpeg.clone();
        let at = bomb.windows(2).position(|two| two == [0xff, 0xc0]).expect("a frame") + 5;
        bomb[at..at + 2].copy_from_slice(&height.to_be_bytes());
        bomb[at + 2..at + 4].copy_from_slice(&width.to_be_bytes());
        tally.result("jpeg of another size", &develop(&bomb));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_as_json_as_forms_and_in_parts() {
    let app = house().await;
    let mut tally = Tally::default();
    let good = json!({"category": "0201", "description": "路灯不亮", "place": "康城社区门口",
        "contact": {"name": "张三", "phone": "13800138000"}, "location": {"lat": 39.61, "lon": 109.78}});
    for body in variants(good.to_string().as_bytes(), CASES) {
        tally.reply("report json", &app.anyone().post_raw("/api/v1/requests", "application/json", body).await);
    }
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        ".{0,20}".prop_map(Value::from)
    ];
    let any_json = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("category|description|place|location|lat|contact|photos|phone", inner, 0..4)
                .prop_map(|map| json!(map)),
        ]
    });
    for body in some(&any_json, CASES) {
        let mut asked = good.clone();
        let fields = ["category", "description", "place", "contact", "location"];
        let field = fields[body.to_string().len() % fields.len()];
        asked[field] = body;
        tally.reply("report of other types", &app.anyone().post("/api/v1/requests", asked).await);
    }
    for deep in ["[", "{\"a\":"] {
        let body = deep.repeat(60_000);
        tally.reply("nested json", &app.anyone().post_raw("/api/v1/requests", "application/json", body).await);
    }
    // With the form's own token and key, so that what is bent is read and not only refused at the door.
    let page = app.anyone().get("/report").await.expect(200).text;
    let token = hidden(&page, "csrf").expect("a token");
    let whole = [
        ("csrf", token.as_str()),
        ("once", "bent"),
        ("category", "0201"),
        ("description", "路灯不亮，晚上很黑"),
        ("place", "三号楼门口"),
        ("lat", "39.611"),
        ("lon", "109.781"),
    ];
    let (kind, parts) = multipart(&whole, &[("photos", "a.jpg", &picture(ImageFormat::Jpeg))]);
    for body in variants(&parts, CASES) {
        tally.reply("report in parts", &app.anyone().post_raw("/report", &kind, body).await);
    }
    let rest =
        "description=%E8%B7%AF%E7%81%AF%E4%B8%8D%E4%BA%AE&place=x&lat=39.611&lon=109.781&name=x&phone=13800138000";
    for (n, bent) in variants(rest.as_bytes(), CASES).into_iter().enumerate() {
        let kind = "application/x-www-form-urlencoded";
        let body = [format!("csrf={token}&once=bent{n}&category=0201&").into_bytes(), bent].concat();
        tally.reply("report as a form", &app.anyone().post_raw("/report", kind, body).await);
    }
    for boundary in ["", "x", "\"", "x; boundary=y", &"b".repeat(300)] {
        let kind = format!("multipart/form-data; boundary={boundary}");
        tally.reply("boundary", &app.anyone().post_raw("/report", &kind, parts.clone()).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_links_and_cookies() {
    let app = house().await;
    let mut tally = Tally::default();
    let (_, token) = report(&app, "令牌").await;
    let other = report(&app, "别人的令牌").await.1;
    let session = app.kernel().sign_in("worker", "tongxin").await.expect("in").2;
    let quoted = |bytes: &[u8]| bytes.iter().map(|byte| format!("%{byte:02X}")).collect::<String>();
    for bytes in variants(token.as_bytes(), CASES) {
        if bytes == token.as_bytes() || bytes == other.as_bytes() {
            continue;
        }
        let text = quoted(&bytes);
        for page in ["/r/", "/rights/", "/welcome/", "/q/", "/sign-in/recover/"] {
            let reply = app.anyone().get(&format!("{page}{text}")).await;
            assert!(!reply.text.contains("令牌"), "{page}{text} opens something");
            tally.reply("secret link", &reply);
        }
        tally.reply("receipt of a link", &app.anyone().get(&format!("/r/{text}/receipt.json")).await);
    }
    let visible =
        |bytes: Vec<u8>| String::from_utf8(bytes).ok().filter(|text| text.bytes().all(|c| (32..127).contains(&c)));
    for text in variants(session.as_bytes(), CASES).into_iter().filter_map(visible).filter(|text| *text != session) {
        let reply = app.anyone().with("cookie", &format!("{}={text}", tongxin_web::SESSION_COOKIE)).get("/me").await;
        assert_ne!(reply.status, 200, "{text} is no session");
        tally.reply("session", &reply);
        let reply = app.by(&text).get("/api/v1/notices").await;
        assert_ne!(reply.status, 200, "{text} is no token");
        tally.reply("api token", &reply);
        let form = [("csrf", text.as_str()), ("words", "x")];
        let body = form.iter().map(|(name, value)| format!("{name}={}", quoted(value.as_bytes()))).collect::<Vec<_>>();
        let kind = "application/x-www-form-urlencoded";
        tally.reply("csrf", &app.signed_in("worker").await.post_raw("/me/contact", kind, body.join("&")).await);
    }
    for key in some(&"[ -~]{0,300}", 40) {
        let reply = app.anyone().with("idempotency-key", &key).post("/api/v1/requests", json!({})).await;
        tally.reply("idempotency key", &reply);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_exports_and_checkpoints() {
    let app = house().await;
    let mut tally = Tally::default();
    let (_, token, _) = done(&app, "凭证里的话", "worker").await;
    let receipt = app.anyone().get(&format!("/r/{token}/receipt.json")).await.expect(200).text;
    let keys = app.kernel().journal_keys(&app.tenant).expect("keys");
    let whole = Receipt::check(&receipt, &keys).expect("it proves");
    for bytes in variants(receipt.as_bytes(), 4 * CASES) {
        let checked = Receipt::check(&String::from_utf8_lossy(&bytes), &keys);
        if let Ok(checked) = &checked {
            // Blanks, or what is beside the proof: whatever it proves is what was written.
            for (is, was) in checked.entries.iter().zip(&whole.entries) {
                assert_eq!((&is.row.seq, &is.content, &is.salt), (&was.row.seq, &was.content, &was.salt));
                assert_eq!(is.row.made(app.tenant.id), was.row.leaf, "another row proves");
            }
        }
        tally.result("receipt", &checked);
    }
    for bytes in variants(receipt.as_bytes(), 20) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let reply = app.anyone().submit("/journal/check", "/journal/check", &[("receipt", &text)]).await;
        tally.reply("receipt on the page", &reply);
    }
    let note = app.kernel().checkpoint(&app.tenant).await.expect("one").note;
    for bytes in variants(note.as_bytes(), 4 * CASES) {
        let read = Checkpoint::read(&String::from_utf8_lossy(&bytes), &keys);
        if let Ok(read) = &read {
            assert_eq!(read.note.split("\n\n").next(), note.split("\n\n").next(), "another text is signed");
        }
        tally.result("checkpoint", &read);
    }
    let tenant = app.tenant.id;
    let lines = app.kernel().db().read(tenant, move |read| tongxin_kernel::journal_lines(read, tenant, 0, 50)).await;
    let lines: Vec<String> =
        lines.expect("rows").into_iter().map(|row| serde_json::to_string(&Exported::Row(row)).expect("JSON")).collect();
    let size = i64::try_from(lines.len()).expect("few");
    for bytes in variants(lines.join("\n").as_bytes(), CASES) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut verifier = Verifier::new(tenant, Some(size), Vec::new());
        let read: Result<Vec<Exported>, _> = text.lines().map(serde_json::from_str).collect();
        tally.result("export", &read);
        for row in read.unwrap_or_default() {
            if let Exported::Row(row) = row {
                verifier.push(&row);
            }
        }
        let found = verifier.end(None).findings.len();
        tally.count("export that can be read", if found > 0 { "does not hold" } else { "holds" });
    }
    for query in some(&"[-0-9a-zA-Z%&=.,]{0,60}", CASES) {
        tally.reply("paper", &app.anyone().get(&format!("/journal/seen?rows=1&{query}")).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_calendars_units_and_people() {
    let app = house().await;
    let mut tally = Tally::default();
    let rule =
        "forbid(principal, action == Action::\"requests.accept\", resource) when { resource.unit like \"1506*\" };";
    for bytes in variants(rule.as_bytes(), CASES) {
        tally.result("house rules", &app.kernel().access().check_house_rules(&String::from_utf8_lossy(&bytes)));
    }
    for deep in ["(", "!", "[", "if true then "] {
        let text = format!("forbid(principal, action, resource) when {{ {} }};", deep.repeat(400));
        tally.result("nested house rules", &app.kernel().access().check_house_rules(&text));
    }
    let admin = app.signed_in("admin").await;
    for text in some(&".{0,60}", 40) {
        let asked: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let path = format!("/admin/access?person={asked}&action={asked}&thing={asked}");
        tally.reply("access explain", &admin.get(&path).await);
    }
    let calendar = "date,kind,name\n2026-10-01,holiday,国庆节\n2026-10-10,workday,调休\n";
    for bytes in variants(calendar.as_bytes(), CASES) {
        tally.result("calendar", &tongxin::calendar_file::parse(&bytes));
    }
    let units = &app.tenant.units;
    let table = "code,level,name,parent\n150603003003,community,新社区,150603003\n";
    for bytes in variants(table.as_bytes(), CASES) {
        tally.result(
            "units",
            &tongxin::units_file::read(&bytes, units, tongxin_base::Coordinates::Gcj02, app.kernel().world()),
        );
    }
    let people = "login,name,unit,role\nzhang,张三,150603003001,community_staff\n";
    for bytes in variants(people.as_bytes(), CASES) {
        tally.result("people", &tongxin::people_file::parse(&bytes, units));
    }
    let names = concat!(env!("CARGO_MANIFEST_DIR"), "/../../programmes/binhe/programme.toml");
    let toml = std::fs::read(names).expect("a pack");
    for bytes in variants(&toml, 60) {
        let read: Result<toml::Table, _> = toml::from_str(&String::from_utf8_lossy(&bytes));
        tally.result("toml", &read);
    }
}

/// A zip of files that are stored or packed as they are.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a file");
        writer.write_all(bytes).expect("bytes");
    }
    writer.finish().expect("a zip").into_inner()
}

/// A workbook whose shared texts or sheet are these.
fn book(shared: &[u8], sheet: &[u8]) -> Vec<u8> {
    let types = br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#;
    let rels = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let workbook = br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let inner = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
    zipped(&[
        ("[Content_Types].xml", types),
        ("_rels/.rels", rels),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", inner),
        ("xl/sharedStrings.xml", shared),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

/// A workbook of which one part is some three hundred million bytes unpacked.
fn swollen(name: &str) -> Vec<u8> {
    let small = book(b"<sst/>", format!("{SHEET}</sheetData></worksheet>").as_bytes());
    let mut old = zip::ZipArchive::new(Cursor::new(small)).expect("a zip");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..old.len() {
        let part = old.by_index_raw(at).expect("a part");
        if part.name().expect("a name") != name {
            writer.raw_copy_file(part).expect("copied");
        }
    }
    writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("a file");
    writer.write_all(b"<sst><si><t>").expect("bytes");
    let much = vec![b'x'; 1 << 20];
    (0..320).for_each(|_| writer.write_all(&much).expect("bytes"));
    writer.finish().expect("a zip").into_inner()
}

const SHEET: &str =
    r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#;

#[test]
fn files_to_import() {
    let mut tally = Tally::default();
    let csv =
        "工单编号,来电时间,诉求内容,诉求地址\n1,2025-01-03 09:05,路灯不亮,\"东门,\n\"\"三号\"\"\"\n2,2025/1/4,漏水,x\n";
    let json =
        r#"[{"service_request_id":"1","requested_datetime":"2025-01-03T09:05:00Z","description":"a","lat":1.5}]"#;
    let xml = "<?xml version=\"1.0\"?><requests><request><service_request_id>1</service_request_id><requested_datetime>2025-01-03T09:05:00Z</requested_datetime><description>a &amp; b</description></request></requests>";
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, (title, value)) in
        (0..).zip([("工单编号", "1"), ("来电时间", "2025-01-03 09:05"), ("诉求内容", "路灯")])
    {
        sheet.write(0, column, title).and_then(|sheet| sheet.write(1, column, value)).expect("a cell");
    }
    let xlsx = workbook.save_to_buffer().expect("a workbook");
    for (kind, bytes, cases) in [
        ("csv", csv.as_bytes(), CASES),
        ("json", json.as_bytes(), CASES),
        ("xml", xml.as_bytes(), CASES),
        ("xlsx", &xlsx, 2 * CASES),
    ] {
        for bytes in variants(bytes, cases) {
            tally.result(&format!("import {kind}"), &tongxin_requests::import::parse(&bytes, None));
        }
    }
    // What is inside the workbook, bent and packed again.
    let inner = format!(
        "{SHEET}<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>编号</t></is></c><c r=\"B1\"><v>1e999</v></c></row></sheetData></worksheet>"
    );
    for bytes in variants(inner.as_bytes(), CASES) {
        tally.result("import sheet", &tongxin_requests::import::parse(&book(b"<sst/>", &bytes), None));
    }
    for deep in ["[", "{\"a\":"] {
        tally.result("nested import", &tongxin_requests::import::parse(deep.repeat(200_000).as_bytes(), None));
    }
    let deep = format!("<requests>{}", "<a>".repeat(200_000));
    tally.result("nested import", &tongxin_requests::import::parse(deep.as_bytes(), None));
}

/// The most memory this process ever took, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse::<u64>().ok()).unwrap_or_default() / 1024
}

/// What other tests hold in memory meanwhile is not the bombs': they are let off in a process of their own, this very test once more.
#[test]
fn bombs_do_not_go_off() {
    const ALONE: &str = "TONGXIN_TEST_BOMBS_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let this = std::env::current_exe().expect("this program");
        let args = ["--exact", "fuzz::bombs_do_not_go_off", "--nocapture"];
        let done = std::process::Command::new(this).args(args).env(ALONE, "yes").output().expect("it runs");
        let said = String::from_utf8_lossy(&done.stdout);
        println!("{said}");
        assert!(said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&done.stderr));
        return;
    }
    let mut tally = Tally::default();
    // Ten levels of ten: ten thousand million laughs, in XML of its own and within a workbook.
    let mut laughs = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"ha\">".to_owned();
    for (one, other) in ('a'..'k').zip('b'..='k') {
        laughs.push_str(&format!("<!ENTITY {other} \"{}\">", format!("&{one};").repeat(10)));
    }
    let outside = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY k SYSTEM \"file:///etc/passwd\">";
    for (kind, head) in [("laughs", laughs.as_str()), ("outside entity", outside)] {
        let xml = format!(
            "{head}]><requests><request><service_request_id>1</service_request_id><description>x&k;y</description></request></requests>"
        );
        let parsed = tongxin_requests::import::parse(xml.as_bytes(), None);
        if let Ok(parsed) = &parsed {
            let said = format!("{:?}", parsed.rows);
            assert!(!said.contains("root:") && !said.contains("haha"), "{kind} was read");
        }
        tally.result(kind, &parsed);
        let sheet = format!(
            "{head}]>{}<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&k;</t></is></c></row></sheetData></worksheet>",
            &SHEET[21..]
        );
        let parsed = tongxin_requests::import::parse(&book(b"<sst/>", sheet.as_bytes()), None);
        if let Ok(parsed) = &parsed {
            assert!(!format!("{parsed:?}").contains("root:"), "{kind} was read from a sheet");
        }
        tally.result(&format!("{kind} in a workbook"), &parsed);
    }
    // Hundreds of millions of bytes of shared texts and of styles, packed as they are made.
    let before = peak();
    for name in ["xl/sharedStrings.xml", "xl/styles.xml"] {
        let bomb = swollen(name);
        let (small, start) = (bomb.len() >> 10, Instant::now());
        let parsed = tongxin_requests::import::parse(&bomb, None);
        let said = format!("{:?}", parsed.as_ref().expect_err("refused"));
        assert!(said.contains("requests-unread-book-unpacked"), "{said}");
        tally.result(&format!("{name} of {small} KiB that unpacks to 320 MiB"), &parsed);
        println!("fuzz {name}: refused after {:?}", start.elapsed());
    }
    assert!(peak() < before + 128, "{} MiB, {before} before", peak());
    println!("fuzz memory: {} MiB at most, {before} MiB before the bombs", peak());
}

#[test]
fn archives_that_want_out() {
    let mut tally = Tally::default();
    let pack = zipped(&[("units.csv", b"code,level,name\n"), ("programme.toml", b"name = \"x\"\n")]);
    for bytes in variants(&pack, CASES) {
        tally.result("pack", &tongxin::founding::unpack(&bytes));
    }
    for name in
        ["../x.csv", "/etc/x.csv", "a/../../x.csv", "C:\\x.csv", "a\0b.csv", "..\\x.csv", "//host/x.csv", "./../x.csv"]
    {
        let came = tongxin::founding::unpack(&zipped(&[(name, b"x")]));
        assert!(came.is_err(), "{name}");
        tally.result("pack outside its folder", &came);
    }
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_symlink("units.csv", "/etc/passwd", zip::write::SimpleFileOptions::default()).expect("a link");
    let link = writer.finish().expect("a zip").into_inner();
    let came = tongxin::founding::unpack(&link);
    assert_eq!(came.as_ref().expect_err("refused").key, "setup-zip-link");
    tally.result("pack with a link", &came);
}

#[test]
fn long_texts_take_time_in_proportion() {
    // Whatever looks at somebody's words: twice as long takes about twice as long, not four times.
    let mut tally = Tally::default();
    for piece in ["王", "1", "a@", "微信", "1 - ", "我叫", "京A", "室1", "先生", "护照E1", "（0"] {
        let time = |times: usize| {
            let text = piece.repeat(times);
            let start = Instant::now();
            let _ = find_telling(&text);
            start.elapsed()
        };
        // The best of some: in the others the machine did something else.
        let best = |times: usize| (0..4).map(|_| time(times)).min().unwrap_or_default();
        let (short, long) = (best(4_000), best(16_000));
        assert!(long < short * 10 + Duration::from_millis(80), "{piece}: {short:?}, four times as long {long:?}");
        tally.count("repeated text", "in proportion");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_that_takes_a_word_takes_any_word() {
    let app = house().await;
    let mut tally = Tally::default();
    let desk = by(&app, "secretary");
    let seat = app.signed_in("secretary").await;
    assert!(!MODULES.is_empty());
    let pages = [
        "/sites?q=",
        "/api/v1/requests?q=",
        "/api/v1/requests?cursor=",
        "/api/v1/orders?near=",
        "/api/v1/sites?cursor=",
        "/figures?month=",
        "/figures.csv?month=",
        "/api/v1/rates?from=",
        "/api/v1/journal/proof?size=1&seq=",
        "/api/v1/journal/checkpoints?cursor=",
        "/journal/checkpoints?below=",
        "/desk?status=",
        "/desk?q=",
        "/map?bbox=",
        "/q/",
    ];
    for text in some(&prop_oneof![".{0,40}", "[0-9.,:;TZ+-]{0,30}", "(\\PC){0,12}"], 60) {
        let asked: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for page in pages {
            let path = format!("{page}{asked}");
            let reply = if page.starts_with("/api/") { desk.get(&path).await } else { seat.get(&path).await };
            tally.reply(page, &reply);
        }
    }
}
