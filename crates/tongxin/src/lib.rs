//! The binary's parts, as a library so that journeys across rooms, simulations and the command line share them.

pub mod backup;
pub mod bench;
pub mod calendar_file;
pub mod commands;
pub mod config;
pub mod demo;
pub mod fetch;
pub mod founding;
pub mod gateway;
pub mod house;
pub mod keyring;
pub mod languages;
pub mod mail;
pub mod modules;
pub mod organisations;
pub mod outside;
pub mod packs;
pub mod progress;
pub mod push;
mod serve;
pub mod tls;
pub mod units_file;

pub use modules::MODULES;
pub use tongxin_people::table as people_file;
