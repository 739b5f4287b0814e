//! One file per command.

pub mod import;
pub mod init;
pub mod journal;
pub mod programme;
pub mod user;
