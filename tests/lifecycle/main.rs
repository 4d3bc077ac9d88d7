//! What Mailward promises over time, tried with the real binary against a real API server, a real BIND and verified HTTPS:
//! crashes, restarts, lost keys, changed policies, withdrawal, deletion, and what independent readers make of the result.
//!
//! Tests that kill, pause or restart have a lab of their own; the others share one. Nothing here sleeps: every wait is for
//! a condition, with a deadline that shows the object's status and the controller's log.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may end at the first surprise")]

mod cap;
mod crashes;
mod deletion;
mod keys;
mod lab;
mod policy;
mod readers;
mod stuck_server;
mod withdrawal;
