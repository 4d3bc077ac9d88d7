//! The operator as its real binary, with the rights of its ServiceAccount and no more, against a real API server, a real BIND and
//! verified HTTPS.
//!
//! What stands here is what a user is promised: records, ownership, drift and what is said of bad input; and over time crashes,
//! restarts, lost keys, changed policies, withdrawal, deletion, and what independent readers make of the result.
//!
//! One lab (`lab::Lab`) serves all tests that disturb nobody, each with a namespace and a domain of its own (`lab::Tenant`). A test
//! that kills, hangs or cuts off what all share has a lab to itself. Nothing here sleeps: every wait is for a condition, with a
//! deadline that shows the object's status and the controller's log.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap or panic is the failure of the test")]

mod lab;

mod adoption;
mod argocd;
mod cap;
mod crashes;
mod delegation;
mod deletion;
#[allow(dead_code, unreachable_pub, reason = "the conformance suite's, and it counts more")]
#[path = "../conformance/documented.rs"]
mod documented;
mod drift;
#[cfg(feature = "external-dns")]
mod external_dns;
mod foreign;
mod gateway;
mod held;
mod input;
mod keys;
mod kubectl;
mod leader;
mod mx_outage;
mod owners;
mod policy;
mod provider;
mod quiet;
mod readers;
mod readyz;
#[cfg(feature = "external-dns")]
mod rights;
mod servers;
mod signers;
mod stuck_server;
mod told;
mod traces;
#[cfg(feature = "http-providers")]
mod vendors;
mod watched;
#[cfg(feature = "digitalocean")]
mod way_out;
mod withdrawal;
mod zones;
