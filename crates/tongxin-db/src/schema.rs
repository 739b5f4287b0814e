//! The schema as it lives in a database, so that tests can hold the two engines against each other and the field
//! register against both.

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnKind {
    /// 64-bit integers.
    Int,
    /// 64-bit floating point.
    Real,
    /// Text.
    Text,
    /// Bytes and identities.
    Bytes,
}

/// One column of one table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    /// The table's name.
    pub table: String,
    /// The column's name.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Its place in the primary key from 1; 0 where it is not part of it.
    pub key_position: i64,
}
