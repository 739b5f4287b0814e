//! Imports: all or nothing, errors by row and column, again and again.

use tongxin_base::{Coordinates, Error, metres};
use tongxin_testkit::for_each_engine;

use super::call;
use crate::actions::Imported;
use crate::{MODULE, columns, import_sites};

const SAMPLE: &[u8] = include_bytes!("../../examples/sites.csv");

#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    for_each_engine!(&[&MODULE], |app| async move {
        // Rows without a code are new each time, so they are left out here.
        let known: Vec<&str> =
            std::str::from_utf8(SAMPLE).unwrap().lines().filter(|line| !line.starts_with(',')).collect();
        let file = format!("\u{feff}{}\r\n", known.join("\r\n"));
        let admin = call(&app, "admin").await;
        let first = import_sites(app.kernel(), admin.clone(), file.as_bytes()).await.unwrap();
        assert_eq!(first, Imported { added: 8, changed: 0, unchanged: 0 });
        let again = import_sites(app.kernel(), admin.clone(), file.as_bytes()).await.unwrap();
        assert_eq!(again, Imported { added: 0, changed: 0, unchanged: 8 });
        let moved = file.replace("慢时光小院", "快时光小院");
        let third = import_sites(app.kernel(), admin, moved.as_bytes()).await.unwrap();
        assert_eq!(third, Imported { added: 0, changed: 1, unchanged: 7 });
        let site = app.anyone().get("/api/v1/sites/xw-0200").await.expect(200);
        assert_eq!(site.at("/name"), "快时光小院");
    });
}

#[tokio::test]
async fn every_error_has_its_row_and_column_and_nothing_is_written() {
    for_each_engine!(&[&MODULE], |app| async move {
        let file = "code,level,unit,name,name_en,address,phone,hours,services,lat,lon\n\
             ,station,150603003001,康城站,,二楼,,,education,,\n\
             KC0109,point,150603003001001,点,,楼下,13800138000,all day,magic,,\n\
             KC010A,station,999,站,,楼下,,,education,39.6,\n\
             KC010A,corner,150603003001001,角,,楼下,,,education,,\n";
        let answer = import_sites(app.kernel(), call(&app, "admin").await, file.as_bytes()).await;
        let Err(Error::Invalid(fields)) = answer else { panic!("{answer:?}") };
        let found: Vec<String> = fields.iter().map(|field| format!("{} {}", field.field, field.key)).collect();
        assert_eq!(
            found,
            [
                "3.code sites-error-code",
                "3.phone sites-error-mobile",
                "3.hours sites-error-hours",
                "3.services form-unknown-choice",
                "4.unit sites-error-unit",
                "4.lon sites-error-point",
                "5.code sites-error-code-twice",
            ]
        );
        let list = app.anyone().get("/api/v1/sites").await.expect(200);
        assert_eq!(list.json()["items"].as_array().unwrap().len(), 0, "nothing was written");
    });
}

#[tokio::test]
async fn a_file_of_another_kind_is_refused_with_a_reason() {
    for_each_engine!(&[&MODULE], |app| async move {
        for (file, key) in [
            (&b"code,name\n"[..], "sites-error-column-missing"),
            (b"code,level,unit,size\n", "sites-error-column"),
            (b"\xff\xfe", "sites-error-encoding"),
        ] {
            let answer = import_sites(app.kernel(), call(&app, "admin").await, file).await;
            let Err(Error::Invalid(fields)) = answer else { panic!("{answer:?}") };
            assert_eq!((fields[0].field.as_str(), &*fields[0].key), ("file", key));
        }
        let answer = import_sites(app.kernel(), call(&app, "secretary").await, SAMPLE).await;
        assert_eq!(answer, Err(Error::Forbidden), "the file has sites of other communities");
    });
}

#[tokio::test]
async fn rows_without_a_code_get_one_and_the_header_may_be_shuffled() {
    for_each_engine!(&[&MODULE], |app| async move {
        let mut header = columns();
        header.reverse();
        let row = |name: &str| {
            let value = |column: &String| match column.as_str() {
                "level" => "station",
                "unit" => "150603003001",
                "name" => name,
                "address" => "二楼",
                "services" => "errands",
                _ => "",
            };
            header.iter().map(value).map(str::to_owned).collect::<Vec<_>>().join(",")
        };
        let file = format!("{}\n{}\n{}\n", header.join(","), row("甲站"), row("乙站"));
        let secretary = call(&app, "secretary").await;
        let imported = import_sites(app.kernel(), secretary, file.as_bytes()).await.unwrap();
        assert_eq!(imported, Imported { added: 2, changed: 0, unchanged: 0 });
        let items = app.anyone().get("/api/v1/sites").await.expect(200).json()["items"].clone();
        assert_ne!(items[0]["code"], items[1]["code"]);
    });
}

#[tokio::test]
async fn a_column_that_is_not_there_says_nothing() {
    for_each_engine!(&[&MODULE], |app| async move {
        import_sites(app.kernel(), call(&app, "admin").await, SAMPLE).await.unwrap();
        let file = "code,level,unit,phone\nKC000F,station,150603003001,0477-8590199\n";
        let imported = import_sites(app.kernel(), call(&app, "admin").await, file.as_bytes()).await.unwrap();
        assert_eq!(imported, Imported { added: 0, changed: 1, unchanged: 0 });
        let site = app.anyone().get("/api/v1/sites/KC000F").await.expect(200);
        assert_eq!((site.at("/phone").as_str(), site.at("/name").as_str()), ("0477-8590199", "康城社区同心站"));
        let moved = "code,level,unit\nXW000A,station,150603003001\n";
        let answer = import_sites(app.kernel(), call(&app, "secretary").await, moved.as_bytes()).await;
        assert_eq!(answer, Err(Error::Forbidden), "nobody takes a site away from a unit that is not theirs");
    });
}

#[tokio::test]
async fn a_table_is_looked_at_row_by_row_and_then_written_once() {
    for_each_engine!(&[&MODULE], |app| async move {
        let admin = app.signed_in("admin").await;
        import_sites(app.kernel(), call(&app, "admin").await, SAMPLE).await.unwrap();
        let table = admin.get("/desk/sites/import/table.csv").await.expect(200).text;
        let changed = table.replace("慢时光小院", "快时光小院");
        let send = |file: String| {
            let admin = &admin;
            async move {
                let page = "/desk/sites/import";
                admin.submit_files(page, page, &[], &[("file", "sites.csv", file.as_bytes())]).await
            }
        };
        let wrong = send(changed.replace("XW0200", "XW0201")).await.expect(422).text;
        assert!(!wrong.contains("name=\"kept\""), "a wrong table has no way on");
        let look = send(changed).await.expect(200).text;
        assert!(look.contains("慢时光小院 → 快时光小院"), "{look}");
        let name = |app: &tongxin_testkit::TestApp| {
            let all = app.anyone();
            async move { all.get("/api/v1/sites/xw-0200").await.expect(200).at("/name") }
        };
        assert_eq!(name(&app).await, "慢时光小院", "only looked at");
        let value = |field: &str| tongxin_testkit::hidden(&look, field).expect("a field");
        let fields = [("kept", value("kept")), ("mark", value("mark")), ("once", value("once"))];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for _ in 0..2 {
            admin.submit("/desk/sites/import", "/desk/sites/import", &fields).await.expect(303);
            assert_eq!(name(&app).await, "快时光小院");
        }
        let other = [("kept", "none"), ("mark", "x"), ("once", "y")];
        admin.submit("/desk/sites/import", "/desk/sites/import", &other).await.expect(422);
    });
}

#[tokio::test]
async fn a_table_may_name_the_system_of_its_points() {
    for_each_engine!(&[&MODULE], |app| async move {
        let here = (39.611, 109.781);
        let (lat, lon) = Coordinates::Gcj02.of_wgs84(here);
        let file = |system: &str| {
            format!(
                "code,level,unit,name,address,services,lat,lon,system\n\
                 KC010A,point,150603003001001,点,楼下,education,{lat},{lon},{system}\n"
            )
        };
        let admin = call(&app, "admin").await;
        let answer = import_sites(app.kernel(), admin.clone(), file("mars").as_bytes()).await;
        let Err(Error::Invalid(fields)) = answer else { panic!("{answer:?}") };
        assert_eq!((fields[0].field.as_str(), &*fields[0].key), ("2.system", "form-unknown-system"));
        let first = import_sites(app.kernel(), admin.clone(), file("gcj02").as_bytes()).await.unwrap();
        assert_eq!(first, Imported { added: 1, changed: 0, unchanged: 0 });
        let again = import_sites(app.kernel(), admin.clone(), file("gcj02").as_bytes()).await.unwrap();
        assert_eq!(again, Imported { added: 0, changed: 0, unchanged: 1 });
        // What is kept is in our own system: a file without points does not turn it a second time.
        let named = "code,level,unit,name,system\nKC010A,point,150603003001001,新点,gcj02\n";
        import_sites(app.kernel(), admin, named.as_bytes()).await.unwrap();
        let site = app.anyone().get("/api/v1/sites/kc010a").await.expect(200).json();
        let kept = (site["location"]["lat"].as_f64().unwrap(), site["location"]["lon"].as_f64().unwrap());
        assert!(metres(kept, here) < 0.02, "{site}");
    });
}
