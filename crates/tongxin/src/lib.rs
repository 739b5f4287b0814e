//! The binary's parts, as a library so that journeys across rooms, simulations and the command line share them.

pub mod modules;

pub use modules::MODULES;
