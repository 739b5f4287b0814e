//! The rules of the room, and the diagrams that are drawn from them.

mod diagrams;
mod dispatch;
mod duty;
mod house;
mod lists;
mod notices;
mod rules;
