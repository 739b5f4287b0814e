//! The few shapes a value has between us and both engines. NULL is checked, never decoded to a default.

use tongxin_base::{Error, Id, Result, TenantId, Time};
use uuid::Uuid;

use crate::seal::{Cell, Ring, Sealable, is_sealed};
use crate::statement::Statement;

/// A value that came out of a database.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// BIGINT; also booleans (0 and 1) and microseconds.
    Int(i64),
    /// DOUBLE PRECISION.
    Real(f64),
    /// TEXT, also JSON, byte-exact.
    Text(String),
    /// BYTEA, or a UUID on SQLite.
    Bytes(Vec<u8>),
    /// UUID on PostgreSQL.
    Uuid(Uuid),
}

/// A value on its way into a statement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Param<'a> {
    /// NULL.
    Null,
    /// See [`Value::Int`].
    Int(i64),
    /// See [`Value::Real`].
    Real(f64),
    /// See [`Value::Text`].
    Text(&'a str),
    /// Raw bytes, such as a hash.
    Bytes(&'a [u8]),
    /// An identity: 16 bytes on SQLite, UUID on PostgreSQL.
    Uuid(Uuid),
    /// A text that is sealed on its way; see [`Param::sealed`].
    Sealed(Cell<'a>),
    /// A text of which only the blind index arrives; see [`Param::indexed`].
    Indexed(&'static str, &'a str),
}

impl<'a> Param<'a> {
    /// A personal text on its way into the column (`table.column`) of the row it belongs to, where it is kept sealed. It is read
    /// by [`Row::open`]. NULL where there is none.
    pub fn sealed<K>(column: &'static str, row: Id<K>, text: impl Into<Option<&'a str>>) -> Self {
        text.into().map_or(Self::Null, |text| Self::Sealed(Cell { column, row: row.uuid(), text }))
    }

    /// The blind index of a normalised text (16 bytes), to keep beside the sealed column or to look for it.
    pub fn indexed(column: &'static str, text: impl Into<Option<&'a str>>) -> Self {
        text.into().map_or(Self::Null, |text| Self::Indexed(column, text))
    }
}

impl Param<'_> {
    /// Why neither engine may be given this: what one of them would not keep, the other does not keep either.
    pub(crate) fn flaw(&self) -> Option<&'static str> {
        match self {
            Self::Text(text) | Self::Sealed(Cell { text, .. }) | Self::Indexed(_, text) if text.contains('\0') => {
                Some("a text with U+0000, which PostgreSQL cannot hold")
            }
            Self::Real(x) if x.is_nan() => Some("a number that is none, which SQLite keeps as NULL"),
            _ => None,
        }
    }
}

impl From<i64> for Param<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}
impl From<bool> for Param<'_> {
    fn from(value: bool) -> Self {
        Self::Int(value.into())
    }
}
impl From<f64> for Param<'_> {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}
impl From<TenantId> for Param<'_> {
    fn from(value: TenantId) -> Self {
        Self::Int(value.0)
    }
}
impl From<Time> for Param<'_> {
    fn from(value: Time) -> Self {
        Self::Int(value.micros())
    }
}
impl<'a> From<&'a str> for Param<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}
impl<'a> From<&'a String> for Param<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}
impl<'a> From<&'a [u8]> for Param<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value)
    }
}
impl<'a> From<&'a Vec<u8>> for Param<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}
impl<'a, const N: usize> From<&'a [u8; N]> for Param<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Self::Bytes(value)
    }
}
impl<K> From<Id<K>> for Param<'_> {
    fn from(value: Id<K>) -> Self {
        Self::Uuid(value.uuid())
    }
}
impl<'a, T> From<Option<T>> for Param<'a>
where
    T: Into<Self>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
impl<'a> From<&'a Value> for Param<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Int(x) => Self::Int(*x),
            Value::Real(x) => Self::Real(*x),
            Value::Text(x) => Self::Text(x),
            Value::Bytes(x) => Self::Bytes(x),
            Value::Uuid(x) => Self::Uuid(*x),
        }
    }
}
impl<'a> From<&'a Option<String>> for Param<'a> {
    fn from(value: &'a Option<String>) -> Self {
        value.as_deref().map_or(Self::Null, Self::Text)
    }
}

/// The parameters of a statement, in the order of `$1, $2, ..`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::Param::from($value)),*] };
}

/// A value of Rust that a [`Value`] can become.
pub trait FromValue: Sized {
    /// `None` where the value has another shape.
    fn from_value(value: Value) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Int(x) = value { Some(x) } else { None }
    }
}
impl FromValue for bool {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Int(0) => Some(false),
            Value::Int(1) => Some(true),
            _ => None,
        }
    }
}
impl FromValue for f64 {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Real(x) = value { Some(x) } else { None }
    }
}
impl FromValue for String {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Text(x) = value { Some(x) } else { None }
    }
}
impl FromValue for Vec<u8> {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Bytes(x) = value { Some(x) } else { None }
    }
}
impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: Value) -> Option<Self> {
        Vec::from_value(value)?.try_into().ok()
    }
}
impl FromValue for Time {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value).map(Self::from_micros)
    }
}
impl FromValue for TenantId {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value).map(Self)
    }
}
impl<K> FromValue for Id<K> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Uuid(uuid) => Some(Self::from_uuid(uuid)),
            Value::Bytes(bytes) => Uuid::from_slice(&bytes).ok().map(Self::from_uuid),
            _ => None,
        }
    }
}
impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

/// One row of an answer; its columns are taken in the order the statement names them.
#[derive(Debug)]
pub struct Row {
    pub(crate) values: std::vec::IntoIter<Value>,
    ring: Ring,
    tenant: TenantId,
    pub(crate) taken: usize,
    pub(crate) statement: &'static Statement,
}

impl Row {
    pub(crate) fn new(statement: &'static Statement, values: Vec<Value>, ring: Ring, tenant: TenantId) -> Self {
        Self { values: values.into_iter(), ring, tenant, taken: 0, statement }
    }

    /// The next column.
    ///
    /// # Errors
    /// `Internal` where there is none, or it is NULL or of another type than asked for, or sealed: the statement is wrong.
    pub fn take<T: FromValue>(&mut self) -> Result<T> {
        if let Some(Value::Text(text)) = self.values.as_slice().first()
            && is_sealed(text)
        {
            let (column, place) = (self.taken + 1, self.statement.place());
            return Err(Error::Internal(format!("column {column} of the statement at {place} is sealed: open it")));
        }
        self.kept()
    }

    /// The next column as the database keeps it, sealed where it is.
    ///
    /// # Errors
    /// As [`Row::take`].
    pub fn kept<T: FromValue>(&mut self) -> Result<T> {
        self.taken += 1;
        let complain = |what: &str| {
            Error::Internal(format!("column {} of the statement at {} {what}", self.taken, self.statement.place()))
        };
        let value = self.values.next().ok_or_else(|| complain("does not exist"))?;
        let what = if value == Value::Null { "is NULL" } else { "has another type" };
        T::from_value(value).ok_or_else(|| complain(&format!("{what}, wanted {}", std::any::type_name::<T>())))
    }

    /// The next column, a text that was sealed for the row `row` of `column`.
    ///
    /// # Errors
    /// As [`Row::take`]; `Internal` where it does not open, see [`Ring::open`].
    pub fn open<T: FromValue + Sealable, K>(&mut self, column: &'static str, row: Id<K>) -> Result<T> {
        self.kept::<T>()?.opened(|kept| self.ring.open(column, self.tenant, row.uuid(), &kept))
    }
}
