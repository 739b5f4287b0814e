//! A module's SQL names only its own tables: `store.rs` of `requests` reads and writes `requests_*`.

use super::rust::{self, Kind};
use super::{File, Finding};

/// Tables of the kernel that a module may read by a join, because every list is filtered by the tree of units.
const KERNEL_TABLES: [&str; 1] = ["unit"];

/// Checks the statements of every module's store.
pub fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        let Some((module, path)) = file.module() else { continue };
        let is_store = path == "src/store.rs" || path.starts_with("src/store/") && path.ends_with(".rs");
        if !is_store {
            continue;
        }
        let own = format!("{module}_");
        for piece in rust::pieces(&file.text).iter().filter(|piece| piece.kind == Kind::Text) {
            for (line, table) in tables(piece.text) {
                if !table.starts_with(&own) && !KERNEL_TABLES.contains(&table) {
                    let what = format!("table {table} is not one of {module}'s");
                    let mend = "ask the room that owns it by an event, a measure or the kernel";
                    findings.push(Finding::new(&file.path, piece.line + line, what, mend));
                }
            }
        }
    }
    findings
}

/// The tables that a statement names, each with its line from 0. Keywords are written in capitals, as everywhere here.
fn tables(sql: &str) -> Vec<(usize, &str)> {
    let tokens = tokens(sql);
    let word = |index: usize| tokens.get(index).map_or("", |token: &(usize, &str)| token.1);
    let is_name = |text: &str| text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    // `name AS (` and `name (columns) AS (` begin a common table expression, which is nobody's table.
    let named: Vec<&str> = (0..tokens.len())
        .filter(|index| is_name(word(*index)))
        .filter(|index| {
            let before = word(index.wrapping_sub(1));
            matches!(before, "WITH" | "RECURSIVE" | ",") && {
                let mut next = index + 1;
                if word(next) == "(" {
                    next += tokens[next..].iter().position(|token| token.1 == ")").map_or(0, |close| close + 1);
                }
                word(next) == "AS"
                    && (word(next + 1) == "(" || word(next + 1).ends_with("MATERIALIZED") || word(next + 1) == "NOT")
            }
        })
        .map(word)
        .collect();
    let mut found = Vec::new();
    for index in 0..tokens.len() {
        let before = word(index.wrapping_sub(1));
        let leads = match word(index) {
            "FROM" => before != "DISTINCT", // IS DISTINCT FROM compares
            "JOIN" | "INTO" => true,
            "UPDATE" => !matches!(before, "FOR" | "DO"), // FOR UPDATE locks, DO UPDATE names no table
            _ => false,
        };
        if !leads {
            continue;
        }
        let mut at = index + 1;
        while is_name(word(at)) {
            let is_function = word(index) != "INTO" && word(at + 1) == "(";
            if !is_function && !named.contains(&word(at)) {
                found.push(tokens[at]);
            }
            // FROM a, b AS c, d: past an alias, a comma leads to one more table.
            at += 1;
            if word(at) == "AS" {
                at += 1;
            }
            if is_name(word(at)) {
                at += 1;
            }
            if word(index) != "FROM" || word(at) != "," {
                break;
            }
            at += 1;
        }
    }
    found
}

/// Words, numbers and single marks of a statement, each with its line from 0; without comments and quoted texts.
fn tokens(sql: &str) -> Vec<(usize, &str)> {
    let mut tokens = Vec::new();
    for (number, line) in sql.split('\n').enumerate() {
        let mut rest = line.split("--").next().unwrap_or_default();
        while let Some(first) = rest.chars().next() {
            let length = if first.is_alphanumeric() || first == '_' {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
            } else if first == '\'' {
                rest[1..].find('\'').map_or(rest.len(), |at| at + 2)
            } else {
                first.len_utf8()
            };
            let (token, tail) = rest.split_at(length);
            if !first.is_whitespace() && first != '\'' && first != '\\' {
                tokens.push((number, token));
            }
            rest = tail;
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::super::testing::{brief, file};
    use super::*;

    fn names(sql: &str) -> Vec<&str> {
        tables(sql).into_iter().map(|(_, table)| table).collect()
    }

    #[test]
    fn tables_are_found_in_every_place() {
        assert_eq!(
            names("SELECT a FROM x_a AS t JOIN x_b ON t.a = x_b.a LEFT JOIN unit u ON u.id = t.u"),
            ["x_a", "x_b", "unit"]
        );
        assert_eq!(names("SELECT 1 FROM x_a, x_b AS b, (SELECT 1 FROM x_c) d"), ["x_a", "x_b", "x_c"]);
        assert_eq!(names("INSERT INTO x_a (a, b) SELECT a, b FROM x_b WHERE true"), ["x_a", "x_b"]);
        assert_eq!(names("UPDATE x_a SET n = 1 WHERE a IS DISTINCT FROM b"), ["x_a"]);
        assert_eq!(
            names("INSERT INTO x_a (a) VALUES ('FROM y') ON CONFLICT (a) DO UPDATE SET a = excluded.a"),
            ["x_a"]
        );
        assert_eq!(names("SELECT a FROM x_a -- FROM y\nWHERE tenant_id = $1 FOR UPDATE"), ["x_a"]);
        assert_eq!(
            names(
                "WITH hot AS (SELECT a FROM x_a), b (n) AS (SELECT 1) DELETE FROM x_b WHERE a IN (SELECT a FROM hot, b)"
            ),
            ["x_a", "x_b"]
        );
        assert_eq!(names("SELECT v FROM json_each($1)"), [""; 0]);
        assert_eq!(names("Words FROM A Sentence"), [""; 0]);
    }

    #[test]
    fn a_foreign_table_is_found_with_its_line() {
        let text = "//! Store.\nconst A: &str = \"SELECT a FROM requests_order\";\n// FROM sites_site\nconst B: &str = r\"\n  \
            SELECT a FROM unit JOIN\n  sites_site\";\n";
        let expected = "table sites_site is not one of requests's";
        let of = |path: &str| brief(&check(&[file(path, text)]));
        assert_eq!(of("modules/requests/src/store.rs"), [format!("modules/requests/src/store.rs:6: {expected}")]);
        assert_eq!(
            of("modules/requests/src/store/lists.rs"),
            [format!("modules/requests/src/store/lists.rs:6: {expected}")]
        );
        assert_eq!(of("crates/tongxin-kernel/src/store.rs"), [""; 0]);
    }
}
