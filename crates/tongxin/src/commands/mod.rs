//! One file per command.

pub mod import;
pub mod journal;
pub mod programme;
pub mod user;
