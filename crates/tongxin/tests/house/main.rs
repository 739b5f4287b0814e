//! Journeys across rooms, and what must hold for the house as a whole, on both engines.

mod calendar;
mod crash;
mod dispatch;
mod formats;
mod histories;
mod https;
mod imports;
mod keys;
mod loop_api;
mod mail;
mod map;
mod open;
mod order;
mod people;
mod photos;
mod programme;
mod promises;
mod race;
mod real_input;
mod reporting;
mod rights;
mod rooms;
mod setup;
mod town;
mod triage;
