//! The binary's parts, as a library so that journeys across rooms, simulations and the command line share them.

pub mod bench;
pub mod calendar_file;
pub mod commands;
pub mod config;
pub mod demo;
pub mod fetch;
pub mod house;
pub mod mail;
pub mod modules;
pub mod packs;
pub mod progress;

pub use modules::MODULES;
