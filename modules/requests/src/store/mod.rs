//! All SQL of the room. `requests` holds matters and reports, `orders` the work, `categories` what an administrator sets, `duty` who is there, `imports` what
//! came from files.

pub mod categories;
pub mod duty;
pub mod imports;
pub mod lists;
pub mod orders;
pub mod requests;
