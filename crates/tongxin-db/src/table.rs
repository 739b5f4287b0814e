//! Whole tables, whatever is in them: read page by page from one snapshot, and filled again on either engine. For backups alone;
//! everybody else names what they want.

use std::collections::BTreeMap;

use tongxin_base::Result;

use crate::schema::{Column, ColumnKind};
use crate::statement::Statement;
use crate::tx::{Read, Tx};
use crate::value::{Param, Value};

/// A table as it lives in a database.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, by name.
    pub columns: Vec<String>,
    /// The places of the columns of its primary key, in the key's order.
    key: Vec<usize>,
    first: &'static Statement,
    next: &'static Statement,
    fill: &'static Statement,
}

/// A statement that is made once for a table and kept until the process ends: there are as many as there are tables.
fn statement(text: String) -> &'static Statement {
    Box::leak(Box::new(Statement::new(Box::leak(text.into_boxed_str()), file!(), line!())))
}

impl Table {
    /// The tables that these columns make; those that keep the books of migrations are none of them.
    pub fn all(columns: &[Column]) -> Vec<Self> {
        let mut tables: BTreeMap<&str, Vec<&Column>> = BTreeMap::new();
        for column in columns.iter().filter(|column| column.table != "migration") {
            tables.entry(&column.table).or_default().push(column);
        }
        tables.into_iter().map(|(name, columns)| Self::of(name, &columns)).collect()
    }

    fn of(name: &str, columns: &[&Column]) -> Self {
        let mut key: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].key_position > 0).collect();
        key.sort_by_key(|at| columns[*at].key_position);
        let names = columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
        let by = key.iter().map(|at| columns[*at].name.as_str()).collect::<Vec<_>>().join(", ");
        let places =
            |count: usize, from: usize| (from..from + count).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ");
        let after = places(key.len(), 2);
        Self {
            name: name.to_owned(),
            columns: columns.iter().map(|column| column.name.clone()).collect(),
            first: statement(format!("SELECT {names} FROM {name} ORDER BY {by} LIMIT $1")),
            next: statement(format!("SELECT {names} FROM {name} WHERE ({by}) > ({after}) ORDER BY {by} LIMIT $1")),
            fill: statement(format!("INSERT INTO {name}({names}) VALUES ({})", places(columns.len(), 1))),
            key,
        }
    }

    /// A table that is to be filled, with the columns its rows come in; `None` where a name is none of ours.
    pub fn named(name: &str, columns: &[String]) -> Option<Self> {
        let good = |name: &str| {
            !name.is_empty() && name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
        };
        let of = |column: &String| Column {
            table: name.to_owned(),
            name: column.clone(),
            kind: ColumnKind::Text,
            nullable: true,
            key_position: 0,
        };
        let made: Vec<Column> = columns.iter().map(of).collect();
        (good(name) && !columns.is_empty() && columns.iter().all(|column| good(column)))
            .then(|| Self::of(name, &made.iter().collect::<Vec<_>>()))
    }

    /// The next rows after a row, or the first ones; as they are kept, in the order of the key.
    ///
    /// # Errors
    /// As [`Read::rows`].
    pub fn page(&self, read: &mut Read<'_>, after: Option<&[Value]>, limit: i64) -> Result<Vec<Vec<Value>>> {
        let mut params = vec![Param::Int(limit)];
        params.extend(after.iter().flat_map(|row| self.key.iter().map(|at| Param::from(&row[*at]))));
        let statement = if after.is_some() { self.next } else { self.first };
        read.rows(statement, &params, |row| Ok(row.values.by_ref().collect()))
    }

    /// Puts rows in, their values in the order of the columns.
    ///
    /// # Errors
    /// As [`Tx::exec`].
    pub fn fill(&self, tx: &mut Tx<'_>, rows: &[Vec<Value>]) -> Result<()> {
        let sets: Vec<Vec<Param<'_>>> = rows.iter().map(|row| row.iter().map(Param::from).collect()).collect();
        tx.exec_many(self.fill, &sets.iter().map(|set| &set[..]).collect::<Vec<_>>())
    }
}
