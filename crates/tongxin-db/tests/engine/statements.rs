//! Statements: one text for both engines, each of them known to both.

use proptest::prelude::*;
use tongxin_db::{Statement, params, sql};

use crate::house::{House, TENANT, engines};

/// A statement that no schema of these tests has a table for.
pub fn beyond_the_schema() -> &'static Statement {
    sql!("SELECT id FROM no_such_table WHERE tenant_id = $1")
}

#[test]
fn every_statement_is_tried_on_the_engine_and_the_wrong_one_is_named() {
    for engine in engines() {
        let house = House::open(engine);
        let wrong = house.db.check_statements().expect("an answer");
        let (known, unknown): (Vec<_>, Vec<_>) = wrong.iter().partition(|text| text.contains("no_such_table"));
        assert_eq!(known.len(), 1, "{wrong:#?}");
        assert!(known[0].contains("statements.rs:"), "{known:?}");
        assert!(unknown.is_empty(), "{unknown:#?}");
    }
}

/// The same question on both engines, with all that is rewritten: placeholders out of order and repeated, casts, locks,
/// literals that look like either.
#[tokio::test]
async fn a_statement_means_the_same_on_both_engines() {
    for engine in engines() {
        let house = House::open(engine);
        house.db.write(TENANT, "tests.add", |tx| crate::house::insert(tx, 7)).await.expect("a row");
        let answer = house.db.write(TENANT, "tests.ask", |tx| {
            let ask = sql!(
                "SELECT id, $3::text, $2::bigint + $2, 'it''s $1::text; FOR UPDATE', '$9', ':' FROM thing
                 WHERE tenant_id = $1 AND ($4::text IS NULL OR words = $4) FOR UPDATE"
            );
            tx.one(ask, params![TENANT, 20_i64, "three", None::<&str>], |row| {
                Ok((
                    row.take::<i64>()?,
                    row.take::<String>()?,
                    row.take::<i64>()?,
                    (row.take::<String>()?, row.take::<String>()?, row.take::<String>()?),
                ))
            })
        });
        let literals = ("it's $1::text; FOR UPDATE".to_owned(), "$9".to_owned(), ":".to_owned());
        assert_eq!(answer.await, Ok((7, "three".to_owned(), 40, literals)), "{engine:?}");
    }
}

#[derive(Debug, Clone)]
enum Piece {
    Plain(String),
    Literal(String),
    Placeholder(u8),
    Cast(&'static str),
    Lock(&'static str),
}

impl Piece {
    fn postgres(&self) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Literal(text) => format!("'{}'", text.replace('\'', "''")),
            Self::Placeholder(n) => format!("${n}"),
            Self::Cast(kind) => format!("::{kind}"),
            Self::Lock(lock) => (*lock).to_owned(),
        }
    }

    fn sqlite(&self) -> String {
        match self {
            Self::Placeholder(n) => format!("?{n}"),
            Self::Cast(_) | Self::Lock(_) => String::new(),
            other => other.postgres(),
        }
    }
}

fn piece() -> impl Strategy<Value = Piece> {
    prop_oneof![
        "[A-Za-z路=(),<> ]{0,8}".prop_map(Piece::Plain),
        "[a-z路'$:?1 ]{0,8}|it''s FOR UPDATE".prop_map(Piece::Literal),
        (1..40_u8).prop_map(Piece::Placeholder),
        prop::sample::select(vec!["text", "bigint", "bytea", "uuid"]).prop_map(Piece::Cast),
        prop::sample::select(vec![" FOR UPDATE", " FOR UPDATE SKIP LOCKED"]).prop_map(Piece::Lock),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rewriting_touches_placeholders_casts_and_locks_alone(pieces in prop::collection::vec(piece(), 0..12)) {
        // A blank between pieces, so that a cast does not run into the word after it.
        let join = |text: fn(&Piece) -> String| pieces.iter().map(text).collect::<Vec<_>>().join(" ");
        let text: &'static str = Box::leak(join(Piece::postgres).into_boxed_str());
        let statement = Statement::new(text, "", 0);
        prop_assert_eq!(statement.sqlite(), join(Piece::sqlite));
        prop_assert_eq!(statement.text(), text);
    }
}
