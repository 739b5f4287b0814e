//! One file per command.

pub mod import;
pub mod import_requests;
pub mod journal;
pub mod programme;
pub mod user;
