//! Units and people from tables, through the binary, on both engines: all or nothing, the same a second time, a link for each
//! newcomer and never a password.

use std::path::Path;

use tongxin_testkit::engines;

use crate::setup::{INIT, Place};

const UNITS: &str = "code,level,parent,name,name_en,lat,lon\n\
    150603009001,community,150603009,一社区,First Community,39.6,109.8\n\
    150603009001001,grid,150603009001,第一网格,Grid 1,39.61,109.81\n";
const PEOPLE: &str = "login,name,public_name,role,unit,email\n\
    wang,王芳,王书记,secretary,150603009001,wang@example.cn\n\
    li,李明,,grid_worker,150603009001001,\n\
    li,李明,,part_time,150603009001,\n";

fn write(place: &Place, name: &str, text: &str) {
    std::fs::write(place.path().join(name), text).expect("a file");
}

#[cfg(unix)]
fn is_its_owners_alone(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o077 == 0)
}

#[test]
fn units_and_people_come_in_whole_or_not_at_all() {
    for engine in engines() {
        let place = Place::new(engine);
        let (ok, _, complaint) = place.run(&INIT);
        assert!(ok, "{complaint}");
        let logins = || place.run(&["user", "list"]).1.lines().count();

        write(&place, "units.csv", &format!("{UNITS}150603009002001,grid,150603009002,x,,,\n"));
        let (ok, _, complaint) = place.run(&["import", "units", "units.csv"]);
        assert!(!ok && complaint.contains("units.csv:4 parent"), "{complaint}");
        write(&place, "people.csv", PEOPLE);
        let (ok, _, complaint) = place.run(&["import", "people", "people.csv"]);
        assert!(!ok && complaint.contains("people.csv:2 unit") && complaint.contains("import units"), "{complaint}");

        write(&place, "units.csv", UNITS);
        let (ok, said, complaint) = place.run(&["import", "units", "units.csv", "--dry-run"]);
        assert!(ok && said.contains("2 new") && said.contains("nothing was imported"), "{said}{complaint}");
        let (ok, said, _) = place.run(&["import", "units", "units.csv"]);
        assert!(ok && said.contains("2 units, 2 new, 0 changed"), "{said}");
        let (ok, said, _) = place.run(&["import", "units", "units.csv", "--json"]);
        assert!(ok && said.contains("\"new\":0") && said.contains("\"changed\":0"), "{said}");

        let (ok, _, complaint) = place.run(&["import", "people", "people.csv"]);
        assert!(!ok && complaint.contains("--links"), "{complaint}");
        let (ok, said, _) = place.run(&["import", "people", "people.csv", "--dry-run"]);
        assert!(ok && said.contains("2 new"), "{said}");
        assert_eq!(logins(), 1, "nobody yet");
        let (ok, said, complaint) = place.run(&["import", "people", "people.csv", "--links", "links.csv"]);
        assert!(ok && said.contains("2 people, 2 new"), "{said}{complaint}");
        assert!(!said.contains("welcome"), "links are in the file alone: {said}");
        assert_eq!(logins(), 3);
        let path = place.path().join("links.csv");
        let links = std::fs::read_to_string(&path).expect("the links");
        assert_eq!(links.lines().count(), 3, "{links}");
        assert!(links.contains("li,李明,http://localhost:8080/welcome/kangning-"), "{links}");
        #[cfg(unix)]
        assert!(is_its_owners_alone(&path));

        let (ok, said, complaint) = place.run(&["import", "people", "people.csv"]);
        assert!(ok && said.contains("0 new, 0 more posts"), "{said}{complaint}");
        write(&place, "more.csv", "login,name,role,unit\nwang,王芳,mediator,150603009001\nzhao,赵强,auditor,\n");
        let (ok, _, complaint) = place.run(&["import", "people", "more.csv", "--links", "links.csv"]);
        assert!(!ok && complaint.contains("not there yet"), "an older file of links is not written over: {complaint}");
        assert_eq!(logins(), 3);
        let (ok, said, complaint) = place.run(&["import", "people", "more.csv", "--links", "more-links.csv"]);
        assert!(ok && said.contains("1 new, 1 more posts"), "{said}{complaint}");
        let (_, said, _) = place.run(&["user", "list"]);
        assert!(said.contains("mediator 150603009/150603009001/"), "{said}");
        let (ok, said, _) = place.run(&["journal", "verify"]);
        assert!(ok, "{said}");
    }
}

/// A link back in may go to an address: it is one person's, however it is written.
#[test]
fn an_address_is_one_persons() {
    let place = Place::new(engines()[0]);
    assert!(place.run(&INIT).0);
    let table = |rows: &[&str]| format!("login,name,role,unit,email\n{}\n", rows.join("\n"));
    for (rows, said) in [
        (
            &["a1,甲,secretary,,One@Example.cn", "b1,乙,secretary,,one@example.CN"][..],
            "people.csv:3 email: a1 has this",
        ),
        (&["a1,甲,secretary,,a@例子.中国", "b1,乙,secretary,,A@例子.中国"], "people.csv:3 email: a1 has this"),
        (&["a1,甲,secretary,,a@x.cn", "a1,甲,auditor,,b@x.cn"], "people.csv:3 email: a1 has another address in line 2"),
        (&["a1,甲,secretary,,a@x"], "people.csv:2 email"),
    ] {
        write(&place, "people.csv", &table(rows));
        let (ok, _, complaint) = place.run(&["import", "people", "people.csv", "--dry-run"]);
        assert!(!ok && complaint.contains(said), "{complaint}");
    }
    write(
        &place,
        "people.csv",
        &table(&["a1,甲,secretary,,a@例子.中国", "a1,甲,auditor,,A@例子.中国", "b1,乙,secretary,,"]),
    );
    let (ok, said, complaint) = place.run(&["import", "people", "people.csv", "--dry-run"]);
    assert!(ok && said.contains("2 new"), "{said}{complaint}");
}
