//! A real start: `tongxin init` and the pages without a house make one and nothing else, on both engines; broken off at any
//! moment it can be begun again; what lets the first administrator in lets them in once.

use std::io::{BufRead, BufReader, Cursor, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use reqwest::header::LOCATION;
use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use tempfile::TempDir;
use tongxin::config::{Config, Flags};
use tongxin::house;
use tongxin_base::World;
use tongxin_db::{params, sql};
use tongxin_kernel::people_store;
use tongxin_testkit::{Engine, database, engines, hidden};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A folder to set a house up in, and on PostgreSQL its database.
pub struct Place {
    folder: TempDir,
    url: Option<String>,
}

impl Place {
    pub fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = match database(engine, &folder) {
            tongxin_db::Options::Postgres { url } => Some(url),
            _ => None,
        };
        Self { folder, url }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// `tongxin ARGUMENTS`, at home in this folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tongxin"));
        command.args(arguments).args(["--data", "data"]).current_dir(self.path());
        if let Some(url) = &self.url {
            command.args(["--database", url]);
        }
        command.stdin(Stdio::null());
        command
    }

    /// Runs it: whether it went well, what it said, what it complained of.
    pub fn run(&self, arguments: &[&str]) -> (bool, String, String) {
        let output = self.command(arguments).output().expect("the binary runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    }

    /// The settings of this place, to look into its database from here.
    fn config(&self) -> Config {
        let flags = Flags { data: Some(self.path().join("data")), database: self.url.clone(), ..Flags::default() };
        Config::load(&flags, |_| None).expect("settings")
    }
}

/// A server, killed at the end.
pub struct Server {
    process: Child,
    /// Where it is, with scheme and port.
    pub base: String,
    /// The link of the set-up, where it has one.
    pub set_up: Option<String>,
    /// Kept open: who prints into a closed pipe is ended.
    _said: BufReader<ChildStdout>,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port()
}

impl Server {
    /// `tongxin serve` at a free port, until it has said where it is.
    pub fn start(place: &Place, arguments: &[&str]) -> Self {
        Self::start_at(place, free_port(), arguments)
    }

    /// The same at a port.
    pub fn start_at(place: &Place, port: u16, arguments: &[&str]) -> Self {
        let mut command = place.command(&["serve", "--listen", &format!("127.0.0.1:{port}")]);
        let mut process =
            command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary starts");
        let mut base = None;
        let mut set_up = None;
        let mut said = BufReader::new(process.stdout.take().expect("a pipe"));
        for line in said.by_ref().lines() {
            let line = line.expect("a line");
            if let Some(at) = line.find("http") {
                let link = line[at..].to_owned();
                base = link.splitn(4, '/').take(3).collect::<Vec<_>>().join("/").into();
                set_up = line.contains("/setup?key=").then_some(link);
                break;
            }
        }
        Self { process, base: base.expect("it says where it is"), set_up, _said: said }
    }

    /// SIGHUP.
    pub fn hang_up(&self) {
        self.signal("-HUP");
    }

    /// SIGTERM; whether it ended well.
    pub fn stop(mut self) -> bool {
        self.signal("-TERM");
        self.process.wait().is_ok_and(|ended| ended.success())
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.process.id().to_string()]).status();
        assert!(sent.is_ok_and(|sent| sent.success()));
    }
}

/// A browser: cookies, and every redirect is looked at.
pub fn browser() -> Client {
    Client::builder().cookie_store(true).redirect(Policy::none()).build().expect("a client")
}

pub async fn page(client: &Client, url: &str) -> (StatusCode, String) {
    let reply = client.get(url).header("accept-language", "en").send().await.expect("an answer");
    (reply.status(), reply.text().await.expect("a page"))
}

pub async fn send(client: &Client, page_at: &str, to: &str, fields: &[(&str, &str)]) -> (StatusCode, String, String) {
    let (_, shown) = page(client, page_at).await;
    let csrf = hidden(&shown, "csrf").unwrap_or_default();
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
    let reply = client.post(to).header("accept-language", "en").form(&fields).send().await.expect("an answer");
    let to = reply.headers().get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
    (reply.status(), to, reply.text().await.expect("a page"))
}

pub const INIT: [&str; 10] = [
    "init",
    "--json",
    "--name",
    "康宁街道",
    "--name-en",
    "Kangning Subdistrict",
    "--code",
    "150603009",
    "--public-url",
    "http://localhost:8080",
];

/// Nothing but one administrator is in the house.
async fn nobody_but_the_administrator(place: &Place, login: &str) {
    let kernel = house::open(&place.config(), World::system()).await.expect("the house opens");
    let tenant = kernel.tenants().into_iter().next().expect("a house");
    let id = tenant.id;
    let look = move |read: &mut tongxin_db::Read<'_>| {
        let logins = people_store::logins(read, id)?;
        let count =
            |read: &mut tongxin_db::Read<'_>, statement| read.one(statement, params![id], tongxin_db::Row::take::<i64>);
        let people = count(read, sql!("SELECT COUNT(*) FROM person WHERE tenant_id = $1"))?;
        let matters = count(read, sql!("SELECT COUNT(*) FROM requests_request WHERE tenant_id = $1"))?;
        let sites = count(read, sql!("SELECT COUNT(*) FROM sites_site WHERE tenant_id = $1"))?;
        let tokens = count(read, sql!("SELECT COUNT(*) FROM token WHERE tenant_id = $1"))?;
        let categories = count(read, sql!("SELECT COUNT(*) FROM requests_category WHERE tenant_id = $1"))?;
        Ok((logins, [people, matters, sites, tokens], categories))
    };
    let (logins, rest, categories) = kernel.db().read(id, look).await.expect("a look");
    assert_eq!(logins.iter().map(|(login, ..)| login.as_str()).collect::<Vec<_>>(), [login]);
    assert_eq!(rest, [1, 0, 0, 0], "people, matters, sites, tokens");
    assert!(categories > 10, "the basic programme");
    let units = kernel.units(id).expect("units");
    assert_eq!(units.iter().map(|unit| unit.code.as_str()).collect::<Vec<_>>(), ["150603009"]);
    assert_eq!(tenant.name.zh, "康宁街道");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_house_and_a_link_that_opens_it_once() {
    for engine in engines() {
        let place = Place::new(engine);
        let (ok, said, complaint) = place.run(&INIT);
        assert!(ok, "{complaint}");
        let told: Value = serde_json::from_str(&said).expect("JSON");
        let link = told["link"].as_str().expect("a link").to_owned();
        assert_eq!((told["short_code"].as_str(), told["login"].as_str()), (Some("kangning"), Some("admin")));
        nobody_but_the_administrator(&place, "admin").await;
        let settings = std::fs::read_to_string(place.path().join("tongxin.toml")).expect("settings");
        assert!(settings.contains("public_url = \"http://localhost:8080\""), "{settings}");
        assert!(!settings.contains("secret") && !settings.contains("password"), "{settings}");

        let (ok, _, complaint) = place.run(&INIT);
        assert!(!ok && complaint.contains("tongxin user add"), "{complaint}");

        // The place on the net is another one here; the settings give way to what the command line says.
        let port = free_port();
        let url = format!("http://localhost:{port}");
        let server = Server::start_at(&place, port, &["--public-url", &url]);
        let welcome = link.replace("http://localhost:8080", &url);
        let admin = browser();
        let (status, shown) = page(&admin, &welcome).await;
        assert!(
            status == 200 && shown.contains("Kangning Subdistrict") && shown.contains("value=\"admin\""),
            "{shown}"
        );
        for (password, again, why) in [
            ("short", "short", "At least 8"),
            ("long enough", "long enuff", "not the same"),
            ("admin", "admin", "At least"),
        ] {
            let (status, _, shown) =
                send(&admin, &welcome, &welcome, &[("password", password), ("again", again)]).await;
            assert!(status == 422 && shown.contains(why), "{why}: {shown}");
        }
        let chosen = [("password", "correct horse"), ("again", "correct horse")];
        let (status, to, _) = send(&admin, &welcome, &welcome, &chosen).await;
        assert_eq!((status.as_u16(), to.as_str()), (303, "/admin"));
        let (status, shown) = page(&admin, &format!("{url}/admin")).await;
        assert!(status == 200 && shown.contains("What next") && shown.contains("import units"), "{shown}");

        let other = browser();
        let (status, shown) = page(&other, &welcome).await;
        assert!(status == 410 && shown.contains("It has been used"), "{shown}");
        let (status, ..) = send(&other, &format!("{url}/sign-in"), &welcome, &chosen).await;
        assert_eq!(status, 410);
        for stranger in ["kangning-00000000000000000000000000", "x", "tx-%00", "kangning-"] {
            let (status, _) = page(&other, &format!("{url}/welcome/{stranger}")).await;
            assert!(status == 410 || status == 404, "{stranger}: {status}");
        }
        drop(server);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_use_one_link_at_once() {
    for engine in engines() {
        let place = Place::new(engine);
        let (_, said, complaint) = place.run(&INIT);
        let told: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{complaint}"));
        let token = told["link"].as_str().and_then(|link| link.rsplit('/').next()).expect("a link").to_owned();
        let kernel = house::open(&place.config(), World::system()).await.expect("the house opens");
        let tenant = kernel.tenants().into_iter().next().expect("a house");
        let racers = (0..6).map(|n| {
            let (kernel, tenant, token) = (kernel.clone(), tenant.clone(), token.clone());
            tokio::spawn(
                async move { kernel.accept_invitation(&tenant, &token, &format!("a lilac bus {n}")).await.is_ok() },
            )
        });
        let mut winners = 0;
        for racer in racers.collect::<Vec<_>>() {
            winners += usize::from(racer.await.expect("it ends"));
        }
        assert_eq!(winners, 1);
    }
}

/// Killed at any moment, it is begun again with the same answers, and the house is whole.
#[tokio::test(flavor = "multi_thread")]
async fn broken_off_and_begun_again() {
    for engine in engines() {
        let (mut nothing, mut whole) = (0, 0);
        for delay in [5, 25, 45, 60, 75, 90, 105, 120, 140, 170, 220] {
            let place = Place::new(engine);
            let mut first = place.command(&INIT).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
            tokio::time::sleep(Duration::from_millis(delay)).await;
            drop(first.kill());
            drop(first.wait());
            let kernel = house::open(&place.config(), World::system()).await.expect("the house opens");
            let stood = !kernel.tenants().is_empty();
            *if stood { &mut whole } else { &mut nothing } += 1;
            drop(kernel);
            let (ok, said, complaint) = place.run(&INIT);
            assert_eq!(ok, !stood, "{delay} ms: {said}{complaint}");
            nobody_but_the_administrator(&place, "admin").await;
            let (ok, said, complaint) = place.run(&["user", "reset", "admin"]);
            assert!(ok && said.contains("http://localhost:8080/welcome/kangning-"), "{said}{complaint}");
        }
        eprintln!("{engine:?}: broken off with nothing {nothing} times, with all of it {whole} times");
    }
}

/// Of several who set the same database up at once, one does, and the house is whole.
#[tokio::test(flavor = "multi_thread")]
async fn several_begin_at_once() {
    for engine in engines() {
        let place = Place::new(engine);
        let begin = || place.command(&INIT).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        let begun: Vec<Child> = (0..3).map(|_| begin()).collect();
        let ended = begun.into_iter().map(|mut child| child.wait().expect("it ends").success());
        assert_eq!(ended.filter(|ok| *ok).count(), 1);
        nobody_but_the_administrator(&place, "admin").await;
    }
}

#[test]
fn what_is_missing_is_named_and_what_stands_is_kept() {
    let place = Place::new(Engine::Sqlite);
    let (ok, _, said) = place.run(&["init"]);
    assert!(!ok, "{said}");
    for flag in ["--name:", "--code:", "--public-url:", "--behind-proxy"] {
        assert!(said.contains(flag), "{flag} in {said}");
    }
    assert!(!place.path().join("data").exists(), "nothing is made before the answers hold");
    std::fs::write(place.path().join("tongxin.toml"), "log = \"warn\"\npublic_url = \"https://a.example.cn\"\n")
        .expect("a file");
    let (ok, _, said) = place.run(&INIT);
    assert!(!ok && said.contains("https://a.example.cn") && said.contains("Change one"), "{said}");
    std::fs::write(place.path().join("tongxin.toml"), "log = \"warn\"").expect("a file");
    let (ok, _, said) = place.run(&INIT);
    assert!(ok, "{said}");
    let kept = std::fs::read_to_string(place.path().join("tongxin.toml")).expect("settings");
    assert!(kept.starts_with("log = \"warn\"\n") && kept.contains("public_url"), "{kept}");
    let (ok, _, said) = place.run(&["user", "add", "li", "--name", "李明", "--role", "nobody"]);
    assert!(!ok && said.contains("grid_worker"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_is_made_in_the_browser_and_opens_without_a_restart() {
    for engine in engines() {
        let place = Place::new(engine);
        let server = Server::start(&place, &[]);
        let set_up = server.set_up.clone().expect("a link");
        let at = |path: &str| format!("{}{path}", server.base);
        let stranger = browser();
        for path in
            ["/", "/setup", "/setup?key=x", "/setup/review", "/desk/requests", "/api/v1/categories", "/welcome/x"]
        {
            let (status, shown) = page(&stranger, &at(path)).await;
            assert!(status == 503 && shown.contains("being set up") && !shown.contains("csrf\" value=\"\""), "{path}");
        }
        assert_eq!(stranger.post(at("/setup/found")).send().await.expect("an answer").status(), 503);
        assert_eq!(page(&stranger, &at("/healthz")).await.0, 200);
        assert_eq!(page(&stranger, &at("/readyz")).await.0, 503);

        let admin = browser();
        let reply = admin.get(&set_up).send().await.expect("an answer");
        assert_eq!(reply.status(), 303);
        assert_eq!(admin.post(at("/setup/found")).send().await.expect("an answer").status(), 422, "without the token");
        let steps = [
            ("subdistrict", vec![("name", ""), ("code", "150603"), ("zone", "Asia/Shanghai"), ("phone", "12345")], 422),
            (
                "subdistrict",
                vec![("name", "康宁街道"), ("code", "150603009"), ("zone", "Asia/Shanghai"), ("phone", "12345")],
                303,
            ),
            ("programme", vec![("programme", "own")], 422),
            ("programme", vec![("programme", "basic")], 303),
            ("reach", vec![("reach", "local"), ("public_url", "https://elsewhere.example.cn")], 422),
            (
                "reach",
                vec![
                    ("reach", "cert"),
                    ("public_url", "https://elsewhere.example.cn"),
                    ("tls_cert", "no"),
                    ("tls_key", "no"),
                ],
                422,
            ),
            ("reach", vec![("reach", "local"), ("public_url", server.base.as_str())], 303),
            ("admin", vec![("login", "bai"), ("admin_name", "")], 422),
            ("admin", vec![("login", "bai"), ("admin_name", "白主任")], 303),
        ];
        for (step, fields, expected) in steps {
            let path = at(&format!("/setup/{step}"));
            let (status, _, shown) = send(&admin, &path, &path, &fields).await;
            assert_eq!(status.as_u16(), expected, "{step}: {shown}");
        }
        let (status, shown) = page(&admin, &at("/setup/review")).await;
        assert!(status == 200 && shown.contains("白主任") && shown.contains("The basic one"), "{shown}");
        let (status, _, shown) = send(&admin, &at("/setup/review"), &at("/setup/found"), &[]).await;
        assert_eq!(status, 200, "{shown}");
        let link =
            shown.split("id=\"link\">").nth(1).and_then(|rest| rest.split('<').next()).expect("a link").to_owned();
        nobody_but_the_administrator(&place, "bai").await;

        let (status, _) = page(&admin, &at("/readyz")).await;
        assert_eq!(status, 200, "the house is there, and nothing was restarted");
        let chosen = [("password", "correct horse"), ("again", "correct horse")];
        let (status, to, shown) = send(&admin, &link, &link, &chosen).await;
        assert_eq!((status.as_u16(), to.as_str()), (303, "/admin"), "{shown}");
        assert_eq!(page(&admin, &at("/setup/review")).await.0, 404);
        drop(server);
        let server = Server::start(&place, &[]);
        assert!(server.set_up.is_none(), "the next start knows its house");
    }
}

/// A zip file of the pack of Binhe, in a folder of its own as most programs make it.
fn binhe() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programmes/binhe");
    for entry in std::fs::read_dir(folder).expect("the pack") {
        let path = entry.expect("a file").path();
        let name = format!("binhe/{}", path.file_name().and_then(|name| name.to_str()).expect("a name"));
        writer.start_file(name, SimpleFileOptions::default()).expect("an entry");
        writer.write_all(&std::fs::read(path).expect("its bytes")).expect("written");
    }
    writer.finish().expect("a zip").into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_programme_of_ones_own() {
    let place = Place::new(Engine::Sqlite);
    let server = Server::start(&place, &[]);
    let at = |path: &str| format!("{}{path}", server.base);
    let admin = browser();
    admin.get(server.set_up.clone().expect("a link")).send().await.expect("in");
    let named = |code| [("name", "滨河街道"), ("code", code), ("zone", "Asia/Shanghai"), ("phone", "0477-1")];
    let subdistrict = at("/setup/subdistrict");
    send(&admin, &subdistrict, &subdistrict, &named("150603009")).await;
    let upload = async |zip: Vec<u8>| {
        let (_, shown) = page(&admin, &at("/setup/programme")).await;
        let csrf = hidden(&shown, "csrf").unwrap_or_default();
        let form = Form::new().text("csrf", csrf).text("programme", "basic");
        let form = form.part("pack", Part::bytes(zip).file_name("pack.zip"));
        let post = admin.post(at("/setup/programme")).header("accept-language", "en").multipart(form);
        let reply = post.send().await.expect("an answer");
        (reply.status().as_u16(), reply.text().await.expect("a page"))
    };
    let (status, shown) = upload(binhe()).await;
    assert!(status == 422 && shown.contains("150603003") && shown.contains("another subdistrict"), "{shown}");
    send(&admin, &subdistrict, &subdistrict, &named("150603003")).await;
    let (status, shown) = upload(b"PK no zip".to_vec()).await;
    assert!(status == 422 && shown.contains("not a zip file"), "{shown}");
    let (status, shown) = upload(vec![0; 5 << 20]).await;
    assert!(status == 422 && shown.contains("at most 4 MB"), "{shown}");
    let mut torn = ZipWriter::new(Cursor::new(Vec::new()));
    torn.start_file("programme.toml", SimpleFileOptions::default()).expect("an entry");
    torn.write_all(b"code = 1").expect("written");
    let (status, shown) = upload(torn.finish().expect("a zip").into_inner()).await;
    assert!(status == 422 && shown.contains("programme.toml:1") && shown.contains("units.csv"), "{shown}");
    let (status, _) = upload(binhe()).await;
    assert_eq!(status, 303, "whoever sends a pack means it to be taken");
    let (reach, first) = (at("/setup/reach"), at("/setup/admin"));
    send(&admin, &reach, &reach, &[("reach", "local"), ("public_url", server.base.as_str())]).await;
    send(&admin, &first, &first, &[("login", "bai"), ("admin_name", "白主任")]).await;
    let (_, shown) = page(&admin, &at("/setup/review")).await;
    assert!(shown.contains("滨河街道 150603003") || shown.contains("Binhe Subdistrict 150603003"), "{shown}");
    let (status, _, shown) = send(&admin, &at("/setup/review"), &at("/setup/found"), &[]).await;
    assert_eq!(status, 200, "{shown}");
    drop(server);

    let kernel = house::open(&place.config(), World::system()).await.expect("the house opens");
    let tenant = kernel.tenants().into_iter().next().expect("a house");
    assert!(tenant.units.iter().count() > 100 && tenant.settings.service_phone == "0477-1");
    let id = tenant.id;
    let people = kernel.db().read(id, move |read| people_store::logins(read, id)).await.expect("logins");
    assert_eq!(people.len(), 1, "a pack brings units and lists, never people");
}

#[test]
fn a_programme_on_the_command_line_brings_its_names() {
    let place = Place::new(Engine::Sqlite);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../programmes/binhe");
    let asked = ["init", "--programme", folder, "--public-url", "https://t.example.cn", "--behind-proxy"];
    let (ok, said, complaint) = place.run(&asked);
    assert!(
        ok && said.contains("滨河街道 (150603003)") && said.contains("https://t.example.cn/welcome/bh-"),
        "{said}{complaint}"
    );
    let place = Place::new(Engine::Sqlite);
    let (ok, _, complaint) = place.run(&[&asked[..], &["--code", "150603009"]].concat());
    assert!(!ok && complaint.contains("150603003"), "{complaint}");
}
