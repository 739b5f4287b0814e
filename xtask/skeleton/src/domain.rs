//! What an item is and what holds for it. Pure: no database, no clock, no words.

use serde::{Deserialize, Serialize};
use tongxin_base::{Error, FieldError, Id, Result, Time};
use tongxin_kernel::UnitTree;

/// A marker for the id of an item.
#[derive(Debug)]
pub enum ItemKind {}

/// The id of an item.
pub type ItemId = Id<ItemKind>;

/// The longest title, in characters.
const LONGEST_TITLE: usize = 100;

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which one.
    pub id: ItemId,
    /// The unit it belongs to, by path.
    pub unit_path: String,
    /// What it says.
    pub title: String,
    /// When it was added.
    pub created_at: Time,
}

/// An item as somebody wrote it down; the names are those of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// What it says.
    pub title: String,
    /// The code of its unit.
    pub unit: String,
}

impl Draft {
    /// Title and unit path, if both hold.
    ///
    /// # Errors
    /// `Invalid` with every field that does not.
    pub fn parse(&self, units: &UnitTree) -> Result<(String, String)> {
        let mut wrong = Vec::new();
        let title = self.title.trim();
        if title.is_empty() {
            wrong.push(FieldError::new("title", "form-required"));
        } else if title.chars().count() > LONGEST_TITLE {
            wrong.push(FieldError::new("title", "form-too-long").with("max", LONGEST_TITLE));
        }
        let unit = units.by_code(&self.unit);
        if unit.is_none() {
            wrong.push(FieldError::new("unit", "skeleton-error-unit"));
        }
        match unit {
            Some(unit) if wrong.is_empty() => Ok((title.to_owned(), unit.path.clone())),
            _ => Err(Error::Invalid(wrong)),
        }
    }
}
