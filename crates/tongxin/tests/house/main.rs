//! Journeys across rooms, and what must hold for the house as a whole, on both engines.

mod loop_api;
mod race;
mod rooms;
mod town;
