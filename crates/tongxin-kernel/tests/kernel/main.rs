//! The kernel's nouns on both engines: what each promises to the rooms, and who could break it.

mod access;
mod files;
mod house;
mod invitations;
mod jobs;
mod journal;
mod keys;
mod measures;
mod notices;
mod once;
mod photos;
mod proofs;
mod schema;
mod scope;
mod searching;
mod sign_in;

mod tenants;
mod verifying;
