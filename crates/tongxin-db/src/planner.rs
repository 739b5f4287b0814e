//! What SQLite's planner is told about our tables. Every key begins with `tenant_id`, which tells nothing apart; without being told,
//! SQLite takes it for as good as any other column and reads a whole table where an index would have found three rows. The same
//! numbers for every house, empty or full, so that a statement runs the same way on its first day and in its tenth year.

use rusqlite::{Connection, Result, params};

/// A table is taken to have this many rows, and a partial index (what is open, what is due) this many.
const ROWS: u64 = 1_000_000;
const PARTIAL_ROWS: u64 = 20_000;
/// Rows that have the tenant and one more column of a key in common, where that is not the whole of a unique key.
const ALIKE: u64 = 20;

struct Index {
    table: String,
    name: String,
    unique: bool,
    primary: bool,
    partial: bool,
    columns: Vec<String>,
}

impl Index {
    /// The name it has in the statistics: the key of a table without rowid goes by the table's.
    fn known_as(&self) -> &str {
        if self.primary { &self.table } else { &self.name }
    }

    /// How many rows there are, and how many have the first one, two, .. columns in common.
    fn stat(&self) -> String {
        let rows = if self.partial { PARTIAL_ROWS } else { ROWS };
        let last = self.columns.len().saturating_sub(1);
        let mut alike = rows;
        let mut numbers = vec![rows];
        for (at, column) in self.columns.iter().enumerate() {
            alike = match (column.as_str(), self.unique && at == last) {
                (_, true) => 1,
                ("tenant_id", false) => rows,
                _ if alike > ALIKE => ALIKE,
                _ => alike.div_ceil(2),
            };
            numbers.push(alike);
        }
        numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// Writes down what the planner should think, where that is not written yet, and has this connection read it.
pub(crate) fn teach(connection: &Connection) -> Result<()> {
    let wanted: Vec<(String, String, String)> =
        indexes(connection)?.iter().map(|it| (it.table.clone(), it.known_as().to_owned(), it.stat())).collect();
    connection.execute_batch("ANALYZE sqlite_schema")?; // makes the table of statistics, and no other
    if known(connection)? != wanted {
        let write = connection.unchecked_transaction()?;
        write.execute("DELETE FROM sqlite_stat1", [])?;
        for (table, index, stat) in &wanted {
            write
                .execute("INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES (?1, ?2, ?3)", params![table, index, stat])?;
        }
        write.commit()?;
    }
    connection.execute_batch("ANALYZE sqlite_schema")
}

fn known(connection: &Connection) -> Result<Vec<(String, String, String)>> {
    let mut read = connection.prepare("SELECT tbl, coalesce(idx, ''), stat FROM sqlite_stat1 ORDER BY tbl, idx")?;
    let rows = read.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}

fn indexes(connection: &Connection) -> Result<Vec<Index>> {
    let mut read = connection.prepare(
        "SELECT m.name, l.name, l.\"unique\", l.origin = 'pk', l.partial,
           (SELECT group_concat(name, ' ') FROM (SELECT i.name FROM pragma_index_info(l.name) i ORDER BY i.seqno))
         FROM sqlite_schema m, pragma_index_list(m.name) l
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
    )?;
    let rows = read.query_map([], |row| {
        let columns: Option<String> = row.get(5)?;
        Ok(Index {
            table: row.get(0)?,
            name: row.get(1)?,
            unique: row.get(2)?,
            primary: row.get(3)?,
            partial: row.get(4)?,
            columns: columns.unwrap_or_default().split(' ').map(str::to_owned).collect(),
        })
    })?;
    let mut all: Vec<Index> = rows.collect::<Result<_>>()?;
    all.sort_by(|a, b| (&a.table, a.known_as()).cmp(&(&b.table, b.known_as())));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_beats_reading_the_table() {
        let connection = Connection::open_in_memory().expect("a database");
        let make =
            "CREATE TABLE thing(tenant_id INTEGER NOT NULL, id BLOB NOT NULL, of BLOB NOT NULL, state TEXT NOT NULL,
               PRIMARY KEY (tenant_id, id)) STRICT, WITHOUT ROWID;
             CREATE INDEX things_of ON thing(tenant_id, of);
             CREATE INDEX things_open ON thing(tenant_id, id) WHERE state = 'open';";
        connection.execute_batch(make).expect("a table");
        let plan = |connection: &Connection| -> String {
            let ask = "EXPLAIN QUERY PLAN SELECT state FROM thing WHERE tenant_id = 1 AND of = x'00' ORDER BY id";
            connection.query_row(ask, [], |row| row.get(3)).expect("a plan")
        };
        assert!(plan(&connection).contains("PRIMARY KEY"), "what SQLite thinks by itself: {}", plan(&connection));
        for _ in 0..2 {
            teach(&connection).expect("taught");
            assert!(plan(&connection).contains("things_of"), "{}", plan(&connection));
        }
        let stats = known(&connection).expect("statistics");
        assert!(stats.contains(&("thing".into(), "thing".into(), "1000000 1000000 1".into())), "{stats:?}");
    }
}
