//! The kernel's tables: the same on both engines, known to every statement, and declared where they hold something about
//! a person.

use std::collections::BTreeSet;

use tongxin_db::{Column, ColumnKind};
use tongxin_kernel::FIELDS;

use crate::house::{House, engines};

/// Rule 1 of the privacy rules: no table and no column may be about any of these, in either language.
const NEVER: [&str; 24] = [
    "ethnic",
    "nation",
    "religi",
    "belief",
    "politic",
    "party",
    "face",
    "finger",
    "iris",
    "voice",
    "biometr",
    "track",
    "traject",
    "id_card",
    "idcard",
    "identity_n",
    "credit",
    "score",
    "rank",
    "民族",
    "宗教",
    "政治",
    "身份证",
    "征信",
];

/// What is wrong with these columns, by the register.
fn undeclared(columns: &[Column]) -> Vec<String> {
    let declared: BTreeSet<&str> = FIELDS.iter().map(|field| field.column()).collect();
    let is_id = |name: &str| name == "id" || name.ends_with("_id") || name == "claim";
    let mut wrong = Vec::new();
    for Column { table, name, kind, .. } in columns {
        let column = format!("{table}.{name}");
        let holds = *kind == ColumnKind::Text || *kind == ColumnKind::Bytes && !is_id(name);
        if holds && !declared.contains(column.as_str()) {
            wrong.push(format!("{column} is not declared"));
        }
        if let Some(word) = NEVER.iter().find(|word| column.contains(*word)) {
            wrong.push(format!("{column} is about {word}"));
        }
    }
    wrong
}

/// Of the kernel alone: the room of these tests has a table of its own.
fn of_the_kernel(house: &House) -> Vec<Column> {
    let columns = house.kernel.db().columns().expect("the columns");
    columns.into_iter().filter(|column| column.table != "deed").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_have_the_same_tables() {
    let mut schemas = Vec::new();
    for engine in engines() {
        schemas.push(of_the_kernel(&House::open(engine).await));
    }
    assert!(schemas[0].len() > 80, "{} columns", schemas[0].len());
    for pair in schemas.windows(2) {
        let [one, other] =
            [&pair[0], &pair[1]].map(|columns| columns.iter().map(|c| format!("{c:?}")).collect::<BTreeSet<_>>());
        let differing: Vec<_> = one.symmetric_difference(&other).collect();
        assert!(differing.is_empty(), "{differing:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_known_to_both_engines() {
    for engine in engines() {
        let house = House::open(engine).await;
        let wrong = house.kernel.db().check_statements().expect("an answer");
        assert!(wrong.is_empty(), "{engine:?}: {wrong:#?}");
    }
    assert!(tongxin_db::STATEMENTS.len() > 60, "{} statements", tongxin_db::STATEMENTS.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_column_about_people_is_declared() {
    for engine in engines() {
        let columns = of_the_kernel(&House::open(engine).await);
        assert_eq!(undeclared(&columns), [""; 0], "{engine:?}");
        let there: BTreeSet<String> =
            columns.iter().map(|column| format!("{}.{}", column.table, column.name)).collect();
        let stale: Vec<_> =
            FIELDS.iter().map(|field| field.column()).filter(|column| !there.contains(*column)).collect();
        assert!(stale.is_empty(), "declared, but not there: {stale:?}");
        // The control: a column that somebody adds is found, and so is a word that may never be one.
        let column = |name: &str, kind| Column {
            table: "person".into(),
            name: name.into(),
            kind,
            nullable: true,
            key_position: 0,
        };
        let added = undeclared(&[
            column("nickname", ColumnKind::Text),
            column("photo", ColumnKind::Bytes),
            column("credit_score", ColumnKind::Int),
            column("born_at", ColumnKind::Int),
        ]);
        assert_eq!(
            added,
            ["person.nickname is not declared", "person.photo is not declared", "person.credit_score is about credit"]
        );
    }
}

/// Every table of a tenant's data begins with the tenant, in its columns and in its key: that is what it is sharded by.
#[tokio::test(flavor = "multi_thread")]
async fn every_key_begins_with_the_tenant() {
    for engine in engines() {
        let columns = of_the_kernel(&House::open(engine).await);
        let tables: BTreeSet<&str> = columns.iter().map(|column| column.table.as_str()).collect();
        for table in tables {
            let first: Vec<&str> =
                columns.iter().filter(|c| c.table == table && c.key_position == 1).map(|c| c.name.as_str()).collect();
            let wanted = match table {
                // These find the tenant, or belong to the installation.
                "tenant" => "id",
                "login" => "login",
                "migration" => "module",
                _ => "tenant_id",
            };
            assert_eq!(first, [wanted], "{table}");
        }
    }
}
