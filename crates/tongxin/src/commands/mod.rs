//! One file per command.

pub mod access;
pub mod approval;
pub mod backup;
pub mod import;
pub mod import_people;
pub mod import_requests;
pub mod import_units;
pub mod init;
pub mod journal;
pub mod keys;
pub mod language;
pub mod programme;
pub mod user;
