//! The operator against a real API server, with the rights of its ServiceAccount and no more, and against real BIND.
//!
//! One controller serves all tests of this program; each test has a namespace and a domain of its own (`lab::Tenant`).
//! What stands here is what a user is promised: records, ownership, drift, and what is said of bad input.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap or panic is the failure of the test")]

mod lab;

mod adoption;
#[cfg(feature = "cloudflare")]
mod cloudflare;
mod drift;
mod foreign;
mod held;
mod input;
mod owners;
mod provider;
mod quiet;
mod servers;
mod signers;
mod told;
mod zones;
