//! The engine on real databases: what it promises, and each trap that would break the promise.

mod batches;
mod crash;
mod figures;
mod house;
mod liar;
mod migrations;
mod postgres;
mod proxy;
mod reads;
mod statements;
mod values;
mod writes;
