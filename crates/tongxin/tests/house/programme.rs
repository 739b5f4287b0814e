//! Programme packs: ours hold, another subdistrict's works without a line of code, and what is wrong with one is said by file,
//! line and column.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;
use tongxin::commands::programme::{check, put_in_words};
use tongxin::config::{Config, Flags};
use tongxin::{MODULES, house, packs};
use tongxin_base::{Error, TenantId, World};
use tongxin_db::Options;
use tongxin_kernel::{Days, Kernel, Level, Pack, Programme, history, sum};
use tongxin_testkit::{Client, Engine, database, engines};
use tongxin_web::{App, AppConfig};

const UNITS: &str = "code,level,parent,name,name_en,lat,lon,compound
330106011,subdistrict,,转塘街道,Zhuantang,30.15,120.08,
330106011002,community,330106011,回龙社区,Huilong,30.16,120.07,
330106011002001,grid,330106011002,回龙一格,Huilong 1,30.161,120.071,
330106011002X1,compound,330106011002,云栖小区,Yunqi,,,
330106011002001B1,building,330106011002001,云栖1幢,Yunqi 1,30.1612,120.0712,330106011002X1
330106011901,office,330106011,综合执法队,Enforcement,,,
";
const AREAS: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"unit":"330106011002001"},"geometry":{"type":"Polygon","coordinates":[[[120.06,30.15],[120.08,30.15],[120.08,30.17],[120.06,30.17],[120.06,30.15]]]}}
]}"#;
const SETTINGS: &str =
    "code = \"330106011\"\nshort_code = \"zt\"\nname = \"转塘街道\"\nservice_phone = \"0571-12345\"\n";
const CATEGORIES: &str = "code,parent,name,name_en,contact_limit,grab_limit,start_limit,finish_limit,radius_m,skill
T,,茶园,Tea gardens,4wh,1wd,1wd,5wd,300,
T1,T,茶园灌溉,Irrigation,1h,2h,2h,3h,300,water
";
const POOLS: &str = "code,name,name_en,skill,kind\nall,大家,Everybody,,\n";
const PHRASES: &str = "kind,code,name,name_en,text,text_en
skill,water,水管,Pipes,,
decline,no,不归我们,Not ours,这件事不归我们。,Not ours.
return,busy,没空,Busy,,
wait,rain,等天晴,Rain,,
exclude,storm,台风,Typhoon,,
";
const SITES: &str = "level,unit,name,address,services\ncorner,330106011002001B1,一楼茶角,云栖1幢一楼,errands\n";
const TREE: &str = "code,parent,name\na,,一条主线\na1,a,茶事服务\n";
const TARGETS: &str = "code,node,name,target,unit,measure\nt1,a1,服务阵地,2,处,sites.open\nt2,a1,茶农培训,10,场,\n";

fn other() -> Pack {
    [
        ("programme.toml", SETTINGS),
        ("units.csv", UNITS),
        ("areas.geojson", AREAS),
        ("categories.csv", CATEGORIES),
        ("pools.csv", POOLS),
        ("phrases.csv", PHRASES),
        ("sites.csv", SITES),
        ("tree.csv", TREE),
        ("targets.csv", TARGETS),
        ("holidays.csv", "date,kind,name\n2026-03-28,holiday,开茶节\n"),
    ]
    .into_iter()
    .fold(Pack::default(), |pack, (name, text)| pack.with(name, text))
}

fn holds(pack: &Pack) -> Programme {
    let checked = check(pack);
    let said = put_in_words(&checked).expect("words");
    checked.programme.unwrap_or_else(|| panic!("{said}"))
}

/// A house without anything in it.
struct Empty {
    config: Config,
    folder: tempfile::TempDir,
}

impl Empty {
    fn on(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = match database(engine, &folder) {
            Options::Postgres { url } => Some(url),
            _ => None,
        };
        let flags = Flags { data: Some(folder.path().into()), database, ..Flags::default() };
        Self { config: Config::load(&flags, |_| None).expect("settings"), folder }
    }

    async fn kernel(&self) -> Kernel {
        assert!(self.folder.path().exists());
        house::open(&self.config, World::system()).await.expect("it opens")
    }
}

#[test]
fn ours_hold_without_a_remark() {
    let checked = check(&packs::pack("binhe"));
    assert_eq!(put_in_words(&checked).expect("words"), "");
    let programme = checked.programme.expect("it holds");
    let of = |level| programme.units.iter().filter(move |unit| unit.level == level);
    let counts = [Level::Community, Level::Grid, Level::Compound].map(|level| of(level).count());
    assert_eq!(counts, [4, 20, 22]);
    assert!(of(Level::Grid).all(|grid| grid.area.is_some() && grid.code.len() == 15));
    for house in of(Level::Building) {
        let at = house.point.expect("a point");
        let grid = programme.units.around(Level::Grid, at).expect("a grid around it");
        assert!(house.path.starts_with(&grid.path), "{} stands in {}", house.code, grid.code);
        let compound = programme.units.by_code(house.compound.as_deref().expect("a compound")).expect("it is there");
        assert!(compound.area.as_ref().is_some_and(|ground| ground.contains(at)), "{}", house.code);
    }
    let count = |what: &str| programme.counts.iter().find(|(name, _)| *name == what).expect("counted").1;
    assert!(count("sites") > 200 && count("tree") >= 12 && count("targets") > 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_subdistrict_needs_no_line_of_code() {
    for engine in engines() {
        let house = Empty::on(engine);
        let kernel = house.kernel().await;
        let (tenant, applied) =
            kernel.apply_programme(TenantId(1), Arc::new(holds(&other()))).await.expect("it is put in place");
        assert!(applied.units_left.is_empty());
        assert_eq!((tenant.code.as_str(), tenant.name.zh.as_str()), ("zt", "转塘街道"));
        let app = App::new(kernel.clone(), MODULES.to_vec(), AppConfig::default()).expect("the rooms fit");
        let anyone = Client::new(app.router(), None);
        let listed = anyone.get("/api/v1/categories").await.expect(200).json();
        assert_eq!(listed["items"][1]["code"], "T1");
        // In the grid's ground, though not near its middle; three clock hours are three hours at any time.
        let place = json!({"lat": 30.1691, "lon": 120.0605});
        let body = json!({"category": "T1", "description": "水管爆了", "location": place});
        let made = anyone.post("/api/v1/requests", body).await.expect(201);
        let seen = anyone.get(&format!("/api/v1/requests/{}?token={}", made.at("/id"), made.at("/token"))).await;
        let seen = seen.expect(200).json();
        assert_eq!(seen["unit"]["code"], "330106011002001", "{seen}");
        let moment = |name: &str| seen[name].as_str().expect("a moment").parse::<jiff::Timestamp>().expect("a time");
        assert_eq!(moment("due_at").duration_since(moment("created_at")).as_secs(), 3 * 3600);
        let page = anyone.get("/sites").await.expect(200).text;
        assert!(page.contains("一楼茶角") && page.contains("转塘街道") && page.contains("0571-12345"), "{page}");
        let date = "2026-03-28".parse().expect("a date");
        let now = kernel.tenant(tenant.id).expect("it is there");
        assert!(!now.calendar.is_workday(date), "a day of its own");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_put_in_place_again_and_changes_what_changed() {
    for engine in engines() {
        let house = Empty::on(engine);
        let kernel = house.kernel().await;
        let id = TenantId(1);
        for _ in 0..2 {
            kernel.apply_programme(id, Arc::new(holds(&other()))).await.expect("again");
        }
        let open = kernel.db().read(id, move |read| sum(read, id, "sites.open", "", Days::ALL)).await.expect("a sum");
        assert_eq!(open, 1, "no site twice");
        let fewer = UNITS
            .replace("回龙一格", "回龙壹格")
            .replace("330106011901,office,330106011,综合执法队,Enforcement,,,\n", "");
        let changed = other().with("units.csv", fewer).with("programme.toml", SETTINGS.replace("12345", "96345"));
        let (tenant, applied) = kernel.apply_programme(id, Arc::new(holds(&changed))).await.expect("changed");
        assert_eq!(applied.units_left, ["330106011901"], "what the pack does not name stays");
        assert_eq!(tenant.units.by_code("330106011002001").expect("a grid").name.zh, "回龙壹格");
        assert_eq!(tenant.settings.service_phone, "0571-96345");
        let subject = tongxin_kernel::Subject::new("programme", tongxin_base::Id::<()>::NONE);
        let lines = kernel.db().read(id, move |read| history(read, id, &subject)).await.expect("a history");
        assert_eq!(lines.len(), 3, "each time stands in the journal");
        let refused = kernel.apply_programme(id, Arc::new(holds(&packs::pack("binhe")))).await;
        assert!(matches!(refused, Err(Error::Conflict(key, _)) if key == "programme-other-subdistrict"));
    }
}

/// What is said of a pack with one file changed, as `file:line column key`.
fn said(file: &str, text: impl Into<Vec<u8>>) -> Vec<String> {
    let checked = check(&other().with(file, text));
    let line = |remark: &tongxin_kernel::Remark| {
        let line = remark.line.map(|line| format!(":{line}")).unwrap_or_default();
        let mark = if remark.wrong { "" } else { "?" };
        format!("{}{line} {} {}{mark}", remark.file, remark.what.field, remark.what.key)
    };
    checked.remarks.iter().map(line).collect()
}

/// Whether something said is more than advice.
fn check_fails(said: &[String]) -> bool {
    said.iter().any(|line| !line.ends_with('?'))
}

#[test]
fn what_is_wrong_is_said_by_file_line_and_column() {
    let units = |from: &str, to: &str| said("units.csv", UNITS.replace(from, to));
    let categories = |from: &str, to: &str| said("categories.csv", CATEGORIES.replace(from, to));
    let cases: Vec<(Vec<String>, &str)> = vec![
        (units("grid,330106011002,", "grid,999,"), "units.csv:4 parent programme-unknown-parent"),
        (units("community,330106011,", "community,,"), "units.csv:3 parent programme-no-parent"),
        (units(",grid,", ",grit,"), "units.csv:4 level programme-level"),
        (units("330106011002001,grid", "33010601100201,grid"), "units.csv:4 code programme-grid-code?"),
        (units("30.161,120.071", "120.071,30.161"), "units.csv:4 lat programme-point-swapped"),
        (units("30.161,120.071", "30.5,120.071"), "units.csv:4 lat programme-point-outside?"),
        (units("30.161,", "dreißig,"), "units.csv:4 lat programme-degrees"),
        (units("330106011002X1\n", "330106011002X9\n"), "units.csv:6 compound programme-compound"),
        (units("330106011,subdistrict", "330106012,subdistrict"), "units.csv:2 code programme-root-code"),
        (units("回龙社区", ""), "units.csv:3 name programme-name"),
        (units("330106011901,office", "330106011002,office"), "units.csv:7 code programme-twice"),
        (units("code,level", "code,stufe"), "units.csv:1 stufe programme-column"),
        (units(",120.08,\n", ",120.08\n"), "units.csv:2  programme-cells"),
        (units("330106011002,回龙一格", "330106011,回龙一格"), "units.csv:4 parent programme-wrong-parent"),
        (said("units.csv", b"code,level\n\xff\xfe".to_vec()), "units.csv:2  programme-not-utf8"),
        (said("areas.geojson", AREAS.replace("330106011002001", "1")), "areas.geojson unit programme-area-of-nobody"),
        (said("areas.geojson", AREAS.replace(",[120.06,30.15]]]", "]]")), "areas.geojson unit programme-area"),
        (said("areas.geojson", "{"), "areas.geojson:1  programme-geojson"),
        (categories("3h,300", "3 hours,300"), "categories.csv:3 finish_limit requests-bad-limit"),
        (categories(",water", ",fire"), "categories.csv:3 skill requests-pack-skill"),
        (categories("T1,T,", "T1,U,"), "categories.csv:3 parent programme-unknown-parent"),
        (categories("3h,300", "3h,far"), "categories.csv:3 radius_m form-out-of-range"),
        (
            said("categories.csv", CATEGORIES.lines().next().unwrap_or_default()),
            "categories.csv  requests-pack-no-categories",
        ),
        (said("pools.csv", POOLS.replace(",,\n", ",,boss\n")), "pools.csv:2 kind requests-pack-worker-kind"),
        (said("phrases.csv", PHRASES.replace("wait,", "weight,")), "phrases.csv:5 kind requests-pack-phrase-kind"),
        (said("sites.csv", SITES.replace("corner", "institute")), "sites.csv:2 unit sites-error-level"),
        (said("sites.csv", SITES.replace("errands", "magic")), "sites.csv:2 services form-unknown-choice"),
        (said("tree.csv", TREE.replace("a1,a,", "a1,b,")), "tree.csv:3 parent programme-unknown-parent"),
        (said("targets.csv", TARGETS.replace("sites.open", "sites.shut")), "targets.csv:2 measure board-pack-measure"),
        (said("targets.csv", TARGETS.replace(",10,", ",many,")), "targets.csv:3 target board-pack-target"),
        (said("holidays.csv", "date,kind\n2026-02-30,holiday\n"), "holidays.csv:2 date programme-date"),
        (said("programme.toml", SETTINGS.replace("zt", "Z T")), "programme.toml:2 short_code programme-short-code"),
        (said("programme.toml", format!("{SETTINGS}zone = \"Mars/Base\"\n")), "programme.toml:5 zone programme-zone"),
        (said("programme.toml", format!("{SETTINGS}colour = 1\n")), "programme.toml:5  programme-settings"),
        (said("unit.csv", UNITS), "unit.csv  programme-unread-file?"),
    ];
    for (said, wanted) in cases {
        assert!(said.iter().any(|line| line == wanted), "{wanted} is not in {said:#?}");
        if !wanted.ends_with('?') {
            assert!(check_fails(&said), "{wanted}: {said:?}");
        }
    }
    assert!(said("notes.md", "words").is_empty());
}

#[test]
fn two_grids_do_not_share_ground() {
    let one_more = UNITS.to_owned() + "330106011002002,grid,330106011002,回龙二格,Huilong 2,30.1655,120.085,\n";
    let ring = "[[120.079,30.16],[120.09,30.16],[120.09,30.17],[120.079,30.17],[120.079,30.16]]";
    let second = format!(
        r#",{{"type":"Feature","properties":{{"unit":"330106011002002"}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}]}}"#
    );
    let overlapping = AREAS.trim_end().trim_end_matches("]}").to_owned() + &second;
    let checked = check(&other().with("units.csv", one_more).with("areas.geojson", overlapping));
    let keys: Vec<_> = checked.remarks.iter().map(|remark| remark.what.key.as_ref()).collect();
    assert_eq!(keys, ["programme-overlap"]);
}

/// Every remark that can be made has words in both languages, with what they name.
#[test]
fn the_command_says_it_and_exits_with_1() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    for (name, text) in [
        ("programme.toml", SETTINGS),
        ("units.csv", UNITS),
        ("categories.csv", CATEGORIES),
        ("pools.csv", POOLS),
        ("phrases.csv", PHRASES),
    ] {
        write(name, text);
    }
    let run = |language: &str| {
        let mut command = std::process::Command::new(binary());
        command.args(["programme", "check"]).arg(folder.path()).env("LC_ALL", language);
        command.output().expect("it runs")
    };
    let good = run("en_US.UTF-8");
    assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stderr));
    assert!(String::from_utf8_lossy(&good.stdout).contains("units: 6"));
    write("units.csv", &UNITS.replace("grid,330106011002,", "grid,999,"));
    let bad = run("zh_CN.UTF-8");
    let said = String::from_utf8_lossy(&bad.stderr).into_owned();
    assert!(!bad.status.success() && said.contains("units.csv:4 parent: 前面没有代码为“999”的一行"), "{said}");
    let bad = run("C");
    assert!(
        String::from_utf8_lossy(&bad.stderr).contains("units.csv:4 parent: no line further up has the code \"999\"")
    );
}

fn binary() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_tongxin")).to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever stands in a file, something is said of it, and nothing falls over.
    #[test]
    fn no_pack_can_hurt(which in 0_usize..10, at in 0_usize..400, bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let names = ["programme.toml", "units.csv", "areas.geojson", "categories.csv", "pools.csv", "phrases.csv",
            "sites.csv", "tree.csv", "targets.csv", "holidays.csv"];
        let name = names[which];
        let mut text = other().bytes(name).expect("it is there").to_vec();
        let at = at.min(text.len());
        text.splice(at..(at + bytes.len() / 2).min(text.len()), bytes);
        let checked = check(&other().with(name, text));
        let holds = checked.programme.is_some();
        prop_assert_eq!(holds, checked.remarks.iter().all(|remark| !remark.wrong));
        prop_assert!(!put_in_words(&checked).expect("words").contains("programme-"), "every key has words");
    }
}

#[test]
fn files_are_limited() {
    let many: BTreeMap<String, Vec<u8>> = (0..65).map(|n| (format!("{n}.csv"), Vec::new())).collect();
    assert!(Pack::from_files(many).is_err());
    let large = BTreeMap::from([("units.csv".to_owned(), vec![b'x'; (16 << 20) + 1])]);
    assert!(Pack::from_files(large).is_err());
    assert!(Pack::folder(Path::new("/nowhere")).is_err());
}
