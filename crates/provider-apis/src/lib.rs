//! HTTP APIs of DNS providers on loopback, with a memory.
//!
//! Each is written from its vendor's public documentation and nothing else; its own module says which pages, and which
//! details no page tells. How faithful it is shows the vendor's own client, which drives it unchanged (`tests`).
//!
//! `front` is what all have in common: a journal of requests, and faults that are put in the way of the next ones. What a
//! vendor stores and refuses is in the vendor's folder, as plain functions on plain data.

pub mod azure;
pub mod cloudflare;
pub mod digitalocean;
mod front;
pub mod google;

pub use front::{Call, Fault, Server};
