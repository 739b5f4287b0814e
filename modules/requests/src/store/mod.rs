//! All SQL of the room. `requests` holds matters and reports, `orders` the work, `categories` what an administrator sets.

pub mod categories;
pub mod lists;
pub mod orders;
pub mod requests;
